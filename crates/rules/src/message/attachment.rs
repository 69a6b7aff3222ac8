//! The files that hold all lines of a message, for people (CSV) and for programs (JSON).

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use super::clean;
use super::context::{Attachment, MessageContext, MessageLine, RenderError};

const COLUMNS: [&str; 23] = [
    "reference",
    "tlp",
    "finding",
    "endpoint",
    "address",
    "host",
    "port",
    "transport",
    "peer_address",
    "peer_port",
    "identifier",
    "threat",
    "rsit",
    "role",
    "observed_at",
    "observed_at_local",
    "first_seen",
    "times_seen",
    "status",
    "reason",
    "evidence",
    "own_reference",
    "organisation",
];

/// Both files. They hold the same lines in the same order as the message.
pub(super) fn attachments(context: &MessageContext<'_>) -> Result<Vec<Attachment>, RenderError> {
    let [csv_name, json_name] = file_names(context.reference);
    let csv = csv_of(context).map_err(|source| RenderError::Attachment {
        file_name: csv_name.clone(),
        source,
    })?;
    let json = json_of(context).map_err(|source| RenderError::Attachment {
        file_name: json_name.clone(),
        source,
    })?;
    Ok(vec![
        Attachment {
            file_name: csv_name,
            content_type: "text/csv; charset=utf-8".to_owned(),
            bytes: csv,
        },
        Attachment {
            file_name: json_name,
            content_type: "application/json".to_owned(),
            bytes: json,
        },
    ])
}

/// Names of both files: letters, digits and `-` of the reference only.
pub(super) fn file_names(reference: &str) -> [String; 2] {
    let safe: String = reference
        .chars()
        .filter(|it| it.is_ascii_alphanumeric() || *it == '-')
        .take(64)
        .collect();
    [
        format!("{safe}-systems.csv"),
        format!("{safe}-systems.json"),
    ]
}

/// One line as both files show it.
#[derive(Serialize)]
struct LineView<'a> {
    finding: String,
    endpoint: String,
    address: Option<String>,
    host: Option<&'a str>,
    port: Option<u16>,
    transport: Option<String>,
    peer_address: Option<String>,
    peer_port: Option<u16>,
    identifier: Option<String>,
    observed_at: String,
    observed_at_local: String,
    first_seen: String,
    times_seen: u64,
    status: &'static str,
    reason: String,
    evidence: Value,
    own_reference: String,
    organisation: String,
}

#[derive(Serialize)]
struct FileView<'a> {
    reference: &'a str,
    tlp: &'a str,
    threat: &'a str,
    rsit: &'a str,
    role: &'a str,
    severity: &'a str,
    lines: Vec<LineView<'a>>,
}

fn line_view<'a>(context: &MessageContext<'_>, line: &'a MessageLine) -> LineView<'a> {
    LineView {
        finding: line.finding.to_string(),
        endpoint: line.endpoint.to_string(),
        address: super::listing::address_of(line),
        host: line
            .host
            .as_ref()
            .or_else(|| line.endpoint.name())
            .map(|name| name.as_str()),
        port: line.endpoint.port().or(line.port).map(|port| port.get()),
        transport: line
            .endpoint
            .transport()
            .or(line.transport)
            .map(|it| it.to_string()),
        peer_address: line.peer_address.map(|address| address.to_string()),
        peer_port: line.peer_port.map(|port| port.get()),
        identifier: line
            .identifier
            .as_ref()
            .map(|it| clean::unbounded(it.as_str())),
        observed_at: line.observed_at.to_string(),
        observed_at_local: context.desk.time_zone.to_local_text(line.observed_at),
        first_seen: line.first_seen.to_string(),
        times_seen: line.times_seen,
        status: status(context, line),
        reason: clean::unbounded(&line.reason),
        evidence: evidence_of(&line.evidence),
        own_reference: clean::unbounded(&line.own_reference),
        organisation: clean::unbounded(&line.owner),
    }
}

/// The evidence as an object, or as it is if it is none, without characters that hide or steer.
fn evidence_of(json: &str) -> Value {
    serde_json::from_str(json).map_or_else(|_| Value::String(clean::unbounded(json)), clean_value)
}

fn clean_value(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(clean::unbounded(&text)),
        Value::Array(values) => values.into_iter().map(clean_value).collect(),
        Value::Object(fields) => {
            let clean =
                |(name, value): (String, Value)| (clean::unbounded(&name), clean_value(value));
            Value::Object(fields.into_iter().map(clean).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

/// A word for machines: the same in every language.
fn status(context: &MessageContext<'_>, line: &MessageLine) -> &'static str {
    if context.all_clear.is_some() {
        "not-visible"
    } else if line.again {
        "visible-again"
    } else if line.repeated {
        "still-visible"
    } else {
        "new"
    }
}

fn csv_of(context: &MessageContext<'_>) -> Result<Vec<u8>, std::io::Error> {
    // RFC 4180: lines end with CR LF.
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for line in context.lines {
        let cells = csv_cells(context, &line_view(context, line));
        writer.write_record(cells.iter().map(|cell| csv_safe(cell).into_owned()))?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

fn csv_cells(context: &MessageContext<'_>, line: &LineView<'_>) -> [String; COLUMNS.len()] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let number = |value: Option<u16>| value.map(|it| it.to_string()).unwrap_or_default();
    let evidence = match &line.evidence {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    [
        clean::line(context.reference),
        context.tlp.to_string(),
        line.finding.clone(),
        line.endpoint.clone(),
        text(&line.address),
        line.host.unwrap_or_default().to_owned(),
        number(line.port),
        text(&line.transport),
        text(&line.peer_address),
        number(line.peer_port),
        text(&line.identifier),
        context.threat.to_string(),
        context.rsit.to_string(),
        context.role.to_string(),
        line.observed_at.clone(),
        line.observed_at_local.clone(),
        line.first_seen.clone(),
        line.times_seen.to_string(),
        line.status.to_owned(),
        line.reason.clone(),
        evidence,
        line.own_reference.clone(),
        line.organisation.clone(),
    ]
}

/// Keeps a spreadsheet from reading a cell as a formula.
fn csv_safe(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

fn json_of(context: &MessageContext<'_>) -> Result<Vec<u8>, std::io::Error> {
    let file = FileView {
        reference: context.reference,
        tlp: context.tlp.as_str(),
        threat: context.threat.as_str(),
        rsit: context.rsit.as_str(),
        role: context.role.as_str(),
        severity: context.severity.as_str(),
        lines: context
            .lines
            .iter()
            .map(|line| line_view(context, line))
            .collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&file)?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula() {
        for (cell, want) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2", "'-2"),
            ("\tx", "'\tx"),
            ("plain", "plain"),
            ("", ""),
        ] {
            assert_eq!(csv_safe(cell), want, "{cell:?}");
        }
    }

    #[test]
    fn a_file_name_holds_nothing_that_leads_elsewhere() {
        assert_eq!(
            file_names("../NTF-2026-000042\n")[0],
            "NTF-2026-000042-systems.csv"
        );
    }
}
