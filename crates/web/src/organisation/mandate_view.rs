//! `GET /organisations/{organisation}/mandates/{mandate}/view`: what the holder of a mandate sees of this organisation. The
//! same question under the same right as the holder's own list, so that it is what the holder sees and no picture of it.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use model::{IdKind, OrganisationRole};
use rules::access::Deed;
use uuid::Uuid;

use crate::finding::filter::Filter;
use crate::finding::list::{self, Around, SeenBy};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{Member, standing_by};

pub(super) async fn show(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
    Query(filter): Query<Filter>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::GiveMandates)?;
    let mandate_no = site.number(IdKind::Mandate, &id)?;
    let (party_no, now) = (member.party_no, site.now());
    let given = site
        .read(move |tx| Ok(tx.mandates_given(party_no)?))
        .await?;
    let mandate = given
        .into_iter()
        .find(|given| given.mandate_no == mandate_no && given.holds_at(now))
        .ok_or(Refusal::NotFound)?;
    let here = format!("{}/mandates/{id}/view", member.home());
    // What is seen does not depend on the role in the organisation that holds the mandate.
    let standing = standing_by(&mandate, OrganisationRole::Reader);
    let seen_by = SeenBy {
        holder_name: mandate.holder_name,
        mandate: id.to_string(),
    };
    let around = Around {
        here,
        seen_by: Some(seen_by),
        ..Around::default()
    };
    list::show(&site, &member, standing, filter, around).await
}
