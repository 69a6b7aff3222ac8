//! Writing a draft: beginning it, its head, and its six texts.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use message::{Advice as AdviceInUse, NOW};
use model::{Day, IdKind, Severity, Timestamp};
use rules::access::DeskDeed;
use rules::catalogue::{Advice, Reference, Threat};
use serde::{Deserialize, Serialize};
use store::{AdviceDraft, AdviceVersion, Tx};
use uuid::Uuid;

use super::version::{Which, read_which, show};
use super::{builtin, found, may_change, numbered};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Characters of a field: longer than any rule of the catalogue allows.
pub(crate) const FIELD_CHARS_MAX: usize = 4_000;

#[derive(Deserialize)]
pub(super) struct Begin {
    /// Public id of the version from which it begins; empty: what is in use.
    #[serde(default)]
    from: String,
}

/// `POST /desk/catalogue/{slug}/drafts`: begins a draft with what is in use, or with an earlier version.
pub(super) async fn begin(
    State(site): State<Site>,
    staff: Staff,
    Path(slug): Path<String>,
    Form(form): Form<Begin>,
) -> Result<Redirect, Refusal> {
    staff.must_be_allowed(DeskDeed::EditCatalogue)?;
    let program = builtin(&slug)?;
    let from: Option<Uuid> = match form.from.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| Refusal::Bad)?),
    };
    let (by, actor, now) = writer(&site, &staff);
    let from = from.map(|id| site.number(IdKind::AdviceVersion, &id));
    let from_no = from.transpose()?;
    let begun = site
        .write(move |tx| begin_draft(tx, (program, from_no), Some(by), (&actor, now)))
        .await?;
    Ok(match begun {
        Some(number) => {
            let id = site.id(IdKind::AdviceVersion, number);
            Redirect::to(&format!("/desk/advice/{id}?done=begun"))
        }
        None => Redirect::to(&format!("/desk/catalogue/{slug}?done=open")),
    })
}

/// Begins a draft with what is in use, or with the text of an earlier version of the same entry; gives its number, or nothing
/// where another version is not decided yet. `by` is its writer; nobody: a program.
pub(crate) fn begin_draft(
    tx: &mut Tx<'_>,
    (program, from_no): (&Threat, Option<i64>),
    by: Option<i64>,
    (actor, now): (&str, Timestamp),
) -> Result<Option<i64>, Refusal> {
    let slug = program.slug.as_str();
    let (mut text, severity) = match from_no {
        Some(number) => {
            let (version, text) = numbered(tx, number)?;
            if version.slug != slug {
                return Err(Refusal::NotFound);
            }
            (text, version.severity)
        }
        None => {
            let advice = AdviceInUse::load(tx, [(slug, NOW)])?;
            let text = advice.entry(slug, NOW).unwrap_or(program);
            (text.clone(), tx.advised_severity(slug)?)
        }
    };
    let newest = tx.advice_versions(slug, i64::MAX, 1)?;
    let last = newest.first().map_or(0, |version| version.version);
    let version = last.max(program.version.into()) + 1;
    text.version = u32::try_from(version).map_err(|_| Refusal::Conflict)?;
    let draft = AdviceDraft {
        text: &text.to_json(),
        severity,
        note: "",
    };
    let begun = tx.begin_advice(slug, version, &draft, (by, now))?;
    if begun.is_some() {
        record(tx, (actor, now), "draft-advice", slug, version)?;
    }
    Ok(begun)
}

/// What a version has beside its texts.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct HeadForm {
    severity: String,
    expires: String,
    /// A line each: name, a bar, address.
    sources: String,
    note: String,
}

impl HeadForm {
    pub(super) fn of(version: &AdviceVersion, threat: &Threat) -> Self {
        let sources = threat.sources.iter();
        let sources = sources.map(|source| format!("{} | {}", source.name, source.url));
        Self {
            severity: version
                .severity
                .map(|severity| severity.to_string())
                .unwrap_or_default(),
            expires: threat.expires.to_string(),
            sources: sources.collect::<Vec<_>>().join("\n"),
            note: version.note.clone(),
        }
    }

    fn read(&self, errors: &mut Errors) -> Option<Head> {
        let severity = match self.severity.as_str() {
            "" => Some(None),
            word => errors
                .take("severity", word.parse(), "desk-advice-error-severity")
                .map(Some),
        };
        let expires = self.expires.trim().parse::<Day>();
        let expires = errors.take("expires", expires, "desk-advice-error-expires");
        let sources = read_sources(&self.sources);
        let sources = errors.take("sources", sources.ok_or(()), "desk-advice-error-sources");
        if self.note.trim().is_empty() || is_too_long(&self.note) {
            errors.add("note", "desk-advice-error-note");
        }
        Some(Head {
            severity: severity?,
            expires: expires?,
            sources: sources?,
        })
        .filter(|_| errors.is_empty())
    }
}

struct Head {
    severity: Option<Severity>,
    expires: Day,
    sources: Vec<Reference>,
}

fn read_sources(text: &str) -> Option<Vec<Reference>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let source = |line: &str| {
        let (name, url) = line.split_once('|')?;
        Some(Reference {
            name: name.trim().to_owned(),
            url: url.trim().to_owned(),
        })
    };
    (!is_too_long(text)).then(|| lines.map(source).collect())?
}

/// `POST /desk/advice/{version}/head`
pub(super) async fn change_head(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<HeadForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::EditCatalogue)?;
    let mut errors = Errors::default();
    let Some(head) = form.read(&mut errors) else {
        return show(&site, &staff, id, None, Some((form, errors))).await;
    };
    change(&site, &staff, id, move |version, threat| {
        threat.expires = head.expires;
        threat.sources.clone_from(&head.sources);
        version.severity = head.severity;
        version.note = form.note.trim().to_owned();
    })
    .await?;
    Ok(Redirect::to(&format!("/desk/advice/{id}?done=saved")).into_response())
}

/// One of the six texts; what is wrong with it by the rules of the catalogue is said beside it, and does not stop saving.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct TextForm {
    title: String,
    what: String,
    consequence: String,
    /// A line each.
    steps: String,
    check: String,
    cannot_fix: String,
    compromise: String,
}

impl TextForm {
    pub(super) fn of(advice: &Advice) -> Self {
        Self {
            title: advice.title.clone(),
            what: advice.what.clone(),
            consequence: advice.consequence.clone(),
            steps: advice.steps.join("\n"),
            check: advice.check.clone(),
            cannot_fix: advice.cannot_fix.clone(),
            compromise: advice.compromise.clone(),
        }
    }

    fn read(&self) -> Result<Advice, Refusal> {
        // The fields that are texts of one line: what a browser breaks is put together again.
        let line = |text: &str| match is_too_long(text) {
            true => Err(Refusal::Bad),
            false => Ok(text.split_whitespace().collect::<Vec<_>>().join(" ")),
        };
        let steps = self.steps.lines().map(line);
        let steps: Vec<String> = steps.collect::<Result<_, _>>()?;
        Ok(Advice {
            title: line(&self.title)?,
            what: line(&self.what)?,
            consequence: line(&self.consequence)?,
            steps: steps.into_iter().filter(|step| !step.is_empty()).collect(),
            check: line(&self.check)?,
            cannot_fix: line(&self.cannot_fix)?,
            compromise: line(&self.compromise)?,
        })
    }
}

fn is_too_long(text: &str) -> bool {
    text.chars().count() > FIELD_CHARS_MAX
}

/// `POST /desk/advice/{version}/{language}/{reader}`
pub(super) async fn change_text(
    State(site): State<Site>,
    staff: Staff,
    Path((id, language, reader)): Which,
    Form(form): Form<TextForm>,
) -> Result<Redirect, Refusal> {
    staff.must_be_allowed(DeskDeed::EditCatalogue)?;
    let (language, reader) = read_which(&language, &reader)?;
    let advice = form.read()?;
    change(&site, &staff, id, move |_, threat| {
        *threat.advice_mut(language, reader) = advice.clone();
    })
    .await?;
    let here = format!("/desk/advice/{id}/{language}/{reader}");
    Ok(Redirect::to(&format!("{here}?done=saved")))
}

/// Changes a draft of the visitor.
async fn change(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    change: impl Fn(&mut AdviceVersion, &mut Threat) + Send + 'static,
) -> Result<(), Refusal> {
    let (by, _, now) = writer(site, staff);
    let (inner, staff) = (site.clone(), staff.clone());
    site.write(move |tx| {
        let (mut version, mut threat) = found(&inner, tx, &id)?;
        if !may_change(&staff, &version) {
            return Err(Refusal::Forbidden);
        }
        change(&mut version, &mut threat);
        let draft = AdviceDraft {
            text: &threat.to_json(),
            severity: version.severity,
            note: &version.note,
        };
        match tx.change_advice(version.version_no, &draft, (Some(by), now))? {
            true => Ok(()),
            false => Err(Refusal::Conflict),
        }
    })
    .await
}

/// Number, name for the audit log, and moment of whoever writes.
pub(super) fn writer(site: &Site, staff: &Staff) -> (i64, String, Timestamp) {
    let person_no = staff.who.person.person_no;
    (person_no, staff.who.actor(site), site.now())
}

/// Writes down what was done to a version.
pub(crate) fn record(
    tx: &mut Tx<'_>,
    (actor, now): (&str, Timestamp),
    action: &str,
    slug: &str,
    version: i64,
) -> Result<(), Refusal> {
    let (subject, detail) = (format!("threat {slug}"), format!("version {version}"));
    Ok(tx.record(now, actor, action, &subject, &detail)?)
}
