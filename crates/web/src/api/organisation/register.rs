//! The register, for the desk: organisations and sources, and adding an organisation.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use formats::register::contact_role;
use model::register::{ContactRow, OrganisationRow};
use model::{
    Day, EmailAddress, IdKind, KvkNumber, Language, LegalClass, PartyRole, Reader, Scope, Severity,
    SeveritySet,
};
use serde::Serialize;
use serde_json::Value;
use store::{PartyNote, RegisterChange, StoreError};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Organisation, organisation};
use crate::api::caller::Caller;
use crate::api::cursor::{After, AfterParty};
use crate::api::desk::note_read;
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::api::once::{Made, once, sent};
use crate::api::parameters::Parameters;
use crate::api::shown::page;
use crate::site::Site;

/// Longest role of a contact, in characters.
const ROLE_CHARS_MAX: usize = 40;

/// Contacts of a new organisation.
const CONTACTS_MAX: usize = 20;

/// The routes of the register.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_organisations, add_organisation))
        .routes(routes!(list_sources))
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
    #[schema(value_type = Option<String>, example = "90000017")]
    kvk_number: Option<KvkNumber>,
    /// In the words of the desk.
    #[schema(max_length = 100, min_length = 1)]
    sector: Option<String>,
    /// What the law makes of it; `unknown` when left out.
    #[schema(value_type = Option<String>, example = "unknown")]
    legal_class: Option<LegalClass>,
    /// First day of that class; today when left out.
    #[schema(value_type = Option<String>, format = Date, example = "2026-07-01")]
    legal_class_from: Option<Day>,
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
pub(super) struct NewContact {
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

page_schema! {
    /// A page of organisations.
    OrganisationPage, Organisation
}

page_schema! {
    /// A page of sources.
    SourcePage, Source
}

impl NewOrganisation {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let (reference, name) = (fields.line("reference", 100), fields.line("name", 200));
        let kvk_number = fields.optional("kvkNumber");
        let sector = fields.optional_line("sector", 100);
        let legal_class = fields.optional("legalClass");
        let legal_class_from = fields.optional("legalClassFrom");
        let language = fields.optional("language");
        let contacts = fields.each("contacts", CONTACTS_MAX, NewContact::read);
        Some(Self {
            reference: reference?,
            name: name?,
            kvk_number: kvk_number?,
            sector: sector?,
            legal_class: legal_class?,
            legal_class_from: legal_class_from?,
            language: language?,
            contacts: contacts?,
        })
    }
}

impl NewContact {
    pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let (role, email) = (role(fields), fields.required("email"));
        let severities = severities(fields);
        let (language, reader) = (fields.optional("language"), fields.optional("reader"));
        Some(Self {
            role: role?,
            email: email?,
            severities: severities?,
            language: language?,
            reader: reader?,
        })
    }

    pub(super) fn row(self, organisation: &str) -> ContactRow {
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

/// Which severities a contact takes; all where none is named.
pub(super) fn severities(fields: &mut Fields<'_, '_>) -> Option<SeveritySet> {
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

fn role(fields: &mut Fields<'_, '_>) -> Option<String> {
    let given = fields.line("role", ROLE_CHARS_MAX)?;
    let role = contact_role(&given);
    if role.is_none() {
        fields.mistake(
            "role",
            "bad-value",
            "letters, digits, spaces, - and _ are expected",
        );
    }
    role
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
    note_read(&site, &caller, "organisations".to_owned()).await?;
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
    let place = (wanted.after.map_or(0, |after| after.0), wanted.limit + 1);
    let today = site.now().day();
    let rows = site.read(move |tx| Ok(tx.party_notes(role, today, place)?));
    let views = (|note: &PartyNote| After(note.party_no), view);
    Ok(page(site, parts, &wanted, rows.await?, views))
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
    let (new, wanted) = sent(&caller, request, NewOrganisation::read).await?;
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
        legal_class_from: new.legal_class_from,
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
        // With two of them, a mandate and a sign-in by that number would be for neither. One may register itself just now.
        tx.hold_newcomers()?;
        if let Some(kvk) = &row.kvk
            && tx.has_party_with_kvk(kvk)?
        {
            return Err(ApiError::Exists(
                "an organisation with this KvK number (what is a part of it is added as its sub-organisation)",
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
        let note = tx.party_note(party_no, PartyRole::Recipient, now.day())?;
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
        let path = format!("/organisations/{}", view.id);
        Ok(Made::created(&path, &view))
    })
    .await
}
