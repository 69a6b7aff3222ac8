//! Answers: reading the form, and writing what it says. What follows from an answer is in `message::answer`.

use model::{AnswerStatus, Day, Role, Severity, Timestamp};
use rules::answer::{asks_about_the_past, may_accept_until, solved};
use serde::{Deserialize, Serialize};
use store::{InboxRow, Tx};

pub(crate) use message::{Said, Sayer};

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

/// What a form comes to.
#[derive(Debug)]
pub(crate) enum Read {
    Said(Said),
    /// It is solved, and somebody may have been in: when, and could it be abused before?
    AskAboutThePast,
    Wrong(Errors),
}

impl AnswerForm {
    /// Reads the form for a finding in this role and of this severity, from somebody who may choose among these.
    pub(crate) fn read(
        &self,
        (role, severity): (Role, Severity),
        choices: &[AnswerStatus],
        today: Day,
    ) -> Read {
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
            said.status = status.filter(|status| choices.contains(status));
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
            .is_some_and(|status| asks_about_the_past(role, severity, status))
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

/// Writes an answer with all that follows from it, in the caller's transaction.
pub(crate) fn write(
    site: &Site,
    tx: &mut Tx<'_>,
    sayer: &Sayer,
    row: &InboxRow,
    said: &Said,
    now: Timestamp,
) -> Result<(), Refusal> {
    Ok(message::answer(tx, site.id_key(), sayer, row, said, now)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rules::answer::{CHOICES, HELPER_CHOICES};

    const CRITICAL: (Role, Severity) = (Role::Target, Severity::Critical);

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
            let Read::Wrong(errors) = form.read(CRITICAL, &CHOICES, today()) else {
                panic!("{form:?} was taken");
            };
            let fields: Vec<_> = errors.fields().collect();
            assert_eq!(fields, want, "{form:?}");
        }
    }

    #[test]
    fn solved_is_asked_about_the_past_where_somebody_may_have_been_in() {
        let solved = form("solved", "", "", "", "");
        for (about, asks) in [
            (CRITICAL, true),
            ((Role::Victim, Severity::High), true),
            ((Role::Target, Severity::High), false),
        ] {
            let read = solved.read(about, &CHOICES, today());
            assert_eq!(matches!(read, Read::AskAboutThePast), asks, "{about:?}");
        }
        let known = form("solved-possibly-compromised", "", "", "", "");
        let read = known.read((Role::Target, Severity::Low), &CHOICES, today());
        assert!(matches!(read, Read::Said(_)), "it can be said of anything");
        for (exposed, want) in [
            ("no", AnswerStatus::Solved),
            ("yes", AnswerStatus::SolvedPossiblyCompromised),
            ("unknown", AnswerStatus::SolvedPossiblyCompromised),
        ] {
            let form = form("solved", "", "2026-11-17", exposed, "");
            let said = form.read(CRITICAL, &CHOICES, today());
            let Read::Said(said) = said else {
                panic!("{exposed}")
            };
            assert_eq!(said.status, Some(want), "{exposed}");
        }
    }
    #[test]
    fn whoever_helps_with_a_finding_says_nothing_that_silences_it() {
        for status in ["risk-accepted", "not-ours", "false-alarm"] {
            let form = form(status, "2026-12-01", "", "", "");
            let read = form.read((Role::Target, Severity::Low), &HELPER_CHOICES, today());
            assert!(matches!(read, Read::Wrong(_)), "{status}");
        }
    }
}
