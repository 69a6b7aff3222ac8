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

/// The assets of an organisation, which nobody else changes until the transaction ends.
///
/// A change writes whole rows, made of what was read before; so whatever changes assets begins with this, and reads after it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holding {
    party_no: i64,
}

impl Holding {
    /// Waits for whoever changes them, and keeps others from it. "Not found" where the organisation is not served any more.
    pub(crate) fn keep(tx: &mut Tx<'_>, party_no: i64) -> Result<Self, StoreError> {
        tx.hold_party(party_no)?;
        Ok(Self { party_no })
    }

    /// Keeps two organisations for what is between them, in the order of their numbers: so nobody waits for somebody who waits for
    /// them.
    pub(crate) fn keep_both(tx: &mut Tx<'_>, mut both: [i64; 2]) -> Result<(), StoreError> {
        both.sort_unstable();
        both.into_iter()
            .try_for_each(|party_no| Self::keep(tx, party_no).map(drop))
    }

    /// Writes assets and closes others, with all that follows: what is known already proves claims, and the flow hears of it.
    /// [`Refusal::Full`] where the organisation would hold too much.
    pub(crate) fn change(
        self,
        tx: &mut Tx<'_>,
        puts: &[OwnAssetPut<'_>],
        closed: &[i64],
        now: Timestamp,
    ) -> Result<Done, Refusal> {
        let party_no = self.party_no;
        let counts = tx.put_own_assets(party_no, puts, now)?;
        let closed = tx.change_own_assets(party_no, closed, AssetChange::Close, now)?;
        // What was closed and comes back is a claim as well.
        if puts.iter().any(|put| put.is_claim) {
            let all = AssetFilter::default();
            if tx.count_own_assets(party_no, &all, ASSETS_MAX + 1)? > ASSETS_MAX {
                return Err(Refusal::Full);
            }
        }
        self.groups_must_fit(tx)?;
        let proved = settle(tx, party_no, now)?;
        match counts.any_change() || closed > 0 || proved > 0 {
            true => announce(tx, now)?,
            // Labels and groups are no change of the register.
            false => self.announce_groups(tx, now)?,
        }
        Ok(Done {
            added: counts.added,
            changed: counts.changed,
            closed,
        })
    }

    /// Says the same of each of these assets; says of how many.
    pub(crate) fn say(
        self,
        tx: &mut Tx<'_>,
        asset_nos: &[i64],
        change: AssetChange<'_>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        tx.change_own_assets(self.party_no, asset_nos, change, now)
    }

    /// The group of this name, made if there is none. [`Refusal::Full`] where there would be too many.
    pub(super) fn group(self, tx: &mut Tx<'_>, name: &str) -> Result<i64, Refusal> {
        let group_no = tx.ensure_asset_group(self.party_no, name)?;
        self.groups_must_fit(tx)?;
        Ok(group_no)
    }

    /// All of them, with their numbers.
    pub(crate) fn all(self, tx: &mut Tx<'_>) -> Result<Vec<(i64, OwnAssetRow)>, StoreError> {
        held(tx, self.party_no)
    }

    /// Lets the flow know which assets are in which group, where that decides what is mailed.
    pub(super) fn announce_groups(self, tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
        match tx.has_thresholds_of_groups(self.party_no)? {
            true => announce(tx, now),
            false => Ok(()),
        }
    }

    /// Refuses more groups than an organisation may have; those that were made are undone with the transaction.
    fn groups_must_fit(self, tx: &mut Tx<'_>) -> Result<(), Refusal> {
        match tx.asset_groups(self.party_no)?.len() > GROUPS_MAX {
            true => Err(Refusal::Full),
            false => Ok(()),
        }
    }
}

/// Notes that all that an organisation holds still is its own.
pub(crate) fn confirm(tx: &mut Tx<'_>, acting: &Acting, now: Timestamp) -> Result<(), StoreError> {
    tx.confirm_assets(acting.party_no, now)?;
    acting.record(tx, "confirm-assets", "", now)
}

/// A row that says no more than what it is.
pub(crate) fn plain_row(value: &AssetValue) -> OwnAssetRow {
    OwnAssetRow {
        value: value.clone(),
        given: value.to_string(),
        label: String::new(),
        group: String::new(),
        criticality: None,
        supplier: String::new(),
        valid_from: None,
        valid_until: None,
    }
}

/// All that an organisation holds, with its numbers. To look at; what is changed is read from [`Holding::all`].
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
