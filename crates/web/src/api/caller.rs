//! Who asks: a program with a key, which acts for one organisation, one source or the desk.
//!
//! A middleware recognises the key once per request; the extractors say in a handler's signature who may come in.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use model::{IdKind, Language, Scope, Timestamp};
use store::{ApiKey, Desks, KEY_TOUCH_INTERVAL_MICROS, KeyOwner, StoreError, Tx};
use uuid::Uuid;

use super::error::ApiError;
use super::parameters::number_of;
use crate::acting::Acting;
use crate::organisation::member_change::language_of;
use crate::site::{Site, seeing};
use crate::visitor::{fresh_token, token_digest};

/// Begin of every key, so that tools that look for leaked secrets know it.
const MARK: &str = "sp";

/// The secret of a fresh key. It is shown to its owner once, and kept nowhere.
pub struct FreshKey {
    secret: String,
}

impl Default for FreshKey {
    /// One that nobody can guess.
    fn default() -> Self {
        Self {
            secret: fresh_token(),
        }
    }
}

impl FreshKey {
    /// Under which the store knows it.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        token_digest(&self.secret)
    }

    /// The whole key, when its public id is known.
    #[must_use]
    pub fn text(&self, id: Uuid) -> String {
        format!("{MARK}_{}_{}", id.simple(), self.secret)
    }
}

/// A program with a key that works.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) key_no: i64,
    pub(crate) owner: KeyOwner,
    /// Reference of the organisation or source.
    pub(crate) reference: Arc<str>,
    scopes: Arc<[Scope]>,
    /// For which desks a key of the desk is; of all for keys of others, which see what is their own.
    desks: Desks,
}

impl Caller {
    /// Whether the key is for this.
    pub(crate) fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Refuses what the key is not for.
    pub(crate) fn must(&self, scope: Scope) -> Result<(), ApiError> {
        if self.may(scope) {
            return Ok(());
        }
        Err(ApiError::Forbidden(format!(
            "This needs a key with scope `{scope}`."
        )))
    }

    /// Refuses a key that is not for every desk: what is asked was written or counted for all of them together.
    pub(crate) fn must_be_of_all_desks(&self) -> Result<(), ApiError> {
        match self.desks.is_all() {
            true => Ok(()),
            false => Err(ApiError::Forbidden(
                "This needs a key that is for every desk.".into(),
            )),
        }
    }

    /// Refuses all but the desk.
    pub(crate) fn must_be_desk(&self) -> Result<(), ApiError> {
        if self.owner == KeyOwner::Desk {
            return Ok(());
        }
        Err(ApiError::Forbidden("This needs a key of the desk.".into()))
    }

    /// Who acts, for the audit log.
    pub(crate) fn actor(&self, site: &Site) -> String {
        format!("key {}", site.id(IdKind::ApiKey, self.key_no))
    }
}

/// A key of the organisation that the path names (`/organisations/{organisation}/...`).
#[derive(Clone, Debug)]
pub(crate) struct Own {
    pub(crate) caller: Caller,
    pub(crate) party_no: i64,
    /// Public id of the organisation.
    pub(crate) party_id: Uuid,
    path: Arc<[(String, String)]>,
}

impl Own {
    /// Who acts, for what pages and programs do in one way.
    pub(crate) fn acting(&self, site: &Site) -> Acting {
        Acting {
            party_no: self.party_no,
            actor: self.caller.actor(site),
            subject: format!("party {}", self.party_id),
        }
    }

    /// Begin of the organisation's addresses, below [`super::ROOT`].
    pub(crate) fn home(&self) -> String {
        format!("/organisations/{}", self.party_id)
    }

    /// In which language people are written to of whom none is known: that of the organisation, or else of the desk.
    pub(crate) fn language(&self, tx: &mut Tx<'_>) -> Result<Language, StoreError> {
        language_of(tx, self.party_no)
    }

    /// The number behind an id of the path.
    pub(crate) fn number(&self, site: &Site, kind: IdKind, name: &str) -> Result<i64, ApiError> {
        number_in(&self.path, site, kind, name)
    }
}

fn number_in(
    path: &[(String, String)],
    site: &Site,
    kind: IdKind,
    name: &str,
) -> Result<i64, ApiError> {
    let found = path.iter().find(|(named, _)| named == name);
    let (_, id) = found.ok_or(ApiError::NotFound)?;
    number_of(site, kind, id)
}

/// Parameters of the path. One that is not text leads nowhere.
async fn path_of(parts: &mut Parts, site: &Site) -> Result<Vec<(String, String)>, ApiError> {
    let path = RawPathParams::from_request_parts(parts, site).await;
    let path = path.map_err(|_| ApiError::NotFound)?;
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    Ok(path.iter().map(owned).collect())
}

/// The number behind the id of a path that names one thing alone.
pub(crate) async fn number_of_path(
    parts: &mut Parts,
    site: &Site,
    kind: IdKind,
    name: &str,
) -> Result<i64, ApiError> {
    number_in(&path_of(parts, site).await?, site, kind, name)
}

/// A name that stands in a path and is no id.
pub(crate) async fn text_of_path(
    parts: &mut Parts,
    site: &Site,
    name: &str,
) -> Result<String, ApiError> {
    let path = path_of(parts, site).await?;
    let found = path.into_iter().find(|(named, _)| named == name);
    found.map(|(_, text)| text).ok_or(ApiError::NotFound)
}

/// What the middleware found.
#[derive(Clone)]
struct Recognised(Option<Caller>);

/// Middleware: recognises the key, counts the request, and notes that the key was used.
pub(crate) async fn recognise(
    State(site): State<Site>,
    mut request: Request,
    next: Next,
) -> Response {
    let caller = match find(&site, request.headers()).await {
        Ok(caller) => caller,
        Err(error) => return error.into_response(),
    };
    let left = caller
        .as_ref()
        .map(|caller| site.api().quotas.take(caller.key_no, Instant::now()));
    let desks = match &caller {
        Some(caller) => caller.desks.clone(),
        // Every route refuses it.
        None => Desks::All,
    };
    request.extensions_mut().insert(Recognised(caller));
    let mut response = match left {
        Some(left) if left.is_over => ApiError::TooOften(left.reset_secs).into_response(),
        _ => {
            seeing(desks, async {
                let path = request.uri().path().to_owned();
                match site.must_see(&path).await {
                    Ok(()) => next.run(request).await,
                    Err(refusal) => ApiError::from(refusal).into_response(),
                }
            })
            .await
        }
    };
    if let Some(left) = left {
        left.write(response.headers_mut());
    }
    response
}

async fn find(site: &Site, headers: &HeaderMap) -> Result<Option<Caller>, ApiError> {
    let Some((key_no, digest)) = presented(site, headers) else {
        return Ok(None);
    };
    let now = site.now();
    let found = site
        .read(move |tx| {
            let Some(key) = tx.api_key(key_no)? else {
                return Ok(None);
            };
            let all = match key.owner {
                KeyOwner::Desk => tx.desk_nos()?,
                KeyOwner::Organisation(_) | KeyOwner::Source(_) => Vec::new(),
            };
            let desks = match all.len() {
                0 | 1 => Desks::All,
                _ => Desks::of(tx.desks_of_key(key_no)?.into_iter().collect(), &all),
            };
            Ok(Some((key, desks)))
        })
        .await?;
    let Some((key, desks)) = found.filter(|(key, _)| is_right(key, digest, now)) else {
        return Ok(None);
    };
    touch(site, &key, now);
    Ok(Some(Caller {
        key_no: key.key_no,
        owner: key.owner,
        reference: key.reference.into(),
        scopes: key.scopes.into(),
        desks,
    }))
}

/// Number and digest of the key in the request. A made-up id ends here, before the store is asked.
fn presented(site: &Site, headers: &HeaderMap) -> Option<(i64, [u8; 32])> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let mut parts = key.trim().splitn(3, '_');
    let (mark, id, secret) = (parts.next()?, parts.next()?, parts.next()?);
    let key_no = number_of(site, IdKind::ApiKey, id).ok()?;
    (mark == MARK).then(|| (key_no, token_digest(secret)))
}

fn is_right(key: &ApiKey, digest: [u8; 32], now: Timestamp) -> bool {
    // Hashes are compared in constant time.
    blake3::Hash::from_bytes(key.digest) == blake3::Hash::from_bytes(digest) && now < key.expires_at
}

fn touch(site: &Site, key: &ApiKey, now: Timestamp) {
    let is_fresh = |used_at: Timestamp| now.micros() - used_at.micros() < KEY_TOUCH_INTERVAL_MICROS;
    if key.used_at.is_some_and(is_fresh) {
        return;
    }
    let key_no = key.key_no;
    site.note("that a key was used", move |tx| {
        Ok(tx.touch_api_key(key_no, now)?)
    });
}

impl FromRequestParts<Site> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, ApiError> {
        let recognised = parts.extensions.get::<Recognised>();
        recognised
            .and_then(|Recognised(caller)| caller.clone())
            .ok_or(ApiError::NoKey)
    }
}

impl FromRequestParts<Site> for Own {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, ApiError> {
        let caller = Caller::from_request_parts(parts, site).await?;
        let path = path_of(parts, site).await?;
        let party_no = number_in(&path, site, IdKind::Party, "organisation")?;
        if caller.owner != KeyOwner::Organisation(party_no) {
            return Err(ApiError::NotFound);
        }
        Ok(Self {
            caller,
            party_no,
            party_id: site.id(IdKind::Party, party_no),
            path: path.into(),
        })
    }
}
