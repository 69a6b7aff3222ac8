//! The commands, one file each.

mod approve;
mod backup;
mod batch;
mod bench;
mod blobs;
mod catalogue;
mod check;
mod config;
mod demo;
mod desk;
mod explain;
mod export;
mod gather;
pub(crate) mod import;
mod mapping;
mod migrate;
mod moving;
mod pause;
mod queue;
mod restore;
mod resume;
mod serve;
mod source;
pub(crate) mod status;
mod work;

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
    Serve(serve::Serve),
    Status(status::Status),
    Queue(queue::Queue),
    Approve(approve::Approve),
    Pause(pause::Pause),
    Resume(resume::Resume),
    Explain(explain::Explain),
    Batch(batch::Batch),
    Bench(bench::Bench),
    Blobs(blobs::Blobs),
    Mapping(mapping::Mapping),
    Source(source::Source),
    Catalogue(catalogue::Catalogue),
    Desk(desk::Desk),
    Check(check::Check),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Move(moving::Move),
    Config(config::Config),
    Migrate(migrate::Migrate),
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

    /// What is logged when nobody asks for more or less.
    pub(crate) fn usual_log_level(&self) -> &'static str {
        match self {
            Self::Serve(_) => "info",
            _ => "warn",
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
            Self::Serve(command) => command.run(session),
            Self::Status(command) => command.run(session),
            Self::Queue(command) => command.run(session),
            Self::Approve(command) => command.run(session),
            Self::Pause(command) => command.run(session),
            Self::Resume(command) => command.run(session),
            Self::Explain(command) => command.run(session),
            Self::Batch(command) => command.run(session),
            Self::Bench(command) => command.run(session),
            Self::Blobs(command) => command.run(session),
            Self::Mapping(command) => command.run(session),
            Self::Source(command) => command.run(session),
            Self::Catalogue(command) => command.run(session),
            Self::Desk(command) => command.run(session),
            Self::Check(command) => command.run(session),
            Self::Backup(command) => command.run(session),
            Self::Restore(command) => command.run(session),
            Self::Move(command) => command.run(session),
            Self::Config(command) => command.run(session),
            Self::Migrate(command) => command.run(session),
        }
    }
}
