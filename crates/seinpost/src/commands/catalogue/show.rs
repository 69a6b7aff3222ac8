//! `seinpost catalogue show`: the texts of one threat, as they stand in its file.

use std::io::{self, Write};

use message::NOW;
use model::{Language, Reader};
use rules::catalogue::{Advice, Threat};
use serde::Serialize;

use super::{in_use, threat_named};
use crate::session::{Answer, Session};

const EXAMPLES: &str = "\
Examples:
  seinpost catalogue show open-rdp
  seinpost catalogue show open-rdp --language nl --reader entrepreneur
  seinpost catalogue show vulnerable           the text of an RSIT class
  seinpost catalogue show open-rdp --in-use
  seinpost catalogue show open-rdp --json";

/// Show the texts of a threat: all of them, or those of one language or reader
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Show {
    /// Its slug, such as open-rdp; or a file that ends in .toml
    #[arg(value_name = "SLUG")]
    name: String,
    /// As this installation uses it: the text that its desk approved, if there is one
    #[arg(long)]
    in_use: bool,
    /// Only this language: nl or en
    #[arg(long)]
    language: Option<Language>,
    /// Only this reader: entrepreneur, administrator or soc
    #[arg(long)]
    reader: Option<Reader>,
}

#[derive(Serialize)]
struct ThreatView<'t> {
    slug: &'t str,
    version: u32,
    reviewed: String,
    expires: String,
    keyed_by: Option<&'static str>,
    is_indication: bool,
    sources: Vec<SourceView<'t>>,
    texts: Vec<TextView<'t>>,
}

#[derive(Serialize)]
struct SourceView<'t> {
    name: &'t str,
    url: &'t str,
}

#[derive(Serialize)]
struct TextView<'t> {
    language: Language,
    reader: Reader,
    title: &'t str,
    what: &'t str,
    consequence: &'t str,
    steps: &'t [String],
    check: &'t str,
    cannot_fix: &'t str,
    compromise: &'t str,
}

impl Show {
    pub(super) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let threat = threat_named(&self.name)?;
        let advice = match self.in_use {
            true => in_use(session)?,
            false => message::Advice::default(),
        };
        let own = advice.entry(&self.name, NOW);
        let view = self.view(own.unwrap_or(&threat));
        if session.json {
            session.out.json(&view)?;
        } else {
            view.print(&mut session.out)?;
        }
        Ok(Answer::Done)
    }

    fn view<'t>(&self, threat: &'t Threat) -> ThreatView<'t> {
        let sources = threat.sources.iter();
        let mut texts = Vec::new();
        for &language in Language::ALL
            .iter()
            .filter(|it| self.language.is_none_or(|only| only == **it))
        {
            for &reader in Reader::ALL
                .iter()
                .filter(|it| self.reader.is_none_or(|only| only == **it))
            {
                texts.push(TextView::of(
                    language,
                    reader,
                    threat.advice(language, reader),
                ));
            }
        }
        ThreatView {
            slug: threat.slug.as_str(),
            version: threat.version,
            reviewed: threat.reviewed.to_string(),
            expires: threat.expires.to_string(),
            keyed_by: threat.keyed_by.map(|keyed_by| keyed_by.as_str()),
            is_indication: threat.is_indication,
            sources: sources
                .map(|source| SourceView {
                    name: &source.name,
                    url: &source.url,
                })
                .collect(),
            texts,
        }
    }
}

impl<'t> TextView<'t> {
    fn of(language: Language, reader: Reader, advice: &'t Advice) -> Self {
        Self {
            language,
            reader,
            title: &advice.title,
            what: &advice.what,
            consequence: &advice.consequence,
            steps: &advice.steps,
            check: &advice.check,
            cannot_fix: &advice.cannot_fix,
            compromise: &advice.compromise,
        }
    }
}

impl ThreatView<'_> {
    fn print(&self, out: &mut impl Write) -> io::Result<()> {
        let keyed_by = self
            .keyed_by
            .map(|keyed_by| format!(", keyed by {keyed_by}"))
            .unwrap_or_default();
        writeln!(out, "{} version {}{keyed_by}", self.slug, self.version)?;
        writeln!(
            out,
            "  reviewed {}, to be reviewed again by {}",
            self.reviewed, self.expires
        )?;
        for source in &self.sources {
            writeln!(out, "  source: {} <{}>", source.name, source.url)?;
        }
        self.texts.iter().try_for_each(|text| text.print(out))
    }
}

impl TextView<'_> {
    fn print(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "\n{}.{}", self.language, self.reader)?;
        writeln!(
            out,
            "  title: {}\n  what: {}\n  consequence: {}",
            self.title, self.what, self.consequence
        )?;
        for (index, step) in self.steps.iter().enumerate() {
            writeln!(out, "  step {}: {step}", index + 1)?;
        }
        writeln!(
            out,
            "  check: {}\n  cannot fix: {}\n  compromise: {}",
            self.check, self.cannot_fix, self.compromise
        )
    }
}
