//! Messages as the desk lists and counts them: never more than a page of them is held, and no count walks them all.

use model::{MessageKind, Severity};

use crate::connection::{Tx, TxEngine, Value, values};
use crate::error::Result;
use crate::notification::{NOTIFICATION, Notification, NotificationState, notification_from};

/// Messages that are looked at for one page. A filter that few of them pass shows a short page and where to go on.
const LOOKED_AT_MAX: i64 = 1_000;

/// Which messages a list shows. `None`: any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MessageFilter {
    /// How far they are.
    pub state: Option<NotificationState>,
    /// How severe they are.
    pub severity: Option<Severity>,
    /// Why they were made.
    pub kind: Option<MessageKind>,
    /// Who is told.
    pub recipient_no: Option<i64>,
}

impl MessageFilter {
    /// Whether the list shows this message.
    #[must_use]
    pub fn takes(&self, message: &Notification) -> bool {
        self.state.is_none_or(|state| state == message.state)
            && self.severity.is_none_or(|it| it == message.key.severity)
            && self.kind.is_none_or(|kind| kind == message.key.kind)
            && self
                .recipient_no
                .is_none_or(|number| number == message.key.recipient_no)
    }

    /// The column whose index is walked, its value, and whether the filter asks for nothing else.
    fn narrowest(&self) -> (Option<&'static str>, Vec<Value<'static>>, bool) {
        let is_of_any = self.severity.is_none() && self.kind.is_none();
        match (self.recipient_no, self.state) {
            (Some(recipient_no), state) => (
                Some("recipient_no"),
                vec![recipient_no.into()],
                is_of_any && state.is_none(),
            ),
            (None, Some(state)) => (Some("state"), vec![state.code().into()], is_of_any),
            (None, None) => (None, Vec::new(), is_of_any),
        }
    }
}

/// A page of messages, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessagePage {
    /// The messages.
    pub messages: Vec<Notification>,
    /// The next page begins below this number; `None`: this is the last.
    pub next_before: Option<i64>,
}

impl Tx<'_> {
    /// Messages with a number below `before_no`, newest first, at most `rows_max`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn message_page(
        &mut self,
        filter: &MessageFilter,
        before_no: i64,
        rows_max: usize,
    ) -> Result<MessagePage> {
        let (column, wanted, is_exact) = filter.narrowest();
        // Of some desks alone: no index has their messages together.
        let is_exact = is_exact && self.desks.is_all();
        let looked_at = if is_exact {
            rows_max as i64 + 1
        } else {
            LOOKED_AT_MAX
        };
        let sql = format!(
            "SELECT {NOTIFICATION} FROM notification n {} LIMIT $2",
            self.newest_before("notification_no", column)
        );
        let values = [values![before_no, looked_at], &wanted].concat();
        let found = self.query(&sql, &values, notification_from)?;
        let is_all = (found.len() as i64) < looked_at;
        let last_looked_at = found.last().map(|message| message.notification_no);
        let mut messages: Vec<Notification> = found
            .into_iter()
            .filter(|message| self.desks.sees(message.key.desk_no) && filter.takes(message))
            .collect();
        let next_before = if messages.len() > rows_max {
            messages.truncate(rows_max);
            messages.last().map(|message| message.notification_no)
        } else {
            last_looked_at.filter(|_| !is_all)
        };
        Ok(MessagePage {
            messages,
            next_before,
        })
    }

    /// How many messages are in a state, counted up to `most`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn count_messages(&mut self, state: NotificationState, most: i64) -> Result<i64> {
        // With an order, so that PostgreSQL does not look for a rare state in all messages.
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM notification WHERE state >= $1 AND state <= $1{}
                       ORDER BY state LIMIT $2) AS counted",
            self.and_desk("desk_no")
        );
        self.query_int(&sql, values![state.code(), most])
    }

    /// How many attempts to hand over are due after one that failed, counted up to `most`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn count_repeated_attempts(&mut self, most: i64) -> Result<i64> {
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM delivery WHERE state = 0 AND attempt > 1{} LIMIT $1) AS counted",
            self.and_message("delivery.notification_no")
        );
        self.query_int(&sql, values![most])
    }

    /// What follows a table: its rows below number `$1`, newest first; of those, where a column is named, that have `$3` in
    /// it. That column has an index which goes on with the number.
    pub(crate) fn newest_before(&self, number: &str, column: Option<&str>) -> String {
        match (&self.engine, column) {
            (_, None) => format!("WHERE {number} < $1 ORDER BY {number} DESC"),
            (TxEngine::Sqlite(_), Some(column)) => {
                format!("WHERE {column} = $3 AND {number} < $1 ORDER BY {number} DESC")
            }
            // Leaves no way but that index. PostgreSQL would look for a value of which it knows nothing through all rows,
            // from the newest one on.
            (TxEngine::Postgres { .. }, Some(column)) => format!(
                "WHERE ({column}, {number}) < ($3, $1) AND {column} >= $3 ORDER BY {column} DESC, {number} DESC"
            ),
        }
    }
}
