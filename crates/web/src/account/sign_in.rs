//! `/account/sign-in`: with a passkey, or with a password and a code together. A password alone opens nothing, and nobody
//! learns which of the three was wrong, or whether there is an account.

use std::time::Duration;

use axum::extract::{Form, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use model::{EmailAddress, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Person, Tx};

use super::provider::{self, ProviderView};
use super::session::{self, browser_name};
use super::{passkey, password, recovery, totp};
use crate::client::Client;
use crate::limiter::{Limiter, Rate};
use crate::public::preferences::back;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Visitor;

/// Passwords from one network for one account. Others who try elsewhere do not lock its owner out.
const OF_ACCOUNT: Limiter = Limiter::new("sign-in account", Rate::new(5, Duration::from_secs(60)));

/// The same over a day, so that whoever goes on waits longer and longer.
const OF_ACCOUNT_DAY: Limiter = Limiter::new(
    "sign-in account, day",
    Rate::new(30, Duration::from_secs(2_880)),
);

/// Passwords from one network for any account. Many people may sit behind one address.
const OF_NETWORK: Limiter = Limiter::new("sign-in network", Rate::new(40, Duration::from_secs(10)));

/// Passkeys that are shown from one network.
const PASSKEYS: Limiter = Limiter::new("passkeys", Rate::per_minute(60));

/// Challenges for one network.
const CHALLENGES: Limiter = Limiter::new("challenges", Rate::per_minute(60));

/// Where somebody goes whose passkey is not right.
const PASSKEY_FAILED: &str = "/account/sign-in?failed=passkey";

/// Where to go on afterwards, and what went wrong before.
#[derive(Deserialize)]
pub(super) struct Place {
    #[serde(default)]
    next: String,
    #[serde(default)]
    failed: String,
}

#[derive(Serialize)]
struct SignInView<'a> {
    next: &'a str,
    email: &'a str,
    /// Key of the text that says what went wrong.
    failed: Option<&'static str>,
    has_passkeys: bool,
    providers: Vec<ProviderView>,
}

pub(super) async fn page(
    State(site): State<Site>,
    visitor: Visitor,
    Query(place): Query<Place>,
) -> Result<Response, Refusal> {
    if visitor.signed_in.is_some() {
        return Ok(back(&place.next).into_response());
    }
    let failed = match place.failed.as_str() {
        "passkey" => Some("account-passkey-failed"),
        other => provider::failure_text(other),
    };
    show(&site, &visitor, &place.next, "", failed)
}

fn show(
    site: &Site,
    visitor: &Visitor,
    next: &str,
    email: &str,
    failed: Option<&'static str>,
) -> Result<Response, Refusal> {
    let view = SignInView {
        next,
        email,
        failed,
        has_passkeys: passkey::are_possible(site),
        providers: ProviderView::all(site, visitor.language),
    };
    site.page(visitor, "account/sign-in.html", &view)
}

/// What somebody fills in. The code is that of the app, or a recovery code.
#[derive(Clone, Deserialize)]
pub(super) struct Filled {
    email: String,
    password: String,
    code: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn with_password(
    State(site): State<Site>,
    visitor: Visitor,
    client: Client,
    headers: HeaderMap,
    jar: CookieJar,
    Form(filled): Form<Filled>,
) -> Result<Response, Refusal> {
    let email = filled.email.parse::<EmailAddress>().ok();
    // All spellings of an address are one account.
    let account = email.as_ref().map(EmailAddress::compared);
    site.limit(&OF_NETWORK, client)?;
    site.limit(&OF_ACCOUNT, (&account, client))?;
    site.limit(&OF_ACCOUNT_DAY, (&account, client))?;
    let browser = browser_name(&headers);
    match sign_in(&site, email, &filled, browser).await? {
        Some(token) => Ok((session::keep(&site, jar, token), back(&filled.next)).into_response()),
        None => show(
            &site,
            &visitor,
            &filled.next,
            &filled.email,
            Some("account-sign-in-wrong"),
        ),
    }
}

/// The token of the session, if everything is right.
async fn sign_in(
    site: &Site,
    email: Option<EmailAddress>,
    filled: &Filled,
    browser: String,
) -> Result<Option<String>, Refusal> {
    let found = site
        .read(move |tx| match &email {
            Some(email) => person_and_hash(tx, email),
            None => Ok(None),
        })
        .await?;
    let (person, hash) = found.unzip();
    let is_right = password::is_right(filled.password.clone(), hash.flatten()).await?;
    let person = person.filter(|_| is_right);
    let (asked, code, now) = (site.clone(), filled.code.clone(), site.now());
    // Also where the password is wrong: while another writer is busy, an answer at once would tell that.
    site.write(move |tx| {
        let Some(person) = &person else {
            return Ok(None);
        };
        let method = take_any_code(tx, &asked, person, &code, now)?;
        method
            .map(|method| session::open(tx, person.person_no, method, &browser, now))
            .transpose()
    })
    .await
}

fn person_and_hash(
    tx: &mut Tx<'_>,
    email: &EmailAddress,
) -> Result<Option<(Person, Option<String>)>, Refusal> {
    let person = tx.person_with_email(email)?;
    let Some(person) = person.filter(|person| person.closed_at.is_none()) else {
        return Ok(None);
    };
    let hash = tx.password_hash(person.person_no)?;
    Ok(Some((person, hash)))
}

/// How the person showed the second factor: a code of the app, or a recovery code, of which a mail tells.
pub(super) fn take_any_code(
    tx: &mut Tx<'_>,
    site: &Site,
    person: &Person,
    code: &str,
    now: Timestamp,
) -> Result<Option<&'static str>, Refusal> {
    if recovery::digest(code).is_none() {
        let is_right = totp::take_code(tx, person.person_no, code, now)?;
        return Ok(is_right.then_some("totp"));
    }
    if !recovery::take_code(tx, person.person_no, code, now)? {
        return Ok(None);
    }
    session::tell_change(tx, site, person, "recovery-code-used", now)?;
    Ok(Some("recovery"))
}

/// `POST /account/challenge`: begins to ask for a passkey, from whoever it is.
pub(super) async fn challenge(
    State(site): State<Site>,
    visitor: Visitor,
    client: Client,
    jar: CookieJar,
) -> Result<Response, Refusal> {
    site.limit(&CHALLENGES, client)?;
    let (asked, now) = (site.clone(), site.now());
    let token = crate::visitor::fresh_token();
    let kept = token.clone();
    let person_no = visitor.signed_in.map(|who| who.person.person_no);
    let told = site
        .write(move |tx| passkey::ask(&asked, tx, &token, person_no, now))
        .await?;
    let cookie = session::cookie(&site, passkey::cookie_name(&site), kept);
    Ok((jar.add(cookie), axum::Json(told)).into_response())
}

/// What the script sends back.
#[derive(Deserialize)]
pub(super) struct Shown {
    pub(super) credential: String,
    #[serde(default)]
    pub(super) next: String,
}

/// The token of the challenge that this browser has; empty, which fits none, without one.
pub(super) fn challenge_token(site: &Site, jar: &CookieJar) -> String {
    let cookie = jar.get(passkey::cookie_name(site));
    cookie.map_or_else(String::new, |cookie| cookie.value().to_owned())
}

pub(super) async fn with_passkey(
    State(site): State<Site>,
    client: Client,
    headers: HeaderMap,
    jar: CookieJar,
    Form(form): Form<Shown>,
) -> Result<Response, Refusal> {
    site.limit(&PASSKEYS, client)?;
    let challenge = challenge_token(&site, &jar);
    if challenge.is_empty() {
        return Ok(Redirect::to(PASSKEY_FAILED).into_response());
    }
    let (asked, now, browser) = (site.clone(), site.now(), browser_name(&headers));
    let opened = site
        .write(move |tx| {
            let person = passkey::shown(&asked, tx, &challenge, &form.credential, now)?;
            person
                .map(|person| session::open(tx, person.person_no, "passkey", &browser, now))
                .transpose()
        })
        .await?;
    Ok(match opened {
        Some(token) => (session::keep(&site, jar, token), back(&form.next)).into_response(),
        None => Redirect::to(PASSKEY_FAILED).into_response(),
    })
}

#[derive(Serialize)]
struct SignedOutView {
    /// Where the session of the provider is ended, too.
    address: String,
}

/// `POST /account/sign-out`: ends this session.
pub(super) async fn out(
    State(site): State<Site>,
    visitor: Visitor,
    jar: CookieJar,
) -> Result<Response, Refusal> {
    let Some(who) = &visitor.signed_in else {
        return Ok((session::drop(&site, jar), Redirect::to("/")).into_response());
    };
    let now = site.now();
    let (person_no, session_no) = (who.person.person_no, who.session.session_no);
    site.write(move |tx| Ok(tx.end_session(person_no, session_no, now)?))
        .await?;
    let address = provider::address_to_sign_out(&site, session_no).await?;
    let page = match address {
        None => Redirect::to("/").into_response(),
        Some(address) => {
            let gone = Visitor {
                signed_in: None,
                ..visitor
            };
            let address = address.to_string();
            site.page(&gone, "account/signed-out.html", &SignedOutView { address })?
        }
    };
    Ok((session::drop(&site, jar), page).into_response())
}
