//! Findings that are looked up beside the transaction before the one that needs them.
//!
//! On the embedded engine one process works on a store, so it can count the transactions that changed findings: what was
//! read before the last of them is still true of all findings that it did not touch. On PostgreSQL other workers change
//! findings too, and what is about to be changed is locked first; there only those that are not there are told apart.
//! Should another worker have made one meanwhile, the unique key refuses the second, and the transaction runs again.

use std::sync::atomic::Ordering;

use crate::connection::Tx;
use crate::engine::{Engine, Store};
use crate::error::Result;
use crate::finding::{FindingKey, FindingRow};

/// What was known of findings at some moment.
pub struct Ahead(Known);

enum Known {
    Rows {
        found: Vec<Option<FindingRow>>,
        /// Transactions that had changed findings, at that moment or before it.
        changes: u64,
    },
    /// Whether each was there.
    Places(Vec<bool>),
}

impl Ahead {
    /// Whether the finding of the key in this place was there.
    #[must_use]
    pub fn is_known(&self, place: usize) -> bool {
        match &self.0 {
            Known::Rows { found, .. } => found[place].is_some(),
            Known::Places(known) => known[place],
        }
    }

    /// Whether it spares the transaction work, so that more of the same is worth its while.
    #[must_use]
    pub fn helps(&self) -> bool {
        match &self.0 {
            Known::Rows { .. } => true,
            Known::Places(known) => {
                known.iter().filter(|is_known| !**is_known).count() * 2 > known.len()
            }
        }
    }
}

impl Store {
    /// Looks up the findings of these keys, for [`Tx::findings_since`] in a later transaction.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn findings_ahead(&self, keys: &[&FindingKey]) -> Result<Ahead> {
        let Engine::Sqlite {
            finding_changes, ..
        } = &self.engine.kind
        else {
            return Ok(Ahead(Known::Places(self.read(|tx| tx.are_findings(keys))?)));
        };
        // Before the snapshot: one that is newer than its count is only trusted less.
        let changes = finding_changes.load(Ordering::SeqCst);
        let found = self.read(|tx| tx.findings_by_key(keys))?;
        Ok(Ahead(Known::Rows { found, changes }))
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
        match ahead {
            Some(Ahead(Known::Places(known))) => {
                let found = keys.iter().map(|_| None).collect();
                self.looked_up(keys, found, |place| known[place] || is_touched(place))
            }
            Some(Ahead(Known::Rows { found, changes })) if changes == self.finding_changes => {
                Ok(found)
            }
            Some(Ahead(Known::Rows { found, changes }))
                if changes + 1 == self.finding_changes
                    && own_change == Some(self.finding_changes) =>
            {
                self.looked_up(keys, found, is_touched)
            }
            _ => self.findings_by_key(keys),
        }
    }

    /// Looks up those in the places wanted, and puts them there.
    fn looked_up(
        &mut self,
        keys: &[&FindingKey],
        mut found: Vec<Option<FindingRow>>,
        is_wanted: impl Fn(usize) -> bool,
    ) -> Result<Vec<Option<FindingRow>>> {
        let wanted: Vec<usize> = (0..keys.len()).filter(|place| is_wanted(*place)).collect();
        let keys: Vec<&FindingKey> = wanted.iter().map(|place| keys[*place]).collect();
        for (place, now) in wanted.into_iter().zip(self.findings_by_key(&keys)?) {
            found[place] = now;
        }
        Ok(found)
    }

    /// The number of this transaction among those that changed findings, if it did so far.
    pub fn change_of_findings(&self) -> Option<u64> {
        self.changes_findings.then_some(self.finding_changes + 1)
    }
}
