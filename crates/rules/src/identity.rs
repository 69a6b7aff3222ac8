//! When two sightings are the same problem, and when a problem is new, still there, or back.

use model::Timestamp;

/// Microseconds of a day.
const DAY_MICROS: i64 = 86_400_000_000;

/// Days without a sighting after which a problem counts as gone, unless the installation says otherwise. Most feeds
/// are daily, some weekly.
pub const GAP_DAYS: u16 = 7;

/// What a sighting is to its finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sighting {
    /// The very row that was the latest one: it came twice.
    Duplicate,
    /// The problem is still there.
    Again,
    /// The problem had been gone: a new episode.
    Back,
}

/// What is known of the sightings of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenState {
    /// Earliest sighting.
    pub first_seen: Timestamp,
    /// Latest sighting.
    pub last_seen: Timestamp,
    /// Sightings, without duplicates.
    pub times_seen: i64,
    /// Counts from 1.
    pub episode: i32,
    /// Of the latest sighting.
    pub last_fingerprint: i64,
}

impl SeenState {
    /// The state after the first sighting.
    pub fn opened(observed_at: Timestamp, fingerprint: i64) -> Self {
        Self {
            first_seen: observed_at,
            last_seen: observed_at,
            times_seen: 1,
            episode: 1,
            last_fingerprint: fingerprint,
        }
    }

    /// Takes in a later row. Observed time orders sightings: one that is older than the latest changes no episode.
    ///
    /// `fingerprint` is equal for rows that say the same of the same moment; give sightings of one finding in
    /// ascending (time, fingerprint), so that copies stand side by side.
    pub fn see(&mut self, observed_at: Timestamp, fingerprint: i64, gap_days: u16) -> Sighting {
        if fingerprint == self.last_fingerprint {
            return Sighting::Duplicate;
        }
        self.times_seen += 1;
        self.first_seen = self.first_seen.min(observed_at);
        if observed_at < self.last_seen {
            return Sighting::Again;
        }
        let absent = observed_at.micros() - self.last_seen.micros();
        self.last_seen = observed_at;
        self.last_fingerprint = fingerprint;
        if absent <= i64::from(gap_days) * DAY_MICROS {
            return Sighting::Again;
        }
        self.episode += 1;
        Sighting::Back
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: i64) -> Timestamp {
        Timestamp::from_micros(number * DAY_MICROS)
    }

    #[test]
    fn a_problem_is_back_only_after_more_than_the_gap() {
        for (days, want) in [
            (0, Sighting::Again),
            (1, Sighting::Again),
            (7, Sighting::Again),
            (8, Sighting::Back),
        ] {
            let mut state = SeenState::opened(day(100), 1);
            assert_eq!(
                state.see(day(100 + days), 2, GAP_DAYS),
                want,
                "after {days} days"
            );
            assert_eq!(state.episode, if want == Sighting::Back { 2 } else { 1 });
        }
    }

    #[test]
    fn a_row_that_comes_twice_changes_nothing() {
        let mut state = SeenState::opened(day(100), 1);
        let before = state;
        assert_eq!(state.see(day(100), 1, GAP_DAYS), Sighting::Duplicate);
        assert_eq!(state, before);
    }

    #[test]
    fn a_late_row_reaches_back_and_opens_no_episode() {
        let mut state = SeenState::opened(day(100), 1);
        assert_eq!(state.see(day(50), 2, GAP_DAYS), Sighting::Again);
        assert_eq!(
            (state.first_seen, state.last_seen, state.episode),
            (day(50), day(100), 1)
        );
    }
}
