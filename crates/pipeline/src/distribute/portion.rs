//! A portion of messages on its way: mails are written, attempts begin, mails are handed over, outcomes are written.
//!
//! Every transaction asks first whether the messages are still with this worker. Of those that are not, nothing is
//! written: another worker has them, and what this one began counts there as an attempt whose outcome nobody knows.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::{Duration, Instant};

use message::{Mail, MessageError, Sources};
use model::Timestamp;
use store::{
    ContactKey, Delivery, DeliveryState, Desk, Notification, NotificationState, StoreError, Tx,
};

use super::sealing::{PutOff, Sealing, key_of, sealed};
use super::transport::Handed;
use super::{Distributor, Round, in_one_line, pause};
use crate::error::FlowError;
use crate::events;
use crate::flow::Flow;
use crate::meter::Failure;

/// Seconds to wait after each deferred attempt of a round: 5 and 15 minutes, then hours. After the last the delivery failed.
const WAIT_SECS: [i64; 7] = [300, 900, 3_600, 14_400, 28_800, 43_200, 86_400];

/// How long the outcome of attempts waits for a store that is away.
const OUTCOME_WAIT: Duration = Duration::from_secs(15 * 60);

/// Messages that one worker has.
pub(super) struct Portion<'d> {
    /// Proof of that.
    pub(super) claim: i64,
    /// When they were taken.
    pub(super) now: Timestamp,
    pub(super) messages: Vec<Message<'d>>,
}

/// A message with all of its attempts so far.
pub(super) struct Message<'d> {
    pub(super) notification: Notification,
    pub(super) desk: &'d Desk,
    pub(super) attempts: Vec<Delivery>,
    /// Those that wait for a key.
    pub(super) put_off: Vec<PutOff>,
    /// Why nobody can get it, if so.
    pub(super) verdict: Option<String>,
}

/// A mail that is to be handed over now, and for which attempt of which message.
pub(super) struct Outgoing {
    message: usize,
    attempt: usize,
    mail: Mail,
    is_sealed: bool,
    /// Which key there was for it when it was written; nothing of one whose bytes do not change any more.
    key: Option<KeyThen>,
}

/// Which key there was when a mail was written, by its fingerprint.
type KeyThen = Option<String>;

/// How an attempt ended.
struct Ended {
    message: usize,
    attempt: usize,
    again_at: Option<Timestamp>,
    /// It may have arrived: what is made again then is a repeat.
    is_unsure: bool,
    /// It was put off so often that it is not made again.
    is_given_up: bool,
}

/// A number that no other portion has.
pub(super) fn new_claim() -> i64 {
    // Its keys are random.
    RandomState::new().hash_one(0) as i64
}

impl Portion<'_> {
    pub(super) fn numbers(&self) -> Vec<i64> {
        let numbers = self.messages.iter();
        numbers
            .map(|message| message.notification.notification_no)
            .collect()
    }

    /// The mail of each attempt that is due: the bytes that are settled, or new ones. A message that cannot be written
    /// costs itself alone.
    pub(super) fn write_mails(&mut self, flow: &Flow) -> Result<Vec<Outgoing>, FlowError> {
        let unwritten: Vec<&Notification> = self
            .messages
            .iter()
            .filter(|message| {
                message
                    .attempts
                    .iter()
                    .any(|attempt| attempt.mail.is_none())
            })
            .map(|message| &message.notification)
            .collect();
        let recipients = self.messages.iter();
        let recipients: Vec<i64> = recipients
            .map(|message| message.notification.key.recipient_no)
            .collect();
        let (sources, keys) = flow.store.read(|tx| {
            let sources = Sources::load(tx, &unwritten)?;
            Ok::<_, StoreError>((sources, tx.contact_keys_of(&recipients)?))
        })?;
        let mut outgoing = Vec::new();
        for (place, message) in self.messages.iter_mut().enumerate() {
            if message.attempts.is_empty() {
                let why = "no contact of the recipient takes this message any more";
                message.verdict = Some(why.into());
                continue;
            }
            match message.write_mails(&sources, &keys, self.now) {
                Ok(mails) => {
                    outgoing.extend(mails.into_iter().map(|(attempt, mail, is_sealed, key)| {
                        Outgoing {
                            message: place,
                            attempt,
                            mail,
                            is_sealed,
                            key,
                        }
                    }))
                }
                Err(error) => message.verdict = Some(in_one_line(&error)),
            }
        }
        Ok(outgoing)
    }

    /// Hands the mails over, a group at a time: one transaction says how the group before ended and that this one
    /// begins. Ends early when the worker is to stop, or distribution is paused.
    pub(super) fn hand_over(
        &mut self,
        by: &Distributor<'_>,
        outgoing: Vec<Outgoing>,
        round: &mut Round,
    ) -> Result<(), FlowError> {
        let flow = by.flow;
        let mut ended: Vec<Ended> = Vec::new();
        for group in outgoing.chunks(flow.transport.together()) {
            if (by.stop)() {
                break;
            }
            let now = flow.clock.now();
            let begun = patiently(flow, |tx| {
                self.write_ended(tx, &ended, now)?;
                match pause(tx)? {
                    Some(why) => Ok::<_, StoreError>(Err(why)),
                    None => Ok(Ok(self.begin(tx, group, flow, now)?)),
                }
            })?;
            ended.clear();
            let begun = match begun {
                Ok(begun) => begun,
                Err(why) => {
                    round.stopped = Some(why);
                    break;
                }
            };
            let group: Vec<&Outgoing> = group
                .iter()
                .filter(|outgoing| begun.contains(&self.delivery(outgoing).delivery_no))
                .collect();
            let mails: Vec<&Mail> = group.iter().map(|outgoing| &outgoing.mail).collect();
            let handed = flow.transport.hand_over(&mails)?;
            let now = flow.clock.now();
            for (outgoing, handed) in group.into_iter().zip(handed) {
                ended.push(self.note(flow, outgoing, handed, now, round));
            }
        }
        let now = flow.clock.now();
        for message in &self.messages {
            if let Some(why) = &message.verdict {
                let reference = message.notification.reference();
                flow.meter.fail(Failure::MailRefused);
                events::mail_not_handed_over(&reference, "refused");
                round.not_handed_over.push(format!("{reference}: {why}"));
            }
            for put_off in &message.put_off {
                let reference = message.notification.reference();
                let why = &message.attempts[put_off.attempt].outcome;
                flow.meter.fail(Failure::MailDeferred);
                events::mail_not_handed_over(&reference, "deferred");
                round.not_handed_over.push(format!("{reference}: {why}"));
            }
        }
        Ok(patiently(flow, |tx| {
            self.write_ended(tx, &ended, now)?;
            self.let_go(tx, now)
        })?)
    }

    fn delivery(&self, outgoing: &Outgoing) -> &Delivery {
        &self.messages[outgoing.message].attempts[outgoing.attempt]
    }

    /// Writes down which attempts begin; gives those that do.
    fn begin(
        &self,
        tx: &mut Tx<'_>,
        group: &[Outgoing],
        flow: &Flow,
        now: Timestamp,
    ) -> Result<HashSet<i64>, StoreError> {
        let numbers = group
            .iter()
            .map(|outgoing| self.delivery(outgoing).notification_no);
        let held = tx.hold_messages(self.claim, &numbers.collect::<Vec<_>>(), flow.lease)?;
        let held: HashSet<i64> = held.into_iter().collect();
        let mut begun = HashSet::new();
        let recipients = group.iter().map(|outgoing| {
            self.messages[outgoing.message]
                .notification
                .key
                .recipient_no
        });
        let keys = tx.contact_keys_of(&recipients.collect::<Vec<_>>())?;
        for outgoing in group {
            let delivery = self.delivery(outgoing);
            let notification = &self.messages[outgoing.message].notification;
            let now_there = key_of(&keys, notification, delivery);
            let is_other =
                |then: &KeyThen| then.as_deref() != now_there.map(|key| key.fingerprint.as_str());
            // A key that was given, replaced or removed since the mail was written: the next portion writes it anew.
            if outgoing.key.as_ref().is_some_and(is_other) {
                continue;
            }
            let mail = (&*outgoing.mail.bytes, outgoing.is_sealed);
            if held.contains(&delivery.notification_no)
                && tx.start_delivery(delivery.delivery_no, mail, now)?
            {
                begun.insert(delivery.delivery_no);
            }
        }
        Ok(begun)
    }

    /// Takes note of what came of an attempt.
    fn note(
        &mut self,
        flow: &Flow,
        outgoing: &Outgoing,
        handed: Handed,
        now: Timestamp,
        round: &mut Round,
    ) -> Ended {
        let message = &mut self.messages[outgoing.message];
        let reference = message.notification.reference();
        let place = place_in_round(&message.attempts, outgoing.attempt);
        let attempt = &mut message.attempts[outgoing.attempt];
        let mut again_at = None;
        let is_unsure = matches!(handed, Handed::Unsure(_));
        let is_refused = matches!(handed, Handed::Refused(_));
        let (state, outcome) = match handed {
            Handed::Over(answer) => {
                round.handed_over += 1;
                (DeliveryState::Delivered, answer)
            }
            Handed::Refused(why) => (DeliveryState::Failed, why),
            Handed::Later(why) | Handed::Unsure(why) => {
                let wait = WAIT_SECS.get(place);
                again_at = wait.map(|secs| now.plus_seconds(*secs));
                match again_at {
                    Some(_) => (DeliveryState::Deferred, why),
                    None => (DeliveryState::Failed, why),
                }
            }
        };
        let failure = match state {
            DeliveryState::Failed => Some((Failure::MailRefused, "refused")),
            DeliveryState::Deferred => Some((Failure::MailDeferred, "deferred")),
            DeliveryState::Due | DeliveryState::Started | DeliveryState::Delivered => None,
        };
        if let Some((failure, word)) = failure {
            flow.meter.fail(failure);
            events::mail_not_handed_over(&reference, word);
            round
                .not_handed_over
                .push(format!("{reference}: {outcome}"));
        }
        attempt.state = state;
        attempt.outcome = outcome;
        if let Some(due_at) = again_at {
            let next = Delivery {
                attempt: attempt.attempt + 1,
                state: DeliveryState::Due,
                due_at,
                ..attempt.clone()
            };
            message.attempts.push(next);
        }
        Ended {
            message: outgoing.message,
            attempt: outgoing.attempt,
            again_at,
            is_unsure,
            is_given_up: state == DeliveryState::Failed && !is_refused,
        }
    }

    /// Writes down how attempts ended, as far as their messages are still with this worker.
    fn write_ended(
        &self,
        tx: &mut Tx<'_>,
        ended: &[Ended],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let numbers = ended
            .iter()
            .map(|ended| self.messages[ended.message].notification.notification_no);
        let held = tx.held_messages(self.claim, &numbers.collect::<Vec<_>>())?;
        for ended in ended {
            let delivery = &self.messages[ended.message].attempts[ended.attempt];
            if held.contains(&delivery.notification_no) {
                if let Some(due_at) = ended.again_at {
                    tx.plan_next_attempt(delivery.delivery_no, due_at, ended.is_unsure)?;
                }
                tx.end_delivery(delivery.delivery_no, delivery.state, &delivery.outcome, now)?;
                if ended.is_given_up {
                    tx.note_given_up(delivery.delivery_no)?;
                }
            }
        }
        Ok(())
    }

    /// Ends what came to its end, and gives the rest back until its next attempt is due.
    fn let_go(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
        let held = tx.held_messages(self.claim, &self.numbers())?;
        for message in &self.messages {
            let number = message.notification.notification_no;
            if !held.contains(&number) {
                continue;
            }
            for put_off in &message.put_off {
                let delivery = &message.attempts[put_off.attempt];
                put_off.write(tx, &message.notification, delivery, now)?;
            }
            tx.give_back_messages(self.claim, &[number], message.next_due())?;
            if let Some((state, reason)) = message.end() {
                let decided_at = message.notification.decided_at.unwrap_or(now);
                let decided = (decided_at, message.notification.decided_by.as_str());
                let from = [NotificationState::Approved];
                tx.move_notification(number, &from, state, &reason, decided)?;
            }
        }
        Ok(())
    }
}

/// A mail of an attempt: the place of the attempt, the mail, whether it is encrypted, and with which key that was decided;
/// nothing for one that was tried before.
type Written = (usize, Mail, bool, Option<KeyThen>);

impl Message<'_> {
    fn write_mails(
        &mut self,
        sources: &Sources,
        keys: &[ContactKey],
        now: Timestamp,
    ) -> Result<Vec<Written>, MessageError> {
        let mut text = None;
        let mut mails = Vec::new();
        for (place, attempt) in self.attempts.iter_mut().enumerate() {
            if !is_due(attempt, now) {
                continue;
            }
            let was_tried = attempt.was_tried();
            let mail = match attempt.mail.take() {
                Some(bytes) => Mail::repeated(bytes, &self.notification, self.desk, attempt)?,
                None => {
                    let text = match &text {
                        Some(text) => text,
                        None => &*text.insert(sources.text(&self.notification, self.desk)?),
                    };
                    Mail::write(text, &self.notification, self.desk, attempt)?
                }
            };
            if was_tried {
                mails.push((place, mail, attempt.is_sealed, None));
                continue;
            }
            let key = key_of(keys, &self.notification, attempt);
            match sealed(mail, &self.notification, key, now)? {
                Sealing::Ready(mail) => {
                    attempt.is_sealed = key.is_some();
                    let then = key.map(|key| key.fingerprint.clone());
                    mails.push((place, mail, key.is_some(), Some(then)));
                }
                Sealing::PutOff(problem) => {
                    let at = (place, attempt);
                    self.put_off
                        .push(PutOff::new(at, &self.notification, problem, now));
                }
            }
        }
        Ok(mails)
    }

    /// How it ended, if it did: delivered when somebody got it and nobody is still to get it, failed when nobody did.
    fn end(&self) -> Option<(NotificationState, String)> {
        if let Some(why) = &self.verdict {
            return Some((NotificationState::Failed, why.clone()));
        }
        let count = |state| {
            self.attempts
                .iter()
                .filter(|attempt| attempt.state == state)
                .count()
        };
        if count(DeliveryState::Due) + count(DeliveryState::Started) > 0 {
            return None;
        }
        let failed = self
            .attempts
            .iter()
            .filter(|attempt| attempt.state == DeliveryState::Failed);
        let reasons: Vec<&str> = failed.map(|attempt| attempt.outcome.as_str()).collect();
        let state = match count(DeliveryState::Delivered) {
            0 => NotificationState::Failed,
            _ => NotificationState::Delivered,
        };
        Some((state, reasons.join("; ")))
    }

    /// When its next attempt is due: now, for one that was not made or whose outcome nobody knows.
    fn next_due(&self) -> Timestamp {
        let open = self
            .attempts
            .iter()
            .filter(|attempt| matches!(attempt.state, DeliveryState::Due | DeliveryState::Started));
        open.map(|attempt| attempt.due_at)
            .min()
            .unwrap_or(self.notification.created_at)
    }
}

/// A transaction that says how attempts ended. Nobody else knows that: given up while the store is away, each would be
/// made once more.
fn patiently<T>(
    flow: &Flow,
    mut work: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let began = Instant::now();
    loop {
        match flow.store.write(&mut work) {
            Err(error) if error.is_outage() && began.elapsed() < OUTCOME_WAIT => {
                events::store_not_answering(&error);
            }
            outcome => return outcome,
        }
    }
}

/// Attempts to the same address before this one, since the last that failed: after that one a person had the message sent again.
fn place_in_round(attempts: &[Delivery], index: usize) -> usize {
    let this = &attempts[index];
    let before = attempts
        .iter()
        .filter(|other| other.address == this.address && other.attempt < this.attempt);
    let of_round = before
        .rev()
        .take_while(|other| other.state != DeliveryState::Failed);
    of_round.count()
}

fn is_due(delivery: &Delivery, now: Timestamp) -> bool {
    match delivery.state {
        DeliveryState::Due => delivery.due_at <= now,
        // Begun by a worker that no longer has the message: made again.
        DeliveryState::Started => true,
        DeliveryState::Delivered | DeliveryState::Failed | DeliveryState::Deferred => false,
    }
}
