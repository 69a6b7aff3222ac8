//! Files as they really come, and as somebody who means harm would send them.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use pipeline::gather::{Outcome, Taken};
use store::{BatchCounts, BatchState};
use testkit::{Desk, RegisterBuilder, Report, TestStore, both_engines};

use crate::checks::{queued, rdp, told};

const NAME: &str = "2026-11-18-scan_rdp-nl.csv";

fn desk_of_bakery(test: &TestStore) -> Desk {
    let desk = Desk::of(test);
    desk.import(&RegisterBuilder::new().organisation("bakery").asset(
        "bakery",
        "prefix",
        "192.0.2.0/24",
    ));
    desk
}

fn counts(accepted: i64, duplicate: i64, quarantined: i64, refused: i64) -> BatchCounts {
    let rows_read = accepted + duplicate + quarantined + refused;
    BatchCounts {
        rows_read,
        accepted,
        duplicate,
        quarantined,
        refused,
    }
}

/// Takes one file in and works; gives its counts and the kinds of what was said about it.
fn check(
    desk: &Desk,
    what: &str,
    name: &str,
    bytes: impl Into<Vec<u8>>,
) -> (BatchCounts, Vec<String>) {
    let taken = desk.gather(name, bytes);
    let [
        Taken {
            outcome: Outcome::Batch { batch_no, .. },
            ..
        },
    ] = taken[..]
    else {
        panic!("{what}: {taken:?}")
    };
    desk.work();
    let read = desk
        .flow
        .store
        .read(|tx| Ok::<_, store::StoreError>((tx.batch(batch_no)?, tx.notices(batch_no)?)));
    let (batch, notices) = read.unwrap();
    let batch = batch.unwrap();
    assert_eq!(batch.state, BatchState::Closed, "{what}");
    (
        batch.counts,
        notices.into_iter().map(|notice| notice.kind).collect(),
    )
}

fn refused(taken: &[Taken]) -> &str {
    match taken {
        [
            Taken {
                outcome: Outcome::Refused { reason },
                ..
            },
        ] => reason,
        other => panic!("it was not refused: {other:?}"),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Rows with this tag, so that files differ.
fn tagged(tag: &str) -> Report {
    Report::new("scan_rdp")
        .row(&[("ip", "192.0.2.1"), ("port", "3389"), ("tag", tag)])
        .row(&[("ip", "192.0.2.2"), ("port", "3389"), ("tag", tag)])
}

fn the_shape_of_a_file_does_not_change_what_it_says(test: &TestStore) {
    let desk = desk_of_bakery(test);
    let bom = |text: String| [b"\xef\xbb\xbf".to_vec(), text.into_bytes()].concat();
    let without_last_end = |text: String| text.trim_end().to_owned().into_bytes();
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("plain", tagged("plain").text().into_bytes()),
        (
            "columns in another order",
            tagged("order").reversed_columns().text().into_bytes(),
        ),
        (
            "more columns",
            tagged("more").column("brand_new", "x").text().into_bytes(),
        ),
        (
            "fewer columns",
            tagged("fewer")
                .without_column("jarm")
                .without_column("geo")
                .text()
                .into_bytes(),
        ),
        (
            "Windows line ends",
            tagged("windows").windows().text().into_bytes(),
        ),
        ("byte-order mark", bom(tagged("bom").text())),
        (
            "byte-order mark and Windows",
            bom(tagged("both").windows().text()),
        ),
        (
            "line break within quotes",
            tagged("a\nb").text().into_bytes(),
        ),
        (
            "Windows line break within quotes",
            tagged("a\r\nb,\"c\"").text().into_bytes(),
        ),
        (
            "no end of the last line",
            without_last_end(tagged("end").text()),
        ),
        (
            "empty lines",
            tagged("empty").text().replace('\n', "\n\n").into_bytes(),
        ),
        (
            "semicolons",
            tagged("semi").text().replace(',', ";").into_bytes(),
        ),
        (
            "capitals in the header",
            tagged("caps")
                .text()
                .replacen("timestamp,severity,ip", "Timestamp, SEVERITY ,IP", 1)
                .into_bytes(),
        ),
        ("gzip", gzip(tagged("gzip").text().as_bytes())),
        ("two gzip members", {
            let text = tagged("members").text();
            let (head, tail) = text.split_at(300);
            [gzip(head.as_bytes()), gzip(tail.as_bytes())].concat()
        }),
        (
            "zstd",
            zstd::encode_all(tagged("zstd").text().as_bytes(), 3).unwrap(),
        ),
        ("zip", zip(&[(NAME, tagged("zip").text().as_bytes())])),
        (
            "broken UTF-8",
            tagged("XX")
                .text()
                .into_bytes()
                .iter()
                .map(|byte| if *byte == b'X' { 0xff } else { *byte })
                .collect(),
        ),
    ];
    for (number, (what, bytes)) in files.into_iter().enumerate() {
        let (found, _) = check(&desk, what, NAME, bytes);
        assert_eq!(found, counts(2, 0, 0, 0), "{what}");
        let status = desk.status();
        assert_eq!(
            (status.findings, status.observations),
            (2, 2 * (number as i64 + 1)),
            "{what}"
        );
    }
    assert_eq!(
        (told(&desk).as_str(), queued(&desk).as_str()),
        ("bakery 2", "")
    );
}

fn drift_of_columns_is_said(test: &TestStore) {
    let desk = desk_of_bakery(test);
    let (_, notices) = check(
        &desk,
        "more",
        NAME,
        tagged("a").column("brand_new", "x").text(),
    );
    assert!(notices.iter().any(|kind| kind == "drift"), "{notices:?}");
    let (_, notices) = check(&desk, "plain", NAME, tagged("b").text());
    assert!(notices.is_empty(), "{notices:?}");
}

fn a_bad_row_costs_itself_alone(test: &TestStore) {
    let desk = desk_of_bakery(test);
    let bad: &[(&str, &str)] = &[
        ("ip", "192.168.1.1"),
        ("ip", "127.0.0.1"),
        ("ip", "999.1.1.1"),
        ("ip", ""),
        ("ip", "192.0.2.1; DROP TABLE finding"),
        ("port", "65536"),
        ("port", "-1"),
        ("port", ""),
        ("timestamp", "2026-10-01 00:00:00"),
        ("timestamp", "2027-01-01 00:00:00"),
        ("timestamp", "yesterday"),
        ("timestamp", "1763467200"),
        ("timestamp", ""),
    ];
    let good = [("ip", "192.0.2.1"), ("port", "3389")];
    let report = bad.iter().fold(
        Report::new("scan_rdp").row(&good),
        |report, (column, value)| report.row(&[&good[..], &[(*column, *value)]].concat()),
    );
    let batch_no = desk.report(&report.row(&[("ip", "192.0.2.2"), ("port", "3389")]));
    desk.work();
    let rows = desk.status().rows;
    assert_eq!(rows, counts(2, 0, bad.len() as i64, 0));
    let issues = desk.flow.store.read(|tx| tx.issues(batch_no, 100)).unwrap();
    for ((line, _, field, reason), (number, (column, _))) in
        issues.iter().zip(bad.iter().enumerate())
    {
        assert_eq!(
            (*line, field.as_str()),
            (number as i64 + 3, *column),
            "{reason}"
        );
        assert!(!reason.is_empty());
    }
    assert_eq!(told(&desk), "bakery 2");
}

fn a_row_that_is_no_row_is_refused_with_its_line(test: &TestStore) {
    let desk = desk_of_bakery(test);
    let text = rdp(&["192.0.2.1"]).text();
    let more = rdp(&["192.0.2.2"]).text();
    let text = format!("{text}too,few,fields\n{}", more.lines().nth(1).unwrap());
    let (found, _) = check(&desk, "too few fields", NAME, text);
    assert_eq!(found, counts(2, 0, 0, 1));
    let issues = desk.flow.store.read(|tx| tx.issues(1, 10)).unwrap();
    assert_eq!(issues[0].0, 3);
}

fn a_very_long_row_is_refused_and_reading_goes_on(test: &TestStore) {
    let desk = desk_of_bakery(test);
    let long = "x".repeat(3 << 20);
    let report = Report::new("scan_rdp")
        .row(&[("ip", "192.0.2.1"), ("port", "3389"), ("tag", &long)])
        .row(&[("ip", "192.0.2.2"), ("port", "3389")]);
    let (found, _) = check(&desk, "long row", NAME, report.text());
    assert_eq!(found, counts(1, 0, 0, 1));
}

fn what_came_before_a_file_broke_off_stands(test: &TestStore) {
    let desk = desk_of_bakery(test);
    let addresses: Vec<_> = (1..=200)
        .map(|number| format!("192.0.2.{number}"))
        .collect();
    let addresses: Vec<_> = addresses.iter().map(String::as_str).collect();
    let text = rdp(&addresses).text();
    // In the middle of the last row.
    let (found, _) = check(&desk, "plain", NAME, &text.as_bytes()[..text.len() - 20]);
    assert_eq!(
        found,
        counts(199, 0, 0, 1),
        "the last row has too few fields"
    );

    let packed = gzip(rdp(&addresses).column("n", "1").text().as_bytes());
    let (found, notices) = check(&desk, "gzip", NAME, &packed[..packed.len() / 2]);
    assert!(
        notices.iter().any(|kind| kind == "truncated"),
        "{notices:?}"
    );
    assert!(
        found.accepted + found.refused + found.quarantined == found.rows_read
            && found.rows_read < 200,
        "{found:?}"
    );
    assert!(found.rows_read > 10, "{found:?}");

    let packed = gzip(rdp(&addresses).column("n", "2").text().as_bytes());
    let (found, notices) = check(
        &desk,
        "gzip without its check sum",
        NAME,
        &packed[..packed.len() - 8],
    );
    assert_eq!(found.rows_read, 200);
    assert!(
        notices.iter().any(|kind| kind == "truncated"),
        "{notices:?}"
    );
}

fn an_empty_file_is_a_batch_of_nothing(test: &TestStore) {
    let desk = desk_of_bakery(test);
    let (found, notices) = check(&desk, "empty", NAME, "");
    assert_eq!(found, counts(0, 0, 0, 0));
    assert_eq!(notices, ["empty"]);
    let (found, _) = check(&desk, "header only", NAME, Report::new("scan_rdp").text());
    assert_eq!(found, counts(0, 0, 0, 0));
}

fn a_zip_with_two_members_is_two_batches(test: &TestStore) {
    let desk = desk_of_bakery(test);
    let bytes = zip(&[
        (
            "reports/2026-11-18-scan_rdp-nl.csv",
            tagged("zip").text().as_bytes(),
        ),
        ("readme.txt", b"not a report"),
        (
            "reports/2026-11-18-scan6_rdp-nl.csv",
            &gzip(
                Report::new("scan6_rdp")
                    .row(&[("ip", "2001:db8::1"), ("port", "3389")])
                    .text()
                    .as_bytes(),
            ),
        ),
    ]);
    let taken = desk.gather("reports.zip", bytes);
    let kinds: Vec<_> = taken
        .iter()
        .map(|one| matches!(one.outcome, Outcome::Batch { .. }))
        .collect();
    assert_eq!(kinds, [true, false, true], "{taken:?}");
    desk.work();
    assert_eq!(desk.status().rows, counts(3, 0, 0, 0));
}

fn a_table_that_says_nothing_of_a_place_is_refused_and_stops_no_other(test: &TestStore) {
    let desk = desk_of_bakery(test);
    let taken = desk.gather("unknown.csv", "colour,size\nred,3\n".as_bytes().to_vec());
    assert!(refused(&taken).contains("--mapping"), "{taken:?}");
    let (found, _) = check(&desk, "the next one", NAME, tagged("known").text());
    assert_eq!(found, counts(2, 0, 0, 0));
}

fn a_zip_bomb_is_refused_and_leaves_nothing(test: &TestStore) {
    let mut desk = desk_of_bakery(test);
    desk.flow.limits.bytes_max = 2 << 20;
    let zeros = vec![b'0'; 16 << 20];
    for (what, bytes) in [
        ("zip", zip(&[(NAME, &zeros)])),
        ("gzip", gzip(&zeros)),
        ("zstd", zstd::encode_all(&zeros[..], 3).unwrap()),
        (
            "gzip in zip",
            zip(&[("2026-11-18-scan_rdp-nl.csv.gz", &gzip(&zeros))]),
        ),
    ] {
        let taken = desk.gather(NAME, bytes);
        assert!(!refused(&taken).is_empty(), "{what}");
    }
    desk.work();
    assert_eq!(desk.status().batches, [0; 4]);
    assert!(
        !holds_a_file(&desk.folder().join("blobs")),
        "something was left in the blob folder"
    );
}

fn holds_a_file(folder: &std::path::Path) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        path.is_file() || holds_a_file(&path)
    })
}

fn names_in_a_report_do_not_become_markup_headers_or_formulas(test: &TestStore) {
    let desk = desk_of_bakery(test);
    let report = Report::new("scan_rdp").row(&[
        ("ip", "192.0.2.1"),
        ("port", "3389"),
        ("hostname", "evil.example\r\nBcc: all@victim.example"),
        ("tag", "=HYPERLINK(\"http://evil.example\")"),
        ("subject_common_name", "x\r\nSubject: owned\u{202e}\u{7}"),
    ]);
    desk.report(&report);
    desk.work();
    let mails = desk.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, "security@bakery.example");
    assert!(!mails[0].body.contains('\u{202e}') && !mails[0].body.contains('\u{7}'));
    assert!(mails[0].header("Bcc").is_none());
}

both_engines!(
    the_shape_of_a_file_does_not_change_what_it_says,
    drift_of_columns_is_said,
    a_bad_row_costs_itself_alone,
    a_row_that_is_no_row_is_refused_with_its_line,
    a_very_long_row_is_refused_and_reading_goes_on,
    what_came_before_a_file_broke_off_stands,
    an_empty_file_is_a_batch_of_nothing,
    a_zip_with_two_members_is_two_batches,
    a_table_that_says_nothing_of_a_place_is_refused_and_stops_no_other,
    a_zip_bomb_is_refused_and_leaves_nothing,
    names_in_a_report_do_not_become_markup_headers_or_formulas,
);
