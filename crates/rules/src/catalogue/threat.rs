//! One entry of the catalogue, as it stands in its file.

use std::fmt::Display;
use std::str::FromStr;

use model::{Day, KeyedBy, Language, Reader, ThreatSlug};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::CatalogueError;

/// A threat and its texts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Threat {
    /// Names the threat everywhere. Never reused for another one.
    #[serde(deserialize_with = "parsed", serialize_with = "as_text")]
    pub slug: ThreatSlug,
    /// Counts up when a text changes, so that it is known which text somebody was sent.
    pub version: u32,
    /// Day on which somebody last read all texts and found them right.
    #[serde(deserialize_with = "parsed", serialize_with = "as_text")]
    pub reviewed: Day,
    /// Day from which the texts may no longer be trusted without another review.
    #[serde(deserialize_with = "parsed", serialize_with = "as_text")]
    pub expires: Day,
    /// What a finding of this threat is about. Nothing for the texts of an RSIT class.
    #[serde(
        default,
        deserialize_with = "parsed_option",
        serialize_with = "as_text_option",
        skip_serializing_if = "Option::is_none"
    )]
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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Title of the document.
    pub name: String,
    /// Where it is.
    pub url: String,
}

/// The texts of one language, one per reader.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
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

    /// Reads what [`Threat::to_json`] wrote.
    ///
    /// # Errors
    /// When a field is missing, unknown or nonsense.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The whole entry as JSON.
    ///
    /// # Panics
    /// Never: its fields are texts, numbers and lists of them.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers can be written")
    }

    /// The texts for one reader in one language, to be changed.
    pub fn advice_mut(&mut self, language: Language, reader: Reader) -> &mut Advice {
        let advices = match language {
            Language::Nl => &mut self.nl,
            Language::En => &mut self.en,
        };
        match reader {
            Reader::Entrepreneur => &mut advices.entrepreneur,
            Reader::Administrator => &mut advices.administrator,
            Reader::Soc => &mut advices.soc,
        }
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

fn as_text<T: Display, S: Serializer>(noun: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(noun)
}

fn as_text_option<T: Display, S: Serializer>(
    noun: &Option<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match noun {
        Some(noun) => serializer.collect_str(noun),
        None => serializer.serialize_none(),
    }
}
