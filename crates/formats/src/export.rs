//! Guards for text that leaves as CSV.

use std::borrow::Cow;

/// Characters with which a spreadsheet takes a value for a formula.
pub(crate) const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A value that no spreadsheet runs as a formula: one that begins like a formula gets a `'` before it.
///
/// Meant for exports that people read. It cannot be undone; see [`crate::register`] for exports that come back.
pub fn csv_safe(value: &str) -> Cow<'_, str> {
    match value.starts_with(FORMULA_STARTS) {
        true => Cow::Owned(format!("'{value}")),
        false => Cow::Borrowed(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_spreadsheet_would_run_gets_a_quote() {
        for (value, want) in [
            ("=1+1", "'=1+1"),
            ("+31", "'+31"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("'s-Hertogenbosch", "'s-Hertogenbosch"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(csv_safe(value), want, "{value:?}");
        }
    }
}
