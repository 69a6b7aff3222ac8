//! The three pages, what they do not take, and whose they are.

use axum::http::StatusCode;
use model::{AssetState, IdKind, RegistrationRule, RegistrationState};
use store::StoreError;
use testkit::{TRADE_KEY, TradeServer};

use super::{KVK, MAILBOX, OWNER, Registering, answer, begin, fill_in, has_mistake};

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
