use axum::http::StatusCode;
use model::{IdKind, StaffRole};

use super::{at_work, audited, busy_site};
use crate::testing::TestSite;

fn party_id(site: &TestSite, reference: &str) -> String {
    let number = site.store().read(|tx| tx.party_no(reference)).unwrap();
    site.site.id(IdKind::Party, number.unwrap()).to_string()
}

fn waiting_finding(site: &TestSite) -> String {
    let kind = store::QueueKind::Unresolved;
    let item = site.store().read(|tx| tx.open_queue_items(kind, 0, 1));
    let number = item.unwrap()[0].finding_no;
    format!("/desk/findings/{}", site.site.id(IdKind::Finding, number))
}

#[test]
fn a_finding_shows_who_was_told_why_and_who_saw_it() {
    let site = busy_site();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let search = [("what", "192.0.2.1"), ("reason", "a question by phone")];
    let page = analyst.post("/desk/search", &search).body;
    let address = page
        .split('"')
        .find(|part| part.starts_with("/desk/findings/"));
    let page = analyst.get(address.unwrap()).body;
    for want in ["NTF-2026-000001", "bakery (name)", "valt in", "scan_rdp"] {
        let english = want.replace("valt in", "is in");
        assert!(
            page.contains(want) || page.contains(&english),
            "{want}: {page}"
        );
    }
    assert_eq!(audited(&site)[0].0, "read");
}

#[test]
fn a_finding_that_waits_is_taken_told_and_withheld() {
    let site = busy_site();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let address = waiting_finding(&site);
    assert!(analyst.get("/desk/queues").body.contains(&address));
    let mut decide = |fields: &[(&str, &str)]| {
        let answer = analyst.post(&format!("{address}/decide"), fields);
        answer.location().rsplit('=').next().unwrap().to_owned()
    };
    let reason = ("reason", "known from a phone call");
    assert_eq!(decide(&[("act", "take")]), "taken");
    assert_eq!(decide(&[("act", "tell"), ("to", "bakery")]), "no-reason");
    assert_eq!(
        decide(&[("act", "tell"), ("to", "nobody"), reason]),
        "no-organisation"
    );
    assert_eq!(decide(&[("act", "tell"), ("to", "bakery"), reason]), "told");
    assert_eq!(decide(&[("act", "withhold"), reason]), "not-waiting");
    site.desk.status();
}

#[test]
fn an_organisation_is_shown_for_a_reason_that_stands_with_every_read() {
    let site = busy_site();
    let mut officer = at_work(&site, StaffRole::PrivacyOfficer);
    let address = format!("/desk/organisations/{}", party_id(&site, "bakery"));
    let asked = officer.get(&address).body;
    assert!(
        asked.contains("Why do you look") && !asked.contains("bakery (name)"),
        "{asked}"
    );
    officer.post(&address, &[("reason", "no")]);
    assert!(!officer.get(&address).body.contains("bakery (name)"));
    officer.post(&address, &[("reason", "request of the owner")]);
    for _ in 0..2 {
        assert!(officer.get(&address).body.contains("bakery (name)"));
    }
    let reads = audited(&site).into_iter().filter(|row| row.0 == "read");
    let reads: Vec<String> = reads.map(|row| row.2).collect();
    assert_eq!(reads, ["request of the owner", "request of the owner"]);
    // Another session gives a reason of its own.
    let other = site.person("other@csirt.example");
    site.employ(other, StaffRole::PrivacyOfficer);
    assert!(
        site.signed_in(other)
            .get(&address)
            .body
            .contains("Why do you look")
    );
    let mut director = at_work(&site, StaffRole::Director);
    assert_eq!(director.get(&address).status, StatusCode::FORBIDDEN);
}
