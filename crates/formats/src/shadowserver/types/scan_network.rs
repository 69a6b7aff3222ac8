//! Scans: services of the network itself, many of which make attacks on others larger.

use model::{KeyedBy, RsitType, Severity, Transport};

use super::{ReportType, SCAN, SideRule};
use crate::shadowserver::types::columns::block;

pub(super) const POPULATION_BGP: ReportType = ReportType {
    name: "population_bgp",
    title: "Accessible-BGP",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "exposed-bgp",
        evidence: "hostname,tag,bgp_version,sender_asn,bgp_identifier,hold_time,message_type,major_error_code,\
            minor_error_code",
        ..SCAN
    }],
    columns: concat!(block!(service), ",", block!(bgp)),
};

pub(super) const POPULATION_ISAKMP: ReportType = ReportType {
    name: "population_isakmp",
    title: "Accessible-ISAKMP",
    severity: Severity::Info,
    is_credential: false,
    sides: &[SideRule {
        threat: "exposed-isakmp",
        rsit: RsitType::PotentiallyUnwantedAccessible,
        transport: Transport::Udp,
        evidence: "hostname,tag,exchange_type,notify_message_type,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(block!(service), ",", block!(ike)),
};

pub(super) const SCAN_BGP: ReportType = ReportType {
    name: "scan_bgp",
    title: "Open-BGP",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-bgp",
        evidence: "hostname,tag,bgp_version,sender_asn,bgp_identifier,hold_time,message_type,message2_type",
        ..SCAN
    }],
    columns: concat!(block!(service), ",", block!(bgp)),
};

pub(super) const SCAN_CHARGEN: ReportType = ReportType {
    name: "scan_chargen",
    title: "Open-Chargen",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "amplifier-chargen",
        transport: Transport::Udp,
        evidence: "hostname,tag,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(block!(service), ",response_size,amplification"),
};

pub(super) const SCAN_COAP: ReportType = ReportType {
    name: "scan_coap",
    title: "Accessible-CoAP",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "amplifier-coap",
        transport: Transport::Udp,
        evidence: "hostname,tag,version,response,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",version,response,response_size,amplification",
    ),
};

pub(super) const SCAN_DDOS_MIDDLEBOX: ReportType = ReportType {
    name: "scan_ddos_middlebox",
    title: "Vulnerable-DDoS-Middlebox",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "amplifier-middlebox",
        evidence: "hostname,tag,method,source_port,bytes,amplification",
        ..SCAN
    }],
    columns: concat!(block!(service), ",source_port,bytes,amplification,method"),
};

pub(super) const SCAN_DNS: ReportType = ReportType {
    name: "scan_dns",
    title: "DNS-Open-Resolvers",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "amplifier-dns",
        transport: Transport::Udp,
        evidence: "hostname,tag,dns_version,min_amplification",
        ..SCAN
    }],
    columns: concat!(block!(service), ",dns_version,min_amplification"),
};

pub(super) const SCAN_GTP: ReportType = ReportType {
    name: "scan_gtp",
    title: "Accessible-GPRS-Tunneling-Protocol-GTP",
    severity: Severity::Low,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-gtp",
        rsit: RsitType::PotentiallyUnwantedAccessible,
        transport: Transport::Udp,
        evidence: "hostname,tag,message_type_text,teid,response_size",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",flags,message_type,message_type_text,message_length,teid,sequence,recovery,response_size,\
            raw_response",
    ),
};

pub(super) const SCAN_IP_TUNNEL: ReportType = ReportType {
    name: "scan_ip_tunnel",
    title: "Open-IP-Tunnel",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-ip-tunnel",
        keyed_by: KeyedBy::Address,
        evidence: "hostname,tag,response",
        ..SCAN
    }],
    columns: concat!(block!(service), ",response"),
};

pub(super) const SCAN_ISAKMP: ReportType = ReportType {
    name: "scan_isakmp",
    title: "Vulnerable-ISAKMP",
    severity: Severity::Low,
    is_credential: false,
    sides: &[SideRule {
        threat: "vulnerable-isakmp",
        transport: Transport::Udp,
        evidence: "hostname,tag,exchange_type,notify_message_type,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(block!(service), ",", block!(ike)),
};

pub(super) const SCAN_LOOP_DOS: ReportType = ReportType {
    name: "scan_loop_dos",
    title: "Loop-DoS",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "vulnerable-loop-dos",
        transport: Transport::Udp,
        evidence: "hostname,tag,application,detail",
        ..SCAN
    }],
    columns: concat!(block!(service), ",detail,application"),
};

pub(super) const SCAN_MDNS: ReportType = ReportType {
    name: "scan_mdns",
    title: "Open-mDNS",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "amplifier-mdns",
        transport: Transport::Udp,
        evidence: "hostname,tag,mdns_name,mdns_ipv4,mdns_ipv6,services,workstation_name,workstation_ipv4,\
            http_name,http_ipv4,http_port,spotify_name,opc_ua_discovery",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",mdns_name,mdns_ipv4,mdns_ipv6,services,workstation_name,workstation_ipv4,workstation_ipv6,\
            workstation_info,http_name,http_ipv4,http_ipv6,http_ptr,http_info,http_target,http_port,\
            spotify_name,spotify_ipv4,spotify_ipv6,opc_ua_discovery",
    ),
};

pub(super) const SCAN_NAT_PMP: ReportType = ReportType {
    name: "scan_nat_pmp",
    title: "Open-NATPMP",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-nat-pmp",
        transport: Transport::Udp,
        evidence: "hostname,tag,version,external_ip,uptime,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",version,opcode,uptime,external_ip,response_size,amplification",
    ),
};

pub(super) const SCAN_NTP: ReportType = ReportType {
    name: "scan_ntp",
    title: "NTP-Version",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "amplifier-ntp",
        transport: Transport::Udp,
        evidence: "hostname,tag,version,system,processor,stratum,refid,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",version,clk_wander,clock,error,frequency,jitter,leap,mintc,noise,offset,peer,phase,poll,\
            precision,processor,refid,reftime,rootdelay,rootdispersion,stability,state,stratum,system,\
            tai,tc,response_size,amplification",
    ),
};

pub(super) const SCAN_NTPMONITOR: ReportType = ReportType {
    name: "scan_ntpmonitor",
    title: "NTP-Monitor",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "amplifier-ntp-monlist",
        transport: Transport::Udp,
        evidence: "hostname,tag,packets,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(block!(service), ",packets,response_size,amplification"),
};

pub(super) const SCAN_PORTMAPPER: ReportType = ReportType {
    name: "scan_portmapper",
    title: "Open-Portmapper",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "amplifier-portmapper",
        transport: Transport::Udp,
        evidence: "hostname,tag,programs,mountd_port,exports,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",programs,mountd_port,exports,response_size,amplification",
    ),
};

pub(super) const SCAN_QOTD: ReportType = ReportType {
    name: "scan_qotd",
    title: "Open-QOTD",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "amplifier-qotd",
        transport: Transport::Udp,
        evidence: "hostname,tag,quote,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(block!(service), ",quote,response_size,amplification"),
};

pub(super) const SCAN_SIP: ReportType = ReportType {
    name: "scan_sip",
    title: "Accessible-SIP",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "exposed-sip",
        transport: Transport::Udp,
        evidence: "hostname,tag,user_agent,server,sip_code,sip_reason,allow,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",sip,sip_code,sip_reason,user_agent,sip_via,sip_to,sip_from,content_length,content_type,\
            server,contact,cseq,call_id,allow,amplification,response_size",
    ),
};

pub(super) const SCAN_SLP: ReportType = ReportType {
    name: "scan_slp",
    title: "Accessible-SLP",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "amplifier-slp",
        evidence: "hostname,tag,version,function_text,error_code_text,response_size",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",version,function,function_text,flags,next_extension_offset,xid,language_tag_length,\
            language_tag,error_code,error_code_text,response_size,raw_response",
    ),
};

pub(super) const SCAN_SNMP: ReportType = ReportType {
    name: "scan_snmp",
    title: "Open-SNMP",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-snmp",
        transport: Transport::Udp,
        evidence: "hostname,tag,version,community,sysname,sysdesc,device_vendor,device_type,device_model,\
            device_version,mac_address,vendor,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",",
        block!(device),
        ",version,sysname,sysdesc,community,response_size,amplification,uptime,mac_address,vendor_id,\
            vendor",
    ),
};

pub(super) const SCAN_SSDP: ReportType = ReportType {
    name: "scan_ssdp",
    title: "Open-SSDP",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "amplifier-ssdp",
        transport: Transport::Udp,
        evidence: "hostname,tag,server,location,search_target,unique_service_name,host,server_port,\
            response_size,amplification",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",header,systime,cache_control,location,server,search_target,unique_service_name,host,nts,nt,\
            content_type,server_port,instance,version,updated_at,resource_identifier,amplification,\
            response_size",
    ),
};

pub(super) const SCAN_STUN: ReportType = ReportType {
    name: "scan_stun",
    title: "Accessible-Session-Traversal-Utilities-for-NAT",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "amplifier-stun",
        rsit: RsitType::PotentiallyUnwantedAccessible,
        transport: Transport::Udp,
        evidence: "hostname,tag,software,mapped_address,mapped_port,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",transaction_id,magic_cookie,message_length,message_type,mapped_family,mapped_address,\
            mapped_port,xor_mapped_family,xor_mapped_address,xor_mapped_port,software,fingerprint,\
            amplification,response_size",
    ),
};

pub(super) const SCAN_WS_DISCOVERY: ReportType = ReportType {
    name: "scan_ws_discovery",
    title: "Accessible-WS-Discovery-Service",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "amplifier-ws-discovery",
        transport: Transport::Udp,
        evidence: "hostname,tag,response_size,amplification,error",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",response_size,amplification,error,raw_response",
    ),
};
