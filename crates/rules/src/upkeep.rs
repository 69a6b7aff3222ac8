//! When an organisation is asked whether what is known of it still holds (requirement PO-13).

use model::{Day, Timestamp};

const DAY_SECS: i64 = 86_400;

/// Days after which contacts are confirmed again: people change jobs.
const CONTACTS_DAYS: i64 = 90;

/// Days after which systems are confirmed again: networks and names change hands.
const ASSETS_DAYS: i64 = 365;

/// Days before the end of a proof in which it is expiring: long enough for somebody who is on holiday.
const EXPIRING_DAYS: i32 = 30;

/// Days between two looks for what renews a proof, and from the first of them until people hear that it ends.
const RENEWAL_DAYS: i32 = 7;

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

/// A proof that ends on this day or before is given again where that needs nobody's hand: before it is expiring, so that people
/// hear only of what is missing.
#[must_use]
pub fn renewed_until(now: Timestamp) -> Day {
    expiring_until(now).plus_days(RENEWAL_DAYS)
}

/// What was looked at to renew its proof is looked at again when that was before this moment.
#[must_use]
pub fn renewal_due_before(now: Timestamp) -> Timestamp {
    now.plus_seconds(-i64::from(RENEWAL_DAYS) * DAY_SECS)
}

/// Days before the end of a key at which people hear of it: time to make a new one, and a last call. Then when it has ended.
const KEY_DAYS: [i64; 3] = [30, 7, 0];

/// When people hear of the end of a key the next time; nothing when all was said.
#[must_use]
pub fn next_key_reminder(ends_at: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let moments = KEY_DAYS.map(|days| ends_at.plus_seconds(-days * DAY_SECS));
    moments.into_iter().find(|moment| *moment > now)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_hear_of_the_end_of_a_key_three_times_and_never_late() {
        let now = Timestamp::from_micros(0);
        let day = |day: i64| now.plus_seconds(day * DAY_SECS);
        for (ends, want) in [
            (90, Some(60)),
            (30, Some(23)),
            (20, Some(13)),
            (7, Some(7)),
            (1, Some(1)),
            (0, None),
            (-5, None),
        ] {
            assert_eq!(next_key_reminder(day(ends), now), want.map(day), "{ends}");
        }
    }
}
