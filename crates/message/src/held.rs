//! What waited until its source was vetted, and whether what failed may be read again: in both cases what is agreed with the
//! source is asked anew (requirements GA-02 and GA-03).

use model::{Severity, Timestamp};
use rules::source::{Admission, admission};
use rules::urgency::of_delivery;
use store::{Batch, Result, SourceTerms, Stage, Tx};

/// What became of the deliveries that waited until their source was vetted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unheld {
    /// They are read.
    pub read: usize,
    /// They are of a type that is not agreed: they ended as failed with a notice, and can be read after the type is agreed.
    pub refused: usize,
}

/// What is done with a delivery under these terms.
pub(crate) fn admitted(terms: &SourceTerms, batch: &Batch, now: Timestamp) -> Admission {
    let agreed = &terms.agreement;
    let state = (terms.state, agreed.until);
    admission(state, &agreed.report_types, &batch.report_type, now.day())
}

/// Has the deliveries read that waited until their source was vetted, which it is now. What is agreed now holds for each: its type
/// must be agreed, and one that named no marking gets the one that is agreed.
///
/// # Errors
/// When the store fails.
pub fn release_held(tx: &mut Tx<'_>, source_no: i64, now: Timestamp) -> Result<Unheld> {
    let terms = tx.source_terms(source_no)?;
    let mut done = Unheld::default();
    for batch in tx.held_batches(source_no)? {
        let batch_no = batch.batch_no;
        if admitted(&terms, &batch, now) == Admission::Read {
            tx.mark_batch(batch_no, terms.agreement.tlp)?;
            tx.release_batch(batch_no, now)?;
            // How urgent its rows are is known when they are read.
            let urgency = of_delivery(batch.blob_bytes, Severity::Info);
            tx.add_job(Stage::Process, batch_no, urgency, now)?;
            done.read += 1;
        } else {
            let reason = format!(
                "it is not read: reports of type `{}` are not agreed with its source; allow this type on the page of the source, then have it read again",
                model::shown(&batch.report_type)
            );
            fail(tx, &batch, &reason, now)?;
            done.refused += 1;
        }
    }
    Ok(done)
}

/// Ends the deliveries of a source as failed that wait until it is vetted, and says how many. Each says why, and can be read again
/// when the source is vetted.
///
/// # Errors
/// When the store fails.
pub fn discard_held(
    tx: &mut Tx<'_>,
    source_no: i64,
    reason: &str,
    now: Timestamp,
) -> Result<usize> {
    let waiting = tx.held_batches(source_no)?;
    let reason = model::shown(reason);
    let reason = format!("it is not read: the desk discarded what waited of its source: {reason}");
    for batch in &waiting {
        fail(tx, batch, &reason, now)?;
    }
    Ok(waiting.len())
}

/// Ends a delivery as failed that waited.
fn fail(tx: &mut Tx<'_>, batch: &Batch, reason: &str, now: Timestamp) -> Result<()> {
    tx.add_notice(batch.batch_no, "failed", reason)?;
    tx.close_window(batch.urgent_window_no, now)?;
    tx.close_window(batch.window_no, now)?;
    tx.fail_held_batch(batch.batch_no, now)
}
