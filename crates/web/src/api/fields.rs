//! Reads JSON that programs send, member by member; mistakes are collected instead of ending at the first.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header;
use axum::http::request::Parts;
use model::shown::{is_unsafe_to_show, shown};
use model::{IdKind, in_words};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::cursor::Place;
use super::error::{ApiError, Mistake};
use super::parameters::{LIMIT, LIMIT_MAX, PageWanted, header_text, no_parameters};
use super::shown::if_match;
use crate::site::Site;

/// Bytes of a body of JSON. A thousand assets are a tenth of it.
pub(crate) const BODY_BYTES_MAX: usize = 1 << 20;

/// The whole body of a request, which must be JSON.
pub(crate) async fn read_json(parts: &Parts, body: Body) -> Result<(Bytes, Value), ApiError> {
    read_body(parts, body, "application/json").await
}

/// The whole body of a request, which must be JSON and say that it is of this media type.
async fn read_body(
    parts: &Parts,
    body: Body,
    wanted: &'static str,
) -> Result<(Bytes, Value), ApiError> {
    let kind = header_text(&parts.headers, header::CONTENT_TYPE).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case(wanted) {
        return Err(ApiError::MediaType(wanted));
    }
    let bytes = to_bytes(body, BODY_BYTES_MAX).await;
    let bytes = bytes.map_err(|_| ApiError::TooLarge)?;
    match serde_json::from_slice(&bytes) {
        Ok(value) => Ok((bytes, value)),
        Err(error) => Err(ApiError::Invalid(vec![Mistake::at("", "bad-json", error)])),
    }
}

/// The members of one object.
pub(crate) struct Fields<'v, 'm> {
    object: &'v Map<String, Value>,
    pointer: String,
    read: Vec<&'static str>,
    mistakes: &'m mut Vec<Mistake>,
}

impl<'v, 'm> Fields<'v, 'm> {
    /// Those of a value that must be an object.
    pub(crate) fn of(
        value: &'v Value,
        pointer: String,
        mistakes: &'m mut Vec<Mistake>,
    ) -> Option<Self> {
        let Value::Object(object) = value else {
            mistakes.push(Mistake::at(pointer, "bad-type", "an object is expected"));
            return None;
        };
        Some(Self {
            object,
            pointer,
            read: Vec::new(),
            mistakes,
        })
    }

    /// Notes what is wrong with a member.
    pub(crate) fn mistake(&mut self, name: &str, code: &'static str, why: impl ToString) {
        let pointer = format!("{}/{}", self.pointer, escaped(name));
        self.mistakes.push(Mistake::at(pointer, code, why));
    }

    /// Notes what is wrong with a value of a list.
    pub(crate) fn mistake_in(&mut self, name: &str, index: usize, code: &'static str, why: &str) {
        let pointer = format!("{}/{}/{index}", self.pointer, escaped(name));
        self.mistakes.push(Mistake::at(pointer, code, why));
    }

    /// A member as it is; nothing if it is not there or null.
    pub(crate) fn value(&mut self, name: &'static str) -> Option<&'v Value> {
        self.read.push(name);
        self.object.get(name).filter(|value| !value.is_null())
    }

    /// Whether the member is there, as null too.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.object.contains_key(name)
    }

    /// A text that may not be there. The outer nothing is a mistake.
    pub(crate) fn text(&mut self, name: &'static str) -> Option<Option<&'v str>> {
        match self.value(name) {
            None => Some(None),
            Some(Value::String(text)) => Some(Some(text.as_str())),
            Some(_) => {
                self.mistake(name, "bad-type", "a text is expected");
                None
            }
        }
    }

    /// A noun that may not be there. The outer nothing is a mistake.
    pub(crate) fn optional<T: FromStr<Err: Display>>(
        &mut self,
        name: &'static str,
    ) -> Option<Option<T>> {
        let Some(text) = self.text(name)? else {
            return Some(None);
        };
        match text.parse() {
            Ok(noun) => Some(Some(noun)),
            Err(error) => {
                self.mistake(name, "bad-value", in_words(&error));
                None
            }
        }
    }

    /// A noun that must be there.
    pub(crate) fn required<T: FromStr<Err: Display>>(&mut self, name: &'static str) -> Option<T> {
        let noun = self.optional(name)?;
        self.must_be_there(name, noun)
    }

    /// One of these words, which must be there.
    pub(crate) fn word<T: Copy>(
        &mut self,
        name: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let text = self.text(name)?;
        let text = self.must_be_there(name, text)?;
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            let why = format!("one of {} is expected", known.join(", "));
            self.mistake(name, "bad-value", why);
        }
        found.map(|(_, value)| *value)
    }

    /// A line of text that may not be there, of at most `chars_max` characters.
    pub(crate) fn optional_line(
        &mut self,
        name: &'static str,
        chars_max: usize,
    ) -> Option<Option<String>> {
        let Some(text) = self.text(name)? else {
            return Some(None);
        };
        let text = text.trim();
        let chars = text.chars().count();
        if text.is_empty() || chars > chars_max {
            let why = format!("1 to {chars_max} characters are expected, not {chars}");
            self.mistake(name, "bad-length", why);
            return None;
        }
        if text.chars().any(is_unsafe_to_show) {
            let why = format!(
                "a line without invisible characters is expected, not `{}`",
                shown(text)
            );
            self.mistake(name, "bad-value", why);
            return None;
        }
        Some(Some(text.to_owned()))
    }

    /// A line of text that must be there.
    pub(crate) fn line(&mut self, name: &'static str, chars_max: usize) -> Option<String> {
        let line = self.optional_line(name, chars_max)?;
        self.must_be_there(name, line)
    }

    /// The number behind an id that may not be there. The outer nothing is a mistake.
    pub(crate) fn id(
        &mut self,
        site: &Site,
        kind: IdKind,
        name: &'static str,
    ) -> Option<Option<i64>> {
        let Some(id) = self.optional::<Uuid>(name)? else {
            return Some(None);
        };
        match site.number(kind, &id) {
            Ok(number) => Some(Some(number)),
            Err(_) => {
                self.mistake(name, "unknown", "there is nothing with this id");
                None
            }
        }
    }

    /// A whole number that may not be there. The outer nothing is a mistake.
    fn number(&mut self, name: &'static str, allowed: RangeInclusive<i64>) -> Option<Option<i64>> {
        let Some(value) = self.value(name) else {
            return Some(None);
        };
        let number = value.as_i64().filter(|number| allowed.contains(number));
        if number.is_none() {
            let why = format!(
                "a whole number from {} to {} is expected",
                allowed.start(),
                allowed.end()
            );
            self.mistake(name, "bad-value", why);
        }
        number.map(Some)
    }

    /// A choice; no when it is not there.
    pub(crate) fn flag(&mut self, name: &'static str) -> Option<bool> {
        match self.value(name) {
            None => Some(false),
            Some(Value::Bool(flag)) => Some(*flag),
            Some(_) => {
                self.mistake(name, "bad-type", "`true` or `false` is expected");
                None
            }
        }
    }

    /// A list that may not be there, with at most `rows_max` values.
    pub(crate) fn list(&mut self, name: &'static str, rows_max: usize) -> Option<&'v [Value]> {
        match self.value(name) {
            None => Some(&[]),
            Some(Value::Array(list)) if list.len() <= rows_max => Some(list),
            Some(Value::Array(list)) => {
                let why = format!("at most {rows_max} are expected, not {}", list.len());
                self.mistake(name, "too-many", why);
                None
            }
            Some(_) => {
                self.mistake(name, "bad-type", "a list is expected");
                None
            }
        }
    }

    /// A list of lines of text of at most `chars_max` characters each. Nothing if one of them is wrong.
    pub(crate) fn lines(
        &mut self,
        name: &'static str,
        rows_max: usize,
        chars_max: usize,
    ) -> Option<Vec<String>> {
        let list = self.list(name, rows_max)?;
        let is_line = |text: &str| {
            (1..=chars_max).contains(&text.chars().count()) && !text.chars().any(is_unsafe_to_show)
        };
        let mut lines = Vec::new();
        for (index, value) in list.iter().enumerate() {
            match value.as_str().map(str::trim).filter(|text| is_line(text)) {
                Some(text) => lines.push(text.to_owned()),
                None => {
                    let why = format!("a line of 1 to {chars_max} characters is expected");
                    self.mistake_in(name, index, "bad-value", &why);
                }
            }
        }
        (lines.len() == list.len()).then_some(lines)
    }

    /// Notes it as a mistake if the member is not there: for one that may be empty, but not left out.
    pub(crate) fn needs(&mut self, name: &'static str) {
        let value = self.value(name);
        self.must_be_there(name, value);
    }

    /// Reads each value of a list as an object. Nothing if one of them is wrong.
    pub(crate) fn each<T>(
        &mut self,
        name: &'static str,
        rows_max: usize,
        mut read: impl FnMut(&mut Fields<'v, '_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let list = self.list(name, rows_max)?;
        let rows: Vec<Option<T>> = list
            .iter()
            .enumerate()
            .map(|(index, value)| {
                let pointer = format!("{}/{name}/{index}", self.pointer);
                let mut fields = Fields::of(value, pointer, self.mistakes)?;
                let row = read(&mut fields);
                fields.end();
                row
            })
            .collect();
        rows.into_iter().collect()
    }

    /// Notes the members that nobody read: they may be misspelt.
    pub(crate) fn end(mut self) {
        let unknown = self
            .object
            .keys()
            .filter(|name| !self.read.contains(&name.as_str()));
        for name in unknown.cloned().collect::<Vec<_>>() {
            self.mistake(&name, "unknown", "there is no such member");
        }
    }

    fn must_be_there<T>(&mut self, name: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.mistake(name, "missing", "it is needed");
        }
        value
    }
}

/// Reads a body that is one object, or gives all that is wrong with it.
pub(crate) fn read_object<T>(
    value: &Value,
    read: impl FnOnce(&mut Fields<'_, '_>) -> Option<T>,
) -> Result<T, ApiError> {
    let mut mistakes = Vec::new();
    let object = Fields::of(value, String::new(), &mut mistakes).and_then(|mut fields| {
        let object = read(&mut fields);
        fields.end();
        object
    });
    match object {
        Some(object) if mistakes.is_empty() => Ok(object),
        _ => Err(ApiError::Invalid(mistakes)),
    }
}

/// Which page of what is looked for, in a body.
pub(crate) fn page_wanted<P: Place>(
    site: &Site,
    fields: &mut Fields<'_, '_>,
) -> Option<PageWanted<P>> {
    let limit = fields.number("limit", 1..=LIMIT_MAX);
    let after = match fields.text("cursor")? {
        None => None,
        Some(text) => {
            let after = P::read(site, text);
            if after.is_none() {
                fields.mistake(
                    "cursor",
                    "bad-value",
                    "this is no cursor that was given here",
                );
            }
            Some(after?)
        }
    };
    let limit = limit?.unwrap_or(LIMIT);
    Some(PageWanted { after, limit })
}

/// What a request asks that changes nothing and stands in a body.
pub(crate) async fn asked<T>(
    request: Request,
    read: impl FnOnce(&mut Fields<'_, '_>) -> Option<T>,
) -> Result<T, ApiError> {
    let (parts, body) = request.into_parts();
    no_parameters(&parts)?;
    let (_, value) = read_json(&parts, body).await?;
    read_object(&value, read)
}

/// What a request puts in the place of something, and its head, which says what was read.
pub(crate) async fn replacement<T>(
    request: Request,
    read: impl FnOnce(&mut Fields<'_, '_>) -> Option<T>,
) -> Result<(T, Parts), ApiError> {
    if_match(request.headers())?;
    put(request, read).await
}

/// The same where there may be nothing yet: then nothing was read.
pub(crate) async fn put<T>(
    request: Request,
    read: impl FnOnce(&mut Fields<'_, '_>) -> Option<T>,
) -> Result<(T, Parts), ApiError> {
    let (parts, body) = request.into_parts();
    no_parameters(&parts)?;
    let (_, value) = read_json(&parts, body).await?;
    Ok((read_object(&value, read)?, parts))
}

/// What a request changes of something (RFC 7396), and its head, which says what was read.
pub(crate) async fn patch<T>(
    request: Request,
    read: impl FnOnce(&mut Fields<'_, '_>) -> Option<T>,
) -> Result<(T, Parts), ApiError> {
    if_match(request.headers())?;
    let (parts, body) = request.into_parts();
    no_parameters(&parts)?;
    let (_, value) = read_body(&parts, body, "application/merge-patch+json").await?;
    Ok((read_object(&value, read)?, parts))
}

/// Refuses a request that takes something away and does not say what was read, before anything is looked up.
pub(crate) fn removal(parts: &Parts) -> Result<(), ApiError> {
    if_match(&parts.headers)?;
    no_parameters(parts)
}

/// A name as a JSON pointer has it (RFC 6901).
fn escaped(name: &str) -> String {
    shown(name).replace('~', "~0").replace('/', "~1")
}
