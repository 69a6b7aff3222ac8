//! Taking a call, giving it back, and noting what came of it: the same for pages and programs.

use message::call_about;
use model::{CallOutcome, IdKind, Timestamp, Zone};
use rules::call::{Again, TAKEN_SECS};
use store::{CallAttempt, Notification, Tx};

use crate::answer::compared;
use crate::refusal::Refusal;
use crate::site::Site;

/// What came of calling.
#[derive(Clone, Debug)]
pub(crate) struct NewAttempt {
    /// About which message.
    pub(crate) notification_no: i64,
    /// What came of it.
    pub(crate) outcome: CallOutcome,
    /// The contact whose number it was; `None`: another number.
    pub(crate) contact_no: Option<i64>,
    /// When to call again; `None`: as it is proposed.
    pub(crate) again: Option<Again>,
    /// The last block of the check code, as somebody there read it out; empty: nobody did.
    pub(crate) code: String,
    /// What else there is to know; may be empty.
    pub(crate) note: String,
    /// Who called; `None`: a program notes it.
    pub(crate) person_no: Option<i64>,
}

/// What came of noting it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noted {
    /// It is noted.
    Done,
    /// Nobody is called about this message (any more).
    Over,
    /// Somebody else has the call.
    Taken,
    /// Whoever was reached did not show to have the message.
    WrongCode,
    /// The contact is none of the recipient that has a number.
    NoContact,
}

/// Takes the call about a message for somebody; says whether it could be had. "Not found": nobody is called about it.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    notification_no: i64,
    person_no: i64,
    (actor, now): (&str, Timestamp),
) -> Result<bool, Refusal> {
    let call = call_about(tx, notification_no, now)?.ok_or(Refusal::NotFound)?;
    let both = (notification_no, call.row.recipient_no);
    let until = now.plus_seconds(TAKEN_SECS);
    let is_taken = tx.take_call(both, person_no, (now, until))?;
    if is_taken {
        let subject = format!("notification {notification_no}");
        tx.record(now, actor, "take-call", &subject, "")?;
    }
    Ok(is_taken)
}

/// Gives the call about a message back; says whether anybody had it.
pub(crate) fn give_back(
    tx: &mut Tx<'_>,
    notification_no: i64,
    (actor, now): (&str, Timestamp),
) -> Result<bool, Refusal> {
    let is_given = tx.give_call_back(notification_no)?;
    if is_given {
        let subject = format!("notification {notification_no}");
        tx.record(now, actor, "give-call-back", &subject, "")?;
    }
    Ok(is_given)
}

/// Writes down what came of calling. "Understood" counts only of who showed to have the message, where one could be there.
pub(crate) fn note(
    site: &Site,
    tx: &mut Tx<'_>,
    new: &NewAttempt,
    (actor, now): (&str, Timestamp),
) -> Result<Noted, Refusal> {
    let Some(call) = call_about(tx, new.notification_no, now)? else {
        return Ok(Noted::Over);
    };
    let row = &call.row;
    if row
        .taken_by(now)
        .is_some_and(|by| Some(by) != new.person_no)
    {
        return Ok(Noted::Taken);
    }
    let must_show = new.outcome == CallOutcome::Understood && !row.is_failed();
    if must_show && !is_code(site, new) {
        return Ok(Noted::WrongCode);
    }
    if let Some(contact_no) = new.contact_no {
        let phones = tx.phones_of(&[row.recipient_no])?;
        if !phones.iter().any(|phone| phone.contact_no == contact_no) {
            return Ok(Noted::NoContact);
        }
    }
    let message = tx.notification(new.notification_no)?;
    let message = message.ok_or(Refusal::NotFound)?;
    let (_, zone) = desk_of(tx, &message)?;
    let proposed = Again::after(new.outcome, row.severity);
    let again = proposed.map(|proposed| new.again.unwrap_or(proposed));
    let attempt = CallAttempt {
        notification_no: new.notification_no,
        party_no: row.recipient_no,
        at: now,
        person_no: new.person_no,
        contact_no: new.contact_no,
        outcome: new.outcome,
        next_at: again.map(|again| again.at(now, &zone)),
        note: new.note.clone(),
    };
    tx.note_call(&attempt)?;
    // Under the organisation, which reads in its history that it was called.
    let subject = tx.subject_of(IdKind::Party, row.recipient_no)?;
    let detail = format!("{}: {}", message.reference(), new.outcome);
    tx.record(now, actor, "note-call", &subject, &detail)?;
    Ok(Noted::Done)
}

/// Whether it is the last block of the check code of the message.
fn is_code(site: &Site, new: &NewAttempt) -> bool {
    let key = site.link_key();
    let code = key.check_code(new.notification_no);
    let last = code.rsplit('-').next().unwrap_or_default();
    key.is_same(&compared(last), &compared(&new.code))
}

/// The desk that warns by a message, with its zone.
pub(super) fn desk_of(
    tx: &mut Tx<'_>,
    message: &Notification,
) -> Result<(store::Desk, Zone), Refusal> {
    let desks = tx.desks()?.into_iter();
    let mut of_message = desks.filter(|desk| desk.desk_no == message.key.desk_no);
    let desk = of_message.next().ok_or(Refusal::NotFound)?;
    let zone = desk.time_zone.clone().unwrap_or(Zone::UTC);
    Ok((desk, zone))
}
