//! `POST /desk/findings/{finding}/...`: what an analyst decides about a finding that waits, and who looks after it.

use axum::Form;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Redirect;
use axum::routing::post;
use message::{Decider, Released};
use model::register::OwnAssetRow;
use model::{AssetValue, Endpoint, IdKind};
use rules::access::{DeskDeed, staff_may};
use serde::Deserialize;
use store::{AssetChange, FindingKey, FindingRow, OwnAssetPut, QueueKind, QueueState, Tx};
use uuid::Uuid;

use super::reason::read_reason;
use crate::asset::announce;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Who looks after what nobody took.
pub(super) const NOBODY: &str = "desk";

/// What may have come of a decision: ends of keys of texts, first those where something was done.
pub(super) const OUTCOMES: &[&str] = &[
    "taken",
    "assigned",
    "withheld",
    "told",
    "owned",
    "closed",
    "confirmed",
    "refuted",
    "helped",
    "not-waiting",
    "no-contact",
    "no-organisation",
    "no-reason",
    "restricted",
    "natural-person",
];

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/desk/findings/{finding}/assign", post(assign))
        .route("/desk/findings/{finding}/decide", post(decide))
}

#[derive(Deserialize)]
struct Assignment {
    /// Public id of a person; empty: nobody.
    #[serde(default)]
    person: String,
}

/// `POST /desk/findings/{finding}/assign`: says who looks after what waits of a finding.
async fn assign(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<Assignment>,
) -> Result<Redirect, Refusal> {
    staff.must_be_allowed(DeskDeed::Handle)?;
    let number = site.number(IdKind::Finding, &id)?;
    let person: Option<Uuid> = match form.person.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| Refusal::Bad)?),
    };
    let (actor, now, inner) = (staff.who.actor(&site), site.now(), site.clone());
    let done = site
        .write(move |tx| {
            let (owner, detail) = match &person {
                None => (NOBODY.to_owned(), "nobody".to_owned()),
                Some(id) => {
                    let person_no = inner.number(IdKind::Person, id)?;
                    (analyst(tx, person_no)?, format!("person {id}"))
                }
            };
            if tx.take_queue_items(number, &owner)? == 0 {
                return Ok("not-waiting");
            }
            tx.record(now, &actor, "assign", &format!("finding {number}"), &detail)?;
            Ok("assigned")
        })
        .await?;
    Ok(back(&id, done))
}

/// Name of somebody who may look after findings.
fn analyst(tx: &mut Tx<'_>, person_no: i64) -> Result<String, Refusal> {
    let roles = tx.staff_roles(person_no)?;
    let person = tx.person(person_no)?.filter(|it| it.closed_at.is_none());
    let person = person.filter(|_| staff_may(&roles, DeskDeed::Handle));
    person.map(|person| person.name).ok_or(Refusal::NotFound)
}

/// What is decided about a finding that waits.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Act {
    /// The visitor looks after it from now on.
    Take,
    /// Nobody is told.
    Withhold,
    /// An organisation that the visitor names is told.
    Tell,
    /// Exactly this place belongs to an organisation that the visitor names, from now on.
    Own,
    /// An asset because of which the recipient was told is no longer its own.
    Close,
    /// It was a false alarm.
    Confirm,
    /// It was none.
    Refute,
    /// The recipient was helped.
    Helped,
}

impl Act {
    /// What a recipient brought up and this ends: why it waits, how it ends, what the audit log says, and the end of the
    /// key of a text. Nothing for what is done about a finding as a whole.
    fn ending(self) -> Option<(QueueKind, QueueState, &'static str, &'static str)> {
        use QueueKind::{FalseAlarm, HelpRequested, NotOurs};
        use QueueState::{Resolved, Withheld};
        match self {
            Self::Take | Self::Withhold | Self::Tell => None,
            Self::Own => Some((NotOurs, Resolved, "own", "owned")),
            Self::Close => Some((NotOurs, Resolved, "close-asset", "closed")),
            Self::Confirm => Some((FalseAlarm, Withheld, "confirm-false-alarm", "confirmed")),
            Self::Refute => Some((FalseAlarm, Resolved, "refute-false-alarm", "refuted")),
            Self::Helped => Some((HelpRequested, Resolved, "help", "helped")),
        }
    }
}

#[derive(Clone, Deserialize)]
struct Decision {
    act: Act,
    #[serde(default)]
    reason: String,
    /// Key of an organisation.
    #[serde(default)]
    to: String,
    /// Public id of an asset.
    #[serde(default)]
    asset: String,
}

/// `POST /desk/findings/{finding}/decide`
async fn decide(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<Decision>,
) -> Result<Redirect, Refusal> {
    staff.must_be_allowed(DeskDeed::Handle)?;
    let number = site.number(IdKind::Finding, &id)?;
    let reason = match form.act {
        Act::Take => Some(String::new()),
        _ => read_reason(&mut Errors::default(), &form.reason),
    };
    let Some(reason) = reason else {
        return Ok(back(&id, "no-reason"));
    };
    let asset: Option<Uuid> = form.asset.parse().ok();
    let asset_no = asset
        .map(|id| site.number(IdKind::Asset, &id))
        .transpose()?;
    let (actor, name) = (staff.who.actor(&site), staff.who.person.name.clone());
    let now = site.now();
    let done = site
        .write(move |tx| {
            let decider = Decider { name: &actor, now };
            if let Some((kind, to, action, done)) = form.act.ending() {
                let (key, row) = tx.finding(number)?.ok_or(Refusal::NotFound)?;
                if !decider.end_item(tx, (number, kind), to, action, &reason)? {
                    return Ok("not-waiting");
                }
                match form.act {
                    Act::Own => own(tx, &key, &row, &form.to, now)?,
                    Act::Close => close(tx, number, asset_no, now)?,
                    _ => {}
                }
                return Ok(done);
            }
            match form.act {
                Act::Take => {
                    let taken = tx.take_queue_items(number, &name)?;
                    if taken > 0 {
                        tx.record(now, &actor, "take", &format!("finding {number}"), "")?;
                    }
                    Ok(if taken > 0 { "taken" } else { "not-waiting" })
                }
                Act::Tell => {
                    let Some(party_no) = tx.party_no(form.to.trim())? else {
                        return Ok("no-organisation");
                    };
                    let released = decider.release_to(tx, number, party_no)?;
                    Ok(outcome(&released))
                }
                _ => {
                    let closed = decider.withhold_finding(tx, number, &reason)?;
                    Ok(if closed.is_empty() {
                        "not-waiting"
                    } else {
                        "withheld"
                    })
                }
            }
        })
        .await;
    match done {
        // What it was to be done with is not there; nothing was done.
        Err(Refusal::NotFound) => Ok(back(&id, "no-organisation")),
        done => Ok(back(&id, done?)),
    }
}

fn outcome(released: &Released) -> &'static str {
    match released {
        Released::Told { .. } => "told",
        Released::NotWaiting => "not-waiting",
        Released::NoContact => "no-contact",
        Released::Restricted(_) => "restricted",
        Released::NaturalPerson => "natural-person",
    }
}

/// Registers exactly where the finding is as an asset of this organisation: the most specific owner is told from then on.
fn own(
    tx: &mut Tx<'_>,
    key: &FindingKey,
    row: &FindingRow,
    reference: &str,
    now: model::Timestamp,
) -> Result<(), Refusal> {
    let party_no = tx.party_no(reference.trim())?.ok_or(Refusal::NotFound)?;
    let value = place_of(key, row).ok_or(Refusal::NotFound)?;
    let asset = OwnAssetRow {
        given: value.to_string(),
        value,
        label: String::new(),
        group: String::new(),
        criticality: None,
        valid_from: None,
        valid_until: None,
    };
    let put = OwnAssetPut {
        row: &asset,
        is_claim: false,
    };
    tx.put_own_assets(party_no, &[put], now)?;
    Ok(announce(tx, now)?)
}

/// A name says more than the address under which it was seen.
fn place_of(key: &FindingKey, row: &FindingRow) -> Option<AssetValue> {
    let endpoint = Endpoint::from_key(&key.endpoint)?;
    match (&endpoint, endpoint.name(), endpoint.address()) {
        (Endpoint::EmailDomain(domain), _, _) => Some(AssetValue::Domain(domain.clone())),
        (_, Some(name), _) => Some(AssetValue::Host(name.clone())),
        (_, None, Some(address)) => Some(AssetValue::Address(address)),
        (_, None, None) => {
            let address = row.address.as_deref().and_then(message::address_from);
            address.map(AssetValue::Address)
        }
    }
}

/// Closes an asset that contains the finding.
fn close(
    tx: &mut Tx<'_>,
    number: i64,
    asset_no: Option<i64>,
    now: model::Timestamp,
) -> Result<(), Refusal> {
    let matches = tx.matches_of(number)?;
    let mut wanted = matches.iter().map(|found| found.asset_no);
    let asset_no = wanted.find(|number| Some(*number) == asset_no);
    let asset_no = asset_no.ok_or(Refusal::NotFound)?;
    let asset = tx.asset(asset_no)?.ok_or(Refusal::NotFound)?;
    tx.change_own_assets(asset.party_no, &[asset_no], AssetChange::Close, now)?;
    Ok(announce(tx, now)?)
}

fn back(id: &Uuid, done: &str) -> Redirect {
    Redirect::to(&format!("/desk/findings/{id}?done={done}"))
}
