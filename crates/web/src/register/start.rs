//! `/register`: whether the door is open, and the first page: the number in the trade register, and whom to mail.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use model::{EmailAddress, KvkNumber, RegistrationRule, TradeEntry};
use serde::{Deserialize, Serialize};
use store::NewRegistration;

use super::{home, is_ours, rule, subject};
use crate::client::Client;
use crate::enrol::NAMES_OF_NETWORK;
use crate::form::Errors;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Visitor;

/// Registrations that one network begins: a building full of businesses, and no flood.
const OF_NETWORK: Limiter = Limiter::new("registrations of a network", Rate::per_hour(10));

/// Registrations that one line begins, which may have many networks of IPv6. In the days for which they are kept they are fewer
/// than may be begun in the whole installation: nobody shuts the door for everybody from one place by beginning alone. Those that
/// wait are for the desk to decide.
const OF_LINE: Limiter = Limiter::new("registrations of a line", Rate::per_hour(20));

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct StartForm {
    kvk: String,
    email: String,
}

#[derive(Serialize)]
struct View {
    /// `closed`, `hold` or `open`.
    rule: &'static str,
    /// As many are open as may be: that many.
    full_at: Option<i64>,
    fills_in: bool,
    form: StartForm,
    errors: Errors,
}

pub(super) async fn form(site: State<Site>, visitor: Visitor) -> Result<Response, Refusal> {
    let open = site.read(|tx| Ok(tx.count_open_registrations()?)).await?;
    ask(
        &site,
        &visitor,
        StartForm::default(),
        Errors::default(),
        open.full_at(),
    )
    .await
}

async fn ask(
    site: &Site,
    visitor: &Visitor,
    form: StartForm,
    errors: Errors,
    full_at: Option<i64>,
) -> Result<Response, Refusal> {
    let rule = site.read(rule).await?;
    let view = View {
        rule: rule.as_str(),
        full_at,
        fills_in: site.trade_register().is_some(),
        form,
        errors,
    };
    site.page(visitor, "register/start.html", &view)
}

pub(super) async fn begin(
    State(site): State<Site>,
    visitor: Visitor,
    client: Client,
    Form(form): Form<StartForm>,
) -> Result<Response, Refusal> {
    let mut errors = Errors::default();
    if site.read(rule).await? == RegistrationRule::Closed {
        return ask(&site, &visitor, form, errors, None).await;
    }
    let kvk = errors.take("kvk", form.kvk.parse::<KvkNumber>(), "register-error-kvk");
    let email = form.email.trim().parse::<EmailAddress>();
    let email = errors.take("email", email, "register-error-email");
    let (Some(kvk), Some(email)) = (kvk, email) else {
        return ask(&site, &visitor, form, errors, None).await;
    };
    let asked = email.clone();
    if site.read(move |tx| is_ours(tx, &asked)).await? {
        errors.add("email", "register-error-ours");
        return ask(&site, &visitor, form, errors, None).await;
    }
    site.limit(&OF_NETWORK, client)?;
    site.limit(&OF_LINE, client.line())?;
    let trade = ask_register(&site, client, kvk).await?;
    let (own, language, now) = (site.clone(), visitor.language, site.now());
    let begun = site
        .write(move |tx| {
            if let Some(full_at) = tx.count_open_registrations()?.full_at() {
                return Ok(Err(full_at));
            }
            let new = NewRegistration {
                kvk,
                email: &email,
                language,
                trade: trade.as_ref(),
            };
            let registration_no = tx.add_registration(&new, now)?;
            let subject = subject(&own, registration_no);
            tx.record(now, &subject, "begin-registration", &subject, "")?;
            Ok(Ok(registration_no))
        })
        .await?;
    match begun {
        Ok(registration_no) => {
            let next = format!("{}/organisation", home(&site, registration_no));
            Ok(Redirect::to(&next).into_response())
        }
        Err(full_at) => ask(&site, &visitor, form, errors, Some(full_at)).await,
    }
}

/// What the trade register says of a number: its entry, or that there is none; `None` where there is no register, where it is
/// silent, or where this network has asked enough. Then the name is typed: nobody is refused for it.
async fn ask_register(
    site: &Site,
    client: Client,
    kvk: KvkNumber,
) -> Result<Option<Option<TradeEntry>>, Refusal> {
    let Some(register) = site.trade_register().cloned() else {
        return Ok(None);
    };
    if site.limit(&NAMES_OF_NETWORK, client).is_err() {
        return Ok(None);
    }
    match tokio::task::spawn_blocking(move || register.ask(kvk)).await {
        Ok(Ok(entry)) => Ok(Some(entry)),
        Ok(Err(error)) => {
            tracing::warn!(%error, "trade register was not asked");
            Ok(None)
        }
        Err(_) => Err(Refusal::Panicked),
    }
}
