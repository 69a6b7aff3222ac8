//! The findings of all organisations for which another one acts, in one list.
//!
//! Each of them has an inbox of its own, in the order of an index. The newest (oldest, most severe) messages of each are read
//! and put in one order as far as all of them are known; the lines of these are looked at, and no others. So a page costs the
//! more the more organisations there are, and nothing for what they have beside it.

mod heads;

use model::{Day, Severity};

use self::heads::{Reach, head_from, shown_to_most};
use super::{Conditions, InboxCount, InboxPage, InboxPlace, StatusChoice};
use crate::connection::{Tx, values};
use crate::error::Result;

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MandatedOrder {
    /// The most severe first, of these the newest message.
    #[default]
    Severity,
    /// What was told longest ago first.
    Oldest,
}

impl MandatedOrder {
    /// How messages are sorted.
    const fn columns(self) -> &'static str {
        match self {
            Self::Severity => "n.severity DESC, n.notification_no DESC",
            Self::Oldest => "n.notification_no",
        }
    }
}

/// What is asked of the inboxes of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MandatedQuery {
    /// Mandates that hold, one of each organisation: they say which markings and systems are shown.
    pub mandates: Vec<i64>,
    /// Today, for risks that were accepted until a day.
    pub today: Day,
    /// Which answers.
    pub status: StatusChoice,
    /// Of this severity.
    pub severity: Option<Severity>,
    /// Of this severity or a worse one.
    pub severity_min: Option<Severity>,
    /// About this threat.
    pub threat_no: Option<i64>,
    /// In which order.
    pub order: MandatedOrder,
    /// After this row.
    pub after: Option<InboxPlace>,
}

impl Tx<'_> {
    /// A page of these findings, at most `rows_max` after `query.after`; and how many follow from there on, counted up to
    /// `count_max` and no further than a page reads.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn mandated_inbox(
        &mut self,
        query: &MandatedQuery,
        rows_max: usize,
        count_max: usize,
    ) -> Result<(InboxPage, InboxCount)> {
        let reach = self.mandated_reach(query)?;
        let most = count_max.max(rows_max) + 1;
        let mut found = self.mandated_lines(query, &reach, most)?;
        let count = InboxCount {
            findings: found.len().min(count_max) as i64,
            has_more: found.len() > count_max || reach.until.is_some(),
        };
        let is_last = found.len() <= rows_max;
        found.truncate(rows_max);
        let rows = self.rows_of(&found)?;
        let next = match is_last {
            true => reach.until,
            false => rows.last().map(|row| row.place),
        };
        Ok((InboxPage { rows, next }, count))
    }

    /// Where a line of a message stands: number of the message, number of the finding.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn mandated_place(
        &mut self,
        (notification_no, finding_no): (i64, i64),
    ) -> Result<Option<InboxPlace>> {
        let sql = "SELECT notification_no, severity, lines, 0 FROM notification WHERE notification_no = $1";
        let head = self.query_opt(sql, values![notification_no], head_from)?;
        Ok(head.map(|head| head.place(finding_no)))
    }

    /// The lines of these messages that are asked for, in the order: message and finding. The sign keeps the embedded engine from
    /// trying all mandates for each message, where only that of its recipient is asked for.
    fn mandated_lines(
        &mut self,
        query: &MandatedQuery,
        reach: &Reach,
        rows_max: usize,
    ) -> Result<Vec<(i64, i64)>> {
        let mut asked = Conditions {
            messages: String::new(),
            lines: String::new(),
            newest: "",
            values: vec![(&reach.messages[..]).into(), (&query.mandates[..]).into()],
        };
        asked.of_status(query.status, query.today);
        for (place, sign) in [(&query.after, "<"), (&reach.until, ">=")] {
            if let Some(place) = place {
                let (no, finding) = (
                    asked.add(place.notification_no),
                    asked.add(place.finding_no),
                );
                asked.lines +=
                    &format!(" AND (n.notification_no <> {no} OR l.finding_no {sign} {finding})");
            }
        }
        let rows = asked.add(rows_max as i64);
        let sql = format!(
            "SELECT l.notification_no, l.finding_no FROM notification n
             CROSS JOIN mandate m CROSS JOIN notification_line l
             LEFT JOIN answer a ON a.party_no = n.recipient_no AND a.finding_no = l.finding_no AND a.episode = l.episode
             WHERE n.notification_no {} AND m.party_no = n.recipient_no AND m.revoked_at IS NULL AND +m.mandate_no {}
                 AND l.notification_no = n.notification_no AND l.withdrawn IS NULL
                 AND (m.group_no IS NULL OR l.asset_no IN (SELECT d.asset_no FROM asset_detail d
                     WHERE d.group_no = m.group_no AND d.party_no = m.party_no)){}
                 AND COALESCE((SELECT 1 FROM notification_line o CROSS JOIN notification k
                     WHERE k.notification_no = o.notification_no AND o.finding_no = l.finding_no
                         AND o.notification_no > l.notification_no AND o.withdrawn IS NULL
                         AND +k.recipient_no = n.recipient_no AND k.state IN (2, 3, 5, 6) AND k.tlp <= {} LIMIT 1), 0) <> 1
             ORDER BY {}, l.finding_no DESC LIMIT {rows}",
            self.in_set("$1"),
            self.in_set("$2"),
            asked.lines,
            shown_to_most(),
            query.order.columns(),
        );
        self.query(&sql, &asked.values, |row| Ok((row.int(0)?, row.int(1)?)))
    }
}
