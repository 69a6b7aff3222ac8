//! What a trade register says of a business.

use crate::Day;

crate::vocabulary! {
    /// How far the question about a number is.
    pub enum TradeState: "state of a question to the trade register" {
        /// There is no answer yet.
        Waiting = 0 => "waiting",
        /// The number is somebody's.
        Known = 1 => "known",
        /// The number is nobody's.
        Unknown = 2 => "unknown",
    }
}

/// What a register says of a business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TradeEntry {
    /// Its name, in one line, at most 100 characters.
    pub name: String,
    /// Its legal form, in the words of the register; empty: it says none.
    pub legal_form: String,
    /// Since when it does no business any more.
    pub ended_on: Option<Day>,
    /// Whether it wants no advertising by mail and at its door.
    pub is_non_mailing: bool,
}
