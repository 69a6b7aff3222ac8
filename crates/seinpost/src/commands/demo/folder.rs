//! The folder of the demonstration: made anew each time, and never anybody else's.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::Context;
use model::Timestamp;

use super::data;
use crate::lifecycle::make_folder;
use crate::problem::{failed, wrong};

/// Says that a folder was made by the demonstration.
const MARKER: &str = ".seinpost-demo";

/// Everything that the demonstration makes in its folder. Nothing else in it is ever removed.
const OWN: &[&str] = &[
    "blobs",
    "input",
    "outbox",
    "seinpost.db",
    "seinpost.db-shm",
    "seinpost.db-wal",
    "seinpost.toml",
    "worker.lock",
];

/// Makes the commands that follow work without further flags.
const SETTINGS: &str =
    "# Settings of the demonstration: documentation addresses count as real.\nprofile = \"test\"\n";

/// Makes a fresh folder with the example in it; gives the folder of the reports.
pub(super) fn make(folder: &Path, now: Timestamp) -> anyhow::Result<PathBuf> {
    let cannot = || wrong(format!("cannot make the folder `{}`", folder.display()));
    if folder.exists() {
        clear(folder)?;
    }
    make_folder(folder)?;
    let (register, reports) = (folder.join("input/register"), folder.join("input/reports"));
    fs::create_dir_all(&register).with_context(cannot)?;
    fs::create_dir_all(&reports).with_context(cannot)?;
    fs::write(
        folder.join(MARKER),
        "made by `seinpost demo`, which makes it anew each time\n",
    )
    .with_context(cannot)?;
    fs::write(folder.join("seinpost.toml"), SETTINGS).with_context(cannot)?;
    for (_, name, text) in data::REGISTER {
        fs::write(register.join(name), text).with_context(cannot)?;
    }
    for (report_type, text) in data::REPORTS {
        let name = format!("{}-{report_type}-example.csv", now.day());
        fs::write(reports.join(name), data::dated(text, now)).with_context(cannot)?;
    }
    Ok(reports)
}

/// Removes what an earlier demonstration left. A folder that is not ours is left alone.
fn clear(folder: &Path) -> anyhow::Result<()> {
    let cannot = || format!("cannot look into the folder `{}`", folder.display());
    let is_ours = folder.join(MARKER).is_file();
    let is_empty = fs::read_dir(folder).with_context(cannot)?.next().is_none();
    if !is_ours && !is_empty {
        let text = format!(
            "`{}` was not made by `seinpost demo`, so it is left alone",
            folder.display()
        );
        return Err(wrong(text)
            .hint("give another folder with --data, or none for ./seinpost-demo")
            .into());
    }
    refuse_if_in_use(folder)?;
    for name in OWN {
        let path = folder.join(name);
        let removed = if path.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        match removed {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot remove `{}`", path.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// A server that runs there would go on with files that are gone.
fn refuse_if_in_use(folder: &Path) -> anyhow::Result<()> {
    let Ok(lock) = File::open(folder.join("worker.lock")) else {
        return Ok(());
    };
    if lock.try_lock().is_err() {
        let text = format!("another seinpost works on `{}`", folder.display());
        return Err(failed(text)
            .hint("stop it first, or give another folder with --data")
            .into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-18T10:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_folder_of_somebody_else_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("seinpost.db"), "precious").unwrap();
        assert!(make(folder.path(), now()).is_err());
        assert_eq!(
            fs::read_to_string(folder.path().join("seinpost.db")).unwrap(),
            "precious"
        );
    }

    #[test]
    fn a_folder_of_ours_is_made_anew_and_what_others_put_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path(), now()).unwrap();
        fs::write(folder.path().join("seinpost.db"), "old").unwrap();
        fs::write(folder.path().join("notes.txt"), "mine").unwrap();
        let reports = make(folder.path(), now()).unwrap();
        assert!(!folder.path().join("seinpost.db").exists());
        assert_eq!(
            fs::read_to_string(folder.path().join("notes.txt")).unwrap(),
            "mine"
        );
        assert!(reports.join("2026-11-18-scan_rdp-example.csv").is_file());
    }
}
