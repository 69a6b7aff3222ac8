//! How a long job shares its worker with what is more urgent.

use std::time::{Duration, Instant};

/// Longest break that a job makes at once, so that its debt stays small.
const BREAK_MAX: Duration = Duration::from_secs(1);

/// Shortest break that is worth making.
const BREAK_MIN: Duration = Duration::from_millis(100);

/// The time of one job, and what of it went to others. A job keeps at least half: it makes no break before it has
/// worked for as long as all breaks so far took together.
pub(super) struct Share {
    began: Instant,
    given: Duration,
}

impl Share {
    pub(super) fn begin() -> Self {
        Self {
            began: Instant::now(),
            given: Duration::ZERO,
        }
    }

    /// How long a break may take now, if there may be one.
    pub(super) fn next_break(&self) -> Option<Duration> {
        allowed(self.began.elapsed(), self.given)
    }

    /// Notes what a break took. One step of others' work can take longer than was allowed; the next break waits for it.
    pub(super) fn give(&mut self, taken: Duration) {
        self.given += taken;
    }
}

/// Of `elapsed`, `given` went to others; as much may go to them again as the job has had ahead of them.
fn allowed(elapsed: Duration, given: Duration) -> Option<Duration> {
    let own = elapsed.saturating_sub(given);
    let ahead = own.checked_sub(given).filter(|ahead| !ahead.is_zero())?;
    Some(ahead.clamp(BREAK_MIN, BREAK_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_keeps_half_of_its_time_whatever_is_more_urgent() {
        let secs = Duration::from_secs;
        for (elapsed, given, want) in [
            (secs(1), secs(0), Some(BREAK_MAX)),
            (secs(4), secs(1), Some(BREAK_MAX)),
            (secs(10), secs(5), None),
            (secs(10), secs(9), None),
            (Duration::from_micros(1), secs(0), Some(BREAK_MIN)),
            (
                Duration::from_millis(700),
                Duration::from_millis(200),
                Some(Duration::from_millis(300)),
            ),
        ] {
            assert_eq!(allowed(elapsed, given), want, "{elapsed:?} {given:?}");
        }
    }
}
