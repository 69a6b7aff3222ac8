//! What this month and the one before came to, counted once a day for the desk and for each programme that runs; with the desk
//! for the sources.

use std::collections::{HashMap, HashSet};

use model::{Day, IdKey, IdKind, Timestamp};
use rules::enrol::measure::{month_before, month_of, next_month, percentile, work_secs};
use store::{MonthMeasure, Programme, StoreError, Tx};

use super::sources::month_tallies;
use crate::error::FlowError;
use crate::flow::Flow;

/// Seconds for which a count is good enough.
const FRESH_SECS: i64 = 86_400;

/// Counts of one run: each walks the messages of a month.
const COUNTS_MAX: usize = 20;

/// Days after its last day for which a programme is counted.
const AFTER_DAYS: i32 = 31;

/// People of the desk that are looked up at once.
const PEOPLE: i64 = 500;

/// Counts what is not fresh; gives how many counts that were.
///
/// Safe to run twice, and by two workers at once: the same is counted again.
///
/// # Errors
/// When the store fails; the next time goes on.
pub fn count(flow: &Flow) -> Result<usize, FlowError> {
    let now = flow.clock.now();
    let due = flow.store.read(|tx| due(tx, now))?;
    for (month, programme) in &due {
        let measure = flow
            .store
            .read(|tx| measure(tx, *month, programme.as_ref(), now))?;
        let of_sources = match programme {
            None => Some(flow.store.read(|tx| month_tallies(tx, *month))?),
            Some(_) => None,
        };
        flow.store.write(|tx| {
            if let Some(tallies) = &of_sources {
                tx.put_source_tallies(*month, tallies)?;
            }
            tx.put_month_measure(&measure)
        })?;
    }
    Ok(due.len())
}

/// Months that are to be counted, each with its programme.
fn due(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<(Day, Option<Programme>)>, StoreError> {
    let this = month_of(now.day());
    let runs = |programme: &Programme| {
        programme.drawn_at.is_some() && now.day() <= programme.terms.ends_on.plus_days(AFTER_DAYS)
    };
    let programmes = tx.programmes()?.into_iter().filter(runs);
    let all = std::iter::once(None).chain(programmes.map(Some));
    let mut due = Vec::new();
    for programme in all {
        let number = programme.as_ref().map(|programme| programme.programme_no);
        let known = tx.month_measures(number, 2)?;
        let is_fresh = |month: Day| {
            let counted = known.iter().find(|known| known.month == month);
            counted.is_some_and(|known| now.seconds_since(known.counted_at) < FRESH_SECS)
        };
        for month in [this, month_before(this)] {
            if !is_fresh(month) && due.len() < COUNTS_MAX {
                due.push((month, programme.clone()));
            }
        }
    }
    Ok(due)
}

fn measure(
    tx: &mut Tx<'_>,
    month: Day,
    programme: Option<&Programme>,
    now: Timestamp,
) -> Result<MonthMeasure, StoreError> {
    let programme_no = programme.map(|programme| programme.programme_no);
    let until = next_month(month);
    let span = tx.messages_between(month.start(), until.start(), programme_no)?;
    let secs = tx.notice_secs(&span)?;
    let noted = tx.handwork_minutes((month, until), programme_no)?;
    Ok(MonthMeasure {
        month,
        programme_no,
        counted_at: now,
        counts: tx.message_counts(&span)?,
        hand_secs: seen_secs(tx, (month, until), programme_no)? + noted * 60,
        notice_secs: percentile(&secs, 50).zip(percentile(&secs, 90)),
        answering: tx.answering(&span, month.start())?,
        reach: Some(tx.month_reach(&span, month.start())?),
    })
}

/// Seconds of work of the desk that the audit log shows: for a programme only the acts on it, its applications and those who
/// take part.
fn seen_secs(
    tx: &mut Tx<'_>,
    (month, until): (Day, Day),
    programme_no: Option<i64>,
) -> Result<i64, StoreError> {
    let id_key = tx.installation()?.id_key;
    let staff = staff(tx, &id_key)?;
    let subjects = match programme_no {
        Some(programme_no) => Some(subjects(tx, &id_key, programme_no)?),
        None => None,
    };
    let mut last: HashMap<String, Timestamp> = HashMap::new();
    let mut secs = 0;
    tx.each_act(month.start(), until.start(), |actor, subject, at| {
        if !staff.contains(actor) {
            return;
        }
        let before = last.insert(actor.to_owned(), at);
        if subjects.as_ref().is_none_or(|of| of.contains(subject)) {
            secs += work_secs(before, at);
        }
    })?;
    Ok(secs)
}

/// People of the desk, as the audit log names them.
fn staff(tx: &mut Tx<'_>, id_key: &IdKey) -> Result<HashSet<String>, StoreError> {
    let mut staff = HashSet::new();
    let mut after = 0;
    loop {
        let people = tx.staff_after(after, PEOPLE)?;
        let Some(last) = people.last() else {
            return Ok(staff);
        };
        after = last.person_no;
        let named = people.iter().map(|person| {
            let id = id_key.public_id(IdKind::Person, person.person_no as u64);
            format!("person {id}")
        });
        staff.extend(named);
    }
}

/// What the audit log names of a programme.
fn subjects(
    tx: &mut Tx<'_>,
    id_key: &IdKey,
    programme_no: i64,
) -> Result<HashSet<String>, StoreError> {
    let named =
        |word: &str, kind, number: i64| format!("{word} {}", id_key.public_id(kind, number as u64));
    let mut subjects = HashSet::from([named("programme", IdKind::Programme, programme_no)]);
    for one in tx.applications_of(programme_no)? {
        subjects.insert(named(
            "application",
            IdKind::Application,
            one.application_no,
        ));
    }
    for one in tx.participants_of(programme_no)? {
        for word in ["party", "organisation"] {
            subjects.insert(named(word, IdKind::Party, one.party_no));
        }
    }
    Ok(subjects)
}
