//! `seinpost gather`: takes deliveries in. Reading them is the work of `seinpost work`.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use model::Tlp;
use pipeline::Flow;
use pipeline::gather::{Door, GatherOptions, Outcome, Taken, gather, gather_stream};
use serde::Serialize;

use crate::output::{counted, harmless, thousands};
use crate::problem::{failed, wrong};
use crate::session::{Answer, Session, desk_named};

const EXAMPLES: &str = "\
Examples:
  seinpost gather 2026-11-18-scan_rdp.csv
  seinpost gather reports/ --tlp GREEN          every file in a folder, and in the folders in it
  zcat old.csv.gz | seinpost gather - --type scan_rdp
  seinpost gather list.csv --mapping researcher --source \"University of Example\"

Plain, gzip, zstd and zip files are told apart by their content. The report type is in the
name of the file, as Shadowserver names them; otherwise say it with --type or --mapping.
A delivery that came before is known by its content and not taken in twice.
Exit code 1 when something was refused; the rest is taken in. Exit code 2 when too much waits
to be read already, or the disk is nearly full: gather the same again later.";

/// Take in reports: files, folders, or standard input
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Gather {
    /// Files, folders, or `-` for standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Who may know: CLEAR, GREEN, AMBER, AMBER+STRICT or RED [default: that of the source, or AMBER]
    #[arg(long, value_name = "MARKING")]
    tlp: Option<Tlp>,
    /// Who gives it
    #[arg(long, default_value = "shadowserver", value_name = "NAME")]
    source: String,
    /// Whose work it is [default: the desk made at installation]
    #[arg(long, value_name = "NAME")]
    desk: Option<String>,
    /// Report type, such as scan_rdp, where the name of the file does not say
    #[arg(long = "type", value_name = "TYPE", conflicts_with = "mapping")]
    report_type: Option<String>,
    /// Saved mapping for a plain table; see `seinpost mapping`
    #[arg(long, value_name = "NAME")]
    mapping: Option<String>,
}

#[derive(Serialize)]
struct TakenView {
    name: String,
    outcome: &'static str,
    batch: Option<String>,
    report_type: Option<String>,
    bytes: Option<u64>,
    notices: Vec<String>,
    reason: Option<String>,
}

impl Gather {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let flow = session.open_flow_without_mail()?;
        desk_named(&flow.store, self.desk.as_deref())?;
        let options = GatherOptions {
            desk: self.desk,
            source: source_name(&self.source)?,
            tlp: self.tlp,
            report_type: self.report_type,
            mapping: self.mapping,
            door: Door::Command,
        };
        let mut views = Vec::new();
        for file in &self.files {
            // What cannot be opened never stops the next one.
            let taken = match deliveries_in(file) {
                Ok(deliveries) => take_all(&flow, deliveries, &options, session)?,
                Err(error) => vec![refused(file, &error)],
            };
            views.extend(taken);
        }
        let count = |outcome| views.iter().filter(|view| view.outcome == outcome).count();
        let (refused, later) = (count("refused"), count("later"));
        if session.json {
            session.out.json(&views)?;
        } else if views.iter().any(|view| view.outcome == "taken") {
            session.note("next: `seinpost work --until-idle`, unless `seinpost serve` runs");
        }
        if later > 0 {
            let text = format!("{} not taken in now", counted(later as i64, "file"));
            let hint =
                "what was taken in stands; gather the rest again later, or see `seinpost status`";
            return Err(failed(text).hint(hint).into());
        }
        Ok(Answer::done_if(refused == 0))
    }
}

/// A name as it may stand in the register and in messages.
fn source_name(text: &str) -> anyhow::Result<String> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(wrong(format!(
            "`{}` cannot be the name of a source",
            model::shown(text)
        ))
        .into());
    }
    Ok(name.to_owned())
}

fn take_all(
    flow: &Flow,
    deliveries: Vec<PathBuf>,
    options: &GatherOptions,
    session: &mut Session,
) -> anyhow::Result<Vec<TakenView>> {
    let mut views = Vec::new();
    for path in deliveries {
        for view in take_one(flow, &path, options)? {
            if !session.json {
                print(&view, session)?;
            }
            views.push(view);
        }
    }
    Ok(views)
}

fn take_one(flow: &Flow, path: &Path, options: &GatherOptions) -> anyhow::Result<Vec<TakenView>> {
    let taken = if path.to_str() == Some("-") {
        gather_stream(flow, "standard input", std::io::stdin().lock(), options)?
    } else {
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy();
        match File::open(path) {
            Ok(file) => gather(flow, &name, file, options)?,
            Err(error) => return Ok(vec![refused(path, &error.into())]),
        }
    };
    Ok(taken.into_iter().map(TakenView::from).collect())
}

/// The files behind a name, sorted: a folder stands for all files in it and in its folders.
fn deliveries_in(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if path.to_str() == Some("-") || !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path)
        .with_context(|| format!("cannot read the folder `{}`", path.display()))?
    {
        let entry = entry?;
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        // Links to folders are not followed: they can go round in circles.
        let is_link_to_folder = entry.file_type()?.is_symlink() && entry.path().is_dir();
        if !is_hidden && !is_link_to_folder {
            found.push(entry.path());
        }
    }
    found.sort();
    let mut files = Vec::new();
    for path in found {
        files.extend(deliveries_in(&path)?);
    }
    Ok(files)
}

impl From<Taken> for TakenView {
    fn from(taken: Taken) -> Self {
        let nothing = Self {
            name: taken.name,
            outcome: "refused",
            batch: None,
            report_type: None,
            bytes: None,
            notices: Vec::new(),
            reason: None,
        };
        match taken.outcome {
            Outcome::Batch {
                batch,
                report_type,
                bytes,
                notices,
                ..
            } => Self {
                outcome: "taken",
                batch: Some(batch.to_string()),
                report_type: Some(report_type),
                bytes: Some(bytes),
                notices: notices
                    .into_iter()
                    .map(|(kind, text)| format!("{kind}: {text}"))
                    .collect(),
                ..nothing
            },
            Outcome::Duplicate { batch } => Self {
                outcome: "duplicate",
                batch: Some(batch.to_string()),
                ..nothing
            },
            Outcome::Later { reason } => Self {
                outcome: "later",
                reason: Some(reason),
                ..nothing
            },
            Outcome::Refused { reason } => Self {
                reason: Some(reason),
                ..nothing
            },
        }
    }
}

fn refused(path: &Path, error: &anyhow::Error) -> TakenView {
    TakenView {
        name: path.display().to_string(),
        outcome: "refused",
        batch: None,
        report_type: None,
        bytes: None,
        notices: Vec::new(),
        reason: Some(format!("{error:#}")),
    }
}

fn print(view: &TakenView, session: &mut Session) -> anyhow::Result<()> {
    let (name, batch) = (
        harmless(&view.name),
        view.batch.as_deref().unwrap_or_default(),
    );
    let out = &mut session.out;
    match view.outcome {
        "taken" => {
            let report_type = view.report_type.as_deref().unwrap_or_default();
            let bytes = thousands(i128::from(view.bytes.unwrap_or_default()));
            writeln!(
                out,
                "taken      {batch}  {name}: {report_type}, {bytes} bytes"
            )?;
        }
        "duplicate" => writeln!(
            out,
            "duplicate  {batch}  {name}: this content came before, as that batch"
        )?,
        // The outcome in words: refused, or later.
        outcome => writeln!(
            out,
            "{outcome:<9}  {name}: {}",
            harmless(view.reason.as_deref().unwrap_or_default())
        )?,
    }
    for notice in &view.notices {
        writeln!(out, "           {}", harmless(notice))?;
    }
    Ok(())
}
