//! What an invitation says.

use model::Timestamp;

use crate::site::Site;

/// How long an invitation can be used.
pub(crate) const INVITATION_DAYS: i64 = 7;

/// When an invitation that is written now ends.
pub(crate) fn invitation_end(now: Timestamp) -> Timestamp {
    now.plus_seconds(INVITATION_DAYS * 24 * 60 * 60)
}

/// The facts of a service mail of kind `invitation`: the link, and for which organisation. Leave the mail in the same
/// transaction as the invitation whose token this is.
pub(crate) fn invitation_mail(site: &Site, token: &str, organisation: Option<&str>) -> String {
    let facts = serde_json::json!({
        "link": site.link(&format!("/account/join/{token}")),
        "organisation": organisation.unwrap_or_default(),
        "days": INVITATION_DAYS,
    });
    facts.to_string()
}
