//! What a report must lead to.

use std::collections::BTreeMap;

use store::{BatchCounts, QueueKind};

/// What must have become of a report, when nothing came before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// Rows by verdict.
    pub rows: BatchCounts,
    /// Findings.
    pub findings: i64,
    /// Lines in messages, by reference of the party that is told.
    pub lines: BTreeMap<String, i64>,
    /// Findings that wait for a person, by queue.
    pub queue: BTreeMap<QueueKind, i64>,
}

impl Expected {
    /// What two reports about different endpoints lead to.
    pub fn add(&mut self, more: &Self) {
        self.rows += more.rows;
        self.findings += more.findings;
        for (reference, lines) in &more.lines {
            *self.lines.entry(reference.clone()).or_default() += lines;
        }
        for (kind, items) in &more.queue {
            *self.queue.entry(*kind).or_default() += items;
        }
    }
}
