//! `POST /organisations/{organisation}/assets/imports/{import}`: brings a list in exactly as it was shown, or not at all.

use std::collections::HashMap;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{Day, IdKind, Timestamp};
use rules::access::Deed;
use rules::asset_plan::{Act, is_held_longer};
use serde::Deserialize;
use store::{AssetChange, AssetFilter, OwnAssetPut, Tx};
use uuid::Uuid;

use super::announce;
use super::preview::{Planned, planned};
use super::prove::settle;
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
    let (party_no, now, actor) = (member.party_no, site.now(), member.who.actor(&site));
    let subject = member.subject();
    let is_done = site
        .write(move |tx| {
            let planned = planned(tx, party_no, import_no, now)?;
            // Removed first: of two who press the button together, one finds it gone.
            if planned.mark() != seen.mark {
                return Ok(false);
            }
            if !tx.remove_asset_import(party_no, import_no)? {
                return Err(Refusal::NotFound);
            }
            let detail = bring_in(tx, party_no, &planned, now)?;
            tx.record(now, &actor, "import-assets", &subject, &detail)?;
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

/// Does what the plan says; returns what was done, in counts.
fn bring_in(
    tx: &mut Tx<'_>,
    party_no: i64,
    planned: &Planned,
    now: Timestamp,
) -> Result<String, Refusal> {
    let held = tx.own_assets(party_no, &AssetFilter::default(), None, i64::MAX)?;
    let until: HashMap<i64, Option<Day>> = held
        .into_iter()
        .map(|asset| (asset.asset_no, asset.row.valid_until))
        .collect();
    let mut puts = Vec::new();
    for ((_, row), act) in planned.list.rows.iter().zip(&planned.plan.acts) {
        let is_claim = match act {
            Act::Add => true,
            Act::Change { asset_no, .. } => is_held_longer(until[asset_no], row.valid_until),
            Act::Keep(_) | Act::Repeat(_) => continue,
        };
        puts.push(OwnAssetPut { row, is_claim });
    }
    let counts = tx.put_own_assets(party_no, &puts, now)?;
    let closed = tx.change_own_assets(party_no, &planned.plan.closed, AssetChange::Close, now)?;
    settle(tx, party_no, now)?;
    if counts.any_change() || closed > 0 {
        announce(tx, now)?;
    }
    Ok(format!(
        "{} added, {} changed, {closed} closed",
        counts.added, counts.changed
    ))
}
