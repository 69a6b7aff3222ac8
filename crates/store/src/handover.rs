//! What handing over needs: the messages that are due, taken by one worker at a time, and all that they say.
//!
//! A portion of messages is taken with a claim, a number that no other portion has. Whatever is written about them later
//! asks for that claim: who lost it writes nothing. Everything is read for many messages in one question.

use std::collections::HashSet;
use std::time::Duration;

use model::Timestamp;

use crate::connection::{Row, Tx, TxEngine, values};
use crate::error::Result;
use crate::lease::LEASE_MAX;
use crate::notification::{NOTIFICATION, Notification, notification_from};

/// Which messages a worker takes.
#[derive(Clone, Copy, Debug)]
pub struct DueMessages<'d> {
    /// Of these desks.
    pub desks: &'d [i64],
    /// Not those whose next attempt is due later.
    pub now: Timestamp,
    /// At most so many.
    pub messages_max: i64,
    /// With at most so many lines together, unless one alone has more.
    pub lines_max: i64,
    /// The oldest first, not the most severe.
    pub oldest_first: bool,
    /// How long they are with the worker without a sign of life; at most [`crate::LEASE_MAX`].
    pub lease: Duration,
}

/// A line of a message with what it cites. Where a field is "in the finding" or "in the observation", `FindingRow`
/// and `ObservationRow` say what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TellingRow {
    /// The message.
    pub notification_no: i64,
    /// The finding.
    pub finding_no: i64,
    /// Which episode of it.
    pub episode: i32,
    /// The recipient was told in this episode before.
    pub repeated: bool,
    /// When the recipient called it solved in this episode, before this message was made: the last time.
    pub solved_at: Option<Timestamp>,
    /// The asset through which it concerns the recipient.
    pub asset_no: Option<i64>,
    /// Or the network that the recipient runs.
    pub network_no: Option<i64>,
    /// The batch of the observation.
    pub batch_no: i64,
    /// In the finding: `Endpoint::write_key`.
    pub endpoint: Vec<u8>,
    /// In the finding.
    pub identifier: String,
    /// In the finding.
    pub address: Option<Vec<u8>>,
    /// In the finding.
    pub host: Option<String>,
    /// In the observation.
    pub observed_at: Timestamp,
    /// In the observation.
    pub port: Option<u16>,
    /// In the observation.
    pub transport: Option<i16>,
    /// In the observation.
    pub peer_address: Option<Vec<u8>>,
    /// In the observation.
    pub peer_port: Option<u16>,
    /// In the observation.
    pub evidence: String,
}

impl Tx<'_> {
    /// Whether a desk has a message that is approved and not delivered yet.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn has_approved(&mut self, desk_no: i64) -> Result<bool> {
        let sql = "SELECT 1 FROM notification WHERE state = 2 AND desk_no = $1 LIMIT 1";
        let found = self.query_opt(sql, values![desk_no], |row| row.int(0))?;
        Ok(found.is_some())
    }

    /// Takes messages that are due: the most severe first and then the oldest. Nobody else gets them before the lease
    /// is over, and what is written about them needs this `claim`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn take_messages(
        &mut self,
        due: &DueMessages<'_>,
        claim: i64,
    ) -> Result<Vec<Notification>> {
        let clock = self.lease_clock()?;
        let order = if due.oldest_first {
            "notification_no"
        } else {
            "severity DESC, notification_no"
        };
        let skip = match self.engine {
            TxEngine::Sqlite(_) => "",
            TxEngine::Postgres { .. } => " FOR UPDATE SKIP LOCKED",
        };
        let desks = self.in_set("$3");
        let sql = format!(
            "SELECT {NOTIFICATION} FROM notification n WHERE state = 2 AND due_at <= $1 AND taken_until < $2 AND desk_no {desks}
             ORDER BY {order} LIMIT $4{skip}"
        );
        let values = values![due.now.micros(), clock, due.desks, due.messages_max];
        let mut taken = self.query(&sql, values, notification_from)?;
        let mut lines = 0;
        let fit = taken.iter().take_while(|message| {
            lines += message.lines;
            lines <= due.lines_max
        });
        let fit = fit.count().max(1);
        taken.truncate(fit);
        let sql = format!(
            "UPDATE notification SET taken_until = $1, claim = $2 WHERE notification_no {}",
            self.in_set("$3")
        );
        let until = clock + due.lease.as_micros() as i64;
        self.execute(&sql, values![until, claim, &numbers(&taken)[..]])?;
        Ok(taken)
    }

    /// Gives a sign of life for messages that were taken; gives those that are still with their worker.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn hold_messages(
        &mut self,
        claim: i64,
        notification_nos: &[i64],
        lease: Duration,
    ) -> Result<Vec<i64>> {
        let until = self.lease_end(lease)?;
        let sql = format!(
            "UPDATE notification SET taken_until = $1 WHERE claim = $2 AND state = 2 AND notification_no {}
             RETURNING notification_no",
            self.in_set("$3")
        );
        self.query(&sql, values![until, claim, notification_nos], |row| {
            row.int(0)
        })
    }

    /// Which of these messages are still with their worker. They stay so until the transaction ends.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn held_messages(&mut self, claim: i64, notification_nos: &[i64]) -> Result<HashSet<i64>> {
        if notification_nos.is_empty() {
            return Ok(HashSet::new());
        }
        let sql = format!(
            "SELECT notification_no FROM notification WHERE claim = $1 AND state = 2 AND notification_no {}{}",
            self.in_set("$2"),
            self.for_update()
        );
        let held = self.query(&sql, values![claim, notification_nos], |row| row.int(0))?;
        Ok(held.into_iter().collect())
    }

    /// Gives messages back, to be taken by anybody from `due_at` on.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn give_back_messages(
        &mut self,
        claim: i64,
        notification_nos: &[i64],
        due_at: Timestamp,
    ) -> Result<()> {
        let sql = format!(
            "UPDATE notification SET taken_until = 0, due_at = $1 WHERE claim = $2 AND state = 2 AND notification_no {}",
            self.in_set("$3")
        );
        self.execute(&sql, values![due_at.micros(), claim, notification_nos])?;
        Ok(())
    }

    /// Takes an approved message back to wait for approval again; says whether that was still possible: no worker has
    /// it, and nobody tried to hand it over.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn hold_back_message(
        &mut self,
        notification_no: i64,
        reason: &str,
        (at, by): (Timestamp, &str),
    ) -> Result<bool> {
        let clock = self.lease_clock()?;
        let held = self.execute(
            "UPDATE notification SET state = 1, reason = $2, decided_at = $3, decided_by = $4
             WHERE notification_no = $1 AND state = 2 AND taken_until < $5
               AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.notification_no = $1 AND d.state <> 0)",
            values![notification_no, reason, at.micros(), by, clock],
        )?;
        if held == 1 {
            self.unnote_approved(notification_no, at)?;
        }
        Ok(held == 1)
    }

    /// Cuts leases of messages that end later than any lease that is given now: the clock was set back since.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn cut_long_leases(&mut self) -> Result<u64> {
        let longest = self.lease_end(LEASE_MAX)?;
        self.execute(
            "UPDATE notification SET taken_until = $1 WHERE state = 2 AND taken_until > $1",
            values![longest],
        )
    }

    /// The lines of these messages that are told, by message and finding. A line whose finding or observation is gone is
    /// left out: compare with the number that the message has.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn telling_rows(&mut self, notification_nos: &[i64]) -> Result<Vec<TellingRow>> {
        let sql = format!(
            "{TELLING} JOIN {CITED} WHERE l.withdrawn IS NULL AND l.notification_no {}
             ORDER BY l.notification_no, l.finding_no",
            self.in_set("$1")
        );
        self.query(&sql, values![notification_nos], telling_from)
    }

    /// One line of a message that is told. What the observation said is empty when it is not kept any more, and the line is
    /// as old as its message then.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn telling_row(
        &mut self,
        notification_no: i64,
        finding_no: i64,
    ) -> Result<Option<TellingRow>> {
        let sql = format!(
            "{TELLING} LEFT JOIN {CITED}
             WHERE l.withdrawn IS NULL AND l.notification_no = $1 AND l.finding_no = $2"
        );
        self.query_opt(&sql, values![notification_no, finding_no], telling_from)
    }

    /// Slugs of threats by their short numbers.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn threat_slugs(&mut self, threat_nos: &[i64]) -> Result<Vec<(i64, String)>> {
        let sql = format!(
            "SELECT threat_no, slug FROM threat WHERE threat_no {}",
            self.in_set("$1")
        );
        self.query(&sql, values![threat_nos], |row| {
            Ok((row.int(0)?, row.text(1)?))
        })
    }

    /// When these batches came.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn batch_times(&mut self, batch_nos: &[i64]) -> Result<Vec<(i64, Timestamp)>> {
        let sql = format!(
            "SELECT batch_no, received_at FROM batch WHERE batch_no {}",
            self.in_set("$1")
        );
        self.query(&sql, values![batch_nos], |row| {
            Ok((row.int(0)?, Timestamp::from_micros(row.int(1)?)))
        })
    }
}

const TELLING: &str = "SELECT l.notification_no, l.finding_no, l.episode, l.repeated, l.asset_no, l.network_no, l.batch_no,
        f.endpoint, f.identifier, f.address, f.host,
        COALESCE(o.observed_at, n.created_at), o.port, o.transport, o.peer_address, o.peer_port, COALESCE(o.evidence, ''),
        (SELECT MAX(e.at) FROM answer_event e WHERE e.finding_no = l.finding_no AND e.party_no = n.recipient_no
            AND e.episode = l.episode AND e.status IN (3, 4) AND e.at < n.created_at)
    FROM notification_line l
    JOIN notification n ON n.notification_no = l.notification_no
    JOIN finding f ON f.finding_no = l.finding_no";
const CITED: &str =
    "observation o ON o.received_day = l.day AND o.batch_no = l.batch_no AND o.line = l.line
    AND o.side = l.side AND o.part = l.part";

fn telling_from(row: &Row<'_>) -> Result<TellingRow> {
    Ok(TellingRow {
        notification_no: row.int(0)?,
        finding_no: row.int(1)?,
        episode: row.int(2)? as i32,
        repeated: row.int(3)? == 1,
        solved_at: row.opt_int(17)?.map(Timestamp::from_micros),
        asset_no: row.opt_int(4)?,
        network_no: row.opt_int(5)?,
        batch_no: row.int(6)?,
        endpoint: row.bytes(7)?,
        identifier: row.text(8)?,
        address: row.opt_bytes(9)?,
        host: row.opt_text(10)?,
        observed_at: Timestamp::from_micros(row.int(11)?),
        port: row.opt_int(12)?.map(|port| port as u16),
        transport: row.opt_int(13)?.map(|code| code as i16),
        peer_address: row.opt_bytes(14)?,
        peer_port: row.opt_int(15)?.map(|port| port as u16),
        evidence: row.text(16)?,
    })
}

fn numbers(notifications: &[Notification]) -> Vec<i64> {
    notifications
        .iter()
        .map(|message| message.notification_no)
        .collect()
}
