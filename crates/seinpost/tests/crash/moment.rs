//! When a run is killed: after a number of steps that can be seen from outside, and a pause.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use testkit::Pulse;
use testkit::generate::Random;

use crate::program::{Installation, Running};

/// How often a run is looked at.
const LOOK: Duration = Duration::from_micros(400);

/// When to kill.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// Steps to wait for.
    pub(crate) steps: usize,
    /// And then so long.
    pub(crate) pause: Duration,
    /// But no longer than this since the start, though fewer steps were seen: a busy machine shows fewer.
    pub(crate) latest: Duration,
}

impl Moment {
    /// As soon as something was written so many times.
    pub(crate) fn after(steps: usize) -> Self {
        Self {
            steps,
            pause: Duration::ZERO,
            latest: Duration::from_secs(60),
        }
    }
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
            latest: self.0.last().copied().unwrap_or_default(),
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

    /// Waits for a moment of the run and kills it, or for its end; says when the steps came.
    pub(crate) fn follow(&mut self, running: &mut Running, kill: Option<Moment>) -> Steps {
        let never = Moment {
            latest: Duration::MAX,
            ..Moment::after(usize::MAX)
        };
        let steps = self.wait_for(running, kill.unwrap_or(never));
        if kill.is_some() && !running.is_over() {
            running.child.kill().unwrap();
        }
        steps
    }

    /// Waits for a moment of the run, or for its end; says when the steps came.
    pub(crate) fn wait_for(&mut self, running: &mut Running, moment: Moment) -> Steps {
        let began = Instant::now();
        let mut steps = Vec::new();
        while steps.len() < moment.steps && began.elapsed() < moment.latest {
            if running.is_over() {
                steps.push(began.elapsed());
                return Steps(steps);
            }
            let seen = self.look();
            if seen != self.seen {
                self.seen = seen;
                steps.push(began.elapsed());
            }
            std::thread::sleep(LOOK);
        }
        let until = steps.last().copied().unwrap_or_default() + moment.pause;
        while began.elapsed() < until && !running.is_over() {
            std::thread::sleep(Duration::from_micros(20));
        }
        Steps(steps)
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.flatten().map(|entry| entry.path())
}
