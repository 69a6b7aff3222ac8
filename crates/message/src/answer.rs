//! Writing what a recipient says, with all that follows from it. The same for every door.

use model::{AnswerDoor, AnswerStatus, Day, IdKey, IdKind, Timestamp};
use rules::answer::{DeskTask, desk_task, may_follow};
use store::{AnswerEvent, InboxRow, QueueItem, QueueKind, QueueState, StoreError, Tx};

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
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes an answer with all that follows from it, in the caller's transaction. `row` is the finding as the sayer saw it.
///
/// # Errors
/// When the status may not follow that of `row`, somebody else gave another since, or the store fails.
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
    if !tx.add_answer(&event, row.version)? {
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
    let action = match (said.status, said.assigned_to) {
        (Some(_), _) => "finding.answer",
        (None, Some(_)) => "finding.assign",
        (None, None) => "finding.comment",
    };
    let finding = id_key.public_id(IdKind::Finding, finding_no as u64);
    let subject = format!("finding {finding}");
    let detail = said.status.map_or("", AnswerStatus::as_str);
    tx.record(now, &sayer.actor, action, &subject, detail)?;
    if sayer.door == AnswerDoor::Mandate {
        // In the history of the customer, who reads there what others do for it.
        let customer = id_key.public_id(IdKind::Party, sayer.party_no as u64);
        let act = format!("{action} {subject} {detail}");
        tx.record(
            now,
            &sayer.actor,
            "act-by-mandate",
            &format!("party {customer}"),
            act.trim_end(),
        )?;
    }
    Ok(())
}

fn queue_of(task: DeskTask) -> QueueKind {
    match task {
        DeskTask::FindOwner => QueueKind::NotOurs,
        DeskTask::CheckFinding => QueueKind::FalseAlarm,
        DeskTask::Help => QueueKind::HelpRequested,
    }
}
