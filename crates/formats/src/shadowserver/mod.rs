//! Shadowserver reports: CSV files whose type is in their name and whose columns are named in their first line.
//!
//! [`types`] is the table of what each type says about whom; [`report_type`] and [`type_of_file`] find a row of it.
//! Times are in UTC. Columns beyond those a type is known to have are kept as evidence and reported as [`Drift`].

mod decode;
pub mod types;

pub use types::{IdentifierRule, Peer, ReportType, SideRule};

pub use crate::decode::{DecodeContext, Decoder, Drift, DriftKind};

/// The type with this name, such as `scan_rdp`.
pub fn report_type(name: &str) -> Option<&'static ReportType> {
    types::ALL
        .iter()
        .find(|report_type| report_type.name == name)
}

/// The type that the name of a file says it has.
///
/// Reads `2026-11-18-scan_rdp-netherlands-nl-geo.csv`, `2026-11-18-scan_rdp-1.csv.gz` and `scan_rdp.csv`, with any
/// folders before it. The whole word must fit: `scan_rdpeudp` is not `scan_rdp`.
pub fn type_of_file(name: &str) -> Option<&'static ReportType> {
    let file_name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let word = without_date(file_name)
        .split(|character: char| !character.is_ascii_alphanumeric() && character != '_')
        .next()?;
    report_type(&word.to_ascii_lowercase())
}

/// Takes `2026-11-18-` off the front.
fn without_date(file_name: &str) -> &str {
    let Some((date, rest)) = file_name.split_at_checked("2026-11-18-".len()) else {
        return file_name;
    };
    let is_date = date.bytes().enumerate().all(|(index, byte)| match index {
        4 | 7 | 10 => byte == b'-' || byte == b'_',
        _ => byte.is_ascii_digit(),
    });
    if is_date { rest } else { file_name }
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
            ("2026-11-18-scan_rdp-delayed.csv", Some("scan_rdp")),
            ("scan_rdp.csv", Some("scan_rdp")),
            ("SCAN_RDP.CSV", Some("scan_rdp")),
            (
                "reports/2026/2026-11-18-scan6_rdp-x.csv.zst",
                Some("scan6_rdp"),
            ),
            ("C:\\reports\\scan_ssl (1).csv", Some("scan_ssl")),
            ("scan_rdp/event4_sinkhole.csv", Some("event4_sinkhole")),
            ("2026-11-18-scan_rdpeudp-nl.csv", None),
            ("2026-11-18-event4_sinkhole_http-nl.csv", None),
            ("2026-11-18.csv", None),
            ("my-scan_rdp.csv", None),
            ("2026-11-1\u{20ac}-scan_rdp.csv", None),
            ("", None),
        ] {
            let found = type_of_file(name).map(|report_type| report_type.name);
            assert_eq!(found, want, "{name}");
        }
    }
}
