//! The balance of everything, counted now and then.
//!
//! Counting walks the large tables: up to a minute where there are ten million findings. So it is counted beside the pages, in
//! small steps with rests, at most once at a time, and pages show the last count with its time.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use model::{SourceState, Timestamp};
use rules::silence::{PAUSES_MAX, silent_since};
use store::{OpenQueue, SourceRow, Status, Tx};

use crate::refusal::Refusal;
use crate::site::Site;

/// A count is shown for this long before somebody who looks has it counted again.
const FRESH: Duration = Duration::from_secs(60);

/// A step is followed by a rest of so many times its length, so that pages hardly notice.
const REST: u32 = 9;

/// Between two counts there is a pause of so many times the length of one.
const PAUSE: u32 = 2;

/// How long the page of whoever caused a count waits for it.
const PATIENCE: Duration = Duration::from_secs(1);

/// A count of everything but observations and matches.
pub(super) struct Counted {
    pub(super) at: Timestamp,
    pub(super) status: Status,
    pub(super) queues: Vec<OpenQueue>,
    /// Sources of which a delivery is missing, and since when.
    pub(super) silent: Vec<(SourceRow, Timestamp)>,
    /// When it ended, by a clock that nobody sets.
    ended: Instant,
    took: Duration,
}

impl Counted {
    fn is_fresh(&self) -> bool {
        self.ended.elapsed() < FRESH.max(self.took * PAUSE)
    }
}

/// The last count, and whether there is a new one on its way.
#[derive(Default)]
pub(crate) struct Tally {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    last: Option<Arc<Counted>>,
    is_counting: bool,
}

impl Tally {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // A count is replaced as a whole, so one that panicked left the one before.
        self.state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The last count; `None` while the first one is on its way.
pub(super) async fn last_count(site: &Site) -> Option<Arc<Counted>> {
    {
        let mut state = site.tally().state();
        let is_fresh = state.last.as_ref().is_some_and(|last| last.is_fresh());
        if is_fresh || state.is_counting {
            return state.last.clone();
        }
        state.is_counting = true;
    }
    let counting = tokio::spawn(count_again(site.clone()));
    // Whoever does not wait until the end shows the count before.
    let _ = tokio::time::timeout(PATIENCE, counting).await;
    site.tally().state().last.clone()
}

async fn count_again(site: Site) {
    let counted = count(&site).await;
    let mut state = site.tally().state();
    state.is_counting = false;
    match counted {
        Ok(counted) => state.last = Some(Arc::new(counted)),
        Err(error) => tracing::warn!(%error, "cannot count the balance"),
    }
}

async fn count(site: &Site) -> Result<Counted, Refusal> {
    let (began, at) = (Instant::now(), site.now());
    let mut status = site.read(|tx| Ok(tx.status_of_flow()?)).await?;
    let mut next = Some(1);
    while let Some(from) = next {
        let began = Instant::now();
        let step = site.read(move |tx| Ok(tx.status_step(from)?)).await?;
        status.add(&step);
        next = step.next;
        if next.is_some() {
            tokio::time::sleep(began.elapsed() * REST).await;
        }
    }
    let (queues, silent) = site
        .read(move |tx| Ok((tx.open_queues()?, silent_sources(tx, at)?)))
        .await?;
    Ok(Counted {
        at,
        status,
        queues,
        silent,
        ended: Instant::now(),
        took: began.elapsed(),
    })
}

fn silent_sources(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<(SourceRow, Timestamp)>, Refusal> {
    let mut silent = Vec::new();
    let sources = tx.sources()?.into_iter();
    // Of the others nothing is expected.
    for source in sources.filter(|source| source.state == SourceState::Vetted) {
        let received = received_of(tx, source.party_no)?;
        if let Some(since) = silent_since(&received, now) {
            silent.push((source, since));
        }
    }
    Ok(silent)
}

/// When the last deliveries of a source came, newest first.
pub(super) fn received_of(tx: &mut Tx<'_>, source_no: i64) -> Result<Vec<Timestamp>, Refusal> {
    let batches = tx.batches_before(Some(source_no), i64::MAX, PAUSES_MAX as i64 + 1)?;
    Ok(batches.into_iter().map(|batch| batch.received_at).collect())
}
