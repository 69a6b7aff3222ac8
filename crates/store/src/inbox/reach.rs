//! How far one question reads down an inbox, so that its cost has a bound however large the recipient is.
//!
//! An organisation with hundreds of thousands of findings, most of them solved, has few that are open; a list of those would
//! walk all lines. So a question reads so many lines and no more, and says where the next one goes on.

use model::{AnswerStatus, Severity};

use super::conditions::{Conditions, Way};
use super::{InboxOrder, InboxPlace, InboxQuery, StatusChoice};
use crate::connection::{Tx, values};
use crate::error::Result;

/// Lines that one question reads, and some more where a message begins or ends.
const LOOKED_AT_MAX: i64 = 2_000;

/// Where no more findings than these were answered so, a question begins at the answers and finds all.
const ANSWERED_FEW_MAX: i64 = 500;

/// How a question is answered.
pub(super) struct Reach {
    /// Where it begins to read.
    pub(super) way: Way,
    /// The last line that it reads; `None`: it reads to the end.
    pub(super) until: Option<InboxPlace>,
}

impl Tx<'_> {
    /// How a question is answered. Costs a look at the messages that are within reach.
    pub(super) fn reach(&mut self, query: &InboxQuery) -> Result<Reach> {
        if query.finding_no.is_some() || self.is_answered_few(query)? {
            return Ok(Reach {
                way: Way::Findings,
                until: None,
            });
        }
        let until = match query.notification_no {
            Some(_) => None,
            None => self.last_looked_at(query)?,
        };
        Ok(Reach {
            way: Way::Messages,
            until,
        })
    }

    /// Whether only findings are asked for that were answered in some way, and these are few.
    fn is_answered_few(&mut self, query: &InboxQuery) -> Result<bool> {
        let (column, wanted) = match (query.assigned_to, query.status) {
            (Some(person_no), _) => ("assigned_to", person_no),
            (None, StatusChoice::Only(status)) if status != AnswerStatus::New => {
                ("status", status.code().into())
            }
            _ => return Ok(false),
        };
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM answer WHERE party_no = $1 AND {column} = $2 LIMIT $3) AS counted"
        );
        let most = ANSWERED_FEW_MAX + 1;
        Ok(self.query_int(&sql, values![query.party_no, wanted, most])? < most)
    }

    /// Counts lines by their messages, which say how many they have, and looks within the last message.
    fn last_looked_at(&mut self, query: &InboxQuery) -> Result<Option<InboxPlace>> {
        let after = query.begin();
        let mut conditions = Conditions::of_messages(query, Way::Messages);
        let by = match query.order {
            InboxOrder::Newest | InboxOrder::LastSeen => {
                let from = after.map(|after| after.notification_no.into());
                conditions.and_of_message("n.notification_no <=", from);
                "n.notification_no DESC"
            }
            InboxOrder::Severity => {
                if let Some(after) = &after {
                    let severity = conditions.add(after.severity.code());
                    let no = conditions.add(after.notification_no);
                    conditions.messages += &format!(
                        " AND n.severity <= {severity} AND (n.severity < {severity} OR n.notification_no <= {no})"
                    );
                }
                "n.severity DESC, n.notification_no DESC"
            }
        };
        let most = conditions.add(LOOKED_AT_MAX);
        let sql = format!(
            "SELECT n.notification_no, n.severity, n.lines FROM notification n WHERE {} ORDER BY {by} LIMIT {most}",
            conditions.messages
        );
        let messages = self.query(&sql, &conditions.values, |row| {
            let severity = row.code(1, "severity", Severity::from_code)?;
            Ok((row.int(0)?, severity, row.int(2)?))
        })?;
        let mut left = LOOKED_AT_MAX;
        for (notification_no, severity, lines) in messages {
            let begun = after.filter(|after| after.notification_no == notification_no);
            if lines >= left {
                let before_no = begun.map_or(i64::MAX, |after| after.finding_no);
                let last = self.line_before(notification_no, before_no, left)?;
                if let Some(finding_no) = last {
                    let line = (notification_no, finding_no);
                    return Ok(Some(InboxPlace::behind(line, severity)));
                }
            }
            // How many of a message are left after the place where the page begins is not counted.
            if begun.is_none() {
                left = (left - lines).max(1);
            }
        }
        Ok(None)
    }

    /// The finding of a message that comes so many lines before a finding, by number.
    pub(super) fn line_before(
        &mut self,
        notification_no: i64,
        before_no: i64,
        lines: i64,
    ) -> Result<Option<i64>> {
        let sql = "SELECT finding_no FROM notification_line WHERE notification_no = $1 AND finding_no < $2
                       AND withdrawn IS NULL ORDER BY finding_no DESC LIMIT 1 OFFSET $3";
        self.query_opt(sql, values![notification_no, before_no, lines - 1], |row| {
            row.int(0)
        })
    }
}
