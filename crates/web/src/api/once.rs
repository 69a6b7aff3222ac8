//! Requests that may be sent twice: with an `Idempotency-Key` the second gets the answer of the first.

use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use model::Timestamp;
use serde::Serialize;
use store::{AskedOnce, KeptAnswer, Tx};

use super::ROOT;
use super::caller::Caller;
use super::error::{ApiError, Mistake};
use super::fields::{Fields, read_json, read_object};
use super::parameters::no_parameters;
use super::shown::{as_json, json};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::token_digest;

/// The header by which a program names a request (draft-ietf-httpapi-idempotency-key-header-07).
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// How long an answer can be given again, in seconds.
const KEPT_SECS: i64 = 24 * 3_600;

/// Longest name of a request, in characters.
const NAME_CHARS_MAX: usize = 255;

/// What a request made.
pub(crate) struct Made {
    pub(crate) status: StatusCode,
    /// Where it is; empty when it has no place of its own.
    pub(crate) location: String,
    /// What is kept for a day; no secret.
    pub(crate) body: String,
}

impl Made {
    /// Something new, at this path below [`ROOT`].
    pub(crate) fn created(path: &str, view: &impl Serialize) -> Self {
        Self {
            status: StatusCode::CREATED,
            location: format!("{ROOT}{path}"),
            body: json(view),
        }
    }

    /// Something that has no place of its own.
    pub(crate) fn done(view: &impl Serialize) -> Self {
        Self {
            status: StatusCode::OK,
            location: String::new(),
            body: json(view),
        }
    }

    /// Something of which there is no more to say than that it was done.
    pub(crate) fn nothing() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            location: String::new(),
            body: String::new(),
        }
    }
}

/// A request that changes something.
pub(crate) struct Wanted {
    asked: Option<AskedOnce>,
    request: [u8; 32],
}

impl Wanted {
    /// A request with its body.
    pub(crate) fn of(caller: &Caller, parts: &Parts, body: &[u8]) -> Result<Self, ApiError> {
        let asked = match parts.headers.get(IDEMPOTENCY_KEY) {
            None => None,
            Some(name) => Some(AskedOnce {
                key_no: caller.key_no,
                digest: token_digest(checked(name)?),
            }),
        };
        let mut hasher = blake3::Hasher::new();
        for part in [parts.method.as_str(), parts.uri.path()] {
            hasher.update(part.as_bytes()).update(&[0]);
        }
        hasher.update(body);
        Ok(Self {
            asked,
            request: *hasher.finalize().as_bytes(),
        })
    }
}

/// Whether an answer is kept for a request. For one whose work takes several transactions before the last, which is [`once`].
pub(crate) async fn is_answered(site: &Site, wanted: &Wanted) -> Result<bool, Refusal> {
    let (asked, now) = (wanted.asked, site.now());
    let Some(asked) = asked else {
        return Ok(false);
    };
    site.write(move |tx| Ok(tx.kept_answer(&asked, now)?.is_some()))
        .await
}

/// What a request that changes something sends.
pub(crate) async fn sent<T>(
    caller: &Caller,
    request: Request,
    read: impl FnOnce(&mut Fields<'_, '_>) -> Option<T>,
) -> Result<(T, Wanted), ApiError> {
    let (parts, body) = request.into_parts();
    no_parameters(&parts)?;
    let (bytes, value) = read_json(&parts, body).await?;
    let new = read_object(&value, read)?;
    Ok((new, Wanted::of(caller, &parts, &bytes)?))
}

/// A request that changes something and sends nothing.
pub(crate) fn bare(caller: &Caller, parts: &Parts) -> Result<Wanted, ApiError> {
    no_parameters(parts)?;
    Wanted::of(caller, parts, &[])
}

fn checked(name: &HeaderValue) -> Result<&str, ApiError> {
    let text = name.to_str().unwrap_or_default();
    let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    if (1..=NAME_CHARS_MAX).contains(&text.len()) && is_visible {
        return Ok(text);
    }
    let why = format!("1 to {NAME_CHARS_MAX} visible ASCII characters are expected");
    let mistake = Mistake::of(IDEMPOTENCY_KEY.as_str(), "bad-value", why);
    Err(ApiError::Invalid(vec![mistake]))
}

/// Does what is wanted, or gives the answer of the first time. What was done and its answer are one transaction.
pub(crate) async fn once(
    site: &Site,
    wanted: Wanted,
    work: impl FnMut(&mut Tx<'_>, Timestamp) -> Result<Made, ApiError> + Send + 'static,
) -> Result<Response, ApiError> {
    once_revealed(site, wanted, work, |_, made| Ok(made)).await
}

/// The same for an answer with a secret. What `work` gives is kept, and says where the secret comes from; `revealed` puts it in,
/// the first time and again.
pub(crate) async fn once_revealed(
    site: &Site,
    wanted: Wanted,
    mut work: impl FnMut(&mut Tx<'_>, Timestamp) -> Result<Made, ApiError> + Send + 'static,
    revealed: fn(&mut Tx<'_>, Made) -> Result<Made, ApiError>,
) -> Result<Response, ApiError> {
    let now = site.now();
    let Wanted { asked, request } = wanted;
    let made = site.change(move |tx| {
        let Some(asked) = &asked else {
            let made = work(tx, now)?;
            return revealed(tx, made);
        };
        if let Some(kept) = tx.kept_answer(asked, now)? {
            let made = given_again(kept, &request)?;
            return revealed(tx, made);
        }
        let made = work(tx, now)?;
        let kept = KeptAnswer {
            request: request.to_vec(),
            status: made.status.as_u16(),
            location: made.location.clone(),
            body: made.body.clone(),
        };
        tx.keep_answer(asked, &kept, now, now.plus_seconds(KEPT_SECS))?;
        revealed(tx, made)
    });
    let made = made.await?;
    let mut response = as_json(made.status, made.body);
    if !made.location.is_empty() {
        let location = HeaderValue::try_from(made.location).expect("our addresses are ASCII");
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

fn given_again(kept: KeptAnswer, request: &[u8; 32]) -> Result<Made, ApiError> {
    if kept.request != request {
        return Err(ApiError::KeyReused);
    }
    Ok(Made {
        status: StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK),
        location: kept.location,
        body: kept.body,
    })
}
