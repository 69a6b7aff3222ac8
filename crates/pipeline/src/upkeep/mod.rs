//! What keeps an installation tidy beside the flow. Nothing here changes what is told to whom.

pub mod blobs;

use std::time::{Duration, Instant};

use crate::events;
use crate::flow::Flow;

/// How often a worker with nothing else to do tidies.
const PAUSE: Duration = Duration::from_secs(3600);

/// When a worker tidied last.
#[derive(Default)]
pub(crate) struct Upkeep {
    last: Option<Instant>,
}

impl Upkeep {
    /// Tidies if that is due. What fails is logged, and tried again at the next time.
    pub(crate) fn run_if_due(&mut self, flow: &Flow) {
        if self.last.is_some_and(|last| last.elapsed() < PAUSE) {
            return;
        }
        self.last = Some(Instant::now());
        match blobs::sweep(flow, flow.orphan_age, false) {
            Ok(swept) if swept == blobs::Swept::default() => {}
            Ok(swept) => events::blobs_removed(&swept),
            Err(error) => events::blobs_not_removed(&error),
        }
    }
}
