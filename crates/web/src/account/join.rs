//! `/account/join/{token}`: an invited person makes the account, or becomes a member with the account that is there.

use axum::extract::{Form, Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use model::{IdKind, Language, OrganisationRole, Timestamp};
use rules::access::keeps_an_administrator;
use serde::{Deserialize, Serialize};
use store::{Invitation, Person, Tx};

use super::session::{self, browser_name};
use super::sign_in::challenge_token;
use super::{codes, passkey, password};
use crate::client::Client;
use crate::form::Errors;
use crate::limiter::{Limiter, Rate};
use crate::organisation::tell_of_administrator;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{Visitor, fresh_token, token_digest};

/// Links that one network opens.
const LINKS: Limiter = Limiter::new("links", Rate::per_minute(30));

/// Characters of a name at most.
pub(crate) const NAME_CHARACTERS_MAX: usize = 200;

/// Where somebody goes who has just made an account.
const AFTERWARDS: &str = "/account/recovery-codes?done=joined";

/// An invitation that can be used, and for whom it is.
#[derive(Clone)]
struct Invited {
    invitation: Invitation,
    person: Person,
    organisation: Option<String>,
    /// The person can sign in already: then it does, and only accepts.
    has_account: bool,
}

async fn invited(site: &Site, client: Client, token: &str) -> Result<Invited, Refusal> {
    site.limit(&LINKS, client)?;
    let (digest, now) = (token_digest(token), site.now());
    site.read(move |tx| find(tx, &digest, now)).await
}

fn find(tx: &mut Tx<'_>, digest: &[u8; 32], now: Timestamp) -> Result<Invited, Refusal> {
    let invitation = tx.invitation(digest, now)?.ok_or(Refusal::NotFound)?;
    let person = tx.person(invitation.person_no)?.ok_or(Refusal::NotFound)?;
    let organisation = match invitation.party {
        Some((party_no, _)) => tx.parties(&[party_no])?.pop().map(|party| party.name),
        None => None,
    };
    let has_account = tx.ways_of(person.person_no)?.is_any();
    Ok(Invited {
        invitation,
        person,
        organisation,
        has_account,
    })
}

#[derive(Serialize)]
struct JoinView {
    token: String,
    email: String,
    name: String,
    language: &'static str,
    organisation: Option<String>,
    has_account: bool,
    /// Whether it is the account of whoever is signed in.
    is_own: bool,
    has_passkeys: bool,
    failed: Option<&'static str>,
    errors: Errors,
    #[serde(flatten)]
    app: Option<codes::AppView>,
}

pub(super) async fn page(
    State(site): State<Site>,
    visitor: Visitor,
    client: Client,
    Path(token): Path<String>,
) -> Result<Response, Refusal> {
    let invited = invited(&site, client, &token).await?;
    let app = if invited.has_account {
        None
    } else {
        Some(codes::begin(&site, &visitor, &invited.person).await?)
    };
    let typed = Typed {
        name: invited.person.name.clone(),
        language: visitor.language,
        app,
        errors: Errors::default(),
        failed: None,
    };
    show(&site, &visitor, token, invited, typed)
}

/// What the page shows beside the invitation: what was typed, and what is wrong with it.
struct Typed {
    name: String,
    language: Language,
    app: Option<codes::AppView>,
    errors: Errors,
    failed: Option<&'static str>,
}

fn show(
    site: &Site,
    visitor: &Visitor,
    token: String,
    invited: Invited,
    typed: Typed,
) -> Result<Response, Refusal> {
    let signed_in = visitor.signed_in.as_ref();
    let view = JoinView {
        token,
        email: invited.person.email.as_str().to_owned(),
        name: typed.name,
        language: typed.language.as_str(),
        organisation: invited.organisation,
        has_account: invited.has_account,
        is_own: signed_in.is_some_and(|who| who.person.person_no == invited.person.person_no),
        has_passkeys: passkey::are_possible(site),
        failed: typed.failed,
        errors: typed.errors,
        app: typed.app,
    };
    site.page(visitor, "account/join.html", &view)
}

#[derive(Clone, Deserialize)]
pub(super) struct Filled {
    name: String,
    language: String,
    password: String,
    code: String,
    app: String,
}

/// `POST /account/join/{token}`: with a password and an app for codes.
pub(super) async fn with_password(
    State(site): State<Site>,
    visitor: Visitor,
    client: Client,
    headers: HeaderMap,
    jar: CookieJar,
    Path(token): Path<String>,
    Form(filled): Form<Filled>,
) -> Result<Response, Refusal> {
    let invited = invited(&site, client, &token).await?;
    if invited.has_account {
        return Err(Refusal::Conflict);
    }
    let mut errors = Errors::default();
    let language = filled.language.parse().unwrap_or(visitor.language);
    let name = checked_name(&filled.name, &mut errors);
    let email = invited.person.email.as_str();
    if let Some(flaw) = password::flaw(&filled.password, email, &name) {
        errors.add("password", flaw);
    }
    let app = codes::again(&site, &visitor, &invited.person, &filled.app).await?;
    let step = app.step_of(&filled.code, site.now());
    if step.is_none() {
        errors.add("code", "account-code-wrong");
    }
    let Some(step) = step.filter(|_| errors.is_empty()) else {
        let typed = Typed {
            name,
            language,
            app: Some(app),
            errors,
            failed: None,
        };
        return show(&site, &visitor, token, invited, typed);
    };
    let hash = password::hash(filled.password.clone()).await?;
    let (now, browser) = (site.now(), browser_name(&headers));
    let (digest, asked) = (token_digest(&token), site.clone());
    let opened = site
        .write(move |tx| {
            let person_no = join(tx, &asked, &digest, &name, language, now)?;
            tx.put_password(person_no, &hash, now)?;
            app.connect(tx, person_no, step, now)?;
            session::open(tx, person_no, "totp", &browser, now)
        })
        .await?;
    Ok((session::keep(&site, jar, opened), Redirect::to(AFTERWARDS)).into_response())
}

/// `POST /account/join/{token}/challenge`: begins to make a passkey.
pub(super) async fn challenge(
    State(site): State<Site>,
    client: Client,
    jar: CookieJar,
    Path(token): Path<String>,
) -> Result<Response, Refusal> {
    let invited = invited(&site, client, &token).await?;
    if invited.has_account {
        return Err(Refusal::Conflict);
    }
    let (asked, now, challenge) = (site.clone(), site.now(), fresh_token());
    let kept = challenge.clone();
    let told = site
        .write(move |tx| passkey::ask_for_new(&asked, tx, &challenge, &invited.person, now))
        .await?;
    let cookie = session::cookie(&site, passkey::cookie_name(&site), kept);
    Ok((jar.add(cookie), axum::Json(told)).into_response())
}

#[derive(Clone, Deserialize)]
pub(super) struct Made {
    name: String,
    language: String,
    credential: String,
}

/// `POST /account/join/{token}/passkey`: with the passkey that the browser made.
pub(super) async fn with_passkey(
    State(site): State<Site>,
    visitor: Visitor,
    client: Client,
    headers: HeaderMap,
    jar: CookieJar,
    Path(token): Path<String>,
    Form(made): Form<Made>,
) -> Result<Response, Refusal> {
    let invited = invited(&site, client, &token).await?;
    if invited.has_account {
        return Err(Refusal::Conflict);
    }
    let mut errors = Errors::default();
    let language = made.language.parse().unwrap_or(visitor.language);
    let name = checked_name(&made.name, &mut errors);
    let mut failed = None;
    if errors.is_empty() {
        let challenge = challenge_token(&site, &jar);
        let (asked, now, browser) = (site.clone(), site.now(), browser_name(&headers));
        let (digest, new_name, called) = (token_digest(&token), name.clone(), browser.clone());
        let opened = site
            .write(move |tx| {
                let person_no = find(tx, &digest, now)?.person.person_no;
                let answer = &made.credential;
                if !passkey::add(&asked, tx, &challenge, person_no, answer, &called, now)? {
                    return Ok(None);
                }
                join(tx, &asked, &digest, &new_name, language, now)?;
                session::open(tx, person_no, "passkey", &browser, now).map(Some)
            })
            .await?;
        if let Some(opened) = opened {
            return Ok(
                (session::keep(&site, jar, opened), Redirect::to(AFTERWARDS)).into_response(),
            );
        }
        failed = Some("account-passkey-failed");
    }
    let typed = Typed {
        name,
        language,
        app: Some(codes::begin(&site, &visitor, &invited.person).await?),
        errors,
        failed,
    };
    show(&site, &visitor, token, invited, typed)
}

/// `POST /account/join/{token}/accept`: by somebody who has an account and is signed in.
pub(super) async fn accept(
    State(site): State<Site>,
    visitor: Visitor,
    client: Client,
    Path(token): Path<String>,
) -> Result<Response, Refusal> {
    let invited = invited(&site, client, &token).await?;
    let who = visitor.signed_in.ok_or(Refusal::SignIn)?;
    if who.person.person_no != invited.person.person_no {
        return Err(Refusal::NotFound);
    }
    let (asked, now) = (site.clone(), site.now());
    let accepted = site
        .write(move |tx| accept_in(tx, &asked, &invited.invitation, now))
        .await;
    let next = match accepted {
        Ok(()) => "done=accepted",
        Err(Refusal::Conflict) => "failed=last-administrator",
        Err(refusal) => return Err(refusal),
    };
    Ok(Redirect::to(&format!("/account?{next}")).into_response())
}

/// Uses the invitation, and writes down what the person is called.
fn join(
    tx: &mut Tx<'_>,
    site: &Site,
    digest: &[u8; 32],
    name: &str,
    language: Language,
    now: Timestamp,
) -> Result<i64, Refusal> {
    let found = find(tx, digest, now)?;
    accept_in(tx, site, &found.invitation, now)?;
    let person_no = found.person.person_no;
    tx.change_person(person_no, name, Some(language))?;
    Ok(person_no)
}

/// Uses the invitation; a conflict where the only administrator of the organisation would become less.
fn accept_in(
    tx: &mut Tx<'_>,
    site: &Site,
    invitation: &Invitation,
    now: Timestamp,
) -> Result<(), Refusal> {
    if let Some((party_no, role)) = invitation.party {
        tx.hold_party(party_no)?;
        let members = tx.members_of(party_no)?;
        let roles = members.iter().map(|held| (held.person_no, held.role));
        if !keeps_an_administrator(roles, invitation.person_no, Some(role)) {
            return Err(Refusal::Conflict);
        }
    }
    // Twice at the same time: the second finds it used.
    if !tx.use_invitation(invitation, now)? {
        return Err(Refusal::NotFound);
    }
    if let Some((party_no, OrganisationRole::Administrator)) = invitation.party {
        tell_of_administrator(tx, site, party_no, invitation.person_no, "added", now)?;
    }
    let who = format!("person {}", site.id(IdKind::Person, invitation.person_no));
    let to_what = invitation
        .party
        .map(|(party_no, role)| format!("party {} as {role}", site.id(IdKind::Party, party_no)));
    tx.record(now, &who, "join", &who, &to_what.unwrap_or_default())?;
    Ok(())
}

pub(super) fn checked_name(name: &str, errors: &mut Errors) -> String {
    let name = name.trim();
    if !is_name(name) {
        errors.add("name", "account-name-wrong");
    }
    name.to_owned()
}

/// Whether a person can be called so: up to 200 characters.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.chars().count() <= NAME_CHARACTERS_MAX
        && !name.chars().any(char::is_control)
}
