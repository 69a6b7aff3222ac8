//! Two organisations that say that the same is theirs, or that something inside what the other one holds is. Neither hears of the
//! other; the desk decides.

use model::{AssetValue, ProofMethod, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;
use crate::own_asset::AssetChange;
use crate::party::asset_value;
use crate::proof::{NewProof, three_forms};

/// One side of a dispute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisputeSide {
    /// The asset.
    pub asset_no: i64,
    /// Whose it is said to be.
    pub party_no: i64,
    /// Name of that organisation.
    pub party_name: String,
}

/// A dispute that nobody has decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispute {
    /// Internal number.
    pub dispute_no: i64,
    /// What it is about.
    pub value: AssetValue,
    /// Who came later.
    pub younger: DisputeSide,
    /// Who was there.
    pub older: DisputeSide,
    /// Since when.
    pub opened_at: Timestamp,
    /// The younger lies inside the older; otherwise the two are the same.
    pub is_inside: bool,
}

impl Tx<'_> {
    /// Opens a dispute with each organisation that holds exactly the same; again where the desk decided one before.
    pub(crate) fn open_disputes(
        &mut self,
        party_no: i64,
        asset_no: i64,
        value: &AssetValue,
        now: Timestamp,
    ) -> Result<()> {
        let [(kind, text), (kind2, text2), (kind3, text3)] = three_forms(value);
        self.execute(
            "INSERT INTO asset_dispute (asset_no, other_no, opened_at, decided_by, reason)
             SELECT $2, a.asset_no, $3, '', '' FROM asset a JOIN party p ON p.party_no = a.party_no
             WHERE a.value IN ($5, $7, $9) AND a.closed_at IS NULL AND p.closed_at IS NULL AND a.party_no <> $1
                AND ((a.kind = $4 AND a.value = $5) OR (a.kind = $6 AND a.value = $7) OR (a.kind = $8 AND a.value = $9))
             ON CONFLICT (asset_no, other_no) DO UPDATE SET opened_at = excluded.opened_at, decided_at = NULL,
                decided_by = '', reason = '' WHERE asset_dispute.decided_at IS NOT NULL",
            values![
                party_no,
                asset_no,
                now.micros(),
                kind.code(),
                &text,
                kind2.code(),
                &text2,
                kind3.code(),
                &text3
            ],
        )?;
        Ok(())
    }

    /// Disputes behind number `after` that nobody has decided and that still are: one that either side left is over.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn disputes_open(&mut self, after: i64, rows_max: i64) -> Result<Vec<Dispute>> {
        let sql = format!(
            "{DISPUTE} AND d.dispute_no > $1 AND a.closed_at IS NULL AND b.closed_at IS NULL
             ORDER BY d.dispute_no LIMIT $2"
        );
        self.query(&sql, values![after, rows_max], dispute_from)
    }

    /// One dispute that is still open, as [`Tx::disputes_open`] lists it.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn dispute_open(&mut self, dispute_no: i64) -> Result<Option<Dispute>> {
        let sql = format!(
            "{DISPUTE} AND d.dispute_no = $1 AND a.closed_at IS NULL AND b.closed_at IS NULL"
        );
        self.query_opt(&sql, values![dispute_no], dispute_from)
    }

    /// Whether another organisation holds the same, and the desk has not decided.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn is_disputed(&mut self, asset_no: i64) -> Result<bool> {
        let open = "SELECT COUNT(*) FROM asset_dispute WHERE asset_no = $1 AND decided_at IS NULL";
        Ok(self.query_int(open, values![asset_no])? > 0)
    }

    /// Decides a dispute: asset `keeper_no`, one of its two sides, is verified, and the other one is closed; but what lies inside
    /// another asset stays beside that one. Says whether there was such a dispute.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn decide_dispute(
        &mut self,
        dispute_no: i64,
        keeper_no: i64,
        by: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let sides = self.query_opt(
            "UPDATE asset_dispute SET decided_at = $3, decided_by = $4, reason = $5
             WHERE dispute_no = $1 AND decided_at IS NULL AND (asset_no = $2 OR other_no = $2)
             RETURNING asset_no, other_no, is_inside",
            values![dispute_no, keeper_no, now.micros(), by, reason],
            |row| Ok((row.int(0)?, row.int(1)?, row.int(2)? == 1)),
        )?;
        let Some((asset_no, other_no, is_inside)) = sides else {
            return Ok(false);
        };
        let loser_no = if asset_no == keeper_no {
            other_no
        } else {
            asset_no
        };
        let owner = "SELECT party_no FROM asset WHERE asset_no = $1";
        if !(is_inside && keeper_no == asset_no) {
            let loser = self.query_int(owner, values![loser_no])?;
            self.change_own_assets(loser, &[loser_no], AssetChange::Close, now)?;
        }
        let keeper = self.query_int(owner, values![keeper_no])?;
        let proof = NewProof {
            asset_no: keeper_no,
            method: ProofMethod::Document,
            parent_no: None,
            evidence: "",
            valid_until: now.day().plus_days(DECIDED_DAYS),
        };
        // Nothing happens to one that came from the desk: it is no claim.
        self.prove_asset(keeper, &proof, now)?;
        Ok(true)
    }
}

/// A decision counts as long as any other proof: a year.
const DECIDED_DAYS: i32 = 365;

const DISPUTE: &str = "SELECT d.dispute_no, a.kind, a.value, d.opened_at, a.asset_no, a.party_no, p.name,
        b.asset_no, b.party_no, q.name, d.is_inside
    FROM asset_dispute d JOIN asset a ON a.asset_no = d.asset_no JOIN asset b ON b.asset_no = d.other_no
    JOIN party p ON p.party_no = a.party_no JOIN party q ON q.party_no = b.party_no
    WHERE d.decided_at IS NULL";

fn dispute_from(row: &Row<'_>) -> Result<Dispute> {
    let side = |first: usize| {
        Ok::<_, crate::StoreError>(DisputeSide {
            asset_no: row.int(first)?,
            party_no: row.int(first + 1)?,
            party_name: row.text(first + 2)?,
        })
    };
    Ok(Dispute {
        dispute_no: row.int(0)?,
        value: asset_value(row, 1, 2)?,
        opened_at: Timestamp::from_micros(row.int(3)?),
        younger: side(4)?,
        older: side(7)?,
        is_inside: row.int(10)? == 1,
    })
}
