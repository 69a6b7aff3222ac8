//! Programmes as applicants meet them: pages, the form in its steps, and what the link opens.

mod address;
mod tabs;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::StatusCode;
use model::{ApplicationState, Sector, Timestamp};
use store::ProgrammeTerms;
use testkit::{Desk, TRADE_KEY, TradeServer};

use crate::SiteOptions;
use crate::testing::{Answer, Browser, TestSite};

/// A site with a programme, whose clock can be moved.
pub(crate) struct Enrolling {
    pub(crate) site: TestSite,
    clock: Arc<AtomicI64>,
    pub(crate) programme_no: i64,
}

impl Enrolling {
    /// A programme called `pilot` that everybody sees, opens now and closes after thirty days.
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    /// The same, with other options than usual.
    fn with(change: impl FnOnce(&mut SiteOptions)) -> Self {
        Self::over(Desk::embedded(), change)
    }

    /// The same over an installation.
    pub(crate) fn over(desk: Desk, change: impl FnOnce(&mut SiteOptions)) -> Self {
        let clock = Arc::new(AtomicI64::new(testkit::now().micros()));
        let read = Arc::clone(&clock);
        let site = TestSite::with(desk, move |options| {
            options.now = Arc::new(move || Timestamp::from_micros(read.load(Ordering::Relaxed)));
            change(options);
        });
        let now = testkit::now();
        let text = str::to_owned;
        let terms = ProgrammeTerms {
            slug: text("pilot"),
            name: [text("Proef met waarschuwingen"), text("Pilot of warnings")],
            text: [text("Wij waarschuwen."), text("We warn.")],
            evidence: Default::default(),
            contact: Default::default(),
            sectors: Sector::ALL.to_vec(),
            places: 40,
            per_sector: 4,
            opens_at: now,
            closes_at: testkit::days_later(30),
            begins_on: testkit::days_later(60).day(),
            ends_on: testkit::days_later(425).day(),
        };
        let programme_no = site.store().write(|tx| {
            let programme_no = tx.add_programme(&terms, now)?.expect("the name is free");
            tx.publish_programme(programme_no, now)?;
            Ok::<_, store::StoreError>(programme_no)
        });
        Self {
            site,
            clock,
            programme_no: programme_no.unwrap(),
        }
    }

    /// Moves the clock to so many days after the programme opened.
    pub(crate) fn at_day(&self, days: i64) {
        let moment = testkit::days_later(days);
        self.clock.store(moment.micros(), Ordering::Relaxed);
    }

    /// The mails that wait: kind and facts, in the order in which they came.
    pub(crate) fn mails(&self) -> Vec<serde_json::Value> {
        let mails = self.addressed().into_iter();
        mails.map(|(_, facts)| facts).collect()
    }

    /// The same, with the address to which each goes.
    pub(crate) fn addressed(&self) -> Vec<(String, serde_json::Value)> {
        let lease = std::time::Duration::from_secs(1);
        let taken = self
            .site
            .store()
            .write(|tx| tx.take_service_mails(1_000, lease, testkit::days_later(900)));
        let mails = taken.unwrap().into_iter();
        mails
            .map(|mail| {
                let facts = serde_json::from_str(&mail.facts).unwrap();
                (mail.to.to_string(), facts)
            })
            .collect()
    }
}

/// Begins an application; gives the address of its pages.
fn begin(browser: &mut Browser<'_>) -> String {
    let begun = browser.post(
        "/programmes/pilot/apply",
        &[("email", "sam@bakery.example")],
    );
    let home = begun.location().strip_suffix("/organisation");
    home.unwrap_or_else(|| panic!("{begun:?}")).to_owned()
}

const FIELDS: [(&str, &[(&str, &str)]); 5] = [
    (
        "organisation",
        &[
            ("organisation", "Bakery Example"),
            ("kvk", "90000017"),
            ("sector", "trade"),
            ("size", "small"),
        ],
    ),
    (
        "criteria",
        &[
            ("form", "private-law"),
            ("is_dutch", "yes"),
            ("does_business", "yes"),
            ("legal_class", "other-business"),
            ("evidence_established", "bakery.example/contact"),
            ("evidence_not_vital", "a bakery; no CSIRT"),
        ],
    ),
    (
        "contact",
        &[
            ("contact", "present"),
            ("evidence_contact", "head of the bakery"),
            ("contact_name", "Sam Voorbeeld"),
        ],
    ),
    (
        "assets",
        &[("assets", "192.0.2.0/28\r\nbakery.example\r\n2001:db8::/32")],
    ),
    ("submit", &[("consent", "yes")]),
];

/// Sends one page of the form.
fn send(browser: &mut Browser<'_>, home: &str, step: &str, fields: &[(&str, &str)]) -> Answer {
    browser.post(&format!("{home}/{step}"), fields)
}

#[test]
fn an_application_is_filled_in_step_by_step_and_gets_a_number() {
    let enrolling = Enrolling::new();
    let mut browser = enrolling.site.browser();
    let page = browser.get("/programmes/pilot");
    assert!(page.body.contains("Aanmelden</a>"), "{}", page.body);
    let home = begin(&mut browser);
    for (step, fields) in FIELDS {
        let shown = browser.get(&format!("{home}/{step}"));
        assert_eq!(shown.status, StatusCode::OK, "{step}: {}", shown.body);
        let sent = send(&mut browser, &home, step, fields);
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{step}: {}", sent.body);
    }
    let overview = browser.get(&format!("{home}?done=submitted"));
    assert!(
        overview.body.contains("Bakery Example"),
        "{}",
        overview.body
    );
    assert!(overview.body.contains("telt voor 18"), "{}", overview.body);
    let mails = enrolling.mails();
    let said: Vec<_> = mails.iter().map(|facts| facts["what"].clone()).collect();
    assert_eq!(said, ["begun", "submitted"]);
    let link = format!("http://localhost:8080{home}");
    assert!(
        mails.iter().all(|facts| facts["link"] == *link),
        "{mails:?}"
    );
    // Once sent, it stays as it is, until it is taken back.
    let again = send(&mut browser, &home, "assets", &[("assets", "x.example")]);
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(
        browser.get(&format!("{home}/assets")).location(),
        home,
        "the form leads to the overview"
    );
    browser.post(&format!("{home}/withdraw"), &[]);
    let overview = browser.get(&home);
    assert!(!overview.body.contains("Bakery Example"), "it is forgotten");
}

#[test]
fn what_was_filled_in_is_kept_right_or_wrong_and_the_link_leads_back() {
    let enrolling = Enrolling::new();
    let home = begin(&mut enrolling.site.browser());
    let wrong = [
        ("organisation", "Bakery Example"),
        ("kvk", "1234"),
        ("go", "next"),
    ];
    let mut browser = enrolling.site.browser();
    let told = send(&mut browser, &home, "organisation", &wrong);
    assert_eq!(told.status, StatusCode::OK);
    for field in ["#kvk", "#sector", "#size"] {
        assert!(told.body.contains(&format!("href=\"{field}\"")), "{field}");
    }
    // Another browser, later, with the link from the mail.
    let mut other = enrolling.site.browser();
    let shown = other.get(&format!("{home}/organisation"));
    assert!(shown.body.contains("value=\"1234\""), "{}", shown.body);
    let later = send(&mut other, &home, "organisation", &[("go", "later")]);
    assert_eq!(later.location(), format!("{home}?done=saved"));
    let early = send(&mut other, &home, "submit", &[("consent", "yes")]);
    assert_eq!(early.status, StatusCode::OK, "it is not complete");
    assert!(
        early.body.contains(
            "/contact\">Contact</a></li>
  <li>"
        ),
        "{}",
        early.body
    );
    let application = enrolling.site.store().read(|tx| tx.application(1));
    assert_eq!(application.unwrap().unwrap().state, ApplicationState::Begun);
}

#[test]
fn evidence_is_asked_with_each_declaration_and_goes_with_the_rest() {
    let enrolling = Enrolling::new();
    let mut browser = enrolling.site.browser();
    let home = begin(&mut browser);
    for (step, fields) in &FIELDS[..4] {
        send(&mut browser, &home, step, fields);
    }
    let declared = [
        ("form", "private-law"),
        ("is_dutch", "yes"),
        ("legal_class", "other-business"),
        ("relay", "Relay Example"),
    ];
    let told = send(&mut browser, &home, "criteria", &declared);
    assert_eq!(told.status, StatusCode::OK);
    for field in ["established", "not_vital", "no_relay"] {
        let link = format!("href=\"#evidence_{field}\"");
        assert!(told.body.contains(&link), "{field}: {}", told.body);
    }
    let early = send(&mut browser, &home, "submit", &[("consent", "yes")]);
    assert_eq!(early.status, StatusCode::OK, "evidence is missing");
    // Whoever does not know what it is by law has nothing to show.
    let unknown = [
        ("form", "private-law"),
        ("legal_class", "unknown"),
        ("evidence_no_relay", "we asked our sector"),
    ];
    let next = send(&mut browser, &home, "criteria", &unknown);
    assert_eq!(next.location(), format!("{home}/contact"), "{}", next.body);
    send(&mut browser, &home, "criteria", FIELDS[1].1);
    let sent = send(&mut browser, &home, "submit", &[("consent", "yes")]);
    assert_eq!(sent.location(), format!("{home}?done=submitted"));
    assert!(kept_form(&enrolling).contains("head of the bakery"));
    browser.post(&format!("{home}/withdraw"), &[]);
    assert_eq!(kept_form(&enrolling), "{}");
}

#[test]
fn assets_are_counted_by_a_button_and_while_they_are_typed() {
    let enrolling = Enrolling::new();
    let mut browser = enrolling.site.browser();
    let home = begin(&mut browser);
    let list = "192.0.2.0/24\n192.0.2.7\n2001:db8::/32\nx.example\n10.0.0.1";
    let shown = send(
        &mut browser,
        &home,
        "assets",
        &[("assets", list), ("go", "count")],
    );
    assert!(shown.body.contains("Telt voor 258"), "{}", shown.body);
    assert!(shown.body.contains("Regel 5"), "{}", shown.body);
    let typed = send(&mut browser, &home, "count", &[("assets", list)]).json();
    assert_eq!(typed["total"], 258);
    assert_eq!(typed["bad"][0]["line"], 5);
    let stranger = "/applications/0123456789/count";
    let refused = browser.post(stranger, &[("assets", list)]);
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}

#[test]
fn a_programme_that_is_hidden_or_closed_takes_no_applications_and_says_what_there_is_instead() {
    let enrolling = Enrolling::new();
    let mut browser = enrolling.site.browser();
    assert_eq!(
        browser.get("/programmes/other").status,
        StatusCode::NOT_FOUND
    );
    let home = begin(&mut browser);
    for (step, fields) in &FIELDS[..4] {
        send(&mut browser, &home, step, fields);
    }
    enrolling.at_day(30);
    let closed = browser.get("/programmes/pilot");
    assert!(!closed.body.contains("Aanmelden</a>"));
    assert!(
        closed.body.contains("Wat u wel kunt doen"),
        "{}",
        closed.body
    );
    assert!(closed.body.contains("kosteloos"), "{}", closed.body);
    let late = browser.post("/programmes/pilot/apply", &[("email", "sam@x.example")]);
    assert_eq!(late.status, StatusCode::CONFLICT);
    let late = send(&mut browser, &home, "submit", &[("consent", "yes")]);
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(browser.get(&home).body.contains("telt niet mee"));
    let proof = browser.get("/programmes/pilot/draw.txt");
    assert_eq!(proof.status, StatusCode::NOT_FOUND, "nothing was drawn");
}

#[test]
fn nobody_mails_one_address_over_and_over() {
    let enrolling = Enrolling::new();
    let mut browser = enrolling.site.browser();
    let statuses = [(); 4].map(|()| {
        let fields = [("email", "sam@bakery.example")];
        browser.post("/programmes/pilot/apply", &fields).status
    });
    assert_eq!(statuses[2], StatusCode::SEE_OTHER);
    assert_eq!(statuses[3], StatusCode::TOO_MANY_REQUESTS);
    let wrong = browser.post("/programmes/pilot/apply", &[("email", "nobody")]);
    assert!(wrong.body.contains("#email"), "{}", wrong.body);
}

/// A programme at a desk that asks this register.
fn enrolling_with(server: &TradeServer) -> Enrolling {
    let url = server.url().parse().unwrap();
    let register = ::trade::TradeRegister::new(&url, TRADE_KEY, None, true).unwrap();
    Enrolling::with(|options| options.trade_register = Some(register))
}

/// The first page of the form, with no name.
fn nameless(number: &str) -> [(&str, &str); 3] {
    [("kvk", number), ("sector", "trade"), ("size", "small")]
}

fn kept_form(enrolling: &Enrolling) -> String {
    let one = enrolling.site.store().read(|tx| tx.application(1));
    one.unwrap().unwrap().form
}

#[test]
fn a_name_that_is_left_empty_comes_from_the_trade_register_and_can_be_corrected() {
    let bakery = TradeServer::profile("90000017", "Bakery Example", "Eenmanszaak");
    let server = TradeServer::start(&[("90000017", bakery)]);
    let enrolling = enrolling_with(&server);
    let mut browser = enrolling.site.browser();
    let home = begin(&mut browser);
    let form = browser.get(&format!("{home}/organisation")).body;
    assert!(form.contains("Laat dit leeg"), "{form}");
    let filled = send(&mut browser, &home, "organisation", &nameless("90000017"));
    assert_eq!(filled.status, StatusCode::OK, "it is looked at first");
    for text in ["value=\"Bakery Example\"", "uit het handelsregister"] {
        assert!(filled.body.contains(text), "{text}: {}", filled.body);
    }
    assert!(kept_form(&enrolling).contains("\"form\":\"natural-person\""));
    let mut corrected = nameless("90000017").to_vec();
    corrected.push(("organisation", "Bakery and Daughter"));
    let next = send(&mut browser, &home, "organisation", &corrected);
    assert_eq!(next.location(), format!("{home}/criteria"), "{}", next.body);
    assert!(kept_form(&enrolling).contains("Bakery and Daughter"));
    assert_eq!(server.asked(), ["90000017"], "it is asked once");
}

#[test]
fn a_register_that_is_silent_or_does_not_know_the_number_keeps_nobody_from_applying() {
    let server = TradeServer::start(&[]);
    let enrolling = enrolling_with(&server);
    let mut browser = enrolling.site.browser();
    let home = begin(&mut browser);
    let unknown = send(&mut browser, &home, "organisation", &nameless("90000025"));
    assert!(
        unknown.body.contains("kent dit nummer niet"),
        "{}",
        unknown.body
    );
    server.break_down(true);
    let silent = send(&mut browser, &home, "organisation", &nameless("90000017"));
    assert!(silent.body.contains("niet te bereiken"), "{}", silent.body);
    assert!(
        silent.body.contains("href=\"#organisation\""),
        "{}",
        silent.body
    );
    for (step, fields) in FIELDS {
        let sent = send(&mut browser, &home, step, fields);
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{step}: {}", sent.body);
    }
    let kept = enrolling.site.store().read(|tx| tx.trade_answer(1));
    let kept = kept.unwrap().unwrap();
    assert_eq!(kept.state, model::TradeState::Waiting);
    assert!(kept.due_at.is_some(), "upkeep asks again");
}

#[test]
fn an_answer_of_the_register_that_comes_late_leaves_what_was_saved_meanwhile() {
    let enrolling = Enrolling::new();
    let mut browser = enrolling.site.browser();
    let home = begin(&mut browser);
    send(&mut browser, &home, "organisation", &nameless("90000017"));
    let entry = model::TradeEntry {
        name: "Bakery Example".to_owned(),
        legal_form: "Eenmanszaak".to_owned(),
        ended_on: None,
        is_non_mailing: false,
    };
    let asked = |number: &str| {
        let question = store::TradeAnswer::due(1, number.parse().unwrap(), testkit::now());
        question.answered(Some(entry.clone()), testkit::now())
    };
    let comes = |number: &str| {
        let answer = asked(number);
        let store = enrolling.site.store();
        store.write(|tx| super::trade::keep(tx, &answer, true))
    };
    let kept = || {
        let answer = enrolling.site.store().read(|tx| tx.trade_answer(1));
        answer.unwrap()
    };
    assert_eq!(comes("90000025").unwrap().1, None, "of another number");
    assert_eq!(kept(), None);

    let fields = [("contact", "present"), ("contact_name", "Sam Voorbeeld")];
    send(&mut browser, &home, "contact", &fields);
    assert_eq!(comes("90000017").unwrap().1, Some("filled"));
    let form = kept_form(&enrolling);
    assert!(form.contains("Sam Voorbeeld"), "{form}");
    assert!(form.contains("Bakery Example"), "{form}");

    let store = enrolling.site.store();
    assert!(store.write(|tx| tx.withdraw_application(1)).unwrap());
    assert!(comes("90000017").is_err(), "it was taken back");
    assert_eq!(kept(), None);
    assert_eq!(kept_form(&enrolling), "{}");
}

#[test]
fn nobody_reads_the_register_out() {
    let numbers: Vec<String> = (10_000_001..10_000_008)
        .map(|number| number.to_string())
        .collect();
    let entries: Vec<(&str, String)> = numbers
        .iter()
        .map(|number| {
            (
                &number[..],
                TradeServer::profile(number, "Somebody", "Eenmanszaak"),
            )
        })
        .collect();
    let server = TradeServer::start(&entries);
    let enrolling = enrolling_with(&server);
    let mut browser = enrolling.site.browser();
    let home = begin(&mut browser);
    for (number, asked) in numbers.iter().zip([1, 2, 3, 3, 3]) {
        let shown = send(&mut browser, &home, "organisation", &nameless(number));
        assert_eq!(shown.status, StatusCode::OK);
        assert_eq!(server.asked().len(), asked);
        let is_told = shown.body.contains("value=\"Somebody\"");
        assert_eq!(is_told, number.ends_with(['1', '2', '3']), "{number}");
    }
}
