//! What an invitation says.

use model::Timestamp;
use url::Url;

use crate::site::Site;
use crate::visitor::{fresh_token, token_digest};

/// How long an invitation can be used.
const INVITATION_DAYS: i64 = 7;

/// The link of an invitation, for a command that shows it. Whoever has it can make the account.
#[derive(Clone, Debug)]
pub struct InvitationLink {
    /// The page to join by.
    pub url: String,
    /// What the store keeps of it.
    pub digest: [u8; 32],
    /// From then on it is worth nothing.
    pub expires_at: Timestamp,
}

impl InvitationLink {
    /// A link that nobody can guess, to pages that are reached at `origin`.
    #[must_use]
    pub fn new(origin: &Url, now: Timestamp) -> Self {
        let token = fresh_token();
        Self {
            url: format!("{}{}", origin.as_str().trim_end_matches('/'), path(&token)),
            digest: token_digest(&token),
            expires_at: invitation_end(now),
        }
    }
}

fn path(token: &str) -> String {
    format!("/account/join/{token}")
}

/// When an invitation that is written now ends.
pub(crate) fn invitation_end(now: Timestamp) -> Timestamp {
    now.plus_seconds(INVITATION_DAYS * 24 * 60 * 60)
}

/// The facts of a service mail of kind `invitation`: the link, and for which organisation. Leave the mail in the same
/// transaction as the invitation whose token this is.
pub(crate) fn invitation_mail(site: &Site, token: &str, organisation: Option<&str>) -> String {
    let facts = serde_json::json!({
        "link": site.link(&path(token)),
        "organisation": organisation.unwrap_or_default(),
        "days": INVITATION_DAYS,
    });
    facts.to_string()
}
