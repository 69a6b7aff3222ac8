//! `GET /account/provider/{provider}/return`: the browser comes back from a provider.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use model::Timestamp;
use serde::{Deserialize, Serialize};
use store::Step;

use super::admit::{NotAdmitted, admit, link, prove};
use super::{Begun, Failure, KIND, OF_NETWORK, Purpose, cookie_name, failed, silent};
use crate::account::session::{self, browser_name};
use crate::client::Client;
use crate::provider::{ExchangeError, IdToken, Known};
use crate::public::preferences::back;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{Visitor, token_digest};

/// How much earlier than asked for the provider may say that the person signed in, in seconds: clocks differ.
const CLOCK_SKEW_SECS: i64 = 60;

/// What the provider sends along (RFC 6749, section 4.1.2).
#[derive(Deserialize)]
pub(in crate::account) struct Brought {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    error: String,
    iss: Option<String>,
}

/// Why somebody who was recognised may not come in.
#[derive(Serialize)]
struct NotAdmittedView<'a> {
    label: &'a str,
    why: NotAdmitted,
}

pub(in crate::account) async fn come_back(
    State(site): State<Site>,
    visitor: Visitor,
    client: Client,
    headers: HeaderMap,
    jar: CookieJar,
    Path(name): Path<String>,
    Query(brought): Query<Brought>,
) -> Result<Response, Refusal> {
    site.limit(&OF_NETWORK, client)?;
    let known = site.providers().named(&name).ok_or(Refusal::NotFound)?;
    let token = jar.get(cookie_name(&site)).map(|cookie| cookie.value());
    let begun = match token {
        Some(token) => take(&site, token, &name, &brought.state).await?,
        None => None,
    };
    // Of another browser, of another provider, too late, or for the second time.
    let Some((step, begun)) = begun else {
        return Ok(failed(Failure::Unclear, Purpose::SignIn, ""));
    };
    let Begun {
        purpose, ref next, ..
    } = begun;
    let shown = match recognised(known, &begun, brought, site.now()).await {
        Ok(shown) => shown,
        Err(failure) => return Ok(failed(failure, purpose, next)),
    };
    if purpose == Purpose::SignIn {
        let browser = browser_name(&headers);
        let opened = admit(&site, known, shown, visitor.language, browser).await?;
        return match opened {
            Ok(token) => Ok((session::keep(&site, jar, token), back(next)).into_response()),
            Err(why) => not_admitted(&site, &visitor, known, why),
        };
    }
    // Whoever began it is still signed in here: otherwise somebody could leave an account of its own with another.
    let who = visitor.signed_in.ok_or(Refusal::SignIn)?;
    if step.person_no != Some(who.person.person_no) {
        return Ok(failed(Failure::Unclear, purpose, next));
    }
    if purpose == Purpose::Link {
        let is_linked = link(&site, known, shown, who.person.clone()).await?;
        return Ok(match is_linked {
            true => Redirect::to("/account?done=identity").into_response(),
            false => failed(Failure::Taken, purpose, next),
        });
    }
    Ok(match prove(&site, known, shown, &who).await? {
        Some(token) => (session::keep(&site, jar, token), back(next)).into_response(),
        None => failed(Failure::Other, purpose, next),
    })
}

/// The step that this browser began with this provider, and that waits for this answer. It is taken: it waits no more.
async fn take(
    site: &Site,
    token: &str,
    provider: &str,
    state: &str,
) -> Result<Option<(Step, Begun)>, Refusal> {
    let (digest, now) = (token_digest(token), site.now());
    let step = site
        .read(move |tx| Ok(tx.step(KIND, &digest, now)?))
        .await?;
    let Some(begun) = step.and_then(|step| serde_json::from_str::<Begun>(&step.state).ok()) else {
        return Ok(None);
    };
    // Looked at first: whoever makes a browser come here with another state does not end what it began.
    if begun.provider != provider || token_digest(&begun.asking.state) != token_digest(state) {
        return Ok(None);
    }
    let taken = site
        .write(move |tx| Ok(tx.take_step(KIND, &digest, now)?))
        .await?;
    Ok(taken.map(|step| (step, begun)))
}

/// Who signed in at the provider, with two factors, and just now where that was asked for.
async fn recognised(
    known: &Known,
    begun: &Begun,
    brought: Brought,
    now: Timestamp,
) -> Result<IdToken, Failure> {
    let provider = known.provider.name.as_str();
    let metadata = known
        .metadata()
        .await
        .map_err(|error| silent(provider, &error))?;
    if !known.is_from(&metadata, brought.iss.as_deref()) {
        tracing::warn!(provider, "an answer names another provider");
        return Err(Failure::Unclear);
    }
    if !brought.error.is_empty() || brought.code.is_empty() {
        let error = model::shown(&brought.error).to_string();
        tracing::info!(provider, error, "a provider did not let somebody sign in");
        return Err(Failure::Stopped);
    }
    let exchanged = known
        .exchange(metadata, &begun.asking, brought.code, now)
        .await;
    let shown = exchanged.map_err(|error| match error {
        ExchangeError::Line(error) => silent(provider, &error),
        ExchangeError::Code | ExchangeError::Token(_) => {
            tracing::warn!(
                provider,
                error = &error as &dyn std::error::Error,
                "a provider's answer is not believed"
            );
            Failure::Unclear
        }
    })?;
    if !known.has_two_factors(&shown) {
        return Err(Failure::Weak);
    }
    let is_just_now = shown
        .signed_in_at
        .is_some_and(|at| at.seconds() >= begun.began_at - CLOCK_SKEW_SECS);
    if begun.purpose == Purpose::Prove && !is_just_now {
        return Err(Failure::Weak);
    }
    Ok(shown)
}

fn not_admitted(
    site: &Site,
    visitor: &Visitor,
    known: &Known,
    why: NotAdmitted,
) -> Result<Response, Refusal> {
    let label = known.provider.label(visitor.language);
    let view = NotAdmittedView { label, why };
    let mut page = site.page(visitor, "account/not-admitted.html", &view)?;
    *page.status_mut() = StatusCode::FORBIDDEN;
    Ok(page)
}
