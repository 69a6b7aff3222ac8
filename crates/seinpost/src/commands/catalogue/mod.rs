//! `seinpost catalogue`: the texts of the threats, for those who write and review them.

mod check;
mod list;
mod preview;
mod show;

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::Context;
use clap::Subcommand;
use message::{Advice, NOW};
use rules::catalogue::{Catalogue as Texts, Threat};

use crate::lifecycle::Missing;
use crate::problem::wrong;
use crate::session::{Answer, Session};

const EXAMPLES: &str = "\
Examples:
  seinpost catalogue list
  seinpost catalogue list --expired            what must be reviewed again
  seinpost catalogue show open-rdp --language nl --reader entrepreneur
  seinpost catalogue check                     the texts that are part of this program
  seinpost catalogue check open-rdp.toml       a file, before it is put in
  seinpost catalogue preview open-rdp --reader soc --lines 3
  seinpost catalogue preview open-rdp.toml --relation provider --language en

The files are in crates/rules/catalogue/; docs/catalogue.md says how to write one.";

/// Bytes that a catalogue file may have: six texts of a page.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// Read, check and try out the texts about threats, for those who write and review them
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Catalogue {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    List(list::List),
    Show(show::Show),
    Check(check::Check),
    Preview(preview::Preview),
}

impl Catalogue {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        match self.action {
            Action::List(list) => list.run(session),
            Action::Show(show) => show.run(session),
            Action::Check(check) => check.run(session),
            Action::Preview(preview) => preview.run(session),
        }
    }
}

/// The threat with this slug, the text of an RSIT class, or what is in a file whose name ends in `.toml`.
fn threat_named(name: &str) -> anyhow::Result<Cow<'static, Threat>> {
    if name.ends_with(".toml") {
        return read(Path::new(name)).map(Cow::Owned);
    }
    let found = every_text().find(|threat| threat.slug.as_str() == name.trim());
    let threat = found.ok_or_else(|| {
        wrong(format!("there is no threat `{}`", model::shown(name)))
            .hint("`seinpost catalogue list` names them; a file ends in `.toml`")
    })?;
    Ok(Cow::Borrowed(threat))
}

/// The texts that this installation uses: its own, where the desk wrote any.
fn in_use(session: &mut Session) -> anyhow::Result<Advice> {
    let store = session.open_store(Missing::Refuse)?;
    let wanted = || every_text().map(|threat| (threat.slug.as_str(), NOW));
    Ok(store.read(|tx| Advice::load(tx, wanted()))?)
}

/// The threats, then the texts of the RSIT classes.
fn every_text() -> impl Iterator<Item = &'static Threat> {
    Texts::builtin().all().chain(Texts::builtin().fallbacks())
}

/// Reads a catalogue file.
fn read(path: &Path) -> anyhow::Result<Threat> {
    let cannot = || wrong(format!("cannot read `{}`", path.display()));
    let file = File::open(path).with_context(cannot)?;
    let mut text = String::new();
    file.take(FILE_BYTES_MAX)
        .read_to_string(&mut text)
        .with_context(cannot)?;
    let name = path
        .file_stem()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let threat = Threat::from_toml(name, &text).map_err(anyhow::Error::from);
    threat.with_context(|| wrong(format!("`{}` is not a threat", path.display())))
}
