//! Whether the door is open, and how many may stand in it.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use model::{RegistrationRule, RegistrationState};
use store::{
    NewRegistration, REGISTRATION_BEGUN_KEPT_SECS, REGISTRATIONS_BEGUN_MAX,
    REGISTRATIONS_WAITING_MAX, StoreError,
};

use super::{KVK, OWNER, Registering, answer, begin};
use crate::testing::TestSite;

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
fn a_network_has_a_limit_and_an_address_that_others_name_has_none() {
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
    // Nothing is mailed yet, and whoever it is can begin after others typed the address.
    for one in 1..=8 {
        browser.address = [198, 51, 100, one];
        let begun = browser.post("/register", &[("kvk", KVK), ("email", OWNER)]);
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{one}");
    }
    assert!(registering.mails().is_empty());
}

#[test]
fn a_line_with_many_networks_begins_twice_as_much_as_one() {
    let registering = Registering::with(RegistrationRule::Hold, |options| {
        options.trusted_proxies = vec!["192.0.2.0/24".parse().unwrap()];
    });
    let mut browser = registering.site.browser();
    browser.address = [192, 0, 2, 1];
    let mut begun_from = |address: &str| {
        let request = Request::post("/register")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("x-forwarded-for", address);
        let form = format!("kvk={KVK}&email=owner%40bakery.example");
        browser.ask(request.body(Body::from(form)).unwrap()).status
    };
    for network in 0..20 {
        let begun = begun_from(&format!("2001:db8:1:{network}::1"));
        assert_eq!(begun, StatusCode::SEE_OTHER, "{network}");
    }
    let too_many = begun_from("2001:db8:1:99::1");
    assert_eq!(too_many, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(begun_from("2001:db8:2::1"), StatusCode::SEE_OTHER);
}

/// Adds registrations that are begun, each with a code that was mailed, or that wait.
fn fill(registering: &Registering, count: i64, waits: bool) {
    let filled = registering.site.store().write(|tx| {
        let email = OWNER.parse().unwrap();
        for _ in 0..count {
            let new = NewRegistration {
                kvk: KVK.parse().unwrap(),
                email: &email,
                language: model::Language::Nl,
                trade: None,
            };
            let registration_no = tx.add_registration(&new, testkit::now())?;
            tx.test_registration(registration_no, &email, testkit::now())?;
            if waits {
                tx.put_registration_off(registration_no, testkit::now())?;
            }
        }
        Ok::<_, StoreError>(())
    });
    filled.unwrap();
}

#[test]
fn what_one_line_begins_shuts_the_door_for_nobody_else_and_a_full_one_says_so() {
    let registering = Registering::by(RegistrationRule::Hold);
    let mut browser = registering.site.browser();
    // What one line can begin and have mailed before its first ones are removed: 20 at once, and 20 an hour.
    let of_one_line = 20 + 20 * REGISTRATION_BEGUN_KEPT_SECS / 3_600;
    fill(&registering, of_one_line, false);
    begin(&mut browser, KVK, "late@bakery.example");
    fill(&registering, REGISTRATIONS_BEGUN_MAX - of_one_line, false);
    let fields = [("kvk", KVK), ("email", "later@bakery.example")];
    for page in [browser.get("/register"), browser.post("/register", &fields)] {
        assert!(
            page.body.contains("te veel inschrijvingen") && page.body.contains("10000"),
            "{}",
            page.body
        );
    }
}

#[test]
fn a_door_behind_which_too_many_wait_says_so() {
    let registering = Registering::by(RegistrationRule::Hold);
    let mut browser = registering.site.browser();
    fill(&registering, REGISTRATIONS_WAITING_MAX - 1, true);
    begin(&mut browser, KVK, "late@bakery.example");
    fill(&registering, 1, true);
    let fields = [("kvk", KVK), ("email", "later@bakery.example")];
    for page in [browser.get("/register"), browser.post("/register", &fields)] {
        assert!(
            page.body.contains("te veel inschrijvingen") && page.body.contains("1000"),
            "{}",
            page.body
        );
    }
}
