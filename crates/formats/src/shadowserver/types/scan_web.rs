//! Scans: websites, TLS and proxies.

use model::{Role, RsitType, Severity, Transport};

use super::{IdentifierRule, ReportType, SCAN, SERVICE, SideRule, Variant};
use crate::shadowserver::types::columns::block;

pub(super) const POPULATION_HTTP_PROXY: ReportType = ReportType {
    name: "population_http_proxy",
    title: "Accessible-HTTP-Proxy",
    severity: Severity::Low,
    is_credential: false,
    sides: &[SideRule {
        threat: "exposed-http-proxy",
        rsit: RsitType::PotentiallyUnwantedAccessible,
        evidence: "hostname,tag,http_code,http_reason,proxy_authenticate,via,server",
        ..SCAN
    }],
    columns: concat!(block!(service), ",", block!(proxy)),
};

pub(super) const SCAN_BADSECRETS: ReportType = ReportType {
    name: "scan_badsecrets",
    title: "Badsecrets",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "vulnerable-badsecrets",
        rsit: RsitType::WeakCrypto,
        evidence: "hostname,tag,badsecret_product,badsecret_type,badsecret_module,badsecret_location,\
            request_path,http_code,server,subject_common_name,sha256_fingerprint",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",badsecret_location,badsecret_module,badsecret_type,badsecret_product,http,http_code,server,\
            request_path,cert_serial_number,subject_common_name,issuer_common_name,\
            subject_organization_name,issuer_organization_name,sha1_fingerprint,sha256_fingerprint,\
            badsecret_secret",
    ),
};

pub(super) const SCAN_EXCHANGE: ReportType = ReportType {
    name: "scan_exchange",
    title: "Vulnerable-Exchange-Server",
    severity: Severity::Critical,
    is_credential: false,
    sides: &[SideRule {
        threat: "vulnerable-exchange",
        variants: &[Variant {
            column: "tag",
            word: "webshell",
            threat: "compromised-exchange",
            role: Role::Victim,
            rsit: RsitType::SystemCompromise,
        }],
        evidence: "hostname,tag,version,servername,url",
        ..SCAN
    }],
    columns: concat!(block!(service), ",version,servername,url"),
};

pub(super) const SCAN_HTTP: ReportType = ReportType {
    name: "scan_http",
    title: "Accessible-HTTP",
    severity: Severity::Info,
    is_credential: false,
    sides: &[SideRule {
        threat: "exposed-http",
        rsit: RsitType::PotentiallyUnwantedAccessible,
        evidence: "hostname,tag,server,version,http_code,http_reason,content_type,www_authenticate",
        ..SCAN
    }],
    columns: concat!(block!(service), ",", block!(web), ",version"),
};

pub(super) const SCAN_HTTP_PROXY: ReportType = ReportType {
    name: "scan_http_proxy",
    title: "Open-HTTP-Proxy",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-http-proxy",
        evidence: "hostname,tag,http_code,http_reason,proxy_authenticate,via,server",
        ..SCAN
    }],
    columns: concat!(block!(service), ",", block!(proxy)),
};

pub(super) const SCAN_HTTP_VULNERABLE: ReportType = ReportType {
    name: "scan_http_vulnerable",
    title: "Vulnerable-HTTP",
    severity: Severity::Critical,
    is_credential: false,
    sides: &[SideRule {
        threat: "vulnerable-http",
        identifier: IdentifierRule::Cves(&["tag", "detail"]),
        evidence: "hostname,tag,detail,server,version,build_date,build_branch,http_code,http_reason,\
            content_type,www_authenticate",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",",
        block!(web),
        ",version,build_date,detail,build_branch",
    ),
};

/// What answers there gives orders to infected machines.
pub(super) const SCAN_POST_EXPLOITATION_FRAMEWORK: ReportType = ReportType {
    name: "scan_post_exploitation_framework",
    title: "Post-Exploitation-Framework",
    severity: Severity::High,
    is_credential: false,
    sides: &[SideRule {
        threat: "malware-control-server",
        role: Role::Victim,
        rsit: RsitType::C2Server,
        evidence: "hostname,tag,http_url,http_code,architecture,beacon_type,beacon_host,beacon_port,\
            beacon_http_get,beacon_http_post,license_id,config_sha256,binary_sha256",
        ..SERVICE
    }],
    columns: concat!(
        block!(service),
        ",http,http_url,http_code,content_type,content_length,architecture,beacon_type,beacon_host,\
            beacon_port,beacon_http_get,beacon_http_post,license_id,config_md5,config_sha1,\
            config_sha256,config_sha512,binary_md5,binary_sha1,binary_sha256,binary_sha512,\
            encoded_length,encoded_data",
    ),
};

pub(super) const SCAN_QUIC: ReportType = ReportType {
    name: "scan_quic",
    title: "Accessible-QUIC",
    severity: Severity::Info,
    is_credential: false,
    sides: &[SideRule {
        threat: "exposed-quic",
        rsit: RsitType::PotentiallyUnwantedAccessible,
        transport: Transport::Udp,
        evidence: "hostname,tag,version_field_1,version_field_2,version_field_3,version_field_4",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",version_field_1,version_field_2,version_field_3,version_field_4",
    ),
};

pub(super) const SCAN_SOCKS: ReportType = ReportType {
    name: "scan_socks",
    title: "Accessible-SOCKS4/5-Proxy",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "open-socks-proxy",
        evidence: "hostname,tag",
        ..SCAN
    }],
    columns: block!(service),
};

pub(super) const SCAN_SSL: ReportType = ReportType {
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
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",handshake,cipher_suite,ssl_poodle,",
        block!(certificate),
        ",cert_serial_number,ssl_version,signature_algorithm,key_algorithm,",
        block!(certificate_names),
        ",freak_vulnerable,freak_cipher_suite,sha256_fingerprint,sha512_fingerprint,md5_fingerprint,",
        block!(web_answer),
        ",cert_valid,self_signed,cert_expired,browser_trusted,validation_level,browser_error,\
            tlsv13_support,tlsv13_cipher,jarm",
    ),
};

pub(super) const SCAN_SSL_FREAK: ReportType = ReportType {
    name: "scan_ssl_freak",
    title: "SSL-FREAK-Vulnerable-Servers",
    severity: Severity::Low,
    is_credential: false,
    sides: &[SideRule {
        threat: "vulnerable-tls-freak",
        rsit: RsitType::WeakCrypto,
        evidence: "hostname,tag,handshake,cipher_suite,freak_vulnerable,freak_cipher_suite,subject_common_name,\
            issuer_common_name,cert_expiration_date,sha256_fingerprint,server_type,device_vendor,\
            device_type,device_model,device_version,jarm",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",",
        block!(device),
        ",handshake,cipher_suite,",
        block!(certificate),
        ",cert_serial_number,signature_algorithm,key_algorithm,",
        block!(certificate_names),
        ",freak_vulnerable,freak_cipher_suite,sha256_fingerprint,sha512_fingerprint,md5_fingerprint,",
        block!(web_answer),
        ",cert_valid,self_signed,cert_expired,browser_trusted,validation_level,browser_error,\
            tlsv13_support,tlsv13_cipher,raw_cert,raw_cert_chain,jarm,page_sha256fp",
    ),
};

pub(super) const SCAN_SSL_POODLE: ReportType = ReportType {
    name: "scan_ssl_poodle",
    title: "SSL-POODLE-Vulnerable-Servers IPv4",
    severity: Severity::Low,
    is_credential: false,
    sides: &[SideRule {
        threat: "vulnerable-tls-poodle",
        rsit: RsitType::WeakCrypto,
        evidence: "hostname,tag,handshake,cipher_suite,ssl_poodle,subject_common_name,issuer_common_name,\
            cert_expiration_date,sha256_fingerprint,server_type,device_vendor,device_type,device_model,\
            device_version,jarm",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",",
        block!(device),
        ",handshake,cipher_suite,ssl_poodle,",
        block!(certificate),
        ",cert_serial_number,ssl_version,signature_algorithm,key_algorithm,",
        block!(certificate_names),
        ",sha256_fingerprint,sha512_fingerprint,md5_fingerprint,",
        block!(web_answer),
        ",cert_valid,self_signed,cert_expired,browser_trusted,validation_level,browser_error,\
            tlsv13_support,tlsv13_cipher,raw_cert,raw_cert_chain,jarm,page_sha256fp",
    ),
};
