//! An agreement with a relay that was confirmed before its first day begins on that day for what is open too.

use model::IdKind;
use store::StoreError;

use crate::error::FlowError;
use crate::flow::Flow;

/// Routes again what is open where the first day of an agreement has come; gives how many agreements that are. What is reported new
/// brings copies from that day on anyhow.
///
/// Safe to run twice, and by two workers at once.
///
/// # Errors
/// When the store fails; the next time goes on.
pub fn begin(flow: &Flow) -> Result<usize, FlowError> {
    let now = flow.clock.now();
    let relays = flow.store.write(|tx| {
        let relays = tx.begin_relay_agreements(now.day())?;
        if !relays.is_empty() {
            tx.announce_register(now)?;
        }
        let id_key = tx.installation()?.id_key;
        for relay_no in &relays {
            let id = id_key.public_id(IdKind::Party, *relay_no as u64);
            let subject = format!("party {id}");
            tx.record(now, "upkeep", "begin-relay-agreement", &subject, "")?;
        }
        Ok::<_, StoreError>(relays)
    })?;
    Ok(relays.len())
}
