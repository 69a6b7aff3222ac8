//! The legal classes of parties, each from a day on, with how it is known and who entered it.

use std::collections::BTreeMap;

use model::{ClassHistory, Day, LegalClass, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::{Result, StoreError};
use crate::party::day_from;

/// A legal class of a party, from a day on until the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassEntry {
    /// First day, in UTC.
    pub from: Day,
    /// The class.
    pub class: LegalClass,
    /// How it is known, in words.
    pub evidence: String,
    /// Who entered it, as the audit log names it; empty: it was not kept.
    pub entered_by: String,
    /// When; `None`: it was not kept.
    pub entered_at: Option<Timestamp>,
}

impl Tx<'_> {
    /// The legal classes of a party, the newest first.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn legal_classes(&mut self, party_no: i64) -> Result<Vec<ClassEntry>> {
        self.query(
            "SELECT valid_from, legal_class, evidence, entered_by, entered_at FROM party_legal_class
             WHERE party_no = $1 ORDER BY valid_from DESC",
            values![party_no],
            |row| {
                let (from, class) = change_from(row, 0)?;
                Ok(ClassEntry {
                    from,
                    class,
                    evidence: row.text(2)?,
                    entered_by: row.text(3)?,
                    entered_at: row.opt_int(4)?.map(Timestamp::from_micros),
                })
            },
        )
    }

    /// The legal class of a party on a day.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn legal_class_on(&mut self, party_no: i64, day: Day) -> Result<LegalClass> {
        let entries = self.legal_classes(party_no)?.into_iter();
        Ok(ClassHistory::new(entries.map(|entry| (entry.from, entry.class))).on(day))
    }

    /// Gives the history of every party that has one, in ascending number.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn each_class_history(&mut self, mut take: impl FnMut(i64, ClassHistory)) -> Result<()> {
        let mut of_party: (i64, Vec<(Day, LegalClass)>) = (0, Vec::new());
        self.for_each(
            "SELECT party_no, valid_from, legal_class FROM party_legal_class ORDER BY party_no, valid_from",
            &[],
            |row| {
                let party_no = row.int(0)?;
                if party_no != of_party.0 {
                    take(of_party.0, ClassHistory::new(of_party.1.drain(..)));
                    of_party.0 = party_no;
                }
                of_party.1.push(change_from(row, 1)?);
                Ok(())
            },
        )?;
        take(of_party.0, ClassHistory::new(of_party.1));
        Ok(())
    }

    /// The history of each participant of a programme that has one, by the number of the organisation.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn class_histories_of(&mut self, programme_no: i64) -> Result<BTreeMap<i64, ClassHistory>> {
        let mut entries: BTreeMap<i64, Vec<(Day, LegalClass)>> = BTreeMap::new();
        self.for_each(
            "SELECT c.party_no, c.valid_from, c.legal_class FROM party_legal_class c
             JOIN participant p ON p.party_no = c.party_no WHERE p.programme_no = $1",
            values![programme_no],
            |row| {
                entries
                    .entry(row.int(0)?)
                    .or_default()
                    .push(change_from(row, 1)?);
                Ok(())
            },
        )?;
        let histories = entries.into_iter();
        Ok(histories
            .map(|(party_no, of_party)| (party_no, ClassHistory::new(of_party)))
            .collect())
    }

    /// Enters a class, in the place of one that began on the same day. Says whether another class holds today than before;
    /// one that begins later is to be begun by [`Self::begin_legal_classes`].
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn enter_legal_class(
        &mut self,
        party_no: i64,
        (from, class): (Day, LegalClass),
        (evidence, by): (&str, &str),
        now: Timestamp,
    ) -> Result<bool> {
        let today = now.day();
        let before = self.legal_class_on(party_no, today)?;
        self.execute(
            "INSERT INTO party_legal_class
                (party_no, valid_from, legal_class, evidence, entered_by, entered_at, is_ahead)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (party_no, valid_from) DO UPDATE SET legal_class = excluded.legal_class,
                evidence = excluded.evidence, entered_by = excluded.entered_by, entered_at = excluded.entered_at",
            values![
                party_no,
                from.days(),
                class.code(),
                evidence,
                by,
                now.micros(),
                from > today
            ],
        )?;
        Ok(self.legal_class_on(party_no, today)? != before)
    }

    /// Notes that the classes whose first day has come have begun; gives their parties.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn begin_legal_classes(&mut self, today: Day) -> Result<Vec<i64>> {
        self.query(
            "UPDATE party_legal_class SET is_ahead = 0 WHERE is_ahead = 1 AND valid_from <= $1 RETURNING party_no",
            values![today.days()],
            |row| row.int(0),
        )
    }
}

/// Joins `c`, the class of party `p` on the day that is this parameter. It is [`ClassHistory::on`] for many at once.
pub(crate) fn class_on(parameter: &str) -> String {
    format!(
        "LEFT JOIN party_legal_class c ON c.party_no = p.party_no AND c.valid_from =
            (SELECT MAX(valid_from) FROM party_legal_class WHERE party_no = p.party_no AND valid_from <= {parameter})"
    )
}

fn change_from(row: &Row<'_>, column: usize) -> Result<(Day, LegalClass)> {
    let days = row.int(column)?;
    let from = day_from(Some(days)).ok_or_else(|| StoreError::Unknown {
        what: "day",
        value: days.to_string(),
    })?;
    let class = row.code(column + 1, "legal class", LegalClass::from_code)?;
    Ok((from, class))
}
