//! What sources deliver, as everybody may know it.

use model::{PartyRole, SourceState, Timestamp};

use crate::connection::{Tx, values};
use crate::error::Result;
use crate::party::of_role;

/// A kind of report that a source delivers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveredType {
    /// Shadowserver type, or `mapping:` and the mapping's name.
    pub report_type: String,
    /// When the last delivery of it came.
    pub last_at: Timestamp,
}

/// A source, as everybody may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverageSource {
    /// Internal number of the party.
    pub source_no: i64,
    /// Its name, where it may be told.
    pub name: Option<String>,
    /// What it delivers, by type.
    pub types: Vec<DeliveredType>,
}

impl Tx<'_> {
    /// Everybody whose reports are read, and what each delivers. Reads one row of an index for each type of each source,
    /// however many deliveries there are.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn coverage_sources(&mut self) -> Result<Vec<CoverageSource>> {
        let sql = format!(
            "SELECT p.party_no, CASE WHEN n.source_no IS NULL THEN NULL ELSE p.name END
             FROM party_role r JOIN party p ON p.party_no = r.party_no
             LEFT JOIN named_source n ON n.source_no = p.party_no
             LEFT JOIN source_terms s ON s.source_no = p.party_no
             WHERE COALESCE(s.state, {vetted}) = {vetted} AND {} AND r.valid_until IS NULL AND p.closed_at IS NULL ORDER BY p.party_no",
            of_role(PartyRole::Source),
            vetted = SourceState::Vetted.code(),
        );
        let sources = self.query(&sql, values![PartyRole::Source.code()], |row| {
            Ok((row.int(0)?, row.opt_text(1)?))
        })?;
        let mut known = Vec::new();
        for (source_no, name) in sources {
            known.push(CoverageSource {
                source_no,
                name,
                types: self.delivered_types(source_no)?,
            });
        }
        Ok(known)
    }

    fn delivered_types(&mut self, source_no: i64) -> Result<Vec<DeliveredType>> {
        // From one type to the next: `DISTINCT` would read all deliveries.
        self.query(
            "WITH RECURSIVE kind (name) AS (
                SELECT MIN(report_type) FROM batch WHERE source_no = $1
                UNION ALL
                SELECT (SELECT MIN(b.report_type) FROM batch b WHERE b.source_no = $1 AND b.report_type > kind.name)
                FROM kind WHERE kind.name IS NOT NULL
             )
             SELECT kind.name, (SELECT b.received_at FROM batch b WHERE b.source_no = $1 AND b.report_type = kind.name
                ORDER BY b.batch_no DESC LIMIT 1)
             FROM kind WHERE kind.name IS NOT NULL ORDER BY 1",
            values![source_no],
            |row| {
                Ok(DeliveredType {
                    report_type: row.text(0)?,
                    last_at: Timestamp::from_micros(row.int(1)?),
                })
            },
        )
    }

    /// Whether everybody may know the name of a source.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn source_is_named(&mut self, source_no: i64) -> Result<bool> {
        let sql = "SELECT source_no FROM named_source WHERE source_no = $1";
        let found = self.query_opt(sql, values![source_no], |row| row.int(0))?;
        Ok(found.is_some())
    }

    /// Says whether everybody may know the name of a source.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn name_source(
        &mut self,
        source_no: i64,
        may_be_named: bool,
        now: Timestamp,
    ) -> Result<()> {
        if may_be_named {
            self.execute(
                "INSERT INTO named_source (source_no, named_at) VALUES ($1, $2)
                 ON CONFLICT (source_no) DO NOTHING",
                values![source_no, now.micros()],
            )?;
        } else {
            let removed = "DELETE FROM named_source WHERE source_no = $1";
            self.execute(removed, values![source_no])?;
        }
        Ok(())
    }
}
