//! What contacts would have received with other choices, from what their organisation was told (requirement PO-07).
//!
//! Thresholds and the choice of contacts decide about messages here as in [`crate::route`], by [`Threshold::mails`] and
//! [`ContactChoice::wording`]: with the choices that hold, the answer is what arrived.
//!
//! [`Threshold::mails`]: model::Threshold::mails

use model::{Language, Reader, Severity};

use crate::route::{ContactChoice, Usual};

/// A message that was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToldMessage {
    /// Equal for messages that differ only in language and reader: they told the same.
    pub telling: usize,
    /// How severe it is.
    pub severity: Severity,
    /// Whether a line of it is not below the threshold of the organisation.
    pub is_mailed: bool,
}

/// A message that a contact would have received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// What was told.
    pub telling: usize,
    /// In which language.
    pub language: Language,
    /// For which reader.
    pub reader: Reader,
}

/// What a contact with these choices would have received of these messages, in their order, each telling once.
///
/// `usual` is what its organisation chose, and `desk` the language where that chose none.
#[must_use]
pub fn received(
    choice: &ContactChoice,
    usual: Usual,
    desk: Language,
    told: &[ToldMessage],
) -> Vec<Received> {
    let mut seen = std::collections::HashSet::new();
    let mailed = told.iter().filter(|message| message.is_mailed);
    let firsts = mailed.filter(|message| seen.insert(message.telling));
    let messages = firsts.filter_map(|message| {
        let (language, reader) = choice.wording(message.severity, usual, desk)?;
        Some(Received {
            telling: message.telling,
            language,
            reader,
        })
    });
    messages.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::SeveritySet;

    fn check(severities: &str, language: Option<Language>, want: &[(usize, Language)]) {
        let choice = ContactChoice {
            severities: severities.parse::<SeveritySet>().unwrap(),
            language,
            reader: None,
        };
        let told = [
            (0, Severity::High),
            (0, Severity::High),
            (1, Severity::Low),
            (2, Severity::Critical),
            (3, Severity::High),
        ];
        let usual = Usual {
            language: Some(Language::En),
            reader: None,
        };
        let told = told.map(|(telling, severity)| ToldMessage {
            telling,
            severity,
            is_mailed: telling != 3,
        });
        let found = received(&choice, usual, Language::Nl, &told);
        let found: Vec<_> = found
            .iter()
            .map(|one| (one.telling, one.language))
            .collect();
        assert_eq!(found, want, "{severities}");
    }

    #[test]
    fn a_contact_receives_each_telling_of_its_severities_once_in_its_language() {
        let (nl, en) = (Language::Nl, Language::En);
        check("", None, &[(0, en), (1, en), (2, en)]);
        check("critical high", Some(nl), &[(0, nl), (2, nl)]);
        check("medium", None, &[]);
    }
}
