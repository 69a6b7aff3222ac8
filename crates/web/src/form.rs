//! What is wrong with a form, field by field, all at once.

use serde::Serialize;
use serde_json::{Map, Value};

/// What is wrong with a form. Texts are keys of `locales`, so that a page can say it in its language.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Errors {
    list: Vec<FieldError>,
}

/// What is wrong with one field.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FieldError {
    /// Name of the field in the form.
    pub(crate) field: &'static str,
    /// Key of the text.
    pub(crate) text: &'static str,
}

/// The one of these words with which a page was asked; empty for any other, for which it has no text.
pub(crate) fn known<'w>(words: &[&'w str], asked: &str) -> &'w str {
    let known = words.iter().find(|word| **word == asked);
    known.copied().unwrap_or_default()
}

/// Tells whether two pages showed the same: a form sends it back, so that nobody overwrites what somebody else saved meanwhile
/// without being told.
pub(crate) fn mark_of(shown: &impl Serialize) -> String {
    let shown = serde_json::to_vec(shown).expect("texts can be written");
    blake3::hash(&shown).to_hex()[..32].to_owned()
}

/// The mark that a page sends. One that is shown again and told its reader nothing of what others saved sends back the mark
/// that came in (`sent`): a newer one would let the reader overwrite what the page never showed.
pub(crate) fn mark_again(kept: &impl Serialize, sent: Option<&str>) -> String {
    sent.map_or_else(|| mark_of(kept), str::to_owned)
}

/// The fields of one form in which another one differs from it, each with what the first has.
pub(crate) fn differing<F: Serialize>(kept: &F, typed: &F) -> Vec<(String, Value)> {
    let fields = |form: &F| match serde_json::to_value(form) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let typed = fields(typed);
    let kept = fields(kept).into_iter();
    kept.filter(|(name, value)| typed.get(name) != Some(value))
        .collect()
}

impl Errors {
    /// Notes one.
    pub(crate) fn add(&mut self, field: &'static str, text: &'static str) {
        self.list.push(FieldError { field, text });
    }

    /// Notes all of another list.
    pub(crate) fn join(&mut self, other: Self) {
        self.list.extend(other.list);
    }

    /// The value of a field, or a note of what is wrong with it.
    pub(crate) fn take<T, E>(
        &mut self,
        field: &'static str,
        value: Result<T, E>,
        text: &'static str,
    ) -> Option<T> {
        if value.is_err() {
            self.add(field, text);
        }
        value.ok()
    }

    /// The same about one field, where a form has that one for all of them.
    pub(crate) fn about(mut self, field: &'static str) -> Self {
        for error in &mut self.list {
            error.field = field;
        }
        self
    }

    /// The fields with something wrong, in the order in which it was noted.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &'static str> {
        self.list.iter().map(|error| error.field)
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}
