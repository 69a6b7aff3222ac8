//! Those who supply reports, and when they did.

use model::{Day, PartyRole, SourceState, Timestamp};

use crate::batch::Batch;
use crate::connection::{Tx, values};
use crate::error::Result;
use crate::party::of_role;
use crate::queue::{QueueKind, QueueState};

/// False alarms that are looked at for a source: more would be a walk of everything that ever was one.
const FALSE_ALARMS_MAX: i64 = 10_000;

/// Somebody who supplies reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRow {
    /// Internal number of the party.
    pub party_no: i64,
    /// The key by which commands name it.
    pub reference: String,
    /// For people.
    pub name: String,
    /// How far the desk is with it.
    pub state: SourceState,
    /// Last day of the agreement with it.
    pub agreement_until: Option<Day>,
}

impl Tx<'_> {
    /// Everybody who supplies reports, by name.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn sources(&mut self) -> Result<Vec<SourceRow>> {
        let sql = format!(
            "SELECT p.party_no, p.reference, p.name, COALESCE(s.state, {}), s.agreement_until
             FROM party_role r JOIN party p ON p.party_no = r.party_no
             LEFT JOIN source_terms s ON s.source_no = p.party_no
             WHERE {} AND r.valid_until IS NULL AND p.closed_at IS NULL ORDER BY p.name, p.party_no",
            SourceState::Vetted.code(),
            of_role(PartyRole::Source)
        );
        self.query(&sql, values![PartyRole::Source.code()], |row| {
            Ok(SourceRow {
                state: row.code(3, "state of a source", SourceState::from_code)?,
                agreement_until: row.opt_int(4)?.map(|days| Day::from_days(days as i32)),
                party_no: row.int(0)?,
                reference: row.text(1)?,
                name: row.text(2)?,
            })
        })
    }

    /// Findings that a source saw last, that a recipient called a false alarm, and of which the desk confirmed it: by slug
    /// of the threat, most first. Of the last 10,000 of all sources.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn false_alarms_of(&mut self, source_no: i64) -> Result<Vec<(String, i64)>> {
        let desks = self.and_desk("f.desk_no");
        self.query(
            &format!(
            "SELECT t.slug, COUNT(*) FROM (SELECT finding_no FROM queue_item WHERE state = $2 AND kind = $3
                 ORDER BY finding_no DESC LIMIT $4) q
             JOIN finding f ON f.finding_no = q.finding_no JOIN batch b ON b.batch_no = f.last_batch
             JOIN threat t ON t.threat_no = f.threat_no
             WHERE b.source_no = $1{desks} GROUP BY t.slug ORDER BY 2 DESC, 1"
            ),
            values![
                source_no,
                QueueState::Withheld.code(),
                QueueKind::FalseAlarm.code(),
                FALSE_ALARMS_MAX
            ],
            |row| Ok((row.text(0)?, row.int(1)?)),
        )
    }

    /// When the first row of a delivery was observed: how long the source took to pass it on. `None` when the
    /// delivery has no observations, or they were removed by age.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn first_observed_in(&mut self, batch: &Batch) -> Result<Option<Timestamp>> {
        let sql = "SELECT observed_at FROM observation WHERE received_day = $1 AND batch_no = $2 ORDER BY line LIMIT 1";
        self.query_opt(
            sql,
            values![batch.received_day.days(), batch.batch_no],
            |row| Ok(Timestamp::from_micros(row.int(0)?)),
        )
    }
}
