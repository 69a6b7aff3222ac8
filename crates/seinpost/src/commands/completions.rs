//! `seinpost completions`: what a shell needs to complete commands and options.

use std::io::Write;

use crate::cli;
use crate::session::{Answer, Session};

const EXAMPLES: &str = "\
Examples:
  seinpost completions bash > /etc/bash_completion.d/seinpost
  seinpost completions zsh > /usr/local/share/zsh/site-functions/_seinpost
  seinpost completions fish > ~/.config/fish/completions/seinpost.fish

The packages bring them along.";

/// Write the completions of a shell
#[derive(clap::Args)]
#[command(hide = true, after_help = EXAMPLES)]
pub(crate) struct Completions {
    /// Which shell
    shell: clap_complete::Shell,
}

impl Completions {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut cli::command(), "seinpost", &mut text);
        session.out.write_all(&text)?;
        Ok(Answer::Done)
    }
}
