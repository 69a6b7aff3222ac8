//! `/account/prove`: the person shows a strong factor again, before something dangerous.

use std::time::Duration;

use axum::extract::{Form, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::{Deserialize, Serialize};

use super::provider::{self, ProviderView};
use super::sign_in::{Shown, challenge_token};
use super::{passkey, session, totp};
use crate::limiter::{Limiter, Rate};
use crate::public::preferences::back;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Somebody;

/// Codes of one session: it is signed in, so the guesses are those of whoever sits there.
const CODES: Limiter = Limiter::new("prove", Rate::new(5, Duration::from_secs(60)));

#[derive(Deserialize)]
pub(super) struct Place {
    #[serde(default)]
    next: String,
    #[serde(default)]
    failed: String,
}

#[derive(Serialize)]
struct ProveView {
    next: String,
    failed: Option<&'static str>,
    has_passkeys: bool,
    has_codes: bool,
    providers: Vec<ProviderView>,
}

pub(super) async fn page(
    State(site): State<Site>,
    somebody: Somebody,
    Query(place): Query<Place>,
) -> Result<Response, Refusal> {
    let failed = match place.failed.as_str() {
        "passkey" => Some("account-passkey-failed"),
        "code" => Some("account-code-wrong"),
        other => provider::failure_text(other),
    };
    let person_no = somebody.who.person.person_no;
    let (ways, identities) = site
        .read(move |tx| Ok((tx.ways_of(person_no)?, tx.identities_of(person_no)?)))
        .await?;
    let view = ProveView {
        next: place.next,
        failed,
        has_passkeys: ways.passkeys > 0 && passkey::are_possible(&site),
        has_codes: ways.has_totp,
        providers: ProviderView::of(&site, &identities, somebody.visitor.language),
    };
    site.page(&somebody, "account/prove.html", &view)
}

#[derive(Deserialize)]
pub(super) struct Filled {
    code: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn with_code(
    State(site): State<Site>,
    somebody: Somebody,
    jar: CookieJar,
    Form(filled): Form<Filled>,
) -> Result<Response, Refusal> {
    let session_no = somebody.who.session.session_no;
    site.limit(&CODES, session_no)?;
    let (person_no, now) = (somebody.who.person.person_no, site.now());
    let proved = site
        .write(move |tx| {
            let is_right = totp::take_code(tx, person_no, &filled.code, now)?;
            is_right
                .then(|| session::prove(tx, session_no, "totp", now))
                .transpose()
        })
        .await?;
    Ok(go_on(&site, jar, proved, &filled.next, "code"))
}

pub(super) async fn with_passkey(
    State(site): State<Site>,
    somebody: Somebody,
    jar: CookieJar,
    Form(form): Form<Shown>,
) -> Result<Response, Refusal> {
    let challenge = challenge_token(&site, &jar);
    let (asked, now) = (site.clone(), site.now());
    let (person_no, session_no) = (
        somebody.who.person.person_no,
        somebody.who.session.session_no,
    );
    let proved = site
        .write(move |tx| {
            let person = passkey::shown(&asked, tx, &challenge, &form.credential, now)?;
            person
                .filter(|person| person.person_no == person_no)
                .map(|_| session::prove(tx, session_no, "passkey", now))
                .transpose()
        })
        .await?;
    Ok(go_on(&site, jar, proved, &form.next, "passkey"))
}

fn go_on(site: &Site, jar: CookieJar, proved: Option<String>, next: &str, way: &str) -> Response {
    match proved {
        Some(token) => (session::keep(site, jar, token), back(next)).into_response(),
        None => {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("failed", way)
                .append_pair("next", next)
                .finish();
            Redirect::to(&format!("/account/prove?{query}")).into_response()
        }
    }
}
