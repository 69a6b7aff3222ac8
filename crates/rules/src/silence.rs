//! When a source is silent: it has its own rhythm, and is late by that.

use model::Timestamp;

/// Pauses between deliveries that are compared.
pub const PAUSES_MAX: usize = 10;

/// Fewer pauses than this make no rhythm.
const PAUSES_MIN: usize = 3;

/// A source is never called silent sooner: reports of one day may come at any hour of the next.
const PATIENCE_SECS: i64 = 60 * 60;

/// Since when a delivery has been missing: twice the usual pause after the last one. `None` while none is missing, or
/// nothing is usual yet.
///
/// `received`: moments of the last deliveries, newest first. Usual is the median of up to [`PAUSES_MAX`] pauses.
#[must_use]
pub fn silent_since(received: &[Timestamp], now: Timestamp) -> Option<Timestamp> {
    let mut pauses: Vec<i64> = received
        .windows(2)
        .take(PAUSES_MAX)
        .map(|pair| pair[0].seconds_since(pair[1]))
        .collect();
    if pauses.len() < PAUSES_MIN {
        return None;
    }
    pauses.sort_unstable();
    let usual = pauses[pauses.len() / 2];
    let due = received[0].plus_seconds((usual * 2).max(PATIENCE_SECS));
    (due < now).then_some(due)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Deliveries at these hours, newest first; now is hour 100.
    #[track_caller]
    fn check(hours: &[i64], want: Option<i64>) {
        let at = |hour: &i64| Timestamp::from_micros(0).plus_seconds(hour * 3_600);
        let received: Vec<Timestamp> = hours.iter().map(at).collect();
        assert_eq!(
            silent_since(&received, at(&100)),
            want.as_ref().map(at),
            "{hours:?}"
        );
    }

    #[test]
    fn a_source_is_silent_after_twice_its_usual_pause() {
        check(&[90, 66, 42, 18], None);
        check(&[51, 27, 3, -21], Some(99));
        // One long pause is not a rhythm.
        check(&[99, 98, 97, 40, 39], None);
        check(&[98, 97, 96, 95], None);
        check(&[97, 96, 95, 94], Some(99));
    }

    #[test]
    fn a_source_without_a_rhythm_is_not_called_silent() {
        for hours in [&[][..], &[1], &[2, 1], &[3, 2, 1]] {
            check(hours, None);
        }
        // Several files at once: the pause is nothing, and an hour is waited.
        check(&[100, 100, 100, 100], None);
    }
}
