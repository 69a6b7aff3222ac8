//! Surveys: what may be answered to a question, and when those who have not answered are reminded.

use model::{Day, QuestionKind, Timestamp};

/// Highest number of a scale; the lowest is 1.
pub const SCALE_MAX: i64 = 5;

/// Days before the end of a survey in which those who have not answered are reminded, once.
const REMINDER_DAYS: i32 = 7;

/// Seconds after an invitation in which nobody is reminded of it.
const QUIET_SECS: i64 = 3 * 86_400;

/// Characters of an answer in words; what is longer is cut, as the page says.
const TEXT_CHARS_MAX: usize = 4_000;

/// What somebody answers to one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// Nothing: no question must be answered.
    Nothing,
    /// A number of the scale or of a choice, from 1.
    Number(i64),
    /// Words.
    Text(String),
}

/// Reads an answer to a question with so many choices; `None` where no page of ours sends such a one.
#[must_use]
pub fn given(kind: QuestionKind, choices: usize, typed: &str) -> Option<Given> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Some(Given::Nothing);
    }
    let number_max = match kind {
        QuestionKind::Scale => SCALE_MAX,
        QuestionKind::Choice => i64::try_from(choices).ok()?,
        QuestionKind::Text => {
            return Some(Given::Text(typed.chars().take(TEXT_CHARS_MAX).collect()));
        }
    };
    let number = typed.parse().ok()?;
    (1..=number_max)
        .contains(&number)
        .then_some(Given::Number(number))
}

/// The last days of surveys about which is reminded today: from the first to the second.
#[must_use]
pub fn reminded_on(today: Day) -> (Day, Day) {
    (today, today.plus_days(REMINDER_DAYS))
}

/// Of invitations before this moment is reminded now.
#[must_use]
pub fn reminded_of(now: Timestamp) -> Timestamp {
    now.plus_seconds(-QUIET_SECS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_fits_its_question_or_is_none() {
        use QuestionKind::{Choice, Scale, Text};
        for (kind, choices, typed, want) in [
            (Scale, 0, "", Some(Given::Nothing)),
            (Scale, 0, "1", Some(Given::Number(1))),
            (Scale, 0, "5", Some(Given::Number(5))),
            (Scale, 0, "0", None),
            (Scale, 0, "6", None),
            (Scale, 0, "often", None),
            (Choice, 2, "2", Some(Given::Number(2))),
            (Choice, 2, "3", None),
            (Text, 0, " \n ", Some(Given::Nothing)),
            (Text, 0, " well ", Some(Given::Text("well".to_owned()))),
        ] {
            assert_eq!(given(kind, choices, typed), want, "{kind} {typed}");
        }
        let long = "x".repeat(TEXT_CHARS_MAX + 1);
        let Some(Given::Text(cut)) = given(Text, 0, &long) else {
            panic!("words are taken");
        };
        assert_eq!(cut.len(), TEXT_CHARS_MAX);
    }
}
