//! Proofs of many names at once: what is to be put where, and `/organisations/{organisation}/assets/checks/{check}`, how far the
//! looks are that a worker makes.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Form;
use model::{AssetValue, IdKind, ProofOutcome, ProofPlace, Timestamp};
use proof::{evidence, record_text};
use rules::access::Deed;
use rules::proof::proves;
use serde::{Deserialize, Serialize};
use store::{NewProofCheck, OwnAsset, PROOF_LOOKS_MAX, ProofCheck, StoreError, Tx};
use uuid::Uuid;

use super::bulk::Order;
use super::filter;
use crate::acting::Acting;
use crate::download::{file, table};
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

const PAGE_ROWS: i64 = 50;

/// Each asks servers of others up to two thousand times.
pub(crate) const CHECKS: Limiter = Limiter::new("checks of many proofs", Rate::per_hour(12));

/// Those of these assets that something at one of the places can prove. What the desk entered needs no proof.
pub(crate) fn provable(assets: &[OwnAsset], places: &[ProofPlace]) -> Vec<(i64, AssetValue)> {
    let claimed = assets.iter().filter(|asset| asset.claim.is_some());
    let is_proved = |value: &AssetValue| places.iter().any(|place| proves(*place, value));
    let named = claimed.filter(|asset| is_proved(&asset.row.value));
    named
        .map(|asset| (asset.asset_no, asset.row.value.clone()))
        .collect()
}

/// Has workers look for the record or the file of each of these names; gives the number of the check. Nothing where such a check
/// has not ended.
pub(crate) fn begin(
    tx: &mut Tx<'_>,
    acting: &Acting,
    (place, names): (ProofPlace, &[(i64, AssetValue)]),
    now: Timestamp,
) -> Result<Option<i64>, StoreError> {
    let asset_nos: Vec<i64> = names.iter().map(|(asset_no, _)| *asset_no).collect();
    let check = NewProofCheck {
        party_no: acting.party_no,
        place,
        is_renewal: false,
        asked_by: &acting.actor,
        asset_nos: &asset_nos,
    };
    let begun = tx.begin_proof_check(&check, now)?;
    if begun.is_some() {
        let detail = format!("{} by {place}", names.len());
        acting.record(tx, "check-proofs", &detail, now)?;
    }
    Ok(begun)
}

/// A way to prove them.
#[derive(Serialize)]
struct PlaceView {
    place: &'static str,
    /// How many of the names can be proved so.
    names: usize,
    /// What is to be put where, a line for each name; nothing where there are too many at once.
    records: Option<String>,
}

#[derive(Serialize)]
struct ChoiceView {
    order: Order,
    /// How many were chosen.
    count: usize,
    /// Of these, names that can be proved in one of the ways.
    names: usize,
    names_max: usize,
    /// Those that can prove any of them.
    places: Vec<PlaceView>,
}

/// `GET .../assets/checks/new`: what is to be put where for all that a list shows.
pub(super) async fn choose_all(
    State(site): State<Site>,
    member: Member,
    Query(asked): Query<filter::Asked>,
) -> Result<Response, Refusal> {
    choose(&site, &member, Order::to_prove(asked)).await
}

/// Shows what is to be put where, before it is looked for.
pub(super) async fn choose(
    site: &Site,
    member: &Member,
    order: Order,
) -> Result<Response, Refusal> {
    let (count, names) = chosen(site, member, &order, ProofPlace::ALL).await?;
    let text = record_text(site.id_key(), member.party_no);
    let place = |place: &ProofPlace| {
        let provable = names.iter().filter(|(_, value)| proves(*place, value));
        let names: Vec<(i64, AssetValue)> = provable.cloned().collect();
        let fits = names.len() <= PROOF_LOOKS_MAX;
        (!names.is_empty()).then(|| PlaceView {
            place: place.as_str(),
            names: names.len(),
            records: fits
                .then(|| String::from_utf8_lossy(&records(*place, &names, &text)).into_owned()),
        })
    };
    let view = ChoiceView {
        order,
        count,
        names: names.len(),
        names_max: PROOF_LOOKS_MAX,
        places: ProofPlace::ALL.iter().filter_map(place).collect(),
    };
    site.page(member, "asset/check_new.html", &view)
}

/// How many assets an order is about, and those of them that something at these places proves.
async fn chosen(
    site: &Site,
    member: &Member,
    order: &Order,
    places: &[ProofPlace],
) -> Result<(usize, Vec<(i64, AssetValue)>), Refusal> {
    let (chosen, party_no) = (order.chosen(site, member)?, member.party_no);
    let assets = site.read(move |tx| Ok(chosen.read(tx, party_no)?)).await?;
    Ok((assets.len(), provable(&assets, places)))
}

/// What is to be put where, as a list that is copied or handed to whoever runs the domains.
fn records(place: ProofPlace, names: &[(i64, AssetValue)], text: &str) -> Vec<u8> {
    let kind = match place {
        ProofPlace::Dns => "TXT",
        ProofPlace::WellKnown => "file",
    };
    let head = ["name", "type", "value"].map(str::to_owned);
    let put_at = names.iter().filter_map(|(_, value)| evidence(place, value));
    let rows = put_at.map(|put_at| [put_at, kind.to_owned(), text.to_owned()]);
    table(std::iter::once(head).chain(rows))
}

/// `POST .../assets/bulk/records`: the same as a file.
pub(super) async fn download(
    State(site): State<Site>,
    member: Member,
    Form(order): Form<Order>,
) -> Result<Response, Refusal> {
    let place: ProofPlace = order.value.parse().map_err(|_| Refusal::Bad)?;
    let (_, names) = chosen(&site, &member, &order, &[place]).await?;
    let text = record_text(site.id_key(), member.party_no);
    let name = format!("proofs-{place}.csv");
    let content = records(place, &names, &text);
    Ok(file("text/csv; charset=utf-8", &name, content))
}

/// Has workers look for what an order is about, and leads to how far that is.
pub(super) async fn start(
    site: &Site,
    member: &Member,
    order: &Order,
) -> Result<Response, Refusal> {
    let place: ProofPlace = order.value.parse().map_err(|_| Refusal::Bad)?;
    let (_, names) = chosen(site, member, order, &[place]).await?;
    if names.is_empty() || names.len() > PROOF_LOOKS_MAX {
        return Err(Refusal::Bad);
    }
    site.limit(&CHECKS, member.party_no)?;
    let (acting, now) = (member.acting(site), site.now());
    let (check_no, done) = site
        .write(
            move |tx| match begin(tx, &acting, (place, &names[..]), now)? {
                Some(check_no) => Ok((check_no, "begun")),
                None => {
                    let open = tx.open_proof_check(acting.party_no, place)?;
                    Ok((open.ok_or(Refusal::Conflict)?, "running"))
                }
            },
        )
        .await?;
    let id = site.id(IdKind::ProofCheck, check_no);
    let to = format!("{}/assets/checks/{id}?done={done}", member.home());
    Ok(Redirect::to(&to).into_response())
}

/// Which looks are shown.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    outcome: String,
    after: Option<Uuid>,
    done: String,
}

#[derive(Serialize)]
struct CheckView {
    id: Uuid,
    place: &'static str,
    is_renewal: bool,
    asked_at: String,
    ended_at: Option<String>,
    looks: i64,
    made: i64,
    /// How many came to what.
    counts: Vec<(&'static str, i64)>,
    /// Only these are shown; empty: all.
    outcome: &'static str,
    rows: Vec<LookView>,
    is_first_page: bool,
    /// Query of the next page; empty on the last.
    next: String,
    done: String,
}

#[derive(Serialize)]
struct LookView {
    asset: Uuid,
    name: String,
    /// Empty while it waits.
    outcome: &'static str,
}

/// A check as its organisation may see it.
pub(crate) fn one(tx: &mut Tx<'_>, party_no: i64, check_no: i64) -> Result<ProofCheck, Refusal> {
    let check = tx.proof_check(party_no, check_no)?;
    check.ok_or(Refusal::NotFound)
}

pub(super) async fn show(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    // Whoever acts by a mandate may see one group of assets alone, and a check may be about all.
    member.must_be_allowed(Deed::ChangeAssets)?;
    let (check_no, party_no) = (site.number(IdKind::ProofCheck, &id)?, member.party_no);
    let outcome: Option<ProofOutcome> = match &asked.outcome[..] {
        "" => None,
        text => Some(text.parse().map_err(|_| Refusal::NotFound)?),
    };
    let after = match &asked.after {
        Some(id) => site.number(IdKind::ProofLook, id)?,
        None => 0,
    };
    let (check, counts, looks) = site
        .read(move |tx| {
            let check = one(tx, party_no, check_no)?;
            let counts = tx.proof_outcomes(check_no)?;
            let looks = tx.proof_looks(check_no, outcome, after, PAGE_ROWS + 1)?;
            Ok((check, counts, looks))
        })
        .await?;
    let last = looks.get(PAGE_ROWS as usize - 1);
    let next = last
        .filter(|_| looks.len() > PAGE_ROWS as usize)
        .map(|last| {
            let after = site.id(IdKind::ProofLook, last.line);
            format!("outcome={}&after={after}", asked.outcome)
        });
    let word = |outcome: Option<ProofOutcome>| outcome.map_or("", ProofOutcome::as_str);
    let rows = looks.iter().take(PAGE_ROWS as usize);
    let view = CheckView {
        id,
        place: check.place.as_str(),
        is_renewal: check.is_renewal,
        asked_at: check.asked_at.to_string(),
        ended_at: check.ended_at.map(|at| at.to_string()),
        looks: check.looks,
        made: check.looks - check.waiting,
        counts: counts
            .into_iter()
            .filter_map(|(outcome, count)| Some((outcome?.as_str(), count)))
            .collect(),
        outcome: word(outcome),
        rows: rows
            .map(|look| LookView {
                asset: site.id(IdKind::Asset, look.asset_no),
                name: look.value.to_string(),
                outcome: word(look.outcome),
            })
            .collect(),
        is_first_page: asked.after.is_none(),
        next: next.unwrap_or_default(),
        done: crate::form::known(&["begun", "running"], &asked.done).to_owned(),
    };
    site.page(&member, "asset/check.html", &view)
}
