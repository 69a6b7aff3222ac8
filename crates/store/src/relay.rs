//! Agreements with organisations that get a copy of what others are told, and for whom they get it (requirement DI-10).
//!
//! A copy takes two things that two people looked at: an agreement that somebody wrote and another one confirmed, and an organisation of which somebody
//! entered that it agreed and another one confirmed that. Whatever is changed waits to be confirmed again; what ends, ends at once.

use std::collections::HashSet;

use model::{Day, LinkKind, PartyRole, RsitClassSet, Severity, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::{Result, StoreError};
use crate::party::day_from;

/// Agreements on a list.
pub const RELAYS_MAX: i64 = 500;

/// Organisations of one relay on a list.
pub const RELAY_LINKS_MAX: i64 = 2_000;

/// What is agreed with a relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayTerms {
    /// By which the signed document is found.
    pub document: String,
    /// First day.
    pub from: Day,
    /// Last day; `None`: it has no end.
    pub until: Option<Day>,
    /// Day by which somebody looks at it again.
    pub review_on: Day,
    /// Of which reports it gets copies.
    pub classes: RsitClassSet,
    /// From which severity on.
    pub severity_min: Severity,
    /// Whether it may pass copies on, as far as their marking allows.
    pub may_forward: bool,
    /// What it tells the desk, and when.
    pub feedback: String,
}

/// An agreement as the desk stands with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayAgreement {
    /// The relay.
    pub relay_no: i64,
    /// Its name.
    pub name: String,
    /// What is agreed.
    pub terms: RelayTerms,
    /// Person of the desk who wrote it like this.
    pub changed_by: i64,
    /// When.
    pub changed_at: Timestamp,
    /// When another person confirmed that; `None`: nobody yet.
    pub confirmed_at: Option<Timestamp>,
    /// When it was ended; `None`: it was not.
    pub ended_at: Option<Timestamp>,
}

impl RelayAgreement {
    /// Whether copies go to the relay on this day.
    #[must_use]
    pub fn runs_on(&self, day: Day) -> bool {
        let is_over = self.terms.until.is_some_and(|until| until < day);
        self.confirmed_at.is_some() && self.ended_at.is_none() && self.terms.from <= day && !is_over
    }
}

/// An organisation of which a relay gets copies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayLink {
    /// The organisation.
    pub party_no: i64,
    /// Its name.
    pub name: String,
    /// Day on which it agreed.
    pub agreed_on: Day,
    /// How that is known.
    pub ground: String,
    /// Person of the desk who entered it.
    pub entered_by: i64,
    /// When another person confirmed that; `None`: nobody yet.
    pub confirmed_at: Option<Timestamp>,
    /// When it was ended; `None`: it was not.
    pub ended_at: Option<Timestamp>,
}

impl RelayLink {
    /// Whether copies are due because of it, where the agreement runs.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.confirmed_at.is_some() && self.ended_at.is_none()
    }
}

/// Who gets a copy of what an organisation is told, as routing needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelayRoute {
    /// The relay.
    pub relay_no: i64,
    /// The organisation.
    pub party_no: i64,
    /// First day.
    pub from: Day,
    /// Last day; `None`: it has no end.
    pub until: Option<Day>,
    /// Of which reports.
    pub classes: RsitClassSet,
    /// From which severity on.
    pub severity_min: Severity,
}

impl Tx<'_> {
    /// The agreement with a relay, also one that was ended.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn relay_agreement(&mut self, relay_no: i64) -> Result<Option<RelayAgreement>> {
        let sql = format!("{AGREEMENT_COLUMNS} {AGREEMENT_FROM} WHERE g.relay_no = $1");
        self.query_opt(&sql, values![relay_no], agreement_from)
    }

    /// The agreements, those that were ended last; the first [`RELAYS_MAX`].
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn relay_agreements(&mut self) -> Result<Vec<RelayAgreement>> {
        let sql = format!(
            "{AGREEMENT_COLUMNS} {AGREEMENT_FROM} ORDER BY CASE WHEN g.ended_at IS NULL THEN 0 ELSE 1 END, p.name, g.relay_no LIMIT $1"
        );
        self.query(&sql, values![RELAYS_MAX], agreement_from)
    }

    /// Writes what is agreed with a relay, in the place of what was agreed before. There are no copies until another person
    /// confirms it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_relay_terms(
        &mut self,
        relay_no: i64,
        terms: &RelayTerms,
        person_no: i64,
        now: Timestamp,
    ) -> Result<()> {
        self.ensure_role(relay_no, PartyRole::Relay, now)?;
        self.execute(
            "INSERT INTO relay_agreement (relay_no, document, valid_from, valid_until, review_on, classes, severity_min,
                 may_forward, feedback, is_ahead, changed_by, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11)
             ON CONFLICT (relay_no) DO UPDATE SET document = excluded.document, valid_from = excluded.valid_from,
                 valid_until = excluded.valid_until, review_on = excluded.review_on, classes = excluded.classes,
                 severity_min = excluded.severity_min, may_forward = excluded.may_forward, feedback = excluded.feedback,
                 is_ahead = 0, changed_by = excluded.changed_by, changed_at = excluded.changed_at, confirmed_by = NULL,
                 confirmed_at = NULL, ended_at = NULL",
            values![
                relay_no,
                &terms.document,
                terms.from.days(),
                terms.until.map(|day| i64::from(day.days())),
                terms.review_on.days(),
                i64::from(terms.classes.bits()),
                terms.severity_min.code(),
                terms.may_forward,
                &terms.feedback,
                person_no,
                now.micros(),
            ],
        )?;
        Ok(())
    }

    /// Confirms the agreement with a relay where somebody else wrote it; says whether it waited for that.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn confirm_relay_agreement(
        &mut self,
        relay_no: i64,
        person_no: i64,
        now: Timestamp,
    ) -> Result<bool> {
        let confirmed = self.execute(
            "UPDATE relay_agreement SET confirmed_by = $2, confirmed_at = $3, is_ahead = CASE WHEN valid_from > $4 THEN 1 ELSE 0 END
             WHERE relay_no = $1 AND confirmed_at IS NULL AND ended_at IS NULL AND changed_by <> $2",
            values![relay_no, person_no, now.micros(), now.day().days()],
        )?;
        Ok(confirmed == 1)
    }

    /// Ends the agreement with a relay: there are no copies any more. Says whether it was there.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_relay_agreement(&mut self, relay_no: i64, now: Timestamp) -> Result<bool> {
        let ended = "UPDATE relay_agreement SET ended_at = $2, is_ahead = 0 WHERE relay_no = $1 AND ended_at IS NULL";
        let ended = self.execute(ended, values![relay_no, now.micros()])? == 1;
        for link in self.relay_links(relay_no)? {
            self.end_relay_link((relay_no, link.party_no), now)?;
        }
        Ok(ended)
    }

    /// The organisations of which a relay gets copies, also those for which that was ended; the first [`RELAY_LINKS_MAX`] by name.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn relay_links(&mut self, relay_no: i64) -> Result<Vec<RelayLink>> {
        self.query(
            "SELECT c.party_no, p.name, c.agreed_on, c.ground, c.entered_by, c.confirmed_at, c.ended_at
             FROM relay_consent c JOIN party p ON p.party_no = c.party_no
             WHERE c.relay_no = $1 ORDER BY CASE WHEN c.ended_at IS NULL THEN 0 ELSE 1 END, p.name, c.party_no LIMIT $2",
            values![relay_no, RELAY_LINKS_MAX],
            |row| link_from(row, 0),
        )
    }

    /// Notes that an organisation agrees that a relay gets copies. There are none until another person confirms it. Says whether
    /// that is new: one that holds or waits stays as it is.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_relay_link(
        &mut self,
        (relay_no, party_no): (i64, i64),
        (agreed_on, ground): (Day, &str),
        person_no: i64,
        now: Timestamp,
    ) -> Result<bool> {
        let added = self.execute(
            "INSERT INTO relay_consent (relay_no, party_no, agreed_on, ground, entered_by, entered_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (relay_no, party_no) DO UPDATE SET agreed_on = excluded.agreed_on, ground = excluded.ground,
                 entered_by = excluded.entered_by, entered_at = excluded.entered_at, confirmed_by = NULL,
                 confirmed_at = NULL, ended_at = NULL
             WHERE relay_consent.ended_at IS NOT NULL",
            values![
                relay_no,
                party_no,
                agreed_on.days(),
                ground,
                person_no,
                now.micros()
            ],
        )?;
        Ok(added == 1)
    }

    /// Confirms that organisations agreed, where somebody else entered that; gives them. Their links begin today.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn confirm_relay_links(
        &mut self,
        relay_no: i64,
        person_no: i64,
        now: Timestamp,
    ) -> Result<Vec<i64>> {
        let confirmed = self.query(
            "UPDATE relay_consent SET confirmed_by = $2, confirmed_at = $3
             WHERE relay_no = $1 AND confirmed_at IS NULL AND ended_at IS NULL AND entered_by <> $2 RETURNING party_no",
            values![relay_no, person_no, now.micros()],
            |row| row.int(0),
        )?;
        for party_no in &confirmed {
            self.execute(
                "INSERT INTO party_link (from_party_no, kind, to_party_no, valid_from) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (from_party_no, kind, to_party_no, valid_from) DO UPDATE SET valid_until = NULL",
                values![relay_no, LinkKind::RelaysFor.code(), *party_no, now.day().days()],
            )?;
        }
        Ok(confirmed)
    }

    /// A relay gets no copies of what an organisation is told any more; says whether that is new.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_relay_link(
        &mut self,
        (relay_no, party_no): (i64, i64),
        now: Timestamp,
    ) -> Result<bool> {
        let ended = self.execute(
            "UPDATE relay_consent SET ended_at = $3 WHERE relay_no = $1 AND party_no = $2 AND ended_at IS NULL",
            values![relay_no, party_no, now.micros()],
        )?;
        self.execute(
            "UPDATE party_link SET valid_until = $4
             WHERE from_party_no = $1 AND kind = $2 AND to_party_no = $3 AND valid_until IS NULL",
            values![
                relay_no,
                LinkKind::RelaysFor.code(),
                party_no,
                now.day().days()
            ],
        )?;
        Ok(ended == 1)
    }

    /// Who gets copies of what an organisation is told, or did, by name of the relay; also what waits to be confirmed.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn relays_of(&mut self, party_no: i64) -> Result<Vec<(RelayAgreement, RelayLink)>> {
        let sql = format!(
            "{AGREEMENT_COLUMNS}, c.party_no, p.name, c.agreed_on, c.ground, c.entered_by, c.confirmed_at, c.ended_at
             {AGREEMENT_FROM} JOIN relay_consent c ON c.relay_no = g.relay_no
             WHERE c.party_no = $1 ORDER BY p.name, g.relay_no LIMIT $2"
        );
        self.query(&sql, values![party_no, RELAYS_MAX], |row| {
            Ok((agreement_from(row)?, link_from(row, COLUMNS)?))
        })
    }

    /// Who gets copies of what whom is told, by what is confirmed and was not ended: by organisation.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn relay_routes(&mut self) -> Result<Vec<RelayRoute>> {
        self.query(
            "SELECT g.relay_no, c.party_no, g.valid_from, g.valid_until, g.classes, g.severity_min
             FROM relay_consent c JOIN relay_agreement g ON g.relay_no = c.relay_no
             WHERE c.confirmed_at IS NOT NULL AND c.ended_at IS NULL AND g.confirmed_at IS NOT NULL AND g.ended_at IS NULL
             ORDER BY c.party_no, g.relay_no",
            &[],
            |row| {
                Ok(RelayRoute {
                    relay_no: row.int(0)?,
                    party_no: row.int(1)?,
                    from: day(row, 2)?,
                    until: day_from(row.opt_int(3)?),
                    classes: classes_from(row, 4)?,
                    severity_min: row.code(5, "severity", Severity::from_code)?,
                })
            },
        )
    }

    /// Those of these parties that may pass on what they get a copy of, by an agreement that was confirmed and not ended.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn relays_that_may_forward(&mut self, party_nos: &[i64]) -> Result<HashSet<i64>> {
        let sql = format!(
            "SELECT relay_no FROM relay_agreement
             WHERE may_forward = 1 AND confirmed_at IS NOT NULL AND ended_at IS NULL AND relay_no {}",
            self.in_set("$1")
        );
        let may = self.query(&sql, values![party_nos], |row| row.int(0))?;
        Ok(may.into_iter().collect())
    }

    /// Notes that the agreements whose first day has come have begun; gives their relays.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn begin_relay_agreements(&mut self, today: Day) -> Result<Vec<i64>> {
        self.query(
            "UPDATE relay_agreement SET is_ahead = 0 WHERE is_ahead = 1 AND valid_from <= $1 RETURNING relay_no",
            values![today.days()],
            |row| row.int(0),
        )
    }

    /// Ends what an organisation that leaves agreed, as the one that got copies and as the one of which others got them.
    pub(crate) fn end_relays_of(&mut self, party_no: i64, now: Timestamp) -> Result<()> {
        self.end_relay_agreement(party_no, now)?;
        for (agreement, _) in self.relays_of(party_no)? {
            self.end_relay_link((agreement.relay_no, party_no), now)?;
        }
        Ok(())
    }
}

const AGREEMENT_COLUMNS: &str = "SELECT g.relay_no, p.name, g.document, g.valid_from, g.valid_until, g.review_on, g.classes,
    g.severity_min, g.may_forward, g.feedback, g.changed_by, g.changed_at, g.confirmed_at, g.ended_at";
const AGREEMENT_FROM: &str = "FROM relay_agreement g JOIN party p ON p.party_no = g.relay_no";

/// Columns of an agreement.
const COLUMNS: usize = 14;

fn agreement_from(row: &Row<'_>) -> Result<RelayAgreement> {
    Ok(RelayAgreement {
        relay_no: row.int(0)?,
        name: row.text(1)?,
        terms: RelayTerms {
            document: row.text(2)?,
            from: day(row, 3)?,
            until: day_from(row.opt_int(4)?),
            review_on: day(row, 5)?,
            classes: classes_from(row, 6)?,
            severity_min: row.code(7, "severity", Severity::from_code)?,
            may_forward: row.int(8)? == 1,
            feedback: row.text(9)?,
        },
        changed_by: row.int(10)?,
        changed_at: Timestamp::from_micros(row.int(11)?),
        confirmed_at: row.opt_int(12)?.map(Timestamp::from_micros),
        ended_at: row.opt_int(13)?.map(Timestamp::from_micros),
    })
}

fn link_from(row: &Row<'_>, first: usize) -> Result<RelayLink> {
    Ok(RelayLink {
        party_no: row.int(first)?,
        name: row.text(first + 1)?,
        agreed_on: day(row, first + 2)?,
        ground: row.text(first + 3)?,
        entered_by: row.int(first + 4)?,
        confirmed_at: row.opt_int(first + 5)?.map(Timestamp::from_micros),
        ended_at: row.opt_int(first + 6)?.map(Timestamp::from_micros),
    })
}

fn day(row: &Row<'_>, column: usize) -> Result<Day> {
    let days = row.int(column)?;
    day_from(Some(days)).ok_or_else(|| StoreError::Unknown {
        what: "day",
        value: days.to_string(),
    })
}

fn classes_from(row: &Row<'_>, column: usize) -> Result<RsitClassSet> {
    let bits = row.int(column)?;
    let classes = u16::try_from(bits).ok().and_then(RsitClassSet::from_bits);
    classes.ok_or_else(|| StoreError::Unknown {
        what: "RSIT classes",
        value: bits.to_string(),
    })
}
