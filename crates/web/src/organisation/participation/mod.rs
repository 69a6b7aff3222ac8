//! Programmes that an organisation takes part in: the agreement, the mailbox, and reporting what changed.
//!
//! Findings go to the mailbox only after a code that was sent there was answered (requirement PI-09).

mod agreement;
mod change;
mod evaluation;
mod mailbox;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{Redirect, Response};
use axum::routing::{get, post};
use model::{AssetKind, AssetValue, DomainName, IdKind, Language, LegalClass, PlaceState};
use rules::access::Deed;
use rules::enrol::form::ApplicationForm;
use serde::Serialize;
use store::{Agreement, AssetFilter, Participant, Place, Programme, Signature, Tx};
use uuid::Uuid;

use super::Before;
use crate::enrol::{AgreementText, ChangeView, Declarations, ProgrammeView, in_language, unmet};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Names of an organisation among which domains for its mailbox are looked for.
const DOMAINS_MAX: i64 = 5_000;

/// The routes of these pages.
pub(super) fn routes() -> Router<Site> {
    let at = |end: &str| format!("/organisations/{{organisation}}/programmes{end}");
    Router::new()
        .route(&at(""), get(list))
        .route(&at("/{programme}"), get(show))
        .route(&at("/{programme}/agreement"), post(agreement::sign))
        .route(&at("/{programme}/agreement.pdf"), get(agreement::copy))
        .route(
            &at("/{programme}/agreements/{version}"),
            get(agreement::signed),
        )
        .route(&at("/{programme}/mailbox"), post(mailbox::send))
        .route(&at("/{programme}/mailbox/code"), post(mailbox::answer))
        .route(&at("/{programme}/change"), post(change::report))
        .route(&at("/{programme}/leave"), post(change::leave))
        .route(&at("/{programme}/decline"), post(change::decline))
        .route(
            &at("/{programme}/evaluations/{evaluation}"),
            get(evaluation::show).post(evaluation::answer),
        )
        .route(
            &at("/{programme}/evaluations/{evaluation}/coming"),
            post(evaluation::come),
        )
}

/// What an organisation takes part in.
pub(crate) struct Taking {
    pub(crate) participant: Participant,
    pub(crate) programme: Programme,
    pub(crate) place: Place,
    /// What was declared last.
    form: ApplicationForm,
}

impl Taking {
    /// The part that an organisation takes in a programme; another programme is "not found".
    pub(crate) fn of(tx: &mut Tx<'_>, party_no: i64, programme_no: i64) -> Result<Self, Refusal> {
        let participant = tx
            .participations_of(party_no)?
            .into_iter()
            .find(|one| one.programme_no == programme_no)
            .ok_or(Refusal::NotFound)?;
        Ok(Self {
            programme: tx.programme(programme_no)?.ok_or(Refusal::NotFound)?,
            place: tx
                .place(participant.application_no)?
                .ok_or(Refusal::NotFound)?,
            form: serde_json::from_str(&participant.form).unwrap_or_default(),
            participant,
        })
    }

    /// All that an organisation takes part in, or took part in, the newest first.
    pub(crate) fn all(tx: &mut Tx<'_>, party_no: i64) -> Result<Vec<Self>, Refusal> {
        let participations = tx.participations_of(party_no)?.into_iter();
        participations
            .map(|one| Self::of(tx, party_no, one.programme_no))
            .collect()
    }

    fn is_over(&self) -> bool {
        matches!(
            self.place.state,
            PlaceState::Released | PlaceState::Left | PlaceState::Finished
        )
    }
}

#[derive(Serialize)]
struct ListView {
    /// Public id, programme, and state of the place.
    rows: Vec<(Uuid, ProgrammeView, &'static str)>,
}

async fn list(State(site): State<Site>, member: Member) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadPeople)?;
    let party_no = member.party_no;
    let taking = site.read(move |tx| Taking::all(tx, party_no)).await?;
    let row = |one: &Taking| {
        let id = site.id(IdKind::Programme, one.programme.programme_no);
        let view = ProgrammeView::new(&site, member.visitor.language, &one.programme);
        (id, view, one.place.state.as_str())
    };
    let view = ListView {
        rows: taking.iter().map(row).collect(),
    };
    site.page(&member, "organisation/participation/list.html", &view)
}

#[derive(Serialize)]
struct View {
    here: String,
    programme: ProgrammeView,
    state: &'static str,
    is_over: bool,
    /// Whether the visitor may sign and report.
    may_sign: bool,
    agreement: Option<AgreementView>,
    mailbox: Option<String>,
    /// Where a code was sent that was not answered yet.
    mailbox_asked: Option<String>,
    mailbox_sent_at: Option<String>,
    mailbox_proved_at: Option<String>,
    /// What the last daily look found, and since when.
    mailbox_state: Option<(&'static str, String)>,
    domains: Vec<String>,
    form: ApplicationForm,
    /// Criteria that are not met today.
    unmet: Vec<&'static str>,
    classes: Vec<&'static str>,
    changes: Vec<ChangeView>,
    /// Version, who signed it and when.
    signatures: Vec<(i64, String, String)>,
    /// Address, name and day of the evaluations to which the organisation was invited, and whether they do not take place.
    evaluations: Vec<(String, String, String, bool)>,
    errors: Errors,
    done: String,
}

#[derive(Serialize)]
struct AgreementView {
    #[serde(flatten)]
    text: AgreementText,
    /// Who signed this version, and when.
    signed: Option<(String, String)>,
    /// Whether an older version was signed.
    is_renewed: bool,
    /// Last day on which it is to be signed.
    sign_by: Option<String>,
}

impl AgreementView {
    /// The newest version, and what the organisation signed.
    fn new(language: Language, newest: &Agreement, signed: &[(i64, Signature)]) -> Self {
        let own = signed
            .iter()
            .find(|(version, _)| *version == newest.version);
        Self {
            text: AgreementText::new(language, newest),
            signed: own.map(|(_, own)| (own.signatory.clone(), own.signed_at.to_string())),
            is_renewed: !signed.is_empty() && own.is_none(),
            sign_by: newest.sign_by.map(|day| day.to_string()),
        }
    }
}

/// The mailbox in which a code waits to be answered.
fn awaited(participant: &Participant) -> Option<String> {
    let first = participant
        .mailbox
        .as_ref()
        .filter(|_| participant.mailbox_proved_at.is_none());
    let asked = participant.mailbox_asked.as_ref().or(first);
    asked
        .filter(|_| participant.mailbox_sent_at.is_some())
        .map(ToString::to_string)
}

async fn show(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
    Query(before): Query<Before>,
) -> Result<Response, Refusal> {
    let done = before.known(&[
        "signed", "sent", "proved", "code", "reported", "left", "declined",
    ]);
    page(&site, &member, id, None, Errors::default(), done).await
}

/// The page of one programme; `typed` is what was filled in about a change.
async fn page(
    site: &Site,
    member: &Member,
    id: Uuid,
    typed: Option<ApplicationForm>,
    errors: Errors,
    done: String,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadPeople)?;
    let (party_no, language) = (member.party_no, member.visitor.language);
    let programme_no = site.number(IdKind::Programme, &id)?;
    let today = site.now().day();
    let (taking, unmet, changes, agreement, signatures, domains, watched, evaluations) = site
        .read(move |tx| {
            let taking = Taking::of(tx, party_no, programme_no)?;
            let changes = tx.participant_changes(taking.participant.application_no)?;
            let own = Declarations::of(tx, &taking.participant, &taking.programme, &changes)?;
            let unmet = unmet(&own.criteria_on(today));
            let changes = own.changes(&changes);
            let newest = tx.newest_agreement(programme_no)?;
            let signatures = tx.signatures_of(programme_no, party_no)?;
            let agreement = newest.map(|one| AgreementView::new(language, &one, &signatures));
            let watched = tx.mailbox_watched(taking.participant.application_no)?;
            let evaluations = tx.evaluations_with(programme_no, party_no)?;
            let domains = domains(tx, party_no)?;
            Ok((
                taking,
                unmet,
                changes,
                agreement,
                signatures,
                domains,
                watched,
                evaluations,
            ))
        })
        .await?;
    let moment = |at: Option<model::Timestamp>| at.map(|at| at.to_string());
    let view = View {
        here: address(member, &id),
        programme: ProgrammeView::new(site, language, &taking.programme),
        state: taking.place.state.as_str(),
        is_over: taking.is_over(),
        may_sign: member.standing.may(Deed::SignAgreements),
        agreement,
        mailbox: taking.participant.mailbox.as_ref().map(ToString::to_string),
        mailbox_asked: awaited(&taking.participant),
        mailbox_sent_at: moment(taking.participant.mailbox_sent_at),
        mailbox_proved_at: moment(taking.participant.mailbox_proved_at),
        mailbox_state: watched.map(|one| (one.state.as_str(), one.since.to_string())),
        domains,
        unmet,
        form: typed.unwrap_or(taking.form),
        classes: LegalClass::ALL.iter().map(|class| class.as_str()).collect(),
        changes,
        signatures: signatures
            .into_iter()
            .map(|(version, one)| (version, one.signatory, one.signed_at.to_string()))
            .collect(),
        evaluations: evaluations
            .iter()
            .map(|one| {
                let evaluation = site.id(IdKind::Evaluation, one.evaluation_no);
                let page = format!("{}/evaluations/{evaluation}", address(member, &id));
                let name = in_language(language, &one.terms.name);
                let held_on = one.terms.held_on.to_string();
                (page, name, held_on, one.cancelled_at.is_some())
            })
            .collect(),
        errors,
        done,
    };
    site.page(member, "organisation/participation/show.html", &view)
}

/// Domains that the organisation says are its own: those that were registered as such, or else every name.
fn domains(tx: &mut Tx<'_>, party_no: i64) -> Result<Vec<String>, Refusal> {
    let filter = AssetFilter {
        kind: Some(AssetKind::Domain),
        ..AssetFilter::default()
    };
    let assets = tx.own_assets(party_no, &filter, None, DOMAINS_MAX)?;
    let held = assets
        .into_iter()
        .filter_map(|asset| match asset.row.value {
            AssetValue::Domain(name) => Some(name),
            _ => None,
        });
    let held: Vec<DomainName> = held.collect();
    let is_registered = |name: &&DomainName| name.registrable().as_ref() == Some(*name);
    let registered: Vec<String> = held
        .iter()
        .filter(is_registered)
        .map(ToString::to_string)
        .collect();
    Ok(match registered.is_empty() {
        true => held.iter().map(ToString::to_string).collect(),
        false => registered,
    })
}

fn address(member: &Member, id: &Uuid) -> String {
    format!("{}/programmes/{id}", member.home())
}

/// To the page of the programme, which says what was done.
fn done(member: &Member, id: &Uuid, what: &str) -> Redirect {
    Redirect::to(&format!("{}?done={what}", address(member, id)))
}
