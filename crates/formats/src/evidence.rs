//! Evidence: the columns of a row that a recipient needs to find the problem, as a compact JSON object.
//!
//! Written by hand, since it is built for every row: no map, no intermediate value, one allocation.

use csv::ByteRecord;

use crate::mask::Action;

/// Longest value in characters; a longer one ends with `…`.
const VALUE_CHARS_MAX: usize = 300;

/// Longest object in bytes; values that do not fit any more are left out.
const OBJECT_BYTES_MAX: usize = 4000;

/// Longest column name in characters.
const KEY_CHARS_MAX: usize = 64;

/// Which columns of a table become evidence, in order.
#[derive(Debug, Default)]
pub(crate) struct EvidencePlan {
    columns: Vec<EvidenceColumn>,
}

#[derive(Debug)]
struct EvidenceColumn {
    index: usize,
    /// The name as JSON, with the colon.
    key: String,
    action: Action,
}

impl EvidencePlan {
    /// Adds a column. Secrets in it are masked, which changes nothing if they already are.
    pub(crate) fn add(&mut self, index: usize, name: &str, action: Action) {
        let name: String = name.chars().take(KEY_CHARS_MAX).collect();
        let mut key = String::from("\"");
        push_escaped(&mut key, &name);
        key.push_str("\":");
        self.columns.push(EvidenceColumn { index, key, action });
    }

    /// The evidence of one row; empty if all its columns are.
    pub(crate) fn object(&self, row: &ByteRecord) -> String {
        let mut object = String::new();
        for column in &self.columns {
            let value = row.get(column.index).unwrap_or_default().trim_ascii();
            if value.is_empty() {
                continue;
            }
            if object.is_empty() {
                object.reserve(256);
            }
            let length = object.len();
            object.push(if length == 0 { '{' } else { ',' });
            object.push_str(&column.key);
            object.push('"');
            push_value(&mut object, value, column.action);
            object.push('"');
            // Room for the closing bracket.
            if object.len() >= OBJECT_BYTES_MAX {
                object.truncate(length);
            }
        }
        if !object.is_empty() {
            object.push('}');
        }
        object
    }
}

fn push_value(object: &mut String, value: &[u8], action: Action) {
    match action.replacement(value) {
        Some(text) => push_bounded(object, &text),
        None => push_bounded(object, &String::from_utf8_lossy(value)),
    }
}

fn push_bounded(object: &mut String, text: &str) {
    // A text has at most as many characters as bytes, so most values need no counting.
    if text.len() <= VALUE_CHARS_MAX {
        return push_escaped(object, text);
    }
    match text.char_indices().nth(VALUE_CHARS_MAX) {
        None => push_escaped(object, text),
        Some(_) => {
            let cut = text.char_indices().nth(VALUE_CHARS_MAX - 1);
            push_escaped(object, &text[..cut.map_or(0, |(at, _)| at)]);
            object.push('…');
        }
    }
}

/// Escapes what JSON requires, and every other character that would not show.
fn push_escaped(object: &mut String, text: &str) {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        object.push_str(text);
        return;
    }
    for character in text.chars() {
        match character {
            '"' => object.push_str("\\\""),
            '\\' => object.push_str("\\\\"),
            '\n' => object.push_str("\\n"),
            '\r' => object.push_str("\\r"),
            '\t' => object.push_str("\\t"),
            ' '..='~' => object.push(character),
            '\u{2028}' | '\u{2029}' => push_code(object, character),
            _ if character.is_control() => push_code(object, character),
            _ => object.push(character),
        }
    }
}

/// All characters that come here are below U+10000.
fn push_code(object: &mut String, character: char) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    object.push_str("\\u");
    for shift in [12, 8, 4, 0] {
        let digit = (u32::from(character) >> shift) & 0xf;
        object.push(char::from(DIGITS[digit as usize]));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn object(fields: &[&[u8]]) -> String {
        let mut plan = EvidencePlan::default();
        for index in 0..fields.len() {
            plan.add(index, &format!("c{index}"), Action::Pass);
        }
        plan.object(&ByteRecord::from(fields.to_vec()))
    }

    #[test]
    fn empty_values_are_left_out_and_nothing_gives_nothing() {
        assert_eq!(object(&[b"", b" x ", b""]), r#"{"c1":"x"}"#);
        assert_eq!(object(&[b"", b"  "]), "");
    }

    #[test]
    fn control_characters_and_broken_bytes_are_escaped() {
        assert_eq!(
            object(&[b"a\x1b[2J\x7f\"\\\n\xff"]),
            "{\"c0\":\"a\\u001b[2J\\u007f\\\"\\\\\\n\u{fffd}\"}"
        );
    }

    #[test]
    fn a_long_value_is_cut_and_a_short_one_after_a_full_object_still_fits() {
        let long = "é".repeat(1000);
        let fields: Vec<&[u8]> = std::iter::repeat_n(long.as_bytes(), 10)
            .chain([b"last".as_slice()])
            .collect();
        let object = object(&fields);
        assert!(object.len() <= OBJECT_BYTES_MAX, "{}", object.len());
        let read: serde_json::Value = serde_json::from_str(&object).unwrap();
        assert_eq!(read["c0"].as_str().unwrap().chars().count(), 300);
        assert_eq!(read["c10"], "last");
    }

    proptest! {
        #[test]
        fn any_bytes_give_json_of_bounded_size(
            fields in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..400), 0..40)
        ) {
            let fields: Vec<&[u8]> = fields.iter().map(Vec::as_slice).collect();
            let object = object(&fields);
            prop_assert!(object.len() <= OBJECT_BYTES_MAX);
            if !object.is_empty() {
                let read: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&object).unwrap();
                prop_assert!(read.values().all(|value| value.as_str().unwrap().chars().count() <= 300));
            }
        }
    }
}
