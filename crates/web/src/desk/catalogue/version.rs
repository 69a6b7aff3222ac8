//! An entry with its versions, a version, and one of its texts with the message that it makes.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use message::example_of;
use model::{IdKind, Language, Reader, Severity};
use rules::access::{DeskDeed, staff_may};
use rules::catalogue::check::check;
use rules::catalogue::{Advice, Threat};
use rules::message::Example;
use serde::{Deserialize, Serialize};
use store::AdviceState;
use uuid::Uuid;

use super::edit::{HeadForm, TextForm};
use super::{
    Part, VersionView, builtin, found, is_of_program, may_be_released_by, may_change, parts_of,
    version_view,
};
use crate::desk::{Done, PAGE_ROWS};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Deserialize)]
pub(super) struct Before {
    /// Public id of the version before which the page begins.
    before: Option<Uuid>,
}

#[derive(Serialize)]
struct EntryView {
    done: Option<&'static str>,
    slug: String,
    title: String,
    /// Version of the program.
    version: u32,
    reviewed: String,
    expires: String,
    versions: Vec<VersionView>,
    next: Option<String>,
    /// Another version waits, so no draft can be begun.
    has_open: bool,
    may_edit: bool,
}

pub(super) async fn entry(
    State(site): State<Site>,
    staff: Staff,
    Path(slug): Path<String>,
    Query(place): Query<Before>,
    Query(done): Query<Done>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadDesk)?;
    let threat = builtin(&slug)?;
    let before = match &place.before {
        Some(id) => site.number(IdKind::AdviceVersion, id)?,
        None => i64::MAX,
    };
    let (inner, asked) = (site.clone(), slug.clone());
    let (versions, has_open) = site
        .read(move |tx| {
            let newest = tx.advice_versions(&asked, i64::MAX, 1)?;
            let has_open = newest
                .iter()
                .any(|version| matches!(version.state, AdviceState::Draft | AdviceState::Asked));
            let mut views = Vec::new();
            for version in tx.advice_versions(&asked, before, PAGE_ROWS as i64)? {
                views.push(version_view(&inner, tx, &version)?);
            }
            Ok((views, has_open))
        })
        .await?;
    let last = versions.last().filter(|_| versions.len() == PAGE_ROWS);
    let administrator = threat.advice(staff.visitor.language, Reader::Administrator);
    let view = EntryView {
        done: done.key(&["dropped", "open"]),
        title: administrator.title.clone(),
        version: threat.version,
        reviewed: threat.reviewed.to_string(),
        expires: threat.expires.to_string(),
        next: last.map(|row| format!("/desk/catalogue/{slug}?before={}", row.id)),
        versions,
        has_open,
        may_edit: staff_may(&staff.who.staff_roles, DeskDeed::EditCatalogue),
        slug,
    };
    site.page(&staff, "desk/catalogue/entry.html", &view)
}

#[derive(Serialize)]
struct DetailView {
    done: Option<&'static str>,
    version: VersionView,
    reviewed: String,
    expires: String,
    sources: Vec<(String, String)>,
    texts: Vec<Part>,
    /// What breaks a rule of the catalogue: the field, and what is wrong.
    mistakes: Vec<(String, String)>,
    severities: Vec<&'static str>,
    form: HeadForm,
    errors: Errors,
    may_change: bool,
    /// A program wrote it, and the visitor may take it over.
    may_take: bool,
    may_release: bool,
    may_drop: bool,
}

pub(super) async fn detail(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(done): Query<Done>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadDesk)?;
    let done = done.key(&[
        "begun", "saved", "asked", "approved", "returned", "mistakes", "taken",
    ]);
    show(&site, &staff, id, done, None).await
}

/// The page of a version; with what was sent and is wrong, where something is.
pub(super) async fn show(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    done: Option<&'static str>,
    sent: Option<(HeadForm, Errors)>,
) -> Result<Response, Refusal> {
    let inner = site.clone();
    let (version, threat, shown) = site
        .read(move |tx| {
            let (version, threat) = found(&inner, tx, &id)?;
            let shown = version_view(&inner, tx, &version)?;
            Ok((version, threat, shown))
        })
        .await?;
    let is_open = matches!(version.state, AdviceState::Draft | AdviceState::Asked);
    let may = |deed| staff_may(&staff.who.staff_roles, deed);
    let mistakes = if is_open { check(&threat) } else { Vec::new() };
    let (form, errors) =
        sent.unwrap_or_else(|| (HeadForm::of(&version, &threat), Errors::default()));
    let view = DetailView {
        done,
        version: shown,
        reviewed: threat.reviewed.to_string(),
        expires: threat.expires.to_string(),
        sources: threat
            .sources
            .iter()
            .map(|source| (source.name.clone(), source.url.clone()))
            .collect(),
        texts: parts_of(&threat),
        mistakes: mistakes
            .into_iter()
            .map(|mistake| (mistake.field, mistake.problem))
            .collect(),
        severities: Severity::ALL.iter().map(|it| it.as_str()).collect(),
        form,
        errors,
        may_change: may_change(staff, &version),
        may_release: version.state == AdviceState::Asked
            && may(DeskDeed::ReleaseCatalogue)
            && may_be_released_by(&version, staff.who.person.person_no),
        may_take: is_of_program(&version) && may(DeskDeed::EditCatalogue),
        may_drop: is_open && may(DeskDeed::EditCatalogue),
    };
    site.page(staff, "desk/catalogue/version.html", &view)
}

#[derive(Serialize)]
struct TextView {
    done: Option<&'static str>,
    version: VersionView,
    texts: Vec<Part>,
    language: &'static str,
    reader: &'static str,
    form: TextForm,
    may_change: bool,
    /// Subject and text of an owner's message with examples; nothing where it cannot be written.
    mail: Option<(String, String)>,
    /// What breaks a rule of the catalogue in this text: the field, and what is wrong.
    mistakes: Vec<(String, String)>,
}

/// Which of the six texts.
pub(super) type Which = Path<(Uuid, String, String)>;

/// Language and reader, as the address names them.
pub(super) fn read_which(language: &str, reader: &str) -> Result<(Language, Reader), Refusal> {
    let language = language.parse().map_err(|_| Refusal::NotFound)?;
    let reader = reader.parse().map_err(|_| Refusal::NotFound)?;
    Ok((language, reader))
}

/// `GET /desk/advice/{version}/{language}/{reader}`
pub(super) async fn text(
    State(site): State<Site>,
    staff: Staff,
    Path((id, language, reader)): Which,
    Query(done): Query<Done>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadDesk)?;
    let (language, reader) = read_which(&language, &reader)?;
    let inner = site.clone();
    let (version, threat, shown) = site
        .read(move |tx| {
            let (version, threat) = found(&inner, tx, &id)?;
            let shown = version_view(&inner, tx, &version)?;
            Ok((version, threat, shown))
        })
        .await?;
    let begin = format!("{language}.{reader}");
    let mistakes = check(&threat).into_iter();
    let mistakes = mistakes.filter(|mistake| mistake.field.starts_with(&begin));
    let advice: &Advice = threat.advice(language, reader);
    let view = TextView {
        done: done.key(&["saved"]),
        version: shown,
        texts: parts_of(&threat),
        language: language.as_str(),
        reader: reader.as_str(),
        form: TextForm::of(advice),
        may_change: may_change(&staff, &version),
        mail: mail(&site, &threat, (language, reader)),
        mistakes: mistakes
            .map(|mistake| (mistake.field, mistake.problem))
            .collect(),
    };
    site.page(&staff, "desk/catalogue/text.html", &view)
}

/// The message, written by what writes those that are sent.
fn mail(
    site: &Site,
    threat: &Threat,
    (language, reader): (Language, Reader),
) -> Option<(String, String)> {
    let example = Example {
        language,
        reader,
        ..example_of(threat, site.now())
    };
    let mail = example.render().ok()?;
    Some((mail.subject, mail.body))
}
