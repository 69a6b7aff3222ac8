//! `/account`: what is known of the person, its sessions, and by what it signs in.

use axum::extract::{Form, Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{IdKind, Language};
use serde::{Deserialize, Serialize};
use store::{Session, StoreError, Tx};
use uuid::Uuid;

use super::join::checked_name;
use super::passkey::{self, PasskeyView};
use super::provider::{self, IdentityView, ProviderView};
use super::session;
use crate::form::{Errors, known};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{Somebody, is_open};

/// What was done before: ends of keys of texts.
const DONE: &[&str] = &[
    "accepted", "changed", "ended", "passkey", "removed", "password", "codes", "identity",
    "unlinked",
];

/// What did not work.
const FAILED: &[(&str, &str)] = &[
    ("passkey", "account-failed-passkey"),
    ("last", "account-failed-last"),
    ("last-administrator", "account-failed-last-administrator"),
];

#[derive(Deserialize)]
pub(super) struct Before {
    #[serde(default)]
    done: String,
    #[serde(default)]
    failed: String,
}

#[derive(Serialize)]
struct AccountView {
    done: &'static str,
    /// Key of the text that says what went wrong.
    failed: Option<&'static str>,
    errors: Errors,
    email: String,
    name: String,
    language: &'static str,
    sessions: Vec<SessionView>,
    own_passkeys: Vec<PasskeyView>,
    passkeys_are_possible: bool,
    has_password: bool,
    has_codes: bool,
    recovery_codes: i64,
    identities: Vec<IdentityView>,
    providers: Vec<ProviderView>,
}

#[derive(Serialize)]
struct SessionView {
    id: String,
    browser: String,
    /// Key of the text that says how the person signed in.
    method: &'static str,
    opened_at: String,
    used_at: String,
    is_this: bool,
}

pub(super) async fn page(
    State(site): State<Site>,
    somebody: Somebody,
    Query(before): Query<Before>,
) -> Result<Response, Refusal> {
    let done = known(DONE, &before.done);
    let failed = FAILED.iter().find(|(key, _)| *key == before.failed);
    let failed = failed.map(|(_, text)| *text);
    let failed = failed.or_else(|| provider::failure_text(&before.failed));
    show(&site, &somebody, done, failed, Errors::default()).await
}

async fn show(
    site: &Site,
    somebody: &Somebody,
    done: &'static str,
    failed: Option<&'static str>,
    errors: Errors,
) -> Result<Response, Refusal> {
    let person = somebody.who.person.clone();
    let person_no = person.person_no;
    let (sessions, passkeys, ways, identities) = site
        .read(move |tx| {
            Ok((
                tx.sessions_of(person_no)?,
                tx.passkeys_of(person_no)?,
                tx.ways_of(person_no)?,
                tx.identities_of(person_no)?,
            ))
        })
        .await?;
    let now = site.now();
    let open = sessions.into_iter().filter(|session| is_open(session, now));
    let this = somebody.who.session.session_no;
    let page_language = somebody.visitor.language;
    let view = AccountView {
        done,
        failed,
        errors,
        email: person.email.as_str().to_owned(),
        name: person.name,
        language: person
            .language
            .unwrap_or(somebody.visitor.language)
            .as_str(),
        sessions: open
            .map(|session| session_view(site, session, this))
            .collect(),
        own_passkeys: passkeys
            .into_iter()
            .map(|stored| PasskeyView::new(site, stored))
            .collect(),
        passkeys_are_possible: passkey::are_possible(site),
        has_password: ways.has_password,
        has_codes: ways.has_totp,
        recovery_codes: ways.recovery_codes,
        identities: identities
            .into_iter()
            .map(|identity| IdentityView::new(site, identity, page_language))
            .collect(),
        providers: ProviderView::all(site, page_language),
    };
    site.page(somebody, "account/own.html", &view)
}

fn session_view(site: &Site, session: Session, this: i64) -> SessionView {
    SessionView {
        id: site.id(IdKind::Session, session.session_no).to_string(),
        browser: session.browser,
        method: match session.method.as_str() {
            "passkey" => "account-by-passkey",
            "totp" => "account-by-totp",
            "recovery" => "account-by-recovery",
            "oidc" => "account-by-provider",
            _ => "account-by-other",
        },
        opened_at: session.opened_at.to_string(),
        used_at: session.used_at.to_string(),
        is_this: session.session_no == this,
    }
}

#[derive(Deserialize)]
pub(super) struct Own {
    name: String,
    language: String,
}

/// `POST /account`: name and language.
pub(super) async fn change(
    State(site): State<Site>,
    somebody: Somebody,
    Form(own): Form<Own>,
) -> Result<Response, Refusal> {
    let mut errors = Errors::default();
    let name = checked_name(&own.name, &mut errors);
    let language: Language = own.language.parse().map_err(|_| Refusal::Bad)?;
    if !errors.is_empty() {
        return show(&site, &somebody, "", None, errors).await;
    }
    let person_no = somebody.who.person.person_no;
    site.write(move |tx| Ok(tx.change_person(person_no, &name, Some(language))?))
        .await?;
    Ok(Redirect::to("/account?done=changed").into_response())
}

/// `POST /account/sessions/{id}/end`.
pub(super) async fn end_session(
    State(site): State<Site>,
    somebody: Somebody,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let session_no = site.number(IdKind::Session, &id)?;
    let (person_no, now) = (somebody.who.person.person_no, site.now());
    let ended = site
        .write(move |tx| Ok(tx.end_session(person_no, session_no, now)?))
        .await?;
    if !ended {
        return Err(Refusal::NotFound);
    }
    Ok(Redirect::to("/account?done=ended").into_response())
}

/// `POST /account/sessions/end-others`.
pub(super) async fn end_others(
    State(site): State<Site>,
    somebody: Somebody,
) -> Result<Response, Refusal> {
    let (who, now) = (somebody.who, site.now());
    site.write(move |tx| {
        let kept = Some(who.session.session_no);
        Ok(tx.end_other_sessions(who.person.person_no, kept, now)?)
    })
    .await?;
    Ok(Redirect::to("/account?done=ended").into_response())
}

/// `POST /account/passkeys/{id}/remove`: one way to sign in must remain.
pub(super) async fn remove_passkey(
    State(site): State<Site>,
    somebody: Somebody,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let passkey_no = site.number(IdKind::Passkey, &id)?;
    let what = ("passkey-removed", "removed");
    remove_way(&site, &somebody, what, move |tx, person_no| {
        tx.remove_passkey(person_no, passkey_no)
    })
    .await
}

/// Removes a way to sign in, of whoever proved just now who it is; `remove` says whether it was there. The last one stays.
/// `what` is the change as its mail names it, and the word for what was done.
pub(super) async fn remove_way(
    site: &Site,
    somebody: &Somebody,
    what: (&'static str, &str),
    mut remove: impl FnMut(&mut Tx<'_>, i64) -> Result<bool, StoreError> + Send + 'static,
) -> Result<Response, Refusal> {
    let now = site.now();
    somebody.who.must_have_proved(now)?;
    let (asked, person) = (site.clone(), somebody.who.person.clone());
    let (change, done) = what;
    let removed = site
        .write(move |tx| {
            // Of two who remove the last ways together, one waits and finds that it is the last.
            tx.hold_person(person.person_no)?;
            if tx.ways_of(person.person_no)?.count() <= 1 {
                return Ok(false);
            }
            if !remove(tx, person.person_no)? {
                return Err(Refusal::NotFound);
            }
            session::tell_change(tx, &asked, &person, change, now)?;
            Ok(true)
        })
        .await?;
    let next = match removed {
        true => format!("done={done}"),
        false => "failed=last".to_owned(),
    };
    Ok(Redirect::to(&format!("/account?{next}")).into_response())
}
