//! `seinpost catalogue list`: which threats there are, and how old their texts are.

use message::{Advice, NOW};
use model::{Language, Reader};
use rules::catalogue::Threat;
use serde::Serialize;

use super::{every_text, in_use};
use crate::output::{Table, counted};
use crate::session::{Answer, Session};

const EXAMPLES: &str = "\
Examples:
  seinpost catalogue list
  seinpost catalogue list --language en
  seinpost catalogue list --expired
  seinpost catalogue list --in-use
  seinpost catalogue list --json

A text without `keyed by` is that of an RSIT class. It is used for threats that have none of
their own.";

/// List the threats: version, day of review, day from which the text must be reviewed again
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct List {
    /// Only texts that must be reviewed again
    #[arg(long)]
    expired: bool,
    /// As this installation uses them, with the texts that its desk approved
    #[arg(long)]
    in_use: bool,
    /// Language of the titles: nl or en
    #[arg(long, default_value_t = Language::Nl)]
    language: Language,
}

#[derive(Serialize)]
struct ThreatView {
    slug: String,
    version: u32,
    reviewed: String,
    expires: String,
    expired: bool,
    keyed_by: Option<&'static str>,
    title: String,
}

impl List {
    pub(super) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let today = session.now().day();
        let view = |threat: &Threat| ThreatView {
            slug: threat.slug.to_string(),
            version: threat.version,
            reviewed: threat.reviewed.to_string(),
            expires: threat.expires.to_string(),
            expired: threat.is_expired(today),
            keyed_by: threat.keyed_by.map(|keyed_by| keyed_by.as_str()),
            title: threat
                .advice(self.language, Reader::Administrator)
                .title
                .clone(),
        };
        let advice = match self.in_use {
            true => in_use(session)?,
            false => Advice::default(),
        };
        let views: Vec<ThreatView> = every_text()
            .map(|threat| view(advice.entry(threat.slug.as_str(), NOW).unwrap_or(threat)))
            .filter(|view| view.expired || !self.expired)
            .collect();
        if session.json {
            session.out.json(&views)?;
            return Ok(Answer::Done);
        }
        let expired = views.iter().filter(|view| view.expired).count();
        let total = views.len();
        let mut table = Table::new([
            "threat", "version", "reviewed", "expires", "keyed by", "title",
        ]);
        for view in views {
            let mark = if view.expired { " EXPIRED" } else { "" };
            table.row([
                view.slug,
                view.version.to_string(),
                view.reviewed,
                format!("{}{mark}", view.expires),
                view.keyed_by.unwrap_or_default().to_owned(),
                view.title,
            ]);
        }
        table.write(&mut session.out, "")?;
        match expired {
            0 => session.note(&format!(
                "{}, none to be reviewed again",
                counted(total as i64, "text")
            )),
            _ => session.note(&format!(
                "{} to be reviewed again",
                counted(expired as i64, "text")
            )),
        }
        Ok(Answer::Done)
    }
}
