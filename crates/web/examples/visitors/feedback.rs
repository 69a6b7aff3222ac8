//! What people said of the desk's work.

use model::{ComplaintDoor, Language, ReplyOutcome, StoryStatus, SuggestionOrigin, Timestamp};
use store::{MeetingText, NewComplaint, NewSuggestion, ReplyContent, StoreError, StoryText, Tx};

/// A complaint, a suggestion, a story that everybody may read, a meeting, and a reply that waits.
pub(super) fn add(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    let pair = |nl: &str, en: &str| [nl.to_owned(), en.to_owned()];
    let complaint = NewComplaint {
        door: ComplaintDoor::Page,
        notification_no: None,
        party_no: None,
        name: "Visitor".to_owned(),
        email: Some("sam@visitors.example".parse().expect("it is an address")),
        phone: String::new(),
        language: Language::Nl,
        text: "U stuurde ons twee keer hetzelfde.".to_owned(),
        acknowledge_on: now.day().plus_days(7),
        answer_on: now.day().plus_days(42),
    };
    tx.add_complaint(&complaint, now)?;
    let suggestion = NewSuggestion {
        origin: SuggestionOrigin::Page,
        origin_no: None,
        text: "Ik wil een korter onderwerp.",
        email: None,
        language: Language::Nl,
    };
    let first = tx.add_suggestion(&suggestion, now)?;
    tx.add_suggestion(&suggestion, now)?;
    let story = StoryText {
        title: pair("Korter onderwerp", "A shorter subject"),
        text: pair("Ik lees op mijn telefoon.", "I read on my telephone."),
        status: StoryStatus::Done,
        outcome: pair("Onderwerpen zijn korter.", "Subjects are shorter."),
        ended_on: Some(now.day()),
    };
    let story_no = tx.add_story(&story, now)?;
    tx.join_story(first, story_no)?;
    tx.publish_story(story_no, now)?;
    let meeting = MeetingText {
        name: "Een half jaar waarschuwen".to_owned(),
        starts_at: now.plus_seconds(20 * 24 * 60 * 60),
        place: "Utrecht".to_owned(),
        agenda: "Wat kan er beter?".to_owned(),
        notes: String::new(),
        decisions: String::new(),
    };
    tx.add_meeting(&meeting, now)?;
    if let Some(reply_no) = tx.begin_reply(&[1; 32], now)? {
        let content = ReplyContent {
            sender: "sam@visitors.example".to_owned(),
            subject: "Re: een bericht".to_owned(),
            text: "Wie bent u?".to_owned(),
            ..ReplyContent::default()
        };
        tx.end_reply(reply_no, ReplyOutcome::UnknownMessage, &content, now)?;
    }
    Ok(())
}
