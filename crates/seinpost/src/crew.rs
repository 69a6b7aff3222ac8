//! The workers of one process, each a thread.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use pipeline::worker::{Stages, Worker};
use pipeline::{Flow, proving, webhook};

use crate::cli::number::within;
use crate::observe::Observer;

/// Most workers in one process. More threads wait for the same store.
pub(crate) const THREADS_MAX: u64 = 64;

/// Which stages, by how many workers.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Crew {
    /// Stages that are done here, with commas: process, matching, distribute, upkeep; or `none` [default: all]
    #[arg(long, value_name = "STAGES", default_value_t = Stages::all(), hide_default_value = true)]
    pub(crate) stages: Stages,
    /// Workers of these stages, each a thread
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = within::<u64>(1..=THREADS_MAX))]
    pub(crate) threads: u64,
}

impl Crew {
    /// Works until `stop` is set. When one worker cannot go on, the others stop too.
    pub(crate) fn work(
        &self,
        flow: &Flow,
        observer: &Observer,
        stop: &AtomicBool,
    ) -> anyhow::Result<()> {
        std::thread::scope(|scope| {
            let workers: Vec<_> = (1..=self.threads)
                .map(|number| {
                    let pulse = observer.pulse(&format!("worker {number}"));
                    scope.spawn(move || {
                        let _stops_others = SetAtEnd(stop);
                        Worker::new(flow, &*pulse)
                            .doing(self.stages.clone())
                            .stopped_by(stop)
                            .run()
                            .context("the worker stopped")
                    })
                })
                .collect();
            if self.stages.distributes() {
                scope.spawn(|| webhook::run(flow, stop));
            }
            if self.stages.keeps_up() {
                scope.spawn(|| proving::run(flow, stop));
            }
            let joined = workers.into_iter().map(|worker| {
                worker
                    .join()
                    .unwrap_or_else(|_| Err(anyhow::anyhow!("the worker panicked")))
            });
            // All are waited for before the first failure is reported.
            joined.collect::<Vec<_>>().into_iter().collect()
        })
    }
}

/// Also when the worker panics.
struct SetAtEnd<'s>(&'s AtomicBool);

impl Drop for SetAtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
