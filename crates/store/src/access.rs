//! How a PostgreSQL server is reached: its URL, with what the driver does not know of it taken out.

use std::path::{Path, PathBuf};
use std::time::Duration;

use postgres::Config;
use postgres::config::SslMode;

use crate::error::{Result, StoreError};
use crate::tls::{Tls, Trust};

/// Longest wait for a server to answer the first time.
const CONNECT_WAIT: Duration = Duration::from_secs(10);

/// Silence after which the other side is asked for a sign of life, and how long and how often: a server whose machine
/// is gone is noticed within a minute.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(30), Duration::from_secs(10), 3);

/// How a server is reached. Not printable, since the URL may hold a password.
#[derive(Clone, Default)]
pub struct ServerAccess {
    /// `postgres://user@host/database`, with the options that libpq knows: `sslmode`, `sslrootcert`, `options`, ...
    pub url: String,
    /// File that holds the password and nothing else; for a URL without one.
    pub password_file: Option<PathBuf>,
    /// Certificates (PEM) that the server's must come from; for a URL without `sslrootcert`.
    pub ca_file: Option<PathBuf>,
}

impl ServerAccess {
    /// Settings of the driver, and how it encrypts.
    pub(crate) fn resolve(&self) -> Result<(Config, Tls)> {
        let (url, own) = without_own_options(&self.url);
        let mut config: Config = url.parse()?;
        config.application_name("seinpost");
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_WAIT);
        }
        let (idle, interval, retries) = KEEPALIVE;
        config
            .keepalives_idle(idle)
            .keepalives_interval(interval)
            .keepalives_retries(retries)
            .tcp_user_timeout(idle + interval * retries);
        if let (None, Some(path)) = (config.get_password(), &self.password_file) {
            config.password(password_in(path)?);
        }
        let ca_file = own.root_cert.as_ref().map(PathBuf::from);
        let ca_file = ca_file.or_else(|| self.ca_file.clone());
        let trust = own.trust(ca_file.as_deref(), &mut config)?;
        Ok((config, Tls::new(trust)?))
    }
}

/// Options of the URL that libpq knows and the driver does not.
#[derive(Default)]
struct OwnOptions {
    mode: Option<String>,
    root_cert: Option<String>,
}

impl OwnOptions {
    /// What the server's certificate must be, by the rules of libpq: `require` alone encrypts and asks no more, but with a
    /// file of certificates it checks that the server's comes from them.
    fn trust<'f>(&self, ca_file: Option<&'f Path>, config: &mut Config) -> Result<Trust<'f>> {
        let ca_file = ca_file.filter(|path| *path != Path::new("system"));
        let mode = self.mode.as_deref().unwrap_or("prefer");
        config.ssl_mode(match mode {
            "disable" => SslMode::Disable,
            "prefer" => SslMode::Prefer,
            _ => SslMode::Require,
        });
        match (mode, ca_file) {
            ("disable" | "prefer" | "require", None) | ("disable" | "prefer", Some(_)) => {
                Ok(Trust::Anyone)
            }
            ("require" | "verify-ca", Some(file)) => Ok(Trust::Issuer(file)),
            ("verify-full", file) => Ok(Trust::IssuerAndName(file)),
            // Without the name, a certificate of anybody from a public authority would do.
            ("verify-ca", None) => Err(access(
                "`sslmode=verify-ca` needs the file of the authority, `sslrootcert` or `store-ca-file`",
            )),
            (other, _) => Err(access(&format!(
                "`sslmode={other}` is not known; it is disable, prefer, require, verify-ca or verify-full"
            ))),
        }
    }
}

fn access(why: &str) -> StoreError {
    StoreError::Access(why.to_owned())
}

/// Takes `sslmode` and `sslrootcert` out of a URL; the driver refuses what it does not know.
fn without_own_options(url: &str) -> (String, OwnOptions) {
    let mut own = OwnOptions::default();
    let Some((place, query)) = url.split_once('?') else {
        return (url.to_owned(), own);
    };
    let mut rest = Vec::new();
    for option in query.split('&') {
        let decoded = url::form_urlencoded::parse(option.as_bytes()).next();
        match decoded.as_ref().map(|(name, value)| (&name[..], value)) {
            Some(("sslmode", value)) => own.mode = Some(value.to_string()),
            Some(("sslrootcert", value)) => own.root_cert = Some(value.to_string()),
            _ => rest.push(option),
        }
    }
    match rest.is_empty() {
        true => (place.to_owned(), own),
        false => (format!("{place}?{}", rest.join("&")), own),
    }
}

/// The first line of the file: an editor ends it, the password does not.
fn password_in(path: &Path) -> Result<String> {
    let text = std::fs::read_to_string(path).map_err(|source| StoreError::File {
        what: "read",
        path: path.to_owned(),
        source,
    })?;
    let password = text.lines().next().unwrap_or_default();
    match password.is_empty() {
        true => Err(access(&format!("`{}` holds no password", path.display()))),
        false => Ok(password.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_options_leave_the_url_and_others_stay() {
        for (url, rest, mode, root_cert) in [
            ("postgres://h/d", "postgres://h/d", None, None),
            (
                "postgres://h/d?sslmode=require",
                "postgres://h/d",
                Some("require"),
                None,
            ),
            (
                "postgres://h/d?options=-csearch_path%3Da&sslmode=verify-full&sslrootcert=%2Fca%20x.pem&keepalives=0",
                "postgres://h/d?options=-csearch_path%3Da&keepalives=0",
                Some("verify-full"),
                Some("/ca x.pem"),
            ),
        ] {
            let (left, own) = without_own_options(url);
            assert_eq!(
                (&left[..], own.mode.as_deref(), own.root_cert.as_deref()),
                (rest, mode, root_cert)
            );
        }
    }

    #[test]
    fn a_mode_means_what_it_means_to_libpq() {
        let file = Path::new("ca.pem");
        for (mode, ca_file, ssl_mode, trust) in [
            (None, None, SslMode::Prefer, Some(Trust::Anyone)),
            (
                Some("disable"),
                Some(file),
                SslMode::Disable,
                Some(Trust::Anyone),
            ),
            (
                Some("prefer"),
                Some(file),
                SslMode::Prefer,
                Some(Trust::Anyone),
            ),
            (Some("require"), None, SslMode::Require, Some(Trust::Anyone)),
            (
                Some("require"),
                Some(file),
                SslMode::Require,
                Some(Trust::Issuer(file)),
            ),
            (
                Some("verify-ca"),
                Some(file),
                SslMode::Require,
                Some(Trust::Issuer(file)),
            ),
            (Some("verify-ca"), None, SslMode::Require, None),
            (
                Some("verify-full"),
                None,
                SslMode::Require,
                Some(Trust::IssuerAndName(None)),
            ),
            (
                Some("verify-full"),
                Some(file),
                SslMode::Require,
                Some(Trust::IssuerAndName(Some(file))),
            ),
            (
                Some("verify-full"),
                Some(Path::new("system")),
                SslMode::Require,
                Some(Trust::IssuerAndName(None)),
            ),
            (Some("allow"), None, SslMode::Require, None),
        ] {
            let mut config = Config::new();
            let own = OwnOptions {
                mode: mode.map(str::to_owned),
                root_cert: None,
            };
            assert_eq!(own.trust(ca_file, &mut config).ok(), trust, "{mode:?}");
            assert_eq!(config.get_ssl_mode(), ssl_mode, "{mode:?}");
        }
    }
}
