//! `GET /organisations/{organisation}/assets/export.csv`: all assets as the list that would make them.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use formats::register;
use model::register::OwnAssetRow;
use rules::access::Deed;

use super::filter::Asked;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

pub(super) async fn export(State(site): State<Site>, member: Member) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadAssets)?;
    let (party_no, filter) = (member.party_no, Asked::default().filter(&site, &member)?);
    let assets = site
        .read(move |tx| Ok(tx.own_assets(party_no, &filter, None, i64::MAX)?))
        .await?;
    let mut file = Vec::new();
    let rows = assets.iter().map(|asset| &asset.row);
    register::write::<OwnAssetRow, _>(rows, &mut file).map_err(|_| Refusal::Panicked)?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"assets.csv\"",
        ),
    ];
    Ok((headers, file).into_response())
}
