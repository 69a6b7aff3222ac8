//! The fixed clock: what tests call now, and moments around it.

use model::{Day, Timestamp};

/// Now, in every test that does not say otherwise: 2026-11-18 12:00:00 UTC.
pub const NOW: &str = "2026-11-18T12:00:00Z";

/// [`NOW`] as a moment.
pub fn now() -> Timestamp {
    Timestamp::parse(NOW, &model::Zone::UTC).expect("this is a moment")
}

/// The moment that many days after [`now`], or before it if negative.
pub fn days_later(days: i64) -> Timestamp {
    now().plus_seconds(days * 86_400)
}

/// A day from its text.
///
/// # Panics
/// When it is not a day.
pub fn day(text: &str) -> Day {
    text.parse()
        .unwrap_or_else(|error| panic!("`{text}`: {error}"))
}
