//! Addresses of organisations that are told what happens, and the last attempts to tell them.
//!
//! A worker has an address for a while: two never tell the same one. How far it is moves when it answered, in the order of
//! [`crate::PartyChange`].

use std::time::Duration;

use model::Timestamp;

use crate::connection::{Row, Tx, TxEngine, values};
use crate::error::Result;
use crate::lease::LEASE_MAX;

/// Attempts that are kept of each address.
pub const WEBHOOK_DELIVERIES_KEPT: i64 = 50;

/// An address that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Internal number.
    pub webhook_no: i64,
    /// The organisation.
    pub party_no: i64,
    /// Where.
    pub url: String,
    /// Since when.
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: String,
    /// Which secret signs; counts from 1.
    pub secret_no: i32,
    /// Until when the secret before it signs too.
    pub old_until: Option<Timestamp>,
    /// The last change that it was told of.
    pub change_no: i64,
    /// Attempts in a row that failed.
    pub failures: i32,
    /// The first of them.
    pub failing_since: Option<Timestamp>,
    /// No attempt before.
    pub due_at: Timestamp,
    /// Somebody asked for a test, which was not made yet.
    pub test_at: Option<Timestamp>,
    /// Since when nothing is sent.
    pub paused_at: Option<Timestamp>,
    /// When events that were set aside are tried again; nothing: not by themselves.
    pub aside_due_at: Option<Timestamp>,
    /// Proof that a worker has it.
    pub(crate) taken_until: i64,
}

/// An attempt to tell an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookDelivery {
    /// Internal number; 0 for one that is not written yet.
    pub delivery_no: i64,
    /// The id that the receiver sees.
    pub event: String,
    /// Kind of the event.
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// What the receiver answered.
    pub status: Option<u16>,
    /// Why it did not; empty where it did.
    pub fault: String,
}

/// How an address stands after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookEnd {
    /// It was told of this change.
    Told(i64),
    /// It is asked again.
    Later(Timestamp),
    /// It is asked no more.
    Paused,
    /// It did not take this change and is told of the next. This one is tried again then.
    SetAside(i64, Timestamp),
    /// It took this change, which was set aside.
    TakenLate(i64),
    /// It did not take this change, which stays aside.
    LeftAside {
        /// The change.
        change_no: i64,
        /// Since when it was aside when it was tried.
        set_aside_at: Timestamp,
        /// It is tried no more by itself, unless somebody asked for it meanwhile.
        is_given_up: bool,
    },
    /// A test was made, whatever came of it.
    Tested,
}

impl Tx<'_> {
    /// Adds an address, which is told what happens from now on; returns its number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_webhook(
        &mut self,
        party_no: i64,
        url: &str,
        by: &str,
        now: Timestamp,
    ) -> Result<i64> {
        let change_no = self.last_change_no()?;
        self.query_int(
            "INSERT INTO webhook (party_no, url, made_at, made_by, secret_no, old_until, change_no, failures, due_at,
                taken_until)
             VALUES ($1, $2, $3, $4, 1, 0, $5, 0, $3, 0) RETURNING webhook_no",
            values![party_no, url, now.micros(), by, change_no],
        )
    }

    /// The addresses of an organisation, in the order in which they came.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn webhooks_of(&mut self, party_no: i64) -> Result<Vec<Webhook>> {
        let sql = format!("{WEBHOOK} WHERE party_no = $1 ORDER BY webhook_no");
        self.query(&sql, values![party_no], webhook_from)
    }

    /// An address of an organisation.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn webhook(&mut self, party_no: i64, webhook_no: i64) -> Result<Option<Webhook>> {
        let sql = format!("{WEBHOOK} WHERE party_no = $1 AND webhook_no = $2");
        self.query_opt(&sql, values![party_no, webhook_no], webhook_from)
    }

    /// Removes an address of an organisation with its attempts and what was set aside; says whether there was one.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn remove_webhook(&mut self, party_no: i64, webhook_no: i64) -> Result<bool> {
        let sql = "DELETE FROM webhook WHERE party_no = $1 AND webhook_no = $2";
        let removed = self.execute(sql, values![party_no, webhook_no])?;
        for table in ["webhook_delivery", "webhook_set_aside"] {
            let sql = format!("DELETE FROM {table} WHERE party_no = $1 AND webhook_no = $2");
            self.execute(&sql, values![party_no, webhook_no])?;
        }
        Ok(removed == 1)
    }

    /// Gives an address the next secret; the one before it signs too until `old_until`. Gives the number of the new one, if
    /// there is such an address.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn rotate_webhook(
        &mut self,
        party_no: i64,
        webhook_no: i64,
        old_until: Timestamp,
    ) -> Result<Option<i32>> {
        self.query_opt(
            "UPDATE webhook SET secret_no = secret_no + 1, old_until = $3 WHERE party_no = $1 AND webhook_no = $2
             RETURNING secret_no",
            values![party_no, webhook_no, old_until.micros()],
            |row| Ok(row.int(0)? as i32),
        )
    }

    /// Has a test be made now; says whether there is such an address.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn ask_webhook_test(
        &mut self,
        party_no: i64,
        webhook_no: i64,
        now: Timestamp,
    ) -> Result<bool> {
        let asked = self.execute(
            "UPDATE webhook SET test_at = $3 WHERE party_no = $1 AND webhook_no = $2",
            values![party_no, webhook_no, now.micros()],
        )?;
        self.announce_work()?;
        Ok(asked == 1)
    }

    /// Goes on with an address that is paused, or that failed, from where it was; says whether there is one.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn resume_webhook(
        &mut self,
        party_no: i64,
        webhook_no: i64,
        now: Timestamp,
    ) -> Result<bool> {
        let resumed = self.execute(
            "UPDATE webhook SET paused_at = NULL, failures = 0, failing_since = NULL, due_at = $3
             WHERE party_no = $1 AND webhook_no = $2",
            values![party_no, webhook_no, now.micros()],
        )?;
        self.announce_work()?;
        Ok(resumed == 1)
    }

    /// The last attempts of an address, newest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn webhook_deliveries(
        &mut self,
        party_no: i64,
        webhook_no: i64,
    ) -> Result<Vec<WebhookDelivery>> {
        self.query(
            "SELECT delivery_no, event, kind, at, status, fault FROM webhook_delivery
             WHERE party_no = $1 AND webhook_no = $2 ORDER BY delivery_no DESC LIMIT $3",
            values![party_no, webhook_no, WEBHOOK_DELIVERIES_KEPT],
            |row| {
                Ok(WebhookDelivery {
                    delivery_no: row.int(0)?,
                    event: row.text(1)?,
                    kind: row.text(2)?,
                    at: Timestamp::from_micros(row.int(3)?),
                    status: row
                        .opt_int(4)?
                        .and_then(|status| u16::try_from(status).ok()),
                    fault: row.text(5)?,
                })
            },
        )
    }

    /// Whether an address is to be told something, with a worker or not.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn has_due_webhook(&mut self, now: Timestamp) -> Result<bool> {
        let sql = format!("SELECT 1 FROM webhook w WHERE {DUE} LIMIT 1");
        let found = self.query_opt(&sql, values![now.micros()], |row| row.int(0))?;
        Ok(found.is_some())
    }

    /// Takes addresses that are to be told something, the longest waiting first, for so long.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn take_webhooks(
        &mut self,
        rows_max: i64,
        lease: Duration,
        now: Timestamp,
    ) -> Result<Vec<Webhook>> {
        let clock = self.lease_clock()?;
        let skip = match self.engine {
            TxEngine::Sqlite(_) => "",
            TxEngine::Postgres { .. } => " FOR UPDATE SKIP LOCKED",
        };
        let sql = format!(
            "{WEBHOOK} w WHERE {DUE} AND (w.taken_until < $2 OR w.taken_until > $3)
             ORDER BY w.due_at, w.webhook_no LIMIT $4{skip}"
        );
        // A lease that ends later than any was given before the clock of the store was set back.
        let longest = clock + LEASE_MAX.as_micros() as i64;
        let until = clock + lease.as_micros() as i64;
        let values = values![now.micros(), clock, longest, rows_max];
        let mut taken = self.query(&sql, values, webhook_from)?;
        for webhook in &mut taken {
            webhook.taken_until = until;
            self.execute(
                "UPDATE webhook SET taken_until = $2 WHERE webhook_no = $1",
                values![webhook.webhook_no, until],
            )?;
        }
        Ok(taken)
    }

    /// Writes down what came of an attempt, by the worker that has the address; says whether it still had it. Of older
    /// attempts the last [`WEBHOOK_DELIVERIES_KEPT`] stay.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_webhook_attempt(
        &mut self,
        webhook: &Webhook,
        delivery: &WebhookDelivery,
        end: WebhookEnd,
        now: Timestamp,
    ) -> Result<bool> {
        let key = [webhook.webhook_no, webhook.taken_until];
        let noted = match end {
            // It takes events again: what was set aside meanwhile is tried at once.
            WebhookEnd::Told(change_no) => self.execute(
                "UPDATE webhook SET change_no = $3, failures = 0, failing_since = NULL,
                    aside_due_at = CASE WHEN failures > 0 AND aside_due_at > $4 THEN $4 ELSE aside_due_at END
                 WHERE webhook_no = $1 AND taken_until = $2",
                values![key[0], key[1], change_no, now.micros()],
            )?,
            WebhookEnd::SetAside(change_no, again_at) => {
                self.execute(
                    "UPDATE webhook SET failures = failures + 1, failing_since = COALESCE(failing_since, $3)
                     WHERE webhook_no = $1 AND taken_until = $2",
                    values![key[0], key[1], now.micros()],
                )?;
                u64::from(self.set_event_aside(webhook, change_no, again_at, now)?)
            }
            WebhookEnd::TakenLate(change_no) => {
                self.execute(
                    "DELETE FROM webhook_set_aside WHERE webhook_no = $1 AND change_no = $3
                         AND EXISTS (SELECT 1 FROM webhook WHERE webhook_no = $1 AND taken_until = $2)",
                    values![key[0], key[1], change_no],
                )?;
                self.execute(
                    "UPDATE webhook SET failures = 0, failing_since = NULL WHERE webhook_no = $1 AND taken_until = $2",
                    values![key[0], key[1]],
                )?
            }
            WebhookEnd::LeftAside {
                change_no,
                set_aside_at,
                is_given_up,
            } => self.execute(
                "UPDATE webhook_set_aside SET given_up = CASE WHEN set_aside_at = $4 THEN $5 ELSE given_up END
                 WHERE webhook_no = $1 AND change_no = $3
                     AND EXISTS (SELECT 1 FROM webhook WHERE webhook_no = $1 AND taken_until = $2)",
                values![
                    key[0],
                    key[1],
                    change_no,
                    set_aside_at.micros(),
                    is_given_up
                ],
            )?,
            WebhookEnd::Later(due_at) => self.execute(
                "UPDATE webhook SET due_at = $3, failures = failures + 1,
                    failing_since = COALESCE(failing_since, $4)
                 WHERE webhook_no = $1 AND taken_until = $2",
                values![key[0], key[1], due_at.micros(), now.micros()],
            )?,
            WebhookEnd::Paused => self.execute(
                "UPDATE webhook SET paused_at = $3, failures = failures + 1
                 WHERE webhook_no = $1 AND taken_until = $2",
                values![key[0], key[1], now.micros()],
            )?,
            WebhookEnd::Tested => self.execute(
                "UPDATE webhook SET test_at = NULL WHERE webhook_no = $1 AND taken_until = $2",
                values![key[0], key[1]],
            )?,
        };
        if noted == 0 {
            return Ok(false);
        }
        self.execute(
            "INSERT INTO webhook_delivery (webhook_no, party_no, event, kind, at, status, fault)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![
                webhook.webhook_no,
                webhook.party_no,
                &delivery.event,
                &delivery.kind,
                delivery.at.micros(),
                delivery.status.map(i64::from),
                &delivery.fault
            ],
        )?;
        self.execute(
            "DELETE FROM webhook_delivery WHERE webhook_no = $1 AND delivery_no <= (
                 SELECT delivery_no FROM webhook_delivery WHERE webhook_no = $1
                 ORDER BY delivery_no DESC LIMIT 1 OFFSET $2)",
            values![webhook.webhook_no, WEBHOOK_DELIVERIES_KEPT],
        )?;
        Ok(true)
    }

    /// Passes over changes that an address is not told of, by the worker that has it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn skip_webhook_to(&mut self, webhook: &Webhook, change_no: i64) -> Result<()> {
        self.execute(
            "UPDATE webhook SET change_no = $3 WHERE webhook_no = $1 AND taken_until = $2",
            values![webhook.webhook_no, webhook.taken_until, change_no],
        )?;
        Ok(())
    }

    /// Gives an address back, to be taken by anybody. It goes behind those that wait longer, so that one with much to be told
    /// does not keep the others waiting.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn give_back_webhook(&mut self, webhook: &Webhook, now: Timestamp) -> Result<()> {
        self.execute(
            "UPDATE webhook SET taken_until = 0, due_at = CASE WHEN due_at < $3 THEN $3 ELSE due_at END
             WHERE webhook_no = $1 AND taken_until = $2",
            values![webhook.webhook_no, webhook.taken_until, now.micros()],
        )?;
        Ok(())
    }
}

/// An address `w` of an organisation that is still there is to be told something, at `$1`. While it fails, what was set aside
/// waits for what is next in the order of changes, where something is.
const DUE: &str = "((w.test_at IS NOT NULL) OR (w.paused_at IS NULL AND w.due_at <= $1
        AND EXISTS (SELECT 1 FROM party_change c WHERE c.party_no = w.party_no AND c.change_no > w.change_no))
        OR (w.paused_at IS NULL AND w.aside_due_at <= $1 AND (w.failures = 0
            OR NOT EXISTS (SELECT 1 FROM party_change c WHERE c.party_no = w.party_no AND c.change_no > w.change_no))))
    AND EXISTS (SELECT 1 FROM party p WHERE p.party_no = w.party_no AND p.closed_at IS NULL)";

const WEBHOOK: &str =
    "SELECT webhook_no, party_no, url, made_at, made_by, secret_no, old_until, change_no, failures,
    failing_since, due_at, test_at, paused_at, aside_due_at, taken_until FROM webhook";

fn webhook_from(row: &Row<'_>) -> Result<Webhook> {
    let moment =
        |column| Ok::<_, crate::StoreError>(row.opt_int(column)?.map(Timestamp::from_micros));
    Ok(Webhook {
        webhook_no: row.int(0)?,
        party_no: row.int(1)?,
        url: row.text(2)?,
        made_at: Timestamp::from_micros(row.int(3)?),
        made_by: row.text(4)?,
        secret_no: row.int(5)? as i32,
        old_until: moment(6)?.filter(|until| until.micros() != 0),
        change_no: row.int(7)?,
        failures: row.int(8)? as i32,
        failing_since: moment(9)?,
        due_at: Timestamp::from_micros(row.int(10)?),
        test_at: moment(11)?,
        paused_at: moment(12)?,
        aside_due_at: moment(13)?,
        taken_until: row.int(14)?,
    })
}
