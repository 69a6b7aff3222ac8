//! The audit log: looking for what was done, and whether the log is as it was written.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use model::{Day, IdKind, Scope};
use serde::Serialize;
use store::{AuditFilter, AuditRow};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{must, note_read};
use crate::api::caller::Caller;
use crate::api::cursor::{After, AfterAct, Place as _};
use crate::api::error::ApiError;
use crate::api::fields::{Fields, asked, page_wanted};
use crate::api::parameters::no_parameters;
use crate::api::shown::found_page;
use crate::desk::verify_whole;
use crate::limiter::{Limiter, Rate};
use crate::site::Site;

/// Longest text that is compared, in characters. Actors and subjects are a word and an id.
const TEXT_CHARS_MAX: usize = 200;

/// Each reads every row: seconds where there are a million.
const VERIFICATIONS: Limiter = Limiter::new("verifications of the audit log", Rate::per_hour(12));

/// The routes of the audit log.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(search_audit))
        .routes(routes!(verify_audit))
}

/// Which rows are looked for, and which page of them. What is left out is not looked at; texts are compared whole.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `read` reads")]
struct AuditSearch {
    /// Who.
    #[schema(
        max_length = 200,
        min_length = 1,
        example = "key 0f4fb1a0-52ab-8d43-b9b1-5f0b4f3a2c11"
    )]
    actor: Option<String>,
    /// What.
    #[schema(max_length = 200, min_length = 1, example = "read")]
    action: Option<String>,
    /// On what: a word and an id. That of a `party`, `finding`, `batch` or `dispute` also finds what an earlier version wrote
    /// otherwise; a message is `notification` and the number in its reference.
    #[schema(
        max_length = 200,
        min_length = 1,
        example = "party 6f1c2a9e-7d5b-8e4a-9c0f-6b2d1e8a7c55"
    )]
    subject: Option<String>,
    /// First day, in UTC.
    #[schema(format = Date, example = "2026-11-18")]
    from: Option<String>,
    /// Last day, in UTC.
    #[schema(format = Date, example = "2026-11-18")]
    until: Option<String>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
    /// Rows of a page.
    #[schema(minimum = 1, maximum = 500, default = 100)]
    limit: Option<i64>,
}

/// A row of the audit log.
#[derive(Serialize, ToSchema)]
struct AuditEntry {
    id: Uuid,
    /// Counts from 1 without gaps.
    #[schema(example = 4_211)]
    number: i64,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    at: String,
    /// `person`, `key` or `link` and an id, the name of a part of the program, or the account that ran a command.
    #[schema(example = "key 0f4fb1a0-52ab-8d43-b9b1-5f0b4f3a2c11")]
    actor: String,
    #[schema(example = "read")]
    action: String,
    #[schema(example = "party 6f1c2a9e-7d5b-8e4a-9c0f-6b2d1e8a7c55")]
    subject: String,
    /// Counts and reasons.
    detail: String,
}

/// Rows that were looked for, last first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FoundAuditEntries {
    items: Vec<AuditEntry>,
    /// Cursor of the next page, for the next request; `null` on the last one.
    next_cursor: Option<String>,
}

/// Reads an [`AuditSearch`].
fn read(fields: &mut Fields<'_, '_>) -> Option<AuditFilter> {
    let actor = fields.optional_line("actor", TEXT_CHARS_MAX);
    let action = fields.optional_line("action", TEXT_CHARS_MAX);
    let subject = fields.optional_line("subject", TEXT_CHARS_MAX);
    let (from, until) = (
        fields.optional::<Day>("from"),
        fields.optional::<Day>("until"),
    );
    Some(AuditFilter {
        actor: actor?,
        action: action?,
        subject: subject?,
        from: from?.map(Day::start),
        until: until?.map(|day| day.plus_days(1).start()),
    })
}

/// Looks for rows of the audit log, last first. A page may be short and another follow. That it was read is a row as well.
#[utoipa::path(
    post, path = "/audit/_search", tag = "desk", operation_id = "searchAudit",
    request_body = AuditSearch,
    responses((status = 200, description = "What was found", body = FoundAuditEntries)),
)]
async fn search_audit(
    State(site): State<Site>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    must(&caller, Scope::AuditRead)?;
    caller.must_be_of_all_desks()?;
    let (filter, wanted) = asked(request, |fields| {
        let (filter, wanted) = (read(fields), page_wanted::<AfterAct>(&site, fields));
        Some((filter?, wanted?))
    })
    .await?;
    note_read(&site, &caller, "audit log".to_owned()).await?;
    let before_no = wanted.after.map_or(i64::MAX, |after| after.0);
    let limit = usize::try_from(wanted.limit).unwrap_or_default();
    let found = site.read(move |tx| Ok(tx.audit_page(&filter, before_no, limit)?));
    let found = found.await?;
    let entry = |row: AuditRow| AuditEntry {
        id: site.id(IdKind::AuditRow, row.audit_no),
        number: row.audit_no,
        at: row.at.to_string(),
        actor: row.actor,
        action: row.action,
        subject: row.subject,
        detail: row.detail,
    };
    let next_cursor = found.next_before.map(|number| {
        let place: AfterAct = After(number);
        place.write(&site)
    });
    let items = found.rows.into_iter().map(entry).collect();
    Ok(found_page(&FoundAuditEntries { items, next_cursor }))
}

/// Whether the audit log is as it was written.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AuditVerified {
    /// Each row follows from those before it.
    intact: bool,
    /// Number of the last row that does.
    #[schema(example = 4_211)]
    last_number: i64,
    /// The first one that does not: it, or one before it, was changed or removed.
    #[schema(example = json!(null))]
    broken_number: Option<i64>,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    verified_at: String,
}

/// Verifies the whole audit log, from its first row on: 12 times an hour at most.
#[utoipa::path(
    post, path = "/audit/_verify", tag = "desk", operation_id = "verifyAudit",
    responses((status = 200, description = "What was found", body = AuditVerified)),
)]
async fn verify_audit(
    State(site): State<Site>,
    caller: Caller,
    parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::AuditRead)?;
    caller.must_be_of_all_desks()?;
    no_parameters(&parts)?;
    site.limit(&VERIFICATIONS, caller.key_no)?;
    let (verified, at) = verify_whole(&site).await?;
    Ok(found_page(&AuditVerified {
        intact: verified.broken_no.is_none(),
        last_number: verified.last.0,
        broken_number: verified.broken_no,
        verified_at: at.to_string(),
    }))
}
