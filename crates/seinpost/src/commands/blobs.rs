//! `seinpost blobs`: the raw deliveries as they are kept.

use std::io::Write;

use clap::Subcommand;
use pipeline::upkeep::blobs::{copy, each_blob, sweep, verify};
use serde::Serialize;
use store::{Copied, StoreError};

use crate::lifecycle::{Missing, blobs, blobs_in_folder};
use crate::output::{Table, counted, thousands};
use crate::problem::wrong;
use crate::progress::ProgressLine;
use crate::session::{Answer, Session};
use crate::settings::Flags;

const EXAMPLES: &str = "\
Examples:
  seinpost blobs verify
  seinpost blobs sweep --dry-run
  seinpost blobs list --json
  seinpost blobs copy --to s3://seinpost/raw

Raw deliveries are kept in the data folder, or in object storage when `blobs.url` is set.
Each is named by the BLAKE3 digest of its content.";

const COPY_EXAMPLES: &str = "\
Examples:
  export SEINPOST_BLOBS_ENDPOINT=https://storage.example
  export SEINPOST_BLOBS_CREDENTIALS_FILE=/etc/seinpost/storage.key
  seinpost blobs copy --to s3://seinpost/raw
  seinpost blobs copy --back

Every blob is verified on the way. What is there already is not sent again: a copy that broke
off goes on when it is started again. Nothing is removed from the place that it is copied from.";

/// Look after the raw deliveries: list, verify, sweep, copy
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Blobs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List what is kept, and what no batch names
    #[command(after_help = EXAMPLES)]
    List,
    /// Read everything that a batch names, and report what is missing or altered
    #[command(after_help = EXAMPLES)]
    Verify,
    /// Remove what no batch names: blobs older than `blobs.orphan-hours`, and what writers left behind
    #[command(after_help = EXAMPLES)]
    Sweep {
        /// Only say what would be removed
        #[arg(long)]
        dry_run: bool,
    },
    /// Copy everything from the data folder to object storage, or back
    #[command(after_help = COPY_EXAMPLES)]
    Copy {
        /// Object storage to copy to, or with --back from [default: `blobs.url` of the settings]
        #[arg(long, value_name = "URL")]
        to: Option<String>,
        /// From object storage into the data folder
        #[arg(long)]
        back: bool,
    },
}

impl Blobs {
    /// Where to copy to is a setting like the others.
    pub(crate) fn adjust(&self, flags: &mut Flags) {
        if let Action::Copy { to: Some(to), .. } = &self.action {
            flags.values.push(("blobs.url", to.clone()));
        }
    }

    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        match self.action {
            Action::List => run_list(session),
            Action::Verify => run_verify(session),
            Action::Sweep { dry_run } => run_sweep(session, dry_run),
            Action::Copy { back, .. } => run_copy(session, back),
        }
    }
}

#[derive(Serialize)]
struct BlobView {
    name: String,
    stored_bytes: u64,
    written: String,
    named: bool,
}

fn run_list(session: &mut Session) -> anyhow::Result<Answer> {
    let store = session.open_store(Missing::Refuse)?;
    let mut views = Vec::new();
    each_blob(&blobs(&session.settings)?, |blob| {
        views.push(BlobView {
            name: blob.name.clone(),
            stored_bytes: blob.stored_bytes,
            written: blob.written_at.to_string(),
            named: store.read(|tx| tx.is_blob_named(&blob.name))?,
        });
        Ok::<_, StoreError>(())
    })?;
    if session.json {
        session.out.json(&views)?;
        return Ok(Answer::Done);
    }
    let mut table = Table::new(["blob", "bytes kept", "written", "batch"]);
    for view in views {
        let named = if view.named { "yes" } else { "none names it" };
        table.row([
            view.name,
            thousands(view.stored_bytes),
            view.written,
            named.to_owned(),
        ]);
    }
    table.write(&mut session.out, "")?;
    Ok(Answer::Done)
}

/// A blob that cannot be trusted or was not copied.
#[derive(Serialize)]
struct FailureView {
    name: String,
    reason: String,
}

impl FailureView {
    fn new(name: &str, error: StoreError) -> Self {
        Self {
            name: name.to_owned(),
            reason: format!("{:#}", anyhow::Error::from(error)),
        }
    }
}

#[derive(Serialize)]
struct VerifyView {
    whole: u64,
    content_bytes: u64,
    failures: Vec<FailureView>,
}

fn run_verify(session: &mut Session) -> anyhow::Result<Answer> {
    let store = session.open_store(Missing::Refuse)?;
    let blobs = blobs(&session.settings)?;
    let progress = ProgressLine::new(session.quiet);
    let mut view = VerifyView {
        whole: 0,
        content_bytes: 0,
        failures: Vec::new(),
    };
    verify(&store, &blobs, |name, outcome| {
        match outcome {
            Ok(bytes) => {
                view.whole += 1;
                view.content_bytes += bytes;
            }
            Err(error) => view.failures.push(FailureView::new(name, error)),
        }
        progress.say(format!("{} verified", counted(view.whole, "blob")));
    })?;
    drop(progress);
    let answer = Answer::done_if(view.failures.is_empty());
    if session.json {
        session.out.json(&view)?;
        return Ok(answer);
    }
    let whole = counted(view.whole, "blob");
    let bytes = thousands(view.content_bytes);
    writeln!(session.out, "{whole} as they were kept, {bytes} bytes")?;
    print_failures(session, &view.failures)?;
    Ok(answer)
}

fn print_failures(session: &mut Session, failures: &[FailureView]) -> anyhow::Result<()> {
    for failure in failures {
        writeln!(session.out, "failed: {}", failure.reason)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct SweepView {
    orphans: u64,
    orphan_bytes: u64,
    unfinished: u64,
    removed: bool,
}

fn run_sweep(session: &mut Session, dry_run: bool) -> anyhow::Result<Answer> {
    // A sweep of an installation that is not there would make one.
    session.open_store(Missing::Refuse)?;
    let flow = session.open_flow_without_mail()?;
    let swept = sweep(&flow, flow.orphan_age, dry_run)?;
    if session.json {
        session.out.json(&SweepView {
            orphans: swept.orphans,
            orphan_bytes: swept.orphan_bytes,
            unfinished: swept.unfinished,
            removed: !dry_run,
        })?;
        return Ok(Answer::Done);
    }
    let verb = if dry_run {
        "would be removed"
    } else {
        "removed"
    };
    writeln!(
        session.out,
        "{verb}: {} that no batch names ({} bytes), {} that nobody finished",
        counted(swept.orphans, "blob"),
        thousands(swept.orphan_bytes),
        counted(swept.unfinished, "file"),
    )?;
    Ok(Answer::Done)
}

#[derive(Serialize)]
struct CopyView {
    copied: u64,
    copied_bytes: u64,
    present: u64,
    failures: Vec<FailureView>,
}

fn run_copy(session: &mut Session, back: bool) -> anyhow::Result<Answer> {
    if session.settings.blobs.is_none() {
        return Err(wrong("there is no object storage to copy to")
            .hint("name it with --to, or set `blobs.url`")
            .into());
    }
    session.open_store(Missing::Refuse)?;
    let folder = blobs_in_folder(&session.settings)?;
    let storage = blobs(&session.settings)?;
    let (from, to) = if back {
        (storage, folder)
    } else {
        (folder, storage)
    };
    let progress = ProgressLine::new(session.quiet);
    let mut view = CopyView {
        copied: 0,
        copied_bytes: 0,
        present: 0,
        failures: Vec::new(),
    };
    copy(&from, &to, |name, outcome| {
        match outcome {
            Ok(Copied::Bytes(bytes)) => {
                view.copied += 1;
                view.copied_bytes += bytes;
            }
            Ok(Copied::Present) => view.present += 1,
            Err(error) => view.failures.push(FailureView::new(name, error)),
        }
        progress.say(format!("{} copied", counted(view.copied, "blob")));
    })?;
    drop(progress);
    let answer = Answer::done_if(view.failures.is_empty());
    if session.json {
        session.out.json(&view)?;
        return Ok(answer);
    }
    writeln!(
        session.out,
        "{} copied to {} ({} bytes), {} there before",
        counted(view.copied, "blob"),
        to.place(),
        thousands(view.copied_bytes),
        thousands(view.present),
    )?;
    print_failures(session, &view.failures)?;
    Ok(answer)
}
