//! `/desk/programmes/{programme}/applications/{application}`: one application with everything that was declared, and what
//! the coordinator judges about each criterion.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use model::{AssetValue, Criterion, IdKind, Verdict};
use rules::access::DeskDeed;
use rules::enrol::counting::AssetCount;
use rules::enrol::form::ApplicationForm;
use rules::enrol::trade::is_same_name;
use serde::{Deserialize, Serialize};
use store::{CountCorrection, Judged, Programme, StoreError, TradeAnswer, Tx};
use uuid::Uuid;

use super::applicant::{Applicant, applicants};
use super::done;
use crate::desk::Done;
use crate::desk::reason::read_reason;
use crate::enrol::{email_of, form_of, in_language};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Serialize)]
struct View {
    id: Uuid,
    programme_id: Uuid,
    programme: String,
    number: u32,
    /// Where the applicant is told; empty: that is forgotten.
    email: String,
    form: ApplicationForm,
    count: AssetCount,
    total: u64,
    /// What it counts instead, and why, where two people decided so.
    corrected: Option<(u64, String)>,
    /// A count that waits for a second person.
    asked: Option<AskedCount>,
    /// IPv6 prefixes, to be held against their registration, and all other assets.
    ipv6: Vec<String>,
    others: Vec<String>,
    is_eligible: bool,
    criteria: Vec<CriterionRow>,
    twins: Vec<u32>,
    rivals: Vec<u32>,
    /// Organisations of the register with the same number.
    known: Vec<String>,
    /// Whether the relay that is named is in the register.
    is_known_relay: bool,
    register: Option<RegisterView>,
    /// Once places were given, nothing is judged any more.
    may_judge: bool,
    judgement: Judgement,
    errors: Errors,
    done: Option<&'static str>,
}

/// A count that waits for a second person.
#[derive(Serialize)]
pub(super) struct AskedCount {
    id: Uuid,
    count: u64,
    reason: String,
    asked_at: String,
    asked_by: String,
    /// The visitor asked, and may only drop it.
    is_own: bool,
}

impl AskedCount {
    /// As the visitor sees it.
    pub(super) fn new(
        site: &Site,
        tx: &mut Tx<'_>,
        asked: &CountCorrection,
        person_no: i64,
    ) -> Result<Self, StoreError> {
        let person = tx.person(asked.asked_by)?;
        Ok(Self {
            id: site.id(IdKind::CountCorrection, asked.correction_no),
            count: asked.count,
            reason: asked.reason.clone(),
            asked_at: asked.asked_at.to_string(),
            asked_by: person.map(|person| person.name).unwrap_or_default(),
            is_own: asked.asked_by == person_no,
        })
    }
}

/// What the trade register says of the number.
#[derive(Serialize)]
struct RegisterView {
    state: &'static str,
    asked_at: Option<String>,
    name: String,
    legal_form: String,
    ended_on: Option<String>,
    is_same_name: bool,
    is_non_mailing: bool,
}

impl RegisterView {
    fn new(answer: TradeAnswer, typed: &str) -> Self {
        let asked_at = answer.asked_at.map(|at| at.to_string());
        let state = answer.state.as_str();
        let entry = answer.entry;
        Self {
            state,
            asked_at,
            is_same_name: entry
                .as_ref()
                .is_none_or(|entry| is_same_name(&entry.name, typed)),
            is_non_mailing: entry.as_ref().is_some_and(|entry| entry.is_non_mailing),
            ended_on: entry
                .as_ref()
                .and_then(|entry| entry.ended_on)
                .map(|day| day.to_string()),
            legal_form: entry
                .as_ref()
                .map(|entry| entry.legal_form.clone())
                .unwrap_or_default(),
            name: entry.map(|entry| entry.name).unwrap_or_default(),
        }
    }
}

#[derive(Serialize)]
struct CriterionRow {
    word: &'static str,
    declared: &'static str,
    /// The evidence that the applicant gave.
    given: String,
    verdict: &'static str,
    evidence: String,
}

#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Judgement {
    criterion: String,
    verdict: String,
    reason: String,
}

pub(super) fn found(
    site: &Site,
    tx: &mut Tx<'_>,
    (programme, application): (Uuid, Uuid),
) -> Result<(Programme, Applicant), Refusal> {
    let programme_no = site.number(IdKind::Programme, &programme)?;
    let application_no = site.number(IdKind::Application, &application)?;
    let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
    let all = applicants(tx, &programme)?;
    let one = all
        .into_iter()
        .find(|one| one.application.application_no == application_no);
    Ok((programme, one.ok_or(Refusal::NotFound)?))
}

/// The same for a page that shows it. It is data of an organisation: who read it is known.
pub(super) fn shown_to(
    actor: &str,
    site: &Site,
    tx: &mut Tx<'_>,
    ids: (Uuid, Uuid),
) -> Result<(Programme, Applicant), Refusal> {
    let found = found(site, tx, ids)?;
    let subject = format!("application {}", ids.1);
    tx.record(site.now(), actor, "read-application", &subject, "")?;
    Ok(found)
}

pub(super) async fn show(
    State(site): State<Site>,
    staff: Staff,
    Path(ids): Path<(Uuid, Uuid)>,
    Query(before): Query<Done>,
) -> Result<Response, Refusal> {
    let done = before.key(&["judged", "counted", "confirmed", "dropped", "address"]);
    page(
        &site,
        &staff,
        ids,
        Judgement::default(),
        Errors::default(),
        done,
    )
    .await
}

async fn page(
    site: &Site,
    staff: &Staff,
    ids: (Uuid, Uuid),
    judgement: Judgement,
    errors: Errors,
    done: Option<&'static str>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let (inner, actor) = (site.clone(), staff.who.actor(site));
    let person_no = staff.who.person.person_no;
    let (programme, one, register, known, is_known_relay, asked) = site
        .write(move |tx| {
            let (programme, one) = shown_to(&actor, &inner, tx, ids)?;
            let register = tx.trade_answer(one.application.application_no)?;
            let known = tx.parties_with_kvk(one.read.kvk.as_str())?;
            let relay = &one.read.declared.relay;
            let is_known_relay = !relay.is_empty() && tx.has_relay_named(relay)?;
            let asked = one.asked.as_ref();
            let asked = asked.map(|asked| AskedCount::new(&inner, tx, asked, person_no));
            let asked = asked.transpose()?;
            Ok((programme, one, register, known, is_known_relay, asked))
        })
        .await?;
    let form = form_of(&one.application);
    let row = |criterion: &Criterion| CriterionRow {
        word: criterion.as_str(),
        declared: one.read.declared.verdict(*criterion).as_str(),
        given: form.evidence(*criterion).to_owned(),
        verdict: one.verdict(*criterion).as_str(),
        evidence: one
            .judged
            .iter()
            .find(|judged| judged.criterion == *criterion)
            .map(|judged| judged.evidence.clone())
            .unwrap_or_default(),
    };
    let criteria = Criterion::ALL.iter().map(row).collect();
    let is_ipv6 = |asset: &&AssetValue| asset.bounds().is_some_and(|(first, _)| first.is_ipv6());
    let (ipv6, others): (Vec<&AssetValue>, _) = one.read.assets.iter().partition(is_ipv6);
    let shown = |assets: Vec<&AssetValue>| assets.iter().map(ToString::to_string).collect();
    let count = one.counted();
    let corrected = one.corrected.as_ref();
    let view = View {
        id: ids.1,
        programme_id: ids.0,
        programme: in_language(staff.visitor.language, &programme.terms.name),
        number: one.number,
        email: email_of(&one.application),
        form,
        count,
        total: count.total(),
        corrected: corrected.map(|correction| (correction.count, correction.reason.clone())),
        asked,
        ipv6: shown(ipv6),
        others: shown(others),
        is_eligible: one.is_eligible(),
        criteria,
        register: register
            .filter(|answer| answer.kvk == one.read.kvk)
            .map(|answer| RegisterView::new(answer, &one.read.organisation)),
        known: if programme.drawn_at.is_none() {
            known
        } else {
            Vec::new()
        },
        is_known_relay,
        twins: one.twins,
        rivals: one.rivals,
        may_judge: programme.drawn_at.is_none(),
        judgement,
        errors,
        done,
    };
    site.page(staff, "desk/programme/application.html", &view)
}

pub(super) async fn judge(
    State(site): State<Site>,
    staff: Staff,
    Path(ids): Path<(Uuid, Uuid)>,
    Form(form): Form<Judgement>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let mut errors = Errors::default();
    let criterion = form.criterion.parse::<Criterion>();
    let criterion = errors.take("criterion", criterion, "enrol-error-choice");
    let verdict = form.verdict.parse::<Verdict>();
    let verdict = errors.take("verdict", verdict, "enrol-error-choice");
    let reason = read_reason(&mut errors, &form.reason);
    let (Some(criterion), Some(verdict), Some(evidence)) = (criterion, verdict, reason) else {
        return page(&site, &staff, ids, form, errors, None).await;
    };
    let (inner, actor, now) = (site.clone(), staff.who.actor(&site), site.now());
    site.write(move |tx| {
        let (programme, one) = found(&inner, tx, ids)?;
        tx.hold_programme(programme.programme_no)?;
        if programme.drawn_at.is_some() {
            return Err(Refusal::Conflict);
        }
        let judged = Judged {
            application_no: one.application.application_no,
            criterion,
            verdict,
            evidence: evidence.clone(),
        };
        tx.judge(&judged, now)?;
        let subject = format!("application {}", ids.1);
        let detail = format!("{criterion}: {verdict}");
        Ok(tx.record(now, &actor, "judge-application", &subject, &detail)?)
    })
    .await?;
    let page = format!("/applications/{}", ids.1);
    Ok(done(&ids.0, &page, "judged").into_response())
}
