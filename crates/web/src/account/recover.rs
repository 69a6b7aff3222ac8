//! `/account/recover`: somebody forgot a password, or lost a device. A mail brings a link, and the link alone opens nothing:
//! a code of the app or a recovery code goes with it. The page says the same whether there is an account or not.

use std::time::Duration;

use axum::extract::{Form, Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use model::{EmailAddress, Language, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{NewServiceMail, NewStep, Person, Tx};

use super::session::{self, browser_name};
use super::{password, sign_in};
use crate::client::Client;
use crate::form::Errors;
use crate::limiter::{Limiter, Rate};
use crate::page::Fixed;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{Visitor, fresh_token, token_digest};

/// How long the link of a mail works.
const MINUTES: i64 = 30;

const KIND: &str = "recover";

/// Mails to one address. Beyond that the page says the same, and no mail goes: nobody's mailbox is flooded, and nobody is
/// kept from a mail for longer than it takes to look for the one that came.
const MAILS: Limiter = Limiter::new("recover mails", Rate::new(3, Duration::from_secs(600)));

/// Requests of one network.
const OF_NETWORK: Limiter = Limiter::new("recover network", Rate::per_minute(10));

pub(super) async fn page(State(site): State<Site>, visitor: Visitor) -> Result<Response, Refusal> {
    site.page(&visitor, "account/recover.html", &Fixed {})
}

#[derive(Deserialize)]
pub(super) struct Asked {
    email: String,
}

pub(super) async fn send(
    State(site): State<Site>,
    visitor: Visitor,
    client: Client,
    Form(asked): Form<Asked>,
) -> Result<Response, Refusal> {
    site.limit(&OF_NETWORK, client)?;
    if let Ok(email) = asked.email.parse::<EmailAddress>()
        && site.limit(&MAILS, email.compared()).is_ok()
    {
        let (asked, language) = (site.clone(), visitor.language);
        // Beside the answer, so that how long it takes tells nothing.
        tokio::spawn(async move {
            if let Err(error) = leave_mail(&asked, email, language).await {
                tracing::warn!(%error, "cannot leave a mail to sign in again");
            }
        });
    }
    site.page(&visitor, "account/recover-sent.html", &Fixed {})
}

async fn leave_mail(site: &Site, email: EmailAddress, language: Language) -> Result<(), Refusal> {
    let (asked, now, token) = (site.clone(), site.now(), fresh_token());
    site.write(move |tx| {
        let person = tx.person_with_email(&email)?;
        let Some(person) = person.filter(|person| person.closed_at.is_none()) else {
            return Ok(());
        };
        // Who signs in by a provider of identities has no code to fill in there: the page says what to do instead.
        let ways = tx.ways_of(person.person_no)?;
        if ways.count() == ways.identities && ways.recovery_codes == 0 && !ways.has_totp {
            return Ok(());
        }
        let step = NewStep {
            digest: token_digest(&token),
            kind: KIND,
            person_no: Some(person.person_no),
            state: "",
            expires_at: now.plus_seconds(60 * MINUTES),
        };
        tx.begin_step(&step, now)?;
        let link = asked.link(&format!("/account/recover/{token}"));
        let facts = json!({ "link": link, "minutes": MINUTES }).to_string();
        let mail = NewServiceMail {
            kind: "password-reset",
            to: &person.email,
            language: person.language.unwrap_or(language),
            facts: &facts,
        };
        tx.add_service_mail(&mail, now)?;
        Ok(())
    })
    .await
}

#[derive(Serialize)]
struct ChooseView {
    token: String,
    email: String,
    errors: Errors,
}

fn of_link(tx: &mut Tx<'_>, digest: &[u8; 32], now: Timestamp) -> Result<Person, Refusal> {
    let step = tx.step(KIND, digest, now)?.ok_or(Refusal::NotFound)?;
    let person_no = step.person_no.ok_or(Refusal::NotFound)?;
    let person = tx.person(person_no)?.ok_or(Refusal::NotFound)?;
    if person.closed_at.is_some() {
        return Err(Refusal::NotFound);
    }
    Ok(person)
}

pub(super) async fn choose_page(
    State(site): State<Site>,
    visitor: Visitor,
    client: Client,
    Path(token): Path<String>,
) -> Result<Response, Refusal> {
    site.limit(&OF_NETWORK, client)?;
    let (digest, now) = (token_digest(&token), site.now());
    let person = site.read(move |tx| of_link(tx, &digest, now)).await?;
    let view = ChooseView {
        token,
        email: person.email.as_str().to_owned(),
        errors: Errors::default(),
    };
    site.page(&visitor, "account/recover-choose.html", &view)
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    password: String,
    code: String,
}

pub(super) async fn choose(
    State(site): State<Site>,
    visitor: Visitor,
    client: Client,
    headers: HeaderMap,
    jar: CookieJar,
    Path(token): Path<String>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Refusal> {
    site.limit(&OF_NETWORK, client)?;
    let (digest, now) = (token_digest(&token), site.now());
    let person = site.read(move |tx| of_link(tx, &digest, now)).await?;
    let email = person.email.as_str().to_owned();
    let mut errors = Errors::default();
    if let Some(flaw) = password::flaw(&chosen.password, &email, &person.name) {
        errors.add("password", flaw);
    }
    if errors.is_empty() {
        let hash = password::hash(chosen.password).await?;
        let (asked, browser) = (site.clone(), browser_name(&headers));
        let opened = site
            .write(move |tx| {
                let person = of_link(tx, &digest, now)?;
                let Some(method) = sign_in::take_any_code(tx, &asked, &person, &chosen.code, now)?
                else {
                    return Ok(None);
                };
                tx.take_step(KIND, &digest, now)?;
                tx.put_password(person.person_no, &hash, now)?;
                tx.end_other_sessions(person.person_no, None, now)?;
                session::tell_change(tx, &asked, &person, "password-changed", now)?;
                let opened = session::open(tx, person.person_no, method, &browser, now)?;
                Ok(Some((opened, tx.ways_of(person.person_no)?.has_totp)))
            })
            .await?;
        if let Some((opened, has_totp)) = opened {
            // A password without an app for codes opens nothing: the next thing is to connect one.
            let next = if has_totp {
                "/account?done=password"
            } else {
                "/account/codes"
            };
            return Ok((session::keep(&site, jar, opened), Redirect::to(next)).into_response());
        }
        errors.add("code", "account-code-wrong");
    }
    let view = ChooseView {
        token,
        email,
        errors,
    };
    site.page(&visitor, "account/recover-choose.html", &view)
}
