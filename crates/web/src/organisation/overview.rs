//! `GET /organisations/{organisation}`: how the organisation stands, and what is missing.

use axum::extract::State;
use axum::response::Response;
use model::{AssetState, IdKind, OrganisationRole, Timestamp};
use rules::access::Deed;
use rules::upkeep::{assets_due_before, contacts_due_before, expiring_until};
use serde::Serialize;
use store::{AssetFilter, OwnContact, StatusChoice};

use crate::enrol::in_language;
use crate::finding::filter::inbox_by;
use crate::refusal::Refusal;
use crate::security_txt::ending_until;
use crate::site::Site;
use crate::visitor::Member;

/// Counted this far.
const COUNT_MAX: i64 = 1_000;

/// Open findings that are counted, the newest: this page is opened often.
const FINDINGS_MAX: i64 = 100;

#[derive(Serialize)]
struct OverviewView {
    assets: i64,
    claimed: i64,
    /// It registered itself, and has systems that are not proved: a page explains the steps that are left.
    has_first_steps: bool,
    /// Nothing else is shown to somebody who acts by mandate.
    is_member: bool,
    administrators: usize,
    contacts: usize,
    contacts_to_confirm: usize,
    /// Contacts that did not answer the code yet.
    contacts_waiting: usize,
    must_confirm_assets: bool,
    /// Proofs that end soon.
    expiring: i64,
    /// Domains whose security.txt ends soon, or has ended.
    security_txts: i64,
    /// Severity and number of open findings, the most severe first.
    open: Vec<(&'static str, i64)>,
    /// There are more open findings than were counted, or there may be.
    has_more_open: bool,
    /// Address of the page and name of the programmes whose agreement is to be signed.
    to_sign: Vec<(String, String)>,
}

pub(super) async fn overview(
    State(site): State<Site>,
    member: Member,
) -> Result<Response, Refusal> {
    let (party_no, now) = (member.party_no, site.now());
    let is_member = member.standing.may(Deed::ReadPeople);
    if !is_member {
        let view = OverviewView {
            assets: 0,
            claimed: 0,
            has_first_steps: false,
            is_member,
            administrators: 0,
            contacts: 0,
            contacts_to_confirm: 0,
            contacts_waiting: 0,
            must_confirm_assets: false,
            expiring: 0,
            security_txts: 0,
            open: Vec::new(),
            has_more_open: false,
            to_sign: Vec::new(),
        };
        return site.page(&member, "organisation/overview.html", &view);
    }
    let mut query = inbox_by(party_no, member.standing, now.day());
    query.status = StatusChoice::Open;
    let (home, inner) = (member.home(), site.clone());
    let language = member.visitor.language;
    let may_change = member.standing.may(Deed::ChangeAssets);
    let view = site
        .read(move |tx| {
            let (open, has_more_open) = tx.inbox_severities(&query, FINDINGS_MAX)?;
            let mut to_sign = Vec::new();
            for programme_no in tx.programmes_to_sign(party_no)? {
                let id = inner.id(IdKind::Programme, programme_no);
                let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
                let name = in_language(language, &programme.terms.name);
                to_sign.push((format!("{home}/programmes/{id}"), name));
            }
            let claimed = AssetFilter {
                state: Some(AssetState::Claimed),
                ..AssetFilter::default()
            };
            let expiring = AssetFilter {
                state: Some(AssetState::Expiring),
                expiring_until: Some(expiring_until(now)),
                ..AssetFilter::default()
            };
            let confirmed_at = tx.assets_confirmed_at(party_no)?;
            let waiting = |contact: &&OwnContact| !contact.is_answered;
            let assets = tx.count_own_assets(party_no, &AssetFilter::default(), COUNT_MAX)?;
            let claimed = tx.count_own_assets(party_no, &claimed, COUNT_MAX)?;
            let is_own_work = may_change && tx.registration_of_party(party_no)?.is_some();
            let members = tx.members_of(party_no)?;
            let is_administrator =
                |member: &&store::Membership| member.role == OrganisationRole::Administrator;
            let contacts = tx.own_contacts(party_no)?;
            let to_confirm = contacts
                .iter()
                .filter(|contact| must_be_confirmed(contact, now));
            Ok(OverviewView {
                to_sign,
                must_confirm_assets: assets > 0
                    && confirmed_at.is_some_and(|at| at < assets_due_before(now)),
                assets,
                expiring: tx.count_own_assets(party_no, &expiring, COUNT_MAX)?,
                security_txts: tx.security_txts_ending(party_no, ending_until(now), COUNT_MAX)?,
                contacts_waiting: contacts.iter().filter(waiting).count(),
                claimed,
                has_first_steps: is_own_work && claimed > 0,
                is_member,
                administrators: members.iter().filter(is_administrator).count(),
                contacts_to_confirm: to_confirm.count(),
                contacts: contacts.len(),
                open: open
                    .iter()
                    .map(|count| (count.severity.as_str(), count.findings))
                    .collect(),
                has_more_open,
            })
        })
        .await?;
    site.page(&member, "organisation/overview.html", &view)
}

/// Whether nobody said for too long that a contact still holds.
pub(crate) fn must_be_confirmed(contact: &OwnContact, now: Timestamp) -> bool {
    let since = contacts_due_before(now);
    contact.is_answered && contact.confirmed_at.is_none_or(|at| at < since)
}
