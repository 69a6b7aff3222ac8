//! Messages with example data, for those who write and review texts.

use std::net::{IpAddr, Ipv4Addr};

use model::{
    AssetValue, DomainName, Endpoint, Identifier, KeyedBy, Language, Port, Prefix, Reader,
    Relation, Role, RsitType, Severity, Timestamp, Tlp, Transport, Zone,
};
use uuid::Uuid;

use super::context::{
    DeskProfile, MessageContext, MessageKind, MessageLine, RenderError, Rendered,
};
use super::wrap::WIDTH_MAX;
use crate::catalogue::Threat;
use crate::reason::{MatchBasis, reason};

/// A message about a threat with example data: which one is for the caller to say.
#[derive(Clone, Copy, Debug)]
pub struct Example<'t> {
    /// Whose texts are shown. It need not be in the catalogue.
    pub threat: &'t Threat,
    /// Classification of the threat.
    pub rsit: RsitType,
    /// As what the recipient is told.
    pub role: Role,
    /// How urgent it is.
    pub severity: Severity,
    /// Marking of the message.
    pub tlp: Tlp,
    /// What the recipient is to the systems.
    pub relation: Relation,
    /// Language of the reader.
    pub language: Language,
    /// Knowledge of the reader.
    pub reader: Reader,
    /// Port and protocol of the service, for findings that have one.
    pub port: (Port, Transport),
    /// How many findings it tells of.
    pub lines: usize,
    /// When it is made; everything was seen the day before.
    pub now: Timestamp,
}

const DAY_MICROS: i64 = 86_400_000_000;
const HOUR_MICROS: i64 = 3_600_000_000;

impl<'t> Example<'t> {
    /// One service that was found at an address of its owner, told in Dutch to an entrepreneur.
    pub fn of(threat: &'t Threat, now: Timestamp) -> Self {
        Self {
            threat,
            rsit: RsitType::Undetermined,
            role: Role::Target,
            severity: Severity::Medium,
            tlp: Tlp::Amber,
            relation: Relation::Owner,
            language: Language::Nl,
            reader: Reader::Entrepreneur,
            port: (parsed("443"), Transport::Tcp),
            lines: 1,
            now,
        }
    }

    /// The whole message.
    ///
    /// # Errors
    /// As [`super::render`].
    pub fn render(&self) -> Result<Rendered, RenderError> {
        let lines: Vec<MessageLine> = (0..self.lines).map(|index| self.line(index)).collect();
        let context = MessageContext {
            reference: "NTF-2026-000000",
            desk: &self.desk(),
            recipient_name: self.recipient(),
            relation: self.relation,
            kind: MessageKind::Alert,
            threat: &self.threat.slug,
            rsit: self.rsit,
            role: self.role,
            severity: self.severity,
            tlp: self.tlp,
            may_forward: true,
            lawful_basis: self.in_language("de wet (voorbeeld)", "the law (example)"),
            language: self.language,
            reader: self.reader,
            source_name: None,
            received_at: before(self.now, 2 * HOUR_MICROS),
            decided_at: before(self.now, HOUR_MICROS),
            lines: &lines,
            check_code: "K7QF-3MNP",
            links: None,
            supplier: None,
            in_use: &[],
            all_clear: None,
        };
        super::render(&context, self.threat)
    }

    fn in_language(&self, nl: &'static str, en: &'static str) -> &'static str {
        match self.language {
            Language::Nl => nl,
            Language::En => en,
        }
    }

    fn desk(&self) -> DeskProfile {
        DeskProfile {
            name: self
                .in_language("CSIRT Voorbeeld", "CSIRT Example")
                .to_owned(),
            sender: parsed("warning@csirt.example"),
            reply_to: parsed("desk@csirt.example"),
            phone: "+31 88 000 00 00".to_owned(),
            privacy_nl: "Meer over privacy staat op de website van CSIRT Voorbeeld.".to_owned(),
            privacy_en: "More about privacy is on the website of CSIRT Example.".to_owned(),
            lawful_basis: String::new(),
            time_zone: parsed::<Zone>("Europe/Amsterdam"),
        }
    }

    fn recipient(&self) -> &'static str {
        match self.relation {
            Relation::Owner => self.in_language("Bakkerij Voorbeeld VOF", "Example Bakery Ltd"),
            Relation::Provider => self.in_language("Voorbeeldnet B.V.", "Examplenet Ltd"),
            Relation::Relay => self.in_language("CSIRT van de sector", "Sector CSIRT"),
        }
    }

    /// Whose system it is, where the recipient gets a copy.
    fn owner(&self) -> &'static str {
        match self.relation {
            Relation::Owner | Relation::Provider => "",
            Relation::Relay => self.in_language("Bakkerij Voorbeeld VOF", "Example Bakery Ltd"),
        }
    }

    fn line(&self, index: usize) -> MessageLine {
        let endpoint = self.endpoint(index);
        let is_connection = self.role == Role::Victim && matches!(endpoint, Endpoint::Address(_));
        let (port, transport) = if is_connection {
            (Some(parsed("51812")), Some(Transport::Tcp))
        } else {
            (endpoint.port(), endpoint.transport())
        };
        let observed_at = before(self.now, DAY_MICROS);
        MessageLine {
            finding: Uuid::from_u128(0x8000_8000_0000_0000_0000 + index as u128),
            address: match endpoint {
                Endpoint::Host(_) | Endpoint::EmailDomain(_) => None,
                _ => Some(address(index)),
            },
            host: None,
            port,
            transport,
            peer_address: is_connection.then(|| Ipv4Addr::new(198, 51, 100, 7).into()),
            peer_port: is_connection.then(|| parsed("80")),
            identifier: match endpoint {
                Endpoint::EmailDomain(_) => Some(parsed::<Identifier>("el****************le")),
                _ => None,
            },
            observed_at,
            first_seen: observed_at,
            times_seen: 1,
            again: false,
            repeated: false,
            evidence: String::new(),
            own_reference: String::new(),
            owner: self.owner().to_owned(),
            reason: self.reason(&endpoint, index),
            endpoint,
        }
    }

    fn endpoint(&self, index: usize) -> Endpoint {
        let (port, transport) = self.port;
        let host: DomainName = parsed(&match index {
            0 => "www.bakkerij.example".to_owned(),
            _ => format!("www{}.bakkerij.example", index + 1),
        });
        match self.threat.keyed_by.unwrap_or(KeyedBy::AddressPort) {
            KeyedBy::Address => Endpoint::Address(address(index)),
            KeyedBy::AddressPort => Endpoint::AddressPort {
                address: address(index),
                port,
                transport,
            },
            KeyedBy::Host => Endpoint::Host(host),
            KeyedBy::HostPort => Endpoint::HostPort {
                host,
                port,
                transport,
            },
            KeyedBy::Url => Endpoint::Url(parsed(&format!("http://{host}/map/factuur.zip"))),
            KeyedBy::EmailDomain => Endpoint::EmailDomain(parsed("bakkerij.example")),
        }
    }

    fn reason(&self, endpoint: &Endpoint, index: usize) -> String {
        let domain = || AssetValue::Domain(parsed("bakkerij.example"));
        let (asset, basis) = match (endpoint, endpoint.name()) {
            (Endpoint::EmailDomain(domain_of), _) => {
                (domain(), MatchBasis::EmailDomain(domain_of.clone()))
            }
            (_, Some(name)) => (domain(), MatchBasis::Name(name.clone())),
            (_, None) => {
                let prefix = parsed::<Prefix>("203.0.113.0/24");
                (
                    AssetValue::Prefix(prefix),
                    MatchBasis::Address(address(index)),
                )
            }
        };
        reason(&asset, &basis, self.language)
    }
}

fn before(now: Timestamp, micros: i64) -> Timestamp {
    Timestamp::from_micros(now.micros() - micros)
}

fn address(index: usize) -> IpAddr {
    let last = u8::try_from(index % 254 + 1).expect("at most 254");
    Ipv4Addr::new(203, 0, 113, last).into()
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("a test renders every example")
}

/// What is wrong with the messages that a threat gives, with the first variant that shows it.
///
/// Tries every relation, language and reader; for owners with one finding, whose values are filled in, and with two.
pub(crate) fn flaws_of(threat: &Threat) -> Vec<(String, String)> {
    let now = Timestamp::from_micros(1_795_000_000_000_000);
    let mut flaws: Vec<(String, String)> = Vec::new();
    for &language in Language::ALL {
        for &reader in Reader::ALL {
            for &relation in Relation::ALL {
                for lines in 1..=if relation == Relation::Owner { 2 } else { 1 } {
                    let example = Example {
                        language,
                        reader,
                        relation,
                        lines,
                        ..Example::of(threat, now)
                    };
                    let variant = format!("mail {language} {reader} {relation}");
                    for flaw in example.flaws() {
                        if flaws.iter().all(|(_, known)| *known != flaw) {
                            flaws.push((variant.clone(), flaw));
                        }
                    }
                }
            }
        }
    }
    flaws
}

impl Example<'_> {
    fn flaws(&self) -> Vec<String> {
        let rendered = match self.render() {
            Ok(rendered) => rendered,
            Err(error) => return vec![format!("cannot be rendered: {error}")],
        };
        flaws_in(&rendered.body)
    }
}

/// What follows a short command without a space may stand beyond the width: `).` at most.
const PUNCTUATION_CHARS: usize = 2;

/// What is left over or too wide in the text of a message.
pub(super) fn flaws_in(body: &str) -> Vec<String> {
    let mut flaws = Vec::new();
    for line in body.lines() {
        if line.chars().count() > WIDTH_MAX + PUNCTUATION_CHARS && !may_be_wide(line) {
            flaws.push(format!("a line is too wide for a mail: {line}"));
        }
        let left_over = ["{address}", "{port}", "{name}", "{peer}", "{{", "}}", "`"];
        for left_over in left_over.iter().filter(|it| line.contains(**it)) {
            flaws.push(format!("`{left_over}` is left over: {line}"));
        }
    }
    flaws
}

/// A command stands on a line of its own, indented under its text. It is never broken, so that it can be copied.
pub(super) fn may_be_wide(line: &str) -> bool {
    let indent = line.chars().take_while(|it| *it == ' ').count();
    indent == 2 || indent >= 5
}
