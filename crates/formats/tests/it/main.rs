//! Tests of the whole path from foreign bytes to nouns, as one program.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod container;
mod hostile;
mod json;
mod mapping;
mod mask;
mod register;
mod shadowserver;
mod table;
mod types;
mod unknown;

use formats::decode::Drift;
use formats::shadowserver::ReportType;
use formats::{DecodeContext, Decoder, Rows, TableReader};
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

/// What a delivery gives when its decoder is compiled anew with each change of its columns, and why it ended early.
fn decode_rows(
    bytes: &[u8],
    compile: impl Fn(&[String]) -> (Decoder, Vec<Drift>),
) -> (Vec<Observation>, Vec<RowIssue>, Option<String>) {
    let mut rows = Rows::new(bytes, None).unwrap();
    let (mut decoder, _) = compile(rows.header());
    let (mut observations, mut issues) = (Vec::new(), Vec::new());
    let mut row = csv::ByteRecord::new();
    while let Some(next) = rows.next_row(&mut row) {
        if rows.take_header_change() {
            decoder = compile(rows.header()).0;
        }
        let decoded =
            next.and_then(|line| decoder.decode(&row, line, &context(), &mut observations));
        issues.extend(decoded.err());
    }
    (observations, issues, rows.ended_early().map(str::to_owned))
}

/// The types of which there is a fixture.
fn fixtures() -> Vec<&'static ReportType> {
    let all = formats::shadowserver::types::ALL.iter();
    let found: Vec<_> = all.filter(|known| path_of(known.name).exists()).collect();
    assert_eq!(found.len(), 10);
    found
}

fn path_of(report_type: &str) -> std::path::PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/shadowserver");
    format!("{folder}/{report_type}.csv").into()
}

fn fixture(report_type: &str) -> Vec<u8> {
    std::fs::read(path_of(report_type)).unwrap()
}
