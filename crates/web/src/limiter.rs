//! How often somebody may do something: bounds for forms that could be used to guess or to flood.
//!
//! A limit lets a number of requests through at once, and then one in each interval (the generic cell rate algorithm, GCRA,
//! of ITU-T I.371). It is kept in memory, per process, in a bounded number of places, and forgotten at a restart: it slows
//! guessing down, while what must hold for ever, such as a code that works once, is in the store.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::refusal::Refusal;

/// Keys that are remembered. About 5 MB; an attack with more addresses than this makes the oldest ones forgotten.
const KEYS_MAX: usize = 100_000;

/// So many requests at once, and then one in each interval.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    at_once: u32,
    interval: Duration,
}

impl Rate {
    /// `at_once` requests without a pause, and one more for each `interval` that passes.
    pub(crate) const fn new(at_once: u32, interval: Duration) -> Self {
        Self { at_once, interval }
    }

    /// So many in a minute, all of them at once if need be.
    pub(crate) const fn per_minute(count: u32) -> Self {
        Self::new(count, Duration::from_millis(60_000 / count as u64))
    }

    /// So many in an hour, all of them at once if need be.
    pub(crate) const fn per_hour(count: u32) -> Self {
        Self::new(count, Duration::from_millis(3_600_000 / count as u64))
    }
}

/// A bound with a name. Each area has its own as constants; the counts are in [`Limits`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limiter {
    name: &'static str,
    rate: Rate,
}

impl Limiter {
    /// A bound; no other has this name.
    pub(crate) const fn new(name: &'static str, rate: Rate) -> Self {
        Self { name, rate }
    }
}

/// How often everything was done lately.
pub(crate) struct Limits {
    began: Instant,
    /// Per process, so that nobody outside can find keys that share a place.
    hasher: RandomState,
    /// By the hash of limit and key: the moment at which all that was let through is paid for.
    paid_at: Mutex<HashMap<u64, Duration>>,
}

impl Limits {
    /// Nothing was done yet.
    pub(crate) fn new() -> Self {
        Self {
            began: Instant::now(),
            hasher: RandomState::new(),
            paid_at: Mutex::new(HashMap::new()),
        }
    }

    /// Counts one request, or refuses it with the pause after which the next is let through.
    pub(crate) fn take(&self, limiter: &Limiter, key: impl Hash) -> Result<(), Refusal> {
        self.take_at(limiter, key, self.began.elapsed())
    }

    fn take_at(&self, limiter: &Limiter, key: impl Hash, now: Duration) -> Result<(), Refusal> {
        let place = self.hasher.hash_one((limiter.name, key));
        let Rate { at_once, interval } = limiter.rate;
        let mut paid_at = self.paid_at.lock().unwrap_or_else(PoisonError::into_inner);
        let paid = paid_at.get(&place).map_or(now, |paid| now.max(*paid)) + interval;
        let allowed = now + interval * at_once;
        if paid > allowed {
            return Err(Refusal::TooOften(paid - allowed));
        }
        if paid_at.len() >= KEYS_MAX && !paid_at.contains_key(&place) {
            forget(&mut paid_at, now);
        }
        paid_at.insert(place, paid);
        Ok(())
    }
}

/// Makes room: what is paid for says nothing any more. Where that is not enough, the half that is paid for first goes.
fn forget(paid_at: &mut HashMap<u64, Duration>, now: Duration) {
    paid_at.retain(|_, paid| *paid > now);
    if paid_at.len() >= KEYS_MAX {
        let mut moments: Vec<Duration> = paid_at.values().copied().collect();
        let (_, middle, _) = moments.select_nth_unstable(KEYS_MAX / 2);
        let middle = *middle;
        paid_at.retain(|_, paid| *paid > middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: Limiter = Limiter::new("three", Rate::new(3, Duration::from_secs(10)));
    const OTHER: Limiter = Limiter::new("other", Rate::per_minute(1));

    /// The pause after which the next is let through; `None` where it is now.
    fn pause(limits: &Limits, limiter: &Limiter, key: &str, seconds: u64) -> Option<u64> {
        match limits.take_at(limiter, key, Duration::from_secs(seconds)) {
            Ok(()) => None,
            Err(Refusal::TooOften(pause)) => Some(pause.as_secs()),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn so_many_are_let_through_at_once_and_then_one_in_each_interval() {
        let limits = Limits::new();
        let asked = [0, 0, 0, 0, 4, 10, 10, 39, 39, 39, 39];
        let pauses = asked.map(|seconds| pause(&limits, &THREE, "a", seconds));
        let none = None;
        let want = [
            none,
            none,
            none,
            Some(10),
            Some(6),
            none,
            Some(10),
            none,
            none,
            Some(1),
            Some(1),
        ];
        assert_eq!(pauses, want);
    }

    #[test]
    fn limits_and_keys_do_not_count_for_each_other() {
        let limits = Limits::new();
        for _ in 0..3 {
            assert_eq!(pause(&limits, &THREE, "a", 0), None);
        }
        assert_eq!(pause(&limits, &THREE, "b", 0), None);
        assert_eq!(pause(&limits, &OTHER, "a", 0), None);
        assert_eq!(pause(&limits, &OTHER, "a", 0), Some(60));
        assert_eq!(pause(&limits, &THREE, "a", 0), Some(10));
    }

    #[test]
    fn memory_is_bounded_and_what_is_forgotten_first_is_what_says_least() {
        let limits = Limits::new();
        for _ in 0..3 {
            assert_eq!(pause(&limits, &THREE, "busy", 0), None);
        }
        for number in 0..2 * KEYS_MAX {
            assert!(limits.take_at(&THREE, number, Duration::ZERO).is_ok());
        }
        let kept = limits.paid_at.lock().unwrap().len();
        assert!(kept <= KEYS_MAX, "{kept}");
        assert!(pause(&limits, &THREE, "busy", 0).is_some());
    }
}
