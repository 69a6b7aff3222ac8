//! Asking a provider: encrypted, small answers, soon, and nothing but the address that was meant.

use std::time::Duration;

use serde::de::DeserializeOwned;
use ureq::Agent;
use ureq::http::header::{ACCEPT, AUTHORIZATION};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use url::{Host, Url};

/// Bytes of an answer at most. Descriptions and sets of keys have a few thousand.
const ANSWER_BYTES_MAX: u64 = 256 * 1024;

/// Longest wait for a whole answer: a person waits for it.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(10);

/// Why a provider gave no answer that can be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LineError {
    #[error("`{url}` does not answer")]
    Silent {
        url: String,
        source: Box<ureq::Error>,
    },
    #[error("`{url}` answers with status {status}")]
    Status { url: String, status: u16 },
    #[error("`{url}` answers with something else than expected")]
    Form {
        url: String,
        source: serde_json::Error,
    },
    #[error("`{0}` is not an encrypted address")]
    Open(String),
    #[error("the provider calls itself `{0}`, the settings say otherwise")]
    Issuer(String),
    #[error("it did not answer a moment ago")]
    Resting,
    #[error("a thread panicked")]
    Panicked,
}

/// The line to one provider. Cheap to clone; each request has a connection of its own.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    agent: Agent,
    allows_loopback: bool,
}

impl Line {
    /// A line that trusts these authorities (PEM), or the common ones; `None` where there is no certificate in it.
    /// `allows_loopback` lets addresses of this machine be open, for tests.
    pub(super) fn new(ca: Option<&[u8]>, allows_loopback: bool) -> Option<Self> {
        let roots = match ca {
            None => RootCerts::WebPki,
            Some(pem) => authorities(pem)?,
        };
        // A redirect would send the secret elsewhere; a proxy of the environment was not meant for this.
        let config = Agent::config_builder()
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .user_agent("seinpost")
            // People take minutes at a provider, which closes a line before that; a form is not sent twice.
            .max_idle_connections(0)
            .timeout_global(Some(ANSWER_TIME_MAX))
            .build();
        Some(Self {
            agent: config.new_agent(),
            allows_loopback,
        })
    }

    /// The address, if it may be asked.
    pub(super) fn checked(&self, address: &str) -> Result<Url, LineError> {
        let url = Url::parse(address).ok();
        let allowed = url.filter(|url| {
            url.scheme() == "https"
                || self.allows_loopback && url.scheme() == "http" && is_here(url)
        });
        allowed.ok_or_else(|| LineError::Open(model::shown(address).to_string()))
    }

    /// Reads a document; `bearer` is a token to show.
    pub(super) async fn get<T: DeserializeOwned + Send + 'static>(
        &self,
        url: &Url,
        bearer: Option<&str>,
    ) -> Result<T, LineError> {
        let mut request = self.agent.get(url.as_str());
        if let Some(token) = bearer {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.header(ACCEPT, "application/json");
        answer(url, move || request.call()).await
    }

    /// Sends a form; `authorization` is that header.
    pub(super) async fn post<T: DeserializeOwned + Send + 'static>(
        &self,
        url: &Url,
        form: Vec<(&'static str, String)>,
        authorization: Option<String>,
    ) -> Result<T, LineError> {
        let mut request = self.agent.post(url.as_str());
        if let Some(value) = authorization {
            request = request.header(AUTHORIZATION, value);
        }
        let request = request.header(ACCEPT, "application/json");
        answer(url, move || request.send_form(form)).await
    }
}

async fn answer<T: DeserializeOwned + Send + 'static>(
    url: &Url,
    ask: impl FnOnce() -> Result<ureq::http::Response<ureq::Body>, ureq::Error> + Send + 'static,
) -> Result<T, LineError> {
    // No query: one of ours never has a secret, but those of others might.
    let url = shown(url);
    let read = move || {
        let silent = |source| LineError::Silent {
            url: url.clone(),
            source: Box::new(source),
        };
        let mut response = ask().map_err(silent)?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(LineError::Status { url, status });
        }
        let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX);
        let bytes = body.read_to_vec().map_err(silent)?;
        serde_json::from_slice(&bytes).map_err(|source| LineError::Form { url, source })
    };
    tokio::task::spawn_blocking(read)
        .await
        .unwrap_or(Err(LineError::Panicked))
}

fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.to_string()
}

/// Whether an address is of this machine, written so that no resolver decides about it.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn authorities(pem: &[u8]) -> Option<RootCerts> {
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item.ok()? {
            found.push(certificate);
        }
    }
    (!found.is_empty()).then(|| RootCerts::from(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_encrypted_addresses_are_asked_and_this_machine_where_it_is_allowed() {
        for (address, always, in_tests) in [
            ("https://provider.example/keys", true, true),
            ("http://provider.example/keys", false, false),
            ("http://127.0.0.1:9000/keys", false, true),
            ("http://localhost:9000/keys", false, true),
            ("http://[::1]:9000/keys", false, true),
            ("http://127.0.0.1.provider.example/", false, false),
            ("file:///etc/hostname", false, false),
            ("provider.example", false, false),
        ] {
            let may = |allows_loopback| {
                let line = Line::new(None, allows_loopback).unwrap();
                line.checked(address).is_ok()
            };
            assert_eq!([may(false), may(true)], [always, in_tests], "{address}");
        }
    }
}
