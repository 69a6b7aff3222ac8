//! Looks for what proves many names, made by workers: begun together, taken one by one, each noted with its outcome.
//!
//! A worker has a look for a while, and whoever loses it notes nothing: a worker that ends in the middle costs no look.

use std::time::Duration;

use model::{AssetKind, AssetValue, Day, ProofMethod, ProofOutcome, ProofPlace, Timestamp};

use crate::connection::{Row, Tx, TxEngine, values};
use crate::error::Result;
use crate::lease::LEASE_MAX;
use crate::party::{asset_value, opt_code};

/// Looks of one check.
pub const PROOF_LOOKS_MAX: usize = 2_000;

/// A check to be begun.
#[derive(Clone, Copy, Debug)]
pub struct NewProofCheck<'a> {
    /// Whose names.
    pub party_no: i64,
    /// Where is looked.
    pub place: ProofPlace,
    /// Whether nobody asked for it.
    pub is_renewal: bool,
    /// Who asks, as the audit log names it.
    pub asked_by: &'a str,
    /// Assets of the organisation, at most [`PROOF_LOOKS_MAX`]. What nothing at the place proves by its kind, or is not its own,
    /// is left out.
    pub asset_nos: &'a [i64],
}

/// A check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofCheck {
    /// Internal number.
    pub check_no: i64,
    /// Whose names.
    pub party_no: i64,
    /// Where is looked.
    pub place: ProofPlace,
    /// Whether nobody asked for it.
    pub is_renewal: bool,
    /// Who asked, as the audit log names it.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// How many looks there are.
    pub looks: i64,
    /// Of these, not made yet.
    pub waiting: i64,
    /// Claims that were proved by it so far.
    pub proved: i64,
    /// When the last one was made.
    pub ended_at: Option<Timestamp>,
}

/// A look of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofLook {
    /// Its place in the check, from 1.
    pub line: i64,
    /// At which asset.
    pub asset_no: i64,
    /// What that is.
    pub value: AssetValue,
    /// When; nothing while it waits.
    pub looked_at: Option<Timestamp>,
    /// What it came to.
    pub outcome: Option<ProofOutcome>,
}

/// A look that a worker has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenLook {
    /// Of which check.
    pub check_no: i64,
    /// Its place there.
    pub line: i64,
    /// Whose.
    pub party_no: i64,
    /// Where is looked.
    pub place: ProofPlace,
    /// At which asset.
    pub asset_no: i64,
    /// What that is.
    pub value: AssetValue,
    /// Proof that the worker has it.
    taken_until: i64,
}

/// A proof that a look can renew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProofToRenew {
    /// Whose.
    pub party_no: i64,
    /// Where it was seen.
    pub place: ProofPlace,
    /// Of which asset.
    pub asset_no: i64,
}

impl Tx<'_> {
    /// Begins a check; gives its number. Nothing where one of the same kind has not ended.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn begin_proof_check(
        &mut self,
        new: &NewProofCheck<'_>,
        now: Timestamp,
    ) -> Result<Option<i64>> {
        let check_no = self.query_opt(
            "INSERT INTO proof_check (party_no, place, is_renewal, asked_by, asked_at, looks, waiting, proved)
             VALUES ($1, $2, $3, $4, $5, 0, 0, 0) ON CONFLICT DO NOTHING RETURNING check_no",
            values![
                new.party_no,
                new.place.code(),
                new.is_renewal,
                new.asked_by,
                now.micros()
            ],
            |row| row.int(0),
        )?;
        let Some(check_no) = check_no else {
            return Ok(None);
        };
        let sql = format!(
            "INSERT INTO proof_look (check_no, line, party_no, asset_no, taken_until)
             SELECT $1, ROW_NUMBER() OVER (ORDER BY a.kind, a.value, a.valid_from), a.party_no, a.asset_no, 0
             FROM asset a
             WHERE a.party_no = $2 AND a.closed_at IS NULL AND a.kind IN ($3, $4, $5) AND a.asset_no {}",
            self.in_set("$6")
        );
        // Which of these a file or record really proves, callers know from `rules::proof::proves`: a site on a port of its own is
        // looked at in vain.
        let own_kind = match new.place {
            ProofPlace::Dns => AssetKind::EmailDomain,
            ProofPlace::WellKnown => AssetKind::Url,
        };
        let kinds = [AssetKind::Domain, AssetKind::Host, own_kind].map(AssetKind::code);
        let values = values![
            check_no,
            new.party_no,
            kinds[0],
            kinds[1],
            kinds[2],
            new.asset_nos
        ];
        let looks = self.execute(&sql, values)? as i64;
        let ended_at = (looks == 0).then_some(now.micros());
        self.execute(
            "UPDATE proof_check SET looks = $2, waiting = $2, ended_at = $3 WHERE check_no = $1",
            values![check_no, looks, ended_at],
        )?;
        self.announce_work()?;
        Ok(Some(check_no))
    }

    /// A check of an organisation.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn proof_check(&mut self, party_no: i64, check_no: i64) -> Result<Option<ProofCheck>> {
        let sql = format!("{CHECK} WHERE party_no = $1 AND check_no = $2");
        self.query_opt(&sql, values![party_no, check_no], check_from)
    }

    /// The check of this kind that an organisation asked for and that has not ended.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn open_proof_check(&mut self, party_no: i64, place: ProofPlace) -> Result<Option<i64>> {
        self.query_opt(
            "SELECT check_no FROM proof_check
             WHERE party_no = $1 AND place = $2 AND is_renewal = 0 AND ended_at IS NULL",
            values![party_no, place.code()],
            |row| row.int(0),
        )
    }

    /// The last check of an organisation.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn last_proof_check(&mut self, party_no: i64) -> Result<Option<ProofCheck>> {
        let sql = format!("{CHECK} WHERE party_no = $1 ORDER BY check_no DESC LIMIT 1");
        self.query_opt(&sql, values![party_no], check_from)
    }

    /// How many looks of a check came to what; nothing: they wait.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn proof_outcomes(&mut self, check_no: i64) -> Result<Vec<(Option<ProofOutcome>, i64)>> {
        self.query(
            "SELECT outcome, COUNT(*) FROM proof_look WHERE check_no = $1 GROUP BY outcome ORDER BY outcome",
            values![check_no],
            |row| Ok((opt_code(row, 0, "outcome", ProofOutcome::from_code)?, row.int(1)?)),
        )
    }

    /// The looks of a check behind line `after`, of one outcome or of all.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn proof_looks(
        &mut self,
        check_no: i64,
        outcome: Option<ProofOutcome>,
        after: i64,
        rows_max: i64,
    ) -> Result<Vec<ProofLook>> {
        let of_outcome = match outcome {
            Some(outcome) => format!("AND l.outcome = {}", outcome.code()),
            None => String::new(),
        };
        let sql = format!(
            "SELECT l.line, l.asset_no, a.kind, a.value, l.looked_at, l.outcome
             FROM proof_look l JOIN asset a ON a.asset_no = l.asset_no
             WHERE l.check_no = $1 AND l.line > $2 {of_outcome} ORDER BY l.line LIMIT $3"
        );
        self.query(&sql, values![check_no, after, rows_max], |row| {
            Ok(ProofLook {
                line: row.int(0)?,
                asset_no: row.int(1)?,
                value: asset_value(row, 2, 3)?,
                looked_at: row.opt_int(4)?.map(Timestamp::from_micros),
                outcome: opt_code(row, 5, "outcome", ProofOutcome::from_code)?,
            })
        })
    }

    /// Whether a look waits that no worker has.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn has_proof_look(&mut self) -> Result<bool> {
        let clock = self.lease_clock()?;
        let sql = format!("SELECT 1 FROM proof_look l WHERE {FREE} LIMIT 1");
        let found = self.query_opt(&sql, values![clock, longest(clock)], |row| row.int(0))?;
        Ok(found.is_some())
    }

    /// Takes looks that wait for so long: the first ones of each check before the second ones.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn take_proof_looks(&mut self, rows_max: i64, lease: Duration) -> Result<Vec<TakenLook>> {
        let clock = self.lease_clock()?;
        let skip = match self.engine {
            TxEngine::Sqlite(_) => "",
            TxEngine::Postgres { .. } => " FOR UPDATE OF l SKIP LOCKED",
        };
        let sql = format!(
            "SELECT l.check_no, l.line, l.party_no, c.place, l.asset_no, a.kind, a.value
             FROM proof_look l JOIN proof_check c ON c.check_no = l.check_no JOIN asset a ON a.asset_no = l.asset_no
             WHERE {FREE}
             ORDER BY l.line, l.check_no LIMIT $3{skip}"
        );
        let taken_until = clock + lease.as_micros() as i64;
        let taken = self.query(&sql, values![clock, longest(clock), rows_max], |row| {
            Ok(TakenLook {
                check_no: row.int(0)?,
                line: row.int(1)?,
                party_no: row.int(2)?,
                place: row.code(3, "place of a proof", ProofPlace::from_code)?,
                asset_no: row.int(4)?,
                value: asset_value(row, 5, 6)?,
                taken_until,
            })
        })?;
        for look in &taken {
            self.execute(
                "UPDATE proof_look SET taken_until = $3 WHERE check_no = $1 AND line = $2",
                values![look.check_no, look.line, taken_until],
            )?;
        }
        Ok(taken)
    }

    /// Gives back a look that was not made.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn give_back_proof_look(&mut self, look: &TakenLook) -> Result<()> {
        let free = "UPDATE proof_look SET taken_until = 0 WHERE check_no = $1 AND line = $2 AND taken_until = $3";
        self.execute(free, values![look.check_no, look.line, look.taken_until])?;
        Ok(())
    }

    /// Notes what a look came to; says whether the worker still had it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_proof_look(
        &mut self,
        look: &TakenLook,
        outcome: ProofOutcome,
        now: Timestamp,
    ) -> Result<bool> {
        let noted = self.execute(
            "UPDATE proof_look SET looked_at = $4, outcome = $5
             WHERE check_no = $1 AND line = $2 AND taken_until = $3 AND looked_at IS NULL",
            values![
                look.check_no,
                look.line,
                look.taken_until,
                now.micros(),
                outcome.code()
            ],
        )?;
        Ok(noted == 1)
    }

    /// Counts looks of a check that were noted, and claims that they proved; gives the check when these were the last ones.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn count_proof_looks(
        &mut self,
        check_no: i64,
        (noted, proved): (i64, i64),
        now: Timestamp,
    ) -> Result<Option<ProofCheck>> {
        self.execute(
            "UPDATE proof_check SET waiting = waiting - $2, proved = proved + $3,
                ended_at = CASE WHEN waiting = $2 THEN CAST($4 AS BIGINT) ELSE ended_at END
             WHERE check_no = $1",
            values![check_no, noted, proved, now.micros()],
        )?;
        let sql = format!("{CHECK} WHERE check_no = $1 AND waiting = 0");
        self.query_opt(&sql, values![check_no], check_from)
    }

    /// Proofs by a record or a file that end on `until` or before and were not looked at since `looked_before`, those of one
    /// organisation together. Not those of one that is still looked at, so that it holds up no other.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn proofs_to_renew(
        &mut self,
        until: Day,
        looked_before: Timestamp,
        rows_max: i64,
    ) -> Result<Vec<ProofToRenew>> {
        self.query(
            "SELECT c.party_no, c.method, c.asset_no FROM asset_claim c JOIN asset a ON a.asset_no = c.asset_no
             WHERE c.state = 1 AND c.valid_until <= $1 AND c.method IN ($2, $3) AND a.closed_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM proof_look l WHERE l.asset_no = c.asset_no
                    AND (l.looked_at IS NULL OR l.looked_at > $4))
                AND NOT EXISTS (SELECT 1 FROM proof_check k WHERE k.party_no = c.party_no AND k.place = c.method
                    AND k.is_renewal = 1 AND k.ended_at IS NULL)
             ORDER BY c.party_no, c.method, c.asset_no LIMIT $5",
            values![
                until.days(),
                ProofMethod::Dns.code(),
                ProofMethod::WellKnown.code(),
                looked_before.micros(),
                rows_max
            ],
            |row| {
                Ok(ProofToRenew {
                    party_no: row.int(0)?,
                    // A place has the code of what it proves by.
                    place: row.code(1, "place of a proof", ProofPlace::from_code)?,
                    asset_no: row.int(2)?,
                })
            },
        )
    }

    /// What an organisation holds whose record or file was not found again, and where it was: proofs that end on `until` or
    /// before, the first to end first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn proofs_not_renewed(
        &mut self,
        party_no: i64,
        until: Day,
        rows_max: i64,
    ) -> Result<Vec<(String, String)>> {
        self.query(
            "SELECT a.given, c.evidence FROM asset_claim c JOIN asset a ON a.asset_no = c.asset_no
             WHERE c.party_no = $1 AND c.state = 1 AND c.valid_until <= $2 AND c.method IN ($3, $4)
                AND a.closed_at IS NULL
             ORDER BY c.valid_until, c.asset_no LIMIT $5",
            values![
                party_no,
                until.days(),
                ProofMethod::Dns.code(),
                ProofMethod::WellKnown.code(),
                rows_max
            ],
            |row| Ok((row.text(0)?, row.text(1)?)),
        )
    }
}

/// The condition that look `l` waits and no worker has it, by the clock of leases and [`longest`] of it.
const FREE: &str = "l.looked_at IS NULL AND (l.taken_until < $1 OR l.taken_until > $2)";

/// The end of the longest lease that begins now. One that ends later was given before the clock of the store was set back.
fn longest(clock: i64) -> i64 {
    clock + LEASE_MAX.as_micros() as i64
}

const CHECK: &str =
    "SELECT check_no, party_no, place, is_renewal, asked_by, asked_at, looks, waiting, proved,
        ended_at FROM proof_check";

fn check_from(row: &Row<'_>) -> Result<ProofCheck> {
    Ok(ProofCheck {
        check_no: row.int(0)?,
        party_no: row.int(1)?,
        place: row.code(2, "place of a proof", ProofPlace::from_code)?,
        is_renewal: row.int(3)? == 1,
        asked_by: row.text(4)?,
        asked_at: Timestamp::from_micros(row.int(5)?),
        looks: row.int(6)?,
        waiting: row.int(7)?,
        proved: row.int(8)?,
        ended_at: row.opt_int(9)?.map(Timestamp::from_micros),
    })
}
