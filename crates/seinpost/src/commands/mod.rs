//! The commands, one file each.

mod approve;
mod backup;
mod batch;
mod bench;
mod blobs;
mod catalogue;
mod check;
mod completions;
mod config;
mod demo;
mod desk;
mod draw;
mod explain;
mod export;
mod gather;
mod health;
pub(crate) mod import;
mod key;
mod mail;
mod man;
mod mapping;
mod migrate;
mod moving;
mod pause;
mod person;
mod queue;
mod replies;
mod restore;
mod resume;
mod security_txt;
mod serve;
mod source;
pub(crate) mod status;
mod work;
mod worker;

use clap::Subcommand;

use crate::session::{Answer, Session};
use crate::settings::Flags;

/// What the program can do.
#[derive(Subcommand)]
pub(crate) enum Command {
    Demo(demo::Demo),
    Import(import::Import),
    Export(export::Export),
    Gather(gather::Gather),
    Work(work::Work),
    Worker(worker::Worker),
    Serve(serve::Serve),
    Status(status::Status),
    Health(health::Health),
    Queue(queue::Queue),
    Approve(approve::Approve),
    Pause(pause::Pause),
    Resume(resume::Resume),
    Explain(explain::Explain),
    Replies(replies::Replies),
    Batch(batch::Batch),
    Bench(bench::Bench),
    Blobs(blobs::Blobs),
    Mapping(mapping::Mapping),
    Source(source::Source),
    Key(key::Key),
    Mail(mail::Mail),
    Catalogue(catalogue::Catalogue),
    Desk(desk::Desk),
    Draw(draw::Draw),
    Person(person::Person),
    Check(check::Check),
    SecurityTxt(security_txt::SecurityTxt),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Move(moving::Move),
    Config(config::Config),
    Migrate(migrate::Migrate),
    Man(man::Man),
    Completions(completions::Completions),
}

impl Command {
    /// Settings that the command itself decides.
    pub(crate) fn adjust(&self, flags: &mut Flags) {
        match self {
            Self::Demo(_) => demo::Demo::adjust(flags),
            Self::Serve(serve) => serve.adjust(flags),
            Self::Blobs(blobs) => blobs.adjust(flags),
            _ => {}
        }
    }

    /// Whether nobody sits before it: what it has to say is in the log.
    pub(crate) fn runs_for_long(&self) -> bool {
        match self {
            Self::Serve(_) | Self::Worker(_) => true,
            Self::Work(work) => work.runs_for_long(),
            _ => false,
        }
    }

    /// Does it.
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        match self {
            Self::Demo(command) => command.run(session),
            Self::Import(command) => command.run(session),
            Self::Export(command) => command.run(session),
            Self::Gather(command) => command.run(session),
            Self::Work(command) => command.run(session),
            Self::Worker(command) => command.run(session),
            Self::Serve(command) => command.run(session),
            Self::Status(command) => command.run(session),
            Self::Health(command) => command.run(session),
            Self::Queue(command) => command.run(session),
            Self::Approve(command) => command.run(session),
            Self::Pause(command) => command.run(session),
            Self::Resume(command) => command.run(session),
            Self::Explain(command) => command.run(session),
            Self::Replies(command) => command.run(session),
            Self::Batch(command) => command.run(session),
            Self::Bench(command) => command.run(session),
            Self::Blobs(command) => command.run(session),
            Self::Mapping(command) => command.run(session),
            Self::Source(command) => command.run(session),
            Self::Key(command) => command.run(session),
            Self::Mail(command) => command.run(session),
            Self::Catalogue(command) => command.run(session),
            Self::Desk(command) => command.run(session),
            Self::Draw(command) => command.run(session),
            Self::Person(command) => command.run(session),
            Self::Check(command) => command.run(session),
            Self::SecurityTxt(command) => command.run(session),
            Self::Backup(command) => command.run(session),
            Self::Restore(command) => command.run(session),
            Self::Move(command) => command.run(session),
            Self::Config(command) => command.run(session),
            Self::Migrate(command) => command.run(session),
            Self::Man(command) => command.run(session),
            Self::Completions(command) => command.run(session),
        }
    }
}
