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
use store::{AssetFilter, PartyRow, Tx};
use uuid::Uuid;

use super::Done;
use super::legal_class::{ClassForm, ClassView, enter};
use super::organisation_administrator::{AdministratorForm, invite};
use super::reason::read_reason;
use crate::asset::state;
use crate::finding::customers::ListView;
use crate::form::Errors;
use crate::organisation::CopyView;
use crate::organisation::member_change::has_administrator;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// How long a reason holds.
const REASON_SECS: i64 = 60 * 60;

/// Assets on a page.
const ASSETS_MAX: usize = 200;

/// What it said of its messages, on the page: of the newest ones.
const JUDGEMENTS_MAX: i64 = 20;

/// Lists of what it did for customers, the newest.
const LISTS_MAX: i64 = 20;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/desk/organisations/{party}", get(detail).post(give_reason))
        .route("/desk/organisations/{party}/legal-class", post(enter))
        .route("/desk/organisations/{party}/administrator", post(invite))
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
    /// Others with the same KvK number: public id and name.
    twins: Vec<(Uuid, String)>,
    /// The newest first.
    classes: Vec<ClassView>,
    /// May enter another class.
    may_change: bool,
    class_words: Vec<&'static str>,
    form: ClassForm,
    administrator: AdministratorForm,
    /// It has an administrator, who invites others.
    has_administrator: bool,
    errors: Errors,
    done: Option<&'static str>,
    reason: String,
    contacts: Vec<ContactView>,
    /// Where somebody can be called: number, what the contact does, and whether day and night.
    phones: Vec<(String, String, bool)>,
    assets: Vec<AssetView>,
    /// Where the next assets are; empty on the last page.
    next: String,
    is_first_page: bool,
    judgements: Vec<JudgementView>,
    /// What it did for customers, list by list.
    lists: Vec<ListView>,
    /// Who gets copies of what it is told.
    copies: Vec<CopyView>,
}

/// What it holds.
#[derive(Serialize)]
struct AssetView {
    value: String,
    /// How far it is proved.
    state: &'static str,
    /// Days between which it is held, or empty.
    from: String,
    until: String,
}

/// Which assets the page shows.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(default)]
struct Place {
    /// Those behind this one.
    after: Option<Uuid>,
}

/// What was typed and done on the page.
#[derive(Clone, Default)]
pub(super) struct Typed {
    pub(super) class: ClassForm,
    pub(super) administrator: AdministratorForm,
    pub(super) errors: Errors,
    pub(super) done: Option<&'static str>,
    /// The asset behind which the list begins.
    pub(super) after_no: Option<i64>,
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
    Query(place): Query<Place>,
) -> Result<Response, Refusal> {
    let after = place.after.map(|asset| site.number(IdKind::Asset, &asset));
    let typed = Typed {
        done: before.key(&["class", "invited", "not-invited"]),
        after_no: after.transpose()?,
        ..Typed::default()
    };
    page(&site, &staff, id, typed).await
}

/// The page, for whoever gave a reason.
pub(super) async fn page(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    typed: Typed,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadOrganisation)?;
    let party_no = site.number(IdKind::Party, &id)?;
    let access = (staff.who.session.session_no, party_no);
    let (actor, now) = (staff.who.actor(site), site.now());
    let inner = site.clone();
    let may_change = staff.must_be_allowed(DeskDeed::ChangeOrganisations).is_ok();
    let view = site
        .write(move |tx| {
            let party = tx.party(party_no)?.ok_or(Refusal::NotFound)?;
            let Some(reason) = tx.staff_access(access, now)? else {
                return Ok(None);
            };
            tx.record(now, &actor, "read", &format!("party {id}"), &reason)?;
            Ok(Some(View {
                may_change,
                ..view_of(&inner, tx, party, reason, typed.clone())?
            }))
        })
        .await?;
    match view {
        Some(view) => site.page(staff, "desk/organisation.html", &view),
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

fn view_of(
    site: &Site,
    tx: &mut Tx<'_>,
    party: PartyRow,
    reason: String,
    typed: Typed,
) -> Result<View, Refusal> {
    let all = AssetFilter::default();
    let rows_max = ASSETS_MAX as i64 + 1;
    let mut assets = tx.own_assets(party.party_no, &all, typed.after_no, rows_max)?;
    let is_last = assets.len() <= ASSETS_MAX;
    assets.truncate(ASSETS_MAX);
    let last = assets.last().filter(|_| !is_last);
    let next = last.map(|last| format!("?after={}", site.id(IdKind::Asset, last.asset_no)));
    let contacts = tx.contacts(party.party_no)?.into_iter();
    let own = tx.own_contacts(party.party_no)?.into_iter();
    let called = own.filter_map(|own| {
        let phone = own.phone?;
        Some((phone.number.to_string(), own.role, phone.is_always))
    });
    let phones: Vec<_> = called.collect();
    let classes = tx.legal_classes(party.party_no)?;
    let twins = tx.kvk_twins(party.party_no)?.into_iter();
    let judgements = tx.judgements_of(party.party_no, JUDGEMENTS_MAX)?;
    let relays = tx.relays_of(party.party_no)?;
    let lists = tx.customer_lists(party.party_no, i64::MAX, LISTS_MAX)?;
    let day = |day: Option<model::Day>| day.map(|day| day.to_string()).unwrap_or_default();
    Ok(View {
        id: site.id(IdKind::Party, party.party_no),
        name: party.name,
        reference: party.reference,
        legal_class: tx
            .legal_class_on(party.party_no, site.now().day())?
            .as_str(),
        twins: twins
            .map(|(party_no, name)| (site.id(IdKind::Party, party_no), name))
            .collect(),
        classes: classes.into_iter().map(ClassView::from).collect(),
        may_change: false,
        class_words: LegalClass::ALL.iter().map(|class| class.as_str()).collect(),
        form: typed.class,
        administrator: typed.administrator,
        has_administrator: has_administrator(tx, party.party_no)?,
        errors: typed.errors,
        done: typed.done,
        reason,
        phones,
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
        lists: lists.iter().map(|(_, list)| ListView::new(list)).collect(),
        copies: CopyView::of(site, &relays),
        next: next.unwrap_or_default(),
        is_first_page: typed.after_no.is_none(),
        assets: assets
            .iter()
            .map(|asset| AssetView {
                value: asset.row.value.to_string(),
                state: state(site, asset).as_str(),
                from: day(asset.row.valid_from),
                until: day(asset.row.valid_until),
            })
            .collect(),
    })
}
