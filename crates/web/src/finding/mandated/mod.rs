//! `GET /organisations/{organisation}/customers/findings`: what all customers of an organisation were told, in one list, as far
//! as each mandate goes (requirement PO-11).

pub(crate) mod bulk;
pub(crate) mod choice;

use std::collections::{BTreeSet, HashMap};

use axum::extract::{Query, State};
use axum::response::Response;
use message::Advice;
use model::{AnswerStatus, IdKind, RsitType, Severity};
use rules::access::Deed;
use rules::catalogue::Catalogue;
use serde::{Deserialize, Serialize};
use store::{InboxCount, InboxPage, Mandate, MandatedOrder, StoreError, Tx};
use url::form_urlencoded::Serializer;
use uuid::Uuid;

use self::choice::{CUSTOMERS_MAX, MandatedChoice, held};
use super::filter::{chosen, status_chosen};
use super::shown::{FindingView, advice_about, title};
use crate::api::{AfterTold, Place};
use crate::form::known;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{Member, standing_by};

/// Findings on a page.
pub(super) const PAGE_ROWS: usize = 50;

/// Findings that are counted; there may be more.
const COUNTED_MAX: usize = 1_000;

/// Customers that one can choose from in the form of the list. The page of customers leads to each of the others.
const CHOOSABLE_MAX: usize = 200;

/// What was done just now that the page has a text for.
const DONE: [&str; 3] = ["bulk", "bulk-but-critical", "none"];

/// The choices of the list. Empty: the usual one.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Filter {
    /// Public id of a customer.
    customer: String,
    /// `open` unless it says `all` or a status.
    status: String,
    severity: String,
    threat: String,
    /// `severity` or `oldest`.
    order: String,
    /// The line after which the page begins.
    after: String,
    /// What was done just now. No choice, so it stays on its page.
    #[serde(skip_serializing)]
    done: String,
}

impl Filter {
    /// What it chooses. A choice that is none is refused: no page of ours has such a link.
    fn choice(&self, site: &Site) -> Result<MandatedChoice, Refusal> {
        let party_no = match self.customer.as_str() {
            "" => None,
            id => {
                let id: Uuid = id.parse().map_err(|_| Refusal::NotFound)?;
                Some(site.number(IdKind::Party, &id)?)
            }
        };
        let after = match self.after.as_str() {
            "" => None,
            after => Some(AfterTold::read(site, after).ok_or(Refusal::NotFound)?),
        };
        Ok(MandatedChoice {
            party_no,
            status: status_chosen(&self.status)?,
            severity: chosen(&self.severity)?,
            severity_min: None,
            threat: chosen(&self.threat)?,
            order: match self.order.as_str() {
                "" | "severity" => MandatedOrder::Severity,
                "oldest" => MandatedOrder::Oldest,
                _ => return Err(Refusal::Bad),
            },
            after,
        })
    }

    /// The end of an address with these choices, from a line on.
    fn address(&self, after: &str) -> String {
        let pairs = [
            ("customer", self.customer.as_str()),
            ("status", &self.status),
            ("severity", &self.severity),
            ("threat", &self.threat),
            ("order", &self.order),
            ("after", after),
        ];
        let said = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        let text = Serializer::new(String::new()).extend_pairs(said).finish();
        match text.is_empty() {
            true => text,
            false => format!("?{text}"),
        }
    }
}

#[derive(Serialize)]
struct ListView {
    rows: Vec<RowView>,
    filter: Filter,
    /// Public ids and names.
    customers: Vec<(String, String)>,
    /// There are more customers than one list shows.
    has_more_customers: bool,
    customers_max: usize,
    /// There are more customers than the form lets one choose from.
    has_more_to_choose: bool,
    choosable_max: usize,
    statuses: Vec<&'static str>,
    severities: Vec<&'static str>,
    /// Slugs and titles.
    threats: Vec<(String, String)>,
    bulk_statuses: Vec<&'static str>,
    /// Some row of this page can be answered.
    may_answer: bool,
    /// Findings from here on.
    total: i64,
    has_more: bool,
    /// Address of this list.
    here: String,
    /// End of the address of this list without a place in it.
    choices: String,
    /// Address of the next page; empty on the last one.
    next: String,
    is_first_page: bool,
    done: &'static str,
}

#[derive(Serialize)]
struct RowView {
    /// Public id of the customer.
    customer: Uuid,
    name: String,
    may_answer: bool,
    finding: FindingView,
}

pub(super) async fn list(
    State(site): State<Site>,
    member: Member,
    Query(filter): Query<Filter>,
) -> Result<Response, Refusal> {
    // For its own people: whoever acts for this organisation does not see for whom it acts in turn.
    member.must_be_allowed(Deed::ReadPeople)?;
    let choice = filter.choice(&site)?;
    let (party_no, now) = (member.party_no, site.now());
    // The total stands on the first page alone.
    let count_max = match filter.after.is_empty() {
        true => COUNTED_MAX,
        false => 0,
    };
    let chosen_threat = filter.threat.clone();
    let (held, (page, count), threats, advice) = site
        .read(move |tx| {
            let held = held(tx, party_no, now)?;
            let found = match choice.query(tx, &held, now.day())? {
                Some(query) => tx.mandated_inbox(&query, PAGE_ROWS, count_max)?,
                None => (InboxPage::default(), InboxCount::default()),
            };
            let threats = choosable_threats(tx, &chosen_threat)?;
            let advice = advice_about(tx, threats.iter().map(String::as_str))?;
            Ok((held, found, threats, advice))
        })
        .await?;
    let rows = rows(&site, &member, &page, &held, &advice);
    let here = format!("{}/customers/findings", member.home());
    let next = page.next.map(|place| {
        let after = AfterTold::from(&place).write(&site);
        format!("{here}{}", filter.address(&after))
    });
    let language = member.visitor.language;
    let titled = |slug: String| {
        let title = title(&slug, RsitType::Undetermined, &advice, language);
        (slug, title)
    };
    let mut threats: Vec<_> = threats.into_iter().map(titled).collect();
    threats.sort_by(|one, other| one.1.cmp(&other.1));
    let view = ListView {
        may_answer: rows.iter().any(|row| row.may_answer),
        rows,
        customers: choosable_customers(&site, &held, &filter.customer),
        has_more_to_choose: held.len() > CHOOSABLE_MAX,
        choosable_max: CHOOSABLE_MAX,
        has_more_customers: held.len() > CUSTOMERS_MAX,
        customers_max: CUSTOMERS_MAX,
        statuses: AnswerStatus::ALL.iter().map(|it| it.as_str()).collect(),
        severities: Severity::ALL.iter().rev().map(|it| it.as_str()).collect(),
        threats,
        bulk_statuses: super::bulk::STATUSES.iter().map(|it| it.as_str()).collect(),
        total: count.findings,
        has_more: count.has_more,
        choices: filter.address(""),
        next: next.unwrap_or_default(),
        is_first_page: filter.after.is_empty(),
        done: known(&DONE, &filter.done),
        here,
        filter,
    };
    site.page(&member, "finding/mandated.html", &view)
}

/// The first customers by name, and the one that is chosen: public ids and names.
fn choosable_customers(site: &Site, held: &[Mandate], chosen: &str) -> Vec<(String, String)> {
    let customers = held.iter().map(|mandate| {
        let id = site.id(IdKind::Party, mandate.party_no);
        (id.to_string(), mandate.party_name.clone())
    });
    let choosable = customers
        .enumerate()
        .filter(|(place, (id, _))| *place < CHOOSABLE_MAX || id == chosen);
    choosable.map(|(_, customer)| customer).collect()
}

/// Threats of the catalogue, and the one that is chosen. What was ever reported, and to whom, is not for everybody.
fn choosable_threats(tx: &mut Tx<'_>, chosen: &str) -> Result<BTreeSet<String>, StoreError> {
    let own = tx.advised_slugs()?;
    let known = Catalogue::builtin().all();
    let known = known.map(|threat| threat.slug.to_string());
    let chosen = Some(chosen.to_owned()).filter(|slug| !slug.is_empty());
    Ok(known.chain(own).chain(chosen).collect())
}

fn rows(
    site: &Site,
    member: &Member,
    page: &InboxPage,
    held: &[Mandate],
    advice: &Advice,
) -> Vec<RowView> {
    let held: HashMap<i64, &Mandate> = held.iter().map(|it| (it.party_no, it)).collect();
    let rows = page.rows.iter().filter_map(|row| {
        let mandate = held.get(&row.recipient_no)?;
        Some(RowView {
            customer: site.id(IdKind::Party, row.recipient_no),
            name: mandate.party_name.clone(),
            may_answer: standing_by(mandate, member.role()).may(Deed::AnswerFindings),
            finding: FindingView::new(site, row, advice, member.visitor.language),
        })
    });
    rows.collect()
}

#[cfg(test)]
mod tests;
