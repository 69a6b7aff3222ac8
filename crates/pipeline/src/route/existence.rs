//! Notes what was seen at what organisations only claim. It changes nothing of who is told of a finding.

use std::collections::HashMap;

use model::{AssetValue, LegalClass, RsitClass, Severity, Timestamp};
use rules::existence::{Holding, Sighting, hears_again, may_hear};
use rules::matching::{AssetIndex, Finder, Match};
use rules::route::Directory;
use store::{ExistenceNotice, StoreError, Tx};

use super::ToRoute;
use crate::process::write::find_owners;

/// Collects what claimants may hear of, and writes it at once.
pub(super) struct Claimants<'r> {
    /// None where nothing is claimed, which is the usual case.
    finder: Option<Finder<'r>>,
    seen: Vec<SeenAtClaim>,
}

/// A finding at one claim.
struct SeenAtClaim {
    asset_no: i64,
    party_no: i64,
    sighting: Sighting,
    severity: Severity,
    is_new: bool,
    /// Assets that are proved around it, most specific of each dimension: number and party.
    owners: Vec<(i64, i64)>,
}

impl<'r> Claimants<'r> {
    pub(super) fn of(claims: &'r AssetIndex) -> Self {
        Self {
            finder: (!claims.is_empty()).then(|| claims.finder()),
            seen: Vec::new(),
        }
    }

    /// Notes a finding for each party that claims its place; of several claims of a party the most specific one.
    pub(super) fn note(&mut self, finding: &ToRoute<'_>) {
        let Some(finder) = &mut self.finder else {
            return;
        };
        let first_of_dimension = finding.matches.iter().filter(|owner| owner.rank == 1);
        let owners = first_of_dimension.map(|owner| (owner.asset_no, owner.party_no));
        let owners: Vec<(i64, i64)> = owners.collect();
        let claims = find_owners(finder, finding.key, finding.row);
        let is_first = |place: usize, claim: &Match| {
            let before = &claims[..place];
            before.iter().all(|other| other.party_no != claim.party_no)
        };
        for (place, claim) in claims.iter().enumerate() {
            if is_first(place, claim) {
                self.seen.push(SeenAtClaim {
                    asset_no: claim.asset_no,
                    party_no: claim.party_no,
                    sighting: Sighting {
                        class: finding.rsit.class(),
                        tlp: finding.tlp,
                        seen_at: finding.last_seen,
                    },
                    severity: finding.severity,
                    is_new: finding.is_new,
                    owners: owners.clone(),
                });
            }
        }
    }

    pub(super) fn write(
        self,
        tx: &mut Tx<'_>,
        directory: &Directory,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if self.seen.is_empty() {
            return Ok(());
        }
        let values = values_of(tx, &self.seen)?;
        let mut claimed: Vec<i64> = self.seen.iter().map(|seen| seen.asset_no).collect();
        claimed.sort_unstable();
        claimed.dedup();
        let key = |notice: &ExistenceNotice| (notice.asset_no, notice.class);
        let known = tx.existence_notices(&claimed)?;
        let known: HashMap<_, _> = known.iter().map(|notice| (key(notice), *notice)).collect();
        let mut notices: HashMap<(i64, RsitClass), ExistenceNotice> = HashMap::new();
        for seen in &self.seen {
            let class = directory.party(seen.party_no);
            let class = class.map_or(LegalClass::Unknown, |party| party.classes.on(now.day()));
            if !seen.is_heard(&values, class, now) {
                continue;
            }
            let at = (seen.asset_no, seen.sighting.class);
            let before = notices.get(&at).or_else(|| known.get(&at));
            notices.insert(at, seen.notice(before, now));
        }
        for (at, notice) in &notices {
            if known.get(at) != Some(notice) {
                tx.put_existence_notice(notice)?;
            }
        }
        Ok(())
    }
}

/// What the claims and all that is proved around them are.
fn values_of(
    tx: &mut Tx<'_>,
    seen: &[SeenAtClaim],
) -> Result<HashMap<i64, AssetValue>, StoreError> {
    let of_owners = seen.iter().flat_map(|seen| &seen.owners);
    let mut numbers: Vec<i64> = of_owners.map(|(asset_no, _)| *asset_no).collect();
    numbers.extend(seen.iter().map(|seen| seen.asset_no));
    numbers.sort_unstable();
    numbers.dedup();
    let assets = tx.assets(&numbers)?;
    let values = assets
        .into_iter()
        .map(|asset| (asset.asset_no, asset.value));
    Ok(values.collect())
}

impl SeenAtClaim {
    fn is_heard(
        &self,
        values: &HashMap<i64, AssetValue>,
        class: LegalClass,
        now: Timestamp,
    ) -> bool {
        let holding = |asset_no: &i64, party_no: i64| {
            values
                .get(asset_no)
                .map(|value| Holding { party_no, value })
        };
        let Some(claim) = holding(&self.asset_no, self.party_no) else {
            return false;
        };
        let owners = self.owners.iter();
        let owners: Vec<_> = owners
            .filter_map(|(asset_no, party_no)| holding(asset_no, *party_no))
            .collect();
        may_hear(self.sighting, claim, class, &owners, now)
    }

    /// What is known now; `before` it was that.
    fn notice(&self, before: Option<&ExistenceNotice>, now: Timestamp) -> ExistenceNotice {
        let told_at = before.and_then(|before| before.told_at);
        let was_due = before.is_some_and(|before| before.is_due);
        let last = before.map(|before| (before.seen_at, before.severity));
        ExistenceNotice {
            asset_no: self.asset_no,
            party_no: self.party_no,
            class: self.sighting.class,
            severity: last.map_or(self.severity, |(_, severity)| severity.max(self.severity)),
            seen_at: last.map_or(self.sighting.seen_at, |(at, _)| {
                at.max(self.sighting.seen_at)
            }),
            is_due: was_due || hears_again(told_at, self.severity, self.is_new, now),
            told_at,
        }
    }
}
