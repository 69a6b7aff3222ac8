//! A legal class that was entered before its first day begins on that day for what is open too.

use model::IdKind;
use store::StoreError;

use crate::error::FlowError;
use crate::flow::Flow;

/// Routes again what is open where the first day of a class has come; gives how many organisations that concerns. New
/// messages take the class of their day anyhow.
///
/// Safe to run twice, and by two workers at once.
///
/// # Errors
/// When the store fails; the next time goes on.
pub fn begin(flow: &Flow) -> Result<usize, FlowError> {
    let now = flow.clock.now();
    let parties = flow.store.write(|tx| {
        let mut parties = tx.begin_legal_classes(now.day())?;
        parties.sort_unstable();
        parties.dedup();
        if !parties.is_empty() {
            tx.announce_register(now)?;
        }
        let id_key = tx.installation()?.id_key;
        for party_no in &parties {
            let id = id_key.public_id(IdKind::Party, *party_no as u64);
            let class = tx.legal_class_on(*party_no, now.day())?;
            let subject = format!("party {id}");
            tx.record(now, "upkeep", "begin-legal-class", &subject, class.as_str())?;
        }
        Ok::<_, StoreError>(parties)
    })?;
    Ok(parties.len())
}
