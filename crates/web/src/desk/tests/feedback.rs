use axum::http::StatusCode;
use model::{ComplaintDoor, IdKind, Language, StaffRole, Usefulness};
use serde_json::Value;

use super::{at_work, audited, busy, busy_site, must_prove};
use crate::testing::{Browser, TestSite};

/// Kind and facts of the mails that wait.
fn mails(site: &TestSite) -> Vec<(String, Value)> {
    let lease = std::time::Duration::from_secs(1);
    let taken = site
        .store()
        .write(|tx| tx.take_service_mails(1_000, lease, testkit::days_later(900)));
    let mails = taken.unwrap().into_iter();
    mails
        .map(|mail| (mail.kind, serde_json::from_str(&mail.facts).unwrap()))
        .collect()
}

/// Somebody complains by the form for everybody.
fn complain(site: &TestSite) -> String {
    let sent = site.browser().post(
        "/complaints",
        &[
            ("name", "Baker Example"),
            ("email", "sam@bakery.example"),
            ("text", "You mailed us the same thing twice."),
        ],
    );
    sent.location()
        .replace("/complaints", "/desk/feedback/complaints")
}

fn act(browser: &mut Browser<'_>, page: &str, act: &str, text: &str) -> StatusCode {
    browser.post(page, &[("act", act), ("text", text)]).status
}

#[test]
fn a_complaint_is_acknowledged_and_answered_by_mail_and_every_read_is_recorded() {
    let site = TestSite::new();
    let page = complain(&site);
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let list = analyst.get("/desk/feedback/complaints").body;
    assert!(list.contains("CMP-2026-000001") && !list.contains("Baker Example"));
    let shown = analyst.get(&page).body;
    assert!(shown.contains("Baker Example") && shown.contains("the same thing twice"));
    let (action, subject, _) = audited(&site).remove(0);
    assert_eq!(action, "read");
    assert!(subject.starts_with("complaint "), "{subject}");
    let ok = StatusCode::SEE_OTHER;
    assert_eq!(act(&mut analyst, &page, "acknowledge", ""), ok);
    assert_eq!(
        act(&mut analyst, &page, "acknowledge", ""),
        StatusCode::CONFLICT
    );
    assert_eq!(act(&mut analyst, &page, "note", "They are right."), ok);
    let words = analyst
        .post(&page, &[("act", "answer"), ("text", " ")])
        .body;
    assert!(words.contains("Write something"), "{words}");
    let answer = "You are right.\r\n\r\nWe have mended it.";
    assert_eq!(act(&mut analyst, &page, "answer", answer), ok);
    assert_eq!(
        act(&mut analyst, &page, "withdraw", ""),
        StatusCode::CONFLICT
    );
    let told: Vec<_> = mails(&site)
        .into_iter()
        .map(|(_, facts)| (facts["what"].clone(), facts["paragraphs"].clone()))
        .collect();
    let want = [
        ("received".into(), serde_json::json!([])),
        ("acknowledged".into(), serde_json::json!([])),
        (
            "answered".into(),
            serde_json::json!(["You are right.", "We have mended it."]),
        ),
    ];
    assert_eq!(told, want);
    let ended = analyst.get("/desk/feedback/complaints?ended=yes").body;
    assert!(ended.contains("CMP-2026-000001") && ended.contains("Answered"));
}

#[test]
fn a_complaint_by_telephone_is_written_down_and_one_that_is_late_stands_on_the_first_page() {
    let site = busy_site();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let fields = [
        ("name", "Baker Example"),
        ("phone", "+31 70 555 01 23"),
        ("text", "Nobody calls me back."),
    ];
    let page = analyst.post("/desk/feedback/complaints", &fields).body;
    assert!(page.contains("Choose how it came in"), "{page}");
    for (field, day, language) in [
        ("received_on", "2026-11-30", "nl"),
        ("received_on", "2024-11-01", "nl"),
        ("language", "2026-11-16", "fy"),
    ] {
        let mut wrong = fields.to_vec();
        wrong.extend([
            ("door", "letter"),
            ("received_on", day),
            ("language", language),
        ]);
        let page = analyst.post("/desk/feedback/complaints", &wrong).body;
        assert!(page.contains(&format!("href=\"#{field}\"")), "{day} {page}");
    }
    let fields = [
        fields[0],
        fields[1],
        fields[2],
        ("door", "telephone"),
        ("received_on", "2026-11-16"),
        ("language", "nl"),
    ];
    let added = analyst.post("/desk/feedback/complaints", &fields);
    let page = added.location().to_owned();
    assert!(
        analyst
            .get(&page)
            .body
            .contains("There is no e-mail address")
    );
    let complaint = site.store().read(|tx| tx.complaint(1)).unwrap().unwrap();
    assert_eq!(complaint.content.door, ComplaintDoor::Telephone);
    assert_eq!(complaint.content.language, Language::Nl);
    // It came two days before it was written down: a Monday, so that the days end on a Monday.
    let days = [
        complaint.received_at.day(),
        complaint.content.acknowledge_on,
        complaint.content.answer_on,
    ];
    assert_eq!(
        days,
        ["2026-11-16", "2026-11-23", "2026-12-28"].map(testkit::day)
    );
    assert!(!analyst.get("/desk").body.contains("wait for too long"));
    drop(analyst);
    let later = TestSite::with(site.desk, |options| {
        options.now = std::sync::Arc::new(|| testkit::days_later(8));
    });
    let person_no = later.person("late@csirt.example");
    later.employ(person_no, StaffRole::Analyst);
    let mut analyst = later.signed_in_at(person_no, testkit::days_later(8));
    let home = analyst.get("/desk").body;
    assert!(home.contains("Complaints wait for too long"), "{home}");
    assert!(
        analyst
            .get("/desk/feedback/complaints")
            .body
            .contains("Too late")
    );
}

#[test]
fn suggestions_become_a_story_and_who_asked_is_told_once_it_is_public() {
    let site = TestSite::new();
    for (email, tell) in [("sam@bakery.example", "yes"), ("kim@school.example", "")] {
        let fields = [
            ("text", "I want a shorter subject."),
            ("tell", tell),
            ("email", email),
        ];
        site.browser().post("/suggestions", &fields);
    }
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let suggestion = |number| {
        let id = site.site.id(IdKind::Suggestion, number);
        format!("/desk/feedback/suggestions/{id}")
    };
    let fields = [
        ("decision", "story"),
        ("title_nl", "Korter onderwerp"),
        ("title_en", "A shorter subject"),
        ("text_nl", "Ik lees op mijn telefoon."),
        ("text_en", ""),
    ];
    let wrong = analyst.post(&suggestion(1), &fields).body;
    assert!(wrong.contains("href=\"#text_en\""), "{wrong}");
    let mut right = fields;
    right[4].1 = "I read on my telephone.";
    analyst.post(&suggestion(1), &right);
    let story_id = site.site.id(IdKind::Story, 1).to_string();
    let join = [("decision", "join"), ("story", &story_id[..])];
    analyst.post(&suggestion(2), &join);
    assert_eq!(
        analyst.post(&suggestion(2), &join).status,
        StatusCode::CONFLICT
    );
    let story = format!("/desk/feedback/stories/{story_id}");
    let early = analyst.post(&format!("{story}/publish"), &[]);
    assert_eq!(early.status, StatusCode::CONFLICT, "nothing came of it yet");
    let end = [
        right[1],
        right[2],
        right[3],
        right[4],
        ("status", "done"),
        ("ended_on", "2026-11-18"),
        ("outcome_nl", "Onderwerpen zijn korter."),
        ("outcome_en", "Subjects are shorter."),
    ];
    let vague = analyst.post(&story, &end[..6]).body;
    assert!(vague.contains("href=\"#outcome_nl\""), "{vague}");
    analyst.post(&story, &end);
    must_prove(&site, &format!("{story}/publish"));
    let published = analyst.post(&format!("{story}/publish"), &[]);
    assert_eq!(published.location(), format!("{story}?done=published"));
    let told = mails(&site);
    let told: Vec<_> = told.iter().map(|(_, facts)| &facts["what"]).collect();
    assert_eq!(
        told,
        ["received", "done"],
        "the other one did not want to know"
    );
    let log = site.english_browser().get("/changes").body;
    assert!(log.contains("2 people suggested this"), "{log}");
    assert!(!log.contains("bakery.example"));
    let detail = audited(&site).remove(0);
    assert_eq!(
        (&detail.0[..], &detail.2[..]),
        ("publish-story", "1 people told")
    );
    let back = analyst.post(&story, &right);
    assert_eq!(
        back.status,
        StatusCode::CONFLICT,
        "what is public has ended"
    );
}

#[test]
fn usefulness_is_counted_by_threat_and_reader_and_names_nobody() {
    let site = busy(TestSite::new());
    site.store()
        .write(|tx| {
            let message = tx.notification(1)?.expect("it is held");
            tx.judge_message(&message, Usefulness::Partly, "too long", testkit::now())
        })
        .unwrap();
    let mut analyst = at_work(&site, StaffRole::Analyst);
    let page = analyst.get("/desk/feedback").body;
    let row = page.split("<tr>").find(|row| row.contains("open-rdp"));
    assert!(row.is_some_and(|row| row.contains(">1<")), "{page}");
    assert!(
        page.contains("too long") && !page.contains("NTF-"),
        "{page}"
    );
    for part in ["bakery", "Bakery"] {
        assert!(!page.contains(part), "{part}");
    }
    let promises = |weeks| {
        [
            ("acknowledge_days", "3"),
            ("answer_weeks", weeks),
            ("meeting_weeks", "26"),
        ]
    };
    let wrong = analyst.post("/desk/feedback", &promises("0")).body;
    assert!(wrong.contains("href=\"#answer_weeks\""), "{wrong}");
    analyst.post("/desk/feedback", &promises("4"));
    let form = site.english_browser().get("/complaints").body;
    assert!(form.contains("within 3 working days") && form.contains("4 weeks"));
}
