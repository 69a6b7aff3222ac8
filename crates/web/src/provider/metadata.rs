//! What a provider says of itself (OpenID Connect Discovery 1.0): its addresses and its keys, remembered for a while.

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::key::{KEYS_MAX, Key};
use super::line::{Line, LineError};
use super::settings::Provider;

/// How long it is remembered. Keys that are taken away are believed for so long.
pub(super) const AGE_MAX: Duration = Duration::from_secs(3600);

/// How long a provider that did not answer is left alone, so that not everybody who comes waits for it.
pub(super) const REST: Duration = Duration::from_secs(10);

/// Where a provider is asked what, and how it signs.
#[derive(Clone, Debug)]
pub(crate) struct Metadata {
    pub(super) authorization: Url,
    pub(super) token: Url,
    pub(super) userinfo: Option<Url>,
    pub(crate) end_session: Option<Url>,
    /// Whether the secret goes in the form and not in a header.
    pub(super) takes_secret_in_form: bool,
    /// Whether each answer of its pages says from whom it is (RFC 9207).
    pub(super) names_itself: bool,
    pub(super) keys: Vec<Key>,
    /// When it was read.
    pub(super) read_at: Instant,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    end_session_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl Metadata {
    /// Asks the provider.
    pub(super) async fn read(provider: &Provider, line: &Line) -> Result<Self, LineError> {
        let base = provider.issuer.trim_end_matches('/');
        let place = line.checked(&format!("{base}/.well-known/openid-configuration"))?;
        let document: Document = line.get(&place, None).await?;
        if document.issuer != provider.issuer {
            return Err(LineError::Issuer(
                model::shown(&document.issuer).to_string(),
            ));
        }
        let keys: KeySet = line.get(&line.checked(&document.jwks_uri)?, None).await?;
        let optional = |address: Option<String>| address.map(|url| line.checked(&url)).transpose();
        let takes = document.token_endpoint_auth_methods_supported;
        Ok(Self {
            authorization: line.checked(&document.authorization_endpoint)?,
            token: line.checked(&document.token_endpoint)?,
            userinfo: optional(document.userinfo_endpoint)?,
            end_session: optional(document.end_session_endpoint)?,
            // Without a list, the header is what every provider takes.
            takes_secret_in_form: takes
                .is_some_and(|takes| !takes.iter().any(|way| way == "client_secret_basic")),
            names_itself: document.authorization_response_iss_parameter_supported,
            keys: keys
                .keys
                .iter()
                .take(KEYS_MAX)
                .filter_map(Key::read)
                .collect(),
            read_at: Instant::now(),
        })
    }
}
