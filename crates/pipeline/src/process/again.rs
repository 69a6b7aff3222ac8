//! Rows that were not accepted, read once more: with the repairs of people, or by a decoder that was mended.

use std::collections::HashMap;

use csv::ByteRecord;
use model::RowVerdict;
use store::{Batch, Replay, Store};

use crate::error::FlowError;

/// Which rows of a batch are read again, and what people corrected in them.
pub(super) struct Again {
    pub(super) replay: Replay,
    verdicts: HashMap<i64, RowVerdict>,
    repairs: HashMap<i64, Vec<(String, String)>>,
}

impl Again {
    /// What is left to be read again of a batch; nothing where nobody asked for it.
    pub(super) fn load(store: &Store, batch: &Batch) -> Result<Option<Self>, FlowError> {
        let batch_no = batch.batch_no;
        Ok(store.read(|tx| {
            let Some(replay) = tx.replay(batch_no)? else {
                return Ok(None);
            };
            let verdicts = tx.issue_verdicts(batch_no, replay.next_line)?;
            let mut repairs: HashMap<i64, Vec<(String, String)>> = HashMap::new();
            for (line, field, value) in tx.repairs_from(batch_no, replay.next_line)? {
                repairs.entry(line).or_default().push((field, value));
            }
            Ok::<_, store::StoreError>(Some(Self {
                replay,
                verdicts: verdicts.into_iter().collect(),
                repairs,
            }))
        })?)
    }

    /// The verdict that a row had; nothing for one that was accepted.
    pub(super) fn verdict(&self, line: i64) -> Option<RowVerdict> {
        self.verdicts.get(&line).copied()
    }

    /// Puts the corrected fields of a row in their places.
    pub(super) fn mend(&self, line: i64, header: &[String], row: &mut ByteRecord) {
        if let Some(repairs) = self.repairs.get(&line) {
            *row = mended(header, row, repairs);
        }
    }
}

/// The row with these fields in the places of their columns. Of several for one field the last counts; a column that the
/// row does not have is left out.
pub(crate) fn mended(
    header: &[String],
    row: &ByteRecord,
    fields: &[(String, String)],
) -> ByteRecord {
    let columns = header.len().max(row.len());
    let field = |place: usize| {
        let column = header.get(place);
        let repaired = fields.iter().rev().find(|(name, _)| Some(name) == column);
        match repaired {
            Some((_, value)) => value.as_bytes(),
            None => row.get(place).unwrap_or_default(),
        }
    };
    (0..columns).map(field).collect()
}
