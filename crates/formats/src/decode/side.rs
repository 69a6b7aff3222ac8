//! One side of a row: the endpoint that is reported, and everything that is said of it.

use std::net::IpAddr;

use csv::ByteRecord;
use model::{
    CveId, DomainName, EmailAddress, Endpoint, Identifier, KeyedBy, Observation, Port, Role,
    RsitType, Severity, Side, ThreatSlug, Timestamp, Transport, UrlHost, WebUrl, parse_address,
};

use super::{Column, DecodeContext, Problem};
use crate::evidence::EvidencePlan;

/// What is reported about one side of each row, compiled against a header.
#[derive(Debug)]
pub(crate) struct SidePlan {
    pub(crate) side: Side,
    pub(crate) threat: ThreatSlug,
    pub(crate) keyed_by: KeyedBy,
    pub(crate) role: Role,
    pub(crate) rsit: RsitType,
    /// Where the row does not say it.
    pub(crate) severity_default: Severity,
    pub(crate) severity: Column,
    /// What a row is instead; the first that fits counts.
    pub(crate) variants: Vec<VariantPlan>,
    /// A side that yields nothing, instead of condemning the row, if its address or URL is no good.
    pub(crate) is_optional: bool,
    /// Whether a row that lacks the port, a known protocol or the name is keyed by what is left.
    pub(crate) may_fall_back: bool,
    /// Whether the first address of a range counts where an address is expected.
    pub(crate) may_be_range: bool,
    pub(crate) address: Column,
    pub(crate) asn: Column,
    pub(crate) port: Column,
    pub(crate) transport: Column,
    pub(crate) transport_default: Transport,
    /// One or several names of the host.
    pub(crate) host: Column,
    /// Names, or URLs with a name, that may key the endpoint; the first good one does.
    pub(crate) key_names: Vec<Column>,
    pub(crate) url: Column,
    pub(crate) email: Column,
    pub(crate) identifier: IdentifierPlan,
    pub(crate) peer_address: Column,
    pub(crate) peer_port: Column,
    pub(crate) evidence: EvidencePlan,
}

/// What a row is if a column holds a word.
#[derive(Debug)]
pub(crate) struct VariantPlan {
    pub(crate) column: Column,
    /// In lower case.
    pub(crate) word: &'static str,
    pub(crate) threat: ThreatSlug,
    pub(crate) role: Role,
    pub(crate) rsit: RsitType,
}

impl VariantPlan {
    fn fits(&self, row: &ByteRecord) -> bool {
        let text = self.column.text(row);
        let mut words = text.split([' ', ',', ';']);
        words.any(|word| word.eq_ignore_ascii_case(self.word))
    }
}

/// Where the identifier of an observation comes from.
#[derive(Debug)]
pub(crate) enum IdentifierPlan {
    /// There is none.
    None,
    /// Every CVE that is named in these columns.
    Cves(Vec<Column>),
    /// The first of these columns that is not empty, in lower case.
    FirstOf(Vec<Column>),
    /// The e-mail address of the account, in lower case.
    Account,
    /// The CVEs that the text names, or else the text itself.
    Text(Column),
}

/// The endpoint, and what it was made of.
struct Seen {
    endpoint: Endpoint,
    address: Option<IpAddr>,
    port: Option<Port>,
    transport: Option<Transport>,
}

impl SidePlan {
    pub(crate) fn observe(
        &self,
        row: &ByteRecord,
        line: u64,
        observed_at: Timestamp,
        context: &DecodeContext,
        out: &mut Vec<Observation>,
    ) -> Result<(), Problem> {
        let seen = self.see(row, context)?;
        let variant = self.variants.iter().find(|variant| variant.fits(row));
        let (threat, role, rsit) = match variant {
            Some(variant) => (&variant.threat, variant.role, variant.rsit),
            None => (&self.threat, self.role, self.rsit),
        };
        let observation = Observation {
            line,
            side: self.side,
            part: 0,
            threat: threat.clone(),
            identifier: None,
            endpoint: seen.endpoint,
            role,
            rsit,
            severity: self.severity(row),
            observed_at,
            address: seen.address,
            host: first_name(&self.host.text(row)),
            asn: self.asn.text(row).parse().ok(),
            port: seen.port,
            transport: seen.transport,
            peer_address: parse_address(&self.peer_address.text(row)).ok(),
            peer_port: self.peer_port.text(row).parse().ok(),
            evidence: self.evidence.object(row),
        };
        let identifiers = self.identifiers(row)?;
        let Some((last, others)) = identifiers.split_last() else {
            out.push(observation);
            return Ok(());
        };
        for (part, identifier) in (0..).zip(others) {
            out.push(Observation {
                part,
                identifier: Some(identifier.clone()),
                ..observation.clone()
            });
        }
        out.push(Observation {
            // No more than `PARTS_MAX` identifiers are kept, so this is exact.
            part: others.len() as u8,
            identifier: Some(last.clone()),
            ..observation
        });
        Ok(())
    }

    fn severity(&self, row: &ByteRecord) -> Severity {
        let text = self.severity.text(row);
        match text.is_empty() {
            true => self.severity_default,
            false => text.parse().unwrap_or(self.severity_default),
        }
    }

    /// Whether something stands in the column that would key the endpoint.
    pub(crate) fn is_given(&self, row: &ByteRecord) -> bool {
        let is_given = |column: &Column| !column.text(row).is_empty();
        match self.keyed_by {
            KeyedBy::Address | KeyedBy::AddressPort => is_given(&self.address),
            KeyedBy::Host | KeyedBy::HostPort => self.key_names.iter().any(is_given),
            KeyedBy::Url => is_given(&self.url),
            KeyedBy::EmailDomain => is_given(&self.email),
        }
    }

    fn see(&self, row: &ByteRecord, context: &DecodeContext) -> Result<Seen, Problem> {
        match self.keyed_by {
            KeyedBy::Address => self.see_address(row, context),
            KeyedBy::AddressPort => self.see_service(row, context),
            KeyedBy::HostPort => self.see_named_service(row, context),
            KeyedBy::Host => self.see_host(row, context),
            KeyedBy::Url => self.see_url(row, context),
            KeyedBy::EmailDomain => {
                let email = self.email(row)?;
                let endpoint = Endpoint::EmailDomain(email.domain().clone());
                let address = self.address.optional_address(row, context)?;
                Ok(self.seen(row, endpoint, address))
            }
        }
    }

    fn see_address(&self, row: &ByteRecord, context: &DecodeContext) -> Result<Seen, Problem> {
        let address = match self.may_be_range {
            true => self.address.first_address(row, context)?,
            false => self.address.address(row, context)?,
        };
        Ok(self.seen(row, Endpoint::Address(address), Some(address)))
    }

    fn see_host(&self, row: &ByteRecord, context: &DecodeContext) -> Result<Seen, Problem> {
        let address = self.address.optional_address(row, context)?;
        match (self.key_name(row), address) {
            (Some((name, _)), _) => Ok(self.seen(row, Endpoint::Host(name), address)),
            (None, Some(address)) if self.may_fall_back => {
                Ok(self.seen(row, Endpoint::Address(address), Some(address)))
            }
            (None, _) => Err(self.bad_name(row)),
        }
    }

    /// Port and protocol are details here, so a bad one is no problem.
    fn seen(&self, row: &ByteRecord, endpoint: Endpoint, address: Option<IpAddr>) -> Seen {
        let transport = self.transport.text(row);
        Seen {
            endpoint,
            address,
            port: self.port.text(row).parse().ok(),
            transport: match transport.is_empty() {
                true => None,
                false => self.transport.transport(row, self.transport_default).ok(),
            },
        }
    }

    fn see_service(&self, row: &ByteRecord, context: &DecodeContext) -> Result<Seen, Problem> {
        let address = self.address.address(row, context)?;
        if self.may_fall_back && self.port.text(row).is_empty() {
            return Ok(self.seen(row, Endpoint::Address(address), Some(address)));
        }
        let port = self.port.port(row)?;
        let transport = match self.transport.transport(row, self.transport_default) {
            Ok(transport) => transport,
            // Such as `http`, which says nothing of what a port belongs to.
            Err(_) if self.may_fall_back => {
                return Ok(self.seen(row, Endpoint::Address(address), Some(address)));
            }
            Err(problem) => return Err(problem),
        };
        Ok(Seen {
            endpoint: Endpoint::AddressPort {
                address,
                port,
                transport,
            },
            address: Some(address),
            port: Some(port),
            transport: Some(transport),
        })
    }

    /// By name, since many sites share an address; by address only where no name is known.
    fn see_named_service(
        &self,
        row: &ByteRecord,
        context: &DecodeContext,
    ) -> Result<Seen, Problem> {
        let Some((host, port_of_name)) = self.key_name(row) else {
            return self.see_service(row, context);
        };
        let address = self.address.optional_address(row, context)?;
        let port = match (self.port.port(row), port_of_name) {
            (Ok(port), _) => port,
            (Err(_), Some(port)) => Port::new(port),
            (Err(_), None) if self.may_fall_back && self.port.text(row).is_empty() => {
                return Ok(self.seen(row, Endpoint::Host(host), address));
            }
            (Err(problem), None) => return Err(problem),
        };
        let transport = self.transport.transport(row, self.transport_default)?;
        Ok(Seen {
            endpoint: Endpoint::HostPort {
                host,
                port,
                transport,
            },
            address,
            port: Some(port),
            transport: Some(transport),
        })
    }

    fn see_url(&self, row: &ByteRecord, context: &DecodeContext) -> Result<Seen, Problem> {
        let text = self.url.required(row, "URL")?;
        let url = match text.contains("://") {
            true => text.parse(),
            false => format!("http://{text}").parse(),
        };
        let url: WebUrl =
            url.map_err(|error: model::UrlError| self.url.problem("url-bad", error.to_string()))?;
        let mut address = self.address.optional_address(row, context)?;
        if let UrlHost::Address(host) = url.host() {
            self.url.check_class(*host, context)?;
            address.get_or_insert(*host);
        }
        let port = url.port();
        let mut seen = self.seen(row, Endpoint::Url(url), address);
        seen.port = seen.port.or(port.map(Port::new));
        Ok(seen)
    }

    fn email(&self, row: &ByteRecord) -> Result<EmailAddress, Problem> {
        let text = self.email.required(row, "e-mail address")?;
        text.parse().map_err(|_| {
            // What stands there may be a password that slipped into the wrong column, so it is not repeated.
            let reason = "an e-mail address such as name@x.example is expected here".to_owned();
            self.email.problem("email-bad", reason)
        })
    }

    /// The first good name among the columns that may key the endpoint, with the port that stands beside it.
    fn key_name(&self, row: &ByteRecord) -> Option<(DomainName, Option<u16>)> {
        self.key_names
            .iter()
            .find_map(|column| name_and_port(&column.text(row)))
    }

    fn bad_name(&self, row: &ByteRecord) -> Problem {
        let given = self
            .key_names
            .iter()
            .find(|column| !column.text(row).is_empty());
        match (given, self.key_names.first()) {
            (Some(column), _) => {
                let why = column.text(row).parse::<DomainName>().err();
                let reason = why.map_or_else(String::new, |error| error.to_string());
                column.problem("name-bad", reason)
            }
            (None, Some(column)) => match column.required(row, "name") {
                Err(problem) => problem,
                Ok(_) => column.problem("name-bad", "a domain name is expected".to_owned()),
            },
            (None, None) => Column::none().problem("name-bad", "a name is needed".to_owned()),
        }
    }

    fn identifiers(&self, row: &ByteRecord) -> Result<Vec<Identifier>, Problem> {
        Ok(match &self.identifier {
            IdentifierPlan::None => Vec::new(),
            IdentifierPlan::Cves(columns) => cves_in(row, columns),
            IdentifierPlan::FirstOf(columns) => columns
                .iter()
                .find_map(|column| column.text(row).to_lowercase().parse().ok())
                .into_iter()
                .collect(),
            IdentifierPlan::Account => {
                let account = self.email(row)?.as_str().to_lowercase();
                let identifier = account.parse::<Identifier>();
                let identifier = identifier
                    .map_err(|error| self.email.problem("email-bad", error.to_string()))?;
                vec![identifier]
            }
            IdentifierPlan::Text(column) => {
                let cves = cves_in(row, std::slice::from_ref(column));
                match cves.is_empty() {
                    true => column.text(row).parse().ok().into_iter().collect(),
                    false => cves,
                }
            }
        })
    }
}

/// Identifiers that one side of a row gives at most: as many as its parts can be numbered.
const PARTS_MAX: usize = 256;

/// Every CVE of these columns once, in the order in which they stand there.
fn cves_in(row: &ByteRecord, columns: &[Column]) -> Vec<Identifier> {
    let mut found: Vec<CveId> = Vec::new();
    for column in columns {
        for cve in CveId::find_all(&column.text(row)) {
            if found.len() < PARTS_MAX && !found.contains(&cve) {
                found.push(cve);
            }
        }
    }
    found.into_iter().map(Identifier::from).collect()
}

/// The first good name of a list of names.
fn first_name(text: &str) -> Option<DomainName> {
    text.split([' ', ',', ';', '|'])
        .filter(|name| !name.is_empty())
        .find_map(|name| name.parse().ok())
}

/// The name in a URL, in `name:port`, or in a list of names.
fn name_and_port(text: &str) -> Option<(DomainName, Option<u16>)> {
    if text.is_empty() {
        return None;
    }
    if text.contains("://") {
        let url: WebUrl = text.parse().ok()?;
        return match url.host() {
            UrlHost::Name(name) => Some((name.clone(), url.port())),
            UrlHost::Address(_) => None,
        };
    }
    let authority = text.split('/').next().unwrap_or_default();
    match authority.rsplit_once(':') {
        Some((name, port)) => Some((name.parse().ok()?, port.parse().ok())),
        None => first_name(authority).map(|name| (name, None)),
    }
}
