//! Of which desks a transaction sees what belongs to a desk: deliveries, findings, messages and what hangs on them
//! (requirement SE-06).
//!
//! A [`Store`] that was narrowed gives transactions in which the things of other desks are not there: [`Tx::finding`],
//! [`Tx::notification`] and [`Tx::batch`] do not find them, and no list and no count that people of a desk read has them. So a
//! page cannot forget it. The register is shared: who is in it, what they have, and who looks after it. Whatever works for
//! all, workers and organisations, has a store that was not narrowed; there it costs nothing, not even a condition.

use std::collections::BTreeSet;

use model::IdKind;

use crate::connection::{Tx, values};
use crate::engine::Store;
use crate::error::Result;

/// Desks of which something is seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Desks {
    /// All that there are and will be: nothing is filtered.
    #[default]
    All,
    /// These alone, ascending. None: of no desk.
    Only(Vec<i64>),
}

impl Desks {
    /// Whether what belongs to this desk is seen.
    #[must_use]
    pub fn sees(&self, desk_no: i64) -> bool {
        match self {
            Self::All => true,
            Self::Only(desks) => desks.contains(&desk_no),
        }
    }

    /// Whether nothing is filtered.
    #[must_use]
    pub fn is_all(&self) -> bool {
        *self == Self::All
    }

    /// These of all desks that there are. All of them are [`Desks::All`], which costs nothing.
    #[must_use]
    pub fn of(seen: BTreeSet<i64>, all: &[i64]) -> Self {
        match all.iter().all(|desk_no| seen.contains(desk_no)) {
            true => Self::All,
            false => Self::Only(seen.into_iter().collect()),
        }
    }

    /// What goes on a condition so that it is of these desks; empty where all are seen.
    pub(crate) fn and(&self, column: &str) -> String {
        match self {
            Self::All => String::new(),
            Self::Only(desks) if desks.is_empty() => " AND 1 = 0".to_owned(),
            Self::Only(desks) => {
                let numbers: Vec<String> = desks.iter().map(i64::to_string).collect();
                format!(" AND {column} IN ({})", numbers.join(", "))
            }
        }
    }
}

impl Store {
    /// The same store, in whose transactions only what belongs to these desks is there.
    #[must_use]
    pub fn within(&self, desks: Desks) -> Self {
        Self {
            desks,
            ..self.clone()
        }
    }
}

impl Tx<'_> {
    /// Of which desks this transaction sees what belongs to a desk.
    #[must_use]
    pub fn desks_seen(&self) -> &Desks {
        &self.desks
    }

    /// Sees nothing but what belongs to this desk until the transaction ends, and not even that if it was not seen.
    pub fn see_only(&mut self, desk_no: i64) {
        self.desks = match self.desks.sees(desk_no) {
            true => Desks::Only(vec![desk_no]),
            false => Desks::Only(Vec::new()),
        };
    }

    /// What goes on a condition so that rows with this desk in a column are seen.
    pub(crate) fn and_desk(&self, column: &str) -> String {
        self.desks.and(column)
    }

    /// What goes on a condition so that rows about the finding with the number in a column are seen.
    pub(crate) fn and_finding(&self, column: &str) -> String {
        self.and_leads_to("finding", "finding_no", column)
    }

    /// What goes on a condition so that rows about the message with the number in a column are seen.
    pub(crate) fn and_message(&self, column: &str) -> String {
        self.and_leads_to("notification", "notification_no", column)
    }

    /// What goes on a condition so that rows of the delivery with the number in a column are seen.
    pub(crate) fn and_batch(&self, column: &str) -> String {
        self.and_leads_to("batch", "batch_no", column)
    }

    fn and_leads_to(&self, table: &str, key: &str, column: &str) -> String {
        if self.desks.is_all() {
            return String::new();
        }
        format!(
            " AND EXISTS (SELECT 1 FROM {table} of_desk WHERE of_desk.{key} = {column}{})",
            self.and_desk("of_desk.desk_no")
        )
    }

    /// What goes on a condition so that replies `r` are seen: those to a message with it. One that names no message that there is
    /// came to the desk made at installation, whose mailbox is read.
    pub(crate) fn and_reply(&self) -> String {
        if self.desks.is_all() {
            return String::new();
        }
        format!(
            " AND EXISTS (SELECT 1 FROM desk of_desk WHERE of_desk.desk_no = COALESCE((
                SELECT n.desk_no FROM notification n WHERE n.notification_no = COALESCE(r.notification_no, r.named_no)),
                (SELECT MIN(desk_no) FROM desk)){})",
            self.and_desk("of_desk.desk_no")
        )
    }

    /// What goes on a condition so that complaints `c` are seen: all but those about a message of another desk.
    pub(crate) fn and_complaint(&self) -> String {
        match self.desks.is_all() {
            true => String::new(),
            false => format!(
                " AND (c.notification_no IS NULL OR (1 = 1{}))",
                self.and_message("c.notification_no")
            ),
        }
    }

    /// Whether a thing with this number, of a kind that belongs to a desk, is one of a desk that is seen. One that is not there is
    /// not seen. What belongs to no desk is seen by all.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn sees(&mut self, kind: IdKind, number: i64) -> Result<bool> {
        if self.desks.is_all() {
            return Ok(true);
        }
        Ok(match kind {
            IdKind::Batch => self.batch(number)?.is_some(),
            IdKind::Finding => self.finding(number)?.is_some(),
            IdKind::Notification => self.notification(number)?.is_some(),
            IdKind::Reply => self.reply(number)?.is_some(),
            IdKind::JointApproval => self.joint_approval(number)?.is_some(),
            IdKind::Complaint => self.complaint(number)?.is_some(),
            _ => true,
        })
    }

    /// Numbers of all desks, ascending.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn desk_nos(&mut self) -> Result<Vec<i64>> {
        self.query("SELECT desk_no FROM desk ORDER BY desk_no", &[], |row| {
            row.int(0)
        })
    }

    /// Numbers of the desks where a person of the staff works, ascending; none for people outside it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn desks_of_person(&mut self, person_no: i64) -> Result<Vec<i64>> {
        let sql = "SELECT desk_no FROM desk_person WHERE person_no = $1 ORDER BY desk_no";
        self.query(sql, values![person_no], |row| row.int(0))
    }

    /// Makes these the desks where a person works.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn set_desks_of_person(&mut self, person_no: i64, desk_nos: &[i64]) -> Result<()> {
        let removed = "DELETE FROM desk_person WHERE person_no = $1";
        self.execute(removed, values![person_no])?;
        let desks: BTreeSet<i64> = desk_nos.iter().copied().collect();
        for desk_no in desks {
            let added = "INSERT INTO desk_person (person_no, desk_no) VALUES ($1, $2)";
            self.execute(added, values![person_no, desk_no])?;
        }
        Ok(())
    }

    /// Has somebody who works at no desk yet work at the one made at installation.
    pub(crate) fn begin_at_a_desk(&mut self, person_no: i64) -> Result<()> {
        self.execute(
            "INSERT INTO desk_person (person_no, desk_no)
             SELECT CAST($1 AS BIGINT), d.desk_no FROM (SELECT MIN(desk_no) AS desk_no FROM desk) d
             WHERE d.desk_no IS NOT NULL AND NOT EXISTS (SELECT 1 FROM desk_person WHERE person_no = $1)",
            values![person_no],
        )?;
        Ok(())
    }

    /// Numbers of the desks for which a key of the desk works, ascending; none for keys of others.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn desks_of_key(&mut self, key_no: i64) -> Result<Vec<i64>> {
        let sql = "SELECT desk_no FROM desk_key WHERE key_no = $1 ORDER BY desk_no";
        self.query(sql, values![key_no], |row| row.int(0))
    }

    /// Makes these the desks for which a key of the desk works.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn set_desks_of_key(&mut self, key_no: i64, desk_nos: &[i64]) -> Result<()> {
        self.execute("DELETE FROM desk_key WHERE key_no = $1", values![key_no])?;
        let desks: BTreeSet<i64> = desk_nos.iter().copied().collect();
        for desk_no in desks {
            let added = "INSERT INTO desk_key (key_no, desk_no) VALUES ($1, $2)";
            self.execute(added, values![key_no, desk_no])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_sees_all_desks_asks_for_no_desk() {
        assert_eq!(Desks::All.and("n.desk_no"), "");
        assert_eq!(
            Desks::Only(vec![1, 3]).and("n.desk_no"),
            " AND n.desk_no IN (1, 3)"
        );
        assert_eq!(Desks::Only(Vec::new()).and("n.desk_no"), " AND 1 = 0");
    }

    #[test]
    fn who_works_at_each_desk_that_there_is_sees_all() {
        assert_eq!(Desks::of([1, 2].into(), &[1, 2]), Desks::All);
        assert_eq!(Desks::of([1, 3].into(), &[1]), Desks::All);
        assert_eq!(Desks::of([2].into(), &[1, 2]), Desks::Only(vec![2]));
        assert_eq!(Desks::of([].into(), &[1, 2]), Desks::Only(Vec::new()));
    }
}
