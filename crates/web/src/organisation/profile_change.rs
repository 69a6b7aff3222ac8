//! Changing what an organisation says of how it works, the same for pages and the API.

use model::shown::is_unsafe_to_show;
use model::{Profile, Timestamp};
use rules::profile::{NAME_CHARS_MAX, PRODUCTS_MAX, SUPPLIERS_MAX, flaws};
use store::Tx;

use crate::acting::Acting;
use crate::refusal::Refusal;

/// Changes the profile of an organisation. [`Refusal::Full`] where it would have too many suppliers or products; what no
/// page of ours sends is refused as [`Refusal::Bad`].
pub(crate) fn change(
    tx: &mut Tx<'_>,
    acting: &Acting,
    now: Timestamp,
    change: impl FnOnce(&mut Profile),
) -> Result<(), Refusal> {
    tx.hold_party(acting.party_no)?;
    let mut profile = tx.profile(acting.party_no)?;
    change(&mut profile);
    if !flaws(&profile).is_empty() {
        return Err(Refusal::Bad);
    }
    put(tx, acting, &profile, now)
}

/// Writes a profile without flaws.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    acting: &Acting,
    profile: &Profile,
    now: Timestamp,
) -> Result<(), Refusal> {
    if profile.suppliers.len() > SUPPLIERS_MAX || profile.products.len() > PRODUCTS_MAX {
        return Err(Refusal::Full);
    }
    tx.put_profile(acting.party_no, profile)?;
    Ok(acting.record(tx, "change-profile", "suppliers and products", now)?)
}

/// Whether this can be a name: one line that shows what it holds.
pub(crate) fn is_line(text: &str) -> bool {
    (1..=NAME_CHARS_MAX).contains(&text.chars().count()) && !text.chars().any(is_unsafe_to_show)
}
