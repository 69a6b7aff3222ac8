//! The legal classes of an organisation, from day to day. For the desk.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use model::{Day, IdKind, LegalClass, PartyRole, Scope};
use serde::Serialize;
use store::{ClassEntry, KeyOwner, Tx};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::acting::Acting;
use crate::api::caller::{Caller, number_of_path};
use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::api::once::{Made, once, sent};
use crate::api::parameters::no_parameters;
use crate::api::shown::shown;
use crate::desk::enter_class;
use crate::refusal::Refusal;
use crate::site::Site;

/// Characters of what a class is known by.
const EVIDENCE_CHARS_MAX: usize = 500;

/// The routes of legal classes.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(get_legal_classes, enter_legal_class))
}

/// The legal classes of an organisation, the newest first. Each holds until the next one begins; before the first it is
/// `unknown`.
#[derive(Serialize, ToSchema)]
struct LegalClasses {
    classes: Vec<Entry>,
}

/// A legal class from a day on.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LegalClassEntry)]
struct Entry {
    /// First day, in UTC.
    #[schema(format = Date, example = "2026-07-01")]
    from: String,
    #[schema(example = "essential")]
    legal_class: &'static str,
    /// How it is known.
    #[schema(example = "decision of the ministry of 1 June")]
    evidence: String,
    /// As the audit log names who entered it; `null`: it was not kept.
    entered_by: Option<String>,
    #[schema(format = DateTime, example = "2026-06-18T02:14:33Z")]
    entered_at: Option<String>,
}

impl From<ClassEntry> for Entry {
    fn from(entry: ClassEntry) -> Self {
        Self {
            from: entry.from.to_string(),
            legal_class: entry.class.as_str(),
            evidence: entry.evidence,
            entered_by: Some(entry.entered_by).filter(|by| !by.is_empty()),
            entered_at: entry.entered_at.map(|at| at.to_string()),
        }
    }
}

/// A legal class to be entered.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct NewLegalClass {
    /// First day; an entry that begins on the same day is replaced.
    #[schema(value_type = String, format = Date, example = "2026-07-01")]
    from: Day,
    #[schema(value_type = String, example = "essential")]
    legal_class: LegalClass,
    /// How it is known.
    #[schema(
        max_length = 500,
        min_length = 1,
        example = "decision of the ministry of 1 June"
    )]
    evidence: String,
}

impl NewLegalClass {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let (from, legal_class) = (fields.required("from"), fields.required("legalClass"));
        let evidence = fields.line("evidence", EVIDENCE_CHARS_MAX);
        Some(Self {
            from: from?,
            legal_class: legal_class?,
            evidence: evidence?,
        })
    }
}

/// The classes of an organisation that is served.
fn classes(tx: &mut Tx<'_>, party_no: i64, today: Day) -> Result<LegalClasses, Refusal> {
    let note = tx.party_note(party_no, PartyRole::Recipient, today)?;
    note.ok_or(Refusal::NotFound)?;
    let entries = tx.legal_classes(party_no)?.into_iter();
    Ok(LegalClasses {
        classes: entries.map(Entry::from).collect(),
    })
}

/// The organisation of the path, for a key of the desk. Whether there is such an organisation, no other one is told.
pub(super) async fn organisation_for_desk(
    site: &Site,
    caller: &Caller,
    parts: &mut Parts,
    scope: Scope,
) -> Result<i64, ApiError> {
    let party_no = number_of_path(parts, site, IdKind::Party, "organisation").await?;
    match caller.owner {
        KeyOwner::Desk => caller.must(scope)?,
        KeyOwner::Organisation(own) if own == party_no => caller.must_be_desk()?,
        _ => return Err(ApiError::NotFound),
    }
    Ok(party_no)
}

/// The legal classes of an organisation. For the desk.
#[utoipa::path(
    get, path = "/organisations/{organisation}/legal-classes", tag = "organisations", operation_id = "getLegalClasses",
    responses((status = 200, description = "The classes", body = LegalClasses)),
)]
async fn get_legal_classes(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    let party_no = organisation_for_desk(&site, &caller, &mut parts, Scope::DeskRead).await?;
    no_parameters(&parts)?;
    let today = site.now().day();
    let found = site.read(move |tx| classes(tx, party_no, today)).await?;
    Ok(shown(&parts.headers, &found))
}

/// Enters a legal class from a day on, past or future. What is open is routed again when another class holds; messages keep the
/// basis on which they were made. For the desk.
#[utoipa::path(
    post, path = "/organisations/{organisation}/legal-classes", tag = "organisations", operation_id = "enterLegalClass",
    request_body = NewLegalClass,
    responses((status = 200, description = "The classes as they are now", body = LegalClasses)),
)]
async fn enter_legal_class(
    State(site): State<Site>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    let (mut parts, body) = request.into_parts();
    let party_no = organisation_for_desk(&site, &caller, &mut parts, Scope::DeskWrite).await?;
    let request = Request::from_parts(parts, body);
    let (new, wanted) = sent(&caller, request, NewLegalClass::read).await?;
    let acting = Acting {
        party_no,
        actor: caller.actor(&site),
        subject: format!("party {}", site.id(IdKind::Party, party_no)),
    };
    once(&site, wanted, move |tx, now| {
        classes(tx, party_no, now.day())?;
        let change = (new.from, new.legal_class);
        enter_class(tx, &acting, change, &new.evidence, now)?;
        Ok(Made::done(&classes(tx, party_no, now.day())?))
    })
    .await
}
