//! `GET /desk/audit`: who did what, and whether the log is as it was written.
//!
//! The page verifies what is new since the last time, and says up to where and when. `POST /desk/audit/verify` verifies
//! the whole chain, which takes seconds where it has a million rows.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use formats::export::csv_safe;
use model::{Day, IdKind, Timestamp};
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use store::{AuditFilter, AuditMark, AuditPage, AuditRow, Tx, VerifiedAudit};
use uuid::Uuid;

use super::PAGE_ROWS;
use crate::audited::text_of;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// New rows that one page verifies. What is left is verified by the next ones.
const VERIFIED_ROWS_MAX: i64 = 10_000;

/// Rows in a file.
const EXPORTED_ROWS_MAX: usize = 100_000;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/desk/audit", get(list))
        .route("/desk/audit/verify", post(verify_all))
        .route("/desk/audit.csv", get(export))
}

/// Which rows an address asks for. Empty: any.
#[derive(Clone, Default, Deserialize, Serialize)]
struct Asked {
    #[serde(default)]
    actor: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    subject: String,
    /// First day, UTC.
    #[serde(default)]
    from: String,
    /// Last day, UTC.
    #[serde(default)]
    until: String,
}

impl Asked {
    fn filter(&self) -> Result<AuditFilter, Refusal> {
        let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let day = |text: &str| match text.trim() {
            "" => Ok(None),
            text => text.parse::<Day>().map(Some).map_err(|_| Refusal::Bad),
        };
        Ok(AuditFilter {
            actor: text(&self.actor),
            action: text(&self.action),
            subject: text(&self.subject),
            from: day(&self.from)?.map(Day::start),
            until: day(&self.until)?.map(|day| day.plus_days(1).start()),
        })
    }

    fn query(&self) -> String {
        let fields = [
            ("actor", &self.actor),
            ("action", &self.action),
            ("subject", &self.subject),
            ("from", &self.from),
            ("until", &self.until),
        ];
        let set = fields.iter().filter(|(_, value)| !value.is_empty());
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(set)
            .finish()
    }
}

#[derive(Deserialize)]
struct Place {
    before: Option<Uuid>,
}

#[derive(Serialize)]
struct View {
    asked: Asked,
    query: String,
    rows: Vec<RowView>,
    next: Option<String>,
    verified: VerifiedView,
}

#[derive(Serialize)]
struct VerifiedView {
    /// Number of the last row that is as it was written.
    last_no: i64,
    verified_at: String,
    /// Nothing while nobody asked for all of it.
    whole_at: Option<String>,
    /// The first row that is not.
    broken: Option<RowView>,
    broken_no: Option<i64>,
}

#[derive(Serialize)]
struct RowView {
    number: i64,
    at: String,
    actor: String,
    action: String,
    /// Key of the text for the action; empty: there is none.
    text: String,
    subject: String,
    detail: String,
}

impl From<AuditRow> for RowView {
    fn from(row: AuditRow) -> Self {
        Self {
            number: row.audit_no,
            at: row.at.to_string(),
            actor: row.actor,
            text: text_of(&row.action),
            action: row.action,
            subject: row.subject,
            detail: row.detail,
        }
    }
}

async fn list(
    State(site): State<Site>,
    staff: Staff,
    Query(asked): Query<Asked>,
    Query(place): Query<Place>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadAudit)?;
    let filter = asked.filter()?;
    let before_no = match &place.before {
        Some(id) => site.number(IdKind::AuditRow, id)?,
        None => i64::MAX,
    };
    let now = site.now();
    let (AuditPage { rows, next_before }, verified, mark) = site
        .read(move |tx| {
            let page = tx.audit_page(&filter, before_no, PAGE_ROWS)?;
            let mark = tx.audit_mark()?;
            let from = mark.clone().map(|mark| mark.last).unwrap_or_default();
            let verified = tx.verify_audit(from, VERIFIED_ROWS_MAX)?;
            let whole_at = mark.and_then(|mark| mark.whole_at);
            let mark = AuditMark {
                last: verified.last.clone(),
                verified_at: now,
                whole_at,
            };
            Ok((page, verified_view(tx, &verified, &mark)?, mark))
        })
        .await?;
    site.note("how far the audit log was verified", move |tx| {
        Ok(tx.set_audit_mark(&mark)?)
    });
    let next = next_before.map(|number| {
        let id = site.id(IdKind::AuditRow, number);
        format!("/desk/audit?{}&before={id}", asked.query())
    });
    let view = View {
        query: asked.query(),
        asked,
        rows: rows.into_iter().map(RowView::from).collect(),
        next,
        verified,
    };
    site.page(&staff, "desk/audit.html", &view)
}

fn verified_view(
    tx: &mut Tx<'_>,
    verified: &VerifiedAudit,
    mark: &AuditMark,
) -> Result<VerifiedView, Refusal> {
    let broken = match verified.broken_no {
        Some(number) => tx.audit_row(number)?,
        None => None,
    };
    Ok(VerifiedView {
        last_no: verified.last.0,
        verified_at: mark.verified_at.to_string(),
        whole_at: mark.whole_at.map(|at| at.to_string()),
        broken: broken.map(RowView::from),
        broken_no: verified.broken_no,
    })
}

/// Verifies every row again: one that was verified before may have been changed since.
async fn verify_all(State(site): State<Site>, staff: Staff) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadAudit)?;
    verify_whole(&site).await?;
    Ok(Redirect::to("/desk/audit").into_response())
}

/// Verifies the whole log, and remembers up to where and when.
pub(crate) async fn verify_whole(site: &Site) -> Result<(VerifiedAudit, Timestamp), Refusal> {
    let now = site.now();
    let verified = site
        .read(move |tx| Ok(tx.verify_audit((0, Vec::new()), i64::MAX)?))
        .await?;
    let mark = AuditMark {
        last: verified.last.clone(),
        verified_at: now,
        whole_at: Some(now),
    };
    site.write(move |tx| Ok(tx.set_audit_mark(&mark)?)).await?;
    Ok((verified, now))
}

/// `GET /desk/audit.csv`: the rows of the filter, newest first.
async fn export(
    State(site): State<Site>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadAudit)?;
    let (actor, now) = (staff.who.actor(&site), site.now());
    staff.who.must_have_proved(now)?;
    let filter = asked.filter()?;
    let rows = site
        .write(move |tx| {
            let mut rows = Vec::new();
            let mut before_no = i64::MAX;
            while rows.len() < EXPORTED_ROWS_MAX {
                let page = tx.audit_page(&filter, before_no, EXPORTED_ROWS_MAX - rows.len())?;
                rows.extend(page.rows);
                match page.next_before {
                    Some(next) => before_no = next,
                    None => break,
                }
            }
            let detail = format!("{} rows", rows.len());
            tx.record(now, &actor, "export", "audit log", &detail)?;
            Ok(rows)
        })
        .await?;
    // Memory takes all that it is given.
    let bytes = as_csv(rows).map_err(|_| Refusal::Panicked)?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"audit.csv\"",
        ),
    ];
    Ok((headers, bytes).into_response())
}

fn as_csv(rows: Vec<AuditRow>) -> Result<Vec<u8>, csv::Error> {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(["number", "at", "actor", "action", "subject", "detail"])?;
    for row in rows.into_iter().map(RowView::from) {
        let number = row.number.to_string();
        let fields = [
            &number,
            &row.at,
            &row.actor,
            &row.action,
            &row.subject,
            &row.detail,
        ];
        file.write_record(fields.map(|field| csv_safe(field).into_owned()))?;
    }
    file.into_inner().map_err(|error| error.into_error().into())
}
