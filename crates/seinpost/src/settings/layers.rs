//! The layers of settings as texts, before they become types.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use model::{in_words, shown};

use super::file;
use super::keys::{KEYS, Key, env_name, find, nearest};
use crate::problem::{Problem, wrong};

/// Names the settings file. Not a setting itself: a file cannot say where it is.
const CONFIG_VARIABLE: &str = "SEINPOST_CONFIG";

/// Where a package puts the settings file.
const SYSTEM_FILE: &str = "/etc/seinpost/seinpost.toml";

/// Variables that begin like this belong to the checks of the project, not to the program.
const TEST_PREFIX: &str = "SEINPOST_TEST_";

/// Settings that were given as flags.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flags {
    /// `--config`.
    pub(crate) config: Option<PathBuf>,
    /// Name and text of the others.
    pub(crate) values: Vec<(&'static str, String)>,
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Nobody set it.
    Default,
    /// The settings file.
    File(PathBuf),
    /// A variable of the environment.
    Environment(String),
    /// A flag of the command line.
    Flag(String),
}

impl Origin {
    /// The setting as its author knows it, for an error.
    pub(crate) fn of(&self, key: &str) -> String {
        match self {
            Self::Default => format!("`{key}`"),
            Self::File(path) => format!("`{key}` in `{}`", path.display()),
            Self::Environment(name) => format!("`{name}` in the environment"),
            Self::Flag(name) => format!("`{name}`"),
        }
    }
}

impl Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// A value and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    /// As it was given.
    pub(crate) text: String,
    /// By whom.
    pub(crate) origin: Origin,
}

/// All values, the strongest layer's for each setting.
pub(crate) struct Layers {
    values: Vec<(&'static Key, Option<Given>)>,
}

impl Layers {
    /// Reads the environment, finds and reads the file, and puts the flags over both.
    pub(super) fn read(flags: Flags, environment: &[(String, String)]) -> anyhow::Result<Self> {
        // Empty counts as not set: that is how many service managers leave a variable out.
        let environment: Vec<_> = environment
            .iter()
            .filter(|(name, text)| !text.is_empty() && !name.starts_with(TEST_PREFIX))
            .collect();
        check_names(environment.iter().map(|(name, _)| name.as_str()))?;
        let variable = |name: &str| {
            environment
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, text)| text.clone())
        };
        let flag = |key: &str| {
            flags
                .values
                .iter()
                .find(|(name, _)| *name == key)
                .map(|(_, text)| text.clone())
        };
        let named = flags
            .config
            .clone()
            .or_else(|| variable(CONFIG_VARIABLE).map(PathBuf::from));
        let named_data = flag("data").or_else(|| variable("SEINPOST_DATA"));
        let is_data_named = named_data.is_some();
        let data = named_data.unwrap_or_else(|| default_of("data"));
        let file = named
            .or_else(|| Some(Path::new(&data).join("seinpost.toml")).filter(|path| path.exists()))
            // Whoever names a folder does not mean the installation of the machine.
            .or_else(|| {
                Some(PathBuf::from(SYSTEM_FILE)).filter(|path| !is_data_named && path.exists())
            });
        let in_file = file
            .as_deref()
            .map(file::read)
            .transpose()?
            .unwrap_or_default();
        let value = |key: &'static Key| {
            if let Some(text) = flag(key.name) {
                return Some(Given {
                    text,
                    origin: Origin::Flag(format!("--{}", key.name)),
                });
            }
            let name = env_name(key.name);
            if let Some(text) = variable(&name) {
                return Some(Given {
                    text,
                    origin: Origin::Environment(name),
                });
            }
            if let (Some(path), Some((_, text))) =
                (&file, in_file.iter().find(|(name, _)| *name == key.name))
            {
                return Some(Given {
                    text: text.clone(),
                    origin: Origin::File(path.clone()),
                });
            }
            (key.default)().map(|text| Given {
                text,
                origin: Origin::Default,
            })
        };
        Ok(Self {
            values: KEYS.iter().map(|key| (key, value(key))).collect(),
        })
    }

    /// A setting that somebody gave, or that has a default.
    pub(super) fn optional(&self, key: &str) -> Option<&Given> {
        self.values
            .iter()
            .find(|(known, _)| known.name == key)?
            .1
            .as_ref()
    }

    /// A setting with a default.
    pub(super) fn value(&self, key: &str) -> &Given {
        self.optional(key)
            .expect("the list gives this setting a default")
    }

    /// A setting as its type.
    pub(super) fn parsed<T: FromStr<Err: Display>>(&self, key: &str) -> Result<T, Problem> {
        let given = self.value(key);
        given.text.trim().parse().map_err(|error| {
            wrong(format!(
                "{}: `{}` cannot be used: {}",
                given.origin.of(key),
                shown(&given.text),
                in_words(&error)
            ))
        })
    }

    /// A number above zero.
    pub(super) fn positive<T: FromStr<Err: Display> + PartialEq + From<u8>>(
        &self,
        key: &str,
    ) -> Result<T, Problem> {
        let number: T = self.parsed(key)?;
        if number == T::from(0) {
            return Err(wrong(format!(
                "{}: a number above 0 is expected",
                self.value(key).origin.of(key)
            )));
        }
        Ok(number)
    }

    /// A number within bounds.
    pub(super) fn within(&self, key: &str, bounds: RangeInclusive<u64>) -> Result<u64, Problem> {
        let number: u64 = self.parsed(key)?;
        if !bounds.contains(&number) {
            return Err(wrong(format!(
                "{}: a number from {} to {} is expected",
                self.value(key).origin.of(key),
                bounds.start(),
                bounds.end()
            )));
        }
        Ok(number)
    }

    /// Refuses settings that would have no effect beside the others.
    pub(super) fn refuse_beside(&self, keys: &[&str], why: &str) -> Result<(), Problem> {
        for key in keys {
            if let Some(given) = self.optional(key) {
                return Err(wrong(format!("{} {why}", given.origin.of(key))));
            }
        }
        Ok(())
    }

    /// Every setting as it holds, with what follows from others filled in.
    pub(super) fn into_given(self, data: &Path) -> Vec<(&'static Key, Given)> {
        let is_folder = self.value("mail.transport").text == "folder";
        let derived = |key: &Key| match key.name {
            "store" => data.join("seinpost.db").display().to_string(),
            "mail.path" if is_folder => data.join("outbox").display().to_string(),
            "now" => "the system's clock".to_owned(),
            _ => "not set".to_owned(),
        };
        let whole = |(key, given): (&'static Key, Option<Given>)| {
            let given = given.unwrap_or_else(|| Given {
                text: derived(key),
                origin: Origin::Default,
            });
            (key, given)
        };
        self.values.into_iter().map(whole).collect()
    }
}

fn default_of(key: &str) -> String {
    find(key)
        .and_then(|key| (key.default)())
        .expect("the list gives this setting a default")
}

/// Refuses variables of ours that are not in the list: a typing error would otherwise go unseen.
fn check_names<'e>(names: impl Iterator<Item = &'e str>) -> Result<(), Problem> {
    let known: Vec<String> = KEYS
        .iter()
        .map(|key| env_name(key.name))
        .chain([CONFIG_VARIABLE.to_owned()])
        .collect();
    for name in names {
        if !known.iter().any(|known| known == name) {
            let hint = match nearest(name, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known variables: {}", known.join(", ")),
            };
            return Err(wrong(format!(
                "the environment has the unknown variable `{}`",
                shown(name)
            ))
            .hint(hint));
        }
    }
    Ok(())
}
