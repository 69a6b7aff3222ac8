//! The desk over a whole installation, with real reports.

mod audit;
mod batch;
mod calls;
mod catalogue;
mod claim;
mod feedback;
mod finding;
mod home;
mod legal_class;
mod meeting;
mod message;
mod organisations;
mod people;
mod programme;
mod relay;
mod reply;
mod roles;
mod rows;
mod search;
mod source;
mod source_quality;

use model::{ReleaseRule, StaffRole};
use store::DeskChange;
use testkit::{RegisterBuilder, Report};

use crate::testing::{Browser, TestSite};

/// A site on which one organisation has a message that waits for approval, and one finding belongs to nobody.
fn busy_site() -> TestSite {
    busy(TestSite::new())
}

fn busy(site: TestSite) -> TestSite {
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .organisation("school")
        .asset("bakery", "prefix", "192.0.2.0/24");
    site.desk.import(&register);
    let held = site.store().write(|tx| {
        let desk = tx.desk_named(None)?.expect("there is a desk");
        let change = DeskChange {
            alert_rule: Some(ReleaseRule::Hold),
            ..DeskChange::default()
        };
        tx.change_desk(desk, &change)
    });
    held.unwrap();
    site.desk
        .report(&report_of(&["192.0.2.1", "192.0.2.2", "198.51.100.7"]));
    site.desk.work();
    site
}

/// A report of an open remote desktop at each address.
fn report_of(addresses: &[&str]) -> Report {
    let row = |report: Report, address: &&str| {
        report.row(&[
            ("ip", address),
            ("port", "3389"),
            ("protocol", "tcp"),
            ("severity", "high"),
        ])
    };
    addresses.iter().fold(Report::new("scan_rdp"), row)
}

/// A browser of somebody with this role, who signed in just now.
fn at_work(site: &TestSite, role: StaffRole) -> Browser<'_> {
    let person_no = site.person(&format!("{role}@csirt.example"));
    site.employ(person_no, role);
    site.signed_in(person_no)
}

/// Whoever has not proved for a while who it is, does so before this is done.
fn must_prove(site: &TestSite, path: &str) {
    let email = format!("absent-{}@csirt.example", path.len());
    let person_no = site.person(&email);
    for role in StaffRole::ALL {
        site.employ(person_no, *role);
    }
    let mut browser = site.signed_in_at(person_no, testkit::now().plus_seconds(-11 * 60));
    let answer = browser.post(path, &[]);
    assert!(answer.location().starts_with("/account/prove"), "{path}");
}

/// What the audit log says: action, subject and detail.
fn audited(site: &TestSite) -> Vec<(String, String, String)> {
    let page = site
        .store()
        .read(|tx| tx.audit_page(&store::AuditFilter::default(), i64::MAX, 100));
    let rows = page.unwrap().rows.into_iter();
    rows.map(|row| (row.action, row.subject, row.detail))
        .collect()
}
