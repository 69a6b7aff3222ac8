//! The audit log as people search it.

use std::cmp::Reverse;

use model::{IdKind, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// Rows that are looked at for one page. A filter that few of them pass shows a short page and where to go on.
const LOOKED_AT_MAX: i64 = 1_000;

/// What an earlier version wrote with an internal number.
const NUMBERED: [IdKind; 4] = [
    IdKind::Finding,
    IdKind::Batch,
    IdKind::Dispute,
    IdKind::JointApproval,
];

/// What somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Counts from 1 without gaps.
    pub audit_no: i64,
    /// When.
    pub at: Timestamp,
    /// Who: a person by public id, a stage, or the account that ran a command.
    pub actor: String,
    /// What.
    pub action: String,
    /// On what.
    pub subject: String,
    /// Counts and reasons.
    pub detail: String,
}

/// Which rows a search finds. `None`: any; texts are compared whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Who.
    pub actor: Option<String>,
    /// What.
    pub action: Option<String>,
    /// On what: a word and an id, as [`Tx::subject_of`] writes it. `party <id>` also finds the rows that an earlier version wrote as
    /// `organisation <id>`, and the id of one of [`NUMBERED`] those with its number.
    pub subject: Option<String>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
}

impl AuditFilter {
    /// Whether it finds a row; `older` is the subject as an earlier version wrote it.
    fn takes(&self, older: Option<&str>, row: &AuditRow) -> bool {
        let fits = |wanted: &Option<String>, text: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == text)
        };
        fits(&self.actor, &row.actor)
            && fits(&self.action, &row.action)
            && (fits(&self.subject, &row.subject) || older == Some(&*row.subject))
            && self.from.is_none_or(|from| from <= row.at)
            && self.until.is_none_or(|until| row.at < until)
    }
}

/// A page of the log, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPage {
    /// The rows.
    pub rows: Vec<AuditRow>,
    /// The next page begins below this number; `None`: this is the last.
    pub next_before: Option<i64>,
}

const AUDIT: &str = "SELECT audit_no, at, actor, action, subject, detail FROM audit";

impl Tx<'_> {
    /// What the audit log calls a thing: the word for its kind, and its public id.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn subject_of(&mut self, kind: IdKind, number: i64) -> Result<String> {
        let id_key = self.installation()?.id_key;
        let id = id_key.public_id(kind, number as u64);
        Ok(format!("{} {id}", kind.as_str()))
    }

    /// A subject as an earlier version wrote it.
    fn older_subject(&mut self, subject: Option<&str>) -> Result<Option<String>> {
        let Some((word, id)) = subject.and_then(|subject| subject.split_once(' ')) else {
            return Ok(None);
        };
        if word == IdKind::Party.as_str() {
            return Ok(Some(format!("organisation {id}")));
        }
        let kind = NUMBERED.into_iter().find(|kind| kind.as_str() == word);
        let Some((kind, id)) = kind.zip(id.parse().ok()) else {
            return Ok(None);
        };
        let number = self.installation()?.id_key.number_of(kind, &id);
        Ok(number.map(|number| format!("{} {number}", word.replace('-', " "))))
    }

    /// Rows with a number below `before_no`, newest first, at most `rows_max`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn audit_page(
        &mut self,
        filter: &AuditFilter,
        before_no: i64,
        rows_max: usize,
    ) -> Result<AuditPage> {
        let before_no = match filter.until {
            Some(until) => before_no.min(self.first_audit_no_from(until)?),
            None => before_no,
        };
        // The narrowest of the fields has its index walked; the others are compared here.
        let fields = [
            ("subject", &filter.subject),
            ("actor", &filter.actor),
            ("action", &filter.action),
        ];
        let mut given = fields
            .iter()
            .filter_map(|(column, wanted)| Some((column, wanted.as_deref()?)));
        let (column, wanted) = match given.next() {
            Some((column, wanted)) => (Some(*column), vec![wanted.into()]),
            None => (None, Vec::new()),
        };
        let looked_at = match given.next() {
            Some(_) => LOOKED_AT_MAX,
            None => rows_max as i64 + 1,
        };
        let sql = format!(
            "{AUDIT} {} LIMIT $2",
            self.newest_before("audit_no", column)
        );
        let values = [values![before_no, looked_at], &wanted].concat();
        let mut found = self.query(&sql, &values, audit_from)?;
        let older = self.older_subject(filter.subject.as_deref())?;
        let older = older.as_deref();
        if let Some(older) = older {
            let values = values![before_no, looked_at, older];
            found.extend(self.query(&sql, values, audit_from)?);
            found.sort_by_key(|row| Reverse(row.audit_no));
            found.truncate(looked_at as usize);
        }
        let is_all = (found.len() as i64) < looked_at
            || found
                .last()
                .is_some_and(|row| filter.from.is_some_and(|from| row.at < from));
        let last_looked_at = found.last().map(|row| row.audit_no);
        let mut rows: Vec<AuditRow> = found
            .into_iter()
            .filter(|row| filter.takes(older, row))
            .collect();
        let next_before = if rows.len() > rows_max {
            rows.truncate(rows_max);
            rows.last().map(|row| row.audit_no)
        } else {
            last_looked_at.filter(|_| !is_all)
        };
        Ok(AuditPage { rows, next_before })
    }

    /// The row of that number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn audit_row(&mut self, audit_no: i64) -> Result<Option<AuditRow>> {
        let sql = format!("{AUDIT} WHERE audit_no = $1");
        self.query_opt(&sql, values![audit_no], audit_from)
    }

    /// Number of the first row from a moment on, or one beyond the last. Rows stand in the order of time but for
    /// clocks that were set back.
    fn first_audit_no_from(&mut self, moment: Timestamp) -> Result<i64> {
        let sql = "SELECT audit_no FROM audit WHERE at >= $1 ORDER BY at LIMIT 1";
        let first = self.query_opt(sql, values![moment.micros()], |row| row.int(0))?;
        Ok(first.unwrap_or(i64::MAX))
    }
}

fn audit_from(row: &Row<'_>) -> Result<AuditRow> {
    Ok(AuditRow {
        audit_no: row.int(0)?,
        at: Timestamp::from_micros(row.int(1)?),
        actor: row.text(2)?,
        action: row.text(3)?,
        subject: row.text(4)?,
        detail: row.text(5)?,
    })
}
