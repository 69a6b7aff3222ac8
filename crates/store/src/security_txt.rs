//! What the security.txt of domains said when it was looked at last. How it is read is in `formats`.

use model::Timestamp;

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// A look at the file of one domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityTxtLook {
    /// The domain.
    pub asset_no: i64,
    /// When.
    pub looked_at: Timestamp,
    /// Where it was found; empty: nowhere.
    pub place: String,
    /// Until when it holds, if it says so.
    pub expires_at: Option<Timestamp>,
    /// What is wrong with it: `line:problem`, with blanks between them.
    pub issues: String,
}

impl Tx<'_> {
    /// Keeps a look in the place of the one before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_security_txt(&mut self, party_no: i64, look: &SecurityTxtLook) -> Result<()> {
        self.execute(
            "INSERT INTO security_txt (asset_no, party_no, looked_at, place, expires_at, issues)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (asset_no) DO UPDATE SET party_no = excluded.party_no, looked_at = excluded.looked_at, place = excluded.place, expires_at = excluded.expires_at,
                issues = excluded.issues",
            values![
                look.asset_no,
                party_no,
                look.looked_at.micros(),
                &look.place,
                look.expires_at.map(Timestamp::micros),
                &look.issues
            ],
        )?;
        Ok(())
    }

    /// The last looks at these domains of an organisation, in no order.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn security_txts(
        &mut self,
        party_no: i64,
        asset_nos: &[i64],
    ) -> Result<Vec<SecurityTxtLook>> {
        let sql = format!(
            "SELECT asset_no, looked_at, place, expires_at, issues FROM security_txt
             WHERE party_no = $1 AND asset_no {}",
            self.in_set("$2")
        );
        self.query(&sql, values![party_no, asset_nos], look_from)
    }

    /// How many files of an organisation hold until this moment or shorter, of domains that it still holds; counted up to
    /// `count_max`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn security_txts_ending(
        &mut self,
        party_no: i64,
        until: Timestamp,
        count_max: i64,
    ) -> Result<i64> {
        let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM security_txt s JOIN asset a ON a.asset_no = s.asset_no
                WHERE s.party_no = $1 AND s.expires_at <= $2 AND a.closed_at IS NULL LIMIT $3) AS ending";
        self.query_int(sql, values![party_no, until.micros(), count_max])
    }
}

fn look_from(row: &Row<'_>) -> Result<SecurityTxtLook> {
    Ok(SecurityTxtLook {
        asset_no: row.int(0)?,
        looked_at: Timestamp::from_micros(row.int(1)?),
        place: row.text(2)?,
        expires_at: row.opt_int(3)?.map(Timestamp::from_micros),
        issues: row.text(4)?,
    })
}
