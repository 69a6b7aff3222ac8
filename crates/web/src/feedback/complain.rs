//! `/complaints`: complaining, with or without an account, and seeing how far that is.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{ComplaintDoor, IdKind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::complaint::{ComplaintForm, Writer, address, take_in};
use super::promises;
use crate::client::Client;
use crate::form::Errors;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Visitor;

/// Complaints of one network: enough for a building full of businesses, and no flood of mails. Codes cannot be guessed at
/// this rate either.
const OF_NETWORK: Limiter = Limiter::new("complaints of a network", Rate::per_hour(20));

/// Mails to one address.
const TO_ADDRESS: Limiter = Limiter::new("complaints of an address", Rate::per_hour(5));

#[derive(Deserialize)]
pub(super) struct Asked {
    /// The message from whose page somebody comes.
    #[serde(default)]
    message: String,
}

#[derive(Serialize)]
struct FormView {
    acknowledge_days: u32,
    answer_weeks: u32,
    /// Public id and name of the organisations of whoever signed in.
    own: Vec<(Uuid, String)>,
    form: ComplaintForm,
    errors: Errors,
}

pub(super) async fn form(
    State(site): State<Site>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let person = visitor.signed_in.as_ref().map(|who| &who.person);
    let form = ComplaintForm {
        name: person.map(|it| it.name.clone()).unwrap_or_default(),
        email: person.map(|it| it.email.to_string()).unwrap_or_default(),
        message: asked.message,
        ..ComplaintForm::default()
    };
    ask(&site, &visitor, form, Errors::default()).await
}

async fn ask(
    site: &Site,
    visitor: &Visitor,
    form: ComplaintForm,
    errors: Errors,
) -> Result<Response, Refusal> {
    let promises = site.read(promises).await?;
    let memberships = visitor.signed_in.iter().flat_map(|who| &who.memberships);
    let own = memberships.map(|own| {
        let id = site.id(IdKind::Party, own.party_no);
        (id, own.party_name.clone())
    });
    let view = FormView {
        acknowledge_days: promises.acknowledge_days,
        answer_weeks: promises.answer_weeks,
        own: own.collect(),
        form,
        errors,
    };
    site.page(visitor, "feedback/complain.html", &view)
}

pub(super) async fn send(
    State(site): State<Site>,
    visitor: Visitor,
    client: Client,
    Form(form): Form<ComplaintForm>,
) -> Result<Response, Refusal> {
    let mut errors = Errors::default();
    let Some(said) = form.read(&mut errors) else {
        return ask(&site, &visitor, form, errors).await;
    };
    site.limit(&OF_NETWORK, client)?;
    let email = form.email.trim().to_lowercase();
    // Those who leave a telephone number get no mail, and would all count as one.
    if !email.is_empty() {
        site.limit(&TO_ADDRESS, email)?;
    }
    let writer = writer(&site, &visitor, &form)?;
    let inner = site.clone();
    let taken = site
        .write(move |tx| take_in(&inner, tx, &said, &writer))
        .await?;
    match taken {
        Some(complaint_no) => Ok(Redirect::to(&address(&site, complaint_no)).into_response()),
        None => {
            errors.add("code", "complaint-error-code");
            ask(&site, &visitor, form, errors).await
        }
    }
}

/// Who complains, for which of the own organisations.
fn writer(site: &Site, visitor: &Visitor, form: &ComplaintForm) -> Result<Writer, Refusal> {
    let memberships = visitor.signed_in.iter().flat_map(|who| &who.memberships);
    let parties: Vec<i64> = memberships.map(|own| own.party_no).collect();
    let party_no = match form.organisation.as_str() {
        "" => None,
        id => {
            let id = id.parse().map_err(|_| Refusal::Bad)?;
            let party_no = site.number(IdKind::Party, &id)?;
            let own = parties.contains(&party_no).then_some(party_no);
            Some(own.ok_or(Refusal::NotFound)?)
        }
    };
    Ok(Writer {
        door: match visitor.signed_in {
            Some(_) => ComplaintDoor::Portal,
            None => ComplaintDoor::Page,
        },
        parties,
        party_no,
        is_desk: false,
        language: visitor.language,
        received_at: site.now(),
    })
}

#[derive(Serialize)]
struct View {
    reference: String,
    state: &'static str,
    received_at: String,
    acknowledge_on: String,
    answer_on: String,
}

/// How far a complaint is: nothing of who complained, and nothing of what was written.
pub(super) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let complaint_no = site.number(IdKind::Complaint, &id)?;
    let complaint = site
        .read(move |tx| tx.complaint(complaint_no)?.ok_or(Refusal::NotFound))
        .await?;
    let view = View {
        reference: complaint.reference(),
        state: complaint.state.as_str(),
        received_at: complaint.received_at.to_string(),
        acknowledge_on: complaint.content.acknowledge_on.to_string(),
        answer_on: complaint.content.answer_on.to_string(),
    };
    site.page(&visitor, "feedback/complaint.html", &view)
}
