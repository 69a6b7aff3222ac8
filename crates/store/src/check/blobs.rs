//! Names of blobs against the blobs.

use std::collections::HashSet;
use std::time::Duration;

use super::Checked;
use crate::blob::Blobs;
use crate::connection::Tx;
use crate::engine::Store;
use crate::error::{Result, StoreError};

/// Until then a blob may belong to a delivery that is still being taken in.
const UNNAMED_AGE_MAX: Duration = Duration::from_secs(24 * 3600);

/// Blobs that are listed at once.
const PAGE: usize = 10_000;

impl Tx<'_> {
    /// Names of the blobs that batches name, each once, in order.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn blob_names(&mut self) -> Result<Vec<String>> {
        let sql = "SELECT DISTINCT blob FROM batch ORDER BY blob";
        self.query(sql, &[], |row| row.text(0))
    }
}

impl Store {
    /// Whether every blob that a batch names is there, and whether every blob has a batch. With `deep` the content is
    /// read, and must have its name. `say` hears each name before it is looked for.
    ///
    /// # Errors
    /// When the store or the place of the blobs fails. A blob that is missing or altered is an answer.
    pub fn check_blobs(
        &self,
        blobs: &Blobs,
        deep: bool,
        say: impl FnMut(&str),
    ) -> Result<Vec<Checked>> {
        let names = self.read(|tx| tx.blob_names())?;
        let kept = blobs.check(&names, deep, say)?;
        let named: HashSet<&str> = names.iter().map(String::as_str).collect();
        let about = "no blob is older than a day and named by no delivery";
        let mut unnamed = Checked::new("blobs without delivery", about);
        let mut after = String::new();
        loop {
            let page = blobs.list(&after, PAGE)?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.name);
            let old = page
                .iter()
                .filter(|blob| blob.is_older_than(UNNAMED_AGE_MAX));
            old.filter(|blob| !named.contains(&blob.name[..]))
                .for_each(|blob| unnamed.broken_by(blob.name.clone()));
        }
        Ok(vec![kept, unnamed])
    }
}

impl Blobs {
    /// Whether the blobs of these names are there; with `deep` whether each has the content of its name.
    ///
    /// # Errors
    /// When the place of the blobs cannot be asked.
    pub fn check(
        &self,
        names: &[String],
        deep: bool,
        mut say: impl FnMut(&str),
    ) -> Result<Checked> {
        let about = match deep {
            true => "each blob that a delivery names is there and has its content",
            false => "each blob that a delivery names is there",
        };
        let mut checked = Checked::new("blobs", about);
        for name in names {
            say(name);
            if self.info(name)?.is_none() {
                checked.broken_by(format!("{name} is missing"));
            } else if deep && let Err(error) = self.verify(name, || Ok::<_, StoreError>(())) {
                checked.broken_by(error.to_string());
            }
        }
        Ok(checked)
    }
}
