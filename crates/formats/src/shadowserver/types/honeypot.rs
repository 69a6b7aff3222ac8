//! Events at honeypots: who scans, who attacks, and whom an attack is aimed at.

use model::{Role, RsitType, Severity, Side};

use super::{EVENT_SOURCE, HONEYPOT_SOURCE, IdentifierRule, Peer, ReportType, SideRule};
use crate::shadowserver::types::columns::block;

pub(super) const EVENT4_HONEYPOT_ADB_SCAN: ReportType = ReportType {
    name: "event4_honeypot_adb_scan",
    title: "Honeypot-ADB-Scanner",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "adb-scan-source",
        identifier: IdentifierRule::FirstOf(&["family"]),
        evidence: "src_hostname,infection,family,tag,application,version,vulnerability_id,vulnerability_class,\
            vulnerability_score,vulnerability_severity,threat_technique_id,target_vendor,target_product,\
            target_class,commands,system_type,device_vendor,device_type,device_model,public_source,\
            event_id",
        ..HONEYPOT_SOURCE
    }],
    columns: concat!(
        block!(event),
        ",",
        block!(exploit),
        ",",
        block!(technique),
        ",",
        block!(attacked),
        ",banner,commands,maxdata,system_type,opened",
    ),
};

pub(super) const EVENT4_HONEYPOT_BRUTE_FORCE: ReportType = ReportType {
    name: "event4_honeypot_brute_force",
    title: "Honeypot-Brute-Force-Events",
    severity: Severity::Critical,
    is_credential: false,
    sides: &[SideRule {
        threat: "brute-force-source",
        rsit: RsitType::BruteForce,
        evidence: "src_hostname,service,application,infection,family,tag,username,password,client_version,\
            start_time,end_time,payload_url,payload_md5,device_vendor,device_type,device_model,\
            vulnerability_id,public_source,event_id",
        ..HONEYPOT_SOURCE
    }],
    columns: concat!(
        block!(event),
        ",service,start_time,end_time,client_version,username,password,payload_url,payload_md5,",
        block!(exploit),
        ",",
        block!(attacked),
    ),
};

/// What arrives at unused addresses is mostly scanning malware, sometimes an answer to forged packets.
pub(super) const EVENT4_HONEYPOT_DARKNET: ReportType = ReportType {
    name: "event4_honeypot_darknet",
    title: "Honeypot-Darknet",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "darknet-source",
        rsit: RsitType::Other,
        identifier: IdentifierRule::FirstOf(&["family", "infection"]),
        evidence: "src_hostname,infection,family,tag,application,version,count,device_vendor,device_type,\
            device_model,public_source,event_id",
        ..HONEYPOT_SOURCE
    }],
    columns: concat!(block!(event), ",count"),
};

/// Honeypots that pose as bots hear attack orders: the source is the server that gives them, the destination the one to
/// be attacked. The target is not told who gives orders: that server sends it nothing.
pub(super) const EVENT4_HONEYPOT_DDOS: ReportType = ReportType {
    name: "event4_honeypot_ddos",
    title: "Honeypot-DDoS",
    severity: Severity::Critical,
    is_credential: false,
    sides: &[
        SideRule {
            threat: "ddos-control-server",
            rsit: RsitType::C2Server,
            identifier: IdentifierRule::FirstOf(&["family"]),
            peer: Peer::AddressAndPort("dst_"),
            evidence: "src_hostname,family,tag,application,version,attack,duration,attack_src_ip,\
                attack_src_port,dst_network,dst_netmask,domain,http_method,http_path,packet_length,\
                public_source,event_id",
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
            peer: Peer::None,
            evidence: "dst_hostname,dst_network,dst_netmask,family,tag,application,attack,duration,domain,\
                http_method,http_path,packet_length,public_source,event_id,http_agent",
            ..EVENT_SOURCE
        },
    ],
    columns: concat!(block!(ddos_event), ",", block!(attack), ",http_agent"),
};

/// The source is forged: it is the address of the target, which sent nothing. The destination is the honeypot.
pub(super) const EVENT4_HONEYPOT_DDOS_AMP: ReportType = ReportType {
    name: "event4_honeypot_ddos_amp",
    title: "Honeypot-Amplification-DDoS-Events",
    severity: Severity::Info,
    is_credential: false,
    sides: &[SideRule {
        threat: "ddos-amplification-target",
        role: Role::Target,
        rsit: RsitType::Ddos,
        peer: Peer::PortOnly("dst_"),
        evidence: "src_hostname,infection,family,tag,application,request,count,bytes,end_time,duration,avg_pps,\
            max_pps,public_source,event_id",
        ..EVENT_SOURCE
    }],
    columns: concat!(
        block!(event),
        ",request,count,bytes,end_time,duration,avg_pps,max_pps",
    ),
};

/// The rows of `event4_honeypot_ddos`, selected by destination.
pub(super) const EVENT4_HONEYPOT_DDOS_TARGET: ReportType = ReportType {
    name: "event4_honeypot_ddos_target",
    title: "Honeypot-DDoS-Target",
    severity: Severity::Info,
    is_credential: false,
    sides: &[
        SideRule {
            side: Side::Destination,
            threat: "ddos-target",
            role: Role::Target,
            rsit: RsitType::Ddos,
            prefix: "dst_",
            peer: Peer::None,
            evidence: "dst_hostname,dst_network,dst_netmask,family,tag,application,attack,duration,domain,\
                http_method,http_path,packet_length,public_source,event_id",
            ..EVENT_SOURCE
        },
        SideRule {
            threat: "ddos-control-server",
            rsit: RsitType::C2Server,
            severity: Some(Severity::Critical),
            is_optional: true,
            identifier: IdentifierRule::FirstOf(&["family"]),
            peer: Peer::AddressAndPort("dst_"),
            evidence: "src_hostname,family,tag,application,version,attack,duration,attack_src_ip,\
                attack_src_port,dst_network,dst_netmask,domain,http_method,http_path,packet_length,\
                public_source,event_id",
            ..EVENT_SOURCE
        },
    ],
    columns: concat!(
        "timestamp,protocol,dst_ip,dst_port,dst_asn,dst_geo,dst_region,dst_city,dst_hostname,\
            dst_naics,dst_sector,device_vendor,device_type,device_model,severity,src_ip,src_port,\
            src_asn,src_geo,src_region,src_city,src_hostname,src_naics,src_sector,",
        block!(attack),
    ),
};

/// The raw request names the honeypot, so it is no evidence.
pub(super) const EVENT4_HONEYPOT_HTTP_SCAN: ReportType = ReportType {
    name: "event4_honeypot_http_scan",
    title: "Honeypot-HTTP-Scan",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "http-scan-source",
        identifier: IdentifierRule::FirstOf(&["family"]),
        evidence: "src_hostname,infection,family,tag,application,version,pattern,http_url,http_request_method,\
            http_agent,vulnerability_id,vulnerability_class,vulnerability_score,vulnerability_severity,\
            threat_technique_id,target_vendor,target_product,target_class,session_tags,file_md5,\
            file_sha256,device_vendor,device_type,device_model,public_source,event_id",
        ..HONEYPOT_SOURCE
    }],
    columns: concat!(
        block!(event),
        ",pattern,http_url,http_agent,http_request_method,url_scheme,session_tags,",
        block!(exploit),
        ",",
        block!(technique),
        ",",
        block!(attacked),
        ",file_md5,file_sha256,request_raw,body_raw",
    ),
};

/// `sensor_id` and `response` tell which honeypot it was.
pub(super) const EVENT4_HONEYPOT_ICS_SCAN: ReportType = ReportType {
    name: "event4_honeypot_ics_scan",
    title: "Honeypot-ICS-Scanner",
    severity: Severity::Critical,
    is_credential: false,
    sides: &[SideRule {
        threat: "ics-scan-source",
        identifier: IdentifierRule::FirstOf(&["family"]),
        evidence: "src_hostname,infection,family,tag,application,version,state,slave_id,function_code,request,\
            device_vendor,device_type,device_model,public_source,event_id",
        ..HONEYPOT_SOURCE
    }],
    columns: concat!(
        block!(event),
        ",state,sensor_id,slave_id,function_code,request,response",
    ),
};

pub(super) const EVENT4_HONEYPOT_IKEV2_SCAN: ReportType = ReportType {
    name: "event4_honeypot_ikev2_scan",
    title: "Honeypot-IKEv2-Scanner",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "ikev2-scan-source",
        identifier: IdentifierRule::FirstOf(&["family"]),
        evidence: "src_hostname,infection,family,tag,application,version,vulnerability_id,vulnerability_class,\
            vulnerability_score,vulnerability_severity,threat_technique_id,target_vendor,target_product,\
            target_class,device_vendor,device_type,device_model,public_source,event_id",
        ..HONEYPOT_SOURCE
    }],
    columns: concat!(
        block!(event),
        ",",
        block!(exploit),
        ",",
        block!(technique),
        ",",
        block!(attacked),
    ),
};

pub(super) const EVENT4_HONEYPOT_RDP_SCAN: ReportType = ReportType {
    name: "event4_honeypot_rdp_scan",
    title: "Honeypot-RDP-Scanner",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "rdp-scan-source",
        identifier: IdentifierRule::FirstOf(&["family"]),
        evidence: "src_hostname,infection,family,tag,application,version,vulnerability_id,vulnerability_class,\
            vulnerability_score,vulnerability_severity,threat_technique_id,target_vendor,target_product,\
            target_class,cookie,session_tags,device_vendor,device_type,device_model,public_source,\
            event_id",
        ..HONEYPOT_SOURCE
    }],
    columns: concat!(
        block!(event),
        ",",
        block!(exploit),
        ",",
        block!(technique),
        ",",
        block!(attacked),
        ",cookie,session_tags",
    ),
};

pub(super) const EVENT4_HONEYPOT_ROCKETMQ_SCAN: ReportType = ReportType {
    name: "event4_honeypot_rocketmq_scan",
    title: "Honeypot-RocketMQ-Scanner",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "rocketmq-scan-source",
        identifier: IdentifierRule::FirstOf(&["family"]),
        evidence: "src_hostname,infection,family,tag,application,version,vulnerability_id,vulnerability_class,\
            vulnerability_score,vulnerability_severity,threat_technique_id,target_vendor,target_product,\
            target_class,code,flag,language,serialize_type,device_vendor,device_type,device_model,\
            public_source,event_id",
        ..HONEYPOT_SOURCE
    }],
    columns: concat!(
        block!(event),
        ",",
        block!(exploit),
        ",",
        block!(technique),
        ",",
        block!(attacked),
        ",code,flag,language,opaque,serialize_type,body,body_base64",
    ),
};

pub(super) const EVENT4_HONEYPOT_SMB_SCAN: ReportType = ReportType {
    name: "event4_honeypot_smb_scan",
    title: "Honeypot-SMB-Scanner",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "smb-scan-source",
        identifier: IdentifierRule::FirstOf(&["family"]),
        evidence: "src_hostname,infection,family,tag,application,version,vulnerability_id,vulnerability_class,\
            vulnerability_score,vulnerability_severity,threat_technique_id,target_vendor,target_product,\
            target_class,command,supported_protocols,session_tags,device_vendor,device_type,\
            device_model,public_source,event_id",
        ..HONEYPOT_SOURCE
    }],
    columns: concat!(
        block!(event),
        ",",
        block!(exploit),
        ",",
        block!(technique),
        ",",
        block!(attacked),
        ",command,flags,supported_protocols,session_tags",
    ),
};
