//! Texts of pages by key, in two languages. They stand in `locales/{nl,en}/<area>.ftl` (Project Fluent).

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use model::Language;
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

#[derive(RustEmbed)]
#[folder = "locales"]
struct Locales;

/// The texts of one language.
pub(crate) struct Texts {
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    /// Reads them from the program.
    pub(crate) fn new(language: Language) -> Self {
        let name: LanguageIdentifier = language.as_str().parse().expect("both are language tags");
        let mut bundle = FluentBundle::new_concurrent(vec![name]);
        // Marks around what is filled in would be in the way of copying an address from a page.
        bundle.set_use_isolating(false);
        for path in Locales::iter().filter(|path| path.starts_with(language.as_str())) {
            let file = Locales::get(&path).expect("it was listed");
            let text = String::from_utf8(file.data.into_owned()).expect("our files are UTF-8");
            let resource = FluentResource::try_new(text)
                .unwrap_or_else(|(_, errors)| panic!("{path}: {errors:?}"));
            bundle
                .add_resource(resource)
                .unwrap_or_else(|errors| panic!("{path}: {errors:?}"));
        }
        Self { bundle }
    }

    /// The text for a key, or why there is none: it is missing, or lacks an argument.
    pub(crate) fn text(&self, key: &str, arguments: &FluentArgs<'_>) -> Result<String, String> {
        let message = self.bundle.get_message(key);
        let pattern = message
            .and_then(|message| message.value())
            .ok_or_else(|| format!("there is no text `{key}`"))?;
        let mut errors = Vec::new();
        let text = self
            .bundle
            .format_pattern(pattern, Some(arguments), &mut errors);
        match errors.first() {
            None => Ok(text.into_owned()),
            Some(error) => Err(format!("text `{key}`: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    /// Each key with the variables that it fills in.
    fn keys(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut keys = BTreeMap::new();
        for path in Locales::iter().filter(|path| path.starts_with(language.as_str())) {
            let text = String::from_utf8(Locales::get(&path).unwrap().data.into_owned()).unwrap();
            let resource = FluentResource::try_new(text.clone()).unwrap();
            assert!(resource.entries().count() > 0, "{path} is empty");
            let mut key = String::new();
            for line in text.lines() {
                if let Some((name, _)) = line.split_once('=')
                    && !line.starts_with([' ', '#', '-'])
                {
                    key = name.trim().to_owned();
                    let twice = keys.insert(key.clone(), BTreeSet::new());
                    assert_eq!(twice, None, "{path}: {key} stands twice");
                }
                for part in line.split("{ $").skip(1) {
                    let name: String = part
                        .chars()
                        .take_while(|c| c.is_alphanumeric() || *c == '-')
                        .collect();
                    keys.entry(key.clone()).or_default().insert(name);
                }
            }
        }
        keys
    }

    #[test]
    fn both_languages_have_the_same_texts_with_the_same_variables() {
        let (dutch, english) = (keys(Language::Nl), keys(Language::En));
        for (key, variables) in &dutch {
            assert_eq!(
                Some(variables),
                english.get(key),
                "{key}, Dutch and English"
            );
        }
        for key in english.keys() {
            assert!(dutch.contains_key(key), "{key} has no Dutch");
        }
    }
}
