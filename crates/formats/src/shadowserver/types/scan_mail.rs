//! Scans: mail servers.

use model::{RsitType, Severity};

use super::{ReportType, SCAN, SideRule};
use crate::shadowserver::types::columns::block;

pub(super) const SCAN_IMAP: ReportType = ReportType {
    name: "scan_imap",
    title: "Accessible-IMAP",
    severity: Severity::Low,
    is_credential: false,
    sides: &[SideRule {
        threat: "exposed-imap",
        rsit: RsitType::PotentiallyUnwantedAccessible,
        evidence: "hostname,tag,banner,ssl_version,sslv3_supported,subject_common_name,issuer_common_name,\
            cert_expiration_date,cert_expired,self_signed,sha256_fingerprint",
        ..SCAN
    }],
    columns: concat!(block!(service), ",", block!(mail_certificate)),
};

pub(super) const SCAN_IMAP_VULNERABLE: ReportType = ReportType {
    name: "scan_imap_vulnerable",
    title: "Vulnerable-IMAP",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "vulnerable-imap",
        evidence: "hostname,tag,banner,ssl_version,sslv3_supported,subject_common_name,issuer_common_name,\
            cert_expiration_date",
        ..SCAN
    }],
    columns: concat!(block!(service), ",", block!(mail_certificate)),
};

pub(super) const SCAN_POP3: ReportType = ReportType {
    name: "scan_pop3",
    title: "Accessible-POP3",
    severity: Severity::Low,
    is_credential: false,
    sides: &[SideRule {
        threat: "exposed-pop3",
        rsit: RsitType::PotentiallyUnwantedAccessible,
        evidence: "hostname,tag,banner,ssl_version,sslv3_supported,subject_common_name,issuer_common_name,\
            cert_expiration_date,cert_expired,self_signed,sha256_fingerprint",
        ..SCAN
    }],
    columns: concat!(block!(service), ",", block!(mail_certificate)),
};

pub(super) const SCAN_POP3_VULNERABLE: ReportType = ReportType {
    name: "scan_pop3_vulnerable",
    title: "Vulnerable-POP3",
    severity: Severity::Medium,
    is_credential: false,
    sides: &[SideRule {
        threat: "vulnerable-pop3",
        evidence: "hostname,tag,banner,ssl_version,sslv3_supported,subject_common_name,issuer_common_name,\
            cert_expiration_date",
        ..SCAN
    }],
    columns: concat!(block!(service), ",", block!(mail_certificate)),
};

pub(super) const SCAN_SMTP: ReportType = ReportType {
    name: "scan_smtp",
    title: "Accessible-SMTP",
    severity: Severity::Info,
    is_credential: false,
    sides: &[SideRule {
        threat: "exposed-smtp",
        rsit: RsitType::PotentiallyUnwantedAccessible,
        evidence: "hostname,tag,banner,auth_tls_response,auth_ssl_response,ssl_version,sslv3_supported,\
            subject_common_name,issuer_common_name,cert_expiration_date,cert_expired,self_signed,\
            sha256_fingerprint,jarm",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",banner,auth_ssl_response,auth_tls_response,cert_expiration_date,cert_expired,\
            cert_issue_date,cert_length,cert_serial_number,cert_valid,cipher_suite,freak_cipher_suite,\
            freak_vulnerable,handshake,issuer_business_category,issuer_common_name,issuer_country,\
            issuer_email_address,issuer_given_name,issuer_locality_name,issuer_organization_name,\
            issuer_organization_unit_name,issuer_postal_code,issuer_serial_number,\
            issuer_state_or_province_name,issuer_street_address,issuer_surname,jarm,key_algorithm,\
            md5_fingerprint,raw_cert,raw_cert_chain,self_signed,sha1_fingerprint,sha256_fingerprint,\
            sha512_fingerprint,signature_algorithm,ssl_version,sslv3_supported,\
            subject_business_category,subject_common_name,subject_country,subject_email_address,\
            subject_given_name,subject_locality_name,subject_organization_name,\
            subject_organization_unit_name,subject_postal_code,subject_serial_number,\
            subject_state_or_province_name,subject_street_address,subject_surname,tlsv13_cipher,\
            tlsv13_support,validation_level",
    ),
};

pub(super) const SCAN_SMTP_VULNERABLE: ReportType = ReportType {
    name: "scan_smtp_vulnerable",
    title: "Vulnerable-SMTP",
    severity: Severity::Critical,
    is_credential: false,
    sides: &[SideRule {
        threat: "vulnerable-smtp",
        evidence: "hostname,tag,banner,ssl_version,subject_common_name,issuer_common_name,cert_expiration_date",
        ..SCAN
    }],
    columns: concat!(
        block!(service),
        ",banner,auth_ssl_response,auth_tls_response,cert_expiration_date,cert_expired,\
            cert_issue_date,cert_length,cert_serial_number,cert_valid,cipher_suite,freak_cipher_suite,\
            freak_vulnerable,handshake,issuer_business_category,issuer_common_name,issuer_country,\
            issuer_email_address,issuer_given_name,issuer_locality_name,issuer_organization_name,\
            issuer_organization_unit_name,issuer_postal_code,issuer_serial_number,\
            issuer_state_or_province_name,issuer_street_address,issuer_surname,jarm,key_algorithm,\
            md5_fingerprint,raw_cert,raw_cert_chain,self_signed,sha1_fingerprint,sha256_fingerprint,\
            sha512_fingerprint,signature_algorithm,ssl_version,sslv3_supported,\
            subject_business_category,subject_common_name,subject_country,subject_email_address,\
            subject_given_name,subject_locality_name,subject_organization_name,\
            subject_organization_unit_name,subject_postal_code,subject_serial_number,\
            subject_state_or_province_name,subject_street_address,subject_surname,tlsv13_cipher,\
            tlsv13_support,validation_level",
    ),
};
