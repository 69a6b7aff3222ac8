//! How far a source and its information are trusted.

use std::fmt;
use std::str::FromStr;

use crate::shown;

crate::vocabulary! {
    /// How reliable a source is.
    pub enum Reliability: "reliability" {
        /// Completely reliable.
        A = 0 => "A",
        /// Usually reliable.
        B = 1 => "B",
        /// Fairly reliable.
        C = 2 => "C",
        /// Not usually reliable.
        D = 3 => "D",
        /// Unreliable.
        E = 4 => "E",
        /// Cannot be judged.
        F = 5 => "F",
    }
}

crate::vocabulary! {
    /// How credible a piece of information is.
    pub enum Credibility: "credibility" {
        /// Confirmed by other sources.
        Confirmed = 1 => "1",
        /// Probably true.
        ProbablyTrue = 2 => "2",
        /// Possibly true.
        PossiblyTrue = 3 => "3",
        /// Doubtful.
        Doubtful = 4 => "4",
        /// Improbable.
        Improbable = 5 => "5",
        /// Cannot be judged.
        CannotBeJudged = 6 => "6",
    }
}

/// The grade of a source in the admiralty code, such as `B2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceGrade {
    /// How reliable the source is.
    pub reliability: Reliability,
    /// How credible its information is.
    pub credibility: Credibility,
}

/// A text that is not a grade.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a source grade is a letter A to F and a digit 1 to 6, such as B2, not `{}`",
    shown(text)
)]
pub struct GradeError {
    text: String,
}

impl FromStr for SourceGrade {
    type Err = GradeError;

    /// Accepts `B2` in any case, with spaces around it.
    fn from_str(text: &str) -> Result<Self, GradeError> {
        let error = || GradeError {
            text: text.to_owned(),
        };
        let trimmed = text.trim();
        if trimmed.len() != 2 {
            return Err(error());
        }
        let (letter, digit) = trimmed.split_at_checked(1).ok_or_else(error)?;
        Ok(Self {
            reliability: letter.parse().map_err(|_| error())?,
            credibility: digit.parse().map_err(|_| error())?,
        })
    }
}

impl fmt::Display for SourceGrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.reliability, self.credibility)
    }
}

crate::serde_as_text!(SourceGrade, "source grade");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grade_is_a_letter_and_a_digit() {
        for (text, want) in [("B2", "B2"), (" f6 ", "F6"), ("a1", "A1")] {
            assert_eq!(
                text.parse::<SourceGrade>().unwrap().to_string(),
                want,
                "{text}"
            );
        }
        for text in [
            "", "B", "2B", "G1", "A0", "A7", "B 2", "B22", "\u{e9}", "\u{20ac}",
        ] {
            assert!(text.parse::<SourceGrade>().is_err(), "{text}");
        }
    }
}
