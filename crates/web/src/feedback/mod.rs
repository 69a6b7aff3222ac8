//! What recipients say of the service itself: whether a message was useful, complaints, suggestions, and the log of what
//! changed thanks to them.
//!
//! All of it works without an account, since messages do. Nobody but the desk reads who said what. The desk's side is in
//! `desk::feedback`.

pub(crate) mod asker;
mod changes;
mod complain;
pub(crate) mod complaint;
mod feed;
mod meeting;
mod suggest;
pub(crate) mod useful;

use axum::Router;
use axum::routing::get;
use rules::feedback::{PROMISES, Promises};
use store::Tx;

use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;

/// Characters of a suggestion: fewer than the first say nothing, more than the last is a letter.
pub(crate) const SUGGESTION_CHARS: (usize, usize) = (10, 4_000);

/// The routes of this area.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/complaints", get(complain::form).post(complain::send))
        .route("/complaints/{complaint}", get(complain::show))
        .route("/suggestions", get(suggest::form).post(suggest::send))
        .route(
            "/suggestions/{token}",
            get(suggest::show).post(suggest::stop),
        )
        .route("/meetings/{token}", get(meeting::show).post(meeting::say))
        .route("/changes", get(changes::list))
        .route("/changes/nl.atom", get(feed::dutch))
        .route("/changes/en.atom", get(feed::english))
}

/// What the desk promises now.
pub(crate) fn promises(tx: &mut Tx<'_>) -> Result<Promises, Refusal> {
    let Some(kept) = tx.promises()? else {
        return Ok(PROMISES);
    };
    let [acknowledge_days, answer_weeks, meeting_weeks] =
        kept.map(|number| u32::try_from(number).unwrap_or(Promises::MAX));
    Ok(Promises {
        acknowledge_days,
        answer_weeks,
        meeting_weeks,
    })
}

/// What somebody wrote, without control characters but line ends. What is missing or too long is noted in `errors`.
pub(crate) fn written(
    errors: &mut Errors,
    field: &'static str,
    text: &str,
    (chars_min, chars_max): (usize, usize),
    wrong: &'static str,
) -> String {
    // Browsers end lines with two characters; the first of them is such a one.
    let is_shown = |character: &char| *character == '\n' || !character.is_control();
    let text = text.trim().chars().filter(is_shown).collect::<String>();
    if !(chars_min..=chars_max).contains(&text.chars().count()) {
        errors.add(field, wrong);
    }
    text
}

/// Text as a mail takes it: its paragraphs, each on one line.
pub(crate) fn paragraphs(text: &str) -> Vec<&str> {
    let paragraphs = text.split('\n').map(str::trim);
    paragraphs.filter(|text| !text.is_empty()).collect()
}

#[cfg(test)]
mod tests;
