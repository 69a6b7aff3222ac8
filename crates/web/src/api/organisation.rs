//! Organisations and their contacts.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use model::register::{ContactRow, OrganisationRow};
use model::{
    EmailAddress, IdKind, KvkNumber, Language, LegalClass, PartyRole, Reader, Scope, Severity,
    SeveritySet,
};
use serde::Serialize;
use serde_json::Value;
use store::{ContactNote, KeyOwner, PartyNote, RegisterChange, StoreError};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::ROOT;
use super::caller::{Caller, Own, number_of_path};
use super::cursor::{After, AfterContact, AfterParty};
use super::document::PageQuery;
use super::error::ApiError;
use super::fields::{Fields, read_json, read_object};
use super::once::{Made, Wanted, once};
use super::parameters::{Parameters, no_parameters};
use super::shown::{json, page, shown};
use crate::refusal::Refusal;
use crate::site::Site;

/// Contacts of a new organisation.
const CONTACTS_MAX: usize = 20;

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_organisations, add_organisation))
        .routes(routes!(get_organisation))
        .routes(routes!(list_contacts))
        .routes(routes!(list_sources))
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
    #[schema(example = "12345678")]
    kvk_number: Option<String>,
    /// In the words of the desk.
    sector: Option<String>,
    /// What the law makes of it.
    #[schema(example = "unknown")]
    legal_class: &'static str,
    /// `nl` or `en`; `null`: that of the desk.
    #[schema(example = "nl")]
    language: Option<&'static str>,
}

/// Who delivers.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Source {
    id: Uuid,
    /// Key by which files name it.
    #[schema(example = "shadowserver")]
    reference: String,
    #[schema(example = "shadowserver")]
    name: String,
}

/// An address to which messages go.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Contact {
    id: Uuid,
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
}

/// An organisation to be added, with its contacts.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct NewOrganisation {
    /// Key by which files of the register name it; no other has it.
    #[schema(max_length = 100, min_length = 1, example = "hospital")]
    reference: String,
    #[schema(max_length = 200, min_length = 1, example = "Example Hospital")]
    name: String,
    /// Number in the Dutch trade register: 8 digits.
    #[schema(value_type = Option<String>, example = "12345678")]
    kvk_number: Option<KvkNumber>,
    /// In the words of the desk.
    #[schema(max_length = 100, min_length = 1)]
    sector: Option<String>,
    /// What the law makes of it; `unknown` when left out.
    #[schema(value_type = Option<String>, example = "unknown")]
    legal_class: Option<LegalClass>,
    /// `nl` or `en`.
    #[schema(value_type = Option<String>, example = "nl")]
    language: Option<Language>,
    /// Where messages go.
    #[schema(max_items = 20, required = false)]
    contacts: Vec<NewContact>,
}

/// A contact to be added.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct NewContact {
    /// What the contact does.
    #[schema(max_length = 40, min_length = 1, example = "security")]
    role: String,
    #[schema(value_type = String, example = "security@hospital.example")]
    email: EmailAddress,
    /// Which severities it takes; left out: all.
    #[schema(value_type = Option<Vec<String>>, example = json!(["critical", "high"]))]
    severities: SeveritySet,
    /// `nl` or `en`.
    #[schema(value_type = Option<String>)]
    language: Option<Language>,
    /// What it can read: `entrepreneur`, `administrator` or `policy`.
    #[schema(value_type = Option<String>)]
    reader: Option<Reader>,
}

/// A page of organisations.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `page` writes")]
#[schema(rename_all = "camelCase")]
struct OrganisationPage {
    items: Vec<Organisation>,
    /// Cursor of the next page; `null` on the last one.
    next_cursor: Option<String>,
    /// Address of the next page.
    next: Option<String>,
}

/// A page of contacts.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `page` writes")]
#[schema(rename_all = "camelCase")]
struct ContactPage {
    items: Vec<Contact>,
    /// Cursor of the next page; `null` on the last one.
    next_cursor: Option<String>,
    /// Address of the next page.
    next: Option<String>,
}

/// A page of sources.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `page` writes")]
#[schema(rename_all = "camelCase")]
struct SourcePage {
    items: Vec<Source>,
    /// Cursor of the next page; `null` on the last one.
    next_cursor: Option<String>,
    /// Address of the next page.
    next: Option<String>,
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
    }
}

fn contact(site: &Site, note: ContactNote) -> Contact {
    let takes = |severity: &&Severity| note.row.severities.contains(**severity);
    Contact {
        id: site.id(IdKind::Contact, note.contact_no),
        role: note.role,
        email: note.row.email.to_string(),
        severities: Severity::ALL
            .iter()
            .rev()
            .filter(takes)
            .map(|one| one.as_str())
            .collect(),
        language: note.row.language.map(Language::as_str),
        reader: note.row.reader.map(Reader::as_str),
    }
}

impl NewOrganisation {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let (reference, name) = (fields.line("reference", 100), fields.line("name", 200));
        let kvk_number = fields.optional("kvkNumber");
        let sector = fields.optional_line("sector", 100);
        let legal_class = fields.optional("legalClass");
        let language = fields.optional("language");
        let contacts = fields.each("contacts", CONTACTS_MAX, NewContact::read);
        Some(Self {
            reference: reference?,
            name: name?,
            kvk_number: kvk_number?,
            sector: sector?,
            legal_class: legal_class?,
            language: language?,
            contacts: contacts?,
        })
    }
}

impl NewContact {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let (role, email) = (fields.line("role", 40), fields.required("email"));
        let severities = severities(fields);
        let (language, reader) = (fields.optional("language"), fields.optional("reader"));
        Some(Self {
            role: role?.to_lowercase(),
            email: email?,
            severities: severities?,
            language: language?,
            reader: reader?,
        })
    }

    fn row(self, organisation: &str) -> ContactRow {
        ContactRow {
            organisation: organisation.to_owned(),
            role: self.role,
            email: self.email,
            severities: self.severities,
            language: self.language,
            reader: self.reader,
        }
    }
}

fn severities(fields: &mut Fields<'_, '_>) -> Option<SeveritySet> {
    let list = fields.list("severities", Severity::ALL.len())?;
    let severity = |value: &Value| value.as_str()?.parse::<Severity>().ok();
    let read: Option<SeveritySet> = list.iter().map(severity).collect();
    if read.is_none() {
        let known: Vec<_> = Severity::ALL.iter().map(|one| one.as_str()).collect();
        let why = format!("a list of {} is expected", known.join(", "));
        fields.mistake("severities", "bad-value", why);
    }
    read
}

/// All organisations, in the order in which they came. For the desk.
#[utoipa::path(
    get, path = "/organisations", tag = "organisations", operation_id = "listOrganisations",
    params(PageQuery),
    responses((status = 200, description = "A page", body = OrganisationPage)),
)]
async fn list_organisations(
    State(site): State<Site>,
    caller: Caller,
    parts: Parts,
) -> Result<Response, ApiError> {
    caller.must_be_desk()?;
    caller.must(Scope::DeskRead)?;
    list_parties(&site, &parts, PartyRole::Recipient, |note| {
        organisation(&site, note)
    })
    .await
}

/// All sources, in the order in which they came. For the desk.
#[utoipa::path(
    get, path = "/sources", tag = "organisations", operation_id = "listSources",
    params(PageQuery),
    responses((status = 200, description = "A page", body = SourcePage)),
)]
async fn list_sources(
    State(site): State<Site>,
    caller: Caller,
    parts: Parts,
) -> Result<Response, ApiError> {
    caller.must_be_desk()?;
    caller.must(Scope::DeskRead)?;
    let source = |note: PartyNote| Source {
        id: site.id(IdKind::Party, note.party_no),
        reference: note.reference,
        name: note.name,
    };
    list_parties(&site, &parts, PartyRole::Source, source).await
}

async fn list_parties<V: Serialize>(
    site: &Site,
    parts: &Parts,
    role: PartyRole,
    view: impl Fn(PartyNote) -> V,
) -> Result<Response, ApiError> {
    let mut parameters = Parameters::of(parts);
    let wanted = parameters.page::<AfterParty>(site);
    parameters.end()?;
    let (after_no, limit) = (wanted.after.map_or(0, |after| after.0), wanted.limit + 1);
    let rows = site.read(move |tx| Ok(tx.party_notes(role, after_no, limit)?));
    let views = (|note: &PartyNote| After(note.party_no), view);
    Ok(page(site, parts, &wanted, rows.await?, views))
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
    let note = site.read(move |tx| {
        tx.party_note(party_no, PartyRole::Recipient)?
            .ok_or(Refusal::NotFound)
    });
    Ok(shown(&parts.headers, &organisation(&site, note.await?)))
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
    let (after_no, limit) = (wanted.after.map_or(0, |after| after.0), wanted.limit + 1);
    let rows = site.read(move |tx| Ok(tx.contact_notes(own.party_no, after_no, limit)?));
    let views = (
        |note: &ContactNote| After(note.contact_no),
        |note| contact(&site, note),
    );
    Ok(page(&site, &parts, &wanted, rows.await?, views))
}

/// Adds an organisation. For the desk.
#[utoipa::path(
    post, path = "/organisations", tag = "organisations", operation_id = "addOrganisation",
    request_body = NewOrganisation,
    responses((status = 201, description = "It was added", body = Organisation)),
)]
async fn add_organisation(
    State(site): State<Site>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    caller.must_be_desk()?;
    caller.must(Scope::DeskWrite)?;
    let (parts, body) = request.into_parts();
    no_parameters(&parts)?;
    let (bytes, value) = read_json(&parts, body).await?;
    let new = read_object(&value, NewOrganisation::read)?;
    let wanted = Wanted::of(&caller, &parts, &bytes)?;
    let contacts: Vec<_> = new
        .contacts
        .into_iter()
        .map(|one| one.row(&new.reference))
        .collect();
    let row = OrganisationRow {
        organisation: new.reference,
        name: new.name,
        kvk: new.kvk_number,
        sector: new.sector,
        legal_class: new.legal_class.unwrap_or(LegalClass::Unknown),
        language: new.language,
    };
    let shown_by = site.clone();
    once(&site, wanted, move |tx, now| {
        let site = &shown_by;
        if tx.party_no(&row.organisation)?.is_some() {
            return Err(ApiError::Exists(
                "an organisation or source of this reference",
            ));
        }
        // It has no assets yet, so nothing is matched again and the register keeps its version.
        let mut import = tx.import(now);
        let added = match import.organisation(&row) {
            // Somebody was first, after we looked.
            Err(error) if error.is_duplicate() => Err(StoreError::Conflict),
            added => added,
        };
        let RegisterChange::Added(party_no) = added? else {
            return Err(StoreError::Conflict.into());
        };
        for contact in &contacts {
            import.contact(contact)?;
        }
        let note = tx.party_note(party_no, PartyRole::Recipient)?;
        let view = organisation(site, note.ok_or(ApiError::NotFound)?);
        let subject = format!("party {}", view.id);
        let detail = format!("{} contacts", contacts.len());
        tx.record(
            now,
            &caller.actor(site),
            "add-organisation",
            &subject,
            &detail,
        )?;
        Ok(Made {
            status: StatusCode::CREATED,
            location: format!("{ROOT}/organisations/{}", view.id),
            body: json(&view),
        })
    })
    .await
}
