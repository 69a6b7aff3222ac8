//! TLS to a PostgreSQL server, as far as `sslmode` asks for it.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::{Result, StoreError};

/// Whose certificate is good enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust<'f> {
    /// Anybody's: nobody can listen in, and somebody may stand in between.
    Anyone,
    /// One that comes from the certificates of this file, for whatever name.
    Issuer(&'f Path),
    /// One for the host of the URL, from the certificates of this file, or without a file from a public authority.
    IssuerAndName(Option<&'f Path>),
}

/// Makes TLS connections.
#[derive(Clone)]
pub(crate) struct Tls(pub(crate) MakeRustlsConnect);

impl Tls {
    pub(crate) fn new(trust: Trust<'_>) -> Result<Self> {
        let provider = Arc::new(ring::default_provider());
        let verifier = Verifier {
            roots: roots(trust)?,
            checks_issuer: trust != Trust::Anyone,
            checks_name: matches!(trust, Trust::IssuerAndName(_)),
            provider: Arc::clone(&provider),
        };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| StoreError::Access(error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Ok(Self(MakeRustlsConnect::new(config)))
    }
}

/// What a server's certificate must come from.
#[derive(Debug)]
struct Roots {
    store: RootCertStore,
    /// The certificates themselves: many servers have one that signed itself, and it is in the file as it is.
    listed: Vec<CertificateDer<'static>>,
}

fn roots(trust: Trust<'_>) -> Result<Roots> {
    let mut roots = Roots {
        store: RootCertStore::empty(),
        listed: Vec::new(),
    };
    let file = match trust {
        Trust::Anyone => return Ok(roots),
        Trust::Issuer(file) | Trust::IssuerAndName(Some(file)) => file,
        Trust::IssuerAndName(None) => {
            roots
                .store
                .extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            return Ok(roots);
        }
    };
    let unusable = |why: &dyn std::fmt::Display| {
        StoreError::Access(format!(
            "cannot use the certificates in `{}`: {why}",
            file.display()
        ))
    };
    let certificates = CertificateDer::pem_file_iter(file).map_err(|error| unusable(&error))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| unusable(&error))?;
        roots
            .store
            .add(certificate.clone())
            .map_err(|error| unusable(&error))?;
        roots.listed.push(certificate);
    }
    match roots.listed.is_empty() {
        true => Err(unusable(&"there is none")),
        false => Ok(roots),
    }
}

#[derive(Debug)]
struct Verifier {
    roots: Roots,
    checks_issuer: bool,
    checks_name: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        if !self.checks_issuer {
            return Ok(ServerCertVerified::assertion());
        }
        let certificate = ParsedCertificate::try_from(end_entity)?;
        if !self.roots.listed.contains(end_entity) {
            verify_server_cert_signed_by_trust_anchor(
                &certificate,
                &self.roots.store,
                intermediates,
                now,
                self.provider.signature_verification_algorithms.all,
            )?;
        }
        if self.checks_name {
            verify_server_name(&certificate, server_name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
