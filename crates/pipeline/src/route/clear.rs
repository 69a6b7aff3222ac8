//! Who is told that what it called solved is not seen any more (requirement DI-01).
//!
//! That is concluded from absence, so it is said with care: the answer still holds, nobody saw the finding since, its recipient
//! was mailed about it and would be mailed about it today, and it is said once per episode.

use std::collections::HashMap;

use model::{AnswerStatus, MessageKind, Timestamp};
use rules::matching::Finder;
use rules::route::{Directory, Subject, Telling, route};
use store::{
    AllClearWait, Answer, FindingKey, FindingRow, Line, LineToTell, NotificationKey,
    NotificationState, StoreError, Told, Tx,
};

use super::{DeskRules, line_to_tell};
use crate::process::write::{find_owners, known_address, to_route};
use crate::register::Register;

/// The lines by which the answers among `waits` are told that nothing is seen any more. All of them were decided then: of
/// whom there is no line, nothing is said.
pub(crate) fn all_clear(
    tx: &mut Tx<'_>,
    (desk, register): (&DeskRules, &Register),
    waits: &[AllClearWait],
    window_no: i64,
    now: Timestamp,
) -> Result<Vec<LineToTell>, StoreError> {
    let mut numbers: Vec<i64> = waits.iter().map(|wait| wait.finding_no).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut told: HashMap<(i64, i64), Vec<Told>> = HashMap::new();
    for one in tx.told(&numbers)? {
        let of = told.entry((one.finding_no, one.recipient_no)).or_default();
        of.push(one);
    }
    let answers = tx.silencing_answers(&numbers)?.into_iter();
    let answers: HashMap<(i64, i64), Answer> = answers
        .map(|answer| ((answer.finding_no, answer.party_no), answer))
        .collect();
    let mut finder = register.assets.finder();
    let mut lines = Vec::new();
    for wait in waits {
        let of = (wait.finding_no, wait.party_no);
        let told = told.get(&of).map_or(&[][..], Vec::as_slice);
        if !answers.get(&of).is_some_and(|answer| is_of(wait, answer)) || !may_hear(wait, told) {
            continue;
        }
        let Some((key, row)) = tx.finding(wait.finding_no)? else {
            continue;
        };
        // What is not kept any more cannot be cited.
        if !is_gone(wait, &row) || tx.observation(row.last)?.is_none() {
            continue;
        }
        let found = (&key, &row);
        let directory = &register.directory;
        let owned = of_owner(
            (desk, directory),
            found,
            (wait, window_no),
            &mut finder,
            now,
        );
        match owned.is_empty() {
            true => lines.extend(by_hand(tx, told, &row, window_no)?),
            false => lines.extend(owned),
        }
    }
    Ok(lines)
}

/// Whether the answer is the one that waits.
fn is_of(wait: &AllClearWait, answer: &Answer) -> bool {
    let is_solved = matches!(
        answer.status,
        AnswerStatus::Solved | AnswerStatus::SolvedPossiblyCompromised
    );
    is_solved && answer.episode == wait.episode && answer.answered_at == wait.answered_at
}

/// Whether nobody saw it since the answer.
fn is_gone(wait: &AllClearWait, row: &FindingRow) -> bool {
    row.episode == wait.episode && row.last_seen <= wait.answered_at
}

/// Whether the recipient was mailed in this episode that it was seen, and did not hear yet that it is not.
fn may_hear(wait: &AllClearWait, told: &[Told]) -> bool {
    let mut of_episode = told.iter().filter(|told| told.episode == wait.episode);
    let was_mailed = of_episode.clone().any(is_mailed_alert);
    let has_heard = of_episode.any(|told| {
        told.kind == MessageKind::AllClear && told.state != NotificationState::Withheld
    });
    was_mailed && !has_heard
}

fn is_mailed_alert(told: &Told) -> bool {
    let is_mailed = matches!(
        told.state,
        NotificationState::Approved | NotificationState::Delivered | NotificationState::Failed
    );
    told.kind == MessageKind::Alert && is_mailed
}

/// The lines for a recipient that would be told of the finding today, were it seen.
fn of_owner(
    (desk, directory): (&DeskRules, &Directory),
    (key, row): (&FindingKey, &FindingRow),
    (wait, window_no): (&AllClearWait, i64),
    finder: &mut Finder<'_>,
    now: Timestamp,
) -> Vec<LineToTell> {
    // Whose it is today, not whose it was when it was seen.
    let today = FindingRow {
        last_seen: now,
        ..row.clone()
    };
    let matches = find_owners(finder, key, &today);
    let finding = to_route((key, row), known_address(key, row), matches, window_no);
    let subject = Subject {
        matches,
        address: finding.address,
        severity: finding.severity,
        role: finding.role,
        tlp: finding.tlp,
        language: desk.language,
        day: now.day(),
    };
    let tellings = route(subject, directory).tellings.into_iter();
    let to_recipient = tellings.filter(|telling| {
        telling.recipient.party_no == wait.party_no && telling.kind == MessageKind::Alert
    });
    to_recipient
        .map(|telling| {
            let telling = Telling {
                kind: MessageKind::AllClear,
                ..telling
            };
            line_to_tell((desk, directory), &finding, &telling, now)
        })
        .collect()
}

/// The lines for a recipient that the desk chose: as it was told.
fn by_hand(
    tx: &mut Tx<'_>,
    told: &[Told],
    row: &FindingRow,
    window_no: i64,
) -> Result<Vec<LineToTell>, StoreError> {
    let mut lines = Vec::new();
    let alerts = told
        .iter()
        .filter(|told| told.by_hand && told.episode == row.episode && is_mailed_alert(told));
    for alert in alerts {
        let mut cites = tx.lines_of(alert.notification_no)?.into_iter();
        let line = cites.find(|line| line.finding_no == row.finding_no);
        let Some((line, message)) = line.zip(tx.notification(alert.notification_no)?) else {
            continue;
        };
        // Closed meanwhile, or not kept any more.
        let recipient_no = message.key.recipient_no;
        let is_closed = tx.closed_among(&[recipient_no])?.contains(&recipient_no);
        if is_closed || tx.observation(line.observation)?.is_none() {
            continue;
        }
        lines.push(LineToTell {
            key: NotificationKey {
                window_no,
                kind: MessageKind::AllClear,
                ..message.key
            },
            lawful_basis: message.lawful_basis.into(),
            line: Line {
                finding_no: row.finding_no,
                episode: row.episode,
                repeated: false,
                asset_no: None,
                network_no: None,
                observation: line.observation,
                withdrawn: None,
            },
        });
    }
    Ok(lines)
}
