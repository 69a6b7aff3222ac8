//! An asset as pages show it.

use model::{AssetState, IdKind};
use rules::upkeep::expiring_until;
use serde::Serialize;
use store::{AssetGroup, ExistenceNotice, OwnAsset};

use crate::site::Site;

/// One asset.
#[derive(Serialize)]
pub(super) struct AssetView {
    id: String,
    /// As the organisation wrote it.
    value: String,
    kind: String,
    label: String,
    group: String,
    /// Empty when the organisation did not say.
    criticality: String,
    /// Who acts on it alone; empty: who acts on its group.
    supplier: String,
    state: String,
    /// How it is proved: a method, `desk`, or empty.
    method: String,
    evidence: String,
    /// Days, or empty.
    valid_from: String,
    valid_until: String,
    proof_until: String,
    /// Classes of problems that were seen there while it is only claimed.
    seen: Vec<String>,
}

impl AssetView {
    pub(super) fn new(site: &Site, asset: &OwnAsset) -> Self {
        let row = &asset.row;
        let claim = asset.claim.as_ref();
        let method = match claim {
            None => "desk".to_owned(),
            Some(claim) => text(claim.method),
        };
        Self {
            id: site.id(IdKind::Asset, asset.asset_no).to_string(),
            value: row.given.clone(),
            kind: row.value.kind().to_string(),
            label: row.label.clone(),
            group: row.group.clone(),
            criticality: text(row.criticality),
            supplier: row.supplier.clone(),
            state: state(site, asset).to_string(),
            method,
            evidence: claim
                .map(|claim| claim.evidence.clone())
                .unwrap_or_default(),
            valid_from: text(row.valid_from),
            valid_until: text(row.valid_until),
            proof_until: text(claim.and_then(|claim| claim.valid_until)),
            seen: Vec::new(),
        }
    }

    /// With what may be said of a claim: that something was seen, and of which class.
    pub(super) fn with_notices(mut self, asset: &OwnAsset, notices: &[ExistenceNotice]) -> Self {
        let is_claimed = asset
            .claim
            .as_ref()
            .is_some_and(|claim| claim.method.is_none());
        let of_asset = |notice: &&ExistenceNotice| is_claimed && notice.asset_no == asset.asset_no;
        let seen = notices.iter().filter(of_asset);
        self.seen = seen.map(|notice| notice.class.to_string()).collect();
        self
    }
}

/// How far an asset is proved.
pub(crate) fn state(site: &Site, asset: &OwnAsset) -> AssetState {
    let Some(claim) = &asset.claim else {
        return AssetState::Verified;
    };
    match (claim.method, claim.valid_until) {
        (None, _) => AssetState::Claimed,
        (Some(_), Some(until)) if until <= expiring_until(site.now()) => AssetState::Expiring,
        (Some(_), _) => AssetState::Verified,
    }
}

/// Groups to choose from: id and name.
pub(crate) fn group_choices(site: &Site, groups: &[AssetGroup]) -> Vec<(String, String)> {
    let choice = |group: &AssetGroup| {
        let id = site.id(IdKind::AssetGroup, group.group_no);
        (id.to_string(), group.name.clone())
    };
    groups.iter().map(choice).collect()
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
