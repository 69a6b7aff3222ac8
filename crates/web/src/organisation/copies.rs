//! `GET /organisations/{organisation}/copies`: who gets a copy of what the organisation is told, by which agreement and since when,
//! and how it objects.

use axum::extract::State;
use axum::response::Response;
use rules::access::Deed;
use serde::Serialize;
use store::{RelayAgreement, RelayLink};

use crate::desk::AgreementView;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

#[derive(Serialize)]
struct View {
    copies: Vec<CopyView>,
}

/// Who gets copies.
#[derive(Serialize)]
pub(crate) struct CopyView {
    pub(crate) agreement: AgreementView,
    /// Day on which the organisation agreed, and how the desk knows.
    agreed_on: String,
    ground: String,
    /// Since when there may be copies.
    since: String,
    /// Until when there were; empty: there still may be.
    until: String,
    /// Copies go there now.
    pub(crate) runs: bool,
}

impl CopyView {
    /// What is confirmed or was; what waits for that brings no copies yet.
    pub(crate) fn of(site: &Site, found: &[(RelayAgreement, RelayLink)]) -> Vec<Self> {
        let today = site.now().day();
        let confirmed = found.iter().filter_map(|(agreement, link)| {
            let since = link.confirmed_at?;
            Some(Self {
                agreement: AgreementView::new(site, agreement, today),
                agreed_on: link.agreed_on.to_string(),
                ground: link.ground.clone(),
                since: since.to_string(),
                until: link.ended_at.map(|at| at.to_string()).unwrap_or_default(),
                runs: link.holds() && agreement.runs_on(today),
            })
        });
        confirmed.collect()
    }
}

pub(super) async fn show(State(site): State<Site>, member: Member) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadPeople)?;
    let party_no = member.party_no;
    let found = site.read(move |tx| Ok(tx.relays_of(party_no)?)).await?;
    let view = View {
        copies: CopyView::of(&site, &found),
    };
    site.page(&member, "organisation/copies.html", &view)
}
