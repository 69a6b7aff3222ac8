//! `GET /organisations/{organisation}/security-txt`: the organisation's own domains, each with what was seen there last.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::response::Response;
use model::{AssetKind, IdKind};
use rules::access::Deed;
use serde::{Deserialize, Serialize};
use store::AssetFilter;
use uuid::Uuid;

use super::look::{LookView, proved_domain};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

const PAGE_ROWS: usize = 50;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    /// The page begins behind this asset.
    after: Option<Uuid>,
}

#[derive(Serialize)]
struct View {
    rows: Vec<Row>,
    here: String,
    /// Address of the next page; empty on the last one.
    next: String,
    is_first_page: bool,
    may_check: bool,
}

#[derive(Serialize)]
struct Row {
    id: Uuid,
    domain: String,
    /// The organisation only claims it, so its website is not asked.
    is_claim: bool,
    look: Option<LookView>,
}

pub(super) async fn list(
    State(site): State<Site>,
    member: Member,
    Query(place): Query<Place>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadPeople)?;
    let after = place
        .after
        .map(|id| site.number(IdKind::Asset, &id))
        .transpose()?;
    let party_no = member.party_no;
    let (mut assets, looks) = site
        .read(move |tx| {
            let domains = AssetFilter {
                kind: Some(AssetKind::Domain),
                ..AssetFilter::default()
            };
            let assets = tx.own_assets(party_no, &domains, after, PAGE_ROWS as i64 + 1)?;
            let asset_nos: Vec<i64> = assets.iter().map(|asset| asset.asset_no).collect();
            let looks = tx.security_txts(party_no, &asset_nos)?;
            Ok((assets, looks))
        })
        .await?;
    let is_last = assets.len() <= PAGE_ROWS;
    assets.truncate(PAGE_ROWS);
    let (here, now) = (format!("{}/security-txt", member.home()), site.now());
    let last = assets.last().filter(|_| !is_last);
    let next = last.map(|last| {
        let id = site.id(IdKind::Asset, last.asset_no);
        format!("{here}?after={id}")
    });
    let looks: HashMap<i64, _> = looks.iter().map(|look| (look.asset_no, look)).collect();
    let view = View {
        rows: assets
            .iter()
            .map(|asset| Row {
                id: site.id(IdKind::Asset, asset.asset_no),
                domain: asset.row.value.to_string(),
                is_claim: proved_domain(asset).is_none(),
                look: looks
                    .get(&asset.asset_no)
                    .map(|look| LookView::new(look, now)),
            })
            .collect(),
        here,
        next: next.unwrap_or_default(),
        is_first_page: place.after.is_none(),
        may_check: member.standing.may(Deed::ChangeAssets),
    };
    site.page(&member, "security_txt/list.html", &view)
}
