//! `/applications/{token}/address`: whoever made a typing error in the address gets no link. While the form is still open the
//! applicant corrects it here, and the link is sent to the right one; once the application was sent in, the desk does it.

use std::time::Duration;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::EmailAddress;
use serde::{Deserialize, Serialize};

use super::application::Own;
use super::start::{OF_NETWORK, TO_ADDRESS};
use super::{ProgrammeView, home, tell};
use crate::client::Client;
use crate::form::Errors;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Visitor;

/// Links that are sent for one application: some typing errors, and no way to mail strangers.
const OF_APPLICATION: Limiter = Limiter::new(
    "links of an application",
    Rate::new(3, Duration::from_secs(3_600)),
);

/// How often an applicant corrects the address of one application. After that the desk does.
const CORRECTIONS_MAX: i64 = 5;

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct AddressForm {
    email: String,
}

#[derive(Serialize)]
struct View {
    home: String,
    programme: ProgrammeView,
    /// Where the link went.
    email: String,
    form: AddressForm,
    errors: Errors,
}

pub(super) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response, Refusal> {
    let inner = site.clone();
    let own = site.read(move |tx| Own::of(&inner, &token, tx)).await?;
    let form = AddressForm { email: own.email() };
    page(&site, &visitor, &own, form, Errors::default())
}

fn page(
    site: &Site,
    visitor: &Visitor,
    own: &Own,
    form: AddressForm,
    errors: Errors,
) -> Result<Response, Refusal> {
    if !own.is_editable(site) {
        return Ok(Redirect::to(&home(site, &own.application)).into_response());
    }
    let view = View {
        home: home(site, &own.application),
        programme: ProgrammeView::new(site, visitor.language, &own.programme),
        email: own.email(),
        form,
        errors,
    };
    site.page(visitor, "enrol/address.html", &view)
}

/// Sends the link to the address that is given. Where that is another one, the link is a new one too: whoever got the first
/// mail by mistake reads nothing any more.
pub(super) async fn correct(
    State(site): State<Site>,
    visitor: Visitor,
    client: Client,
    Path(token): Path<String>,
    Form(form): Form<AddressForm>,
) -> Result<Response, Refusal> {
    let (inner, asked) = (site.clone(), token.clone());
    let own = site.read(move |tx| Own::of(&inner, &asked, tx)).await?;
    let mut errors = Errors::default();
    let email = form.email.trim().parse::<EmailAddress>();
    let email = errors.take("email", email, "enrol-error-email");
    let is_other = |email: &EmailAddress| own.application.email.as_ref() != Some(email);
    if own.application.link_no >= CORRECTIONS_MAX && email.as_ref().is_some_and(is_other) {
        errors.add("email", "enrol-error-email-often");
    }
    let Some(email) = email.filter(|_| errors.is_empty()) else {
        return page(&site, &visitor, &own, form, errors);
    };
    site.limit(&OF_NETWORK, client)?;
    site.limit(&OF_APPLICATION, own.application.application_no)?;
    site.limit(&TO_ADDRESS, email.to_string().to_lowercase())?;
    let inner = site.clone();
    let application = site
        .write(move |tx| {
            let own = Own::held(&inner, &token, false, tx)?;
            if !own.is_editable(&inner) {
                return Err(Refusal::Conflict);
            }
            let application_no = own.application.application_no;
            let is_corrected = tx.correct_applicant(application_no, &email)?;
            let what = if is_corrected { "moved" } else { "begun" };
            tell(&inner, tx, application_no, what)?;
            tx.application(application_no)?.ok_or(Refusal::NotFound)
        })
        .await?;
    let page = format!("{}?done=address", home(&site, &application));
    Ok(Redirect::to(&page).into_response())
}
