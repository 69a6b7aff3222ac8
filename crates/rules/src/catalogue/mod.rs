//! The threat catalogue: what each threat is and what its reader can do about it.
//!
//! One file per threat in `catalogue/`, one text per RSIT class in `catalogue/fallback/` for threats that have no
//! file yet. Read [`Threat`] first. The texts are content, reviewed and dated; deciding whom they reach is done
//! elsewhere in this crate, laying them out in `message`.

pub mod check;
mod list;
mod threat;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use model::{RsitType, ThreatSlug};

use list::{FALLBACKS, THREATS};
pub use threat::{Advice, Advices, Reference, Threat};

/// All threats that have a text, and the texts for those that have none.
#[derive(Debug)]
pub struct Catalogue {
    threats: BTreeMap<String, Threat>,
    fallbacks: BTreeMap<String, Threat>,
}

/// Why a catalogue file was not read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// The file is not a threat: a field is missing, unknown or nonsense.
    #[error("cannot read catalogue file `{file}`")]
    Unreadable {
        /// Name of the file, without folder and ending.
        file: String,
        /// What the reader of the file says.
        source: Box<toml::de::Error>,
    },
    /// The slug in the file is not the name of the file.
    #[error("catalogue file `{file}` is about `{slug}`")]
    OtherSlug {
        /// Name of the file, without folder and ending.
        file: String,
        /// The slug that stands in it.
        slug: String,
    },
}

impl Catalogue {
    /// The catalogue that is part of the program, read once.
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Catalogue> = LazyLock::new(|| {
            Catalogue::from_files(THREATS, FALLBACKS).expect("a test reads every embedded file")
        });
        &BUILTIN
    }

    fn from_files(
        threats: &[(&str, &str)],
        fallbacks: &[(&str, &str)],
    ) -> Result<Self, CatalogueError> {
        Ok(Self {
            threats: read_all(threats)?,
            fallbacks: read_all(fallbacks)?,
        })
    }

    /// The threat with this slug, if it has a text of its own.
    pub fn get(&self, slug: &ThreatSlug) -> Option<&Threat> {
        self.threats.get(slug.as_str())
    }

    /// All threats with a text of their own, ordered by slug.
    pub fn all(&self) -> impl Iterator<Item = &Threat> {
        self.threats.values()
    }

    /// The texts for threats without a file, ordered by RSIT class.
    pub fn fallbacks(&self) -> impl Iterator<Item = &Threat> {
        self.fallbacks.values()
    }

    /// The entry with this slug: of a threat, or of an RSIT class.
    pub fn entry(&self, slug: &str) -> Option<&Threat> {
        self.threats.get(slug).or_else(|| self.fallbacks.get(slug))
    }

    /// The text for a threat: its own, or else the text of its RSIT class.
    pub fn text_for(&self, slug: &ThreatSlug, rsit: RsitType) -> &Threat {
        self.get(slug).unwrap_or_else(|| {
            self.fallbacks
                .get(rsit.class().as_str())
                .expect("a test asks for every RSIT class")
        })
    }
}

fn read_all(files: &[(&str, &str)]) -> Result<BTreeMap<String, Threat>, CatalogueError> {
    files
        .iter()
        .map(|(file, text)| Ok(((*file).to_owned(), Threat::from_toml(file, text)?)))
        .collect()
}

#[cfg(test)]
mod tests;
