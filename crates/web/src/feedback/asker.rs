//! Telling those who suggested something: once, when they asked for it.

use rules::message::ServiceKind;
use store::{NewServiceMail, Story, Suggestion, Tx};

use super::paragraphs;
use crate::enrol::in_language;
use crate::refusal::Refusal;
use crate::site::Site;

/// Suggestions of one story that are told at once.
const ASKERS_MAX: i64 = 10_000;

/// Tells everybody who suggested a story and wants to know what came of it, and forgets their addresses; says how many.
/// The story can be read by everybody.
pub(crate) fn tell_all(site: &Site, tx: &mut Tx<'_>, story: &Story) -> Result<usize, Refusal> {
    let mut told = 0;
    for suggestion in tx.suggestions_of(story.story_no, ASKERS_MAX)? {
        if tell(site, tx, &suggestion, story)? {
            told += 1;
        }
    }
    Ok(told)
}

/// Says whether there was somebody to tell.
fn tell(
    site: &Site,
    tx: &mut Tx<'_>,
    suggestion: &Suggestion,
    story: &Story,
) -> Result<bool, Refusal> {
    let outcome = in_language(suggestion.language, &story.text.outcome);
    let facts = serde_json::json!({
        "what": story.text.status.as_str(),
        "title": in_language(suggestion.language, &story.text.title),
        "paragraphs": paragraphs(&outcome),
        "link": site.link("/changes"),
    });
    let is_told = send(site, tx, suggestion, &facts)?;
    tx.forget_asker(suggestion.suggestion_no)?;
    Ok(is_told)
}

/// Tells somebody that a suggestion came in, with the link by which one follows it.
pub(super) fn thank(site: &Site, tx: &mut Tx<'_>, suggestion: &Suggestion) -> Result<(), Refusal> {
    let token = site.link_key().suggestion_token(suggestion.suggestion_no);
    let facts = serde_json::json!({
        "what": "received",
        "title": "",
        "paragraphs": [],
        "link": site.link(&format!("/suggestions/{token}")),
    });
    send(site, tx, suggestion, &facts)?;
    Ok(())
}

fn send(
    site: &Site,
    tx: &mut Tx<'_>,
    suggestion: &Suggestion,
    facts: &serde_json::Value,
) -> Result<bool, Refusal> {
    let Some(email) = &suggestion.email else {
        return Ok(false);
    };
    let mail = NewServiceMail {
        kind: ServiceKind::Suggestion.as_str(),
        to: email,
        language: suggestion.language,
        facts: &facts.to_string(),
    };
    tx.add_service_mail(&mail, site.now())?;
    Ok(true)
}
