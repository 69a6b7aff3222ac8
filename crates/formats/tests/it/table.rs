//! Rows out of bytes.

use std::io::{self, Read};

use csv::ByteRecord;
use formats::{TableError, TableReader};

/// Rows as `line: field|field`, issues as `line! code`.
fn rows(input: impl Read) -> Vec<String> {
    let mut table = TableReader::new(input).unwrap();
    let mut row = ByteRecord::new();
    let mut rows = Vec::new();
    while let Some(next) = table.next_row(&mut row) {
        rows.push(match next {
            Ok(line) => {
                let fields: Vec<_> = row.iter().map(String::from_utf8_lossy).collect();
                format!("{line}: {}", fields.join("|"))
            }
            Err(issue) => format!("{}! {}", issue.line, issue.code),
        });
    }
    rows.extend(table.ended_early().map(|reason| format!("ended: {reason}")));
    rows
}

/// A reader that gives one byte at a time.
struct Drip<'a>(&'a [u8]);

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = buffer.len().min(1);
        (&mut self.0).take(bytes as u64).read(buffer)
    }
}

#[test]
fn rows_come_out_the_same_however_the_file_is_written() {
    for text in [
        "ip,port\n192.0.2.1,80\n192.0.2.2,81\n",
        "ip,port\r\n192.0.2.1,80\r\n192.0.2.2,81\r\n",
        "\u{feff}ip,port\n192.0.2.1,80\n192.0.2.2,81",
        " IP ; Port\n192.0.2.1;80\n192.0.2.2;81\n",
        "ip\tport\n192.0.2.1\t80\n192.0.2.2\t81\n",
        "\"ip\",\"port\"\n\"192.0.2.1\",\"80\"\n\"192.0.2.2\",\"81\"\n",
        "\u{feff}\"ip\";\"port\"\r\n\"192.0.2.1\";80\r\n192.0.2.2;\"81\"",
    ] {
        let want = ["2: 192.0.2.1|80", "3: 192.0.2.2|81"];
        assert_eq!(rows(text.as_bytes()), want, "{text:?}");
        assert_eq!(rows(Drip(text.as_bytes())), want, "{text:?}");
        assert_eq!(
            TableReader::new(text.as_bytes()).unwrap().header(),
            ["ip", "port"]
        );
    }
}

#[test]
fn quotes_hold_separators_and_line_breaks_and_the_lines_still_count() {
    let text = "a,b\n\"x\ny\",\"1,2\"\n\n\"say \"\"hi\"\"\",z\n,\n";
    assert_eq!(
        rows(text.as_bytes()),
        ["2: x\ny|1,2", "5: say \"hi\"|z", "6: |"]
    );
    assert_eq!(
        rows(Drip(text.as_bytes())),
        ["2: x\ny|1,2", "5: say \"hi\"|z", "6: |"]
    );
}

#[test]
fn a_broken_row_costs_itself_alone() {
    for (text, want) in [
        ("a,b\n1\n2,3\n", vec!["2! field-count", "3: 2|3"]),
        ("a,b\n1,2,3\n4,5\n", vec!["2! field-count", "3: 4|5"]),
        (
            "a,b\n\"1,2\n3,4\n5,6\n",
            vec!["2! quote-unclosed", "3: 3|4", "4: 5|6"],
        ),
        // The stray quote of line 2 ends at that of line 4; both are broken, line 3 is not.
        (
            "a,b\n\"1,2\n3,4\n5,\"6\n7,8\n",
            vec!["2! field-count", "3: 3|4", "4! quote-unclosed", "5: 7|8"],
        ),
        ("a,b\n1,2\n3,\"4", vec!["2: 1|2", "3! quote-unclosed"]),
        ("a,b\n1,x\"y\n3,4\n", vec!["2: 1|x\"y", "3: 3|4"]),
        ("a,b\n\"1\"x,2\n", vec!["2: 1x|2"]),
        ("a,b\n\u{0},\u{7f}\n", vec!["2: \u{0}|\u{7f}"]),
    ] {
        assert_eq!(rows(text.as_bytes()), want, "{text:?}");
        assert_eq!(rows(Drip(text.as_bytes())), want, "{text:?}");
    }
}

#[test]
fn a_row_above_the_limit_is_refused_and_the_next_one_is_read() {
    let long = "x".repeat(3 << 20);
    let text = format!("a,b\n1,2\n{long},2\n3,4\n");
    assert_eq!(
        rows(text.as_bytes()),
        ["2: 1|2", "3! row-too-long", "4: 3|4"]
    );
    let text = format!("a,b\n1,2\n{long}");
    assert_eq!(rows(text.as_bytes()), ["2: 1|2", "3! row-too-long"]);
    let many = "3,4\n".repeat(1 << 19);
    let text = format!("a,b\n\"1,2\n{many}");
    let rows = rows(text.as_bytes());
    assert_eq!(rows[0], "2! row-too-long");
    assert_eq!(rows[1], "3: 3|4");
    assert_eq!(rows.len(), 1 + (1 << 19));
}

#[test]
fn broken_quotes_without_end_are_read_in_a_time_that_grows_with_the_file_only() {
    // Each line toggles the quotes of the next; read naively, every line costs a megabyte.
    let text = format!("a,b\n{}", "a\",\"\n".repeat(1 << 20));
    let rows = rows(text.as_bytes());
    assert!(
        rows.iter().all(|row| row.contains('!')),
        "a row was made up"
    );
}

#[test]
fn a_stream_that_fails_keeps_all_rows_before_it() {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::new(io::ErrorKind::UnexpectedEof, "torn"))
        }
    }
    let input = b"a,b\n1,2\n3,4".chain(Fails);
    assert_eq!(rows(input), ["2: 1|2", "3! row-cut-off", "ended: torn"]);
    let input = b"a,b\n1,2\n".chain(Fails);
    assert_eq!(rows(input), ["2: 1|2", "ended: torn"]);
    assert!(matches!(
        TableReader::new(b"a,b".chain(Fails)),
        Err(TableError::Read(_))
    ));
}

#[test]
fn a_file_without_a_header_is_refused_in_words() {
    for (bytes, want) in [
        (b"".as_slice(), "the file is empty"),
        (b"\n\r\n\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"\xff\xfei\0p\0", "UTF-16"),
        (b"\"ip,port\n1,2\n", "never closed"),
    ] {
        let error = TableReader::new(bytes).err().unwrap().to_string();
        assert!(error.contains(want), "{error}");
    }
    assert_eq!(rows(b"a,b\n".as_slice()), Vec::<String>::new());
    assert_eq!(rows(b"a,b".as_slice()), Vec::<String>::new());
}

#[test]
fn columns_without_a_name_or_with_the_same_one_are_told_apart() {
    let table = TableReader::new(b"a,,A,a\n".as_slice()).unwrap();
    assert_eq!(table.header(), ["a", "column_2", "a_2", "a_3"]);
}
