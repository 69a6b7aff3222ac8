//! `/applications/{token}/{step}`: the pages of the form. Each saves what it was given, right or wrong, so that nothing is
//! typed twice, and says what is wrong with it. A page that is older than what is kept saves nothing before its reader was told.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use model::{BusinessForm, BusinessSize, CountingRule, LegalClass, TechnicalContact};
use rules::enrol::counting::{AssetCount, count};
use rules::enrol::form::{ApplicationForm, BadAsset, Mistake, Step, read_assets};
use serde::{Deserialize, Serialize};
use store::Tx;

use super::application::Own;
use super::{ProgrammeView, home, tell, trade};
use crate::client::Client;
use crate::form::{Errors, differing};
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Visitor;

/// Counting while somebody types: about once a second.
const COUNTS: Limiter = Limiter::new("counts of assets", Rate::per_minute(90));

/// Bad lines of the list that a page shows.
const BAD_SHOWN_MAX: usize = 20;

/// Characters of a field that are shown of what somebody else saved.
const SAVED_CHARS_MAX: usize = 500;

/// What the page was sent with, beside the fields.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Sent {
    #[serde(flatten)]
    form: ApplicationForm,
    /// Mark of what the page showed; empty: it does not say, and saves as it is.
    seen: String,
    /// `next`; `later`: back to the overview; `count`: this page again, with the count.
    go: String,
}

#[derive(Serialize)]
struct View {
    home: String,
    programme: ProgrammeView,
    step: &'static str,
    /// Place of the step, from 1.
    at: usize,
    steps: Vec<&'static str>,
    form: ApplicationForm,
    /// Mark of what is kept of what this page shows.
    seen: String,
    /// Whether something else was saved since the page was opened; what was sent is not.
    is_overtaken: bool,
    /// The fields of the page that somebody else saved otherwise, each with what is kept.
    saved: Vec<(String, String)>,
    email: String,
    sizes: Vec<&'static str>,
    forms: Vec<&'static str>,
    classes: Vec<&'static str>,
    contacts: Vec<&'static str>,
    counted: Counted,
    /// Steps in which something is missing.
    incomplete: Vec<&'static str>,
    /// Whether a name that is left empty is filled in from the trade register.
    fills_in: bool,
    /// What came of that.
    register: Option<&'static str>,
    errors: Errors,
}

/// What a page of the form says, beside what is kept.
#[derive(Default)]
struct Said {
    /// What came of asking the trade register.
    register: Option<&'static str>,
    /// What was typed, where it was not saved because something else was.
    typed: Option<ApplicationForm>,
    errors: Errors,
}

/// What a list of assets comes to.
#[derive(Serialize)]
pub(super) struct Counted {
    #[serde(flatten)]
    count: AssetCount,
    total: u64,
    /// The first lines that cannot be read.
    bad: Vec<BadAsset>,
}

impl Counted {
    fn of(text: &str, rule: CountingRule) -> Self {
        let (assets, mut bad) = read_assets(text);
        bad.truncate(BAD_SHOWN_MAX);
        let count = count(&assets, rule);
        Self {
            count,
            total: count.total(),
            bad,
        }
    }
}

pub(super) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path((token, word)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let step = Step::named(&word).ok_or(Refusal::NotFound)?;
    let inner = site.clone();
    let own = site.read(move |tx| Own::of(&inner, &token, tx)).await?;
    if !own.is_editable(&site) {
        let overview = home(&site, &own.application);
        return Ok(Redirect::to(&overview).into_response());
    }
    page(&site, &visitor, own, step, Said::default())
}

fn page(
    site: &Site,
    visitor: &Visitor,
    own: Own,
    step: Step,
    said: Said,
) -> Result<Response, Refusal> {
    let is_overtaken = said.typed.is_some();
    let kept = own.form.clone();
    let mut form = kept.clone();
    if let Some(typed) = said.typed {
        form.take(step, typed);
    }
    let mut incomplete: Vec<&'static str> = Vec::new();
    for mistake in kept.mistakes(&own.programme.terms.sectors) {
        let word = mistake.step.as_str();
        if mistake.step != Step::Submit && !incomplete.contains(&word) {
            incomplete.push(word);
        }
    }
    let view = View {
        email: own.email(),
        home: home(site, &own.application),
        programme: ProgrammeView::new(site, visitor.language, &own.programme),
        step: step.as_str(),
        at: Step::ALL.iter().take_while(|one| **one != step).count() + 1,
        steps: Step::ALL.iter().map(|step| step.as_str()).collect(),
        sizes: BusinessSize::ALL.iter().map(|one| one.as_str()).collect(),
        forms: BusinessForm::ALL.iter().map(|one| one.as_str()).collect(),
        classes: LegalClass::ALL.iter().map(|one| one.as_str()).collect(),
        contacts: TechnicalContact::ALL
            .iter()
            .map(|one| one.as_str())
            .collect(),
        counted: Counted::of(&form.assets, own.programme.counting),
        incomplete,
        fills_in: site.trade_register().is_some(),
        register: said.register,
        seen: mark_of(&kept, step),
        is_overtaken,
        saved: saved_otherwise(&kept, &form),
        form,
        errors: said.errors,
    };
    site.page(visitor, "enrol/step.html", &view)
}

pub(super) async fn save(
    State(site): State<Site>,
    visitor: Visitor,
    client: Client,
    Path((token, word)): Path<(String, String)>,
    Form(sent): Form<Sent>,
) -> Result<Response, Refusal> {
    let step = Step::named(&word).ok_or(Refusal::NotFound)?;
    let Sent { form, seen, go } = sent;
    let (inner, asked, typed) = (site.clone(), go.clone(), form.clone());
    let (mut own, kept) = site
        .write(move |tx| {
            let mut own = Own::held(&inner, &token, step == Step::Submit, tx)?;
            if !own.is_editable(&inner) {
                return Err(Refusal::Conflict);
            }
            if is_overtaken(&own.form, step, &typed, &seen) {
                return Ok((own, Kept::Other));
            }
            own.form.take(step, typed.clone());
            let kept = serde_json::to_string(&own.form).expect("texts can be written");
            if !tx.keep_application_form(own.application.application_no, &kept)? {
                return Err(Refusal::Conflict);
            }
            let mistakes = own.form.mistakes(&own.programme.terms.sectors);
            if step == Step::Submit && asked != "later" && mistakes.is_empty() {
                submit(&inner, tx, &own)?;
            }
            Ok((own, Kept::Sent(mistakes)))
        })
        .await?;
    let mut mistakes = match kept {
        Kept::Sent(mistakes) => mistakes,
        Kept::Other => {
            let said = Said {
                typed: Some(form),
                ..Said::default()
            };
            return page(&site, &visitor, own, step, said);
        }
    };
    let mut register = None;
    if step == Step::Organisation && go != "later" {
        register = trade::fill_in(&site, client, &mut own).await?;
        mistakes = own.form.mistakes(&own.programme.terms.sectors);
    }
    let overview = home(&site, &own.application);
    let to = |end: &str| Ok(Redirect::to(&format!("{overview}{end}")).into_response());
    let said = Said {
        register,
        errors: errors_of(&mistakes, step),
        ..Said::default()
    };
    match (&go[..], step) {
        ("later", _) => to("?done=saved"),
        ("count", _) => page(&site, &visitor, own, step, Said::default()),
        (_, Step::Submit) if mistakes.is_empty() => to("?done=submitted"),
        // What was filled in is looked at before it counts.
        (_, step) if step != Step::Submit && said.errors.is_empty() && register.is_none() => {
            to(&format!("/{}", step.next().as_str()))
        }
        _ => page(&site, &visitor, own, step, said),
    }
}

/// What is kept after a page was sent.
enum Kept {
    /// What was sent; with what is wrong in the whole form.
    Sent(Vec<Mistake>),
    /// What somebody saved since the page was opened.
    Other,
}

/// Whether something else was saved since the page was opened that this would overwrite, or that would be sent in unseen.
fn is_overtaken(kept: &ApplicationForm, step: Step, typed: &ApplicationForm, seen: &str) -> bool {
    let is_same = step != Step::Submit && kept.shown_at(step) == typed.shown_at(step);
    !seen.is_empty() && seen != mark_of(kept, step) && !is_same
}

/// Tells whether two pages of a step showed the same.
fn mark_of(form: &ApplicationForm, step: Step) -> String {
    crate::form::mark_of(&form.shown_at(step))
}

/// The fields in which two forms differ, each with what is kept in it.
fn saved_otherwise(kept: &ApplicationForm, typed: &ApplicationForm) -> Vec<(String, String)> {
    let other = differing(kept, typed).into_iter();
    other
        .map(|(name, value)| {
            let lines: Vec<&str> = value.as_str().unwrap_or_default().lines().collect();
            let text = lines.join(", ").chars().take(SAVED_CHARS_MAX).collect();
            (name, text)
        })
        .collect()
}

/// The programme is held, so that each gets a number of its own.
fn submit(site: &Site, tx: &mut Tx<'_>, own: &Own) -> Result<(), Refusal> {
    let application_no = own.application.application_no;
    tx.submit_application(application_no, own.programme.programme_no, site.now())?
        .ok_or(Refusal::Conflict)?;
    tell(site, tx, application_no, "submitted")
}

/// What a list comes to while it is typed; nothing is kept.
pub(super) async fn count_typed(
    State(site): State<Site>,
    client: Client,
    Path(token): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Json<Counted>, Refusal> {
    site.limit(&COUNTS, client)?;
    let inner = site.clone();
    let own = site.read(move |tx| Own::of(&inner, &token, tx)).await?;
    Ok(Json(Counted::of(&sent.form.assets, own.programme.counting)))
}

/// What is wrong on one page.
fn errors_of(mistakes: &[Mistake], step: Step) -> Errors {
    let mut errors = Errors::default();
    for mistake in mistakes.iter().filter(|mistake| mistake.step == step) {
        let text = TEXTS.iter().find(|(field, _)| *field == mistake.field);
        errors.add(
            mistake.field,
            text.map_or("enrol-error-line", |(_, text)| text),
        );
    }
    errors
}

/// What is said of a field; of the others, that a line of text is expected.
const TEXTS: [(&str, &str); 12] = [
    ("kvk", "enrol-error-kvk"),
    ("sector", "enrol-error-choice"),
    ("size", "enrol-error-choice"),
    ("form", "enrol-error-choice"),
    ("legal_class", "enrol-error-choice"),
    ("contact", "enrol-error-choice"),
    ("evidence_established", "enrol-error-evidence"),
    ("evidence_not_vital", "enrol-error-evidence"),
    ("evidence_no_relay", "enrol-error-evidence"),
    ("evidence_contact", "enrol-error-evidence"),
    ("assets", "enrol-error-assets"),
    ("consent", "enrol-error-consent"),
];
