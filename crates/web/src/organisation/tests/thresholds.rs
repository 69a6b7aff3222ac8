//! Thresholds: who chooses them, and what pages say of what is not mailed.

use axum::http::StatusCode;
use model::OrganisationRole;
use testkit::{RegisterBuilder, Report};

use super::{home, member};
use crate::testing::{Browser, TestSite};

fn site() -> TestSite {
    let site = TestSite::new();
    let register =
        RegisterBuilder::new()
            .organisation("bakery")
            .asset("bakery", "prefix", "192.0.2.0/24");
    site.desk.import(&register);
    let party_no = site.store().read(|tx| tx.party_no("bakery")).unwrap();
    let made = site
        .store()
        .write(|tx| tx.ensure_asset_group(party_no.unwrap(), "Laboratory"));
    made.unwrap();
    site
}

/// Name of the field of the only group.
fn group_field(browser: &mut Browser<'_>, page: &str) -> String {
    let body = browser.get(page).body;
    let of_group = body.split("name=\"").filter_map(|it| it.split('"').next());
    let mut of_group = of_group.filter(|name| name.starts_with("target-"));
    of_group
        .find(|name| *name != "target-usual")
        .unwrap()
        .into()
}

#[test]
fn what_is_below_the_threshold_of_an_administrator_is_in_the_list_and_not_mailed() {
    let site = site();
    let page = format!("{}/thresholds", home(&site, "bakery"));
    let mut chief = site.signed_in(member(&site, "bakery", OrganisationRole::Administrator));
    let contacts = chief.get(&format!("{}/contacts", home(&site, "bakery")));
    assert!(contacts.body.replace("&#x2f;", "/").contains(&page));
    let target = group_field(&mut chief, &page);
    let victim = target.replace("target", "victim");
    let chosen = [
        ("target-usual", "high"),
        ("victim-usual", "low"),
        (&target[..], "critical"),
        (&victim[..], ""),
    ];
    let half = chief.post(&page, &chosen);
    assert_eq!(half.status, StatusCode::OK);
    assert!(half.body.contains("href=\"#thresholds\""), "{}", half.body);
    let whole = [&chosen[..3], &[(&victim[..], "high")]].concat();
    assert_eq!(chief.post(&page, &whole).status, StatusCode::SEE_OTHER);
    assert_eq!(
        chief
            .get(&page)
            .body
            .matches("value=\"critical\" selected")
            .count(),
        1
    );
    let row = [
        ("ip", "192.0.2.1"),
        ("port", "3389"),
        ("protocol", "tcp"),
        ("severity", "medium"),
    ];
    site.desk.report(&Report::new("scan_rdp").row(&row));
    assert_eq!(site.desk.work().handed_over, 0);
    let findings = chief.get(&format!("{}/findings", home(&site, "bakery")));
    assert!(
        findings.body.contains("Not mailed: below your threshold"),
        "{}",
        findings.body
    );
    let preview = chief.get(&format!("{}/findings/preview", home(&site, "bakery")));
    assert!(
        preview
            .body
            .contains("Below your threshold for mail: 1 finding.")
    );
    let history = chief.get(&format!("{}/history", home(&site, "bakery")));
    assert!(history.body.contains("Threshold for mail changed"));
}

#[test]
fn only_administrators_choose_thresholds_and_victims_of_high_severity_are_never_below() {
    let site = site();
    let page = format!("{}/thresholds", home(&site, "bakery"));
    let usual = |victim| [("target-usual", "high"), ("victim-usual", victim)];
    let mut contact = site.signed_in(member(&site, "bakery", OrganisationRole::SecurityContact));
    assert!(!contact.get(&page).body.contains("<select"));
    let refused = contact.post(&page, &usual("high"));
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let mut chief = site.signed_in(member(&site, "bakery", OrganisationRole::Administrator));
    let critical = chief.post(&page, &usual("critical"));
    assert_eq!(critical.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        chief.post(&page, &usual("high")).status,
        StatusCode::SEE_OTHER
    );
}
