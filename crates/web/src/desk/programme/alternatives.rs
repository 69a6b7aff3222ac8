//! `/desk/programmes/{programme}/alternatives`: what there is for whoever has no place, with where it is. Everybody reads it on
//! the page of the programme once applications are closed (requirement PI-01).

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::IdKind;
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use store::{Alternative, AlternativeText, Programme, Tx};
use url::Url;
use uuid::Uuid;

use super::terms::both;
use super::{done, subject};
use crate::desk::Done;
use crate::enrol::{ProgrammeView, in_language};
use crate::feedback::written;
use crate::form::{Errors, mark_again, mark_of};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Alternatives of a programme: more are not read.
const ALTERNATIVES_MAX: usize = 10;

/// Characters of a title, of what is said about it, and of an address.
const TITLE_CHARS_MAX: usize = 100;
const TEXT_CHARS_MAX: usize = 500;
const URL_CHARS_MAX: usize = 2_000;

/// What is said of a title or a text that is not within these.
const WRONG_TEXT: &str = "desk-alternative-error-text";

#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct AlternativeForm {
    title_nl: String,
    title_en: String,
    text_nl: String,
    text_en: String,
    url: String,
    /// Mark of what the page showed.
    #[serde(skip_serializing)]
    seen: String,
}

impl AlternativeForm {
    fn of(text: &AlternativeText) -> Self {
        let [title_nl, title_en] = text.title.clone();
        let [text_nl, text_en] = text.text.clone();
        Self {
            title_nl,
            title_en,
            text_nl,
            text_en,
            url: text.url.clone(),
            seen: String::new(),
        }
    }

    fn read(&self, errors: &mut Errors) -> Option<AlternativeText> {
        let mut title = |field, text: &str| {
            let chars = (1, TITLE_CHARS_MAX);
            written(errors, field, text, chars, WRONG_TEXT)
        };
        let title = [
            title("title_nl", &self.title_nl),
            title("title_en", &self.title_en),
        ];
        let texts = both(
            errors,
            ("text_nl", &self.text_nl),
            ("text_en", &self.text_en),
            (TEXT_CHARS_MAX, WRONG_TEXT),
        );
        let url = address(&self.url).ok_or(());
        let url = errors.take("url", url, "desk-alternative-error-url");
        url.filter(|_| errors.is_empty())
            .map(|url| AlternativeText {
                title,
                text: texts,
                url,
            })
    }
}

/// An address that everybody can open: encrypted, with a host, and with no name or password in it.
fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let url: Url = (text.chars().count() <= URL_CHARS_MAX).then(|| text.parse().ok())??;
    let is_plain = url.username().is_empty() && url.password().is_none();
    (url.scheme() == "https" && url.has_host() && is_plain).then(|| url.to_string())
}

#[derive(Serialize)]
struct View {
    id: Uuid,
    programme: ProgrammeView,
    /// Public id, title and address.
    rows: Vec<(Uuid, String, String)>,
    has_room: bool,
    /// An address of ours that may be named.
    suggested: String,
    form: AlternativeForm,
    errors: Errors,
    done: Option<&'static str>,
}

pub(super) async fn list(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(before): Query<Done>,
) -> Result<Response, Refusal> {
    let done = before.key(&["added", "changed", "removed"]);
    let nothing = (AlternativeForm::default(), Errors::default());
    page(&site, &staff, id, nothing, done).await
}

async fn page(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    (form, errors): (AlternativeForm, Errors),
    done: Option<&'static str>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let (programme, all) = site
        .read(move |tx| {
            let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
            Ok((programme, tx.alternatives_of(programme_no)?))
        })
        .await?;
    let language = staff.visitor.language;
    let row = |one: &Alternative| {
        let id = site.id(IdKind::Alternative, one.alternative_no);
        let title = in_language(language, &one.text.title);
        (id, title, one.text.url.clone())
    };
    let view = View {
        id,
        programme: ProgrammeView::new(site, language, &programme),
        rows: all.iter().map(row).collect(),
        has_room: all.len() < ALTERNATIVES_MAX,
        suggested: site.link("/changes"),
        form,
        errors,
        done,
    };
    site.page(staff, "desk/programme/alternatives.html", &view)
}

pub(super) async fn add(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<AlternativeForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let mut errors = Errors::default();
    let Some(text) = form.read(&mut errors) else {
        return page(&site, &staff, id, (form, errors), None).await;
    };
    let (now, actor) = (site.now(), staff.who.actor(&site));
    let subject = subject(&site, programme_no);
    site.write(move |tx| {
        tx.hold_programme(programme_no)?;
        tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
        if tx.alternatives_of(programme_no)?.len() >= ALTERNATIVES_MAX {
            return Err(Refusal::Full);
        }
        tx.add_alternative(programme_no, &text)?;
        Ok(tx.record(now, &actor, "add-alternative", &subject, &text.url)?)
    })
    .await?;
    Ok(done(&id, "/alternatives", "added").into_response())
}

#[derive(Serialize)]
struct OneView {
    id: Uuid,
    alternative: Uuid,
    programme: ProgrammeView,
    form: AlternativeForm,
    /// What is kept, where somebody else saved something since the page was opened.
    kept: Option<AlternativeForm>,
    seen: String,
    errors: Errors,
}

/// One of this programme; one of another is "not found".
fn found(
    tx: &mut Tx<'_>,
    (programme_no, alternative_no): (i64, i64),
) -> Result<(Programme, AlternativeText), Refusal> {
    let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
    let mut all = tx.alternatives_of(programme_no)?.into_iter();
    let one = all.find(|one| one.alternative_no == alternative_no);
    Ok((programme, one.ok_or(Refusal::NotFound)?.text))
}

fn numbers(site: &Site, (programme, alternative): (Uuid, Uuid)) -> Result<(i64, i64), Refusal> {
    Ok((
        site.number(IdKind::Programme, &programme)?,
        site.number(IdKind::Alternative, &alternative)?,
    ))
}

pub(super) async fn show(
    State(site): State<Site>,
    staff: Staff,
    Path(ids): Path<(Uuid, Uuid)>,
) -> Result<Response, Refusal> {
    one_page(&site, &staff, ids, None, Errors::default()).await
}

/// The page of one. `typed` is what was sent, and whether something else was saved since.
async fn one_page(
    site: &Site,
    staff: &Staff,
    ids: (Uuid, Uuid),
    typed: Option<(AlternativeForm, bool)>,
    errors: Errors,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let own = numbers(site, ids)?;
    let (programme, text) = site.read(move |tx| found(tx, own)).await?;
    let kept = AlternativeForm::of(&text);
    let sent = typed.as_ref().filter(|(_, is_overtaken)| !is_overtaken);
    let seen = mark_again(&kept, sent.map(|(form, _)| &form.seen[..]));
    let (form, is_overtaken) = typed.unwrap_or_else(|| (kept.clone(), false));
    let view = OneView {
        id: ids.0,
        alternative: ids.1,
        programme: ProgrammeView::new(site, staff.visitor.language, &programme),
        form,
        seen,
        kept: is_overtaken.then_some(kept),
        errors,
    };
    site.page(staff, "desk/programme/alternative.html", &view)
}

pub(super) async fn change(
    State(site): State<Site>,
    staff: Staff,
    Path(ids): Path<(Uuid, Uuid)>,
    Form(form): Form<AlternativeForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let own = numbers(&site, ids)?;
    let mut errors = Errors::default();
    let Some(text) = form.read(&mut errors) else {
        return one_page(&site, &staff, ids, Some((form, false)), errors).await;
    };
    let (now, actor) = (site.now(), staff.who.actor(&site));
    let (subject, seen) = (subject(&site, own.0), form.seen.clone());
    let is_changed = site
        .write(move |tx| {
            tx.hold_programme(own.0)?;
            let (_, kept) = found(tx, own)?;
            if !seen.is_empty() && seen != mark_of(&AlternativeForm::of(&kept)) {
                return Ok(false);
            }
            if !tx.change_alternative(own, &text)? {
                return Err(Refusal::Conflict);
            }
            tx.record(now, &actor, "change-alternative", &subject, &text.url)?;
            Ok(true)
        })
        .await?;
    if !is_changed {
        return one_page(&site, &staff, ids, Some((form, true)), errors).await;
    }
    Ok(done(&ids.0, "/alternatives", "changed").into_response())
}

pub(super) async fn remove(
    State(site): State<Site>,
    staff: Staff,
    Path(ids): Path<(Uuid, Uuid)>,
) -> Result<Redirect, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let own = numbers(&site, ids)?;
    let (now, actor) = (site.now(), staff.who.actor(&site));
    let subject = subject(&site, own.0);
    site.write(move |tx| {
        let (_, kept) = found(tx, own)?;
        if !tx.remove_alternative(own)? {
            return Err(Refusal::Conflict);
        }
        Ok(tx.record(now, &actor, "remove-alternative", &subject, &kept.url)?)
    })
    .await?;
    Ok(done(&ids.0, "/alternatives", "removed"))
}
