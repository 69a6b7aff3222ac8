//! Organisations: what each is, and what it looks after itself.

mod administrator;
mod code;
mod confirmed;
mod contact;
mod contact_change;
mod contact_key;
mod history;
mod invitation;
mod key;
mod leaving;
mod legal_class;
mod mandate;
mod member;
mod part;
mod preview;
mod profile;
mod programme;
mod register;
mod threshold;
mod webhook;
mod webhook_set_aside;

pub(super) use code::{NewCode, wrong_code};
pub(super) use confirmed::Confirmed;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::Response;
use model::{IdKind, Language, PartyRole, Reader, Scope};
use serde::Serialize;
use store::{KeyOwner, PartyNote, Tx};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::caller::{Caller, Own, number_of_path};
use super::desk::note_read;
use super::error::ApiError;
use super::fields::{Fields, patch};
use super::parameters::no_parameters;
use super::shown::{must_match, shown};
use crate::organisation::profile::set_usual;
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of organisations.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .merge(register::routes())
        .merge(administrator::routes())
        .routes(routes!(get_organisation, change_organisation))
        .merge(contact::routes())
        .merge(contact_change::routes())
        .merge(contact_key::routes())
        .merge(preview::routes())
        .merge(member::routes())
        .merge(invitation::routes())
        .merge(mandate::routes())
        .merge(part::routes())
        .merge(profile::routes())
        .merge(programme::routes())
        .merge(threshold::routes())
        .merge(leaving::routes())
        .merge(legal_class::routes())
        .merge(history::routes())
        .merge(key::routes())
        .merge(webhook::routes())
        .merge(webhook_set_aside::routes())
}

/// A party that is served.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Organisation {
    id: Uuid,
    /// Key by which files of the register name it.
    #[schema(example = "hospital")]
    reference: String,
    #[schema(example = "Example Hospital")]
    name: String,
    /// Number in the Dutch trade register.
    #[schema(example = "90000017")]
    kvk_number: Option<String>,
    /// In the words of the desk.
    sector: Option<String>,
    /// What the law makes of it today.
    #[schema(example = "unknown")]
    legal_class: &'static str,
    /// `nl` or `en`; `null`: that of the desk.
    #[schema(example = "nl")]
    language: Option<&'static str>,
    /// What contacts can read that did not say; `null`: as an entrepreneur.
    #[schema(example = "administrator")]
    reader: Option<&'static str>,
}

fn organisation(site: &Site, note: PartyNote) -> Organisation {
    Organisation {
        id: site.id(IdKind::Party, note.party_no),
        reference: note.reference,
        name: note.name,
        kvk_number: note.kvk.map(|kvk| kvk.to_string()),
        sector: note.sector,
        legal_class: note.legal_class.as_str(),
        language: note.language.map(Language::as_str),
        reader: note.reader.map(Reader::as_str),
    }
}

/// One organisation: the caller's own, or any for the desk.
#[utoipa::path(
    get, path = "/organisations/{organisation}", tag = "organisations", operation_id = "getOrganisation",
    responses((status = 200, description = "The organisation", body = Organisation)),
)]
async fn get_organisation(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    let party_no = number_of_path(&mut parts, &site, IdKind::Party, "organisation").await?;
    match caller.owner {
        KeyOwner::Desk => caller.must(Scope::DeskRead)?,
        KeyOwner::Organisation(own) if own == party_no => caller.must(Scope::OrganisationRead)?,
        _ => return Err(ApiError::NotFound),
    }
    no_parameters(&parts)?;
    if caller.owner == KeyOwner::Desk {
        let id = site.id(IdKind::Party, party_no);
        note_read(&site, &caller, format!("party {id}")).await?;
    }
    let today = site.now().day();
    let note = site.read(move |tx| {
        tx.party_note(party_no, PartyRole::Recipient, today)?
            .ok_or(Refusal::NotFound)
    });
    Ok(shown(&parts.headers, &organisation(&site, note.await?)))
}

/// What an organisation changes of itself. Name and numbers are the desk's: proofs are compared with them.
#[derive(ToSchema)]
struct OrganisationPatch {
    /// `nl` or `en`; `null`: that of the desk.
    #[schema(value_type = Option<String>, example = "nl")]
    language: Option<Option<Language>>,
    /// `entrepreneur`, `administrator` or `soc`; `null`: an entrepreneur. For contacts that did not say.
    #[schema(value_type = Option<String>, example = "administrator")]
    reader: Option<Option<Reader>>,
}

impl OrganisationPatch {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let given = ["language", "reader"].map(|name| fields.has(name).then_some(()));
        let (language, reader) = (fields.optional("language"), fields.optional("reader"));
        Some(Self {
            language: given[0].and(Some(language?)),
            reader: given[1].and(Some(reader?)),
        })
    }
}

/// Changes the language in which the organisation is told, and for which reader.
#[utoipa::path(
    patch, path = "/organisations/{organisation}", tag = "organisations", operation_id = "changeOrganisation",
    request_body(content = OrganisationPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "As it is now", body = Organisation)),
)]
async fn change_organisation(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationWrite)?;
    let (patch, parts) = patch(request, OrganisationPatch::read).await?;
    let (acting, now, shown_by) = (own.acting(&site), site.now(), site.clone());
    let view = site.change(move |tx| {
        let held = |tx: &mut Tx<'_>| {
            let note = tx.party_note(acting.party_no, PartyRole::Recipient, now.day())?;
            note.ok_or(ApiError::NotFound)
        };
        let note = held(tx)?;
        let usual = (
            patch.language.unwrap_or(note.language),
            patch.reader.unwrap_or(note.reader),
        );
        let is_given = patch.language.is_some() || patch.reader.is_some();
        must_match(&parts.headers, &organisation(&shown_by, note))?;
        if is_given {
            set_usual(tx, &acting, usual, now)?;
        }
        Ok(organisation(&shown_by, held(tx)?))
    });
    Ok(shown(&HeaderMap::new(), &view.await?))
}
