//! Numbers of applications about which the trade register was not asked yet, or did not answer.

use model::TradeState;

use crate::error::FlowError;
use crate::events;
use crate::flow::Flow;

/// Questions of one run: a hundred seconds where each is answered just in time, and no burst for the register.
const QUESTIONS_MAX: i64 = 20;

/// Asks what is due, until there is no answer; gives how many were answered. Nothing where there is no register.
///
/// Safe to run twice, and by two workers at once: a question is asked twice at worst.
///
/// # Errors
/// When the store fails; the next time goes on.
pub fn ask(flow: &Flow) -> Result<usize, FlowError> {
    let Some(register) = &flow.trade_register else {
        return Ok(0);
    };
    let now = flow.clock.now();
    let due = flow
        .store
        .read(|tx| tx.trade_questions(now, QUESTIONS_MAX))?;
    let mut answered = 0;
    for question in due {
        let kept = question.clone();
        let answer = match register.ask(question.kvk) {
            Ok(entry) => question.answered(entry, now),
            Err(error) => {
                events::trade_register_not_asked(&error);
                question.put_off(now)
            }
        };
        flow.store.write(|tx| {
            tx.hold_application(answer.application_no)?;
            // The applicant may have given another number meanwhile, or what was filled in is forgotten.
            let is_asked = tx.trade_answer(answer.application_no)? == Some(kept.clone());
            if is_asked {
                tx.put_trade_answer(&answer)
            } else {
                Ok(())
            }
        })?;
        if answer.state == TradeState::Waiting {
            break;
        }
        answered += 1;
    }
    Ok(answered)
}
