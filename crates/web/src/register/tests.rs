//! An organisation registers itself: every page, every bad case, and what a stranger cannot reach by it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::StatusCode;
use model::{
    AssetState, IdKind, OrganisationRole, RegistrationRule, RegistrationState, StaffRole, Timestamp,
};
use serde_json::Value;
use store::{
    AssetFilter, DeskChange, NewRegistration, REGISTRATIONS_OPEN_MAX, Registration, StoreError,
};
use testkit::{Desk, RegisterBuilder, TRADE_KEY, TradeServer};

use crate::SiteOptions;
use crate::testing::{Answer, Browser, TestSite};

const KVK: &str = "90000017";
const OWNER: &str = "owner@bakery.example";
const MAILBOX: &str = "abuse@bakery.example";

/// A site whose desk lets organisations register themselves by this rule, and whose clock can be moved.
struct Registering {
    site: TestSite,
    clock: Arc<AtomicI64>,
}

impl Registering {
    fn by(rule: RegistrationRule) -> Self {
        Self::with(rule, |_| {})
    }

    fn with(rule: RegistrationRule, change: impl FnOnce(&mut SiteOptions)) -> Self {
        let clock = Arc::new(AtomicI64::new(testkit::now().micros()));
        let read = Arc::clone(&clock);
        let site = TestSite::with(Desk::embedded(), move |options| {
            options.now = Arc::new(move || Timestamp::from_micros(read.load(Ordering::Relaxed)));
            change(options);
        });
        let one = Self { site, clock };
        one.set(rule);
        one
    }

    fn set(&self, rule: RegistrationRule) {
        let set = self.site.store().write(|tx| {
            let desk = tx.desk_named(None)?.expect("there is a desk");
            let change = DeskChange {
                registration: Some(rule),
                ..DeskChange::default()
            };
            tx.change_desk(desk, &change)
        });
        set.unwrap();
    }

    fn at_day(&self, days: i64) {
        let moment = testkit::days_later(days);
        self.clock.store(moment.micros(), Ordering::Relaxed);
    }

    /// A minute goes by: each mail has a moment of its own.
    fn wait(&self) {
        self.clock.fetch_add(60_000_000, Ordering::Relaxed);
    }

    /// Address and facts of the mails about registrations, and of invitations, that were left since the last time.
    fn mails(&self) -> Vec<(String, Value)> {
        let lease = std::time::Duration::from_secs(60);
        let taken = self.site.store().write(|tx| {
            let mails = tx.take_service_mails(1_000, lease, testkit::days_later(900))?;
            for mail in &mails {
                let end = store::ServiceMailEnd::Sent;
                tx.end_service_mail(mail, end, "", testkit::now())?;
            }
            Ok::<_, StoreError>(mails)
        });
        let facts = |mail: store::ServiceMail| {
            let facts = serde_json::from_str(&mail.facts).unwrap();
            (mail.to.to_string(), facts)
        };
        taken.unwrap().into_iter().map(facts).collect()
    }

    /// Registers the bakery up to its code, with or without its domain.
    fn asked(&self, browser: &mut Browser<'_>, kvk: &str, domain: &str) -> String {
        let home = begin(browser, kvk, OWNER);
        let sent = fill_in(browser, &home, "Bakery Example", domain, "203.0.113.24");
        assert_eq!(sent.location(), format!("{home}/mailbox"), "{}", sent.body);
        home
    }

    /// The code that was mailed last.
    fn code(&self) -> String {
        let mails = self.mails();
        let (_, facts) = mails.last().expect("a code was mailed");
        facts["code"].as_str().unwrap().to_owned()
    }

    /// Registers the bakery, code and all; gives the page after it.
    fn registered(&self, browser: &mut Browser<'_>, kvk: &str) -> Answer {
        let home = self.asked(browser, kvk, "bakery.example");
        let code = self.code();
        let answered = answer(browser, &home, &code);
        assert_eq!(answered.location(), home, "{}", answered.body);
        browser.get(&home)
    }

    fn one(&self, registration_no: i64) -> Registration {
        let one = self
            .site
            .store()
            .read(|tx| tx.registration(registration_no));
        one.unwrap().expect("it is there")
    }

    fn party_no(&self) -> i64 {
        self.one(1).party_no.expect("it came into the register")
    }

    /// How far the systems of the organisation are proved.
    fn states(&self) -> Vec<(String, AssetState)> {
        let party_no = self.party_no();
        let assets = self
            .site
            .store()
            .read(|tx| tx.own_assets(party_no, &AssetFilter::default(), None, 100));
        let assets = assets.unwrap().into_iter();
        assets
            .map(|asset| {
                let state = crate::asset::state(&self.site.site, &asset);
                (asset.row.value.to_string(), state)
            })
            .collect()
    }

    /// Somebody of the desk who may decide.
    fn analyst(&self) -> Browser<'_> {
        let person_no = self.site.person("analyst@desk.example");
        self.site.employ(person_no, StaffRole::Analyst);
        self.site.signed_in(person_no)
    }

    fn desk_page(&self, registration_no: i64) -> String {
        let id = self.site.site.id(IdKind::Registration, registration_no);
        format!("/desk/registrations/{id}")
    }

    /// The acts that the audit log has of registrations.
    fn acts(&self) -> Vec<String> {
        let filter = store::AuditFilter::default();
        let page = self
            .site
            .store()
            .read(|tx| tx.audit_page(&filter, i64::MAX, 1_000));
        let rows = page.unwrap().rows.into_iter();
        let mut acts: Vec<String> = rows.map(|row| row.action).collect();
        acts.reverse();
        acts
    }
}

/// Sends the first page; gives the address of the registration.
fn begin(browser: &mut Browser<'_>, kvk: &str, email: &str) -> String {
    let begun = browser.post("/register", &[("kvk", kvk), ("email", email)]);
    let home = begun.location().strip_suffix("/organisation");
    home.unwrap_or_else(|| panic!("{begun:?}")).to_owned()
}

/// Sends the second page.
fn fill_in(
    browser: &mut Browser<'_>,
    home: &str,
    name: &str,
    domain: &str,
    addresses: &str,
) -> Answer {
    let fields = [
        ("name", name),
        ("domain", domain),
        ("addresses", addresses),
        ("language", "nl"),
    ];
    browser.post(&format!("{home}/organisation"), &fields)
}

/// Sends the third page.
fn answer(browser: &mut Browser<'_>, home: &str, code: &str) -> Answer {
    let fields = [("act", "check"), ("code", code)];
    browser.post(&format!("{home}/mailbox"), &fields)
}

fn has_mistake(answer: &Answer, field: &str) -> bool {
    answer.status == StatusCode::OK && answer.body.contains(&format!("href=\"#{field}\""))
}

#[test]
fn a_bakery_registers_itself_on_three_pages_and_its_owner_looks_after_it() {
    let registering = Registering::by(RegistrationRule::Open);
    let site = &registering.site;
    let mut browser = site.browser();
    let first = browser.get("/").body;
    assert!(first.contains("Organisatie inschrijven"), "{first}");
    let page = browser.get("/register").body;
    assert!(page.contains("zzp"), "{page}");
    let home = begin(&mut browser, KVK, OWNER);
    assert!(!home.contains('@') && !home.contains(KVK), "{home}");
    let page = browser.get(&format!("{home}/organisation")).body;
    assert!(page.contains("name=\"domain\""), "{page}");
    // As the owner copies it from the website.
    let site_address = "https://www.bakery.example/";
    let sent = fill_in(
        &mut browser,
        &home,
        "Bakery Example",
        site_address,
        "203.0.113.24",
    );
    assert_eq!(sent.location(), format!("{home}/mailbox"), "{}", sent.body);
    let mails = registering.mails();
    let (to, facts) = &mails[0];
    assert_eq!((mails.len(), &to[..]), (1, MAILBOX));
    assert!(
        facts["link"]
            .as_str()
            .unwrap()
            .ends_with(&format!("{home}/mailbox"))
    );
    let code = facts["code"].as_str().unwrap();
    // As people type it.
    let answered = answer(
        &mut browser,
        &home,
        &format!(" {} {}", &code[..3], &code[3..]),
    );
    assert_eq!(answered.location(), home, "{}", answered.body);
    let page = browser.get(&home).body;
    assert!(page.contains("U hoort van ons"), "{page}");

    let claimed = AssetState::Claimed;
    let want = [("203.0.113.24", claimed), ("bakery.example", claimed)];
    assert_eq!(
        registering.states(),
        want.map(|(value, state)| (value.to_owned(), state))
    );
    let party_no = registering.party_no();
    let (party, contacts) = site
        .store()
        .read(|tx| {
            let party = tx.own_party(party_no)?.expect("it is there");
            Ok::<_, StoreError>((party, tx.own_contacts(party_no)?))
        })
        .unwrap();
    assert_eq!(party.kvk.unwrap().as_str(), KVK);
    assert_eq!(contacts.len(), 1);
    assert_eq!(contacts[0].email.as_str(), MAILBOX);
    assert!(contacts[0].is_answered, "the code showed that it is read");

    let mails = registering.mails();
    let (to, facts) = &mails[0];
    assert_eq!(to, OWNER, "{mails:?}");
    let link = facts["link"].as_str().unwrap();
    let join = link.strip_prefix("http://localhost:8080").unwrap();
    let person = site
        .store()
        .read(|tx| tx.person_with_email(&OWNER.parse().unwrap()));
    let mut owner = site.signed_in(person.unwrap().unwrap().person_no);
    let joined = owner.post(&format!("{join}/accept"), &[]);
    assert!(joined.location().contains("accepted"), "{joined:?}");
    let own = format!("/organisations/{}", site.site.id(IdKind::Party, party_no));
    let overview = owner.get(&own).body;
    assert!(overview.contains("/first-steps\""), "{overview}");
    let steps = owner.get(&format!("{own}/first-steps")).body;
    for text in [
        "_seinpost-challenge.bakery.example",
        "seinpost-proof=",
        "mailto:?subject=",
        "tweede beheerder",
        "kijken uw inschrijving nog na",
    ] {
        assert!(steps.contains(text), "{text}: {steps}");
    }
    let acts = registering.acts();
    let acts: Vec<&str> = acts.iter().map(String::as_str).collect();
    assert_eq!(
        acts,
        [
            "begin-registration",
            "mail-registration-code",
            "answer-registration",
            "add-organisation",
            "invite",
            "join"
        ]
    );
}

#[test]
fn pages_and_mails_are_in_the_language_of_the_reader_and_without_a_domain_the_person_answers() {
    let registering = Registering::by(RegistrationRule::Hold);
    let mut browser = registering.site.english_browser();
    let page = browser.get("/register").body;
    assert!(page.contains("Register your organisation"), "{page}");
    assert!(page.contains("We look at each registration"), "{page}");
    let home = begin(&mut browser, KVK, OWNER);
    let fields = [("name", "Bakery Example"), ("language", "en")];
    let sent = browser.post(&format!("{home}/organisation"), &fields);
    assert_eq!(sent.location(), format!("{home}/mailbox"), "{}", sent.body);
    let page = browser.get(&format!("{home}/mailbox")).body;
    assert!(
        page.contains(&format!("We sent a code to {OWNER}")),
        "{page}"
    );
    let mails = registering.mails();
    assert_eq!(mails[0].0, OWNER);
    let code = mails[0].1["code"].as_str().unwrap();
    answer(&mut browser, &home, code);
    let page = browser.get(&home).body;
    assert!(page.contains("You hear from us by mail"), "{page}");
    assert_eq!(registering.one(1).language, model::Language::En);
}

#[test]
fn what_cannot_be_is_said_field_by_field_and_mails_nobody() {
    let registering = Registering::by(RegistrationRule::Open);
    let desk = registering.site.store().read(|tx| tx.desk_named(None));
    let ours = desk
        .unwrap()
        .unwrap()
        .reply_to
        .expect("it has one")
        .to_string();
    let mut browser = registering.site.browser();
    for (kvk, email, field) in [
        ("", OWNER, "kvk"),
        ("1234567", OWNER, "kvk"),
        ("000012345678", OWNER, "kvk"),
        ("9000001a", OWNER, "kvk"),
        ("'; DROP TABLE party; --", OWNER, "kvk"),
        (KVK, "", "email"),
        (KVK, "nobody", "email"),
        (KVK, "a@b.example\r\nBcc: all@victim.example", "email"),
        (KVK, &ours, "email"),
        (KVK, &ours.to_uppercase(), "email"),
    ] {
        let sent = browser.post("/register", &[("kvk", kvk), ("email", email)]);
        assert!(has_mistake(&sent, field), "{kvk} {email}: {}", sent.body);
    }
    let home = begin(&mut browser, KVK, OWNER);
    let long = "a".repeat(101);
    let script = "<script>alert(1)</script>";
    for (name, domain, addresses, field) in [
        ("", "bakery.example", "", "name"),
        (&long, "bakery.example", "", "name"),
        ("Bakery", "nl", "", "domain"),
        ("Bakery", "co.uk", "", "domain"),
        ("Bakery", "abuse@bakery.example", "", "domain"),
        ("Bakery", script, "", "domain"),
        ("Bakery", "", "192.168.1.1", "addresses"),
        ("Bakery", "", "203.0.113.24\n10.0.0.0/8", "addresses"),
        ("Bakery", "", "bakery.example", "addresses"),
        ("Bakery", "", "198.51.100.0/23", "addresses"),
        ("Bakery", "", script, "addresses"),
    ] {
        let sent = fill_in(&mut browser, &home, name, domain, addresses);
        assert!(
            has_mistake(&sent, field),
            "{name} {domain} {addresses}: {}",
            sent.body
        );
        assert!(!sent.body.contains(script), "{}", sent.body);
    }
    let fields = [("name", "Bakery"), ("language", "fr")];
    let sent = browser.post(&format!("{home}/organisation"), &fields);
    assert!(has_mistake(&sent, "language"), "{}", sent.body);
    assert!(registering.mails().is_empty());
}

#[test]
fn no_code_goes_to_a_mailbox_of_ours() {
    let registering = Registering::by(RegistrationRule::Open);
    let set = registering.site.store().write(|tx| {
        let desk = tx.desk_named(None)?.expect("there is a desk");
        let change = DeskChange {
            reply_to: Some("abuse@csirt.example".parse().unwrap()),
            ..DeskChange::default()
        };
        tx.change_desk(desk, &change)
    });
    set.unwrap();
    let mut browser = registering.site.browser();
    let home = begin(&mut browser, KVK, OWNER);
    let sent = fill_in(&mut browser, &home, "Bakery", "csirt.example", "");
    assert!(has_mistake(&sent, "domain"), "{}", sent.body);
    assert!(registering.mails().is_empty());
}

#[test]
fn a_code_is_worth_three_guesses_and_seven_days_and_there_are_three() {
    let registering = Registering::by(RegistrationRule::Open);
    let mut browser = registering.site.browser();
    let home = registering.asked(&mut browser, KVK, "bakery.example");
    let code = registering.code();
    for wrong in ["", "000 00", "abcdef"] {
        let tried = answer(&mut browser, &home, wrong);
        assert!(has_mistake(&tried, "code"), "{wrong}: {}", tried.body);
    }
    let tried = answer(&mut browser, &home, &code);
    assert!(tried.body.contains("werkt niet meer"), "{}", tried.body);

    let again = [("act", "again")];
    let page = format!("{home}/mailbox");
    registering.wait();
    browser.post(&page, &again);
    let second = registering.code();
    assert_ne!(second, code);
    let tried = answer(&mut browser, &home, &code);
    assert!(has_mistake(&tried, "code"), "an older code: {}", tried.body);
    registering.at_day(8);
    let tried = answer(&mut browser, &home, &second);
    assert!(tried.body.contains("werkt niet meer"), "{}", tried.body);

    browser.post(&page, &again);
    let third = registering.code();
    browser.post(&page, &again);
    assert!(registering.mails().is_empty(), "a fourth mail");
    assert!(browser.get(&page).body.contains("geen code meer"));
    let other = fill_in(&mut browser, &home, "Bakery", "bread.example", "");
    assert!(has_mistake(&other, "domain"), "{}", other.body);
    answer(&mut browser, &home, &third);
    assert_eq!(registering.one(1).state, RegistrationState::Admitted);
    let twice = answer(&mut browser, &home, &third);
    assert_eq!(twice.location(), home, "{}", twice.body);
    assert!(
        registering
            .site
            .store()
            .read(|tx| tx.registration(2))
            .unwrap()
            .is_none()
    );
}

#[test]
fn what_is_corrected_sends_no_second_code_but_another_domain_does() {
    let registering = Registering::by(RegistrationRule::Open);
    let mut browser = registering.site.browser();
    let home = registering.asked(&mut browser, KVK, "bakery.example");
    let first = registering.code();
    registering.wait();
    fill_in(
        &mut browser,
        &home,
        "Bakery and Daughter",
        "bakery.example",
        "",
    );
    assert!(registering.mails().is_empty(), "the mailbox has its code");
    fill_in(
        &mut browser,
        &home,
        "Bakery and Daughter",
        "bread.example",
        "",
    );
    let mails = registering.mails();
    assert_eq!(mails[0].0, "abuse@bread.example");
    let tried = answer(&mut browser, &home, &first);
    assert!(
        has_mistake(&tried, "code"),
        "it went to another mailbox: {}",
        tried.body
    );
}

/// The bakery as the desk's own list has it, under the number that somebody types.
fn known_bakery(registering: &Registering) -> i64 {
    let mut register = RegisterBuilder::new().organisation("bakery");
    register.organisations[0].kvk = Some(KVK.parse().unwrap());
    registering.site.desk.import(&register);
    let party_no = registering.site.store().read(|tx| tx.party_no("bakery"));
    party_no.unwrap().unwrap()
}

#[test]
fn a_number_that_is_known_tells_its_administrators_and_the_pages_tell_nobody() {
    let registering = Registering::by(RegistrationRule::Open);
    let unknown = registering.registered(&mut registering.site.browser(), "90000025");
    registering.mails();
    let party_no = known_bakery(&registering);
    let person = registering.site.person("chef@bakery.example");
    registering
        .site
        .join(person, "bakery", OrganisationRole::Administrator);

    let mut browser = registering.site.browser();
    let home = begin(&mut browser, KVK, "stranger@elsewhere.example");
    fill_in(
        &mut browser,
        &home,
        "Bakery Example",
        "elsewhere.example",
        "",
    );
    let code = registering.code();
    answer(&mut browser, &home, &code);
    let known = browser.get(&home);
    let told = |page: &Answer| {
        let (_, from) = page.body.split_once("<main").unwrap();
        from.split_once("</main").unwrap().0.to_owned()
    };
    assert_eq!(told(&known), told(&unknown));

    let mails = registering.mails();
    assert_eq!(mails.len(), 1, "nobody is invited: {mails:?}");
    assert_eq!(mails[0].0, "chef@bakery.example");
    assert_eq!(mails[0].1["newcomer"], "stranger@elsewhere.example");
    assert!(mails[0].1["link"].as_str().unwrap().ends_with("/members"));
    assert_eq!(registering.one(2).state, RegistrationState::Known);
    let (members, invited) = registering
        .site
        .store()
        .read(|tx| {
            let kvk = KVK.parse().unwrap();
            assert_eq!(tx.organisations_with_kvk(&kvk)?, [party_no]);
            let invited = tx.invitations_of(party_no, testkit::now())?;
            Ok::<_, StoreError>((tx.members_of(party_no)?, invited))
        })
        .unwrap();
    assert_eq!((members.len(), invited.len()), (1, 0));
}

#[test]
fn a_number_for_which_nobody_works_or_that_registered_itself_waits_for_the_desk() {
    let registering = Registering::by(RegistrationRule::Open);
    known_bakery(&registering);
    registering.registered(&mut registering.site.browser(), KVK);
    assert_eq!(registering.one(1).state, RegistrationState::Waiting);
    // Twice the same number by an open door: the second waits.
    registering.registered(&mut registering.site.browser(), "90000025");
    let mut second = registering.site.browser();
    second.address = [192, 0, 2, 77];
    let home = begin(&mut second, "90000025", "other@bread.example");
    fill_in(&mut second, &home, "Bakery Example", "bread.example", "");
    let code = registering.code();
    answer(&mut second, &home, &code);
    assert_eq!(registering.one(2).state, RegistrationState::Admitted);
    assert_eq!(registering.one(3).state, RegistrationState::Waiting);

    let mut analyst = registering.analyst();
    let page = registering.desk_page(3);
    let shown = analyst.get(&page).body;
    assert!(
        shown.contains("This number is in the register already"),
        "{shown}"
    );
    let act = [("act", "admit"), ("reason", "the owner called us back")];
    let decided = analyst.post(&page, &act);
    assert!(has_mistake(&decided, "reason"), "{}", decided.body);
    assert_eq!(registering.one(3).state, RegistrationState::Waiting);
}

#[test]
fn a_closed_door_says_where_else_to_go_and_begins_nothing() {
    let registering = Registering::by(RegistrationRule::Closed);
    let mut browser = registering.site.browser();
    let first = browser.get("/").body;
    assert!(!first.contains("Organisatie inschrijven"), "{first}");
    assert!(first.contains("Contact opnemen"), "{first}");
    let fields = [("kvk", KVK), ("email", OWNER)];
    for page in [browser.get("/register"), browser.post("/register", &fields)] {
        assert_eq!(page.status, StatusCode::OK);
        for link in ["/contact", "/programmes"] {
            assert!(page.body.contains(link), "{link}: {}", page.body);
        }
        assert!(!page.body.contains("name=\"kvk\""), "{}", page.body);
    }
    assert!(
        registering
            .site
            .store()
            .read(|tx| tx.registration(1))
            .unwrap()
            .is_none()
    );
    // A new installation takes in no strangers.
    let fresh = TestSite::new();
    let desk = fresh
        .store()
        .read(|tx| tx.desk_named(None))
        .unwrap()
        .unwrap();
    assert_eq!(desk.registration, RegistrationRule::Closed);
    // Whoever stood in the door when it closed is looked at.
    registering.set(RegistrationRule::Open);
    let home = registering.asked(&mut browser, KVK, "bakery.example");
    registering.set(RegistrationRule::Closed);
    let code = registering.code();
    answer(&mut browser, &home, &code);
    assert_eq!(registering.one(1).state, RegistrationState::Waiting);
}

#[test]
fn a_network_an_address_and_the_whole_installation_have_limits() {
    let registering = Registering::by(RegistrationRule::Hold);
    let mut browser = registering.site.browser();
    let statuses: Vec<StatusCode> = (0..11)
        .map(|one| {
            let email = format!("owner{one}@bakery.example");
            browser
                .post("/register", &[("kvk", KVK), ("email", &email)])
                .status
        })
        .collect();
    assert_eq!(statuses[9], StatusCode::SEE_OTHER);
    assert_eq!(statuses[10], StatusCode::TOO_MANY_REQUESTS, "one network");
    let statuses: Vec<StatusCode> = (1..=4)
        .map(|one| {
            browser.address = [198, 51, 100, one];
            browser
                .post("/register", &[("kvk", KVK), ("email", OWNER)])
                .status
        })
        .collect();
    assert_eq!(statuses[2], StatusCode::SEE_OTHER);
    assert_eq!(statuses[3], StatusCode::TOO_MANY_REQUESTS, "one address");

    let filled = registering.site.store().write(|tx| {
        for _ in 0..REGISTRATIONS_OPEN_MAX {
            let new = NewRegistration {
                kvk: KVK.parse().unwrap(),
                email: &OWNER.parse().unwrap(),
                language: model::Language::Nl,
                trade: None,
            };
            tx.add_registration(&new, testkit::now())?;
        }
        Ok::<_, StoreError>(())
    });
    filled.unwrap();
    browser.address = [203, 0, 113, 1];
    let fields = [("kvk", KVK), ("email", "late@bakery.example")];
    for page in [browser.get("/register"), browser.post("/register", &fields)] {
        assert!(
            page.body.contains("te veel inschrijvingen"),
            "{}",
            page.body
        );
    }
}

#[test]
fn the_desk_looks_first_and_admits_or_refuses_with_a_reason() {
    let registering = Registering::by(RegistrationRule::Hold);
    registering.registered(&mut registering.site.browser(), KVK);
    registering.registered(&mut registering.site.browser(), "90000025");
    assert!(
        registering.mails().is_empty(),
        "nobody is invited before the desk looked"
    );
    let mut analyst = registering.analyst();
    let home = analyst.get("/desk").body;
    assert!(home.contains("/desk/registrations"), "{home}");
    let list = analyst.get("/desk/registrations").body;
    assert!(
        list.contains("Bakery Example") && list.contains("Nobody yet"),
        "{list}"
    );

    let page = registering.desk_page(1);
    let taken = analyst.post(&page, &[("act", "take")]);
    assert_eq!(taken.location(), format!("{page}?done=taken"));
    let shown = analyst.get(&page).body;
    for text in [KVK, OWNER, "203.0.113.24", MAILBOX, "Sam Voorbeeld"] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    let short = analyst.post(&page, &[("act", "admit"), ("reason", "ok")]);
    assert!(has_mistake(&short, "reason"), "{}", short.body);
    let act = [("act", "admit"), ("reason", "the owner called us back")];
    let decided = analyst.post(&page, &act);
    assert_eq!(decided.location(), "/desk/registrations?done=admitted");
    let mails = registering.mails();
    assert_eq!((mails.len(), &mails[0].0[..]), (1, OWNER));
    let party_no = registering.party_no();
    let vouched = registering
        .site
        .store()
        .read(|tx| tx.is_vouched_for(party_no));
    assert!(vouched.unwrap(), "a person looked");
    assert_eq!(registering.one(1).email, None, "nobody needs it any more");
    assert_eq!(
        analyst.get(&page).status,
        StatusCode::NOT_FOUND,
        "it is decided"
    );

    let page = registering.desk_page(2);
    let act = [
        ("act", "refuse"),
        ("reason", "the number is of somebody else"),
    ];
    let decided = analyst.post(&page, &act);
    assert_eq!(decided.location(), "/desk/registrations?done=refused");
    let mails = registering.mails();
    assert_eq!(mails[0].1["reason"], "the number is of somebody else");
    assert_eq!(registering.one(2).state, RegistrationState::Refused);
    let token = registering.site.site.link_key().registration_token(2);
    let page = registering
        .site
        .browser()
        .get(&format!("/register/{token}"));
    assert!(page.body.contains("ging niet door"), "{}", page.body);
    let acts = registering.acts();
    for act in [
        "take-registration",
        "read-registration",
        "admit-registration",
        "refuse-registration",
    ] {
        assert!(acts.iter().any(|done| done == act), "{act}: {acts:?}");
    }
}

#[test]
fn who_may_not_decide_reads_at_most() {
    let registering = Registering::by(RegistrationRule::Hold);
    registering.registered(&mut registering.site.browser(), KVK);
    let page = registering.desk_page(1);
    let act = [("act", "admit"), ("reason", "the owner called us back")];
    for (role, reads) in [
        (StaffRole::PrivacyOfficer, StatusCode::OK),
        (StaffRole::Editor, StatusCode::FORBIDDEN),
        (StaffRole::Director, StatusCode::FORBIDDEN),
        (StaffRole::Administrator, StatusCode::FORBIDDEN),
    ] {
        let person = registering.site.person(&format!("{role}@desk.example"));
        registering.site.employ(person, role);
        let mut browser = registering.site.signed_in(person);
        assert_eq!(browser.get(&page).status, reads, "{role}");
        assert_eq!(
            browser.post(&page, &act).status,
            StatusCode::FORBIDDEN,
            "{role}"
        );
    }
    // An analyst who showed who it is long ago proves it first.
    let person = registering.site.person("analyst@desk.example");
    registering.site.employ(person, StaffRole::Analyst);
    let before = testkit::now().plus_seconds(-1_800);
    let decided = registering
        .site
        .signed_in_at(person, before)
        .post(&page, &act);
    assert!(
        decided.location().starts_with("/account/prove"),
        "{decided:?}"
    );
}

#[test]
fn a_stranger_takes_nothing_over_by_a_name_and_a_number_until_the_desk_vouches() {
    let registering = Registering::by(RegistrationRule::Open);
    let site = &registering.site;
    let register = RegisterBuilder::new()
        .organisation("florist")
        .asset("florist", "prefix", "198.51.100.0/24")
        .network(
            "203.0.113.0/24",
            "Bakery Example",
            "abuse@noordlijn.example",
        );
    site.desk.import(&register);
    registering.registered(&mut site.browser(), KVK);
    let claimed = |registering: &Registering| {
        let states = registering.states().into_iter();
        states
            .filter(|(_, state)| *state == AssetState::Claimed)
            .count()
    };
    assert_eq!(
        claimed(&registering),
        2,
        "the name of a holder proves nothing"
    );
    let kvk = KVK.parse().unwrap();
    let by_number = || site.store().read(|tx| tx.party_with_kvk(&kvk)).unwrap();
    assert_eq!(by_number(), None, "a sign-in by number leads to nobody");
    let person = site.person("owner@florist.example");
    site.join(person, "florist", OrganisationRole::Administrator);
    let mandates = format!("/organisations/{}/mandates", site.party_id("florist"));
    let fields = [
        ("holder", KVK),
        ("group", ""),
        ("tlp", "TLP:AMBER"),
        ("may_answer", ""),
        ("valid_until", ""),
    ];
    let give = || site.signed_in(person).post(&mandates, &fields);
    let given = || {
        let party_no = site
            .store()
            .read(|tx| tx.party_no("florist"))
            .unwrap()
            .unwrap();
        site.store()
            .read(|tx| tx.mandates_given(party_no))
            .unwrap()
            .len()
    };
    let refused = give();
    assert!(has_mistake(&refused, "holder"), "{}", refused.body);
    assert_eq!(given(), 0);

    let mut analyst = registering.analyst();
    let page = registering.desk_page(1);
    let act = [("act", "vouch"), ("reason", "the owner called us back")];
    let decided = analyst.post(&page, &act);
    assert_eq!(
        decided.location(),
        "/desk/registrations?done=vouched",
        "{}",
        decided.body
    );
    assert_eq!(
        claimed(&registering),
        1,
        "the register of networks counts now"
    );
    assert_eq!(by_number(), Some(registering.party_no()));
    give();
    assert_eq!(given(), 1);
}

#[test]
fn the_desk_ends_what_came_in_by_itself_and_was_somebody_else() {
    let registering = Registering::by(RegistrationRule::Open);
    registering.registered(&mut registering.site.browser(), KVK);
    let party_no = registering.party_no();
    registering.mails();
    let mut analyst = registering.analyst();
    let act = [
        ("act", "refuse"),
        ("reason", "the bakery knows nothing of it"),
    ];
    analyst.post(&registering.desk_page(1), &act);
    let is_open = registering
        .site
        .store()
        .read(|tx| tx.party_is_open(party_no));
    assert!(!is_open.unwrap());
    assert_eq!(registering.one(1).state, RegistrationState::Refused);
    let mails = registering.mails();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(
        (&mails[0].0[..], &mails[0].1["what"]),
        (OWNER, &"refused".into())
    );
    // The right one can register now.
    let mut owner = registering.site.browser();
    let home = begin(&mut owner, KVK, "chef@bakery.example");
    fill_in(&mut owner, &home, "Bakery Example", "bread.example", "");
    let code = registering.code();
    answer(&mut owner, &home, &code);
    assert_eq!(registering.one(2).state, RegistrationState::Admitted);
}

#[test]
fn the_trade_register_fills_the_name_in_and_a_number_that_it_does_not_know_waits() {
    let bakery = TradeServer::profile(KVK, "Bakery Example", "Eenmanszaak");
    let server = TradeServer::start(&[(KVK, bakery)]);
    let url = server.url().parse().unwrap();
    let register = ::trade::TradeRegister::new(&url, TRADE_KEY, None, true).unwrap();
    let registering = Registering::with(RegistrationRule::Open, |options| {
        options.trade_register = Some(register);
    });
    let mut browser = registering.site.browser();
    let home = begin(&mut browser, KVK, OWNER);
    let page = browser.get(&format!("{home}/organisation")).body;
    assert!(page.contains("value=\"Bakery Example\""), "{page}");
    registering.registered(&mut browser, "90000025");
    assert_eq!(registering.one(2).state, RegistrationState::Waiting);
    server.break_down(true);
    registering.registered(&mut browser, "90000033");
    assert_eq!(
        registering.one(3).state,
        RegistrationState::Admitted,
        "a silent register holds nobody up"
    );
}

#[test]
fn a_link_that_we_did_not_make_opens_nothing() {
    let registering = Registering::by(RegistrationRule::Open);
    let mut browser = registering.site.browser();
    let home = registering.asked(&mut browser, KVK, "bakery.example");
    let mut other = home.clone().into_bytes();
    let last = other.len() - 3;
    other[last] = if other[last] == b'a' { b'b' } else { b'a' };
    let other = String::from_utf8(other).unwrap();
    let application = registering.site.site.link_key().application_token(1, 0);
    for place in [other, format!("/register/{application}")] {
        for end in ["", "/organisation", "/mailbox"] {
            let page = browser.get(&format!("{place}{end}"));
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{place}{end}");
        }
        let tried = answer(&mut browser, &place, "123456");
        assert_eq!(tried.status, StatusCode::NOT_FOUND);
    }
}
