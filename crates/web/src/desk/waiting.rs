//! `POST /desk/findings/{finding}/...`: what an analyst decides about a finding that waits, and who looks after it.

use std::net::IpAddr;

use axum::Form;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Redirect;
use axum::routing::post;
use message::{Decider, Released};
use model::{AssetError, AssetKind, AssetValue, Endpoint, IdKind, Timestamp, WebPlace};
use rules::access::{DeskDeed, staff_may};
use serde::Deserialize;
use store::{OwnAssetPut, QueueKind, QueueState, Tx};
use uuid::Uuid;

use super::reason::read_reason;
use crate::asset::{Holding, plain_row};
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
    "free-mail",
    "public-suffix",
    "not-ownable",
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
            let person_no = person.map(|id| inner.number(IdKind::Person, &id));
            let was_waiting = assign_to(&inner, tx, (number, person_no.transpose()?), &actor, now)?;
            Ok(if was_waiting { "assigned" } else { NOT_WAITING })
        })
        .await?;
    Ok(back(&id, done))
}

/// Has somebody look after what waits of a finding, or nobody; says whether anything waits. "Not found": there is nobody of this
/// number who may.
pub(crate) fn assign_to(
    site: &Site,
    tx: &mut Tx<'_>,
    (number, person_no): (i64, Option<i64>),
    actor: &str,
    now: Timestamp,
) -> Result<bool, Refusal> {
    let (owner, detail) = match person_no {
        None => (NOBODY.to_owned(), "nobody".to_owned()),
        Some(person_no) => {
            let id = site.id(IdKind::Person, person_no);
            (analyst(tx, number, person_no)?, format!("person {id}"))
        }
    };
    let was_waiting = tx.take_queue_items(number, &owner)? > 0;
    if was_waiting {
        let subject = tx.subject_of(IdKind::Finding, number)?;
        tx.record(now, actor, "assign", &subject, &detail)?;
    }
    Ok(was_waiting)
}

/// Name of somebody who may look after a finding: an analyst of its desk.
fn analyst(tx: &mut Tx<'_>, number: i64, person_no: i64) -> Result<String, Refusal> {
    let (key, _) = tx.finding(number)?.ok_or(Refusal::NotFound)?;
    if !tx.desks_of_person(person_no)?.contains(&key.desk_no) {
        return Err(Refusal::NotFound);
    }
    let roles = tx.staff_roles(person_no)?;
    let person = tx.person(person_no)?.filter(|it| it.closed_at.is_none());
    let person = person.filter(|_| staff_may(&roles, DeskDeed::Handle));
    person.map(|person| person.name).ok_or(Refusal::NotFound)
}

/// What is decided about a finding that waits.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Act {
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

#[derive(Deserialize)]
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
    let work = Work {
        number,
        reason,
        to: form.to,
        asset_no,
        name: staff.who.person.name.clone(),
        actor: staff.who.actor(&site),
        now: site.now(),
    };
    let done = site.write(move |tx| work.perform(tx, form.act)).await;
    match done {
        // What it was to be done with is not there; nothing was done.
        Err(Refusal::NotFound) => Ok(back(&id, "no-organisation")),
        done => Ok(back(&id, done?)),
    }
}

/// A decision about a finding, and who makes it.
pub(crate) struct Work {
    /// The finding.
    pub(crate) number: i64,
    pub(crate) reason: String,
    /// Key of an organisation, for what is done with one.
    pub(crate) to: String,
    /// For what is done with an asset.
    pub(crate) asset_no: Option<i64>,
    /// Name of who decides, for who takes it.
    pub(crate) name: String,
    pub(crate) actor: String,
    pub(crate) now: Timestamp,
}

/// What came of a decision about something that did not wait.
pub(crate) const NOT_WAITING: &str = "not-waiting";

impl Work {
    /// Says what came of it: the end of the key of a text.
    pub(crate) fn perform(&self, tx: &mut Tx<'_>, act: Act) -> Result<&'static str, Refusal> {
        use QueueKind::{FalseAlarm, HelpRequested, NotOurs};
        use QueueState::{Resolved, Withheld};
        let decider = Decider {
            name: &self.actor,
            now: self.now,
        };
        let end = |tx: &mut Tx<'_>, kind, to, action| {
            decider.end_item(tx, (self.number, kind), to, action, &self.reason)
        };
        let (is_done, done) = match act {
            Act::Take => (self.take(tx)?, "taken"),
            Act::Withhold => {
                let closed = decider.withhold_finding(tx, self.number, &self.reason)?;
                (!closed.is_empty(), "withheld")
            }
            Act::Tell => {
                let party_no = tx.party_no(self.to.trim())?.ok_or(Refusal::NotFound)?;
                return Ok(outcome(&decider.release_to(tx, self.number, party_no)?));
            }
            // Kept before anything is written, as by everybody who changes assets.
            Act::Own => {
                let owner = self.owner(tx)?;
                let value = match self.place(tx)? {
                    Ok(value) => value,
                    Err(error) => return Ok(why_not(&error)),
                };
                let was_open = end(tx, NotOurs, Resolved, "own")?;
                if was_open {
                    self.own(tx, owner.ok_or(Refusal::NotFound)?, &value)?;
                }
                (was_open, "owned")
            }
            Act::Close => {
                let asset = self.asset(tx)?;
                let was_open = end(tx, NotOurs, Resolved, "close-asset")?;
                if was_open {
                    let (holding, asset_no) = asset.ok_or(Refusal::NotFound)?;
                    holding.change(tx, &[], &[asset_no], self.now)?;
                }
                (was_open, "closed")
            }
            Act::Confirm => {
                let was_open = end(tx, FalseAlarm, Withheld, "confirm-false-alarm")?;
                (was_open, "confirmed")
            }
            Act::Refute => {
                let was_open = end(tx, FalseAlarm, Resolved, "refute-false-alarm")?;
                (was_open, "refuted")
            }
            Act::Helped => (end(tx, HelpRequested, Resolved, "help")?, "helped"),
        };
        Ok(if is_done { done } else { NOT_WAITING })
    }

    fn take(&self, tx: &mut Tx<'_>) -> Result<bool, Refusal> {
        let is_taken = tx.take_queue_items(self.number, &self.name)? > 0;
        if is_taken {
            let subject = tx.subject_of(IdKind::Finding, self.number)?;
            tx.record(self.now, &self.actor, "take", &subject, "")?;
        }
        Ok(is_taken)
    }

    /// What the chosen organisation holds, if there is one.
    fn owner(&self, tx: &mut Tx<'_>) -> Result<Option<Holding>, Refusal> {
        let party_no = tx.party_no(self.to.trim())?;
        let holding = party_no.map(|party_no| Holding::keep(tx, party_no));
        Ok(holding.transpose()?)
    }

    /// Where the finding is, as an asset; or why that is of no one organisation.
    fn place(&self, tx: &mut Tx<'_>) -> Result<Result<AssetValue, AssetError>, Refusal> {
        let (key, row) = tx.finding(self.number)?.ok_or(Refusal::NotFound)?;
        let endpoint = Endpoint::from_key(&key.endpoint).ok_or(Refusal::NotFound)?;
        let seen_at = row.address.as_deref().and_then(message::address_from);
        place_of(&endpoint, seen_at).ok_or(Refusal::NotFound)
    }

    /// Registers the place of the finding as an asset of the organisation: the most specific owner is told from then on.
    fn own(&self, tx: &mut Tx<'_>, owner: Holding, value: &AssetValue) -> Result<(), Refusal> {
        let put = OwnAssetPut {
            row: &plain_row(value),
            is_claim: false,
        };
        owner.change(tx, &[put], &[], self.now)?;
        Ok(())
    }

    /// The chosen asset among what its organisation holds, if it contains the finding.
    fn asset(&self, tx: &mut Tx<'_>) -> Result<Option<(Holding, i64)>, Refusal> {
        let matches = tx.matches_of(self.number)?;
        let mut wanted = matches.iter().map(|found| found.asset_no);
        let Some(asset_no) = wanted.find(|number| Some(*number) == self.asset_no) else {
            return Ok(None);
        };
        let Some(asset) = tx.asset(asset_no)? else {
            return Ok(None);
        };
        let holding = Holding::keep(tx, asset.party_no)?;
        // It may have gone to a part of the organisation before it was kept.
        let is_held = tx.asset(asset_no)?;
        if is_held.is_none_or(|now| now.party_no != asset.party_no) {
            return Err(Refusal::Conflict);
        }
        Ok(Some((holding, asset_no)))
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

/// The asset that is exactly where a finding is, and no more: of a page its web address, of leaked accounts their e-mail domain.
/// A name says more than the address under which it was seen.
fn place_of(
    endpoint: &Endpoint,
    seen_at: Option<IpAddr>,
) -> Option<Result<AssetValue, AssetError>> {
    let site = match endpoint {
        Endpoint::Url(url) => WebPlace::of(url),
        _ => None,
    };
    let (kind, text) = match (endpoint, site, endpoint.name(), endpoint.address()) {
        (Endpoint::EmailDomain(domain), ..) => (AssetKind::EmailDomain, domain.to_string()),
        (_, Some(site), ..) => (AssetKind::Url, site.to_string()),
        (_, None, Some(name), _) => (AssetKind::Host, name.to_string()),
        (_, None, None, address) => (AssetKind::Address, address.or(seen_at)?.to_string()),
    };
    Some(AssetValue::parse(kind, &text))
}

/// Why a place is of no one organisation: the end of the key of a text.
fn why_not(error: &AssetError) -> &'static str {
    match error {
        AssetError::FreeMail { .. } => "free-mail",
        AssetError::PublicSuffix { .. } => "public-suffix",
        _ => "not-ownable",
    }
}

fn back(id: &Uuid, done: &str) -> Redirect {
    Redirect::to(&format!("/desk/findings/{id}?done={done}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_finding_is_exactly_where_it_is() {
        let name = |text: &str| text.parse().unwrap();
        let deep = format!("https://shared.example{}", "/a".repeat(17));
        let url = |text: &str| Endpoint::Url(text.parse().unwrap());
        for (endpoint, want) in [
            (
                Endpoint::EmailDomain(name("post.example")),
                Ok((AssetKind::EmailDomain, "post.example")),
            ),
            (Endpoint::EmailDomain(name("gmail.com")), Err("free-mail")),
            (
                url("http://shared.example/ann/a.php?x=1"),
                Ok((AssetKind::Url, "https://shared.example/ann/a.php")),
            ),
            (url(&deep), Err("not-ownable")),
            (
                url("ftp://shared.example/ann"),
                Ok((AssetKind::Host, "shared.example")),
            ),
            (
                url("http://192.0.2.1/a"),
                Ok((AssetKind::Address, "192.0.2.1")),
            ),
            (
                Endpoint::Host(name("www.x.example")),
                Ok((AssetKind::Host, "www.x.example")),
            ),
            (Endpoint::Host(name("co.uk")), Err("public-suffix")),
            (
                Endpoint::Address("192.0.2.1".parse().unwrap()),
                Ok((AssetKind::Address, "192.0.2.1")),
            ),
            (
                Endpoint::Address("10.0.0.1".parse().unwrap()),
                Err("not-ownable"),
            ),
        ] {
            let found = place_of(&endpoint, None).unwrap();
            let found = found.map(|value| (value.kind(), value.to_string()));
            let want = want.map(|(kind, text): (AssetKind, &str)| (kind, text.to_owned()));
            assert_eq!(found.map_err(|error| why_not(&error)), want, "{endpoint}");
        }
    }
}
