//! The end of a session at a provider: where the person ends it, and what the provider says of it.

use std::sync::Arc;

use model::Timestamp;
use url::Url;

use super::Known;
use super::exchange::ExchangeError;
use super::metadata::Metadata;
use super::token::{self, SignedOut, TokenError};

impl Known {
    /// Where somebody signs out at the provider, to come back to `afterwards`; `None`: nowhere.
    pub(crate) fn address_to_sign_out(&self, metadata: &Metadata, afterwards: &str) -> Option<Url> {
        let mut url = metadata.end_session.clone()?;
        url.query_pairs_mut()
            .append_pair("client_id", &self.provider.client_id)
            .append_pair("post_logout_redirect_uri", afterwards);
        Some(url)
    }

    /// Whose sessions the provider says it ended.
    pub(crate) async fn signed_out(
        &self,
        logout_token: &str,
        now: Timestamp,
    ) -> Result<SignedOut, ExchangeError> {
        let metadata = self.metadata().await?;
        let expected = self.expected(now);
        match token::logout_token(logout_token, &metadata.keys, &expected) {
            Err(TokenError::UnknownKey) => {
                let metadata = self.metadata_after(Arc::clone(&metadata)).await?;
                Ok(token::logout_token(
                    logout_token,
                    &metadata.keys,
                    &expected,
                )?)
            }
            other => Ok(other?),
        }
    }
}
