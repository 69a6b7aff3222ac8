//! `/organisations/{organisation}/findings/customers`: whoever runs a network for others says in a list what it did about
//! findings of its customers (requirement FE-03). Who the customers are is never taken.

use axum::extract::{Multipart, State};
use axum::response::Response;
use formats::customer_list::{self, CustomerListError, RowWrong};
use model::CustomerOutcome;
use rules::access::Deed;
use serde::Serialize;
use store::CustomerListTaken;

use super::customer_list::{Taken, begin};
use super::filter::whole_inbox;
use crate::form::Errors;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// A list with what a browser writes around it.
pub(super) const UPLOAD_BYTES_MAX: usize = customer_list::LIST_BYTES_MAX + (64 << 10);

/// Lists of an organisation.
pub(crate) const LISTS: Limiter = Limiter::new("customer lists", Rate::per_hour(30));

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

/// A list by what was in it.
#[derive(Serialize)]
pub(crate) struct ListView {
    taken_at: String,
    counts: [i64; 5],
    total: i64,
    refused: i64,
}

#[derive(Serialize)]
struct IssueView {
    line: u64,
    field: String,
    /// End of the key of its text.
    issue: &'static str,
}

impl ListView {
    pub(crate) fn new(list: &CustomerListTaken) -> Self {
        Self {
            taken_at: list.taken_at.to_string(),
            counts: list.counts,
            total: list.counts.iter().sum(),
            refused: list.refused,
        }
    }
}

pub(super) async fn show(State(site): State<Site>, member: Member) -> Result<Response, Refusal> {
    page(&site, &member, None, Errors::default()).await
}

async fn page(
    site: &Site,
    member: &Member,
    taken: Option<Taken>,
    errors: Errors,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadFindings)?;
    let party_no = member.party_no;
    let lists = site
        .read(move |tx| Ok(tx.customer_lists(party_no, i64::MAX, LISTS_MAX)?))
        .await?;
    let findings = format!("{}/findings", member.home());
    let (taken, issues) = match taken {
        Some(Taken { list, wrong }) => (Some(ListView::new(&list)), wrong),
        None => (None, Vec::new()),
    };
    let view = View {
        here: format!("{findings}/customers"),
        findings,
        outcomes: CustomerOutcome::ALL.iter().map(|it| it.as_str()).collect(),
        may_send: member.standing.may(Deed::AnswerFindings),
        lists: lists.iter().map(|(_, list)| ListView::new(list)).collect(),
        taken,
        issues_left: issues.len().saturating_sub(ISSUES_MAX),
        issues: issues
            .into_iter()
            .take(ISSUES_MAX)
            .map(|RowWrong { line, field, issue }| IssueView {
                line,
                field,
                issue: issue.as_str(),
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
            return page(&site, &member, None, errors).await;
        }
    };
    let query = whole_inbox(&site, &member);
    let begun = begin(&site, &member.acting(&site), &query, list).await?;
    let now = site.now();
    let (_, taken) = site.write(move |tx| begun.end(tx, now)).await?;
    page(&site, &member, Some(taken), Errors::default()).await
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

#[cfg(test)]
mod tests;
