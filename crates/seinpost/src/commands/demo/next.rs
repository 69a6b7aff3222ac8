//! What to try when the tour is over.

use std::io::Write;
use std::path::Path;

use model::IdKind;
use pipeline::Flow;
use store::{NamedNotification, QueueKind};

/// Commands for the folder of the demonstration.
pub(super) struct Next {
    program: String,
    start: String,
}

impl Next {
    /// `program` as it was called.
    pub(super) fn new(program: &str, folder: &Path) -> Self {
        let program = quoted(program);
        let start = format!("{program} --data {}", quoted(&folder.display().to_string()));
        Self { program, start }
    }

    /// A command, as it can be pasted.
    pub(super) fn command(&self, words: &str) -> String {
        format!("{} {words}", self.start)
    }

    /// Says what could be tried.
    pub(super) fn show(
        &self,
        out: &mut impl Write,
        flow: &Flow,
        told: &[NamedNotification],
    ) -> anyhow::Result<()> {
        writeln!(out, "\nTry next")?;
        let mut commands = vec![(
            "status".to_owned(),
            "where everything is, and that it adds up",
        )];
        let reference = told.first().map(|told| told.notification.reference());
        let explain = format!("explain {}", reference.unwrap_or_default());
        commands.push((explain, "from a message back to the bytes of the report"));
        commands.push(("queue list".to_owned(), "what waits for a person"));
        commands.push((
            "export matches".to_owned(),
            "whose each finding is, and why",
        ));
        if let Some(release) = release(flow)? {
            commands.push((release, "tell somebody of a finding that nobody owns"));
        }
        commands.push((
            "serve".to_owned(),
            "go on working, with pages for everybody",
        ));
        for (command, meaning) in commands {
            writeln!(out, "\n   # {meaning}\n   {}", self.command(&command))?;
        }
        writeln!(
            out,
            "\n   # and for real, in a folder of your own\n   {} --help",
            self.program
        )?;
        Ok(())
    }
}

/// Tells an operator of the first finding that nobody owns.
fn release(flow: &Flow) -> anyhow::Result<Option<String>> {
    let unresolved = flow
        .store
        .read(|tx| tx.open_queue_items(QueueKind::Unresolved, 0, 1))?;
    let id_key = flow.store.read(|tx| tx.installation())?.id_key;
    Ok(unresolved.first().map(|item| {
        let id = id_key.public_id(IdKind::Finding, item.finding_no as u64);
        format!("queue release {id} --to noordlijn")
    }))
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "-_./:+,@%".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_word_can_be_pasted_into_a_shell() {
        for (word, want) in [
            ("./a-b_1", "./a-b_1"),
            ("a b", "'a b'"),
            ("it's", "'it'\\''s'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(word), want);
        }
    }
}
