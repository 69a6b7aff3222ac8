//! What the index keeps of an asset: 16 bytes, of almost every one.

use model::Day;

use super::IndexedAsset;

/// As a party number: the numbers are in [`Apart`].
const IS_APART: u32 = u32::MAX;

/// An asset, its party and its days.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    /// Or the place in [`Apart`].
    asset_no: u32,
    party_no: u32,
    /// The first of all days for "always".
    from: i32,
    /// The last of all days for "still".
    until: i32,
}

/// What does not fit into a [`Held`]: the size of a range that is no block, and numbers of more than 32 bits.
#[derive(Debug, Default)]
pub(super) struct Apart(Vec<Wide>);

#[derive(Debug)]
struct Wide {
    asset_no: i64,
    party_no: i64,
    size: Option<u128>,
}

impl Held {
    pub(super) fn is_held_on(self, day: Day) -> bool {
        self.from <= day.days() && day.days() < self.until
    }

    pub(super) fn valid_from(self) -> Option<Day> {
        (self.from != i32::MIN).then(|| Day::from_days(self.from))
    }

    pub(super) fn valid_until(self) -> Option<Day> {
        (self.until != i32::MAX).then(|| Day::from_days(self.until))
    }
}

impl Apart {
    /// Keeps an asset; `size` is that of a range of several blocks, in addresses less one.
    pub(super) fn keep(&mut self, asset: &IndexedAsset, size: Option<u128>) -> Held {
        let from = asset.valid_from.map_or(i32::MIN, Day::days);
        let until = asset.valid_until.map_or(i32::MAX, Day::days);
        let numbers = (u32::try_from(asset.asset_no), u32::try_from(asset.party_no));
        let (asset_no, party_no) = match numbers {
            (Ok(asset_no), Ok(party_no)) if size.is_none() && party_no != IS_APART => {
                (asset_no, party_no)
            }
            _ => {
                self.0.push(Wide {
                    asset_no: asset.asset_no,
                    party_no: asset.party_no,
                    size,
                });
                (self.0.len() as u32 - 1, IS_APART)
            }
        };
        Held {
            asset_no,
            party_no,
            from,
            until,
        }
    }

    pub(super) fn shrink_to_fit(&mut self) {
        self.0.shrink_to_fit();
    }

    /// Number of the asset and of its party.
    pub(super) fn numbers(&self, held: Held) -> (i64, i64) {
        match self.wide(held) {
            Some(wide) => (wide.asset_no, wide.party_no),
            None => (held.asset_no.into(), held.party_no.into()),
        }
    }

    /// Size of a range of several blocks.
    pub(super) fn range_size(&self, held: Held) -> Option<u128> {
        self.wide(held)?.size
    }

    fn wide(&self, held: Held) -> Option<&Wide> {
        (held.party_no == IS_APART).then(|| &self.0[held.asset_no as usize])
    }
}
