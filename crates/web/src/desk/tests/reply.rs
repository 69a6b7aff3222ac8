//! What recipients say by mail and by telephone, as the desk handles it.

use axum::http::StatusCode;
use model::{AnswerDoor, AnswerStatus, IdKind, ReplyOutcome, StaffRole};
use store::ReplyContent;
use testkit::RegisterBuilder;

use super::{at_work, audited, report_of};
use crate::finding::tests::status_of;
use crate::testing::TestSite;

/// The bakery was told of two open ports in one message.
fn told_site() -> TestSite {
    let site = TestSite::new();
    let register = RegisterBuilder::new().organisation("bakery");
    site.desk
        .import(&register.asset("bakery", "prefix", "192.0.2.0/24"));
    site.desk.report(&report_of(&["192.0.2.1", "192.0.2.2"]));
    site.desk.work();
    site
}

#[test]
fn a_reply_that_waits_is_read_and_emptied_when_somebody_is_done() {
    let site = told_site();
    let reply_no = site.store().write(|tx| {
        let now = testkit::now();
        let reply_no = tx.begin_reply(&[1; 32], now)?.expect("it is the first");
        let content = ReplyContent {
            notification_no: Some(1),
            named_no: None,
            sender: "sam@bakery.example".to_owned(),
            subject: "Re: a <b>message</b>".to_owned(),
            text: "Who are you?\nSam".to_owned(),
        };
        tx.end_reply(reply_no, ReplyOutcome::NoWord, &content, now)?;
        store::Result::Ok(reply_no)
    });
    let id = site.site.id(IdKind::Reply, reply_no.unwrap());
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let list = analyst.get("/desk/replies").body;
    assert!(list.contains("not one of the words") && list.contains("NTF-2026-000001"));
    assert!(!list.contains("sam@bakery.example"), "no address in a list");
    assert!(analyst.get("/desk").body.contains("Replies by mail"));
    let page = format!("/desk/replies/{id}");
    let shown = analyst.get(&page).body;
    assert!(shown.contains("sam@bakery.example") && shown.contains("<p>Who are you?</p>"));
    assert!(!shown.contains("<b>message"), "{shown}");
    assert_eq!(audited(&site).remove(0).1, format!("reply {id}"));
    let done = analyst.post(&page, &[]);
    assert_eq!(done.location(), "/desk/replies?done=handled");
    assert_eq!(analyst.post(&page, &[]).status, StatusCode::CONFLICT);
    assert_eq!(analyst.get(&page).status, StatusCode::NOT_FOUND);
    assert!(analyst.get("/desk/replies").body.contains("No reply"));
}

#[test]
fn a_mail_that_proves_nothing_stands_in_a_list_of_its_own_with_how_many_more_came() {
    let site = told_site();
    let written = site.store().write(|tx| {
        let now = testkit::now();
        for (digest, outcome) in [(1, ReplyOutcome::UnknownMessage), (2, ReplyOutcome::NoWord)] {
            let reply_no = tx.begin_reply(&[digest; 32], now)?.expect("it is new");
            let content = ReplyContent {
                notification_no: (digest == 2).then_some(1),
                ..ReplyContent::default()
            };
            tx.end_reply(reply_no, outcome, &content, now)?;
        }
        let reply_no = tx.begin_reply(&[3; 32], now)?.expect("it is new");
        tx.count_reply_beyond(reply_no, now.day())
    });
    written.unwrap();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let proved = analyst.get("/desk/replies").body;
    assert!(proved.contains("not one of the words"), "{proved}");
    assert!(!proved.contains("answers no mail of ours"), "{proved}");
    assert!(proved.contains("Mails that prove nothing: 1"), "{proved}");
    let unproved = analyst.get("/desk/replies?list=unproved").body;
    assert!(!unproved.contains("not one of the words"), "{unproved}");
    assert!(unproved.contains("answers no mail of ours"), "{unproved}");
    assert!(unproved.contains("1 more came"), "{unproved}");
}

#[test]
fn a_call_is_the_answer_of_the_recipient_and_needs_the_code_of_the_message() {
    let site = told_site();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let id = site.site.id(IdKind::Notification, 1);
    let page = format!("/desk/messages/{id}/call");
    let message = analyst.get(&format!("/desk/messages/{id}")).body;
    assert!(message.replace("&#x2f;", "/").contains(&page), "{message}");
    assert!(analyst.get(&page).body.contains("192.0.2.2"));
    let code = site.site.link_key().check_code(1);
    let found = site.store().read(|tx| tx.findings_from(0, 10)).unwrap();
    let second = found.last().unwrap().1.finding_no;
    let line = site.site.id(IdKind::Finding, second).to_string();
    let other = id.to_string();
    let form = |code, about, line, status| {
        [
            ("code", code),
            ("about", about),
            ("line", line),
            ("status", status),
            ("comment", "A supplier works on it."),
        ]
    };
    for (fields, field) in [
        (form("AAAA-AAAA", "all", &line, "solved"), "code"),
        (form(&code, "all", &line, "forwarded"), "status"),
        (form(&code, "all", &line, "risk-accepted"), "until"),
        (form(&code, "chosen", &other, "solved"), "about"),
    ] {
        let wrong = analyst.post(&page, &fields).body;
        assert!(
            wrong.contains(&format!("href=\"#{field}\"")),
            "{field} {wrong}"
        );
    }
    let spoken = code.to_lowercase().replace('-', " ");
    let one = analyst.post(&page, &form(&spoken, "chosen", &line, "in-progress"));
    assert_eq!(one.location(), format!("/desk/messages/{id}?done=call"));
    let status = |address| status_of(&site, "bakery", address);
    let mut both = [status("192.0.2.1"), status("192.0.2.2")];
    both.sort_unstable_by_key(|status| status.code());
    assert_eq!(both, [AnswerStatus::New, AnswerStatus::InProgress]);
    analyst.post(&page, &form(&code, "all", &line, "false-alarm"));
    let events = site.store().read(|tx| {
        let party_no = tx.party_no("bakery")?.unwrap();
        tx.answer_events(party_no, second)
    });
    let last = events.unwrap().pop().unwrap();
    assert_eq!(last.door, AnswerDoor::Telephone);
    assert_eq!(last.status, Some(AnswerStatus::FalseAlarm));
    assert_eq!(last.person_no, None, "whoever calls did not sign in");
    assert!(last.actor.starts_with("person "), "{}", last.actor);
    let (action, _, detail) = audited(&site).remove(0);
    assert_eq!(
        (&action[..], &detail[..]),
        ("answer-by-telephone", "2 lines")
    );
}
