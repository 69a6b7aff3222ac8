//! `seinpost man`: the manual pages, one for the program and one for each command.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use clap_mangen::Man as Page;
use model::Timestamp;

use crate::cli;
use crate::problem::wrong;
use crate::session::{Answer, Session};

const EXAMPLES: &str = "\
Examples:
  seinpost man man1/
  man -l man1/seinpost-gather.1

The packages bring them along.";

/// Write the manual pages into a folder
#[derive(clap::Args)]
#[command(hide = true, after_help = EXAMPLES)]
pub(crate) struct Man {
    /// Folder for the pages; made if there is none
    folder: PathBuf,
}

impl Man {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let cannot = || wrong(format!("cannot write into `{}`", self.folder.display()));
        fs::create_dir_all(&self.folder).with_context(cannot)?;
        let mut program = cli::command();
        program.build();
        let date = date(session)?;
        let mut pages = 0;
        for command in every_command(&program) {
            let page = Page::new(command).manual("Seinpost").date(&date);
            let mut text = Vec::new();
            page.render(&mut text)?;
            fs::write(self.folder.join(page.get_filename()), text).with_context(cannot)?;
            pages += 1;
        }
        session.note(&format!("wrote {pages} pages"));
        Ok(Answer::Done)
    }
}

/// The day that the pages bear: the same for every build from the same source (reproducible-builds.org), else today.
fn date(session: &Session) -> anyhow::Result<String> {
    let moment = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => {
            let seconds: i64 = seconds
                .parse()
                .context(wrong("`SOURCE_DATE_EPOCH` is not a number of seconds"))?;
            Timestamp::from_micros(0).plus_seconds(seconds)
        }
        Err(_) => session.now(),
    };
    Ok(moment.day().to_string())
}

/// A command and those below it, each under the name of its page: `seinpost-queue-list`.
fn every_command(command: &clap::Command) -> Vec<clap::Command> {
    let mut all = vec![command.clone()];
    let inner = command
        .get_subcommands()
        .filter(|inner| inner.get_name() != "help" && !inner.is_hide_set());
    all.extend(inner.flat_map(every_command));
    all
}
