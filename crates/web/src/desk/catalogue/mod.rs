//! Texts about threats: which are in use, and how the desk writes its own, laid over those of the program.
//!
//! A draft belongs to whoever began it; one that a program wrote belongs to nobody until a person takes it over. It is checked by the rules of the catalogue, shown as every reader would get it,
//! and comes into use when a second person approves it. Messages that were approved before keep what they say.

mod decide;
pub(crate) mod edit;
mod list;
mod version;

use axum::Router;
use axum::routing::{get, post};
use model::{IdKind, Language, Reader};
use rules::access::{DeskDeed, staff_may};
use rules::catalogue::{Catalogue, Threat};
use rules::four_eyes::may_release;
use serde::Serialize;
use store::{AdviceState, AdviceVersion, Tx};
use uuid::Uuid;

use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/desk/catalogue", get(list::list))
        .route("/desk/catalogue/{slug}", get(version::entry))
        .route("/desk/catalogue/{slug}/drafts", post(edit::begin))
        .route("/desk/advice/{version}", get(version::detail))
        .route("/desk/advice/{version}/head", post(edit::change_head))
        .route("/desk/advice/{version}/decide", post(decide::decide))
        .route(
            "/desk/advice/{version}/{language}/{reader}",
            get(version::text).post(edit::change_text),
        )
}

/// One of the six texts of an entry.
#[derive(Serialize)]
struct Part {
    language: &'static str,
    reader: &'static str,
    title: String,
}

fn parts_of(threat: &Threat) -> Vec<Part> {
    let of_language = |language: &Language| {
        let language = *language;
        Reader::ALL.iter().map(move |reader| Part {
            language: language.as_str(),
            reader: reader.as_str(),
            title: threat.advice(language, *reader).title.clone(),
        })
    };
    Language::ALL.iter().flat_map(of_language).collect()
}

/// A version in a list, and at the head of its own pages.
#[derive(Serialize)]
struct VersionView {
    id: Uuid,
    slug: String,
    version: i64,
    state: &'static str,
    severity: Option<&'static str>,
    note: String,
    /// Empty: a program, and nobody took it over.
    written_by: String,
    written_at: String,
    decided_by: String,
    decided_at: Option<String>,
}

fn version_view(
    site: &Site,
    tx: &mut Tx<'_>,
    version: &AdviceVersion,
) -> Result<VersionView, Refusal> {
    let mut name = |person_no: i64| -> Result<String, Refusal> {
        let person = tx.person(person_no)?;
        Ok(person.map(|person| person.name).unwrap_or_default())
    };
    Ok(VersionView {
        id: site.id(IdKind::AdviceVersion, version.version_no),
        slug: version.slug.clone(),
        version: version.version,
        state: version.state.as_str(),
        severity: version.severity.map(|severity| severity.as_str()),
        note: version.note.clone(),
        written_by: match version.written_by {
            Some(person_no) => name(person_no)?,
            None => String::new(),
        },
        written_at: version.written_at.to_string(),
        decided_by: match version.decided {
            Some((person_no, _)) => name(person_no)?,
            None => String::new(),
        },
        decided_at: version.decided.map(|(_, at)| at.to_string()),
    })
}

/// The version with this public id, and its text.
fn found(site: &Site, tx: &mut Tx<'_>, id: &Uuid) -> Result<(AdviceVersion, Threat), Refusal> {
    numbered(tx, site.number(IdKind::AdviceVersion, id)?)
}

/// The version with this number, and its text.
pub(crate) fn numbered(tx: &mut Tx<'_>, number: i64) -> Result<(AdviceVersion, Threat), Refusal> {
    let version = tx.advice_version(number)?.ok_or(Refusal::NotFound)?;
    let threat = Threat::from_json(&version.text).map_err(|_| Refusal::Panicked)?;
    Ok((version, threat))
}

/// Whether the visitor may change this version: a draft of one's own.
fn may_change(staff: &Staff, version: &AdviceVersion) -> bool {
    version.state == AdviceState::Draft
        && version.written_by == Some(staff.who.person.person_no)
        && staff_may(&staff.who.staff_roles, DeskDeed::EditCatalogue)
}

/// Whether a draft of a program waits for somebody who takes it over.
fn is_of_program(version: &AdviceVersion) -> bool {
    version.state == AdviceState::Draft && version.written_by.is_none()
}

/// Whether a second person may bring it into use: it has a writer, and that is another one.
fn may_be_released_by(version: &AdviceVersion, person_no: i64) -> bool {
    let writer_no = version.written_by;
    writer_no.is_some_and(|writer_no| may_release(writer_no, person_no))
}

/// The entry of the program; what is not in it has no text that could be changed.
pub(crate) fn builtin(slug: &str) -> Result<&'static Threat, Refusal> {
    Catalogue::builtin().entry(slug).ok_or(Refusal::NotFound)
}
