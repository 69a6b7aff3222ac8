//! The way in for deliveries, and to their rows. The pages know nothing of the flow, so the program gives them this.

use std::io::Read;

use model::Tlp;
use uuid::Uuid;

/// What a source says about a delivery.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// Reference of the source.
    pub source: String,
    /// The file's name, a label.
    pub name: String,
    /// Marking of its observations; that of the source where it says none.
    pub tlp: Option<Tlp>,
    /// Report type, where the name does not say.
    pub report_type: Option<String>,
    /// Saved mapping, for a plain table.
    pub mapping: Option<String>,
}

/// One file of a delivery.
#[derive(Clone, Debug)]
pub struct TakenIn {
    /// Its name.
    pub name: String,
    /// What became of it.
    pub outcome: TakenOutcome,
}

/// What became of a file.
#[derive(Clone, Debug)]
pub enum TakenOutcome {
    /// It is this batch now.
    Batch(Uuid),
    /// Its content came before, as this batch.
    Duplicate(Uuid),
    /// It cannot be taken in now: why.
    Later(String),
    /// It was not taken in: why.
    Refused(String),
}

/// Why something failed that the flow does.
pub type IntakeFailure = Box<dyn std::error::Error + Send + Sync>;

/// Fields of a row: column and value.
pub type RowFields = Vec<(String, String)>;

/// Takes deliveries in, and shows single rows of them.
pub trait Intake: Send + Sync {
    /// Takes in what can be read from `content`, which blocks while nothing comes. One outcome per file in it.
    ///
    /// # Errors
    /// When the store or the place of the bytes fails.
    fn take(
        &self,
        delivered: &Delivered,
        content: &mut dyn Read,
    ) -> Result<Vec<TakenIn>, IntakeFailure>;

    /// The row on this line of a batch, as it is kept; nothing where no row can be read there.
    ///
    /// # Errors
    /// When the store or the place of the bytes fails.
    fn row(&self, batch_no: i64, line: i64) -> Result<Option<RowFields>, IntakeFailure>;

    /// What may be kept of a row of the batch that somebody corrected: secrets are masked.
    ///
    /// # Errors
    /// When the store fails, or the fields are no row of such a batch.
    fn masked(&self, batch_no: i64, row: &RowFields) -> Result<RowFields, IntakeFailure>;
}
