//! `/desk/registrations`: organisations that registered themselves and at which a person still has to look: those that wait, and
//! those that came into the register by an open door. Reading one is in the audit log.

use axum::Form;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use model::{IdKind, RegistrationState, Timestamp};
use proof::settle;
use rules::access::DeskDeed;
use rules::registration::{NumberHolder, WAITING_DAYS};
use serde::{Deserialize, Serialize};
use store::{REGISTRATIONS_BEGUN_MAX, REGISTRATIONS_WAITING_MAX, Registration, Tx};
use uuid::Uuid;

use super::reason::read_reason;
use super::{Done, PAGE_ROWS, note_read};
use crate::asset::announce;
use crate::enrol::pass_on;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::register::{admit, holder_of, rule, subject, tell_refused};
use crate::site::Site;
use crate::visitor::Staff;

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/desk/registrations", get(list)).route(
        "/desk/registrations/{registration}",
        get(detail).post(decide),
    )
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// The registration after which the page begins.
    after: Option<Uuid>,
    done: String,
}

#[derive(Serialize)]
struct ListView {
    /// What the desk says about registering: `closed`, `hold` or `open`.
    rule: &'static str,
    /// Waiting for the desk, and how many may be.
    waiting: i64,
    waiting_max: i64,
    /// Begun, and how many may be.
    begun: i64,
    begun_max: i64,
    /// Days for which one waits.
    days: i64,
    rows: Vec<Row>,
    next: String,
    done: Option<&'static str>,
}

#[derive(Serialize)]
struct Row {
    id: Uuid,
    name: String,
    /// `waiting` or `admitted`.
    state: &'static str,
    /// When its code was answered.
    since: String,
    /// Who of the desk looks at it; empty: nobody yet.
    owner: String,
}

async fn list(
    State(site): State<Site>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadOrganisation)?;
    let after_no = match &asked.after {
        Some(id) => site.number(IdKind::Registration, id)?,
        None => 0,
    };
    note_read(
        &site,
        &staff,
        "registrations".to_owned(),
        "a list of registrations",
    )
    .await?;
    let inner = site.clone();
    let (rule, open, rows) = site
        .read(move |tx| {
            let mut rows = Vec::new();
            for one in tx.registrations_to_look_at(after_no, PAGE_ROWS as i64)? {
                rows.push(Row {
                    id: inner.id(IdKind::Registration, one.registration_no),
                    name: one.name.clone(),
                    state: one.state.as_str(),
                    since: one.answered_at.unwrap_or(one.begun_at).to_string(),
                    owner: owner_of(tx, &one)?,
                });
            }
            Ok((rule(tx)?, tx.count_open_registrations()?, rows))
        })
        .await?;
    let last = rows.last().filter(|_| rows.len() == PAGE_ROWS);
    let before = Done { done: asked.done };
    let view = ListView {
        rule: rule.as_str(),
        waiting: open.waiting,
        waiting_max: REGISTRATIONS_WAITING_MAX,
        begun: open.begun,
        begun_max: REGISTRATIONS_BEGUN_MAX,
        days: WAITING_DAYS,
        next: last
            .map(|row| format!("/desk/registrations?after={}", row.id))
            .unwrap_or_default(),
        rows,
        done: before.key(&["admitted", "vouched", "refused"]),
    };
    site.page(&staff, "desk/registrations.html", &view)
}

fn owner_of(tx: &mut Tx<'_>, registration: &Registration) -> Result<String, Refusal> {
    let owner = match registration.owner_no {
        Some(person_no) => tx.person(person_no)?,
        None => None,
    };
    Ok(owner.map(|person| person.name).unwrap_or_default())
}

#[derive(Serialize)]
struct View {
    id: Uuid,
    name: String,
    state: &'static str,
    kvk: String,
    /// What the trade register said: `known`, `unknown`, or `waiting` for nothing.
    trade: &'static str,
    /// The name that the trade register has for the number.
    trade_name: String,
    is_ended: bool,
    domain: String,
    /// One a line.
    addresses: Vec<String>,
    email: String,
    mailbox: String,
    language: &'static str,
    begun_at: String,
    answered_at: String,
    owner: String,
    /// What has the number already, but for what this registration became: names.
    known: Vec<String>,
    /// What it became.
    party: Option<Uuid>,
    may_decide: bool,
    reason: String,
    errors: Errors,
    done: Option<&'static str>,
}

async fn detail(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(before): Query<Done>,
) -> Result<Response, Refusal> {
    let done = before.key(&["taken"]);
    page(&site, &staff, id, (String::new(), Errors::default()), done).await
}

async fn page(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    (reason, errors): (String, Errors),
    done: Option<&'static str>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadOrganisation)?;
    let registration_no = site.number(IdKind::Registration, &id)?;
    let (inner, actor, now) = (site.clone(), staff.who.actor(site), site.now());
    let may_decide = staff.must_be_allowed(DeskDeed::ChangeOrganisations).is_ok();
    let view = site
        .write(move |tx| {
            let one = to_look_at(tx, registration_no)?;
            tx.record(
                now,
                &actor,
                "read-registration",
                &subject(&inner, registration_no),
                "",
            )?;
            if let Some(party_no) = one.party_no {
                let party = format!("party {}", inner.id(IdKind::Party, party_no));
                tx.record(now, &actor, "read", &party, "work at the desk")?;
            }
            let known = match (&one.kvk, one.party_no) {
                (Some(kvk), None) => tx.parties_with_kvk(kvk.as_str())?,
                _ => Vec::new(),
            };
            let text = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
            Ok(View {
                id,
                state: one.state.as_str(),
                kvk: one.kvk.map(|kvk| kvk.to_string()).unwrap_or_default(),
                trade: one.trade_state.as_str(),
                is_ended: one.is_ended,
                addresses: one.addresses.lines().map(str::to_owned).collect(),
                email: one
                    .email
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
                mailbox: one
                    .mailbox
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
                language: one.language.as_str(),
                begun_at: one.begun_at.to_string(),
                answered_at: text(one.answered_at),
                owner: owner_of(tx, &one)?,
                known,
                party: one
                    .party_no
                    .map(|party_no| inner.id(IdKind::Party, party_no)),
                name: one.name,
                trade_name: one.trade_name,
                domain: one.domain,
                may_decide,
                reason: reason.clone(),
                errors: errors.clone(),
                done,
            })
        })
        .await?;
    site.page(staff, "desk/registration.html", &view)
}

/// A registration at which a person still has to look; any other is "not found".
fn to_look_at(tx: &mut Tx<'_>, registration_no: i64) -> Result<Registration, Refusal> {
    let one = tx.registration(registration_no)?;
    one.filter(Registration::is_to_be_looked_at)
        .ok_or(Refusal::NotFound)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Decision {
    /// `take`, `admit` (one that waits), `vouch` (one that is there), or `refuse`.
    act: String,
    reason: String,
}

async fn decide(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<Decision>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadOrganisation)?;
    staff.must_be_allowed(DeskDeed::ChangeOrganisations)?;
    let registration_no = site.number(IdKind::Registration, &id)?;
    if form.act == "take" {
        return take(&site, &staff, registration_no, id).await;
    }
    let act = match form.act.as_str() {
        "admit" => Act::Admit,
        "vouch" => Act::Vouch,
        "refuse" => Act::Refuse,
        _ => return Err(Refusal::Bad),
    };
    staff.who.must_have_proved(site.now())?;
    let mut errors = Errors::default();
    let Some(reason) = read_reason(&mut errors, &form.reason) else {
        return page(&site, &staff, id, (form.reason, errors), None).await;
    };
    let (inner, actor) = (site.clone(), staff.who.actor(&site));
    let done = site
        .write(move |tx| {
            // Those who decide about one wait for each other, and for whoever answers a code.
            tx.hold_registration(registration_no)?;
            let one = to_look_at(tx, registration_no)?;
            match (act, one.state) {
                (Act::Admit, RegistrationState::Waiting) => {
                    let_in(&inner, tx, &one, (&actor, &reason))
                }
                (Act::Vouch, RegistrationState::Admitted) => {
                    vouch(&inner, tx, &one, (&actor, &reason)).map(Some)
                }
                (Act::Refuse, _) => refuse(&inner, tx, &one, (&actor, &reason)).map(Some),
                (Act::Admit | Act::Vouch, _) => Err(Refusal::Conflict),
            }
        })
        .await?;
    let Some(done) = done else {
        errors.add("reason", "desk-registration-error-known");
        return page(&site, &staff, id, (form.reason, errors), None).await;
    };
    Ok(Redirect::to(&format!("/desk/registrations?done={done}")).into_response())
}

/// What a person decides.
#[derive(Clone, Copy)]
enum Act {
    Admit,
    Vouch,
    Refuse,
}

async fn take(
    site: &Site,
    staff: &Staff,
    registration_no: i64,
    id: Uuid,
) -> Result<Response, Refusal> {
    let (inner, actor, now) = (site.clone(), staff.who.actor(site), site.now());
    let person_no = staff.who.person.person_no;
    site.write(move |tx| {
        to_look_at(tx, registration_no)?;
        tx.take_registration(registration_no, person_no)?;
        let subject = subject(&inner, registration_no);
        Ok(tx.record(now, &actor, "take-registration", &subject, "")?)
    })
    .await?;
    Ok(Redirect::to(&format!("/desk/registrations/{id}?done=taken")).into_response())
}

/// Lets in one that waits: a person looked, so the desk vouches for it. Nothing where somebody has its number already.
fn let_in(
    site: &Site,
    tx: &mut Tx<'_>,
    one: &Registration,
    (actor, reason): (&str, &str),
) -> Result<Option<&'static str>, Refusal> {
    let now = site.now();
    let kvk = one.kvk.ok_or(Refusal::Conflict)?;
    if holder_of(tx, &kvk)?.0 != NumberHolder::Nobody {
        return Ok(None);
    }
    let Ok(party_no) = admit(site, tx, one, actor, Some(now))? else {
        return Ok(None);
    };
    let subject = subject(site, one.registration_no);
    let party = site.id(IdKind::Party, party_no);
    let detail = format!("party {party}: {reason}");
    tx.record(now, actor, "admit-registration", &subject, &detail)?;
    Ok(Some("admitted"))
}

/// Vouches for one that came in by itself: from now on its name proves networks that the register says it holds, and its number
/// leads others to it.
fn vouch(
    site: &Site,
    tx: &mut Tx<'_>,
    one: &Registration,
    (actor, reason): (&str, &str),
) -> Result<&'static str, Refusal> {
    let now = site.now();
    let party_no = one.party_no.ok_or(Refusal::Conflict)?;
    if !tx.vouch(one.registration_no, now)? {
        return Err(Refusal::Conflict);
    }
    let mut proved = settle(tx, party_no, now)?;
    for (part_no, _) in tx.sub_organisations(party_no)? {
        proved += settle(tx, part_no, now)?;
    }
    if proved > 0 {
        announce(tx, now)?;
    }
    let subject = subject(site, one.registration_no);
    tx.record(now, actor, "vouch", &subject, reason)?;
    Ok("vouched")
}

/// Refuses one that waits, or ends what one became that came in by itself. Whoever registered it reads the reason.
fn refuse(
    site: &Site,
    tx: &mut Tx<'_>,
    one: &Registration,
    (actor, reason): (&str, &str),
) -> Result<&'static str, Refusal> {
    let now = site.now();
    tell_refused(site, tx, one, reason, now)?;
    // Before the organisation leaves, which takes what names it along.
    tx.end_registration(one.registration_no, RegistrationState::Refused, now)?;
    if let Some(party_no) = one.party_no {
        tx.leave(party_no, actor, now)?;
        announce(tx, now)?;
        pass_on(site, tx, actor)?;
        let party = format!("party {}", site.id(IdKind::Party, party_no));
        tx.record(now, actor, "leave", &party, "its registration was refused")?;
    }
    let subject = subject(site, one.registration_no);
    tx.record(now, actor, "refuse-registration", &subject, reason)?;
    Ok("refused")
}
