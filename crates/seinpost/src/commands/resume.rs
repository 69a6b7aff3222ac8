//! `seinpost resume`: messages go out again.

use std::io::Write;

use store::StoreError;

use crate::lifecycle::Missing;
use crate::session::{Answer, Session, actor};

const EXAMPLES: &str = "\
Examples:
  seinpost work --until-idle --dry-run   which messages would go to whom
  seinpost resume
  seinpost work --until-idle";

/// Let messages go out again after a pause
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Resume {}

impl Resume {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let store = session.open_store(Missing::Refuse)?;
        let now = session.now();
        let was_paused = store.write(|tx| {
            let paused = tx.installation()?.paused;
            if paused.is_some() {
                tx.set_paused(None)?;
                tx.record(now, &actor(), "resume", "distribution", "")?;
            }
            Ok::<_, StoreError>(paused)
        })?;
        if session.json {
            session.out.json(
                &serde_json::json!({ "paused": false, "was_paused": was_paused.is_some() }),
            )?;
            return Ok(Answer::Done);
        }
        match was_paused {
            Some((since, _)) => writeln!(
                session.out,
                "distribution goes on; it was paused since {since}"
            )?,
            None => writeln!(session.out, "distribution was not paused")?,
        }
        Ok(Answer::Done)
    }
}
