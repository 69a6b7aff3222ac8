//! stub
use crate::session::{Answer, Session};
use crate::settings::Flags;
/// A guided tour
#[derive(clap::Args)]
#[command(after_help = "Examples:")]
pub(crate) struct Demo {}
impl Demo {
    pub(crate) fn adjust(_flags: &mut Flags) {}
    pub(crate) fn run(self, _session: &mut Session) -> anyhow::Result<Answer> { Ok(Answer::Done) }
}
