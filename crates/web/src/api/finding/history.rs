//! What happened to a finding.

use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use model::{IdKind, Scope};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::inbox;
use crate::api::caller::Own;
use crate::api::error::ApiError;
use crate::api::parameters::no_parameters;
use crate::api::shown::shown;
use crate::finding::history::{Happened, What, history, word_of};
use crate::refusal::Refusal;
use crate::site::Site;

/// The route by which the history of a finding is read.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(get_history))
}

/// What happened to a finding, oldest first.
#[derive(Serialize, ToSchema)]
struct FindingHistory {
    items: Vec<FindingEvent>,
}

/// Something that happened to a finding.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FindingEvent {
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    at: String,
    /// `told`, `all-clear` (told that it is not seen any more), `back` (it was gone), `assigned`, `comment`, or the status that
    /// was given.
    #[schema(example = "told")]
    what: &'static str,
    /// With `told` and `all-clear`: what people call the message.
    #[schema(example = "NTF-2026-000042")]
    reference: Option<String>,
    /// Where it was said: `portal`, `link`, `api`, `mandate`, `mail` or `telephone`.
    door: Option<&'static str>,
    /// Until when a risk is accepted, or when it was solved.
    #[schema(format = Date)]
    day: Option<String>,
    comment: Option<String>,
}

fn event(happened: Happened) -> FindingEvent {
    let bare = |what| FindingEvent {
        at: happened.at.to_string(),
        what,
        reference: None,
        door: None,
        day: None,
        comment: None,
    };
    match happened.what {
        What::Told(reference) => FindingEvent {
            reference: Some(reference),
            ..bare("told")
        },
        What::AllClear(reference) => FindingEvent {
            reference: Some(reference),
            ..bare("all-clear")
        },
        What::Back => bare("back"),
        What::Said(said) => FindingEvent {
            door: Some(said.door.as_str()),
            day: said.until.or(said.patched).map(|day| day.to_string()),
            comment: Some(said.comment.clone()).filter(|comment| !comment.is_empty()),
            ..bare(word_of(&said))
        },
    }
}

/// What happened to a finding, oldest first: when the organisation was told, when it came back, and what was said.
#[utoipa::path(
    get, path = "/organisations/{organisation}/findings/{finding}/history", tag = "findings",
    operation_id = "getFindingHistory",
    responses((status = 200, description = "The history", body = FindingHistory)),
)]
async fn get_history(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::FindingsRead)?;
    no_parameters(&parts)?;
    let finding_no = own.number(&site, IdKind::Finding, "finding")?;
    let query = inbox(&site, &own);
    let read = site.read(move |tx| {
        let row = tx.inbox_row(&query, finding_no)?;
        let row = row.ok_or(Refusal::NotFound)?;
        Ok(history(tx, query.party_no, finding_no, row.tlp)?)
    });
    let items = read.await?.into_iter().map(event).collect();
    Ok(shown(&parts.headers, &FindingHistory { items }))
}
