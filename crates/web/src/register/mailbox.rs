//! `/register/{token}/mailbox`: the third page: the code that was mailed. And `/register/{token}`: what comes next.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{EmailAddress, RegistrationState};
use rules::registration::{CODE_DAYS, MAILS_MAX};
use serde::{Deserialize, Serialize};
use store::{Registration, Tx};

use super::admission::finish;
use super::details::{is_over, send_code};
use super::{held, home, own};
use crate::client::Client;
use crate::code::MAILS_TO_ONE;
use crate::form::{Errors, known};
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Visitor;

/// Codes that one network tries, whatever for: a registration lets three through, and there are many.
const TRIES: Limiter = Limiter::new("codes of registrations", Rate::per_hour(30));

#[derive(Serialize)]
struct View {
    home: String,
    mailbox: String,
    /// The code went to a mailbox of the domain, not to the person.
    has_domain: bool,
    days: i64,
    /// The last code is worth nothing any more.
    is_over: bool,
    /// Mails with a code that are left.
    mails_left: i64,
    errors: Errors,
    done: &'static str,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Before {
    done: String,
}

pub(super) async fn form(
    State(site): State<Site>,
    visitor: Visitor,
    Path(token): Path<String>,
    Query(before): Query<Before>,
) -> Result<Response, Refusal> {
    let inner = site.clone();
    let own = site.read(move |tx| own(&inner, &token, tx)).await?;
    let done = known(&["sent"], &before.done);
    ask(&site, &visitor, &own, Errors::default(), done)
}

fn ask(
    site: &Site,
    visitor: &Visitor,
    own: &Registration,
    errors: Errors,
    done: &'static str,
) -> Result<Response, Refusal> {
    let home = home(site, own.registration_no);
    let mailbox = match (own.state, &own.mailbox) {
        (RegistrationState::Begun, Some(mailbox)) => mailbox.to_string(),
        (RegistrationState::Begun, None) => {
            return Ok(Redirect::to(&format!("{home}/organisation")).into_response());
        }
        _ => return Ok(Redirect::to(&home).into_response()),
    };
    let view = View {
        home,
        mailbox,
        has_domain: !own.domain.is_empty(),
        days: CODE_DAYS,
        is_over: is_over(own, site.now()),
        mails_left: (MAILS_MAX - own.mails).max(0),
        errors,
        done,
    };
    site.page(visitor, "register/mailbox.html", &view)
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CodeForm {
    /// `check` or `again`.
    act: String,
    code: String,
}

pub(super) async fn act(
    State(site): State<Site>,
    visitor: Visitor,
    client: Client,
    Path(token): Path<String>,
    Form(form): Form<CodeForm>,
) -> Result<Response, Refusal> {
    match form.act.as_str() {
        "again" => again(&site, token).await,
        _ => check(&site, &visitor, client, token, form.code).await,
    }
}

async fn again(site: &Site, token: String) -> Result<Response, Refusal> {
    let (inner, asked) = (site.clone(), token.clone());
    let seen = site.read(move |tx| own(&inner, &asked, tx)).await?;
    let home = home(site, seen.registration_no);
    let Some(mailbox) = seen.mailbox.filter(|_| seen.mails < MAILS_MAX) else {
        return Ok(Redirect::to(&format!("{home}/mailbox")).into_response());
    };
    site.limit(&MAILS_TO_ONE, mailbox.compared())?;
    let inner = site.clone();
    site.write(move |tx| send_again(&inner, tx, &token, &mailbox))
        .await?;
    Ok(Redirect::to(&format!("{home}/mailbox?done=sent")).into_response())
}

/// Leaves another mail with a code to the mailbox of a registration, if it is still `paid`, for which the limit has counted it:
/// somebody may have filled in another domain meanwhile, and a code shows who reads the mailbox of that.
pub(super) fn send_again(
    site: &Site,
    tx: &mut Tx<'_>,
    token: &str,
    paid: &EmailAddress,
) -> Result<(), Refusal> {
    let own = held(site, token, tx)?;
    if own.state != RegistrationState::Begun || own.mails >= MAILS_MAX {
        return Ok(());
    }
    match own.mailbox.as_ref() {
        Some(mailbox) if mailbox == paid => send_code(site, tx, &own, mailbox, site.now()),
        _ => Err(Refusal::Conflict),
    }
}

/// What came of a code.
enum Tried {
    Right,
    Wrong,
    /// The code is worth nothing any more, whatever was typed.
    Over,
}

async fn check(
    site: &Site,
    visitor: &Visitor,
    client: Client,
    token: String,
    code: String,
) -> Result<Response, Refusal> {
    site.limit(&TRIES, client)?;
    let (inner, now) = (site.clone(), site.now());
    let asked = token.clone();
    let (registration_no, tried) = site
        .write(move |tx| {
            let own = held(&inner, &asked, tx)?;
            let registration_no = own.registration_no;
            let Some(sent_at) = own
                .sent_at
                .filter(|_| own.state == RegistrationState::Begun)
            else {
                return Ok((registration_no, Tried::Right));
            };
            if is_over(&own, now) {
                return Ok((registration_no, Tried::Over));
            }
            let typed: String = code.split_whitespace().collect();
            let key = inner.link_key();
            let right = key.registration_code(registration_no, sent_at.micros());
            if !key.is_same(&right, &typed) {
                tx.note_wrong_registration_code(registration_no)?;
                return Ok((registration_no, Tried::Wrong));
            }
            finish(&inner, tx, &own, now)?;
            Ok((registration_no, Tried::Right))
        })
        .await?;
    let text = match tried {
        Tried::Right => {
            // Also where there was nothing to try: its page knows where to go.
            return Ok(Redirect::to(&home(site, registration_no)).into_response());
        }
        Tried::Wrong => "register-error-code",
        Tried::Over => "register-error-over",
    };
    let mut errors = Errors::default();
    errors.add("code", text);
    let inner = site.clone();
    let own = site.read(move |tx| own(&inner, &token, tx)).await?;
    ask(site, visitor, &own, errors, "")
}

#[derive(Serialize)]
struct OutcomeView {
    is_refused: bool,
}

/// What comes next. It reads the same for an organisation that came in, one that the desk looks at, and one that was known: who
/// typed somebody else's number learns nothing here.
pub(super) async fn outcome(
    State(site): State<Site>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response, Refusal> {
    let inner = site.clone();
    let own = site.read(move |tx| own(&inner, &token, tx)).await?;
    if own.state == RegistrationState::Begun {
        let home = home(&site, own.registration_no);
        let step = if own.mailbox.is_some() {
            "mailbox"
        } else {
            "organisation"
        };
        return Ok(Redirect::to(&format!("{home}/{step}")).into_response());
    }
    let view = OutcomeView {
        is_refused: own.state == RegistrationState::Refused,
    };
    site.page(&visitor, "register/outcome.html", &view)
}
