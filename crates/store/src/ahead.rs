//! Findings that are looked up beside the transaction before the one that needs them.
//!
//! On the embedded engine one process works on a store, so it can count the transactions that changed findings: what was
//! read before the last of them is still true of all findings that it did not touch. On PostgreSQL other workers change
//! findings too, and what is about to be changed is locked first.

use std::sync::atomic::Ordering;

use crate::connection::Tx;
use crate::engine::{Engine, Store};
use crate::error::Result;
use crate::finding::{FindingKey, FindingRow};

/// What was known of findings at some moment.
pub struct Ahead {
    found: Vec<Option<FindingRow>>,
    /// Transactions that had changed findings, at that moment or before it.
    changes: u64,
}

impl Ahead {
    /// Whether the finding of the key in this place was there.
    #[must_use]
    pub fn is_known(&self, place: usize) -> bool {
        self.found[place].is_some()
    }
}

impl Store {
    /// Looks up the findings of these keys, for [`Tx::findings_since`] in a later transaction. Nothing comes back where
    /// that would not help.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn findings_ahead(&self, keys: &[&FindingKey]) -> Result<Option<Ahead>> {
        let Engine::Sqlite {
            finding_changes, ..
        } = &self.engine.kind
        else {
            return Ok(None);
        };
        // Before the snapshot: one that is newer than its count is only trusted less.
        let changes = finding_changes.load(Ordering::SeqCst);
        let found = self.read(|tx| tx.findings_by_key(keys))?;
        Ok(Some(Ahead { found, changes }))
    }
}

impl Tx<'_> {
    /// The findings of these keys as they are now, in their order; `None` where there is none yet. Those that `ahead` found
    /// are taken from there. `own_change` is the transaction of the caller (by [`Tx::change_of_findings`]) that may have
    /// come between: what it touched, `is_touched` says by place, is looked up again.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn findings_since(
        &mut self,
        keys: &[&FindingKey],
        ahead: Option<Ahead>,
        own_change: Option<u64>,
        is_touched: impl Fn(usize) -> bool,
    ) -> Result<Vec<Option<FindingRow>>> {
        let Some(Ahead { mut found, changes }) = ahead else {
            return self.findings_by_key(keys);
        };
        if changes == self.finding_changes {
            return Ok(found);
        }
        if changes + 1 != self.finding_changes || own_change != Some(self.finding_changes) {
            return self.findings_by_key(keys);
        }
        let touched: Vec<usize> = (0..keys.len()).filter(|place| is_touched(*place)).collect();
        let keys: Vec<&FindingKey> = touched.iter().map(|place| keys[*place]).collect();
        for (place, now) in touched.into_iter().zip(self.findings_by_key(&keys)?) {
            found[place] = now;
        }
        Ok(found)
    }

    /// The number of this transaction among those that changed findings, if it did so far.
    pub fn change_of_findings(&self) -> Option<u64> {
        self.changes_findings.then_some(self.finding_changes + 1)
    }
}
