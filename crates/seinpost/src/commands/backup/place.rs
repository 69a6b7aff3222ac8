//! What a place of backups looks like, and reading one of them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};
use store::{Blobs, Copied, Snapshot};

use crate::problem::wrong;

/// Form of the manifest; a program that knows another one does not guess.
pub(crate) const FORMAT: u32 = 1;

/// The manifest, last written. A folder without one is no backup.
pub(crate) const MANIFEST: &str = "manifest.json";
/// The state of an embedded store.
pub(crate) const STATE: &str = "seinpost.db";
/// The state of a store on PostgreSQL.
pub(crate) const DUMP: &str = "seinpost.dump";
/// Names of the blobs that belong to the state, one a line.
pub(crate) const BLOB_NAMES: &str = "blobs.txt";
/// The settings file, if the data folder had one.
pub(crate) const SETTINGS: &str = "seinpost.toml";
/// Beside the backups: the blobs of all of them.
const POOL: &str = "blobs";
/// Begins the name of a folder that is not complete.
pub(crate) const INCOMPLETE: &str = ".incomplete-";

/// What a backup is, beside its files.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// [`FORMAT`].
    pub(crate) format: u32,
    /// When it was taken.
    pub(crate) taken_at: String,
    /// Version of the program that took it.
    pub(crate) program: String,
    /// `SQLite` or `PostgreSQL`.
    pub(crate) engine: String,
    /// Number of the last migration of the state.
    pub(crate) migration: i64,
    /// The files beside the manifest.
    pub(crate) files: Vec<FileEntry>,
    /// Blobs that belong to the state.
    pub(crate) blobs: u64,
    /// Rows by what they are. With PostgreSQL they are counted a moment after the dump.
    pub(crate) counts: BTreeMap<String, i64>,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileEntry {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    /// BLAKE3 of its content, in hexadecimal digits.
    pub(crate) blake3: String,
}

impl FileEntry {
    /// Reads a file of a folder.
    pub(crate) fn of(folder: &Path, name: &str) -> anyhow::Result<Self> {
        let path = folder.join(name);
        let mut hasher = blake3::Hasher::new();
        let read = File::open(&path).and_then(|mut file| io::copy(&mut file, &mut hasher));
        let bytes = read.with_context(|| format!("cannot read `{}`", path.display()))?;
        Ok(Self {
            name: name.to_owned(),
            bytes,
            blake3: hasher.finalize().to_hex().to_string(),
        })
    }
}

/// One complete backup.
pub(crate) struct Kept {
    pub(crate) folder: PathBuf,
    pub(crate) manifest: Manifest,
}

impl Kept {
    /// The backup in this folder, or the newest one of this place.
    pub(crate) fn find(path: &Path) -> anyhow::Result<Self> {
        if path.join(MANIFEST).is_file() {
            return Self::read(path.to_owned());
        }
        let entries = fs::read_dir(path)
            .with_context(|| wrong(format!("cannot read `{}`", path.display())))?;
        let mut newest: Option<PathBuf> = None;
        for entry in entries {
            let folder = entry?.path();
            let name = folder
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            // Names are moments: the greatest is the newest.
            if !name.starts_with('.')
                && folder.join(MANIFEST).is_file()
                && newest.as_ref() < Some(&folder)
            {
                newest = Some(folder);
            }
        }
        match newest {
            Some(folder) => Self::read(folder),
            None => Err(wrong(format!(
                "there is no complete backup in `{}`",
                path.display()
            ))
            .hint(
                "name the folder that was given to `seinpost backup`, or one of the folders in it",
            )
            .into()),
        }
    }

    fn read(folder: PathBuf) -> anyhow::Result<Self> {
        let path = folder.join(MANIFEST);
        let unreadable = || wrong(format!("cannot read `{}`", path.display()));
        let text = fs::read_to_string(&path).with_context(unreadable)?;
        let manifest: Manifest = serde_json::from_str(&text).with_context(unreadable)?;
        if manifest.format != FORMAT {
            let text = format!(
                "`{}` has the form {}, this program knows {FORMAT}",
                path.display(),
                manifest.format
            );
            return Err(wrong(text)
                .hint(format!("use seinpost {}, which made it", manifest.program))
                .into());
        }
        Ok(Self { folder, manifest })
    }

    /// Files that are not what the manifest says, in words.
    pub(crate) fn altered_files(&self) -> Vec<String> {
        let altered = |entry: &FileEntry| match FileEntry::of(&self.folder, &entry.name) {
            Ok(found) if found == *entry => None,
            Ok(_) => Some(format!("{} was altered", entry.name)),
            Err(error) => Some(format!("{error:#}")),
        };
        self.manifest.files.iter().filter_map(altered).collect()
    }

    /// Whether the manifest names this file.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.manifest.files.iter().any(|entry| entry.name == name)
    }

    /// Names of the blobs that belong to the state.
    pub(crate) fn blob_names(&self) -> anyhow::Result<Vec<String>> {
        let path = self.folder.join(BLOB_NAMES);
        let text = fs::read_to_string(&path)
            .with_context(|| format!("cannot read `{}`", path.display()))?;
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// The blobs of the place.
    pub(crate) fn pool(&self) -> anyhow::Result<Blobs> {
        pool_in(self.folder.parent().unwrap_or(Path::new(".")))
    }
}

/// The blobs of a place.
pub(crate) fn pool_in(place: &Path) -> anyhow::Result<Blobs> {
    Ok(Blobs::open(&place.join(POOL))?)
}

/// Copies the blobs that the other side lacks; gives how many. Each is verified on the way.
pub(crate) fn copy_blobs(
    names: &[String],
    from: &Blobs,
    to: &Blobs,
    mut say: impl FnMut(usize),
) -> anyhow::Result<u64> {
    let mut copied = 0;
    for (index, name) in names.iter().enumerate() {
        say(index);
        if let Copied::Bytes(_) = from.copy_to(to, name)? {
            copied += 1;
        }
    }
    Ok(copied)
}

/// The counts that a manifest holds.
pub(crate) fn counts(snapshot: &Snapshot) -> BTreeMap<String, i64> {
    let status = &snapshot.status;
    let notifications = status.notifications.iter().map(|(_, count, _)| count).sum();
    let counts = [
        ("batches", status.batches.iter().sum()),
        ("rows_read", status.rows.rows_read),
        ("issues", status.issues),
        ("observations", status.observations),
        ("findings", status.findings),
        ("matches", status.matches),
        ("notifications", notifications),
        (
            "queue_items",
            status.queue.iter().map(|(_, _, count)| count).sum(),
        ),
        ("deliveries", status.deliveries.iter().sum()),
    ];
    counts
        .into_iter()
        .map(|(name, count)| (name.to_owned(), count))
        .collect()
}

/// Writes a file that is on disk when this returns.
pub(crate) fn write_synced(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let write = || -> io::Result<()> {
        let mut file = File::create_new(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().with_context(|| format!("cannot write `{}`", path.display()))
}

/// Copies a file; the copy is on disk when this returns.
pub(crate) fn copy_synced(from: &Path, to: &Path) -> anyhow::Result<()> {
    let copy = || -> io::Result<()> {
        fs::copy(from, to)?;
        File::open(to)?.sync_all()
    };
    copy().with_context(|| format!("cannot copy `{}` to `{}`", from.display(), to.display()))
}

/// Makes the names in a folder survive loss of power.
pub(crate) fn sync_folder(folder: &Path) -> anyhow::Result<()> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.with_context(|| format!("cannot sync `{}`", folder.display()))
}
