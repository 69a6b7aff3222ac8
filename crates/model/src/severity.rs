//! How bad a finding is, and which findings somebody wants to hear of.

use std::fmt;
use std::str::FromStr;

use crate::UnknownWord;

crate::vocabulary! {
    /// How bad a finding is. Ordered upwards.
    pub enum Severity: "severity" {
        /// Good to know.
        Info = 0 => "info" | "informational" | "information" | "none",
        /// Little harm, or hard to abuse.
        Low = 1 => "low",
        /// Harm under circumstances.
        Medium = 2 => "medium" | "moderate",
        /// Serious harm, or easy to abuse.
        High = 3 => "high",
        /// Serious harm that is easy to do, or has been done.
        Critical = 4 => "critical",
    }
}

/// The severities somebody wants to hear of: one or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SeveritySet(u8);

/// One bit for each severity.
const ALL_BITS: u8 = 0b1_1111;

impl SeveritySet {
    /// Every severity.
    pub const ALL: Self = Self(ALL_BITS);

    /// The set with these bits (bit n is the severity with code n), or nothing if there is none or another bit.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Option<Self> {
        match bits {
            1..=ALL_BITS => Some(Self(bits)),
            _ => None,
        }
    }

    /// The bits for the store: bit n is the severity with code n.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether the severity is in the set.
    #[must_use]
    pub const fn contains(self, severity: Severity) -> bool {
        self.0 & bit(severity) != 0
    }
}

const fn bit(severity: Severity) -> u8 {
    1 << severity.code()
}

impl FromIterator<Severity> for SeveritySet {
    /// Collects severities; of none comes the set of all, as an empty field in a register means all.
    fn from_iter<I: IntoIterator<Item = Severity>>(severities: I) -> Self {
        let bits = severities
            .into_iter()
            .fold(0, |bits, severity| bits | bit(severity));
        Self::from_bits(bits).unwrap_or(Self::ALL)
    }
}

impl FromStr for SeveritySet {
    type Err = UnknownWord;

    /// Accepts severities with `,`, `;`, `|` or spaces between them. An empty text is all of them.
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        text.split(|character: char| character.is_whitespace() || ",;|".contains(character))
            .filter(|word| !word.is_empty())
            .map(str::parse)
            .collect()
    }
}

impl fmt::Display for SeveritySet {
    /// Writes the worst first; all of them are written as nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ALL {
            return Ok(());
        }
        let mut separator = "";
        for severity in Severity::ALL
            .iter()
            .rev()
            .filter(|severity| self.contains(**severity))
        {
            write!(f, "{separator}{severity}")?;
            separator = ",";
        }
        Ok(())
    }
}

crate::serde_as_text!(SeveritySet, "set of severities");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severities_are_read_with_every_separator() {
        for (text, want) in [
            ("critical,high", "critical,high"),
            ("HIGH; critical", "critical,high"),
            ("low|info", "low,info"),
            ("none", "info"),
            ("low low", "low"),
            ("", ""),
            (" , ;", ""),
            ("info low medium high critical", ""),
        ] {
            let set: SeveritySet = text.parse().unwrap();
            assert_eq!(set.to_string(), want, "{text}");
            assert_eq!(set.to_string().parse(), Ok(set), "{text}");
            assert_eq!(SeveritySet::from_bits(set.bits()), Some(set), "{text}");
        }
        for text in ["severe", "high,severe", "all", "high\u{0}"] {
            assert!(text.parse::<SeveritySet>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_set_is_never_empty_and_has_no_unknown_bits() {
        for bits in 0..=u8::MAX {
            assert_eq!(
                SeveritySet::from_bits(bits).is_some(),
                (1..32).contains(&bits),
                "{bits}"
            );
        }
        for severity in Severity::ALL {
            assert!(SeveritySet::ALL.contains(*severity));
            let others = SeveritySet::from_bits(ALL_BITS & !bit(*severity)).unwrap();
            assert!(!others.contains(*severity));
        }
    }
}
