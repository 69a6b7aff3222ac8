//! `/desk/proofs`: an organisation asks the desk to look at a document that shows that something is its own.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use model::{IdKind, Timestamp};
use rules::access::{DeskDeed, staff_may};
use rules::proof::{document_ending, proof_end};
use serde::Serialize;
use store::{ProofReview, StoreError, Tx};
use uuid::Uuid;

use super::{After, Asked, ClaimView, Decision, claim_view};
use crate::asset::announce;
use crate::desk::reason::read_reason;
use crate::desk::{Done, PAGE_ROWS, note_read};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Serialize)]
struct ListView {
    done: Option<&'static str>,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Serialize)]
struct Row {
    id: Uuid,
    value: String,
    party: String,
    asked_at: String,
}

pub(super) async fn list(
    State(site): State<Site>,
    staff: Staff,
    Query(place): Query<After>,
    Query(done): Query<Done>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadOrganisation)?;
    let after = match &place.after {
        Some(id) => site.number(IdKind::ProofReview, id)?,
        None => 0,
    };
    note_read(&site, &staff, "proofs".to_owned(), "a list of claims").await?;
    let found = site
        .read(move |tx| Ok(tx.proof_reviews_open(after, PAGE_ROWS as i64)?))
        .await?;
    let rows = found.into_iter().map(|review| Row {
        id: site.id(IdKind::ProofReview, review.review_no),
        value: review.value.to_string(),
        party: review.party_name,
        asked_at: review.asked_at.to_string(),
    });
    let rows: Vec<Row> = rows.collect();
    let last = rows.last().filter(|_| rows.len() == PAGE_ROWS);
    let view = ListView {
        done: done.key(&["accepted", "refused", "gone"]),
        next: last.map(|row| format!("/desk/proofs?after={}", row.id)),
        rows,
    };
    site.page(&staff, "desk/claim/reviews.html", &view)
}

#[derive(Serialize)]
struct View {
    asked: Asked,
    may_decide: bool,
    id: Uuid,
    note: String,
    asked_at: String,
    /// Name and length in bytes of what was sent.
    document: Option<(String, i64)>,
    claim: ClaimView,
}

pub(super) async fn detail(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadOrganisation)?;
    show(&site, &staff, id, Asked::default()).await
}

async fn show(site: &Site, staff: &Staff, id: Uuid, asked: Asked) -> Result<Response, Refusal> {
    let number = site.number(IdKind::ProofReview, &id)?;
    let (actor, now, inner) = (staff.who.actor(site), site.now(), site.clone());
    let may_decide = staff_may(&staff.who.staff_roles, DeskDeed::ChangeOrganisations);
    let view = site
        .write(move |tx| {
            let (found, claim) = read_review(&inner, tx, number, &actor, now)?;
            Ok(View {
                asked: asked.clone(),
                may_decide,
                id,
                note: found.note,
                asked_at: found.asked_at.to_string(),
                document: tx.proof_document_name(number)?,
                claim,
            })
        })
        .await?;
    site.page(staff, "desk/claim/review.html", &view)
}

/// A review that waits, and what speaks for the claim. What an organisation holds is its data, so this is recorded.
pub(crate) fn read_review(
    site: &Site,
    tx: &mut Tx<'_>,
    number: i64,
    actor: &str,
    now: Timestamp,
) -> Result<(ProofReview, ClaimView), Refusal> {
    let found = tx.proof_review_open(number)?.ok_or(Refusal::NotFound)?;
    let subject = format!("party {}", site.id(IdKind::Party, found.party_no));
    tx.record(now, actor, "read", &subject, "work at the desk")?;
    let claim = claim_view(site, tx, (found.party_no, found.asset_no))?;
    Ok((found, claim.ok_or(Refusal::NotFound)?))
}

/// `GET /desk/proofs/{review}/document`: what was sent, to be kept and opened by something else: a browser never shows it.
pub(super) async fn document(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadOrganisation)?;
    let number = site.number(IdKind::ProofReview, &id)?;
    document_of(&site, (number, id), staff.who.actor(&site)).await
}

/// A document as a file. That it was read is recorded.
pub(crate) async fn document_of(
    site: &Site,
    (number, id): (i64, Uuid),
    actor: String,
) -> Result<Response, Refusal> {
    let (now, inner) = (site.now(), site.clone());
    let (name, content) = site
        .write(move |tx| {
            let found = tx.proof_review_open(number)?.ok_or(Refusal::NotFound)?;
            let document = tx.proof_document(number)?.ok_or(Refusal::NotFound)?;
            let subject = format!("party {}", inner.id(IdKind::Party, found.party_no));
            tx.record(now, &actor, "read", &subject, "document of a proof")?;
            Ok(document)
        })
        .await?;
    // Its name is the organisation's; only a known ending of it is ours to repeat.
    let ending = document_ending(&name).unwrap_or("txt");
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"document-{id}.{ending}\""),
        ),
    ];
    Ok((headers, content).into_response())
}

pub(super) async fn decide(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<Decision>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ChangeOrganisations)?;
    let number = site.number(IdKind::ProofReview, &id)?;
    let mut errors = Errors::default();
    let reason = read_reason(&mut errors, &form.reason);
    let Some(reason) = reason else {
        return show(&site, &staff, id, Asked { form, errors }).await;
    };
    let is_accepted = match form.choice.as_str() {
        "accept" => true,
        "refuse" => false,
        _ => return Err(Refusal::Bad),
    };
    let (actor, now, inner) = (staff.who.actor(&site), site.now(), site.clone());
    let done = site
        .write(move |tx| {
            let Some(found) = tx.proof_review_open(number)? else {
                return Ok("gone");
            };
            judge(&inner, tx, (&found, is_accepted), &reason, &actor, now)?;
            Ok(if is_accepted { "accepted" } else { "refused" })
        })
        .await?;
    Ok(Redirect::to(&format!("/desk/proofs?done={done}")).into_response())
}

/// Decides whether a document shows that something is the organisation's.
pub(crate) fn judge(
    site: &Site,
    tx: &mut Tx<'_>,
    (found, is_accepted): (&ProofReview, bool),
    reason: &str,
    actor: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let until = is_accepted.then(|| proof_end(now.day(), None));
    tx.decide_proof_review(found.review_no, until, actor, reason, now)?;
    if is_accepted {
        announce(tx, now)?;
    }
    let action = if is_accepted {
        "accept-proof"
    } else {
        "refuse-proof"
    };
    // Under the organisation, so that its people read why.
    let subject = format!("party {}", site.id(IdKind::Party, found.party_no));
    tx.record(now, actor, action, &subject, reason)
}
