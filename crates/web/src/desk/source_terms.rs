//! What is agreed with a source, and how far the desk is with it: `/desk/sources/new`, `/desk/sources/{source}/terms` and
//! `/desk/sources/{source}/decide`. An administrator proposes a source; an analyst, another person, vets it. What it delivers
//! before that waits (requirements GA-02 and GA-03).

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use message::{discard_held, release_held};
use model::{
    Credibility, Day, IdKind, PartyRole, Reliability, SourceGrade, SourceState, Timestamp, Tlp,
};
use rules::access::DeskDeed;
use rules::four_eyes::may_release;
use rules::source::{Agreement, agreement};
use serde::{Deserialize, Serialize};
use store::{SourceAgreement, SourceTerms, StoreError, Tx};
use uuid::Uuid;

use super::reason::read_reason;
use super::sources::{Shown, detail_page, source_of};
use crate::feedback::written;
use crate::form::{Errors, mark_again, mark_of};
use crate::organisation::profile_change::is_line;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Characters of a mandate and of a lawful basis.
pub(crate) const TEXT_CHARS_MAX: usize = 500;

/// Report types that a source may deliver, where not each, and the characters of one.
pub(crate) const TYPES_MAX: usize = 200;
pub(crate) const TYPE_CHARS_MAX: usize = 100;

/// What is typed about a source.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct TermsForm {
    /// Of a new one alone.
    reference: String,
    name: String,
    mandate: String,
    lawful_basis: String,
    /// A day, or nothing.
    until: String,
    tlp: String,
    reliability: String,
    credibility: String,
    /// One a line.
    types: String,
    /// Mark of what the page showed.
    #[serde(skip_serializing)]
    seen: String,
}

impl TermsForm {
    fn of(agreed: &SourceAgreement) -> Self {
        Self {
            mandate: agreed.mandate.clone(),
            lawful_basis: agreed.lawful_basis.clone(),
            until: agreed.until.map(|day| day.to_string()).unwrap_or_default(),
            tlp: agreed.tlp.to_string(),
            reliability: agreed.grade.reliability.to_string(),
            credibility: agreed.grade.credibility.to_string(),
            types: agreed.report_types.join("\n"),
            ..Self::default()
        }
    }

    fn read(&self, errors: &mut Errors) -> Option<SourceAgreement> {
        let chars = (1, TEXT_CHARS_MAX);
        let wrong = "desk-source-error-text";
        let mandate = written(errors, "mandate", &self.mandate, chars, wrong);
        let lawful_basis = written(errors, "lawful_basis", &self.lawful_basis, chars, wrong);
        let until = match self.until.trim() {
            "" => Ok(None),
            day => day.parse::<Day>().map(Some),
        };
        let until = errors.take("until", until, "desk-source-error-until");
        let tlp = errors.take("tlp", self.tlp.parse::<Tlp>(), "enrol-error-choice");
        let reliability = self.reliability.parse::<Reliability>();
        let reliability = errors.take("reliability", reliability, "enrol-error-choice");
        let credibility = self.credibility.parse::<Credibility>();
        let credibility = errors.take("credibility", credibility, "enrol-error-choice");
        let types = read_types(self.types.lines()).ok_or(());
        let types = errors.take("types", types, "desk-source-error-types");
        errors.is_empty().then_some(())?;
        Some(SourceAgreement {
            mandate,
            lawful_basis,
            until: until?,
            tlp: tlp?,
            grade: SourceGrade {
                reliability: reliability?,
                credibility: credibility?,
            },
            report_types: types?,
        })
    }
}

/// Report types, each once and in the order of letters; nothing where one of them cannot be one, or there are too many.
pub(crate) fn read_types<'t>(lines: impl Iterator<Item = &'t str>) -> Option<Vec<String>> {
    let lines = lines.map(str::trim).filter(|line| !line.is_empty());
    let mut types: Vec<String> = lines.map(str::to_owned).collect();
    types.sort_unstable();
    types.dedup();
    let is_type = |text: &String| {
        text.chars().count() <= TYPE_CHARS_MAX && !text.chars().any(model::shown::is_unsafe_to_show)
    };
    (types.len() <= TYPES_MAX && types.iter().all(is_type)).then_some(types)
}

/// A line that names something; nothing where it cannot.
fn line(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| is_line(text))
}

/// How the desk stands with a source, as its page shows it.
#[derive(Serialize)]
pub(super) struct TermsView {
    state: &'static str,
    mandate: String,
    lawful_basis: String,
    until: String,
    /// `holds`, `ending` or `ended`.
    agreement: &'static str,
    tlp: &'static str,
    reliability: &'static str,
    credibility: &'static str,
    types: Vec<String>,
    /// Name of a person; empty for a program, and where nobody had to.
    proposed_by: String,
    proposed_at: Option<String>,
    vetted_by: String,
    vetted_at: Option<String>,
    stopped_at: Option<String>,
    reason: String,
    /// Deliveries that wait, and since when the last of them does.
    waiting: i64,
    held_at: Option<String>,
    may_vet: bool,
    /// Mark of what is agreed, which who vets it sends back.
    seen: String,
    /// The visitor proposed it, or changed it last, so another one must vet it.
    is_own: bool,
    may_stop: bool,
    may_propose: bool,
    /// Deliveries wait, and the visitor may end them.
    may_discard: bool,
}

impl TermsView {
    /// Sends back the mark that came in, if one did: a newer one would let its reader vet what no page told of.
    pub(super) fn keep_seen(&mut self, sent: Option<String>) {
        if let Some(sent) = sent {
            self.seen = sent;
        }
    }
}

/// How the desk stands with a source, for this visitor.
pub(super) fn terms_view(
    tx: &mut Tx<'_>,
    source_no: i64,
    staff: &Staff,
    today: Day,
) -> Result<TermsView, Refusal> {
    let terms = tx.source_terms(source_no)?;
    let waiting = tx.held_deliveries(source_no)?;
    let mut name_of = |person_no: Option<i64>| {
        let person = person_no.map(|person_no| tx.person(person_no)).transpose();
        person.map(|found| {
            found
                .flatten()
                .map(|person| person.name)
                .unwrap_or_default()
        })
    };
    let (proposed_by, vetted_by) = (name_of(terms.proposed_by)?, name_of(terms.vetted_by)?);
    let may = |deed| staff.must_be_allowed(deed).is_ok();
    let is_proposed = terms.state == SourceState::Proposed;
    let may_release = may_vet(&terms, staff.who.person.person_no);
    let moment = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let agreed = terms.agreement;
    Ok(TermsView {
        seen: mark_of(&TermsForm::of(&agreed)),
        state: terms.state.as_str(),
        agreement: agreement(agreed.until, today).as_str(),
        mandate: agreed.mandate,
        lawful_basis: agreed.lawful_basis,
        until: agreed.until.map(|day| day.to_string()).unwrap_or_default(),
        tlp: agreed.tlp.as_str(),
        reliability: agreed.grade.reliability.as_str(),
        credibility: agreed.grade.credibility.as_str(),
        types: agreed.report_types,
        proposed_by,
        proposed_at: moment(terms.proposed_at),
        vetted_by,
        vetted_at: moment(terms.vetted_at),
        stopped_at: moment(terms.stopped_at),
        reason: terms.reason,
        waiting,
        held_at: moment(terms.held_at),
        may_vet: is_proposed && may(DeskDeed::Handle) && may_release,
        is_own: is_proposed && may(DeskDeed::Handle) && !may_release,
        may_stop: terms.state != SourceState::Stopped
            && (may(DeskDeed::Handle) || may(DeskDeed::ChangeStaff)),
        may_propose: terms.state == SourceState::Stopped && may(DeskDeed::ChangeStaff),
        may_discard: waiting > 0 && may(DeskDeed::ChangeStaff),
    })
}

/// Whether this person may vet a source: another one than who proposed it or changed it last (requirement DI-16).
fn may_vet(terms: &SourceTerms, person_no: i64) -> bool {
    let mut makers = [terms.proposed_by, terms.changed_by].into_iter().flatten();
    makers.all(|maker| may_release(maker, person_no))
}

#[derive(Serialize)]
struct FormView {
    /// The source; nothing for a new one.
    id: Option<Uuid>,
    title: String,
    form: TermsForm,
    /// What is kept, where somebody else saved something since the page was opened.
    kept: Option<TermsForm>,
    seen: String,
    markings: Vec<&'static str>,
    reliabilities: Vec<&'static str>,
    credibilities: Vec<&'static str>,
    errors: Errors,
}

impl FormView {
    fn new(form: TermsForm, errors: Errors) -> Self {
        Self {
            id: None,
            title: String::new(),
            form,
            kept: None,
            seen: String::new(),
            markings: Tlp::ALL.iter().map(|one| one.as_str()).collect(),
            reliabilities: Reliability::ALL.iter().map(|one| one.as_str()).collect(),
            credibilities: Credibility::ALL.iter().map(|one| one.as_str()).collect(),
            errors,
        }
    }
}

/// `GET /desk/sources/new`.
pub(super) async fn new(State(site): State<Site>, staff: Staff) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ChangeStaff)?;
    let form = TermsForm::of(&SourceAgreement::default());
    let view = FormView::new(form, Errors::default());
    site.page(&staff, "desk/source_terms.html", &view)
}

/// `POST /desk/sources`: proposes a source.
pub(super) async fn add(
    State(site): State<Site>,
    staff: Staff,
    Form(form): Form<TermsForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ChangeStaff)?;
    let mut errors = Errors::default();
    let wrong = "desk-source-error-name";
    let reference = errors.take("reference", line(&form.reference).ok_or(()), wrong);
    let name = errors.take("name", line(&form.name).ok_or(()), wrong);
    let agreed = form.read(&mut errors);
    let (Some(reference), Some(name), Some(agreed)) = (reference, name, agreed) else {
        let view = FormView::new(form, errors);
        return site.page(&staff, "desk/source_terms.html", &view);
    };
    let named = (reference.to_owned(), name.to_owned());
    let (inner, actor, now) = (site.clone(), staff.who.actor(&site), site.now());
    let person_no = Some(staff.who.person.person_no);
    let added = site
        .write(move |tx| {
            let named = (&named.0[..], &named.1[..]);
            add_source(&inner, tx, named, &agreed, (person_no, &actor, now))
        })
        .await?;
    let Some(source_no) = added else {
        errors.add("reference", "desk-source-error-known");
        let view = FormView::new(form, errors);
        return site.page(&staff, "desk/source_terms.html", &view);
    };
    let id = site.id(IdKind::Party, source_no);
    Ok(Redirect::to(&format!("/desk/sources/{id}?done=proposed")).into_response())
}

/// `GET /desk/sources/{source}/terms`.
pub(super) async fn show(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    terms_page(&site, &staff, id, None, Errors::default()).await
}

/// The page with what is agreed. `typed` is what was sent, and whether something else was saved since.
async fn terms_page(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    typed: Option<(TermsForm, bool)>,
    errors: Errors,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ChangeStaff)?;
    let source_no = site.number(IdKind::Party, &id)?;
    let (source, terms) = site
        .read(move |tx| Ok((source_of(tx, source_no)?, tx.source_terms(source_no)?)))
        .await?;
    let kept = TermsForm::of(&terms.agreement);
    let sent = typed.as_ref().filter(|(_, is_overtaken)| !is_overtaken);
    let seen = mark_again(&kept, sent.map(|(form, _)| &form.seen[..]));
    let (form, is_overtaken) = typed.unwrap_or_else(|| (kept.clone(), false));
    let view = FormView {
        id: Some(id),
        title: source.name,
        kept: is_overtaken.then_some(kept),
        seen,
        ..FormView::new(form, errors)
    };
    site.page(staff, "desk/source_terms.html", &view)
}

/// `POST /desk/sources/{source}/terms`: changes what is agreed.
pub(super) async fn change(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<TermsForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ChangeStaff)?;
    let source_no = site.number(IdKind::Party, &id)?;
    let mut errors = Errors::default();
    let Some(agreed) = form.read(&mut errors) else {
        return terms_page(&site, &staff, id, Some((form, false)), errors).await;
    };
    let (actor, now, seen) = (staff.who.actor(&site), site.now(), form.seen.clone());
    let person_no = Some(staff.who.person.person_no);
    let is_changed = site
        .write(move |tx| {
            source_of(tx, source_no)?;
            let kept = tx.source_terms(source_no)?.agreement;
            if !seen.is_empty() && seen != mark_of(&TermsForm::of(&kept)) {
                return Ok(false);
            }
            change_agreement(tx, (source_no, id), &agreed, (person_no, &actor, now))?;
            Ok(true)
        })
        .await?;
    if !is_changed {
        return terms_page(&site, &staff, id, Some((form, true)), errors).await;
    }
    Ok(Redirect::to(&format!("/desk/sources/{id}?done=changed")).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Decision {
    /// `vet`, `stop`, `propose` or `discard`.
    act: String,
    reason: String,
    /// Mark of what is agreed as the page showed it.
    seen: String,
}

/// `POST /desk/sources/{source}/decide`: vets a source, stops it, proposes it again, or discards what waits of
/// it.
pub(super) async fn decide(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<Decision>,
) -> Result<Response, Refusal> {
    let may_handle = staff.must_be_allowed(DeskDeed::Handle);
    let may_change = staff.must_be_allowed(DeskDeed::ChangeStaff);
    match &form.act[..] {
        "vet" => may_handle?,
        "propose" | "discard" => may_change?,
        _ => may_handle.or(may_change)?,
    }
    let act = match &form.act[..] {
        "vet" => Act::Vet,
        "stop" => Act::Stop,
        "propose" => Act::Propose,
        "discard" => Act::Discard,
        _ => return Err(Refusal::Bad),
    };
    if act == Act::Vet {
        staff.who.must_have_proved(site.now())?;
    }
    let source_no = site.number(IdKind::Party, &id)?;
    let mut errors = Errors::default();
    let Some(reason) = read_reason(&mut errors, &form.reason) else {
        let shown = Shown {
            reason: form.reason,
            seen: Some(form.seen),
            errors,
            ..Shown::default()
        };
        return detail_page(&site, &staff, id, shown).await;
    };
    let (actor, now) = (staff.who.actor(&site), site.now());
    let person_no = staff.who.person.person_no;
    let (seen, typed) = (form.seen, reason.clone());
    let decided = site
        .write(move |tx| {
            source_of(tx, source_no)?;
            let (source, by) = ((source_no, id), (&actor[..], now));
            match act {
                Act::Vet => vet(tx, source, (&reason, &seen), (person_no, by)),
                Act::Stop => {
                    stop_source(tx, source, &reason, by).map(|()| Decided::Done("stopped"))
                }
                Act::Propose => {
                    let by = (Some(person_no), by);
                    propose_again(tx, source, &reason, by).map(|()| Decided::Done("proposed"))
                }
                Act::Discard => {
                    discard(tx, source, &reason, by).map(|()| Decided::Done("discarded"))
                }
            }
        })
        .await?;
    let warning = match decided {
        Decided::Done(done) => {
            return Ok(Redirect::to(&format!("/desk/sources/{id}?done={done}")).into_response());
        }
        Decided::Overtaken => "overtaken",
        Decided::Ended => "ended",
    };
    let shown = Shown {
        reason: typed,
        warning: Some(warning),
        ..Shown::default()
    };
    detail_page(&site, &staff, id, shown).await
}

/// What came of a decision.
enum Decided {
    /// It is done: the key of the text that says so.
    Done(&'static str),
    /// Who vets saw something else than what is agreed now.
    Overtaken,
    /// The agreement is over, so nothing could be read.
    Ended,
}

/// What is decided about a source.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Vet,
    Stop,
    Propose,
    Discard,
}

/// Proposes a source; nothing where somebody has its key already. `by` is the person, if it is one, who is recorded, and when.
pub(crate) fn add_source(
    site: &Site,
    tx: &mut Tx<'_>,
    (reference, name): (&str, &str),
    agreed: &SourceAgreement,
    (person_no, actor, now): (Option<i64>, &str, Timestamp),
) -> Result<Option<i64>, Refusal> {
    if tx.party_no(reference)?.is_some() {
        return Ok(None);
    }
    let source_no = tx.ensure_party(reference, name, PartyRole::Source, now)?;
    tx.propose_source(source_no, agreed, person_no, now)?;
    let id = site.id(IdKind::Party, source_no);
    tx.record(now, actor, "propose-source", &format!("source {id}"), "")?;
    Ok(Some(source_no))
}

/// Changes what is agreed with a source. What was taken in before stays as it is. The last are the person, if it is one, who is
/// recorded, and when.
pub(crate) fn change_agreement(
    tx: &mut Tx<'_>,
    (source_no, id): (i64, Uuid),
    agreed: &SourceAgreement,
    (person_no, actor, now): (Option<i64>, &str, Timestamp),
) -> Result<(), StoreError> {
    tx.change_source_agreement(source_no, agreed, person_no)?;
    let until = agreed.until.map(|day| day.to_string());
    let detail = format!(
        "{}, {}, until {}, {} report types",
        agreed.tlp,
        agreed.grade,
        until.as_deref().unwrap_or("further notice"),
        agreed.report_types.len()
    );
    tx.record(
        now,
        actor,
        "change-source",
        &format!("source {id}"),
        &detail,
    )
}

/// Vets a source, where its agreement is the one that was `seen`: what it delivered waits no longer.
fn vet(
    tx: &mut Tx<'_>,
    (source_no, id): (i64, Uuid),
    (reason, seen): (&str, &str),
    (person_no, (actor, now)): (i64, (&str, Timestamp)),
) -> Result<Decided, Refusal> {
    let terms = tx.source_terms(source_no)?;
    if !may_vet(&terms, person_no) {
        return Err(Refusal::Forbidden);
    }
    if terms.state != SourceState::Proposed {
        return Err(Refusal::Conflict);
    }
    if seen != mark_of(&TermsForm::of(&terms.agreement)) {
        return Ok(Decided::Overtaken);
    }
    if agreement(terms.agreement.until, now.day()) == Agreement::Ended {
        return Ok(Decided::Ended);
    }
    if !tx.vet_source(source_no, person_no, now)? {
        return Err(Refusal::Conflict);
    }
    let waited = release_held(tx, source_no, now)?;
    let detail = format!(
        "{} deliveries are read, {} are of another type: {reason}",
        waited.read, waited.refused
    );
    tx.record(now, actor, "vet-source", &format!("source {id}"), &detail)?;
    Ok(Decided::Done(match waited.refused {
        0 => "vetted",
        _ => "vetted-some",
    }))
}

/// Ends what waits of a source as failed, with the reason.
fn discard(
    tx: &mut Tx<'_>,
    (source_no, id): (i64, Uuid),
    reason: &str,
    (actor, now): (&str, Timestamp),
) -> Result<(), Refusal> {
    let discarded = discard_held(tx, source_no, reason, now)?;
    if discarded == 0 {
        return Err(Refusal::Conflict);
    }
    let detail = format!("{discarded} deliveries: {reason}");
    let subject = format!("source {id}");
    Ok(tx.record(now, actor, "discard-deliveries", &subject, &detail)?)
}

/// Takes nothing from a source any more. Whoever delivers reads the reason.
pub(crate) fn stop_source(
    tx: &mut Tx<'_>,
    (source_no, id): (i64, Uuid),
    reason: &str,
    (actor, now): (&str, Timestamp),
) -> Result<(), Refusal> {
    if !tx.stop_source(source_no, reason, now)? {
        return Err(Refusal::Conflict);
    }
    Ok(tx.record(now, actor, "stop-source", &format!("source {id}"), reason)?)
}

/// Proposes a source again that was stopped.
pub(crate) fn propose_again(
    tx: &mut Tx<'_>,
    (source_no, id): (i64, Uuid),
    reason: &str,
    (person_no, (actor, now)): (Option<i64>, (&str, Timestamp)),
) -> Result<(), Refusal> {
    if !tx.propose_source_again(source_no, person_no, now)? {
        return Err(Refusal::Conflict);
    }
    let subject = format!("source {id}");
    Ok(tx.record(now, actor, "propose-source", &subject, reason)?)
}
