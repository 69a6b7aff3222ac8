//! The end of a session: pages say when it is, and what was typed until then is not lost (requirement AC-08).

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use model::StaffRole;

use super::{EMAIL, between};
use crate::testing::{Answer, Browser, TestSite};

/// How long a page says that the session lasts: unused, and in any case.
fn left(page: &str) -> (i64, i64) {
    let number = |name: &str| {
        between(page, &format!("data-{name}=\""), "\"")
            .parse()
            .unwrap()
    };
    (number("idle"), number("length"))
}

#[test]
fn pages_say_how_long_the_session_lasts_and_only_to_who_has_one() {
    let site = TestSite::new();
    let person_no = site.person(EMAIL);
    let minutes_ago = |minutes: i64| testkit::now().plus_seconds(-60 * minutes);
    let mut fresh = site.signed_in(person_no);
    assert_eq!(left(&fresh.get("/account").body), (3_600, 43_200));
    let mut earlier = site.signed_in_at(person_no, minutes_ago(50));
    assert_eq!(left(&earlier.get("/account").body), (3_600, 40_200));
    let mut earlier = site.signed_in_at(person_no, minutes_ago(50));
    let stayed = earlier.post("/account/stay", &[]);
    assert_eq!(stayed.json()["idle"], 3_600, "{stayed:?}");
    assert_eq!(stayed.json()["length"], 40_200);
    let mut over = site.signed_in_at(person_no, minutes_ago(61));
    let answer = over.post("/account/stay", &[]);
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = site.browser().get("/check").body;
    assert!(
        !page.contains("data-idle") && !page.contains("session.js"),
        "{page}"
    );
}

#[test]
fn a_session_that_was_used_within_the_minute_has_what_is_left_of_it() {
    let site = TestSite::new();
    let person_no = site.person(EMAIL);
    let mut browser = site.signed_in_at(person_no, testkit::now().plus_seconds(-59));
    let page = browser.get("/account").body;
    assert_eq!(left(&page), (3_541, 43_141), "the use is not noted");
}

/// Sends a form as browsers do, who say how long it is.
fn send(browser: &mut Browser<'_>, path: &str, kind: &str, form: &str) -> Answer {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, kind)
        .header(header::CONTENT_LENGTH, form.len())
        .header(header::REFERER, "http://localhost:8080/desk")
        .header("sec-fetch-site", "same-origin");
    browser.ask(request.body(Body::from(form.to_owned())).unwrap())
}

const FORM: &str = "application/x-www-form-urlencoded";

#[test]
fn what_was_typed_when_the_session_ended_comes_back_and_can_be_sent_again() {
    let site = TestSite::new();
    let person_no = site.person(EMAIL);
    site.employ(person_no, StaffRole::Analyst);
    let mut over = site.signed_in_at(person_no, testkit::now().plus_seconds(-61 * 60));
    let typed = "reason=a+source+delivers+%22nonsense%22%0D%0Aand+%3Cmore%3E";
    let kept = send(&mut over, "/desk/pause", FORM, typed);
    assert_eq!(kept.status, StatusCode::UNAUTHORIZED);
    assert!(
        kept.body.contains("action=\"&#x2f;desk&#x2f;pause\"")
            || kept.body.contains("action=\"/desk/pause\""),
        "{}",
        kept.body
    );
    assert!(
        kept.body.contains("delivers &quot;nonsense&quot;"),
        "{}",
        kept.body
    );
    assert!(kept.body.contains("&lt;more&gt;"), "{}", kept.body);
    assert!(
        kept.body.contains("/account/sign-in?next="),
        "{}",
        kept.body
    );
    // What is sent is said, and nothing on the page leads away from it.
    assert!(
        kept.body.contains("<dt>reason</dt>") && kept.body.contains("Waar het heen gaat"),
        "{}",
        kept.body
    );
    for tool in ["action=\"/language\"", "action=\"/theme\""] {
        assert!(!kept.body.contains(tool), "{tool}: {}", kept.body);
    }
    // Signed in again in another tab, the same form is taken; not of somebody else.
    let mark = between(&kept.body, "name=\"sent_by\" value=\"", "\"");
    let again = format!("{typed}&sent_by={mark}");
    let other_no = site.person("other@csirt.example");
    site.employ(other_no, StaffRole::Analyst);
    let other = send(&mut site.signed_in(other_no), "/desk/pause", FORM, &again);
    assert_eq!(other.status, StatusCode::FORBIDDEN, "{other:?}");
    assert!(other.body.contains("Somebody else filled in"), "{other:?}");
    // Still signed out, it comes back for the same person.
    let twice = send(&mut over, "/desk/pause", FORM, &again);
    assert_eq!(twice.body.matches("sent_by").count(), 1, "{twice:?}");
    assert!(twice.body.contains(mark), "{twice:?}");
    let sent = send(&mut site.signed_in(person_no), "/desk/pause", FORM, &again);
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{sent:?}");
    let paused = site.store().read(|tx| tx.installation()).unwrap().paused;
    assert!(paused.is_some_and(|(_, why)| why.contains("nonsense")));
}

#[test]
fn a_form_of_a_session_that_nobody_knows_is_shown_and_cannot_be_sent_again() {
    let site = TestSite::new();
    let person_no = site.person(EMAIL);
    let mut ended = site.signed_in(person_no);
    let sessions = site.store().read(|tx| tx.sessions_of(person_no)).unwrap();
    let closed = site
        .store()
        .write(|tx| tx.end_session(person_no, sessions[0].session_no, testkit::now()));
    closed.unwrap();
    let kept = send(&mut ended, "/desk/pause", FORM, "reason=hello+there");
    assert_eq!(kept.status, StatusCode::UNAUTHORIZED);
    assert!(
        kept.body.contains("<dd>hello there</dd>") && !kept.body.contains("Verstuur nog een keer"),
        "{}",
        kept.body
    );
}

#[test]
fn secrets_files_and_forms_of_strangers_are_not_given_back() {
    let site = TestSite::new();
    let person_no = site.person(EMAIL);
    let over = || site.signed_in_at(person_no, testkit::now().plus_seconds(-61 * 60));
    let secret = send(
        &mut over(),
        "/account/password",
        FORM,
        "password=hunter2hunter2",
    );
    assert!(
        secret.location().starts_with("/account/sign-in"),
        "{secret:?}"
    );
    let file = send(
        &mut over(),
        "/desk/pause",
        "multipart/form-data; boundary=x",
        "--x--",
    );
    assert!(file.location().starts_with("/account/sign-in"), "{file:?}");
    let long = format!("reason={}", "a".repeat(64 * 1024));
    let long = send(&mut over(), "/desk/pause", FORM, &long);
    assert!(
        long.location().starts_with("/account/sign-in"),
        "{:?}",
        long.status
    );
    let stranger = send(&mut site.browser(), "/desk/pause", FORM, "reason=hello");
    assert!(
        stranger.location().starts_with("/account/sign-in"),
        "{stranger:?}"
    );
}
