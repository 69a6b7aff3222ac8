//! Shows what the sources said of each line, for whoever looks after the systems.

use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::clean;
use super::context::{MessageContext, MessageLine};
use super::listing::{BLOCKS_MAX, joined};
use super::words::Words;
use super::wrap;

/// Values of the evidence of one line that are shown at most. The rest is in the source's own report.
const EVIDENCE_VALUES_MAX: usize = 40;

/// What the sources said of each line, for whoever looks after the systems.
pub(super) fn evidence(context: &MessageContext<'_>, words: &Words) -> String {
    if context.lines.len() > super::LINES_IN_BODY_MAX {
        return String::new();
    }
    let shown = context.lines.iter().enumerate().map(|(index, line)| {
        if context.lines.len() > BLOCKS_MAX {
            evidence_of_row(index, line, words)
        } else {
            evidence_of_block(context, index, line, words)
        }
    });
    let between = if context.lines.len() > BLOCKS_MAX {
        "\n"
    } else {
        "\n\n"
    };
    shown.collect::<Vec<_>>().join(between)
}

fn evidence_of_row(index: usize, line: &MessageLine, words: &Words) -> String {
    let mut values = vec![format!("{} {}", words.label.finding, line.finding)];
    if line.times_seen > 1 {
        let (first, times) = (line.first_seen, line.times_seen);
        values.push(format!("{} {first}", words.label.first_seen));
        values.push(format!("{} {times}", words.label.times_seen));
    }
    let of_source = evidence_values(&line.evidence);
    values.extend(
        of_source
            .iter()
            .map(|(name, value)| format!("{name}={value}")),
    );
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
pub fn evidence_values(json: &str) -> Vec<(String, String)> {
    if json.trim().is_empty() {
        return Vec::new();
    }
    let Ok(Ordered(pairs)) = serde_json::from_str(json) else {
        return vec![("?".to_owned(), clean::value(json))];
    };
    let shown = pairs.iter().take(EVIDENCE_VALUES_MAX);
    shown
        .map(|(name, value)| (clean::line(name), clean::value(&plain(value))))
        .collect()
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
