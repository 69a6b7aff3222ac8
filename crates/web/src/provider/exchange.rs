//! What goes to a provider by the browser, what is fetched for the code that comes back, and what is believed of it.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use model::{Language, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::line::LineError;
use super::metadata::Metadata;
use super::token::{self, Expected, IdToken, TokenError};
use super::{Known, Serves};
use crate::visitor::fresh_token;

/// Why somebody is not recognised by what a provider answered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExchangeError {
    #[error("the provider gives no answer that can be used")]
    Line(#[from] LineError),
    #[error("the provider does not take the code")]
    Code,
    #[error("the answer is not believed")]
    Token(#[from] TokenError),
}

/// What is asked of a provider, kept until the browser comes back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Asking {
    /// Comes back with the browser: shows that it is an answer to this.
    pub(crate) state: String,
    /// Comes back in the token: shows that it was made for this.
    nonce: String,
    /// What only we know of the code challenge (RFC 7636): a code that somebody stole is worth nothing without it.
    verifier: String,
    /// Where the browser comes back to.
    return_to: String,
    /// The person must show again who it is.
    is_anew: bool,
}

impl Asking {
    pub(crate) fn new(return_to: String, is_anew: bool) -> Self {
        Self {
            state: fresh_token(),
            nonce: fresh_token(),
            verifier: fresh_token(),
            return_to,
            is_anew,
        }
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    id_token: String,
    access_token: Option<String>,
}

impl Known {
    /// Where the browser goes to sign in at the provider.
    pub(crate) fn address(&self, metadata: &Metadata, asking: &Asking, language: Language) -> Url {
        let digest = ring::digest::digest(&ring::digest::SHA256, asking.verifier.as_bytes());
        let mut scopes = vec!["openid"];
        scopes.extend(self.provider.scopes.iter().map(String::as_str));
        let mut url = metadata.authorization.clone();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("response_mode", "query")
            .append_pair("client_id", &self.provider.client_id)
            .append_pair("redirect_uri", &asking.return_to)
            .append_pair("scope", &scopes.join(" "))
            .append_pair("state", &asking.state)
            .append_pair("nonce", &asking.nonce)
            .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(digest))
            .append_pair("code_challenge_method", "S256")
            .append_pair("ui_locales", language.as_str());
        if !self.provider.levels.is_empty() {
            query.append_pair("acr_values", &self.provider.levels.join(" "));
        }
        if asking.is_anew {
            query
                .append_pair("prompt", "login")
                .append_pair("max_age", "0");
        }
        drop(query);
        url
    }

    /// Whether an answer by the browser is from this provider (RFC 9207), so that none can pass for another.
    pub(crate) fn is_from(&self, metadata: &Metadata, issuer: Option<&str>) -> bool {
        match issuer {
            Some(issuer) => issuer == self.provider.issuer,
            None => !metadata.names_itself,
        }
    }

    /// Fetches what the code stands for, and says who signed in.
    pub(crate) async fn exchange(
        &self,
        metadata: Arc<Metadata>,
        asking: &Asking,
        code: String,
        now: Timestamp,
    ) -> Result<IdToken, ExchangeError> {
        let answer = self.fetch(&metadata, asking, code).await?;
        let expected = self.expected(now);
        let read = |metadata: &Metadata| {
            token::id_token(&answer.id_token, &metadata.keys, &asking.nonce, &expected)
        };
        let mut token = match read(&metadata) {
            // The provider may have new keys since it was asked.
            Err(TokenError::UnknownKey) => {
                read(&*self.metadata_after(Arc::clone(&metadata)).await?)?
            }
            other => other?,
        };
        if let (Some(url), Some(access_token), true) = (
            &metadata.userinfo,
            &answer.access_token,
            self.misses(&token),
        ) {
            let more: Map<String, Value> = self.line.get(url, Some(access_token)).await?;
            add(&mut token, more)?;
        }
        Ok(token)
    }

    pub(super) fn expected(&self, now: Timestamp) -> Expected<'_> {
        Expected {
            issuer: &self.provider.issuer,
            client_id: &self.provider.client_id,
            now,
        }
    }

    async fn fetch(
        &self,
        metadata: &Metadata,
        asking: &Asking,
        code: String,
    ) -> Result<TokenAnswer, ExchangeError> {
        let (id, secret) = (
            &self.provider.client_id,
            self.provider.client_secret.reveal(),
        );
        let mut form = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code),
            ("redirect_uri", asking.return_to.clone()),
            ("code_verifier", asking.verifier.clone()),
        ];
        let mut authorization = None;
        if metadata.takes_secret_in_form {
            form.push(("client_id", id.clone()));
            form.push(("client_secret", secret.to_owned()));
        } else {
            // Both are encoded as in a form before they are joined (RFC 6749, section 2.3.1).
            let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
            let pair = format!("{}:{}", encoded(id), encoded(secret));
            authorization = Some(format!("Basic {}", STANDARD.encode(pair)));
        }
        let answer = self.line.post(&metadata.token, form, authorization).await;
        answer.map_err(|error| match error {
            LineError::Status { status: 400, .. } => ExchangeError::Code,
            other => other.into(),
        })
    }

    /// Whether anything that is needed is not in the token, so that it must be asked for.
    fn misses(&self, token: &IdToken) -> bool {
        let names = &self.provider.claims;
        let kvk = match &self.provider.serves {
            Serves::Organisation { kvk_claim, .. } => Some(kvk_claim),
            Serves::Staff { .. } => None,
        };
        let mut needed = [&names.name, &names.email, &names.roles]
            .into_iter()
            .chain(kvk);
        needed.any(|name| !token.has(name))
    }
}

/// Adds what the provider says beside the token, where it is of the same account. What is signed counts first.
fn add(token: &mut IdToken, more: Map<String, Value>) -> Result<(), TokenError> {
    // Another account's would be taken for this one's (OpenID Connect Core 1.0, section 5.3.2).
    if more.get("sub").and_then(Value::as_str) != Some(&token.subject) {
        return Err(TokenError::Claim("sub"));
    }
    if let Value::Object(claims) = &mut token.claims {
        for (name, value) in more {
            claims.entry(name).or_insert(value);
        }
    }
    Ok(())
}
