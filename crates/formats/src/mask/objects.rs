//! A masked copy of JSON objects: values are replaced where they stand, and all between them stays as it was written.

use std::collections::{HashMap, HashSet};
use std::io::{Read, Write};
use std::ops::Range;

use serde_json::Value;

use super::{Action, Copied, MaskError, Masking, masked};
use crate::objects::{Field, Fields, ObjectReader, Piece};
use crate::records::ROW_BYTES_MAX;
use crate::table::COLUMNS_MAX;

/// What is left of an object that cannot be read: one that cannot be read either, so that all others keep their number.
const BLOT: &[u8] = b"{*}\n";

/// The same where nothing follows but the end of the array.
const BLOT_AT_END: &[u8] = b"{*}\n]";

/// Copies objects one by one.
pub(super) fn copy<R: Read, W: Write>(
    reader: R,
    mut writer: W,
    masking: Masking<'_>,
) -> Result<Copied, MaskError> {
    let mut reader = ObjectReader::new(reader);
    let mut copy = Copy {
        masking,
        actions: HashMap::new(),
        edits: Vec::new(),
        names: Names::default(),
    };
    let mut has_masked = false;
    loop {
        let piece = reader.advance(&mut writer, |fields| copy.plan(&fields));
        match piece.map_err(MaskError::Write)? {
            None => break,
            Some(Piece::Object) => {
                has_masked |= !copy.edits.is_empty();
                copy.write(reader.raw(), &mut writer)
            }
            Some(Piece::Broken(_)) => {
                has_masked = true;
                match reader.closes_array() {
                    true => writer.write_all(BLOT_AT_END),
                    false => writer.write_all(BLOT),
                }
            }
        }
        .map_err(MaskError::Write)?;
    }
    writer.flush().map_err(MaskError::Write)?;
    Ok(Copied {
        masked: has_masked,
        ended_early: reader.take_end(),
        columns: copy.names.list,
    })
}

struct Copy<'t> {
    masking: Masking<'t>,
    /// What happens to a column of other reports and of those about credentials.
    actions: HashMap<String, [Action; 2]>,
    /// What is written instead of which bytes of the current object, in their order.
    edits: Vec<(Range<usize>, String)>,
    names: Names,
}

impl Copy<'_> {
    fn plan(&mut self, fields: &Fields<'_>) {
        self.edits.clear();
        let names: Vec<String> = fields.names().collect();
        let is_credential = self.masking.is_credential(&names);
        let may_name = match is_credential {
            true => self.masking.known_names(&names),
            false => vec![true; names.len()],
        };
        // Behind this the key of the field begins.
        let mut end = 0;
        for ((field, name), may_name) in fields.fields.iter().zip(names).zip(may_name) {
            let action = self.action(&name, is_credential);
            match may_name {
                true => self.names.add(name),
                false => {
                    self.edits
                        .push((end..field.raw_at, masked_key(end, &field.key)));
                    self.names.add(masked(&name));
                }
            }
            let value = field.raw_at..field.raw_at + field.raw.len();
            end = value.end;
            if let Some(text) = replacement(action, field) {
                self.edits.push((value, text));
            }
        }
    }

    fn action(&mut self, name: &str, is_credential: bool) -> Action {
        if let Some(actions) = self.actions.get(name) {
            return actions[usize::from(is_credential)];
        }
        let actions = [false, true].map(|listed| Action::for_column(name, listed));
        if self.actions.len() < COLUMNS_MAX && name.len() <= NAME_BYTES_CACHED_MAX {
            self.actions.insert(name.to_owned(), actions);
        }
        actions[usize::from(is_credential)]
    }

    fn write(&self, object: &[u8], writer: &mut impl Write) -> std::io::Result<()> {
        let mut written = 0;
        for (place, text) in &self.edits {
            writer.write_all(&object[written..place.start])?;
            writer.write_all(text.as_bytes())?;
            written = place.end;
        }
        writer.write_all(&object[written..])
    }
}

/// Longest name whose action is remembered.
const NAME_BYTES_CACHED_MAX: usize = 256;

/// What stands before a value whose key may not be written; `from` is the beginning of the object or behind a value.
fn masked_key(from: usize, key: &str) -> String {
    let before = if from == 0 { '{' } else { ',' };
    format!("{before}{}:", Value::from(masked(key)))
}

/// What is written instead of a value; nothing if it passes as it stands.
fn replacement(action: Action, field: &Field<'_>) -> Option<String> {
    let text = match action {
        _ if field.raw == "null" => return None,
        Action::Pass if field.is_nested() => return masked_within(field.raw),
        // What is nested is no time, address or URL that may pass.
        _ if field.is_nested() => masked(field.raw),
        _ => action.replacement(field.text.as_bytes())?,
    };
    Some(Value::from(text).to_string())
}

/// A nested value with its secrets masked; nothing if it has none.
fn masked_within(raw: &str) -> Option<String> {
    match serde_json::from_str(raw) {
        Ok(mut value) => mask_within(&mut value).then(|| value.to_string()),
        // Such as a number that is too large: then nobody can say what it holds.
        Err(_) => Some(Value::from(masked(raw)).to_string()),
    }
}

/// Masks what is named like a secret, and says whether something was.
fn mask_within(value: &mut Value) -> bool {
    match value {
        Value::Array(values) => values
            .iter_mut()
            .fold(false, |changed, value| mask_within(value) | changed),
        Value::Object(fields) => fields.iter_mut().fold(false, |changed, (key, value)| {
            let is_secret = Action::for_column(&key.to_lowercase(), false) == Action::Mask;
            let masks = is_secret && !value.is_null();
            if masks {
                let text = match &*value {
                    Value::String(text) => masked(text),
                    other => masked(&other.to_string()),
                };
                *value = Value::String(text);
            }
            masks | (!masks && mask_within(value)) | changed
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// The names met so far, as many as one table may have.
#[derive(Default)]
struct Names {
    list: Vec<String>,
    known: HashSet<String>,
    bytes: usize,
}

impl Names {
    fn add(&mut self, name: String) {
        let fits = self.list.len() < COLUMNS_MAX && self.bytes + name.len() <= ROW_BYTES_MAX;
        if fits && !self.known.contains(&name) {
            self.bytes += name.len();
            self.known.insert(name.clone());
            self.list.push(name);
        }
    }
}
