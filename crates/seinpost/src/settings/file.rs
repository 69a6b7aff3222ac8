//! The settings file: TOML, flattened to the names of the list.

use std::path::Path;

use anyhow::Context;
use model::shown;

use super::keys::{KEYS, find, nearest};
use crate::problem::wrong;

/// Reads a settings file into (name, text) pairs. Relative paths begin at the folder of the file.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<(&'static str, String)>> {
    let text = std::fs::read_to_string(path).with_context(|| {
        wrong(format!(
            "cannot read the settings file `{}`",
            path.display()
        ))
        .hint("run the command as the account of the installation, or name another folder with --data")
    })?;
    let table: toml::Table = text.parse().with_context(|| {
        wrong(format!(
            "the settings file `{}` is not TOML",
            path.display()
        ))
    })?;
    let mut values = Vec::new();
    flatten("", &table, &mut values);
    values
        .into_iter()
        .map(|(name, value)| known(path, &name, &value))
        .collect()
}

fn flatten(before: &str, table: &toml::Table, values: &mut Vec<(String, toml::Value)>) {
    for (name, value) in table {
        let name = format!("{before}{name}");
        match value {
            toml::Value::Table(inner) => flatten(&format!("{name}."), inner, values),
            other => values.push((name, other.clone())),
        }
    }
}

fn known(path: &Path, name: &str, value: &toml::Value) -> anyhow::Result<(&'static str, String)> {
    let Some(key) = find(name) else {
        let names = || KEYS.iter().map(|key| key.name);
        let hint = match nearest(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known settings: {}", names().collect::<Vec<_>>().join(", ")),
        };
        return Err(wrong(format!(
            "`{}` has the unknown setting `{}`",
            path.display(),
            shown(name)
        ))
        .hint(hint)
        .into());
    };
    let text = match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Datetime(moment) => moment.to_string(),
        _ => {
            return Err(wrong(format!(
                "`{}`: `{name}` must be a text or a number",
                path.display()
            ))
            .into());
        }
    };
    match (key.is_path, path.parent()) {
        (true, Some(folder)) => Ok((key.name, folder.join(text).to_string_lossy().into_owned())),
        _ => Ok((key.name, text)),
    }
}
