//! Which blobs the batches name, and the lock that keeps a blob from being removed while a batch is about to name it.

use crate::connection::{Tx, TxEngine, values};
use crate::error::Result;

/// Key of the advisory lock. Any number that nothing else here uses.
const LOCK: i64 = 73_190_406;

impl Tx<'_> {
    /// Names of blobs behind `after` (all for an empty text) that some batch names, each once and in their order.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn named_blobs(&mut self, after: &str, rows_max: i64) -> Result<Vec<String>> {
        self.query(
            "SELECT DISTINCT blob FROM batch WHERE blob > $1 ORDER BY blob LIMIT $2",
            values![after, rows_max],
            |row| row.text(0),
        )
    }

    /// Whether some batch names this blob.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn is_blob_named(&mut self, name: &str) -> Result<bool> {
        let sql = "SELECT 1 FROM batch WHERE blob = $1 LIMIT 1";
        let found = self.query_opt(sql, values![name], |row| row.int(0))?;
        Ok(found.is_some())
    }

    /// For one that is about to name a blob: until this transaction ends, no blob is removed. Whether the blob is still
    /// there must be asked after this.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn keep_blobs(&mut self) -> Result<()> {
        self.lock_blobs("pg_advisory_xact_lock_shared")
    }

    /// For one that removes blobs: until this transaction ends, no batch is added that names one. Whether a batch names
    /// the blob must be asked after this.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn hold_off_batches(&mut self) -> Result<()> {
        self.lock_blobs("pg_advisory_xact_lock")
    }

    /// The embedded engine has one writer at a time: its transactions exclude each other anyhow.
    fn lock_blobs(&mut self, lock: &str) -> Result<()> {
        if let TxEngine::Postgres { tx, .. } = &mut self.engine {
            tx.batch_execute(&format!("SELECT {lock}({LOCK})"))?;
        }
        Ok(())
    }
}
