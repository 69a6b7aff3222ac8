//! Answers: reading the form, and writing what it says with all that follows from it. The same for every door.

use model::{AnswerDoor, AnswerStatus, Day, IdKind, Severity, Timestamp};
use rules::answer::{
    CHOICES, DeskTask, asks_about_the_past, desk_task, may_accept_until, may_follow, solved,
};
use serde::{Deserialize, Serialize};
use store::{AnswerEvent, InboxRow, QueueItem, QueueKind, QueueState, Tx};

use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;

/// Characters of a comment at most: about a page.
const COMMENT_CHARS_MAX: usize = 2_000;

/// The form of an answer, as it comes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct AnswerForm {
    /// A status, or nothing: then it is a comment alone.
    pub(crate) status: String,
    /// Until when a risk is accepted.
    pub(crate) until: String,
    /// When it was solved.
    pub(crate) patched: String,
    /// Whether it could be abused before: `yes`, `no` or `unknown`.
    pub(crate) exposed: String,
    pub(crate) comment: String,
}

/// What somebody said about a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) status: Option<AnswerStatus>,
    pub(crate) until: Option<Day>,
    pub(crate) patched: Option<Day>,
    pub(crate) assigned_to: Option<i64>,
    pub(crate) comment: String,
}

/// What a form comes to.
#[derive(Debug)]
pub(crate) enum Read {
    Said(Said),
    /// It was critical and is solved: when, and could it be abused before?
    AskAboutThePast,
    Wrong(Errors),
}

impl AnswerForm {
    /// Reads the form for a finding of this severity.
    pub(crate) fn read(&self, severity: Severity, today: Day) -> Read {
        let mut errors = Errors::default();
        let mut said = Said {
            comment: self.comment.trim().to_owned(),
            ..Said::default()
        };
        if said.comment.chars().count() > COMMENT_CHARS_MAX {
            errors.add("comment", "answer-wrong-comment-long");
        }
        if !self.status.is_empty() {
            let status = self.status.parse().ok();
            said.status = status.filter(|status| CHOICES.contains(status));
            if said.status.is_none() {
                errors.add("status", "answer-wrong-status");
            }
        } else if said.comment.is_empty() {
            errors.add("status", "answer-wrong-nothing");
        }
        if said.status == Some(AnswerStatus::RiskAccepted) {
            said.until = self.until.parse().ok();
            if !said.until.is_some_and(|day| may_accept_until(day, today)) {
                errors.add("until", "answer-wrong-until");
            }
        }
        if said
            .status
            .is_some_and(|status| asks_about_the_past(severity, status))
        {
            if self.exposed.is_empty() && self.patched.is_empty() && errors.is_empty() {
                return Read::AskAboutThePast;
            }
            said.patched = self.patched.parse().ok();
            if said.patched.is_none_or(|day| day > today) {
                errors.add("patched", "answer-wrong-patched");
            }
            match self.exposed.as_str() {
                "yes" => said.status = Some(solved(Some(true))),
                "no" => said.status = Some(solved(Some(false))),
                "unknown" => said.status = Some(solved(None)),
                _ => errors.add("exposed", "answer-wrong-exposed"),
            }
        }
        match errors.is_empty() {
            true => Read::Said(said),
            false => Read::Wrong(errors),
        }
    }
}

/// Who says it, and where it comes in.
#[derive(Clone, Debug)]
pub(crate) struct Sayer {
    /// For whom.
    pub(crate) party_no: i64,
    /// Its name, for the desk.
    pub(crate) party_name: String,
    pub(crate) door: AnswerDoor,
    /// As the audit log says it.
    pub(crate) actor: String,
    pub(crate) person_no: Option<i64>,
}

/// Writes an answer with all that follows from it, in the caller's transaction.
///
/// A status that may not follow that of `row`, and one where somebody else gave another since, is refused as a conflict.
pub(crate) fn write(
    site: &Site,
    tx: &mut Tx<'_>,
    sayer: &Sayer,
    row: &InboxRow,
    said: &Said,
    now: Timestamp,
) -> Result<(), Refusal> {
    let finding_no = row.place.finding_no;
    if said
        .status
        .is_some_and(|status| !may_follow(row.status, status))
    {
        return Err(Refusal::Conflict);
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
        return Err(Refusal::Conflict);
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
    let subject = format!("finding {}", site.id(IdKind::Finding, finding_no));
    let detail = said.status.map_or("", AnswerStatus::as_str);
    tx.record(now, &sayer.actor, action, &subject, detail)?;
    if sayer.door == AnswerDoor::Mandate {
        // In the history of the customer, who reads there what others do for it.
        let customer = format!("party {}", site.id(IdKind::Party, sayer.party_no));
        let act = format!("{action} {subject} {detail}");
        tx.record(
            now,
            &sayer.actor,
            "act-by-mandate",
            &customer,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Day {
        testkit::day("2026-11-18")
    }

    fn form(status: &str, until: &str, patched: &str, exposed: &str, comment: &str) -> AnswerForm {
        AnswerForm {
            status: status.into(),
            until: until.into(),
            patched: patched.into(),
            exposed: exposed.into(),
            comment: comment.into(),
        }
    }

    #[test]
    fn a_form_says_all_that_is_wrong_with_it_at_once() {
        let long = "x".repeat(COMMENT_CHARS_MAX + 1);
        for (form, want) in [
            (form("", "", "", "", " "), vec!["status"]),
            (form("seen", "", "", "", ""), vec!["status"]),
            (form("new", "", "", "", ""), vec!["status"]),
            (form("forwarded", "", "", "", ""), vec!["status"]),
            (form("risk-accepted", "", "", "", ""), vec!["until"]),
            (
                form("risk-accepted", "2026-11-18", "", "", &long),
                vec!["comment", "until"],
            ),
            (
                form("solved", "", "2026-11-19", "", ""),
                vec!["patched", "exposed"],
            ),
            (
                form("solved", "", "", "maybe", ""),
                vec!["patched", "exposed"],
            ),
        ] {
            let Read::Wrong(errors) = form.read(Severity::Critical, today()) else {
                panic!("{form:?} was taken");
            };
            let fields: Vec<_> = errors.fields().collect();
            assert_eq!(fields, want, "{form:?}");
        }
    }

    #[test]
    fn only_what_was_critical_is_asked_about_the_past() {
        let solved = form("solved", "", "", "", "");
        assert!(matches!(
            solved.read(Severity::Critical, today()),
            Read::AskAboutThePast
        ));
        assert!(matches!(
            solved.read(Severity::High, today()),
            Read::Said(_)
        ));
        for (exposed, want) in [
            ("no", AnswerStatus::Solved),
            ("yes", AnswerStatus::SolvedPossiblyCompromised),
            ("unknown", AnswerStatus::SolvedPossiblyCompromised),
        ] {
            let said =
                form("solved", "", "2026-11-17", exposed, "").read(Severity::Critical, today());
            let Read::Said(said) = said else {
                panic!("{exposed}")
            };
            assert_eq!(said.status, Some(want), "{exposed}");
        }
    }
}
