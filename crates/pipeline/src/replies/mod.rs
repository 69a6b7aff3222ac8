//! Mails that recipients send in reply to messages (requirement FE-01).
//!
//! What proves the sender: the mail names the Message-ID of our mail, which nobody can guess, and comes from the address to which
//! that mail went. A header that somebody made up does nothing. What no program can read waits at the desk.

mod folder;

use message::{AnswerError, Reply, Said, Sayer, answer};
use model::{AnswerDoor, AnswerStatus, IdKind, ReplyOutcome, Timestamp, Tlp};
use rules::answer::{LINES_AT_ONCE_MAX, LINK_SECS, asks_about_the_past, may_say};
use rules::reply;
use store::{InboxQuery, InboxRow, Notification, ReplyContent, StoreError, Tx};

use crate::error::FlowError;
use crate::flow::Flow;

pub use folder::{FolderRead, read_folder, remove_kept};
pub use message::REPLY_BYTES_MAX;

/// Replies of one day (UTC) that may wait although nothing proves what they answer: a stranger can write as many as it likes.
pub const UNPROVED_OF_DAY_MAX: i64 = 100;

/// Of these, those that name the same message.
pub const UNPROVED_OF_MESSAGE_MAX: i64 = 5;

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenReply {
    /// What became of it.
    pub outcome: ReplyOutcome,
    /// Whether it came for the first time.
    pub is_new: bool,
    /// Whether it was only counted: nothing proves what it answers, and as many of these as may already wait.
    pub is_beyond: bool,
    /// Whether nothing of it is needed any more: what its sender wrote is applied, kept for the desk, or of no use.
    pub is_whole: bool,
}

/// Takes a mail in: applies it, sets it aside, or leaves it to the desk, in one transaction. Safe to run twice.
///
/// # Errors
/// When the store fails; nothing is kept of the mail then.
pub fn take_in(flow: &Flow, bytes: &[u8]) -> Result<TakenReply, FlowError> {
    let now = flow.clock.now();
    let id_key = flow.store.read(|tx| tx.installation())?.id_key;
    let reply = Reply::read(bytes, &id_key);
    let said = reply::read(&reply.text);
    let is_whole = reply.is_whole && said.as_ref().is_none_or(|said| said.is_whole);
    let taken = flow.store.write(|tx| {
        let Some(reply_no) = tx.begin_reply(&reply.digest, now)? else {
            let outcome = tx.reply_outcome(&reply.digest)?;
            return Ok(TakenReply {
                outcome: outcome.unwrap_or(ReplyOutcome::Unreadable),
                is_new: false,
                is_beyond: false,
                is_whole,
            });
        };
        let mut content = ReplyContent {
            notification_no: None,
            named_no: None,
            sender: reply
                .from
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            subject: reply.subject.clone(),
            text: reply.text.clone(),
        };
        let outcome = outcome_of(tx, (&reply, said.as_ref()), reply_no, &mut content, now)?;
        let is_beyond = outcome.is_for_people()
            && content.notification_no.is_none()
            && is_full(tx, content.named_no, now)?;
        match is_beyond {
            true => tx.count_reply_beyond(reply_no, now.day())?,
            false => tx.end_reply(reply_no, outcome, &content, now)?,
        }
        Ok::<_, StoreError>(TakenReply {
            outcome,
            is_new: true,
            is_beyond,
            // Where there is a file, it stays for whoever looks for it.
            is_whole: is_whole && !is_beyond,
        })
    })?;
    Ok(taken)
}

/// Whether as many unproved replies of today wait as may.
fn is_full(tx: &mut Tx<'_>, named_no: Option<i64>, now: Timestamp) -> Result<bool, StoreError> {
    let (of_day, of_message) = tx.count_unproved_replies(now.day().start(), named_no)?;
    Ok(of_day >= UNPROVED_OF_DAY_MAX || of_message >= UNPROVED_OF_MESSAGE_MAX)
}

fn outcome_of(
    tx: &mut Tx<'_>,
    (reply, said): (&Reply, Option<&reply::Said>),
    reply_no: i64,
    content: &mut ReplyContent,
    now: Timestamp,
) -> Result<ReplyOutcome, StoreError> {
    // Only what a person sent is an answer; the rest says nothing about its message.
    if let Some(stops @ (ReplyOutcome::Automatic | ReplyOutcome::Bounce)) = reply.stops {
        return Ok(stops);
    }
    let message = match answered(tx, reply)? {
        Ok(message) => message,
        Err((outcome, named_no)) => {
            content.named_no = named_no;
            return Ok(outcome);
        }
    };
    content.notification_no = Some(message.notification_no);
    if let Some(stops) = reply.stops {
        return Ok(stops);
    }
    if !can_be_answered(tx, &message, now)? {
        return Ok(ReplyOutcome::TooLate);
    }
    let Some(said) = said else {
        return Ok(ReplyOutcome::NoWord);
    };
    apply(tx, reply_no, &message, said, now)
}

/// The message that a mail proves to answer, or why it does not, with the one that it names.
fn answered(
    tx: &mut Tx<'_>,
    reply: &Reply,
) -> Result<Result<Notification, (ReplyOutcome, Option<i64>)>, StoreError> {
    let key = tx.installation()?.id_key.link_key();
    for (number, message_id) in &reply.answers {
        let deliveries = tx.deliveries_of(*number)?;
        let mut named = deliveries
            .iter()
            .filter(|it| key.is_same(&it.message_id, message_id));
        let Some(delivery) = named.next() else {
            continue;
        };
        let is_from_there = reply
            .from
            .as_ref()
            .is_some_and(|from| from.compared() == delivery.address.compared());
        if !is_from_there {
            return Ok(Err((ReplyOutcome::OtherAddress, Some(*number))));
        }
        let message = tx.notification(*number)?;
        return Ok(message.ok_or((ReplyOutcome::UnknownMessage, None)));
    }
    Ok(Err((ReplyOutcome::UnknownMessage, None)))
}

/// Whether a message still takes answers: as its link does.
fn can_be_answered(
    tx: &mut Tx<'_>,
    message: &Notification,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let ends = message.created_at.plus_seconds(LINK_SECS);
    Ok(message.is_told() && now < ends && tx.party_is_open(message.key.recipient_no)?)
}

fn apply(
    tx: &mut Tx<'_>,
    reply_no: i64,
    message: &Notification,
    said: &reply::Said,
    now: Timestamp,
) -> Result<ReplyOutcome, StoreError> {
    let Some(party) = tx.party(message.key.recipient_no)? else {
        return Ok(ReplyOutcome::TooLate);
    };
    let query = InboxQuery {
        notification_no: Some(message.notification_no),
        ..InboxQuery::whole(party.party_no, Tlp::Red, now.day())
    };
    let rows = tx.inbox(&query, LINES_AT_ONCE_MAX + 1)?.rows;
    if rows.len() > LINES_AT_ONCE_MAX || message.lines > LINES_AT_ONCE_MAX as i64 {
        return Ok(ReplyOutcome::TooManyLines);
    }
    if rows.is_empty() {
        return Ok(ReplyOutcome::TooLate);
    }
    // A word that is not for who gets a copy says nothing; a person of the desk reads what is meant.
    if !may_say(message.key.relation, said.status) {
        return Ok(ReplyOutcome::NoWord);
    }
    let id_key = tx.installation()?.id_key;
    let sayer = Sayer {
        party_no: party.party_no,
        party_name: party.name,
        door: AnswerDoor::Mail,
        actor: format!("reply {}", id_key.public_id(IdKind::Reply, reply_no as u64)),
        person_no: None,
    };
    let said = Said {
        status: Some(said.status),
        comment: said.comment.clone(),
        ..Said::default()
    };
    let (asking, plain): (Vec<_>, Vec<_>) = rows
        .iter()
        .partition(|row| asks_more(row, said.status.unwrap_or(AnswerStatus::Seen)));
    let mut is_overtaken = false;
    for row in plain {
        match answer(tx, &id_key, &sayer, row, &said, now) {
            Ok(()) => {}
            // There is an answer about a later time, or somebody gives one at this moment.
            Err(AnswerError::Conflict | AnswerError::NotForCopies) => is_overtaken = true,
            Err(AnswerError::Store(error)) => return Err(error),
        }
    }
    Ok(match (is_overtaken, asking.is_empty()) {
        (true, _) => ReplyOutcome::Overtaken,
        (false, true) => ReplyOutcome::Applied,
        (false, false) => ReplyOutcome::AsksMore,
    })
}

/// Whether this status asks more of a finding than a word can say.
fn asks_more(row: &InboxRow, status: AnswerStatus) -> bool {
    asks_about_the_past(row.role, row.place.severity, status)
}
