//! What became of a row, and why.

use std::fmt;

use crate::shown;

crate::vocabulary! {
    /// What became of a row. Each row gets exactly one.
    pub enum RowVerdict: "verdict" {
        /// Taken in.
        Accepted = 0 => "accepted",
        /// The same as another row of the delivery.
        Duplicate = 1 => "duplicate",
        /// Readable, but a field breaks a rule; it can be repaired.
        Quarantined = 2 => "quarantined",
        /// Not readable as a row.
        Refused = 3 => "refused",
    }
}

/// Why a row was not accepted, or was accepted with a remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowIssue {
    /// The line of the delivery where the row begins; the header is line 1.
    pub line: u64,
    /// What became of the row.
    pub verdict: RowVerdict,
    /// The column, as the delivery names it; empty if the whole row is meant.
    pub field: String,
    /// A word for machines, in kebab-case.
    pub code: &'static str,
    /// For people: what was expected and what stood there, shortened and escaped. Never a secret.
    pub reason: String,
    /// What stood there alone, shortened and escaped; empty where nobody wants to know, or nothing did.
    pub given: String,
}

impl RowIssue {
    /// A row with a field that breaks a rule.
    #[must_use]
    pub fn quarantined(
        line: u64,
        field: &str,
        code: &'static str,
        reason: impl fmt::Display,
    ) -> Self {
        Self::new(RowVerdict::Quarantined, line, field, code, reason)
    }

    /// A row that is not readable as one.
    #[must_use]
    pub fn refused(line: u64, field: &str, code: &'static str, reason: impl fmt::Display) -> Self {
        Self::new(RowVerdict::Refused, line, field, code, reason)
    }

    fn new(
        verdict: RowVerdict,
        line: u64,
        field: &str,
        code: &'static str,
        reason: impl fmt::Display,
    ) -> Self {
        // Column names are foreign text as well.
        Self {
            line,
            verdict,
            field: shown(field),
            code,
            reason: reason.to_string(),
            given: String::new(),
        }
    }

    /// The same, with what stood there.
    #[must_use]
    pub fn with_given(mut self, text: &str) -> Self {
        self.given = shown(text);
        self
    }
}

impl fmt::Display for RowIssue {
    /// Writes `line 7, column ip: ... (quarantined)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if !self.field.is_empty() {
            write!(f, ", column {}", self.field)?;
        }
        write!(f, ": {} ({})", self.reason, self.verdict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issue_is_one_line_for_people() {
        let issue =
            RowIssue::quarantined(7, "ip", "bad-address", "an IP address is expected, not `x`");
        assert_eq!(
            issue.to_string(),
            "line 7, column ip: an IP address is expected, not `x` (quarantined)"
        );
        let issue = RowIssue::refused(9, "", "field-count", "12 fields are expected, not 3");
        assert_eq!(
            issue.to_string(),
            "line 9: 12 fields are expected, not 3 (refused)"
        );
        assert_eq!(RowIssue::refused(1, "a\nb", "x", "y").field, "a\\nb");
    }
}
