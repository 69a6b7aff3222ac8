//! Links that an organisation gave to others by forwarding a finding: which still work, and ending one.

use axum::extract::{Path, State};
use axum::response::Redirect;
use model::{IdKind, Timestamp};
use rules::access::Deed;
use serde::Serialize;
use store::{AnswerLink, StoreError, Tx};
use uuid::Uuid;

use super::filter::one;
use super::list::home;
use crate::acting::Acting;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Links of a finding that are shown. Whoever gave more ends the newest first.
const LINKS_MAX: i64 = 50;

/// A link that still works.
#[derive(Serialize)]
pub(super) struct LinkView {
    id: Uuid,
    /// To whom it was mailed; empty: it is too old for that to be known.
    to: String,
    ends_at: String,
}

/// Links of a finding, newest first; none for who may not end them.
pub(super) fn links_of(
    site: &Site,
    tx: &mut Tx<'_>,
    member: &Member,
    finding_no: i64,
) -> Result<Vec<LinkView>, StoreError> {
    if !member.standing.may(Deed::AnswerFindings) {
        return Ok(Vec::new());
    }
    let links = working(tx, member.party_no, finding_no, site.now())?;
    let view = |(link_no, link): (i64, AnswerLink)| LinkView {
        id: site.id(IdKind::AnswerLink, link_no),
        to: link.address,
        ends_at: link.expires_at.to_string(),
    };
    Ok(links.into_iter().map(view).collect())
}

/// Links of a finding that still work, with their numbers, newest first.
pub(crate) fn working(
    tx: &mut Tx<'_>,
    party_no: i64,
    finding_no: i64,
    now: Timestamp,
) -> Result<Vec<(i64, AnswerLink)>, StoreError> {
    tx.answer_links_of(party_no, finding_no, now, LINKS_MAX)
}

/// Ends a link of a finding: from now on it opens nothing. Says whether there was one that worked.
pub(crate) fn end(
    site: &Site,
    tx: &mut Tx<'_>,
    acting: &Acting,
    (finding_no, link_no): (i64, i64),
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !tx.end_answer_link(acting.party_no, finding_no, link_no, now)? {
        return Ok(false);
    }
    let finding = site.id(IdKind::Finding, finding_no);
    let link = site.id(IdKind::AnswerLink, link_no);
    acting.record(
        tx,
        "end-answer-link",
        &format!("link {link} of finding {finding}"),
        now,
    )?;
    Ok(true)
}

/// `POST /organisations/{id}/findings/{finding}/links/{link}/end`. One that works no more is ended already.
pub(super) async fn end_one(
    State(site): State<Site>,
    member: Member,
    Path((_, finding, link)): Path<(Uuid, Uuid, Uuid)>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::AnswerFindings)?;
    let link_no = site.number(IdKind::AnswerLink, &link)?;
    let home = home(&member);
    let (asked, acting, now) = (site.clone(), member.acting(&site), site.now());
    site.write(move |tx| {
        let row = one(&asked, &member, &finding, tx)?;
        end(&asked, tx, &acting, (row.place.finding_no, link_no), now)?;
        Ok(())
    })
    .await?;
    Ok(Redirect::to(&format!("{home}/{finding}?done=link-ended")))
}
