//! Plain CSV of any sender: a small saved mapping says which column is what.
//!
//! A mapping is TOML, with `[columns]` only where the names differ from the usual ones:
//!
//! ```
//! let mapping: formats::mapping::Mapping = r#"
//!     threat = "open-rdp"
//!     keyed_by = "ip+port"
//!     role = "target"
//!     rsit = "vulnerable/vulnerable-system"
//!     severity = "high"
//!     time_zone = "Europe/Amsterdam"
//!
//!     [columns]
//!     ip = "IP-adres"
//!     time = "Gezien op"
//! "#.parse().unwrap();
//! assert_eq!(mapping.columns.ip, "IP-adres");
//! assert_eq!(mapping.columns.port, "port");
//! ```

use std::str::FromStr;

use model::{KeyedBy, Role, RsitType, Severity, Side, ThreatSlug, Transport, Zone};
use serde::Deserialize;

use crate::decode::{Column, Decoder, Drift, DriftKind, IdentifierPlan, Policy, SidePlan};
use crate::evidence::EvidencePlan;
use crate::mask::Action;

/// How to read the rows of one sender.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The entry of the catalogue that all rows are about.
    pub threat: ThreatSlug,
    /// What makes the endpoint.
    pub keyed_by: KeyedBy,
    /// As what the owner is told.
    pub role: Role,
    /// The type of incident.
    pub rsit: RsitType,
    /// For rows that say none.
    #[serde(default = "default_severity")]
    pub severity: Severity,
    /// The zone of times that name none.
    #[serde(default = "utc")]
    pub time_zone: Zone,
    /// For rows that name no transport.
    #[serde(default = "default_transport")]
    pub transport: Transport,
    /// The character between two fields; without one it is guessed.
    #[serde(default)]
    pub separator: Option<Separator>,
    /// The names of the columns.
    #[serde(default)]
    pub columns: MappedColumns,
}

/// What the columns are called in the file. Upper and lower case are the same.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MappedColumns {
    /// The address.
    pub ip: String,
    /// The port.
    pub port: String,
    /// The protocol: tcp or udp.
    pub transport: String,
    /// The host name.
    pub host: String,
    /// The URL.
    pub url: String,
    /// The e-mail address of the account.
    pub email: String,
    /// The AS number.
    pub asn: String,
    /// When it was seen.
    pub time: String,
    /// A remark of the sender.
    pub note: String,
    /// A CVE, or several, or a malware family.
    pub identifier: String,
    /// The severity.
    pub severity: String,
}

impl Default for MappedColumns {
    fn default() -> Self {
        let own = str::to_owned;
        Self {
            ip: own("ip"),
            port: own("port"),
            transport: own("proto"),
            host: own("host"),
            url: own("url"),
            email: own("email"),
            asn: own("asn"),
            time: own("time"),
            note: own("note"),
            identifier: own("identifier"),
            severity: own("severity"),
        }
    }
}

impl MappedColumns {
    fn names(&self) -> [&str; 11] {
        [
            &self.ip,
            &self.port,
            &self.transport,
            &self.host,
            &self.url,
            &self.email,
            &self.asn,
            &self.time,
            &self.note,
            &self.identifier,
            &self.severity,
        ]
    }
}

/// The character between two fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Separator {
    /// `,`
    #[serde(rename = ",")]
    Comma,
    /// `;`
    #[serde(rename = ";")]
    Semicolon,
    /// A tab.
    #[serde(rename = "\t", alias = "tab")]
    Tab,
    /// `|`
    #[serde(rename = "|")]
    Bar,
}

impl Separator {
    /// The byte that stands in the file.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Bar => b'|',
        }
    }
}

/// Why a text is not a mapping.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the mapping")]
pub struct MappingError(#[from] toml::de::Error);

impl FromStr for Mapping {
    type Err = MappingError;

    fn from_str(text: &str) -> Result<Self, MappingError> {
        Ok(toml::from_str(text)?)
    }
}

impl Mapping {
    /// Compiles the mapping against the header of a file, and says which columns that are needed are missing.
    ///
    /// All columns that the mapping does not name are kept as evidence.
    pub fn decoder(&self, header: &[String]) -> (Decoder, Vec<Drift>) {
        let decoder = Decoder {
            time: Column::find(header, &self.columns.time),
            zone: self.time_zone.clone(),
            policy: Policy::EachSide,
            sides: vec![self.side_plan(header)],
        };
        let drift = self
            .needed()
            .into_iter()
            .filter(|name| Column::find(header, name).index().is_none())
            .map(|name| Drift {
                kind: DriftKind::Missing,
                column: name.to_lowercase(),
            })
            .collect();
        (decoder, drift)
    }

    /// The byte between two fields, if the mapping sets it.
    pub fn separator_byte(&self) -> Option<u8> {
        self.separator.map(Separator::byte)
    }

    fn needed(&self) -> Vec<&str> {
        let columns = &self.columns;
        let mut needed: Vec<&str> = match self.keyed_by {
            KeyedBy::Address => vec![&columns.ip],
            KeyedBy::AddressPort => vec![&columns.ip, &columns.port],
            KeyedBy::HostPort => vec![&columns.host, &columns.port],
            KeyedBy::Host => vec![&columns.host],
            KeyedBy::Url => vec![&columns.url],
            KeyedBy::EmailDomain => vec![&columns.email],
        };
        needed.push(&columns.time);
        needed
    }

    fn side_plan(&self, header: &[String]) -> SidePlan {
        let columns = &self.columns;
        let find = |name: &str| Column::find(header, name);
        let identifier = match self.keyed_by {
            KeyedBy::EmailDomain => IdentifierPlan::Account,
            _ => IdentifierPlan::Text(find(&columns.identifier)),
        };
        SidePlan {
            side: Side::Source,
            threat: self.threat.clone(),
            keyed_by: self.keyed_by,
            role: self.role,
            rsit: self.rsit,
            severity_default: self.severity,
            severity: find(&columns.severity),
            variants: Vec::new(),
            is_optional: false,
            may_fall_back: false,
            may_be_range: false,
            address: find(&columns.ip),
            asn: find(&columns.asn),
            port: find(&columns.port),
            transport: find(&columns.transport),
            transport_default: self.transport,
            host: find(&columns.host),
            key_names: vec![find(&columns.host), find(&columns.url)],
            url: find(&columns.url),
            email: find(&columns.email),
            identifier,
            peer_address: Column::none(),
            peer_port: Column::none(),
            evidence: self.evidence_plan(header),
        }
    }

    /// The note, the host as it stands, and then all that the mapping does not name.
    fn evidence_plan(&self, header: &[String]) -> EvidencePlan {
        let known = self.columns.names().map(str::to_lowercase);
        let mut others: Vec<usize> = (0..header.len())
            .filter(|index| !known.contains(&header[*index]))
            .collect();
        others.sort_by_key(|index| &header[*index]);
        let chosen = [
            &self.columns.note,
            &self.columns.host,
            &self.columns.identifier,
        ];
        let chosen = chosen
            .into_iter()
            .filter_map(|name| Column::find(header, name).index());
        let mut plan = EvidencePlan::default();
        for index in chosen.chain(others) {
            plan.add(index, &header[index], Action::of(&header[index], None));
        }
        plan
    }
}

fn default_severity() -> Severity {
    Severity::Medium
}

fn default_transport() -> Transport {
    Transport::Tcp
}

fn utc() -> Zone {
    Zone::UTC
}
