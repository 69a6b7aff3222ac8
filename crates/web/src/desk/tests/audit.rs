use model::StaffRole;
use testkit::{Desk, TestStore, both_engines};

use super::{at_work, audited};
use crate::testing::TestSite;

fn a_row_that_was_changed_shows_on_the_page(test: &TestStore) {
    let site = TestSite::over(Desk::of(test));
    let mut analyst = at_work(&site, StaffRole::Analyst);
    analyst.post("/desk/pause", &[("reason", "wrong advice about RDP")]);
    analyst.post("/desk/resume", &[("reason", "the advice is right")]);
    let mut officer = at_work(&site, StaffRole::PrivacyOfficer);
    let page = officer.get("/desk/audit").body;
    assert!(page.contains("as it was written, up to row 2"), "{page}");
    test.tamper("UPDATE audit SET detail = 'nothing' WHERE audit_no = 1");
    officer.post("/desk/audit/verify", &[]);
    let page = officer.get("/desk/audit").body;
    assert!(
        page.contains("The log was changed") && page.contains("Row 1 does not follow"),
        "{page}"
    );
}

fn the_log_is_searched_by_what_was_done_and_exported(test: &TestStore) {
    let site = TestSite::over(Desk::of(test));
    let mut analyst = at_work(&site, StaffRole::Analyst);
    analyst.post("/desk/pause", &[("reason", "wrong advice about RDP")]);
    analyst.post("/desk/resume", &[("reason", "the advice is right")]);
    let mut officer = at_work(&site, StaffRole::PrivacyOfficer);
    for (query, pause, resume) in [
        ("", true, true),
        ("?action=pause", true, false),
        ("?subject=distribution&action=resume", false, true),
        ("?from=2026-11-18&until=2026-11-18", true, true),
        ("?from=2026-11-19", false, false),
        ("?until=2026-11-17", false, false),
    ] {
        let page = officer.get(&format!("/desk/audit{query}")).body;
        assert_eq!(page.contains("wrong advice about RDP"), pause, "{query}");
        assert_eq!(page.contains("the advice is right"), resume, "{query}");
    }
    let file = officer.get("/desk/audit.csv?action=pause").body;
    assert!(
        file.starts_with("number,at,actor,action,subject,detail\n1,2026-11-18"),
        "{file}"
    );
    assert_eq!(audited(&site)[0].0, "export");
}

both_engines!(
    a_row_that_was_changed_shows_on_the_page,
    the_log_is_searched_by_what_was_done_and_exported,
);
