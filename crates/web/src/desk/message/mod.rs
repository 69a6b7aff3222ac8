//! Messages: which there are, what they say, and what is decided about them.

mod approval;
mod bulk;
mod call;
mod decide;
mod detail;
mod list;

use std::collections::HashMap;

use axum::Router;
use axum::routing::{get, post};
use model::{IdKind, MessageKind, Severity};
use serde::{Deserialize, Serialize};
use store::{MessageFilter, Notification, NotificationState, Tx};
use uuid::Uuid;

use super::of_desk::{Names, OfDesk};
use crate::refusal::Refusal;
use crate::site::Site;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/desk/messages", get(list::list))
        .route("/desk/messages/decide", post(bulk::decide))
        .route("/desk/messages/{message}", get(detail::detail))
        .route("/desk/messages/{message}/decide", post(decide::decide))
        .route(
            "/desk/messages/{message}/call",
            get(call::show).post(call::answer),
        )
        .route("/desk/approvals", get(approval::list))
        .route("/desk/approvals/{approval}", post(approval::end))
}

/// Which messages an address or a form asks for. Empty: any.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    severity: String,
    #[serde(default)]
    kind: String,
    /// Public id of a recipient.
    #[serde(default)]
    recipient: String,
    /// Public id of a desk.
    #[serde(default)]
    desk: String,
}

impl Asked {
    fn filter(&self, site: &Site) -> Result<MessageFilter, Refusal> {
        let recipient: Option<Uuid> = read(&self.recipient)?;
        Ok(MessageFilter {
            state: read::<NotificationState>(&self.state)?,
            severity: read::<Severity>(&self.severity)?,
            kind: read::<MessageKind>(&self.kind)?,
            recipient_no: recipient
                .map(|id| site.number(IdKind::Party, &id))
                .transpose()?,
        })
    }

    /// Of which desk.
    fn of_desk(&self) -> OfDesk {
        OfDesk {
            desk: self.desk.clone(),
        }
    }

    /// The fields as the end of an address. They are words of ours and ids, which need no escapes.
    fn query(&self) -> String {
        let fields = [
            ("state", &self.state),
            ("severity", &self.severity),
            ("kind", &self.kind),
            ("recipient", &self.recipient),
            ("desk", &self.desk),
        ];
        let set = fields.iter().filter(|(_, value)| !value.is_empty());
        let pairs: Vec<String> = set.map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("&")
    }
}

fn read<T: std::str::FromStr>(text: &str) -> Result<Option<T>, Refusal> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Refusal::Bad),
    }
}

/// A message in a list.
#[derive(Serialize)]
struct Row {
    id: Uuid,
    reference: String,
    severity: &'static str,
    tlp: &'static str,
    threat: String,
    recipient: String,
    recipient_id: Uuid,
    lines: i64,
    state: &'static str,
    reason: String,
    created_at: String,
    /// Until when it waits, once it may go out.
    waits_until: Option<String>,
    /// Name of the desk, where the visitor works at several.
    desk: String,
}

/// The rows of these messages, with the names that people know.
fn rows_of(
    site: &Site,
    tx: &mut Tx<'_>,
    messages: &[Notification],
    desks: &Names,
) -> Result<Vec<Row>, Refusal> {
    let recipients: Vec<i64> = messages.iter().map(|it| it.key.recipient_no).collect();
    let parties = tx.parties(&recipients)?;
    let names: HashMap<i64, String> = parties
        .into_iter()
        .map(|party| (party.party_no, party.name))
        .collect();
    let threats: Vec<i64> = messages.iter().map(|it| it.key.threat_no).collect();
    let threats: HashMap<i64, String> = tx.threat_slugs(&threats)?.into_iter().collect();
    let now = site.now();
    let row = |message: &Notification| Row {
        id: site.id(IdKind::Notification, message.notification_no),
        reference: message.reference(),
        severity: message.key.severity.as_str(),
        tlp: message.key.tlp.as_str(),
        threat: threats
            .get(&message.key.threat_no)
            .cloned()
            .unwrap_or_default(),
        recipient: names
            .get(&message.key.recipient_no)
            .cloned()
            .unwrap_or_default(),
        recipient_id: site.id(IdKind::Party, message.key.recipient_no),
        lines: message.lines,
        state: message.state.as_str(),
        reason: message.reason.clone(),
        created_at: message.created_at.to_string(),
        waits_until: message.waits_until(now).map(|until| until.to_string()),
        desk: desks.name(message.key.desk_no),
    };
    Ok(messages.iter().map(row).collect())
}
