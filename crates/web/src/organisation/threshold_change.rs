//! Changing from which severity on an organisation is mailed, the same for pages and the API.

use model::{Thresholds, Timestamp};
use store::{StoreError, Tx};

use crate::acting::Acting;
use crate::asset::announce;

/// Says anew from which severity on the organisation is mailed. What is told from now on follows it; what was told without a mail
/// stays so.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    acting: &Acting,
    thresholds: &Thresholds,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.put_thresholds(acting.party_no, thresholds)?;
    announce(tx, now)?;
    acting.record(tx, "change-thresholds", "", now)
}
