//! Agreements about copies, from the first line to what the organisation reads of them (requirement DI-10).

use axum::http::StatusCode;
use model::{OrganisationRole, StaffRole};

use super::{at_work, audited, busy_site};
use crate::testing::{Browser, TestSite};

const TERMS: [(&str, &str); 7] = [
    ("reference", "school"),
    ("document", "ZC-2026-1"),
    ("from", "2026-11-18"),
    ("review", "2027-11-18"),
    ("class", "vulnerable"),
    ("severity", "medium"),
    ("feedback", "a call each month"),
];

const CONSENT: [(&str, &str); 3] = [
    ("organisation", "bakery"),
    ("agreed", "2026-11-17"),
    ("reason", "a letter of the board"),
];

/// A second analyst.
fn colleague(site: &TestSite) -> Browser<'_> {
    let person_no = site.person("colleague@csirt.example");
    site.employ(person_no, StaffRole::Analyst);
    site.signed_in(person_no)
}

/// Writes the agreement; where its page is.
fn written(analyst: &mut Browser<'_>) -> String {
    let answer = analyst.post("/desk/relays", &TERMS);
    let place = answer.location().split('?').next().unwrap_or_default();
    assert!(place.starts_with("/desk/relays/"), "{answer:?}");
    place.to_owned()
}

fn seen(page: &str) -> String {
    let found = page.split_once("name=\"seen\" value=\"");
    let (_, rest) = found.unwrap_or_default();
    rest.split('"').next().unwrap_or_default().to_owned()
}

fn confirm(browser: &mut Browser<'_>, place: &str) -> StatusCode {
    let page = browser.get(place).body;
    let form = [("act", "confirm"), ("seen", &*seen(&page))];
    browser.post(&format!("{place}/decide"), &form).status
}

fn recipients(site: &TestSite) -> Vec<String> {
    site.desk.work();
    let told = site.desk.told();
    told.keys().cloned().collect()
}

#[test]
fn copies_take_two_people_and_the_consent_of_the_organisation() {
    let site = busy_site();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let mut other = colleague(&site);
    let place = written(&mut analyst);
    assert_eq!(confirm(&mut analyst, &place), StatusCode::CONFLICT);
    assert!(analyst.get(&place).body.contains("You wrote this yourself"));
    assert_eq!(confirm(&mut other, &place), StatusCode::SEE_OTHER);
    // Without consent there is no copy.
    assert_eq!(recipients(&site), ["bakery"]);
    let added = analyst.post(&place, &CONSENT);
    assert_eq!(added.location(), format!("{place}?done=added"));
    assert_eq!(recipients(&site), ["bakery"]);
    assert_eq!(confirm(&mut other, &place), StatusCode::SEE_OTHER);
    assert_eq!(recipients(&site), ["bakery", "school"]);
    // A change waits again, and what is not approved yet is taken back.
    let page = analyst.get(&format!("{place}/terms")).body;
    let changed: Vec<_> = TERMS
        .iter()
        .map(|(name, value)| match *name {
            "severity" => (*name, "critical"),
            _ => (*name, *value),
        })
        .chain([("seen", "")])
        .collect();
    assert!(page.contains("ZC-2026-1"), "{page}");
    let answer = analyst.post(&format!("{place}/terms"), &changed);
    assert_eq!(answer.location(), format!("{place}?done=written"));
    assert_eq!(recipients(&site), ["bakery"]);
    assert_eq!(confirm(&mut other, &place), StatusCode::SEE_OTHER);
    assert_eq!(recipients(&site), ["bakery"]);
    let acts: Vec<String> = audited(&site)
        .into_iter()
        .filter(|(action, ..)| action.contains("relay"))
        .map(|(action, subject, _)| format!("{action} {}", subject.split(' ').next().unwrap()))
        .collect();
    assert_eq!(
        acts,
        [
            "confirm-relay-agreement party",
            "change-relay-agreement party",
            "confirm-relay-link party",
            "add-relay-link party",
            "confirm-relay-agreement party",
            "change-relay-agreement party",
        ]
    );
}

#[test]
fn whoever_confirms_has_seen_what_waits() {
    let site = busy_site();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let mut other = colleague(&site);
    let place = written(&mut analyst);
    let page = other.get(&place).body;
    analyst.post(&place, &CONSENT);
    let form = [("act", "confirm"), ("seen", &*seen(&page))];
    let answer = other.post(&format!("{place}/decide"), &form);
    assert!(
        answer.body.contains("Nothing is confirmed yet"),
        "{answer:?}"
    );
    assert_eq!(recipients(&site), ["bakery"]);
}

#[test]
fn what_is_wrong_with_an_agreement_or_a_consent_is_said_of_each_field() {
    let site = busy_site();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let wrong = [
        ("reference", "nobody"),
        ("document", ""),
        ("from", "2026-11-18"),
        ("until", "2026-11-17"),
        ("review", "2026-11-18"),
        ("severity", "awful"),
        ("feedback", ""),
    ];
    let answer = analyst.post("/desk/relays", &wrong);
    for field in ["document", "until", "review", "severity", "feedback"] {
        let link = format!("href=\"#{field}\"");
        assert!(answer.body.contains(&link), "{field}");
    }
    let mut unknown = TERMS;
    unknown[0] = ("reference", "nobody");
    let answer = analyst.post("/desk/relays", &unknown);
    assert!(answer.body.contains("href=\"#reference\""), "{answer:?}");
    let place = written(&mut analyst);
    let answer = analyst.post("/desk/relays", &TERMS);
    assert!(answer.body.contains("Change that one"), "{answer:?}");
    for (field, value) in [
        ("organisation", "nobody"),
        // Nobody gets copies of what it is told itself.
        ("organisation", "school"),
        ("agreed", "2030-01-01"),
        ("reason", "letter"),
    ] {
        let form = CONSENT.map(|(name, kept)| (name, if name == field { value } else { kept }));
        let answer = analyst.post(&place, &form);
        let link = format!("href=\"#{field}\"");
        assert!(answer.body.contains(&link), "{field} {value}");
    }
}

#[test]
fn the_organisation_reads_who_gets_copies_and_the_desk_can_print_what_is_agreed() {
    let site = busy_site();
    let owner = site.person("owner@bakery.example");
    site.join(owner, "bakery", OrganisationRole::Reader);
    let copies = format!("/organisations/{}/copies", site.party_id("bakery"));
    let shown = || site.signed_in(owner).get(&copies).body;
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let mut other = colleague(&site);
    let place = written(&mut analyst);
    analyst.post(&place, &CONSENT);
    assert!(shown().contains("Nobody gets copies"));
    confirm(&mut other, &place);
    for text in [
        "school (name)",
        "17 November 2026",
        "ZC-2026-1",
        "/complaints",
        "Medium",
    ] {
        assert!(shown().contains(text), "{text}: {}", shown());
    }
    for name in ["agreement-nl.pdf", "agreement-en.pdf"] {
        let answer = analyst.get(&format!("{place}/{name}"));
        assert_eq!(answer.status, StatusCode::OK, "{name}");
    }
    let none = analyst.get(&format!("{place}/agreement-fr.pdf"));
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    // One person ends it, and that holds at once.
    let bakery = site.party_id("bakery").to_string();
    let form = [("act", "end-link"), ("organisation", &*bakery)];
    let ended = analyst.post(&format!("{place}/decide"), &form);
    assert_eq!(ended.location(), format!("{place}?done=link-ended"));
    assert_eq!(recipients(&site), ["bakery"]);
    assert!(shown().contains("No copies now"));
    let ended = analyst.post(&format!("{place}/decide"), &[("act", "end")]);
    assert_eq!(ended.location(), format!("{place}?done=ended"));
    let again = analyst.post(&format!("{place}/decide"), &[("act", "end")]);
    assert_eq!(again.status, StatusCode::CONFLICT);
}
