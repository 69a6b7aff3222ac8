//! Organisations as the desk sees them: who is served, and how the first administrator comes in.

use model::{OrganisationRole, StaffRole};
use testkit::RegisterBuilder;

use super::{at_work, audited, busy_site};

#[test]
fn a_list_of_whose_keys_hold_up_mails_is_in_the_audit_log() {
    let site = busy_site();
    at_work(&site, StaffRole::Director).get("/desk/keys");
    let read = ("read", "keys", "a list of organisations");
    let rows = audited(&site);
    let mut rows = rows
        .iter()
        .map(|(action, subject, detail)| (&action[..], &subject[..], &detail[..]));
    assert!(rows.any(|row| row == read));
}

#[test]
fn a_kvk_number_that_stands_twice_is_shown_as_a_problem_with_what_to_do() {
    let site = busy_site();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    assert!(
        !analyst
            .get("/desk/organisations")
            .body
            .contains("stands twice")
    );
    let mut register = RegisterBuilder::new()
        .organisation("bakery")
        .organisation("twin");
    for row in &mut register.organisations {
        row.kvk = Some("90000017".parse().unwrap());
    }
    site.desk.import(&register);
    let list = analyst.get("/desk/organisations").body;
    assert_eq!(list.matches("Number stands twice").count(), 2, "{list}");
    let here = format!("/desk/organisations/{}", site.party_id("bakery"));
    assert!(
        !analyst.get(&here).body.contains("twin (name)"),
        "nobody said why"
    );
    analyst.post(&here, &[("reason", "they asked by telephone")]);
    let page = analyst.get(&here).body;
    let other = format!("/desk/organisations/{}", site.party_id("twin"));
    assert!(
        page.contains(&other) && page.contains("Decide which one stays"),
        "{page}"
    );
}

#[test]
fn the_first_administrator_is_invited_for_a_reason_and_no_second_one() {
    let site = busy_site();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let listed = analyst.get("/desk/organisations").body;
    assert!(listed.contains("bakery (name)") && listed.contains("school (name)"));
    let here = format!("/desk/organisations/{}", site.party_id("bakery"));
    let sam = [("email", "sam@bakery.example"), ("name", "Sam Voorbeeld")];
    let invite = format!("{here}/administrator");
    analyst.post(&invite, &sam);
    assert!(site.mails().is_empty(), "nobody said why");
    analyst.post(&here, &[("reason", "they asked by telephone")]);
    let page = analyst.get(&here).body;
    assert!(
        page.contains("First administrator") && page.contains("Verified"),
        "{page}"
    );
    let wrong = analyst
        .post(&invite, &[("email", "sam"), ("name", "")])
        .body;
    assert!(wrong.contains("href=\"#email\"") && wrong.contains("href=\"#name\""));
    let done = analyst.post(&invite, &sam);
    assert_eq!(done.location(), format!("{here}?done=invited"));
    let (kind, to, _) = site.mails().pop().unwrap();
    assert_eq!((&kind[..], &to[..]), ("invitation", "sam@bakery.example"));
    let owner = site.person("owner@bakery.example");
    site.join(owner, "bakery", OrganisationRole::Administrator);
    assert!(!analyst.get(&here).body.contains("First administrator"));
    let late = analyst.post(&invite, &sam);
    assert_eq!(late.location(), format!("{here}?done=not-invited"));
    assert!(audited(&site).iter().any(|row| row.0 == "invite"));
}
