//! Contacts of the caller's organisation: where its messages go.

use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use model::{IdKind, Language, Reader, ReadingHours, Scope, Severity};
use serde::Serialize;
use store::{OwnContact, Tx};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::api::caller::Own;
use crate::api::cursor::AfterContact;
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::ApiError;
use crate::api::parameters::{Parameters, no_parameters};
use crate::api::shown::{short_page, shown};
use crate::organisation::must_be_confirmed;
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes by which contacts are read.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_contacts))
        .routes(routes!(get_contact))
}

/// An address to which messages go.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Contact {
    pub(super) id: Uuid,
    /// What the contact does.
    #[schema(example = "security")]
    role: String,
    #[schema(example = "security@hospital.example")]
    email: String,
    /// Which severities it takes.
    severities: Vec<&'static str>,
    /// `nl` or `en`; `null`: that of the organisation.
    language: Option<&'static str>,
    /// What it can read; `null`: nobody said.
    reader: Option<&'static str>,
    /// Whether somebody reads it day and night.
    always_on: bool,
    /// Whether it is read in office hours: what is not critical waits for them. Neither of the two: nobody said.
    office_hours: bool,
    /// At which times mails go out there, but for what is critical: `now`, `2h`, `3h`, `4h`, `6h`, `8h` or `12h` from midnight, or
    /// `daily` or a weekday (`mon`) with one to four times.
    #[schema(example = "daily 08:00 16:00")]
    rhythm: String,
    /// Where it can be called when a mail is not enough; `null`: nobody said.
    #[schema(example = "+31705550123")]
    phone: Option<String>,
    /// Whether somebody answers the telephone day and night.
    phone_always: bool,
    /// Whether messages go there. `false`: a code was mailed that nobody sent yet, see `_check-code`.
    answered: bool,
    /// When somebody last said that it still holds; `null`: not since the desk entered it.
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    confirmed_at: Option<String>,
    /// Whether it is time to say that it still holds, see `_confirm`.
    must_confirm: bool,
}

page_schema! {
    /// A page of contacts.
    ContactPage, Contact
}

pub(super) fn contact(site: &Site, held: &OwnContact) -> Contact {
    let severities = Severity::ALL.iter().rev();
    let taken = severities.filter(|severity| held.severities.contains(**severity));
    Contact {
        id: site.id(IdKind::Contact, held.contact_no),
        role: held.role.clone(),
        email: held.email.to_string(),
        severities: taken.map(|severity| severity.as_str()).collect(),
        language: held.language.map(Language::as_str),
        reader: held.reader.map(Reader::as_str),
        always_on: held.timing.hours == ReadingHours::Always,
        office_hours: held.timing.hours == ReadingHours::Office,
        rhythm: held.timing.rhythm.to_string(),
        phone: (held.phone.as_ref()).map(|phone| phone.number.to_string()),
        phone_always: held.phone.as_ref().is_some_and(|phone| phone.is_always),
        answered: held.is_answered,
        confirmed_at: held.confirmed_at.map(|at| at.to_string()),
        must_confirm: must_be_confirmed(held, site.now()),
    }
}

/// One contact of the organisation.
pub(super) fn one(tx: &mut Tx<'_>, party_no: i64, contact_no: i64) -> Result<OwnContact, Refusal> {
    let contacts = tx.own_contacts(party_no)?;
    let one = contacts
        .into_iter()
        .find(|contact| contact.contact_no == contact_no);
    one.ok_or(Refusal::NotFound)
}

/// The contacts of the organisation: who gets its messages.
#[utoipa::path(
    get, path = "/organisations/{organisation}/contacts", tag = "organisations", operation_id = "listContacts",
    params(PageQuery),
    responses((status = 200, description = "A page", body = ContactPage)),
)]
async fn list_contacts(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterContact>(&site);
    parameters.end()?;
    let rows = site.read(move |tx| Ok(tx.own_contacts(own.party_no)?));
    let views = (
        |held: &OwnContact| held.contact_no,
        |held| contact(&site, &held),
    );
    Ok(short_page(&site, &parts, &wanted, rows.await?, views))
}

/// One contact.
#[utoipa::path(
    get, path = "/organisations/{organisation}/contacts/{contact}", tag = "organisations", operation_id = "getContact",
    responses((status = 200, description = "The contact", body = Contact)),
)]
async fn get_contact(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationRead)?;
    no_parameters(&parts)?;
    let contact_no = own.number(&site, IdKind::Contact, "contact")?;
    let held = site.read(move |tx| one(tx, own.party_no, contact_no));
    Ok(shown(&parts.headers, &contact(&site, &held.await?)))
}
