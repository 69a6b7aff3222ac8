//! How long a recipient is left in peace about a finding that it was told of.

use model::{Severity, Timestamp};

/// Days of silence after telling, until a sighting is told again: 28 for info, 6 for low and medium, 7 for high, 1 for
/// critical. The clock is the time of decision; when the source saw it only orders sightings.
pub fn silence_days(severity: Severity) -> u16 {
    match severity {
        Severity::Info => 28,
        Severity::Low | Severity::Medium => 6,
        Severity::High => 7,
        Severity::Critical => 1,
    }
}

/// The moment from which a sighting of a finding that is told now is told again.
pub fn tell_again_at(now: Timestamp, severity: Severity) -> Timestamp {
    const DAY_MICROS: i64 = 86_400_000_000;
    Timestamp::from_micros(now.micros() + i64::from(silence_days(severity)) * DAY_MICROS)
}
