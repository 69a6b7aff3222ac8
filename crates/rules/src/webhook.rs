//! What is done with an event that an address did not take: when it is sent again, when others go before it, and when
//! nothing is sent any more.

use model::Timestamp;

/// Seconds to wait after each failure in a row; after the last of these an hour, each time.
const WAIT_SECS: [i64; 6] = [5, 30, 120, 600, 1_800, 3_600];

/// By how many percent a wait can be longer: addresses that failed together are not all asked again together.
const SPREAD_PERCENT_MAX: i64 = 20;

/// Seconds after the first failure after which an address is asked no more, until somebody says so; and an event that was set
/// aside is sent no more.
pub const GIVEN_UP_SECS: i64 = 3 * 86_400;

/// Failures in a row after which an event can be set aside: about a quarter of an hour.
const SET_ASIDE_AFTER: i32 = 5;

/// Seconds between attempts with events that were set aside.
pub const SET_ASIDE_WAIT_SECS: i64 = 3_600;

/// For how long the old secret of an address signs beside a new one.
pub const OLD_SECRET_SECS: i64 = 86_400;

/// The status by which a server says that the address is gone for good (RFC 9110, section 15.5.11).
const GONE: u16 = 410;

/// An address that did not take an event.
#[derive(Clone, Copy, Debug)]
pub struct Failing {
    /// Its number.
    pub webhook_no: i64,
    /// How often in a row before this time.
    pub failures: i32,
    /// The first of those.
    pub since: Option<Timestamp>,
    /// Whether an event was set aside since then. Then it is the address that fails, and not one event.
    pub has_set_aside: bool,
}

/// What is done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is sent again then; what came after it waits.
    Again(Timestamp),
    /// What came after it is sent, and it beside that.
    SetAside,
    /// Nothing is sent any more, until somebody says so.
    Stop,
}

/// Whether an answer with this status takes the event.
#[must_use]
pub fn is_taken(status: u16) -> bool {
    (200..300).contains(&status)
}

/// What is done after an address did not take an event. `status` is what it answered, if it did.
#[must_use]
pub fn after_failure(failing: Failing, status: Option<u16>, now: Timestamp) -> Next {
    let over = |since| now.seconds_since(since) >= GIVEN_UP_SECS;
    if failing.since.is_some_and(over) || status == Some(GONE) {
        return Next::Stop;
    }
    let is_often = failing.failures + 1 >= SET_ASIDE_AFTER;
    if is_often && may_be_about_the_event(status) && !failing.has_set_aside {
        return Next::SetAside;
    }
    let place = usize::try_from(failing.failures).unwrap_or_default();
    let wait = WAIT_SECS[place.min(WAIT_SECS.len() - 1)];
    Next::Again(now.plus_seconds(wait + wait * spread_percent(failing) / 100))
}

/// Not the answers of a server that has too much to do, or stands before one that is away (RFC 6585, RFC 9110).
fn may_be_about_the_event(status: Option<u16>) -> bool {
    status.is_some_and(|status| !matches!(status, 429 | 502..=504))
}

/// Another one for each address and each failure, and no random number.
fn spread_percent(failing: Failing) -> i64 {
    let place = failing.webhook_no * 7 + i64::from(failing.failures) * 13;
    place.rem_euclid(SPREAD_PERCENT_MAX + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: Timestamp = Timestamp::from_micros(0);

    fn failing(webhook_no: i64, failures: i32) -> Failing {
        Failing {
            webhook_no,
            failures,
            since: (failures > 0).then_some(BEGIN),
            has_set_aside: false,
        }
    }

    #[test]
    fn an_address_that_is_away_is_asked_for_three_days_and_then_no_more() {
        let (mut now, mut failures) = (BEGIN, 0);
        while let Next::Again(again) = after_failure(failing(1, failures), Some(503), now) {
            let wait = again.seconds_since(now);
            let plain = WAIT_SECS[(failures as usize).min(5)];
            assert!((plain..=plain + plain / 5).contains(&wait), "{wait}");
            now = again;
            failures += 1;
        }
        assert_eq!(
            after_failure(failing(1, failures), Some(503), now),
            Next::Stop
        );
        let end = GIVEN_UP_SECS..GIVEN_UP_SECS + 2 * 3_600;
        assert!(end.contains(&now.seconds()));
    }

    #[test]
    fn addresses_that_fail_together_are_asked_again_one_after_the_other() {
        let again = |webhook_no| after_failure(failing(webhook_no, 3), None, BEGIN);
        let (first, second) = (again(1), again(2));
        assert_ne!(first, second);
    }

    #[test]
    fn one_event_is_set_aside_where_the_address_answers_and_no_second_one() {
        for (failures, has_set_aside, status, want) in [
            (3, false, Some(500), false),
            (4, false, Some(500), true),
            (4, false, Some(404), true),
            (9, false, Some(422), true),
            (4, true, Some(500), false),
            (4, false, None, false),
            (4, false, Some(429), false),
            (4, false, Some(502), false),
            (4, false, Some(410), false),
        ] {
            let failing = Failing {
                has_set_aside,
                ..failing(1, failures)
            };
            let next = after_failure(failing, status, BEGIN);
            assert_eq!(next == Next::SetAside, want, "{failures} {status:?}");
        }
    }

    #[test]
    fn an_address_that_is_gone_is_asked_no_more_and_one_that_takes_is_any_of_200() {
        assert_eq!(after_failure(failing(1, 0), Some(410), BEGIN), Next::Stop);
        for (status, want) in [(200, true), (204, true), (302, false), (404, false)] {
            assert_eq!(is_taken(status), want, "{status}");
        }
    }
}
