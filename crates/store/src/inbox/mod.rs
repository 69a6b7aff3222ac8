//! The findings that an organisation was told of, as its inbox shows them: one row a finding, by the newest message.
//!
//! Nothing is written for an inbox while findings come in: it is what the messages hold. A message that was not approved,
//! or that somebody withheld, told nothing.

mod conditions;
mod mandated;
mod reach;
mod row;

use std::cmp::Reverse;

use model::{AnswerStatus, Day, Role, Severity, Timestamp, Tlp};

use self::conditions::{Conditions, Way};
use self::reach::Reach;
use self::row::{ANSWERED, LINES};
use crate::connection::{Tx, TxEngine, values};
use crate::error::Result;

pub use self::mandated::{MandatedOrder, MandatedQuery};
pub use self::row::{InboxPlace, InboxRow};

/// Which answers an inbox shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatusChoice {
    /// Those about which something is still to be done.
    #[default]
    Open,
    /// All.
    All,
    /// One.
    Only(AnswerStatus),
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InboxOrder {
    /// The newest message first.
    #[default]
    Newest,
    /// The most severe first.
    Severity,
    /// What was seen last first, in blocks: first among the 1,000 newest lines, then among the next ones.
    LastSeen,
}

impl InboxOrder {
    /// The order in which messages and their lines are read.
    const fn columns(self) -> &'static str {
        match self {
            Self::Severity => "n.severity DESC, n.notification_no DESC, l.finding_no DESC",
            Self::Newest | Self::LastSeen => "n.notification_no DESC, l.finding_no DESC",
        }
    }
}

/// Lines of a block, which are put in the order of their last sighting. There is no index for that order: a sighting would have to
/// keep it.
const BLOCK_LINES: usize = 1_000;

/// Lines of messages that are put in the order of their last sighting together.
struct Block {
    /// Newest message first.
    lines: Vec<BlockLine>,
    /// Where the next block begins; `None`: there is none.
    behind: Option<InboxPlace>,
}

/// A line of a block.
struct BlockLine {
    finding_no: i64,
    notification_no: i64,
    /// When its finding was seen last, under whatever marking.
    seen_until: Timestamp,
}

impl BlockLine {
    /// It stands here or later in the order of the last sighting.
    fn bound(&self) -> (Timestamp, i64) {
        (self.seen_until, self.finding_no)
    }
}

/// What an inbox is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxQuery {
    /// Whose inbox.
    pub party_no: i64,
    /// Nothing that is marked more strictly is shown.
    pub tlp_max: Tlp,
    /// Today, for risks that were accepted until a day.
    pub today: Day,
    /// Which answers.
    pub status: StatusChoice,
    /// Of this severity.
    pub severity: Option<Severity>,
    /// Of this severity or a worse one.
    pub severity_min: Option<Severity>,
    /// In this role.
    pub role: Option<Role>,
    /// About this threat.
    pub threat_no: Option<i64>,
    /// This finding.
    pub finding_no: Option<i64>,
    /// Lines of this message, also where a newer one tells of the same finding.
    pub notification_no: Option<i64>,
    /// Without what its organisation gets copies of: that is of others, whatever right it gives to whom.
    pub is_without_copies: bool,
    /// Through assets of this group.
    pub group_no: Option<i64>,
    /// On which this person works.
    pub assigned_to: Option<i64>,
    /// Where it was seen: keys of endpoints from the first on and before the second, in one of these; none: anywhere.
    pub endpoints: Vec<(Vec<u8>, Vec<u8>)>,
    /// In which order.
    pub order: InboxOrder,
    /// After this row.
    pub after: Option<InboxPlace>,
}

/// A page of an inbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InboxPage {
    /// Its findings.
    pub rows: Vec<InboxRow>,
    /// Where the next page begins. It may follow after a short or empty page: one page reads so many lines of messages
    /// and no more.
    pub next: Option<InboxPlace>,
}

/// How many findings an inbox has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InboxCount {
    /// Those that were counted.
    pub findings: i64,
    /// There are more, or there may be.
    pub has_more: bool,
}

/// How many of the newest open findings of an inbox are of one severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenCount {
    /// Of which.
    pub severity: Severity,
    /// How many.
    pub findings: i64,
    /// Those that were told more than once and are still open.
    pub repeated: i64,
    /// When the first of them was told.
    pub oldest: Timestamp,
}

impl Tx<'_> {
    /// A page of an inbox: at most `rows_max` rows after `query.after`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn inbox(&mut self, query: &InboxQuery, rows_max: usize) -> Result<InboxPage> {
        let reach = self.reach(query)?;
        if query.order == InboxOrder::LastSeen {
            let block = self.block(query, &reach)?;
            return self.page_of_block(query, block, rows_max);
        }
        let lines = self.inbox_lines(query, &reach, rows_max as i64 + 1)?;
        self.page_of(&reach, lines, rows_max)
    }

    /// A page of an inbox, and how many findings the whole of it has: counted up to `count_max`, and no further than a page
    /// reads.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn counted_inbox(
        &mut self,
        query: &InboxQuery,
        rows_max: usize,
        count_max: usize,
    ) -> Result<(InboxPage, InboxCount)> {
        let is_seen = query.order == InboxOrder::LastSeen;
        let is_deep = match is_seen {
            true => query.begin().is_some(),
            false => query.after.is_some(),
        };
        if is_deep {
            let whole = InboxQuery {
                after: None,
                ..query.clone()
            };
            let count = self.inbox_count(&whole, count_max as i64)?;
            return Ok((self.inbox(query, rows_max)?, count));
        }
        // What is counted begins with the page, so its lines are looked for once.
        let reach = self.reach(query)?;
        let count = |found: usize, has_more: bool| InboxCount {
            findings: found.min(count_max) as i64,
            has_more: found > count_max || has_more,
        };
        if is_seen {
            let block = self.block(query, &reach)?;
            let count = count(block.lines.len(), block.behind.is_some());
            return Ok((self.page_of_block(query, block, rows_max)?, count));
        }
        let lines = self.inbox_lines(query, &reach, count_max as i64 + 1)?;
        let count = count(lines.len(), reach.until.is_some());
        Ok((self.page_of(&reach, lines, rows_max)?, count))
    }

    /// A page of what was found from its beginning on.
    fn page_of(
        &mut self,
        reach: &Reach,
        mut lines: Vec<(i64, i64)>,
        rows_max: usize,
    ) -> Result<InboxPage> {
        let is_last = lines.len() <= rows_max;
        lines.truncate(rows_max);
        let rows = self.rows_of(&lines)?;
        let next = match is_last {
            true => reach.until,
            false => rows.last().map(|row| row.place),
        };
        Ok(InboxPage { rows, next })
    }

    /// The block in which the question stands.
    fn block(&mut self, query: &InboxQuery, reach: &Reach) -> Result<Block> {
        let (sql, asked) = self.block_question(query, reach);
        let mut lines = self.query(&sql, &asked.values, |row| {
            Ok(BlockLine {
                finding_no: row.int(0)?,
                notification_no: row.int(1)?,
                seen_until: Timestamp::from_micros(row.int(2)?),
            })
        })?;
        lines.sort_by_key(|line| Reverse((line.notification_no, line.finding_no)));
        let has_more = lines.len() > BLOCK_LINES;
        lines.truncate(BLOCK_LINES);
        let last = lines.last().filter(|_| has_more);
        let line = match (last, reach.until) {
            (Some(last), _) => Some((last.notification_no, last.finding_no)),
            (None, until) => until.map(|until| (until.notification_no, until.finding_no)),
        };
        let behind = line.map(|line| InboxPlace {
            begun: Some(line),
            ..InboxPlace::behind(line, Severity::Info)
        });
        Ok(Block { lines, behind })
    }

    /// A question for the lines of a block and one more: finding, message, and until when the finding was seen under any marking.
    fn block_question<'q>(&self, query: &'q InboxQuery, reach: &Reach) -> (String, Conditions<'q>) {
        let mut asked = query.lines(reach);
        if let Some(begin) = &query.begin() {
            asked.after(InboxOrder::Newest, begin);
        }
        let found = self.found(query, reach, &mut asked, BLOCK_LINES as i64 + 1);
        let sql = format!(
            "SELECT newest.finding_no, newest.notification_no, f.last_seen FROM ({found}) AS newest
             CROSS JOIN finding f WHERE f.finding_no = newest.finding_no"
        );
        (sql, asked)
    }

    /// A page of a block in the order of the last sighting.
    ///
    /// A sighting under a stricter marking does not show, so a row was seen at the last time of its finding or before. That bound
    /// stands in the finding; when it was seen is read of those alone that may come next, until no other one can come before them.
    fn page_of_block(
        &mut self,
        query: &InboxQuery,
        block: Block,
        rows_max: usize,
    ) -> Result<InboxPage> {
        let Block { mut lines, behind } = block;
        lines.sort_by_key(|line| Reverse(line.bound()));
        let after = query.after.filter(|after| !after.is_begin_of_block());
        let most = rows_max + 1;
        let mut rows: Vec<InboxRow> = Vec::new();
        for chunk in lines.chunks(most) {
            let worst = rows.get(rows_max).map(|row| row.place.seen());
            if worst.is_some_and(|worst| worst >= chunk[0].bound()) {
                break;
            }
            let chunk: Vec<_> = chunk
                .iter()
                .map(|line| (line.notification_no, line.finding_no))
                .collect();
            let read = self.rows_of(&chunk)?;
            rows.extend(read.into_iter().filter(|row| match &after {
                Some(after) => row.place.seen() < after.seen(),
                None => true,
            }));
            rows.sort_by_key(|row| Reverse(row.place.seen()));
            rows.truncate(most);
        }
        let has_more = rows.len() > rows_max;
        rows.truncate(rows_max);
        let begin = query.begin();
        for row in &mut rows {
            row.place.begun = begin.map(|begin| (begin.notification_no, begin.finding_no));
        }
        let next = match has_more {
            true => rows.last().map(|row| row.place),
            false => behind,
        };
        Ok(InboxPage { rows, next })
    }

    /// The lines of an inbox in its order: message, finding.
    fn inbox_lines(
        &mut self,
        query: &InboxQuery,
        reach: &Reach,
        rows_max: i64,
    ) -> Result<Vec<(i64, i64)>> {
        let mut asked = query.lines(reach);
        if let Some(after) = &query.after {
            asked.after(query.order, after);
        }
        let sql = self.found(query, reach, &mut asked, rows_max);
        self.query(&sql, &asked.values, |row| Ok((row.int(1)?, row.int(0)?)))
    }

    /// A question for the findings of an inbox in its order, with their messages.
    ///
    /// PostgreSQL is led: it reads lines within their message and stops when it has enough, and asks for newer messages of those
    /// alone whose answer is one that is wanted. By itself it takes such lines to be few, reads all of them, and sorts.
    fn found(
        &self,
        query: &InboxQuery,
        reach: &Reach,
        asked: &mut Conditions<'_>,
        rows_max: i64,
    ) -> String {
        let rows = asked.add(rows_max);
        let order = query.order.columns();
        match (&self.engine, reach.way) {
            (TxEngine::Postgres { .. }, Way::Messages) => format!(
                "SELECT l.finding_no, l.notification_no FROM notification n CROSS JOIN LATERAL (
                     SELECT l.finding_no, l.notification_no FROM (
                         SELECT l.finding_no, l.notification_no FROM notification_line l {ANSWERED}
                         WHERE l.notification_no = n.notification_no{} ORDER BY l.finding_no DESC OFFSET 0) AS l
                     WHERE true{} LIMIT {rows}) AS l
                 WHERE {} ORDER BY {order} LIMIT {rows}",
                asked.lines, asked.newest, asked.messages
            ),
            _ => format!(
                "SELECT l.finding_no, l.notification_no FROM {LINES} {ANSWERED} WHERE {} ORDER BY {order} LIMIT {rows}",
                asked.whole()
            ),
        }
    }

    /// One finding of an inbox.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn inbox_row(&mut self, query: &InboxQuery, finding_no: i64) -> Result<Option<InboxRow>> {
        let query = InboxQuery {
            finding_no: Some(finding_no),
            ..query.clone()
        };
        Ok(self.inbox(&query, 1)?.rows.pop())
    }

    /// Where a finding stands that a message tells of.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn inbox_place(
        &mut self,
        query: &InboxQuery,
        (notification_no, finding_no): (i64, i64),
    ) -> Result<Option<InboxPlace>> {
        let one = InboxQuery {
            notification_no: Some(notification_no),
            finding_no: Some(finding_no),
            is_without_copies: query.is_without_copies,
            ..InboxQuery::whole(query.party_no, query.tlp_max, query.today)
        };
        let row = self.inbox(&one, 1)?.rows.pop();
        Ok(row.map(|row| row.place))
    }

    /// How many findings an inbox has, counted up to `rows_max` and no further than a page reads.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn inbox_count(&mut self, query: &InboxQuery, rows_max: i64) -> Result<InboxCount> {
        let reach = self.reach(query)?;
        let mut asked = query.lines(&reach);
        let found = self.found(query, &reach, &mut asked, rows_max + 1);
        let sql = format!("SELECT COUNT(*) FROM ({found}) AS counted");
        let found = self.query_int(&sql, &asked.values)?;
        Ok(InboxCount {
            findings: found.min(rows_max),
            has_more: found > rows_max || reach.until.is_some(),
        })
    }

    /// The newest findings of an inbox by severity, the most severe first; of at most `rows_max`, and no further than a page
    /// reads. Says whether there are more, or may be.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn inbox_severities(
        &mut self,
        query: &InboxQuery,
        rows_max: i64,
    ) -> Result<(Vec<OpenCount>, bool)> {
        let reach = self.reach(query)?;
        let mut asked = query.lines(&reach);
        let found = self.found(query, &reach, &mut asked, rows_max + 1);
        let sql = format!(
            "SELECT n.severity, COUNT(*), SUM(l.repeated), MIN(COALESCE(n.decided_at, n.created_at)) FROM ({found}) AS newest
             JOIN notification n ON n.notification_no = newest.notification_no
             JOIN notification_line l ON l.notification_no = newest.notification_no AND l.finding_no = newest.finding_no
             GROUP BY n.severity ORDER BY n.severity DESC"
        );
        let counts = self.query(&sql, &asked.values, |row| {
            Ok(OpenCount {
                severity: row.code(0, "severity", Severity::from_code)?,
                findings: row.int(1)?,
                repeated: row.int(2)?,
                oldest: Timestamp::from_micros(row.int(3)?),
            })
        })?;
        let found: i64 = counts.iter().map(|count| count.findings).sum();
        Ok((counts, found > rows_max || reach.until.is_some()))
    }

    /// How many of the newest findings of an inbox are about which threat, the most first: slug, number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn inbox_threats(&mut self, query: &InboxQuery) -> Result<Vec<(String, i64)>> {
        let reach = self.reach(query)?;
        let asked = query.lines(&reach);
        let sql = format!(
            "SELECT t.slug, COUNT(*) FROM (SELECT n.threat_no FROM {LINES} {ANSWERED} WHERE {}) AS newest
             JOIN threat t ON t.threat_no = newest.threat_no GROUP BY t.slug ORDER BY COUNT(*) DESC, t.slug",
            asked.whole()
        );
        self.query(&sql, &asked.values, |row| Ok((row.text(0)?, row.int(1)?)))
    }

    /// The number of a threat that some finding is about.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn known_threat_no(&mut self, slug: &str) -> Result<Option<i64>> {
        let sql = "SELECT threat_no FROM threat WHERE slug = $1";
        self.query_opt(sql, values![slug], |row| row.int(0))
    }
}

impl InboxQuery {
    /// All that an organisation was told up to a marking, newest first.
    #[must_use]
    pub fn whole(party_no: i64, tlp_max: Tlp, today: Day) -> Self {
        Self {
            party_no,
            tlp_max,
            today,
            status: StatusChoice::All,
            severity: None,
            severity_min: None,
            role: None,
            threat_no: None,
            finding_no: None,
            notification_no: None,
            is_without_copies: false,
            group_no: None,
            assigned_to: None,
            endpoints: Vec::new(),
            order: InboxOrder::Newest,
            after: None,
        }
    }

    /// Where the lines begin that this question is about, in the order of messages; `None`: at the first.
    fn begin(&self) -> Option<InboxPlace> {
        match self.order {
            InboxOrder::Newest | InboxOrder::Severity => self.after,
            // Where a row stands in its block is another question.
            InboxOrder::LastSeen => {
                let begun = self.after.and_then(|after| after.begun);
                begun.map(|line| InboxPlace::behind(line, Severity::Info))
            }
        }
    }

    fn lines(&self, reach: &Reach) -> Conditions<'_> {
        let mut conditions = Conditions::of_lines(self, reach.way);
        if let Some(until) = &reach.until {
            conditions.until(self.order, until);
        }
        conditions
    }
}

#[cfg(test)]
mod tests {
    use model::{Day, Tlp};

    use super::{InboxOrder, InboxQuery, StatusChoice};
    use crate::engine::Store;
    use crate::inbox::conditions::Way;
    use crate::inbox::reach::Reach;

    /// With few rows a question that walks all messages is as quick as another one, so that only its plan shows it.
    #[test]
    fn a_page_of_last_sightings_walks_its_block_and_no_table() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_embedded(&folder.path().join("seinpost.db")).unwrap();
        store.migrate().unwrap();
        let reach = Reach {
            way: Way::Messages,
            until: None,
        };
        for status in [StatusChoice::All, StatusChoice::Open] {
            let query = InboxQuery {
                status,
                order: InboxOrder::LastSeen,
                ..InboxQuery::whole(1, Tlp::Amber, Day::from_days(20_000))
            };
            let steps = store.read(|tx| {
                let (sql, asked) = tx.block_question(&query, &reach);
                let sql = format!("EXPLAIN QUERY PLAN {sql}");
                tx.query(&sql, &asked.values, |row| row.text(3))
            });
            let walked: Vec<_> = steps.unwrap();
            let walked: Vec<_> = walked.iter().filter(|it| it.starts_with("SCAN")).collect();
            assert_eq!(walked, ["SCAN newest"], "{status:?}");
        }
    }
}
