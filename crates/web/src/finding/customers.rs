//! `/organisations/{organisation}/findings/customers`: whoever runs a network for others says in a list what it did about
//! findings of its customers (requirement FE-03). Who the customers are is never taken.

use axum::extract::{Multipart, State};
use axum::response::Response;
use formats::customer_list::{self, CustomerList, CustomerListError};
use model::{CustomerOutcome, IdKind, RowIssue};
use rules::access::Deed;
use serde::Serialize;
use store::{CustomerListTaken, CustomerReport, Tx};
use uuid::Uuid;

use super::filter::whole_inbox;
use crate::form::Errors;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// A list with what a browser writes around it.
pub(super) const UPLOAD_BYTES_MAX: usize = customer_list::LIST_BYTES_MAX + (64 << 10);

/// Lists of an organisation.
const LISTS: Limiter = Limiter::new("customer lists", Rate::per_hour(30));

/// Lists on the page, the newest.
const LISTS_MAX: i64 = 20;

/// Mistakes on the page; a list with more of them is not meant for us.
const ISSUES_MAX: usize = 200;

#[derive(Serialize)]
struct View {
    here: String,
    findings: String,
    outcomes: Vec<&'static str>,
    may_send: bool,
    lists: Vec<ListView>,
    /// What came of the list that was sent just now.
    taken: Option<ListView>,
    issues: Vec<IssueView>,
    /// Mistakes that are not on the page.
    issues_left: usize,
    errors: Errors,
}

#[derive(Serialize)]
struct ListView {
    taken_at: String,
    counts: [i64; 5],
    total: i64,
    refused: i64,
}

#[derive(Serialize)]
struct IssueView {
    line: u64,
    field: String,
    reason: String,
}

impl ListView {
    fn new(list: &CustomerListTaken) -> Self {
        Self {
            taken_at: list.taken_at.to_string(),
            counts: list.counts,
            total: list.counts.iter().sum(),
            refused: list.refused,
        }
    }
}

pub(super) async fn show(State(site): State<Site>, member: Member) -> Result<Response, Refusal> {
    page(&site, &member, None, Vec::new(), Errors::default()).await
}

async fn page(
    site: &Site,
    member: &Member,
    taken: Option<&CustomerListTaken>,
    issues: Vec<RowIssue>,
    errors: Errors,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadFindings)?;
    let party_no = member.party_no;
    let lists = site
        .read(move |tx| Ok(tx.customer_lists(party_no, LISTS_MAX)?))
        .await?;
    let findings = format!("{}/findings", member.home());
    let view = View {
        here: format!("{findings}/customers"),
        findings,
        outcomes: CustomerOutcome::ALL.iter().map(|it| it.as_str()).collect(),
        may_send: member.standing.may(Deed::AnswerFindings),
        lists: lists.iter().map(ListView::new).collect(),
        taken: taken.map(ListView::new),
        issues_left: issues.len().saturating_sub(ISSUES_MAX),
        issues: issues
            .into_iter()
            .take(ISSUES_MAX)
            .map(|issue| IssueView {
                line: issue.line,
                field: issue.field,
                reason: issue.reason,
            })
            .collect(),
        errors,
    };
    site.page(member, "finding/customers.html", &view)
}

/// Takes a list. What came of it is shown at once: its mistakes are kept nowhere.
pub(super) async fn send(
    State(site): State<Site>,
    member: Member,
    form: Multipart,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::AnswerFindings)?;
    site.limit(&LISTS, member.party_no)?;
    let content = file_in(form).await?;
    let read = site.compute(move || customer_list::read(&content)).await?;
    let list = match read {
        Ok(list) => list,
        Err(error) => {
            let text = match error {
                CustomerListError::TooLarge => "customer-report-error-large",
                CustomerListError::Table(_) => "customer-report-error-table",
            };
            let mut errors = Errors::default();
            errors.add("file", text);
            return page(&site, &member, None, Vec::new(), errors).await;
        }
    };
    let (inner, who) = (site.clone(), member.clone());
    let (taken, issues) = site.write(move |tx| take(&inner, tx, &who, &list)).await?;
    page(&site, &member, Some(&taken), issues, Errors::default()).await
}

async fn file_in(mut form: Multipart) -> Result<Vec<u8>, Refusal> {
    let mut content = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|_| Refusal::Bad)? {
        if field.name() == Some("file") {
            content = field.bytes().await.map_err(|_| Refusal::Bad)?.into();
        }
    }
    Ok(content)
}

/// Writes what can be written of a list, and says what came of all of it.
fn take(
    site: &Site,
    tx: &mut Tx<'_>,
    member: &Member,
    list: &CustomerList,
) -> Result<(CustomerListTaken, Vec<RowIssue>), Refusal> {
    let now = site.now();
    let query = whole_inbox(site, member);
    let (mut counts, mut issues) = ([0; 5], list.issues.clone());
    for (line, id, outcome) in &list.rows {
        let row = match site.number(IdKind::Finding, id) {
            Ok(finding_no) => tx.inbox_row(&query, finding_no)?,
            Err(_) => None,
        };
        // A stranger's finding and one that does not exist are refused alike.
        let Some(row) = row else {
            let reason = "your organisation was not told of this finding";
            issues.push(RowIssue::refused(*line, "finding", "unknown", reason));
            continue;
        };
        let report = CustomerReport {
            finding_no: row.place.finding_no,
            episode: row.episode,
            outcome: *outcome,
        };
        tx.put_customer_report(member.party_no, &report, now)?;
        counts[outcome.code() as usize] += 1;
    }
    issues.sort_by_key(|issue| issue.line);
    let taken = CustomerListTaken {
        taken_at: now,
        counts,
        refused: issues.len() as i64,
    };
    tx.add_customer_list(member.party_no, &taken)?;
    let organisation: Uuid = site.id(IdKind::Party, member.party_no);
    let rows: i64 = counts.iter().sum();
    tx.record(
        now,
        &member.who.actor(site),
        "report-customers",
        &format!("organisation {organisation}"),
        &format!("{rows} rows, {} refused", taken.refused),
    )?;
    Ok((taken, issues))
}

#[cfg(test)]
mod tests;
