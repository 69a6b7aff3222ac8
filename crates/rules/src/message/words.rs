//! The words of each language that are not sentences: months, labels, the meaning of a marking.

use std::sync::LazyLock;

use model::{Language, Role, Severity, Tlp};
use serde::Deserialize;

/// The words of one language. Each field is a key in `messages/words/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) at: String,
    pub(super) and_more: String,
    pub(super) months: Vec<String>,
    pub(super) source_category: String,
    pub(super) sealed: String,
    severity: BySeverity,
    urgency: BySeverity,
    role: ByRole,
    tlp: ByTlp,
    pub(super) system: Count,
    pub(super) email_domain: Count,
    pub(super) placeholder: Placeholder,
    pub(super) label: Label,
    pub(super) status: Status,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BySeverity {
    info: String,
    low: String,
    medium: String,
    high: String,
    critical: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ByRole {
    target: String,
    victim: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ByTlp {
    clear: String,
    green: String,
    amber: String,
    amber_strict: String,
    red: String,
    not_onward: String,
}

/// A noun for one and for more.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Count {
    pub(super) one: String,
    pub(super) many: String,
}

impl Count {
    /// The number with the right form of the noun.
    pub(super) fn of(&self, number: usize) -> String {
        let noun = if number == 1 { &self.one } else { &self.many };
        format!("{number} {noun}")
    }
}

/// What stands in a command where a value is not known or differs per line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Placeholder {
    pub(super) address: String,
    pub(super) port: String,
    pub(super) name: String,
    pub(super) peer: String,
}

/// What stands before a value, or above a column.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Label {
    pub(super) number: String,
    pub(super) address: String,
    pub(super) port: String,
    pub(super) and_port: String,
    pub(super) source_port: String,
    pub(super) name: String,
    pub(super) url: String,
    pub(super) email_domain: String,
    pub(super) identifier: String,
    pub(super) owner: String,
    pub(super) own_reference: String,
    pub(super) seen: String,
    pub(super) seen_local: String,
    pub(super) seen_utc: String,
    pub(super) first_seen: String,
    pub(super) earliest: String,
    pub(super) latest: String,
    pub(super) times_seen: String,
    pub(super) status: String,
    pub(super) destination: String,
    pub(super) origin: String,
    pub(super) finding: String,
}

/// How a line stands to what the recipient was told before.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Status {
    pub(super) new: String,
    pub(super) again: String,
    pub(super) repeated: String,
}

impl Words {
    /// The words of a language, read once.
    pub(super) fn of(language: Language) -> &'static Self {
        static NL: LazyLock<Words> =
            LazyLock::new(|| read(include_str!("../../messages/words/nl.toml")));
        static EN: LazyLock<Words> =
            LazyLock::new(|| read(include_str!("../../messages/words/en.toml")));
        match language {
            Language::Nl => &NL,
            Language::En => &EN,
        }
    }

    /// The severity as the subject shows it.
    pub(super) fn severity(&self, severity: Severity) -> &str {
        self.severity.of(severity)
    }

    /// The severity with what it asks of the reader.
    pub(super) fn urgency(&self, severity: Severity) -> &str {
        self.urgency.of(severity)
    }

    /// The role as the subject shows it.
    pub(super) fn role(&self, role: Role) -> &str {
        match role {
            Role::Target => &self.role.target,
            Role::Victim => &self.role.victim,
        }
    }

    /// What the marking means to this recipient. An agreement can narrow the marking, nothing can widen it.
    pub(super) fn marking(&self, tlp: Tlp, may_forward: bool) -> String {
        let meaning = match tlp {
            Tlp::Clear => &self.tlp.clear,
            Tlp::Green => &self.tlp.green,
            Tlp::Amber => &self.tlp.amber,
            Tlp::AmberStrict => &self.tlp.amber_strict,
            Tlp::Red => &self.tlp.red,
        };
        if may_forward || !tlp.may_forward() {
            meaning.clone()
        } else {
            self.tlp.not_onward.clone()
        }
    }
}

impl BySeverity {
    fn of(&self, severity: Severity) -> &str {
        match severity {
            Severity::Info => &self.info,
            Severity::Low => &self.low,
            Severity::Medium => &self.medium,
            Severity::High => &self.high,
            Severity::Critical => &self.critical,
        }
    }
}

fn read(text: &str) -> Words {
    toml::from_str(text).expect("a test reads the embedded words of every language")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_all_words_and_twelve_months() {
        for language in Language::ALL {
            assert_eq!(Words::of(*language).months.len(), 12, "{language}");
        }
    }

    #[test]
    fn an_agreement_narrows_a_marking_and_never_widens_it() {
        let words = Words::of(Language::En);
        assert!(words.marking(Tlp::Amber, false).contains("do not pass"));
        assert_eq!(
            words.marking(Tlp::Red, true),
            words.marking(Tlp::Red, false)
        );
    }
}
