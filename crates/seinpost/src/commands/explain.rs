//! `seinpost explain`: from a line of a message to the bytes of the report.

use std::io::{self, Write};

use model::MessageKind;
use pipeline::explain::{
    self, ExplainedMatch, FindingChain, NotificationChain, Sighting, ToldLine,
};
use serde_json::{Value, json};
use store::{Blobs, Notification, Store};

use crate::cli::number::within;
use crate::lifecycle::{Missing, blobs};
use crate::output::{counted, harmless, severity_mark, thousands};
use crate::problem::wrong;
use crate::session::{Answer, Named, Session, named, no_message};

const EXAMPLES: &str = "\
Examples:
  seinpost explain NTF-2026-000042
  seinpost explain 00000000-0000-8000-8000-000000000000
  seinpost explain NTF-2026-000042 --lines 50 --json

It shows who was told, through which asset and why, who saw it, in which delivery, and the row
of that delivery as it was kept: secrets in it were masked before they were stored.";

/// Sightings of a finding that are shown.
const SIGHTINGS_MAX: i64 = 5;

/// Show why somebody was told, back to the row of the report
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Explain {
    /// A finding by its id, or a message such as NTF-2026-000042
    id: String,
    /// Of a message, explain at most so many lines
    #[arg(long, default_value_t = 3, value_name = "NUMBER", value_parser = within(0..=usize::MAX))]
    lines: usize,
}

impl Explain {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let store = session.open_store(Missing::Refuse)?;
        let blobs = blobs(&session.settings)?;
        let installation = store.read(|tx| tx.installation())?;
        match named(&installation, &self.id)? {
            Named::Finding(number) => show_finding(session, &store, &blobs, number),
            Named::Notification(number) => {
                let Some(chain) = explain::notification(&store, &blobs, number, self.lines)? else {
                    return Err(no_message(&self.id).into());
                };
                if session.json {
                    session.out.json(&notification_json(&chain))?;
                } else {
                    print_notification(&mut session.out, &chain)?;
                }
                Ok(Answer::Done)
            }
        }
    }
}

/// Shows everything about a finding.
pub(super) fn show_finding(
    session: &mut Session,
    store: &Store,
    blobs: &Blobs,
    finding_no: i64,
) -> anyhow::Result<Answer> {
    let Some(chain) = explain::finding(store, blobs, finding_no, SIGHTINGS_MAX)? else {
        return Err(wrong("there is no such finding")
            .hint("`seinpost export findings` lists them")
            .into());
    };
    if session.json {
        session.out.json(&finding_json(&chain))?;
    } else {
        print_finding(&mut session.out, &chain, "")?;
    }
    Ok(Answer::Done)
}

fn print_notification(out: &mut impl Write, chain: &NotificationChain) -> io::Result<()> {
    let notification = &chain.notification;
    let key = &notification.key;
    writeln!(out, "message {} ({})", notification.reference(), chain.id)?;
    writeln!(
        out,
        "  to {} ({}), as {}",
        harmless(&chain.recipient.name),
        chain.recipient.reference,
        key.relation
    )?;
    writeln!(
        out,
        "  {} {}, {}, in {} for {} reader",
        severity_mark(key.severity),
        chain.threat,
        key.tlp,
        language_name(key.language),
        article(key.reader)
    )?;
    writeln!(
        out,
        "  {}{}, made {}",
        state_text(notification),
        reason_text(&notification.reason),
        notification.created_at
    )?;
    if let Some(at) = notification.decided_at {
        let by = if notification.decided_by.is_empty() {
            "the rule of the desk"
        } else {
            &notification.decided_by
        };
        writeln!(out, "  decided {at} by {}", harmless(by))?;
    }
    for delivery in &chain.deliveries {
        let outcome = reason_text(&delivery.outcome);
        writeln!(
            out,
            "  mail to {}: {}{outcome}",
            delivery.address, delivery.state
        )?;
    }
    for (index, (line, finding)) in chain.lines.iter().enumerate() {
        let withdrawn = line
            .withdrawn
            .as_deref()
            .map(|why| format!(", withdrawn: {}", harmless(why)));
        writeln!(
            out,
            "\nline {} of {}{}",
            index + 1,
            chain.lines.len() + chain.lines_left_out,
            withdrawn.unwrap_or_default()
        )?;
        print_finding(out, finding, "  ")?;
    }
    if chain.lines_left_out > 0 {
        let all = chain.lines.len() + chain.lines_left_out;
        writeln!(
            out,
            "\n{} not shown: --lines {all}",
            counted(chain.lines_left_out as i64, "line")
        )?;
    }
    Ok(())
}

fn language_name(language: model::Language) -> &'static str {
    match language {
        model::Language::Nl => "Dutch",
        model::Language::En => "English",
    }
}

fn article(reader: model::Reader) -> &'static str {
    match reader {
        model::Reader::Entrepreneur => "an entrepreneur as",
        model::Reader::Administrator => "an administrator as",
        model::Reader::Soc => "a SOC as",
    }
}

fn reason_text(reason: &str) -> String {
    if reason.is_empty() {
        String::new()
    } else {
        format!(" ({})", harmless(reason))
    }
}

fn print_finding(out: &mut impl Write, chain: &FindingChain, indent: &str) -> io::Result<()> {
    let row = &chain.row;
    writeln!(out, "{indent}finding {}", chain.finding)?;
    let identifier = if chain.key.identifier.is_empty() {
        String::new()
    } else {
        format!(" {}", harmless(&chain.key.identifier))
    };
    writeln!(
        out,
        "{indent}  {} {}{identifier} at {} ({})",
        severity_mark(row.severity),
        chain.threat,
        endpoint(chain),
        row.role
    )?;
    writeln!(
        out,
        "{indent}  seen {}, first {}, last {}, episode {}",
        times(row.times_seen),
        row.first_seen,
        row.last_seen,
        row.episode
    )?;
    print_told(out, chain, indent)?;
    if chain.matches.is_empty() {
        writeln!(out, "{indent}  in no registered asset")?;
    }
    for found in &chain.matches {
        print_match(out, found, indent)?;
    }
    for event in &chain.events {
        writeln!(
            out,
            "{indent}  {} {}: {}",
            event.at,
            event.kind,
            harmless(&event.text)
        )?;
    }
    for sighting in &chain.seen {
        print_sighting(out, sighting, indent)?;
    }
    Ok(())
}

fn times(count: i64) -> String {
    if count == 1 {
        "once".into()
    } else {
        format!("{} times", thousands(count))
    }
}

fn endpoint(chain: &FindingChain) -> String {
    chain
        .endpoint
        .as_ref()
        .map_or_else(|| "(not readable)".to_owned(), ToString::to_string)
}

/// How far a message is, and its kind where that is not a warning by mail.
fn state_text(notification: &Notification) -> String {
    let (state, kind) = (notification.state, notification.key.kind);
    match kind {
        MessageKind::Alert => state.to_string(),
        MessageKind::AllClear | MessageKind::BelowThreshold | MessageKind::NotWanted => {
            format!("{state}, {kind}")
        }
    }
}

fn print_told(out: &mut impl Write, chain: &FindingChain, indent: &str) -> io::Result<()> {
    for ToldLine {
        notification,
        recipient,
        line,
    } in &chain.told
    {
        let again = if line.repeated { ", told again" } else { "" };
        let state = match &line.withdrawn {
            Some(why) => format!("withdrawn: {}", harmless(why)),
            None => state_text(notification),
        };
        writeln!(
            out,
            "{indent}  told to {} in {} ({state}{again})",
            harmless(&recipient.name),
            notification.reference()
        )?;
    }
    for item in &chain.queue {
        writeln!(
            out,
            "{indent}  queue {} ({}): {}",
            item.kind,
            item.state,
            harmless(&item.reason)
        )?;
    }
    Ok(())
}

fn print_match(out: &mut impl Write, found: &ExplainedMatch, indent: &str) -> io::Result<()> {
    let (asset, owner) = (&found.asset, &found.owner);
    writeln!(
        out,
        "{indent}  in {} {asset} of {} ({}), rank {} by {}, register version {}",
        asset.kind(),
        harmless(&owner.name),
        owner.reference,
        found.row.rank,
        dimension(found),
        found.row.register_version
    )?;
    writeln!(out, "{indent}    {}", harmless(&found.reasons.en))?;
    writeln!(out, "{indent}    {}", harmless(&found.reasons.nl))
}

fn dimension(found: &ExplainedMatch) -> &'static str {
    rules::matching::Dimension::from_code(found.row.dimension)
        .map_or("?", rules::matching::Dimension::as_str)
}

fn print_sighting(out: &mut impl Write, sighting: &Sighting, indent: &str) -> io::Result<()> {
    let Sighting {
        observation,
        batch,
        batch_id,
        source,
        raw,
    } = sighting;
    let key = observation.key;
    writeln!(
        out,
        "{indent}  seen {} by {}, marked {}",
        observation.observed_at,
        harmless(&source.name),
        observation.tlp
    )?;
    writeln!(
        out,
        "{indent}    in {} (delivery {}, {batch_id}), received {}",
        harmless(&batch.name),
        batch.batch_no,
        batch.received_at
    )?;
    writeln!(
        out,
        "{indent}    line {}, {} side, at byte {} of blob {}",
        key.line,
        key.side,
        thousands(i128::from(raw.offset)),
        batch.blob
    )?;
    writeln!(out, "{indent}    {}", harmless(&raw.text))
}

fn notification_json(chain: &NotificationChain) -> Value {
    let notification = &chain.notification;
    let key = &notification.key;
    json!({
        "notification": text(chain.id),
        "reference": notification.reference(),
        "desk": chain.desk,
        "organisation": chain.recipient.reference,
        "recipient": chain.recipient.name,
        "relation": text(key.relation),
        "threat": chain.threat,
        "severity": text(key.severity),
        "tlp": text(key.tlp),
        "language": text(key.language),
        "reader": text(key.reader),
        "kind": text(key.kind),
        "lawful_basis": notification.lawful_basis,
        "state": text(notification.state),
        "reason": notification.reason,
        "created_at": text(notification.created_at),
        "decided_at": notification.decided_at.map(text),
        "decided_by": notification.decided_by,
        "deliveries": chain.deliveries.iter().map(|delivery| json!({
            "to": delivery.address.as_str(),
            "attempt": delivery.attempt,
            "state": text(delivery.state),
            "message_id": delivery.message_id,
            "outcome": delivery.outcome,
        })).collect::<Vec<_>>(),
        "lines": chain.lines.iter().map(|(line, finding)| json!({
            "withdrawn": line.withdrawn,
            "repeated": line.repeated,
            "finding": finding_json(finding),
        })).collect::<Vec<_>>(),
        "lines_left_out": chain.lines_left_out,
    })
}

fn finding_json(chain: &FindingChain) -> Value {
    let row = &chain.row;
    json!({
        "finding": text(chain.finding),
        "desk": chain.desk,
        "threat": chain.threat,
        "identifier": chain.key.identifier,
        "endpoint": endpoint(chain),
        "role": text(row.role),
        "rsit": text(row.rsit),
        "severity": text(row.severity),
        "first_seen": text(row.first_seen),
        "last_seen": text(row.last_seen),
        "times_seen": row.times_seen,
        "episode": row.episode,
        "told": chain.told.iter().map(told_json).collect::<Vec<_>>(),
        "queue": chain.queue.iter().map(|item| json!({
            "kind": text(item.kind),
            "state": text(item.state),
            "reason": item.reason,
        })).collect::<Vec<_>>(),
        "matches": chain.matches.iter().map(match_json).collect::<Vec<_>>(),
        "events": chain.events.iter().map(|event| json!({
            "at": text(event.at),
            "kind": text(event.kind),
            "text": event.text,
        })).collect::<Vec<_>>(),
        "observations": chain.seen.iter().map(sighting_json).collect::<Vec<_>>(),
    })
}

fn told_json(told: &ToldLine) -> Value {
    json!({
        "reference": told.notification.reference(),
        "organisation": told.recipient.reference,
        "state": text(told.notification.state),
        "kind": text(told.notification.key.kind),
        "repeated": told.line.repeated,
        "withdrawn": told.line.withdrawn,
    })
}

fn match_json(found: &ExplainedMatch) -> Value {
    json!({
        "organisation": found.owner.reference,
        "asset_kind": text(found.asset.kind()),
        "asset": text(&found.asset),
        "dimension": dimension(found),
        "rank": found.row.rank,
        "register_version": found.row.register_version,
        "reason_nl": found.reasons.nl,
        "reason_en": found.reasons.en,
    })
}

fn sighting_json(sighting: &Sighting) -> Value {
    let Sighting {
        observation,
        batch,
        batch_id,
        source,
        raw,
    } = sighting;
    let evidence: Value = serde_json::from_str(&observation.evidence).unwrap_or(Value::Null);
    json!({
        "observed_at": text(observation.observed_at),
        "severity": text(observation.severity),
        "tlp": text(observation.tlp),
        "evidence": evidence,
        "source": source.reference,
        "batch": text(batch_id),
        "batch_number": batch.batch_no,
        "name": batch.name,
        "report_type": batch.report_type,
        "received_at": text(batch.received_at),
        "blob": batch.blob,
        "line": observation.key.line,
        "side": text(observation.key.side),
        "offset": raw.offset,
        "header": raw.header,
        "row": raw.text,
    })
}

fn text(noun: impl ToString) -> String {
    noun.to_string()
}
