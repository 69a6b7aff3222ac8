//! Signs of life for what a worker holds while it is between two transactions: reading a slow disk, or waiting for a
//! mail relay.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use store::{Lease, Store, StoreError};

/// Signs of life per lease: two may fail before the lease is over.
const BEATS_PER_LEASE: u32 = 3;

/// What a worker holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// A job.
    Job(Lease),
    /// Messages, by the claim with which they were taken.
    Messages { claim: i64, numbers: Vec<i64> },
}

/// Everything that a worker holds, to be renewed by a thread of its own.
#[derive(Default)]
pub(crate) struct Heartbeat {
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Default)]
struct State {
    held: Vec<Held>,
    is_over: bool,
}

impl Heartbeat {
    /// Does `work` with a heartbeat beside it.
    pub(crate) fn beside<T>(&self, store: &Store, lease: Duration, work: impl FnOnce() -> T) -> T {
        self.lock().is_over = false;
        std::thread::scope(|scope| {
            scope.spawn(|| self.beat(store, lease));
            let _over = Over(self);
            work()
        })
    }

    /// Holds something until the answer is dropped.
    pub(crate) fn hold(&self, held: Held) -> Holding<'_> {
        self.lock().held.push(held.clone());
        Holding {
            heartbeat: self,
            held,
        }
    }

    fn beat(&self, store: &Store, lease: Duration) {
        let mut state = self.lock();
        while !state.is_over {
            let waited = self.ended.wait_timeout(state, lease / BEATS_PER_LEASE);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            if state.is_over {
                return;
            }
            let held = state.held.clone();
            drop(state);
            for held in &held {
                renew(store, held, lease);
            }
            state = self.lock();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A lease that is lost, or a store that does not answer, is found out by the worker's own next transaction.
fn renew(store: &Store, held: &Held, lease: Duration) {
    let renewed = store.write(|tx| match held {
        Held::Job(job) => tx.renew_lease(*job),
        Held::Messages { claim, numbers } => tx.hold_messages(*claim, numbers, lease).map(drop),
    });
    match renewed {
        Ok(()) | Err(StoreError::LeaseLost { .. }) => {}
        Err(error) => tracing::debug!(%error, "a lease was not renewed"),
    }
}

/// Something that is held.
pub(crate) struct Holding<'h> {
    heartbeat: &'h Heartbeat,
    held: Held,
}

impl Drop for Holding<'_> {
    fn drop(&mut self) {
        let mut state = self.heartbeat.lock();
        if let Some(place) = state.held.iter().position(|held| *held == self.held) {
            state.held.remove(place);
        }
    }
}

/// Ends the thread also when the work panics.
struct Over<'h>(&'h Heartbeat);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.lock().is_over = true;
        self.0.ended.notify_all();
    }
}
