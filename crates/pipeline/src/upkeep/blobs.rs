//! Removes blobs that no batch names, and looks whether those that are named are whole.
//!
//! A blob is in its place before a batch names it, so a crash between the two leaves an orphan. It does no harm but takes
//! space, and holds what somebody sent.

use std::time::Duration;

use store::{BlobInfo, Blobs, Copied, Store, StoreError};

use crate::error::FlowError;
use crate::flow::Flow;

/// Blobs that are looked at together.
const PAGE: usize = 1000;

/// What a sweep removed, or would remove.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Blobs that no batch names.
    pub orphans: u64,
    /// Their length as they were kept, compressed.
    pub orphan_bytes: u64,
    /// Temporary files and uploads in parts whose writers ended.
    pub unfinished: u64,
}

/// Removes what nobody will name any more, where it is older than `age`. A rehearsal only counts.
///
/// `age` spares what a gatherer put there and is about to name. One that found the blob there is kept apart by a lock: a
/// blob goes in a transaction that lets no such batch in and saw none that names it; the batch comes in a transaction
/// that lets no blob go and saw it there.
///
/// # Errors
/// When the store or the place of the blobs fails. What was removed before stays so.
pub fn sweep(flow: &Flow, age: Duration, rehearse: bool) -> Result<Swept, FlowError> {
    let mut swept = Swept {
        unfinished: flow.blobs.sweep_unfinished(age, rehearse)?,
        ..Swept::default()
    };
    each_blob(&flow.blobs, |blob| {
        if blob.is_older_than(age) && is_orphan(flow, blob)? {
            let is_swept = rehearse || remove_orphan(flow, &blob.name, age)?;
            swept.orphans += u64::from(is_swept);
            swept.orphan_bytes += if is_swept { blob.stored_bytes } else { 0 };
        }
        Ok::<_, FlowError>(())
    })?;
    Ok(swept)
}

fn is_orphan(flow: &Flow, blob: &BlobInfo) -> Result<bool, StoreError> {
    let is_named = flow.store.read(|tx| tx.is_blob_named(&blob.name))?;
    Ok(!is_named)
}

fn remove_orphan(flow: &Flow, name: &str, age: Duration) -> Result<bool, StoreError> {
    flow.store.write(|tx| {
        tx.hold_off_batches()?;
        if tx.is_blob_named(name)? {
            return Ok(false);
        }
        // Put there once more since it was listed: it is young again.
        match flow.blobs.info(name)? {
            Some(blob) if blob.is_older_than(age) => {}
            _ => return Ok(false),
        }
        flow.blobs.remove(name)?;
        Ok(true)
    })
}

/// Gives every blob to `look`, in the order of their names.
///
/// # Errors
/// When the place cannot be listed, and those of `look`.
pub fn each_blob<E: From<StoreError>>(
    blobs: &Blobs,
    mut look: impl FnMut(&BlobInfo) -> Result<(), E>,
) -> Result<(), E> {
    let mut after = String::new();
    loop {
        let page = blobs.list(&after, PAGE)?;
        for blob in &page {
            look(blob)?;
        }
        match page.last() {
            Some(last) => after.clone_from(&last.name),
            None => return Ok(()),
        }
    }
}

/// Reads every blob that a batch names to its end, and gives `hear` its name with the length of its content, or with the
/// reason why it cannot be trusted.
///
/// # Errors
/// When the store fails, or the place of the blobs does not answer; one that is missing or altered is an outcome.
pub fn verify(
    store: &Store,
    blobs: &Blobs,
    mut hear: impl FnMut(&str, Result<u64, StoreError>),
) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let page = store.read(|tx| tx.named_blobs(&after, PAGE as i64))?;
        for name in &page {
            match blobs.verify(name, || Ok::<_, StoreError>(())) {
                Err(error @ StoreError::ObjectStorage { .. }) => return Err(error),
                outcome => hear(name, outcome),
            }
        }
        match page.into_iter().next_back() {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}

/// Copies every blob to another place and gives `hear` what came of each; one that is there already is not sent again,
/// so a copy that broke off goes on when it is started again. A blob that is missing or altered does not stop the others.
///
/// # Errors
/// When a place cannot be listed or does not answer.
pub fn copy(
    from: &Blobs,
    to: &Blobs,
    mut hear: impl FnMut(&str, Result<Copied, StoreError>),
) -> Result<(), StoreError> {
    each_blob(from, |blob| {
        match from.copy_to(to, &blob.name) {
            Err(error @ StoreError::ObjectStorage { .. }) => return Err(error),
            outcome => hear(&blob.name, outcome),
        }
        Ok(())
    })
}
