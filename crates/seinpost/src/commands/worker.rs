//! `seinpost worker`: works without pages, until somebody asks it to stop.

use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::crew::Crew;
use crate::lifecycle::{lock_worker, stop_mark};
use crate::observe::Observer;
use crate::problem::wrong;
use crate::session::{Answer, Session};

const EXAMPLES: &str = "\
Examples:
  seinpost worker                                          what `seinpost serve` does but the pages
  seinpost worker --stages process,matching --threads 4    read reports, on a machine of its own
  seinpost worker --stages distribute                      hand over only

Several processes and machines can work on one PostgreSQL. An installation in a file has one process
that works, with as many threads as you like. Ctrl-C or SIGTERM stops it after the chunk or the
messages in hand; what it leaves is gone on with at once. See docs/workers.md.";

/// How often is looked whether somebody asked to stop.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Do the work, or some stages of it, without pages
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Worker {
    #[command(flatten)]
    crew: Crew,
}

impl Worker {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        if self.crew.stages.is_none() {
            return Err(wrong("a worker without stages has nothing to do")
                .hint("name some with --stages, or leave it out for all")
                .into());
        }
        let flow = session.open_flow()?;
        let _lock = lock_worker(&session.settings, &flow.store)?;
        let observer = Observer::start(&session.settings, &flow)?;
        let stop = stop_mark()?;
        session.note(&format!("working on {}; Ctrl-C stops", self.crew.stages));
        observer.ready();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                // Set by a signal, and by workers that end by themselves.
                while !stop.load(Ordering::Relaxed) {
                    std::thread::sleep(LOOK_EVERY);
                }
                observer.stopping();
            });
            self.crew.work(&flow, &observer, &stop)
        })?;
        Ok(Answer::Done)
    }
}
