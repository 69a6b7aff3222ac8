//! Certificates of servers in tests.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Makes an authority of its own and a certificate by it for these names, `server.pem` with `server.key`; gives that of the
/// authority.
///
/// # Panics
/// When openssl is not there, or fails.
pub(crate) fn make(folder: &Path, names: &[&str]) -> Vec<u8> {
    let names: Vec<String> = names.iter().map(|name| format!("DNS:{name}")).collect();
    let names = format!("subjectAltName={}\n", names.join(","));
    std::fs::write(folder.join("names"), names).expect("a file is written");
    let new_key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc";
    for arguments in [
        format!("req -x509 {new_key} -keyout ca.key -out ca.pem -days 2 -subj /CN=authority"),
        format!("req {new_key} -keyout server.key -out server.csr -subj /CN=localhost"),
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 2 -extfile names"
            .into(),
    ] {
        let done = Command::new("openssl")
            .args(arguments.split(' '))
            .current_dir(folder)
            .output()
            .expect("openssl runs; its package has the same name");
        let why = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "openssl {arguments}: {why}");
    }
    std::fs::read(folder.join("ca.pem")).expect("the certificate is read")
}

/// What a server of these names needs to encrypt, and the certificate of its authority (PEM).
///
/// # Panics
/// When it cannot be made.
pub(crate) fn server(folder: &Path, names: &[&str]) -> (Arc<ServerConfig>, Vec<u8>) {
    let ca = make(folder, names);
    let chain = CertificateDer::from_pem_file(folder.join("server.pem"));
    let key = PrivateKeyDer::from_pem_file(folder.join("server.key"));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has the usual versions")
        .with_no_client_auth()
        .with_single_cert(vec![chain.expect("a certificate")], key.expect("its key"))
        .expect("they belong together");
    (Arc::new(config), ca)
}
