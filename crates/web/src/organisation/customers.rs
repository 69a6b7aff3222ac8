//! `GET /organisations/{organisation}/customers`: for whom this organisation may act, and how far.

use axum::extract::State;
use axum::response::Response;
use model::IdKind;
use rules::access::Deed;
use serde::Serialize;
use store::{Mandate, StoreError, Tx};

use super::mandates::MandateView;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

#[derive(Serialize)]
struct CustomersView {
    customers: Vec<MandateView>,
}

pub(super) async fn list(State(site): State<Site>, member: Member) -> Result<Response, Refusal> {
    // For its own people: whoever acts for this organisation does not see for whom it acts in turn.
    member.must_be_allowed(Deed::ReadPeople)?;
    let (party_no, now, own) = (member.party_no, site.now(), site.clone());
    let customers = site
        .read(move |tx| {
            let mut shown = Vec::new();
            for mandate in tx.mandates_held(party_no)? {
                if mandate.holds_at(now) {
                    let group = group_name(tx, &mandate)?;
                    shown.push(MandateView {
                        id: own.id(IdKind::Party, mandate.party_no),
                        name: mandate.party_name,
                        group,
                        tlp: mandate.tlp_max.to_string(),
                        may_answer: mandate.may_answer,
                        valid_until: mandate
                            .valid_until
                            .map(|day| day.to_string())
                            .unwrap_or_default(),
                        has_ended: false,
                    });
                }
            }
            Ok(shown)
        })
        .await?;
    site.page(
        &member,
        "organisation/customers.html",
        &CustomersView { customers },
    )
}

fn group_name(tx: &mut Tx<'_>, mandate: &Mandate) -> Result<String, StoreError> {
    let Some(group_no) = mandate.group_no else {
        return Ok(String::new());
    };
    let groups = tx.asset_groups(mandate.party_no)?;
    let group = groups.into_iter().find(|group| group.group_no == group_no);
    Ok(group.map(|group| group.name).unwrap_or_default())
}
