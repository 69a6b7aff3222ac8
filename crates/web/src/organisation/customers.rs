//! `GET /organisations/{organisation}/customers`: for whom this organisation may act, how far, and what is open there.

use axum::extract::{Query, State};
use axum::response::Response;
use model::{IdKind, OrganisationRole};
use rules::access::Deed;
use serde::{Deserialize, Serialize};
use store::{Mandate, StatusChoice, StoreError, Tx};
use uuid::Uuid;

use super::mandates::MandateView;
use crate::finding::filter::inbox_by;
use crate::finding::mandated::choice::held;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{Member, standing_by};

/// Customers on a page. For each of them findings are counted.
const PAGE_ROWS: usize = 20;

/// Open findings of a customer that are counted: a page reads twenty times as many lines at most.
const COUNTED_MAX: i64 = 100;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    /// Public id of the mandate after which the page begins.
    after: Option<Uuid>,
}

#[derive(Serialize)]
struct CustomersView {
    customers: Vec<CustomerView>,
    /// Address of the next page; empty on the last one.
    next: String,
    is_first_page: bool,
    counted_max: i64,
}

/// A customer, and what is open there as far as the mandate goes.
#[derive(Serialize)]
struct CustomerView {
    mandate: MandateView,
    /// Severity and number, the most severe first.
    open: Vec<(&'static str, i64)>,
    /// There are more open findings than were counted, or there may be.
    has_more: bool,
    /// Open though they were told more than once, of those that were counted.
    repeated: i64,
    /// When the first of them was told, of those that were counted.
    oldest: Option<String>,
}

pub(super) async fn list(
    State(site): State<Site>,
    member: Member,
    Query(place): Query<Place>,
) -> Result<Response, Refusal> {
    // For its own people: whoever acts for this organisation does not see for whom it acts in turn.
    member.must_be_allowed(Deed::ReadPeople)?;
    let after = place
        .after
        .map(|id| site.number(IdKind::Mandate, &id))
        .transpose()?;
    let (party_no, now, own) = (member.party_no, site.now(), site.clone());
    let (customers, next) = site
        .read(move |tx| {
            let mut held = held(tx, party_no, now)?;
            let passed = after.and_then(|no| held.iter().position(|it| it.mandate_no == no));
            let rest = held.split_off(passed.map_or(0, |place| place + 1));
            let shown = rest.iter().take(PAGE_ROWS);
            let customers = shown
                .map(|mandate| customer(&own, tx, mandate))
                .collect::<Result<Vec<_>, _>>()?;
            let last = rest.get(PAGE_ROWS - 1).filter(|_| rest.len() > PAGE_ROWS);
            Ok((customers, last.map(|mandate| mandate.mandate_no)))
        })
        .await?;
    let next = next.map(|number| {
        let id = site.id(IdKind::Mandate, number);
        format!("{}/customers?after={id}", member.home())
    });
    let view = CustomersView {
        customers,
        next: next.unwrap_or_default(),
        is_first_page: after.is_none(),
        counted_max: COUNTED_MAX,
    };
    site.page(&member, "organisation/customers.html", &view)
}

fn customer(site: &Site, tx: &mut Tx<'_>, mandate: &Mandate) -> Result<CustomerView, StoreError> {
    // What is seen does not depend on the role of whoever looks.
    let standing = standing_by(mandate, OrganisationRole::Reader);
    let mut query = inbox_by(mandate.party_no, standing, site.now().day());
    query.status = StatusChoice::Open;
    let (open, has_more) = tx.inbox_severities(&query, COUNTED_MAX)?;
    let valid_until = mandate.valid_until.map(|day| day.to_string());
    Ok(CustomerView {
        mandate: MandateView {
            id: site.id(IdKind::Party, mandate.party_no),
            name: mandate.party_name.clone(),
            group: group_name(tx, mandate)?,
            tlp: mandate.tlp_max.to_string(),
            may_answer: mandate.may_answer,
            valid_until: valid_until.unwrap_or_default(),
            has_ended: false,
        },
        has_more,
        repeated: open.iter().map(|count| count.repeated).sum(),
        oldest: open
            .iter()
            .map(|count| count.oldest)
            .min()
            .map(|at| at.to_string()),
        open: open
            .iter()
            .map(|count| (count.severity.as_str(), count.findings))
            .collect(),
    })
}

fn group_name(tx: &mut Tx<'_>, mandate: &Mandate) -> Result<String, StoreError> {
    let Some(group_no) = mandate.group_no else {
        return Ok(String::new());
    };
    let groups = tx.asset_groups(mandate.party_no)?;
    let group = groups.into_iter().find(|group| group.group_no == group_no);
    Ok(group.map(|group| group.name).unwrap_or_default())
}
