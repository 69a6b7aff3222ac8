//! `GET` and `POST /organisations/{organisation}/assets/new`: one asset by a form; the page also takes lists.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use formats::register::LABEL_CHARS_MAX;
use model::register::OwnAssetRow;
use model::{AssetValue, Criticality, Day};
use rules::access::Deed;
use serde::{Deserialize, Serialize};
use store::OwnAssetPut;

use super::Holding;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// An asset as a form gives it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct AssetForm {
    kind: String,
    value: String,
    label: String,
    group: String,
    criticality: String,
    supplier: String,
    valid_until: String,
}

#[derive(Serialize)]
struct AddView {
    form: AssetForm,
    errors: Errors,
    /// Why a list was not read; empty when none was sent.
    list_error: String,
}

pub(super) async fn form(State(site): State<Site>, member: Member) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    show(&site, &member, AssetForm::default(), Errors::default(), "")
}

pub(super) fn show(
    site: &Site,
    member: &Member,
    form: AssetForm,
    errors: Errors,
    list_error: &str,
) -> Result<Response, Refusal> {
    let view = AddView {
        form,
        errors,
        list_error: list_error.to_owned(),
    };
    site.page(member, "asset/new.html", &view)
}

pub(super) async fn add(
    State(site): State<Site>,
    member: Member,
    Form(form): Form<AssetForm>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let mut errors = Errors::default();
    let Some(row) = form.row(&mut errors) else {
        return show(&site, &member, form, errors, "");
    };
    let (party_no, now, actor) = (member.party_no, site.now(), member.who.actor(&site));
    let subject = member.subject();
    site.write(move |tx| {
        let put = OwnAssetPut {
            row: &row,
            is_claim: true,
        };
        let holding = Holding::keep(tx, party_no)?;
        if tx.holds_asset(party_no, &row)? {
            return Ok(());
        }
        holding.change(tx, &[put], &[], now)?;
        Ok(tx.record(now, &actor, "add-assets", &subject, "1 added")?)
    })
    .await?;
    Ok(Redirect::to(&format!("{}/assets?done=added", member.home())).into_response())
}

impl AssetForm {
    /// The asset, or a note of everything that is wrong.
    fn row(&self, errors: &mut Errors) -> Option<OwnAssetRow> {
        let value = match self.kind.parse() {
            Ok(kind) => AssetValue::parse(kind, &self.value),
            Err(_) => AssetValue::guess(&self.value),
        };
        let value = errors.take("value", value, "asset-error-value");
        let details = Details::read(
            &self.label,
            &self.group,
            &self.criticality,
            &self.supplier,
            &self.valid_until,
            errors,
        );
        let details = details?;
        Some(OwnAssetRow {
            value: value?,
            given: self.value.trim().to_owned(),
            label: details.label,
            group: details.group,
            criticality: details.criticality,
            supplier: details.supplier,
            valid_from: None,
            valid_until: details.valid_until,
        })
    }
}

/// What an organisation may change of an asset that it holds.
pub(crate) struct Details {
    pub(super) label: String,
    pub(super) group: String,
    pub(super) criticality: Option<Criticality>,
    pub(super) supplier: String,
    pub(super) valid_until: Option<Day>,
}

impl Details {
    /// The asset, as it is with these.
    pub(super) fn applied_to(&self, row: &OwnAssetRow) -> OwnAssetRow {
        OwnAssetRow {
            label: self.label.clone(),
            group: self.group.clone(),
            criticality: self.criticality,
            supplier: self.supplier.clone(),
            valid_until: self.valid_until,
            ..row.clone()
        }
    }

    pub(super) fn read(
        label: &str,
        group: &str,
        criticality: &str,
        supplier: &str,
        valid_until: &str,
        errors: &mut Errors,
    ) -> Option<Self> {
        let label = name(errors, "label", label);
        let group = name(errors, "group", group);
        let criticality = match criticality {
            "" => Some(None),
            text => errors.take(
                "criticality",
                text.parse().map(Some),
                "asset-error-criticality",
            ),
        };
        let supplier = name(errors, "supplier", supplier);
        let valid_until = match valid_until.trim() {
            "" => Some(None),
            text => errors.take("valid_until", text.parse().map(Some), "asset-error-day"),
        };
        Some(Self {
            label: label?,
            group: group?,
            criticality: criticality?,
            supplier: supplier?,
            valid_until: valid_until?,
        })
    }
}

fn name(errors: &mut Errors, field: &'static str, text: &str) -> Option<String> {
    let text = text.trim();
    let is_good = text.chars().count() <= LABEL_CHARS_MAX && !text.chars().any(char::is_control);
    let checked = is_good.then(|| text.to_owned()).ok_or(());
    errors.take(field, checked, "asset-error-name")
}
