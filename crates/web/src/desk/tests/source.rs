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
    let answer = browser.post(
        &format!("{place}/decide"),
        &[("act", act), ("reason", reason)],
    );
    (answer.status, answer.location().to_owned() + &answer.body)
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
fn who_vets_has_shown_a_strong_factor_just_now() {
    let site = busy_site();
    let place = proposed(&mut at_work(&site, StaffRole::Administrator));
    let person_no = site.person("late@csirt.example");
    site.employ(person_no, StaffRole::Analyst);
    let earlier = testkit::now().plus_seconds(-11 * 60);
    let mut late = site.signed_in_at(person_no, earlier);
    let (_, answer) = decide(&mut late, &place, "vet", "their paper was read");
    assert!(answer.starts_with("/account/prove"), "{answer}");
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
    let seen = |page: &str| {
        let (_, rest) = page.split_once("name=\"seen\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
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
