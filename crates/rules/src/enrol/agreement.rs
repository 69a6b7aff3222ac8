//! The text of an agreement, from the parts that each agreement has (requirement PI-08). What is signed is one plain text: each
//! part below a heading of its own.

use model::Language;

/// A part that an agreement cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What it is for.
    Purpose,
    /// What each side does.
    Obligations,
    /// Who is liable for what.
    Liability,
    /// What data are used for.
    DataUse,
    /// How data are protected.
    DataProtection,
}

impl Part {
    /// Every part, in the order in which it stands in the text.
    pub const ALL: [Self; 5] = [
        Self::Purpose,
        Self::Obligations,
        Self::Liability,
        Self::DataUse,
        Self::DataProtection,
    ];

    /// The heading above it.
    #[must_use]
    pub const fn heading(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Purpose, Language::Nl) => "Doel",
            (Self::Purpose, Language::En) => "Purpose",
            (Self::Obligations, Language::Nl) => "Verplichtingen",
            (Self::Obligations, Language::En) => "Obligations",
            (Self::Liability, Language::Nl) => "Aansprakelijkheid",
            (Self::Liability, Language::En) => "Liability",
            (Self::DataUse, Language::Nl) => "Gebruik van gegevens",
            (Self::DataUse, Language::En) => "Use of data",
            (Self::DataProtection, Language::Nl) => "Bescherming van gegevens",
            (Self::DataProtection, Language::En) => "Protection of data",
        }
    }
}

/// The whole text, from its parts in the order of [`Part::ALL`].
#[must_use]
pub fn compose(language: Language, parts: &[String; 5]) -> String {
    let both = Part::ALL.iter().zip(parts);
    let texts = both.map(|(part, text)| format!("# {}\n\n{text}", part.heading(language)));
    texts.collect::<Vec<_>>().join("\n\n")
}

/// The parts of a text. One that does not begin with the first heading and have all others behind it, each once in this order,
/// is no such text: then all of it stands in the first part, so that nothing is lost, and the others are empty.
#[must_use]
pub fn parts(language: Language, text: &str) -> [String; 5] {
    split(language, text).unwrap_or_else(|| {
        let mut parts = <[String; 5]>::default();
        parts[0] = text.to_owned();
        parts
    })
}

/// Whether a line of a part is the heading of one: in the whole text it would stand there twice.
#[must_use]
pub fn has_heading(language: Language, part: &str) -> bool {
    part.lines().any(|line| headed(language, line).is_some())
}

/// The part whose heading a line is.
fn headed(language: Language, line: &str) -> Option<Part> {
    let heading = line.strip_prefix("# ")?.trim();
    let mut parts = Part::ALL.into_iter();
    parts.find(|part| part.heading(language) == heading)
}

fn split(language: Language, text: &str) -> Option<[String; 5]> {
    let mut parts: [Vec<&str>; 5] = Default::default();
    let mut begun = 0;
    for line in text.lines() {
        if let Some(part) = headed(language, line) {
            if Part::ALL.get(begun) != Some(&part) {
                return None;
            }
            begun += 1;
            continue;
        }
        // Something stands above the first heading.
        parts.get_mut(begun.checked_sub(1)?)?.push(line);
    }
    let whole = parts.map(|lines| lines.join("\n").trim().to_owned());
    (begun == Part::ALL.len()).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> [String; 5] {
        [
            "We warn.",
            "- read\n- act",
            "None.\n\n## More\nNone.",
            "Mail.",
            "Safe.",
        ]
        .map(str::to_owned)
    }

    #[test]
    fn a_text_has_every_part_below_its_heading_and_gives_them_back() {
        for language in [Language::Nl, Language::En] {
            let text = compose(language, &written());
            for part in Part::ALL {
                let heading = format!("# {}\n\n", part.heading(language));
                assert_eq!(text.matches(&heading).count(), 1, "{heading}");
            }
            assert_eq!(parts(language, &text), written());
        }
    }

    #[test]
    fn a_part_with_the_heading_of_one_in_it_is_told_from_others() {
        for (language, part, want) in [
            (Language::En, "We warn.\n#  Liability \nNone.", true),
            (Language::En, "# Use of data", true),
            (Language::Nl, "Wij.\n# Doel", true),
            (Language::En, "Wij.\n# Doel", false),
            (Language::En, "## Liability\nLiability\n#Liability", false),
            (Language::En, "# Liability of others", false),
        ] {
            assert_eq!(has_heading(language, part), want, "{part}");
        }
    }

    #[test]
    fn nothing_of_a_text_without_these_parts_is_lost() {
        let text = compose(Language::En, &written());
        for other in [
            "We agree.".to_owned(),
            format!("Above it.\n{text}"),
            text.replace("# Liability", "# Blame"),
            text.replace("Mail.", "Mail.\n# Liability\nAll."),
            text.replace("Safe.", "# Protection of data\nSafe."),
        ] {
            let parts = parts(Language::En, &other);
            assert_eq!(parts[0], other);
            assert_eq!(parts[1..], [const { String::new() }; 4]);
        }
    }
}
