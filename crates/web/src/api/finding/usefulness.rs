//! Whether a message was useful. A message counts once, as was said last; who said it is not kept, here as on pages. Where a request
//! names itself (`Idempotency-Key`), a digest of it is kept with its key for a day, so that it is done once.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use model::{IdKind, Scope, Usefulness};
use serde::Serialize;
use store::Judgement;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::caller::Own;
use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::api::once::{Made, once, sent};
use crate::api::parameters::no_parameters;
use crate::api::shown::shown;
use crate::feedback::useful::{WORDS_CHARS_MAX, judge};
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes by which messages are judged.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(get_judgement))
        .routes(routes!(judge_message))
}

/// What is said of a message.
#[derive(ToSchema)]
struct NewJudgement {
    /// `yes`, `partly` or `no`: whether it was useful.
    #[schema(value_type = String, example = "partly")]
    verdict: Usefulness,
    /// Why, in one line. It is forgotten after a year; the verdict stays with the message.
    #[schema(value_type = Option<String>, max_length = 1000, min_length = 1)]
    why: String,
}

impl NewJudgement {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let (verdict, why) = (
            fields.required("verdict"),
            fields.optional_line("why", WORDS_CHARS_MAX),
        );
        Some(Self {
            verdict: verdict?,
            why: why?.unwrap_or_default(),
        })
    }
}

/// What was said of a message.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Judgement)]
struct JudgementView {
    /// `yes`, `partly` or `no`.
    #[schema(example = "partly")]
    verdict: &'static str,
    /// Why; `null`: nothing was said, or long ago.
    why: Option<String>,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    said_at: String,
}

impl From<Judgement> for JudgementView {
    fn from(said: Judgement) -> Self {
        Self {
            verdict: said.verdict.as_str(),
            why: Some(said.text).filter(|text| !text.is_empty()),
            said_at: said.said_at.to_string(),
        }
    }
}

/// What was said of a message last.
#[utoipa::path(
    get, path = "/organisations/{organisation}/messages/{message}/judgement", tag = "findings", operation_id = "getJudgement",
    responses((status = 200, description = "What was said; 404 where nothing was", body = JudgementView)),
)]
async fn get_judgement(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::FindingsRead)?;
    no_parameters(&parts)?;
    let notification_no = own.number(&site, IdKind::Notification, "message")?;
    let said = site.read(move |tx| {
        tx.told_message(own.party_no, notification_no)?
            .ok_or(Refusal::NotFound)?;
        tx.judgement(notification_no)?.ok_or(Refusal::NotFound)
    });
    Ok(shown(&parts.headers, &JudgementView::from(said.await?)))
}

/// Says whether a message was useful, in place of what was said before. `judgement` reads it.
#[utoipa::path(
    post, path = "/organisations/{organisation}/messages/{message}/_judge", tag = "findings", operation_id = "judgeMessage",
    request_body = NewJudgement,
    responses((status = 204, description = "It is said")),
)]
async fn judge_message(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::FindingsWrite)?;
    let notification_no = own.number(&site, IdKind::Notification, "message")?;
    let (new, wanted) = sent(&own.caller, request, NewJudgement::read).await?;
    let said = (new.verdict, new.why);
    once(&site, wanted, move |tx, now| {
        let told = tx.told_message(own.party_no, notification_no)?;
        let told = told.ok_or(ApiError::NotFound)?;
        judge(tx, &told.notification, &said, now)?;
        Ok(Made::nothing())
    })
    .await
}
