//! `GET /desk/findings/{finding}`: a finding with its whole chain, from who was told back to who saw it.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use message::match_reasons;
use model::{Endpoint, IdKind, Language};
use rules::access::{DeskDeed, staff_may};
use serde::Serialize;
use store::{FindingKey, FindingRow, QueueState, Tx};
use uuid::Uuid;

use super::Done;
use super::of_desk::Names;
use super::waiting::OUTCOMES;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// People of the desk who can be chosen between.
const STAFF_MAX: i64 = 500;

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/desk/findings/{finding}", get(detail))
}

#[derive(Serialize)]
struct View {
    done: Option<&'static str>,
    /// Something of it waits, and the visitor may decide about that.
    may_decide: bool,
    /// Why it waits: words of the queues.
    waiting: Vec<&'static str>,
    /// Who may look after it: public id and name.
    analysts: Vec<(String, String)>,
    /// Name of the desk, where the visitor works at several.
    of_desk: String,
    id: Uuid,
    endpoint: String,
    identifier: String,
    threat: String,
    rsit: &'static str,
    role: &'static str,
    severity: &'static str,
    first_seen: String,
    last_seen: String,
    times_seen: i64,
    episode: i32,
    told: Vec<ToldView>,
    queue: Vec<QueueView>,
    matches: Vec<MatchView>,
    events: Vec<EventView>,
    last: Option<SightingView>,
}

#[derive(Serialize)]
struct ToldView {
    id: Uuid,
    reference: String,
    recipient: String,
    recipient_id: Uuid,
    state: &'static str,
    kind: &'static str,
    episode: i32,
    withdrawn: Option<String>,
    /// What the recipient did for its customer, and when it said that.
    customer: Option<(&'static str, String)>,
}

#[derive(Serialize)]
struct QueueView {
    kind: &'static str,
    state: &'static str,
    owner: String,
    reason: String,
    opened_at: String,
}

#[derive(Serialize)]
struct MatchView {
    asset: String,
    asset_id: Uuid,
    owner: String,
    owner_id: Uuid,
    why: String,
    rank: i16,
    register_version: i64,
}

#[derive(Serialize)]
struct EventView {
    at: String,
    kind: &'static str,
    actor: String,
    text: String,
}

/// The latest observation, and where it came from.
#[derive(Serialize)]
struct SightingView {
    observed_at: String,
    tlp: &'static str,
    evidence: String,
    batch_id: Uuid,
    batch: String,
    source: String,
    /// How far the source is trusted, and what it says: the two words of its grade.
    grade: [&'static str; 2],
    received_at: String,
    line: i64,
    /// Somebody of the desk corrected the row.
    is_repaired: bool,
}

async fn detail(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(done): Query<Done>,
) -> Result<Response, Refusal> {
    // Whose it is and who was told is data of organisations.
    staff.must_be_allowed(DeskDeed::ReadOrganisation)?;
    let number = site.number(IdKind::Finding, &id)?;
    let (actor, now) = (staff.who.actor(&site), site.now());
    let (inner, language) = (site.clone(), staff.visitor.language);
    let mut view = site
        .write(move |tx| {
            let (key, row) = tx.finding(number)?.ok_or(Refusal::NotFound)?;
            let subject = format!("finding {id}");
            tx.record(now, &actor, "read", &subject, "work at the desk")?;
            chain(&inner, tx, key, row, language)
        })
        .await?;
    view.done = done.key(OUTCOMES);
    view.may_decide &= staff_may(&staff.who.staff_roles, DeskDeed::Handle);
    site.page(&staff, "desk/finding.html", &view)
}

fn chain(
    site: &Site,
    tx: &mut Tx<'_>,
    key: FindingKey,
    row: FindingRow,
    language: Language,
) -> Result<View, Refusal> {
    let number = row.finding_no;
    let queue = tx.queue_items_of(&[number])?;
    let events = tx.finding_events(number)?.into_iter();
    Ok(View {
        done: None,
        may_decide: queue.iter().any(|item| item.state == QueueState::Open),
        waiting: queue
            .iter()
            .filter(|item| item.state == QueueState::Open)
            .map(|item| item.kind.as_str())
            .collect(),
        analysts: analysts(site, tx, key.desk_no)?,
        of_desk: Names::read(tx)?.name(key.desk_no),
        id: site.id(IdKind::Finding, number),
        endpoint: Endpoint::from_key(&key.endpoint)
            .map(|endpoint| endpoint.to_string())
            .unwrap_or_default(),
        threat: tx.threat_slug(key.threat_no)?.unwrap_or_default(),
        rsit: row.rsit.as_str(),
        role: row.role.as_str(),
        severity: row.severity.as_str(),
        first_seen: row.first_seen.to_string(),
        last_seen: row.last_seen.to_string(),
        times_seen: row.times_seen,
        episode: row.episode,
        told: told(site, tx, number)?,
        queue: queue
            .into_iter()
            .map(|item| QueueView {
                kind: item.kind.as_str(),
                state: item.state.as_str(),
                owner: item.owner,
                reason: item.reason,
                opened_at: item.opened_at.to_string(),
            })
            .collect(),
        matches: matches(site, tx, &key, &row, language)?,
        events: events
            .map(|event| EventView {
                at: event.at.to_string(),
                kind: event.kind.as_str(),
                actor: event.actor,
                text: event.text,
            })
            .collect(),
        last: sighting(site, tx, &row)?,
        identifier: key.identifier,
    })
}

/// People of the desk of a finding who may look after it. There are few: a desk is a team.
fn analysts(site: &Site, tx: &mut Tx<'_>, desk_no: i64) -> Result<Vec<(String, String)>, Refusal> {
    let mut analysts = Vec::new();
    for person in tx.staff_after(0, STAFF_MAX)? {
        let roles = tx.staff_roles(person.person_no)?;
        if person.closed_at.is_none()
            && staff_may(&roles, DeskDeed::Handle)
            && tx.desks_of_person(person.person_no)?.contains(&desk_no)
        {
            let id = site.id(IdKind::Person, person.person_no);
            analysts.push((id.to_string(), person.name));
        }
    }
    Ok(analysts)
}

fn told(site: &Site, tx: &mut Tx<'_>, number: i64) -> Result<Vec<ToldView>, Refusal> {
    let mut views = Vec::new();
    for (notification_no, line) in tx.lines_about(number)? {
        let Some(found) = tx.notification(notification_no)? else {
            continue;
        };
        let recipient = tx.party(found.key.recipient_no)?;
        let customer = tx.customer_report(found.key.recipient_no, number)?;
        let customer = customer.filter(|report| report.episode == line.episode);
        views.push(ToldView {
            id: site.id(IdKind::Notification, notification_no),
            reference: found.reference(),
            recipient: recipient.map(|party| party.name).unwrap_or_default(),
            recipient_id: site.id(IdKind::Party, found.key.recipient_no),
            state: found.state.as_str(),
            kind: found.key.kind.as_str(),
            episode: line.episode,
            withdrawn: line.withdrawn,
            customer: customer.map(|it| (it.outcome.as_str(), it.reported_at.to_string())),
        });
    }
    Ok(views)
}

fn matches(
    site: &Site,
    tx: &mut Tx<'_>,
    key: &FindingKey,
    row: &FindingRow,
    language: Language,
) -> Result<Vec<MatchView>, Refusal> {
    let mut views = Vec::new();
    for found in tx.matches_of(row.finding_no)? {
        let Some(asset) = tx.asset(found.asset_no)? else {
            continue;
        };
        let owner = tx.party(asset.party_no)?;
        let reasons = match_reasons(&asset.value, &key.endpoint, row);
        views.push(MatchView {
            asset: asset.value.to_string(),
            asset_id: site.id(IdKind::Asset, found.asset_no),
            owner: owner.map(|party| party.name).unwrap_or_default(),
            owner_id: site.id(IdKind::Party, asset.party_no),
            why: match language {
                Language::Nl => reasons.nl,
                Language::En => reasons.en,
            },
            rank: found.rank,
            register_version: found.register_version,
        });
    }
    Ok(views)
}

/// `None` when it was removed by age.
fn sighting(
    site: &Site,
    tx: &mut Tx<'_>,
    row: &FindingRow,
) -> Result<Option<SightingView>, Refusal> {
    let Some(seen) = tx.observation(row.last)? else {
        return Ok(None);
    };
    let Some(batch) = tx.batch(seen.key.batch_no)? else {
        return Ok(None);
    };
    let source = tx.party(batch.source_no)?;
    let grade = tx.source_terms(batch.source_no)?.agreement.grade;
    let repairs = tx.repairs_of_row(batch.batch_no, seen.key.line)?;
    Ok(Some(SightingView {
        is_repaired: !repairs.is_empty(),
        observed_at: seen.observed_at.to_string(),
        tlp: seen.tlp.as_str(),
        evidence: seen.evidence.into_owned(),
        batch_id: site.id(IdKind::Batch, batch.batch_no),
        batch: batch.name,
        source: source.map(|party| party.name).unwrap_or_default(),
        grade: [grade.reliability.as_str(), grade.credibility.as_str()],
        received_at: batch.received_at.to_string(),
        line: seen.key.line,
    }))
}
