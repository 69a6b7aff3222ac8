//! `POST /organisations/{organisation}/assets/imports/{import}`: brings a list in exactly as it was shown, or not at all.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::IdKind;
use rules::access::Deed;
use serde::Deserialize;
use uuid::Uuid;

use super::holding::Holding;
use super::preview::{Planned, waiting};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// What the person saw.
#[derive(Deserialize)]
pub(super) struct Seen {
    mark: String,
}

pub(super) async fn apply(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
    Form(seen): Form<Seen>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let import_no = site.number(IdKind::AssetImport, &id)?;
    let (party_no, now, acting) = (member.party_no, site.now(), member.acting(&site));
    let waiting = waiting(&site, party_no, import_no).await?;
    let is_done = site
        .write(move |tx| {
            let holding = Holding::keep(tx, party_no)?;
            let planned = Planned::new(waiting.clone(), holding.all(tx)?);
            // Removed first: of two who press the button together, one finds it gone.
            if planned.mark() != seen.mark {
                return Ok(false);
            }
            if !tx.remove_asset_import(party_no, import_no)? {
                return Err(Refusal::NotFound);
            }
            planned.bring_in(tx, holding, &acting, now)?;
            Ok(true)
        })
        .await?;
    let home = format!("{}/assets", member.home());
    let place = match is_done {
        true => format!("{home}?done=imported"),
        false => format!("{home}/imports/{id}?changed=yes"),
    };
    Ok(Redirect::to(&place).into_response())
}

pub(super) async fn discard(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let import_no = site.number(IdKind::AssetImport, &id)?;
    let party_no = member.party_no;
    site.write(move |tx| Ok(tx.remove_asset_import(party_no, import_no)?))
        .await?;
    Ok(Redirect::to(&format!(
        "{}/assets?done=discarded",
        member.home()
    )))
}
