//! `seinpost draw`: whether the places of a programme were given by the rules.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Subcommand;
use rules::enrol::proof::{Proof, explained};
use serde::Serialize;

use crate::output::counted;
use crate::problem::wrong;
use crate::session::{Answer, Session};

const EXAMPLES: &str = "\
Examples:
  seinpost draw verify pilot.txt
  seinpost draw verify pilot.txt \\
      --committed 19b25856e1c150ca834cffc8b59b23adbd0ec0389e58eb22b3b64768098d002b
  seinpost draw verify pilot.txt --json

The file is the proof that a programme publishes. Nothing else is needed: no installation, no
network. Every lot and every place is computed again. `--committed` is the digest that was
published before applications closed, from a source that you trust; without it a seed that was
exchanged together with its digest is not found. The exit code is 1 if anything differs.";

/// Bytes of a file: far more than rows of any programme.
const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Check the published proof of a draw: who has a place in a programme, and why
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Draw {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Compute every place again, and say why each application stands where it stands
    #[command(after_help = EXAMPLES)]
    Verify {
        /// The published file, or `-` for standard input
        file: PathBuf,
        /// Digest of the seed as it was published before applications closed
        #[arg(long, value_name = "DIGEST")]
        committed: Option<String>,
    },
}

#[derive(Serialize)]
struct View {
    programme: String,
    is_right: bool,
    selected: usize,
    waiting: usize,
    faults: Vec<String>,
    places: Vec<PlaceView>,
}

#[derive(Serialize)]
struct PlaceView {
    number: u32,
    sector: &'static str,
    count: u64,
    rank: u32,
    state: &'static str,
    because: &'static str,
    text: String,
}

impl Draw {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let Action::Verify { file, committed } = self.action;
        let view = view(&read(&file)?, committed.as_deref());
        if session.json {
            session.out.json(&view)?;
        } else {
            show(&view, &mut session.out)?;
        }
        Ok(Answer::done_if(view.is_right))
    }
}

fn read(file: &Path) -> anyhow::Result<Proof> {
    let cannot = || wrong(format!("cannot read `{}`", file.display()));
    let input: Box<dyn Read> = match file.to_str() {
        Some("-") => Box::new(std::io::stdin()),
        _ => Box::new(std::fs::File::open(file).with_context(cannot)?),
    };
    let mut text = String::new();
    input
        .take(FILE_BYTES_MAX)
        .read_to_string(&mut text)
        .with_context(cannot)?;
    text.parse().map_err(anyhow::Error::from).with_context(|| {
        wrong(format!("`{}` is not the proof of a draw", file.display()))
            .hint("give the file as the page of the programme publishes it")
    })
}

fn view(proof: &Proof, committed: Option<&str>) -> View {
    let faults = proof.faults(committed);
    let computed = proof.computed();
    let places: Vec<PlaceView> = computed
        .iter()
        .map(|place| PlaceView {
            number: place.entry.number,
            sector: place.entry.sector.as_str(),
            count: place.entry.count,
            rank: place.rank,
            state: place.state.as_str(),
            because: place.because.as_str(),
            text: explained(place, &computed, proof.capacity),
        })
        .collect();
    let selected = places
        .iter()
        .filter(|place| place.state == "selected")
        .count();
    View {
        programme: proof.programme.clone(),
        is_right: faults.is_empty(),
        selected,
        waiting: places.len() - selected,
        faults: faults.iter().map(ToString::to_string).collect(),
        places,
    }
}

fn show(view: &View, out: &mut impl Write) -> std::io::Result<()> {
    for place in &view.places {
        writeln!(out, "{}", place.text)?;
    }
    for fault in &view.faults {
        writeln!(out, "wrong: {fault}")?;
    }
    let programme = crate::output::harmless(&view.programme);
    let (selected, waiting) = (view.selected, view.waiting);
    match view.faults.len() {
        0 => writeln!(
            out,
            "{programme}: {selected} selected, {waiting} waiting; every place follows from the file"
        ),
        faults => writeln!(
            out,
            "{programme}: the file is not right in {}",
            counted(faults as i64, "place")
        ),
    }
}
