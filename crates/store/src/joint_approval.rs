//! Approvals that one person asks for and another one confirms.

use model::Timestamp;

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// An approval that waits for a second person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JointApproval {
    /// Internal number.
    pub approval_no: i64,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Who asked: a person.
    pub asked_by: i64,
    /// Why.
    pub reason: String,
    /// Whom the messages reach.
    pub recipients: i64,
}

const APPROVAL: &str = "SELECT approval_no, asked_at, asked_by, reason, recipients FROM joint_approval WHERE ended_at IS NULL";

impl Tx<'_> {
    /// Asks a second person to approve these messages; returns the number of the request.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn ask_joint_approval(
        &mut self,
        asked_by: i64,
        reason: &str,
        recipients: i64,
        notification_nos: &[i64],
        now: Timestamp,
    ) -> Result<i64> {
        let approval_no = self.query_int(
            "INSERT INTO joint_approval (asked_at, asked_by, reason, recipients) VALUES ($1, $2, $3, $4)
             RETURNING approval_no",
            values![now.micros(), asked_by, reason, recipients],
        )?;
        let columns = ["approval_no", "notification_no"];
        self.insert_all(
            "joint_approval_message",
            &columns,
            notification_nos,
            |number, row| row.extend_from_slice(values![approval_no, *number]),
        )?;
        Ok(approval_no)
    }

    /// Those that wait, oldest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn open_joint_approvals(&mut self) -> Result<Vec<JointApproval>> {
        let sql = format!("{APPROVAL}{} ORDER BY approval_no", self.and_approval());
        self.query(&sql, &[], approval_from)
    }

    /// One that waits.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn joint_approval(&mut self, approval_no: i64) -> Result<Option<JointApproval>> {
        let sql = format!("{APPROVAL} AND approval_no = $1{}", self.and_approval());
        self.query_opt(&sql, values![approval_no], approval_from)
    }

    /// The messages that it is about.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn messages_of_joint_approval(&mut self, approval_no: i64) -> Result<Vec<i64>> {
        let sql = "SELECT notification_no FROM joint_approval_message WHERE approval_no = $1 ORDER BY notification_no";
        self.query(sql, values![approval_no], |row| row.int(0))
    }

    /// What goes on a condition so that approvals are seen: those of messages that are seen, all of them.
    pub(crate) fn and_approval(&self) -> String {
        match self.desks_seen().is_all() {
            true => String::new(),
            false => format!(
                " AND NOT EXISTS (SELECT 1 FROM joint_approval_message m WHERE m.approval_no = joint_approval.approval_no
                    AND NOT (1 = 1{}))",
                self.and_message("m.notification_no")
            ),
        }
    }

    /// Ends one that waits, confirmed or dropped; says whether it waited. Whoever asked may drop and not confirm it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_joint_approval(
        &mut self,
        approval_no: i64,
        person_no: i64,
        confirmed: bool,
        now: Timestamp,
    ) -> Result<bool> {
        let ended = self.execute(
            "UPDATE joint_approval SET ended_at = $3, ended_by = $2, confirmed = $4
             WHERE approval_no = $1 AND ended_at IS NULL AND (asked_by <> $2 OR $4 = 0)",
            values![approval_no, person_no, now.micros(), confirmed],
        )?;
        Ok(ended == 1)
    }
}

fn approval_from(row: &Row<'_>) -> Result<JointApproval> {
    Ok(JointApproval {
        approval_no: row.int(0)?,
        asked_at: Timestamp::from_micros(row.int(1)?),
        asked_by: row.int(2)?,
        reason: row.text(3)?,
        recipients: row.int(4)?,
    })
}
