//! Hands over what is approved, and writes down what came of it.
//!
//! A worker takes a portion of messages, the most severe first, reads all that they say in a few questions, and writes
//! the mails outside of any transaction. Then, group by group: it is written down that the attempts begin, the mails are
//! handed over on several connections, and it is written down what came of it ([`portion`]).
//!
//! In the outbox folder a message appears exactly once, by renaming; over SMTP a message can arrive twice only when the
//! connection or the program broke between hand-over and answer, and then both copies have the same bytes and the same
//! Message-ID.

mod existence;
mod portion;
mod relay;
mod sealing;
mod service;
mod transport;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use message::Gone;
use model::Timestamp;
use store::{Delivery, Desk, DueMessages, Notification, NotificationState, StoreError, Tx};

use crate::error::FlowError;
use crate::events;
use crate::flow::Flow;
use crate::meter::Step;
use crate::worker::{Heartbeat, Held, Progress, reasons};
use portion::{Message, Portion};

pub(crate) use existence::leave_due;
pub use relay::{
    CONNECTIONS, CONNECTIONS_MAX, MailStep, SMTP_TIMEOUT_SECS, SmtpRelay, Stopped, Trial,
};
pub(crate) use service::send_due;
pub use transport::{Handed, Transport};

/// Messages in a portion: what one worker takes at once.
const PORTION_MESSAGES_MAX: i64 = 250;

/// Lines in a portion, which are in memory together.
const PORTION_LINES_MAX: i64 = 20_000;

/// One portion of so many begins with the oldest message, whatever its severity: nothing starves.
const OLDEST_EVERY: u64 = 4;

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

/// Hands over for a worker.
pub(crate) struct Distributor<'d> {
    pub(crate) flow: &'d Flow,
    pub(crate) heartbeat: &'d Heartbeat,
    pub(crate) progress: &'d dyn Progress,
    /// Portions that the worker took so far.
    pub(crate) portions: &'d AtomicU64,
    /// Whether the worker is to stop.
    pub(crate) stop: &'d dyn Fn() -> bool,
}

/// Why nothing may go out now: distribution is paused, or the desk is not complete.
///
/// # Errors
/// When the store fails.
pub fn obstacle(flow: &Flow, desk: &Desk) -> Result<Option<String>, FlowError> {
    Ok(flow.store.read(|tx| match pause(tx)? {
        Some(why) => Ok::<_, StoreError>(Some(why)),
        None => Ok(incomplete(desk)),
    })?)
}

fn pause(tx: &mut Tx<'_>) -> Result<Option<String>, StoreError> {
    let paused = tx.installation()?.paused;
    Ok(paused.map(|(since, reason)| format!("distribution is paused since {since}: {reason}")))
}

fn incomplete(desk: &Desk) -> Option<String> {
    let missing = desk.missing();
    (!missing.is_empty()).then(|| {
        format!(
            "desk `{}` has no {} yet; see `seinpost desk set --help`",
            desk.name,
            missing.join(", ")
        )
    })
}

impl Distributor<'_> {
    /// Hands over what is approved, portion by portion, until `time` is over; one portion at least. What waits for its
    /// desk or for a later attempt is passed over; a pause holds at once.
    pub(crate) fn round(&self, time: Duration) -> Result<Round, FlowError> {
        let began = Instant::now();
        let mut round = Round::default();
        let desks = self.open_desks(&mut round)?;
        while !desks.is_empty() && round.stopped.is_none() && !(self.stop)() {
            let taking = Instant::now();
            let mut portion = self.take(&desks)?;
            if portion.messages.is_empty() {
                break;
            }
            round.had_work = true;
            let _holding = self.heartbeat.hold(Held::Messages {
                claim: portion.claim,
                numbers: portion.numbers(),
            });
            let mails = portion.write_mails(self.flow)?;
            self.flow
                .meter
                .add(Step::Compose, mails.len() as u64, taking);
            let handing = Instant::now();
            let count = mails.len() as u64;
            portion.hand_over(self, mails, &mut round)?;
            self.flow.meter.add(Step::HandOver, count, handing);
            self.progress.messages(round.handed_over);
            if began.elapsed() >= time {
                break;
            }
        }
        if round.had_work {
            events::round_ended(round.handed_over, round.not_handed_over.len(), began);
        }
        Ok(round)
    }

    /// Desks that may send and have something approved.
    fn open_desks(&self, round: &mut Round) -> Result<Vec<Desk>, FlowError> {
        let (paused, waiting) = self.flow.store.read(|tx| {
            let mut waiting = Vec::new();
            for desk in tx.desks()? {
                if tx.has_approved(desk.desk_no)? {
                    waiting.push(desk);
                }
            }
            Ok::<_, StoreError>((pause(tx)?, waiting))
        })?;
        if let Some(why) = paused.filter(|_| !waiting.is_empty()) {
            round.stopped = Some(why);
            return Ok(Vec::new());
        }
        let mut open = Vec::new();
        for desk in waiting {
            match incomplete(&desk) {
                Some(why) => round.stopped = Some(why),
                None => open.push(desk),
            }
        }
        Ok(open)
    }

    /// Takes the messages that are due, and settles those that nobody settled before, or whose contacts are all gone. What is
    /// for office hours and comes up outside of them is put off to the next; what is for an organisation that is closed, or
    /// does not hold any more, is withheld.
    fn take<'m>(&self, desks: &'m [Desk]) -> Result<Portion<'m>, FlowError> {
        let now = self.flow.clock.now();
        let claim = portion::new_claim();
        let numbers: Vec<i64> = desks.iter().map(|desk| desk.desk_no).collect();
        let taken_before = self.portions.fetch_add(1, Ordering::Relaxed);
        let due = DueMessages {
            desks: &numbers,
            now,
            messages_max: PORTION_MESSAGES_MAX,
            lines_max: PORTION_LINES_MAX,
            oldest_first: taken_before % OLDEST_EVERY == OLDEST_EVERY - 1,
            lease: self.flow.lease,
        };
        let messages = self.flow.store.write(|tx| {
            let taken = tx.take_messages(&due, claim)?;
            let numbers: Vec<i64> = taken
                .iter()
                .map(|message| message.notification_no)
                .collect();
            let mut messages = with_attempts(taken, desks, tx.deliveries_of_all(&numbers)?);
            let settled = messages.iter_mut();
            let settled = settled.map(|m| (&m.notification, &mut m.attempts[..]));
            let gone = message::end_gone(tx, settled.collect(), now)?;
            withhold_ended(tx, claim, &mut messages, &gone, now)?;
            let settled = messages.iter_mut();
            let settled = settled.map(|m| (&m.notification, m.desk, &mut m.attempts[..]));
            message::keep_hours(tx, settled.collect(), now)?;
            let unsettled: Vec<_> = messages
                .iter()
                .filter(|message| {
                    let number = message.notification.notification_no;
                    message.attempts.is_empty() || gone.unsettled.contains(&number)
                })
                .map(|message| (&message.notification, message.desk))
                .collect();
            if !unsettled.is_empty() {
                message::settle(tx, &unsettled, now)?;
                let taken = messages.into_iter().map(|message| message.notification);
                messages = with_attempts(taken.collect(), desks, tx.deliveries_of_all(&numbers)?);
            }
            Ok::<_, StoreError>(messages)
        })?;
        Ok(Portion {
            claim,
            now,
            messages,
        })
    }
}

/// Withholds what nobody got and goes to nobody any more: the organisation is closed, or what the message says does not hold any
/// more. Who approved it, and when, stays. What else an all-clear said waits for the next reports.
fn withhold_ended(
    tx: &mut Tx<'_>,
    claim: i64,
    messages: &mut Vec<Message<'_>>,
    gone: &Gone,
    now: Timestamp,
) -> Result<(), StoreError> {
    let is_over = |message: &mut Message<'_>| {
        gone.end_of(&message.notification).is_some() && message::nobody_gets(&message.attempts)
    };
    let over: Vec<Notification> = messages
        .extract_if(.., is_over)
        .map(|message| message.notification)
        .collect();
    let overtaken = over
        .iter()
        .filter(|message| gone.overtaken.contains(&message.notification_no))
        .filter(|message| !gone.closed.contains(&message.key.recipient_no));
    let overtaken: Vec<i64> = overtaken.map(|message| message.notification_no).collect();
    // Before the changes of organisations are locked: whoever answers does it in this order.
    tx.await_all_clears_again(&overtaken)?;
    for message in &over {
        let Some(reason) = gone.end_of(message) else {
            continue;
        };
        let number = message.notification_no;
        tx.give_back_messages(claim, &[number], now)?;
        let (from, to) = ([NotificationState::Approved], NotificationState::Withheld);
        let decided_at = message.decided_at.unwrap_or(now);
        let decided = (decided_at, message.decided_by.as_str());
        if tx.move_notification(number, &from, to, reason, decided)? {
            let subject = format!("notification {number}");
            tx.record(now, "distribute", "withhold", &subject, reason)?;
        }
    }
    Ok(())
}

/// Puts messages, their desks and their attempts together. Attempts come sorted by message.
fn with_attempts(
    taken: Vec<Notification>,
    desks: &[Desk],
    deliveries: Vec<Delivery>,
) -> Vec<Message<'_>> {
    let mut messages: Vec<Message<'_>> = taken
        .into_iter()
        .filter_map(|notification| {
            let desk = desks
                .iter()
                .find(|desk| desk.desk_no == notification.key.desk_no)?;
            Some(Message {
                notification,
                desk,
                attempts: Vec::new(),
                put_off: Vec::new(),
                verdict: None,
            })
        })
        .collect();
    let mut places: Vec<usize> = (0..messages.len()).collect();
    places.sort_by_key(|place| messages[*place].notification.notification_no);
    for delivery in deliveries {
        let found = places.binary_search_by_key(&delivery.notification_no, |place| {
            messages[*place].notification.notification_no
        });
        if let Ok(found) = found {
            messages[places[found]].attempts.push(delivery);
        }
    }
    messages
}

/// What stands in an error, in one line.
pub(crate) fn in_one_line(error: &dyn std::error::Error) -> String {
    reasons(error).replace(['\r', '\n'], " ")
}
