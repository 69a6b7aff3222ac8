//! `GET /organisations/{organisation}`: how the organisation stands, and what is missing.

use axum::extract::State;
use axum::response::Response;
use model::{AssetState, OrganisationRole, Timestamp};
use rules::access::Deed;
use serde::Serialize;
use store::{AssetFilter, OwnContact};

use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Contacts are confirmed after 90 days: people change jobs.
pub(super) const CONFIRM_SECS: i64 = 90 * 86_400;

/// Counted this far.
const COUNT_MAX: i64 = 1_000;

#[derive(Serialize)]
struct OverviewView {
    assets: i64,
    claimed: i64,
    /// Nothing else is shown to somebody who acts by mandate.
    is_member: bool,
    administrators: usize,
    contacts: usize,
    contacts_to_confirm: usize,
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
            is_member,
            administrators: 0,
            contacts: 0,
            contacts_to_confirm: 0,
        };
        return site.page(&member, "organisation/overview.html", &view);
    }
    let view = site
        .read(move |tx| {
            let claimed = AssetFilter {
                state: Some(AssetState::Claimed),
                ..AssetFilter::default()
            };
            let members = tx.members_of(party_no)?;
            let is_administrator =
                |member: &&store::Membership| member.role == OrganisationRole::Administrator;
            let contacts = tx.own_contacts(party_no)?;
            let to_confirm = contacts
                .iter()
                .filter(|contact| must_be_confirmed(contact, now));
            Ok(OverviewView {
                assets: tx.count_own_assets(party_no, &AssetFilter::default(), COUNT_MAX)?,
                claimed: tx.count_own_assets(party_no, &claimed, COUNT_MAX)?,
                is_member,
                administrators: members.iter().filter(is_administrator).count(),
                contacts_to_confirm: to_confirm.count(),
                contacts: contacts.len(),
            })
        })
        .await?;
    site.page(&member, "organisation/overview.html", &view)
}

/// Whether nobody said for too long that a contact still holds.
pub(super) fn must_be_confirmed(contact: &OwnContact, now: Timestamp) -> bool {
    let since = now.plus_seconds(-CONFIRM_SECS);
    contact.confirmed_at.is_none_or(|at| at < since)
}
