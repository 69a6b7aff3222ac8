//! Shadowserver reports: CSV or JSON files whose type is in their name and whose columns have names.
//!
//! [`types`] is the table of what each type says about whom; [`report_type`] and [`type_of_file`] find a row of it.
//! A type that is not in it is an [`UnknownType`] and read by its columns. [`document`] writes the table for people.
//! Times are in UTC. Columns beyond those a type is known to have are kept as evidence and reported as [`Drift`].

mod decode;
pub mod document;
pub mod types;
mod unknown;

pub use types::{IdentifierRule, Peer, ReportType, SideRule, Variant};
pub use unknown::UnknownType;
pub(crate) use unknown::is_about_accounts;

pub use crate::decode::{DecodeContext, Decoder, Drift, DriftKind};

/// The type with this name, such as `scan_rdp`.
pub fn report_type(name: &str) -> Option<&'static ReportType> {
    types::ALL
        .iter()
        .find(|report_type| report_type.name == name)
}

/// Names that were in use before, with the type that took their place.
const FORMER_NAMES: &[(&str, &str)] = &[("dns_openresolver", "scan_dns")];

/// What the name of a file says about its type.
#[derive(Clone, Debug)]
pub enum FileType {
    /// A type of the table.
    Known(&'static ReportType),
    /// A type of which only the name is known.
    Unknown(UnknownType),
}

/// The type that the name of a file says it has; none if it says nothing.
///
/// Reads `2026-11-18-scan_rdp-netherlands-nl-geo.csv`, `2026-11-18-scan_rdp-123-nl-delayed.csv.gz`, `scan_rdp.json` and
/// `SCAN_RDP (1).CSV`, with any folders before it. The first word behind the date is the type, and the whole word must
/// fit: `scan_rdpeudp` is not `scan_rdp`. Where somebody put a word of their own before it (`mine-scan_rdp.csv`), the
/// first word that is a known type with `_` in it counts: `special` and `blocklist` are words of other names too. The
/// title of a type says the same as its name.
pub fn type_of_file(name: &str) -> Option<FileType> {
    let file_name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let is_separator = |character: char| !character.is_ascii_alphanumeric() && character != '_';
    let mut words = without_date(file_name)
        .split(is_separator)
        .filter(|word| !word.is_empty() && !is_ending(word));
    let first = words.next()?;
    if let Some(known) = known_word(first).or_else(|| titled(without_date(file_name))) {
        return Some(FileType::Known(known));
    }
    let mut others = words.filter(|word| word.contains('_'));
    match others.find_map(known_word) {
        Some(known) if !first.contains('_') => Some(FileType::Known(known)),
        // What has no ending is no file: standard input, for one.
        _ if !file_name.contains('.') => None,
        _ => UnknownType::new(first).map(FileType::Unknown),
    }
}

/// Whether a word of a file name says how its content is written, and nothing about its type.
fn is_ending(word: &str) -> bool {
    [
        "csv", "tsv", "txt", "json", "ndjson", "jsonl", "gz", "zst", "zip",
    ]
    .iter()
    .any(|ending| ending.eq_ignore_ascii_case(word))
}

fn known_word(word: &str) -> Option<&'static ReportType> {
    let word = word.to_ascii_lowercase();
    let former = FORMER_NAMES.iter().find(|(former, _)| *former == word);
    report_type(former.map_or(word.as_str(), |(_, name)| name))
}

/// The type with the longest title that a name begins with, such as `Open-LDAP-TCP`. Titles end with a whole word.
fn titled(name: &str) -> Option<&'static ReportType> {
    let begins = |title: &str| {
        name.split_at_checked(title.len())
            .is_some_and(|(begin, rest)| {
                begin.eq_ignore_ascii_case(title)
                    && !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_')
            })
    };
    types::ALL
        .iter()
        .filter(|known| begins(known.title.trim_end_matches(" IPv4")))
        .max_by_key(|known| known.title.len())
}

/// Takes `2026-11-18-` or `20261118-` off the front.
fn without_date(file_name: &str) -> &str {
    ["0000-00-00-", "00000000-"]
        .iter()
        .find_map(|shape| {
            let (date, rest) = file_name.split_at_checked(shape.len())?;
            let fits = |(byte, shape): (u8, u8)| match shape {
                b'0' => byte.is_ascii_digit(),
                _ => b"-_ ".contains(&byte),
            };
            date.bytes().zip(shape.bytes()).all(fits).then_some(rest)
        })
        .unwrap_or(file_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_tells_its_type_and_only_by_a_whole_word() {
        for (name, want) in [
            (
                "2026-11-18-scan_rdp-netherlands-nl-geo.csv",
                Some("scan_rdp"),
            ),
            ("2026-11-18-scan_rdp-1.csv.gz", Some("scan_rdp")),
            ("2026-11-18-scan_rdp-123-sample-asn.csv", Some("scan_rdp")),
            ("2026-11-18-scan_rdp-delayed.csv", Some("scan_rdp")),
            (
                "2026-11-18-scan_rdp-sample-asn-delayed.json",
                Some("scan_rdp"),
            ),
            ("2026_11_18_scan_rdp.csv", Some("scan_rdp")),
            ("20261118-scan_rdp-nl.ndjson", Some("scan_rdp")),
            (
                "2026-11-18-dns_openresolver-123-sample-asn.csv",
                Some("scan_dns"),
            ),
            ("2026-11-18-special-nl.csv", Some("special")),
            ("scan_rdp.csv", Some("scan_rdp")),
            ("SCAN_RDP.CSV", Some("scan_rdp")),
            (
                "reports/2026/2026-11-18-scan6_rdp-x.csv.zst",
                Some("scan6_rdp"),
            ),
            ("C:\\reports\\scan_ssl (1).csv", Some("scan_ssl")),
            ("scan_rdp/event4_sinkhole.csv", Some("event4_sinkhole")),
            ("my-scan_rdp.csv", Some("scan_rdp")),
            ("2026-11-18-scan_rdpeudpx-nl.csv", Some("scan_rdpeudpx?")),
            ("2026-11-18-Scan_New-special-nl.csv", Some("scan_new?")),
            ("2026-11-18-scan_new-scan_rdp.csv", Some("scan_new?")),
            ("2026-11-18-Open-LDAP-TCP-nl.csv", Some("scan_ldap_tcp")),
            ("open-ldap.csv", Some("scan_ldap_udp")),
            ("open-ldaps.csv", Some("open?")),
            ("readme.txt", Some("readme?")),
            ("2026-11-18.csv", None),
            ("standard.csv/", None),
            ("2026-11-1\u{20ac}-scan_rdp.csv", Some("scan_rdp")),
            ("2026-11-18-.csv", None),
            ("standard input", None),
            ("", None),
        ] {
            let found = type_of_file(name).map(|found| match found {
                FileType::Known(report_type) => report_type.name.to_owned(),
                FileType::Unknown(unknown) => format!("{}?", unknown.name()),
            });
            assert_eq!(found.as_deref(), want, "{name}");
        }
    }
}
