use axum::http::StatusCode;
use model::{IdKind, StaffRole};

use super::{at_work, busy_site};

/// Every page of the desk, and who may read it: analyst, editor, privacy officer, director, administrator.
const PAGES: &[(&str, [bool; 5])] = &[
    ("/desk", [true, true, true, true, true]),
    ("/desk/messages", [true, true, true, true, true]),
    (
        "/desk/messages/{message}",
        [true, false, true, false, false],
    ),
    ("/desk/replies", [true, false, false, false, false]),
    ("/desk/approvals", [true, true, true, true, true]),
    ("/desk/queues", [true, true, true, true, true]),
    ("/desk/batches", [true, true, true, true, true]),
    ("/desk/batches/{batch}", [true, true, true, true, true]),
    (
        "/desk/batches/{batch}/issues.csv",
        [true, false, false, false, false],
    ),
    ("/desk/sources", [true, true, true, true, true]),
    ("/desk/sources/new", [false, false, false, false, true]),
    ("/desk/sources/{source}", [true, true, true, true, true]),
    (
        "/desk/sources/{source}/terms",
        [false, false, false, false, true],
    ),
    (
        "/desk/sources/{source}/quality",
        [true, true, true, true, true],
    ),
    (
        "/desk/sources/{source}/quality/2026-Q3-nl.pdf",
        [true, true, true, true, true],
    ),
    ("/desk/relays", [true, false, true, false, false]),
    ("/desk/relays/new", [true, false, false, false, false]),
    ("/desk/search", [true, false, true, false, false]),
    (
        "/desk/findings/{finding}",
        [true, false, true, false, false],
    ),
    (
        "/desk/organisations/{party}",
        [true, false, true, false, false],
    ),
    ("/desk/organisations", [true, false, true, false, false]),
    ("/desk/disputes", [true, false, true, false, false]),
    ("/desk/proofs", [true, false, true, false, false]),
    ("/desk/feedback", [true, false, false, false, false]),
    (
        "/desk/feedback/complaints",
        [true, false, false, false, false],
    ),
    (
        "/desk/feedback/suggestions",
        [true, false, false, false, false],
    ),
    ("/desk/feedback/stories", [true, false, false, false, false]),
    (
        "/desk/feedback/meetings",
        [true, false, false, false, false],
    ),
    ("/desk/catalogue", [true, true, true, true, true]),
    ("/desk/catalogue/open-rdp", [true, true, true, true, true]),
    ("/desk/people", [false, false, false, false, true]),
    ("/desk/people/{person}", [false, false, false, false, true]),
    ("/desk/audit", [false, false, true, false, true]),
    ("/desk/audit.csv", [false, false, true, false, true]),
];

/// Every form of the desk, and who may send it; the reason is missing, so nothing is done.
const FORMS: &[(&str, [bool; 5])] = &[
    ("/desk/pause", [true, false, false, false, false]),
    ("/desk/resume", [true, false, false, false, false]),
    ("/desk/messages/decide", [true, false, false, false, false]),
    (
        "/desk/messages/{message}/decide",
        [true, false, false, false, false],
    ),
    (
        "/desk/messages/{message}/call",
        [true, false, false, false, false],
    ),
    ("/desk/replies/{reply}", [true, false, false, false, false]),
    (
        "/desk/findings/{finding}/decide",
        [true, false, false, false, false],
    ),
    (
        "/desk/findings/{finding}/assign",
        [true, false, false, false, false],
    ),
    (
        "/desk/batches/{batch}/retry",
        [true, false, false, false, false],
    ),
    ("/desk/search", [true, false, true, false, false]),
    (
        "/desk/organisations/{party}",
        [true, false, true, false, false],
    ),
    (
        "/desk/organisations/{party}/legal-class",
        [true, false, false, false, false],
    ),
    (
        "/desk/organisations/{party}/administrator",
        [true, false, false, false, false],
    ),
    ("/desk/disputes/{party}", [true, false, false, false, true]),
    ("/desk/proofs/{party}", [true, false, false, false, true]),
    ("/desk/people", [false, false, false, false, true]),
    (
        "/desk/people/{person}/roles",
        [false, false, false, false, true],
    ),
    (
        "/desk/people/{person}/sessions",
        [false, false, false, false, true],
    ),
    (
        "/desk/people/{person}/renew",
        [false, false, false, false, true],
    ),
    (
        "/desk/people/{person}/close",
        [false, false, false, false, true],
    ),
    ("/desk/audit/verify", [false, false, true, false, true]),
    ("/desk/relays", [true, false, false, false, false]),
    (
        "/desk/relays/{party}/decide",
        [true, false, false, false, false],
    ),
    ("/desk/sources", [false, false, false, false, true]),
    (
        "/desk/sources/{source}/terms",
        [false, false, false, false, true],
    ),
    (
        "/desk/sources/{source}/decide",
        [true, false, false, false, true],
    ),
];

const FORM: [(&str, &str); 4] = [
    ("act", "withhold"),
    ("reason", ""),
    ("what", ""),
    ("case", ""),
];

#[test]
fn each_role_reaches_its_pages_and_a_stranger_none() {
    let site = busy_site();
    let party_no = site
        .store()
        .read(|tx| tx.party_no("bakery"))
        .unwrap()
        .unwrap();
    let source_no = site.store().read(|tx| tx.sources()).unwrap()[0].party_no;
    let person_no = site.person("noor@csirt.example");
    site.employ(person_no, StaffRole::Analyst);
    let filled = |path: &str| {
        [
            ("{message}", IdKind::Notification, 1),
            ("{batch}", IdKind::Batch, 1),
            ("{finding}", IdKind::Finding, 1),
            ("{reply}", IdKind::Reply, 1),
            ("{party}", IdKind::Party, party_no),
            ("{person}", IdKind::Person, person_no),
            ("{source}", IdKind::Party, source_no),
        ]
        .into_iter()
        .fold(path.to_owned(), |path, (name, kind, number)| {
            path.replace(name, &site.site.id(kind, number).to_string())
        })
    };
    for (place, role) in StaffRole::ALL.iter().enumerate() {
        let mut browser = at_work(&site, *role);
        for (path, may) in PAGES {
            let status = browser.get(&filled(path)).status;
            let want = if may[place] {
                StatusCode::OK
            } else {
                StatusCode::FORBIDDEN
            };
            assert_eq!(status, want, "{role} reads {path}");
        }
        for (path, may) in FORMS {
            let status = browser.post(&filled(path), &FORM).status;
            let is_forbidden = status == StatusCode::FORBIDDEN;
            assert_eq!(is_forbidden, !may[place], "{role} sends {path}: {status}");
            assert!(!status.is_server_error(), "{role} sends {path}: {status}");
        }
    }
    let stranger = site.person("sam@bakery.example");
    let mut stranger = site.signed_in(stranger);
    for (path, _) in PAGES {
        assert_eq!(
            stranger.get(&filled(path)).status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    for (path, _) in FORMS {
        let status = stranger.post(&filled(path), &FORM).status;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let nobody = site.browser().get("/desk");
    assert_eq!(nobody.location(), "/account/sign-in?next=/desk");
}
