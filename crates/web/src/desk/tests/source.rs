//! Sources that are proposed, vetted and stopped (requirements GA-02 and GA-03).

use axum::http::StatusCode;
use model::{Scope, StaffRole};
use serde_json::Value;
use testkit::Report;

use super::{at_work, audited, busy_site, report_of};
use crate::testing::{Browser, TestSite};

const TERMS: [(&str, &str); 9] = [
    ("reference", "researcher"),
    ("name", "Researcher"),
    ("mandate", "reports of its own sensors"),
    ("lawful_basis", "public task"),
    ("until", "2026-12-01"),
    ("tlp", "TLP:GREEN"),
    ("reliability", "B"),
    ("credibility", "2"),
    ("types", "scan_vnc\nscan_rdp\n"),
];

/// Proposes a source; where its page is.
fn proposed(browser: &mut Browser<'_>) -> String {
    let answer = browser.post("/desk/sources", &TERMS);
    let place = answer.location().split('?').next().unwrap_or_default();
    assert!(place.starts_with("/desk/sources/"), "{answer:?}");
    place.to_owned()
}

/// What a program delivers for the source.
fn push(site: &TestSite, report: &Report, more: &str) -> (StatusCode, Value) {
    let key = site.source_key("researcher", &[Scope::BatchesWrite, Scope::BatchesRead]);
    let kind = ("content-type", "application/octet-stream");
    let path = format!("/batches?fileName={}{more}", report.file_name());
    let body = Value::String(report.text());
    let answer = site.api_with(&key, "POST", &path, &body, &[kind]);
    (answer.status, answer.json())
}

fn decide(browser: &mut Browser<'_>, place: &str, act: &str, reason: &str) -> (StatusCode, String) {
    let page = browser.get(place).body;
    decide_having_seen(browser, place, (act, reason), &seen(&page))
}

/// Decides with the mark of a page that was opened before.
fn decide_having_seen(
    browser: &mut Browser<'_>,
    place: &str,
    (act, reason): (&str, &str),
    seen: &str,
) -> (StatusCode, String) {
    let answer = browser.post(
        &format!("{place}/decide"),
        &[("act", act), ("reason", reason), ("seen", seen)],
    );
    (answer.status, answer.location().to_owned() + &answer.body)
}

/// The mark of what is agreed, where the page has a form.
fn seen(page: &str) -> String {
    let found = page.split_once("name=\"seen\" value=\"");
    let (_, rest) = found.unwrap_or_default();
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// The agreement with another last day.
fn change_until(browser: &mut Browser<'_>, place: &str, until: &str) {
    let fields = TERMS
        .iter()
        .filter(|(name, _)| !matches!(*name, "reference" | "name"));
    let fields: Vec<(&str, &str)> = fields
        .map(|(name, value)| (*name, if *name == "until" { until } else { *value }))
        .collect();
    let answer = browser.post(&format!("{place}/terms"), &fields);
    assert!(answer.location().ends_with("?done=changed"), "{answer:?}");
}

#[test]
fn an_administrator_proposes_a_source_and_an_analyst_vets_it() {
    let site = busy_site();
    let mut administrator = at_work(&site, StaffRole::Administrator);
    let place = proposed(&mut administrator);
    let (status, pushed) = push(&site, &report_of(&["192.0.2.50"]), "");
    assert_eq!(status, StatusCode::ACCEPTED, "{pushed}");
    site.desk.work();
    let before = site.desk.told();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let home = analyst.get("/desk").body;
    assert!(home.contains("Sources that nobody has vetted"), "{home}");
    let page = analyst.get(&place).body;
    for shown in [
        "One delivery waits",
        "B2: Usually reliable",
        "scan_rdp, scan_vnc",
        "Agreement ends soon",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let list = analyst.get("/desk/batches").body;
    assert!(list.contains("Waits until its source is vetted"), "{list}");
    // Who proposed it has no button, and is refused without one.
    assert!(!administrator.get(&place).body.contains("value=\"vet\""));
    let (status, _) = decide(&mut administrator, &place, "vet", "I know them well");
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, page) = decide(&mut analyst, &place, "vet", "");
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("error-summary"), "{page}");
    let (_, after) = decide(&mut analyst, &place, "vet", "their paper was read");
    assert!(after.ends_with("?done=vetted"), "{after}");
    site.desk.work();
    assert_ne!(site.desk.told(), before);
    let page = analyst.get(&format!("{place}?done=vetted")).body;
    assert!(
        page.contains("Vetted by") && !page.contains("One delivery waits"),
        "{page}"
    );
    let (status, _) = decide(&mut analyst, &place, "vet", "their paper was read");
    assert_eq!(status, StatusCode::CONFLICT);
    let log: Vec<_> = audited(&site)
        .into_iter()
        .map(|(action, _, _)| action)
        .collect();
    assert!(
        log.contains(&"propose-source".to_owned()) && log.contains(&"vet-source".to_owned()),
        "{log:?}"
    );
}

#[test]
fn nobody_vets_what_one_proposed_oneself() {
    let site = busy_site();
    let person_no = site.person("both@csirt.example");
    site.employ(person_no, StaffRole::Administrator);
    site.employ(person_no, StaffRole::Analyst);
    let mut both = site.signed_in(person_no);
    let place = proposed(&mut both);
    let page = both.get(&place).body;
    assert!(
        page.contains("a colleague vets it") && !page.contains("value=\"vet\""),
        "{page}"
    );
    let (status, _) = decide(&mut both, &place, "vet", "I know them well");
    assert_eq!(status, StatusCode::FORBIDDEN);
}

#[test]
fn nobody_vets_what_one_changed_last() {
    let site = busy_site();
    let place = proposed(&mut at_work(&site, StaffRole::Administrator));
    let person_no = site.person("both@csirt.example");
    site.employ(person_no, StaffRole::Administrator);
    site.employ(person_no, StaffRole::Analyst);
    let mut both = site.signed_in(person_no);
    assert!(both.get(&place).body.contains("value=\"vet\""));
    change_until(&mut both, &place, "2027-01-01");
    let page = both.get(&place).body;
    assert!(
        page.contains("a colleague vets it") && !page.contains("value=\"vet\""),
        "{page}"
    );
    let (status, _) = decide(&mut both, &place, "vet", "I know them well");
    assert_eq!(status, StatusCode::FORBIDDEN);
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let (_, after) = decide(&mut analyst, &place, "vet", "their paper was read");
    assert!(after.ends_with("?done=vetted"), "{after}");
}

#[test]
fn who_vets_has_seen_what_is_agreed() {
    let site = busy_site();
    let mut administrator = at_work(&site, StaffRole::Administrator);
    let place = proposed(&mut administrator);
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let mark = seen(&analyst.get(&place).body);
    change_until(&mut administrator, &place, "2027-01-01");
    let vet = ("vet", "their paper was read");
    for mark in [&mark[..], ""] {
        let (status, page) = decide_having_seen(&mut analyst, &place, vet, mark);
        assert_eq!(status, StatusCode::OK);
        assert!(
            page.contains("after you opened this page") && page.contains("their paper was read"),
            "{page}"
        );
        assert!(page.contains("Proposed"), "{page}");
    }
    // A page that comes back for its reason alone does not stand for what nobody read.
    let (_, page) = decide_having_seen(&mut analyst, &place, ("vet", ""), &mark);
    assert_eq!(seen(&page), mark);
    let (_, after) = decide(&mut analyst, &place, "vet", "their paper was read");
    assert!(after.ends_with("?done=vetted"), "{after}");
}

#[test]
fn nobody_vets_an_agreement_that_is_over() {
    let site = busy_site();
    let mut administrator = at_work(&site, StaffRole::Administrator);
    let place = proposed(&mut administrator);
    change_until(&mut administrator, &place, "2026-01-01");
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let (status, page) = decide(&mut analyst, &place, "vet", "their paper was read");
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Enter a new last day first"), "{page}");
}

#[test]
fn what_waited_of_another_type_is_shown_as_not_read() {
    let site = busy_site();
    let mut administrator = at_work(&site, StaffRole::Administrator);
    let place = proposed(&mut administrator);
    let (status, _) = push(&site, &report_of(&["192.0.2.50"]), "");
    assert_eq!(status, StatusCode::ACCEPTED);
    let fields: Vec<(&str, &str)> = TERMS
        .iter()
        .filter(|(name, _)| !matches!(*name, "reference" | "name"))
        .map(|(name, value)| (*name, if *name == "types" { "scan_vnc" } else { *value }))
        .collect();
    administrator.post(&format!("{place}/terms"), &fields);
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let (_, after) = decide(&mut analyst, &place, "vet", "their paper was read");
    assert!(after.ends_with("?done=vetted-some"), "{after}");
    let page = analyst.get(&format!("{place}?done=vetted-some")).body;
    assert!(
        page.contains("of a type that is not agreed") && page.contains("Reading failed"),
        "{page}"
    );
    let (_, rest) = page.split_once("/desk/batches/").unwrap();
    let batch = rest.split('"').next().unwrap();
    let retried = analyst.post(&format!("/desk/batches/{batch}/retry"), &[]);
    assert!(
        retried.location().ends_with("?done=not-agreed"),
        "{retried:?}"
    );
    let page = analyst.get(retried.location()).body;
    assert!(page.contains("may not deliver it now"), "{page}");
}

#[test]
fn an_administrator_discards_what_waits_and_says_why() {
    let site = busy_site();
    let mut administrator = at_work(&site, StaffRole::Administrator);
    let place = proposed(&mut administrator);
    let button = "value=\"discard\"";
    assert!(!administrator.get(&place).body.contains(button));
    let (_, pushed) = push(&site, &report_of(&["192.0.2.50"]), "");
    let mut analyst = at_work(&site, StaffRole::Analyst);
    assert!(!analyst.get(&place).body.contains(button));
    let (status, _) = decide(&mut analyst, &place, "discard", "these are not ours");
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(administrator.get(&place).body.contains(button));
    let (status, page) = decide(&mut administrator, &place, "discard", "");
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("error-summary"), "{page}");
    let why = "these are not ours";
    let (_, after) = decide(&mut administrator, &place, "discard", why);
    assert!(after.ends_with("?done=discarded"), "{after}");
    let page = administrator.get(&format!("{place}?done=discarded")).body;
    assert!(
        page.contains("Reading failed") && !page.contains("One delivery waits"),
        "{page}"
    );
    let (status, _) = decide(&mut administrator, &place, "discard", why);
    assert_eq!(status, StatusCode::CONFLICT, "nothing waits");
    let said = audited(&site)
        .into_iter()
        .any(|(action, _, _)| action == "discard-deliveries");
    assert!(said);
    // Whoever delivered reads it; and nothing of it is told when the source is vetted.
    let key = site.source_key("researcher", &[Scope::BatchesRead]);
    let batch = pushed["items"][0]["batchId"].as_str().unwrap();
    let shown = site.api(&key, "GET", &format!("/batches/{batch}"), &Value::Null);
    assert!(shown.body.contains(why), "{shown:?}");
    let before = site.desk.told();
    decide(&mut analyst, &place, "vet", "their paper was read");
    site.desk.work();
    assert_eq!(site.desk.told(), before);
}

#[test]
fn who_vets_has_shown_a_strong_factor_just_now() {
    let site = busy_site();
    let place = proposed(&mut at_work(&site, StaffRole::Administrator));
    let person_no = site.person("late@csirt.example");
    site.employ(person_no, StaffRole::Analyst);
    let earlier = testkit::now().plus_seconds(-11 * 60);
    let mut late = site.signed_in_at(person_no, earlier);
    let (status, answer) = decide(&mut late, &place, "vet", "their paper was read");
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(
        answer.contains("/account/prove?next=") && answer.contains("their paper was read"),
        "{answer}"
    );
    let (_, answer) = decide(&mut late, &place, "stop", "their paper was wrong");
    assert!(
        answer.ends_with("?done=stopped"),
        "to stop never asks: {answer}"
    );
}

#[test]
fn a_stopped_source_reads_why_and_can_be_proposed_again() {
    let site = busy_site();
    let mut administrator = at_work(&site, StaffRole::Administrator);
    let place = proposed(&mut administrator);
    let (_, after) = decide(
        &mut administrator,
        &place,
        "stop",
        "no answer to our letters",
    );
    assert!(after.ends_with("?done=stopped"), "{after}");
    let (status, refused) = push(&site, &report_of(&["192.0.2.50"]), "");
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.to_string().contains("no answer to our letters"),
        "{refused}"
    );
    let page = administrator.get(&place).body;
    assert!(page.contains("no answer to our letters"), "{page}");
    let (_, after) = decide(&mut administrator, &place, "propose", "they answered now");
    assert!(after.ends_with("?done=proposed"), "{after}");
    let (status, _) = push(&site, &report_of(&["192.0.2.50"]), "");
    assert_eq!(status, StatusCode::ACCEPTED);
}

#[test]
fn what_is_agreed_can_change_and_nobody_overwrites_what_somebody_else_saved() {
    let site = busy_site();
    let mut administrator = at_work(&site, StaffRole::Administrator);
    let place = proposed(&mut administrator);
    let terms = format!("{place}/terms");
    let mark = seen(&administrator.get(&terms).body);
    let with = |until: &'static str, mark: &str| -> Vec<(String, String)> {
        let fields = TERMS
            .iter()
            .filter(|(name, _)| !matches!(*name, "reference" | "name"));
        let fields = fields.map(|(name, value)| {
            let value = if *name == "until" { until } else { *value };
            ((*name).to_owned(), value.to_owned())
        });
        fields
            .chain([("seen".to_owned(), mark.to_owned())])
            .collect()
    };
    let mut send = |fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (&n[..], &v[..])).collect();
        administrator.post(&terms, &fields)
    };
    assert!(
        send(&with("2027-01-01", &mark))
            .location()
            .ends_with("?done=changed")
    );
    let overtaken = send(&with("2028-01-01", &mark));
    assert!(
        overtaken.body.contains("Somebody else saved"),
        "{overtaken:?}"
    );
    let wrong = send(&with("tomorrow", &mark));
    assert!(wrong.body.contains("Choose a day"), "{wrong:?}");
    let rows = audited(&site);
    let changed: Vec<_> = rows
        .iter()
        .filter(|(action, _, _)| action == "change-source")
        .collect();
    assert_eq!(changed.len(), 1, "{rows:?}");
    // A key that somebody has already is not taken again.
    let twice = administrator.post("/desk/sources", &TERMS).body;
    assert!(twice.contains("with this key already"), "{twice}");
}
