//! Attempts to hand a message to a contact.
//!
//! An attempt is written down before it is made. One that began and has no outcome is uncertain after a crash: it is
//! made again with the same bytes and the same Message-ID, so that the receiver can see that it is one message.

use model::{EmailAddress, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::{Result, StoreError};

model::vocabulary! {
    /// How far an attempt is.
    pub enum DeliveryState: "delivery state" {
        /// To be made when due.
        Due = 0 => "due",
        /// It began; whether it arrived is not known yet.
        Started = 1 => "started",
        /// Handed over.
        Delivered = 2 => "delivered",
        /// Refused for good.
        Failed = 3 => "failed",
        /// Refused for now; another attempt is due later.
        Deferred = 4 => "deferred",
    }
}

/// A delivery to be planned: to whom, under which Message-ID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedDelivery {
    /// Which message.
    pub notification_no: i64,
    /// To whom.
    pub address: EmailAddress,
    /// Stable: the same for every attempt.
    pub message_id: String,
    /// Not before.
    pub due_at: Timestamp,
}

/// An attempt as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Internal number.
    pub delivery_no: i64,
    /// Which message.
    pub notification_no: i64,
    /// Counts from 1.
    pub attempt: i32,
    /// To whom.
    pub address: EmailAddress,
    /// How far it is.
    pub state: DeliveryState,
    /// Stable: the same for every attempt.
    pub message_id: String,
    /// What the receiving side said, or why it failed.
    pub outcome: String,
    /// Not before.
    pub due_at: Timestamp,
    /// The bytes of the mail: as they are sent once an attempt began, before that as they would go in clear.
    pub mail: Option<Vec<u8>>,
    /// Those bytes are for the owner of a key alone.
    pub is_sealed: bool,
}

impl Delivery {
    /// Whether somebody tried to hand its mail over, now or in an earlier attempt: its bytes do not change any more. One that
    /// is sent again because a person wants it has no bytes yet, and is written anew.
    pub fn was_tried(&self) -> bool {
        let repeats = self.attempt > 1 && self.mail.is_some();
        repeats || self.state != DeliveryState::Due
    }

    /// Until when its first attempt waits, for no other reason than the hours of the contact.
    pub fn waits_until(&self, now: Timestamp) -> Option<Timestamp> {
        let waits = !self.was_tried() && self.due_at > now && self.outcome.is_empty();
        waits.then_some(self.due_at)
    }
}

/// The column `channel` has this for a mail that is sealed, and 0 for one in clear.
const CHANNEL_SEALED: i64 = 1;

const DELIVERY: &str = "SELECT delivery_no, notification_no, attempt, address, state, message_id, outcome, due_at, mail, channel
    FROM delivery";

impl Tx<'_> {
    /// Plans first attempts; those planned before stay as they are.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn plan_deliveries(&mut self, planned: &[PlannedDelivery]) -> Result<()> {
        for plan in planned {
            self.execute(
                "INSERT INTO delivery (notification_no, attempt, address, channel, state, message_id, outcome, due_at,
                                       repeats)
                 VALUES ($1, 1, $2, 0, 0, $3, '', $4, 0) ON CONFLICT (notification_no, address, attempt) DO NOTHING",
                values![
                    plan.notification_no,
                    plan.address.as_str(),
                    &plan.message_id,
                    plan.due_at.micros()
                ],
            )?;
        }
        Ok(())
    }

    /// Plans an attempt with a new mail after those that failed. An address that has an attempt to come, or got the message,
    /// stays as it is.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn plan_deliveries_again(&mut self, planned: &[PlannedDelivery]) -> Result<()> {
        for plan in planned {
            // 0, 1 and 2: due, started, delivered.
            self.execute(
                "INSERT INTO delivery (notification_no, attempt, address, channel, state, message_id, outcome, due_at,
                                       repeats)
                 SELECT CAST($1 AS BIGINT), COALESCE(MAX(attempt), 0) + 1, CAST($2 AS TEXT), 0, 0, CAST($3 AS TEXT), '',
                        CAST($4 AS BIGINT), 0
                 FROM delivery WHERE notification_no = $1 AND address = $2
                 HAVING COUNT(CASE WHEN state IN (0, 1, 2) THEN 1 END) = 0",
                values![
                    plan.notification_no,
                    plan.address.as_str(),
                    &plan.message_id,
                    plan.due_at.micros()
                ],
            )?;
        }
        Ok(())
    }

    /// Messages that wait because somebody could not take them at first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn deferred_messages(&mut self) -> Result<i64> {
        self.query_int(
            "SELECT COUNT(*) FROM notification n WHERE n.state = 2 AND EXISTS (
                 SELECT 1 FROM delivery d WHERE d.notification_no = n.notification_no AND d.state = 4)",
            &[],
        )
    }

    /// Attempts of a notification, oldest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn deliveries_of(&mut self, notification_no: i64) -> Result<Vec<Delivery>> {
        self.deliveries_of_all(&[notification_no])
    }

    /// Attempts of these messages, by message, oldest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn deliveries_of_all(&mut self, notification_nos: &[i64]) -> Result<Vec<Delivery>> {
        let sql = format!(
            "{DELIVERY} WHERE notification_no {} ORDER BY notification_no, delivery_no",
            self.in_set("$1")
        );
        self.query(&sql, values![notification_nos], delivery_from)
    }

    /// Keeps the bytes of a mail before its first attempt, so that they are what is sent.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn keep_mail(&mut self, delivery_no: i64, mail: &[u8]) -> Result<()> {
        let packed = packed(mail)?;
        let sql = "UPDATE delivery SET mail = COALESCE(mail, $2) WHERE delivery_no = $1";
        self.execute(sql, values![delivery_no, &packed[..]])?;
        Ok(())
    }

    /// Writes down that an attempt begins, with the bytes of its mail; says whether it is to be made. For one who has
    /// the message: an attempt that began before was left by a worker that died or lost it, and making it again is
    /// counted.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn start_delivery(
        &mut self,
        delivery_no: i64,
        (mail, is_sealed): (&[u8], bool),
        now: Timestamp,
    ) -> Result<bool> {
        let packed = packed(mail)?;
        // What was kept before the first attempt is what would have gone in clear.
        let changed = self.execute(
            "UPDATE delivery SET state = 1, mail = CASE WHEN state = 0 THEN $2 ELSE COALESCE(mail, $2) END,
                channel = $4, started_at = $3, repeats = repeats + state
             WHERE delivery_no = $1 AND state IN (0, 1)",
            values![delivery_no, &packed[..], now.micros(), is_sealed],
        )?;
        Ok(changed == 1)
    }

    /// Writes down how an attempt ended that began. For one who has the message.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_delivery(
        &mut self,
        delivery_no: i64,
        state: DeliveryState,
        outcome: &str,
        now: Timestamp,
    ) -> Result<()> {
        self.execute(
            "UPDATE delivery SET state = $2, outcome = $3, finished_at = $4
             WHERE delivery_no = $1 AND state = 1",
            values![delivery_no, state.code(), outcome, now.micros()],
        )?;
        Ok(())
    }

    /// Writes down that it is we who stop trying, and not the receiving side that refused. For one who has the message.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_given_up(&mut self, delivery_no: i64) -> Result<()> {
        let sql = "UPDATE delivery SET given_up = 1 WHERE delivery_no = $1";
        self.execute(sql, values![delivery_no])?;
        Ok(())
    }

    /// Writes down that an attempt is not begun for now, or is given up, and why. For one who has the message.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_off_delivery(&mut self, delivery: &Delivery, now: Timestamp) -> Result<()> {
        let finished_at = (delivery.state == DeliveryState::Failed).then_some(now.micros());
        self.execute(
            "UPDATE delivery SET state = $2, outcome = $3, due_at = $4, finished_at = $5, given_up = $6
             WHERE delivery_no = $1 AND state = 0",
            values![
                delivery.delivery_no,
                delivery.state.code(),
                &delivery.outcome,
                delivery.due_at.micros(),
                finished_at,
                finished_at.is_some()
            ],
        )?;
        Ok(())
    }

    /// Plans another attempt after one that did not end well, with the same mail. One whose outcome nobody knows
    /// counts as a repeat.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn plan_next_attempt(
        &mut self,
        delivery_no: i64,
        due_at: Timestamp,
        is_repeat: bool,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO delivery (notification_no, attempt, address, channel, state, message_id, outcome, due_at, mail,
                                   repeats)
             SELECT notification_no, attempt + 1, address, channel, 0, message_id, '', CAST($2 AS BIGINT), mail,
                    CAST($3 AS INTEGER)
             FROM delivery WHERE delivery_no = $1
             ON CONFLICT (notification_no, address, attempt) DO NOTHING",
            values![delivery_no, due_at.micros(), is_repeat],
        )?;
        Ok(())
    }
}

fn packed(mail: &[u8]) -> Result<Vec<u8>> {
    zstd::bulk::compress(mail, 3).map_err(|source| packing("compress", source))
}

fn packing(what: &'static str, source: std::io::Error) -> StoreError {
    StoreError::File {
        what,
        path: "the bytes of a mail".into(),
        source,
    }
}

fn delivery_from(row: &Row<'_>) -> Result<Delivery> {
    let unpack = |packed: Vec<u8>| zstd::decode_all(&packed[..]);
    let mail = row
        .opt_bytes(8)?
        .map(unpack)
        .transpose()
        .map_err(|source| packing("unpack", source))?;
    Ok(Delivery {
        delivery_no: row.int(0)?,
        notification_no: row.int(1)?,
        attempt: row.int(2)? as i32,
        address: row.parsed(3, "e-mail address")?,
        state: row.code(4, "delivery state", DeliveryState::from_code)?,
        message_id: row.text(5)?,
        outcome: row.text(6)?,
        due_at: Timestamp::from_micros(row.int(7)?),
        mail,
        is_sealed: row.int(9)? == CHANNEL_SEALED,
    })
}
