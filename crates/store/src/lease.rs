//! The clock of leases: one for all workers of a store, whatever their machines think the time is.
//!
//! PostgreSQL has the clock of its server. On the embedded store all workers are threads of one process, so a clock of
//! the process does, and that one never steps. A clock of the flow that stands still, for tests and demonstrations, does
//! not stop leases. What is due is another matter: that is a time of the flow.

use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::connection::{Tx, TxEngine};
use crate::error::Result;

/// How long a claim holds without a sign of life, unless the settings say otherwise. A minute survives a stalled disk.
pub const LEASE: Duration = Duration::from_secs(60);

/// The longest lease that may be set. One that ends later was given before the server's clock was set back, and is cut
/// to this.
pub const LEASE_MAX: Duration = Duration::from_secs(600);

impl Tx<'_> {
    /// Now, in microseconds of the clock of leases.
    pub(crate) fn lease_clock(&mut self) -> Result<i64> {
        match self.engine {
            TxEngine::Sqlite(_) => Ok(process_clock()),
            // The moment of the statement: that of the transaction would stand still while it runs.
            TxEngine::Postgres { .. } => self.query_int(
                "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
                &[],
            ),
        }
    }

    /// When a lease of this length that begins now ends.
    pub(crate) fn lease_end(&mut self, length: Duration) -> Result<i64> {
        Ok(self.lease_clock()? + length.as_micros() as i64)
    }
}

/// Unix time when the process first asked, and the time that went by since: it never goes back.
fn process_clock() -> i64 {
    static BEGAN: OnceLock<(i64, Instant)> = OnceLock::new();
    let (began, instant) = BEGAN.get_or_init(|| {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        (since.as_micros() as i64, Instant::now())
    });
    began + instant.elapsed().as_micros() as i64
}
