//! What is agreed with a source, and how far the desk is with it: proposed, vetted or stopped. What a source delivers before it is
//! vetted is kept, and waits (requirements GA-02 and GA-03).

use model::{Credibility, Day, Reliability, SourceGrade, SourceState, Timestamp, Tlp};

use crate::batch::{BATCH, Batch, BatchState, batch_from};
use crate::connection::{Tx, values};
use crate::error::Result;

/// What is agreed with a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceAgreement {
    /// By what right the source gives reports.
    pub mandate: String,
    /// Why the desk may take them.
    pub lawful_basis: String,
    /// Last day of the agreement; `None`: it has no end.
    pub until: Option<Day>,
    /// Marking of deliveries that name none.
    pub tlp: Tlp,
    /// How far the source and what it says are trusted.
    pub grade: SourceGrade,
    /// Report types that it may deliver, in the order of letters; empty: each.
    pub report_types: Vec<String>,
}

impl Default for SourceAgreement {
    /// Of a source with which nothing is agreed.
    fn default() -> Self {
        Self {
            mandate: String::new(),
            lawful_basis: String::new(),
            until: None,
            tlp: Tlp::Amber,
            grade: SourceGrade {
                reliability: Reliability::F,
                credibility: Credibility::CannotBeJudged,
            },
            report_types: Vec::new(),
        }
    }
}

/// A source as the desk stands with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceTerms {
    /// How far the desk is with it.
    pub state: SourceState,
    /// Person of the desk who proposed it; `None`: a program, or nobody had to.
    pub proposed_by: Option<i64>,
    /// When.
    pub proposed_at: Option<Timestamp>,
    /// Person of the desk who changed last what is agreed, since it was proposed.
    pub changed_by: Option<i64>,
    /// Person of the desk who vetted it.
    pub vetted_by: Option<i64>,
    /// When.
    pub vetted_at: Option<Timestamp>,
    /// Since when nothing is taken from it any more.
    pub stopped_at: Option<Timestamp>,
    /// Why that is, as the source reads it.
    pub reason: String,
    /// When a delivery began to wait last.
    pub held_at: Option<Timestamp>,
    /// What is agreed.
    pub agreement: SourceAgreement,
}

impl Default for SourceTerms {
    /// Of a source that was there before the desk kept this, or was named by whoever runs the installation.
    fn default() -> Self {
        Self {
            state: SourceState::Vetted,
            proposed_by: None,
            proposed_at: None,
            changed_by: None,
            vetted_by: None,
            vetted_at: None,
            stopped_at: None,
            reason: String::new(),
            held_at: None,
            agreement: SourceAgreement::default(),
        }
    }
}

impl Tx<'_> {
    /// How the desk stands with a source.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn source_terms(&mut self, source_no: i64) -> Result<SourceTerms> {
        let sql = "SELECT state, proposed_by, proposed_at, vetted_by, vetted_at, stopped_at, reason, held_at, mandate,
                       lawful_basis, agreement_until, tlp, reliability, credibility, changed_by
                   FROM source_terms WHERE source_no = $1";
        let found = self.query_opt(sql, values![source_no], |row| {
            let moment = |column| {
                Ok::<_, crate::StoreError>(row.opt_int(column)?.map(Timestamp::from_micros))
            };
            Ok(SourceTerms {
                state: row.code(0, "state of a source", SourceState::from_code)?,
                proposed_by: row.opt_int(1)?,
                proposed_at: moment(2)?,
                changed_by: row.opt_int(14)?,
                vetted_by: row.opt_int(3)?,
                vetted_at: moment(4)?,
                stopped_at: moment(5)?,
                reason: row.text(6)?,
                held_at: moment(7)?,
                agreement: SourceAgreement {
                    mandate: row.text(8)?,
                    lawful_basis: row.text(9)?,
                    until: row.opt_int(10)?.map(|days| Day::from_days(days as i32)),
                    tlp: row.code(11, "TLP", Tlp::from_code)?,
                    grade: SourceGrade {
                        reliability: row.code(12, "reliability", Reliability::from_code)?,
                        credibility: row.code(13, "credibility", Credibility::from_code)?,
                    },
                    report_types: Vec::new(),
                },
            })
        })?;
        let Some(mut terms) = found else {
            return Ok(SourceTerms::default());
        };
        let sql = "SELECT report_type FROM source_type WHERE source_no = $1 ORDER BY report_type";
        terms.agreement.report_types = self.query(sql, values![source_no], |row| row.text(0))?;
        Ok(terms)
    }

    /// Proposes a source that is there from now on; nothing of it is read before somebody vets it.
    ///
    /// # Errors
    /// When the engine fails, or the source has terms already.
    pub fn propose_source(
        &mut self,
        source_no: i64,
        agreement: &SourceAgreement,
        person_no: Option<i64>,
        now: Timestamp,
    ) -> Result<()> {
        let terms = SourceTerms {
            state: SourceState::Proposed,
            proposed_by: person_no,
            proposed_at: Some(now),
            agreement: agreement.clone(),
            ..SourceTerms::default()
        };
        self.add_source_terms(source_no, &terms)
    }

    /// Changes what is agreed with a source, in whatever state it is. A program (`None`) leaves who changed it last.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn change_source_agreement(
        &mut self,
        source_no: i64,
        agreement: &SourceAgreement,
        person_no: Option<i64>,
    ) -> Result<()> {
        self.ensure_source_terms(source_no)?;
        self.execute(
            "UPDATE source_terms SET mandate = $2, lawful_basis = $3, agreement_until = $4, tlp = $5, reliability = $6,
                 credibility = $7, changed_by = COALESCE($8, changed_by) WHERE source_no = $1",
            values![
                source_no,
                &agreement.mandate,
                &agreement.lawful_basis,
                agreement.until.map(|day| i64::from(day.days())),
                agreement.tlp.code(),
                agreement.grade.reliability.code(),
                agreement.grade.credibility.code(),
                person_no,
            ],
        )?;
        let removed = "DELETE FROM source_type WHERE source_no = $1";
        self.execute(removed, values![source_no])?;
        self.add_source_types(source_no, &agreement.report_types)
    }

    /// Says that a person vetted a source; says whether it was proposed. What waits is the caller's to release.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn vet_source(&mut self, source_no: i64, person_no: i64, now: Timestamp) -> Result<bool> {
        let vetted = self.execute(
            "UPDATE source_terms SET state = $2, vetted_by = $3, vetted_at = $4 WHERE source_no = $1 AND state = $5",
            values![
                source_no,
                SourceState::Vetted.code(),
                person_no,
                now.micros(),
                SourceState::Proposed.code()
            ],
        )?;
        Ok(vetted == 1)
    }

    /// Takes nothing from a source any more; says whether that is new. What waits goes on waiting.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn stop_source(&mut self, source_no: i64, reason: &str, now: Timestamp) -> Result<bool> {
        self.ensure_source_terms(source_no)?;
        let stopped = self.execute(
            "UPDATE source_terms SET state = $2, stopped_at = $3, reason = $4 WHERE source_no = $1 AND state <> $2",
            values![
                source_no,
                SourceState::Stopped.code(),
                now.micros(),
                reason
            ],
        )?;
        Ok(stopped == 1)
    }

    /// Proposes a source again that was stopped; says whether it was. What it delivers waits until somebody vets it. A person stands
    /// for all that is agreed; a program (`None`) stands for nothing, so who proposed and changed it before stays.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn propose_source_again(
        &mut self,
        source_no: i64,
        person_no: Option<i64>,
        now: Timestamp,
    ) -> Result<bool> {
        let proposed = self.execute(
            "UPDATE source_terms SET state = $2, proposed_by = COALESCE($3, proposed_by), proposed_at = $4,
                 changed_by = CASE WHEN $6 = 1 THEN NULL ELSE changed_by END, vetted_by = NULL, vetted_at = NULL, stopped_at = NULL,
                 reason = '' WHERE source_no = $1 AND state = $5",
            values![
                source_no,
                SourceState::Proposed.code(),
                person_no,
                now.micros(),
                SourceState::Stopped.code(),
                i64::from(person_no.is_some()),
            ],
        )?;
        Ok(proposed == 1)
    }

    /// Lets a delivery wait until its source is vetted; `takes_tlp` where its sender named no marking. Whoever vets the source at this
    /// moment waits for this, or runs again.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn hold_batch(
        &mut self,
        source_no: i64,
        (batch_no, takes_tlp): (i64, bool),
        now: Timestamp,
    ) -> Result<()> {
        let held = "UPDATE source_terms SET held_at = $2 WHERE source_no = $1";
        self.execute(held, values![source_no, now.micros()])?;
        let sql = "UPDATE batch SET state = $2, takes_tlp = $3 WHERE batch_no = $1";
        let values = values![batch_no, BatchState::Waiting.code(), takes_tlp];
        self.execute(sql, values)?;
        Ok(())
    }

    /// The deliveries of a source that wait until it is vetted, the oldest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn held_batches(&mut self, source_no: i64) -> Result<Vec<Batch>> {
        let sql = format!("{BATCH} WHERE source_no = $1 AND state = 3 ORDER BY batch_no");
        self.query(&sql, values![source_no], batch_from)
    }

    /// Lets a delivery be read that waited. The caller queues that it is read.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn release_batch(&mut self, batch_no: i64, now: Timestamp) -> Result<()> {
        let sql = "UPDATE batch SET state = $2, released_at = $3 WHERE batch_no = $1 AND state = 3";
        let values = values![batch_no, BatchState::Open.code(), now.micros()];
        self.execute(sql, values)?;
        Ok(())
    }

    /// Ends a delivery as failed that waited: what is agreed does not allow it, or nobody wants it. It can be read again later, and
    /// gets its marking then, where its sender named none.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn fail_held_batch(&mut self, batch_no: i64, now: Timestamp) -> Result<()> {
        let sql = "UPDATE batch SET released_at = $2 WHERE batch_no = $1 AND state = 3";
        self.execute(sql, values![batch_no, now.micros()])?;
        self.end_batch(batch_no, BatchState::Failed, now)
    }

    /// Gives a delivery whose sender named no marking the one that is agreed with its source.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn mark_batch(&mut self, batch_no: i64, tlp: Tlp) -> Result<()> {
        let sql = "UPDATE batch SET tlp = $2, takes_tlp = 0 WHERE batch_no = $1 AND takes_tlp = 1";
        self.execute(sql, values![batch_no, tlp.code()])?;
        Ok(())
    }

    /// Deliveries of a source that wait until it is vetted.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn held_deliveries(&mut self, source_no: i64) -> Result<i64> {
        Ok(self.held(source_no)?.0)
    }

    /// How many deliveries of a source wait until it is vetted, and the bytes that are kept of them.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn held(&mut self, source_no: i64) -> Result<(i64, i64)> {
        let sql = "SELECT COUNT(*), CAST(COALESCE(SUM(blob_bytes), 0) AS BIGINT) FROM batch WHERE source_no = $1 AND state = 3";
        let found = self.query_opt(sql, values![source_no], |row| {
            Ok((row.int(0)?, row.int(1)?))
        })?;
        Ok(found.unwrap_or_default())
    }

    /// How many sources wait for somebody to vet them, and with how many that are not stopped the agreement ends on `until` or
    /// earlier.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn count_sources_to_look_at(&mut self, until: Day) -> Result<(i64, i64)> {
        let sql = "SELECT COALESCE(SUM(CASE WHEN state = $1 THEN 1 ELSE 0 END), 0),
                       COALESCE(SUM(CASE WHEN state <> $2 AND agreement_until <= $3 THEN 1 ELSE 0 END), 0)
                   FROM source_terms";
        let values = values![
            SourceState::Proposed.code(),
            SourceState::Stopped.code(),
            until.days()
        ];
        let found = self.query_opt(sql, values, |row| Ok((row.int(0)?, row.int(1)?)))?;
        Ok(found.unwrap_or_default())
    }

    /// A row of its own for a source that counts as vetted without one.
    fn ensure_source_terms(&mut self, source_no: i64) -> Result<()> {
        let sql = "SELECT COUNT(*) FROM source_terms WHERE source_no = $1";
        if self.query_int(sql, values![source_no])? == 0 {
            self.add_source_terms(source_no, &SourceTerms::default())?;
        }
        Ok(())
    }

    fn add_source_terms(&mut self, source_no: i64, terms: &SourceTerms) -> Result<()> {
        let agreement = &terms.agreement;
        self.execute(
            "INSERT INTO source_terms (source_no, state, proposed_by, proposed_at, reason, mandate, lawful_basis,
                 agreement_until, tlp, reliability, credibility)
             VALUES ($1, $2, $3, $4, '', $5, $6, $7, $8, $9, $10)",
            values![
                source_no,
                terms.state.code(),
                terms.proposed_by,
                terms.proposed_at.map(Timestamp::micros),
                &agreement.mandate,
                &agreement.lawful_basis,
                agreement.until.map(|day| i64::from(day.days())),
                agreement.tlp.code(),
                agreement.grade.reliability.code(),
                agreement.grade.credibility.code(),
            ],
        )?;
        self.add_source_types(source_no, &agreement.report_types)
    }

    fn add_source_types(&mut self, source_no: i64, report_types: &[String]) -> Result<()> {
        let columns = ["source_no", "report_type"];
        self.insert_all("source_type", &columns, report_types, |report_type, row| {
            row.extend_from_slice(values![source_no, report_type]);
        })
    }
}
