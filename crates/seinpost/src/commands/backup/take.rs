//! Taking a backup: the state first, then the blobs. Every batch in the state then has its blob in the backup.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Serialize;
use store::{Snapshot, Store};

use super::place::{
    BLOB_NAMES, DUMP, FORMAT, FileEntry, INCOMPLETE, MANIFEST, Manifest, SETTINGS, STATE,
    copy_blobs, copy_synced, counts, pool_in, sync_folder, write_synced,
};
use crate::commands::config::without_secrets;
use crate::lifecycle::{Missing, blobs};
use crate::output::{counted, thousands};
use crate::problem::{failed, wrong};
use crate::progress::ProgressLine;
use crate::session::{Answer, Session};
use crate::settings::{Origin, StorePlace};

/// How a dump of `pg_dump --format=custom` begins.
const DUMP_BEGINS: &[u8] = b"PGDMP";

#[derive(Serialize)]
struct TakenView {
    folder: String,
    taken_at: String,
    migration: i64,
    bytes: u64,
    blobs: u64,
    blobs_copied: u64,
}

/// Takes a backup.
pub(super) fn run(
    session: &mut Session,
    place: &Path,
    dump: Option<&Path>,
) -> anyhow::Result<Answer> {
    let store = session.open_store(Missing::Refuse)?;
    check_dump(session, place, dump)?;
    make_private(place)?;
    let _lock = lock(place)?;
    let taken_at = session.now();
    let folder = free_folder(place, &taken_at.to_string().replace(':', "-"));
    let incomplete = incomplete_of(place, &folder);
    make_private(&incomplete)?;
    let (snapshot, state) = match dump {
        None => (copy_state(session, &store, &incomplete)?, STATE),
        Some(dump) => {
            take_dump(dump, &incomplete)?;
            (store.snapshot()?, DUMP)
        }
    };
    let copied = copy_all_blobs(session, place, &snapshot)?;
    let mut names = snapshot.blobs.join("\n");
    names.push('\n');
    write_synced(&incomplete.join(BLOB_NAMES), names.as_bytes())?;
    let mut files = vec![state, BLOB_NAMES];
    if take_settings(session, &incomplete)? {
        files.push(SETTINGS);
    }
    let files = files
        .into_iter()
        .map(|name| FileEntry::of(&incomplete, name));
    let manifest = Manifest {
        format: FORMAT,
        taken_at: taken_at.to_string(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        engine: store.engine_name().to_owned(),
        migration: snapshot.migration,
        files: files.collect::<anyhow::Result<_>>()?,
        blobs: snapshot.blobs.len() as u64,
        counts: counts(&snapshot),
    };
    write_synced(
        &incomplete.join(MANIFEST),
        &serde_json::to_vec_pretty(&manifest)?,
    )?;
    sync_folder(&incomplete)?;
    fs::rename(&incomplete, &folder)
        .with_context(|| format!("cannot name the backup `{}`", folder.display()))?;
    sync_folder(place)?;
    show(session, &folder, &manifest, copied)
}

/// The state in PostgreSQL is copied by its own tool; this says how.
fn check_dump(session: &Session, place: &Path, dump: Option<&Path>) -> anyhow::Result<()> {
    match (&session.settings.store, dump) {
        (StorePlace::Embedded(_), None) => Ok(()),
        (StorePlace::Embedded(_), Some(_)) => Err(wrong(
            "--dump is for a state in PostgreSQL; this one is a file, which is copied without help",
        )
        .into()),
        (StorePlace::Postgres { url, .. }, None) => {
            let file = place.join("state.dump");
            let (place, file, url) = (place.display(), file.display(), without_secrets(url));
            Err(wrong("the state is in PostgreSQL, whose own tool must copy it first")
                .hint(format!(
                    "pg_dump --format=custom --file={file} '{url}' && seinpost backup {place} --dump {file}"
                ))
                .into())
        }
        (StorePlace::Postgres { .. }, Some(dump)) => {
            let mut head = [0; DUMP_BEGINS.len()];
            let read = File::open(dump).and_then(|mut file| file.read_exact(&mut head));
            read.with_context(|| wrong(format!("cannot read the dump `{}`", dump.display())))?;
            if head != DUMP_BEGINS {
                return Err(wrong(format!(
                    "`{}` is not a dump in the custom form",
                    dump.display()
                ))
                .hint("make it with `pg_dump --format=custom`")
                .into());
            }
            Ok(())
        }
    }
}

/// For the owner alone, as the data folder.
fn make_private(folder: &Path) -> anyhow::Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.with_context(|| wrong(format!("cannot make the folder `{}`", folder.display())))
}

/// One backup at a time in one place. What an earlier one left unfinished is removed.
fn lock(place: &Path) -> anyhow::Result<File> {
    let path = place.join(".lock");
    let cannot = || format!("cannot lock `{}`", place.display());
    let file = File::create(&path).with_context(cannot)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(failed(format!(
                "another backup is being taken in `{}`",
                place.display()
            ))
            .into());
        }
        Err(TryLockError::Error(error)) => return Err(error).with_context(cannot),
    }
    for entry in fs::read_dir(place).with_context(cannot)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(INCOMPLETE) {
            fs::remove_dir_all(entry.path()).with_context(cannot)?;
        }
    }
    Ok(file)
}

/// A folder of this name, or with a number behind it: two backups can be of one second.
fn free_folder(place: &Path, name: &str) -> PathBuf {
    let numbered = (2..).map(|number| place.join(format!("{name}.{number}")));
    let mut candidates = std::iter::once(place.join(name)).chain(numbered);
    candidates
        .find(|folder| !folder.exists())
        .expect("some number is free")
}

fn incomplete_of(place: &Path, folder: &Path) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    place.join(format!("{INCOMPLETE}{name}"))
}

fn copy_state(session: &Session, store: &Store, folder: &Path) -> anyhow::Result<Snapshot> {
    let progress = ProgressLine::new(session.quiet);
    let copied = store.copy_file(&folder.join(STATE), |done, all| {
        progress.say(format!("state: {done} of {all} pages"));
    });
    copied.context("cannot copy the state")
}

/// Moves the dump into the backup; across file systems it is copied.
fn take_dump(dump: &Path, folder: &Path) -> anyhow::Result<()> {
    let to = folder.join(DUMP);
    match fs::rename(dump, &to) {
        Ok(()) => File::open(&to)
            .and_then(|file| file.sync_all())
            .context("cannot sync the dump"),
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => copy_synced(dump, &to),
        Err(error) => {
            Err(error).with_context(|| format!("cannot move the dump `{}`", dump.display()))
        }
    }
}

fn copy_all_blobs(session: &Session, place: &Path, snapshot: &Snapshot) -> anyhow::Result<u64> {
    let progress = ProgressLine::new(session.quiet);
    let all = snapshot.blobs.len();
    copy_blobs(
        &snapshot.blobs,
        &blobs(&session.settings)?,
        &pool_in(place)?,
        |done| {
            progress.say(format!("blobs: {done} of {all}"));
        },
    )
}

/// Takes the settings file of the data folder, unless a URL in it holds a password; says whether it did.
fn take_settings(session: &mut Session, folder: &Path) -> anyhow::Result<bool> {
    let path = session.settings.data.join(SETTINGS);
    if !path.is_file() {
        return Ok(false);
    }
    let is_secret = session.settings.given.iter().any(|(_, given)| {
        matches!(given.origin, Origin::File(_)) && without_secrets(&given.text) != given.text
    });
    if is_secret {
        let text = format!(
            "`{}` holds a password and is not in the backup",
            path.display()
        );
        session.note(&text);
        return Ok(false);
    }
    copy_synced(&path, &folder.join(SETTINGS))?;
    Ok(true)
}

fn show(
    session: &mut Session,
    folder: &Path,
    manifest: &Manifest,
    copied: u64,
) -> anyhow::Result<Answer> {
    let view = TakenView {
        folder: folder.display().to_string(),
        taken_at: manifest.taken_at.clone(),
        migration: manifest.migration,
        bytes: manifest.files.iter().map(|file| file.bytes).sum(),
        blobs: manifest.blobs,
        blobs_copied: copied,
    };
    if session.json {
        session.out.json(&view)?;
        return Ok(Answer::Done);
    }
    let out = &mut session.out;
    writeln!(out, "backup complete: {}", view.folder)?;
    writeln!(
        out,
        "{} of state; {}, {} of them new",
        counted(view.bytes, "byte"),
        counted(view.blobs, "blob"),
        thousands(view.blobs_copied)
    )?;
    writeln!(
        out,
        "try it now and then: `seinpost backup verify {}`",
        view.folder
    )?;
    Ok(Answer::Done)
}
