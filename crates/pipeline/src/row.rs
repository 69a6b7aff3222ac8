//! One row of a delivery as it is kept, for somebody who corrects it.

use std::io::Cursor;

use csv::ByteRecord;
use formats::rows::Rows;
use store::Batch;

use crate::error::FlowError;
use crate::flow::Flow;
use crate::gather::kind::ReportKind;
use crate::process::mended;

/// Fields of a row: column and value.
pub type Fields = Vec<(String, String)>;

/// The row on this line of a batch, as it is kept; nothing where no row can be read there. Reads the delivery up to it.
///
/// # Errors
/// When there is no such batch, or the store or the place of the bytes fails.
pub fn row_of(flow: &Flow, batch_no: i64, line: i64) -> Result<Option<Fields>, FlowError> {
    let (batch, kind) = kind_of(flow, batch_no)?;
    let content = flow.blobs.reader(&batch.blob)?;
    let Ok(mut rows) = Rows::new(content, kind.separator()) else {
        return Ok(None);
    };
    let mut row = ByteRecord::new();
    loop {
        match rows.next_row(&mut row) {
            Some(Ok(read)) if read as i64 == line => {
                return Ok(Some(fields(rows.header(), &row)));
            }
            Some(Ok(read)) if read as i64 > line => return Ok(None),
            Some(_) => {}
            None => return Ok(None),
        }
    }
}

/// What may be kept of a row that somebody corrected: secrets are masked as in a delivery.
///
/// # Errors
/// When there is no such batch, the store fails, or the row cannot be written as one of its report type.
pub fn masked(flow: &Flow, batch_no: i64, row: &Fields) -> Result<Fields, FlowError> {
    let (_, kind) = kind_of(flow, batch_no)?;
    let failed =
        |why: String| FlowError::Broken(format!("cannot mask a row of batch {batch_no}: {why}"));
    let separator = kind.separator().unwrap_or(b',');
    let mut original = csv::WriterBuilder::new()
        .delimiter(separator)
        .from_writer(Vec::new());
    let (columns, values): (Vec<&str>, Vec<&str>) = row
        .iter()
        .map(|(column, value)| (column.as_str(), value.as_str()))
        .unzip();
    let written = original
        .write_record(columns)
        .and_then(|()| original.write_record(values));
    written.map_err(|error| failed(error.to_string()))?;
    let original = original
        .into_inner()
        .map_err(|error| failed(error.to_string()))?;
    let mut kept = Vec::new();
    kind.copy(&original[..], &mut kept)
        .map_err(|error| failed(crate::worker::reasons(&error)))?;
    let rows = Rows::new(Cursor::new(kept), Some(separator));
    let mut rows = rows.map_err(|error| failed(error.to_string()))?;
    let mut row = ByteRecord::new();
    match rows.next_row(&mut row) {
        Some(Ok(_)) => Ok(fields(rows.header(), &row)),
        Some(Err(issue)) => Err(failed(issue.reason)),
        None => Err(failed("it has no row".into())),
    }
}

fn kind_of(flow: &Flow, batch_no: i64) -> Result<(Batch, ReportKind), FlowError> {
    let batch = flow.store.read(|tx| tx.batch(batch_no))?;
    let batch = batch.ok_or_else(|| FlowError::Broken(format!("there is no batch {batch_no}")))?;
    let kind = ReportKind::of_batch(&flow.store, &batch.report_type)?;
    Ok((batch, kind))
}

fn fields(header: &[String], row: &ByteRecord) -> Fields {
    let row = mended(header, row, &[]);
    let value = |place: usize| String::from_utf8_lossy(row.get(place).unwrap_or_default());
    let columns = header.iter().enumerate();
    columns
        .map(|(place, column)| (column.clone(), value(place).into_owned()))
        .collect()
}
