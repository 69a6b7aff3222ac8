//! A report type and the header of a file make a decoder.

use model::{ThreatSlug, Zone};

use super::{IdentifierRule, Peer, ReportType, SideRule, Variant};
use crate::decode::{
    Column, Decoder, Drift, DriftKind, IdentifierPlan, Policy, SidePlan, VariantPlan,
};
use crate::evidence::EvidencePlan;
use crate::mask::Action;

impl Decoder {
    /// Compiles a type against the header of a file, and says how the header differs from what is expected.
    ///
    /// A file that lacks a column which is needed still gives a decoder: its rows are then quarantined one by one.
    pub fn new(report_type: &ReportType, header: &[String]) -> (Self, Vec<Drift>) {
        let decoder = Self {
            time: Column::find(header, "timestamp"),
            zone: Zone::UTC,
            policy: Policy::EachSide,
            sides: report_type
                .sides
                .iter()
                .map(|rule| side_plan(report_type, rule, header))
                .collect(),
        };
        (decoder, drift(report_type, header))
    }
}

fn drift(report_type: &ReportType, header: &[String]) -> Vec<Drift> {
    let missing = report_type
        .columns()
        .filter(|expected| !header.iter().any(|column| column == expected))
        .map(|column| (DriftKind::Missing, column));
    let new = unknown_columns(report_type, header)
        .into_iter()
        .map(|index| (DriftKind::New, header[index].as_str()));
    missing
        .chain(new)
        .map(|(kind, column)| Drift {
            kind,
            column: column.to_owned(),
        })
        .collect()
}

/// Places of the columns that the type does not have, by name: their order in the file means nothing.
fn unknown_columns(report_type: &ReportType, header: &[String]) -> Vec<usize> {
    let mut unknown: Vec<usize> = (0..header.len())
        .filter(|index| !report_type.columns().any(|column| column == header[*index]))
        .collect();
    unknown.sort_by_key(|index| &header[*index]);
    unknown
}

fn side_plan(report_type: &ReportType, rule: &SideRule, header: &[String]) -> SidePlan {
    let find = |name: &str| Column::find(header, name);
    let own = |name: &str| find(&format!("{}{name}", rule.prefix));
    let (peer_address, peer_port) = match rule.peer {
        Peer::None => (Column::none(), Column::none()),
        Peer::PortOnly(prefix) => (Column::none(), find(&format!("{prefix}port"))),
        Peer::AddressAndPort(prefix) => {
            (find(&format!("{prefix}ip")), find(&format!("{prefix}port")))
        }
    };
    SidePlan {
        side: rule.side,
        threat: slug(rule.threat),
        keyed_by: rule.keyed_by,
        role: rule.role,
        rsit: rule.rsit,
        severity_default: rule.severity.unwrap_or(report_type.severity),
        // Where the rule sets its own, that of the row speaks of the other side.
        severity: match rule.severity {
            Some(_) => Column::none(),
            None => find("severity"),
        },
        variants: rule
            .variants
            .iter()
            .map(|variant| variant_plan(variant, header))
            .collect(),
        is_optional: rule.is_optional,
        may_fall_back: rule.may_fall_back,
        may_be_range: rule.may_be_range,
        address: own("ip"),
        asn: own("asn"),
        port: own("port"),
        transport: find("protocol"),
        transport_default: rule.transport,
        host: own("hostname"),
        key_names: rule.key_names.iter().map(|name| find(name)).collect(),
        url: find("url"),
        email: find("email"),
        identifier: match rule.identifier {
            IdentifierRule::None => IdentifierPlan::None,
            IdentifierRule::Cves(names) => {
                IdentifierPlan::Cves(names.iter().map(|name| find(name)).collect())
            }
            IdentifierRule::FirstOf(names) => {
                IdentifierPlan::FirstOf(names.iter().map(|name| find(name)).collect())
            }
            IdentifierRule::Account => IdentifierPlan::Account,
            IdentifierRule::Text(name) => IdentifierPlan::Text(find(name)),
        },
        peer_address,
        peer_port,
        evidence: evidence_plan(report_type, rule, header),
    }
}

fn variant_plan(variant: &Variant, header: &[String]) -> VariantPlan {
    VariantPlan {
        column: Column::find(header, variant.column),
        word: variant.word,
        threat: slug(variant.threat),
        role: variant.role,
        rsit: variant.rsit,
    }
}

fn slug(text: &str) -> ThreatSlug {
    text.parse()
        .expect("the slugs of the type table are tested")
}

fn evidence_plan(report_type: &ReportType, rule: &SideRule, header: &[String]) -> EvidencePlan {
    let mut plan = EvidencePlan::default();
    let chosen = rule
        .evidence
        .split(',')
        .filter_map(|name| Column::find(header, name).index());
    for index in chosen.chain(unknown_columns(report_type, header)) {
        let name = &header[index];
        plan.add(index, name, Action::of(name, Some(report_type)));
    }
    plan
}
