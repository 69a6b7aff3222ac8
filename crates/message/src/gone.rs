//! What keeps a message from going out since it was settled: its address is no contact any more, its recipient is closed, or it
//! says what does not hold any more.

use std::collections::HashSet;

use model::{MessageKind, Timestamp};
use store::{Delivery, DeliveryState, Notification, StoreError, Tx};

/// What an attempt says that is not made.
const NO_CONTACT: &str = "this address is no contact of the recipient any more";

/// What one says that began, and is not repeated.
const UNCERTAIN: &str = "it may have arrived, and is not repeated: this address is no contact of the recipient any more";

/// The same of an all-clear that does not hold any more.
const OVERTAKEN: &str = "it was seen again, or answered anew, before this went out";

/// And of one that began.
const UNCERTAIN_OVERTAKEN: &str =
    "it may have arrived, and is not repeated: it was seen again, or answered anew, since";

/// What became of messages since they were settled.
#[derive(Debug, Default)]
pub struct Gone {
    /// Messages that lost everybody who was still to get them, and that nobody got: they are to be settled anew.
    pub unsettled: HashSet<i64>,
    /// Recipients that are closed: nothing goes to them.
    pub closed: HashSet<i64>,
    /// All-clears of which a finding was seen since, or answered anew: they go to nobody any more.
    pub overtaken: HashSet<i64>,
}

impl Gone {
    /// Why a message goes to nobody any more, if so.
    pub fn end_of(&self, notification: &Notification) -> Option<&'static str> {
        let is_closed = self.closed.contains(&notification.key.recipient_no);
        let is_overtaken = self.overtaken.contains(&notification.notification_no);
        match (is_closed, is_overtaken) {
            (true, _) => Some("the organisation is closed"),
            (false, true) => Some(OVERTAKEN),
            (false, false) => None,
        }
    }
}

/// Ends attempts to addresses that were removed since they were settled, all to a recipient that is closed, and all of an
/// all-clear that does not hold any more. One that began, and whose outcome nobody knows, is not made again either.
///
/// # Errors
/// When the store fails.
pub fn end_gone(
    tx: &mut Tx<'_>,
    messages: Vec<(&Notification, &mut [Delivery])>,
    now: Timestamp,
) -> Result<Gone, StoreError> {
    let recipients = messages
        .iter()
        .map(|(notification, _)| notification.key.recipient_no);
    let recipients: Vec<i64> = recipients.collect();
    let settled = messages
        .iter()
        .filter(|(_, attempts)| !attempts.is_empty())
        .map(|(notification, _)| notification.key.recipient_no);
    let settled: Vec<i64> = settled.collect();
    let clears = messages
        .iter()
        .filter(|(notification, _)| notification.key.kind == MessageKind::AllClear)
        .map(|(notification, _)| notification.notification_no);
    let clears: Vec<i64> = clears.collect();
    let mut gone = Gone {
        unsettled: HashSet::new(),
        closed: tx.closed_among(&recipients)?,
        overtaken: tx.overtaken_all_clears(&clears)?.into_iter().collect(),
    };
    let contacts: HashSet<(i64, String)> = tx
        .contacts_of(&settled)?
        .into_iter()
        .filter(|contact| !gone.closed.contains(&contact.party_no))
        .map(|contact| (contact.party_no, contact.email.compared()))
        .collect();
    for (notification, attempts) in messages {
        let recipient_no = notification.key.recipient_no;
        let is_overtaken = gone.overtaken.contains(&notification.notification_no);
        let [not_made, uncertain] = match is_overtaken {
            true => [OVERTAKEN, UNCERTAIN_OVERTAKEN],
            false => [NO_CONTACT, UNCERTAIN],
        };
        let mut has_ended = false;
        for attempt in attempts.iter_mut() {
            let is_contact = contacts.contains(&(recipient_no, attempt.address.compared()));
            if is_contact && !is_overtaken {
                continue;
            }
            match attempt.state {
                DeliveryState::Due => {
                    attempt.outcome = not_made.into();
                    attempt.state = DeliveryState::Failed;
                    tx.put_off_delivery(attempt, now)?;
                }
                DeliveryState::Started => {
                    attempt.outcome = uncertain.into();
                    attempt.state = DeliveryState::Failed;
                    let (number, state) = (attempt.delivery_no, attempt.state);
                    tx.end_delivery(number, state, &attempt.outcome, now)?;
                    tx.note_given_up(number)?;
                }
                DeliveryState::Delivered | DeliveryState::Failed | DeliveryState::Deferred => {
                    continue;
                }
            }
            has_ended = true;
        }
        if has_ended && !is_overtaken && nobody_gets(attempts) {
            gone.unsettled.insert(notification.notification_no);
        }
    }
    Ok(gone)
}

/// Nobody got the message, and no attempt is still to be made.
pub fn nobody_gets(attempts: &[Delivery]) -> bool {
    attempts.iter().all(|attempt| match attempt.state {
        DeliveryState::Failed | DeliveryState::Deferred => true,
        DeliveryState::Due | DeliveryState::Started | DeliveryState::Delivered => false,
    })
}
