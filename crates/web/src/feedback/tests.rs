//! Feedback as recipients give it, with and without an account.

use axum::http::StatusCode;
use model::{ComplaintDoor, OrganisationRole, SuggestionOrigin, Usefulness};
use serde_json::Value;
use store::{Complaint, Story, StoryText};
use testkit::{RegisterBuilder, Report};

use crate::testing::{Answer, Browser, TestSite};

/// A bakery with a message, and a school.
fn site() -> TestSite {
    let site = TestSite::new();
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .organisation("school")
        .asset("bakery", "prefix", "192.0.2.0/28");
    site.desk.import(&register);
    let row = [
        ("timestamp", "2026-11-18 10:00:00"),
        ("ip", "192.0.2.7"),
        ("port", "3389"),
        ("protocol", "tcp"),
    ];
    site.desk.report(&Report::new("scan_rdp").row(&row));
    site.desk.work();
    site
}

/// The only message of [`site`].
const MESSAGE_NO: i64 = 1;

/// Kind and facts of the mails that wait.
fn mails(site: &TestSite) -> Vec<(String, Value)> {
    let lease = std::time::Duration::from_secs(1);
    let taken = site
        .store()
        .write(|tx| tx.take_service_mails(100, lease, testkit::days_later(900)));
    let mails = taken.unwrap().into_iter();
    mails
        .map(|mail| (mail.kind, serde_json::from_str(&mail.facts).unwrap()))
        .collect()
}

fn complaints(site: &TestSite) -> Vec<Complaint> {
    let first = (model::Day::from_days(0), 0);
    let open = site.store().read(|tx| tx.open_complaints(first, 100));
    open.unwrap()
}

fn complain(browser: &mut Browser<'_>, more: &[(&str, &str)]) -> Answer {
    let mut fields = vec![
        ("name", "Sam Voorbeeld"),
        ("email", "sam@bakery.example"),
        ("text", "You mailed us the same thing twice."),
    ];
    for (name, value) in more {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    browser.post("/complaints", &fields)
}

#[test]
fn a_message_is_judged_by_one_click_and_reading_its_page_counts_nothing() {
    let site = site();
    let message = site.store().read(|tx| tx.notification(MESSAGE_NO)).unwrap();
    let recipient_no = message.unwrap().key.recipient_no;
    let key = site.site.link_key();
    let token = key.answer_token(MESSAGE_NO, recipient_no);
    let link = format!("/answer/{token}");
    let said = || site.store().read(|tx| tx.judgement(MESSAGE_NO)).unwrap();
    let mut anybody = site.english_browser();
    for path in [link.clone(), format!("{link}?useful=no")] {
        assert!(anybody.get(&path).body.contains("Was this message useful?"));
    }
    anybody.get(&format!("{link}/useful"));
    assert_eq!(said(), None, "a scanner of mails reads");
    let answer = anybody.post(&format!("{link}/useful"), &[("verdict", "partly")]);
    assert_eq!(answer.location(), format!("{link}?done=useful"));
    assert_eq!(said().unwrap().verdict, Usefulness::Partly);
    let fields = [("verdict", "no"), ("why", " The port was closed already. ")];
    anybody.post(&format!("{link}/useful"), &fields);
    let last = said().unwrap();
    assert_eq!(
        (last.verdict, &last.text[..]),
        (Usefulness::No, "The port was closed already.")
    );
    let page = anybody.get(&link).body;
    assert!(page.contains("not useful") && page.contains("The port was closed already."));
    let wrong = anybody.post(&format!("{link}/useful"), &[("verdict", "perhaps")]);
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}

#[test]
fn a_member_judges_a_message_and_a_reader_and_a_stranger_do_not() {
    let site = site();
    let finding = site.site.id(model::IdKind::Finding, 1);
    let bakery = site.party_id("bakery");
    let page = format!("/organisations/{bakery}/findings/{finding}");
    for (name, organisation, role, want) in [
        ("stranger", "school", OrganisationRole::Administrator, 404),
        ("reader", "bakery", OrganisationRole::Reader, 403),
        ("contact", "bakery", OrganisationRole::SecurityContact, 303),
    ] {
        let person_no = site.person(&format!("{name}@example.example"));
        site.join(person_no, organisation, role);
        let mut browser = site.signed_in(person_no);
        let judged = browser.post(&format!("{page}/useful"), &[("verdict", "yes")]);
        assert_eq!(judged.status.as_u16(), want, "{name}");
    }
    let said = site.store().read(|tx| tx.judgement(MESSAGE_NO)).unwrap();
    assert_eq!(said.unwrap().verdict, Usefulness::Yes);
}

#[test]
fn anybody_complains_and_gets_a_number_and_two_days() {
    let site = site();
    let mut anybody = site.english_browser();
    assert!(
        anybody
            .get("/complaints")
            .body
            .contains("within 5 working days")
    );
    let sent = complain(&mut anybody, &[]);
    let page = anybody.get(sent.location()).body;
    for part in [
        "CMP-2026-000001",
        "25 November 2026",
        "30 December 2026",
        "Received",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("Sam Voorbeeld") && !page.contains("twice"));
    let (kind, facts) = mails(&site).remove(0);
    assert_eq!(
        (&kind[..], &facts["what"]),
        ("complaint", &"received".into())
    );
    let link = format!("http://localhost:8080{}", sent.location());
    assert_eq!(facts["link"], link);
    let complaint = complaints(&site).remove(0);
    assert_eq!(complaint.content.door, ComplaintDoor::Page);
}

#[test]
fn a_form_says_all_that_is_wrong_with_it_at_once() {
    let site = site();
    let mut anybody = site.english_browser();
    let fields = [("name", " "), ("text", "bad"), ("email", "")];
    let page = complain(&mut anybody, &fields).body;
    for part in [
        "Fill in your name",
        "Fill in an e-mail address or a telephone number",
        "Write your complaint",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let called = complain(
        &mut anybody,
        &[("email", ""), ("phone", "+31 70 555 01 23")],
    );
    assert_eq!(called.status, StatusCode::SEE_OTHER, "{}", called.body);
    assert_eq!(mails(&site), [], "they are called");
    assert_eq!(complaints(&site).len(), 1);
}

#[test]
fn a_message_is_named_by_who_has_its_code_or_is_its_recipient() {
    let site = site();
    let code = site.site.link_key().check_code(MESSAGE_NO);
    let reference = ("message", "NTF-2026-000001");
    let mut anybody = site.english_browser();
    for wrong in [&[reference][..], &[reference, ("code", "2222-2222")]] {
        let page = complain(&mut anybody, wrong);
        assert!(page.body.contains("do not belong together"), "{wrong:?}");
    }
    complain(&mut anybody, &[reference, ("code", &code.to_lowercase())]);
    let person_no = site.person("sam@bakery.example");
    site.join(person_no, "bakery", OrganisationRole::Reader);
    let bakery = site.party_id("bakery").to_string();
    let school = site.party_id("school").to_string();
    let mut member = site.signed_in(person_no);
    let page = member.get("/complaints?message=NTF-2026-000001").body;
    assert!(page.contains("NTF-2026-000001") && page.contains("sam@bakery.example"));
    complain(&mut member, &[reference, ("organisation", &bakery)]);
    let strange = complain(&mut member, &[("organisation", &school)]);
    assert_eq!(strange.status, StatusCode::NOT_FOUND);
    let found = complaints(&site);
    let messages: Vec<_> = found
        .iter()
        .map(|one| one.content.notification_no)
        .collect();
    assert_eq!(messages, [Some(MESSAGE_NO); 2]);
    assert_eq!(found[1].content.door, ComplaintDoor::Portal);
    assert!(found[0].content.party_no.is_none() && found[1].content.party_no.is_some());
}

#[test]
fn who_suggests_something_follows_it_by_a_link_and_can_stop_the_mail() {
    let site = site();
    let mut anybody = site.english_browser();
    let wish = (
        "text",
        "I want a shorter subject, since I read mails on a telephone.",
    );
    let page = anybody.post("/suggestions", &[wish, ("tell", "yes"), ("email", "")]);
    assert!(page.body.contains("Fill in your e-mail address"));
    anybody.post("/suggestions", &[wish]);
    let fields = [wish, ("tell", "yes"), ("email", "sam@bakery.example")];
    let sent = anybody.post("/suggestions", &fields);
    assert_eq!(sent.location(), "/suggestions?done=sent");
    let mails = mails(&site);
    assert_eq!(mails.len(), 1, "only who wants to know");
    let link = mails[0].1["link"].as_str().unwrap();
    let link = link.strip_prefix("http://localhost:8080").unwrap();
    let page = anybody.get(link).body;
    assert!(page.contains("shorter subject") && page.contains("Nobody has decided"));
    anybody.post(link, &[]);
    assert!(anybody.get(link).body.contains("You get no more mail"));
    let kept = site.store().read(|tx| tx.open_suggestions(0, 10)).unwrap();
    assert_eq!(kept.len(), 2);
    assert!(kept.iter().all(|one| one.email.is_none()));
    assert_eq!(kept[0].origin, SuggestionOrigin::Page);
    let strange = anybody.get(&format!("/suggestions/{}", "0".repeat(39)));
    assert_eq!(strange.status, StatusCode::NOT_FOUND);
}

#[test]
fn the_change_log_shows_what_is_public_and_programs_read_it_too() {
    let site = site();
    let text = |nl: &str, en: &str| [nl.to_owned(), en.to_owned()];
    let story = StoryText {
        title: text("Korter onderwerp", "A shorter subject <b>"),
        text: text("Ik lees op mijn telefoon.", "I read on my telephone."),
        status: model::StoryStatus::Done,
        outcome: text(
            "Onderwerpen zijn korter.",
            "Subjects are shorter & clearer.",
        ),
        ended_on: Some(testkit::now().day()),
    };
    let story_no = site
        .store()
        .write(|tx| tx.add_story(&story, testkit::now()));
    let story_no = story_no.unwrap();
    let mut anybody = site.english_browser();
    assert!(!anybody.get("/changes").body.contains("shorter subject"));
    let published = site
        .store()
        .write(|tx| tx.publish_story(story_no, testkit::now()));
    assert!(published.unwrap());
    let page = anybody.get("/changes").body;
    assert!(page.contains("A shorter subject &lt;b&gt;") && page.contains("What changed"));
    let feed = anybody.get("/changes/en.atom");
    assert_eq!(
        feed.header("content-type"),
        "application/atom+xml; charset=utf-8"
    );
    assert!(feed.body.starts_with("<?xml version=\"1.0\""));
    for part in [
        "<title>A shorter subject &lt;b&gt;</title>",
        "Subjects are shorter &amp; clearer.",
        "<updated>2026-11-18T",
    ] {
        assert!(feed.body.contains(part), "{part}: {}", feed.body);
    }
    assert!(
        anybody
            .get("/changes/nl.atom")
            .body
            .contains("Korter onderwerp")
    );
    let last: Option<Story> = site.store().read(|tx| tx.story(story_no)).unwrap();
    assert_eq!(last.unwrap().text, story);
}
