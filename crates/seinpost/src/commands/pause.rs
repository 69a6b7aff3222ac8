//! `seinpost pause`: nothing goes out until somebody says so.

use std::io::Write;

use crate::lifecycle::Missing;
use crate::problem::wrong;
use crate::session::{Answer, Session, actor};

const EXAMPLES: &str = "\
Examples:
  seinpost pause --reason \"wrong advice in the message about RDP\"
  seinpost resume

Reports are still read and messages still made; they wait. A worker that runs stops
handing over before its next message.";

/// Stop handing over messages, at once
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Pause {
    /// Why; whoever asks for the status reads it
    #[arg(long)]
    reason: String,
}

impl Pause {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let reason = self.reason.trim();
        if reason.is_empty() {
            return Err(wrong("the reason is empty")
                .hint("say in a few words why nothing may go out")
                .into());
        }
        let store = session.open_store(Missing::Refuse)?;
        let now = session.now();
        store.write(|tx| {
            tx.set_paused(Some((now, reason)))?;
            tx.record(now, &actor(), "pause", "distribution", reason)
        })?;
        if session.json {
            session.out.json(
                &serde_json::json!({ "paused": true, "since": now.to_string(), "reason": reason }),
            )?;
        } else {
            writeln!(
                session.out,
                "distribution is paused; `seinpost resume` lets it go on"
            )?;
        }
        Ok(Answer::Done)
    }
}
