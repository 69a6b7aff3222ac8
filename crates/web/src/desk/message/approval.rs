//! `GET /desk/approvals` and `POST /desk/approvals/{approval}`: approvals that wait for a second person.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::IdKind;
use rules::access::{DeskDeed, staff_may};
use serde::{Deserialize, Serialize};
use store::Notification;
use uuid::Uuid;

use super::bulk::perform;
use super::decide::Act;
use super::{Row, rows_of};
use crate::desk::of_desk::{Choice, OfDesk};
use crate::desk::{Done, PAGE_ROWS, note_read};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Serialize)]
struct View {
    done: Option<&'static str>,
    may_handle: bool,
    may_read: bool,
    of_desk: Choice,
    approvals: Vec<Approval>,
}

#[derive(Serialize)]
struct Approval {
    id: Uuid,
    asked_at: String,
    asked_by: String,
    /// The visitor asked, and may only drop it.
    is_own: bool,
    reason: String,
    recipients: i64,
    messages: usize,
    /// The first of them.
    rows: Vec<Row>,
}

pub(super) async fn list(
    State(site): State<Site>,
    staff: Staff,
    Query(of): Query<OfDesk>,
    Query(done): Query<Done>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadDesk)?;
    note_read(&site, &staff, "approvals".to_owned(), "a list of messages").await?;
    let inner = site.clone();
    let person_no = staff.who.person.person_no;
    let (approvals, of_desk) = site
        .read(move |tx| {
            let of_desk = of.choose(&inner, tx)?;
            let mut approvals = Vec::new();
            for found in tx.open_joint_approvals()? {
                let numbers = tx.messages_of_joint_approval(found.approval_no)?;
                let first = numbers.iter().take(PAGE_ROWS);
                let first: Result<Vec<Option<Notification>>, _> =
                    first.map(|number| tx.notification(*number)).collect();
                let first: Vec<Notification> = first?.into_iter().flatten().collect();
                let asked_by = tx.person(found.asked_by)?;
                approvals.push(Approval {
                    id: inner.id(IdKind::JointApproval, found.approval_no),
                    asked_at: found.asked_at.to_string(),
                    asked_by: asked_by.map(|person| person.name).unwrap_or_default(),
                    is_own: found.asked_by == person_no,
                    reason: found.reason,
                    recipients: found.recipients,
                    messages: numbers.len(),
                    rows: rows_of(&inner, tx, &first, &of_desk.names)?,
                });
            }
            Ok((approvals, of_desk))
        })
        .await?;
    let view = View {
        done: done.key(&["confirmed", "dropped"]),
        may_handle: staff_may(&staff.who.staff_roles, DeskDeed::Handle),
        may_read: staff_may(&staff.who.staff_roles, DeskDeed::ReadOrganisation),
        of_desk,
        approvals,
    };
    site.page(&staff, "desk/message/approvals.html", &view)
}

#[derive(Deserialize)]
pub(super) struct Ending {
    /// `confirm` or `drop`.
    end: String,
}

pub(super) async fn end(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<Ending>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::Handle)?;
    let now = site.now();
    staff.who.must_have_proved(now)?;
    let is_confirmed = form.end == "confirm";
    let approval_no = site.number(IdKind::JointApproval, &id)?;
    let (actor, person_no) = (staff.who.actor(&site), staff.who.person.person_no);
    let (reason, numbers) = site
        .read(move |tx| {
            let found = tx.joint_approval(approval_no)?.ok_or(Refusal::NotFound)?;
            if is_confirmed && found.asked_by == person_no {
                return Err(Refusal::Forbidden);
            }
            Ok((found.reason, tx.messages_of_joint_approval(approval_no)?))
        })
        .await?;
    // Before it ends: if this breaks off, it is still there to be confirmed again.
    if is_confirmed {
        perform(&site, &staff.who, Act::Approve, &reason, &numbers).await?;
    }
    site.write(move |tx| {
        if !tx.end_joint_approval(approval_no, person_no, is_confirmed, now)? {
            return Err(Refusal::Conflict);
        }
        let action = if is_confirmed { "confirm" } else { "drop" };
        let subject = tx.subject_of(IdKind::JointApproval, approval_no)?;
        Ok(tx.record(now, &actor, action, &subject, &reason)?)
    })
    .await?;
    let done = if is_confirmed { "confirmed" } else { "dropped" };
    Ok(Redirect::to(&format!("/desk/approvals?done={done}")).into_response())
}
