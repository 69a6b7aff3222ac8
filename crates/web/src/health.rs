//! Alive and ready: what an operator's monitoring asks every few seconds.
//!
//! The program says what is to be checked; this crate waits for the answers, and never longer than [`ANSWER_WAIT`],
//! whatever hangs below it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use store::{Store, StoreError};
use tokio::sync::{Mutex, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::problem::Problem;

/// How long all checks together may take. Monitoring commonly gives up after two seconds.
const ANSWER_WAIT: Duration = Duration::from_millis(1_500);

/// How long an answer holds: a flood of requests must not become a flood of questions.
const ANSWER_AGE: Duration = Duration::from_secs(1);

/// Longest silence of a worker that is alive. The longest that one thing takes is reading a large register, or waiting
/// out a mail relay or a locked store: each a minute or two.
const SILENCE_MAX: Duration = Duration::from_secs(600);

/// Something without which no work gets done.
#[derive(Clone)]
pub struct Check {
    name: &'static str,
    ask: Arc<dyn Fn() -> Result<(), Unfit> + Send + Sync>,
    /// One question at a time: one that hangs keeps its thread, and no second joins it.
    free: Arc<Semaphore>,
}

/// Why a check failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// What to do, for anybody who can reach the page.
    pub advice: &'static str,
    /// What happened, for the log.
    pub cause: String,
}

impl Check {
    /// A check that `ask` answers. It may block, and even hang: it runs on a thread of its own.
    pub fn new(
        name: &'static str,
        ask: impl Fn() -> Result<(), Unfit> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            ask: Arc::new(ask),
            free: Arc::new(Semaphore::new(1)),
        }
    }

    /// Whether the store answers and has the tables that this program needs.
    pub fn of_store(store: Store) -> Self {
        Self::new("store", move || {
            store.ready().map_err(|error| Unfit {
                advice: match error {
                    StoreError::Migration { .. } => {
                        "The tables are older or newer than this program; run `seinpost migrate`."
                    }
                    _ => "The store does not answer; the log says why.",
                },
                cause: error.for_log(),
            })
        })
    }

    async fn answer(self) -> Result<(), Unfit> {
        let late = || Unfit {
            advice: "Something did not answer in time; the log says what.",
            cause: "no answer in time".into(),
        };
        let Ok(permit) = self.free.try_acquire_owned() else {
            return Err(late());
        };
        let asked = spawn_blocking(move || {
            let answer = (self.ask)();
            drop(permit);
            answer
        });
        match timeout(ANSWER_WAIT, asked).await {
            Ok(Ok(answer)) => answer,
            // The check panicked, or the program stops.
            Ok(Err(_)) | Err(_) => Err(late()),
        }
    }
}

/// How long each worker has given no sign of life, by its name.
pub type Silences = BTreeMap<String, Duration>;

/// What `/healthz` and `/readyz` answer.
#[derive(Clone)]
pub struct Health {
    checks: Arc<[Check]>,
    silences: Arc<dyn Fn() -> Silences + Send + Sync>,
    latest: Arc<Mutex<Option<(Instant, Readiness)>>>,
}

/// What each check said: nothing where all is well.
type Readiness = BTreeMap<&'static str, Option<Unfit>>;

impl Health {
    /// Ready when all `checks` pass, alive when no worker in `silences` is silent for ten minutes.
    pub fn new(
        checks: impl Into<Arc<[Check]>>,
        silences: impl Fn() -> Silences + Send + Sync + 'static,
    ) -> Self {
        Self {
            checks: checks.into(),
            silences: Arc::new(silences),
            latest: Arc::default(),
        }
    }

    /// Whether no worker is stuck.
    pub fn is_alive(&self) -> bool {
        (self.silences)()
            .values()
            .all(|silence| *silence <= SILENCE_MAX)
    }

    /// Asks everything at once, unless that was just done.
    async fn readiness(&self) -> Readiness {
        let mut latest = self.latest.lock().await;
        if let Some((asked_at, readiness)) = &*latest
            && asked_at.elapsed() < ANSWER_AGE
        {
            return readiness.clone();
        }
        let asked: Vec<_> = self
            .checks
            .iter()
            .map(|check| (check.name, tokio::spawn(check.clone().answer())))
            .collect();
        let mut readiness = Readiness::new();
        for (name, answer) in asked {
            let unfit = answer.await.ok().and_then(Result::err);
            if let Some(unfit) = &unfit {
                tracing::warn!(check = name, cause = unfit.cause, "not ready");
            }
            readiness.insert(name, unfit);
        }
        *latest = Some((Instant::now(), readiness.clone()));
        readiness
    }
}

/// The answer when all is well.
#[derive(Serialize)]
struct Well<'a> {
    status: &'static str,
    #[serde(flatten)]
    details: BTreeMap<&'static str, BTreeMap<&'a str, Detail>>,
}

/// What is said of one check or worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Detail {
    /// Of a check: `ok` or `failed`.
    Word(&'static str),
    /// Of a worker: seconds since its last sign of life.
    SecondsSilent(u64),
}

/// The process answers and no worker is stuck. The store is not asked, so that nobody restarts the program because the
/// store is down.
pub(crate) async fn alive(State(health): State<Health>) -> Response {
    let silences = (health.silences)();
    let seconds = silences
        .iter()
        .map(|(name, silence)| (name.as_str(), Detail::SecondsSilent(silence.as_secs())));
    let workers = BTreeMap::from([("workers", seconds.collect())]);
    if health.is_alive() {
        return Json(Well {
            status: "alive",
            details: workers,
        })
        .into_response();
    }
    tracing::warn!("a worker is stuck");
    Problem::STUCK.with(&workers)
}

/// Everything that work needs is there.
pub(crate) async fn ready(State(health): State<Health>) -> Response {
    let readiness = health.readiness().await;
    let word = |unfit: &Option<Unfit>| {
        Detail::Word(match unfit {
            None => "ok",
            Some(_) => "failed",
        })
    };
    let words = readiness.iter().map(|(name, unfit)| (*name, word(unfit)));
    let checks = BTreeMap::from([("checks", words.collect())]);
    match readiness.values().flatten().next() {
        None => Json(Well {
            status: "ready",
            details: checks,
        })
        .into_response(),
        Some(unfit) => Problem::not_ready(unfit.advice).with(&checks),
    }
}
