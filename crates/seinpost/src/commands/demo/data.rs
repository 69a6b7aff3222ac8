//! The bundled example: a register and reports. Names are made up, addresses are for documentation only.

use model::{Timestamp, Zone};

use crate::commands::import::RegisterKind;

/// The register, in the order in which it must go in.
pub(super) const REGISTER: &[(RegisterKind, &str, &str)] = &[
    (
        RegisterKind::Organisations,
        "organisations.csv",
        include_str!("../../../demo/register/organisations.csv"),
    ),
    (
        RegisterKind::Contacts,
        "contacts.csv",
        include_str!("../../../demo/register/contacts.csv"),
    ),
    (
        RegisterKind::Assets,
        "assets.csv",
        include_str!("../../../demo/register/assets.csv"),
    ),
    (
        RegisterKind::Networks,
        "networks.csv",
        include_str!("../../../demo/register/networks.csv"),
    ),
    (
        RegisterKind::Asn,
        "asn.tsv",
        include_str!("../../../demo/register/asn.tsv"),
    ),
];

/// Organisations whose contacts can be called: the number, and whether it is answered day and night. Numbers of 070 555 are nobody's.
pub(super) const NUMBERS: &[(&str, &str, bool)] = &[
    ("gemeente", "+31705550123", true),
    ("ziekenhuis", "+31705550124", false),
];

/// Embeds the reports named.
macro_rules! reports {
    ($($report_type:literal),+ $(,)?) => {
        &[$(($report_type, include_str!(concat!("../../../demo/reports/", $report_type, ".csv")))),+]
    };
}

/// The reports by type. Times in them stand as `{412}`: so many minutes before the demonstration.
pub(super) const REPORTS: &[(&str, &str)] = reports!(
    "compromised_account",
    "compromised_website",
    "event4_honeypot_brute_force",
    "event4_sinkhole",
    "scan6_rdp",
    "scan_http_vulnerable",
    "scan_rdp",
    "scan_ssl",
);

/// A report with its times filled in.
pub(super) fn dated(report: &str, now: Timestamp) -> String {
    let mut dated = String::with_capacity(report.len() + 1024);
    let mut rest = report;
    while let Some((before, after)) = rest.split_once('{') {
        dated.push_str(before);
        let minutes = after
            .split_once('}')
            .and_then(|(minutes, after)| Some((minutes.parse::<i64>().ok()?, after)));
        let Some((minutes, after)) = minutes else {
            dated.push('{');
            rest = after;
            continue;
        };
        dated.push_str(&report_time(now.plus_seconds(-60 * minutes)));
        rest = after;
    }
    dated.push_str(rest);
    dated
}

/// As Shadowserver writes it: UTC, no zone.
fn report_time(time: Timestamp) -> String {
    let text = Zone::UTC.to_local_text(time);
    text.get(..19).unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_filled_in_as_minutes_before_now() {
        let now = "2026-11-18T10:00:00Z".parse().unwrap();
        assert_eq!(
            dated("a,{60},{x},{0}", now),
            "a,2026-11-18 09:00:00,{x},2026-11-18 10:00:00"
        );
    }

    #[test]
    fn every_report_has_a_type_that_is_known() {
        for (report_type, text) in REPORTS {
            assert!(
                formats::shadowserver::report_type(report_type).is_some(),
                "{report_type}"
            );
            assert!(text.contains('{'), "{report_type} has times to fill in");
        }
    }
}
