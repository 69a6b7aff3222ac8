//! `seinpost restore`: makes an installation from a backup. It begins paused, as it does not know what went out since.

use std::fs::{self, DirBuilder};
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Serialize;
use store::{Blobs, Store, StoreError};

use super::backup::place::{Kept, SETTINGS, STATE, copy_blobs, copy_synced, sync_folder};
use crate::lifecycle::{blobs, open_place};
use crate::output::{counted, thousands};
use crate::problem::{failed, wrong};
use crate::progress::ProgressLine;
use crate::session::{Answer, Session, actor};
use crate::settings::StorePlace;

const EXAMPLES: &str = "\
Examples:
  seinpost restore /mnt/backup/seinpost --to /var/lib/seinpost     the newest backup there
  seinpost --data /var/lib/seinpost check --deep
  seinpost --data /var/lib/seinpost work --until-idle --dry-run    what would go out
  seinpost --data /var/lib/seinpost resume

The folder must be empty. Distribution begins paused: what was handed over after the backup was
taken would go out again, with the same Message-ID. Numbers that may have been given out
meanwhile are left out, so that no other message gets them.

With PostgreSQL restore the dump first, into a new database:
  createdb seinpost
  pg_restore --dbname=\"$SEINPOST_STORE\" --no-owner \\
      /mnt/backup/seinpost/2026-11-18T09-00-00.000000Z/seinpost.dump
  seinpost restore /mnt/backup/seinpost/2026-11-18T09-00-00.000000Z --to /var/lib/seinpost";

/// The state while it is restored: a folder with it is not an installation yet.
const UNFINISHED: &str = "seinpost.db.restoring";

/// Make an installation from a backup, in an empty folder; it begins with distribution paused
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Restore {
    /// A backup, or a folder that holds backups: then the newest one
    from: PathBuf,
    /// Folder of the new installation [default: the data folder]
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
}

#[derive(Serialize)]
struct RestoredView {
    folder: String,
    taken_at: String,
    blobs: u64,
    /// Messages that were to be handed over when the backup was taken; some may have been since.
    messages_waiting: i64,
    paused: String,
}

impl Restore {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let kept = Kept::find(&self.from)?;
        let to = self.to.unwrap_or_else(|| session.settings.data.clone());
        let database = database(session, &kept)?;
        let altered = kept.altered_files();
        if !altered.is_empty() {
            return Err(
                failed(format!("the backup is damaged: {}", altered.join("; ")))
                    .hint("restore an older one; `seinpost backup verify` says which are sound")
                    .into(),
            );
        }
        make_empty(&to)?;
        let blobs_restored = restore_blobs(session, &kept, &to)?;
        if kept.has(SETTINGS) {
            copy_synced(&kept.folder.join(SETTINGS), &to.join(SETTINGS))?;
        }
        let reason = format!(
            "restored from the backup of {}: what was handed over after that would go out again",
            kept.manifest.taken_at
        );
        let messages_waiting = match &database {
            None => restore_state(session, &kept, &to, &reason)?,
            Some(store) => {
                let waiting = begin_paused(session, store, &reason)?;
                fs::remove_file(to.join(UNFINISHED))?;
                waiting
            }
        };
        sync_folder(&to)?;
        let view = RestoredView {
            folder: to.display().to_string(),
            taken_at: kept.manifest.taken_at.clone(),
            blobs: blobs_restored,
            messages_waiting,
            paused: reason,
        };
        show(session, &view)?;
        Ok(Answer::Done)
    }
}

/// The database that `pg_restore` made of the dump; nothing for a backup that holds the state itself.
fn database(session: &Session, kept: &Kept) -> anyhow::Result<Option<Store>> {
    let engine = &kept.manifest.engine;
    match (&session.settings.store, kept.has(STATE)) {
        (StorePlace::Embedded(_), true) => Ok(None),
        (place @ StorePlace::Postgres { .. }, false) => {
            let store = open_place(place).context("cannot open the restored database")?;
            check_database(&store, kept)?;
            Ok(Some(store))
        }
        (StorePlace::Embedded(_), false) => Err(wrong(format!("this is a backup of a state in {engine}"))
            .hint("restore its dump with `pg_restore` into a new database, and name that with --store")
            .into()),
        (StorePlace::Postgres { .. }, true) => Err(wrong(format!("this is a backup of a state in {engine}"))
            .hint("restore it without the setting `store`; `seinpost move` brings it into PostgreSQL then")
            .into()),
    }
}

/// Whether the database is the one of the dump: neither a new one nor the one that is in use.
fn check_database(store: &Store, kept: &Kept) -> anyhow::Result<()> {
    let names = kept.blob_names()?;
    let found = match store.migration_state()?.applied {
        0 => Vec::new(),
        _ => store.read(|tx| tx.blob_names())?,
    };
    if found.is_empty() && !names.is_empty() {
        return Err(
            wrong("the database has none of the deliveries of the backup")
                .hint("restore the dump into it first: `seinpost restore --help` says how")
                .into(),
        );
    }
    if found.iter().any(|name| names.binary_search(name).is_err()) {
        return Err(
            wrong("the database has deliveries that the backup does not have")
                .hint(
                    "name the database that the dump of this backup was restored into with --store",
                )
                .into(),
        );
    }
    Ok(())
}

/// Makes the folder, or takes one that is empty or was being restored before.
fn make_empty(to: &Path) -> anyhow::Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(to);
    made.with_context(|| wrong(format!("cannot make the folder `{}`", to.display())))?;
    let mut entries = fs::read_dir(to)?;
    if entries.next().is_none() || to.join(UNFINISHED).exists() {
        fs::write(to.join(UNFINISHED), "")?;
        return Ok(());
    }
    Err(wrong(format!("`{}` is not empty", to.display()))
        .hint("restore into a new folder, and put it in the place of the old one when all is well")
        .into())
}

fn restore_blobs(session: &Session, kept: &Kept, to: &Path) -> anyhow::Result<u64> {
    let progress = ProgressLine::new(session.quiet);
    let names = kept.blob_names()?;
    let all = names.len();
    let place = match &session.settings.blobs {
        Some(_) => blobs(&session.settings)?,
        None => Blobs::open(&to.join("blobs"))?,
    };
    copy_blobs(&names, &kept.pool()?, &place, |done| {
        progress.say(format!("blobs: {done} of {all}"));
    })?;
    Ok(all as u64)
}

/// Puts the state in its place, changed under another name: until it is paused it is no installation.
fn restore_state(session: &Session, kept: &Kept, to: &Path, reason: &str) -> anyhow::Result<i64> {
    let unfinished = to.join(UNFINISHED);
    copy_synced(&kept.folder.join(STATE), &unfinished)?;
    let store = Store::open_embedded(&unfinished)?;
    let waiting = begin_paused(session, &store, reason)?;
    // The last connection takes the log back into the file.
    drop(store);
    let place = to.join("seinpost.db");
    fs::rename(&unfinished, &place)
        .with_context(|| format!("cannot make `{}`", place.display()))?;
    Ok(waiting)
}

/// Stops distribution, and leaves out numbers that were given out since; says how many messages wait to go out.
fn begin_paused(session: &Session, store: &Store, reason: &str) -> anyhow::Result<i64> {
    store.migrate()?;
    let now = session.now();
    let waiting = store.write(|tx| {
        let reason = match tx.installation()?.paused {
            Some((_, earlier)) => format!("{reason}; it was paused before: {earlier}"),
            None => reason.to_owned(),
        };
        tx.set_paused(Some((now, &reason)))?;
        tx.skip_numbers()?;
        tx.record(now, &actor(), "restore", "installation", &reason)?;
        let waiting = tx.status()?.notifications;
        Ok::<_, StoreError>(waiting)
    })?;
    let approved = waiting
        .iter()
        .filter(|(state, ..)| *state == store::NotificationState::Approved);
    Ok(approved.map(|(_, count, _)| count).sum())
}

fn show(session: &mut Session, view: &RestoredView) -> anyhow::Result<()> {
    if session.json {
        return Ok(session.out.json(view)?);
    }
    let out = &mut session.out;
    writeln!(
        out,
        "restored the backup of {} into {}, with {}",
        view.taken_at,
        view.folder,
        counted(view.blobs, "blob")
    )?;
    writeln!(
        out,
        "distribution is paused; {} messages were waiting to go out when the backup was taken",
        thousands(view.messages_waiting)
    )?;
    writeln!(
        out,
        "next, each with `--data {}`: `seinpost check --deep`, then `seinpost work --until-idle --dry-run` shows what would go \
         out, then `seinpost resume`",
        view.folder
    )?;
    Ok(())
}
