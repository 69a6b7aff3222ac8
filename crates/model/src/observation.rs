//! One sighting by one source.

use std::net::IpAddr;

use crate::{
    Asn, DomainName, Endpoint, Identifier, Port, Role, RsitType, Severity, Side, ThreatSlug,
    Timestamp, Transport,
};

/// One row of a delivery, or one part of it: something was seen at an endpoint, at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The line of the delivery where the row begins; the header is line 1.
    pub line: u64,
    /// Which address of the row this is about.
    pub side: Side,
    /// Ordinal of the identifier within row and side: a row with three CVEs gives parts 0, 1 and 2.
    pub part: u8,
    /// The entry of the catalogue.
    pub threat: ThreatSlug,
    /// CVE, malware family or account, if the row names one.
    pub identifier: Option<Identifier>,
    /// Where it was seen; with threat and identifier it makes the finding.
    pub endpoint: Endpoint,
    /// As what the owner is told.
    pub role: Role,
    /// The type of incident.
    pub rsit: RsitType,
    /// How bad it is, by the source or by the type of report.
    pub severity: Severity,
    /// When the source saw it.
    pub observed_at: Timestamp,
    /// The address, also where the endpoint is a name.
    pub address: Option<IpAddr>,
    /// The host name, also where the endpoint is an address.
    pub host: Option<DomainName>,
    /// The system that announced the address, by the source.
    pub asn: Option<Asn>,
    /// The source port for events, the service port for scans.
    pub port: Option<Port>,
    /// The protocol.
    pub transport: Option<Transport>,
    /// The address on the other side of an event.
    pub peer_address: Option<IpAddr>,
    /// The port on the other side of an event.
    pub peer_port: Option<Port>,
    /// A compact JSON object of chosen columns, then unknown ones; empty if there are none.
    ///
    /// Values have at most 300 characters, the whole at most 4000 bytes.
    pub evidence: String,
}
