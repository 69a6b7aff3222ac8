//! `GET /organisations/{organisation}/assets`: what an organisation holds; `POST .../search` looks for a text in it.

use axum::Form;
use axum::extract::{Query, State};
use axum::response::{Redirect, Response};
use model::IdKind;
use rules::access::Deed;
use rules::upkeep::assets_due_before;
use serde::{Deserialize, Serialize};
use store::{AssetFilter, ExistenceNotice, OwnAsset, ProofCheck};
use uuid::Uuid;

use super::filter::{Asked, scope, seen};
use super::holding;
use super::view::{AssetView, group_choices};
use crate::form::known;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

const PAGE_ROWS: i64 = 50;

/// Longest text that is looked for, in characters: a name has 253, a label 100.
const TEXT_CHARS_MAX: usize = 300;

/// What was done on the page before that this one has a text for.
const DONE: [&str; 6] = [
    "added",
    "imported",
    "changed",
    "closed",
    "discarded",
    "confirmed",
];

/// Totals are counted this far: a person reads no further, and a count costs as much as it counts.
const COUNT_MAX: i64 = 1_000;

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(super) struct Place {
    /// Shows what comes behind this asset.
    after: Option<Uuid>,
    done: String,
}

#[derive(Deserialize)]
pub(super) struct Search {
    text: String,
}

#[derive(Serialize)]
struct ListView {
    assets: Vec<AssetView>,
    groups: Vec<(String, String)>,
    asked: Asked,
    /// Text that was looked for; empty in the plain list.
    text: String,
    total: i64,
    has_more_than_total: bool,
    is_first_page: bool,
    /// Query of the next page; empty on the last.
    next: String,
    done: String,
    may_change: bool,
    /// Whether the organisation holds anything at all.
    is_empty: bool,
    /// Whether it is time to say that all of it still holds.
    must_confirm: bool,
    /// The last check of many proofs, and whether it still runs.
    last_check: Option<(Uuid, bool)>,
}

pub(super) async fn list(
    State(site): State<Site>,
    member: Member,
    Query(asked): Query<Asked>,
    Query(place): Query<Place>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadAssets)?;
    let filter = asked.filter(&site, &member)?;
    let after = match &place.after {
        Some(id) => Some(site.number(IdKind::Asset, id)?),
        None => None,
    };
    let view = read(&site, &member, filter, after).await?;
    let view = ListView {
        next: view
            .next_id()
            .map(|id| format!("{}&after={id}", asked.query()))
            .unwrap_or_default(),
        is_first_page: after.is_none(),
        done: known(&DONE, &place.done).to_owned(),
        is_empty: view.found.total == 0 && asked.query() == Asked::default().query(),
        ..view.shown(&site, asked)
    };
    site.page(&member, "asset/list.html", &view)
}

pub(super) async fn search(
    State(site): State<Site>,
    member: Member,
    Form(search): Form<Search>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadAssets)?;
    let text: String = search.text.trim().chars().take(TEXT_CHARS_MAX).collect();
    let mut filter = Asked::default().filter(&site, &member)?;
    filter.text = Some(text.clone());
    let view = read(&site, &member, filter, None).await?;
    let view = ListView {
        text,
        ..view.shown(&site, Asked::default())
    };
    site.page(&member, "asset/list.html", &view)
}

/// `POST .../assets/confirm`: all of it still holds.
pub(super) async fn confirm(State(site): State<Site>, member: Member) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let (acting, now) = (member.acting(&site), site.now());
    site.write(move |tx| Ok(holding::confirm(tx, &acting, now)?))
        .await?;
    Ok(Redirect::to(&format!(
        "{}/assets?done=confirmed",
        member.home()
    )))
}

/// What the store found.
struct Found {
    assets: Vec<OwnAsset>,
    notices: Vec<ExistenceNotice>,
    groups: Vec<(String, String)>,
    total: i64,
    must_confirm: bool,
    last_check: Option<ProofCheck>,
}

struct Page<'m> {
    member: &'m Member,
    site: &'m Site,
    found: Found,
}

async fn read<'m>(
    site: &'m Site,
    member: &'m Member,
    filter: AssetFilter,
    after: Option<i64>,
) -> Result<Page<'m>, Refusal> {
    let (party_no, scope, own) = (member.party_no, scope(member), site.clone());
    // Only the organisation itself can say what is its own.
    let may_confirm = member.standing.may(Deed::ChangeAssets);
    let due_before = assets_due_before(site.now());
    let mut found = site
        .read(move |tx| {
            let all = tx.asset_groups(party_no)?;
            let seen = all
                .into_iter()
                .filter(|group| scope.is_none_or(|no| no == group.group_no));
            let assets = tx.own_assets(party_no, &filter, after, PAGE_ROWS + 1)?;
            let numbers: Vec<i64> = assets.iter().map(|asset| asset.asset_no).collect();
            let confirmed_at = tx.assets_confirmed_at(party_no)?;
            // Whoever sees all of them knows how many there are.
            let total = match after.is_none() && assets.len() as i64 <= PAGE_ROWS {
                true => assets.len() as i64,
                false => tx.count_own_assets(party_no, &filter, COUNT_MAX + 1)?,
            };
            Ok(Found {
                must_confirm: may_confirm && confirmed_at.is_some_and(|at| at < due_before),
                last_check: match may_confirm {
                    true => tx.last_proof_check(party_no)?,
                    false => None,
                },
                notices: tx.existence_notices(&numbers)?,
                assets,
                groups: group_choices(&own, &seen.collect::<Vec<_>>()),
                total,
            })
        })
        .await?;
    let assets = found.assets.into_iter().map(|asset| seen(member, asset));
    found.assets = assets.collect();
    Ok(Page {
        member,
        site,
        found,
    })
}

impl Page<'_> {
    /// The asset behind which the next page begins.
    fn next_id(&self) -> Option<Uuid> {
        let last = self.found.assets.get(PAGE_ROWS as usize - 1)?;
        let has_next = self.found.assets.len() > PAGE_ROWS as usize;
        has_next.then(|| self.site.id(IdKind::Asset, last.asset_no))
    }

    fn shown(self, site: &Site, asked: Asked) -> ListView {
        let assets = self.found.assets.iter().take(PAGE_ROWS as usize);
        let notices = &self.found.notices;
        let shown = assets.map(|asset| AssetView::new(site, asset).with_notices(asset, notices));
        ListView {
            assets: shown.collect(),
            groups: self.found.groups,
            asked,
            text: String::new(),
            total: self.found.total.min(COUNT_MAX),
            has_more_than_total: self.found.total > COUNT_MAX,
            is_first_page: true,
            next: String::new(),
            done: String::new(),
            may_change: self.member.standing.may(Deed::ChangeAssets),
            is_empty: false,
            must_confirm: self.found.must_confirm,
            last_check: self.found.last_check.map(|check| {
                let id = site.id(IdKind::ProofCheck, check.check_no);
                (id, check.ended_at.is_none())
            }),
        }
    }
}
