//! `GET` and `POST /organisations/{organisation}/assets/{asset}`: one asset, and what the organisation may change of it.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{EmailAddress, IdKind, ProofPlace};
use proof::{evidence, record_text};
use rules::access::Deed;
use rules::asset_plan::is_held_longer;
use serde::{Deserialize, Serialize};
use store::{CodeSubject, OwnAsset, OwnAssetPut};
use uuid::Uuid;

use super::Holding;
use super::add::Details;
use super::filter::{scope, seen};
use super::prove::mail::addresses;
use super::view::AssetView;
use crate::form::{self, Errors};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

#[derive(Clone, Deserialize, Serialize)]
pub(super) struct DetailForm {
    label: String,
    group: String,
    criticality: String,
    #[serde(default)]
    supplier: String,
    valid_until: String,
}

#[derive(Serialize)]
struct DetailView {
    item: AssetView,
    form: DetailForm,
    errors: Errors,
    may_change: bool,
    /// Name of the record that proves it; empty where none does, and for whoever may not prove.
    record_name: String,
    record_text: String,
    /// Where a file proves it; empty as above.
    file_address: String,
    /// Addresses to which a code may go: value and label of the choice.
    mail_addresses: Vec<(String, String)>,
    /// Where a code went that can still be filled in; empty: nowhere.
    code_address: String,
    /// When the desk last decided about a document for it, and why.
    decision: Option<(String, String)>,
    done: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Before {
    done: String,
}

/// What was done just now that this page has a text for.
const DONE: [&str; 10] = [
    "proved",
    "not-proved",
    "asked",
    "mailed",
    "wrong-code",
    "disputed",
    "document-sent",
    "document-kind",
    "document-late",
    "document-too-large",
];

pub(super) async fn detail(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
    Query(before): Query<Before>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadAssets)?;
    let asset = one(&site, &member, &id).await?;
    let form = DetailForm::of(&asset);
    let done = form::known(&DONE, &before.done).to_owned();
    show(&site, &member, &asset, form, Errors::default(), done).await
}

pub(super) async fn change(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
    Form(form): Form<DetailForm>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let asset = one(&site, &member, &id).await?;
    let mut errors = Errors::default();
    let details = Details::read(
        &form.label,
        &form.group,
        &form.criticality,
        &form.supplier,
        &form.valid_until,
        &mut errors,
    );
    let Some(details) = details else {
        return show(&site, &member, &asset, form, errors, String::new()).await;
    };
    let (party_no, asset_no) = (member.party_no, asset.asset_no);
    let (now, actor) = (site.now(), member.who.actor(&site));
    let subject = member.subject();
    site.write(move |tx| {
        let holding = Holding::keep(tx, party_no)?;
        // Read again: one that was closed in between does not come back with its old proof.
        let asset = tx.own_asset(party_no, asset_no)?.ok_or(Refusal::NotFound)?;
        let row = details.applied_to(&asset.row);
        let put = OwnAssetPut {
            row: &row,
            is_claim: is_held_longer(asset.row.valid_until, row.valid_until),
        };
        holding.change(tx, &[put], &[], now)?;
        Ok(tx.record(now, &actor, "change-assets", &subject, "1 changed")?)
    })
    .await?;
    let place = format!("{}/assets?done=changed", member.home());
    Ok(Redirect::to(&place).into_response())
}

/// The asset, if the member may see it.
pub(super) async fn one(site: &Site, member: &Member, id: &Uuid) -> Result<OwnAsset, Refusal> {
    let asset_no = site.number(IdKind::Asset, id)?;
    let party_no = member.party_no;
    let asset = site
        .read(move |tx| Ok(tx.own_asset(party_no, asset_no)?))
        .await?;
    let is_seen =
        |asset: &OwnAsset| scope(member).is_none_or(|group| asset.group_no == Some(group));
    let asset = asset.filter(is_seen).ok_or(Refusal::NotFound)?;
    Ok(seen(member, asset))
}

impl DetailForm {
    fn of(asset: &OwnAsset) -> Self {
        let row = &asset.row;
        Self {
            label: row.label.clone(),
            group: row.group.clone(),
            criticality: row
                .criticality
                .map(|how| how.to_string())
                .unwrap_or_default(),
            supplier: row.supplier.clone(),
            valid_until: row
                .valid_until
                .map(|day| day.to_string())
                .unwrap_or_default(),
        }
    }
}

async fn show(
    site: &Site,
    member: &Member,
    asset: &OwnAsset,
    form: DetailForm,
    errors: Errors,
    done: String,
) -> Result<Response, Refusal> {
    let may_change = member.standing.may(Deed::ChangeAssets);
    let (party_no, asset_no, now) = (member.party_no, asset.asset_no, site.now());
    let value = asset.row.value.clone();
    let (notices, mail_addresses, code_address, decision) = site
        .read(move |tx| {
            let mail_addresses = match may_change {
                true => addresses(tx, &value)?,
                false => Vec::new(),
            };
            let code_address =
                tx.mailed_code_address(party_no, CodeSubject::Asset(asset_no), now)?;
            Ok((
                tx.existence_notices(&[asset_no])?,
                mail_addresses,
                code_address,
                tx.last_proof_decision(party_no, asset_no)?,
            ))
        })
        .await?;
    let put_at = |place| {
        let put_at = evidence(place, &asset.row.value).filter(|_| may_change);
        put_at.unwrap_or_default()
    };
    let view = DetailView {
        decision: decision.map(|(at, reason)| (at.to_string(), reason)),
        record_name: put_at(ProofPlace::Dns),
        record_text: record_text(site.id_key(), member.party_no),
        file_address: put_at(ProofPlace::WellKnown),
        mail_addresses: mail_addresses.iter().map(choice).collect(),
        code_address: code_address.unwrap_or_default(),
        done,
        item: AssetView::new(site, asset).with_notices(asset, &notices),
        form,
        errors,
        may_change,
    };
    site.page(member, "asset/detail.html", &view)
}

fn choice(address: &EmailAddress) -> (String, String) {
    (address.to_string(), address.to_string())
}
