//! Participants that came after the invitation to an evaluation are invited too, and those that have not answered its survey
//! are reminded, once.

use message::tell_of_evaluation;
use model::Timestamp;
use rules::survey::{reminded_of, reminded_on};
use store::{Evaluation, StoreError, Tx};

use crate::error::FlowError;
use crate::flow::Flow;

/// Invites participants that signed after others were invited to an evaluation that can still be answered; gives how many:
/// [`store::LATE_GUESTS_MAX`] at most, the next time the others.
///
/// Safe to run twice, and by two workers at once: each is a guest once.
///
/// # Errors
/// When the store fails; the next time goes on.
pub fn invite_late(flow: &Flow) -> Result<usize, FlowError> {
    let now = flow.clock.now();
    let invited = flow.store.write(|tx| {
        let Some(origin) = tx.public_origin()? else {
            return Ok(0);
        };
        let mut invited = 0;
        let late = tx.late_guests(now.day())?;
        for guests in late.chunk_by(|(one, _), (next, _)| one.evaluation_no == next.evaluation_no) {
            let Some(evaluation) = held_open(tx, guests[0].0.evaluation_no, now)? else {
                continue;
            };
            for (_, party_no) in guests {
                if tx.invite_late(evaluation.evaluation_no, *party_no)? {
                    tell_of_evaluation(tx, &origin, &evaluation, (*party_no, "invited"), now)?;
                    invited += 1;
                }
            }
        }
        Ok::<_, StoreError>(invited)
    })?;
    Ok(invited)
}

/// Reminds the administrators of participants that have not answered, in the last days of a survey; gives how many
/// participants that were.
///
/// Safe to run twice, and by two workers at once: an evaluation notes that it was done.
///
/// # Errors
/// When the store fails; the next time goes on.
pub fn remind(flow: &Flow) -> Result<usize, FlowError> {
    let now = flow.clock.now();
    let reminded = flow.store.write(|tx| {
        let Some(origin) = tx.public_origin()? else {
            return Ok(0);
        };
        let mut reminded = 0;
        let (from, until) = reminded_on(now.day());
        for due in tx.evaluations_to_remind((from, until), reminded_of(now))? {
            let evaluation = held_open(tx, due.evaluation_no, now)?
                .filter(|held| (from..=until).contains(&held.terms.answer_until));
            let Some(evaluation) = evaluation else {
                continue;
            };
            if tx.note_reminded(evaluation.evaluation_no, now)? {
                reminded += remind_guests(tx, &origin, &evaluation, now)?;
            }
        }
        Ok::<_, StoreError>(reminded)
    })?;
    Ok(reminded)
}

/// An evaluation whose survey can be answered, as it is once nobody else changes it: the desk may have moved or cancelled it
/// since it was found, and no mail names a day of before.
fn held_open(
    tx: &mut Tx<'_>,
    evaluation_no: i64,
    now: Timestamp,
) -> Result<Option<Evaluation>, StoreError> {
    tx.hold_evaluation(evaluation_no)?;
    let evaluation = tx.evaluation(evaluation_no)?;
    Ok(evaluation.filter(|held| held.is_open(now.day())))
}

fn remind_guests(
    tx: &mut Tx<'_>,
    origin: &str,
    evaluation: &Evaluation,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let silent = tx.silent_guests(evaluation.evaluation_no)?;
    for party_no in &silent {
        tell_of_evaluation(tx, origin, evaluation, (*party_no, "reminded"), now)?;
    }
    Ok(silent.len())
}
