//! Proofs of ownership end: what is not proved again in time becomes a claim, and nothing is matched against it.

use store::StoreError;

use crate::error::FlowError;
use crate::flow::Flow;

/// Ends the proofs whose last day has come; gives how many organisations that concerns.
///
/// Safe to run twice, and by two workers at once.
///
/// # Errors
/// When the store fails; the next time goes on.
pub fn end(flow: &Flow) -> Result<usize, FlowError> {
    let now = flow.clock.now();
    let parties = flow.store.write(|tx| {
        let parties = tx.end_proofs(now.day())?;
        if !parties.is_empty() {
            tx.announce_register(now)?;
            let detail = format!("of {} organisations", parties.len());
            tx.record(now, "upkeep", "end-proofs", "assets", &detail)?;
        }
        Ok::<_, StoreError>(parties)
    })?;
    Ok(parties.len())
}
