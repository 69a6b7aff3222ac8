//! Standard output: answers only, readable without colour, safe to pipe anywhere.

use std::io::{self, BufWriter, Stdout, Write};

use model::{Severity, shown};
use serde::Serialize;

/// The reader of standard output went away, as `head` does when it has enough. Not a failure.
#[derive(Debug, thiserror::Error)]
#[error("nobody reads the output any more")]
pub(crate) struct ReaderLeft;

/// Standard output, buffered.
pub(crate) struct Out(BufWriter<Stdout>);

impl Out {
    pub(crate) fn new() -> Self {
        Self(BufWriter::with_capacity(1 << 16, io::stdout()))
    }

    /// One JSON document, for a program that reads the answer.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        let text = serde_json::to_string_pretty(value)?;
        writeln!(self, "{text}")
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map_err(mark_reader_left)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(mark_reader_left)
    }
}

fn mark_reader_left(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::BrokenPipe => io::Error::new(io::ErrorKind::BrokenPipe, ReaderLeft),
        _ => error,
    }
}

/// Rows in aligned columns.
pub(crate) struct Table {
    header: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new<const N: usize>(header: [&'static str; N]) -> Self {
        Self {
            header: header.to_vec(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        debug_assert_eq!(
            N,
            self.header.len(),
            "a row has as many cells as the header"
        );
        self.rows.push(cells.to_vec());
    }

    /// Writes the table with its header, each line after `indent`. Without rows it writes nothing.
    pub(crate) fn write(&self, out: &mut impl Write, indent: &str) -> io::Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let header: Vec<String> = self.header.iter().map(|&name| name.to_owned()).collect();
        self.write_lines(std::iter::once(&header).chain(&self.rows), out, indent)
    }

    /// Writes the rows alone.
    pub(crate) fn write_body(&self, out: &mut impl Write, indent: &str) -> io::Result<()> {
        self.write_lines(self.rows.iter(), out, indent)
    }

    fn write_lines<'t>(
        &self,
        lines: impl Iterator<Item = &'t Vec<String>> + Clone,
        out: &mut impl Write,
        indent: &str,
    ) -> io::Result<()> {
        let width = |column: usize| {
            lines
                .clone()
                .map(|line| line[column].chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.header.len()).map(width).collect();
        for line in lines {
            let mut text = String::new();
            for (cell, width) in line.iter().zip(&widths) {
                text.push_str(&format!("{cell:width$}  "));
            }
            writeln!(out, "{indent}{}", text.trim_end())?;
        }
        Ok(())
    }
}

/// Foreign text of any length on one line, with every character that acts on a terminal escaped.
pub(crate) fn harmless(text: &str) -> String {
    let mut buffer = [0; 4];
    text.chars()
        .map(|character| shown(character.encode_utf8(&mut buffer)))
        .collect()
}

/// `1 row`, `2 rows`.
pub(crate) fn counted(count: impl Into<i128>, one: &str) -> String {
    let count: i128 = count.into();
    match (count, one.strip_suffix('y')) {
        (1, _) => format!("1 {one}"),
        (_, Some(stem)) if !one.ends_with("ay") => format!("{} {stem}ies", thousands(count)),
        _ => format!("{} {one}s", thousands(count)),
    }
}

/// `1234567` as `1,234,567`.
pub(crate) fn thousands(count: impl Into<i128>) -> String {
    let count: i128 = count.into();
    let digits = count.unsigned_abs().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if count < 0 { format!("-{text}") } else { text }
}

/// A word for a severity that stands out without colour.
pub(crate) fn severity_mark(severity: Severity) -> String {
    match severity {
        Severity::Critical | Severity::High => severity.as_str().to_uppercase(),
        Severity::Medium | Severity::Low | Severity::Info => severity.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other() {
        let mut table = Table::new(["name", "rows"]);
        table.row(["café".to_owned(), "1".to_owned()]);
        table.row(["bakkerij".to_owned(), "22".to_owned()]);
        let mut text = Vec::new();
        table.write(&mut text, "  ").unwrap();
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "  name      rows\n  café      1\n  bakkerij  22\n"
        );
    }

    #[test]
    fn foreign_text_cannot_act_on_the_terminal() {
        assert_eq!(harmless("a\u{1b}[2Jb\n"), "a\\u{1b}[2Jb\\n");
        assert_eq!(harmless(&"x".repeat(500)).len(), 500);
    }

    #[test]
    fn counts_read_as_a_person_writes_them() {
        for (count, one, want) in [
            (0, "row", "0 rows"),
            (1, "row", "1 row"),
            (1_234_567, "delivery", "1,234,567 deliveries"),
            (2, "day", "2 days"),
        ] {
            assert_eq!(counted(count, one), want);
        }
        assert_eq!(thousands(-1000), "-1,000");
    }
}
