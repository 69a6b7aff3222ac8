//! `seinpost config`: what holds, and where it came from.

use std::io::Write;

use serde::Serialize;

use crate::output::Table;
use crate::session::{Answer, Session};
use crate::settings::env_name;

const EXAMPLES: &str = "\
Examples:
  seinpost config
  SEINPOST_LISTEN=127.0.0.1:9000 seinpost config
  seinpost config --json

A settings file is TOML:
  listen = \"127.0.0.1:9000\"
  [mail]
  transport = \"smtp\"
  url = \"smtps://mail.example:465\"
  user = \"seinpost\"
  password-file = \"mail.password\"";

/// Show every setting, its value, and where the value came from
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Config {}

#[derive(Serialize)]
struct SettingView {
    setting: &'static str,
    value: String,
    from: String,
    environment: String,
    about: &'static str,
}

impl Config {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let given = session.settings.given.iter();
        let views: Vec<SettingView> = given
            .map(|(key, given)| SettingView {
                setting: key.name,
                value: without_secrets(&given.text),
                from: given.origin.to_string(),
                environment: env_name(key.name),
                about: key.about,
            })
            .collect();
        if session.json {
            session.out.json(&views)?;
            return Ok(Answer::Done);
        }
        let mut table = Table::new(["setting", "value", "from", "meaning"]);
        for view in views {
            table.row([
                view.setting.to_owned(),
                view.value,
                view.from,
                view.about.to_owned(),
            ]);
        }
        table.write(&mut session.out, "")?;
        writeln!(
            session.out,
            "\nEach setting has a variable too: limits.max-age-days is SEINPOST_LIMITS_MAX_AGE_DAYS."
        )?;
        Ok(Answer::Done)
    }
}

/// A value as it may be shown. A URL can hold a password, in two places.
pub(crate) fn without_secrets(text: &str) -> String {
    let Some((scheme, _)) = text.split_once("://") else {
        return text.to_owned();
    };
    let Ok(mut url) = url::Url::parse(text) else {
        // Better nothing than a secret.
        return format!("{scheme}://(not shown)");
    };
    if url.password().is_some() && url.set_password(Some("xxx")).is_err() {
        return format!("{scheme}://(not shown)");
    }
    let is_secret = |name: &str| name.to_ascii_lowercase().contains("password");
    if url.query_pairs().any(|(name, _)| is_secret(&name)) {
        url.set_query(Some("(not-shown)"));
    }
    match url.as_str() == format!("{text}/") {
        // The library ends a host so.
        true => text.to_owned(),
        false => url.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_is_shown_with_a_password_in_it() {
        for (text, want) in [
            (
                "postgres://desk:hunter2@db.example/seinpost",
                "postgres://desk:xxx@db.example/seinpost",
            ),
            (
                "postgres://db.example/s?password=hunter2",
                "postgres://db.example/s?(not-shown)",
            ),
            (
                "postgres://desk:hunter2@one.example,two.example:5433/s",
                "postgres://desk:xxx@one.example,two.example:5433/s",
            ),
            (
                "postgres://desk:hunter2@[broken/s",
                "postgres://(not shown)",
            ),
            (
                "postgres://desk@db.example/seinpost",
                "postgres://desk@db.example/seinpost",
            ),
            ("https://desk.example", "https://desk.example"),
            ("./seinpost-data", "./seinpost-data"),
        ] {
            assert_eq!(without_secrets(text), want, "{text}");
        }
    }
}
