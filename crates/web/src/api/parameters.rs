//! Parameters of the query. Each that nobody knows is a mistake: it may be misspelt, and would silently do nothing.

use std::fmt::Display;
use std::str::FromStr;

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use model::{IdKind, in_words};

use super::cursor::Place;
use super::error::{ApiError, Mistake};
use crate::site::Site;

/// Rows of a page where nobody says how many.
pub(crate) const LIMIT: i64 = 100;

/// Most rows of a page.
pub(crate) const LIMIT_MAX: i64 = 500;

/// Parameters of a request.
pub(crate) struct Parameters {
    given: Vec<(String, String)>,
    mistakes: Vec<Mistake>,
}

/// Which rows are asked for.
pub(crate) struct PageWanted<P> {
    /// After which place; nothing: from the beginning.
    pub(crate) after: Option<P>,
    /// How many at most.
    pub(crate) limit: i64,
}

impl Parameters {
    /// Those of a request.
    pub(crate) fn of(parts: &Parts) -> Self {
        let query = parts.uri.query().unwrap_or_default();
        Self {
            given: url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
            mistakes: Vec::new(),
        }
    }

    /// A text, once.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let (of_name, others) = std::mem::take(&mut self.given)
            .into_iter()
            .partition::<Vec<_>, _>(|(given, _)| given == name);
        self.given = others;
        if of_name.len() > 1 {
            self.mistake(name, "repeated", "it stands there more than once");
        }
        of_name.into_iter().next().map(|(_, value)| value)
    }

    /// A noun.
    pub(crate) fn parsed<T: FromStr<Err: Display>>(&mut self, name: &str) -> Option<T> {
        match self.text(name)?.parse() {
            Ok(noun) => Some(noun),
            Err(error) => {
                self.mistake(name, "bad-value", in_words(&error));
                None
            }
        }
    }

    /// `cursor` and `limit`.
    pub(crate) fn page<P: Place>(&mut self, site: &Site) -> PageWanted<P> {
        let cursor = self.text("cursor");
        let after = cursor.as_deref().map(|text| P::read(site, text));
        if let Some(None) = after {
            self.mistake(
                "cursor",
                "bad-value",
                "this is no cursor that was given here",
            );
        }
        let limit = self.parsed("limit").unwrap_or(LIMIT);
        if !(1..=LIMIT_MAX).contains(&limit) {
            self.mistake(
                "limit",
                "bad-value",
                format!("1 to {LIMIT_MAX} are given at once"),
            );
        }
        PageWanted {
            after: after.flatten(),
            limit,
        }
    }

    /// Notes what is wrong with a parameter.
    pub(crate) fn mistake(&mut self, name: &str, code: &'static str, why: impl ToString) {
        self.mistakes.push(Mistake::of(name, code, why));
    }

    /// Refuses what is wrong, and what nobody asked for.
    pub(crate) fn end(mut self) -> Result<(), ApiError> {
        for (name, _) in std::mem::take(&mut self.given) {
            let name = model::shown(&name);
            self.mistake(&name, "unknown", "there is no such parameter here");
        }
        if self.mistakes.is_empty() {
            return Ok(());
        }
        Err(ApiError::Invalid(self.mistakes))
    }
}

/// A header as text, if it is there and is text.
pub(crate) fn header_text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Refuses a query where none is read.
pub(crate) fn no_parameters(parts: &Parts) -> Result<(), ApiError> {
    Parameters::of(parts).end()
}

/// An id of the path, or "not found".
pub(crate) fn number_of(site: &Site, kind: IdKind, id: &str) -> Result<i64, ApiError> {
    let id = id.parse().map_err(|_| ApiError::NotFound)?;
    Ok(site.number(kind, &id)?)
}
