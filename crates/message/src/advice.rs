//! Which text about a threat is in use: a version of the desk, or else the one of the program.

use std::collections::{BTreeSet, HashMap};

use model::{RsitType, ThreatSlug, Timestamp};
use rules::catalogue::{Catalogue, Threat};
use store::{StoreError, Tx};

/// The moment at which a text is asked that is in use now.
pub const NOW: Timestamp = Timestamp::from_micros(i64::MAX);

/// Texts of the desk, as far as some messages or pages need them. Where it has none, the catalogue of the program speaks.
#[derive(Debug, Default)]
pub struct Advice {
    /// By slug: each version with the moment from which it was in use, newest first.
    own: HashMap<String, Vec<(Timestamp, Threat)>>,
}

impl Advice {
    /// Reads the texts about these threats, each as it was in use at its moment. Costs one question where the desk has no
    /// text of its own.
    ///
    /// # Errors
    /// When the store fails, or a text cannot be read.
    pub fn load<'a>(
        tx: &mut Tx<'_>,
        wanted: impl IntoIterator<Item = (&'a str, Timestamp)>,
    ) -> Result<Self, StoreError> {
        let known = tx.advised_slugs()?;
        if known.is_empty() {
            return Ok(Self::default());
        }
        let mut advice = Self::default();
        let mut asked = BTreeSet::new();
        for (slug, at) in wanted {
            // A threat without a text takes that of its class, which the desk may have written too.
            let is_nameless = Catalogue::builtin().entry(slug).is_none();
            let own = known
                .iter()
                .filter(|own| *own == slug || (is_nameless && is_class(own)));
            asked.extend(own.map(|own| (own.as_str(), at)));
        }
        for (slug, at) in asked {
            advice.add(tx, slug, at)?;
        }
        Ok(advice)
    }

    fn add(&mut self, tx: &mut Tx<'_>, slug: &str, at: Timestamp) -> Result<(), StoreError> {
        let Some(version) = tx.advice_at(slug, at)? else {
            return Ok(());
        };
        let since = version.decided.map_or(NOW, |(_, at)| at);
        let versions = self.own.entry(slug.to_owned()).or_default();
        if versions.iter().any(|(known, _)| *known == since) {
            return Ok(());
        }
        let text = Threat::from_json(&version.text).map_err(|_| StoreError::Unknown {
            what: "text about a threat",
            value: format!("{slug}, version {}", version.version),
        })?;
        versions.push((since, text));
        versions.sort_unstable_by_key(|(since, _)| std::cmp::Reverse(*since));
        Ok(())
    }

    /// The text of an entry of the catalogue, of a threat or of an RSIT class, at a moment for which it was loaded.
    pub fn entry(&self, slug: &str, at: Timestamp) -> Option<&Threat> {
        let versions = self.own.get(slug).into_iter().flatten();
        let mut versions = versions.filter(|(since, _)| *since <= at);
        let own = versions.next().map(|(_, text)| text);
        own.or_else(|| Catalogue::builtin().entry(slug))
    }

    /// The text about a threat at a moment for which it was loaded: its own, or else that of its RSIT class.
    pub fn text_for(&self, slug: &ThreatSlug, rsit: RsitType, at: Timestamp) -> &Threat {
        self.entry(slug.as_str(), at)
            .or_else(|| self.entry(rsit.class().as_str(), at))
            .unwrap_or_else(|| Catalogue::builtin().text_for(slug, rsit))
    }
}

fn is_class(slug: &str) -> bool {
    let mut classes = Catalogue::builtin().fallbacks();
    classes.any(|threat| threat.slug.as_str() == slug)
}
