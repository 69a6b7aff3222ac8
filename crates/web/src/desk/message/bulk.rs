//! `POST /desk/messages/decide`: one decision about many messages, shown before it is made.
//!
//! The first time the form is sent the page shows how many messages and recipients it is about; it is done when the form
//! on that page is sent. An approval that reaches many recipients waits for a second person.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Form;
use message::Decider;
use model::IdKind;
use rules::access::DeskDeed;
use rules::four_eyes::{RECIPIENTS_ALONE_MAX, needs_second_person};
use serde::{Deserialize, Serialize};
use store::{Notification, Tx};
use uuid::Uuid;

use super::decide::Act;
use super::{Asked, Row, rows_of};
use crate::desk::of_desk::Names;
use crate::desk::reason::read_reason;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{SignedIn, Staff};

/// Messages that one act decides about. More are decided in several.
const BULK_MESSAGES_MAX: usize = 500;

/// Messages that are decided in one transaction: a report that is processed meanwhile waits no longer.
const TRANSACTION_MESSAGES: usize = 25;

#[derive(Deserialize)]
pub(super) struct Decisions {
    act: Act,
    #[serde(default)]
    reason: String,
    /// Public ids of the ticked messages.
    #[serde(default)]
    chosen: Vec<Uuid>,
    /// All that the filter shows, not the ticked ones.
    #[serde(default)]
    all: String,
    #[serde(default)]
    confirmed: String,
    #[serde(flatten)]
    asked: Asked,
}

#[derive(Serialize)]
struct View {
    errors: Errors,
    act: &'static str,
    reason: String,
    needs_reason: bool,
    needs_second: bool,
    alone_max: usize,
    recipients: usize,
    messages: usize,
    /// There are more than one act takes.
    is_cut: bool,
    rows: Vec<Row>,
}

pub(super) async fn decide(
    State(site): State<Site>,
    staff: Staff,
    Form(form): Form<Decisions>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::Handle)?;
    staff.who.must_have_proved(site.now())?;
    let act = form.act;
    if act == Act::Again {
        // Each failed for a reason of its own, that somebody mended.
        return Err(Refusal::Bad);
    }
    let messages = chosen(&site, &form).await?;
    if messages.is_empty() {
        return Ok(Redirect::to("/desk/messages?done=none").into_response());
    }
    let recipients: BTreeSet<i64> = messages.iter().map(|it| it.key.recipient_no).collect();
    let needs_second = act == Act::Approve && needs_second_person(recipients.len());
    let mut errors = Errors::default();
    let reason = match form.confirmed.as_str() {
        "yes" if act.needs_reason() || needs_second => read_reason(&mut errors, &form.reason),
        "yes" => Some(String::new()),
        _ => None,
    };
    let Some(reason) = reason else {
        let inner = site.clone();
        let shown = messages.clone();
        let rows = site
            .read(move |tx| {
                let names = Names::read(tx)?;
                rows_of(&inner, tx, &shown, &names)
            })
            .await?;
        let view = View {
            errors,
            act: act.as_str(),
            reason: form.reason,
            needs_reason: act.needs_reason() || needs_second,
            needs_second,
            alone_max: RECIPIENTS_ALONE_MAX,
            recipients: recipients.len(),
            messages: rows.len(),
            is_cut: rows.len() == BULK_MESSAGES_MAX,
            rows,
        };
        return site.page(&staff, "desk/message/bulk.html", &view);
    };
    let numbers: Vec<i64> = messages.iter().map(|it| it.notification_no).collect();
    let done = if needs_second {
        ask_second(&site, &staff.who, &reason, recipients.len(), numbers).await?;
        "asked"
    } else {
        perform(&site, &staff.who, act, &reason, &numbers).await?;
        act.as_str()
    };
    Ok(Redirect::to(&format!("/desk/messages?done={done}")).into_response())
}

/// The messages that the form is about.
async fn chosen(site: &Site, form: &Decisions) -> Result<Vec<Notification>, Refusal> {
    let numbers: Result<Vec<i64>, Refusal> = form
        .chosen
        .iter()
        .take(BULK_MESSAGES_MAX)
        .map(|id| site.number(IdKind::Notification, id))
        .collect();
    let (numbers, filter) = (numbers?, form.asked.filter(site)?);
    let is_filter = form.all == "yes";
    let (inner, of) = (site.clone(), form.asked.of_desk());
    site.read(move |tx| match is_filter {
        true => {
            of.choose(&inner, tx)?;
            all_of(tx, &filter)
        }
        false => {
            let found = numbers.iter().map(|number| tx.notification(*number));
            let found: Result<Vec<_>, _> = found.collect();
            Ok(found?.into_iter().flatten().collect())
        }
    })
    .await
}

fn all_of(tx: &mut Tx<'_>, filter: &store::MessageFilter) -> Result<Vec<Notification>, Refusal> {
    let mut all = Vec::new();
    let mut before_no = i64::MAX;
    while all.len() < BULK_MESSAGES_MAX {
        let page = tx.message_page(filter, before_no, BULK_MESSAGES_MAX - all.len())?;
        all.extend(page.messages);
        match page.next_before {
            Some(next) => before_no = next,
            None => break,
        }
    }
    Ok(all)
}

/// Decides about these messages, each by itself: one that somebody decided about meanwhile is passed over.
pub(super) async fn perform(
    site: &Site,
    who: &SignedIn,
    act: Act,
    reason: &str,
    numbers: &[i64],
) -> Result<(), Refusal> {
    for portion in numbers.chunks(TRANSACTION_MESSAGES) {
        let (actor, now) = (who.actor(site), site.now());
        let (portion, reason) = (portion.to_vec(), reason.to_owned());
        site.write(move |tx| {
            let decider = Decider { name: &actor, now };
            for number in &portion {
                act.perform(tx, &decider, *number, &reason)?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}

async fn ask_second(
    site: &Site,
    who: &SignedIn,
    reason: &str,
    recipients: usize,
    numbers: Vec<i64>,
) -> Result<(), Refusal> {
    let (actor, now, person_no) = (who.actor(site), site.now(), who.person.person_no);
    let reason = reason.to_owned();
    site.write(move |tx| {
        let approval_no =
            tx.ask_joint_approval(person_no, &reason, recipients as i64, &numbers, now)?;
        let subject = tx.subject_of(IdKind::JointApproval, approval_no)?;
        let detail = format!("{} messages: {reason}", numbers.len());
        Ok(tx.record(now, &actor, "ask", &subject, &detail)?)
    })
    .await
}
