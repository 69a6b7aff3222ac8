//! Registers: in, out, and the same again.

use formats::TableError;
use formats::register::{
    AsnReader, AssetRow, ContactKeyRow, ContactRow, NetworkRow, OrganisationRow, RegisterRow, read,
    write, write_asn,
};
use model::LegalClass;
use proptest::prelude::*;

/// Rows and issues (`line column: code`).
fn read_all<T: RegisterRow>(text: &[u8]) -> (Vec<T>, Vec<String>) {
    let (mut rows, mut issues) = (Vec::new(), Vec::new());
    for result in read::<T, _>(text).unwrap() {
        match result {
            Ok((_, row)) => rows.push(row),
            Err(found) => {
                issues.extend(
                    found
                        .iter()
                        .map(|issue| format!("{} {}: {}", issue.line, issue.field, issue.code)),
                );
            }
        }
    }
    (rows, issues)
}

fn write_all<T: RegisterRow>(rows: &[T]) -> String {
    let mut bytes = Vec::new();
    write::<T, _>(rows, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn check_round_trip<T: RegisterRow>(text: &str) {
    let (rows, issues) = read_all::<T>(text.as_bytes());
    assert_eq!(issues, Vec::<String>::new());
    assert_eq!(write_all(&rows), text);
}

const ASN_TABLE: &str =
    "192.0.2.0/24\t64496\tNL\n198.51.100.0/24\t64497\n2001:db8::/32\t64498\tBE\n";

#[test]
fn canonical_registers_come_out_byte_for_byte() {
    check_round_trip::<OrganisationRow>(
        "organisation,name,kvk,sector,legal_class,legal_class_from,language\n\
         bakker,\"Bakkerij \"\"De Hoek\"\", Utrecht\",90000001,food,other-business,2026-07-01,nl\n\
         kliniek,'s-Kliniek,00000001,,essential,,\n\
         formule,'=SUM(A1),,'-,,,en\n\
         kaal,Kaal,,,,,\n",
    );
    check_round_trip::<ContactRow>(
        "organisation,role,email,severities,language,reader\n\
         bakker,security,security@bakker.example,\"critical,high\",nl,entrepreneur\n\
         bakker,tweede lijn_1-a,Beheer@bakker.example,,,administrator\n\
         bakker,ciso,ciso@bakker.example,,en,soc\n",
    );
    check_round_trip::<AssetRow>(
        "organisation,kind,value,valid_from,valid_until\n\
         bakker,prefix,192.0.2.0/24,2026-01-01,2027-01-01\n\
         bakker,range,192.0.2.8 - 192.0.2.19,,\n\
         bakker,asn,AS64496,,2027-01-01\n\
         bakker,asn,64497,,\n\
         bakker,domain,B\u{fc}cher.example,,\n\
         bakker,host,www.bakker.example,,\n\
         bakker,address,2001:DB8::1,,\n",
    );
    check_round_trip::<ContactKeyRow>(
        "organisation,email,fingerprint,key\nbakker,it@bakker.example,0123ABCD,\"'-----BEGIN\n\nmDME\n-----END\"\n",
    );
    check_round_trip::<NetworkRow>(
        "prefix,holder,abuse_email\n192.0.2.0/24,\"Net, BV\",abuse@net.example\n",
    );
    let rows: Vec<_> = AsnReader::new(ASN_TABLE.as_bytes())
        .map(|row| row.unwrap().1)
        .collect();
    let mut written = Vec::new();
    write_asn(&rows, &mut written).unwrap();
    assert_eq!(written, ASN_TABLE.as_bytes());
}

#[test]
fn good_rows_go_in_and_all_mistakes_of_a_bad_row_are_listed() {
    let (rows, issues) = read_all::<OrganisationRow>(
        b"Name;ORGANISATION;kvk;language\nA;a;1234;fr\n;;;\nB;b;90000002;NL\nC;c\n\xff;d;;\nE;e\x07;;\n",
    );
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].organisation.as_str(), rows[0].legal_class),
        ("b", LegalClass::Unknown)
    );
    assert_eq!(
        issues,
        [
            "2 kvk: bad-value",
            "2 language: bad-value",
            "3 organisation: missing",
            "3 name: missing",
            "5 : field-count",
            "6 name: not-utf8",
            "7 organisation: bad-value",
        ]
    );
    let (rows, issues) = read_all::<ContactRow>(
        b"organisation,role,email,severities\na,sec!,x,very\na,Security ,a@x.example,high;critical\n",
    );
    assert_eq!(
        (
            rows[0].role.as_str(),
            rows[0].severities.to_string().as_str()
        ),
        ("security", "critical,high")
    );
    assert_eq!(
        issues,
        [
            "2 role: bad-value",
            "2 email: bad-value",
            "2 severities: bad-value"
        ]
    );
    let (rows, issues) = read_all::<AssetRow>(
        b"organisation,kind,value,valid_from,valid_until\n\
          a,prefix,192.0.2.1/24,,\n\
          a,domain,co.uk,,\n\
          a,address,10.0.0.1,,\n\
          a,shoe,1,yesterday,\n\
          a,address,192.0.2.1,2026-01-02,2026-01-02\n",
    );
    assert_eq!(rows, []);
    assert_eq!(
        issues,
        [
            "2 value: bad-value",
            "3 value: bad-value",
            "4 value: bad-value",
            "5 kind: bad-value",
            "5 valid_from: bad-value",
            "6 valid_until: bad-value",
        ]
    );
}

#[test]
fn a_register_without_its_needed_columns_is_refused_and_other_columns_are_named() {
    let error = read::<AssetRow, _>(b"organisation,soort\n".as_slice())
        .err()
        .unwrap();
    assert!(
        matches!(&error, TableError::MissingColumns { missing } if missing == &["kind", "value"]),
        "{error}"
    );
    let reader = read::<OrganisationRow, _>(b"organisation,name,colour\n".as_slice()).unwrap();
    assert_eq!(reader.ignored_columns(), ["colour"]);
}

#[test]
fn the_as_table_takes_comments_empty_lines_and_a_header() {
    let text = "\u{feff}# made by us\r\n\r\nprefix\tasn\tcountry\r\n192.0.2.0/24\tAS64496\tnl\r\n  # more \"\n\
                192.0.2.1/24\t1\nx\ty\tNLD\n198.51.100.0/24 64497\n203.0.113.0/24\t64498\t\n";
    let (mut rows, mut issues) = (Vec::new(), Vec::new());
    for result in AsnReader::new(text.as_bytes()) {
        match result {
            Ok((line, row)) => rows.push(format!(
                "{line}: {} {} {:?}",
                row.prefix, row.asn, row.country
            )),
            Err(found) => issues.extend(
                found
                    .iter()
                    .map(|issue| format!("{} {}", issue.line, issue.field)),
            ),
        }
    }
    assert_eq!(
        rows,
        [
            "4: 192.0.2.0/24 AS64496 Some(\"NL\")",
            "9: 203.0.113.0/24 AS64498 None"
        ]
    );
    assert_eq!(issues, ["6 prefix", "7 prefix", "7 asn", "7 country", "8 "]);
}

proptest! {
    #[test]
    fn any_name_survives_an_export_and_none_begins_like_a_formula(
        name in "['=+@\\-a \",;\n]{0,4}[a-z'=\"]{1,5}",
        sector in prop::option::of("['=+@\\-]{1,3}[^\\pC]{0,10}"),
    ) {
        let row = OrganisationRow {
            organisation: "o".to_owned(),
            name: name.replace('\n', " ").trim().to_owned(),
            kvk: None,
            sector: sector.map(|sector| sector.trim().to_owned()),
            legal_class: LegalClass::Unknown,
            legal_class_from: None,
            language: None,
        };
        let text = write_all(std::slice::from_ref(&row));
        for record in csv::Reader::from_reader(text.as_bytes()).records() {
            for field in &record.unwrap() {
                prop_assert!(!field.starts_with(['=', '+', '-', '@', '\t', '\r']), "{}", field);
            }
        }
        let (rows, issues) = read_all::<OrganisationRow>(text.as_bytes());
        prop_assert_eq!(issues, Vec::<String>::new());
        prop_assert_eq!(&rows, &[row]);
        prop_assert_eq!(write_all(&rows), text);
    }
}
