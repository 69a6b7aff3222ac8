//! Which assets of an organisation are meant, as conditions with their values.

use model::{AssetKind, AssetState, Day};

use crate::connection::Value;

/// Which assets are meant. `None` means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssetFilter {
    /// Given in these terms.
    pub kind: Option<AssetKind>,
    /// In this group.
    pub group_no: Option<i64>,
    /// Proved this far.
    pub state: Option<AssetState>,
    /// Proofs that end on this day or before are expiring.
    pub expiring_until: Option<Day>,
    /// Whose value or label has this text in it, at most 10,000 bytes; capital letters beyond ASCII count as others.
    pub text: Option<String>,
}

/// Where a question begins to read. A sign before a column makes its index useless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// At the assets, in the order of the list: whoever claims all of 45,000 would otherwise have them sorted for each page.
    Order,
    /// At few assets that are known by their numbers.
    Few,
}

/// Where no more assets than these are in a group, or claimed, or expiring, a question begins at them. Of more than these
/// a page is found soon in the order of the list.
pub(crate) const FEW_MAX: usize = 2_000;

/// Conditions on open assets `a` of the organisation `$1`, and the values of all of them.
pub(crate) struct Conditions<'v> {
    pub(crate) sql: String,
    pub(crate) values: Vec<Value<'v>>,
}

impl<'v> Conditions<'v> {
    /// Adds a value; gives its place.
    pub(crate) fn add(&mut self, value: Value<'v>) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }
}

impl AssetFilter {
    /// Every condition is on the columns of the list's index or a set of numbers, so that only assets that are meant are read.
    ///
    /// `pattern` is [`Self::pattern`].
    pub(crate) fn conditions<'v>(
        &self,
        party_no: i64,
        pattern: Option<&'v str>,
        way: Way,
    ) -> Conditions<'v> {
        let party = match way {
            Way::Few => "+a.party_no",
            Way::Order => "a.party_no",
        };
        let number = "+a.asset_no";
        let mut meant = Conditions {
            sql: format!("{party} = $1 AND a.closed_at IS NULL"),
            values: vec![party_no.into()],
        };
        if let Some(kind) = self.kind {
            let kind = meant.add(kind.code().into());
            meant.sql += &format!(" AND a.kind = {kind}");
        }
        if let Some(group_no) = self.group_no {
            let group = meant.add(group_no.into());
            meant.sql += &format!(
                " AND {number} IN (SELECT d.asset_no FROM asset_detail d WHERE d.group_no = {group} AND d.party_no = $1)"
            );
        }
        if let Some(state) = self.state {
            let mut ends_soon = || {
                let until = meant.add(self.expiring_until.map_or(0, Day::days).into());
                format!("c.valid_until <= {until}")
            };
            // What the desk entered has no claim, and is taken as true.
            let (is_in, of_state) = match state {
                AssetState::Claimed => ("IN", "c.state = 0".to_owned()),
                AssetState::Expiring => ("IN", format!("c.state = 1 AND {}", ends_soon())),
                AssetState::Verified => ("NOT IN", format!("(c.state = 0 OR {})", ends_soon())),
            };
            meant.sql += &format!(
                " AND {number} {is_in} (SELECT c.asset_no FROM asset_claim c WHERE c.party_no = $1 AND {of_state})"
            );
        }
        if let Some(pattern) = pattern {
            let pattern = meant.add(pattern.into());
            let like = format!("LIKE LOWER({pattern}) ESCAPE '\\'");
            meant.sql += &format!(
                " AND (LOWER(a.value) {like} OR {number} IN (SELECT d.asset_no FROM asset_detail d
                    WHERE d.party_no = $1 AND d.label <> '' AND LOWER(d.label) {like}))"
            );
        }
        meant
    }

    /// The assets of one condition that may be few, with the values of the question; nothing where no such condition is asked
    /// for.
    pub(crate) fn few(&self, party_no: i64) -> Option<(&'static str, [Value<'static>; 2])> {
        let until = self.expiring_until.map_or(0, Day::days);
        match (self.group_no, self.state) {
            (Some(group_no), _) => Some((
                "SELECT asset_no FROM asset_detail WHERE party_no = $1 AND group_no = $2",
                [party_no.into(), group_no.into()],
            )),
            (None, Some(AssetState::Claimed)) => Some((
                "SELECT asset_no FROM asset_claim WHERE party_no = $1 AND state = $2",
                [party_no.into(), 0.into()],
            )),
            (None, Some(AssetState::Expiring)) => Some((
                "SELECT asset_no FROM asset_claim WHERE party_no = $1 AND state = 1 AND valid_until <= $2",
                [party_no.into(), until.into()],
            )),
            (None, Some(AssetState::Verified) | None) => None,
        }
    }

    /// The text that is looked for, for `LIKE`, with its own signs taken literally. The engine makes it lower case as it does
    /// with what it is compared with: SQLite knows the letters of ASCII alone.
    pub(crate) fn pattern(&self) -> Option<String> {
        let text = self.text.as_ref()?;
        let text = text
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_");
        Some(format!("%{text}%"))
    }
}
