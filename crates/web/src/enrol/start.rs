//! `/programmes/{programme}/apply`: begins an application. The address that is given gets the link by which the applicant
//! comes back; the form goes on at once.

use std::time::Duration;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::EmailAddress;
use serde::{Deserialize, Serialize};
use store::NewApplication;

use super::programme::published;
use super::{ProgrammeView, home, tell};
use crate::client::Client;
use crate::form::Errors;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Visitor;

/// Applications that one network begins: a building full of businesses, and no flood of mails.
pub(super) const OF_NETWORK: Limiter =
    Limiter::new("applications of a network", Rate::per_hour(20));

/// Mails to one address.
pub(super) const TO_ADDRESS: Limiter = Limiter::new(
    "applications of an address",
    Rate::new(3, Duration::from_secs(1_200)),
);

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct StartForm {
    email: String,
}

#[derive(Serialize)]
struct View {
    programme: ProgrammeView,
    form: StartForm,
    errors: Errors,
}

pub(super) async fn form(
    site: State<Site>,
    visitor: Visitor,
    slug: Path<String>,
) -> Result<Response, Refusal> {
    ask(site, visitor, slug, StartForm::default(), Errors::default()).await
}

async fn ask(
    State(site): State<Site>,
    visitor: Visitor,
    Path(slug): Path<String>,
    form: StartForm,
    errors: Errors,
) -> Result<Response, Refusal> {
    let programme = site
        .read(move |tx| published(tx.programme_named(&slug)?))
        .await?;
    if !programme.is_open(site.now()) {
        // Its page says so, and what there is instead.
        let page = format!("/programmes/{}", programme.terms.slug);
        return Ok(Redirect::to(&page).into_response());
    }
    let view = View {
        programme: ProgrammeView::new(&site, visitor.language, &programme),
        form,
        errors,
    };
    site.page(&visitor, "enrol/start.html", &view)
}

pub(super) async fn begin(
    State(site): State<Site>,
    visitor: Visitor,
    client: Client,
    Path(slug): Path<String>,
    Form(form): Form<StartForm>,
) -> Result<Response, Refusal> {
    let mut errors = Errors::default();
    let email = form.email.trim().parse::<EmailAddress>();
    let Some(email) = errors.take("email", email, "enrol-error-email") else {
        return ask(State(site), visitor, Path(slug), form, errors).await;
    };
    site.limit(&OF_NETWORK, client)?;
    site.limit(&TO_ADDRESS, email.to_string().to_lowercase())?;
    let (now, language, own) = (site.now(), visitor.language, site.clone());
    let application = site
        .write(move |tx| {
            let programme = published(tx.programme_named(&slug)?)?;
            if !programme.is_open(now) {
                return Err(Refusal::Conflict);
            }
            let new = NewApplication {
                programme_no: programme.programme_no,
                email: &email,
                language,
                form: "{}",
            };
            let application_no = tx.add_application(&new, now)?;
            tell(&own, tx, application_no, "begun")?;
            tx.application(application_no)?.ok_or(Refusal::NotFound)
        })
        .await?;
    let first = format!("{}/organisation", home(&site, &application));
    Ok(Redirect::to(&first).into_response())
}
