//! Texts about threats: which are in use, the versions of the desk, and drafts that programs write. A person takes such a draft
//! over, and another one approves it.

use std::collections::HashMap;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::Response;
use message::{Advice as AdviceInUse, NOW};
use model::{Day, IdKind, Language, Reader, Scope, Severity};
use rules::catalogue::check::check;
use rules::catalogue::{Advice, Catalogue, Reference, Threat};
use serde::Serialize;
use store::{AdviceDraft, AdviceState, AdviceVersion, Tx};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::must;
use crate::api::caller::{Caller, number_of_path, text_of_path};
use crate::api::cursor::{After, AfterAdvice};
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::ApiError;
use crate::api::fields::{Fields, replacement};
use crate::api::once::{Made, once, sent};
use crate::api::parameters::{Parameters, no_parameters};
use crate::api::shown::{must_match, page, page_of, shown};
use crate::desk::catalogue::edit::{FIELD_CHARS_MAX, begin_draft, record};
use crate::desk::catalogue::{builtin, numbered};
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of the catalogue.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_catalogue))
        .routes(routes!(get_entry))
        .routes(routes!(list_versions))
        .routes(routes!(get_version, put_draft))
        .routes(routes!(begin))
}

/// Documents that support an advice. A handful is usual.
const SOURCES_MAX: usize = 20;

/// Steps of a text that are read. The rules of the catalogue allow fewer, and say so.
const STEPS_MAX: usize = 20;

/// Texts of an entry: two languages, three readers.
const TEXTS_MAX: usize = 6;

/// An entry of the catalogue, without its texts.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CatalogueEntry {
    /// Name of the threat, or of a class of the taxonomy for threats without a text.
    #[schema(example = "open-rdp")]
    threat: String,
    /// Which text is in use.
    #[schema(example = 3)]
    version: u32,
    /// The text in use is the desk's, not the program's.
    own: bool,
    /// Day on which somebody last read all of it.
    #[schema(format = Date, example = "2026-11-18")]
    reviewed: String,
    /// Day from which it wants to be read again.
    #[schema(format = Date, example = "2027-11-18")]
    expires: String,
    /// That day is there.
    expired: bool,
    /// A version that is not decided yet.
    open_version_id: Option<Uuid>,
}

page_schema! {
    /// All entries of the catalogue.
    CataloguePage, CatalogueEntry
}

/// An entry of the catalogue with the texts that are in use.
#[derive(Serialize, ToSchema)]
struct CatalogueText {
    #[serde(flatten)]
    entry: CatalogueEntry,
    #[serde(flatten)]
    text: EntryText,
}

/// What an entry says.
#[derive(Serialize, ToSchema)]
struct EntryText {
    /// Where it can be checked. Messages do not show this.
    sources: Vec<TextSource>,
    /// For each language and reader.
    texts: Vec<ReaderText>,
}

/// A document that supports an advice.
#[derive(Serialize, ToSchema)]
struct TextSource {
    name: String,
    #[schema(example = "https://docs.desk.example/rdp")]
    url: String,
}

/// What to know and do, for one reader in one language.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReaderText {
    #[schema(example = "nl")]
    language: &'static str,
    /// `entrepreneur`, `administrator` or `soc`.
    #[schema(example = "administrator")]
    reader: &'static str,
    title: String,
    what: String,
    consequence: String,
    steps: Vec<String>,
    check: String,
    cannot_fix: String,
    compromise: String,
}

impl EntryText {
    fn of(threat: &Threat) -> Self {
        let text = |language: Language, reader: Reader| {
            let advice: &Advice = threat.advice(language, reader);
            ReaderText {
                language: language.as_str(),
                reader: reader.as_str(),
                title: advice.title.clone(),
                what: advice.what.clone(),
                consequence: advice.consequence.clone(),
                steps: advice.steps.clone(),
                check: advice.check.clone(),
                cannot_fix: advice.cannot_fix.clone(),
                compromise: advice.compromise.clone(),
            }
        };
        let languages = Language::ALL.iter();
        let sources = threat.sources.iter();
        Self {
            sources: sources
                .map(|source| TextSource {
                    name: source.name.clone(),
                    url: source.url.clone(),
                })
                .collect(),
            texts: languages
                .flat_map(|language| Reader::ALL.iter().map(|reader| text(*language, *reader)))
                .collect(),
        }
    }
}

fn is_open(version: &AdviceVersion) -> bool {
    matches!(version.state, AdviceState::Draft | AdviceState::Asked)
}

/// These entries, each with the text that is in use.
fn entries(
    site: &Site,
    tx: &mut Tx<'_>,
    wanted: &[&'static Threat],
) -> Result<Vec<(CatalogueEntry, Threat)>, Refusal> {
    let asked = wanted.iter().map(|entry| (entry.slug.as_str(), NOW));
    let advice = AdviceInUse::load(tx, asked)?;
    let newest = tx.newest_advice()?.into_iter().filter(is_open);
    let open: HashMap<String, i64> = newest
        .map(|version| (version.slug, version.version_no))
        .collect();
    let today = site.now().day();
    let entry = |entry: &&'static Threat| {
        let text = advice.entry(entry.slug.as_str(), NOW).unwrap_or(entry);
        let open_no = open.get(entry.slug.as_str());
        let view = CatalogueEntry {
            threat: entry.slug.to_string(),
            version: text.version,
            own: text != *entry,
            reviewed: text.reviewed.to_string(),
            expires: text.expires.to_string(),
            expired: text.is_expired(today),
            open_version_id: open_no.map(|number| site.id(IdKind::AdviceVersion, *number)),
        };
        (view, text.clone())
    };
    Ok(wanted.iter().map(entry).collect())
}

/// All entries of the catalogue: it is a part of the program, and comes in one page.
#[utoipa::path(
    get, path = "/catalogue", tag = "desk", operation_id = "listCatalogue",
    responses((status = 200, description = "The entries", body = CataloguePage)),
)]
async fn list_catalogue(
    State(site): State<Site>,
    caller: Caller,
    parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::CatalogueRead)?;
    no_parameters(&parts)?;
    let shown_by = site.clone();
    let read = site.read(move |tx| {
        let builtin = Catalogue::builtin();
        let all: Vec<_> = builtin.all().chain(builtin.fallbacks()).collect();
        entries(&shown_by, tx, &all)
    });
    let items: Vec<_> = read.await?.into_iter().map(|(entry, _)| entry).collect();
    Ok(page_of(&parts, &items, None))
}

/// One entry of the catalogue with its texts in use.
#[utoipa::path(
    get, path = "/catalogue/{threat}", tag = "desk", operation_id = "getCatalogueEntry",
    responses((status = 200, description = "The entry", body = CatalogueText)),
)]
async fn get_entry(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::CatalogueRead)?;
    no_parameters(&parts)?;
    let wanted = builtin(&text_of_path(&mut parts, &site, "threat").await?)?;
    let shown_by = site.clone();
    let read = site.read(move |tx| entries(&shown_by, tx, &[wanted]));
    let (entry, text) = read.await?.pop().ok_or(ApiError::NotFound)?;
    let text = EntryText::of(&text);
    Ok(shown(&parts.headers, &CatalogueText { entry, text }))
}

/// A version of the desk's text about a threat.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AdviceVersion)]
struct VersionView {
    id: Uuid,
    #[schema(example = "open-rdp")]
    threat: String,
    #[schema(example = 4)]
    version: i64,
    /// `draft`, `asked` (waits for a second person), `approved` (in use until a later one is) or `dropped`.
    #[schema(example = "draft")]
    state: &'static str,
    /// Severity of findings; `null`: what the report says.
    #[schema(example = "high")]
    severity: Option<&'static str>,
    /// What changed, and why.
    note: String,
    /// The person who answers for it; `null`: a program wrote it, and nobody took it over.
    written_by: Option<Uuid>,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    written_at: String,
    /// The person who approved or dropped it.
    decided_by: Option<Uuid>,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    decided_at: Option<String>,
}

page_schema! {
    /// A page of versions.
    AdviceVersionPage, VersionView
}

fn version_view(site: &Site, version: &AdviceVersion) -> VersionView {
    let (decided_by, decided_at) = version.decided.unzip();
    let person = |person_no| site.id(IdKind::Person, person_no);
    VersionView {
        id: site.id(IdKind::AdviceVersion, version.version_no),
        threat: version.slug.clone(),
        version: version.version,
        state: version.state.as_str(),
        severity: version.severity.map(|severity| severity.as_str()),
        note: version.note.clone(),
        written_by: version.written_by.map(person),
        written_at: version.written_at.to_string(),
        decided_by: decided_by.map(person),
        decided_at: decided_at.map(|at| at.to_string()),
    }
}

/// The desk's versions of the text about a threat, last first.
#[utoipa::path(
    get, path = "/catalogue/{threat}/versions", tag = "desk", operation_id = "listAdviceVersions",
    params(PageQuery),
    responses((status = 200, description = "A page", body = AdviceVersionPage)),
)]
async fn list_versions(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::CatalogueRead)?;
    let slug = text_of_path(&mut parts, &site, "threat").await?;
    builtin(&slug)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterAdvice>(&site);
    parameters.end()?;
    let (before_no, limit) = (
        wanted.after.map_or(i64::MAX, |after| after.0),
        wanted.limit + 1,
    );
    let rows = site.read(move |tx| Ok(tx.advice_versions(&slug, before_no, limit)?));
    let view = |version: AdviceVersion| version_view(&site, &version);
    let views = (|version: &AdviceVersion| After(version.version_no), view);
    Ok(page(&site, &parts, &wanted, rows.await?, views))
}

/// A version with its texts.
#[derive(Serialize, ToSchema)]
struct AdviceVersionText {
    #[serde(flatten)]
    version: VersionView,
    #[schema(format = Date, example = "2026-11-18")]
    reviewed: String,
    #[schema(format = Date, example = "2027-11-18")]
    expires: String,
    #[serde(flatten)]
    text: EntryText,
    /// What breaks a rule of the catalogue; empty once it is decided.
    mistakes: Vec<TextMistake>,
}

/// What breaks a rule of the catalogue.
#[derive(Serialize, ToSchema)]
struct TextMistake {
    /// Where.
    #[schema(example = "nl.entrepreneur.steps")]
    field: String,
    /// What is wrong, for people.
    problem: String,
}

fn version_text(
    site: &Site,
    tx: &mut Tx<'_>,
    version_no: i64,
) -> Result<(AdviceVersionText, AdviceVersion, Threat), Refusal> {
    let (version, threat) = numbered(tx, version_no)?;
    let mistakes = match is_open(&version) {
        true => check(&threat),
        false => Vec::new(),
    };
    let view = AdviceVersionText {
        version: version_view(site, &version),
        reviewed: threat.reviewed.to_string(),
        expires: threat.expires.to_string(),
        text: EntryText::of(&threat),
        mistakes: mistakes
            .into_iter()
            .map(|mistake| TextMistake {
                field: mistake.field,
                problem: mistake.problem,
            })
            .collect(),
    };
    Ok((view, version, threat))
}

/// One version of the desk's text about a threat.
#[utoipa::path(
    get, path = "/advice/{version}", tag = "desk", operation_id = "getAdviceVersion",
    responses((status = 200, description = "The version", body = AdviceVersionText)),
)]
async fn get_version(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::CatalogueRead)?;
    no_parameters(&parts)?;
    let number = number_of_path(&mut parts, &site, IdKind::AdviceVersion, "version").await?;
    let shown_by = site.clone();
    let view = site.read(move |tx| Ok(version_text(&shown_by, tx, number)?.0));
    Ok(shown(&parts.headers, &view.await?))
}

/// From what a draft begins.
#[derive(ToSchema)]
struct NewAdviceDraft {
    /// An earlier version of the same entry; left out: what is in use.
    #[schema(value_type = Option<Uuid>)]
    from: Option<i64>,
}

/// Begins a draft of the text about a threat; 409 where another version is not decided yet. Nobody answers for it until a person
/// takes it over, and it comes into use when another one approves it.
#[utoipa::path(
    post, path = "/catalogue/{threat}/drafts", tag = "desk", operation_id = "beginAdviceDraft",
    request_body = NewAdviceDraft,
    responses((status = 201, description = "The draft", body = AdviceVersionText)),
)]
async fn begin(
    State(site): State<Site>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    must(&caller, Scope::CatalogueWrite)?;
    let (mut parts, body) = request.into_parts();
    let program = builtin(&text_of_path(&mut parts, &site, "threat").await?)?;
    let request = Request::from_parts(parts, body);
    let read = |fields: &mut Fields<'_, '_>| {
        let from = fields.id(&site, IdKind::AdviceVersion, "from")?;
        Some(NewAdviceDraft { from })
    };
    let (new, wanted) = sent(&caller, request, read).await?;
    let (actor, shown_by) = (caller.actor(&site), site.clone());
    once(&site, wanted, move |tx, now| {
        let begun = begin_draft(tx, (program, new.from), None, (&actor, now))?;
        let number = begun.ok_or(ApiError::Exists("a version that is not decided"))?;
        let (view, _, _) = version_text(&shown_by, tx, number)?;
        let path = format!("/advice/{}", view.version.id);
        Ok(Made::created(&path, &view))
    })
    .await
}

/// A draft as a whole.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `Given` reads")]
#[schema(rename_all = "camelCase")]
struct NewAdvice {
    /// Severity of findings; left out or `null`: what the report says.
    #[schema(value_type = Option<String>, example = "high")]
    severity: Option<Severity>,
    /// Day from which it wants to be read again, at most two years from now.
    #[schema(value_type = String, format = Date, example = "2027-11-18")]
    expires: Day,
    /// What changed, and why.
    #[schema(max_length = 4000, min_length = 1, example = "plainer words")]
    note: String,
    /// Where it can be checked.
    #[schema(max_items = 20, required = false)]
    sources: Vec<NewTextSource>,
    /// One for each language and reader.
    #[schema(max_items = 6, min_items = 6)]
    texts: Vec<NewReaderText>,
}

/// A document that supports an advice.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `read` reads")]
struct NewTextSource {
    #[schema(max_length = 4000, min_length = 1)]
    name: String,
    #[schema(
        max_length = 4000,
        min_length = 1,
        example = "https://docs.desk.example/rdp"
    )]
    url: String,
}

/// What to know and do, for one reader in one language.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `read_text` reads")]
#[schema(rename_all = "camelCase")]
struct NewReaderText {
    #[schema(example = "nl")]
    language: String,
    /// `entrepreneur`, `administrator` or `soc`.
    #[schema(example = "administrator")]
    reader: String,
    #[schema(max_length = 4000, min_length = 1)]
    title: String,
    #[schema(max_length = 4000, min_length = 1)]
    what: String,
    #[schema(max_length = 4000, min_length = 1)]
    consequence: String,
    #[schema(max_items = 20)]
    steps: Vec<String>,
    #[schema(max_length = 4000, min_length = 1)]
    check: String,
    #[schema(max_length = 4000, min_length = 1)]
    cannot_fix: String,
    #[schema(max_length = 4000, min_length = 1)]
    compromise: String,
}

/// What a [`NewAdvice`] comes to.
struct Given {
    severity: Option<Severity>,
    expires: Day,
    note: String,
    sources: Vec<Reference>,
    texts: Vec<((Language, Reader), Advice)>,
}

impl Given {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let (severity, expires) = (fields.optional("severity"), fields.required("expires"));
        let note = fields.line("note", FIELD_CHARS_MAX);
        let sources = fields.each("sources", SOURCES_MAX, |source| {
            let name = source.line("name", FIELD_CHARS_MAX);
            let url = source.line("url", FIELD_CHARS_MAX);
            Some(Reference {
                name: name?,
                url: url?,
            })
        });
        fields.needs("texts");
        let texts = fields.each("texts", TEXTS_MAX, read_text)?;
        let whole = |language: &Language| {
            let mut readers = Reader::ALL.iter();
            readers.all(|reader| {
                texts
                    .iter()
                    .any(|(which, _)| *which == (*language, *reader))
            })
        };
        if !Language::ALL.iter().all(whole) {
            let why = "one text for each language and each reader is expected";
            fields.mistake("texts", "bad-value", why);
            return None;
        }
        Some(Self {
            severity: severity?,
            expires: expires?,
            note: note?,
            sources: sources?,
            texts,
        })
    }

    /// Lays it over an entry.
    fn write(&self, threat: &mut Threat) {
        threat.expires = self.expires;
        threat.sources.clone_from(&self.sources);
        for ((language, reader), advice) in &self.texts {
            threat.advice_mut(*language, *reader).clone_from(advice);
        }
    }
}

fn read_text(fields: &mut Fields<'_, '_>) -> Option<((Language, Reader), Advice)> {
    let (language, reader) = (fields.required("language"), fields.required("reader"));
    let mut line = |name| fields.line(name, FIELD_CHARS_MAX);
    let (title, what) = (line("title"), line("what"));
    let (consequence, check) = (line("consequence"), line("check"));
    let (cannot_fix, compromise) = (line("cannotFix"), line("compromise"));
    fields.needs("steps");
    let steps = fields.lines("steps", STEPS_MAX, FIELD_CHARS_MAX);
    let advice = Advice {
        title: title?,
        what: what?,
        consequence: consequence?,
        steps: steps?,
        check: check?,
        cannot_fix: cannot_fix?,
        compromise: compromise?,
    };
    Some(((language?, reader?), advice))
}

/// Writes the whole of a draft that a program began. `mistakes` in the answer says what breaks a rule of the catalogue: that does not
/// stop it from being kept. 409 once a person took it over, or it is decided.
#[utoipa::path(
    put, path = "/advice/{version}", tag = "desk", operation_id = "putAdviceDraft",
    request_body = NewAdvice,
    responses((status = 200, description = "As it is now", body = AdviceVersionText)),
)]
async fn put_draft(
    State(site): State<Site>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    must(&caller, Scope::CatalogueWrite)?;
    let (mut head, body) = request.into_parts();
    let number = number_of_path(&mut head, &site, IdKind::AdviceVersion, "version").await?;
    let request = Request::from_parts(head, body);
    let (given, parts) = replacement(request, Given::read).await?;
    let (actor, now, shown_by) = (caller.actor(&site), site.now(), site.clone());
    let changed = site.change(move |tx| {
        let (before, version, mut threat) = version_text(&shown_by, tx, number)?;
        must_match(&parts.headers, &before)?;
        given.write(&mut threat);
        let draft = AdviceDraft {
            text: &threat.to_json(),
            severity: given.severity,
            note: &given.note,
        };
        if !tx.change_advice(number, &draft, (None, now))? {
            return Err(ApiError::Exists(
                "a person who answers for it, or a decision",
            ));
        }
        let acted = (actor.as_str(), now);
        record(tx, acted, "change-advice", &version.slug, version.version)?;
        Ok(version_text(&shown_by, tx, number)?.0)
    });
    Ok(shown(&HeaderMap::new(), &changed.await?))
}
