//! From a line of a message back to the bytes of the report that it came from.
//!
//! A [`FindingChain`] holds everything that is known of one finding: who was told, why it concerns them, who saw it,
//! and the row as it stands in the kept delivery. Nothing is printed here.

use std::io::{self, BufRead, BufReader, Read};

use formats::rows::{RawObject, raw_object};
use message::{Reasons, match_reasons};
use model::{AssetValue, Endpoint, IdKind};
use store::{
    Batch, Blobs, Delivery, FindingEvent, FindingKey, FindingRow, Line, MatchRow, Notification,
    ObservationRow, QueueItem, Store, StoreError, Tx,
};
use uuid::Uuid;

use crate::error::FlowError;

/// Bytes of one row that are read back. A row may have 1 MiB; nobody reads that.
const ROW_BYTES_SHOWN_MAX: usize = 64 << 10;

/// A party as people know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedParty {
    /// Key by which files name it.
    pub reference: String,
    /// Its name.
    pub name: String,
}

/// Everything behind one finding.
#[derive(Clone, Debug)]
pub struct FindingChain {
    /// Public id.
    pub finding: Uuid,
    /// Name of the desk.
    pub desk: String,
    /// Slug of the threat.
    pub threat: String,
    /// What it is about; nothing when a newer version wrote it.
    pub endpoint: Option<Endpoint>,
    /// What makes it unique.
    pub key: FindingKey,
    /// The rest of it.
    pub row: FindingRow,
    /// Lines of messages about it, oldest first.
    pub told: Vec<ToldLine>,
    /// Where it waits for a person, or waited.
    pub queue: Vec<QueueItem>,
    /// The assets that contain it, most specific first in each dimension.
    pub matches: Vec<ExplainedMatch>,
    /// What happened to it after it was opened.
    pub events: Vec<FindingEvent>,
    /// Who saw it, newest first.
    pub seen: Vec<Sighting>,
}

/// A line about a finding, and the message that it is in.
#[derive(Clone, Debug)]
pub struct ToldLine {
    /// The message.
    pub notification: Notification,
    /// Who is told.
    pub recipient: NamedParty,
    /// The line.
    pub line: Line,
}

/// An asset that contains a finding.
#[derive(Clone, Debug)]
pub struct ExplainedMatch {
    /// The match.
    pub row: MatchRow,
    /// Whose asset.
    pub owner: NamedParty,
    /// The asset.
    pub asset: AssetValue,
    /// Why it concerns the owner.
    pub reasons: Reasons,
}

/// An observation with its delivery.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// The observation.
    pub observation: ObservationRow<'static>,
    /// Public id of its batch.
    pub batch_id: Uuid,
    /// Its batch.
    pub batch: Batch,
    /// Who gave the batch.
    pub source: NamedParty,
    /// The row as it was kept.
    pub raw: RawRow,
}

/// A row as it stands in the kept delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawRow {
    /// First byte of the row in the unpacked delivery.
    pub offset: u64,
    /// The first line of the delivery, which names the columns; empty for JSON, where each row names its own.
    pub header: String,
    /// The row, without its line end; shortened to 64 KiB.
    pub text: String,
}

/// Everything behind one notification.
#[derive(Clone, Debug)]
pub struct NotificationChain {
    /// Public id.
    pub id: Uuid,
    /// The message.
    pub notification: Notification,
    /// Name of the desk.
    pub desk: String,
    /// Who is told.
    pub recipient: NamedParty,
    /// Slug of the threat.
    pub threat: String,
    /// Attempts to hand it over, oldest first.
    pub deliveries: Vec<Delivery>,
    /// Its lines, each with the sighting that it cites; at most as many as were asked for.
    pub lines: Vec<(Line, FindingChain)>,
    /// Lines that are not shown.
    pub lines_left_out: usize,
}

/// Follows a finding back to the reports, with at most `sightings_max` of its sightings.
///
/// Cost: reads all observations once, and each cited delivery up to the cited row.
///
/// # Errors
/// When the store or a kept delivery cannot be read.
pub fn finding(
    store: &Store,
    blobs: &Blobs,
    finding_no: i64,
    sightings_max: i64,
) -> Result<Option<FindingChain>, FlowError> {
    store.read(|tx| {
        let Some(mut chain) = chain_of(tx, finding_no)? else {
            return Ok(None);
        };
        for observation in tx.observations_of(finding_no, sightings_max)? {
            chain.seen.push(sighting(tx, blobs, observation)?);
        }
        Ok(Some(chain))
    })
}

/// Follows the first `lines_max` lines of a notification back to the rows that they cite.
///
/// # Errors
/// When the store or a kept delivery cannot be read.
pub fn notification(
    store: &Store,
    blobs: &Blobs,
    notification_no: i64,
    lines_max: usize,
) -> Result<Option<NotificationChain>, FlowError> {
    store.read(|tx| {
        let Some(notification) = tx.notification(notification_no)? else {
            return Ok(None);
        };
        let all = tx.lines_of(notification_no)?;
        let lines_left_out = all.len().saturating_sub(lines_max);
        let mut lines = Vec::new();
        for line in all.into_iter().take(lines_max) {
            let Some(mut chain) = chain_of(tx, line.finding_no)? else {
                continue;
            };
            // What the line cites, not whatever else is known: another sighting may be marked more strictly.
            if let Some(observation) = tx.observation(line.observation)? {
                chain.seen.push(sighting(tx, blobs, observation)?);
            }
            lines.push((line, chain));
        }
        let id = tx
            .installation()?
            .id_key
            .public_id(IdKind::Notification, notification_no as u64);
        Ok(Some(NotificationChain {
            id,
            desk: desk_name(tx, notification.key.desk_no)?,
            recipient: party(tx, notification.key.recipient_no)?,
            threat: tx
                .threat_slug(notification.key.threat_no)?
                .unwrap_or_default(),
            deliveries: tx.deliveries_of(notification_no)?,
            lines,
            lines_left_out,
            notification,
        }))
    })
}

/// Everything about a finding but its sightings.
fn chain_of(tx: &mut Tx<'_>, finding_no: i64) -> Result<Option<FindingChain>, FlowError> {
    let Some((key, row)) = tx.finding(finding_no)? else {
        return Ok(None);
    };
    let finding = tx
        .installation()?
        .id_key
        .public_id(IdKind::Finding, finding_no as u64);
    let mut told = Vec::new();
    for (notification_no, line) in tx.lines_about(finding_no)? {
        if let Some(notification) = tx.notification(notification_no)? {
            let recipient = party(tx, notification.key.recipient_no)?;
            told.push(ToldLine {
                notification,
                recipient,
                line,
            });
        }
    }
    let mut matches = Vec::new();
    for found in tx.matches_of(finding_no)? {
        if let Some(asset) = tx.asset(found.asset_no)? {
            matches.push(ExplainedMatch {
                row: found,
                owner: party(tx, asset.party_no)?,
                reasons: match_reasons(&asset.value, &key.endpoint, &row),
                asset: asset.value,
            });
        }
    }
    Ok(Some(FindingChain {
        finding,
        desk: desk_name(tx, key.desk_no)?,
        threat: tx.threat_slug(key.threat_no)?.unwrap_or_default(),
        endpoint: Endpoint::from_key(&key.endpoint),
        told,
        queue: tx.queue_items_of(&[finding_no])?,
        matches,
        events: tx.finding_events(finding_no)?,
        seen: Vec::new(),
        key,
        row,
    }))
}

fn sighting(
    tx: &mut Tx<'_>,
    blobs: &Blobs,
    observation: ObservationRow<'static>,
) -> Result<Sighting, FlowError> {
    let batch_no = observation.key.batch_no;
    let gone = || {
        FlowError::Broken(format!(
            "batch {batch_no}, which an observation names, is gone"
        ))
    };
    let batch = tx.batch(batch_no)?.ok_or_else(gone)?;
    let content = blobs.reader(&batch.blob)?;
    let line = observation.key.line as u64;
    let failed = |source| FlowError::Io {
        what: format!("read the kept delivery of batch {batch_no}"),
        source,
    };
    let raw = match raw_object(content, line).map_err(failed)? {
        Some(object) => RawRow::from(object),
        None => raw_row(blobs.reader(&batch.blob)?, line).map_err(failed)?,
    };
    Ok(Sighting {
        batch_id: tx
            .installation()?
            .id_key
            .public_id(IdKind::Batch, batch_no as u64),
        source: party(tx, batch.source_no)?,
        observation,
        batch,
        raw,
    })
}

fn party(tx: &mut Tx<'_>, party_no: i64) -> Result<NamedParty, StoreError> {
    Ok(match tx.party(party_no)? {
        Some(party) => NamedParty {
            reference: party.reference,
            name: party.name,
        },
        None => NamedParty {
            reference: "?".into(),
            name: "?".into(),
        },
    })
}

fn desk_name(tx: &mut Tx<'_>, desk_no: i64) -> Result<String, StoreError> {
    let desk = tx.desks()?.into_iter().find(|desk| desk.desk_no == desk_no);
    Ok(desk.map_or_else(|| "?".into(), |desk| desk.name))
}

impl From<RawObject> for RawRow {
    fn from(object: RawObject) -> Self {
        let shown = object.bytes.len().min(ROW_BYTES_SHOWN_MAX);
        Self {
            offset: object.offset,
            header: String::new(),
            text: shown_line(&object.bytes[..shown]),
        }
    }
}

/// Reads the header and the row that begins at `line` (the first is 1). A row that a quoted field spreads over several
/// lines is read to its end.
fn raw_row(content: impl Read, line: u64) -> io::Result<RawRow> {
    let mut content = BufReader::with_capacity(1 << 17, content);
    let mut raw = RawRow::default();
    let mut text = Vec::new();
    let mut passed = 0;
    for at in 1..=line {
        raw.offset += passed;
        text.clear();
        passed = read_line(&mut content, &mut text)?;
        if passed == 0 {
            break;
        }
        if at == 1 {
            raw.header = shown_line(&text);
        }
    }
    while is_open(&text) && text.len() < ROW_BYTES_SHOWN_MAX {
        if read_line(&mut content, &mut text)? == 0 {
            break;
        }
    }
    raw.text = shown_line(&text);
    Ok(raw)
}

/// Reads one line with its line feed onto `text`, which stops growing at its limit; gives the bytes that were passed.
fn read_line(content: &mut impl BufRead, text: &mut Vec<u8>) -> io::Result<u64> {
    let mut passed = 0;
    loop {
        let bytes = content.fill_buf()?;
        let end = bytes
            .iter()
            .position(|byte| *byte == b'\n')
            .map(|at| at + 1);
        let length = end.unwrap_or(bytes.len());
        let space = ROW_BYTES_SHOWN_MAX.saturating_sub(text.len());
        text.extend_from_slice(&bytes[..length.min(space)]);
        content.consume(length);
        passed += length as u64;
        if end.is_some() || length == 0 {
            return Ok(passed);
        }
    }
}

/// Whether a quoted field is still open at the end.
fn is_open(text: &[u8]) -> bool {
    text.iter().filter(|byte| **byte == b'"').count() % 2 == 1
}

fn shown_line(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    text.trim_start_matches('\u{feff}')
        .trim_end_matches(['\r', '\n'])
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_raw(content: &str, line: u64, want: &str) {
        let raw = raw_row(content.as_bytes(), line).unwrap();
        assert_eq!(raw.text, want, "line {line}");
        let at = raw.offset as usize;
        assert!(
            content[at..].starts_with(want),
            "line {line} begins at byte {at}"
        );
    }

    #[test]
    fn a_row_is_read_back_from_its_line() {
        let content = "ip,note\r\n192.0.2.1,a\r\n192.0.2.2,\"b\nc \"\"d\"\"\"\r\n192.0.2.3,e";
        check_raw(content, 2, "192.0.2.1,a");
        check_raw(content, 3, "192.0.2.2,\"b\nc \"\"d\"\"\"");
        check_raw(content, 5, "192.0.2.3,e");
        check_raw(content, 9, "");
        assert_eq!(raw_row(content.as_bytes(), 2).unwrap().header, "ip,note");
    }

    #[test]
    fn a_row_without_end_is_shortened() {
        let content = format!("ip\n{}\n192.0.2.3", "x".repeat(1 << 20));
        assert_eq!(
            raw_row(content.as_bytes(), 2).unwrap().text.len(),
            ROW_BYTES_SHOWN_MAX
        );
        check_raw(&content, 3, "192.0.2.3");
    }
}
