use axum::http::StatusCode;
use model::{IdKind, StaffRole};

use super::{at_work, audited};
use crate::testing::TestSite;

fn page_of(site: &TestSite, person_no: i64) -> String {
    format!("/desk/people/{}", site.site.id(IdKind::Person, person_no))
}

fn roles_of(site: &TestSite, person_no: i64) -> Vec<StaffRole> {
    site.store().read(|tx| tx.staff_roles(person_no)).unwrap()
}

#[test]
fn an_administrator_invites_somebody_who_gets_a_mail() {
    let site = TestSite::new();
    let mut browser = at_work(&site, StaffRole::Administrator);
    let wrong = [("name", ""), ("email", "nobody")];
    let page = browser.post("/desk/people", &wrong).body;
    for field in ["#name", "#email", "#roles"] {
        assert!(page.contains(field), "{field}: {page}");
    }
    let invited = browser.post(
        "/desk/people",
        &[
            ("name", "Noor de Wit"),
            ("email", "noor@csirt.example"),
            ("roles", "analyst"),
            ("roles", "editor"),
        ],
    );
    assert_eq!(invited.location(), "/desk/people?done=invited");
    let page = browser.get("/desk/people").body;
    assert!(
        page.contains("Analyst, Editor") && page.contains("Invited"),
        "{page}"
    );
    let is_mailed = site.store().read(|tx| tx.has_service_mail(testkit::now()));
    assert!(is_mailed.unwrap());
    let again = [
        ("name", "Noor"),
        ("email", "noor@csirt.example"),
        ("roles", "director"),
    ];
    assert!(
        browser
            .post("/desk/people", &again)
            .body
            .contains("works at the desk already")
    );
    assert_eq!(audited(&site)[0].0, "invite-staff");
}

#[test]
fn nobody_raises_oneself_and_one_administrator_stays() {
    let site = TestSite::new();
    let own = site.person("one@csirt.example");
    site.employ(own, StaffRole::Administrator);
    let mut browser = site.signed_in(own);
    let here = page_of(&site, own);
    let mut done = |end: &str, fields: &[(&str, &str)]| {
        let answer = browser.post(&format!("{here}{end}"), fields);
        answer.location().rsplit('=').next().unwrap().to_owned()
    };
    let more = [("roles", "administrator"), ("roles", "analyst")];
    assert_eq!(done("/roles", &more), "own");
    assert_eq!(done("/roles", &[("roles", "director")]), "own");
    assert_eq!(done("/roles", &[]), "last-administrator");
    assert_eq!(done("/close", &[]), "last-administrator");
    assert_eq!(done("/renew", &[]), "own");
    assert_eq!(roles_of(&site, own), [StaffRole::Administrator]);
}

#[test]
fn roles_and_sessions_end_at_once() {
    let site = TestSite::new();
    let mut browser = at_work(&site, StaffRole::Administrator);
    let analyst = site.person("sam@csirt.example");
    site.employ(analyst, StaffRole::Analyst);
    let mut at_desk = site.signed_in(analyst);
    assert_eq!(at_desk.get("/desk").status, StatusCode::OK);
    let here = page_of(&site, analyst);
    assert!(browser.get(&here).body.contains("Signed in"));
    browser.post(&format!("{here}/roles"), &[("roles", "director")]);
    assert_eq!(roles_of(&site, analyst), [StaffRole::Director]);
    browser.post(&format!("{here}/sessions"), &[]);
    assert!(
        at_desk
            .get("/desk")
            .location()
            .starts_with("/account/sign-in")
    );
    let closed = browser.post(&format!("{here}/close"), &[]);
    assert_eq!(closed.location(), "/desk/people?done=closed");
    assert_eq!(roles_of(&site, analyst), []);
    let actions: Vec<String> = audited(&site).into_iter().map(|row| row.0).collect();
    assert_eq!(actions, ["close", "end-sessions", "set-roles"]);
}
