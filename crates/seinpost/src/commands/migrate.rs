//! `seinpost migrate`: makes or upgrades the tables.

use std::io::Write;

use serde::Serialize;

use crate::lifecycle::Missing;
use crate::session::{Answer, Session};

const EXAMPLES: &str = "\
Examples:
  seinpost migrate
  seinpost migrate --store postgres://seinpost@localhost/seinpost

Every command that opens the store does this by itself; run it alone after an upgrade,
before the first `serve`, to see that it succeeds.";

/// Make the tables, or bring them up to date with this version
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Migrate {}

#[derive(Serialize)]
struct MigrateView {
    engine: &'static str,
    migration: i64,
}

impl Migrate {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let store = session.open_store(Missing::Make)?;
        let state = store.migration_state()?;
        let view = MigrateView {
            engine: store.engine_name(),
            migration: state.applied,
        };
        if session.json {
            session.out.json(&view)?;
        } else {
            writeln!(
                session.out,
                "{}: the tables are up to date (migration {})",
                view.engine, view.migration
            )?;
        }
        Ok(Answer::Done)
    }
}
