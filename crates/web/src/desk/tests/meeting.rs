use axum::http::StatusCode;
use model::{IdKind, OrganisationRole, StaffRole};
use testkit::RegisterBuilder;

use super::{at_work, audited, must_prove};
use crate::testing::TestSite;

const FIELDS: [(&str, &str); 5] = [
    ("name", "Half a year of warnings"),
    ("day", "2026-12-10"),
    ("time", "14:00"),
    ("place", "https://meet.example/room"),
    ("agenda", "What goes well?\r\nWhat could be better?"),
];

/// The facts of the mails that wait.
fn mails(site: &TestSite) -> Vec<serde_json::Value> {
    let lease = std::time::Duration::from_secs(1);
    let taken = site
        .store()
        .write(|tx| tx.take_service_mails(100, lease, testkit::days_later(900)));
    let mails = taken.unwrap().into_iter();
    mails
        .map(|mail| serde_json::from_str(&mail.facts).unwrap())
        .collect()
}

#[test]
fn guests_are_invited_once_and_say_by_their_link_whether_they_come() {
    let site = TestSite::new();
    site.desk
        .import(&RegisterBuilder::new().organisation("relay"));
    let member = site.person("kim@relay.example");
    site.join(member, "relay", OrganisationRole::Administrator);
    let mut analyst = at_work(&site, StaffRole::Analyst);
    assert!(analyst.get("/desk").body.contains("Plan a meeting"));
    let list = "/desk/feedback/meetings";
    let wrong = analyst.post(list, &FIELDS[..2]).body;
    for field in ["day", "place", "agenda"] {
        assert!(wrong.contains(&format!("href=\"#{field}\"")), "{field}");
    }
    let added = analyst.post(list, &FIELDS);
    let page = added.location().strip_suffix("?done=changed").unwrap();
    assert!(!analyst.get("/desk").body.contains("Plan a meeting"));
    let guests = format!("{page}/guests");
    for (fields, field) in [
        (vec![("organisation", "nobody")], "organisation"),
        (vec![("guest_name", "Sam"), ("language", "en")], "email"),
    ] {
        let wrong = analyst.post(&guests, &fields).body;
        assert!(wrong.contains(&format!("href=\"#{field}\"")), "{field}");
    }
    analyst.post(&guests, &[("organisation", "relay")]);
    let named = [
        ("guest_name", "Sam Voorbeeld"),
        ("email", "sam@press.example"),
        ("language", "nl"),
    ];
    analyst.post(&guests, &named);
    let mut shouted = named;
    shouted[1].1 = "Sam@PRESS.example";
    analyst.post(&guests, &shouted);
    must_prove(&site, &format!("{page}/invite"));
    for _ in 0..2 {
        analyst.post(&format!("{page}/invite"), &[]);
    }
    let mails = mails(&site);
    assert_eq!(mails.len(), 2, "nobody is invited twice");
    assert_eq!(
        mails[0]["starts_at"],
        "10 December 2026 at 14:00 (13:00 UTC)"
    );
    let link = mails[1]["link"].as_str().unwrap();
    let link = link.strip_prefix("http://localhost:8080").unwrap();
    let mut guest = site.english_browser();
    let shown = guest.get(link).body.replace("&#x2f;", "/");
    assert!(
        shown.contains("href=\"https://meet.example/room\""),
        "{shown}"
    );
    assert!(!shown.contains("Sam Voorbeeld"));
    guest.post(link, &[("coming", "yes")]);
    let own = guest.get(link).body;
    assert!(own.contains("You said that you come"), "{own}");
    let strange = guest.get(&format!("/meetings/{}", "0".repeat(39)));
    assert_eq!(strange.status, StatusCode::NOT_FOUND);
    let detail = analyst.get(page).body;
    assert!(detail.contains("Sam Voorbeeld") && detail.contains("Comes"));
    let rows = audited(&site);
    let is_read = |row: &(String, String, String)| row.0 == "read" && row.2 == "a list of guests";
    assert!(rows.iter().any(is_read), "{rows:?}");
}

#[test]
fn what_was_said_becomes_work_and_suggestions() {
    let site = TestSite::new();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let added = analyst.post("/desk/feedback/meetings", &FIELDS);
    let page = added.location().strip_suffix("?done=changed").unwrap();
    let mut held = FIELDS.to_vec();
    held.extend([
        ("notes", "Subjects are long."),
        ("decisions", "Shorten them."),
    ]);
    analyst.post(page, &held);
    let owner = site.site.id(IdKind::Person, 1).to_string();
    let actions = format!("{page}/actions");
    let fields = [
        ("action", "Shorten subjects"),
        ("owner", &owner[..]),
        ("due_on", ""),
    ];
    let wrong = analyst.post(&actions, &fields).body;
    assert!(wrong.contains("href=\"#due_on\""), "{wrong}");
    let fields = [fields[0], fields[1], ("due_on", "2026-11-17")];
    analyst.post(&actions, &fields);
    let late = analyst.get(page).body;
    assert!(
        late.contains("Shorten them.") && late.contains("Too late"),
        "{late}"
    );
    let action = site.site.id(IdKind::MeetingAction, 1);
    let done = format!("{actions}/{action}/done");
    assert_eq!(analyst.post(&done, &[]).status, StatusCode::SEE_OTHER);
    assert_eq!(analyst.post(&done, &[]).status, StatusCode::CONFLICT);
    let suggestions = format!("{page}/suggestions");
    let short = analyst.post(&suggestions, &[("suggestion", "short")]).body;
    assert!(short.contains("href=\"#suggestion\""), "{short}");
    analyst.post(&suggestions, &[("suggestion", "Make subjects shorter.")]);
    let listed = analyst.get("/desk/feedback/suggestions").body;
    assert!(listed.contains("Make subjects shorter.") && listed.contains("A meeting"));
    assert!(analyst.get(page).body.contains("Make subjects shorter."));
}
