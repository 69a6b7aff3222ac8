//! `seinpost demo`: a guided tour, from reports to messages that people understand.

mod data;
mod folder;
mod next;
mod people;
mod tour;

use std::path::PathBuf;
use std::time::Instant;

use pipeline::Profile;

use crate::problem::wrong;
use crate::session::{Answer, Session};
use crate::settings::{Flags, MailTransport, Origin, StorePlace};

const EXAMPLES: &str = "\
Examples:
  seinpost demo
  seinpost demo --data /tmp/seinpost-demo

Everything happens in its own folder, which it makes anew each time; it mails nobody. Names are
made up, and addresses are those set apart for documentation.";

/// The folder when nobody names another.
const FOLDER: &str = "./seinpost-demo";

/// Take a guided tour: example reports become messages, in a folder of their own
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Demo {}

impl Demo {
    /// Never the folder of an installation that is for real, unless somebody names it: then it is refused.
    pub(crate) fn adjust(flags: &mut Flags) {
        if !flags.values.iter().any(|(name, _)| *name == "data") {
            flags.values.push(("data", FOLDER.into()));
        }
        flags.values.retain(|(name, _)| *name != "profile");
        flags
            .values
            .push(("profile", Profile::Test.as_str().into()));
    }

    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let started = Instant::now();
        keep_to_folder(session)?;
        let reports = folder::make(&session.settings.data, session.now())?;
        let tour = tour::Tour {
            program: program_name(),
            reports,
        };
        tour.run(session, started)?;
        Ok(Answer::Done)
    }
}

/// Whatever the environment says, the demonstration has a store of its own and mails nobody.
fn keep_to_folder(session: &mut Session) -> anyhow::Result<()> {
    let settings = &mut session.settings;
    let store = settings.given.iter().find(|(key, _)| key.name == "store");
    if store.is_some_and(|(_, given)| matches!(given.origin, Origin::Flag(_))) {
        return Err(wrong("the demonstration keeps to its own folder")
            .hint("leave --store out")
            .into());
    }
    settings.store = StorePlace::Embedded(settings.data.join("seinpost.db"));
    settings.mail = MailTransport::Folder {
        path: settings.data.join("outbox"),
    };
    Ok(())
}

/// The program as it was called, so that what is shown can be pasted.
fn program_name() -> String {
    let called = std::env::args_os().next().map(PathBuf::from);
    called.map_or_else(|| "seinpost".to_owned(), |path| path.display().to_string())
}
