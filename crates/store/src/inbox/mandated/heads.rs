//! Which messages one question looks at: the first of each organisation, put in one order as far as all of them are known.

use std::collections::BTreeMap;

use model::{Relation, Severity, Tlp};

use super::{MandatedOrder, MandatedQuery};
use crate::connection::{Row, Tx, TxEngine, Value, values};
use crate::error::Result;
use crate::inbox::InboxPlace;
use crate::notification::TOLD;

/// Lines that one question looks at: half of those of one inbox, since finding out which they are costs as much.
const LOOKED_AT_MAX: i64 = 1_000;

/// Messages that are read at first, of all organisations together and of each.
const HEADS_AT_FIRST: usize = 2_000;
const HEADS_OF_EACH_MIN: usize = 4;
const HEADS_OF_EACH_MAX: usize = 128;

/// How often more messages are read of the organisation that keeps the others from being put in order. Twice as many each
/// time, so that one with all of the messages fills a page as well.
const REFILLS_MAX: usize = 8;

/// Comes after all findings of a message: their numbers begin at 1, and the highest comes first.
const LAST: i64 = 0;

/// A message, before its lines are read.
#[derive(Clone, Copy)]
pub(super) struct Head {
    notification_no: i64,
    severity: Severity,
    lines: i64,
    mandate_no: i64,
}

impl Head {
    /// The place of a line of it.
    pub(super) fn place(&self, finding_no: i64) -> InboxPlace {
        InboxPlace::behind((self.notification_no, finding_no), self.severity)
    }
}

impl MandatedOrder {
    /// Messages compare as these do.
    fn key(self, head: &Head) -> (i64, i64) {
        match self {
            Self::Severity => (-i64::from(head.severity.code()), -head.notification_no),
            Self::Oldest => (0, head.notification_no),
        }
    }
}

/// Which messages one question looks at.
#[derive(Default)]
pub(super) struct Reach {
    /// Numbers of the messages.
    pub(super) messages: Vec<i64>,
    /// The last line that it reads; `None`: it reads to the end.
    pub(super) until: Option<InboxPlace>,
}

impl Tx<'_> {
    /// The messages that come next in the order, as far as it is known.
    pub(super) fn mandated_reach(&mut self, query: &MandatedQuery) -> Result<Reach> {
        let each = HEADS_AT_FIRST / query.mandates.len().max(1);
        let mut each = each.clamp(HEADS_OF_EACH_MIN, HEADS_OF_EACH_MAX);
        let mut heads = self.heads(query, &query.mandates, query.after.as_ref(), each)?;
        // Of whom there are more messages: the last that was read.
        let mut ends = BTreeMap::new();
        note_ends(&mut ends, &heads, &query.mandates, each);
        for _ in 0..REFILLS_MAX {
            heads.sort_by_key(|head| query.order.key(head));
            let first_end = ends
                .values()
                .min_by_key(|end| query.order.key(end))
                .copied();
            let Some(end) = first_end else {
                break;
            };
            let known = heads
                .iter()
                .take_while(|head| query.order.key(head) <= query.order.key(&end));
            if known.map(|head| head.lines).sum::<i64>() >= LOOKED_AT_MAX {
                break;
            }
            each *= 2;
            let mandate = [end.mandate_no];
            let behind = end.place(LAST);
            let more = self.heads(query, &mandate, Some(&behind), each)?;
            ends.remove(&end.mandate_no);
            note_ends(&mut ends, &more, &mandate, each);
            heads.extend(more);
        }
        heads.sort_by_key(|head| query.order.key(head));
        let end = ends.values().map(|end| query.order.key(end)).min();
        self.cut(query, &heads, end)
    }

    /// The first messages that have as many lines as one question looks at, up to the end of what is known.
    fn cut(
        &mut self,
        query: &MandatedQuery,
        heads: &[Head],
        end: Option<(i64, i64)>,
    ) -> Result<Reach> {
        let mut reach = Reach::default();
        let mut left = LOOKED_AT_MAX;
        for head in heads {
            let key = query.order.key(head);
            reach.messages.push(head.notification_no);
            let begun = query
                .after
                .filter(|after| after.notification_no == head.notification_no);
            if head.lines >= left {
                let before_no = begun.map_or(i64::MAX, |after| after.finding_no);
                let last = self.line_before(head.notification_no, before_no, left)?;
                reach.until = last.map(|finding_no| head.place(finding_no));
                if reach.until.is_some() {
                    return Ok(reach);
                }
            }
            // How many of a message are left after the place where the page begins is not counted.
            if begun.is_none() {
                left = (left - head.lines).max(1);
            }
            if end.is_some_and(|end| end <= key) {
                reach.until = Some(head.place(LAST));
                return Ok(reach);
            }
        }
        Ok(reach)
    }

    /// The first messages of each organisation from a place on, `each` at most.
    fn heads(
        &mut self,
        query: &MandatedQuery,
        mandates: &[i64],
        after: Option<&InboxPlace>,
        each: usize,
    ) -> Result<Vec<Head>> {
        let mut asked = Asked::of_messages(query, after);
        let most = asked.add(each as i64);
        let order = query.order.columns();
        let columns = "n.notification_no, n.severity, n.lines";
        let conditions = &asked.text;
        match self.engine {
            // One question: each costs a way to the server and back.
            TxEngine::Postgres { .. } => {
                let mandates_at = asked.values.len() + 1;
                let sql = format!(
                    "SELECT h.notification_no, h.severity, h.lines, m.mandate_no FROM mandate m CROSS JOIN LATERAL (
                         SELECT {columns} FROM notification n WHERE {conditions} ORDER BY {order} LIMIT {most}) AS h
                     WHERE m.mandate_no {}",
                    self.in_set(&format!("${mandates_at}"))
                );
                let values = [&asked.values[..], values![mandates]].concat();
                self.query(&sql, &values, head_from)
            }
            TxEngine::Sqlite(_) => {
                let mandate_at = asked.values.len() + 1;
                let sql = format!(
                    "SELECT {columns}, m.mandate_no FROM mandate m CROSS JOIN notification n
                     WHERE m.mandate_no = ${mandate_at} AND {conditions} ORDER BY {order} LIMIT {most}"
                );
                let mut heads = Vec::new();
                for mandate_no in mandates {
                    let values = [&asked.values[..], values![*mandate_no]].concat();
                    heads.extend(self.query(&sql, &values, head_from)?);
                }
                Ok(heads)
            }
        }
    }
}

/// The strictest marking that a mandate `m` shows, as `rules::access` has it: no mandate goes further
/// than what an organisation may pass on.
pub(super) fn shown_to_most() -> String {
    let amber = Tlp::Amber.code();
    format!("CASE WHEN m.tlp_max < {amber} THEN m.tlp_max ELSE {amber} END")
}

/// Notes for each of these organisations the last message that was read, where there may be more.
fn note_ends(ends: &mut BTreeMap<i64, Head>, heads: &[Head], mandates: &[i64], each: usize) {
    let mut read: BTreeMap<i64, (usize, Head)> = BTreeMap::new();
    for head in heads {
        let (count, last) = read.entry(head.mandate_no).or_insert((0, *head));
        (*count, *last) = (*count + 1, *head);
    }
    for mandate_no in mandates {
        if let Some((count, last)) = read.get(mandate_no)
            && *count >= each
        {
            ends.insert(*mandate_no, *last);
        }
    }
}

/// Conditions on messages `n` under a mandate `m`, with their values.
struct Asked {
    text: String,
    values: Vec<Value<'static>>,
}

impl Asked {
    fn of_messages(query: &MandatedQuery, after: Option<&InboxPlace>) -> Self {
        let mut asked = Self {
            text: format!(
                "n.recipient_no = m.party_no AND {TOLD} AND n.relation <> {} AND n.tlp <= {}",
                Relation::Relay.code(),
                shown_to_most()
            ),
            values: Vec::new(),
        };
        for (condition, value) in [
            ("n.severity =", query.severity.map(|it| it.code().into())),
            (
                "n.severity >=",
                query.severity_min.map(|it| it.code().into()),
            ),
            ("n.threat_no =", query.threat_no),
        ] {
            if let Some(value) = value {
                let place = asked.add(value);
                asked.text += &format!(" AND {condition} {place}");
            }
        }
        if let Some(after) = after {
            asked.behind(query.order, after);
        }
        asked
    }

    /// What comes after a place: its own message too, where lines of that may be left.
    fn behind(&mut self, order: MandatedOrder, place: &InboxPlace) {
        let is_whole = place.finding_no == LAST;
        let no = self.add(place.notification_no);
        let condition = match order {
            MandatedOrder::Oldest => {
                let sign = if is_whole { ">" } else { ">=" };
                format!(" AND n.notification_no {sign} {no}")
            }
            MandatedOrder::Severity => {
                let sign = if is_whole { "<" } else { "<=" };
                let severity = self.add(place.severity.code().into());
                format!(
                    " AND n.severity <= {severity} AND (n.severity < {severity} OR n.notification_no {sign} {no})"
                )
            }
        };
        self.text += &condition;
    }

    /// The placeholder of a value.
    fn add(&mut self, value: i64) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }
}

pub(super) fn head_from(row: &Row<'_>) -> Result<Head> {
    Ok(Head {
        notification_no: row.int(0)?,
        severity: row.code(1, "severity", Severity::from_code)?,
        lines: row.int(2)?,
        mandate_no: row.int(3)?,
    })
}
