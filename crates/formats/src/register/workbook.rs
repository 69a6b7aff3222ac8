//! A register as a workbook (.xlsx): one sheet, every cell a text.
//!
//! Source: ECMA-376, parts "Open Packaging Conventions" and "SpreadsheetML". Only what every program needs to open it.

use std::borrow::Borrow;
use std::io::{self, Write};

use super::{RegisterRow, escaped};
use crate::archive::ArchiveWriter;

/// What is the same in each workbook: the list of parts, and who belongs to whom.
const FRAME: [(&str, &str); 4] = [
    (
        "[Content_Types].xml",
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" \
         ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>\
         <Override PartName=\"/xl/worksheets/sheet1.xml\" \
         ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>",
    ),
    (
        "_rels/.rels",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"r1\" Target=\"xl/workbook.xml\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\"/></Relationships>",
    ),
    (
        "xl/workbook.xml",
        "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
         <sheets><sheet name=\"list\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>",
    ),
    (
        "xl/_rels/workbook.xml.rels",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"r1\" Target=\"worksheets/sheet1.xml\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\"/></Relationships>",
    ),
];

/// The first line of each part.
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// The bytes of a workbook with the columns and these rows.
///
/// # Errors
/// When it has grown beyond what the format can hold.
pub fn workbook<T: RegisterRow>(
    rows: impl IntoIterator<Item = impl Borrow<T>>,
) -> io::Result<Vec<u8>> {
    let mut archive = ArchiveWriter::default();
    for (name, part) in FRAME {
        archive.begin(name)?;
        write!(archive, "{DECLARATION}{part}")?;
    }
    archive.begin("xl/worksheets/sheet1.xml")?;
    write!(
        archive,
        "{DECLARATION}<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>"
    )?;
    archive.write_all(row(T::COLUMNS).as_bytes())?;
    for register_row in rows {
        // Written as in a table, since it is read as one.
        let fields = register_row.borrow().to_fields();
        let cells: Vec<_> = fields.iter().map(|field| escaped(field)).collect();
        archive.write_all(row(&cells).as_bytes())?;
    }
    archive.write_all(b"</sheetData></worksheet>")?;
    archive.finish()
}

fn row(cells: &[impl AsRef<str>]) -> String {
    let mut text = String::from("<row>");
    for cell in cells {
        // A text in the cell itself: no program takes it for a number, a date or a formula.
        text.push_str("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">");
        for sign in cell.as_ref().chars() {
            match sign {
                '&' => text.push_str("&amp;"),
                '<' => text.push_str("&lt;"),
                '>' => text.push_str("&gt;"),
                // What XML 1.0 cannot hold.
                '\u{fffe}' | '\u{ffff}' => {}
                sign if sign.is_control() => {}
                sign => text.push(sign),
            }
        }
        text.push_str("</t></is></c>");
    }
    text.push_str("</row>");
    text
}
