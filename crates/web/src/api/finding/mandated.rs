//! What the customers of an organisation were told, as far as each mandate goes.

use std::collections::HashSet;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use model::{IdKind, OrganisationRole, Scope, Severity, ThreatSlug};
use rules::access::{Deed, Standing};
use serde::Serialize;
use store::{InboxPage, InboxRow, Mandate, MandatedOrder, StatusChoice, Tx};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::answer::{Answered, FINDINGS_MAX, form, said_of};
use super::choice::StatusWanted;
use super::{Finding, finding};
use crate::api::caller::Own;
use crate::api::cursor::{AfterTold, Place as _};
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::{ApiError, Mistake};
use crate::api::fields::Fields;
use crate::api::once::{Made, once, sent};
use crate::api::parameters::Parameters;
use crate::api::shown::page_of;
use crate::finding::mandated::bulk::{OfCustomer, sayer_for};
use crate::finding::mandated::choice::{MandatedChoice, held};
use crate::finding::{AnswerForm, OwnReferences, own_references, write};
use crate::site::Site;
use crate::visitor::standing_by;

/// The routes of findings of customers.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_findings_of_customers))
        .routes(routes!(answer_findings_of_customers))
}

/// A finding of which a customer was told.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CustomerFinding {
    /// The customer.
    organisation_id: Uuid,
    #[schema(example = "Example Hospital")]
    organisation: String,
    /// The mandate lets the caller answer it.
    may_answer: bool,
    #[serde(flatten)]
    finding: Finding,
}

page_schema! {
    /// A page of findings of customers.
    CustomerFindingPage, CustomerFinding
}

/// Which findings of customers.
#[derive(IntoParams)]
#[expect(dead_code, reason = "it describes what `Parameters` reads")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct CustomerFindingQuery {
    /// Only this customer.
    customer: Option<Uuid>,
    /// `open`: those about which something is still to be done; `all`, as without it; or what was answered.
    #[param(value_type = Option<String>, example = "open")]
    status: Option<String>,
    /// Only this severity and worse ones.
    #[param(value_type = Option<String>, example = "high")]
    severity_min: Option<Severity>,
    /// Only this threat.
    #[param(value_type = Option<String>, example = "open-rdp")]
    threat: Option<ThreatSlug>,
    /// `severity`: the most severe first, as without it; or `oldest`: what was told longest ago first.
    #[param(value_type = Option<String>, example = "oldest")]
    order: Option<String>,
}

struct OrderWanted(MandatedOrder);

impl std::str::FromStr for OrderWanted {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "severity" => Ok(Self(MandatedOrder::Severity)),
            "oldest" => Ok(Self(MandatedOrder::Oldest)),
            _ => Err("`severity` or `oldest` is expected"),
        }
    }
}

/// What a key does under a mandate; what it may do at all is in its scopes.
fn standing(mandate: &Mandate) -> Standing {
    standing_by(mandate, OrganisationRole::SecurityContact)
}

/// Findings of all organisations that gave the caller's a mandate, as far as each mandate goes. A page may be short, or empty, and
/// another follow. Of more than 1,000 customers the first by name are looked at, unless one is chosen.
#[utoipa::path(
    get, path = "/organisations/{organisation}/customers/findings", tag = "findings",
    operation_id = "listFindingsOfCustomers",
    params(CustomerFindingQuery, PageQuery),
    responses((status = 200, description = "A page", body = CustomerFindingPage)),
)]
async fn list_findings_of_customers(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::FindingsRead)?;
    own.caller.must(Scope::MandatesRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterTold>(&site);
    let status: Option<StatusWanted> = parameters.parsed("status");
    let order: Option<OrderWanted> = parameters.parsed("order");
    let customer: Option<Uuid> = parameters.parsed("customer");
    let choice = MandatedChoice {
        party_no: None,
        status: status.map_or(StatusChoice::All, |wanted| wanted.0),
        severity: None,
        severity_min: parameters.parsed("severityMin"),
        threat: parameters.parsed("threat"),
        order: order.map(|wanted| wanted.0).unwrap_or_default(),
        after: wanted.after,
    };
    parameters.end()?;
    let party_no = customer
        .map(|id| site.number(IdKind::Party, &id))
        .transpose()?;
    let choice = MandatedChoice { party_no, ..choice };
    let (holder_no, now) = (own.party_no, site.now());
    let limit = usize::try_from(wanted.limit).unwrap_or_default();
    let (held, page, own_names) = site
        .read(move |tx| {
            let held = held(tx, holder_no, now)?;
            let page = match choice.query(tx, &held, now.day())? {
                Some(query) => tx.mandated_inbox(&query, limit, 0)?.0,
                None => InboxPage::default(),
            };
            let own_names = own_references(tx, &page.rows)?;
            Ok((held, page, own_names))
        })
        .await?;
    let shown = page.rows.iter();
    let shown = shown.filter_map(|row| of_customer(&site, row, &held, &own_names));
    let items: Vec<_> = shown.collect();
    let next = page.next.map(|place| AfterTold::from(&place).write(&site));
    Ok(page_of(&parts, &items, next))
}

fn of_customer(
    site: &Site,
    row: &InboxRow,
    held: &[Mandate],
    own_names: &OwnReferences,
) -> Option<CustomerFinding> {
    let mandate = held.iter().find(|it| it.party_no == row.recipient_no)?;
    Some(CustomerFinding {
        organisation_id: site.id(IdKind::Party, row.recipient_no),
        organisation: mandate.party_name.clone(),
        may_answer: mandate.may_answer,
        finding: Finding {
            // Who works there is not for who acts by mandate.
            assigned_to: None,
            ..finding(site, row, own_names)
        },
    })
}

/// One answer to one or many findings of customers.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `NewAnswer::read` reads")]
#[schema(rename_all = "camelCase", as = NewCustomerAnswers)]
struct NewAnswersSchema {
    /// The findings, each once.
    #[schema(min_items = 1, max_items = 200)]
    findings: Vec<NewCustomerFinding>,
    /// `in-progress`, `solved`, `solved-possibly-compromised`, `risk-accepted`, `not-ours`, `false-alarm` or `help-requested`. Left out: only a comment.
    #[schema(example = "solved")]
    status: Option<String>,
    /// With `risk-accepted`: until when, at most a year from now.
    #[schema(format = Date, example = "2027-01-01")]
    until: Option<String>,
    /// With `solved` of a critical finding, or a severe one in the role `victim`: on which day it was.
    #[schema(format = Date, example = "2026-11-18")]
    patched: Option<String>,
    /// With `solved` of such a finding: whether the system could be reached before: `yes`, `no` or `unknown`. If not `no`,
    /// the status becomes `solved-possibly-compromised`.
    #[schema(example = "no")]
    exposed: Option<String>,
    /// For whoever works on it, and for the desk.
    #[schema(max_length = 2000, min_length = 1)]
    comment: Option<String>,
}

/// Which finding of which customer.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `NewAnswer::read` reads")]
struct NewCustomerFinding {
    /// The customer.
    organisation: Uuid,
    finding: Uuid,
}

struct NewAnswer {
    findings: Vec<OfCustomer>,
    form: AnswerForm,
}

impl NewAnswer {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let findings = fields.each("findings", FINDINGS_MAX, |fields| {
            let organisation = fields.required("organisation");
            let finding = fields.required("finding");
            Some(OfCustomer {
                organisation: organisation?,
                finding: finding?,
            })
        });
        let form = form(fields);
        let findings = findings?;
        if findings.is_empty() {
            fields.mistake("findings", "missing", "at least one is needed");
        }
        let mut seen = HashSet::new();
        for (index, finding) in findings.iter().enumerate() {
            if !seen.insert(finding) {
                fields.mistake_in("findings", index, "bad-value", "it is there twice");
            }
        }
        Some(Self {
            form: form?,
            findings,
        })
    }
}

/// Answers findings of customers, within the mandate of each: all of them, or none if anything is wrong with one. It stands in the
/// history of each customer.
#[utoipa::path(
    post, path = "/organisations/{organisation}/customers/findings/_answer", tag = "findings",
    operation_id = "answerFindingsOfCustomers",
    request_body = NewAnswersSchema,
    responses((status = 200, description = "They were answered", body = Answered)),
)]
async fn answer_findings_of_customers(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::FindingsWrite)?;
    own.caller.must(Scope::MandatesRead)?;
    let (new, wanted) = sent(&own.caller, request, NewAnswer::read).await?;
    let (shown_by, actor) = (site.clone(), own.caller.actor(&site));
    once(&site, wanted, move |tx, now| {
        let held = held(tx, own.party_no, now)?;
        for (mandate, row) in told(&shown_by, tx, &held, &new.findings)? {
            let said = said_of(&new.form, None, &row, now)?;
            let sayer = sayer_for(mandate, actor.clone(), None);
            write(&shown_by, tx, &sayer, &row, &said, now)?;
        }
        let answered = new.findings.len();
        Ok(Made::done(&Answered { answered }))
    })
    .await
}

/// The findings with the mandates under which they can be answered, in the order of the request.
fn told<'m>(
    site: &Site,
    tx: &mut Tx<'_>,
    held: &'m [Mandate],
    findings: &[OfCustomer],
) -> Result<Vec<(&'m Mandate, InboxRow)>, ApiError> {
    let (mut told, mut mistakes) = (Vec::new(), Vec::new());
    for (index, finding) in findings.iter().enumerate() {
        let shown = finding.shown(site, tx, held, standing)?;
        match shown.filter(|(mandate, _)| standing(mandate).may(Deed::AnswerFindings)) {
            Some(shown) => told.push(shown),
            None => mistakes.push(Mistake::at(
                format!("/findings/{index}"),
                "unknown",
                "no mandate lets you answer such a finding of this customer",
            )),
        }
    }
    match mistakes.is_empty() {
        true => Ok(told),
        false => Err(ApiError::Invalid(mistakes)),
    }
}
