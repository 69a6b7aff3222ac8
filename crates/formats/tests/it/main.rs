//! Tests of the whole path from foreign bytes to nouns, as one program.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod container;
mod hostile;
mod mapping;
mod mask;
mod register;
mod shadowserver;
mod table;

use formats::{DecodeContext, Decoder, TableReader};
use model::{Observation, RowIssue, Timestamp};

/// Half past ten on the day of the fixtures.
fn context() -> DecodeContext {
    DecodeContext {
        profile_test: true,
        now: "2026-11-18T10:30:00Z".parse::<Timestamp>().unwrap(),
        max_age_days: 30,
    }
}

/// What a file of a Shadowserver type gives.
fn decode(report_type: &str, bytes: &[u8]) -> (Vec<Observation>, Vec<RowIssue>) {
    decode_in(report_type, bytes, &context())
}

fn decode_in(
    report_type: &str,
    bytes: &[u8],
    context: &DecodeContext,
) -> (Vec<Observation>, Vec<RowIssue>) {
    let report_type = formats::shadowserver::report_type(report_type).unwrap();
    let mut table = TableReader::new(bytes).unwrap();
    let (decoder, _) = Decoder::new(report_type, table.header());
    decode_all(&mut table, &decoder, context)
}

fn decode_all(
    table: &mut TableReader<&[u8]>,
    decoder: &Decoder,
    context: &DecodeContext,
) -> (Vec<Observation>, Vec<RowIssue>) {
    let (mut observations, mut issues) = (Vec::new(), Vec::new());
    let mut row = csv::ByteRecord::new();
    while let Some(next) = table.next_row(&mut row) {
        let result = next.and_then(|line| decoder.decode(&row, line, context, &mut observations));
        issues.extend(result.err());
    }
    (observations, issues)
}

fn fixture(report_type: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/shadowserver");
    std::fs::read(format!("{folder}/{report_type}.csv")).unwrap()
}
