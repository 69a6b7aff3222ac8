//! `seinpost replies`: mails that recipients send in reply to messages.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Subcommand;
use pipeline::Flow;
use pipeline::replies::{REPLY_BYTES_MAX, read_folder, take_in};
use serde::Serialize;

use crate::problem::wrong;
use crate::session::{Answer, Session};

const EXAMPLES: &str = "\
Examples:
  seinpost replies read reply.eml
  seinpost replies read - < reply.eml           from a pipe of the mail server
  seinpost replies read /var/mail/replies/      a Maildir: what was read leaves its folder `new`
  seinpost replies read                         the Maildir of the setting `replies-folder`

A reply counts when it answers a mail of ours, comes from the address to which that mail went,
and has one of the words that the mail names alone on its first line. Anything else waits at
the desk, on the page /desk/replies. A mail that comes twice counts once.
Exit code 0 when what became of each mail is kept; 2 when it is not: deliver it again later.";

/// Read the mails that recipients send in reply to messages
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Replies {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Read a mail, a Maildir, or standard input, and apply what can be applied
    #[command(after_help = EXAMPLES)]
    Read {
        /// File with one mail, Maildir, or `-` for standard input [default: the setting `replies-folder`]
        place: Option<PathBuf>,
    },
}

/// What came of a mail.
#[derive(Serialize)]
struct ReplyView {
    outcome: &'static str,
    /// Whether it came before, and was not applied again.
    is_known: bool,
    /// Whether it was only counted, as too many of the day prove nothing.
    is_beyond: bool,
}

/// What came of the mails in a folder.
#[derive(Default, Serialize)]
struct FolderView {
    applied: usize,
    waiting: usize,
    set_aside: usize,
    beyond: usize,
}

impl Replies {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let Action::Read { place } = self.action;
        let flow = session.open_flow_without_mail()?;
        let place = place.or_else(|| session.settings.replies_folder.clone());
        let place = place.ok_or_else(|| {
            wrong("there is nothing to read: no file is named, and `replies-folder` is not set")
                .hint("name a file or `-`, or set `replies-folder` to a Maildir")
        })?;
        match place.is_dir() {
            true => folder(session, &flow, &place),
            false => one(session, &flow, &place),
        }
    }
}

fn folder(session: &mut Session, flow: &Flow, maildir: &Path) -> anyhow::Result<Answer> {
    if !maildir.join("new").is_dir() {
        let text = format!(
            "`{}` is no Maildir: it has no folder `new`",
            maildir.display()
        );
        return Err(wrong(text)
            .hint("give single mails as files, or let the mail server make the Maildir")
            .into());
    }
    let mut view = FolderView::default();
    loop {
        let read = read_folder(flow, maildir)?;
        view.applied += read.applied;
        view.waiting += read.waiting;
        view.set_aside += read.set_aside;
        view.beyond += read.beyond;
        if !read.has_more {
            break;
        }
    }
    match session.json {
        true => session.out.json(&view)?,
        false => writeln!(
            session.out,
            "{} applied, {} for the desk, {} set aside, {} counted only",
            view.applied, view.waiting, view.set_aside, view.beyond
        )?,
    }
    Ok(Answer::Done)
}

fn one(session: &mut Session, flow: &Flow, path: &Path) -> anyhow::Result<Answer> {
    // One byte more than is read, so that what is longer is known to be.
    let bytes_max = REPLY_BYTES_MAX as u64 + 1;
    let mut bytes = Vec::new();
    if path.to_str() == Some("-") {
        let mut input = std::io::stdin().lock();
        input
            .by_ref()
            .take(bytes_max)
            .read_to_end(&mut bytes)
            .context("cannot read standard input")?;
        // The mail server may count it as a failure when we stop listening.
        std::io::copy(&mut input, &mut std::io::sink()).context("cannot read standard input")?;
    } else {
        let file = File::open(path).with_context(|| format!("cannot open `{}`", path.display()))?;
        file.take(bytes_max)
            .read_to_end(&mut bytes)
            .with_context(|| format!("cannot read `{}`", path.display()))?;
    }
    let taken = take_in(flow, &bytes)?;
    let view = ReplyView {
        outcome: taken.outcome.as_str(),
        is_known: !taken.is_new,
        is_beyond: taken.is_beyond,
    };
    if session.json {
        session.out.json(&view)?;
        return Ok(Answer::Done);
    }
    let before = if view.is_known { ", before" } else { "" };
    writeln!(session.out, "{}{before}", view.outcome)?;
    if taken.is_beyond {
        session.note("it is counted and not kept: enough of today wait that prove nothing");
    } else if taken.is_new && taken.outcome.is_for_people() {
        session.note("it waits at the desk: /desk/replies");
    }
    Ok(Answer::Done)
}
