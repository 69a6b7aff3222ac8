//! Looking up where an address or a name occurs, for somebody at the desk who says why. Every question walks an index.

use model::{AssetKind, DomainName, Timestamp};

use crate::connection::{Row, Tx, TxEngine, Value, values};
use crate::error::Result;
use crate::party::{HeldAsset, PartyRow};

/// What somebody looked for, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchNote {
    /// When.
    pub at: Timestamp,
    /// Who: a person.
    pub person_no: i64,
    /// Why.
    pub reason: String,
    /// Of which case; empty when there is none.
    pub case_ref: String,
    /// What kind of value.
    pub kind: String,
    /// Keyed digest of the value.
    pub digest: [u8; 32],
    /// How much was found.
    pub results: i64,
}

impl Tx<'_> {
    /// Numbers of findings whose endpoint has a key from the first on and before the second, at most `rows_max`.
    ///
    /// Asks the key of findings once per desk and threat: a handful times a few hundred, each found or missed at once.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn findings_at(
        &mut self,
        (begin, end): &(Vec<u8>, Vec<u8>),
        rows_max: i64,
    ) -> Result<Vec<i64>> {
        // The order of the joins is the plan. SQLite keeps that of CROSS JOIN; PostgreSQL would walk the whole key for
        // ranges that it takes to be rare, and keeps to a limit within.
        let desks = self.and_desk("d.desk_no");
        let sql = match self.engine {
            TxEngine::Sqlite(_) => format!(
                "SELECT k.finding_no FROM desk d CROSS JOIN threat t CROSS JOIN finding_key k
                 WHERE k.desk_no = d.desk_no AND k.threat_no = t.threat_no AND k.endpoint >= $1 AND k.endpoint < $2{desks}
                 UNION ALL
                 SELECT k.finding_no FROM desk d CROSS JOIN threat t CROSS JOIN finding_key_new k
                 WHERE k.desk_no = d.desk_no AND k.threat_no = t.threat_no AND k.endpoint >= $1 AND k.endpoint < $2{desks}
                 LIMIT $3"
            ),
            TxEngine::Postgres { .. } => format!(
                "SELECT found.finding_no FROM desk d CROSS JOIN threat t CROSS JOIN LATERAL (
                     SELECT f.finding_no FROM finding f
                     WHERE f.desk_no = d.desk_no AND f.threat_no = t.threat_no AND f.endpoint >= $1 AND f.endpoint < $2
                     ORDER BY f.endpoint LIMIT $3) AS found WHERE 1 = 1{desks}
                 LIMIT $3"
            ),
        };
        self.query(&sql, values![&begin[..], &end[..], rows_max], |row| {
            row.int(0)
        })
    }

    /// Open assets with exactly one of these values, at most `rows_max`, in the order of the values.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn assets_with_values(&mut self, wanted: &[&str], rows_max: i64) -> Result<Vec<HeldAsset>> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let places: Vec<String> = (2..)
            .take(wanted.len())
            .map(|no| format!("${no}"))
            .collect();
        let sql = format!(
            "SELECT asset_no FROM asset WHERE value IN ({}) AND closed_at IS NULL LIMIT $1",
            places.join(", ")
        );
        let mut values = vec![rows_max.into()];
        values.extend(wanted.iter().map(|value| Value::from(*value)));
        let numbers = self.query(&sql, &values, |row| row.int(0))?;
        let mut assets = self.assets(&numbers)?;
        assets.sort_by_cached_key(|asset| {
            let value = asset.value.to_string();
            (wanted.iter().position(|it| *it == value), asset.asset_no)
        });
        Ok(assets)
    }

    /// Open assets that are sites on the server of exactly this name, whatever its port, at most `rows_max`, in the order of their
    /// values.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn sites_on(&mut self, host: &DomainName, rows_max: i64) -> Result<Vec<HeldAsset>> {
        // Behind the name comes a path or a port; the character after `/` is `0`, that after `:` is `;`.
        let sql = format!(
            "SELECT asset_no FROM asset WHERE kind = {kind} AND closed_at IS NULL
                AND (value {bytewise} >= $1 AND value {bytewise} < $2 OR value {bytewise} >= $3 AND value {bytewise} < $4)
             ORDER BY value {bytewise} LIMIT $5",
            kind = AssetKind::Url.code(),
            bytewise = self.bytewise(),
        );
        let [path, path_end, port, port_end] =
            ["/", "0", ":", ";"].map(|end| format!("https://{host}{end}"));
        let numbers = self.query(
            &sql,
            values![&path, &path_end, &port, &port_end, rows_max],
            |row| row.int(0),
        )?;
        let mut assets = self.assets(&numbers)?;
        assets.sort_by_cached_key(|asset| (asset.value.to_string(), asset.asset_no));
        Ok(assets)
    }

    /// Organisations with this reference, KvK number, or begin of a name in any case, at most `rows_max`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn parties_like(&mut self, text: &str, rows_max: i64) -> Result<Vec<PartyRow>> {
        let lower = match self.engine {
            // SQLite lowers ASCII alone.
            TxEngine::Sqlite(_) => text.to_ascii_lowercase(),
            TxEngine::Postgres { .. } => text.to_lowercase(),
        };
        // No text that begins like it sorts after it followed by the last character there is.
        let end = format!("{lower}\u{10ffff}");
        let bytewise = self.bytewise();
        let sql = format!(
            "SELECT party_no FROM party WHERE reference = $1
             UNION SELECT party_no FROM party WHERE kvk = $1
             UNION SELECT party_no FROM (
                 SELECT party_no FROM party WHERE lower(name) {bytewise} >= $2 AND lower(name) {bytewise} < $3
                 ORDER BY lower(name) {bytewise} LIMIT $4) AS named
             LIMIT $4"
        );
        let numbers = self.query(&sql, values![text, &lower, &end, rows_max], |row| {
            row.int(0)
        })?;
        self.parties(&numbers)
    }

    /// Writes down that somebody looked for something, and why.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_search(&mut self, note: &SearchNote) -> Result<()> {
        self.execute(
            "INSERT INTO search_log (at, person_no, reason, case_ref, kind, digest, results)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![
                note.at.micros(),
                note.person_no,
                &note.reason,
                &note.case_ref,
                &note.kind,
                &note.digest[..],
                note.results
            ],
        )?;
        Ok(())
    }

    /// Who of the desks that are seen looked for the value with this digest, newest first, at most `rows_max`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn searches_for(&mut self, digest: &[u8; 32], rows_max: i64) -> Result<Vec<SearchNote>> {
        let colleagues = match self.desks.is_all() {
            true => String::new(),
            false => format!(
                " AND EXISTS (SELECT 1 FROM desk_person w WHERE w.person_no = search_log.person_no{})",
                self.and_desk("w.desk_no")
            ),
        };
        let sql = format!(
            "SELECT at, person_no, reason, case_ref, kind, digest, results FROM search_log
             WHERE digest = $1{colleagues} ORDER BY search_no DESC LIMIT $2"
        );
        self.query(&sql, values![&digest[..], rows_max], note_from)
    }
}

fn note_from(row: &Row<'_>) -> Result<SearchNote> {
    Ok(SearchNote {
        at: Timestamp::from_micros(row.int(0)?),
        person_no: row.int(1)?,
        reason: row.text(2)?,
        case_ref: row.text(3)?,
        kind: row.text(4)?,
        digest: row.bytes(5)?.try_into().unwrap_or_default(),
        results: row.int(6)?,
    })
}
