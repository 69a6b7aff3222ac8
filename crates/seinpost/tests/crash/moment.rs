//! When a run is killed: after a number of steps that can be seen from outside, and a pause.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use testkit::Pulse;
use testkit::generate::Random;

use crate::program::{Installation, Running};

/// How often a run is looked at.
const LOOK: Duration = Duration::from_micros(200);

/// When to kill.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// Steps to wait for.
    pub(crate) steps: usize,
    /// And then so long.
    pub(crate) pause: Duration,
}

/// When the steps of an undisturbed run came, since its start; the last is its end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Steps(pub(crate) Vec<Duration>);

impl Steps {
    /// A moment in the first `share` of the steps. Each step is as likely as any other, however long it takes; within it,
    /// half of the kills come at once, when something is being written, and half at any time before the next step.
    pub(crate) fn draw(&self, random: &mut Random, share: f64) -> Moment {
        let among = ((self.0.len() as f64 * share) as u64).max(1);
        let steps = random.below(among) as usize;
        let before = steps
            .checked_sub(1)
            .map_or(Duration::ZERO, |step| self.0[step]);
        let gap = (self.0[steps] - before).as_micros() as u64;
        let longest = match steps > 0 && random.once_in(2) {
            true => gap.min(300),
            false => gap,
        };
        Moment {
            steps,
            pause: Duration::from_micros(random.below(longest + 1)),
        }
    }
}

/// Looks at what a run leaves behind.
pub(crate) struct Watch<'i> {
    installation: &'i Installation,
    store: Pulse,
    seen: (u64, u64, usize),
}

impl<'i> Watch<'i> {
    pub(crate) fn new(installation: &'i Installation) -> Self {
        let mut watch = Self {
            installation,
            store: installation.place.pulse(),
            seen: (0, 0, 0),
        };
        watch.seen = watch.look();
        watch
    }

    /// Growth of the store, of deliveries that come in, and mails.
    fn look(&mut self) -> (u64, u64, usize) {
        let folder = self.installation.data().join("blobs/incoming");
        let incoming = entries(&folder);
        let incoming = incoming.map(|file| fs::metadata(file).map_or(0, |file| file.len() + 1));
        let mails = match self.installation.mails {
            true => self.installation.relay.count(),
            false => entries(&self.installation.outbox()).count(),
        };
        (self.store.now(), incoming.sum(), mails)
    }

    /// Waits for a moment of the run and kills it, or for its end; says when the steps came, and whether it was killed.
    pub(crate) fn follow(&mut self, running: &mut Running, kill: Option<Moment>) -> (Steps, bool) {
        let began = Instant::now();
        let mut steps = Vec::new();
        loop {
            if kill.is_some_and(|kill| steps.len() >= kill.steps) {
                let pause = kill.map_or(Duration::ZERO, |kill| kill.pause);
                let from = steps.last().copied().unwrap_or_default();
                while began.elapsed() < from + pause && !running.is_over() {
                    std::thread::sleep(Duration::from_micros(20));
                }
                let killed = !running.is_over() && running.child.kill().is_ok();
                return (Steps(steps), killed);
            }
            let seen = self.look();
            if seen != self.seen {
                self.seen = seen;
                steps.push(began.elapsed());
            }
            if running.is_over() {
                steps.push(began.elapsed());
                return (Steps(steps), false);
            }
            std::thread::sleep(LOOK);
        }
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.flatten().map(|entry| entry.path())
}
