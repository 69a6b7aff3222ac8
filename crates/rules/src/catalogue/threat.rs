//! One entry of the catalogue, as it stands in its file.

use std::fmt::Display;
use std::str::FromStr;

use model::{Day, KeyedBy, Language, Reader, ThreatSlug};
use serde::{Deserialize, Deserializer};

use super::CatalogueError;

/// A threat and its texts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threat {
    /// Names the threat everywhere. Never reused for another one.
    #[serde(deserialize_with = "parsed")]
    pub slug: ThreatSlug,
    /// Counts up when a text changes, so that it is known which text somebody was sent.
    pub version: u32,
    /// Day on which somebody last read all texts and found them right.
    #[serde(deserialize_with = "parsed")]
    pub reviewed: Day,
    /// Day from which the texts may no longer be trusted without another review.
    #[serde(deserialize_with = "parsed")]
    pub expires: Day,
    /// What a finding of this threat is about. Nothing for the texts of an RSIT class.
    #[serde(default, deserialize_with = "parsed_option")]
    pub keyed_by: Option<KeyedBy>,
    /// What was seen is a sign that somebody must judge, and no proof: a message does not call the system abused.
    #[serde(default)]
    pub is_indication: bool,
    /// Where the advice can be checked. For reviewers; messages do not show it, as they hold no links.
    #[serde(default)]
    pub sources: Vec<Reference>,
    nl: Advices,
    en: Advices,
}

/// A document that supports an advice.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Title of the document.
    pub name: String,
    /// Where it is.
    pub url: String,
}

/// The texts of one language, one per reader.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advices {
    /// For somebody without technical knowledge: language level B1.
    pub entrepreneur: Advice,
    /// For somebody who runs the system: commands, settings, places of logs.
    pub administrator: Advice,
    /// For somebody who watches over an organisation: risk, where to look for traces, when it is an incident.
    pub soc: Advice,
}

/// What to know and do, for one reader in one language.
///
/// Text between backticks is a command. `{address}`, `{port}`, `{name}` and `{peer}` stand for values of the
/// finding. The administrator's and the SOC's `title`, `what` and `consequence` address nobody, so that they also serve a
/// provider or a relay; the other texts address whoever runs the system.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// A few words, for the subject.
    pub title: String,
    /// What is going on, in one sentence.
    pub what: String,
    /// What may come of it, in at most two sentences.
    pub consequence: String,
    /// What to do now, at most five steps.
    pub steps: Vec<String>,
    /// How readers see for themselves whether it is solved.
    pub check: String,
    /// What to do if it cannot be solved now.
    pub cannot_fix: String,
    /// When to assume that it has been abused, or, for victims, what that means.
    pub compromise: String,
}

impl Threat {
    /// Reads the text of a catalogue file, which is named after its slug.
    ///
    /// # Errors
    /// When a field is missing, unknown or nonsense, or the file is about another threat.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, CatalogueError> {
        let threat: Self = toml::from_str(text).map_err(|source| CatalogueError::Unreadable {
            file: file.to_owned(),
            source: Box::new(source),
        })?;
        if threat.slug.as_str() != file {
            return Err(CatalogueError::OtherSlug {
                file: file.to_owned(),
                slug: threat.slug.to_string(),
            });
        }
        Ok(threat)
    }

    /// The texts for one reader in one language.
    pub fn advice(&self, language: Language, reader: Reader) -> &Advice {
        let advices = match language {
            Language::Nl => &self.nl,
            Language::En => &self.en,
        };
        match reader {
            Reader::Entrepreneur => &advices.entrepreneur,
            Reader::Administrator => &advices.administrator,
            Reader::Soc => &advices.soc,
        }
    }

    /// Whether the texts are due for another review on this day.
    pub fn is_expired(&self, today: Day) -> bool {
        today >= self.expires
    }
}

/// Reads a text with the strict parser of its noun.
fn parsed<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    String::deserialize(deserializer)?
        .parse()
        .map_err(serde::de::Error::custom)
}

fn parsed_option<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    parsed(deserializer).map(Some)
}
