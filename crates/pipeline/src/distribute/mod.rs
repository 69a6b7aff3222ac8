//! Hands over what is approved, and writes down what came of it.
//!
//! An attempt is written down before it is made. In the outbox folder a message appears exactly once, by renaming; over
//! SMTP a message can arrive twice only when the connection or the program broke between hand-over and answer, and then
//! both copies have the same bytes and the same Message-ID.

mod compose;
mod mail;
mod transport;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use model::{EmailAddress, IdKind, Reader, Timestamp};
use store::{
    ContactRow, Delivery, DeliveryState, Desk, Installation, Notification, NotificationState,
    PlannedDelivery, StoreError, Tx,
};

use crate::error::FlowError;
use crate::events;
use crate::flow::Flow;
use crate::meter::{Failure, Step};
use crate::worker::{Progress, reasons};

pub use compose::compose;
pub(crate) use compose::match_basis;
pub use mail::Mail;
pub use transport::{Handed, SmtpRelay, Transport};

/// Seconds to wait after each deferred attempt: 5 and 15 minutes, then hours. After the last the delivery failed.
const WAIT_SECS: [i64; 7] = [300, 900, 3_600, 14_400, 28_800, 43_200, 86_400];

/// What one round did.
#[derive(Debug, Default)]
pub(crate) struct Round {
    pub(crate) handed_over: u64,
    pub(crate) not_handed_over: Vec<String>,
    /// Why nothing goes out at all.
    pub(crate) stopped: Option<String>,
    /// There was something to hand over.
    pub(crate) had_work: bool,
}

/// A message with the attempts that are to be made now.
struct Ready {
    notification: Notification,
    attempts: Vec<(Delivery, Mail)>,
}

/// Why nothing may go out now: distribution is paused, or the desk is not complete.
///
/// # Errors
/// When the store fails.
pub fn obstacle(flow: &Flow, desk: &Desk) -> Result<Option<String>, FlowError> {
    if let Some(why) = pause(flow)? {
        return Ok(Some(why));
    }
    let missing = desk.missing();
    if missing.is_empty() {
        return Ok(None);
    }
    Ok(Some(format!(
        "desk `{}` has no {} yet; see `seinpost desk set --help`",
        desk.name,
        missing.join(", ")
    )))
}

fn pause(flow: &Flow) -> Result<Option<String>, FlowError> {
    let paused = flow.store.read(|tx| tx.installation())?.paused;
    Ok(paused.map(|(since, reason)| format!("distribution is paused since {since}: {reason}")))
}

/// Hands over what is approved, portion by portion, for as long as `time` allows. What waits for its desk or for a later
/// attempt is passed over; a pause holds from the next portion on.
pub(crate) fn run_round(
    flow: &Flow,
    progress: &dyn Progress,
    time: Duration,
) -> Result<Round, FlowError> {
    let began_round = Instant::now();
    let mut round = Round::default();
    let mut open_desks = Vec::new();
    let (desks, waiting) = flow
        .store
        .read(|tx| Ok::<_, StoreError>((tx.desks()?, tx.desks_with_approved()?)))?;
    for desk in desks {
        if waiting.contains(&desk.desk_no) {
            match obstacle(flow, &desk)? {
                Some(why) => round.stopped = Some(why),
                None => open_desks.push(desk),
            }
        }
    }
    let mut after_no = 0;
    while !open_desks.is_empty() && began_round.elapsed() < time {
        if let Some(why) = pause(flow)? {
            round.stopped = Some(why);
            break;
        }
        let portion = flow.transport.portion();
        let approved = flow
            .store
            .read(|tx| tx.notifications_in(NotificationState::Approved, after_no, portion))?;
        let Some(last) = approved.last() else { break };
        after_no = last.notification_no;
        let began = Instant::now();
        let ready = make_ready(flow, &open_desks, approved, &mut round)?;
        let mails: usize = ready.iter().map(|ready| ready.attempts.len()).sum();
        flow.meter.add(Step::Compose, mails as u64, began);
        if !ready.is_empty() {
            round.had_work = true;
            let began = Instant::now();
            hand_over(flow, ready, &mut round)?;
            flow.meter.add(Step::HandOver, mails as u64, began);
            progress.messages(round.handed_over);
        }
    }
    if round.had_work {
        events::round_ended(round.handed_over, round.not_handed_over.len(), began_round);
    }
    Ok(round)
}

/// Plans the attempts, writes the mails, and writes down which attempts begin now: two transactions for the portion.
fn make_ready(
    flow: &Flow,
    desks: &[Desk],
    approved: Vec<Notification>,
    round: &mut Round,
) -> Result<Vec<Ready>, FlowError> {
    let now = flow.clock.now();
    let with_desk = |notification: Notification| {
        let desk = desks
            .iter()
            .find(|desk| desk.desk_no == notification.key.desk_no)?;
        Some((notification, desk))
    };
    let approved: Vec<(Notification, &Desk)> = approved.into_iter().filter_map(with_desk).collect();
    let planned = flow.store.write(|tx| {
        approved
            .iter()
            .map(|(notification, desk)| plan(tx, notification, desk, now))
            .collect::<Result<Vec<_>, _>>()
    })?;
    let mut ready = Vec::new();
    for ((notification, desk), deliveries) in approved.into_iter().zip(planned) {
        if deliveries.is_empty() {
            let reason = "no contact of the recipient takes this message any more";
            give_up(flow, &notification, reason, round)?;
            continue;
        }
        let due: Vec<Delivery> = deliveries
            .into_iter()
            .filter(|delivery| is_due(delivery, now))
            .collect();
        if !due.is_empty() {
            match write_mails(flow, desk, &notification, due) {
                Ok(attempts) => ready.push(Ready {
                    notification,
                    attempts,
                }),
                Err(FlowError::Store(error)) => return Err(error.into()),
                // A message that cannot be written costs itself alone.
                Err(error) => give_up(flow, &notification, &in_one_line(&error), round)?,
            }
        }
    }
    start(flow, &mut ready, now)?;
    Ok(ready)
}

fn is_due(delivery: &Delivery, now: Timestamp) -> bool {
    match delivery.state {
        DeliveryState::Due => delivery.due_at <= now,
        DeliveryState::Started => true,
        DeliveryState::Delivered | DeliveryState::Failed | DeliveryState::Deferred => false,
    }
}

/// Writes down that the attempts begin; those that another worker is making are left to it.
fn start(flow: &Flow, ready: &mut Vec<Ready>, now: Timestamp) -> Result<(), FlowError> {
    let ours = flow.store.write(|tx| {
        let mut ours = HashSet::new();
        for (delivery, mail) in ready.iter().flat_map(|ready| &ready.attempts) {
            if tx.start_delivery(delivery.delivery_no, &mail.bytes, now)? {
                ours.insert(delivery.delivery_no);
            }
        }
        Ok::<_, StoreError>(ours)
    })?;
    for ready in ready.iter_mut() {
        ready
            .attempts
            .retain(|(delivery, _)| ours.contains(&delivery.delivery_no));
    }
    ready.retain(|ready| !ready.attempts.is_empty());
    Ok(())
}

/// The mail of each attempt: the bytes that an earlier attempt had, or new ones.
fn write_mails(
    flow: &Flow,
    desk: &Desk,
    notification: &Notification,
    due: Vec<Delivery>,
) -> Result<Vec<(Delivery, Mail)>, FlowError> {
    let mut text = None;
    let mut mails = Vec::with_capacity(due.len());
    for mut delivery in due {
        let mail = match delivery.mail.take() {
            Some(bytes) => Mail::repeated(bytes, notification, desk, &delivery)?,
            None => {
                let text = match &mut text {
                    Some(text) => text,
                    unwritten => unwritten.insert(compose(flow, notification)?),
                };
                Mail::write(text, notification, desk, &delivery)?
            }
        };
        mails.push((delivery, mail));
    }
    Ok(mails)
}

/// Plans a first attempt for every contact that takes the message; gives all attempts.
fn plan(
    tx: &mut Tx<'_>,
    notification: &Notification,
    desk: &Desk,
    now: Timestamp,
) -> Result<Vec<Delivery>, StoreError> {
    let planned = tx.deliveries_of(notification.notification_no)?;
    if !planned.is_empty() {
        return Ok(planned);
    }
    let installation = tx.installation()?;
    let addresses = addresses_of(tx, notification, desk)?;
    let plans: Vec<_> = addresses
        .into_iter()
        .map(|address| PlannedDelivery {
            notification_no: notification.notification_no,
            message_id: message_id(&installation, notification, desk, &address),
            address,
        })
        .collect();
    tx.plan_deliveries(&plans, now)?;
    tx.deliveries_of(notification.notification_no)
}

/// Addresses of the recipient's contacts that take this severity in this language for this reader. Where contacts
/// changed since it was decided, those that take the severity; a message in another language is better than none.
///
/// # Errors
/// When the store fails.
pub fn addresses_of(
    tx: &mut Tx<'_>,
    notification: &Notification,
    desk: &Desk,
) -> Result<Vec<EmailAddress>, StoreError> {
    let key = &notification.key;
    let party_language = tx.party(key.recipient_no)?.and_then(|party| party.language);
    let mut contacts = tx.contacts(key.recipient_no)?;
    contacts.retain(|contact| contact.severities.contains(key.severity));
    let is_meant = |contact: &ContactRow| {
        let language = contact.language.or(party_language).unwrap_or(desk.language);
        language == key.language && contact.reader.unwrap_or(Reader::Entrepreneur) == key.reader
    };
    if contacts.iter().any(is_meant) {
        contacts.retain(is_meant);
    }
    let mut addresses: Vec<EmailAddress> =
        contacts.into_iter().map(|contact| contact.email).collect();
    addresses.sort();
    addresses.dedup();
    Ok(addresses)
}

/// Stable: the same for every attempt, and another for every contact.
fn message_id(
    installation: &Installation,
    notification: &Notification,
    desk: &Desk,
    address: &EmailAddress,
) -> String {
    let id = installation
        .id_key
        .public_id(IdKind::Notification, notification.notification_no as u64);
    let contact = blake3::keyed_hash(
        &installation.id_key.digest_key(),
        address.as_str().as_bytes(),
    );
    let domain = desk
        .sender
        .as_ref()
        .map_or("invalid", |sender| sender.domain().as_str());
    format!("<{id}.{}@{domain}>", &contact.to_hex()[..12])
}

/// Makes the attempts, and in one transaction writes down what came of them.
fn hand_over(flow: &Flow, ready: Vec<Ready>, round: &mut Round) -> Result<(), FlowError> {
    let mut outcomes = Vec::new();
    for Ready {
        notification,
        attempts,
    } in ready
    {
        for (delivery, mail) in attempts {
            let handed = flow.transport.hand_over(&mail);
            match &handed {
                Handed::Over(_) => round.handed_over += 1,
                Handed::Later(why) | Handed::Refused(why) => {
                    note_failure(flow, &notification, &handed);
                    round
                        .not_handed_over
                        .push(format!("{}: {why}", notification.reference()));
                }
            }
            outcomes.push((notification.clone(), delivery, handed));
        }
    }
    flow.transport.flush()?;
    let now = flow.clock.now();
    flow.store.write(|tx| {
        for (notification, delivery, handed) in &outcomes {
            write_outcome(tx, delivery, handed, now)?;
            conclude(tx, notification, now)?;
        }
        Ok::<_, FlowError>(())
    })
}

fn note_failure(flow: &Flow, notification: &Notification, handed: &Handed) {
    let (failure, outcome) = match handed {
        Handed::Over(_) => return,
        Handed::Later(_) => (Failure::MailDeferred, "deferred"),
        Handed::Refused(_) => (Failure::MailRefused, "refused"),
    };
    flow.meter.fail(failure);
    events::mail_not_handed_over(&notification.reference(), outcome);
}

fn write_outcome(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    handed: &Handed,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (state, outcome) = match handed {
        Handed::Over(answer) => (DeliveryState::Delivered, answer),
        Handed::Refused(why) => (DeliveryState::Failed, why),
        Handed::Later(why) => match WAIT_SECS.get(delivery.attempt as usize - 1) {
            Some(wait_secs) => {
                tx.plan_next_attempt(delivery, now.plus_seconds(*wait_secs))?;
                (DeliveryState::Deferred, why)
            }
            None => (DeliveryState::Failed, why),
        },
    };
    tx.end_delivery(delivery.delivery_no, state, outcome, now)
}

/// A notification is delivered when somebody got it and nobody is still to get it, and failed when nobody did.
fn conclude(
    tx: &mut Tx<'_>,
    notification: &Notification,
    now: Timestamp,
) -> Result<(), StoreError> {
    let deliveries = tx.deliveries_of(notification.notification_no)?;
    let is_pending = |state| matches!(state, DeliveryState::Due | DeliveryState::Started);
    if deliveries.iter().any(|delivery| is_pending(delivery.state)) {
        return Ok(());
    }
    let arrived = deliveries
        .iter()
        .any(|delivery| delivery.state == DeliveryState::Delivered);
    let failed: Vec<&str> = deliveries
        .iter()
        .filter(|delivery| delivery.state == DeliveryState::Failed)
        .map(|delivery| delivery.outcome.as_str())
        .collect();
    let state = if arrived {
        NotificationState::Delivered
    } else {
        NotificationState::Failed
    };
    let decided = (
        notification.decided_at.unwrap_or(now),
        notification.decided_by.as_str(),
    );
    let from = [NotificationState::Approved];
    tx.move_notification(
        notification.notification_no,
        &from,
        state,
        &failed.join("; "),
        decided,
    )?;
    Ok(())
}

/// Leaves a message that nobody can get for a person to look at.
fn give_up(
    flow: &Flow,
    notification: &Notification,
    reason: &str,
    round: &mut Round,
) -> Result<(), FlowError> {
    let number = notification.notification_no;
    let decided_at = notification.decided_at.unwrap_or_else(|| flow.clock.now());
    let decided = (decided_at, notification.decided_by.as_str());
    let from = [NotificationState::Approved];
    flow.store.write(|tx| {
        tx.move_notification(number, &from, NotificationState::Failed, reason, decided)
    })?;
    let reference = notification.reference();
    flow.meter.fail(Failure::MailRefused);
    events::mail_not_handed_over(&reference, "refused");
    round.not_handed_over.push(format!("{reference}: {reason}"));
    Ok(())
}

/// What stands in an error, in one line.
pub(crate) fn in_one_line(error: &dyn std::error::Error) -> String {
    reasons(error).replace(['\r', '\n'], " ")
}
