//! What sources saw of a finding, as far as an organisation was told or may know.

use model::{Timestamp, Tlp};

use crate::connection::{Tx, values};
use crate::error::Result;
use crate::finding::{ObservationKey, observation_key_from};

/// A sighting that an organisation was told of, or may know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldSighting {
    /// Where it stands.
    pub key: ObservationKey,
    /// When the source saw it.
    pub observed_at: Timestamp,
    /// When its delivery came.
    pub received_at: Timestamp,
    /// Its marking.
    pub tlp: Tlp,
    /// What the source said of it: a JSON object, or nothing.
    pub evidence: String,
}

impl Tx<'_> {
    /// Sightings of a finding that messages to this recipient cite, and the last one as far as its marking allows; newest
    /// first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn told_sightings(
        &mut self,
        party_no: i64,
        finding_no: i64,
        tlp_max: Tlp,
    ) -> Result<Vec<ToldSighting>> {
        let sql =
            "SELECT o.received_day, o.batch_no, o.line, o.side, o.part, o.observed_at, b.received_at, o.tlp, o.evidence
             FROM (SELECT l.day, l.batch_no, l.line, l.side, l.part
                   FROM notification_line l JOIN notification n ON n.notification_no = l.notification_no
                   WHERE l.finding_no = $2 AND n.recipient_no = $1 AND n.state IN (2, 3, 5, 6) AND l.withdrawn IS NULL
                   UNION SELECT last_day, last_batch, last_line, last_side, last_part FROM finding WHERE finding_no = $2) k
             JOIN observation o ON o.received_day = k.day AND o.batch_no = k.batch_no AND o.line = k.line
                 AND o.side = k.side AND o.part = k.part
             JOIN batch b ON b.batch_no = o.batch_no
             WHERE o.tlp <= $3 ORDER BY o.observed_at DESC, o.batch_no DESC, o.line DESC";
        self.query(sql, values![party_no, finding_no, tlp_max.code()], |row| {
            Ok(ToldSighting {
                key: observation_key_from(row, 0)?,
                observed_at: Timestamp::from_micros(row.int(5)?),
                received_at: Timestamp::from_micros(row.int(6)?),
                tlp: row.code(7, "TLP", Tlp::from_code)?,
                evidence: row.text(8)?,
            })
        })
    }
}
