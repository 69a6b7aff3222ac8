//! `GET /desk/organisations/{party}`: what is kept about one organisation, for somebody who says why.
//!
//! The reason is asked once an hour for each session and organisation, and stands in the audit log with every read.

use axum::Form;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use model::{IdKind, LegalClass};
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use store::{PartyRow, Tx};
use uuid::Uuid;

use super::Done;
use super::legal_class::{ClassForm, ClassView, enter};
use super::reason::read_reason;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// How long a reason holds.
const REASON_SECS: i64 = 60 * 60;

/// Assets on the page.
const ASSETS_MAX: i64 = 200;

/// What it said of its messages, on the page: of the newest ones.
const JUDGEMENTS_MAX: i64 = 20;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/desk/organisations/{party}", get(detail).post(give_reason))
        .route("/desk/organisations/{party}/legal-class", post(enter))
}

#[derive(Serialize)]
struct AskView {
    errors: Errors,
    reason: String,
}

#[derive(Serialize)]
struct View {
    id: Uuid,
    name: String,
    reference: String,
    legal_class: &'static str,
    /// The newest first.
    classes: Vec<ClassView>,
    /// May enter another class.
    may_change: bool,
    class_words: Vec<&'static str>,
    form: ClassForm,
    errors: Errors,
    done: Option<&'static str>,
    reason: String,
    contacts: Vec<ContactView>,
    /// Values, with the days between which they are held.
    assets: Vec<(String, String, String)>,
    is_cut: bool,
    judgements: Vec<JudgementView>,
}

/// Whether a message was useful: what this organisation said of it.
#[derive(Serialize)]
struct JudgementView {
    message: Uuid,
    threat: String,
    verdict: &'static str,
    text: String,
    said_at: String,
}

#[derive(Serialize)]
struct ContactView {
    email: String,
    severities: Vec<&'static str>,
}

async fn detail(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(before): Query<Done>,
) -> Result<Response, Refusal> {
    let (form, done) = (ClassForm::default(), before.key(&["class"]));
    page(&site, &staff, id, form, Errors::default(), done).await
}

/// The page, for whoever gave a reason; `form` is what was typed about its class.
pub(super) async fn page(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    form: ClassForm,
    errors: Errors,
    done: Option<&'static str>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadOrganisation)?;
    let party_no = site.number(IdKind::Party, &id)?;
    let access = (staff.who.session.session_no, party_no);
    let (actor, now) = (staff.who.actor(site), site.now());
    let inner = site.clone();
    let view = site
        .write(move |tx| {
            let party = tx.party(party_no)?.ok_or(Refusal::NotFound)?;
            let Some(reason) = tx.staff_access(access, now)? else {
                return Ok(None);
            };
            tx.record(now, &actor, "read", &format!("party {id}"), &reason)?;
            Ok(Some(view_of(&inner, tx, party, reason)?))
        })
        .await?;
    match view {
        Some(view) => {
            let view = View {
                may_change: staff.must_be_allowed(DeskDeed::ChangeOrganisations).is_ok(),
                form,
                errors,
                done,
                ..view
            };
            site.page(staff, "desk/organisation.html", &view)
        }
        None => ask(site, staff, Errors::default(), String::new()),
    }
}

/// The question why; it tells nothing of the organisation, not even its name.
fn ask(site: &Site, staff: &Staff, errors: Errors, reason: String) -> Result<Response, Refusal> {
    let view = AskView { errors, reason };
    site.page(staff, "desk/organisation_reason.html", &view)
}

#[derive(Deserialize)]
struct Why {
    reason: String,
}

async fn give_reason(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<Why>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadOrganisation)?;
    let party_no = site.number(IdKind::Party, &id)?;
    let mut errors = Errors::default();
    let Some(reason) = read_reason(&mut errors, &form.reason) else {
        return ask(&site, &staff, errors, form.reason);
    };
    let access = (staff.who.session.session_no, party_no);
    let ends_at = site.now().plus_seconds(REASON_SECS);
    site.write(move |tx| {
        tx.party(party_no)?.ok_or(Refusal::NotFound)?;
        Ok(tx.give_staff_access(access, &reason, ends_at)?)
    })
    .await?;
    Ok(Redirect::to(&format!("/desk/organisations/{id}")).into_response())
}

fn view_of(site: &Site, tx: &mut Tx<'_>, party: PartyRow, reason: String) -> Result<View, Refusal> {
    let numbers = tx.asset_numbers_of(party.party_no, ASSETS_MAX)?;
    let assets = tx.assets(&numbers)?;
    let contacts = tx.contacts(party.party_no)?.into_iter();
    let classes = tx.legal_classes(party.party_no)?;
    let judgements = tx.judgements_of(party.party_no, JUDGEMENTS_MAX)?;
    let day = |day: Option<model::Day>| day.map(|day| day.to_string()).unwrap_or_default();
    Ok(View {
        id: site.id(IdKind::Party, party.party_no),
        name: party.name,
        reference: party.reference,
        legal_class: tx
            .legal_class_on(party.party_no, site.now().day())?
            .as_str(),
        classes: classes.into_iter().map(ClassView::from).collect(),
        may_change: false,
        class_words: LegalClass::ALL.iter().map(|class| class.as_str()).collect(),
        form: ClassForm::default(),
        errors: Errors::default(),
        done: None,
        reason,
        contacts: contacts
            .map(|contact| ContactView {
                email: contact.email.to_string(),
                severities: model::Severity::ALL
                    .iter()
                    .filter(|severity| contact.severities.contains(**severity))
                    .map(|severity| severity.as_str())
                    .collect(),
            })
            .collect(),
        judgements: judgements
            .into_iter()
            .map(|said| JudgementView {
                message: site.id(IdKind::Notification, said.notification_no),
                threat: said.threat,
                verdict: said.verdict.as_str(),
                text: said.text,
                said_at: said.said_at.to_string(),
            })
            .collect(),
        is_cut: assets.len() as i64 == ASSETS_MAX,
        assets: assets
            .into_iter()
            .map(|asset| {
                let (from, until) = (day(asset.valid_from), day(asset.valid_until));
                (asset.value.to_string(), from, until)
            })
            .collect(),
    })
}
