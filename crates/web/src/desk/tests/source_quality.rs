//! What became of the reports of a source, as the desk sees it and as the source may.

use axum::http::StatusCode;
use model::{IdKind, StaffRole, TallyKind};
use store::SourceTally;

use super::{at_work, busy_site};
use crate::testing::TestSite;

/// Where the quality of the only source is.
fn page(site: &TestSite) -> (i64, String) {
    let source_no = site.store().read(|tx| tx.sources()).unwrap()[0].party_no;
    let id = site.site.id(IdKind::Party, source_no);
    (source_no, format!("/desk/sources/{id}/quality"))
}

fn counted(site: &TestSite, month: &str, counts: &[(TallyKind, i64)]) {
    let (source_no, _) = page(site);
    let tally = |(kind, total): &(TallyKind, i64)| SourceTally {
        source_no,
        report_type: "scan_rdp".to_owned(),
        kind: *kind,
        detail: String::new(),
        total: *total,
    };
    let tallies: Vec<_> = counts.iter().map(tally).collect();
    let month = month.parse().unwrap();
    let added = site
        .store()
        .write(|tx| tx.add_source_tallies(month, &tallies));
    added.unwrap();
}

const ANSWERED: [(TallyKind, i64); 4] = [
    (TallyKind::Findings, 4_000),
    (TallyKind::Told, 3_000),
    (TallyKind::FalseAlarm, 9),
    (TallyKind::Confirmed, 1_234),
];

#[test]
fn the_desk_sees_what_was_counted_in_the_months_that_it_chooses() {
    let site = busy_site();
    counted(&site, "2026-06-01", &ANSWERED);
    let (_, here) = page(&site);
    let mut director = at_work(&site, StaffRole::Director);
    let now = director.get(&here).body;
    assert!(now.contains("<option value=\"2026-09\" selected>"), "{now}");
    assert!(!now.contains("1,234"), "{now}");
    let june = director
        .get(&format!("{here}?from=2026-06&until=2026-06"))
        .body;
    assert!(june.contains("1,234") && june.contains("3,000"), "{june}");
    for odd in ["?from=2026-13", "?from=2026-11&until=2026-06", "?until=x"] {
        let answer = director.get(&format!("{here}{odd}"));
        assert_eq!(answer.status, StatusCode::OK, "{odd}");
    }
}

#[test]
fn a_source_gets_a_document_of_a_quarter_that_no_longer_changes_and_of_no_other() {
    let site = busy_site();
    counted(&site, "2026-08-01", &ANSWERED);
    counted(&site, "2026-10-01", &ANSWERED);
    let (_, here) = page(&site);
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let shown = analyst.get(&here).body.replace("&#x2f;", "/");
    for language in ["nl", "en"] {
        let address = format!("{here}/2026-Q3-{language}.pdf");
        assert!(shown.contains(&address), "{shown}");
        let answer = analyst.get(&address);
        assert_eq!(answer.headers["content-type"], "application/pdf");
    }
    for name in ["2026-Q4-en.pdf", "2026-Q3-de.pdf", "2026-Q3-en", "x.pdf"] {
        let answer = analyst.get(&format!("{here}/{name}"));
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{name}");
    }
    let nobody = site.site.id(IdKind::Party, 9_999);
    for path in ["", "/2026-Q3-en.pdf"] {
        let answer = analyst.get(&format!("/desk/sources/{nobody}/quality{path}"));
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}
