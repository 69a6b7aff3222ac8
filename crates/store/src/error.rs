//! What can go wrong in the store, in one type: every method returns it.

use std::path::PathBuf;

use crate::blob::s3::S3Error;

/// Why the store did not do what was asked. Nothing of the failed transaction is kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The embedded engine failed.
    #[error("embedded store: {0}")]
    Sqlite(rusqlite::Error),
    /// PostgreSQL failed, with its own words and the SQLSTATE where it gave one.
    #[error("PostgreSQL: {}", postgres_words(.0))]
    Postgres(#[from] postgres::Error),
    /// The way to the PostgreSQL server that was asked for does not work as it is written.
    #[error("cannot reach PostgreSQL: {0}")]
    Access(String),
    /// A file of the data folder could not be read or written.
    #[error("cannot {what} `{}`", path.display())]
    File {
        /// What was tried: "open", "write", ...
        what: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// Object storage refused, or does not answer.
    #[error("cannot {what} `{object}`")]
    ObjectStorage {
        /// What was tried: "read", "send", ...
        what: &'static str,
        /// On what: `s3://bucket/key`.
        object: String,
        /// Why it failed.
        source: S3Error,
    },
    /// A blob that should be there is not.
    #[error(
        "blob {name} is not in {place}; put it back from a backup, then have its batch read with `seinpost batch retry`"
    )]
    BlobMissing {
        /// Its name.
        name: String,
        /// Where it was looked for.
        place: String,
    },
    /// The bytes of a blob are not those that were kept under its name.
    #[error(
        "blob {name} in {place} was altered: {why}; put it back from a backup, then have its batch read with \
         `seinpost batch retry`"
    )]
    BlobAltered {
        /// Its name.
        name: String,
        /// Where it is.
        place: String,
        /// How that was found.
        why: String,
    },
    /// A column holds a value that this program does not know: a newer program wrote it, or damage.
    #[error("the store holds `{value}` as {what}, which this version does not know")]
    Unknown {
        /// The column or noun.
        what: &'static str,
        /// What stood there.
        value: String,
    },
    /// The tables are older or newer than this program needs.
    #[error("the store is at migration {found}, this program needs {needed}")]
    Migration {
        /// Last applied.
        found: i64,
        /// Last known to the program.
        needed: i64,
    },
    /// The installation is in PostgreSQL now; nothing more is written here.
    #[error("the installation was moved to `{place}`")]
    Moved {
        /// Where, without secrets.
        place: String,
    },
    /// A move began and did not come to its end; until then nothing is written here.
    #[error("a move of the installation to `{place}` has not come to its end")]
    Moving {
        /// Where, without secrets.
        place: String,
    },
    /// The target of a move holds rows of its own.
    #[error("the database is in use: its table `{table}` has rows")]
    NotEmpty {
        /// The first such table.
        table: String,
    },
    /// What arrived is not what was sent; nothing of it is kept.
    #[error("table `{table}` arrived changed: {sent} rows were sent, {found} are there")]
    CopyDiffers {
        /// The table.
        table: String,
        /// Rows that were sent.
        sent: i64,
        /// Rows that were found.
        found: i64,
    },
    /// Only the other engine can do this.
    #[error("this needs a store on {needed}")]
    WrongEngine {
        /// Name of the engine.
        needed: &'static str,
    },
    /// The lease of a job went to another worker; whatever this worker was writing is void.
    #[error("job {job_no} is now held by another worker")]
    LeaseLost {
        /// The job.
        job_no: i64,
    },
    /// Two writers made the same row at the same moment; the transaction can be run again.
    #[error("another writer was first; the transaction can be run again")]
    Conflict,
    /// The organisation is not served any more.
    #[error("the organisation is closed")]
    Closed,
    /// The register changed since the caller read it; the decision must be taken again.
    #[error("the register moved on to version {version}")]
    RegisterMoved {
        /// The version now.
        version: i64,
    },
}

/// Shorthand for every method of the store.
pub type Result<T> = std::result::Result<T, StoreError>;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::SqliteFailure(_, Some(words)) => match crate::copy::place_in(words) {
                Some(place) => Self::Moved {
                    place: place.to_owned(),
                },
                None => Self::Sqlite(error),
            },
            _ => Self::Sqlite(error),
        }
    }
}

impl StoreError {
    /// The error as it may stand in a log: the engine's own number for it, and no value that a row holds.
    ///
    /// PostgreSQL repeats values in errors about data (SQLSTATE classes 22 and 23), so of those only the number is left.
    pub fn for_log(&self) -> String {
        match self {
            Self::Sqlite(rusqlite::Error::SqliteFailure(error, _)) => {
                format!("embedded store: {error}")
            }
            Self::Sqlite(_) => "embedded store: a row cannot be read".into(),
            Self::Postgres(error) => match error.code() {
                Some(state) if state.code().starts_with("22") || state.code().starts_with("23") => {
                    format!("PostgreSQL: SQLSTATE {}", state.code())
                }
                _ => self.to_string(),
            },
            // It may repeat what stands in the URL.
            Self::Access(_) => "PostgreSQL: the settings say no usable way to reach it".into(),
            Self::Unknown { what, .. } => format!("the store holds an unknown {what}"),
            Self::File { what, source, .. } => format!("cannot {what} a file: {source}"),
            Self::ObjectStorage { what, source, .. } => {
                format!("cannot {what} in object storage: {source}")
            }
            Self::Migration { .. }
            | Self::LeaseLost { .. }
            | Self::Conflict
            | Self::Closed
            | Self::RegisterMoved { .. }
            | Self::BlobMissing { .. }
            | Self::BlobAltered { .. }
            | Self::Moved { .. }
            | Self::Moving { .. }
            | Self::NotEmpty { .. }
            | Self::CopyDiffers { .. }
            | Self::WrongEngine { .. } => self.to_string(),
        }
    }

    /// Whether running the same transaction again can succeed without anybody's help.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Conflict => true,
            Self::Sqlite(error) => matches!(
                error.sqlite_error_code(),
                Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked)
            ),
            Self::Postgres(error) => {
                self.is_outage()
                    || is_partition_not_known_yet(error)
                    || error
                        .code()
                        .is_some_and(|state| state.code().starts_with("40"))
            }
            _ => false,
        }
    }

    /// Whether a row with the same key is there already.
    pub fn is_duplicate(&self) -> bool {
        match self {
            Self::Sqlite(rusqlite::Error::SqliteFailure(error, _)) => {
                error.code == rusqlite::ErrorCode::ConstraintViolation
            }
            Self::Postgres(error) => {
                error.code() == Some(&postgres::error::SqlState::UNIQUE_VIOLATION)
            }
            _ => false,
        }
    }

    /// Whether the server does not answer or sends us away: waiting may help.
    pub fn is_outage(&self) -> bool {
        let Self::Postgres(error) = self else {
            return false;
        };
        error.is_closed()
            || error.code().is_some_and(is_outage_state)
            || std::error::Error::source(error)
                .and_then(|cause| cause.downcast_ref::<std::io::Error>())
                // Data that makes no sense is a server that we do not trust, or that is none.
                .is_some_and(|cause| cause.kind() != std::io::ErrorKind::InvalidData)
    }
}

/// Connection lost (class 08), no space, memory or connection left (53), going down or coming up (57P), a transaction
/// that was idle for too long (25P03), and a standby that takes no changes yet (25006).
fn is_outage_state(state: &postgres::error::SqlState) -> bool {
    let code = state.code();
    ["08", "53", "57P", "25P03", "25006"]
        .iter()
        .any(|class| code.starts_with(class))
}

/// A partition is seen in the catalogue a moment before the server tells its connections to read the table anew. A row
/// for it is then refused as one that no partition takes: a check violation (23514) that names no check.
fn is_partition_not_known_yet(error: &postgres::Error) -> bool {
    error.as_db_error().is_some_and(|cause| {
        cause.code() == &postgres::error::SqlState::CHECK_VIOLATION && cause.constraint().is_none()
    })
}

/// The driver's own text says "db error" and hides the reason one level down.
fn postgres_words(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(inner) => format!("{} (SQLSTATE {})", inner.message(), inner.code().code()),
        None => match std::error::Error::source(error) {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        },
    }
}
