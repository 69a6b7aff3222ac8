//! How many decisions wait for people of the desk, beside messages.

use crate::connection::{Tx, values};
use crate::error::Result;

/// What waits, each counted up to what was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenDecisions {
    /// Assets that two organisations say are theirs.
    pub disputes: i64,
    /// Documents by which organisations want to prove an asset.
    pub proofs: i64,
    /// Approvals of messages that wait for a second person.
    pub approvals: i64,
    /// Texts of the catalogue that are being written, or wait for a second person.
    pub texts: i64,
}

impl Tx<'_> {
    /// Counts what waits; each count stops at `count_max`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn open_decisions(&mut self, count_max: i64) -> Result<OpenDecisions> {
        let approvals = format!(
            "joint_approval WHERE ended_at IS NULL{}",
            self.and_approval()
        );
        let mut counted = |rows: &str| {
            let sql = format!("SELECT COUNT(*) FROM (SELECT 1 FROM {rows} LIMIT $1) c");
            self.query_int(&sql, values![count_max])
        };
        Ok(OpenDecisions {
            disputes: counted(
                "asset_dispute d JOIN asset a ON a.asset_no = d.asset_no JOIN asset b ON b.asset_no = d.other_no
                 WHERE d.decided_at IS NULL AND a.closed_at IS NULL AND b.closed_at IS NULL",
            )?,
            proofs: counted(
                "proof_review r JOIN asset a ON a.asset_no = r.asset_no
                 WHERE r.decided_at IS NULL AND a.closed_at IS NULL",
            )?,
            approvals: counted(&approvals)?,
            texts: counted("advice_version WHERE state < 2")?,
        })
    }
}
