//! `/programmes`: what there is to take part in; `/programmes/{programme}`: one of them, with how places are given, and
//! after the draw the proof of it.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use model::Criterion;
use serde::Serialize;
use store::Programme;

use super::ProgrammeView;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Visitor;

#[derive(Serialize)]
struct ListView {
    programmes: Vec<ProgrammeView>,
}

#[derive(Serialize)]
struct View {
    programme: ProgrammeView,
    criteria: Vec<&'static str>,
    is_ended: bool,
    /// After the draw: sector, applications that could take part, places given by lot and count.
    drawn: Vec<(&'static str, usize, usize)>,
}

pub(super) async fn list(State(site): State<Site>, visitor: Visitor) -> Result<Response, Refusal> {
    let programmes = site.read(|tx| Ok(tx.programmes()?)).await?;
    let published = programmes
        .iter()
        .filter(|programme| programme.published_at.is_some());
    let view = ListView {
        programmes: published
            .map(|programme| ProgrammeView::new(&site, visitor.language, programme))
            .collect(),
    };
    site.page(&visitor, "enrol/programmes.html", &view)
}

pub(super) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path(slug): Path<String>,
) -> Result<Response, Refusal> {
    let (programme, places, is_ended) = site
        .read(move |tx| {
            let programme = tx.programme_named(&slug)?;
            let programme = published(programme)?;
            let places = tx.places_of(programme.programme_no)?;
            let is_ended = tx.programme_end(programme.programme_no)?.is_some();
            Ok((programme, places, is_ended))
        })
        .await?;
    let drawn = programme.terms.sectors.iter().map(|sector| {
        let of_sector = places.iter().filter(|place| place.sector == *sector);
        let given = of_sector.clone().filter(|place| place.state.is_given());
        (sector.as_str(), of_sector.count(), given.count())
    });
    let view = View {
        drawn: match places.is_empty() {
            true => Vec::new(),
            false => drawn.collect(),
        },
        is_ended,
        criteria: Criterion::ALL.iter().map(|one| one.as_str()).collect(),
        programme: ProgrammeView::new(&site, visitor.language, &programme),
    };
    site.page(&visitor, "enrol/programme.html", &view)
}

/// The proof of the draw, as it stands: programs and people read the same bytes.
pub(super) async fn proof(
    State(site): State<Site>,
    Path(slug): Path<String>,
) -> Result<Response, Refusal> {
    let proof = site
        .read(move |tx| {
            let programme = published(tx.programme_named(&slug)?)?;
            Ok(tx.programme_proof(programme.programme_no)?)
        })
        .await?;
    let proof = proof.ok_or(Refusal::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], proof).into_response())
}

/// Only what everybody may see.
pub(super) fn published(programme: Option<Programme>) -> Result<Programme, Refusal> {
    programme
        .filter(|programme| programme.published_at.is_some())
        .ok_or(Refusal::NotFound)
}
