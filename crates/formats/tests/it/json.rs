//! JSON deliveries: where objects begin and end, what a broken one costs, and what is masked in a copy.

use std::io::Read;

use csv::ByteRecord;
use formats::mask::{copy_for_storage, copy_unknown_for_storage};
use formats::rows::{RawObject, raw_object};
use formats::shadowserver::report_type;
use formats::{Decoder, Rows};
use proptest::prelude::*;

use crate::decode_rows;

/// Rows as `line: column=value`, and issues as `line! code`.
fn read(bytes: &[u8]) -> (Vec<String>, Option<String>) {
    let mut rows = Rows::new(bytes, None).unwrap();
    let mut row = ByteRecord::new();
    let mut read = Vec::new();
    while let Some(next) = rows.next_row(&mut row) {
        read.push(match next {
            Ok(line) => {
                let fields = rows.header().iter().zip(&row);
                let fields = fields
                    .filter(|(_, value)| !value.is_empty())
                    .map(|(name, value)| format!(" {name}={}", String::from_utf8_lossy(value)));
                format!("{line}:{}", fields.collect::<String>())
            }
            Err(issue) => format!("{}! {}", issue.line, issue.code),
        });
    }
    (read, rows.ended_early().map(str::to_owned))
}

#[track_caller]
fn check(text: &str, want: &[&str], is_whole: bool) {
    let (rows, ended_early) = read(text.as_bytes());
    assert_eq!(rows, want, "{text}");
    assert_eq!(ended_early.is_none(), is_whole, "{text}: {ended_early:?}");
}

#[test]
fn an_array_and_lines_of_objects_give_the_same_rows() {
    let want = ["2: ip=192.0.2.1 port=1", "3: ip=192.0.2.2", "4: port=3"];
    for text in [
        r#"[{"ip":"192.0.2.1","port":1},{"ip":"192.0.2.2"},{"port":"3"}]"#,
        "{\"ip\":\"192.0.2.1\",\"port\":1}\n{\"ip\":\"192.0.2.2\",\"port\":null}\n{\"port\":3}",
        "\u{feff}\r\n{ \"ip\" : \"192.0.2.1\", \"port\" : 1 }\r\n\r\n{\"ip\":\"192.0.2.2\"}\r\n{\"PORT \":3}\r\n",
        "[\n  {\n    \"ip\": \"192.0.2.1\",\n    \"port\": 1\n  },\n  {\"ip\": \"192.0.2.2\"},\n  {\"port\": 3}\n]\n",
    ] {
        check(text, &want, true);
    }
    check("[]", &[], true);
    check("[\n", &[], false);
    check("{}", &["2:"], true);
}

#[test]
fn values_become_their_text() {
    check(
        r#"[{"a":"x\n\u00e9\"","b":true,"c":-1.50e3,"d":null,"e":["f", {"g":1}],"h":{"i":[]},"j":""}]"#,
        &["2: a=x\n\u{e9}\" b=true c=-1.50e3 e=[\"f\", {\"g\":1}] h={\"i\":[]}"],
        true,
    );
    check(r#"{"a":1,"A":2," a ":3,"":4}"#, &["2: a=3 column=4"], true);
}

#[test]
fn a_broken_object_costs_itself_alone() {
    let last = r#"{"a":"3"}"#;
    for broken in [
        r#"{"a":2"#,
        r#"{"a":2,}"#,
        r#"{"a" 2}"#,
        r#"{"a":"2}"#,
        r#"{a:2}"#,
        r#"{"a":"\ud800"}"#,
        "{\"a\":\"\u{1}\"}",
        r#"{"a":{"b":[{"c":1}]},,}"#,
        r#"{"a":[}]}"#,
        "{*}",
    ] {
        let lines = format!("{{\"a\":\"1\"}}\n{broken}\n{last}\n");
        check(&lines, &["2: a=1", "3! json-bad", "4: a=3"], true);
        let array = format!("[{{\"a\":\"1\"}},{broken},{last}]");
        let (rows, _) = read(array.as_bytes());
        assert_eq!(rows.first().unwrap(), "2: a=1", "{array}");
        assert!(
            rows.contains(&"3! json-bad".to_owned()),
            "{array}: {rows:?}"
        );
    }
    for stray in ["12", "\"x\"", "null", "hello there", "}"] {
        let text = format!("[{{\"a\":\"1\"}},{stray},{last}]");
        check(&text, &["2: a=1", "3! json-no-object", "4: a=3"], true);
    }
    check(r#"[{"a":1},{"a":}]"#, &["2: a=1", "3! json-bad"], true);
    let bytes = b"{\"a\":\"1\"}\n{\"a\":\"\xff\"}\n{\"a\":\"3\"}";
    assert_eq!(read(bytes).0, ["2: a=1", "3! json-bad", "4: a=3"]);
}

#[test]
fn of_a_delivery_that_breaks_off_the_rows_before_stand() {
    check(r#"[{"a":1},{"a":2}"#, &["2: a=1", "3: a=2"], false);
    check(r#"[{"a":1},{"a":"#, &["2: a=1", "3! row-cut-off"], false);
    check("{\"a\":1}\n{\"a\":\"x", &["2: a=1", "3! row-cut-off"], true);

    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the line went dead"))
        }
    }
    for head in ["{\"a\":1}\n{\"a\":", "{", ""] {
        let mut rows = match Rows::new(head.as_bytes().chain(Failing), None) {
            Ok(rows) => rows,
            Err(error) => {
                assert!(head.is_empty(), "{error}");
                continue;
            }
        };
        let mut row = ByteRecord::new();
        while rows.next_row(&mut row).is_some() {}
        assert_eq!(rows.ended_early(), Some("the line went dead"), "{head}");
    }
}

#[test]
fn size_depth_and_keys_have_limits_and_memory_is_bounded() {
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(1 << 20));
    check(
        &format!("{{\"a\":1}}\n{long}\n{{\"a\":3}}"),
        &["2: a=1", "3! row-too-long", "4: a=3"],
        true,
    );
    let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    assert!(!read(nested(32).as_bytes()).0[0].contains('!'));
    check(
        &format!("{}\n{{}}", nested(33)),
        &["2! json-too-deep", "3:"],
        true,
    );
    check(&nested(500_000), &["2! json-too-deep"], true);
    let keys = |keys: usize| {
        let keys: Vec<String> = (0..keys).map(|key| format!("\"k{key}\":1")).collect();
        format!("{{{}}}", keys.join(","))
    };
    assert!(!read(keys(1024).as_bytes()).0[0].contains('!'));
    check(
        &format!("{}\n{{\"a\":1}}", keys(1025)),
        &["2! too-many-keys", "3: a=1"],
        true,
    );

    // Each object has a key of its own: the header begins anew before it is longer than a table may be.
    let objects: String = (0..3000)
        .map(|key| format!("{{\"k{key}\":{key}}}\n"))
        .collect();
    let mut rows = Rows::new(objects.as_bytes(), None).unwrap();
    let mut row = ByteRecord::new();
    while let Some(next) = rows.next_row(&mut row) {
        let number = next.unwrap() - 2;
        assert!(rows.header().len() <= 1024);
        assert_eq!(rows.header().len(), row.len());
        let place = rows
            .header()
            .iter()
            .position(|name| *name == format!("k{number}"));
        assert_eq!(row[place.unwrap()], *number.to_string().as_bytes());
    }
}

#[test]
fn megabytes_of_broken_quotes_are_read_to_their_end() {
    for piece in ["{\"a\":\"},", "{\"", "{", "}{\"a\":[", "\"}\n{"] {
        let text = piece.repeat((6 << 20) / piece.len());
        let (rows, _) = read(format!("{{\"a\":1}}\n{text}").as_bytes());
        assert_eq!(rows[0], "2: a=1");
    }
}

#[test]
fn an_object_is_found_again_by_its_line() {
    let text = "[{\"a\":1}, {\n\"a\":2},{bad},{\"a\":4}]";
    for (line, want) in [
        (2, "{\"a\":1}"),
        (3, "{\n\"a\":2}"),
        (4, "{bad},"),
        (5, "{\"a\":4}"),
        (6, ""),
        (1, ""),
    ] {
        let RawObject { offset, bytes } = raw_object(text.as_bytes(), line).unwrap().unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), want);
        assert!(
            text[offset as usize..].starts_with(want),
            "{line}: {offset}"
        );
    }
    assert_eq!(raw_object("ip,port\n".as_bytes(), 2).unwrap(), None);
}

#[test]
fn later_objects_may_have_other_keys_and_those_stay_in_the_evidence() {
    let text = r#"{"timestamp":"2026-11-18 02:14:33","ip":"192.0.2.9"}
{"new":"x","timestamp":"2026-11-18 02:14:33","port":3389,"ip":"192.0.2.9","tag":["rdp"],"protocol":"tcp"}
{"timestamp":"2026-11-18 02:14:33","ip":"192.0.2.9","port":3390,"hostname":"a.x.example"}"#;
    let known = report_type("scan_rdp").unwrap();
    let (found, issues, _) = decode_rows(text.as_bytes(), |header| Decoder::new(known, header));
    let found: Vec<String> = found
        .iter()
        .map(|found| format!("{} {} {}", found.line, found.endpoint, found.evidence))
        .collect();
    assert_eq!(
        found,
        [
            r#"3 192.0.2.9:3389/tcp {"tag":"[\"rdp\"]","new":"x"}"#,
            r#"4 192.0.2.9:3390/tcp {"hostname":"a.x.example"}"#,
        ]
    );
    assert_eq!((issues[0].line, issues[0].code), (2, "column-missing"));
}

fn copy(type_name: Option<&str>, text: &str) -> (String, Vec<String>) {
    let mut copied = Vec::new();
    let known = type_name.map(|name| report_type(name).unwrap());
    let result = copy_for_storage(text.as_bytes(), &mut copied, known).unwrap();
    assert!(result.masked || copied == text.as_bytes());
    (String::from_utf8(copied).unwrap(), result.columns)
}

#[test]
fn a_copy_without_secrets_has_the_same_bytes() {
    for text in [
        "\u{feff} [ {\"ip\" : \"192.0.2.1\",\"tag\":[1, {\"a\":null}]} ,\r\n{\"note\":\"\\u00e9\"}\n]\n\n",
        "{\"ip\":1}\n\n{\"ip\":2}",
        "[]",
    ] {
        assert_eq!(copy(Some("scan_rdp"), text).0, text);
    }
    let columns = copy(None, "{\"IP\":1}\n{\"new\":1,\"ip\":2}").1;
    assert_eq!(columns, ["ip", "new"]);
}

#[test]
fn secrets_are_masked_where_they_stand_at_any_depth() {
    let text = r#"[{"ip":"192.0.2.1", "Password" : "hunter2!" ,"detail":{"a":[{"token":"Tr0ub4dor&3"}],"b":1},"pin":123456}
,{"password":null,"secret":["a","hunter22"],"note":"\"x\""}]"#;
    let want = r#"[{"ip":"192.0.2.1", "Password" : "h******!" ,"detail":{"a":[{"token":"Tr*******&3"}],"b":1},"pin":"1****6"}
,{"password":null,"secret":"[\"************\"]","note":"\"x\""}]"#;
    assert_eq!(copy(Some("scan_rdp"), text).0, want);
    assert_eq!(
        copy(Some("scan_rdp"), want).0,
        want,
        "once more changes nothing"
    );
}

#[test]
fn of_a_leak_report_only_listed_keys_pass_in_json_too() {
    let text = r#"{"timestamp":"2026-11-18 02:14:33","email":"name@x.example","username":"hunter22","detail":{"tag":"hunter22"},"tag":"stealer","hunter22@":1}
{"email":"name@x.example:hunter22","timestamp":"hunter22","source_url":"http://a:hunter22@x.example/?p=hunter22"}
{"email":"name@x.example","username":"hunter22"
{"email":"name@x.example"}"#;
    let (copied, columns) = copy(Some("compromised_account"), text);
    assert!(!copied.contains("hunter2"), "{copied}");
    assert!(!columns.concat().contains("hunter2"), "{columns:?}");
    insta::assert_snapshot!(copied, @r#"
    {"timestamp":"2026-11-18 02:14:33","email":"name@x.example","username":"h******2","detail":"{\"**************\"}","tag":"stealer","h*******@":"*"}
    {"email":"na*******************22","timestamp":"h******2","source_url":"http://x.example/"}
    {*}
    {"email":"name@x.example"}
    "#);
}

#[test]
fn an_unknown_report_about_accounts_passes_listed_keys_only() {
    for (text, passes) in [
        (
            "{\"timestamp\":\"2026-11-18\",\"email\":\"a@x.example\",\"note\":\"hunter22\"}",
            false,
        ),
        (
            "{\"timestamp\":\"2026-11-18\",\"ip\":\"192.0.2.1\",\"note\":\"hunter22\"}",
            true,
        ),
        (
            "timestamp,email,note\n2026-11-18,a@x.example,hunter22\n",
            false,
        ),
        (
            "timestamp,email,ip,note\n2026-11-18,a@x.example,192.0.2.1,hunter22\n",
            true,
        ),
    ] {
        let mut copied = Vec::new();
        copy_unknown_for_storage(text.as_bytes(), &mut copied).unwrap();
        let copied = String::from_utf8(copied).unwrap();
        assert_eq!(copied.contains("hunter22"), passes, "{copied}");
    }
}

const SECRET: &str = "Tr0ub4dor&3-geheim";

fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "{\"password\":\"Tr0ub4dor&3-geheim\"}",
        "{\"a\":{\"token\":\"Tr0ub4dor&3-geheim\"}}",
        "\"Tr0ub4dor&3-geheim\"",
        "{\"password\":",
        "{\"ip\":\"192.0.2.1\"}",
        "{\"",
        "{",
        "}",
        "[",
        "]",
        ",",
        ",",
        "\"",
        ":",
        "\n",
        "\\",
        "1",
    ])
}

/// Lines of rows and of issues, which the copy must share with the original.
fn lines(bytes: &[u8]) -> Vec<(u64, bool)> {
    let mut rows = Rows::new(bytes, None).unwrap();
    let mut row = ByteRecord::new();
    let mut lines = Vec::new();
    while let Some(next) = rows.next_row(&mut row) {
        lines.push(next.map_or_else(|issue| (issue.line, false), |line| (line, true)));
    }
    lines
}

/// Whether pieces came together as a name, or as a value under a name that says nothing of a secret: both are kept.
fn is_no_secret(text: &str) -> bool {
    let glue = ['"', '\n'];
    text.match_indices(SECRET).any(|(at, _)| {
        let before = text[..at].trim_end_matches(glue).strip_suffix(':');
        let name = before.map(|before| before.trim_end_matches('\n'));
        let is_value = name
            .is_some_and(|name| !name.ends_with("\"password\"") && !name.ends_with("\"token\""));
        let after = text[at + SECRET.len()..].trim_start_matches(glue);
        is_value || after.starts_with(':')
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn no_secret_slips_through_and_objects_keep_their_numbers(pieces in prop::collection::vec(piece(), 0..40)) {
        let text = format!("[{{\"password\":\"x\"}},{}", pieces.concat());
        prop_assume!(!is_no_secret(&text));
        let mut copied = Vec::new();
        copy_for_storage(text.as_bytes(), &mut copied, None).unwrap();
        let shown = String::from_utf8_lossy(&copied);
        prop_assert!(!shown.contains(&SECRET[3..SECRET.len() - 3]), "{text}\n->\n{shown}");
        prop_assert_eq!(lines(&copied), lines(text.as_bytes()), "{}\n->\n{}", text, shown);
        let mut again = Vec::new();
        copy_for_storage(copied.as_slice(), &mut again, None).unwrap();
        prop_assert_eq!(String::from_utf8_lossy(&again), shown);
    }
}
