//! What organisations say is theirs, where only the desk can decide: two that claim the same, and documents as proof.
//!
//! Neither side of a dispute learns of the other: what is recorded under an organisation names no other one.

pub(crate) mod dispute;
pub(crate) mod review;

use axum::Router;
use axum::routing::get;
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};
use uuid::Uuid;

use crate::form::Errors;
use crate::site::Site;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/desk/disputes", get(dispute::list))
        .route(
            "/desk/disputes/{dispute}",
            get(dispute::detail).post(dispute::decide),
        )
        .route("/desk/proofs", get(review::list))
        .route(
            "/desk/proofs/{review}",
            get(review::detail).post(review::decide),
        )
        .route("/desk/proofs/{review}/document", get(review::document))
}

#[derive(Deserialize)]
struct After {
    /// Public id of the row after which the page begins.
    after: Option<Uuid>,
}

/// What was sent with a decision, shown again where something is wrong with it.
#[derive(Clone, Default, Deserialize, Serialize)]
struct Decision {
    #[serde(default)]
    choice: String,
    #[serde(default)]
    reason: String,
}

/// A decision as it stands in its form.
#[derive(Clone, Default, Serialize)]
struct Asked {
    form: Decision,
    errors: Errors,
}

/// One organisation's claim, with what speaks for it.
#[derive(Serialize)]
pub(crate) struct ClaimView {
    pub(crate) asset_id: Uuid,
    pub(crate) party_id: Uuid,
    pub(crate) party: String,
    pub(crate) legal_class: &'static str,
    pub(crate) value: String,
    /// Word of the way in which it is proved, `none`, or `desk` where it comes from the register.
    pub(crate) method: &'static str,
    pub(crate) evidence: String,
    pub(crate) proved_at: Option<String>,
    pub(crate) from: String,
}

/// The claim; `None` where it was given up meanwhile.
fn claim_view(
    site: &Site,
    tx: &mut Tx<'_>,
    (party_no, asset_no): (i64, i64),
) -> Result<Option<ClaimView>, StoreError> {
    use model::IdKind;
    let (Some(party), Some(asset)) = (tx.party(party_no)?, tx.own_asset(party_no, asset_no)?)
    else {
        return Ok(None);
    };
    let claim = asset.claim.as_ref();
    let method = match claim {
        None => "desk",
        Some(claim) => claim.method.map_or("none", |method| method.as_str()),
    };
    let from = asset.row.valid_from;
    Ok(Some(ClaimView {
        asset_id: site.id(IdKind::Asset, asset_no),
        party_id: site.id(IdKind::Party, party_no),
        party: party.name,
        legal_class: tx.legal_class_on(party_no, site.now().day())?.as_str(),
        value: asset.row.value.to_string(),
        method,
        evidence: claim
            .map(|claim| claim.evidence.clone())
            .unwrap_or_default(),
        proved_at: claim.and_then(|claim| claim.proved_at.map(|at| at.to_string())),
        from: from.map(|day| day.to_string()).unwrap_or_default(),
    }))
}
