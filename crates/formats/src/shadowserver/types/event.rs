//! Events: machines that were seen at sinkholes, in attacks and in tests.

use model::{KeyedBy, Role, RsitType, Severity, Side};

use super::{EVENT_SOURCE, IdentifierRule, Peer, ReportType, SideRule};
use crate::shadowserver::types::columns::block;

pub(super) const EVENT4_DDOS_PARTICIPANT: ReportType = ReportType {
    name: "event4_ddos_participant",
    title: "DDoS-Participant",
    severity: Severity::High,
    is_credential: false,
    sides: &[
        SideRule {
            threat: "ddos-participant",
            rsit: RsitType::Ddos,
            evidence: "src_hostname,infection,family,tag,application,version,attack,duration,attack_src_ip,\
                attack_src_port,device_vendor,device_type,device_model,domain,http_method,http_path,\
                number_of_connections,packet_length,http_agent,public_source,event_id",
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
            evidence: "dst_hostname,dst_network,dst_netmask,tag,application,attack,duration,domain,http_method,\
                http_path,http_agent,packet_length,public_source,event_id",
            ..EVENT_SOURCE
        },
    ],
    columns: concat!(block!(ddos_event), ",", block!(attack), ",http_agent"),
};

/// A volunteer tests what the network lets through: nobody is infected, the network lacks a filter.
pub(super) const EVENT4_IP_SPOOFER: ReportType = ReportType {
    name: "event4_ip_spoofer",
    title: "IP-Spoofer-Events",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "ip-spoofing-network",
        role: Role::Target,
        rsit: RsitType::Masquerade,
        peer: Peer::None,
        evidence: "src_hostname,network,routedspoof,nat,session,tag,application,version,public_source,event_id",
        ..EVENT_SOURCE
    }],
    columns: concat!(block!(event), ",network,routedspoof,session,nat"),
};

pub(super) const EVENT4_MICROSOFT_SINKHOLE: ReportType = EVENT4_SINKHOLE.twin(
    "event4_microsoft_sinkhole",
    "Microsoft-Sinkhole-Events IPv4",
);

pub(super) const EVENT4_MICROSOFT_SINKHOLE_HTTP: ReportType = EVENT4_SINKHOLE_HTTP.twin(
    "event4_microsoft_sinkhole_http",
    "Microsoft-Sinkhole-Events-HTTP IPv4",
);

pub(super) const EVENT4_SINKHOLE: ReportType = ReportType {
    name: "event4_sinkhole",
    title: "Sinkhole-Events IPv4",
    severity: Severity::Critical,
    is_credential: false,
    sides: &[SideRule {
        threat: "malware-infection",
        identifier: IdentifierRule::FirstOf(&["infection", "family"]),
        evidence: "src_hostname,infection,family,tag,application,version,dst_hostname,ssl_servername,\
            ssl_cipher,device_vendor,device_type,device_model,public_source,event_id",
        ..EVENT_SOURCE
    }],
    columns: concat!(block!(event), ",ssl_cipher,ssl_servername"),
};

/// The source is mostly a resolver that asks for somebody else, so this proves no infection of it.
pub(super) const EVENT4_SINKHOLE_DNS: ReportType = ReportType {
    name: "event4_sinkhole_dns",
    title: "Sinkhole-DNS",
    severity: Severity::Info,
    is_credential: false,
    sides: &[SideRule {
        threat: "malware-dns-query",
        rsit: RsitType::Other,
        identifier: IdentifierRule::FirstOf(&["infection", "family"]),
        peer: Peer::None,
        evidence: "src_hostname,infection,family,tag,query,query_type,count,device_vendor,device_type,\
            device_model",
        ..EVENT_SOURCE
    }],
    columns: "timestamp,protocol,src_ip,src_port,src_asn,src_geo,src_region,src_city,src_hostname,src_naics,\
        src_sector,device_vendor,device_type,device_model,severity,infection,family,tag,query_type,\
        query,count",
};

pub(super) const EVENT4_SINKHOLE_HTTP: ReportType = ReportType {
    name: "event4_sinkhole_http",
    title: "Sinkhole-Events-HTTP IPv4",
    severity: Severity::Critical,
    is_credential: false,
    sides: &[SideRule {
        threat: "malware-infection",
        identifier: IdentifierRule::FirstOf(&["infection", "family"]),
        evidence: "src_hostname,infection,family,tag,application,version,http_url,http_host,http_agent,\
            forwarded_by,http_referer,machine_name,dst_hostname,ssl_servername,ssl_cipher,device_vendor,\
            device_type,device_model,public_source,event_id",
        ..EVENT_SOURCE
    }],
    columns: concat!(block!(event), ",", block!(sinkhole_http)),
};

/// Who came to the sinkhole is not in the row; told is the website that sent them there.
pub(super) const EVENT4_SINKHOLE_HTTP_REFERER: ReportType = ReportType {
    name: "event4_sinkhole_http_referer",
    title: "Sinkhole-Events-HTTP-Referer IPv4",
    severity: Severity::Critical,
    is_credential: false,
    sides: &[SideRule {
        threat: "compromised-website-referrer",
        keyed_by: KeyedBy::Host,
        may_fall_back: true,
        prefix: "http_referer_",
        key_names: &["http_referer", "http_referer_hostname"],
        identifier: IdentifierRule::FirstOf(&["infection", "family"]),
        peer: Peer::AddressAndPort("dst_"),
        evidence: "http_referer,http_referer_hostname,http_url,http_host,infection,family,tag,application,\
            version,dst_hostname,ssl_servername,public_source,event_id",
        ..EVENT_SOURCE
    }],
    columns: "timestamp,protocol,http_referer_ip,http_referer_port,http_referer_asn,http_referer_geo,\
        http_referer_region,http_referer_city,http_referer_hostname,http_referer_naics,\
        http_referer_sector,severity,dst_ip,dst_port,dst_asn,dst_geo,dst_region,dst_city,dst_hostname,\
        dst_naics,dst_sector,public_source,infection,family,tag,application,version,event_id,http_url,\
        http_host,http_referer,ssl_servername",
};
