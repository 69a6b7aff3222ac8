//! When an address that did not take an event is asked again, and when no more.

use model::Timestamp;

/// Seconds to wait after each failure in a row; after the last of these an hour, each time.
const WAIT_SECS: [i64; 6] = [5, 30, 120, 600, 1_800, 3_600];

/// Seconds after the first failure after which an address is asked no more, until somebody says so.
pub const GIVEN_UP_SECS: i64 = 3 * 86_400;

/// For how long the old secret of an address signs beside a new one.
pub const OLD_SECRET_SECS: i64 = 86_400;

/// The status by which a server says that the address is gone for good (RFC 9110, section 15.5.11).
const GONE: u16 = 410;

/// Whether an answer with this status takes the event.
#[must_use]
pub fn is_taken(status: u16) -> bool {
    (200..300).contains(&status)
}

/// When an address is asked again that failed so often before this time, first at `failing_since`. `None`: no more.
#[must_use]
pub fn asked_again_at(
    failures: i32,
    failing_since: Option<Timestamp>,
    status: Option<u16>,
    now: Timestamp,
) -> Option<Timestamp> {
    let is_over = failing_since.is_some_and(|since| now.seconds_since(since) >= GIVEN_UP_SECS);
    if is_over || status == Some(GONE) {
        return None;
    }
    let place = usize::try_from(failures).unwrap_or_default();
    let wait = WAIT_SECS[place.min(WAIT_SECS.len() - 1)];
    Some(now.plus_seconds(wait))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_fails_is_asked_for_three_days_and_then_no_more() {
        let mut now = Timestamp::from_micros(0);
        let mut failures = 0;
        let mut waits = Vec::new();
        while let Some(again) = asked_again_at(
            failures,
            (failures > 0).then_some(Timestamp::from_micros(0)),
            Some(500),
            now,
        ) {
            waits.push(again.seconds_since(now));
            now = again;
            failures += 1;
        }
        assert_eq!(waits[..7], [5, 30, 120, 600, 1_800, 3_600, 3_600]);
        assert!((GIVEN_UP_SECS..GIVEN_UP_SECS + 3_600).contains(&now.seconds()));
    }

    #[test]
    fn an_address_that_is_gone_is_asked_no_more_and_one_that_takes_is_any_of_200() {
        let now = Timestamp::from_micros(0);
        assert_eq!(asked_again_at(0, None, Some(410), now), None);
        assert!(asked_again_at(0, None, None, now).is_some());
        for (status, want) in [(200, true), (204, true), (302, false), (404, false)] {
            assert_eq!(is_taken(status), want, "{status}");
        }
    }
}
