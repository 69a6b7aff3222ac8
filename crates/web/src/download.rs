//! Files that people take with them.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use formats::export::csv_safe;
use futures_core::Stream;
use tokio::sync::mpsc;

/// Pieces of a file that are made ahead of who reads it.
const PIECES_AHEAD: usize = 2;

/// Media type of a workbook (.xlsx).
pub(crate) const WORKBOOK_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A file of this type and name. What is no plain letter of a name, or could end it, becomes a dash.
pub(crate) fn file(kind: &'static str, name: &str, content: impl Into<Body>) -> Response {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    let name: String = name
        .chars()
        .map(|letter| if plain(letter) { letter } else { '-' })
        .collect();
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    (headers, content.into()).into_response()
}

/// Rows of a table as text, with nothing in it that a spreadsheet would run.
pub(crate) fn table<C: AsRef<str>>(
    rows: impl IntoIterator<Item = impl IntoIterator<Item = C>>,
) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        let cells = row.into_iter();
        let cells: Vec<String> = cells
            .map(|cell| csv_safe(cell.as_ref()).into_owned())
            .collect();
        writer.write_record(cells).expect("memory takes every row");
    }
    writer.into_inner().expect("memory takes every row")
}

/// Where to put the pieces of a file, as somebody makes them, and the body that they become. The file breaks off where an
/// error comes, so that nobody takes a part for the whole.
pub(crate) fn pieces() -> (mpsc::Sender<io::Result<Vec<u8>>>, Body) {
    let (put, pieces) = mpsc::channel(PIECES_AHEAD);
    (put, Body::from_stream(Pieces(pieces)))
}

struct Pieces(mpsc::Receiver<io::Result<Vec<u8>>>);

impl Stream for Pieces {
    type Item = io::Result<Vec<u8>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_within_its_quotes() {
        for (name, want) in [
            ("report-2026-Q3_nl.pdf", "report-2026-Q3_nl.pdf"),
            ("a\"; x=\"b.pdf", "a---x--b.pdf"),
            ("a\r\nb/c\u{e9}.csv", "a--b-c-.csv"),
        ] {
            let answer = file("text/plain", name, Vec::new());
            let header = answer.headers()[CONTENT_DISPOSITION].to_str().unwrap();
            assert_eq!(header, format!("attachment; filename=\"{want}\""));
        }
    }
}
