//! At which times mails go out to an address (requirement DI-02).

use std::fmt;
use std::str::FromStr;

use crate::{ReadingHours, shown};

/// Hours of a rhythm that begins at midnight: each divides the day.
const HOURS: [u8; 6] = [2, 3, 4, 6, 8, 12];

/// Days of the week, from Monday.
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Times of one day.
const TIMES_MAX: usize = 4;

/// The times at which mails go out, by a wall clock. Between them mails wait.
///
/// As text: `now`, `4h`, `daily 08:00 16:00`, `mon 09:00`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Rhythm {
    /// At once.
    #[default]
    Now,
    /// Each so many hours, from midnight: 2, 3, 4, 6, 8 or 12.
    Hours(u8),
    /// At times of each day, or of one day of the week.
    Times {
        /// 0: Monday; `None`: each day.
        weekday: Option<u8>,
        /// Minutes after midnight, ascending; one at least.
        minutes: Vec<u16>,
    },
}

/// When mails may go out to an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timing {
    /// When it is read.
    pub hours: ReadingHours,
    /// In which rhythm it wants them.
    pub rhythm: Rhythm,
}

impl Default for Timing {
    /// At once.
    fn default() -> Self {
        Self {
            hours: ReadingHours::Unsaid,
            rhythm: Rhythm::Now,
        }
    }
}

/// A text that is no rhythm.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a rhythm is now, 2h to 12h, or daily or a weekday with up to four times such as 08:00, not `{}`",
    shown(text)
)]
pub struct RhythmError {
    text: String,
}

impl Rhythm {
    /// The first words of all rhythms: those of days have times behind them.
    pub const WORDS: [&str; 15] = [
        "now", "2h", "3h", "4h", "6h", "8h", "12h", "daily", "mon", "tue", "wed", "thu", "fri",
        "sat", "sun",
    ];

    /// Whether times follow this word.
    #[must_use]
    pub fn has_times(word: &str) -> bool {
        word == "daily" || WEEKDAYS.contains(&word)
    }

    /// The first word of its text.
    #[must_use]
    pub fn word(&self) -> String {
        match self {
            Self::Now => "now".to_owned(),
            Self::Hours(hours) => format!("{hours}h"),
            Self::Times { weekday: None, .. } => "daily".to_owned(),
            Self::Times {
                weekday: Some(day), ..
            } => WEEKDAYS[usize::from(*day) % WEEKDAYS.len()].to_owned(),
        }
    }

    /// The times of its text, with spaces between them; empty where it has none.
    #[must_use]
    pub fn times(&self) -> String {
        let Self::Times { minutes, .. } = self else {
            return String::new();
        };
        let time = |minute: &u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        minutes.iter().map(time).collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Display for Rhythm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{} {}", self.word(), self.times());
        text.trim_end().fmt(f)
    }
}

impl FromStr for Rhythm {
    type Err = RhythmError;

    /// Accepts words in any case, and times in any order.
    fn from_str(text: &str) -> Result<Self, RhythmError> {
        read(&text.to_ascii_lowercase()).ok_or_else(|| RhythmError {
            text: text.to_owned(),
        })
    }
}

fn read(text: &str) -> Option<Rhythm> {
    let mut words = text.split_ascii_whitespace();
    let first = words.next()?;
    let minutes: Option<Vec<u16>> = words.map(minute).collect();
    let mut minutes = minutes.filter(|minutes| minutes.len() <= TIMES_MAX)?;
    minutes.sort_unstable();
    minutes.dedup();
    if Rhythm::has_times(first) {
        let weekday = WEEKDAYS.iter().position(|word| *word == first);
        let weekday = weekday.and_then(|day| u8::try_from(day).ok());
        return (!minutes.is_empty()).then_some(Rhythm::Times { weekday, minutes });
    }
    if !minutes.is_empty() {
        return None;
    }
    let hours = HOURS.into_iter().find(|hours| format!("{hours}h") == first);
    match (first, hours) {
        ("now", _) => Some(Rhythm::Now),
        (_, hours) => hours.map(Rhythm::Hours),
    }
}

/// Reads `HH:MM`.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str, below: u16| {
        let is_digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = is_digits.then(|| text.parse::<u16>().ok()).flatten()?;
        (number < below).then_some(number)
    };
    Some(number(hour, 24)? * 60 + number(minute, 60)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rhythm_is_written_as_it_is_read() {
        for (text, want) in [
            ("now", "now"),
            ("4H", "4h"),
            (" daily  16:00 08:30 16:00", "daily 08:30 16:00"),
            ("Mon 09:00", "mon 09:00"),
            ("sun 00:00 23:59", "sun 00:00 23:59"),
        ] {
            let rhythm: Rhythm = text.parse().unwrap();
            assert_eq!(rhythm.to_string(), want);
            assert_eq!(want.parse(), Ok(rhythm), "{want}");
        }
        for text in [
            "",
            "soon",
            "5h",
            "24h",
            "now 08:00",
            "4h 08:00",
            "daily",
            "mon",
            "daily 8:00",
            "daily 24:00",
            "daily 08:60",
            "daily 08:00:00",
            "daily +8:00",
            "daily 01:00 02:00 03:00 04:00 05:00",
        ] {
            assert!(text.parse::<Rhythm>().is_err(), "{text}");
        }
        for word in Rhythm::WORDS {
            let times = if Rhythm::has_times(word) {
                " 08:00"
            } else {
                ""
            };
            let rhythm: Rhythm = format!("{word}{times}").parse().unwrap();
            assert_eq!(rhythm.word(), word);
        }
    }
}
