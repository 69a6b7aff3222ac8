//! Shows where it was seen: a block of `label: value` for a line or two, a table for more, a count for many.

use std::collections::BTreeMap;
use std::fmt;

use model::{Endpoint, Reader, Role};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::clean;
use super::context::{MessageContext, MessageLine};
use super::moment::{self, Precision};
use super::words::Words;
use super::wrap;

/// Lines that are shown as blocks. A table of one line is hard to read on a telephone.
const BLOCKS_MAX: usize = 2;

/// Characters of a table line at most. Wider tables become blocks.
const TABLE_CHARS_MAX: usize = 132;

/// Groups that a summary names at most.
const GROUPS_MAX: usize = 20;

/// Values of the evidence of one line that are shown at most. The rest is in the source's own report.
const EVIDENCE_VALUES_MAX: usize = 40;

/// Where it was seen, for the body.
pub(super) fn listing(context: &MessageContext<'_>, words: &Words) -> String {
    let lines = context.lines;
    if lines.len() > super::LINES_IN_BODY_MAX {
        return summary(context, words);
    }
    if lines.len() > BLOCKS_MAX
        && let Some(table) = table(context, words)
    {
        return table;
    }
    blocks(context, words)
}

/// All lines as blocks, numbered if there are several.
pub(super) fn blocks(context: &MessageContext<'_>, words: &Words) -> String {
    let is_several = context.lines.len() > 1;
    let block = |(index, line): (usize, &MessageLine)| {
        let mut pairs = block_pairs(context, line, words);
        if is_several {
            pairs.insert(0, (words.label.number.as_str(), (index + 1).to_string()));
        }
        joined(&pairs)
    };
    context.lines.iter().enumerate().map(block).collect::<Vec<_>>().join("\n\n")
}

fn joined(pairs: &[(&str, String)]) -> String {
    let rows = pairs.iter().map(|(label, value)| wrap::text(&format!("{label}: {value}"), "", "  "));
    rows.collect::<Vec<_>>().join("\n")
}

fn block_pairs<'w>(
    context: &MessageContext<'_>,
    line: &MessageLine,
    words: &'w Words,
) -> Vec<(&'w str, String)> {
    let label = &words.label;
    let precision = match context.reader {
        Reader::Entrepreneur => Precision::Minute,
        Reader::Administrator => Precision::Second,
    };
    let at = |time| moment::in_words(time, &context.desk.time_zone, words, precision);
    let mut pairs = Vec::new();
    let mut push = |label, value: Option<String>| pairs.extend(value.map(|value| (label, value)));
    push(label.address.as_str(), address_of(line));
    push(name_label(line, words), name_of(line));
    push(port_label(context.role, line, words), port_of(line));
    push(&label.identifier, line.identifier.as_ref().map(|it| clean::value(it.as_str())));
    push(peer_label(context.role, words), peer_of(line));
    push(&label.seen, Some(at(line.observed_at)));
    if line.first_seen != line.observed_at {
        push(&label.first_seen, Some(at(line.first_seen)));
    }
    if line.times_seen > 1 {
        push(&label.times_seen, Some(line.times_seen.to_string()));
    }
    if line.again || line.repeated {
        push(&label.status, Some(status_of(line, words)));
    }
    pairs
}

/// Address of a line, as text.
pub(super) fn address_of(line: &MessageLine) -> Option<String> {
    line.address.or_else(|| line.endpoint.address()).map(|address| address.to_string())
}

/// Name of a line: the URL, the e-mail domain or the host.
fn name_of(line: &MessageLine) -> Option<String> {
    match &line.endpoint {
        Endpoint::Url(url) => Some(clean::endpoint(url.as_str())),
        Endpoint::Host(_) | Endpoint::HostPort { .. } | Endpoint::EmailDomain(_) => {
            line.endpoint.name().map(|name| clean::line(name.as_str()))
        }
        Endpoint::Address(_) | Endpoint::AddressPort { .. } => {
            line.host.as_ref().map(|name| clean::line(name.as_str()))
        }
    }
}

fn name_label<'w>(line: &MessageLine, words: &'w Words) -> &'w str {
    match &line.endpoint {
        Endpoint::Url(_) => &words.label.url,
        Endpoint::EmailDomain(_) => &words.label.email_domain,
        Endpoint::Address(_)
        | Endpoint::AddressPort { .. }
        | Endpoint::Host(_)
        | Endpoint::HostPort { .. } => &words.label.name,
    }
}

/// Port and protocol of a line: `3389/tcp`.
pub(super) fn port_of(line: &MessageLine) -> Option<String> {
    let port = line.endpoint.port().or(line.port).map(|port| port.get().to_string());
    let transport = line.endpoint.transport().or(line.transport).map(|it| it.to_string());
    match (port, transport) {
        (Some(port), Some(transport)) => Some(format!("{port}/{transport}")),
        (port, transport) => port.or(transport),
    }
}

/// An address that attacks did so from a source port; an address that is attacked was reached at a port.
pub(super) fn port_label<'w>(role: Role, line: &MessageLine, words: &'w Words) -> &'w str {
    match (role, &line.endpoint) {
        (Role::Victim, Endpoint::Address(_)) => &words.label.source_port,
        _ => &words.label.port,
    }
}

fn peer_label(role: Role, words: &Words) -> &str {
    match role {
        Role::Victim => &words.label.destination,
        Role::Target => &words.label.origin,
    }
}

fn peer_of(line: &MessageLine) -> Option<String> {
    match (line.peer_address, line.peer_port) {
        (Some(address), Some(port)) => Some(format!("{address} ({})", port.get())),
        (Some(address), None) => Some(address.to_string()),
        (None, Some(port)) => Some(format!("({})", port.get())),
        (None, None) => None,
    }
}

fn status_of(line: &MessageLine, words: &Words) -> String {
    let status = if line.again {
        &words.status.again
    } else if line.repeated {
        &words.status.repeated
    } else {
        &words.status.new
    };
    status.clone()
}

/// A table of all lines, unless it would be too wide to read. Columns without a value are left out.
fn table(context: &MessageContext<'_>, words: &Words) -> Option<String> {
    let rows: Vec<Vec<String>> = std::iter::once(table_head(context, words))
        .chain(context.lines.iter().enumerate().map(|(index, line)| table_row(context, index, line, words)))
        .collect();
    let columns = rows.first()?.len();
    let widths: Vec<usize> = (0..columns).map(|column| column_width(&rows, column)).collect();
    if widths.iter().map(|width| width + 2).sum::<usize>() > TABLE_CHARS_MAX {
        return None;
    }
    Some(rows.iter().map(|row| table_line(row, &widths)).collect::<Vec<_>>().join("\n"))
}

fn table_head(context: &MessageContext<'_>, words: &Words) -> Vec<String> {
    let label = &words.label;
    let first = &context.lines[0];
    [
        label.number.as_str(),
        &label.address,
        port_label(context.role, first, words),
        name_label(first, words),
        &label.identifier,
        peer_label(context.role, words),
        &label.seen_local,
        &label.seen_utc,
        &label.status,
    ]
    .map(str::to_owned)
    .to_vec()
}

fn table_row(
    context: &MessageContext<'_>,
    index: usize,
    line: &MessageLine,
    words: &Words,
) -> Vec<String> {
    let status = if context.lines.iter().any(|line| line.again || line.repeated) {
        status_of(line, words)
    } else {
        String::new()
    };
    vec![
        (index + 1).to_string(),
        address_of(line).unwrap_or_default(),
        port_of(line).unwrap_or_default(),
        name_of(line).unwrap_or_default(),
        line.identifier.as_ref().map(|it| clean::value(it.as_str())).unwrap_or_default(),
        peer_of(line).unwrap_or_default(),
        moment::in_column(line.observed_at, &context.desk.time_zone),
        moment::in_column(line.observed_at, &model::Zone::UTC),
        status,
    ]
}

/// Width of a column, zero if no line has a value in it.
fn column_width(rows: &[Vec<String>], column: usize) -> usize {
    let width = |row: &Vec<String>| row[column].chars().count();
    let widest = rows.iter().skip(1).map(width).max().unwrap_or(0);
    if widest == 0 { 0 } else { widest.max(width(&rows[0])) }
}

fn table_line(row: &[String], widths: &[usize]) -> String {
    let cells = row.iter().zip(widths).filter(|(_, width)| **width > 0);
    let line: Vec<String> = cells.map(|(cell, width)| format!("{cell:<width$}")).collect();
    line.join("  ").trim_end().to_owned()
}

/// How many lines there are of what, when they are too many to show.
fn summary(context: &MessageContext<'_>, words: &Words) -> String {
    let mut groups: BTreeMap<String, usize> = BTreeMap::new();
    for line in context.lines {
        *groups.entry(group_of(context, line, words)).or_default() += 1;
    }
    let mut groups: Vec<(String, usize)> = groups.into_iter().collect();
    groups.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
    let mut shown: Vec<String> =
        groups.iter().take(GROUPS_MAX).map(|(group, count)| format!("- {group}: {count}")).collect();
    if groups.len() > GROUPS_MAX {
        let rest: usize = groups.iter().skip(GROUPS_MAX).map(|(_, count)| count).sum();
        shown.push(format!("- {} {rest}", words.and_more));
    }
    shown.join("\n")
}

/// What a line is counted under: its identifier, else its port, else the network it is in.
fn group_of(context: &MessageContext<'_>, line: &MessageLine, words: &Words) -> String {
    if let Some(identifier) = &line.identifier {
        return format!("{} {}", words.label.identifier, clean::value(identifier.as_str()));
    }
    match (port_of(line), &line.endpoint) {
        // The source port differs per connection: it groups nothing.
        (_, Endpoint::Address(_)) | (None, _) => name_label(line, words).to_owned(),
        (Some(port), _) => format!("{} {port}", port_label(context.role, line, words)),
    }
}

/// What the sources said of each line, for whoever looks after the systems.
pub(super) fn evidence(context: &MessageContext<'_>, words: &Words) -> String {
    if context.lines.len() > super::LINES_IN_BODY_MAX {
        return String::new();
    }
    let shown = context.lines.iter().enumerate().map(|(index, line)| {
        if context.lines.len() > BLOCKS_MAX {
            evidence_of_row(index, line)
        } else {
            evidence_of_block(context, index, line, words)
        }
    });
    shown.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

fn evidence_of_row(index: usize, line: &MessageLine) -> String {
    let values = evidence_values(&line.evidence);
    if values.is_empty() {
        return String::new();
    }
    let values: Vec<String> = values.iter().map(|(name, value)| format!("{name}={value}")).collect();
    wrap::text(&values.join("; "), &format!("{}. ", index + 1), "   ")
}

fn evidence_of_block(
    context: &MessageContext<'_>,
    index: usize,
    line: &MessageLine,
    words: &Words,
) -> String {
    let mut pairs = Vec::new();
    if context.lines.len() > 1 {
        pairs.push((words.label.number.as_str(), (index + 1).to_string()));
    }
    let local = context.desk.time_zone.to_local_text(line.observed_at);
    pairs.push((&words.label.finding, line.finding.to_string()));
    pairs.push((&words.label.seen_utc, line.observed_at.to_string()));
    pairs.push((&words.label.seen_local, local));
    let values = evidence_values(&line.evidence);
    let mut all = joined(&pairs);
    for (name, value) in values {
        all.push('\n');
        all.push_str(&wrap::text(&format!("{name}: {value}"), "  ", "    "));
    }
    all
}

/// Names and values of a JSON object, in its order, made harmless. Text that is no object is shown as it is.
fn evidence_values(json: &str) -> Vec<(String, String)> {
    if json.trim().is_empty() {
        return Vec::new();
    }
    let Ok(Ordered(pairs)) = serde_json::from_str(json) else {
        return vec![("?".to_owned(), clean::value(json))];
    };
    let shown = pairs.iter().take(EVIDENCE_VALUES_MAX);
    shown.map(|(name, value)| (clean::line(name), clean::value(&plain(value)))).collect()
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A JSON object in the order in which it was written: the most telling columns come first.
struct Ordered(Vec<(String, Value)>);

impl<'de> serde::Deserialize<'de> for Ordered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OrderedVisitor)
    }
}

struct OrderedVisitor;

impl<'de> Visitor<'de> for OrderedVisitor {
    type Value = Ordered;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ordered, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Ordered(pairs))
    }
}
