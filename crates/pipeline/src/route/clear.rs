//! Who is told that what it called solved is not seen any more (requirement DI-01).
//!
//! That is concluded from absence, so it is said with care: the answer still holds, nobody saw the finding since, its recipient
//! was mailed about it and would be mailed about it today, and it is said once per episode.

use std::collections::{HashMap, HashSet};

use model::{AnswerStatus, MessageKind, Timestamp};
use rules::matching::Finder;
use rules::route::{Directory, Subject, Telling, route};
use store::{
    AllClearWait, Answer, FindingKey, FindingRow, Line, LineToTell, NotificationKey,
    NotificationState, StoreError, Told, Tx,
};

use super::{DeskRules, is_under_way, line_to_tell};
use crate::process::write::{find_owners, known_address, to_route};
use crate::register::Register;

/// What is concluded of answers that wait.
#[derive(Default)]
pub(crate) struct Concluded {
    /// The lines by which recipients are told that nothing is seen any more. Of the other answers nothing is said.
    pub(crate) lines: Vec<LineToTell>,
    /// The answers of which nothing was concluded yet, by recipient and finding: the mail that it was seen is to go out first.
    pub(crate) standing: HashSet<(i64, i64)>,
}

/// Concludes what the answers among `waits` are told.
pub(crate) fn all_clear(
    tx: &mut Tx<'_>,
    (desk, register): (&DeskRules, &Register),
    waits: &[AllClearWait],
    window_no: i64,
    now: Timestamp,
) -> Result<Concluded, StoreError> {
    let mut numbers: Vec<i64> = waits.iter().map(|wait| wait.finding_no).collect();
    numbers.sort_unstable();
    numbers.dedup();
    // Nobody sees them again between what is read here and what is written.
    let findings = tx.findings_held(&numbers)?.into_iter();
    let findings: HashMap<i64, (FindingKey, FindingRow)> = findings
        .map(|(key, row)| (row.finding_no, (key, row)))
        .collect();
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
    let mut concluded = Concluded::default();
    for wait in waits {
        let of = (wait.finding_no, wait.party_no);
        let told = told.get(&of).map_or(&[][..], Vec::as_slice);
        let Some((key, row)) = findings.get(&wait.finding_no) else {
            continue;
        };
        let is_answered = answers.get(&of).is_some_and(|answer| is_of(wait, answer));
        if !is_answered || !is_gone(wait, row) {
            continue;
        }
        match hearing(wait, told) {
            Hearing::Now => {}
            Hearing::Later => {
                concluded.standing.insert((wait.party_no, wait.finding_no));
                continue;
            }
            Hearing::Never => continue,
        }
        // What is not kept any more cannot be cited.
        if tx.observation(row.last)?.is_none() {
            continue;
        }
        let found = (key, row);
        let directory = &register.directory;
        let owned = of_owner(
            (desk, directory),
            found,
            (wait, window_no),
            &mut finder,
            now,
        );
        match owned.is_empty() {
            true => concluded.lines.extend(by_hand(tx, told, row, window_no)?),
            false => concluded.lines.extend(owned),
        }
    }
    Ok(concluded)
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

/// When a recipient may hear that it is not seen any more.
enum Hearing {
    /// It got a mail in this episode that it was seen.
    Now,
    /// That mail is still to go out.
    Later,
    /// It got none, or heard it already.
    Never,
}

fn hearing(wait: &AllClearWait, told: &[Told]) -> Hearing {
    let mut of_episode = told.iter().filter(|told| told.episode == wait.episode);
    let has_heard = of_episode.clone().any(|told| {
        told.kind == MessageKind::AllClear && told.state != NotificationState::Withheld
    });
    if has_heard {
        return Hearing::Never;
    }
    if of_episode.clone().any(is_mailed_alert) {
        return Hearing::Now;
    }
    match of_episode.any(|told| told.kind == MessageKind::Alert && is_under_way(told.state)) {
        true => Hearing::Later,
        false => Hearing::Never,
    }
}

/// Somebody got it.
fn is_mailed_alert(told: &Told) -> bool {
    told.kind == MessageKind::Alert && told.state == NotificationState::Delivered
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
        rsit: finding.rsit,
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

/// The lines for a recipient that the desk chose: as it was told the last time, in each language and for each reader.
fn by_hand(
    tx: &mut Tx<'_>,
    told: &[Told],
    row: &FindingRow,
    window_no: i64,
) -> Result<Vec<LineToTell>, StoreError> {
    let mut lines = Vec::new();
    let mut written = HashSet::new();
    // The newest first.
    let alerts = told
        .iter()
        .rev()
        .filter(|told| told.by_hand && told.episode == row.episode && is_mailed_alert(told));
    for alert in alerts {
        let cites = tx.lines_after(alert.notification_no, row.finding_no - 1, 1)?;
        let mut cites = cites.into_iter();
        let line = cites.find(|line| line.finding_no == row.finding_no);
        let Some((line, message)) = line.zip(tx.notification(alert.notification_no)?) else {
            continue;
        };
        if !written.insert((message.key.language, message.key.reader)) {
            continue;
        }
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
