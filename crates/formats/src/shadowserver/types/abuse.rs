//! What was abused, broken into or leaked: accounts, sites, devices, and what malware contacts.

use model::{KeyedBy, Role, RsitType, Severity};

use super::{IdentifierRule, ReportType, SERVICE, SideRule, Variant};
use crate::shadowserver::types::columns::block;

/// Told as a victim: whoever is listed was mostly abused. Why is not known, so `other/blocklist` becomes undetermined.
pub(super) const BLOCKLIST: ReportType = ReportType {
    name: "blocklist",
    title: "Blocklist",
    severity: Severity::Low,
    is_credential: false,
    sides: &[SideRule {
        threat: "blocklisted-address",
        keyed_by: KeyedBy::Address,
        may_be_range: true,
        role: Role::Victim,
        rsit: RsitType::Undetermined,
        evidence: "ip,hostname,source,reason,tag",
        ..SERVICE
    }],
    columns: "timestamp,severity,ip,hostname,source,reason,asn,geo,region,city,naics,sector,tag",
};

pub(super) const COMPROMISED_ACCOUNT: ReportType = ReportType {
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

/// Tagged `ssh` are hosts that accept the public key of a known attacker: another thing to clean up.
pub(super) const COMPROMISED_IOT: ReportType = ReportType {
    name: "compromised_iot",
    title: "Compromised-IoT-Device",
    severity: Severity::Critical,
    is_credential: false,
    sides: &[SideRule {
        threat: "compromised-iot",
        keyed_by: KeyedBy::Address,
        role: Role::Victim,
        rsit: RsitType::SystemCompromise,
        variants: &[Variant {
            column: "tag",
            word: "ssh",
            threat: "compromised-ssh-host",
            role: Role::Victim,
            rsit: RsitType::SystemCompromise,
        }],
        identifier: IdentifierRule::FirstOf(&["family"]),
        evidence: "hostname,tag,category,family,status,detail,device_vendor,device_type,device_model,\
            device_version,source_type,account,server_host_key,malpubkey_sha256,public_source",
        ..SERVICE
    }],
    columns: concat!(
        block!(service),
        ",device_vendor,device_type,device_model,device_version,source_type,category,family,status,\
            detail,public_source,account,server_host_key,malpubkey_sha256",
    ),
};

pub(super) const COMPROMISED_WEBSITE: ReportType = ReportType {
    name: "compromised_website",
    title: "Compromised-Website",
    severity: Severity::Critical,
    is_credential: false,
    sides: &[SideRule {
        threat: "compromised-website",
        keyed_by: KeyedBy::HostPort,
        may_fall_back: true,
        role: Role::Victim,
        rsit: RsitType::SystemCompromise,
        key_names: &["http_host", "url", "hostname"],
        evidence: "url,http_host,hostname,tag,category,family,application,system,server,detected_since,\
            redirect_target,cc_url,status,account,detail,public_source",
        ..SERVICE
    }],
    columns: concat!(
        block!(service),
        ",application,url,http_host,category,system,detected_since,server,redirect_target,cc_url,\
            family,status,account,detail,public_source",
    ),
};

pub(super) const DEVICE_ID: ReportType = ReportType {
    name: "device_id",
    title: "Device-Identification IPv4",
    severity: Severity::Info,
    is_credential: false,
    sides: &[SideRule {
        threat: "exposed-device",
        may_fall_back: true,
        rsit: RsitType::Undetermined,
        evidence: "hostname,tag,device_vendor,device_type,device_model,device_version",
        ..SERVICE
    }],
    columns: concat!(
        block!(service),
        ",device_vendor,device_type,device_model,device_version",
    ),
};

pub(super) const MALWARE_URL: ReportType = ReportType {
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

/// The address of the leak site is no evidence: nobody should go there.
pub(super) const RANSOMWARE_VICTIM: ReportType = ReportType {
    name: "ransomware_victim",
    title: "Ransomware-victim",
    severity: Severity::Info,
    is_credential: false,
    sides: &[SideRule {
        threat: "ransomware-victim",
        keyed_by: KeyedBy::Host,
        role: Role::Victim,
        rsit: RsitType::SystemCompromise,
        key_names: &["website"],
        identifier: IdentifierRule::FirstOf(&["ransomware"]),
        evidence: "entity_name,website,ransomware,date_published,sector,geo,region",
        ..SERVICE
    }],
    columns: "timestamp,entity_name,website,geo,region,sector,date_published,ransomware,leak_site_url,\
        severity,actor_geo_stats_30d,actor_total_stats_30d",
};

/// Malware calls at innocent places too: a time server, an update, a search engine.
pub(super) const SANDBOX_CONN: ReportType = ReportType {
    name: "sandbox_conn",
    title: "Sandbox-Connections",
    severity: Severity::Low,
    is_credential: false,
    sides: &[SideRule {
        threat: "malware-contacted-address",
        may_fall_back: true,
        role: Role::Victim,
        rsit: RsitType::MalwareDistribution,
        evidence: "hostname,md5,sha1,sha256,bytes_in,bytes_out",
        ..SERVICE
    }],
    columns: "timestamp,severity,ip,asn,geo,md5,protocol,port,hostname,bytes_in,bytes_out,region,city,naics,\
        sector,sha1,sha256",
};

/// The severity is ours, as that of the other two from the sandbox.
pub(super) const SANDBOX_DNS: ReportType = ReportType {
    name: "sandbox_dns",
    title: "Sandbox-DNS",
    severity: Severity::Low,
    is_credential: false,
    sides: &[SideRule {
        threat: "malware-contacted-name",
        keyed_by: KeyedBy::Host,
        role: Role::Victim,
        rsit: RsitType::Other,
        key_names: &["request"],
        identifier: IdentifierRule::FirstOf(&["family"]),
        evidence: "request,request_type,response,family,tag,source,md5,sha1,sha256",
        ..SERVICE
    }],
    columns: "timestamp,md5,request,request_type,response,family,tag,source,severity,sha1,sha256",
};

pub(super) const SANDBOX_URL: ReportType = ReportType {
    name: "sandbox_url",
    title: "Sandbox-URL",
    severity: Severity::Low,
    is_credential: false,
    sides: &[SideRule {
        threat: "malware-contacted-url",
        keyed_by: KeyedBy::Url,
        role: Role::Victim,
        rsit: RsitType::MalwareDistribution,
        evidence: "url,hostname,method,user_agent,md5,sha1,sha256",
        ..SERVICE
    }],
    columns: "timestamp,severity,ip,asn,geo,md5,url,user_agent,hostname,method,naics,sector,region,city,port,\
        sha1,sha256",
};

/// Two that may be abused: the page that is advertised, and the last machine that passed on the mail.
pub(super) const SPAM_URL: ReportType = ReportType {
    name: "spam_url",
    title: "Spam-URL",
    severity: Severity::Low,
    is_credential: false,
    sides: &[
        SideRule {
            threat: "spam-url",
            keyed_by: KeyedBy::Url,
            role: Role::Victim,
            rsit: RsitType::Spam,
            is_optional: true,
            evidence: "url,hostname,tag,source,subject,sender",
            ..SERVICE
        },
        SideRule {
            threat: "spam-source",
            keyed_by: KeyedBy::Address,
            role: Role::Victim,
            rsit: RsitType::Spam,
            is_optional: true,
            prefix: "src_",
            evidence: "subject,sender,url,tag,source",
            ..SERVICE
        },
    ],
    columns: "timestamp,url,hostname,ip,asn,geo,region,city,naics,sector,severity,port,tag,source,sender,\
        subject,src_ip,src_asn,src_geo,src_region,src_city,src_naics,src_sector",
};

/// One-off reports, each about something else: the tag tells them apart, the status whether somebody has been in.
/// The severity is ours.
pub(super) const SPECIAL: ReportType = ReportType {
    name: "special",
    title: "Special",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "special-notice",
        keyed_by: KeyedBy::Address,
        variants: &[Variant {
            column: "status",
            word: "compromised",
            threat: "special-notice",
            role: Role::Victim,
            rsit: RsitType::SystemCompromise,
        }],
        identifier: IdentifierRule::Text("tag"),
        evidence: "hostname,tag,status,detail,method,device_vendor,first_seen_time,last_seen_time,\
            potential_exposure_time,public_source",
        ..SERVICE
    }],
    columns: "timestamp,ip,port,protocol,asn,geo,region,city,hostname,naics,sector,tag,public_source,status,\
        detail,method,device_vendor,severity,hostname_source,first_seen_time,last_seen_time,\
        potential_exposure_time",
};
