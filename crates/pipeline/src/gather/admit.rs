//! Whether a source may deliver something, and whether that is read at once (requirements GA-02 and GA-03).

use model::{Day, Tlp};
use rules::source::{Admission, HELD_BYTES_MAX, HELD_DELIVERIES_MAX, admission};
use store::{StoreError, Tx};

use crate::error::FlowError;
use crate::flow::Flow;

/// What is told of a delivery that waits.
pub(super) const WAITS: &str =
    "nobody has vetted its source: it is kept, and read when the desk has done that";

/// A delivery about to be taken in.
pub(super) struct Asked<'a> {
    /// Party that delivers.
    pub(super) source_no: i64,
    /// The key by which it is named.
    pub(super) name: &'a str,
    /// As a batch has it.
    pub(super) report_type: &'a str,
    /// Today.
    pub(super) today: Day,
}

/// What is done with a delivery that is taken in, with the marking that its source usually gives.
pub(super) enum Admitted {
    /// It is read.
    Read(Tlp),
    /// It waits until somebody has vetted the source.
    Waits(Tlp),
}

impl Admitted {
    /// The marking that the source usually gives.
    pub(super) fn tlp(&self) -> Tlp {
        let (Self::Read(tlp) | Self::Waits(tlp)) = self;
        *tlp
    }
}

impl Asked<'_> {
    /// What is done with it; or why it is refused, for whoever delivers.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) fn admitted(&self, tx: &mut Tx<'_>) -> Result<Result<Admitted, String>, StoreError> {
        let terms = tx.source_terms(self.source_no)?;
        let agreed = &terms.agreement;
        let name = model::shown(self.name);
        let state = (terms.state, agreed.until);
        let types = &agreed.report_types;
        Ok(
            match admission(state, types, self.report_type, self.today) {
                Admission::Read => Ok(Admitted::Read(agreed.tlp)),
                Admission::Wait => Ok(Admitted::Waits(agreed.tlp)),
                Admission::Stopped => Err(format!(
                    "the desk takes nothing from the source `{name}` any more: {}; ask the desk",
                    model::shown(&terms.reason)
                )),
                Admission::Ended => {
                    let until = agreed.until.map(|day| day.to_string()).unwrap_or_default();
                    Err(format!(
                        "the agreement with the source `{name}` held until {until}; ask the desk to renew it, then deliver again"
                    ))
                }
                Admission::OtherType => Err(format!(
                    "the source `{name}` may deliver {}, not `{}`; ask the desk to allow this type too",
                    types.join(", "),
                    model::shown(self.report_type)
                )),
            },
        )
    }
}

impl Flow {
    /// Refuses one more delivery that would wait for somebody to vet its source. How large it is nobody knows yet, so the last one
    /// may go beyond the bytes.
    ///
    /// # Errors
    /// [`FlowError::Full`] when [`HELD_DELIVERIES_MAX`] or [`HELD_BYTES_MAX`] wait already.
    pub(super) fn check_held(&self, asked: &Asked<'_>) -> Result<(), FlowError> {
        let (held, bytes) = self.store.read(|tx| tx.held(asked.source_no))?;
        if held < HELD_DELIVERIES_MAX && bytes < HELD_BYTES_MAX {
            return Ok(());
        }
        Err(FlowError::Full(format!(
            "{held} deliveries with {bytes} bytes of the source `{}` wait until the desk has vetted it; try again after that",
            model::shown(asked.name)
        )))
    }
}
