//! Evaluations of a programme: planning one with its questions, inviting the participants, changing or cancelling it, noting who came, and reading what
//! they answered.
//!
//! What participants see is in `organisation::participation::evaluation`.

mod change;
mod detail;
mod list;
mod questions;
mod results;
mod survey;

pub(super) use survey::surveys;

use axum::Router;
use axum::routing::{get, post};
use model::IdKind;
use store::{Evaluation, Tx};
use uuid::Uuid;

use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of these pages.
pub(super) fn routes() -> Router<Site> {
    let at = |end: &str| format!("/desk/programmes/{{programme}}/evaluations{end}");
    Router::new()
        .route(&at(""), get(list::list).post(list::add))
        .route(&at("/{evaluation}"), get(detail::show))
        .route(&at("/{evaluation}/change"), post(change::change))
        .route(&at("/{evaluation}/cancel"), post(change::cancel))
        .route(&at("/{evaluation}/invite"), post(detail::invite))
        .route(&at("/{evaluation}/attendance"), post(detail::attend))
        .route(&at("/{evaluation}/tell"), post(detail::tell_changes))
        .route(&at("/{evaluation}/questions"), post(questions::add))
        .route(
            &at("/{evaluation}/questions/{question}/remove"),
            post(questions::remove),
        )
        .route(&at("/{evaluation}/results.csv"), get(results::csv))
        .route(
            &at("/{evaluation}/answers/{answer}/suggest"),
            post(results::suggest),
        )
}

/// Numbers of the programme and the evaluation of a path.
fn numbers(site: &Site, (programme, evaluation): (Uuid, Uuid)) -> Result<(i64, i64), Refusal> {
    Ok((
        site.number(IdKind::Programme, &programme)?,
        site.number(IdKind::Evaluation, &evaluation)?,
    ))
}

/// An evaluation of this programme; one of another is "not found".
fn of_programme(
    tx: &mut Tx<'_>,
    (programme_no, evaluation_no): (i64, i64),
) -> Result<Evaluation, Refusal> {
    let evaluation = tx.evaluation(evaluation_no)?;
    evaluation
        .filter(|it| it.terms.programme_no == programme_no)
        .ok_or(Refusal::NotFound)
}

/// The same, which nobody else changes until the transaction ends.
fn held(tx: &mut Tx<'_>, own: (i64, i64)) -> Result<Evaluation, Refusal> {
    // Before it is read: what is told and noted is what holds then.
    tx.hold_evaluation(own.1)?;
    of_programme(tx, own)
}

/// Address of the pages of an evaluation.
fn address((programme, evaluation): (Uuid, Uuid)) -> String {
    format!("/desk/programmes/{programme}/evaluations/{evaluation}")
}
