//! Scans: what controls a computer, a router or a machine.

use model::{KeyedBy, Role, RsitType, Severity, Transport};

use super::{ReportType, SCAN, SERVICE, SideRule};
use crate::shadowserver::types::columns::block;

pub(super) const POPULATION_NTRIP: ReportType = ReportType {
    name: "population_ntrip",
    title: "Accessible-NTRIP",
    severity: Severity::Info,
    is_credential: false,
    sides: &[SideRule {
        threat: "exposed-ntrip",
        rsit: RsitType::PotentiallyUnwantedAccessible,
        evidence: "hostname,tag,server,ntrip_version,mount_point,identifier,format,nav_system,network,\
            authentication,fee,generator,ntrip_country,ntrip_latitude,ntrip_longitude",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",ntrip,ntrip_code,ntrip_reason,content_type,connection,server,content_length,ntrip_version,\
            ntrip_date,ntrip_type,mount_point,identifier,format,format_details,carrier,nav_system,\
            network,ntrip_country,ntrip_latitude,ntrip_longitude,nmea,solution,generator,compression,\
            authentication,fee,bit_rate,misc,header_base64,body_base64",
    ),
};

pub(super) const SCAN_ADB: ReportType = ReportType {
    name: "scan_adb",
    title: "Accessible-ADB",
    severity: Severity::Critical,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-adb",
        evidence: "hostname,tag,name,model,device,features,device_vendor,device_type,device_model,\
            device_version",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",",
        block!(device),
        ",name,model,device,features",
    ),
};

pub(super) const SCAN_ARD: ReportType = ReportType {
    name: "scan_ard",
    title: "Accessible-ARD",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "amplifier-ard",
        transport: Transport::Udp,
        evidence: "hostname,tag,machine_name,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(block!(service), ",machine_name,response_size,amplification"),
};

pub(super) const SCAN_CISCO_SMART_INSTALL: ReportType = ReportType {
    name: "scan_cisco_smart_install",
    title: "Accessible-Cisco-Smart-Install",
    severity: Severity::Critical,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-cisco-smart-install",
        evidence: "hostname,tag",
        ..SCAN
    }],
    columns: block!(service),
};

pub(super) const SCAN_CWMP: ReportType = ReportType {
    name: "scan_cwmp",
    title: "Accessible-CWMP",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-cwmp",
        evidence: "hostname,tag,server,http_code,http_reason,www_authenticate,content_type",
        ..SCAN
    }],
    columns: concat!(block!(service), ",", block!(web)),
};

pub(super) const SCAN_DOCKER: ReportType = ReportType {
    name: "scan_docker",
    title: "Accessible-Docker",
    severity: Severity::Critical,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-docker",
        evidence: "hostname,tag,version,api_version,min_api_version,os,kernel_version,arch,server,http_code",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",version,http,http_code,http_reason,content_type,server,date,experimental,api_version,arch,\
            go_version,os,kernel_version,git_commit,min_api_version,build_time,pkg_version",
    ),
};

pub(super) const SCAN_DVR_DHCPDISCOVER: ReportType = ReportType {
    name: "scan_dvr_dhcpdiscover",
    title: "Accessible-DVR-DHCPDiscover",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-dvr-dhcpdiscover",
        transport: Transport::Udp,
        evidence: "hostname,tag,device_vendor,device_type,device_model,device_version,manufacturer,\
            machine_name,device_serial,mac_address,ipv4_address,http_port,internal_port,response_size,\
            amplification",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",",
        block!(device),
        ",device_id,device_serial,machine_name,manufacturer,method,http_port,internal_port,\
            video_input_channels,alarm_input_channels,video_output_channels,alarm_output_channels,\
            remote_video_input_channels,mac_address,ipv4_address,ipv4_gateway,ipv4_subnet_mask,\
            ipv4_dhcp_enable,ipv6_address,ipv6_link_local,ipv6_gateway,ipv6_dhcp_enable,response_size,\
            amplification",
    ),
};

pub(super) const SCAN_ICS: ReportType = ReportType {
    name: "scan_ics",
    title: "Accessible-ICS",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-ics",
        evidence: "hostname,tag,device_vendor,device_type,device_model,device_version,device_sector,device_id,\
            raw_response,response_size",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",",
        block!(device),
        ",device_id,response_size,raw_response",
    ),
};

pub(super) const SCAN_IPMI: ReportType = ReportType {
    name: "scan_ipmi",
    title: "Open-IPMI",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-ipmi",
        transport: Transport::Udp,
        evidence: "hostname,tag,ipmi_version,none_auth,md2_auth,md5_auth,passkey_auth,oem_auth,defaultkg,\
            usernames,nulluser,anon_login,manufacturername,productname,firmwarerev",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",ipmi_version,none_auth,md2_auth,md5_auth,passkey_auth,oem_auth,defaultkg,permessage_auth,\
            userlevel_auth,usernames,nulluser,anon_login,error,deviceid,devicerev,firmwarerev,version,\
            manufacturerid,manufacturername,productid,productname",
    ),
};

pub(super) const SCAN_IPP: ReportType = ReportType {
    name: "scan_ipp",
    title: "Open-IPP",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-ipp",
        evidence: "hostname,tag,device_vendor,device_type,device_model,device_version,ipp_version,cups_version,\
            printer_name,printer_info,printer_make_and_model,printer_firmware_version,\
            printer_organization,printer_uris",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",",
        block!(device),
        ",ipp_version,cups_version,printer_uris,printer_name,printer_info,printer_more_info,\
            printer_make_and_model,printer_firmware_name,printer_firmware_string_version,\
            printer_firmware_version,printer_organization,printer_organization_unit,printer_uuid,\
            printer_wifi_ssid",
    ),
};

pub(super) const SCAN_KUBERNETES: ReportType = ReportType {
    name: "scan_kubernetes",
    title: "Accessible-Kubernetes-API",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-kubernetes",
        evidence: "hostname,tag,git_version,platform,build_date,http_code,subject_common_name,\
            issuer_common_name,cert_expiration_date,sha256_fingerprint",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",version,http,http_code,http_reason,content_type,server,date,major,minor,git_version,\
            git_commit,git_tree_state,build_date,go_version,compiler,platform,handshake,cipher_suite,",
        block!(certificate),
        ",cert_serial_number,ssl_version,signature_algorithm,key_algorithm,",
        block!(certificate_names),
        ",sha256_fingerprint,sha512_fingerprint,md5_fingerprint,cert_valid,self_signed,cert_expired,\
            validation_level,browser_trusted,browser_error,raw_cert,raw_cert_chain",
    ),
};

pub(super) const SCAN_MSRPC: ReportType = ReportType {
    name: "scan_msrpc",
    title: "Accessible-MS-RPC",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-msrpc",
        rsit: RsitType::PotentiallyUnwantedAccessible,
        evidence: "hostname,tag,version,packet_type",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",version,packet_type,packet_type_value,packet_flags,data_representation,fragment_length,\
            auth_length,call_id,max_transmit,max_receive,association_group,raw_response",
    ),
};

pub(super) const SCAN_NETIS_ROUTER: ReportType = ReportType {
    name: "scan_netis_router",
    title: "Open-Netis",
    severity: Severity::Critical,
    is_credential: false,
    sides: &[SideRule {
        threat: "vulnerable-netis-router",
        transport: Transport::Udp,
        evidence: "hostname,tag,response,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(block!(service), ",response,response_size,amplification"),
};

pub(super) const SCAN_RADMIN: ReportType = ReportType {
    name: "scan_radmin",
    title: "Accessible-Radmin",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-radmin",
        evidence: "hostname,tag,version",
        ..SCAN
    }],
    columns: concat!(block!(service), ",version"),
};

pub(super) const SCAN_RDP: ReportType = ReportType {
    name: "scan_rdp",
    title: "Accessible-RDP",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-rdp",
        evidence: "hostname,tag,rdp_protocol,subject_common_name,issuer_common_name,cert_issue_date,\
            cert_expiration_date,sha256_fingerprint,ssl_version,jarm",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",handshake,rdp_protocol,",
        block!(certificate),
        ",cert_serial_number,ssl_version,signature_algorithm,key_algorithm,sha256_fingerprint,\
            sha512_fingerprint,md5_fingerprint,tlsv13_support,tlsv13_cipher,jarm",
    ),
};

pub(super) const SCAN_RDPEUDP: ReportType = ReportType {
    name: "scan_rdpeudp",
    title: "Accessible-MS-RDPEUDP",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "amplifier-rdpeudp",
        transport: Transport::Udp,
        evidence: "hostname,tag,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(block!(service), ",sessionid,response_size,amplification"),
};

pub(super) const SCAN_SSH: ReportType = ReportType {
    name: "scan_ssh",
    title: "Accessible-SSH",
    severity: Severity::Low,
    is_credential: false,
    sides: &[SideRule {
        threat: "exposed-ssh",
        rsit: RsitType::PotentiallyUnwantedAccessible,
        evidence: "hostname,tag,serverid_raw,serverid_software,serverid_version,userauth_methods,algorithm,\
            selected_kex,selected_cipher,selected_mac,available_kex,available_ciphers,available_mac,\
            server_host_key_sha256,hassh,banner,device_vendor,device_type,device_model,device_version",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",",
        block!(device),
        ",serverid_raw,serverid_version,serverid_software,serverid_comment,server_cookie,\
            available_kex,available_ciphers,available_mac,available_compression,selected_kex,algorithm,\
            selected_cipher,selected_mac,selected_compression,server_signature_value,\
            server_signature_raw,server_host_key,server_host_key_sha256,rsa_prime,rsa_prime_length,\
            rsa_generator,rsa_generator_length,rsa_public_key,rsa_public_key_length,rsa_exponent,\
            rsa_modulus,rsa_length,dss_prime,dss_prime_length,dss_generator,dss_generator_length,\
            dss_public_key,dss_public_key_length,dss_dsa_public_g,dss_dsa_public_p,dss_dsa_public_q,\
            dss_dsa_public_y,ecdsa_curve25519,ecdsa_curve,ecdsa_public_key_length,ecdsa_public_key_b,\
            ecdsa_public_key_gx,ecdsa_public_key_gy,ecdsa_public_key_n,ecdsa_public_key_p,\
            ecdsa_public_key_x,ecdsa_public_key_y,ed25519_curve25519,ed25519_cert_public_key_nonce,\
            ed25519_cert_public_key_bytes,ed25519_cert_public_key_raw,ed25519_cert_public_key_sha256,\
            ed25519_cert_public_key_serial,ed25519_cert_public_key_type_id,\
            ed25519_cert_public_key_type_name,ed25519_cert_public_key_keyid,\
            ed25519_cert_public_key_principles,ed25519_cert_public_key_valid_after,\
            ed25519_cert_public_key_valid_before,ed25519_cert_public_key_duration,\
            ed25519_cert_public_key_sigkey_bytes,ed25519_cert_public_key_sigkey_raw,\
            ed25519_cert_public_key_sigkey_sha256,ed25519_cert_public_key_sigkey_value,\
            ed25519_cert_public_key_sig_raw,banner,userauth_methods,hassh",
    ),
};

/// Shadowserver calls it vulnerable, but what answered is an implant.
pub(super) const SCAN_SYNFULKNOCK: ReportType = ReportType {
    name: "scan_synfulknock",
    title: "SYNful-Knock",
    severity: Severity::Critical,
    is_credential: false,
    sides: &[SideRule {
        threat: "compromised-router",
        keyed_by: KeyedBy::Address,
        role: Role::Victim,
        rsit: RsitType::SystemCompromise,
        evidence: "hostname,tag,sequence_number,ack_number,window_size,urgent_pointer,tcp_flags",
        ..SERVICE
    }],
    columns: concat!(
        block!(service),
        ",sequence_number,ack_number,window_size,urgent_pointer,tcp_flags,raw_packet",
    ),
};

pub(super) const SCAN_TELNET: ReportType = ReportType {
    name: "scan_telnet",
    title: "Accessible-Telnet",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-telnet",
        evidence: "hostname,tag,banner",
        ..SCAN
    }],
    columns: concat!(block!(service), ",banner"),
};

pub(super) const SCAN_UBIQUITI: ReportType = ReportType {
    name: "scan_ubiquiti",
    title: "Accessible-Ubiquiti-Discovery-Service",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-ubiquiti-discovery",
        transport: Transport::Udp,
        evidence: "hostname,tag,modelfull,modelshort,firmware,radioname,essid,mac,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",mac,radioname,essid,modelshort,modelfull,firmware,response_size,amplification",
    ),
};

pub(super) const SCAN_VNC: ReportType = ReportType {
    name: "scan_vnc",
    title: "Accessible-VNC",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-vnc",
        evidence: "hostname,tag,product,banner",
        ..SCAN
    }],
    columns: concat!(block!(service), ",product,banner"),
};

pub(super) const SCAN_XDMCP: ReportType = ReportType {
    name: "scan_xdmcp",
    title: "Open-XDMCP",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-xdmcp",
        transport: Transport::Udp,
        evidence: "hostname,tag,reported_hostname,status,response_size,amplification",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",opcode,reported_hostname,status,response_size,amplification",
    ),
};
