//! The table of report types: what each one says about whom, and which columns it has.
//!
//! A new type is one entry of [`ALL`], in the file of its subject. An IPv6 twin takes over the entry of its IPv4 type
//! and changes its name. Where Shadowserver gives no classification or severity, or one that is no RSIT value, the
//! value here is ours. So is that of services which may be meant to be reachable: `other/other` says nothing to whoever
//! must act.
//!
//! Who is told as what: the owner of a service that was found is a target. The owner of a machine that scans, attacks
//! or calls at a sinkhole is a victim, since somebody else most likely controls it. Whoever an attack is aimed at is a
//! target. The address of a honeypot or sensor is told to nobody and is no evidence.

mod abuse;
mod columns;
mod event;
mod honeypot;
mod scan_control;
mod scan_data;
mod scan_mail;
mod scan_network;
mod scan_web;

use model::{KeyedBy, Role, RsitType, Severity, Side, Transport};

use abuse::*;
use event::*;
use honeypot::*;
use scan_control::*;
use scan_data::*;
use scan_mail::*;
use scan_network::*;
use scan_web::*;

/// One type of Shadowserver report.
#[derive(Clone, Copy, Debug)]
pub struct ReportType {
    /// The name, as in file names: `scan_rdp`.
    pub name: &'static str,
    /// What Shadowserver calls it.
    pub title: &'static str,
    /// For rows that say none.
    pub severity: Severity,
    /// Whether it holds credentials, so that only listed columns are kept unmasked.
    pub is_credential: bool,
    /// Who is told what: one entry for each observation that a row may give.
    pub sides: &'static [SideRule],
    /// The columns it is known to have, with commas, in the order of the source.
    pub columns: &'static str,
}

impl ReportType {
    /// The columns it is known to have, in the order of the source.
    pub fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.columns.split(',')
    }

    /// The same under another name, as for IPv6.
    const fn twin(self, name: &'static str, title: &'static str) -> Self {
        Self {
            name,
            title,
            ..self
        }
    }
}

/// What a type says about one side of its rows.
#[derive(Clone, Copy, Debug)]
pub struct SideRule {
    /// Which address of the row is meant.
    pub side: Side,
    /// The entry of the catalogue.
    pub threat: &'static str,
    /// What makes the endpoint.
    pub keyed_by: KeyedBy,
    /// Whether a row that lacks the port, a known protocol or the name is keyed by what is left: the name, else the
    /// address.
    pub may_fall_back: bool,
    /// Whether a range such as `192.0.2.0/24` may stand where an address is expected; its first address is the endpoint.
    pub may_be_range: bool,
    /// As what the owner is told.
    pub role: Role,
    /// The type of incident.
    pub rsit: RsitType,
    /// What a row is instead if one of its columns says so; the first that fits counts.
    pub variants: &'static [Variant],
    /// A severity of its own, where that of the row speaks of the other side.
    pub severity: Option<Severity>,
    /// Whether a bad address or URL yields nothing here instead of condemning the row. If all sides are optional and
    /// none yields anything, the row is condemned for the first.
    pub is_optional: bool,
    /// For rows that do not say it.
    pub transport: Transport,
    /// What stands before `ip`, `port`, `asn` and `hostname` in the names of its columns.
    pub prefix: &'static str,
    /// Columns with the name of the endpoint, best first; only for endpoints that are keyed by name.
    pub key_names: &'static [&'static str],
    /// Where the identifier comes from.
    pub identifier: IdentifierRule,
    /// What may be said of the other side.
    pub peer: Peer,
    /// Columns that are kept as evidence, with commas, in the order in which they are shown.
    pub evidence: &'static str,
}

/// What a row is if one of its columns holds a word: the hole was found, or somebody has been in already.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// The column that says it.
    pub column: &'static str,
    /// The word, in lower case, between spaces, commas or semicolons.
    pub word: &'static str,
    /// The entry of the catalogue.
    pub threat: &'static str,
    /// As what the owner is told.
    pub role: Role,
    /// The type of incident.
    pub rsit: RsitType,
}

/// Where the identifier of an observation comes from.
#[derive(Clone, Copy, Debug)]
pub enum IdentifierRule {
    /// There is none.
    None,
    /// Every CVE that is named in these columns; each gives an observation of its own.
    Cves(&'static [&'static str]),
    /// The first of these columns that is not empty, in lower case.
    FirstOf(&'static [&'static str]),
    /// The e-mail address of the account, in lower case.
    Account,
    /// Every CVE that is named in this column, or else its text.
    Text(&'static str),
}

/// What may be said of the other side of an event, with the prefix of its columns.
#[derive(Clone, Copy, Debug)]
pub enum Peer {
    /// Nothing, or there is no other side.
    None,
    /// The port: the address is that of a honeypot, which must not become known.
    PortOnly(&'static str),
    /// Address and port.
    AddressAndPort(&'static str),
}

/// Whatever is told about the address in the column `ip`.
const SERVICE: SideRule = SideRule {
    side: Side::Source,
    threat: "",
    keyed_by: KeyedBy::AddressPort,
    may_fall_back: false,
    may_be_range: false,
    role: Role::Target,
    rsit: RsitType::VulnerableSystem,
    variants: &[],
    severity: None,
    is_optional: false,
    transport: Transport::Tcp,
    prefix: "",
    key_names: &[],
    identifier: IdentifierRule::None,
    peer: Peer::None,
    evidence: "",
};

/// A service that was found open at an address. The tag of any scan may name a CVE.
const SCAN: SideRule = SideRule {
    identifier: IdentifierRule::Cves(&["tag"]),
    ..SERVICE
};

/// A machine that was seen doing something because somebody else has control of it.
const EVENT_SOURCE: SideRule = SideRule {
    keyed_by: KeyedBy::Address,
    role: Role::Victim,
    rsit: RsitType::InfectedSystem,
    prefix: "src_",
    peer: Peer::AddressAndPort("dst_"),
    ..SERVICE
};

/// A machine that was seen at a honeypot. A CVE in the row is a hole that it tried elsewhere, not one of its own, so it
/// is evidence and no identifier; `infection` says what it did, not what it has.
const HONEYPOT_SOURCE: SideRule = SideRule {
    rsit: RsitType::Scanner,
    peer: Peer::PortOnly("dst_"),
    ..EVENT_SOURCE
};

/// All types that are known.
pub static ALL: &[ReportType] = &[
    BLOCKLIST,
    COMPROMISED_ACCOUNT,
    COMPROMISED_IOT,
    COMPROMISED_IOT.twin("compromised_iot6", "IPv6-Compromised-IoT-Device"),
    COMPROMISED_WEBSITE,
    COMPROMISED_WEBSITE.twin("compromised_website6", "IPv6-Compromised-Website"),
    DEVICE_ID,
    DEVICE_ID.twin("device_id6", "Device-Identification IPv6"),
    EVENT4_DDOS_PARTICIPANT,
    EVENT4_HONEYPOT_ADB_SCAN,
    EVENT4_HONEYPOT_BRUTE_FORCE,
    EVENT4_HONEYPOT_DARKNET,
    EVENT4_HONEYPOT_DDOS,
    EVENT4_HONEYPOT_DDOS_AMP,
    EVENT4_HONEYPOT_DDOS_TARGET,
    EVENT4_HONEYPOT_HTTP_SCAN,
    EVENT4_HONEYPOT_ICS_SCAN,
    EVENT4_HONEYPOT_IKEV2_SCAN,
    EVENT4_HONEYPOT_RDP_SCAN,
    EVENT4_HONEYPOT_ROCKETMQ_SCAN,
    EVENT4_HONEYPOT_SMB_SCAN,
    EVENT4_IP_SPOOFER,
    EVENT4_MICROSOFT_SINKHOLE,
    EVENT4_MICROSOFT_SINKHOLE_HTTP,
    EVENT4_SINKHOLE,
    EVENT4_SINKHOLE.twin("event6_sinkhole", "Sinkhole-Events IPv6"),
    EVENT4_SINKHOLE_DNS,
    EVENT4_SINKHOLE_HTTP,
    EVENT4_SINKHOLE_HTTP.twin("event6_sinkhole_http", "Sinkhole-Events-HTTP IPv6"),
    EVENT4_SINKHOLE_HTTP_REFERER,
    EVENT4_SINKHOLE_HTTP_REFERER.twin(
        "event6_sinkhole_http_referer",
        "Sinkhole-Events-HTTP-Referer IPv6",
    ),
    MALWARE_URL,
    POPULATION_BGP,
    POPULATION_BGP.twin("population6_bgp", "IPv6-Accessible-BGP"),
    POPULATION_HTTP_PROXY,
    POPULATION_HTTP_PROXY.twin("population6_http_proxy", "IPv6-Accessible-HTTP-Proxy"),
    POPULATION_ISAKMP,
    POPULATION_ISAKMP.twin("population6_isakmp", "IPv6-Accessible-ISAKMP"),
    POPULATION_MSMQ,
    POPULATION_MSMQ.twin("population6_msmq", "IPv6-Accessible-MSMQ"),
    POPULATION_NTRIP,
    RANSOMWARE_VICTIM,
    SANDBOX_CONN,
    SANDBOX_DNS,
    SANDBOX_URL,
    SCAN_ACTIVEMQ,
    SCAN_ACTIVEMQ.twin("scan6_activemq", "IPv6-Accessible-ActiveMQ"),
    SCAN_ADB,
    SCAN_AFP,
    SCAN_AMQP,
    SCAN_ARD,
    SCAN_BADSECRETS,
    SCAN_BADSECRETS.twin("scan6_badsecrets", "IPv6-Badsecrets"),
    SCAN_BGP,
    SCAN_BGP.twin("scan6_bgp", "IPv6-Open-BGP"),
    SCAN_CHARGEN,
    SCAN_CISCO_SMART_INSTALL,
    SCAN_COAP,
    SCAN_COUCHDB,
    SCAN_CWMP,
    SCAN_CWMP.twin("scan6_cwmp", "IPv6-Accessible-CWMP"),
    SCAN_DB2,
    SCAN_DDOS_MIDDLEBOX,
    SCAN_DNS,
    SCAN_DNS.twin("scan6_dns", "IPv6-DNS-Open-Resolvers"),
    SCAN_DOCKER,
    SCAN_DVR_DHCPDISCOVER,
    SCAN_ELASTICSEARCH,
    ReportType {
        severity: Severity::Low,
        ..SCAN_ELASTICSEARCH.twin("scan6_elasticsearch", "IPv6-Open-Elasticsearch")
    },
    SCAN_EPMD,
    SCAN_EXCHANGE,
    SCAN_EXCHANGE.twin("scan6_exchange", "IPv6-Vulnerable-Exchange"),
    SCAN_FTP,
    SCAN_FTP.twin("scan6_ftp", "IPv6-Accessible-FTP"),
    SCAN_GTP,
    SCAN_HADOOP,
    SCAN_HTTP,
    SCAN_HTTP.twin("scan6_http", "IPv6-Accessible-HTTP"),
    SCAN_HTTP_PROXY,
    SCAN_HTTP_PROXY.twin("scan6_http_proxy", "IPv6-Open-HTTP-Proxy"),
    SCAN_HTTP_VULNERABLE,
    SCAN_HTTP_VULNERABLE.twin("scan6_http_vulnerable", "IPv6-Vulnerable-HTTP"),
    SCAN_ICS,
    SCAN_IMAP,
    SCAN_IMAP.twin("scan6_imap", "IPv6-Accessible-IMAP"),
    SCAN_IMAP_VULNERABLE,
    SCAN_IMAP_VULNERABLE.twin("scan6_imap_vulnerable", "IPv6-Vulnerable-IMAP"),
    SCAN_IP_TUNNEL,
    SCAN_IP_TUNNEL.twin("scan6_ip_tunnel", "IPv6-Open-IP-Tunnel"),
    SCAN_IPMI,
    SCAN_IPP,
    SCAN_IPP.twin("scan6_ipp", "IPv6-Open-IPP"),
    SCAN_ISAKMP,
    SCAN_ISAKMP.twin("scan6_isakmp", "IPv6-Vulnerable-ISAKMP"),
    SCAN_KUBERNETES,
    SCAN_LDAP_TCP,
    SCAN_LDAP_TCP.twin("scan6_ldap_tcp", "IPv6-Open-LDAP-TCP"),
    SCAN_LDAP_UDP,
    SCAN_LOOP_DOS,
    SCAN_MDNS,
    SCAN_MEMCACHED,
    SCAN_MONGODB,
    SCAN_MONGODB.twin("scan6_mongodb", "IPv6-Open-MongoDB"),
    SCAN_MQTT,
    SCAN_MQTT.twin("scan6_mqtt", "IPv6-Open-MQTT"),
    SCAN_MQTT_ANON,
    SCAN_MQTT_ANON.twin("scan6_mqtt_anon", "IPv6-Open-Anonymous-MQTT"),
    SCAN_MSRPC,
    SCAN_MSRPC.twin("scan6_msrpc", "IPv6-Accessible-MS-RPC"),
    SCAN_MSSQL,
    SCAN_MYSQL,
    SCAN_MYSQL.twin("scan6_mysql", "IPv6-Accessible-MySQL"),
    SCAN_NAT_PMP,
    SCAN_NETBIOS,
    SCAN_NETIS_ROUTER,
    SCAN_NTP,
    SCAN_NTP.twin("scan6_ntp", "IPv6-NTP-Version"),
    SCAN_NTPMONITOR,
    SCAN_NTPMONITOR.twin("scan6_ntpmonitor", "IPv6-NTP-Monitor"),
    SCAN_POP3,
    SCAN_POP3.twin("scan6_pop3", "IPv6-Accessible-POP3"),
    SCAN_POP3_VULNERABLE,
    SCAN_POP3_VULNERABLE.twin("scan6_pop3_vulnerable", "IPv6-Vulnerable-POP3"),
    SCAN_PORTMAPPER,
    SCAN_POST_EXPLOITATION_FRAMEWORK,
    SCAN_POSTGRES,
    SCAN_POSTGRES.twin("scan6_postgres", "IPv6-Accessible-PostgreSQL"),
    SCAN_QOTD,
    SCAN_QUIC,
    SCAN_RADMIN,
    SCAN_RDP,
    SCAN_RDP.twin("scan6_rdp", "IPv6-Accessible-RDP"),
    SCAN_RDPEUDP,
    SCAN_REDIS,
    SCAN_RSYNC,
    SCAN_RSYNC.twin("scan6_rsync", "IPv6-Accessible-Rsync"),
    SCAN_SIP,
    SCAN_SLP,
    SCAN_SLP.twin("scan6_slp", "IPv6-Accessible-SLP"),
    SCAN_SMB,
    SCAN_SMB.twin("scan6_smb", "IPv6-Accessible-SMB"),
    SCAN_SMTP,
    SCAN_SMTP.twin("scan6_smtp", "IPv6-Accessible-SMTP"),
    SCAN_SMTP_VULNERABLE,
    SCAN_SMTP_VULNERABLE.twin("scan6_smtp_vulnerable", "IPv6-Vulnerable-SMTP"),
    SCAN_SNMP,
    SCAN_SNMP.twin("scan6_snmp", "IPv6-Open-SNMP"),
    SCAN_SOCKS,
    SCAN_SSDP,
    SCAN_SSH,
    SCAN_SSH.twin("scan6_ssh", "IPv6-Accessible-SSH"),
    SCAN_SSL,
    SCAN_SSL.twin("scan6_ssl", "IPv6-Accessible-SSL"),
    SCAN_SSL_FREAK,
    SCAN_SSL_FREAK.twin("scan6_ssl_freak", "SSL-FREAK-Vulnerable-Servers IPv6"),
    SCAN_SSL_POODLE,
    SCAN_SSL_POODLE.twin("scan6_ssl_poodle", "SSL-POODLE-Vulnerable-Servers IPv6"),
    SCAN_STUN,
    SCAN_STUN.twin(
        "scan6_stun",
        "IPv6-Accessible-Session-Traversal-Utilities-for-NAT",
    ),
    SCAN_SYNFULKNOCK,
    SCAN_TELNET,
    SCAN_TELNET.twin("scan6_telnet", "IPv6-Accessible-Telnet"),
    SCAN_TFTP,
    SCAN_UBIQUITI,
    SCAN_VNC,
    SCAN_VNC.twin("scan6_vnc", "IPv6-Accessible-VNC"),
    SCAN_WS_DISCOVERY,
    SCAN_XDMCP,
    SPAM_URL,
    SPECIAL,
];
