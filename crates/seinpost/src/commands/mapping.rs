//! `seinpost mapping`: how the columns of a plain table are read.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Subcommand;
use formats::mapping::Mapping as Columns;

use crate::lifecycle::Missing;
use crate::problem::wrong;
use crate::session::{Answer, Session, actor};

const EXAMPLES: &str = "\
Examples:
  seinpost mapping save researcher researcher.toml
  seinpost mapping list
  seinpost mapping show researcher
  seinpost gather list.csv --mapping researcher --source \"University of Example\"

A mapping is a small TOML file. Name only the columns that are not called ip, port, proto,
host, url, email, asn, time, note, identifier or severity:
  threat    = \"open-rdp\"
  keyed_by  = \"ip+port\"                        # ip, ip+port, host, host+port, url, e-mail-domain
  role      = \"target\"                         # target: vulnerable; victim: compromised
  rsit      = \"vulnerable/vulnerable-system\"
  severity  = \"high\"                           # for rows that say none
  time_zone = \"Europe/Amsterdam\"               # for times that name none
  [columns]
  ip   = \"IP address\"
  time = \"Seen at\"";

/// Bytes that a mapping may have: a page of settings, not a report.
const MAPPING_BYTES_MAX: u64 = 64 * 1024;

/// Save, list and show mappings, which say what the columns of a plain CSV mean
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Mapping {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Save a mapping under a name, or replace the one of that name
    #[command(after_help = EXAMPLES)]
    Save {
        /// Its name: letters, digits, `-` and `_`
        name: String,
        /// TOML file, or `-` for standard input
        file: PathBuf,
    },
    /// List the names of the saved mappings
    #[command(after_help = EXAMPLES)]
    List,
    /// Show a mapping as it was saved
    #[command(after_help = EXAMPLES)]
    Show {
        /// Its name
        name: String,
    },
}

impl Mapping {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        match self.action {
            Action::Save { name, file } => save(session, &name, &file),
            Action::List => list(session),
            Action::Show { name } => show(session, &name),
        }
    }
}

fn save(session: &mut Session, name: &str, file: &Path) -> anyhow::Result<Answer> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if name.is_empty() || name.len() > 64 || !name.bytes().all(is_plain) {
        let text = format!("`{}` cannot be the name of a mapping", model::shown(name));
        return Err(wrong(text)
            .hint("use up to 64 letters, digits, `-` and `_`")
            .into());
    }
    let text = read(file)?;
    text.parse::<Columns>()
        .map_err(anyhow::Error::from)
        .with_context(|| {
            wrong(format!("`{}` is not a mapping", file.display()))
                .hint("`seinpost mapping --help` shows one")
        })?;
    let store = session.open_store(Missing::Make)?;
    let now = session.now();
    store.write(|tx| {
        tx.save_mapping(name, &text)?;
        tx.record(now, &actor(), "save", "mapping", name)
    })?;
    if session.json {
        session.out.json(&serde_json::json!({ "saved": name }))?;
    } else {
        writeln!(
            session.out,
            "saved mapping `{name}`; use it with `seinpost gather FILE --mapping {name}`"
        )?;
    }
    Ok(Answer::Done)
}

fn read(file: &Path) -> anyhow::Result<String> {
    let cannot = || wrong(format!("cannot read `{}`", file.display()));
    let input: Box<dyn Read> = match file.to_str() {
        Some("-") => Box::new(std::io::stdin()),
        _ => Box::new(fs::File::open(file).with_context(cannot)?),
    };
    let mut text = String::new();
    input
        .take(MAPPING_BYTES_MAX)
        .read_to_string(&mut text)
        .with_context(cannot)?;
    Ok(text)
}

fn list(session: &mut Session) -> anyhow::Result<Answer> {
    let store = session.open_store(Missing::Refuse)?;
    let names = store.read(|tx| tx.mapping_names())?;
    if session.json {
        session.out.json(&names)?;
        return Ok(Answer::Done);
    }
    if names.is_empty() {
        session.note("no mapping is saved yet; `seinpost mapping --help` shows how");
    }
    for name in names {
        writeln!(session.out, "{name}")?;
    }
    Ok(Answer::Done)
}

fn show(session: &mut Session, name: &str) -> anyhow::Result<Answer> {
    let store = session.open_store(Missing::Refuse)?;
    let Some(text) = store.read(|tx| tx.mapping(name))? else {
        let text = format!("there is no mapping `{}`", model::shown(name));
        return Err(wrong(text)
            .hint("`seinpost mapping list` names them")
            .into());
    };
    if session.json {
        session
            .out
            .json(&serde_json::json!({ "name": name, "text": text }))?;
    } else {
        writeln!(session.out, "{}", text.trim_end())?;
    }
    Ok(Answer::Done)
}
