//! Bytes that mean no good: nothing panics, and nothing is lost without a word.

use std::io::Cursor;

use csv::ByteRecord;
use formats::mapping::Mapping;
use formats::register::{
    AsnReader, AssetRow, ContactKeyRow, ContactRow, NetworkRow, OrganisationRow, RegisterRow, read,
};
use formats::shadowserver::{UnknownType, report_type, type_of_file};
use formats::{ContainerError, Decoder, Limits, Rows, TableReader, for_each_member, mask};
use proptest::prelude::*;

use crate::{context, decode_rows, fixture, fixtures};

fn digest<T: RegisterRow>(bytes: &[u8]) {
    if let Ok(reader) = read::<T, _>(bytes) {
        reader.for_each(drop);
    }
}

/// Runs everything that reads foreign bytes.
fn swallow(bytes: &[u8]) {
    let _ = for_each_member(Cursor::new(bytes), "x", &Limits::default(), |member| {
        let mut content = Vec::new();
        let _ = member.reader.read_to_end(&mut content);
        Ok::<(), ContainerError>(())
    });
    for report_type in fixtures() {
        let _ = mask::copy_for_storage(bytes, Vec::new(), Some(report_type));
        let Ok(mut table) = TableReader::new(bytes) else {
            continue;
        };
        let (decoder, _) = Decoder::new(report_type, table.header());
        let (mut row, mut observations) = (ByteRecord::new(), Vec::new());
        while let Some(next) = table.next_row(&mut row) {
            let _ = next.and_then(|line| decoder.decode(&row, line, &context(), &mut observations));
        }
    }
    if Rows::new(bytes, None).is_ok() {
        let unknown = UnknownType::new("scan_new").unwrap();
        decode_rows(bytes, |header| unknown.decoder(header));
    }
    let _ = mask::copy_unknown_for_storage(bytes, Vec::new());
    digest::<OrganisationRow>(bytes);
    digest::<ContactRow>(bytes);
    digest::<AssetRow>(bytes);
    digest::<NetworkRow>(bytes);
    digest::<ContactKeyRow>(bytes);
    AsnReader::new(bytes).for_each(drop);
    let text = String::from_utf8_lossy(bytes);
    let _ = text.parse::<Mapping>();
    let _ = type_of_file(&text);
}

/// A fixture with some bytes changed, some taken out and some put in.
fn damaged(mut bytes: Vec<u8>, damage: &[(usize, u8, u8)]) -> Vec<u8> {
    for (place, kind, byte) in damage {
        let place = place % bytes.len().max(1);
        match kind % 3 {
            _ if bytes.is_empty() => bytes.push(*byte),
            0 => bytes[place] = *byte,
            1 => drop(bytes.remove(place)),
            _ => bytes.insert(place, *byte),
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn arbitrary_bytes_panic_nothing(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        swallow(&bytes);
    }

    #[test]
    fn arbitrary_text_panics_nothing(text in "[a-z0-9\",;\t\r\n#=@./:-]{0,400}") {
        swallow(text.as_bytes());
    }

    #[test]
    fn arbitrary_json_panics_nothing(text in "[\\[{]{1,3}[a\"\\\\:,{}\\[\\]\n0-9ue]{0,200}") {
        swallow(text.as_bytes());
    }

    #[test]
    fn damaged_reports_panic_nothing(
        index in 0..10_usize,
        damage in prop::collection::vec((any::<usize>(), any::<u8>(), prop::sample::select(b"\",\n\r\0\xff;1a".to_vec())), 0..20),
    ) {
        swallow(&damaged(fixture(fixtures()[index].name), &damage));
    }

    #[test]
    fn every_line_of_a_table_is_a_row_an_issue_or_part_of_one(
        text in "[ab,\"\n]{0,60}",
    ) {
        // Rows and issues come in order, and no line that has something in it stands between two of them.
        let text = format!("h,i\n{text}");
        let mut table = TableReader::new(text.as_bytes()).unwrap();
        let mut row = ByteRecord::new();
        let mut next_line = 2;
        let lines: Vec<&str> = text.split('\n').collect();
        while let Some(next) = table.next_row(&mut row) {
            let (line, covered) = match next {
                Ok(line) => (line, row.iter().map(|field| field.iter().filter(|byte| **byte == b'\n').count() as u64).sum::<u64>()),
                Err(issue) => (issue.line, 0),
            };
            prop_assert!(line >= next_line);
            for skipped in next_line..line {
                prop_assert_eq!(lines[skipped as usize - 1], "");
            }
            next_line = line + covered + 1;
        }
        for skipped in next_line..=lines.len() as u64 {
            prop_assert_eq!(lines[skipped as usize - 1], "");
        }
    }
}

#[test]
fn a_file_of_the_wrong_type_gives_issues_and_no_observations() {
    let scan = report_type("scan_rdp").unwrap();
    let bytes = fixture("event4_sinkhole");
    let mut table = TableReader::new(bytes.as_slice()).unwrap();
    let (decoder, drift) = Decoder::new(scan, table.header());
    assert!(drift.len() > 10);
    let (mut row, mut observations) = (ByteRecord::new(), Vec::new());
    while let Some(next) = table.next_row(&mut row) {
        let issue = decoder
            .decode(&row, next.unwrap(), &context(), &mut observations)
            .unwrap_err();
        assert_eq!((issue.field.as_str(), issue.code), ("ip", "column-missing"));
    }
    assert_eq!(observations, []);
}
