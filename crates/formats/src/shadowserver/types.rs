//! The table of report types: what each one says about whom, and which columns it has.
//!
//! A new type is one entry of [`ALL`]. An IPv6 twin takes over the entry of its IPv4 type and changes its name.
//! Where Shadowserver gives no classification or severity, or one that is no RSIT value, the value here is ours.

use model::{KeyedBy, Role, RsitType, Severity, Side};

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
    /// As what the owner is told.
    pub role: Role,
    /// The type of incident.
    pub rsit: RsitType,
    /// A severity of its own, where that of the row speaks of the other side.
    pub severity: Option<Severity>,
    /// Whether a bad address yields nothing here instead of condemning the row.
    pub is_optional: bool,
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

/// A service that was found open at an address.
const SERVICE: SideRule = SideRule {
    side: Side::Source,
    threat: "",
    keyed_by: KeyedBy::AddressPort,
    role: Role::Target,
    rsit: RsitType::VulnerableSystem,
    severity: None,
    is_optional: false,
    prefix: "",
    key_names: &[],
    identifier: IdentifierRule::None,
    peer: Peer::None,
    evidence: "",
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

/// All types that are known.
pub static ALL: &[ReportType] = &[
    COMPROMISED_ACCOUNT,
    COMPROMISED_WEBSITE,
    EVENT4_DDOS_PARTICIPANT,
    EVENT4_HONEYPOT_BRUTE_FORCE,
    EVENT4_SINKHOLE,
    MALWARE_URL,
    SCAN_HTTP_VULNERABLE,
    SCAN_RDP,
    SCAN6_RDP,
    SCAN_SSL,
];

const COMPROMISED_ACCOUNT: ReportType = ReportType {
    name: "compromised_account",
    title: "Compromised-Account",
    severity: Severity::Critical,
    is_credential: true,
    sides: &[SideRule {
        threat: "leaked-credentials",
        keyed_by: KeyedBy::EmailDomain,
        role: Role::Victim,
        rsit: RsitType::DataLeak,
        identifier: IdentifierRule::Account,
        evidence: "email,service,source_url,infection,public_source,status,tag,username,detail",
        ..SERVICE
    }],
    columns: "timestamp,email,infection,source_url,public_source,status,tag,severity,service,username,detail",
};

const COMPROMISED_WEBSITE: ReportType = ReportType {
    name: "compromised_website",
    title: "Compromised-Website",
    severity: Severity::Critical,
    is_credential: false,
    sides: &[SideRule {
        threat: "compromised-website",
        keyed_by: KeyedBy::HostPort,
        role: Role::Victim,
        rsit: RsitType::SystemCompromise,
        key_names: &["http_host", "url", "hostname"],
        evidence: "url,http_host,hostname,tag,category,family,application,system,server,\
            detected_since,redirect_target,cc_url,status,account,detail,public_source",
        ..SERVICE
    }],
    columns: "timestamp,severity,ip,protocol,port,hostname,tag,asn,geo,region,city,naics,hostname_source,\
        sector,application,url,http_host,category,system,detected_since,server,redirect_target,cc_url,\
        family,status,account,detail,public_source",
};

const EVENT4_DDOS_PARTICIPANT: ReportType = ReportType {
    name: "event4_ddos_participant",
    title: "DDoS-Participant",
    severity: Severity::High,
    is_credential: false,
    sides: &[
        SideRule {
            threat: "ddos-participant",
            rsit: RsitType::Ddos,
            evidence: "src_hostname,infection,family,tag,application,version,attack,duration,\
                attack_src_ip,attack_src_port,device_vendor,device_type,device_model,domain,\
                http_method,http_path,number_of_connections,packet_length,http_agent,public_source,\
                event_id",
            ..EVENT_SOURCE
        },
        SideRule {
            side: Side::Destination,
            threat: "ddos-target",
            role: Role::Target,
            rsit: RsitType::Ddos,
            severity: Some(Severity::Info),
            is_optional: true,
            prefix: "dst_",
            peer: Peer::AddressAndPort("src_"),
            evidence: "dst_hostname,dst_network,dst_netmask,tag,application,attack,duration,domain,\
                http_method,http_path,http_agent,packet_length,public_source,event_id",
            ..EVENT_SOURCE
        },
    ],
    columns: "timestamp,protocol,src_ip,src_port,src_asn,src_geo,src_region,src_city,src_hostname,src_naics,\
        src_sector,device_vendor,device_type,device_model,severity,dst_ip,dst_port,dst_asn,dst_geo,\
        dst_region,dst_city,dst_hostname,dst_naics,dst_sector,domain_source,public_source,infection,\
        family,tag,application,version,event_id,dst_network,dst_netmask,attack,duration,attack_src_ip,\
        attack_src_port,domain,domain_transaction_id,gcip,http_method,http_path,http_postdata,\
        http_usessl,ip_header_ack,ip_header_acknum,ip_header_dont_fragment,ip_header_fin,\
        ip_header_identity,ip_header_psh,ip_header_rst,ip_header_seqnum,ip_header_syn,ip_header_tos,\
        ip_header_ttl,ip_header_urg,number_of_connections,packet_length,packet_randomized,http_agent",
};

const EVENT4_HONEYPOT_BRUTE_FORCE: ReportType = ReportType {
    name: "event4_honeypot_brute_force",
    title: "Honeypot-Brute-Force-Events",
    severity: Severity::Critical,
    is_credential: false,
    sides: &[SideRule {
        threat: "brute-force-source",
        rsit: RsitType::BruteForce,
        peer: Peer::PortOnly("dst_"),
        evidence: "src_hostname,service,application,infection,family,tag,username,password,\
            client_version,start_time,end_time,payload_url,payload_md5,device_vendor,device_type,\
            device_model,vulnerability_id,public_source,event_id",
        ..EVENT_SOURCE
    }],
    columns: "timestamp,protocol,src_ip,src_port,src_asn,src_geo,src_region,src_city,src_hostname,src_naics,\
        src_sector,device_vendor,device_type,device_model,severity,dst_ip,dst_port,dst_asn,dst_geo,\
        dst_region,dst_city,dst_hostname,dst_naics,dst_sector,public_source,infection,family,tag,\
        application,version,event_id,service,start_time,end_time,client_version,username,password,\
        payload_url,payload_md5,vulnerability_enum,vulnerability_id,vulnerability_class,\
        vulnerability_score,vulnerability_severity,vulnerability_version,target_vendor,target_product,\
        target_class",
};

const EVENT4_SINKHOLE: ReportType = ReportType {
    name: "event4_sinkhole",
    title: "Sinkhole-Events IPv4",
    severity: Severity::Critical,
    is_credential: false,
    sides: &[SideRule {
        threat: "malware-infection",
        identifier: IdentifierRule::FirstOf(&["infection", "family"]),
        evidence: "src_hostname,infection,family,tag,application,version,dst_hostname,\
            ssl_servername,ssl_cipher,device_vendor,device_type,device_model,public_source,event_id",
        ..EVENT_SOURCE
    }],
    columns: "timestamp,protocol,src_ip,src_port,src_asn,src_geo,src_region,src_city,src_hostname,src_naics,\
        src_sector,device_vendor,device_type,device_model,severity,dst_ip,dst_port,dst_asn,dst_geo,\
        dst_region,dst_city,dst_hostname,dst_naics,dst_sector,public_source,infection,family,tag,\
        application,version,event_id,ssl_cipher,ssl_servername",
};

const MALWARE_URL: ReportType = ReportType {
    name: "malware_url",
    title: "Malware-URL",
    severity: Severity::Critical,
    is_credential: false,
    sides: &[SideRule {
        threat: "malware-url",
        keyed_by: KeyedBy::Url,
        role: Role::Victim,
        rsit: RsitType::MalwareDistribution,
        evidence: "url,hostname,tag,sha256,application,source",
        ..SERVICE
    }],
    columns: "timestamp,url,hostname,ip,asn,geo,region,city,naics,sector,severity,port,tag,source,sha256,\
        application",
};

const SCAN_HTTP_VULNERABLE: ReportType = ReportType {
    name: "scan_http_vulnerable",
    title: "Vulnerable-HTTP",
    severity: Severity::Critical,
    is_credential: false,
    sides: &[SideRule {
        threat: "vulnerable-http",
        identifier: IdentifierRule::Cves(&["tag", "detail"]),
        evidence: "hostname,tag,detail,server,version,build_date,build_branch,http_code,\
            http_reason,content_type,www_authenticate",
        ..SERVICE
    }],
    columns: "timestamp,severity,ip,protocol,port,hostname,tag,asn,geo,region,city,naics,hostname_source,\
        sector,http,http_code,http_reason,content_type,connection,www_authenticate,set_cookie,server,\
        content_length,transfer_encoding,http_date,version,build_date,detail,build_branch",
};

const SCAN_RDP: ReportType = ReportType {
    name: "scan_rdp",
    title: "Accessible-RDP",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-rdp",
        evidence: "hostname,tag,rdp_protocol,subject_common_name,issuer_common_name,\
            cert_issue_date,cert_expiration_date,sha256_fingerprint,ssl_version,jarm",
        ..SERVICE
    }],
    columns: "timestamp,severity,ip,protocol,port,hostname,tag,asn,geo,region,city,naics,hostname_source,\
        sector,handshake,rdp_protocol,cert_length,subject_common_name,issuer_common_name,\
        cert_issue_date,cert_expiration_date,sha1_fingerprint,cert_serial_number,ssl_version,\
        signature_algorithm,key_algorithm,sha256_fingerprint,sha512_fingerprint,md5_fingerprint,\
        tlsv13_support,tlsv13_cipher,jarm",
};

const SCAN6_RDP: ReportType = ReportType {
    name: "scan6_rdp",
    title: "IPv6-Accessible-RDP",
    ..SCAN_RDP
};

const SCAN_SSL: ReportType = ReportType {
    name: "scan_ssl",
    title: "Accessible-SSL",
    severity: Severity::Info,
    is_credential: false,
    sides: &[SideRule {
        threat: "exposed-tls",
        rsit: RsitType::WeakCrypto,
        evidence: "hostname,tag,handshake,cipher_suite,ssl_version,ssl_poodle,freak_vulnerable,\
            subject_common_name,issuer_common_name,cert_expiration_date,cert_expired,cert_valid,\
            self_signed,signature_algorithm,sha256_fingerprint,http_code,server_type,jarm",
        ..SERVICE
    }],
    columns: "timestamp,severity,ip,protocol,port,hostname,tag,asn,geo,region,city,naics,hostname_source,\
        sector,handshake,cipher_suite,ssl_poodle,cert_length,subject_common_name,issuer_common_name,\
        cert_issue_date,cert_expiration_date,sha1_fingerprint,cert_serial_number,ssl_version,\
        signature_algorithm,key_algorithm,subject_organization_name,subject_organization_unit_name,\
        subject_country,subject_state_or_province_name,subject_locality_name,subject_street_address,\
        subject_postal_code,subject_surname,subject_given_name,subject_email_address,\
        subject_business_category,subject_serial_number,issuer_organization_name,\
        issuer_organization_unit_name,issuer_country,issuer_state_or_province_name,\
        issuer_locality_name,issuer_street_address,issuer_postal_code,issuer_surname,issuer_given_name,\
        issuer_email_address,issuer_business_category,issuer_serial_number,freak_vulnerable,\
        freak_cipher_suite,sha256_fingerprint,sha512_fingerprint,md5_fingerprint,http_response_type,\
        http_code,http_reason,content_type,http_connection,www_authenticate,set_cookie,server_type,\
        content_length,transfer_encoding,http_date,cert_valid,self_signed,cert_expired,browser_trusted,\
        validation_level,browser_error,tlsv13_support,tlsv13_cipher,jarm",
};
