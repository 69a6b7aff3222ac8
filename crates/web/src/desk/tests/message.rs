use axum::http::StatusCode;
use model::{IdKind, StaffRole};
use store::NotificationState;
use testkit::RegisterBuilder;

use super::{at_work, audited, busy_site, report_of};
use crate::testing::{Answer, Browser, TestSite};

fn address_of(site: &TestSite, number: i64) -> String {
    format!(
        "/desk/messages/{}",
        site.site.id(IdKind::Notification, number)
    )
}

fn state_of(site: &TestSite, number: i64) -> NotificationState {
    let found = site.store().read(|tx| tx.notification(number)).unwrap();
    found.unwrap().state
}

/// The text of the preview, as a browser would show it: it knows one line end.
fn preview_of(page: &str) -> String {
    let begin = page.split("<pre class=\"seinpost-mail\"").nth(1).unwrap();
    let text = begin
        .split_once(">\n")
        .unwrap()
        .1
        .split("</pre>")
        .next()
        .unwrap();
    let escapes = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#x2f;", "/"),
        ("&amp;", "&"),
    ];
    let text = escapes
        .iter()
        .fold(text.to_owned(), |text, (escape, plain)| {
            text.replace(escape, plain)
        });
    text.replace("\r\n", "\n").trim_end().to_owned()
}

#[test]
fn the_preview_is_what_arrives_byte_for_byte() {
    let site = busy_site();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let before = preview_of(&analyst.get(&address_of(&site, 1)).body);
    let answer = analyst.post(
        &format!("{}/decide", address_of(&site, 1)),
        &[("act", "approve")],
    );
    assert_eq!(
        answer.location(),
        format!("{}?done=approve", address_of(&site, 1))
    );
    let settled = analyst.get(&address_of(&site, 1)).body;
    assert!(settled.contains("are settled"), "{settled}");
    assert_eq!(preview_of(&settled), before);
    site.desk.work();
    let mails = site.desk.mails();
    assert_eq!(mails.len(), 1);
    // A mail ends with one more line end.
    assert_eq!(mails[0].body.replace("\r\n", "\n").trim_end(), before);
    assert_eq!(state_of(&site, 1), NotificationState::Delivered);
    assert!(
        analyst
            .get(&address_of(&site, 1))
            .body
            .contains("Handed over")
    );
}

#[test]
fn what_failed_is_sent_again() {
    let site = busy_site();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let page = address_of(&site, 1);
    let decide = format!("{page}/decide");
    let early = analyst.post(&decide, &[("act", "again")]);
    assert!(early.location().ends_with("?done=not-again"));
    let fail = |tx: &mut store::Tx<'_>| {
        let (held, failed) = (NotificationState::Held, NotificationState::Failed);
        tx.move_notification(1, &[held], failed, "no such mailbox", (testkit::now(), ""))
    };
    assert!(site.store().write(fail).unwrap());
    assert!(analyst.get(&page).body.contains("Send again"));
    let answer = analyst.post(&decide, &[("act", "again")]);
    assert!(answer.location().ends_with("?done=again"));
    assert_eq!(state_of(&site, 1), NotificationState::Approved);
    site.desk.work();
    assert_eq!(state_of(&site, 1), NotificationState::Delivered);
}

#[test]
fn what_is_approved_is_held_again_and_withheld_with_a_reason() {
    let site = busy_site();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let decide = format!("{}/decide", address_of(&site, 1));
    analyst.post(&decide, &[("act", "approve")]);
    let refused = analyst.post(&decide, &[("act", "hold"), ("reason", "no")]);
    assert!(refused.body.contains("Say in at least two words why."));
    for (act, state) in [
        ("hold", NotificationState::Held),
        ("withhold", NotificationState::Withheld),
    ] {
        let answer = analyst.post(&decide, &[("act", act), ("reason", "a test of our own")]);
        assert!(answer.location().ends_with(&format!("?done={act}")));
        assert_eq!(state_of(&site, 1), state);
    }
    let late = analyst.post(&decide, &[("act", "approve")]);
    assert!(late.location().ends_with("?done=too-late"));
    let acts = audited(&site).into_iter().map(|row| row.0);
    let acts: Vec<String> = acts.filter(|act| act != "read").collect();
    assert_eq!(acts[..3], ["withhold", "hold", "approve"]);
}

#[test]
fn messages_are_found_by_what_they_are() {
    let site = busy_site();
    let mut director = at_work(&site, StaffRole::Director);
    for (query, is_there) in [
        ("", true),
        ("?state=held&severity=high&kind=alert", true),
        ("?state=delivered", false),
        ("?severity=critical", false),
    ] {
        let page = director.get(&format!("/desk/messages{query}")).body;
        assert_eq!(
            page.contains("NTF-2026-000001"),
            is_there,
            "{query}: {page}"
        );
    }
    assert_eq!(
        director.get("/desk/messages?state=nonsense").status,
        StatusCode::BAD_REQUEST
    );
}

/// Twenty-six organisations with a held message each.
fn crowd() -> TestSite {
    let site = busy_site();
    let names: Vec<String> = (1..=26).map(|number| format!("shop-{number}")).collect();
    let mut register = RegisterBuilder::new();
    let mut addresses = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let address = format!("203.0.113.{}", number + 1);
        register = register.organisation(name).asset(name, "address", &address);
        addresses.push(address);
    }
    site.desk.import(&register);
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    site.desk.report(&report_of(&addresses));
    site.desk.work();
    site
}

fn decide_all(browser: &mut Browser<'_>, site: &TestSite, more: &[(&str, &str)]) -> Answer {
    let ids: Vec<String> = (1..=27)
        .map(|number| site.site.id(IdKind::Notification, number).to_string())
        .collect();
    let mut fields: Vec<(&str, &str)> = ids.iter().map(|id| ("chosen", id.as_str())).collect();
    fields.push(("act", "approve"));
    fields.extend(more);
    browser.post("/desk/messages/decide", &fields)
}

#[test]
fn many_recipients_need_two_people() {
    let site = crowd();
    let mut first = at_work(&site, StaffRole::Analyst);
    let shown = decide_all(&mut first, &site, &[]).body;
    assert!(shown.contains("Messages: 27. Recipients: 27."), "{shown}");
    assert!(shown.contains("A colleague must confirm it."), "{shown}");
    let confirmed = [("confirmed", "yes"), ("reason", "checked with the source")];
    let asked = decide_all(&mut first, &site, &confirmed);
    assert_eq!(asked.location(), "/desk/messages?done=asked");
    assert_eq!(state_of(&site, 1), NotificationState::Held);
    let approval = format!("/desk/approvals/{}", site.site.id(IdKind::JointApproval, 1));
    assert_eq!(
        first.post(&approval, &[("end", "confirm")]).status,
        StatusCode::FORBIDDEN
    );
    let second = site.person("second@csirt.example");
    site.employ(second, StaffRole::Analyst);
    let mut second = site.signed_in(second);
    assert!(
        second
            .get("/desk/approvals")
            .body
            .contains("checked with the source")
    );
    assert_eq!(
        second.post(&approval, &[("end", "confirm")]).location(),
        "/desk/approvals?done=confirmed"
    );
    for number in 1..=27 {
        assert_eq!(
            state_of(&site, number),
            NotificationState::Approved,
            "{number}"
        );
    }
    assert_eq!(
        second.post(&approval, &[("end", "confirm")]).status,
        StatusCode::NOT_FOUND
    );
}

#[test]
fn a_filter_is_decided_about_at_once_after_its_count_was_shown() {
    let site = busy_site();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let fields = [("act", "withhold"), ("all", "yes"), ("state", "held")];
    let shown = analyst.post("/desk/messages/decide", &fields).body;
    assert!(shown.contains("Messages: 1. Recipients: 1."), "{shown}");
    assert_eq!(state_of(&site, 1), NotificationState::Held);
    let fields = [
        &fields[..],
        &[("confirmed", "yes"), ("reason", "a test of our own")],
    ]
    .concat();
    analyst.post("/desk/messages/decide", &fields);
    assert_eq!(state_of(&site, 1), NotificationState::Withheld);
}
