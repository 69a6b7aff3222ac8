//! What an answer of a recipient changes: what may follow what, who hears of it next, and when the recipient is left in
//! peace (requirements PO-09, FE-02, DI-08).
//!
//! An answer counts for the episode of the finding in which it was given. That of a later episode begins as new again.

use model::{AnswerDoor, AnswerStatus, Day, Relation, Role, Severity, Timestamp};

use crate::suppression::tell_again_at;

/// Days from today at most for which a risk can be accepted. Then somebody looks at it again.
pub const ACCEPTED_DAYS_MAX: i32 = 366;

/// Days of silence after "not ours": time for the desk to find the owner. A wrong answer is not for ever.
pub const NOT_OURS_DAYS: i64 = 90;

/// Seconds for which a message can be answered by its link or by mail, from when it was made.
pub const LINK_SECS: i64 = 90 * 86_400;

/// Lines of a message that one answer is given about at once. Who runs the network of so many sends a list.
pub const LINES_AT_ONCE_MAX: usize = 2_000;

const DAY_MICROS: i64 = 86_400_000_000;

/// What happens next because of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It is told again as long as it is seen.
    RemindersGoOn,
    /// It is told again, as visible again, when it is seen after the answer.
    SilentUntilSeen,
    /// It is not told again before the day of the answer.
    SilentUntilDay,
    /// It is not told again for [`NOT_OURS_DAYS`].
    SilentForAWhile,
    /// It is not told again in this episode.
    SilentInEpisode,
    /// The desk has something to do.
    Desk(DeskTask),
}

/// What the desk has to do because of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeskTask {
    /// Find out whose it is; the match with this recipient is in doubt.
    FindOwner,
    /// Find out whether it is so.
    CheckFinding,
    /// Help the recipient.
    Help,
}

/// What a status changes.
#[must_use]
pub fn effects(status: AnswerStatus) -> &'static [Effect] {
    match status {
        AnswerStatus::New
        | AnswerStatus::Seen
        | AnswerStatus::InProgress
        | AnswerStatus::Forwarded => &[Effect::RemindersGoOn],
        AnswerStatus::Solved | AnswerStatus::SolvedPossiblyCompromised => {
            &[Effect::SilentUntilSeen]
        }
        AnswerStatus::RiskAccepted => &[Effect::SilentUntilDay],
        AnswerStatus::NotOurs => &[Effect::SilentForAWhile, Effect::Desk(DeskTask::FindOwner)],
        AnswerStatus::FalseAlarm => &[
            Effect::SilentInEpisode,
            Effect::Desk(DeskTask::CheckFinding),
        ],
        AnswerStatus::HelpRequested => &[Effect::RemindersGoOn, Effect::Desk(DeskTask::Help)],
    }
}

/// What the desk has to do because of a status, if anything.
#[must_use]
pub fn desk_task(status: AnswerStatus) -> Option<DeskTask> {
    effects(status).iter().find_map(|effect| match effect {
        Effect::Desk(task) => Some(*task),
        _ => None,
    })
}

/// Whether work is still to be done: what the inbox shows unless it is asked for something else.
#[must_use]
pub fn is_open(status: AnswerStatus, until: Option<Day>, today: Day) -> bool {
    match status {
        AnswerStatus::New
        | AnswerStatus::Seen
        | AnswerStatus::InProgress
        | AnswerStatus::Forwarded
        | AnswerStatus::HelpRequested => true,
        AnswerStatus::RiskAccepted => until.is_some_and(|until| until <= today),
        AnswerStatus::Solved
        | AnswerStatus::SolvedPossiblyCompromised
        | AnswerStatus::NotOurs
        | AnswerStatus::FalseAlarm => false,
    }
}

/// Whether a status may follow another one in the same episode. People change their minds, so nearly all may; only
/// nothing becomes new again, and what was answered is not merely seen.
#[must_use]
pub fn may_follow(from: AnswerStatus, to: AnswerStatus) -> bool {
    match to {
        AnswerStatus::New => false,
        AnswerStatus::Seen => from == AnswerStatus::New,
        _ => true,
    }
}

/// What the finding has after this answer. What is settled stays so when it is forwarded: the helper may be asked to check
/// it, and nothing is told again because of that.
#[must_use]
pub fn becomes(
    from: AnswerStatus,
    until: Option<Day>,
    to: AnswerStatus,
    today: Day,
) -> AnswerStatus {
    match to == AnswerStatus::Forwarded && !is_open(from, until, today) {
        true => from,
        false => to,
    }
}

/// Statuses that a person may choose. The others follow from what a person does.
pub const CHOICES: [AnswerStatus; 7] = [
    AnswerStatus::InProgress,
    AnswerStatus::Solved,
    AnswerStatus::SolvedPossiblyCompromised,
    AnswerStatus::RiskAccepted,
    AnswerStatus::NotOurs,
    AnswerStatus::FalseAlarm,
    AnswerStatus::HelpRequested,
];

/// Statuses that whoever got a forwarded link may choose: how the work goes. Whether a risk is taken, and whose the system
/// is, is for those who were told.
pub const HELPER_CHOICES: [AnswerStatus; 4] = [
    AnswerStatus::InProgress,
    AnswerStatus::Solved,
    AnswerStatus::SolvedPossiblyCompromised,
    AnswerStatus::HelpRequested,
];

/// Statuses that whoever got a copy may choose: what it does itself, and that it does not serve the organisation. How far the
/// finding is, the organisation says.
pub const COPY_CHOICES: [AnswerStatus; 3] = [
    AnswerStatus::InProgress,
    AnswerStatus::NotOurs,
    AnswerStatus::HelpRequested,
];

/// Statuses among which a recipient in this relation may choose.
#[must_use]
pub const fn choices_of(relation: Relation) -> &'static [AnswerStatus] {
    match relation {
        Relation::Owner | Relation::Provider => &CHOICES,
        Relation::Relay => &COPY_CHOICES,
    }
}

/// Whether a recipient in this relation may say this, through whatever door. Nobody forwards a copy by us: its recipient serves the
/// organisation, and no system.
#[must_use]
pub fn may_say(relation: Relation, status: AnswerStatus) -> bool {
    relation != Relation::Relay || status == AnswerStatus::Seen || COPY_CHOICES.contains(&status)
}

/// Whether the organisation is mailed that this was said. A link may be in the wrong hands, and these answers silence a
/// finding that is still there.
#[must_use]
pub fn is_announced(door: AnswerDoor, status: AnswerStatus) -> bool {
    match door {
        AnswerDoor::Link => matches!(
            status,
            AnswerStatus::RiskAccepted | AnswerStatus::NotOurs | AnswerStatus::FalseAlarm
        ),
        AnswerDoor::Portal
        | AnswerDoor::Api
        | AnswerDoor::Mandate
        | AnswerDoor::Mail
        | AnswerDoor::Telephone => false,
    }
}

/// Whether a risk may be accepted until this day: after today, and within [`ACCEPTED_DAYS_MAX`].
#[must_use]
pub fn may_accept_until(until: Day, today: Day) -> bool {
    let days = until.days() - today.days();
    (1..=ACCEPTED_DAYS_MAX).contains(&days)
}

/// Whether "solved" must say more: what could be abused by anybody may have been, and what is badly abused was.
#[must_use]
pub fn asks_about_the_past(role: Role, severity: Severity, to: AnswerStatus) -> bool {
    let asked_from = match role {
        Role::Target => Severity::Critical,
        Role::Victim => Severity::High,
    };
    to == AnswerStatus::Solved && severity >= asked_from
}

/// What "solved" means once it is known whether the system could be abused before. Who does not know assumes the worst.
#[must_use]
pub fn solved(was_exposed: Option<bool>) -> AnswerStatus {
    match was_exposed {
        Some(false) => AnswerStatus::Solved,
        Some(true) | None => AnswerStatus::SolvedPossiblyCompromised,
    }
}

/// What is known of an answer when it must be decided whether to tell again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The answer.
    pub status: AnswerStatus,
    /// Episode in which it was given.
    pub episode: i32,
    /// Until when a risk is accepted.
    pub until: Option<Day>,
    /// When it was given.
    pub at: Timestamp,
}

/// What an answer says about telling again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reminder {
    /// Nothing: the usual silence decides.
    Usual,
    /// The recipient is left in peace; look again at this moment.
    Silent(Timestamp),
    /// It is told now: it was called solved, and was seen since.
    VisibleAgain,
}

/// Says what an answer means for a finding that is in `episode` and was last seen at `last_seen`.
#[must_use]
pub fn reminder(
    answer: &Answered,
    episode: i32,
    severity: Severity,
    last_seen: Timestamp,
    last_told: Option<Timestamp>,
    now: Timestamp,
) -> Reminder {
    let is_of_episode = answer.episode == episode;
    for effect in effects(answer.status) {
        match effect {
            Effect::SilentUntilSeen if is_of_episode && last_seen <= answer.at => {
                return Reminder::Silent(now);
            }
            Effect::SilentUntilSeen if is_of_episode => {
                let is_told = last_told.is_some_and(|told| told > answer.at);
                return match is_told {
                    true => Reminder::Usual,
                    false => Reminder::VisibleAgain,
                };
            }
            Effect::SilentUntilDay => {
                let until = answer.until.map_or(0, Day::days);
                if now.day().days() < until {
                    return Reminder::Silent(Timestamp::from_micros(i64::from(until) * DAY_MICROS));
                }
            }
            Effect::SilentForAWhile => {
                let until = answer.at.plus_seconds(NOT_OURS_DAYS * 86_400);
                if now < until {
                    return Reminder::Silent(until);
                }
            }
            Effect::SilentInEpisode if is_of_episode => {
                return Reminder::Silent(tell_again_at(now, severity));
            }
            Effect::SilentUntilSeen
            | Effect::SilentInEpisode
            | Effect::RemindersGoOn
            | Effect::Desk(_) => {}
        }
    }
    Reminder::Usual
}

#[cfg(test)]
mod tests {
    use super::*;
    use AnswerStatus as S;

    fn at(days: i64) -> Timestamp {
        Timestamp::from_micros((20_000 + days) * DAY_MICROS)
    }

    fn answered(status: S) -> Answered {
        Answered {
            status,
            episode: 1,
            until: (status == S::RiskAccepted).then(|| at(30).day()),
            at: at(0),
        }
    }

    #[test]
    fn every_status_says_whether_it_is_told_again() {
        // Status; seen before the answer, seen after it in the same episode, in the next one, and after 100 days.
        let (usual, again) = (Reminder::Usual, Reminder::VisibleAgain);
        let silent = Reminder::Silent;
        let high = tell_again_at(at(2), Severity::High);
        for (status, before, after, next, late) in [
            (S::New, usual, usual, usual, usual),
            (S::Seen, usual, usual, usual, usual),
            (S::InProgress, usual, usual, usual, usual),
            (S::Forwarded, usual, usual, usual, usual),
            (S::HelpRequested, usual, usual, usual, usual),
            (S::Solved, silent(at(2)), again, usual, again),
            (
                S::SolvedPossiblyCompromised,
                silent(at(2)),
                again,
                usual,
                again,
            ),
            (
                S::RiskAccepted,
                silent(at(30)),
                silent(at(30)),
                silent(at(30)),
                usual,
            ),
            (
                S::NotOurs,
                silent(at(90)),
                silent(at(90)),
                silent(at(90)),
                usual,
            ),
            (
                S::FalseAlarm,
                silent(high),
                silent(high),
                usual,
                silent(tell_again_at(at(100), Severity::High)),
            ),
        ] {
            let answer = answered(status);
            let told = Some(at(-3));
            let ask = |episode, seen, now| {
                reminder(&answer, episode, Severity::High, at(seen), told, at(now))
            };
            assert_eq!(ask(1, -1, 2), before, "{status}, seen before the answer");
            assert_eq!(ask(1, 1, 2), after, "{status}, seen after the answer");
            assert_eq!(ask(2, 1, 2), next, "{status}, in the next episode");
            assert_eq!(ask(1, 99, 100), late, "{status}, much later");
        }
    }

    #[test]
    fn what_was_called_solved_is_told_as_visible_again_once() {
        let ask = |told| reminder(&answered(S::Solved), 1, Severity::High, at(5), told, at(5));
        assert_eq!(ask(Some(at(-1))), Reminder::VisibleAgain);
        assert_eq!(ask(Some(at(4))), Reminder::Usual);
    }

    #[test]
    fn nothing_becomes_new_again_and_only_what_is_new_is_merely_seen() {
        for from in S::ALL {
            for to in S::ALL {
                let want = *to != S::New && (*to != S::Seen || *from == S::New);
                assert_eq!(may_follow(*from, *to), want, "{from} to {to}");
            }
        }
    }

    #[test]
    fn solved_must_say_more_where_somebody_may_have_been_in() {
        for (role, severity, want) in [
            (Role::Target, Severity::High, false),
            (Role::Target, Severity::Critical, true),
            (Role::Victim, Severity::Medium, false),
            (Role::Victim, Severity::High, true),
            (Role::Victim, Severity::Critical, true),
        ] {
            let asks = |status| asks_about_the_past(role, severity, status);
            assert_eq!(asks(S::Solved), want, "{role} {severity}");
            assert!(!asks(S::SolvedPossiblyCompromised), "{role} {severity}");
        }
    }

    #[test]
    fn forwarding_keeps_what_is_settled_and_nothing_else() {
        let (today, until) = (at(0).day(), Some(at(30).day()));
        for from in S::ALL {
            let is_settled = matches!(
                from,
                S::Solved
                    | S::SolvedPossiblyCompromised
                    | S::RiskAccepted
                    | S::NotOurs
                    | S::FalseAlarm
            );
            let want = if is_settled { *from } else { S::Forwarded };
            assert_eq!(becomes(*from, until, S::Forwarded, today), want, "{from}");
            assert_eq!(
                becomes(*from, until, S::InProgress, today),
                S::InProgress,
                "{from}"
            );
        }
        let late = at(31).day();
        assert_eq!(
            becomes(S::RiskAccepted, until, S::Forwarded, late),
            S::Forwarded
        );
    }

    #[test]
    fn a_helper_cannot_silence_what_is_still_there() {
        for status in COPY_CHOICES {
            assert!(CHOICES.contains(&status), "{status}");
            assert!(may_say(Relation::Relay, status), "{status}");
            // Nothing that a relay says silences anybody else or speaks for the owner.
            assert!(is_open(status, None, Day::from_days(0)) || status == AnswerStatus::NotOurs);
        }
        for status in AnswerStatus::ALL {
            assert!(may_say(Relation::Owner, *status) && may_say(Relation::Provider, *status));
        }
        for status in HELPER_CHOICES {
            assert!(CHOICES.contains(&status), "{status}");
            assert!(!is_announced(AnswerDoor::Link, status), "{status}");
        }
        for status in CHOICES.iter().filter(|it| !HELPER_CHOICES.contains(it)) {
            assert!(is_announced(AnswerDoor::Link, *status), "{status}");
            assert!(!is_announced(AnswerDoor::Portal, *status), "{status}");
        }
    }

    #[test]
    fn the_desk_hears_of_what_it_must_do() {
        for status in S::ALL {
            let want = match status {
                S::NotOurs => Some(DeskTask::FindOwner),
                S::FalseAlarm => Some(DeskTask::CheckFinding),
                S::HelpRequested => Some(DeskTask::Help),
                _ => None,
            };
            assert_eq!(desk_task(*status), want, "{status}");
        }
    }

    #[test]
    fn an_accepted_risk_is_open_again_on_its_day() {
        let open = |today: i64| is_open(S::RiskAccepted, Some(at(30).day()), at(today).day());
        assert_eq!([open(0), open(29), open(30)], [false, false, true]);
    }

    #[test]
    fn a_risk_is_accepted_for_a_day_at_least_and_a_year_at_most() {
        let may = |days: i64| may_accept_until(at(days).day(), at(0).day());
        for (days, want) in [
            (-1, false),
            (0, false),
            (1, true),
            (366, true),
            (367, false),
        ] {
            assert_eq!(may(days), want, "{days}");
        }
    }

    #[test]
    fn who_does_not_know_assumes_the_worst() {
        assert_eq!(solved(Some(false)), S::Solved);
        assert_eq!(solved(Some(true)), S::SolvedPossiblyCompromised);
        assert_eq!(solved(None), S::SolvedPossiblyCompromised);
    }
}
