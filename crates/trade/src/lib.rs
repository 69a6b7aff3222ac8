//! What the trade register says of a number: one small question, encrypted, answered soon or not at all.
//!
//! The shape is that of the API *Basisprofiel*, version 1, of the Dutch Chamber of Commerce (developers.kvk.nl). Of an answer
//! only name, legal form, end and the wish for no advertising are read. Nothing is decided here, and numbers are in no log: that
//! of a sole trader is personal data.

mod answer;

use std::time::Duration;

use model::{KvkNumber, TradeEntry};
use ureq::Agent;
use ureq::http::header::ACCEPT;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use url::{Host, Url};

/// Longest wait for a whole answer: a person waits for it.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(5);

/// Bytes of an answer at most. A profile with all its activities has a few thousand.
const ANSWER_BYTES_MAX: u64 = 256 << 10;

/// Why there is no answer. No text of it has the number or the key.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// No connection, or no whole answer in time.
    #[error("the trade register does not answer")]
    Silent(#[source] Box<ureq::Error>),
    /// It answers with neither an entry nor "no such number".
    #[error("the trade register answers with status {0}")]
    Status(u16),
    /// It answers something else than it was asked.
    #[error("the trade register answers with something else than expected")]
    Form,
}

/// Why a register cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The key would be seen on its way.
    #[error("the address of the trade register must begin with `https://`")]
    Open,
    /// The key is empty or more than one line.
    #[error("the key of the trade register is not one line of text")]
    Key,
    /// The file of authorities has no certificate.
    #[error("the authority of the trade register is no certificate (PEM)")]
    Authority,
}

/// A register that can be asked. Cheap to clone.
#[derive(Clone)]
pub struct TradeRegister {
    agent: Agent,
    address: String,
    key: String,
}

impl TradeRegister {
    /// A register at this address, before `/v1/basisprofielen/`, with this key. `ca` is the authority (PEM) of its certificate; `None`:
    /// the common ones. `allows_loopback` lets an address of this machine be open, for tests.
    ///
    /// # Errors
    /// When it cannot be asked safely.
    pub fn new(
        url: &Url,
        key: &str,
        ca: Option<&[u8]>,
        allows_loopback: bool,
    ) -> Result<Self, RegisterError> {
        let is_open = url.scheme() != "https";
        if is_open && !(allows_loopback && url.scheme() == "http" && is_here(url)) {
            return Err(RegisterError::Open);
        }
        let key = key.trim();
        if key.is_empty() || !key.chars().all(|character| character.is_ascii_graphic()) {
            return Err(RegisterError::Key);
        }
        let roots = match ca {
            None => RootCerts::WebPki,
            Some(pem) => authorities(pem).ok_or(RegisterError::Authority)?,
        };
        // A redirect would send the key elsewhere; a proxy of the environment was not meant for this.
        let config = Agent::config_builder()
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent("seinpost")
            .timeout_global(Some(ANSWER_TIME_MAX))
            .build();
        Ok(Self {
            agent: config.new_agent(),
            address: url.as_str().trim_end_matches('/').to_owned(),
            key: key.to_owned(),
        })
    }

    /// Asks whose number this is; `None`: nobody's. Blocks for at most five seconds.
    ///
    /// # Errors
    /// When there is no answer that can be used.
    pub fn ask(&self, number: KvkNumber) -> Result<Option<TradeEntry>, AskError> {
        let silent = |error| AskError::Silent(Box::new(error));
        let url = format!("{}/v1/basisprofielen/{number}", self.address);
        let request = self.agent.get(url).header("apikey", &self.key);
        let mut response = request
            .header(ACCEPT, "application/json")
            .call()
            .map_err(silent)?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX);
        let bytes = body.read_to_vec().map_err(silent)?;
        match status {
            200 => answer::read_profile(&bytes, number)
                .map(Some)
                .ok_or(AskError::Form),
            // An address that is wrong answers so too, but not in the words of the register.
            404 if answer::is_refusal(&bytes) => Ok(None),
            status => Err(AskError::Status(status)),
        }
    }
}

/// Whether an address is of this machine, written so that no resolver decides about it.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(_)) | None => false,
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
mod tests;
