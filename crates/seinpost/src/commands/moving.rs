//! `seinpost move`: takes the state from the file in the data folder to PostgreSQL.

use std::io::Write;

use serde::Serialize;
use store::{CopiedTable, Store};

use super::config::without_secrets;
use crate::lifecycle::hold_worker_lock;
use crate::output::{Table, counted, thousands};
use crate::problem::{failed, wrong};
use crate::progress::ProgressLine;
use crate::session::{Answer, Session, actor};
use crate::settings::StorePlace;

const EXAMPLES: &str = "\
Examples:
  seinpost move --to postgres://seinpost@localhost/seinpost --dry-run
  seinpost move --to postgres://seinpost@localhost/seinpost
  seinpost move --to postgres://seinpost@localhost/seinpost --undo    after a move that broke off

Stop `seinpost serve` and `seinpost work` first. What is half done goes on at the new place:
open deliveries, jobs, messages that wait. Deliveries stay where they are, in the data folder.
The file stays too, and refuses every change from then on. A move that is killed leaves the
database empty or complete; run it again.";

/// Move the state from the file in the data folder to an empty PostgreSQL database
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Move {
    /// The database, as in the setting `store`
    #[arg(long, value_name = "URL")]
    to: String,
    /// Say what would be moved, and whether the database is empty
    #[arg(long)]
    dry_run: bool,
    /// Take back a move that broke off: the file is used again
    #[arg(long, conflicts_with = "dry_run")]
    undo: bool,
}

#[derive(Serialize)]
struct MoveView {
    to: String,
    rows: i64,
    tables: Vec<TableView>,
    dry_run: bool,
    /// Table of the database that has rows, which keeps it from being a target.
    in_the_way: Option<String>,
}

#[derive(Serialize)]
struct TableView {
    table: String,
    rows: i64,
}

impl Move {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let source = source(session)?;
        let place = without_secrets(&self.to);
        let target = Store::open_postgres(&self.to).map_err(|error| {
            anyhow::Error::from(error).context(format!("cannot open `{place}`"))
        })?;
        if self.dry_run {
            let tables = source.tables_to_move()?;
            let in_the_way = source.in_the_way(&target)?;
            let is_free = in_the_way.is_none();
            show(session, place, tables, true, in_the_way)?;
            return Ok(Answer::done_if(is_free));
        }
        let _lock = hold_worker_lock(&session.settings)?;
        if self.undo {
            return undo(session, &source, &target, &place);
        }
        if source.moved()?.is_none() {
            source.migrate()?;
            let now = session.now();
            source.write(|tx| {
                // Nobody works here, so what is marked as under way goes on at the new place at once.
                tx.release_stale_work()?;
                tx.record(now, &actor(), "move", &place, "begins")
            })?;
        }
        let progress = ProgressLine::new(session.quiet);
        let copied = source.move_to(&target, &place, |table, rows| {
            progress.say(format!("{table}: {} rows", thousands(rows)));
        })?;
        drop(progress);
        show(session, place, copied, false, None)?;
        Ok(Answer::Done)
    }
}

/// The file in the data folder, moved or not: a move that broke off is run again.
fn source(session: &Session) -> anyhow::Result<Store> {
    match &session.settings.store {
        StorePlace::Embedded(path) if path.is_file() => Ok(Store::open_embedded(path)?),
        StorePlace::Embedded(path) => Err(wrong(format!("there is no `{}`", path.display()))
            .hint("name the folder of the installation with --data")
            .into()),
        StorePlace::Postgres { .. } => Err(wrong("the state of this installation is in PostgreSQL already")
            .hint("between two databases use `pg_dump` and `pg_restore`; to move the file in the data folder, run this \
                   without the setting `store`")
            .into()),
    }
}

fn undo(
    session: &mut Session,
    source: &Store,
    target: &Store,
    place: &str,
) -> anyhow::Result<Answer> {
    if source.moved()?.is_none() {
        return Err(wrong("no move has begun here, so there is none to take back").into());
    }
    if !source.undo_move(target)? {
        return Err(failed(format!("`{place}` has the whole installation"))
            .hint(format!("go on there: set `store` to it, or run `seinpost move --to {place}` again to end the move"))
            .into());
    }
    if session.json {
        session.out.json(&serde_json::json!({ "undone": true }))?;
    } else {
        writeln!(
            session.out,
            "the move is taken back; this installation can be used again"
        )?;
    }
    Ok(Answer::Done)
}

fn show(
    session: &mut Session,
    to: String,
    tables: Vec<CopiedTable>,
    dry_run: bool,
    in_the_way: Option<String>,
) -> anyhow::Result<()> {
    let rows = tables.iter().map(|table| table.rows).sum();
    if session.json {
        let tables = tables.into_iter().map(|table| TableView {
            table: table.name,
            rows: table.rows,
        });
        let tables = tables.collect();
        return Ok(session.out.json(&MoveView {
            to,
            rows,
            tables,
            dry_run,
            in_the_way,
        })?);
    }
    let out = &mut session.out;
    let mut table = Table::new(["table", "rows"]);
    for CopiedTable { name, rows } in &tables {
        table.row([name.clone(), thousands(*rows)]);
    }
    table.write(out, "")?;
    let what = format!(
        "{} of {}",
        counted(rows, "row"),
        counted(tables.len() as i64, "table")
    );
    match (dry_run, in_the_way) {
        (true, None) => writeln!(out, "\nwould move {what} to `{to}`, which is empty")?,
        (true, Some(table)) => {
            writeln!(out, "\ncannot move to `{to}`: its table `{table}` has rows")?;
        }
        (false, _) if tables.is_empty() => {
            writeln!(out, "`{to}` was complete; the move has come to its end")?
        }
        (false, _) => writeln!(out, "\nmoved {what} to `{to}`, and compared them")?,
    }
    if !dry_run {
        writeln!(
            out,
            "now set `store` to that URL, in the settings file or as SEINPOST_STORE, and start again"
        )?;
    }
    Ok(())
}
