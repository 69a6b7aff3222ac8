//! What is refused before it is written: deliveries beyond what may wait to be read, and anything on a disk that is full.

use std::io;
use std::path::Path;

use crate::error::FlowError;
use crate::flow::Flow;

/// What may wait to be read, and how much of the disk stays free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Intake {
    /// Deliveries that may wait.
    pub deliveries_max: i64,
    /// Their bytes, unpacked.
    pub bytes_max: i64,
    /// Free bytes of the disk below which nothing is taken in or read. A chunk and its log fit many times.
    pub free_bytes_min: u64,
}

impl Default for Intake {
    /// More than any desk receives in a week; a gibibyte of the disk.
    fn default() -> Self {
        Self {
            deliveries_max: 100_000,
            bytes_max: 1 << 40,
            free_bytes_min: 1 << 30,
        }
    }
}

impl Flow {
    /// Refuses what cannot be kept or would wait too long.
    ///
    /// # Errors
    /// [`FlowError::Full`] with the reason and the next step; others when the store or the disk does not answer.
    pub(crate) fn check_intake(&self) -> Result<(), FlowError> {
        self.check_disk()?;
        let Intake {
            deliveries_max,
            bytes_max,
            ..
        } = self.intake;
        let (deliveries, bytes) = self.store.read(|tx| tx.waiting_deliveries())?;
        let why = if deliveries >= deliveries_max {
            format!(
                "{deliveries} deliveries wait to be read, and `limits.waiting-deliveries-max` is {deliveries_max}"
            )
        } else if bytes >= bytes_max {
            format!("{bytes} bytes wait to be read, and `limits.waiting-bytes-max` is {bytes_max}")
        } else {
            return Ok(());
        };
        Err(FlowError::Full(format!(
            "{why}; try again when the workers have read some"
        )))
    }

    /// Refuses to write on a disk that is nearly full: a failure in the middle would be worse.
    ///
    /// # Errors
    /// [`FlowError::Full`] when less is free than the settings say.
    pub(crate) fn check_disk(&self) -> Result<(), FlowError> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let free = free_bytes(folder).map_err(|source| FlowError::Io {
            what: format!("ask how much of the disk of `{}` is free", folder.display()),
            source,
        })?;
        let least = self.intake.free_bytes_min;
        if free >= least {
            return Ok(());
        }
        Err(FlowError::Full(format!(
            "the disk of `{}` has {free} bytes free, and `limits.free-bytes-min` is {least}; make space there",
            folder.display()
        )))
    }
}

/// Bytes that the program may still write on the disk of a folder.
///
/// # Errors
/// When the disk does not say.
pub fn free_bytes(folder: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(folder)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}
