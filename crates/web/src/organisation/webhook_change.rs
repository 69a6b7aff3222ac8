//! Changes of addresses that are told what happens, the same for pages and the API.

use model::{IdKind, Timestamp};
use outgoing::{host_of, secret_text};
use rules::webhook::OLD_SECRET_SECS;
use store::{StoreError, Tx, Webhook};
use url::Url;

use crate::acting::Acting;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;

/// Addresses of an organisation.
pub(crate) const WEBHOOKS_MAX: usize = 5;

/// Longest address, in characters.
pub(crate) const URL_CHARS_MAX: usize = 2_000;

/// Tests of all addresses of an organisation: each is a request to a server that it named.
pub(crate) const TESTS: Limiter = Limiter::new("tests of webhooks", Rate::per_hour(60));

/// What came of adding an address.
pub(crate) enum Added {
    /// Its first secret.
    Webhook(SecretOf),
    /// It is there already.
    Known,
    /// There are enough.
    Full,
}

/// Which secret of which address. Its text follows from these numbers and the key of the installation, and is kept nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SecretOf {
    pub(crate) webhook_no: i64,
    pub(crate) secret_no: i32,
}

impl SecretOf {
    /// The secret as people copy it.
    pub(crate) fn text(self, tx: &mut Tx<'_>) -> Result<String, StoreError> {
        let id_key = tx.installation()?.id_key;
        let secret = id_key.webhook_secret(self.webhook_no, self.secret_no);
        Ok(secret_text(&secret))
    }
}

/// Reads an address that may be told: encrypted, a name, the usual port.
pub(crate) fn address(text: &str) -> Option<Url> {
    let text = text.trim();
    let url: Url = (text.chars().count() <= URL_CHARS_MAX).then(|| text.parse().ok())??;
    (host_of(&url).is_some() && url.fragment().is_none()).then_some(url)
}

/// Adds an address, which is told what happens from now on.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    site: &Site,
    acting: &Acting,
    url: &Url,
    now: Timestamp,
) -> Result<Added, Refusal> {
    let party_no = acting.party_no;
    tx.hold_party(party_no)?;
    let held = tx.webhooks_of(party_no)?;
    if held.iter().any(|webhook| webhook.url == url.as_str()) {
        return Ok(Added::Known);
    }
    if held.len() >= WEBHOOKS_MAX {
        return Ok(Added::Full);
    }
    let webhook_no = tx.add_webhook(party_no, url.as_str(), &acting.actor, now)?;
    record(tx, site, acting, ("add-webhook", webhook_no), now)?;
    Ok(Added::Webhook(SecretOf {
        webhook_no,
        secret_no: 1,
    }))
}

/// Gives an address another secret, which it returns. The old one signs too for a day.
pub(crate) fn rotate(
    tx: &mut Tx<'_>,
    site: &Site,
    acting: &Acting,
    webhook_no: i64,
    now: Timestamp,
) -> Result<SecretOf, Refusal> {
    let old_until = now.plus_seconds(OLD_SECRET_SECS);
    let secret_no = tx.rotate_webhook(acting.party_no, webhook_no, old_until)?;
    let secret_no = secret_no.ok_or(Refusal::NotFound)?;
    record(tx, site, acting, ("rotate-webhook", webhook_no), now)?;
    Ok(SecretOf {
        webhook_no,
        secret_no,
    })
}

/// Has an event be sent that tells nothing.
pub(crate) fn test(
    tx: &mut Tx<'_>,
    acting: &Acting,
    webhook_no: i64,
    now: Timestamp,
) -> Result<(), Refusal> {
    found(tx.ask_webhook_test(acting.party_no, webhook_no, now)?)
}

/// Goes on with an address from where it was.
pub(crate) fn resume(
    tx: &mut Tx<'_>,
    site: &Site,
    acting: &Acting,
    webhook_no: i64,
    now: Timestamp,
) -> Result<(), Refusal> {
    found(tx.resume_webhook(acting.party_no, webhook_no, now)?)?;
    record(tx, site, acting, ("resume-webhook", webhook_no), now)
}

/// Has what was set aside of an address be sent again now.
pub(crate) fn send_again(
    tx: &mut Tx<'_>,
    site: &Site,
    acting: &Acting,
    webhook_no: i64,
    now: Timestamp,
) -> Result<(), Refusal> {
    found(tx.send_set_asides_again(acting.party_no, webhook_no, now)?)?;
    record(tx, site, acting, ("send-webhook-again", webhook_no), now)
}

/// Removes an address with its attempts.
pub(crate) fn remove(
    tx: &mut Tx<'_>,
    site: &Site,
    acting: &Acting,
    webhook_no: i64,
    now: Timestamp,
) -> Result<(), Refusal> {
    found(tx.remove_webhook(acting.party_no, webhook_no)?)?;
    record(tx, site, acting, ("remove-webhook", webhook_no), now)
}

/// How an address stands: `told`, `failing` or `paused`.
pub(crate) fn state(webhook: &Webhook) -> &'static str {
    match (webhook.paused_at, webhook.failing_since) {
        (Some(_), _) => "paused",
        (None, Some(_)) => "failing",
        (None, None) => "told",
    }
}

fn found(is_there: bool) -> Result<(), Refusal> {
    is_there.then_some(()).ok_or(Refusal::NotFound)
}

/// The address itself is not recorded: it may hold a secret.
fn record(
    tx: &mut Tx<'_>,
    site: &Site,
    acting: &Acting,
    (action, webhook_no): (&str, i64),
    now: Timestamp,
) -> Result<(), Refusal> {
    let id = site.id(IdKind::Webhook, webhook_no);
    Ok(acting.record(tx, action, &format!("webhook {id}"), now)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_encrypted_has_a_name_and_the_usual_port() {
        let long = format!(
            "https://hooks.hospital.example/{}",
            "x".repeat(URL_CHARS_MAX)
        );
        for (text, want) in [
            (" https://hooks.hospital.example/in?key=1 ", true),
            ("https://hooks.hospital.example", true),
            ("http://hooks.hospital.example/in", false),
            ("https://hooks.hospital.example:8443/in", false),
            ("https://192.0.2.1/in", false),
            ("https://sam:secret@hooks.hospital.example/in", false),
            ("https://hooks.hospital.example/in#part", false),
            ("hooks.hospital.example", false),
            ("", false),
            (&long, false),
        ] {
            assert_eq!(address(text).is_some(), want, "{text}");
        }
    }
}
