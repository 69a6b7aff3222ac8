//! The file that says by which providers of identities people may sign in. docs/sign-in.md explains it.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;
use std::str::FromStr;

use anyhow::Context;
use serde::Deserialize;
use web::{ClaimNames, Provider, Providers, Secret, Serves};

use crate::problem::wrong;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    provider: Vec<Entry>,
}

/// One provider, as the file has it.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Entry {
    name: String,
    label_nl: String,
    label_en: String,
    issuer: String,
    client_id: String,
    client_secret_file: Option<String>,
    client_secret_variable: Option<String>,
    ca_file: Option<String>,
    #[serde(default = "usual_scopes")]
    scopes: Vec<String>,
    #[serde(default)]
    levels: Vec<String>,
    #[serde(default)]
    methods: Vec<String>,
    #[serde(default)]
    email_is_verified: bool,
    #[serde(default)]
    claims: Claims,
    serves: Whom,
    #[serde(default)]
    roles: BTreeMap<String, String>,
    default_role: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Whom {
    Organisation,
    Staff,
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Claims {
    name: String,
    email: String,
    roles: String,
    kvk: Option<String>,
}

impl Default for Claims {
    fn default() -> Self {
        Self {
            name: "name".to_owned(),
            email: "email".to_owned(),
            roles: "roles".to_owned(),
            kvk: None,
        }
    }
}

fn usual_scopes() -> Vec<String> {
    ["profile", "email"].map(str::to_owned).into()
}

/// Reads the file, and the secrets that it names. Relative paths begin at its folder. `allows_loopback` lets a provider be on
/// this machine without encryption.
///
/// # Errors
/// When a file cannot be read, or a provider cannot be used as it is set up.
pub(crate) fn read(path: &Path, allows_loopback: bool) -> anyhow::Result<Providers> {
    let doing = || wrong(format!("cannot use the providers of `{}`", path.display())).hint(HINT);
    let text = std::fs::read_to_string(path).with_context(doing)?;
    let listed: Listed = toml::from_str(&text).with_context(doing)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let entries = listed.provider.into_iter();
    let read = entries.map(|entry| {
        let name = entry.name.clone();
        let about = || format!("provider `{}`", model::shown(&name));
        provider(entry, folder).with_context(about)
    });
    let providers = read.collect::<Result<Vec<_>, _>>().with_context(doing)?;
    Providers::new(providers, allows_loopback).with_context(doing)
}

const HINT: &str = "docs/sign-in.md has an example";

fn provider(entry: Entry, folder: &Path) -> anyhow::Result<Provider> {
    let ca = entry.ca_file.map(|name| {
        std::fs::read(folder.join(&name)).with_context(|| format!("cannot read `{name}`"))
    });
    let secret = match (entry.client_secret_file, entry.client_secret_variable) {
        (Some(name), None) => std::fs::read_to_string(folder.join(&name))
            .with_context(|| format!("cannot read `{name}`"))?,
        (None, Some(name)) => {
            std::env::var(&name).with_context(|| format!("cannot read the variable `{name}`"))?
        }
        _ => anyhow::bail!("one of `client-secret-file` and `client-secret-variable` is expected"),
    };
    let serves = match entry.serves {
        Whom::Staff if entry.claims.kvk.is_some() || entry.default_role.is_some() => {
            anyhow::bail!("`kvk` and `default-role` count only where `serves` is `organisation`")
        }
        Whom::Staff => Serves::Staff {
            roles: roles(entry.roles)?,
        },
        Whom::Organisation => Serves::Organisation {
            kvk_claim: entry.claims.kvk.context("`claims.kvk` is expected")?,
            roles: roles(entry.roles)?,
            default_role: entry.default_role.as_deref().map(role).transpose()?,
        },
    };
    Ok(Provider {
        name: entry.name,
        label_nl: entry.label_nl,
        label_en: entry.label_en,
        issuer: entry.issuer,
        client_id: entry.client_id,
        client_secret: Secret::new(secret.trim().to_owned()),
        scopes: entry.scopes,
        levels: entry.levels,
        methods: entry.methods,
        email_is_verified: entry.email_is_verified,
        claims: ClaimNames {
            name: entry.claims.name,
            email: entry.claims.email,
            roles: entry.claims.roles,
        },
        serves,
        ca: ca.transpose()?,
    })
}

fn roles<R: FromStr<Err: Display>>(
    listed: BTreeMap<String, String>,
) -> anyhow::Result<Vec<(String, R)>> {
    let read = listed
        .into_iter()
        .map(|(theirs, ours)| Ok((theirs, role(&ours)?)));
    read.collect()
}

fn role<R: FromStr<Err: Display>>(text: &str) -> anyhow::Result<R> {
    text.parse().map_err(|error| anyhow::anyhow!("{error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESK: &str = r#"
        [[provider]]
        name = "desk"
        label-nl = "Rijkspas"
        label-en = "Government pass"
        issuer = "https://provider.example"
        client-id = "seinpost"
        client-secret-file = "secret"
        methods = ["mfa"]
        serves = "staff"
        roles = { analysts = "analyst" }
    "#;

    /// Whether it can be used, and why not.
    fn check(text: &str) -> Result<(), String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("providers.toml");
        std::fs::write(&path, text).unwrap();
        std::fs::write(folder.path().join("secret"), "hunter2\n").unwrap();
        let read = read(&path, false);
        read.map(drop).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn a_provider_that_cannot_be_meant_so_is_refused_with_the_reason() {
        assert_eq!(check(DESK), Ok(()));
        for (from, to, want) in [
            ("https://", "http://", "begins with `https://`"),
            ("\"desk\"", "\"The Desk\"", "small letters"),
            ("methods = [\"mfa\"]", "", "without `levels` and `methods`"),
            ("\"analyst\"", "\"cook\"", "cook"),
            ("{ analysts = \"analyst\" }", "{}", "without `roles`"),
            ("\"secret\"", "\"other\"", "cannot read `other`"),
            ("\"staff\"", "\"organisation\"", "`claims.kvk` is expected"),
            ("client-id", "client-name", "client-name"),
            (
                "roles =",
                "default-role = \"analyst\"\nroles =",
                "`default-role` count only",
            ),
        ] {
            let why = check(&DESK.replace(from, to)).unwrap_err();
            assert!(why.contains(want), "{to}: {why}");
            assert!(!why.contains("hunter2"), "{why}");
        }
        assert!(check(&DESK.repeat(2)).unwrap_err().contains("another one"));
    }
}
