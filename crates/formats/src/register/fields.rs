//! The fields of one row, read by name; mistakes are collected instead of ending at the first.

use std::fmt::Display;
use std::str::FromStr;

use csv::ByteRecord;
use model::{RowIssue, in_words, shown};

use super::unescaped;

/// The fields of one row of a register.
pub struct Fields<'r> {
    row: &'r ByteRecord,
    line: u64,
    columns: &'static [&'static str],
    places: &'r [Option<usize>],
    issues: Vec<RowIssue>,
}

impl<'r> Fields<'r> {
    pub(super) fn new(
        row: &'r ByteRecord,
        line: u64,
        columns: &'static [&'static str],
        places: &'r [Option<usize>],
    ) -> Self {
        Self {
            row,
            line,
            columns,
            places,
            issues: Vec::new(),
        }
    }

    /// A trimmed value, empty if there is none. Broken UTF-8 is a mistake: it could not be written again.
    pub fn text(&mut self, column: &str) -> &'r str {
        let bytes = self.bytes(column);
        match str::from_utf8(bytes) {
            Ok(text) => unescaped(text.trim()).trim(),
            Err(_) => {
                let text = String::from_utf8_lossy(bytes);
                let reason = format!("`{}` is not UTF-8", shown(&text));
                self.mistake(column, "not-utf8", reason);
                ""
            }
        }
    }

    fn bytes(&self, column: &str) -> &'r [u8] {
        let place = self.columns.iter().position(|name| *name == column);
        let place = place.and_then(|place| self.places.get(place).copied().flatten());
        let bytes = place.and_then(|place| self.row.get(place));
        bytes.unwrap_or_default()
    }

    /// A value that must be there.
    pub fn required<T: FromStr<Err: Display>>(&mut self, column: &str) -> Option<T> {
        let text = self.required_text(column)?;
        self.parse(column, text)
    }

    /// A value that may be empty. The outer nothing is a mistake, the inner one an empty field.
    pub fn optional<T: FromStr<Err: Display>>(&mut self, column: &str) -> Option<Option<T>> {
        let mistakes = self.issues.len();
        match self.text(column) {
            "" if self.issues.len() == mistakes => Some(None),
            "" => None,
            text => self.parse(column, text).map(Some),
        }
    }

    /// A name or key of one line that must be there, with at most `chars_max` characters.
    pub fn required_name(&mut self, column: &str, chars_max: usize) -> Option<String> {
        let text = self.required_text(column)?;
        self.check_name(column, text, chars_max)
    }

    /// A name of one line that may be empty.
    pub fn optional_name(&mut self, column: &str, chars_max: usize) -> Option<Option<String>> {
        let mistakes = self.issues.len();
        match self.text(column) {
            "" if self.issues.len() == mistakes => Some(None),
            "" => None,
            text => self.check_name(column, text, chars_max).map(Some),
        }
    }

    /// Notes what is wrong with a column.
    pub fn mistake(&mut self, column: &str, code: &'static str, reason: impl Display) {
        let issue = RowIssue::quarantined(self.line, column, code, reason);
        let given = String::from_utf8_lossy(self.bytes(column));
        self.issues.push(issue.with_given(given.trim()));
    }

    pub(super) fn required_text(&mut self, column: &str) -> Option<&'r str> {
        let mistakes = self.issues.len();
        let text = self.text(column);
        if text.is_empty() && self.issues.len() == mistakes {
            self.mistake(column, "missing", "nothing stands here, and it is needed");
        }
        (!text.is_empty()).then_some(text)
    }

    pub(super) fn verdict<T>(self, row: Option<T>) -> Result<(u64, T), Vec<RowIssue>> {
        match row {
            Some(row) if self.issues.is_empty() => Ok((self.line, row)),
            _ => Err(self.issues),
        }
    }

    fn parse<T: FromStr<Err: Display>>(&mut self, column: &str, text: &str) -> Option<T> {
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.mistake(column, "bad-value", in_words(&error));
                None
            }
        }
    }

    fn check_name(&mut self, column: &str, text: &str, chars_max: usize) -> Option<String> {
        if text.chars().any(is_unsafe) {
            let reason = format!(
                "a text of one line without invisible characters is expected, not `{}`",
                shown(text)
            );
            self.mistake(column, "bad-value", reason);
            return None;
        }
        let chars = text.chars().count();
        if chars > chars_max {
            let reason = format!("at most {chars_max} characters are expected, not {chars}");
            self.mistake(column, "too-long", reason);
            return None;
        }
        Some(text.to_owned())
    }
}

/// Control characters, line separators and marks that change the direction of text.
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        )
}
