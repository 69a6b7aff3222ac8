//! Gathers what a message says, and has `rules` write it. The same for a preview as for sending.

use std::collections::BTreeSet;

use model::{Endpoint, IdKey, IdKind, Language, Timestamp};
use rules::message::{DeskProfile, MessageContext, MessageLine, Rendered, render};
use rules::reason::{MatchBasis, desk_reason, holder_reason, reason};
use store::{FindingKey, FindingRow, Line, Notification, Tx};

use crate::error::FlowError;
use crate::flow::Flow;
use crate::process::write::address_from;

/// Writes the text of a notification: the same bytes for the same notification, whenever it is asked.
///
/// # Errors
/// When the store fails, a row that the notification cites is gone, or the text cannot be written.
pub fn compose(flow: &Flow, notification: &Notification) -> Result<Rendered, FlowError> {
    flow.store.read(|tx| compose_in(tx, notification))
}

fn compose_in(tx: &mut Tx<'_>, notification: &Notification) -> Result<Rendered, FlowError> {
    let reference = notification.reference();
    let gone = |what: &str| FlowError::Broken(format!("{what} of {reference} is gone"));
    let key = &notification.key;
    let desk = tx
        .desks()?
        .into_iter()
        .find(|desk| desk.desk_no == key.desk_no);
    let desk = desk.ok_or_else(|| gone("the desk"))?;
    let recipient = tx
        .party(key.recipient_no)?
        .ok_or_else(|| gone("the recipient"))?;
    let slug = tx
        .threat_slug(key.threat_no)?
        .and_then(|slug| slug.parse().ok());
    let threat = slug.ok_or_else(|| gone("the threat"))?;
    let lines = tx.lines_of(notification.notification_no)?;
    let id_key = tx.installation()?.id_key;
    let mut told = Vec::with_capacity(lines.len());
    let mut batches = BTreeSet::new();
    for line in lines.iter().filter(|line| line.withdrawn.is_none()) {
        batches.insert(line.observation.batch_no);
        told.push(message_line(tx, line, &id_key, key.language)?.ok_or_else(|| gone("a line"))?);
    }
    let mut received_at: Option<Timestamp> = None;
    for batch_no in batches {
        let batch = tx.batch(batch_no)?.ok_or_else(|| gone("a batch"))?;
        received_at = received_at.max(Some(batch.received_at));
    }
    told.sort_by(|a, b| (&a.endpoint, &a.identifier).cmp(&(&b.endpoint, &b.identifier)));
    let profile = profile_of(&desk);
    let basis = if notification.lawful_basis.is_empty() {
        &profile.lawful_basis
    } else {
        &notification.lawful_basis
    };
    let context = MessageContext {
        reference: &reference,
        desk: &profile,
        recipient_name: &recipient.name,
        relation: key.relation,
        kind: key.kind,
        threat: &threat,
        rsit: key.rsit,
        role: key.role,
        severity: key.severity,
        tlp: key.tlp,
        may_forward: key.tlp.may_forward(),
        lawful_basis: basis,
        language: key.language,
        reader: key.reader,
        // Whether a source may be named is settled in its agreement, which is not registered yet.
        source_name: None,
        received_at: received_at.unwrap_or(notification.created_at),
        decided_at: notification.created_at,
        lines: &told,
    };
    render(&context).map_err(|source| FlowError::Render { reference, source })
}

/// The desk as messages show it. What is missing shows as such in a preview; nothing is sent before it is complete.
fn profile_of(desk: &store::Desk) -> DeskProfile {
    let unset = || {
        "desk@not-set.invalid"
            .parse()
            .expect("this is an e-mail address")
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "(not set)".into());
    DeskProfile {
        name: desk.name.clone(),
        sender: desk.sender.clone().unwrap_or_else(unset),
        reply_to: desk.reply_to.clone().unwrap_or_else(unset),
        phone: text(&desk.phone),
        privacy_nl: text(&desk.privacy_nl),
        privacy_en: text(&desk.privacy_en),
        lawful_basis: text(&desk.lawful_basis),
        time_zone: desk.time_zone.clone().unwrap_or(model::Zone::UTC),
    }
}

fn message_line(
    tx: &mut Tx<'_>,
    line: &Line,
    id_key: &IdKey,
    language: Language,
) -> Result<Option<MessageLine>, FlowError> {
    let (Some((key, finding)), Some(seen)) = (
        tx.finding(line.finding_no)?,
        tx.observation(line.observation)?,
    ) else {
        return Ok(None);
    };
    let Some(endpoint) = Endpoint::from_key(&key.endpoint) else {
        return Ok(None);
    };
    let why = why_you(tx, line, &endpoint, &finding, language)?;
    let port = seen.port.and_then(|port| port.to_string().parse().ok());
    Ok(Some(MessageLine {
        finding: id_key.public_id(IdKind::Finding, line.finding_no as u64),
        address: address_of(&endpoint, &finding),
        host: host_of(&endpoint, &finding),
        port: endpoint.port().or(port),
        transport: endpoint
            .transport()
            .or_else(|| model::Transport::from_code(seen.transport?)),
        peer_address: seen.peer_address.as_deref().and_then(address_from),
        peer_port: seen
            .peer_port
            .and_then(|port| port.to_string().parse().ok()),
        identifier: identifier_of(&key),
        observed_at: seen.observed_at,
        // What other sightings say may be marked more strictly than this message.
        first_seen: seen.observed_at,
        times_seen: 1,
        again: line.episode > 1 && !line.repeated,
        repeated: line.repeated,
        evidence: seen.evidence.into_owned(),
        reason: why,
        endpoint,
    }))
}

fn identifier_of(key: &FindingKey) -> Option<model::Identifier> {
    key.identifier.parse().ok()
}

fn address_of(endpoint: &Endpoint, finding: &FindingRow) -> Option<std::net::IpAddr> {
    endpoint
        .address()
        .or_else(|| finding.address.as_deref().and_then(address_from))
}

fn host_of(endpoint: &Endpoint, finding: &FindingRow) -> Option<model::DomainName> {
    endpoint
        .name()
        .cloned()
        .or_else(|| finding.host.as_ref()?.parse().ok())
}

/// The sentence that says why this recipient is told.
fn why_you(
    tx: &mut Tx<'_>,
    line: &Line,
    endpoint: &Endpoint,
    finding: &FindingRow,
    language: Language,
) -> Result<String, FlowError> {
    if let Some(network_no) = line.network_no {
        let network = tx.network(network_no)?;
        if let (Some(network), Some(address)) = (network, address_of(endpoint, finding)) {
            return Ok(holder_reason(
                &network.row.prefix,
                &network.row.holder,
                address,
                language,
            ));
        }
    }
    let asset = match line.asset_no {
        Some(asset_no) => tx.asset(asset_no)?,
        None => None,
    };
    let why = asset.and_then(|asset| {
        let basis = match_basis(&asset.value, endpoint, finding)?;
        Some(reason(&asset.value, &basis, language))
    });
    Ok(why.unwrap_or_else(|| desk_reason(language)))
}

/// What of a finding met an asset of this kind.
pub(crate) fn match_basis(
    asset: &model::AssetValue,
    endpoint: &Endpoint,
    finding: &FindingRow,
) -> Option<MatchBasis> {
    use model::AssetValue;
    match asset {
        AssetValue::Address(_) | AssetValue::Prefix(_) | AssetValue::Range(_) => {
            address_of(endpoint, finding).map(MatchBasis::Address)
        }
        AssetValue::Asn(asn) => address_of(endpoint, finding)
            .map(|address| MatchBasis::AsnOfAddress { asn: *asn, address }),
        AssetValue::Domain(_) | AssetValue::Host(_) => match endpoint {
            Endpoint::EmailDomain(domain) => Some(MatchBasis::EmailDomain(domain.clone())),
            _ => host_of(endpoint, finding).map(MatchBasis::Name),
        },
    }
}
