use std::io::Write;

use super::*;

/// Line and value of each row; line, column and code of each issue.
type Shape = (Vec<(u64, String)>, Vec<(u64, String, &'static str)>);

fn shape(bytes: &[u8]) -> Shape {
    let list = read(bytes).unwrap();
    let rows = list
        .rows
        .iter()
        .map(|(line, row)| (*line, row.value.to_string()));
    let issues = list
        .issues
        .iter()
        .map(|issue| (issue.line, issue.field.clone(), issue.code));
    (rows.collect(), issues.collect())
}

#[test]
fn lines_tables_and_byte_order_marks_are_read_with_their_lines() {
    let bad = |line, code| (line, "value".to_owned(), code);
    let good = |line, value: &str| (line, value.to_owned());
    for text in [
        "192.0.2.0/24\n\n10.0.0.0/8\nx.example\n192.0.2.1/24\n",
        "\u{feff}192.0.2.0/24\r\n\r\n10.0.0.0/8\r\nx.example\r\n192.0.2.1/24",
    ] {
        assert_eq!(
            shape(text.as_bytes()),
            (
                vec![good(1, "192.0.2.0/24"), good(4, "x.example")],
                vec![bad(3, "reserved"), bad(5, "host-bits")]
            )
        );
    }
    let table = "Label;Value;Colour\nMain;192.0.2.0/24;red\nNone;;blue\n";
    assert_eq!(
        shape(table.as_bytes()),
        (vec![good(2, "192.0.2.0/24")], vec![bad(3, "missing")])
    );
    assert_eq!(read(table.as_bytes()).unwrap().ignored_columns, ["colour"]);
}

#[test]
fn dutch_names_of_columns_are_known_and_unknown_ones_are_no_assets() {
    let dutch = "Adres;Soort;Naam;Groep;Geldig tot;Kleur\n192.0.2.0/24;prefix;Kantoor;Noord;2027-01-01;rood\n";
    let list = read(dutch.as_bytes()).unwrap();
    let (line, row) = &list.rows[0];
    assert_eq!(
        (*line, row.value.to_string()),
        (2, "192.0.2.0/24".to_owned())
    );
    assert_eq!((&row.label[..], &row.group[..]), ("Kantoor", "Noord"));
    assert_eq!(row.valid_until.unwrap().to_string(), "2027-01-01");
    assert_eq!(list.ignored_columns, ["kleur"]);
    // Its own name goes before another one.
    let both = "domein,value\nnorth,x.example\n";
    assert_eq!(shape(both.as_bytes()).0, [(2, "x.example".to_owned())]);
    let unknown = read(b"Plaats;Wat\n192.0.2.0/24;iets\n");
    assert!(matches!(unknown, Err(AssetListError::UnknownHeader)));
    // One asset in each line, also where one line is wrong.
    assert_eq!(shape(b"x.example, y\nz.example").1.len(), 1);
}

#[test]
fn what_is_written_is_read_as_it_was() {
    let text = "kind,value,label,group,criticality,supplier,valid_from,valid_until\n\
                prefix,192.0.2.0/24,Main,Offices,high,Noord IT,2026-01-01,2027-01-01\n\
                url,http://Websites.example/bakery/,,,,,,\n\
                e-mail-domain,'@bakery.example,,,,,,\n\
                domain,X.example.,'=1,,,,,\n";
    let list = read(text.as_bytes()).unwrap();
    assert_eq!(list.issues, []);
    let mut written = Vec::new();
    register::write::<OwnAssetRow, _>(list.rows.iter().map(|(_, row)| row), &mut written).unwrap();
    assert_eq!(String::from_utf8(written).unwrap(), text);
}

#[test]
fn too_many_rows_or_bytes_are_refused_as_a_whole() {
    let rows = "192.0.2.1\n".repeat(LIST_ROWS_MAX + 1);
    assert!(matches!(
        read(rows.as_bytes()),
        Err(AssetListError::TooManyRows)
    ));
    let bytes = vec![b'x'; LIST_BYTES_MAX + 1];
    assert!(matches!(read(&bytes), Err(AssetListError::TooLarge)));
}

/// A workbook with one sheet of these rows, the third cell being a date.
fn workbook(sheet: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        (
            "[Content_Types].xml",
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#,
        ),
        (
            "_rels/.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Assets" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#,
        ),
        (
            "xl/styles.xml",
            r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#,
        ),
        ("xl/worksheets/sheet1.xml", sheet),
    ] {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_is_read_like_a_table_with_its_rows_as_lines() {
    let text = |cell: &str, text: &str| {
        format!(r#"<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>"#)
    };
    let sheet = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="2">{}{}{}</row><row r="3">{}{}<c r="C3" s="1"><v>46023</v></c></row><row r="5">{}</row></sheetData></worksheet>"#,
        text("A2", "value"),
        text("B2", "label"),
        text("C2", "valid_from"),
        text("A3", "192.0.2.0/24"),
        text("B3", "Main, office"),
        text("A5", "10.0.0.1"),
    );
    let list = read(&workbook(&sheet)).unwrap();
    let (line, row) = &list.rows[0];
    assert_eq!((*line, &row.label[..]), (3, "Main, office"));
    assert_eq!(row.valid_from, Some("2026-01-01".parse().unwrap()));
    let issues: Vec<_> = list
        .issues
        .iter()
        .map(|issue| (issue.line, issue.code))
        .collect();
    assert_eq!(issues, [(5, "reserved")]);
    assert_eq!(list.issues[0].given, "10.0.0.1");
}

#[test]
fn a_workbook_of_ours_is_read_as_what_it_was_written_from() {
    let table = "value,label,group,valid_from\n192.0.2.0/24,'=1+1,\"<a> & \"\"b\"\"\",2026-01-01\nx.example,'00123,  x,\n";
    let list = read(table.as_bytes()).unwrap();
    assert!(list.issues.is_empty() && list.rows[0].1.label == "=1+1");
    let rows: Vec<OwnAssetRow> = list.rows.iter().map(|(_, row)| row.clone()).collect();
    let written = register::workbook::<OwnAssetRow>(&rows).unwrap();
    let again = read(&written).unwrap();
    assert_eq!(again.issues, []);
    let again: Vec<OwnAssetRow> = again.rows.into_iter().map(|(_, row)| row).collect();
    assert_eq!(again, rows);
}

#[test]
fn what_only_begins_like_a_workbook_is_refused() {
    assert!(matches!(
        read(b"PK\x03\x04 nothing"),
        Err(AssetListError::Workbook(_))
    ));
}
