//! Two tabs with the same application: nobody overwrites what the other saved without being told.

use axum::http::StatusCode;

use super::{Enrolling, FIELDS, begin, kept_form, send};

/// The mark of what a page showed.
fn seen(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"seen\" value=\"").expect(page);
    rest.split('"').next().unwrap().to_owned()
}

/// The page of the contact with a name, from a tab that showed this mark.
fn contact<'f>(name: &'f str, seen: &'f str) -> [(&'f str, &'f str); 4] {
    [
        ("contact", "promised"),
        ("evidence_contact", "from 1 March"),
        ("contact_name", name),
        ("seen", seen),
    ]
}

#[test]
fn an_older_tab_is_told_what_was_saved_since_and_overwrites_it_only_when_asked_again() {
    let enrolling = Enrolling::new();
    let mut browser = enrolling.site.english_browser();
    let home = begin(&mut browser);
    let page = format!("{home}/contact");
    let (newer, older) = (browser.get(&page).body, browser.get(&page).body);
    let saved = [
        ("contact", "present"),
        ("evidence_contact", "from 1 March"),
        ("contact_name", "Sam Voorbeeld"),
        ("seen", &seen(&newer)),
    ];
    let next = send(&mut browser, &home, "contact", &saved);
    assert_eq!(next.location(), format!("{home}/assets"));

    let mark = seen(&older);
    let told = send(&mut browser, &home, "contact", &contact("Robin", &mark));
    assert_eq!(told.status, StatusCode::OK);
    for text in [
        "Something else was saved since you opened this page",
        "Sam Voorbeeld",
        "There is somebody",
        "value=\"Robin\"",
    ] {
        assert!(told.body.contains(text), "{text}: {}", told.body);
    }
    assert!(!told.body.contains("Telephone number</dt>"), "it is equal");
    let form = kept_form(&enrolling);
    assert!(form.contains("Sam Voorbeeld"), "{form}");

    let mark = seen(&told.body);
    let next = send(&mut browser, &home, "contact", &contact("Robin", &mark));
    assert_eq!(next.location(), format!("{home}/assets"));
    let form = kept_form(&enrolling);
    assert!(form.contains("Robin"), "{form}");
    // Pressed twice: nothing would be overwritten.
    let again = send(&mut browser, &home, "contact", &contact("Robin", &mark));
    assert_eq!(again.location(), format!("{home}/assets"));
}

#[test]
fn tabs_with_different_pages_do_not_disturb_each_other() {
    let enrolling = Enrolling::new();
    let mut browser = enrolling.site.browser();
    let home = begin(&mut browser);
    let open = |step: &str| {
        let page = enrolling.site.browser().get(&format!("{home}/{step}"));
        seen(&page.body)
    };
    let marks = FIELDS[..4].iter().map(|(step, _)| open(step));
    for ((step, fields), mark) in FIELDS[..4].iter().zip(marks.collect::<Vec<_>>()) {
        let fields = [*fields, &[("seen", &mark[..])]].concat();
        let sent = send(&mut browser, &home, step, &fields);
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{step}: {}", sent.body);
    }
}

#[test]
fn what_was_changed_in_another_tab_is_not_sent_in_unseen() {
    let enrolling = Enrolling::new();
    let mut browser = enrolling.site.english_browser();
    let home = begin(&mut browser);
    for (step, fields) in &FIELDS[..4] {
        send(&mut browser, &home, step, fields);
    }
    let shown = browser.get(&format!("{home}/submit")).body;
    send(
        &mut browser,
        &home,
        "assets",
        &[("assets", "bakery.example")],
    );
    let mut submit = |mark: &str| {
        let fields = [("consent", "yes"), ("seen", mark)];
        send(&mut browser, &home, "submit", &fields)
    };
    let told = submit(&seen(&shown));
    assert_eq!(told.status, StatusCode::OK);
    assert!(
        told.body.contains("Your application was not sent"),
        "{}",
        told.body
    );
    let sent = submit(&seen(&told.body));
    assert_eq!(sent.location(), format!("{home}?done=submitted"));
}
