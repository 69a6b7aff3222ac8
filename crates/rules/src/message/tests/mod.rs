//! Messages with defaults, for the tests beside this file.

mod clear;
mod layout;
mod mails;
mod own;

use model::{
    DomainName, Endpoint, Language, Port, Product, Reader, Role, RsitType, Severity, Supplier,
    ThreatSlug, Timestamp, Tlp, Transport, WebUrl, Zone,
};
use uuid::Uuid;

use super::*;
use crate::catalogue::Catalogue;

/// A message with defaults: a test spells out only what it is about.
struct Draft {
    desk: DeskProfile,
    recipient: String,
    relation: Relation,
    threat: &'static str,
    rsit: &'static str,
    role: Role,
    severity: Severity,
    tlp: Tlp,
    may_forward: bool,
    language: Language,
    reader: Reader,
    source: Option<&'static str>,
    lines: Vec<MessageLine>,
    links: Option<MessageLinks>,
    supplier: Option<Supplier>,
    in_use: Vec<Product>,
    all_clear: Option<AllClear>,
}

impl Draft {
    fn new(threat: &'static str, rsit: &'static str, role: Role, lines: Vec<MessageLine>) -> Self {
        Self {
            desk: desk(),
            recipient: "Bakkerij Voorbeeld VOF".to_owned(),
            relation: Relation::Owner,
            threat,
            rsit,
            role,
            severity: Severity::High,
            tlp: Tlp::Amber,
            may_forward: true,
            language: Language::Nl,
            reader: Reader::Entrepreneur,
            source: None,
            lines,
            links: None,
            supplier: None,
            in_use: Vec::new(),
            all_clear: None,
        }
    }

    fn open_rdp(lines: Vec<MessageLine>) -> Self {
        Self::new(
            "open-rdp",
            "vulnerable/potentially-unwanted-accessible",
            Role::Target,
            lines,
        )
    }

    fn malware(lines: Vec<MessageLine>) -> Self {
        Self::new(
            "malware-infection",
            "malicious-code/infected-system",
            Role::Victim,
            lines,
        )
    }

    fn render(&self) -> Rendered {
        let threat: ThreatSlug = self.threat.parse().unwrap();
        let rsit: RsitType = self.rsit.parse().unwrap();
        let context = MessageContext {
            reference: "NTF-2026-000042",
            desk: &self.desk,
            recipient_name: &self.recipient,
            relation: self.relation,
            kind: match self.all_clear {
                Some(_) => MessageKind::AllClear,
                None => MessageKind::Alert,
            },
            threat: &threat,
            rsit,
            role: self.role,
            severity: self.severity,
            tlp: self.tlp,
            may_forward: self.may_forward,
            lawful_basis: "taak van algemeen belang (artikel 6, lid 1, onder e, AVG)",
            language: self.language,
            reader: self.reader,
            source_name: self.source,
            received_at: time("2026-11-18 06:00:00"),
            decided_at: time("2026-11-18 07:00:00"),
            lines: &self.lines,
            check_code: "K7QF-3MNP",
            links: self.links.as_ref(),
            supplier: self.supplier.as_ref(),
            in_use: &self.in_use.iter().collect::<Vec<_>>(),
            all_clear: self.all_clear,
        };
        render(&context, Catalogue::builtin().text_for(&threat, rsit)).unwrap()
    }

    /// Subject and body, and the attachments if there are any.
    fn mail(&self) -> String {
        let rendered = self.render();
        let mut mail = format!("Subject: {}\n\n{}", rendered.subject, rendered.body);
        for attachment in rendered.attachments {
            mail.push_str(&format!(
                "\n=== {} ({})\n",
                attachment.file_name, attachment.content_type
            ));
            let text = String::from_utf8(attachment.bytes).unwrap();
            mail.push_str(&text.lines().take(24).collect::<Vec<_>>().join("\n"));
            mail.push('\n');
        }
        mail
    }
}

fn desk() -> DeskProfile {
    DeskProfile {
        name: "CSIRT Voorbeeld".to_owned(),
        sender: "meldingen@csirt.example".parse().unwrap(),
        reply_to: "loket@csirt.example".parse().unwrap(),
        phone: "+31 88 000 00 00".to_owned(),
        privacy_nl: "Meer over privacy staat op de website van CSIRT Voorbeeld.".to_owned(),
        privacy_en: "More about privacy is on the website of CSIRT Voorbeeld.".to_owned(),
        lawful_basis: "taak van algemeen belang".to_owned(),
        time_zone: "Europe/Amsterdam".parse().unwrap(),
    }
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text, &Zone::UTC).unwrap()
}

fn port(number: u16) -> Port {
    number.to_string().parse().unwrap()
}

fn name(text: &str) -> DomainName {
    text.parse().unwrap()
}

/// A line about an endpoint, seen once.
fn line(number: u128, endpoint: Endpoint) -> MessageLine {
    MessageLine {
        finding: Uuid::from_u128(0x0bad_cafe_0000_8000_8000_0000_0000_0000 + number),
        address: endpoint.address(),
        host: None,
        port: endpoint.port(),
        transport: endpoint.transport(),
        peer_address: None,
        peer_port: None,
        identifier: None,
        observed_at: time("2026-11-18 02:14:33"),
        first_seen: time("2026-11-18 02:14:33"),
        times_seen: 1,
        again: false,
        repeated: false,
        evidence: String::new(),
        reason: "Het adres 203.0.113.24 valt in de geregistreerde reeks 203.0.113.0/24.".to_owned(),
        own_reference: String::new(),
        owner: String::new(),
        endpoint,
    }
}

fn service(number: u128, address: &str, number_of_port: u16) -> MessageLine {
    let address = address.parse().unwrap();
    let endpoint = Endpoint::AddressPort {
        address,
        port: port(number_of_port),
        transport: Transport::Tcp,
    };
    let reason = format!("Het adres {address} valt in de geregistreerde reeks 203.0.113.0/24.");
    MessageLine {
        reason,
        ..line(number, endpoint)
    }
}

/// A connection that the address made.
fn connection(number: u128) -> MessageLine {
    MessageLine {
        port: Some(port(51_812)),
        transport: Some(Transport::Tcp),
        peer_address: Some("198.51.100.7".parse().unwrap()),
        peer_port: Some(port(80)),
        ..line(number, Endpoint::Address("203.0.113.24".parse().unwrap()))
    }
}

fn rdp_line() -> MessageLine {
    MessageLine {
        evidence: r#"{"tag":"rdp","rdp_protocol":"RDP","tls_version":"TLSv1.2","issuer_common_name":"BAKKERIJ-PC"}"#
            .to_owned(),
        ..service(1, "203.0.113.24", 3389)
    }
}

fn many(count: u8) -> Vec<MessageLine> {
    (1..=count)
        .map(|number| {
            let port = if number.is_multiple_of(3) { 3390 } else { 3389 };
            service(u128::from(number), &format!("203.0.113.{number}"), port)
        })
        .collect()
}
