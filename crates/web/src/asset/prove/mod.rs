//! Proving that an asset is one's own: by a record in the DNS, a file on the website, a code by mail, by what is known already,
//! or by a document for the desk.

pub(crate) mod mail;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Redirect;
use model::{AssetValue, ProofOutcome, ProofPlace, Timestamp};
use proof::{record_text, settle};
use rules::access::Deed;
use rules::proof::proves;
use serde::Deserialize;
use store::{OwnAsset, StoreError, Tx};
use uuid::Uuid;

use super::announce;
use super::detail::one;
use crate::acting::Acting;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// A check asks a server of somebody else.
const CHECKS: Limiter = Limiter::new("proof checks", Rate::per_hour(60));

/// Longest note to the desk, in characters.
pub(crate) const NOTE_CHARS_MAX: usize = 1_000;

#[derive(Deserialize)]
pub(super) struct Note {
    note: String,
}

/// `POST .../assets/{asset}/prove`: looks whether the asset is proved by now.
pub(super) async fn check(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let asset = one(&site, &member, &id).await?;
    let is_proved = look(&site, member.acting(&site), &asset).await?;
    let done = if is_proved { "proved" } else { "not-proved" };
    Ok(to_asset(&member, &id, done))
}

/// Looks outside and at what is known, and writes down what that proves; says whether the asset is proved now.
pub(crate) async fn look(site: &Site, acting: Acting, asset: &OwnAsset) -> Result<bool, Refusal> {
    let (party_no, asset_no) = (acting.party_no, asset.asset_no);
    site.limit(&CHECKS, party_no)?;
    let is_disputed = site.read(move |tx| Ok(tx.is_disputed(asset_no)?)).await?;
    let value = asset.row.value.clone();
    let seen = seen_outside(site, party_no, &value, is_disputed).await?;
    let now = site.now();
    site.write(move |tx| {
        let proved = match seen {
            Some(place) => proof::prove(tx, (party_no, asset_no), (place, &value), now)?,
            None => false,
        };
        follow(tx, &acting, proved, now)?;
        let asset = tx.own_asset(party_no, asset_no)?;
        let claim = asset.and_then(|asset| asset.claim);
        Ok(claim.is_none_or(|claim| claim.method.is_some()))
    })
    .await
}

/// Where an asset is proved: in the DNS, or else on its website. A file counts less than a record: it does not settle a dispute.
async fn seen_outside(
    site: &Site,
    party_no: i64,
    value: &AssetValue,
    is_disputed: bool,
) -> Result<Option<ProofPlace>, Refusal> {
    let may_count = |place: &ProofPlace| *place == ProofPlace::Dns || !is_disputed;
    let places = ProofPlace::ALL.iter().copied();
    let places: Vec<ProofPlace> = places
        .filter(|place| proves(*place, value) && may_count(place))
        .collect();
    if places.is_empty() {
        return Ok(None);
    }
    let (asking, value) = (site.clone(), value.clone());
    let text = record_text(site.id_key(), party_no);
    let look = move || {
        let mut places = places.into_iter();
        places
            .find(|place| proof::look(asking.way(), *place, &value, &text) == ProofOutcome::Proved)
    };
    let looked = tokio::task::spawn_blocking(look).await;
    looked.map_err(|_| Refusal::Panicked)
}

/// Writes down all that follows from a proof, or from what is known already.
fn follow(
    tx: &mut Tx<'_>,
    acting: &Acting,
    is_proved: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let count = settle(tx, acting.party_no, now)? + u64::from(is_proved);
    if count > 0 {
        announce(tx, now)?;
        acting.record(tx, "prove-assets", &format!("{count} proved"), now)?;
    }
    Ok(())
}

fn to_asset(member: &Member, id: &Uuid, done: &str) -> Redirect {
    Redirect::to(&format!("{}/assets/{id}?done={done}", member.home()))
}

/// `POST .../assets/{asset}/review`: asks the desk to look at a document.
pub(super) async fn ask_review(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
    Form(form): Form<Note>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let asset = one(&site, &member, &id).await?;
    let note: String = form.note.trim().chars().take(NOTE_CHARS_MAX).collect();
    let (acting, now) = (member.acting(&site), site.now());
    site.write(move |tx| Ok(ask(tx, &acting, asset.asset_no, &note, now)?))
        .await?;
    Ok(to_asset(&member, &id, "asked"))
}

/// Asks the desk to look at a claim, unless it is asked already.
pub(crate) fn ask(
    tx: &mut Tx<'_>,
    acting: &Acting,
    asset_no: i64,
    note: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    if tx.ask_proof_review(acting.party_no, asset_no, note, now)? {
        acting.record(tx, "ask-proof-review", "", now)?;
    }
    Ok(())
}
