//! Signs of life of the workers: one that gives none for long is stuck.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use pipeline::worker::Progress;
use web::Silences;

/// The workers of this process. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Pulses {
    all: Arc<Mutex<Vec<Arc<Pulse>>>>,
}

/// When a worker gave its last sign of life.
pub(crate) struct Pulse {
    worker: String,
    latest: Mutex<Instant>,
}

impl Pulses {
    /// The pulse of a new worker.
    pub(crate) fn add(&self, worker: &str) -> Arc<Pulse> {
        let pulse = Arc::new(Pulse {
            worker: worker.to_owned(),
            latest: Mutex::new(Instant::now()),
        });
        lock(&self.all).push(Arc::clone(&pulse));
        pulse
    }

    /// How long each worker has been silent.
    pub(crate) fn silences(&self) -> Silences {
        let silence = |pulse: &Arc<Pulse>| (pulse.worker.clone(), lock(&pulse.latest).elapsed());
        lock(&self.all).iter().map(silence).collect()
    }
}

impl Pulse {
    fn beat(&self) {
        *lock(&self.latest) = Instant::now();
    }
}

impl Progress for Pulse {
    fn rows(&self, _: &str, _: i64) {
        self.beat();
    }

    fn messages(&self, _: u64) {
        self.beat();
    }

    fn alive(&self) {
        self.beat();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_sign_of_life_ends_the_silence() {
        let pulses = Pulses::default();
        let pulse = pulses.add("worker-1");
        let long_ago = Instant::now()
            .checked_sub(Duration::from_secs(1_000))
            .unwrap();
        for sign in [
            (|pulse| pulse.alive()) as fn(&Pulse),
            |pulse| pulse.rows("a batch", 1),
            |pulse| pulse.messages(1),
        ] {
            *lock(&pulse.latest) = long_ago;
            assert!(pulses.silences()["worker-1"] >= Duration::from_secs(1_000));
            sign(&pulse);
            assert!(pulses.silences()["worker-1"] < Duration::from_secs(500));
        }
    }
}
