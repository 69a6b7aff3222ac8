//! How often a key may ask, as the answers say it (`RateLimit`, draft-ietf-httpapi-ratelimit-headers-10).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// Requests of one key in a window. A register of 300 organisations fits at once; a loop without a pause does not go on.
pub(crate) const REQUESTS_MAX: u32 = 1_200;

/// Length of a window.
const WINDOW: Duration = Duration::from_secs(60);

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// How often each key asked lately. In memory, per process: it protects this process.
#[derive(Default)]
pub(crate) struct Quotas {
    windows: Mutex<HashMap<i64, Window>>,
}

#[derive(Clone, Copy)]
struct Window {
    began: Instant,
    asked: u32,
}

/// What is left of a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) requests: u32,
    /// Seconds until all is there again.
    pub(crate) reset_secs: u64,
    /// Whether this request was one too many.
    pub(crate) is_over: bool,
}

impl Quotas {
    /// Counts a request of a key.
    pub(crate) fn take(&self, key_no: i64, now: Instant) -> Left {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        // Only keys that exist come here, so there are few; those that rest are forgotten.
        windows.retain(|_, window| now.duration_since(window.began) < WINDOW);
        let window = windows.entry(key_no).or_insert(Window {
            began: now,
            asked: 0,
        });
        window.asked = window.asked.saturating_add(1);
        let rest = WINDOW.saturating_sub(now.duration_since(window.began));
        Left {
            requests: REQUESTS_MAX.saturating_sub(window.asked),
            reset_secs: rest.as_secs().max(1),
            is_over: window.asked > REQUESTS_MAX,
        }
    }
}

impl Left {
    /// Says it in an answer.
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        let policy = format!("\"key\";q={REQUESTS_MAX};w={}", WINDOW.as_secs());
        let left = format!("\"key\";r={};t={}", self.requests, self.reset_secs);
        for (name, text) in [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, left)] {
            let value = HeaderValue::try_from(text).expect("it is ASCII");
            headers.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_asks_too_often_waits_and_others_do_not() {
        let quotas = Quotas::default();
        let now = Instant::now();
        let last = (0..REQUESTS_MAX)
            .map(|_| quotas.take(1, now))
            .last()
            .unwrap();
        assert!(!last.is_over && last.requests == 0);
        assert!(quotas.take(1, now).is_over);
        assert!(!quotas.take(2, now).is_over);
        assert!(!quotas.take(1, now + WINDOW).is_over);
    }
}
