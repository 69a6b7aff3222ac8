//! Organisations that asked to leave do so when their time of waiting is over.

use model::IdKind;
use store::StoreError;

use crate::error::FlowError;
use crate::flow::Flow;

/// Lets them leave; gives how many there were.
///
/// # Errors
/// When the store fails; the next time goes on.
pub fn leave(flow: &Flow) -> Result<usize, FlowError> {
    let now = flow.clock.now();
    if flow.store.read(|tx| tx.parties_to_leave(now))?.is_empty() {
        return Ok(0);
    }
    let left = flow.store.write(|tx| {
        let mut left = 0;
        for party_no in tx.parties_to_leave(now)? {
            // Somebody may decide at this moment that it stays.
            if !tx.end_wish_to_leave(party_no)? {
                continue;
            }
            left += 1;
            tx.leave(party_no, "upkeep", now)?;
            let subject = tx.subject_of(IdKind::Party, party_no)?;
            tx.record(now, "upkeep", "leave", &subject, "after the wait")?;
        }
        if left > 0 {
            tx.announce_register(now)?;
        }
        Ok::<_, StoreError>(left)
    })?;
    Ok(left)
}
