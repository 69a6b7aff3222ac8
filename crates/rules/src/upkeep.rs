//! When an organisation is asked whether what is known of it still holds (requirement PO-13).

use model::{Day, Timestamp};

const DAY_SECS: i64 = 86_400;

/// Days after which contacts are confirmed again: people change jobs.
const CONTACTS_DAYS: i64 = 90;

/// Days after which systems are confirmed again: networks and names change hands.
const ASSETS_DAYS: i64 = 365;

/// Days before the end of a proof in which it is expiring: long enough for somebody who is on holiday.
const EXPIRING_DAYS: i32 = 30;

/// Days after a reminder until the next one about what was not done.
const REMINDER_DAYS: i64 = 30;

/// Days after which is looked again where nothing was to be asked.
const LOOK_DAYS: i64 = 1;

/// Days between the wish of one administrator to leave and its end, where no other one agrees: time for those who were not
/// asked to stop it.
pub const LEAVING_DAYS: i64 = 7;

/// When an organisation leaves by the wish of one administrator.
#[must_use]
pub fn leaves_at(now: Timestamp) -> Timestamp {
    now.plus_seconds(LEAVING_DAYS * DAY_SECS)
}

/// Contacts that were confirmed before this moment are to be confirmed again.
#[must_use]
pub fn contacts_due_before(now: Timestamp) -> Timestamp {
    now.plus_seconds(-CONTACTS_DAYS * DAY_SECS)
}

/// Systems that were confirmed before this moment are to be confirmed again.
#[must_use]
pub fn assets_due_before(now: Timestamp) -> Timestamp {
    now.plus_seconds(-ASSETS_DAYS * DAY_SECS)
}

/// A proof that ends on this day or before is expiring.
#[must_use]
pub fn expiring_until(now: Timestamp) -> Day {
    now.day().plus_days(EXPIRING_DAYS)
}

/// When an organisation is looked at again.
#[must_use]
pub fn next_look(is_reminded: bool, now: Timestamp) -> Timestamp {
    let days = if is_reminded {
        REMINDER_DAYS
    } else {
        LOOK_DAYS
    };
    now.plus_seconds(days * DAY_SECS)
}
