//! Whom the desk calls, from when on and by when: asked of what stands in the store, each time (requirement DI-12).

use std::collections::HashMap;

use model::{SeveritySet, Timestamp, Zone};
use rules::call::{LISTED_DAYS, due_at, may_call_from};
use store::{CallRow, PartyPhone, StoreError, Tx};

/// Calls on the list at most. With more, the first of them are what matters.
pub const CALLS_MAX: usize = 1_000;

const DAY_SECS: i64 = 86_400;

/// A recipient to be called about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// About what, and what is known of calling.
    pub row: CallRow,
    /// From when on somebody may be called; at the latest the moment that was asked about, where that is now.
    pub from: Timestamp,
    /// By when somebody should have been.
    pub due_at: Timestamp,
    /// Whether a number is known.
    pub has_number: bool,
}

/// Everybody who is to be called, in the order in which that is done: what is due first, then the most severe, then the oldest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// At most [`CALLS_MAX`] of them.
    pub list: Vec<Call>,
    /// There are more.
    pub is_cut: bool,
}

/// How many calls there are, counted up to [`CALLS_MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallCounts {
    /// That may be made now.
    pub now: usize,
    /// Of these, that should have been made.
    pub overdue: usize,
}

/// Place of a call in the list: where the next page begins.
pub type CallPlace = (Timestamp, std::cmp::Reverse<i16>, Timestamp, i64);

impl Call {
    /// Whether somebody may be called at a moment.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.from <= now
    }

    /// Whether somebody should have been called, and still may be at this hour.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.is_open(now) && self.due_at < now
    }

    /// Its place in the list as it was asked at a moment.
    #[must_use]
    pub fn place(&self, now: Timestamp) -> CallPlace {
        let first = match self.is_open(now) {
            true => self.due_at,
            // What is late, but may not be done at this hour, is behind what may.
            false => self.due_at.max(self.from),
        };
        let severity = std::cmp::Reverse(self.row.severity.code());
        let row = &self.row;
        (first, severity, row.approved_at, row.notification_no)
    }
}

impl Calls {
    /// How many there are at the moment that was asked about.
    #[must_use]
    pub fn counts(&self, now: Timestamp) -> CallCounts {
        CallCounts {
            now: self.list.iter().filter(|call| call.is_open(now)).count(),
            overdue: self.list.iter().filter(|call| call.is_overdue(now)).count(),
        }
    }
}

/// Everybody who is to be called. While distribution is paused too: who was told can be called, and nothing else is on the list.
///
/// # Errors
/// When the store fails.
pub fn calls(tx: &mut Tx<'_>, now: Timestamp) -> Result<Calls, StoreError> {
    let rows = tx.call_rows(listed_since(now), CALLS_MAX as i64 + 1)?;
    let mut list = with_hours(tx, rows, now)?;
    list.sort_by_cached_key(|call| call.place(now));
    let is_cut = list.len() > CALLS_MAX;
    list.truncate(CALLS_MAX);
    Ok(Calls { list, is_cut })
}

/// The call about one message; `None`: nobody is called about it (any more).
///
/// # Errors
/// When the store fails.
pub fn call_about(
    tx: &mut Tx<'_>,
    notification_no: i64,
    now: Timestamp,
) -> Result<Option<Call>, StoreError> {
    let row = tx.call_row(notification_no, listed_since(now))?;
    Ok(with_hours(tx, row.into_iter().collect(), now)?.pop())
}

/// Numbers at which a recipient is called about a message, those first that may be called first: each with from when on.
#[must_use]
pub fn numbers_for<'p>(
    row: &CallRow,
    phones: &'p [PartyPhone],
    at: Timestamp,
    zone: &Zone,
) -> Vec<(&'p PartyPhone, Timestamp)> {
    let of_party = phones
        .iter()
        .filter(|phone| phone.party_no == row.recipient_no);
    let takes = |severities: &SeveritySet| severities.contains(row.severity);
    let mut numbers: Vec<&PartyPhone> = of_party.clone().collect();
    // Where nobody got the message, anybody there is better than nobody.
    if of_party.clone().any(|phone| takes(&phone.severities)) || !row.is_failed() {
        numbers.retain(|phone| takes(&phone.severities));
    }
    let from = |phone: &PartyPhone| {
        may_call_from(&phone.phone, phone.timing.hours, row.severity, at, zone)
    };
    let mut numbers: Vec<_> = numbers
        .into_iter()
        .map(|phone| (phone, from(phone)))
        .collect();
    numbers.sort_by_key(|(phone, from)| (*from, phone.contact_no));
    numbers
}

/// Zones of the desks, by number.
fn zones(tx: &mut Tx<'_>) -> Result<HashMap<i64, Zone>, StoreError> {
    let desks = tx.desks()?.into_iter();
    Ok(desks
        .filter_map(|desk| Some((desk.desk_no, desk.time_zone?)))
        .collect())
}

fn listed_since(now: Timestamp) -> Timestamp {
    now.plus_seconds(-LISTED_DAYS * DAY_SECS)
}

fn with_hours(
    tx: &mut Tx<'_>,
    rows: Vec<CallRow>,
    now: Timestamp,
) -> Result<Vec<Call>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let zones = zones(tx)?;
    let mut parties: Vec<i64> = rows.iter().map(|row| row.recipient_no).collect();
    parties.sort_unstable();
    parties.dedup();
    let phones = tx.phones_of(&parties)?;
    // Only the numbers of its own recipient are looked at for each.
    let of_party = |party_no: i64| {
        let begin = phones.partition_point(|phone| phone.party_no < party_no);
        let end = phones.partition_point(|phone| phone.party_no <= party_no);
        &phones[begin..end]
    };
    let call = |row: CallRow| {
        let zone = zones.get(&row.desk_no).unwrap_or(&Zone::UTC);
        let earliest = |at| {
            let numbers = numbers_for(&row, of_party(row.recipient_no), at, zone);
            numbers.first().map(|(_, from)| *from)
        };
        let begins = row.next_at.map_or(now, |next_at| next_at.max(now));
        let wanted = row
            .next_at
            .unwrap_or_else(|| due_at(row.severity, row.approved_at));
        let from = earliest(begins);
        Call {
            // A number can be looked up at any hour.
            from: from.unwrap_or(begins),
            due_at: earliest(wanted).unwrap_or(wanted),
            has_number: from.is_some(),
            row,
        }
    };
    Ok(rows.into_iter().map(call).collect())
}
