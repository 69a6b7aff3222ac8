//! To whom a message goes: settled once, when a person approves it, or when it is first taken up.

use model::{EmailAddress, IdKind, Rhythm, Timestamp, Timing, Zone};
use rules::hours::goes_out_at;
use rules::route::{ContactChoice, Usual};
use store::{
    ContactRow, Delivery, DeliveryState, Desk, Installation, Notification, NotificationState,
    PartyRow, PlannedDelivery, StoreError, Tx,
};

use crate::compose::Sources;
use crate::mail::Mail;

/// An address that a message goes to, and from when on it may.
type Addressee = (EmailAddress, Timestamp);

/// Plans a first attempt for every contact that takes the message, where none is planned yet: now, or at the time that the
/// contact chose. Messages whose recipient has no contact for it stay without.
///
/// # Errors
/// When the store fails.
pub fn settle(
    tx: &mut Tx<'_>,
    messages: &[(&Notification, &Desk)],
    now: model::Timestamp,
) -> Result<(), StoreError> {
    let plans = plans(tx, messages, now)?;
    tx.plan_deliveries(&plans)
}

/// An attempt for every contact that takes the message now, after those that failed; says whether anybody takes it. While the
/// desk is not complete nobody does.
///
/// # Errors
/// When the store fails.
pub(crate) fn settle_again(
    tx: &mut Tx<'_>,
    notification: &Notification,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let recipient_no = notification.key.recipient_no;
    let is_closed = tx.closed_among(&[recipient_no])?.contains(&recipient_no);
    let desks = tx.desks()?;
    let desk = desks
        .iter()
        .find(|desk| desk.desk_no == notification.key.desk_no && desk.missing().is_empty());
    let Some(desk) = desk.filter(|_| !is_closed) else {
        return Ok(false);
    };
    let plans = plans(tx, &[(notification, desk)], now)?;
    tx.plan_deliveries_again(&plans)?;
    Ok(!plans.is_empty())
}

fn plans(
    tx: &mut Tx<'_>,
    messages: &[(&Notification, &Desk)],
    now: Timestamp,
) -> Result<Vec<PlannedDelivery>, StoreError> {
    let installation = tx.installation()?;
    let addressees = addressees_of_all(tx, messages, now)?;
    let plans = messages
        .iter()
        .zip(addressees)
        .flat_map(|((notification, desk), addressees)| {
            let installation = &installation;
            let plan = move |(address, due_at): Addressee| PlannedDelivery {
                notification_no: notification.notification_no,
                message_id: message_id(installation, notification, desk, &address),
                address,
                due_at,
            };
            addressees.into_iter().map(plan)
        });
    Ok(plans.collect())
}

/// Settles to whom an approved message goes and what it says: what a person approved is what is sent. While the desk is
/// not complete, that waits until it is.
///
/// # Errors
/// When the store fails.
pub(crate) fn settle_approved(
    tx: &mut Tx<'_>,
    notification_no: i64,
    now: model::Timestamp,
) -> Result<(), StoreError> {
    let found = tx.notification(notification_no)?;
    let Some(notification) = found.filter(|found| found.state == NotificationState::Approved)
    else {
        return Ok(());
    };
    let desks = tx.desks()?;
    let desk = desks
        .iter()
        .find(|desk| desk.desk_no == notification.key.desk_no && desk.missing().is_empty());
    let Some(desk) = desk else { return Ok(()) };
    settle(tx, &[(&notification, desk)], now)?;
    let sources = Sources::load(tx, &[&notification])?;
    // A text that cannot be written is given up where it is to be handed over, with the reason.
    let Ok(text) = sources.text(&notification, desk) else {
        return Ok(());
    };
    for delivery in tx.deliveries_of(notification_no)? {
        if let Ok(mail) = Mail::write(&text, &notification, desk, &delivery) {
            tx.keep_mail(delivery.delivery_no, &mail.bytes)?;
        }
    }
    Ok(())
}

/// Where a message goes, and until when that waits: the attempts that are settled, or else those that would be settled now.
///
/// # Errors
/// When the store fails.
pub fn addresses_of(
    tx: &mut Tx<'_>,
    notification: &Notification,
    desk: &Desk,
    now: Timestamp,
) -> Result<Vec<(EmailAddress, Option<Timestamp>)>, StoreError> {
    let attempts = first_attempts(tx, notification, desk, now)?;
    let addresses = attempts.into_iter().map(|attempt| {
        let waits_until = attempt.waits_until(now);
        (attempt.address, waits_until)
    });
    Ok(addresses.collect())
}

/// The first attempt for each address: settled, or as it would be settled now. Of a message that was sent again, that of the
/// last time, and an address that failed only where all did: it may be no contact any more.
pub(crate) fn first_attempts(
    tx: &mut Tx<'_>,
    notification: &Notification,
    desk: &Desk,
    now: Timestamp,
) -> Result<Vec<Delivery>, StoreError> {
    let settled = tx.deliveries_of(notification.notification_no)?;
    if !settled.is_empty() {
        return Ok(last_rounds(settled));
    }
    let installation = tx.installation()?;
    let addressees = addressees_of_all(tx, &[(notification, desk)], now)?.into_iter();
    let unsettled = addressees.flatten().map(|(address, due_at)| Delivery {
        delivery_no: 0,
        notification_no: notification.notification_no,
        attempt: 1,
        state: DeliveryState::Due,
        message_id: message_id(&installation, notification, desk, &address),
        address,
        outcome: String::new(),
        due_at,
        mail: None,
        is_sealed: false,
    });
    Ok(unsettled.collect())
}

/// Of the attempts of a message, oldest first, the one with which the last round of each address began. A round ends when it
/// fails: what comes after that is sent again.
fn last_rounds(attempts: Vec<Delivery>) -> Vec<Delivery> {
    let mut rounds: Vec<(Delivery, DeliveryState)> = Vec::new();
    for attempt in attempts {
        let state = attempt.state;
        let known = rounds
            .iter_mut()
            .find(|(first, _)| first.address == attempt.address);
        match known {
            Some((_, last)) if *last != DeliveryState::Failed => *last = state,
            Some(round) => *round = (attempt, state),
            None => rounds.push((attempt, state)),
        }
    }
    let has_failed = |(_, last): &(Delivery, DeliveryState)| *last == DeliveryState::Failed;
    if !rounds.iter().all(has_failed) {
        rounds.retain(|round| !has_failed(round));
    }
    rounds.into_iter().map(|(first, _)| first).collect()
}

/// For each message that is mailed the addresses of the contacts that take this severity in this language for this reader. Where
/// contacts changed since it was decided, those that take the severity; a message in another language is better than
/// none.
fn addressees_of_all(
    tx: &mut Tx<'_>,
    messages: &[(&Notification, &Desk)],
    now: Timestamp,
) -> Result<Vec<Vec<Addressee>>, StoreError> {
    let mut recipients: Vec<i64> = messages
        .iter()
        .map(|(message, _)| message.key.recipient_no)
        .collect();
    recipients.sort_unstable();
    recipients.dedup();
    let parties = tx.parties(&recipients)?;
    let contacts = tx.contacts_of(&recipients)?;
    let timings = tx.timings_of(&recipients)?;
    let addressees = messages.iter().map(|(notification, desk)| {
        let key = &notification.key;
        if !key.kind.is_mailed() {
            return Vec::new();
        }
        let party = parties
            .iter()
            .find(|party| party.party_no == key.recipient_no);
        let usual = party.map(usual_of).unwrap_or_default();
        let begin = contacts.partition_point(|contact| contact.party_no < key.recipient_no);
        let of_party = contacts[begin..]
            .iter()
            .take_while(|contact| contact.party_no == key.recipient_no);
        let taking: Vec<_> = of_party
            .filter_map(|contact| {
                let wording = choice_of(contact).wording(key.severity, usual, desk.language)?;
                Some((contact, wording))
            })
            .collect();
        let meant = (key.language, key.reader);
        let is_any_meant = taking.iter().any(|(_, wording)| *wording == meant);
        let chosen = taking
            .into_iter()
            .filter(|(_, wording)| !is_any_meant || *wording == meant);
        let mut addresses: Vec<EmailAddress> = chosen
            .map(|(contact, _): (&ContactRow, _)| contact.email.clone())
            .collect();
        addresses.sort();
        addresses.dedup();
        let addressee = |address: EmailAddress| {
            let due_at = goes_out(&timings, (notification, desk), &address, now);
            (address, due_at)
        };
        addresses.into_iter().map(addressee).collect()
    });
    Ok(addressees.collect())
}

/// Puts first attempts that are due off to the office hours of their contact. They were settled within those hours, and a pause
/// held them up until it was evening. What failed for now is tried again soon, as the mail went out in those hours once.
///
/// # Errors
/// When the store fails.
pub fn keep_hours(
    tx: &mut Tx<'_>,
    messages: Vec<(&Notification, &Desk, &mut [Delivery])>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let is_due = |attempt: &Delivery| !attempt.was_tried() && attempt.due_at <= now;
    let due = messages
        .iter()
        .filter(|(_, _, attempts)| attempts.iter().any(is_due));
    let recipients: Vec<i64> = due
        .map(|(notification, ..)| notification.key.recipient_no)
        .collect();
    if recipients.is_empty() {
        return Ok(());
    }
    let mut timings = tx.timings_of(&recipients)?;
    // Their time of the rhythm has come, and is over a moment later.
    for (_, _, timing) in &mut timings {
        timing.rhythm = Rhythm::Now;
    }
    for (notification, desk, attempts) in messages {
        for attempt in attempts.iter_mut().filter(|attempt| is_due(attempt)) {
            let due_at = goes_out(&timings, (notification, desk), &attempt.address, now);
            if due_at > now {
                attempt.due_at = due_at;
                tx.put_off_delivery(attempt, now)?;
            }
        }
    }
    Ok(())
}

/// From when on a message may go out to an address: where it has several tasks, at the first of their times.
fn goes_out(
    timings: &[(i64, EmailAddress, Timing)],
    (notification, desk): (&Notification, &Desk),
    address: &EmailAddress,
    now: Timestamp,
) -> Timestamp {
    let key = &notification.key;
    let zone = desk.time_zone.as_ref().unwrap_or(&Zone::UTC);
    let begin = timings.partition_point(|(of_party, ..)| *of_party < key.recipient_no);
    let of_party = timings[begin..]
        .iter()
        .take_while(|(of_party, ..)| *of_party == key.recipient_no);
    let of_address = of_party.filter(|(_, known, _)| known == address);
    let about = (key.kind, key.severity);
    let due = of_address.map(|(_, _, timing)| goes_out_at(timing, about, now, zone));
    due.min().unwrap_or(now)
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

/// What an organisation said for contacts that chose nothing.
pub fn usual_of(party: &PartyRow) -> Usual {
    Usual {
        language: party.language,
        reader: party.reader,
    }
}

/// What a contact said about itself.
pub fn choice_of(contact: &ContactRow) -> ContactChoice {
    ContactChoice {
        severities: contact.severities,
        language: contact.language,
        reader: contact.reader,
    }
}
