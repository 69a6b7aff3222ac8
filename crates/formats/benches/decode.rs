//! How many rows a second one core decodes: `cargo bench -p formats`.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use csv::ByteRecord;
use formats::shadowserver::report_type;
use formats::{DecodeContext, Decoder, TableReader, mask};

const ROWS: u32 = 20_000;

/// A report with the rows of the fixture over and over, each with an address of its own.
fn report(fixture: &str, address: &str) -> String {
    let mut lines = fixture.lines();
    let mut report = String::from(lines.next().expect("a fixture has a header"));
    report.push('\n');
    let rows: Vec<&str> = lines.filter(|row| row.contains(address)).collect();
    for number in 0..ROWS {
        let row = rows[number as usize % rows.len()];
        let [_, _, high, low] = number.to_be_bytes();
        report.push_str(&row.replacen(address, &format!("198.18.{high}.{low}"), 1));
        report.push('\n');
    }
    report
}

fn decode(name: &str, report: &str) -> usize {
    let context = DecodeContext {
        profile_test: true,
        now: "2026-11-18T10:30:00Z".parse().expect("a time"),
        max_age_days: 30,
    };
    let report_type = report_type(name).expect("a known type");
    let mut table = TableReader::new(report.as_bytes()).expect("a header");
    let (decoder, _) = Decoder::new(report_type, table.header());
    let (mut row, mut observations) = (ByteRecord::new(), Vec::new());
    let mut decoded = 0;
    while let Some(next) = table.next_row(&mut row) {
        let line = next.expect("a readable row");
        decoder
            .decode(&row, line, &context, &mut observations)
            .expect("a good row");
        decoded += observations.len();
        black_box(&observations);
        observations.clear();
    }
    decoded
}

fn read(report: &str) -> usize {
    let mut table = TableReader::new(report.as_bytes()).expect("a header");
    let mut row = ByteRecord::new();
    let mut fields = 0;
    while let Some(next) = table.next_row(&mut row) {
        next.expect("a readable row");
        fields += black_box(&row).len();
    }
    fields
}

fn benches(criterion: &mut Criterion) {
    let types = [
        (
            "scan_rdp",
            include_str!("../fixtures/shadowserver/scan_rdp.csv"),
            "192.0.2.9",
        ),
        (
            "event4_ddos_participant",
            include_str!("../fixtures/shadowserver/event4_ddos_participant.csv"),
            "192.0.2.30",
        ),
    ];
    let mut group = criterion.benchmark_group("rows");
    group.throughput(Throughput::Elements(ROWS.into()));
    for (name, fixture, address) in types {
        let report = report(fixture, address);
        group.bench_function(format!("read/{name}"), |bench| bench.iter(|| read(&report)));
        group.bench_function(format!("decode/{name}"), |bench| {
            bench.iter(|| decode(name, &report));
        });
    }
    let name = "event4_honeypot_brute_force";
    let fixture = include_str!("../fixtures/shadowserver/event4_honeypot_brute_force.csv");
    let report = report(fixture, "192.0.2.25");
    group.bench_function(format!("mask/{name}"), |bench| {
        bench.iter(|| {
            mask::copy_for_storage(report.as_bytes(), std::io::sink(), report_type(name))
                .expect("a readable report")
        });
    });
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
