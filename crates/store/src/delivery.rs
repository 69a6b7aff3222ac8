//! Attempts to hand a message to a contact.
//!
//! An attempt is written down before it is made. One that began and has no outcome is uncertain after a crash: it is
//! made again with the same bytes and the same Message-ID, so that the receiver can see that it is one message.

use model::{EmailAddress, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;
use crate::job::LEASE;

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
}

const DELIVERY: &str =
    "SELECT delivery_no, notification_no, attempt, address, state, message_id, outcome, due_at FROM delivery";

impl Tx<'_> {
    /// Plans first attempts; those planned before stay as they are.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn plan_deliveries(&mut self, planned: &[PlannedDelivery], now: Timestamp) -> Result<()> {
        for plan in planned {
            self.execute(
                "INSERT INTO delivery (notification_no, attempt, address, channel, state, message_id, outcome, due_at)
                 VALUES ($1, 1, $2, 0, 0, $3, '', $4) ON CONFLICT (notification_no, address, attempt) DO NOTHING",
                values![plan.notification_no, plan.address.as_str(), &plan.message_id, now.micros()],
            )?;
        }
        Ok(())
    }

    /// Attempts of a notification, oldest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn deliveries_of(&mut self, notification_no: i64) -> Result<Vec<Delivery>> {
        let sql = format!("{DELIVERY} WHERE notification_no = $1 ORDER BY delivery_no");
        self.query(&sql, values![notification_no], delivery_from)
    }

    /// Writes down that an attempt begins, with the digest of its bytes; says whether it is ours to make. One that began
    /// longer ago than a lease lasts was left by a worker that died.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn start_delivery(&mut self, delivery_no: i64, digest: &[u8; 32], now: Timestamp) -> Result<bool> {
        let changed = self.execute(
            "UPDATE delivery SET state = 1, digest = $2, started_at = $3
             WHERE delivery_no = $1 AND (state = 0 OR (state = 1 AND started_at < $4))",
            values![delivery_no, &digest[..], now.micros(), now.micros() - LEASE.as_micros() as i64],
        )?;
        Ok(changed == 1)
    }

    /// Writes down how an attempt ended.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_delivery(&mut self, delivery_no: i64, state: DeliveryState, outcome: &str, now: Timestamp) -> Result<()> {
        self.execute(
            "UPDATE delivery SET state = $2, outcome = $3, finished_at = $4 WHERE delivery_no = $1",
            values![delivery_no, state.code(), outcome, now.micros()],
        )?;
        Ok(())
    }

    /// Plans another attempt after one that was deferred.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn plan_next_attempt(&mut self, before: &Delivery, due_at: Timestamp) -> Result<()> {
        self.execute(
            "INSERT INTO delivery (notification_no, attempt, address, channel, state, message_id, outcome, due_at)
             VALUES ($1, $2, $3, 0, 0, $4, '', $5) ON CONFLICT (notification_no, address, attempt) DO NOTHING",
            values![
                before.notification_no,
                before.attempt + 1,
                before.address.as_str(),
                &before.message_id,
                due_at.micros()
            ],
        )?;
        Ok(())
    }
}

fn delivery_from(row: &Row<'_>) -> Result<Delivery> {
    Ok(Delivery {
        delivery_no: row.int(0)?,
        notification_no: row.int(1)?,
        attempt: row.int(2)? as i32,
        address: row.parsed(3, "e-mail address")?,
        state: row.code(4, "delivery state", DeliveryState::from_code)?,
        message_id: row.text(5)?,
        outcome: row.text(6)?,
        due_at: Timestamp::from_micros(row.int(7)?),
    })
}
