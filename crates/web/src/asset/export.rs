//! `GET /organisations/{organisation}/assets/export.{csv,xlsx}`: all assets as the list that would make them.

use axum::extract::State;
use axum::response::Response;
use formats::register;
use model::register::OwnAssetRow;
use rules::access::Deed;

use super::filter::{Asked, seen};
use crate::download::{WORKBOOK_TYPE, file};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

pub(super) async fn csv(State(site): State<Site>, member: Member) -> Result<Response, Refusal> {
    let rows = rows(&site, &member, "csv").await?;
    let mut content = Vec::new();
    register::write::<OwnAssetRow, _>(rows, &mut content).map_err(|_| Refusal::Panicked)?;
    Ok(file("text/csv; charset=utf-8", "assets.csv", content))
}

pub(super) async fn xlsx(State(site): State<Site>, member: Member) -> Result<Response, Refusal> {
    let rows = rows(&site, &member, "xlsx").await?;
    let content = register::workbook::<OwnAssetRow>(rows).map_err(|_| Refusal::Panicked)?;
    Ok(file(WORKBOOK_TYPE, "assets.xlsx", content))
}

/// All rows; that somebody takes them along is in the history of the organisation.
async fn rows(
    site: &Site,
    member: &Member,
    format: &'static str,
) -> Result<Vec<OwnAssetRow>, Refusal> {
    member.must_be_allowed(Deed::ReadAssets)?;
    let (acting, now) = (member.acting(site), site.now());
    site.write(move |tx| Ok(acting.record(tx, "export-assets", format, now)?))
        .await?;
    let (party_no, filter) = (member.party_no, Asked::default().filter(site, member)?);
    let assets = site
        .read(move |tx| Ok(tx.own_assets(party_no, &filter, None, i64::MAX)?))
        .await?;
    let assets = assets.into_iter().map(|asset| seen(member, asset).row);
    Ok(assets.collect())
}
