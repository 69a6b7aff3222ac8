//! `/programmes`: what there is to take part in; `/programmes/{programme}`: one of them, with how places are given, and
//! after the draw the proof of it.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use model::{Criterion, Sector};
use rules::enrol::proof::{Proof, Row};
use serde::Serialize;
use store::{Programme, Tx};

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
    /// As the file of the draw has it: sector, applications that could take part, places given.
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
    let (programme, proof) = site
        .read(move |tx| {
            let programme = tx.programme_named(&slug)?;
            let programme = published(programme)?;
            let proof = proof_of(tx, &programme)?;
            Ok((programme, proof))
        })
        .await?;
    let view = View {
        // What becomes of places later is told to nobody else: the difference would be a small number.
        drawn: proof.map_or_else(Vec::new, |proof| {
            let of_sector = |sector: &Sector| {
                let is_of = |row: &&Row| row.entry.sector == *sector;
                let could = proof.rows.iter().filter(is_of).count();
                (
                    sector.as_str(),
                    could,
                    proof.selected().filter(is_of).count(),
                )
            };
            programme.terms.sectors.iter().map(of_sector).collect()
        }),
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

/// What the draw gave, as everybody can read it, once there was one.
pub(super) fn proof_of(tx: &mut Tx<'_>, programme: &Programme) -> Result<Option<Proof>, Refusal> {
    let proof = tx.programme_proof(programme.programme_no)?;
    Ok(proof.and_then(|proof| proof.parse().ok()))
}

/// Only what everybody may see.
pub(super) fn published(programme: Option<Programme>) -> Result<Programme, Refusal> {
    programme
        .filter(|programme| programme.published_at.is_some())
        .ok_or(Refusal::NotFound)
}
