//! `/applications/{token}`: an application as its applicant sees it: how far it is, what it counts, and its place.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{ApplicationState, Criterion};
use rules::enrol::counting::AssetCount;
use rules::enrol::form::{ApplicationForm, Step};
use serde::{Deserialize, Serialize};
use store::{Application, Programme, Tx};

use super::{ProgrammeView, home};
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
        let application_no = site.link_key().application_of(token);
        let application = tx.application(application_no.ok_or(Refusal::NotFound)?)?;
        let application = application.ok_or(Refusal::NotFound)?;
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

    /// Whether it can still be filled in.
    pub(super) fn is_editable(&self, site: &Site) -> bool {
        self.application.state == ApplicationState::Begun && self.programme.is_open(site.now())
    }
}

/// What was filled in. Fields that a later version of the form has are empty.
pub(crate) fn form_of(application: &Application) -> ApplicationForm {
    serde_json::from_str(&application.form).unwrap_or_default()
}

/// What was done just now that this page has a text for.
const DONE: [&str; 3] = ["saved", "submitted", "withdrawn"];

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
    /// Steps, and whether something is missing there.
    steps: Vec<(&'static str, bool)>,
    /// Criteria, and what the declaration makes of them.
    criteria: Vec<(&'static str, &'static str)>,
    place: Option<&'static str>,
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
    let (own, place) = site
        .read(move |tx| {
            let own = Own::of(&inner, &token, tx)?;
            let place = tx.place(own.application.application_no)?;
            Ok((own, place))
        })
        .await?;
    let read = own.form.read(&own.programme.terms.sectors);
    let mistakes = read.as_ref().err().map(Vec::as_slice).unwrap_or_default();
    let steps = Step::ALL.iter().map(|step| {
        let is_missing = mistakes.iter().any(|mistake| mistake.step == *step);
        (step.as_str(), is_missing)
    });
    let view = View {
        home: home(&site, own.application.application_no),
        programme: ProgrammeView::new(&site, visitor.language, &own.programme),
        state: own.application.state.as_str(),
        is_editable: own.is_editable(&site),
        may_withdraw: own.application.state == ApplicationState::Submitted
            && own.programme.drawn_at.is_none(),
        number: own.application.number,
        submitted_at: own.application.submitted_at.map(|at| at.to_string()),
        count: read.as_ref().ok().map(|read| read.count()),
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

/// Takes a submitted application back, until places are given: the file of the draw counts it, and one that is missing afterwards
/// would tell who left. What was filled in is forgotten.
pub(super) async fn withdraw(
    State(site): State<Site>,
    Path(token): Path<String>,
) -> Result<Response, Refusal> {
    let inner = site.clone();
    let application_no = site
        .write(move |tx| {
            let own = Own::of(&inner, &token, tx)?;
            let application_no = own.application.application_no;
            let programme_no = own.programme.programme_no;
            tx.hold_programme(programme_no)?;
            let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
            if programme.drawn_at.is_some() || !tx.withdraw_application(application_no)? {
                return Err(Refusal::Conflict);
            }
            Ok(application_no)
        })
        .await?;
    let page = format!("{}?done=withdrawn", home(&site, application_no));
    Ok(Redirect::to(&page).into_response())
}
