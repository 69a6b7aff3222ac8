//! What an address is told: what happened, and where a program with a key reads more. Never more than the organisation sees.

use model::{IdKey, IdKind, Tlp};
use serde_json::{Value, json};
use store::{ChangeKind, PartyChange, StoreError, Tx, Webhook};
use url::Url;

/// An event as it is sent.
pub(super) struct Event {
    /// The same each time.
    pub(super) id: String,
    /// Its type.
    pub(super) kind: &'static str,
    /// JSON, the same bytes each time.
    pub(super) body: String,
}

impl Event {
    fn new(id: String, kind: &'static str, at: String, data: Value) -> Self {
        let body = json!({ "type": kind, "timestamp": at, "data": data });
        Self {
            id,
            kind,
            body: body.to_string(),
        }
    }
}

/// The event that somebody asked for to try an address.
pub(super) fn test(tx: &mut Tx<'_>, webhook: &Webhook) -> Result<Event, StoreError> {
    let id_key = tx.installation()?.id_key;
    let asked_at = webhook.test_at.unwrap_or(webhook.made_at);
    let id = id_key.public_id(IdKind::Webhook, webhook.webhook_no as u64);
    let data = json!({ "organisationId": party_id(&id_key, webhook) });
    let id = format!("test-{id}-{}", asked_at.micros());
    Ok(Event::new(id, "webhook.test", asked_at.to_string(), data))
}

/// The event of a change; nothing where an address is not told of it.
pub(super) fn of_change(
    tx: &mut Tx<'_>,
    webhook: &Webhook,
    change: &PartyChange,
) -> Result<Option<Event>, StoreError> {
    let id_key = tx.installation()?.id_key;
    let data = match change.kind {
        ChangeKind::Told => told(tx, &id_key, webhook, change.subject_no)?,
        ChangeKind::Withdrawn => withdrawn(tx, &id_key, webhook, change.subject_no)?,
        ChangeKind::Answered => answered(tx, &id_key, webhook, change.subject_no)?,
    };
    let id = id_key.public_id(IdKind::Change, change.change_no as u64);
    let at = change.at.to_string();
    let kind = change.kind.event_type();
    Ok(data.map(|data| Event::new(id.simple().to_string(), kind, at, data)))
}

fn told(
    tx: &mut Tx<'_>,
    id_key: &IdKey,
    webhook: &Webhook,
    notification_no: i64,
) -> Result<Option<Value>, StoreError> {
    let Some(found) = tx.notification(notification_no)? else {
        return Ok(None);
    };
    // TLP 2.0: nobody beside those who were told in person.
    if found.key.tlp == Tlp::Red {
        return Ok(None);
    }
    let mut data = message(id_key, webhook, notification_no);
    data["reference"] = found.reference().into();
    data["kind"] = found.key.kind.as_str().into();
    data["threat"] = tx.threat_slug(found.key.threat_no)?.into();
    data["severity"] = found.key.severity.as_str().into();
    data["tlp"] = found.key.tlp.as_str().into();
    data["findings"] = found.lines.into();
    Ok(Some(data))
}

fn withdrawn(
    tx: &mut Tx<'_>,
    id_key: &IdKey,
    webhook: &Webhook,
    notification_no: i64,
) -> Result<Option<Value>, StoreError> {
    let is_red = |found: store::Notification| found.key.tlp == Tlp::Red;
    if tx.notification(notification_no)?.is_none_or(is_red) {
        return Ok(None);
    }
    Ok(Some(message(id_key, webhook, notification_no)))
}

fn message(id_key: &IdKey, webhook: &Webhook, notification_no: i64) -> Value {
    let party_id = party_id(id_key, webhook);
    let id = id_key.public_id(IdKind::Notification, notification_no as u64);
    json!({
        "organisationId": party_id,
        "messageId": id.to_string(),
        "message": format!("/api/v1/organisations/{party_id}/messages/{id}"),
    })
}

fn answered(
    tx: &mut Tx<'_>,
    id_key: &IdKey,
    webhook: &Webhook,
    event_no: i64,
) -> Result<Option<Value>, StoreError> {
    let Some((finding_no, status)) = tx.answered_finding(event_no)? else {
        return Ok(None);
    };
    let party_id = party_id(id_key, webhook);
    let id = id_key.public_id(IdKind::Finding, finding_no as u64);
    Ok(Some(json!({
        "organisationId": party_id,
        "findingId": id.to_string(),
        "finding": format!("/api/v1/organisations/{party_id}/findings/{id}"),
        "status": status.as_str(),
    })))
}

fn party_id(id_key: &IdKey, webhook: &Webhook) -> String {
    let id = id_key.public_id(IdKind::Party, webhook.party_no as u64);
    id.to_string()
}

/// The host of an address, for people.
pub(super) fn host(url: &str) -> String {
    let url: Option<Url> = url.parse().ok();
    let host = url.and_then(|url| Some(url.host_str()?.to_owned()));
    host.unwrap_or_default()
}
