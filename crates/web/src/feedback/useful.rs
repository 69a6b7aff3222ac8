//! Whether a message was useful: one click beside its findings, and words if one wants. Reading a page counts nothing, since
//! mail scanners read pages too.

use model::{Timestamp, Usefulness};
use serde::{Deserialize, Serialize};
use store::{Judgement, Notification, Tx};

use crate::refusal::Refusal;

/// Characters of the words; what is longer is cut, as the page says.
pub(crate) const WORDS_CHARS_MAX: usize = 1_000;

/// The form, as it comes.
#[derive(Deserialize)]
pub(crate) struct UsefulForm {
    #[serde(default)]
    verdict: String,
    #[serde(default)]
    why: String,
}

/// What was said of a message, as its page shows it.
#[derive(Default, Serialize)]
pub(crate) struct UsefulView {
    /// Empty: nothing yet.
    verdict: &'static str,
    why: String,
}

impl UsefulView {
    pub(crate) fn of(said: Option<Judgement>) -> Self {
        said.map_or_else(Self::default, |said| Self {
            verdict: said.verdict.as_str(),
            why: said.text,
        })
    }
}

/// What the form says; a page of ours says nothing else.
pub(crate) fn read(form: &UsefulForm) -> Result<(Usefulness, String), Refusal> {
    let verdict = form.verdict.parse().map_err(|_| Refusal::Bad)?;
    let why = form.why.trim().chars().take(WORDS_CHARS_MAX).collect();
    Ok((verdict, why))
}

/// Writes it down. A message counts once: what is said later takes the place of what was said before.
pub(crate) fn judge(
    tx: &mut Tx<'_>,
    message: &Notification,
    (verdict, why): &(Usefulness, String),
    now: Timestamp,
) -> Result<(), Refusal> {
    if !message.is_told() {
        return Err(Refusal::NotFound);
    }
    Ok(tx.judge_message(message, *verdict, why, now)?)
}
