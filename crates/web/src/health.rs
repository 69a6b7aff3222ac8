//! Alive and ready: what an operator's monitoring asks every few seconds.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::{Store, StoreError};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::problem::Problem;

/// How long the store may take to answer.
const ANSWER_WAIT: Duration = Duration::from_secs(5);

/// Questions to the store at a time. Each takes a connection; a flood of requests must not take them all.
const QUESTIONS_MAX: usize = 2;

/// What the two pages need.
#[derive(Clone)]
pub(crate) struct Health {
    store: Store,
    questions: Arc<Semaphore>,
}

impl Health {
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store,
            questions: Arc::new(Semaphore::new(QUESTIONS_MAX)),
        }
    }
}

/// The answer when all is well.
#[derive(Serialize)]
pub(crate) struct Well {
    status: &'static str,
}

/// The process answers. Asks nothing else, so that a store that is down does not make anybody restart the program.
pub(crate) async fn alive() -> Json<Well> {
    Json(Well { status: "alive" })
}

/// The store answers and has the tables that this program needs.
pub(crate) async fn ready(State(health): State<Health>) -> Result<Json<Well>, Problem> {
    match timeout(ANSWER_WAIT, ask(health)).await {
        Ok(Ok(())) => Ok(Json(Well { status: "ready" })),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready");
            Err(Problem::not_ready(match error {
                StoreError::Migration { .. } => {
                    "The tables are older or newer than this program; run `seinpost migrate`."
                }
                _ => "The store does not answer; the log says why.",
            }))
        }
        Err(_) => {
            tracing::warn!(
                seconds = ANSWER_WAIT.as_secs(),
                "not ready: the store did not answer in time"
            );
            Err(Problem::not_ready("The store did not answer in time."))
        }
    }
}

/// The permit goes along to the thread: a question that hangs goes on counting after its request has timed out.
async fn ask(health: Health) -> Result<(), StoreError> {
    let permit = health
        .questions
        .acquire_owned()
        .await
        .expect("the semaphore is never closed");
    let asked = spawn_blocking(move || {
        let answer = health.store.ready();
        drop(permit);
        answer
    });
    asked
        .await
        .expect("the question does not panic and is not cancelled")
}
