//! The page on which an organisation makes and ends its keys.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum_extra::extract::{Form, Query};
use model::{IdKind, KeyKind, Scope, Timestamp};
use rules::access::{Deed, key_may_hold};
use serde::{Deserialize, Serialize};
use store::{ApiKey, KeyOwner, NewApiKey, Tx};
use uuid::Uuid;

use super::caller::FreshKey;
use crate::acting::Acting;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Keys that an organisation has at a time.
const KEYS_MAX: usize = 20;

/// Longest name of a key, in characters.
const NAME_CHARS_MAX: usize = 100;

/// For how many days a key can be made.
const DAYS: [u16; 3] = [30, 90, 365];

/// The routes of this page.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/organisations/{organisation}/keys", get(show).post(make))
        .route("/organisations/{organisation}/keys/{key}/end", post(end))
}

#[derive(Deserialize)]
struct Made {
    #[serde(default)]
    name: String,
    #[serde(default)]
    scope: Vec<String>,
    #[serde(default)]
    days: u16,
}

#[derive(Deserialize)]
struct Done {
    #[serde(default)]
    done: String,
}

#[derive(Default, Serialize)]
struct KeysView {
    home: String,
    keys: Vec<KeyRow>,
    /// What a key can be for, and whether that is chosen.
    scopes: Vec<(&'static str, bool)>,
    days: [u16; 3],
    days_chosen: u16,
    name: String,
    errors: Errors,
    /// The key that was just made; it is never shown again.
    fresh: Option<String>,
    has_ended_one: bool,
}

#[derive(Serialize)]
struct KeyRow {
    id: Uuid,
    name: String,
    scopes: Vec<&'static str>,
    made_at: String,
    expires_at: String,
    has_expired: bool,
    used_at: Option<String>,
}

async fn show(
    State(site): State<Site>,
    member: Member,
    Query(done): Query<Done>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::MakeKeys)?;
    let view = KeysView {
        days_chosen: DAYS[2],
        has_ended_one: done.done == "ended",
        ..KeysView::default()
    };
    page(&site, &member, view, &[]).await
}

async fn make(
    State(site): State<Site>,
    member: Member,
    Form(made): Form<Made>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::MakeKeys)?;
    let now = site.now();
    member.who.must_have_proved(now)?;
    let chosen: Vec<Scope> = possible()
        .filter(|scope| made.scope.iter().any(|word| word == scope.as_str()))
        .collect();
    let name = made.name.trim().to_owned();
    let mut errors = Errors::default();
    let is_name = (1..=NAME_CHARS_MAX).contains(&name.chars().count())
        && !name.chars().any(model::shown::is_unsafe_to_show);
    if !is_name {
        errors.add("name", "api-keys-name-wrong");
    }
    if chosen.is_empty() {
        errors.add("scope", "api-keys-scope-missing");
    }
    if !DAYS.contains(&made.days) {
        errors.add("days", "api-keys-days-wrong");
    }
    let fresh = FreshKey::default();
    let mut text = None;
    if errors.is_empty() {
        let id = add(
            &site,
            &member,
            &fresh,
            name.clone(),
            chosen.clone(),
            made.days,
        )
        .await?;
        match id {
            Some(id) => text = Some(fresh.text(id)),
            None => errors.add("name", "api-keys-too-many"),
        }
    }
    let is_made = text.is_some();
    let view = KeysView {
        days_chosen: made.days,
        name: if is_made { String::new() } else { name },
        errors,
        fresh: text,
        ..KeysView::default()
    };
    // Shown by the answer itself: an address to which the browser would be sent cannot hold a secret.
    page(&site, &member, view, if is_made { &[] } else { &chosen }).await
}

/// Adds a key; nothing when there are enough.
async fn add(
    site: &Site,
    member: &Member,
    fresh: &FreshKey,
    name: String,
    scopes: Vec<Scope>,
    days: u16,
) -> Result<Option<Uuid>, Refusal> {
    let (now, digest, party_no) = (site.now(), fresh.digest(), member.party_no);
    let (actor, subject) = (member.who.actor(site), member.subject());
    let shown_by = site.clone();
    site.write(move |tx| {
        if tx.api_keys_of(party_no)?.len() >= KEYS_MAX {
            return Ok(None);
        }
        let new = NewApiKey {
            digest,
            owner: KeyOwner::Organisation(party_no),
            name: &name,
            scopes: &scopes,
            expires_at: now.plus_seconds(i64::from(days) * 86_400),
        };
        let id = shown_by.id(IdKind::ApiKey, tx.add_api_key(&new, &actor, now)?);
        tx.record(now, &actor, "make-key", &subject, &format!("key {id}"))?;
        Ok(Some(id))
    })
    .await
}

async fn end(
    State(site): State<Site>,
    member: Member,
    Path((_, key)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::MakeKeys)?;
    let id: Uuid = key.parse().map_err(|_| Refusal::NotFound)?;
    let key_no = site.number(IdKind::ApiKey, &id)?;
    let (acting, own, now) = (member.acting(&site), site.clone(), site.now());
    site.write(move |tx| end_key(tx, &own, &acting, key_no, now))
        .await?;
    let place = format!("/organisations/{}/keys?done=ended", member.party_id);
    Ok(Redirect::to(&place).into_response())
}

/// Ends a key of an organisation.
pub(super) fn end_key(
    tx: &mut Tx<'_>,
    site: &Site,
    acting: &Acting,
    key_no: i64,
    now: Timestamp,
) -> Result<(), Refusal> {
    if !tx.end_api_key(Some(acting.party_no), key_no, &acting.actor, now)? {
        return Err(Refusal::NotFound);
    }
    let id = site.id(IdKind::ApiKey, key_no);
    Ok(acting.record(tx, "end-key", &format!("key {id}"), now)?)
}

async fn page(
    site: &Site,
    member: &Member,
    mut view: KeysView,
    chosen: &[Scope],
) -> Result<Response, Refusal> {
    let (party_no, now) = (member.party_no, site.now());
    let keys = site.read(move |tx| Ok(tx.api_keys_of(party_no)?)).await?;
    let row = |key: ApiKey| KeyRow {
        id: site.id(IdKind::ApiKey, key.key_no),
        name: key.name,
        scopes: key.scopes.iter().map(|scope| scope.as_str()).collect(),
        made_at: key.made_at.to_string(),
        expires_at: key.expires_at.to_string(),
        has_expired: key.expires_at <= now,
        used_at: key.used_at.map(|at| at.to_string()),
    };
    view.keys = keys.into_iter().map(row).collect();
    view.scopes = possible()
        .map(|scope| (scope.as_str(), chosen.contains(&scope)))
        .collect();
    view.days = DAYS;
    view.home = format!("/organisations/{}", member.party_id);
    site.page(member, "api/keys.html", &view)
}

/// What a key of an organisation can be for.
fn possible() -> impl Iterator<Item = Scope> {
    let all = Scope::ALL.iter().copied();
    all.filter(|scope| key_may_hold(KeyKind::Organisation, *scope))
}
