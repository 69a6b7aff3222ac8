//! Writing what a recipient says, with all that follows from it. The same for every door.

use model::{AnswerDoor, AnswerStatus, Day, IdKey, IdKind, Timestamp};
use rules::answer::{DeskTask, becomes, desk_task, is_announced, may_follow, may_say};
use rules::message::ServiceKind;
use serde_json::json;
use store::{AnswerEvent, InboxRow, QueueItem, QueueKind, QueueState, StoreError, Tx};

use crate::administrators::tell_people_of;

/// What somebody said about a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// How far it is; `None`: a comment or an assignment alone.
    pub status: Option<AnswerStatus>,
    /// Until when a risk is accepted.
    pub until: Option<Day>,
    /// When it was solved.
    pub patched: Option<Day>,
    /// Who works on it from now on.
    pub assigned_to: Option<i64>,
    /// What else was said; may be empty.
    pub comment: String,
}

/// Who says it, and where it comes in.
#[derive(Clone, Debug)]
pub struct Sayer {
    /// For whom.
    pub party_no: i64,
    /// Its name, for the desk.
    pub party_name: String,
    /// Where it comes in.
    pub door: AnswerDoor,
    /// As the audit log says it.
    pub actor: String,
    /// The person of the organisation, where one signed in.
    pub person_no: Option<i64>,
}

/// Why an answer was not written.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The status may not follow the one that the finding has, or somebody else gave another one since.
    #[error("changed in the meantime")]
    Conflict,
    /// It is not for the sayer to say: a relay, who gets a copy, does not speak for the organisation whose system it is.
    #[error("this is for the organisation whose system it is")]
    NotForCopies,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes an answer with all that follows from it, in the caller's transaction. `row` is the finding as the sayer saw it.
///
/// # Errors
/// When the status may not follow that of `row` or is not for who gets a copy, somebody else gave another since, or the store fails.
pub fn answer(
    tx: &mut Tx<'_>,
    id_key: &IdKey,
    sayer: &Sayer,
    row: &InboxRow,
    said: &Said,
    now: Timestamp,
) -> Result<(), AnswerError> {
    let finding_no = row.place.finding_no;
    if said
        .status
        .is_some_and(|status| !may_say(row.relation, status))
    {
        return Err(AnswerError::NotForCopies);
    }
    if said
        .status
        .is_some_and(|status| !may_follow(row.status, status))
    {
        return Err(AnswerError::Conflict);
    }
    let event = AnswerEvent {
        party_no: sayer.party_no,
        finding_no,
        episode: row.episode,
        at: now,
        door: sayer.door,
        actor: sayer.actor.clone(),
        person_no: sayer.person_no,
        status: said.status,
        until: said.until,
        patched: said.patched,
        assigned_to: said.assigned_to,
        comment: said.comment.clone(),
    };
    let is_kept = said.status.is_some_and(|to| {
        becomes(row.status, row.until, to, now.day()) == row.status && to != row.status
    });
    if is_kept {
        tx.note_said(&event)?;
    } else if !tx.add_answer(&event, row.version)? {
        return Err(AnswerError::Conflict);
    }
    if let Some(kind) = said.status.and_then(desk_task).map(queue_of) {
        tx.open_queue_item(&QueueItem {
            finding_no,
            episode: row.episode,
            kind,
            state: QueueState::Open,
            owner: "desk".into(),
            reason: format!("{}: {}", sayer.party_name, said.comment),
            opened_at: now,
        })?;
    }
    record(tx, id_key, sayer, finding_no, said, now)?;
    if said
        .status
        .is_some_and(|status| is_announced(sayer.door, status))
    {
        announce(tx, id_key, sayer, finding_no, said, now)?;
    }
    Ok(())
}

/// Records it with the finding, and in the history of the organisation, who reads there what is done for it. That somebody
/// looked is no act.
fn record(
    tx: &mut Tx<'_>,
    id_key: &IdKey,
    sayer: &Sayer,
    finding_no: i64,
    said: &Said,
    now: Timestamp,
) -> Result<(), StoreError> {
    let action = match (said.status, said.assigned_to) {
        (Some(_), _) => "finding.answer",
        (None, Some(_)) => "finding.assign",
        (None, None) => "finding.comment",
    };
    let finding = id_key.public_id(IdKind::Finding, finding_no as u64);
    let subject = format!("finding {finding}");
    let detail = said.status.map_or("", AnswerStatus::as_str);
    tx.record(now, &sayer.actor, action, &subject, detail)?;
    if said.status == Some(AnswerStatus::Seen) {
        return Ok(());
    }
    let (action, detail) = match sayer.door {
        AnswerDoor::Mandate => ("act-by-mandate", format!("{action} {subject} {detail}")),
        AnswerDoor::Portal
        | AnswerDoor::Link
        | AnswerDoor::Api
        | AnswerDoor::Mail
        | AnswerDoor::Telephone => (action, format!("{subject} {detail}")),
    };
    let organisation = id_key.public_id(IdKind::Party, sayer.party_no as u64);
    let subject = format!("party {organisation}");
    tx.record(now, &sayer.actor, action, &subject, detail.trim_end())
}

/// Mails administrators and contacts that somebody with a link said this. Says nothing while nobody said where the pages
/// are: then there are no links.
fn announce(
    tx: &mut Tx<'_>,
    id_key: &IdKey,
    sayer: &Sayer,
    finding_no: i64,
    said: &Said,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(origin) = tx.public_origin()? else {
        return Ok(());
    };
    let organisation = id_key.public_id(IdKind::Party, sayer.party_no as u64);
    let finding = id_key.public_id(IdKind::Finding, finding_no as u64);
    let facts = json!({
        "organisation": sayer.party_name,
        "status": said.status.map_or("", AnswerStatus::as_str),
        "until": said.until.map(|day| day.to_string()).unwrap_or_default(),
        "link": format!("{origin}/organisations/{organisation}/findings/{finding}"),
    });
    let kind = ServiceKind::AnswerByLink;
    tell_people_of(tx, sayer.party_no, None, kind, &facts.to_string(), now)
}

fn queue_of(task: DeskTask) -> QueueKind {
    match task {
        DeskTask::FindOwner => QueueKind::NotOurs,
        DeskTask::CheckFinding => QueueKind::FalseAlarm,
        DeskTask::Help => QueueKind::HelpRequested,
    }
}
