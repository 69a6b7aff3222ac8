//! `/applications/{token}`: an application as its applicant sees it: how far it is, what it counts, and its place.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{ApplicationState, Criterion, Verdict};
use rules::enrol::counting::AssetCount;
use rules::enrol::criteria::verdict;
use rules::enrol::form::{Application as Read, ApplicationForm, Step};
use serde::{Deserialize, Serialize};
use store::{Application, Judged, Programme, Tx};

use super::{ProgrammeView, home, reference_of};
use crate::form::known;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Visitor;

/// An application with its programme, for whoever has its link.
pub(super) struct Own {
    pub(super) application: Application,
    pub(super) programme: Programme,
    pub(super) form: ApplicationForm,
}

impl Own {
    /// What a token opens. One that we did not make is "not found".
    pub(super) fn of(site: &Site, token: &str, tx: &mut Tx<'_>) -> Result<Self, Refusal> {
        let key = site.link_key();
        let claimed = key.claimed_application(token).ok_or(Refusal::NotFound)?;
        // A link that went to an address that was corrected is one that we never made.
        let application = tx
            .application(claimed)?
            .filter(|found| key.is_application(token, claimed, found.link_no))
            .ok_or(Refusal::NotFound)?;
        let programme = tx.programme(application.programme_no)?;
        Ok(Self {
            form: form_of(&application),
            programme: programme.ok_or(Refusal::NotFound)?,
            application,
        })
    }

    /// The same, which nobody else changes until the transaction ends; with `is_sent_in` nobody else sends one in either, so
    /// that each gets a number of its own.
    pub(super) fn held(
        site: &Site,
        token: &str,
        is_sent_in: bool,
        tx: &mut Tx<'_>,
    ) -> Result<Self, Refusal> {
        let seen = Self::of(site, token, tx)?;
        if is_sent_in {
            // Before the application, as whoever takes one back holds it.
            tx.hold_programme(seen.programme.programme_no)?;
        }
        tx.hold_application(seen.application.application_no)?;
        Self::of(site, token, tx)
    }

    /// Where the applicant is told; empty once that is forgotten.
    pub(super) fn email(&self) -> String {
        email_of(&self.application)
    }

    /// Whether it can still be filled in.
    pub(super) fn is_editable(&self, site: &Site) -> bool {
        self.application.state == ApplicationState::Begun && self.programme.is_open(site.now())
    }
}

/// What was filled in. Fields that a later version of the form has are empty.
pub(crate) fn form_of(application: &Application) -> ApplicationForm {
    serde_json::from_str(&application.form).unwrap_or_default()
}

/// Where an applicant is told; empty once that is forgotten.
pub(crate) fn email_of(application: &Application) -> String {
    let email = application.email.as_ref();
    email.map(ToString::to_string).unwrap_or_default()
}

/// What was done just now that this page has a text for.
const DONE: [&str; 4] = ["saved", "submitted", "withdrawn", "address"];

#[derive(Serialize)]
struct View {
    home: String,
    programme: ProgrammeView,
    state: &'static str,
    is_editable: bool,
    /// Whether it may still be taken back.
    may_withdraw: bool,
    number: Option<u32>,
    submitted_at: Option<String>,
    form: ApplicationForm,
    count: Option<AssetCount>,
    /// What it counts instead, and why, where two people of the desk decided so.
    corrected: Option<(u64, String)>,
    email: String,
    /// Steps, and whether something is missing there.
    steps: Vec<(&'static str, bool)>,
    /// Criteria, and what the declaration makes of them.
    criteria: Vec<(&'static str, &'static str)>,
    /// What the coordinator judged, once places were given: criterion, verdict and why; a criterion of which nothing was
    /// judged is as declared.
    outcome: Vec<(&'static str, &'static str, String)>,
    /// Whether every criterion is met by that.
    is_eligible: bool,
    place: Option<&'static str>,
    /// Whether the organisation was in the register before it got a place.
    is_known: bool,
    done: &'static str,
}

#[derive(Deserialize)]
pub(super) struct Before {
    #[serde(default)]
    done: String,
}

pub(super) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path(token): Path<String>,
    Query(before): Query<Before>,
) -> Result<Response, Refusal> {
    let inner = site.clone();
    let (own, place, judged, corrected, is_known) = site
        .read(move |tx| {
            let own = Own::of(&inner, &token, tx)?;
            let application_no = own.application.application_no;
            let place = tx.place(application_no)?;
            let judged = tx.judged(application_no)?;
            let corrected = tx.count_correction(application_no)?;
            let is_known = is_known(tx, &own)?;
            Ok((own, place, judged, corrected, is_known))
        })
        .await?;
    let read = own.form.read(&own.programme.terms.sectors);
    let mistakes = own.form.mistakes(&own.programme.terms.sectors);
    let steps = Step::ALL.iter().map(|step| {
        let is_missing = mistakes.iter().any(|mistake| mistake.step == *step);
        (step.as_str(), is_missing)
    });
    let is_drawn = own.programme.drawn_at.is_some();
    let outcome = match read.as_ref().ok().filter(|_| is_drawn) {
        Some(read) => outcome(read, &judged),
        None => Vec::new(),
    };
    let view = View {
        is_eligible: outcome
            .iter()
            .all(|(_, verdict, _)| *verdict == Verdict::Met.as_str()),
        outcome,
        is_known,
        home: home(&site, &own.application),
        programme: ProgrammeView::new(&site, visitor.language, &own.programme),
        state: own.application.state.as_str(),
        is_editable: own.is_editable(&site),
        may_withdraw: own.application.state != ApplicationState::Withdrawn
            && own.programme.drawn_at.is_none(),
        number: own.application.number,
        submitted_at: own.application.submitted_at.map(|at| at.to_string()),
        count: read
            .as_ref()
            .ok()
            .map(|read| read.count(own.programme.counting)),
        corrected: corrected.map(|correction| (correction.count, correction.reason)),
        email: own.email(),
        steps: steps.collect(),
        criteria: match &read {
            Ok(read) => Criterion::ALL
                .iter()
                .map(|one| (one.as_str(), read.declared.verdict(*one).as_str()))
                .collect(),
            Err(_) => Vec::new(),
        },
        place: place.map(|place| place.state.as_str()),
        done: known(&DONE, &before.done),
        form: own.form,
    };
    site.page(&visitor, "enrol/application.html", &view)
}

/// What holds for each criterion, and what the coordinator wrote about it.
fn outcome(read: &Read, judged: &[Judged]) -> Vec<(&'static str, &'static str, String)> {
    let verdicts = judged.iter().map(|one| (one.criterion, one.verdict));
    let verdicts: Vec<(Criterion, Verdict)> = verdicts.collect();
    let of = |criterion: &Criterion| {
        let verdict = verdict(&read.declared, &verdicts, *criterion);
        let judged = judged.iter().find(|one| one.criterion == *criterion);
        let why = judged.map(|judged| judged.evidence.clone());
        (
            criterion.as_str(),
            verdict.as_str(),
            why.unwrap_or_default(),
        )
    };
    Criterion::ALL.iter().map(of).collect()
}

/// Whether the place went to an organisation that was in the register already.
fn is_known(tx: &mut Tx<'_>, own: &Own) -> Result<bool, Refusal> {
    let Some(participant) = tx.participant(own.application.application_no)? else {
        return Ok(false);
    };
    let number = own.application.number.unwrap_or_default();
    let party = tx.party(participant.party_no)?;
    Ok(party.is_some_and(|party| party.reference != reference_of(&own.programme, number)))
}

/// Takes an application back, begun or submitted, until places are given: the file of the draw counts it, and one that is missing afterwards
/// would tell who left. What was filled in is forgotten.
pub(super) async fn withdraw(
    State(site): State<Site>,
    Path(token): Path<String>,
) -> Result<Response, Refusal> {
    let inner = site.clone();
    let application = site
        .write(move |tx| {
            let own = Own::of(&inner, &token, tx)?;
            let application_no = own.application.application_no;
            let programme_no = own.programme.programme_no;
            tx.hold_programme(programme_no)?;
            let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
            if programme.drawn_at.is_some() || !tx.withdraw_application(application_no)? {
                return Err(Refusal::Conflict);
            }
            Ok(own.application)
        })
        .await?;
    let page = format!("{}?done=withdrawn", home(&site, &application));
    Ok(Redirect::to(&page).into_response())
}
