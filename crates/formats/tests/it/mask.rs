//! Secrets that must not be written.

use csv::ByteRecord;
use formats::TableReader;
use formats::mask::{MaskError, MaskPlan, copy_for_storage, copy_masked, is_secret, masked};
use formats::shadowserver::report_type;
use proptest::prelude::*;

use crate::{decode, fixture, fixtures};

fn copy(type_name: Option<&str>, bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut copy = Vec::new();
    let copied = copy_for_storage(bytes, &mut copy, type_name.and_then(report_type)).unwrap();
    (copy, copied.masked)
}

fn copy_text(type_name: &str, text: &str) -> String {
    String::from_utf8(copy(Some(type_name), text.as_bytes()).0).unwrap()
}

#[test]
fn long_secrets_keep_two_characters_at_each_end_short_ones_one_and_tiny_ones_none() {
    for (secret, want) in [
        ("", ""),
        ("a", "*"),
        ("ab", "**"),
        ("abc", "a*c"),
        ("abcdefghi", "a*******i"),
        ("abcdefghij", "ab******ij"),
        ("w\u{e9}lk\u{f8}m", "w****m"),
        ("abcde\nfghij", "ab***\n***ij"),
    ] {
        assert_eq!(masked(secret), want, "{secret:?}");
        assert_eq!(masked(want), want, "{secret:?}");
    }
}

#[test]
fn columns_that_hold_secrets_are_known_by_name_and_harmless_ones_pass() {
    for column in [
        "password",
        "passwd",
        "pass",
        "pwd",
        "secret",
        "hash",
        "password_hash",
        "user-pass",
        "wachtwoord",
        "clientSecret",
        "api_key",
    ] {
        assert!(is_secret(column, None), "{column}");
    }
    for column in [
        "ip",
        "note",
        "sha256",
        "sha256_fingerprint",
        "payload_md5",
        "bypass",
        "passive",
        "compass",
        "username",
        "key_algorithm",
        "set_cookie",
        "has_password",
    ] {
        assert!(!is_secret(column, None), "{column}");
    }
    let account = report_type("compromised_account");
    for column in ["username", "detail", "anything"] {
        assert!(is_secret(column, account), "{column}");
    }
    assert!(!is_secret("email", account));
}

#[test]
fn of_a_leak_report_only_listed_columns_pass() {
    let text = String::from_utf8(fixture("compromised_account")).unwrap();
    insta::assert_snapshot!(copy_text("compromised_account", &text), @"
    timestamp,email,infection,source_url,public_source,status,tag,severity,service,username,detail
    2026-11-18 09:00:00,j.bakker@bakker.example,examplestealer,https://login.dienst.example/inloggen,example,new,stealer-log,critical,https,j.*******************le,Zo******6!
    2026-11-18 09:00:00,Info@Kliniek.example,,https://portaal.example/,,new,combolist,high,,i**o,w******1
    ");
}

#[test]
fn of_other_reports_only_columns_named_like_a_secret_are_masked() {
    let text = String::from_utf8(fixture("event4_honeypot_brute_force")).unwrap();
    let want = text
        .replace("correct-horse-battery", "co*****************ry")
        .replace(",12345,", ",1***5,");
    assert_eq!(copy_text("event4_honeypot_brute_force", &text), want);
    for report_type in fixtures() {
        let bytes = fixture(report_type.name);
        let table = TableReader::new(bytes.as_slice()).unwrap();
        let has_plan = MaskPlan::for_table(table.header(), Some(report_type)).is_some();
        let want =
            ["compromised_account", "event4_honeypot_brute_force"].contains(&report_type.name);
        assert_eq!(has_plan, want, "{}", report_type.name);
        let (copied, was_masked) = copy(Some(report_type.name), &bytes);
        assert_eq!(
            (was_masked, copied == bytes),
            (want, !want),
            "{}",
            report_type.name
        );
    }
}

#[test]
fn a_copy_without_secrets_has_the_same_bytes_whatever_they_are() {
    for bytes in [
        b"\xef\xbb\xbf\r\n\nip;\"port\"\r\n1;2\n\n3;\"4\n5;6;7\n\xff\xfe".as_slice(),
        b"ip",
        &[b"ip,port\n".as_slice(), &vec![b'x'; 3 << 20]].concat(),
    ] {
        assert_eq!(copy(None, bytes), (bytes.to_vec(), false));
    }
}

#[test]
fn what_stands_beside_a_secret_stays_as_it_was_written() {
    let text = "\u{feff}\r\n\"IP\" ; Password;note\r\n192.0.2.1 ;\"hunter2!\";\"a;\"\"b\"\"\nc\"\r\n\r\n1;hunter2!;3";
    let want = "\u{feff}\r\n\"IP\" ; Password;note\r\n192.0.2.1 ;h******!;\"a;\"\"b\"\"\nc\"\r\n\r\n1;h******!;3";
    assert_eq!(copy_text("scan_rdp", text), want);
}

#[test]
fn rows_that_cannot_be_read_leave_only_stars() {
    for (row, want) in [
        ("192.0.2.1,hunter22\n", "*,*\n"),
        ("192.0.2.1,x,hunter22,y\n", "*,*,*,*\n"),
        ("\"192.0.2.1,hunter22,x\n", "*\n"),
        ("\"192.0.2.1\nhunter22,x\n", "*\n*,*\n"),
    ] {
        let text = format!("ip,password,note\n{row}1,hunter22,3\n");
        assert_eq!(
            copy_text("scan_rdp", &text),
            format!("ip,password,note\n{want}1,h******2,3\n"),
            "{row}"
        );
    }
    // One column: a single star would be a row.
    assert_eq!(
        copy_text("scan_rdp", "password\na,hunter22\n\"hunter22\n"),
        "password\n*,*\n*,*\n"
    );
}

#[test]
fn what_does_not_fit_a_passing_column_is_masked_there_too() {
    let header = "timestamp,email,source_url";
    for (row, want) in [
        (
            "2026-11-18 09:00:00,a@x.example,",
            "2026-11-18 09:00:00,a@x.example,",
        ),
        ("hunter22,a@x.example,", "h******2,a@x.example,"),
        (
            "2026-11-18 09:00:00,a@x.example:hunter22,",
            "2026-11-18 09:00:00,a@****************22,",
        ),
        (",a@x.example,hunter22", ",a@x.example,h******2"),
        (
            ",a@x.example,http://a:hunter22@x.example/?p=hunter22#hunter22",
            ",a@x.example,http://x.example/",
        ),
    ] {
        let copied = copy_text("compromised_account", &format!("{header}\n{row}\n"));
        assert_eq!(copied, format!("{header}\n{want}\n"));
    }
}

#[test]
fn a_leak_report_that_lost_its_header_leaks_nothing_through_its_first_line() {
    let copied = copy_text(
        "compromised_account",
        "2026-11-18,a@x.example,hunter22\n2026-11-18,b@x.example,hunter23\n",
    );
    assert!(!copied.contains("hunter2"), "{copied}");
}

#[test]
fn a_file_without_a_header_is_not_copied() {
    let mut copy = Vec::new();
    let result = copy_for_storage(b"\xff\xfehunter22".as_slice(), &mut copy, None);
    assert!(matches!(result, Err(MaskError::Table(_))));
    assert_eq!(copy, b"");
}

/// Lines of rows and of issues, which the copy must share with the original.
fn lines(bytes: &[u8]) -> Vec<(u64, Option<&'static str>)> {
    let mut table = TableReader::new(bytes).unwrap();
    let mut row = ByteRecord::new();
    let mut lines = Vec::new();
    while let Some(next) = table.next_row(&mut row) {
        lines.push(match next {
            Ok(line) => (line, None),
            Err(issue) => (issue.line, Some("refused")),
        });
    }
    lines
}

const SECRET: &str = "Tr0ub4dor&3-geheim";

/// Pieces out of which rows are made: the secret in all company, and everything that breaks rows.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        SECRET,
        "\"Tr0ub4dor&3-geheim\"",
        "\"a\nTr0ub4dor&3-geheim\"",
        "\"Tr0ub4dor&3-geheim",
        "x\"Tr0ub4dor&3-geheim",
        ",",
        ",",
        ",",
        ",",
        "\"",
        "\"\"",
        "\n",
        "\r\n",
        "a",
        "\u{e9}",
        " ",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_secret_slips_through_and_lines_keep_their_numbers(
        pieces in prop::collection::vec(piece(), 0..60),
        type_name in prop::sample::select(vec!["compromised_account", "scan_rdp"]),
    ) {
        // All columns are secret ones, so the secret may show nowhere.
        let header = match type_name {
            "compromised_account" => "username,detail,extra,timestamp,email\n",
            _ => "password,pass,secret,pwd,hash\n",
        };
        let text = format!("{header}{}", pieces.concat());
        let (copied, _) = copy(Some(type_name), text.as_bytes());
        let shown = String::from_utf8_lossy(&copied);
        prop_assert!(!shown.contains(SECRET), "{shown}");
        // Nor may its inner part, whatever stands around it.
        prop_assert!(!shown.contains(&SECRET[3..SECRET.len() - 3]), "{shown}");
        prop_assert_eq!(lines(&copied), lines(text.as_bytes()), "{}\n->\n{}", text, shown);
        // Nothing more changes when the copy is copied.
        prop_assert_eq!(copy(Some(type_name), &copied).0, copied);
    }

    #[test]
    fn a_secret_in_any_masked_column_of_a_row_is_gone_and_the_rest_decodes(column in 0_usize..11, quoted: bool) {
        let bytes = fixture("compromised_account");
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let header = reader.headers().unwrap().clone();
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&header).unwrap();
        for record in reader.records() {
            let secret = if quoted { format!("a\n\"{SECRET}\",b") } else { SECRET.to_owned() };
            let record = record.unwrap();
            let fields = record.iter().enumerate().map(|(index, field)| if index == column { &secret } else { field });
            writer.write_record(fields).unwrap();
        }
        let (copied, _) = copy(Some("compromised_account"), &writer.into_inner().unwrap());
        let passes = ["infection", "public_source", "status", "tag", "severity", "service"].contains(&&header[column]);
        prop_assert_eq!(String::from_utf8_lossy(&copied).contains(SECRET), passes);
        let needed = ["timestamp", "email"].contains(&&header[column]);
        prop_assert_eq!(decode("compromised_account", &copied).0.len(), if needed { 0 } else { 2 });
    }
}

#[test]
fn a_plan_masks_the_same_as_the_copy_in_one_pass() {
    let bytes = fixture("compromised_account");
    let table = TableReader::new(bytes.as_slice()).unwrap();
    let plan = MaskPlan::for_table(table.header(), report_type("compromised_account")).unwrap();
    let mut copied = Vec::new();
    copy_masked(bytes.as_slice(), &mut copied, &plan).unwrap();
    assert_eq!(copied, copy(Some("compromised_account"), &bytes).0);
}
