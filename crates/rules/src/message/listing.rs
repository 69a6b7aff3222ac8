//! Shows where it was seen: a block of `label: value` for a line or two, a table for more, a count for many.

use std::collections::BTreeMap;

use model::{Endpoint, Reader, Role};

use super::clean;
use super::context::{MessageContext, MessageLine};
use super::moment::{self, Precision};
use super::words::Words;
use super::wrap;

/// Lines that are shown as blocks. A table of one line is hard to read on a telephone.
pub(super) const BLOCKS_MAX: usize = 2;

/// Characters of a table line at most. Wider tables become blocks.
const TABLE_CHARS_MAX: usize = 132;

/// Groups that a summary names at most.
const GROUPS_MAX: usize = 20;

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
    context
        .lines
        .iter()
        .enumerate()
        .map(block)
        .collect::<Vec<_>>()
        .join("\n\n")
}

pub(super) fn joined(pairs: &[(&str, String)]) -> String {
    let rows = pairs
        .iter()
        .map(|(label, value)| wrap::text(&format!("{label}: {value}"), "", "  "));
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
        Reader::Administrator | Reader::Soc => Precision::Second,
    };
    let at = |time| moment::in_words(time, &context.desk.time_zone, words, precision);
    let mut pairs = Vec::new();
    let mut push = |label, value: Option<String>| pairs.extend(value.map(|value| (label, value)));
    push(
        label.owner.as_str(),
        Some(clean::value(&line.owner)).filter(|it| !it.is_empty()),
    );
    push(label.address.as_str(), address_of(line));
    push(name_label(line, words), name_of(line));
    push(port_label(context.role, line, words), port_of(line));
    push(
        &label.identifier,
        line.identifier.as_ref().map(|it| clean::value(it.as_str())),
    );
    push(
        &label.own_reference,
        Some(clean::value(&line.own_reference)).filter(|it| !it.is_empty()),
    );
    push(peer_label(context.role, words), peer_of(line, words));
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
    line.address
        .or_else(|| line.endpoint.address())
        .map(|address| address.to_string())
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
    let port = line
        .endpoint
        .port()
        .or(line.port)
        .map(|port| port.get().to_string());
    let transport = line
        .endpoint
        .transport()
        .or(line.transport)
        .map(|it| it.to_string());
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

fn peer_of(line: &MessageLine, words: &Words) -> Option<String> {
    let and_port = &words.label.and_port;
    match (line.peer_address, line.peer_port) {
        (Some(address), Some(port)) => Some(format!("{address} {and_port} {}", port.get())),
        (Some(address), None) => Some(address.to_string()),
        (None, Some(port)) => Some(format!("{and_port} {}", port.get())),
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
        .chain(
            context
                .lines
                .iter()
                .enumerate()
                .map(|(index, line)| table_row(context, index, line, words)),
        )
        .collect();
    let columns = rows.first()?.len();
    let widths: Vec<usize> = (0..columns)
        .map(|column| column_width(&rows, column))
        .collect();
    if widths.iter().map(|width| width + 2).sum::<usize>() > TABLE_CHARS_MAX {
        return None;
    }
    Some(
        rows.iter()
            .map(|row| table_line(row, &widths))
            .collect::<Vec<_>>()
            .join("\n"),
    )
}

fn table_head(context: &MessageContext<'_>, words: &Words) -> Vec<String> {
    let label = &words.label;
    let first = &context.lines[0];
    [
        label.number.as_str(),
        &label.owner,
        &label.address,
        port_label(context.role, first, words),
        name_label(first, words),
        &label.identifier,
        &label.own_reference,
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
        clean::value(&line.owner),
        address_of(line).unwrap_or_default(),
        port_of(line).unwrap_or_default(),
        name_of(line).unwrap_or_default(),
        line.identifier
            .as_ref()
            .map(|it| clean::value(it.as_str()))
            .unwrap_or_default(),
        clean::value(&line.own_reference),
        peer_of(line, words).unwrap_or_default(),
        moment::in_column(line.observed_at, &context.desk.time_zone),
        moment::in_column(line.observed_at, &model::Zone::UTC),
        status,
    ]
}

/// Width of a column, zero if no line has a value in it.
fn column_width(rows: &[Vec<String>], column: usize) -> usize {
    let width = |row: &Vec<String>| row[column].chars().count();
    let widest = rows.iter().skip(1).map(width).max().unwrap_or(0);
    if widest == 0 {
        0
    } else {
        widest.max(width(&rows[0]))
    }
}

fn table_line(row: &[String], widths: &[usize]) -> String {
    let cells = row.iter().zip(widths).filter(|(_, width)| **width > 0);
    let line: Vec<String> = cells
        .map(|(cell, width)| format!("{cell:<width$}"))
        .collect();
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
    let mut shown: Vec<String> = groups
        .iter()
        .take(GROUPS_MAX)
        .map(|(group, count)| format!("- {group}: {count}"))
        .collect();
    if groups.len() > GROUPS_MAX {
        let rest: usize = groups.iter().skip(GROUPS_MAX).map(|(_, count)| count).sum();
        shown.push(format!("- {} {rest}", words.and_more));
    }
    shown.extend(summary_of_status(context, words));
    shown.extend(summary_of_time(context, words));
    shown.join("\n")
}

/// How many lines were told of before or are visible again, if any.
fn summary_of_status(context: &MessageContext<'_>, words: &Words) -> Vec<String> {
    let again = context.lines.iter().filter(|line| line.again).count();
    let repeated = context
        .lines
        .iter()
        .filter(|line| line.repeated && !line.again)
        .count();
    [
        (&words.status.again, again),
        (&words.status.repeated, repeated),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(status, count)| format!("- {status}: {count}"))
    .collect()
}

/// When the first and the last of the lines were seen.
fn summary_of_time(context: &MessageContext<'_>, words: &Words) -> Vec<String> {
    let times = || context.lines.iter().map(|line| line.observed_at);
    let shown = |label: &str, time| {
        let zone = &context.desk.time_zone;
        let time = moment::in_words(time, zone, words, Precision::Second);
        wrap::text(&format!("{label}: {time}"), "- ", "  ")
    };
    let earliest = times().min().map(|time| shown(&words.label.earliest, time));
    let latest = times().max().map(|time| shown(&words.label.latest, time));
    earliest.into_iter().chain(latest).collect()
}

/// What a line is counted under: its identifier, else its port, else the network it is in.
fn group_of(context: &MessageContext<'_>, line: &MessageLine, words: &Words) -> String {
    if let Some(identifier) = &line.identifier {
        return format!(
            "{} {}",
            words.label.identifier,
            clean::value(identifier.as_str())
        );
    }
    match (port_of(line), &line.endpoint) {
        // The source port differs per connection: it groups nothing.
        (_, Endpoint::Address(_)) | (None, _) => name_label(line, words).to_owned(),
        (Some(port), _) => format!("{} {port}", port_label(context.role, line, words)),
    }
}
