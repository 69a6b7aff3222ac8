//! Whether a store is whole: everything that must hold, each as one question that finds what breaks it.
//!
//! [`Store::check`] asks all questions in one snapshot, so writers that go on cannot make a difference where there is
//! none. [`Store::check_blobs`] compares names with files. The lists are in `counts` (numbers that must agree with rows)
//! and `references` (rows that must exist); a new table or counter gets a line there.

mod blobs;
mod counts;
mod references;

use crate::connection::{Tx, TxEngine, values};
use crate::engine::Store;
use crate::error::Result;

/// Examples that an answer names; the rest is counted.
const EXAMPLES_MAX: i64 = 5;

/// One thing that must hold, and what breaks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Short and stable, for programs.
    pub name: String,
    /// What must hold.
    pub about: &'static str,
    /// How many rows, files or differences break it: zero, or something is wrong.
    pub wrong: i64,
    /// The first few of them.
    pub examples: Vec<String>,
}

impl Checked {
    fn new(name: impl Into<String>, about: &'static str) -> Self {
        Self {
            name: name.into(),
            about,
            wrong: 0,
            examples: Vec::new(),
        }
    }

    /// Counts one more that breaks it.
    fn broken_by(&mut self, example: String) {
        self.wrong += 1;
        if self.examples.len() < EXAMPLES_MAX as usize {
            self.examples.push(example);
        }
    }
}

impl Store {
    /// Asks everything that must hold among the rows, in one snapshot. `say` hears the name of each question before it is
    /// asked. Reads every table once or twice; with `deep` SQLite also reads every page.
    ///
    /// # Errors
    /// When the engine fails. A store that is too damaged to be read is one of those.
    pub fn check(&self, deep: bool, mut say: impl FnMut(&str)) -> Result<Vec<Checked>> {
        self.read(|tx| {
            let mut all = vec![tx.check_migration()?, tx.check_audit()?];
            let own = tx.is_embedded().then_some(&counts::KEYS);
            for question in counts::QUESTIONS.iter().chain(own) {
                say(question.name);
                let mut checked = Checked::new(question.name, question.about);
                tx.ask(&question.sql(), &mut checked)?;
                all.push(checked);
            }
            for (table, references) in references::REFERENCES {
                say(table);
                let name = format!("references of {table}");
                let mut checked = Checked::new(name, "rows name other rows that exist");
                for reference in *references {
                    tx.ask(&reference.sql(table), &mut checked)?;
                }
                all.push(checked);
            }
            if deep && tx.is_embedded() {
                say("pages of the file");
                all.push(tx.check_pages()?);
            }
            Ok(all)
        })
    }
}

impl Tx<'_> {
    /// Adds what a question finds: rows with one text each that names what is wrong.
    fn ask(&mut self, sql: &str, checked: &mut Checked) -> Result<()> {
        let examples = self.query(&format!("{sql} LIMIT {EXAMPLES_MAX}"), &[], |row| {
            row.text(0)
        })?;
        // The usual case asks once: nothing found is nothing to count.
        if examples.is_empty() {
            return Ok(());
        }
        checked.wrong += self.query_int(&format!("SELECT COUNT(*) FROM ({sql}) AS found"), &[])?;
        let space = EXAMPLES_MAX as usize - checked.examples.len();
        checked.examples.extend(examples.into_iter().take(space));
        Ok(())
    }

    fn check_migration(&mut self) -> Result<Checked> {
        let mut checked = Checked::new("migration", "the tables are those that this program needs");
        let (applied, known) = (self.last_migration()?, crate::migrate::known());
        if applied != known {
            checked.broken_by(format!("migration {applied}, this program needs {known}"));
        }
        Ok(checked)
    }

    fn check_audit(&mut self) -> Result<Checked> {
        let about = "each row of the audit log follows from those before it";
        let mut checked = Checked::new("audit", about);
        if let Some(number) = self.broken_audit_row()? {
            checked.broken_by(format!("audit {number}, and whatever follows it"));
        }
        Ok(checked)
    }

    /// Whether the engine is SQLite.
    pub(crate) fn is_embedded(&self) -> bool {
        matches!(self.engine, TxEngine::Sqlite(_))
    }

    fn check_pages(&mut self) -> Result<Checked> {
        let mut checked = Checked::new("pages", "SQLite finds the file sound");
        self.for_each("PRAGMA integrity_check", values![], |row| {
            match row.text(0)? {
                fine if fine == "ok" => {}
                defect => checked.broken_by(defect),
            }
            Ok(())
        })?;
        self.for_each("PRAGMA foreign_key_check", values![], |row| {
            checked.broken_by(format!("foreign key of {}", row.text(0)?));
            Ok(())
        })?;
        Ok(checked)
    }
}
