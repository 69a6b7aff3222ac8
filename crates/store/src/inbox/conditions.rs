//! What an inbox is asked for, as conditions with their values.

use model::{AnswerStatus, Day, Relation};

use super::{InboxOrder, InboxPlace, InboxQuery, StatusChoice};
use crate::connection::Value;
use crate::notification::TOLD;

/// No newer message that may be shown tells of the finding. The cross join keeps the order on the embedded engine: few
/// messages are about a finding, many are for a recipient. A value instead of `NOT EXISTS` keeps PostgreSQL from joining all
/// lines of a large recipient before it sorts them and takes a page.
const NEWEST: &str = " AND COALESCE((
    SELECT 1 FROM notification_line m CROSS JOIN notification k
    WHERE k.notification_no = m.notification_no AND m.finding_no = l.finding_no
        AND m.notification_no > l.notification_no AND m.withdrawn IS NULL
        AND +k.recipient_no = $1 AND k.state IN (2, 3, 5, 6) AND k.tlp <= $2 LIMIT 1), 0) <> 1";

/// Where a question begins to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// At the messages of the recipient, in the order that is asked for.
    Messages,
    /// At the few findings that are asked for, or that were answered so. The sign makes the indices of messages useless.
    Findings,
}

/// Conditions with their values.
pub(super) struct Conditions<'q> {
    /// On messages alone.
    pub(super) messages: String,
    /// On their lines; each begins with `AND`.
    pub(super) lines: String,
    /// That no newer message tells of the finding. It costs most, so it is asked last.
    pub(super) newest: &'static str,
    pub(super) values: Vec<Value<'q>>,
}

impl<'q> Conditions<'q> {
    /// Those of messages alone, `n`.
    pub(super) fn of_messages(query: &'q InboxQuery, way: Way) -> Self {
        let sign = match way {
            Way::Messages => "",
            Way::Findings => "+",
        };
        let mut conditions = Self {
            messages: format!("{sign}n.recipient_no = $1 AND {sign}{TOLD} AND n.tlp <= $2"),
            lines: String::new(),
            newest: "",
            values: vec![query.party_no.into(), query.tlp_max.code().into()],
        };
        if query.is_without_copies {
            conditions.messages += &format!(" AND n.relation <> {}", Relation::Relay.code());
        }
        for (condition, value) in [
            (
                "n.notification_no =",
                query.notification_no.map(Value::from),
            ),
            ("n.severity =", query.severity.map(|it| it.code().into())),
            (
                "n.severity >=",
                query.severity_min.map(|it| it.code().into()),
            ),
            ("n.role =", query.role.map(|it| it.code().into())),
            ("n.threat_no =", query.threat_no.map(Value::from)),
        ] {
            conditions.and_of_message(condition, value);
        }
        conditions
    }

    /// All of them: of messages `n`, their lines `l` and answers `a`.
    pub(super) fn of_lines(query: &'q InboxQuery, way: Way) -> Self {
        let mut conditions = Self::of_messages(query, way);
        conditions.lines += " AND l.withdrawn IS NULL";
        if query.notification_no.is_none() {
            conditions.newest = NEWEST;
        }
        conditions.and("l.finding_no =", query.finding_no.map(Value::from));
        conditions.and("a.assigned_to =", query.assigned_to.map(Value::from));
        conditions.of_status(query.status, query.today);
        if let Some(group_no) = query.group_no {
            let group = conditions.add(group_no);
            conditions.lines += &format!(
                " AND l.asset_no IN (SELECT d.asset_no FROM asset_detail d WHERE d.group_no = {group} AND d.party_no = $1)"
            );
        }
        conditions.of_endpoints(query);
        conditions
    }

    /// Each line is looked at: how many a page looks at has a bound.
    fn of_endpoints(&mut self, query: &'q InboxQuery) {
        let mut ranges = Vec::new();
        for (begin, end) in &query.endpoints {
            let (begin, end) = (self.add(&begin[..]), self.add(&end[..]));
            ranges.push(format!("w.endpoint >= {begin} AND w.endpoint < {end}"));
        }
        if !ranges.is_empty() {
            let ranges = ranges.join(" OR ");
            self.lines += &format!(
                " AND EXISTS (SELECT 1 FROM finding w WHERE w.finding_no = l.finding_no AND ({ranges}))"
            );
        }
    }

    pub(super) fn of_status(&mut self, status: StatusChoice, today: Day) {
        match status {
            StatusChoice::All => {}
            StatusChoice::Open => {
                let today = self.add(today.days());
                self.lines += &format!(
                    " AND (COALESCE(a.status, 0) IN (0, 1, 2, 8, 9) OR a.status = 5 AND a.until_day <= {today})"
                );
            }
            StatusChoice::Only(AnswerStatus::New) => self.lines += " AND COALESCE(a.status, 0) = 0",
            StatusChoice::Only(status) => self.and("a.status =", Some(status.code().into())),
        }
    }

    /// What comes after a place, in an order that messages and lines have. Messages are told apart before their lines are
    /// read.
    pub(super) fn after(&mut self, order: InboxOrder, place: &InboxPlace) {
        self.beyond(order, place, ["<=", "<", "<"]);
    }

    /// What comes no later than a place, in an order that messages and lines have.
    pub(super) fn until(&mut self, order: InboxOrder, place: &InboxPlace) {
        self.beyond(order, place, [">=", ">", ">="]);
    }

    /// The signs say how messages compare with that of the place, which of them come whole, and which lines of its own.
    fn beyond(&mut self, order: InboxOrder, place: &InboxPlace, [within, whole, line]: [&str; 3]) {
        let (no, finding) = (self.add(place.notification_no), self.add(place.finding_no));
        match order {
            InboxOrder::Newest | InboxOrder::LastSeen => {
                self.messages += &format!(" AND n.notification_no {within} {no}");
                self.lines += &format!(
                    " AND (n.notification_no {whole} {no} OR l.finding_no {line} {finding})"
                );
            }
            InboxOrder::Severity => {
                let severity = self.add(place.severity.code());
                self.messages += &format!(
                    " AND n.severity {within} {severity} AND (n.severity {whole} {severity} OR n.notification_no {within} {no})"
                );
                self.lines += &format!(
                    " AND (n.severity {whole} {severity} OR n.notification_no {whole} {no} OR l.finding_no {line} {finding})"
                );
            }
        }
    }

    /// A condition on lines that ends with a value; none without one.
    pub(super) fn and(&mut self, condition: &str, value: Option<Value<'q>>) {
        if let Some(value) = value {
            let place = self.add(value);
            self.lines += &format!(" AND {condition} {place}");
        }
    }

    /// The same on messages.
    pub(super) fn and_of_message(&mut self, condition: &str, value: Option<Value<'q>>) {
        if let Some(value) = value {
            let place = self.add(value);
            self.messages += &format!(" AND {condition} {place}");
        }
    }

    /// All of them together.
    pub(super) fn whole(&self) -> String {
        format!("{}{}{}", self.messages, self.lines, self.newest)
    }

    /// The placeholder of a value.
    pub(super) fn add(&mut self, value: impl Into<Value<'q>>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }
}
