//! The balance of everything, counted now and then.
//!
//! Counting walks the large tables: up to a minute where there are ten million findings. So it is counted beside the pages, in
//! small steps with rests, at most once at a time, and pages show the last count with its time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use model::{SourceState, Timestamp};
use rules::silence::{PAUSES_MAX, silent_since};
use store::{Desks, OpenQueue, SourceRow, Status, Tx};

use crate::refusal::Refusal;
use crate::site::{Site, seeing, seen};

/// A count is shown for this long before somebody who looks has it counted again.
const FRESH: Duration = Duration::from_secs(60);

/// A step is followed by a rest of so many times its length, so that pages hardly notice.
const REST: u32 = 9;

/// Between two counts there is a pause of so many times the length of one.
const PAUSE: u32 = 2;

/// How long the page of whoever caused a count waits for it.
const PATIENCE: Duration = Duration::from_secs(1);

/// A count of everything but observations and matches.
pub(crate) struct Counted {
    pub(super) at: Timestamp,
    pub(crate) status: Status,
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

/// The last counts of the desks that were looked at together: few, as people of few teams look. Of each, whether there is a new
/// one on its way.
#[derive(Default)]
pub(crate) struct Tally {
    states: Mutex<HashMap<Desks, State>>,
}

#[derive(Default)]
struct State {
    last: Option<Arc<Counted>>,
    is_counting: bool,
}

impl Tally {
    fn with<T>(&self, desks: &Desks, work: impl FnOnce(&mut State) -> T) -> T {
        // A count is replaced as a whole, so one that panicked left the one before.
        let mut states = self
            .states
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        work(states.entry(desks.clone()).or_default())
    }
}

/// The last count of the desks that are seen; `None` while the first one is on its way.
pub(crate) async fn last_count(site: &Site) -> Option<Arc<Counted>> {
    let desks = seen();
    let is_due = site.tally().with(&desks, |state| {
        let is_fresh = state.last.as_ref().is_some_and(|last| last.is_fresh());
        let is_due = !is_fresh && !state.is_counting;
        state.is_counting |= is_due;
        is_due
    });
    if is_due {
        let counting = seeing(desks.clone(), count_again(site.clone(), desks.clone()));
        // Whoever does not wait until the end shows the count before.
        let _ = tokio::time::timeout(PATIENCE, tokio::spawn(counting)).await;
    }
    site.tally().with(&desks, |state| state.last.clone())
}

async fn count_again(site: Site, desks: Desks) {
    let counted = count(&site).await;
    site.tally().with(&desks, |state| {
        state.is_counting = false;
        match counted {
            Ok(counted) => state.last = Some(Arc::new(counted)),
            Err(error) => tracing::warn!(%error, "cannot count the balance"),
        }
    });
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
