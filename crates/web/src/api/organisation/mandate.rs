//! Mandates: who may act for the caller's organisation, and for whom it may act.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use model::{Day, IdKind, Scope, Timestamp, Tlp};
use serde::Serialize;
use store::{Mandate, Tx};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::api::caller::Own;
use crate::api::cursor::AfterMandate;
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::{ApiError, Mistake};
use crate::api::fields::{Fields, removal};
use crate::api::once::{Made, once, sent};
use crate::api::parameters::{Parameters, no_parameters};
use crate::api::shown::{must_match, short_page, shown};
use crate::finding::mandated::choice::held;
use crate::organisation::mandate_change::{ATTEMPTS, NotGiven, give, revoke};
use crate::refusal::Refusal;
use crate::site::Site;

/// Longest reference of an organisation, in characters.
const HOLDER_CHARS_MAX: usize = 100;

/// The routes of mandates.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_mandates, give_mandate))
        .routes(routes!(get_mandate, revoke_mandate))
        .routes(routes!(list_customers))
}

/// A mandate: one organisation may act for another.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Mandate)]
struct MandateView {
    id: Uuid,
    /// Who gave it.
    organisation_id: Uuid,
    #[schema(example = "Example Hospital")]
    organisation: String,
    /// Who acts.
    holder_id: Uuid,
    #[schema(example = "Example Supplier")]
    holder: String,
    /// The group of assets that it is about; `null`: all.
    group_id: Option<Uuid>,
    /// Most restricted marking that the holder sees; never beyond `TLP:AMBER`.
    #[schema(example = "TLP:AMBER")]
    tlp: &'static str,
    /// Whether the holder may answer, or only read.
    may_answer: bool,
    /// First day on which it no longer holds; `null`: until it is revoked.
    #[schema(format = Date, example = "2027-01-01")]
    valid_until: Option<String>,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    given_at: String,
}

page_schema! {
    /// A page of mandates.
    MandatePage, MandateView
}

/// A mandate to be given.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `NewMandate::read` reads")]
#[schema(rename_all = "camelCase", as = NewMandate)]
struct NewMandateSchema {
    /// Number in the trade register, or reference, of who is to act.
    #[schema(max_length = 100, min_length = 1, example = "90000017")]
    holder: String,
    /// The group of assets that it is about; left out: all.
    group: Option<Uuid>,
    /// Most restricted marking that the holder sees; more than `AMBER` counts as that.
    #[schema(example = "TLP:AMBER")]
    tlp: String,
    /// Whether the holder may answer, or only read.
    #[schema(required = false)]
    may_answer: bool,
    /// First day on which it no longer holds, after today.
    #[schema(format = Date, example = "2027-01-01")]
    valid_until: Option<String>,
}

struct NewMandate {
    holder: String,
    mandate: Mandate,
}

impl NewMandate {
    fn read(site: &Site, fields: &mut Fields<'_, '_>) -> Option<Self> {
        let holder = fields.line("holder", HOLDER_CHARS_MAX);
        let group_no = fields.id(site, IdKind::AssetGroup, "group");
        let (tlp, may_answer) = (fields.required::<Tlp>("tlp"), fields.flag("mayAnswer"));
        let valid_until: Option<Day> = fields.optional("validUntil")?;
        if valid_until.is_some_and(|day| day <= site.now().day()) {
            fields.mistake("validUntil", "bad-value", "a day after today is expected");
            return None;
        }
        Some(Self {
            holder: holder?,
            mandate: Mandate {
                mandate_no: 0,
                party_no: 0,
                party_name: String::new(),
                holder_no: 0,
                holder_name: String::new(),
                group_no: group_no?,
                tlp_max: tlp?.min(Tlp::Amber),
                may_answer: may_answer?,
                valid_until,
                given_at: site.now(),
            },
        })
    }
}

fn view(site: &Site, mandate: &Mandate) -> MandateView {
    MandateView {
        id: site.id(IdKind::Mandate, mandate.mandate_no),
        organisation_id: site.id(IdKind::Party, mandate.party_no),
        organisation: mandate.party_name.clone(),
        holder_id: site.id(IdKind::Party, mandate.holder_no),
        holder: mandate.holder_name.clone(),
        group_id: mandate
            .group_no
            .map(|group_no| site.id(IdKind::AssetGroup, group_no)),
        tlp: mandate.tlp_max.as_str(),
        may_answer: mandate.may_answer,
        valid_until: mandate.valid_until.map(|day| day.to_string()),
        given_at: mandate.given_at.to_string(),
    }
}

fn one(tx: &mut Tx<'_>, party_no: i64, mandate_no: i64) -> Result<Mandate, Refusal> {
    let given = tx.mandates_given(party_no)?;
    let mut one = given
        .into_iter()
        .filter(|mandate| mandate.mandate_no == mandate_no);
    one.next().ok_or(Refusal::NotFound)
}

/// Mandates that the organisation gave.
#[utoipa::path(
    get, path = "/organisations/{organisation}/mandates", tag = "people", operation_id = "listMandates",
    params(PageQuery),
    responses((status = 200, description = "A page", body = MandatePage)),
)]
async fn list_mandates(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    list(&site, own, &parts, |tx, own, now| {
        let mut given = tx.mandates_given(own.party_no)?;
        given.retain(|mandate| mandate.holds_at(now));
        Ok(given)
    })
    .await
}

/// Mandates that the organisation has: for whom it may act.
#[utoipa::path(
    get, path = "/organisations/{organisation}/customers", tag = "people", operation_id = "listCustomers",
    params(PageQuery),
    responses((status = 200, description = "A page", body = MandatePage)),
)]
async fn list_customers(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    list(&site, own, &parts, |tx, own, now| {
        Ok(held(tx, own.party_no, now)?)
    })
    .await
}

async fn list(
    site: &Site,
    own: Own,
    parts: &Parts,
    read: fn(&mut Tx<'_>, &Own, Timestamp) -> Result<Vec<Mandate>, Refusal>,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::MandatesRead)?;
    let mut parameters = Parameters::of(parts);
    let wanted = parameters.page::<AfterMandate>(site);
    parameters.end()?;
    let now = site.now();
    let rows = site.read(move |tx| read(tx, &own, now));
    let views = (
        |mandate: &Mandate| mandate.mandate_no,
        |mandate| view(site, &mandate),
    );
    Ok(short_page(site, parts, &wanted, rows.await?, views))
}

/// One mandate that the organisation gave.
#[utoipa::path(
    get, path = "/organisations/{organisation}/mandates/{mandate}", tag = "people", operation_id = "getMandate",
    responses((status = 200, description = "The mandate", body = MandateView)),
)]
async fn get_mandate(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::MandatesRead)?;
    no_parameters(&parts)?;
    let mandate_no = own.number(&site, IdKind::Mandate, "mandate")?;
    let row = site.read(move |tx| one(tx, own.party_no, mandate_no));
    Ok(shown(&parts.headers, &view(&site, &row.await?)))
}

/// Lets another organisation act for this one. The administrators of both are told.
#[utoipa::path(
    post, path = "/organisations/{organisation}/mandates", tag = "people", operation_id = "giveMandate",
    request_body = NewMandateSchema,
    responses((status = 201, description = "It holds", body = MandateView)),
)]
async fn give_mandate(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::MandatesWrite)?;
    let read = |fields: &mut Fields<'_, '_>| NewMandate::read(&site, fields);
    let (new, wanted) = sent(&own.caller, request, read).await?;
    site.limit(&ATTEMPTS, ("party", own.party_no))?;
    let (acting, shown_by) = (own.acting(&site), site.clone());
    once(&site, wanted, move |tx, now| {
        let wanted = (&new.holder[..], &new.mandate);
        let mandate_no = give(tx, &shown_by, &acting, wanted, now)?.map_err(why_not)?;
        let view = view(&shown_by, &one(tx, own.party_no, mandate_no)?);
        let path = format!("{}/mandates/{}", own.home(), view.id);
        Ok(Made::created(&path, &view))
    })
    .await
}

fn why_not(why: NotGiven) -> ApiError {
    let wrong = |why| ApiError::Invalid(vec![Mistake::at("/holder", "unknown", why)]);
    match why {
        NotGiven::NoHolder => wrong("no organisation here has exactly this number or reference"),
        NotGiven::Itself => wrong("this is the organisation itself"),
        NotGiven::Twice => ApiError::Exists("a mandate for this organisation"),
    }
}

/// Revokes a mandate: from this moment on its holder sees nothing. The administrators of both are told.
#[utoipa::path(
    delete, path = "/organisations/{organisation}/mandates/{mandate}", tag = "people", operation_id = "revokeMandate",
    responses((status = 204, description = "It was revoked")),
)]
async fn revoke_mandate(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::MandatesWrite)?;
    removal(&parts)?;
    let mandate_no = own.number(&site, IdKind::Mandate, "mandate")?;
    let (acting, now, shown_by) = (own.acting(&site), site.now(), site.clone());
    site.change(move |tx| {
        let held = one(tx, acting.party_no, mandate_no)?;
        must_match(&parts.headers, &view(&shown_by, &held))?;
        Ok(revoke(tx, &shown_by, &acting, mandate_no, now)?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
