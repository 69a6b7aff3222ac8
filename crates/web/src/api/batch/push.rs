//! Deliveries of a source as they come in: pushed here, read by workers.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use formats::container::ContainerError;
use http_body_util::BodyExt;
use model::{Scope, Tlp};
use serde::Serialize;
use store::KeyOwner;
use tokio::sync::mpsc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::api::ROOT;
use crate::api::caller::Caller;
use crate::api::error::{ApiError, Mistake};
use crate::api::intake::{Delivered, TakenIn, TakenOutcome};
use crate::api::parameters::Parameters;
use crate::api::places::Places;
use crate::api::shown::{as_json, json};
use crate::refusal::Refusal;
use crate::site::Site;

/// Deliveries that are taken in at a time. Each has a thread that waits for its sender.
const DELIVERIES_MAX: usize = 8;

/// Of one source: a slow one leaves places for the others.
const DELIVERIES_OF_SOURCE_MAX: usize = 2;

/// Pieces of a delivery that wait to be read; a piece is what the connection gives at once, up to some hundred KiB.
const PIECES_MAX: usize = 4;

/// How long a sender may be silent in the middle of a delivery.
const SILENCE_MAX: Duration = Duration::from_secs(60);

/// Longest label of a delivery, in characters.
const NAME_CHARS_MAX: usize = 255;

/// Places for deliveries that are being taken in.
pub(crate) struct Deliveries(Arc<Places>);

impl Default for Deliveries {
    fn default() -> Self {
        Self(Places::new(DELIVERIES_MAX, DELIVERIES_OF_SOURCE_MAX))
    }
}

/// The route by which deliveries come in.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(push_batch))
}

/// What became of a delivery.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Pushed {
    /// One for each file in it, in their order.
    items: Vec<PushedFile>,
}

/// What became of a file.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PushedFile {
    #[schema(example = "2026-11-18-scan_rdp.csv")]
    name: String,
    /// `taken`: it waits to be read; `duplicate`: its content came before; `later`: too much waits already; `refused`: it
    /// cannot be read.
    #[schema(example = "taken")]
    outcome: &'static str,
    /// The batch that it is, or was before.
    batch_id: Option<Uuid>,
    /// Where to ask how far that is.
    status: Option<String>,
    /// Why it was not taken in.
    reason: Option<String>,
}

/// What a delivery is.
#[derive(IntoParams)]
#[expect(dead_code, reason = "it describes what `Parameters` reads")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct PushQuery {
    /// Report type; left out: the name says it, as Shadowserver names files.
    #[param(example = "scan_rdp")]
    report_type: Option<String>,
    /// Saved mapping, for a plain table.
    mapping: Option<String>,
    /// Who may know (TLP 2.0); left out: what was agreed with the source, or `AMBER`.
    #[param(value_type = Option<String>, example = "TLP:AMBER")]
    tlp: Option<Tlp>,
    /// Name of the file, a label without personal data.
    #[param(max_length = 255, example = "2026-11-18-scan_rdp.csv")]
    file_name: Option<String>,
}

/// Delivers a file, as it is: plain, gzip or Zstandard. It is read afterwards; the status says how far that is. The same
/// content twice is the same batch.
#[utoipa::path(
    post, path = "/batches", tag = "batches", operation_id = "pushBatch",
    params(PushQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 202, description = "Something was taken in, or is a batch already", body = Pushed),
    ),
)]
async fn push_batch(
    State(site): State<Site>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    let KeyOwner::Source(source_no) = caller.owner else {
        return Err(ApiError::Forbidden("This needs a key of a source.".into()));
    };
    caller.must(Scope::BatchesWrite)?;
    let (parts, body) = request.into_parts();
    let delivered = delivered(&parts, caller.reference.to_string())?;
    check_media_type(&parts)?;
    let place = site.api().deliveries.0.take(source_no);
    let later = || ApiError::Later("Too many deliveries come in at this moment.".into());
    let _place = place.ok_or_else(later)?;
    answered(take(&site, delivered, body).await?)
}

fn delivered(parts: &Parts, source: String) -> Result<Delivered, ApiError> {
    let mut parameters = Parameters::of(parts);
    let (report_type, mapping) = (parameters.text("reportType"), parameters.text("mapping"));
    if report_type.is_some() && mapping.is_some() {
        parameters.mistake(
            "mapping",
            "bad-value",
            "give a report type or a mapping, not both",
        );
    }
    let tlp = parameters.parsed("tlp");
    let name = parameters.text("fileName").unwrap_or_else(|| "api".into());
    let is_label = |name: &str| {
        (1..=NAME_CHARS_MAX).contains(&name.chars().count())
            && !name.chars().any(model::shown::is_unsafe_to_show)
    };
    if !is_label(&name) {
        let why = format!("1 to {NAME_CHARS_MAX} visible characters are expected");
        parameters.mistake("fileName", "bad-value", why);
    }
    parameters.end()?;
    Ok(Delivered {
        source,
        name,
        tlp,
        report_type,
        mapping,
    })
}

/// A form or a page is no delivery; every other type is a label that says less than the bytes.
fn check_media_type(parts: &Parts) -> Result<(), ApiError> {
    let wanted = "application/octet-stream";
    let kind = parts.headers.get(header::CONTENT_TYPE);
    match kind.map(HeaderValue::as_bytes) {
        Some(kind) if kind == wanted.as_bytes() => Ok(()),
        _ => Err(ApiError::MediaType(wanted)),
    }
}

/// Hands the body over piece by piece to a thread that may wait: nothing of it is held but a few pieces.
async fn take(site: &Site, delivered: Delivered, body: Body) -> Result<Vec<TakenIn>, ApiError> {
    let (pieces, received) = mpsc::channel(PIECES_MAX);
    let intake = site.intake().clone();
    let taking = tokio::task::spawn_blocking(move || {
        let mut content = Content {
            received,
            rest: Bytes::new(),
            has_ended: false,
        };
        intake.take(&delivered, &mut content)
    });
    forward(body, pieces).await;
    match taking.await {
        Ok(Ok(taken)) => Ok(taken),
        Ok(Err(error)) => {
            tracing::error!(%error, "a delivery could not be taken in");
            Err(ApiError::Failed(Refusal::Panicked))
        }
        Err(_) => Err(ApiError::Failed(Refusal::Panicked)),
    }
}

/// Ends when all was read, when nobody reads on, or when the sender broke off.
async fn forward(mut body: Body, pieces: mpsc::Sender<io::Result<Piece>>) {
    loop {
        let piece = match tokio::time::timeout(SILENCE_MAX, body.frame()).await {
            Ok(None) => {
                let _ = pieces.send(Ok(Piece::End)).await;
                return;
            }
            Ok(Some(Ok(frame))) => frame.into_data().map_err(|_| ()),
            Ok(Some(Err(_))) | Err(_) => {
                // Known to the intake, which keeps nothing of it: the sender will send it again.
                let broken = io::Error::other(ContainerError::BrokenOff);
                let _ = pieces.send(Err(broken)).await;
                return;
            }
        };
        if let Ok(bytes) = piece
            && pieces.send(Ok(Piece::Bytes(bytes))).await.is_err()
        {
            return;
        }
    }
}

/// A piece of a body. Its end is said: a channel also closes when the request is given up.
enum Piece {
    Bytes(Bytes),
    End,
}

/// A body as something to read from, on a thread that may wait.
struct Content {
    received: mpsc::Receiver<io::Result<Piece>>,
    rest: Bytes,
    has_ended: bool,
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() && !self.has_ended {
            match self.received.blocking_recv().transpose()? {
                Some(Piece::Bytes(bytes)) => self.rest = bytes,
                Some(Piece::End) => self.has_ended = true,
                None => return Err(io::Error::other(ContainerError::BrokenOff)),
            }
        }
        let count = buffer.len().min(self.rest.len());
        buffer[..count].copy_from_slice(&self.rest.split_to(count));
        Ok(count)
    }
}

fn answered(taken: Vec<TakenIn>) -> Result<Response, ApiError> {
    let is_batch = |file: &&TakenIn| {
        matches!(
            file.outcome,
            TakenOutcome::Batch(_) | TakenOutcome::Duplicate(_)
        )
    };
    if !taken.iter().any(|file| is_batch(&file)) {
        let later = taken.iter().find_map(|file| match &file.outcome {
            TakenOutcome::Later(why) => Some(why.clone()),
            _ => None,
        });
        return Err(match later {
            Some(why) => ApiError::Later(why),
            None => ApiError::Refused(taken.into_iter().filter_map(why_refused).collect()),
        });
    }
    let items: Vec<PushedFile> = taken.into_iter().map(pushed).collect();
    let location = items.iter().find_map(|file| file.status.clone());
    let mut response = as_json(StatusCode::ACCEPTED, json(&Pushed { items }));
    if let Some(location) = location {
        let location = HeaderValue::try_from(location).expect("our addresses are ASCII");
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

fn why_refused(file: TakenIn) -> Option<Mistake> {
    match file.outcome {
        TakenOutcome::Refused(why) => {
            Some(Mistake::at("", "refused", format!("{}: {why}", file.name)))
        }
        _ => None,
    }
}

fn pushed(file: TakenIn) -> PushedFile {
    let (outcome, batch_id, reason) = match file.outcome {
        TakenOutcome::Batch(id) => ("taken", Some(id), None),
        TakenOutcome::Duplicate(id) => ("duplicate", Some(id), None),
        TakenOutcome::Later(why) => ("later", None, Some(why)),
        TakenOutcome::Refused(why) => ("refused", None, Some(why)),
    };
    PushedFile {
        name: file.name,
        outcome,
        batch_id,
        status: batch_id.map(|id| format!("{ROOT}/batches/{id}")),
        reason,
    }
}
