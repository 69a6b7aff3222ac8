//! Mails about an evaluation of a programme: what the desk and upkeep both tell participants.

use model::{IdKind, Timestamp};
use rules::message::ServiceKind;
use serde_json::json;
use store::{Evaluation, StoreError, Tx};

use crate::tell_administrators;

/// Tells the administrators of an organisation something of an evaluation: `what` is one of
/// [`rules::message::EVALUATION_NEWS`]. `origin` is where people reach the pages. The mail leads to the page of the evaluation,
/// and what changed by it to the log of what changed.
///
/// # Errors
/// When the store fails.
pub fn tell_of_evaluation(
    tx: &mut Tx<'_>,
    origin: &str,
    evaluation: &Evaluation,
    (party_no, what): (i64, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let terms = &evaluation.terms;
    let Some(programme) = tx.programme(terms.programme_no)? else {
        return Ok(());
    };
    let id_key = tx.installation()?.id_key;
    let id = |kind, number: i64| id_key.public_id(kind, number as u64);
    let page = match what {
        "changed" => "/changes".to_owned(),
        _ => format!(
            "/organisations/{}/programmes/{}/evaluations/{}",
            id(IdKind::Party, party_no),
            id(IdKind::Programme, terms.programme_no),
            id(IdKind::Evaluation, evaluation.evaluation_no)
        ),
    };
    let facts = json!({
        "programme": { "nl": programme.terms.name[0], "en": programme.terms.name[1] },
        "evaluation": { "nl": terms.name[0], "en": terms.name[1] },
        "what": what,
        "held_on": terms.held_on.to_string(),
        "answer_until": terms.answer_until.to_string(),
        "reason": evaluation.cancel_reason,
        "link": format!("{}{page}", origin.trim_end_matches('/')),
    });
    let kind = ServiceKind::Evaluation;
    tell_administrators(tx, party_no, kind, &facts.to_string(), now)
}
