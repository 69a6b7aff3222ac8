//! A report type that no table of ours describes: its columns say what it is about.
//!
//! Shadowserver adds types every year. A report of a new one must reach its owners on the first day, so it is read by
//! the columns that nearly all types share, told as undetermined, and noted as drift until somebody describes it.

use model::{KeyedBy, Role, RsitType, Severity, Side, ThreatSlug, Transport, Zone};

use crate::decode::{Column, Decoder, Drift, DriftKind, IdentifierPlan, Policy, SidePlan};
use crate::evidence::EvidencePlan;
use crate::mask::Action;

/// Longest name of a type in bytes, so that the slug of its threat is one.
const NAME_BYTES_MAX: usize = 48;

/// Columns that say when, best first.
const TIMES: &[&str] = &["timestamp", "time", "observed_at", "last_seen", "date"];

/// Columns that name a host, best first.
const NAMES: &[&str] = &["hostname", "http_host", "host", "domain", "fqdn", "website"];

/// Columns that are no evidence, since an observation has them as fields or nobody needs them.
const NO_EVIDENCE: &[&str] = &[
    "severity",
    "ip",
    "src_ip",
    "port",
    "src_port",
    "protocol",
    "asn",
    "src_asn",
    "geo",
    "src_geo",
    "region",
    "src_region",
    "city",
    "src_city",
    "naics",
    "src_naics",
    "sector",
    "src_sector",
    "hostname_source",
];

/// A type of which only the name is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownType {
    name: String,
    threat: ThreatSlug,
}

impl UnknownType {
    /// The type of that name, if it can be the name of one: a word of letters, digits and `_` that begins with a letter.
    pub fn new(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if !name.starts_with(|first: char| first.is_ascii_alphabetic())
            || name.len() > NAME_BYTES_MAX
            || !name.bytes().all(is_word)
        {
            return None;
        }
        let words: Vec<&str> = name.split('_').filter(|word| !word.is_empty()).collect();
        let threat = format!("unknown-{}", words.join("-")).parse().ok()?;
        Some(Self { name, threat })
    }

    /// The name, as in file names and in lower case.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its findings are about.
    pub fn threat(&self) -> &ThreatSlug {
        &self.threat
    }

    /// Compiles what the columns of a file say; its drift is that nobody knows the type.
    pub fn decoder(&self, header: &[String]) -> (Decoder, Vec<Drift>) {
        let decoder = Decoder {
            time: time_column(header),
            zone: Zone::UTC,
            policy: Policy::FirstGiven,
            sides: self.sides(header),
        };
        let drift = Drift {
            kind: DriftKind::UnknownType,
            column: String::new(),
        };
        (decoder, vec![drift])
    }

    /// Why nothing can be told from a file with these columns, if that is so.
    pub fn why_unusable(header: &[String]) -> Option<String> {
        let has = |name: &&str| header.iter().any(|column| column == name);
        let keys = ["ip", "src_ip", "url", "email"];
        if !keys.iter().chain(NAMES).any(has) {
            return Some(
                "none of its columns says where something was seen (ip, src_ip, url, hostname or email)"
                    .into(),
            );
        }
        match TIMES.iter().any(has) {
            true => None,
            false => Some("none of its columns says when something was seen (timestamp)".into()),
        }
    }

    /// What a row may be about; the first that is given counts.
    fn sides(&self, header: &[String]) -> Vec<SidePlan> {
        let has = |name: &str| header.iter().any(|column| column == name);
        let mut sides = Vec::new();
        if has("ip") {
            sides.push(self.side(header, KeyedBy::AddressPort, ""));
        }
        if has("src_ip") {
            sides.push(self.side(header, KeyedBy::Address, "src_"));
        }
        if has("url") {
            sides.push(self.side(header, KeyedBy::Url, ""));
        }
        if NAMES.iter().any(|name| has(name)) {
            sides.push(self.side(header, KeyedBy::Host, ""));
        }
        if has("email") {
            sides.push(self.side(header, KeyedBy::EmailDomain, ""));
        }
        sides
    }

    fn side(&self, header: &[String], keyed_by: KeyedBy, prefix: &str) -> SidePlan {
        let find = |name: &str| Column::find(header, name);
        let own = |name: &str| find(&format!("{prefix}{name}"));
        let is_event = !prefix.is_empty();
        SidePlan {
            side: Side::Source,
            threat: self.threat.clone(),
            keyed_by,
            // Who does something is most likely controlled by somebody else.
            role: match is_event {
                true => Role::Victim,
                false => Role::Target,
            },
            rsit: RsitType::Undetermined,
            severity_default: Severity::Info,
            severity: find("severity"),
            variants: Vec::new(),
            is_optional: false,
            may_fall_back: true,
            may_be_range: false,
            address: own("ip"),
            asn: own("asn"),
            port: own("port"),
            transport: find("protocol"),
            transport_default: Transport::Tcp,
            host: own("hostname"),
            key_names: NAMES.iter().map(|name| find(name)).collect(),
            url: find("url"),
            email: find("email"),
            identifier: match keyed_by {
                KeyedBy::EmailDomain => IdentifierPlan::Account,
                // A CVE that a machine tried elsewhere is not one of its own.
                _ if is_event => IdentifierPlan::None,
                _ => IdentifierPlan::Cves(vec![find("tag")]),
            },
            peer_address: Column::none(),
            // The other side may be a honeypot, whose address must not become known.
            peer_port: match is_event {
                true => find("dst_port"),
                false => Column::none(),
            },
            evidence: evidence_plan(header),
        }
    }
}

/// Whether a file with these columns is about accounts, so that only listed columns may be kept unmasked.
pub(crate) fn is_about_accounts(header: &[String]) -> bool {
    let has = |name: &str| header.iter().any(|column| column == name);
    has("email") && !has("ip") && !has("src_ip")
}

fn time_column(header: &[String]) -> Column {
    let columns = TIMES.iter().map(|name| Column::find(header, name));
    let found = columns.into_iter().find(|column| column.index().is_some());
    found.unwrap_or_else(|| Column::find(header, TIMES[0]))
}

/// All columns by name, since their order in the file means nothing, without those that may tell where a sensor is.
fn evidence_plan(header: &[String]) -> EvidencePlan {
    let time = time_column(header).index();
    let is_evidence = |index: &usize| {
        let name = header[*index].as_str();
        let tells_of_sensor = name.starts_with("dst_") || name.starts_with("sensor");
        Some(*index) != time && !NO_EVIDENCE.contains(&name) && !tells_of_sensor
    };
    let mut columns: Vec<usize> = (0..header.len()).filter(is_evidence).collect();
    columns.sort_by_key(|index| &header[*index]);
    let is_about_accounts = is_about_accounts(header);
    let mut plan = EvidencePlan::default();
    for index in columns {
        let name = &header[index];
        plan.add(index, name, Action::for_column(name, is_about_accounts));
    }
    plan
}
