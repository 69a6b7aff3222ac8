//! `seinpost backup`: copies of an installation, taken while it runs.
//!
//! A place holds many backups. Each has a folder named by its moment, with the state, the settings and a manifest; the
//! blobs of all of them are together in `blobs`, under the names of their content, so that a backup copies only those
//! that are new. A folder gets its name when it is complete and on disk: one that has its name can be restored.

pub(crate) mod place;
mod take;
mod verify;

use std::path::PathBuf;

use clap::Subcommand;

use crate::problem::wrong;
use crate::session::{Answer, Session};

const EXAMPLES: &str = "\
Examples:
  seinpost backup /mnt/backup/seinpost
  seinpost backup verify /mnt/backup/seinpost              the newest backup there
  seinpost backup verify /mnt/backup/seinpost/2026-11-18T09-00-00.000000Z

Everything else can go on meanwhile. In it are the state, the deliveries and seinpost.toml of the
data folder. Not in it are the files that the settings name (passwords, certificates), settings
files elsewhere, and mails in the outbox. A backup is a list of targets: encrypt where it is kept.

With PostgreSQL its own tool copies the state, first:
  pg_dump --format=custom --file=/mnt/backup/seinpost/state.dump \"$SEINPOST_STORE\"
  seinpost backup /mnt/backup/seinpost --dump /mnt/backup/seinpost/state.dump";

/// Take a backup while everything goes on, or verify one
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(crate) struct Backup {
    #[command(subcommand)]
    what: Option<What>,
    /// Folder that holds the backups; a folder for this one is made in it
    place: Option<PathBuf>,
    /// What `pg_dump --format=custom` wrote, where the state is in PostgreSQL; it is moved into the backup
    #[arg(long, value_name = "FILE")]
    dump: Option<PathBuf>,
}

#[derive(Subcommand)]
enum What {
    Verify(verify::Verify),
}

impl Backup {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        match (self.what, self.place) {
            (Some(What::Verify(verify)), _) => verify.run(session),
            (None, Some(place)) => take::run(session, &place, self.dump.as_deref()),
            (None, None) => Err(wrong("where the backup goes is not said")
                .hint("name a folder: `seinpost backup /mnt/backup/seinpost`")
                .into()),
        }
    }
}
