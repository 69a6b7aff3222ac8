//! What the organisation did about findings of its customers, if it runs a network or service for others.

use std::collections::HashSet;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use formats::customer_list::{CustomerList, LIST_ROWS_MAX, RowWrong};
use model::{CustomerRowIssue, IdKind, Language, Scope, Tlp};
use serde::Serialize;
use store::{CustomerListTaken, InboxQuery};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::api::caller::Own;
use crate::api::cursor::{After, AfterCustomerList, AfterCustomerListRow};
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::api::once::{Made, is_answered, once, sent};
use crate::api::parameters::{Parameters, no_parameters};
use crate::api::shown::{page, shown};
use crate::finding::customer_list::begin;
use crate::finding::customers::LISTS;
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of what was done for customers.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_customer_lists, add_customer_list))
        .routes(routes!(get_customer_list))
        .routes(routes!(list_customer_list_issues))
}

/// A list of what was done. Who the customers are is not taken.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `read_list` reads")]
struct NewCustomerList {
    /// Each finding once.
    #[schema(min_items = 1, max_items = 10000)]
    rows: Vec<NewCustomerRow>,
}

/// What was done about a finding.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `read_list` reads")]
struct NewCustomerRow {
    finding: Uuid,
    /// `forwarded`, `customer-informed`, `quarantined`, `refused` or `not-traceable`.
    #[schema(example = "quarantined")]
    outcome: String,
}

/// A list that was taken, by what was in it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TakenCustomerList {
    id: Uuid,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    taken_at: String,
    #[schema(example = 512)]
    forwarded: i64,
    #[schema(example = 2310)]
    customer_informed: i64,
    #[schema(example = 402)]
    quarantined: i64,
    /// Nobody does anything.
    #[schema(example = 0)]
    refused: i64,
    #[schema(example = 188)]
    not_traceable: i64,
    /// Rows that were not taken.
    #[schema(example = 1)]
    not_taken: i64,
}

/// A row that was not taken. What stood in it is kept nowhere.
#[derive(Serialize, ToSchema)]
struct NotTakenRow {
    /// Line of a list that a person sent; place of a row that a program sent, from 1.
    #[schema(example = 3)]
    line: i64,
    /// `unreadable`, `not-taken`, `bad-finding`, `bad-outcome`, `repeated` or `unknown`.
    #[schema(example = "unknown")]
    code: &'static str,
    /// Why, for people.
    reason: String,
}

page_schema! {
    /// A page of lists.
    CustomerListPage, TakenCustomerList
}

page_schema! {
    /// A page of rows that were not taken.
    NotTakenPage, NotTakenRow
}

fn view(site: &Site, list_no: i64, list: &CustomerListTaken) -> TakenCustomerList {
    let [
        forwarded,
        customer_informed,
        quarantined,
        refused,
        not_traceable,
    ] = list.counts;
    TakenCustomerList {
        id: site.id(IdKind::CustomerList, list_no),
        taken_at: list.taken_at.to_string(),
        forwarded,
        customer_informed,
        quarantined,
        refused,
        not_traceable,
        not_taken: list.refused,
    }
}

/// Reads the rows. One that is not as the description says refuses the request; a finding that is there twice costs its row.
fn read_list(fields: &mut Fields<'_, '_>) -> Option<CustomerList> {
    let rows = fields.each("rows", LIST_ROWS_MAX, |row| {
        let (finding, outcome) = (row.required("finding"), row.required("outcome"));
        Some((finding?, outcome?))
    })?;
    if rows.is_empty() {
        fields.mistake("rows", "missing", "at least one is needed");
    }
    let (mut list, mut seen) = (CustomerList::default(), HashSet::new());
    for (line, (finding, outcome)) in (1..).zip(rows) {
        match seen.insert(finding) {
            true => list.rows.push((line, finding, outcome)),
            false => list
                .issues
                .push(RowWrong::new(line, CustomerRowIssue::Repeated)),
        }
    }
    Some(list)
}

/// Takes a list of what was done for customers. A finding of which the organisation was not told, or that is there twice, keeps
/// back no other row; a later list replaces what was said before of the same findings. An organisation sends 30 an hour at most,
/// with those that its people send. One that broke off can be sent again.
#[utoipa::path(
    post, path = "/organisations/{organisation}/customer-lists", tag = "findings", operation_id = "addCustomerList",
    request_body = NewCustomerList,
    responses((status = 201, description = "It was taken", body = TakenCustomerList)),
)]
async fn add_customer_list(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::FindingsWrite)?;
    site.limit(&LISTS, own.party_no)?;
    let (list, wanted) = sent(&own.caller, request, read_list).await?;
    let query = InboxQuery::whole(own.party_no, Tlp::Red, site.now().day());
    // What was done once is not done again: a newer list may have come since.
    let list = match is_answered(&site, &wanted).await? {
        true => CustomerList::default(),
        false => list,
    };
    let begun = begin(&site, &own.acting(&site), &query, list).await?;
    let organisation = site.id(IdKind::Party, own.party_no);
    let inner = site.clone();
    once(&site, wanted, move |tx, now| {
        let (list_no, taken) = begun.end(tx, now)?;
        let view = view(&inner, list_no, &taken.list);
        let path = format!("/organisations/{organisation}/customer-lists/{}", view.id);
        Ok(Made::created(&path, &view))
    })
    .await
}

/// Lists of what was done for customers, last first.
#[utoipa::path(
    get, path = "/organisations/{organisation}/customer-lists", tag = "findings", operation_id = "listCustomerLists",
    params(PageQuery),
    responses((status = 200, description = "A page", body = CustomerListPage)),
)]
async fn list_customer_lists(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::FindingsRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterCustomerList>(&site);
    parameters.end()?;
    let before_no = wanted.after.map_or(i64::MAX, |after| after.0);
    let (party_no, limit) = (own.party_no, wanted.limit + 1);
    let rows = site.read(move |tx| Ok(tx.customer_lists(party_no, before_no, limit)?));
    let views = (
        |row: &(i64, CustomerListTaken)| After(row.0),
        |(list_no, list): (i64, CustomerListTaken)| view(&site, list_no, &list),
    );
    Ok(page(&site, &parts, &wanted, rows.await?, views))
}

/// What was in a list.
#[utoipa::path(
    get, path = "/organisations/{organisation}/customer-lists/{list}", tag = "findings", operation_id = "getCustomerList",
    responses((status = 200, description = "The list", body = TakenCustomerList)),
)]
async fn get_customer_list(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::FindingsRead)?;
    no_parameters(&parts)?;
    let (list_no, list) = own_list(&site, &own).await?;
    Ok(shown(&parts.headers, &view(&site, list_no, &list)))
}

/// Rows of a list that were not taken, by line. They are known for 30 days.
#[utoipa::path(
    get, path = "/organisations/{organisation}/customer-lists/{list}/not-taken", tag = "findings",
    operation_id = "listCustomerListIssues",
    params(PageQuery),
    responses((status = 200, description = "A page", body = NotTakenPage)),
)]
async fn list_customer_list_issues(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::FindingsRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterCustomerListRow>(&site);
    parameters.end()?;
    let (list_no, _) = own_list(&site, &own).await?;
    let (after_line, limit) = (wanted.after.map_or(0, |after| after.0), wanted.limit + 1);
    let rows = site.read(move |tx| Ok(tx.customer_list_issues(list_no, after_line, limit)?));
    let views = (
        |row: &(i64, CustomerRowIssue)| After(row.0),
        |(line, issue): (i64, CustomerRowIssue)| NotTakenRow {
            line,
            code: issue.as_str(),
            reason: reason(&site, issue),
        },
    );
    Ok(page(&site, &parts, &wanted, rows.await?, views))
}

/// In English, as all texts of the API.
fn reason(site: &Site, issue: CustomerRowIssue) -> String {
    let key = format!("customer-report-issue-{issue}");
    let text = site.pages().text(Language::En, &key, &[]);
    text.unwrap_or_default()
}

async fn own_list(site: &Site, own: &Own) -> Result<(i64, CustomerListTaken), ApiError> {
    let list_no = own.number(site, IdKind::CustomerList, "list")?;
    let party_no = own.party_no;
    let list = site
        .read(move |tx| {
            tx.customer_list(party_no, list_no)?
                .ok_or(Refusal::NotFound)
        })
        .await?;
    Ok((list_no, list))
}
