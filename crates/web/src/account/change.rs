//! What a person who proved to be itself changes in how it signs in: passkeys, the password, recovery codes. A mail tells
//! the person of each change.

use axum::extract::{Form, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::{Deserialize, Serialize};

use super::sign_in::challenge_token;
use super::{passkey, password, recovery, session};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{Somebody, fresh_token};

/// Passkeys that somebody has at most.
const PASSKEYS_MAX: usize = 20;

/// Characters of the name of a passkey at most.
const NAME_CHARACTERS_MAX: usize = 60;

/// `POST /account/passkeys/challenge`: begins to make a passkey.
pub(super) async fn challenge(
    State(site): State<Site>,
    somebody: Somebody,
    jar: CookieJar,
) -> Result<Response, Refusal> {
    let now = site.now();
    somebody.who.must_have_proved(now)?;
    let (asked, token) = (site.clone(), fresh_token());
    let (kept, person) = (token.clone(), somebody.who.person.clone());
    let told = site
        .write(move |tx| passkey::ask_for_new(&asked, tx, &token, &person, now))
        .await?;
    let cookie = session::cookie(&site, passkey::cookie_name(&site), kept);
    Ok((jar.add(cookie), axum::Json(told)).into_response())
}

#[derive(Deserialize)]
pub(super) struct Made {
    credential: String,
    #[serde(default)]
    called: String,
}

/// `POST /account/passkeys`: the passkey that the browser made.
pub(super) async fn add_passkey(
    State(site): State<Site>,
    somebody: Somebody,
    jar: CookieJar,
    Form(made): Form<Made>,
) -> Result<Response, Refusal> {
    let now = site.now();
    somebody.who.must_have_proved(now)?;
    let challenge = challenge_token(&site, &jar);
    let (asked, person) = (site.clone(), somebody.who.person.clone());
    let called: String = made
        .called
        .trim()
        .chars()
        .take(NAME_CHARACTERS_MAX)
        .collect();
    let called = match called.is_empty() || called.chars().any(char::is_control) {
        true => somebody.who.session.browser.clone(),
        false => called,
    };
    let added = site
        .write(move |tx| {
            let person_no = person.person_no;
            if tx.passkeys_of(person_no)?.len() >= PASSKEYS_MAX
                || !passkey::add(
                    &asked,
                    tx,
                    &challenge,
                    person_no,
                    &made.credential,
                    &called,
                    now,
                )?
            {
                return Ok(false);
            }
            session::tell_change(tx, &asked, &person, "passkey-added", now)?;
            Ok(true)
        })
        .await?;
    let next = if added {
        "done=passkey"
    } else {
        "failed=passkey"
    };
    Ok(Redirect::to(&format!("/account?{next}")).into_response())
}

#[derive(Serialize)]
struct PasswordView {
    email: String,
    errors: Errors,
}

pub(super) async fn password_page(
    State(site): State<Site>,
    somebody: Somebody,
) -> Result<Response, Refusal> {
    somebody.who.must_have_proved(site.now())?;
    show_password(&site, &somebody, Errors::default())
}

fn show_password(site: &Site, somebody: &Somebody, errors: Errors) -> Result<Response, Refusal> {
    let email = somebody.who.person.email.as_str().to_owned();
    site.page(
        somebody,
        "account/password.html",
        &PasswordView { email, errors },
    )
}

#[derive(Deserialize)]
pub(super) struct NewPassword {
    password: String,
}

/// `POST /account/password`: ends all other sessions.
pub(super) async fn change_password(
    State(site): State<Site>,
    somebody: Somebody,
    Form(new): Form<NewPassword>,
) -> Result<Response, Refusal> {
    let now = site.now();
    somebody.who.must_have_proved(now)?;
    let person = somebody.who.person.clone();
    if let Some(flaw) = password::flaw(&new.password, person.email.as_str(), &person.name) {
        let mut errors = Errors::default();
        errors.add("password", flaw);
        return show_password(&site, &somebody, errors);
    }
    let hash = password::hash(new.password).await?;
    let (asked, session_no) = (site.clone(), somebody.who.session.session_no);
    let has_codes = site
        .write(move |tx| {
            tx.put_password(person.person_no, &hash, now)?;
            tx.end_other_sessions(person.person_no, Some(session_no), now)?;
            session::tell_change(tx, &asked, &person, "password-changed", now)?;
            Ok(tx.ways_of(person.person_no)?.has_totp)
        })
        .await?;
    // A password without an app for codes opens nothing.
    let next = if has_codes {
        "/account?done=password"
    } else {
        "/account/codes"
    };
    Ok(Redirect::to(next).into_response())
}

#[derive(Deserialize)]
pub(super) struct Before {
    #[serde(default)]
    done: String,
}

#[derive(Serialize)]
struct RecoveryView {
    /// New codes, which are shown this once.
    codes: Vec<String>,
    left: i64,
    is_new_account: bool,
}

pub(super) async fn recovery_page(
    State(site): State<Site>,
    somebody: Somebody,
    Query(before): Query<Before>,
) -> Result<Response, Refusal> {
    somebody.who.must_have_proved(site.now())?;
    let person_no = somebody.who.person.person_no;
    let ways = site.read(move |tx| Ok(tx.ways_of(person_no)?)).await?;
    let view = RecoveryView {
        codes: Vec::new(),
        left: ways.recovery_codes,
        is_new_account: before.done == "joined",
    };
    site.page(&somebody, "account/recovery-codes.html", &view)
}

/// `POST /account/recovery-codes`: shows new codes. No redirect follows, since they are kept nowhere to be shown later.
pub(super) async fn make_recovery_codes(
    State(site): State<Site>,
    somebody: Somebody,
) -> Result<Response, Refusal> {
    let now = site.now();
    somebody.who.must_have_proved(now)?;
    let codes = recovery::fresh_codes();
    let digests: Vec<_> = codes
        .iter()
        .filter_map(|code| recovery::digest(code))
        .collect();
    let (asked, person) = (site.clone(), somebody.who.person.clone());
    site.write(move |tx| {
        tx.put_recovery_codes(person.person_no, &digests)?;
        session::tell_change(tx, &asked, &person, "recovery-codes-made", now)
    })
    .await?;
    let view = RecoveryView {
        left: codes.len() as i64,
        codes,
        is_new_account: false,
    };
    site.page(&somebody, "account/recovery-codes.html", &view)
}
