//! `POST /organisations/{organisation}/customers/findings/bulk`: one status for many findings of customers, within each mandate.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Redirect;
use model::{AnswerDoor, IdKind};
use rules::access::{Deed, Standing};
use store::{InboxRow, Mandate, Tx};
use uuid::Uuid;

use super::choice::held;
use super::{Filter, PAGE_ROWS};
use crate::finding::bulk::{STATUSES, Ticked, choices_in};
use crate::finding::filter::inbox_by;
use crate::finding::{Sayer, write};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{Member, standing_by};

/// A finding of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct OfCustomer {
    /// Public id of the organisation that was told.
    pub(crate) organisation: Uuid,
    /// Public id of the finding.
    pub(crate) finding: Uuid,
}

impl OfCustomer {
    /// As the box of a row says it: both with a point between them.
    fn read(text: &str) -> Option<Self> {
        let (organisation, finding) = text.split_once('.')?;
        Some(Self {
            organisation: organisation.parse().ok()?,
            finding: finding.parse().ok()?,
        })
    }

    /// The finding with the mandate that shows it, where one of these does.
    pub(crate) fn shown<'m>(
        &self,
        site: &Site,
        tx: &mut Tx<'_>,
        held: &'m [Mandate],
        standing: impl Fn(&Mandate) -> Standing,
    ) -> Result<Option<(&'m Mandate, InboxRow)>, Refusal> {
        let numbers = site.number(IdKind::Party, &self.organisation).ok();
        let numbers = numbers.zip(site.number(IdKind::Finding, &self.finding).ok());
        let Some((party_no, finding_no)) = numbers else {
            return Ok(None);
        };
        let Some(mandate) = held.iter().find(|mandate| mandate.party_no == party_no) else {
            return Ok(None);
        };
        let query = inbox_by(party_no, standing(mandate), site.now().day());
        let row = tx.inbox_row(&query, finding_no)?;
        Ok(row.map(|row| (mandate, row)))
    }
}

/// Who says it for a customer. The act stands in the history of the customer.
pub(crate) fn sayer_for(mandate: &Mandate, actor: String, person_no: Option<i64>) -> Sayer {
    Sayer {
        party_no: mandate.party_no,
        party_name: mandate.party_name.clone(),
        door: AnswerDoor::Mandate,
        actor,
        person_no,
    }
}

pub(in crate::finding) async fn bulk(
    State(site): State<Site>,
    member: Member,
    form: Bytes,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ReadPeople)?;
    member.must_be_allowed(Deed::AnswerFindings)?;
    let ticked = Ticked::read(&form, PAGE_ROWS, &STATUSES, OfCustomer::read)?;
    let back = choices_in::<Filter>(&ticked.back).address("");
    let here = format!("{}/customers/findings{back}", member.home());
    let (asked, now, is_none) = (site.clone(), site.now(), ticked.ids.is_empty());
    let left = site
        .write(move |tx| {
            let (mut left, person_no) = (0, member.who.person.person_no);
            let (deal, form) = (ticked.deal, ticked.deal.form());
            let held = held(tx, member.party_no, now)?;
            let standing = |mandate: &Mandate| standing_by(mandate, member.role());
            for id in &ticked.ids {
                let shown = id.shown(&asked, tx, &held, standing)?;
                let (mandate, row) = shown.ok_or(Refusal::NotFound)?;
                if !standing(mandate).may(Deed::AnswerFindings) {
                    return Err(Refusal::Forbidden);
                }
                let actor = member.who.actor(&asked);
                let sayer = sayer_for(mandate, actor, Some(person_no));
                match deal.said(&form, &row, person_no, now.day()) {
                    Ok(Some(said)) => write(&asked, tx, &sayer, &row, &said, now)?,
                    Ok(None) => left += 1,
                    // Nothing is filled in but a status that asks for no more.
                    Err(_) => return Err(Refusal::Bad),
                }
            }
            Ok(left)
        })
        .await?;
    let joint = if back.is_empty() { "?" } else { "&" };
    let done = Ticked::<OfCustomer>::done(is_none, left);
    Ok(Redirect::to(&format!("{here}{joint}done={done}")))
}
