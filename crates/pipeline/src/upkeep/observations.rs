//! Observations go when they have been kept long enough.

use store::StoreError;

use crate::error::FlowError;
use crate::flow::Flow;

/// Removes observations that were received longer ago than the installation keeps them, and says so in the audit trail;
/// gives how many. Those that a message cites which has not gone out yet stay, and all that came after them.
///
/// Safe to run twice, and by two workers at once.
///
/// # Errors
/// When the store fails; the next time goes on.
pub fn expire(flow: &Flow) -> Result<u64, FlowError> {
    let Some(days) = flow.observation_days else {
        return Ok(0);
    };
    let now = flow.clock.now();
    let first_day = now.day().days().saturating_sub_unsigned(days);
    let cited = flow.store.read(|tx| tx.first_day_to_tell())?;
    let first_day = cited.map_or(first_day, |cited| cited.min(first_day));
    let rows = flow.store.expire_observations(first_day)?;
    if rows > 0 {
        let detail = format!("{rows} received over {days} days ago");
        flow.store.write(|tx| {
            tx.record(now, "upkeep", "remove", "observations", &detail)?;
            Ok::<_, StoreError>(())
        })?;
    }
    Ok(rows)
}
