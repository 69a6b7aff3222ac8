//! `/programmes`: what there is to take part in; `/programmes/{programme}`: one of them, with all that somebody wants to know
//! before applying, the agreement among it; and after the draw the proof of it.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use model::{Criterion, Sector};
use rules::enrol::proof::{Proof, Row};
use serde::Serialize;
use store::{Agreement, Alternative, Evaluation, Programme, ProgrammeMove, Tx};

use super::agreement::{AgreementText, Copy};
use super::{ProgrammeView, in_language};
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
    /// The version that is to be signed, once there is one.
    agreement: Option<AgreementText>,
    /// Evaluations that are planned: name, day, and whether they do not take place. Where is told to those who are invited.
    evaluations: Vec<(String, String, bool)>,
    moves: Vec<MoveView>,
    /// What there is for whoever has no place.
    alternatives: Vec<AlternativeView>,
    /// As the file of the draw has it: sector, applications that could take part, places given.
    drawn: Vec<(&'static str, usize, usize)>,
}

/// A day that was moved after everybody could see it.
#[derive(Serialize)]
struct MoveView {
    what: &'static str,
    before: String,
    after: String,
    moved_at: String,
    reason: String,
}

#[derive(Serialize)]
struct AlternativeView {
    title: String,
    text: String,
    url: String,
}

/// What is shown of a programme, from one snapshot.
struct Known {
    programme: Programme,
    proof: Option<Proof>,
    agreement: Option<Agreement>,
    evaluations: Vec<Evaluation>,
    moves: Vec<ProgrammeMove>,
    alternatives: Vec<Alternative>,
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
    let known = site
        .read(move |tx| {
            let programme = published(tx.programme_named(&slug)?)?;
            let programme_no = programme.programme_no;
            Ok(Known {
                proof: proof_of(tx, &programme)?,
                agreement: tx.newest_agreement(programme_no)?,
                evaluations: tx.evaluations_of(programme_no)?,
                moves: tx.programme_moves(programme_no)?,
                alternatives: tx.alternatives_of(programme_no)?,
                programme,
            })
        })
        .await?;
    let (programme, proof, language) = (known.programme, known.proof, visitor.language);
    let evaluation = |one: &Evaluation| {
        let name = in_language(language, &one.terms.name);
        let held_on = one.terms.held_on.to_string();
        (name, held_on, one.cancelled_at.is_some())
    };
    let moved = |one: &ProgrammeMove| MoveView {
        what: one.what.as_str(),
        before: one.before.to_string(),
        after: one.after.to_string(),
        moved_at: one.moved_at.to_string(),
        reason: in_language(language, &one.reason),
    };
    let alternative = |one: &Alternative| AlternativeView {
        title: in_language(language, &one.text.title),
        text: in_language(language, &one.text.text),
        url: one.text.url.clone(),
    };
    let view = View {
        agreement: known
            .agreement
            .map(|version| AgreementText::new(language, &version)),
        evaluations: known.evaluations.iter().map(evaluation).collect(),
        moves: known.moves.iter().map(moved).collect(),
        alternatives: known.alternatives.iter().map(alternative).collect(),
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
        programme: ProgrammeView::new(&site, language, &programme),
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

/// The agreement to keep, as it is before somebody signs: the version that is to be signed.
pub(super) async fn agreement(
    State(site): State<Site>,
    visitor: Visitor,
    Path(slug): Path<String>,
) -> Result<Response, Refusal> {
    let (programme, version) = site
        .read(move |tx| {
            let programme = published(tx.programme_named(&slug)?)?;
            let newest = tx.newest_agreement(programme.programme_no)?;
            Ok((programme, newest.ok_or(Refusal::NotFound)?))
        })
        .await?;
    let copy = Copy {
        programme: &programme,
        version: &version,
        signed: None,
    };
    copy.to_file(&site, &visitor)
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
