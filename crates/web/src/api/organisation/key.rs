//! Keys of the caller's organisation. A program ends keys and makes none: a stolen one would outlive its end.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use model::{IdKind, Scope};
use serde::Serialize;
use store::{ApiKey, Tx};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::api::caller::Own;
use crate::api::cursor::AfterKey;
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::ApiError;
use crate::api::fields::removal;
use crate::api::keys_page::end_key;
use crate::api::parameters::{Parameters, no_parameters};
use crate::api::shown::{must_match, short_page, shown};
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of keys.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_keys))
        .routes(routes!(get_key, end))
}

/// A key of the organisation. It may have expired.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Key {
    id: Uuid,
    #[schema(example = "inventory")]
    name: String,
    #[schema(example = json!(["assets:read"]))]
    scopes: Vec<&'static str>,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    made_at: String,
    #[schema(format = DateTime, example = "2027-11-18T02:14:33Z")]
    expires_at: String,
}

page_schema! {
    /// A page of keys.
    KeyPage, Key
}

fn view(site: &Site, key: &ApiKey) -> Key {
    Key {
        id: site.id(IdKind::ApiKey, key.key_no),
        name: key.name.clone(),
        scopes: key.scopes.iter().map(|scope| scope.as_str()).collect(),
        made_at: key.made_at.to_string(),
        expires_at: key.expires_at.to_string(),
    }
}

fn one(tx: &mut Tx<'_>, party_no: i64, key_no: i64) -> Result<ApiKey, Refusal> {
    let keys = tx.api_keys_of(party_no)?;
    let one = keys.into_iter().find(|key| key.key_no == key_no);
    one.ok_or(Refusal::NotFound)
}

/// The keys of the organisation that were not ended, without their secrets.
#[utoipa::path(
    get, path = "/organisations/{organisation}/keys", tag = "people", operation_id = "listKeys",
    params(PageQuery),
    responses((status = 200, description = "A page", body = KeyPage)),
)]
async fn list_keys(State(site): State<Site>, own: Own, parts: Parts) -> Result<Response, ApiError> {
    own.caller.must(Scope::KeysRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterKey>(&site);
    parameters.end()?;
    let rows = site.read(move |tx| Ok(tx.api_keys_of(own.party_no)?));
    let views = (|key: &ApiKey| key.key_no, |key| view(&site, &key));
    Ok(short_page(&site, &parts, &wanted, rows.await?, views))
}

/// One key.
#[utoipa::path(
    get, path = "/organisations/{organisation}/keys/{key}", tag = "people", operation_id = "getKey",
    responses((status = 200, description = "The key", body = Key)),
)]
async fn get_key(State(site): State<Site>, own: Own, parts: Parts) -> Result<Response, ApiError> {
    own.caller.must(Scope::KeysRead)?;
    no_parameters(&parts)?;
    let key_no = own.number(&site, IdKind::ApiKey, "key")?;
    let key = site.read(move |tx| one(tx, own.party_no, key_no));
    Ok(shown(&parts.headers, &view(&site, &key.await?)))
}

/// Ends a key: from this moment on it does not work, also where it is the one that asks.
#[utoipa::path(
    delete, path = "/organisations/{organisation}/keys/{key}", tag = "people", operation_id = "endKey",
    responses((status = 204, description = "It was ended")),
)]
async fn end(State(site): State<Site>, own: Own, parts: Parts) -> Result<Response, ApiError> {
    own.caller.must(Scope::KeysWrite)?;
    removal(&parts)?;
    let key_no = own.number(&site, IdKind::ApiKey, "key")?;
    let (acting, now, shown_by) = (own.acting(&site), site.now(), site.clone());
    site.change(move |tx| {
        let key = one(tx, acting.party_no, key_no)?;
        must_match(&parts.headers, &view(&shown_by, &key))?;
        Ok(end_key(tx, &shown_by, &acting, key_no, now)?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
