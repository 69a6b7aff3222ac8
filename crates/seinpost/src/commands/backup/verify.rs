//! Verifying a backup: everything in it is read.

use std::path::PathBuf;

use store::{Checked, Store};

use super::place::{Kept, STATE, counts};
use crate::commands::check::show;
use crate::progress::ProgressLine;
use crate::session::{Answer, Session};

const EXAMPLES: &str = "\
Examples:
  seinpost backup verify /mnt/backup/seinpost              the newest backup there
  seinpost backup verify /mnt/backup/seinpost/2026-11-18T09-00-00.000000Z

Reads all of it, the blobs too, and changes nothing. A dump of PostgreSQL is compared with the
digest of the day on which it was taken; only restoring it into an empty database shows more.";

/// Read a whole backup: digests, the pages and balance of the state, the audit log, and every blob
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Verify {
    /// A backup, or a folder that holds backups: then the newest one
    place: PathBuf,
}

impl Verify {
    pub(super) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let kept = Kept::find(&self.place)?;
        session.note(&format!("verifying {}", kept.folder.display()));
        let progress = ProgressLine::new(session.quiet);
        let altered = kept.altered_files();
        let is_sound = altered.is_empty();
        let mut checked = vec![answer("files", "files are what the manifest says", altered)];
        // A state that was altered is not worth asking.
        if is_sound && kept.has(STATE) {
            checked.extend(check_state(session, &kept, &progress)?);
        }
        if is_sound {
            let names = kept.blob_names()?;
            checked.push(kept.pool()?.check(&names, true, |name| {
                progress.say(format!("reading blob {name}"));
            })?);
        }
        drop(progress);
        show(session, &checked)
    }
}

fn check_state(
    session: &mut Session,
    kept: &Kept,
    progress: &ProgressLine,
) -> anyhow::Result<Vec<Checked>> {
    let store = Store::open_copy(&kept.folder.join(STATE))?;
    let snapshot = store.snapshot()?;
    let mut differences = Vec::new();
    for (what, count) in counts(&snapshot) {
        let said = kept.manifest.counts.get(&what).copied();
        if said != Some(count) {
            differences.push(format!(
                "{count} {what}, the manifest says {}",
                said.unwrap_or_default()
            ));
        }
    }
    if snapshot.blobs != kept.blob_names()? {
        differences.push("the list of blobs is another one".to_owned());
    }
    let mut checked = vec![answer(
        "counts",
        "the state holds what the manifest says",
        differences,
    )];
    let state = store.migration_state()?;
    if state.applied == state.known {
        checked.extend(store.check(true, |name| progress.say(format!("checking {name}")))?);
    } else {
        session.note(&format!(
            "the state is of seinpost {}: its rows are checked after it is restored, with `seinpost check`",
            kept.manifest.program
        ));
    }
    Ok(checked)
}

fn answer(name: &str, about: &'static str, wrong: Vec<String>) -> Checked {
    Checked {
        name: name.to_owned(),
        about,
        wrong: wrong.len() as i64,
        examples: wrong,
    }
}
