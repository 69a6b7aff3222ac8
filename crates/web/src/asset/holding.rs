//! Changes of what an organisation holds, the same for pages and the API.

use std::collections::HashMap;

use model::register::OwnAssetRow;
use model::{AssetValue, Day, Timestamp};
use proof::settle;
use rules::asset_plan::{Act, Plan, is_held_longer};
use store::{AssetChange, AssetFilter, OwnAssetPut, StoreError, Tx};

use super::announce;
use crate::acting::Acting;
use crate::refusal::Refusal;

/// Assets that an organisation brings in itself. A page that acts on all of them reads all of them.
const ASSETS_MAX: i64 = 100_000;

/// Groups of an organisation. Each is a choice in its forms.
pub(crate) const GROUPS_MAX: usize = 500;

/// What was done, in assets.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Done {
    pub(crate) added: u64,
    pub(crate) changed: u64,
    pub(crate) closed: u64,
}

/// Writes assets and closes others, with all that follows: what is known already proves claims, and the flow hears of it.
/// [`Refusal::Full`] where the organisation would hold too much.
pub(crate) fn change_holding(
    tx: &mut Tx<'_>,
    party_no: i64,
    puts: &[OwnAssetPut<'_>],
    closed: &[i64],
    now: Timestamp,
) -> Result<Done, Refusal> {
    let counts = tx.put_own_assets(party_no, puts, now)?;
    let closed = tx.change_own_assets(party_no, closed, AssetChange::Close, now)?;
    // What was closed and comes back is a claim as well.
    if puts.iter().any(|put| put.is_claim) {
        let all = AssetFilter::default();
        if tx.count_own_assets(party_no, &all, ASSETS_MAX + 1)? > ASSETS_MAX {
            return Err(Refusal::Full);
        }
    }
    groups_must_fit(tx, party_no)?;
    let proved = settle(tx, party_no, now)?;
    match counts.any_change() || closed > 0 || proved > 0 {
        true => announce(tx, now)?,
        // Labels and groups are no change of the register.
        false => announce_groups(tx, party_no, now)?,
    }
    Ok(Done {
        added: counts.added,
        changed: counts.changed,
        closed,
    })
}

/// Lets the flow know which assets are in which group, where that decides what is mailed.
pub(super) fn announce_groups(
    tx: &mut Tx<'_>,
    party_no: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    match tx.has_thresholds_of_groups(party_no)? {
        true => announce(tx, now),
        false => Ok(()),
    }
}

/// Notes that all that an organisation holds still is its own.
pub(crate) fn confirm(tx: &mut Tx<'_>, acting: &Acting, now: Timestamp) -> Result<(), StoreError> {
    tx.confirm_assets(acting.party_no, now)?;
    acting.record(tx, "confirm-assets", "", now)
}

/// Refuses more groups than an organisation may have; those that were made are undone with the transaction.
pub(super) fn groups_must_fit(tx: &mut Tx<'_>, party_no: i64) -> Result<(), Refusal> {
    match tx.asset_groups(party_no)?.len() > GROUPS_MAX {
        true => Err(Refusal::Full),
        false => Ok(()),
    }
}

/// A row that says no more than what it is.
pub(crate) fn plain_row(value: &AssetValue) -> OwnAssetRow {
    OwnAssetRow {
        value: value.clone(),
        given: value.to_string(),
        label: String::new(),
        group: String::new(),
        criticality: None,
        valid_from: None,
        valid_until: None,
    }
}

/// All that an organisation holds, with its numbers.
pub(crate) fn held(tx: &mut Tx<'_>, party_no: i64) -> Result<Vec<(i64, OwnAssetRow)>, StoreError> {
    let held = tx.own_assets(party_no, &AssetFilter::default(), None, i64::MAX)?;
    let held = held.into_iter().map(|asset| (asset.asset_no, asset.row));
    Ok(held.collect())
}

/// The rows of a list that its plan writes. What is new, or held for longer than was known, is a claim.
pub(crate) fn puts<'r>(
    rows: &'r [(u64, OwnAssetRow)],
    held: &[(i64, OwnAssetRow)],
    plan: &Plan,
) -> Vec<OwnAssetPut<'r>> {
    let until: HashMap<i64, Option<Day>> = held
        .iter()
        .map(|(asset_no, row)| (*asset_no, row.valid_until))
        .collect();
    let put = |((_, row), act): (&'r (u64, OwnAssetRow), &Act)| {
        let is_claim = match act {
            Act::Add => true,
            Act::Change { asset_no, .. } => is_held_longer(until[asset_no], row.valid_until),
            Act::Keep(_) | Act::Repeat(_) => return None,
        };
        Some(OwnAssetPut { row, is_claim })
    };
    rows.iter().zip(&plan.acts).filter_map(put).collect()
}
