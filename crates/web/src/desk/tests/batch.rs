use axum::http::StatusCode;
use model::{IdKind, StaffRole};
use testkit::Report;

use super::{at_work, audited, busy_site};
use crate::testing::TestSite;

/// A delivery with a row that breaks a rule, whose value is a formula.
fn site_with_a_bad_row() -> TestSite {
    let site = busy_site();
    let report =
        Report::new("scan_rdp").row(&[("ip", "=1+1"), ("port", "3389"), ("protocol", "tcp")]);
    site.desk.report(&report);
    site.desk.work();
    site
}

#[test]
fn a_delivery_shows_each_row_that_was_not_accepted_and_hands_them_out_as_a_file() {
    let site = site_with_a_bad_row();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let address = format!("/desk/batches/{}", site.site.id(IdKind::Batch, 2));
    assert!(analyst.get("/desk/batches").body.contains(&address));
    let page = analyst.get(&address).body;
    assert!(
        page.contains("Quarantined") && page.contains("=1&#x2b;1") || page.contains("=1+1"),
        "{page}"
    );
    let file = analyst.get(&format!("{address}/issues.csv"));
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert!(
        file.body
            .starts_with("line,verdict,field,code,reason\n2,quarantined,ip,"),
        "{}",
        file.body
    );
    assert_eq!(audited(&site)[0].0, "export");
    let answer = analyst.post(&format!("{address}/retry"), &[]);
    assert!(answer.location().ends_with("?done=not-failed"));
}

#[test]
fn sources_show_their_last_delivery_and_its_delay() {
    let site = site_with_a_bad_row();
    let mut director = at_work(&site, StaffRole::Director);
    let page = director.get("/desk/sources").body;
    assert!(page.contains("Delivers"), "{page}");
    let address = page
        .split('"')
        .find(|part| part.starts_with("/desk/sources/"));
    let page = director.get(address.unwrap()).body;
    assert!(page.contains("/desk/batches/"), "{page}");
    let nobody = format!("/desk/sources/{}", site.site.id(IdKind::Party, 9_999));
    assert_eq!(director.get(&nobody).status, StatusCode::NOT_FOUND);
}
