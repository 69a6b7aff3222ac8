//! Registrations of organisations that nobody of the desk took end, and whoever made them is told.

use model::{IdKind, RegistrationState};
use rules::message::ServiceKind;
use rules::registration::WAITING_DAYS;
use serde_json::json;
use store::{NewServiceMail, StoreError};

use super::DAY_SECS;
use crate::error::FlowError;
use crate::flow::Flow;

/// Registrations that end in one transaction; the next hour has the others.
const ENDED_MAX: i64 = 500;

/// Ends registrations that have waited for the desk longer than [`WAITING_DAYS`] and that nobody took, and tells whoever made
/// them; gives how many.
///
/// Safe to run twice, and by two workers at once: one that ended does not wait any more. Without pages nobody could register
/// again: then none ends.
///
/// # Errors
/// When the store fails; the next time goes on.
pub fn end(flow: &Flow) -> Result<usize, FlowError> {
    let now = flow.clock.now();
    let before = now.plus_seconds(-WAITING_DAYS * DAY_SECS);
    // Looked for by a read first: most of the time there is none.
    let waiting = flow
        .store
        .read(|tx| tx.registrations_waiting_since(before, 1))?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let ended = flow.store.write(|tx| {
        let Some(origin) = tx.public_origin()? else {
            return Ok(0);
        };
        // Somebody of the desk may decide at this moment.
        tx.hold_newcomers()?;
        let waiting = tx.registrations_waiting_since(before, ENDED_MAX)?;
        for one in &waiting {
            let registration_no = one.registration_no;
            tx.end_registration(registration_no, RegistrationState::Refused, now)?;
            if let Some(email) = &one.email {
                let facts = json!({
                    "organisation": one.name,
                    "what": "unseen",
                    "days": WAITING_DAYS,
                    "link": format!("{origin}/register"),
                });
                let mail = NewServiceMail {
                    kind: ServiceKind::Registration.as_str(),
                    to: email,
                    language: one.language,
                    facts: &facts.to_string(),
                };
                tx.add_service_mail(&mail, now)?;
            }
            let subject = tx.subject_of(IdKind::Registration, registration_no)?;
            let detail = format!("nobody took it in {WAITING_DAYS} days");
            tx.record(now, "upkeep", "end-registration", &subject, &detail)?;
        }
        Ok::<_, StoreError>(waiting.len())
    })?;
    Ok(ended)
}
