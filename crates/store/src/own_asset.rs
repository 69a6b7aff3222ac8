//! The assets of one organisation, as it looks after them itself: labels, groups, and how far its word is proved.
//!
//! Every method asks within the organisation: a number of somebody else's asset finds nothing. The caller raises the
//! register's version once per change.

use model::register::{AssetRow, OwnAssetRow};
use model::{AssetValue, Criticality, Day, ProofMethod, Timestamp};

use crate::asset_filter::{AssetFilter, Conditions, FEW_MAX, Way};
use crate::connection::{Row, Tx, Value, values};
use crate::error::Result;
use crate::party::{asset_value, day_from, opt_code};
use crate::register::{ALWAYS, RegisterCounts};

/// An asset of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAsset {
    /// Internal number.
    pub asset_no: i64,
    /// What it is, and what the organisation wants to know of it.
    pub row: OwnAssetRow,
    /// The group that it is in.
    pub group_no: Option<i64>,
    /// How far it is proved; `None`: it comes from the desk.
    pub claim: Option<Claim>,
}

/// How far a claim is proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// By what; `None`: not yet, or no longer.
    pub method: Option<ProofMethod>,
    /// The asset around it that proves it.
    pub parent_no: Option<i64>,
    /// What was seen where, for people.
    pub evidence: String,
    /// When it was proved.
    pub proved_at: Option<Timestamp>,
    /// First day on which the proof no longer counts.
    pub valid_until: Option<Day>,
}

/// A group of assets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetGroup {
    /// Internal number.
    pub group_no: i64,
    /// For people.
    pub name: String,
}

/// A row to be written, and whether it begins as a claim.
#[derive(Clone, Copy, Debug)]
pub struct OwnAssetPut<'r> {
    /// What is written.
    pub row: &'r OwnAssetRow,
    /// Whether what it says must be proved from here on: it is new, or held for longer than was known.
    pub is_claim: bool,
}

/// One change to many assets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssetChange<'a> {
    /// They get this label.
    Label(&'a str),
    /// They go into this group, or into none.
    Group(Option<i64>),
    /// This is how much the organisation depends on them.
    Criticality(Option<Criticality>),
    /// The supplier of this name acts on them; empty: who acts on their group.
    Supplier(&'a str),
    /// They are no longer held.
    Close,
}

impl Tx<'_> {
    /// The assets of an organisation behind asset `after`, in the order of kind and value.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn own_assets(
        &mut self,
        party_no: i64,
        filter: &AssetFilter,
        after: Option<i64>,
        rows_max: i64,
    ) -> Result<Vec<OwnAsset>> {
        let (kind, value, from) = match after {
            Some(asset_no) => self.place_of(party_no, asset_no)?,
            None => (-1, String::new(), ALWAYS),
        };
        let few = self.few_assets(party_no, filter)?;
        let pattern = filter.pattern();
        let mut meant = self.meant(party_no, filter, pattern.as_deref(), few.as_deref());
        let place = [kind.into(), Value::from(&value[..]), from.into()].map(|it| meant.add(it));
        let rows_max = meant.add(rows_max.into());
        // Chosen first, from the index alone: an organisation may have many that are not meant.
        let sql = format!(
            "{OWN_ASSET} WHERE a.asset_no IN (
                 SELECT a.asset_no FROM asset a WHERE {} AND (a.kind, a.value, a.valid_from) > ({})
                 ORDER BY a.kind, a.value, a.valid_from LIMIT {rows_max})
             ORDER BY a.kind, a.value, a.valid_from",
            meant.sql,
            place.join(", ")
        );
        self.query(&sql, &meant.values, own_asset_from)
    }

    fn place_of(&mut self, party_no: i64, asset_no: i64) -> Result<(i64, String, i64)> {
        let place = self.query_opt(
            "SELECT kind, value, valid_from FROM asset WHERE asset_no = $1 AND party_no = $2",
            values![asset_no, party_no],
            |row| Ok((row.int(0)?, row.text(1)?, row.int(2)?)),
        )?;
        Ok(place.unwrap_or((-1, String::new(), ALWAYS)))
    }

    /// How many assets of an organisation are meant; counts to `count_max` and no further.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn count_own_assets(
        &mut self,
        party_no: i64,
        filter: &AssetFilter,
        count_max: i64,
    ) -> Result<i64> {
        let few = self.few_assets(party_no, filter)?;
        let pattern = filter.pattern();
        let mut meant = self.meant(party_no, filter, pattern.as_deref(), few.as_deref());
        let count_max = meant.add(count_max.into());
        // In the order of the list: PostgreSQL would look through the assets of everybody where an organisation has many.
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT a.asset_no FROM asset a WHERE {}
                 ORDER BY a.party_no, a.kind, a.value, a.valid_from LIMIT CAST({count_max} AS BIGINT)) counted",
            meant.sql
        );
        self.query_int(&sql, &meant.values)
    }

    /// The assets that a question can begin at, when they are few.
    fn few_assets(&mut self, party_no: i64, filter: &AssetFilter) -> Result<Option<Vec<i64>>> {
        let Some((sql, values)) = filter.few(party_no) else {
            return Ok(None);
        };
        let sql = format!("{sql} LIMIT {}", FEW_MAX + 1);
        let few = self.query(&sql, &values, |row| row.int(0))?;
        Ok(Some(few).filter(|few| few.len() <= FEW_MAX))
    }

    /// The conditions of a question that begins at `few` assets, or at all.
    fn meant<'v>(
        &self,
        party_no: i64,
        filter: &AssetFilter,
        pattern: Option<&'v str>,
        few: Option<&'v [i64]>,
    ) -> Conditions<'v> {
        let Some(few) = few else {
            return filter.conditions(party_no, pattern, Way::Order);
        };
        let mut meant = filter.conditions(party_no, pattern, Way::Few);
        let few = meant.add(few.into());
        meant.sql += &format!(" AND a.asset_no {}", self.in_set(&few));
        meant
    }

    /// One asset of an organisation.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn own_asset(&mut self, party_no: i64, asset_no: i64) -> Result<Option<OwnAsset>> {
        let sql = format!(
            "{OWN_ASSET} WHERE a.party_no = $1 AND a.closed_at IS NULL AND a.asset_no = $2"
        );
        self.query_opt(&sql, values![party_no, asset_no], own_asset_from)
    }

    /// Whether an organisation holds this asset from this day on already.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn holds_asset(&mut self, party_no: i64, row: &OwnAssetRow) -> Result<bool> {
        let held = self.query_int(
            "SELECT COUNT(*) FROM asset
             WHERE party_no = $1 AND kind = $2 AND value = $3 AND valid_from = $4 AND closed_at IS NULL",
            values![
                party_no,
                row.value.kind().code(),
                &row.value.to_string(),
                row.valid_from.map_or(ALWAYS, |day| day.days().into())
            ],
        )?;
        Ok(held > 0)
    }

    /// Writes assets with their details; says how many are new and how many changed.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_own_assets(
        &mut self,
        party_no: i64,
        puts: &[OwnAssetPut<'_>],
        now: Timestamp,
    ) -> Result<RegisterCounts> {
        let Some(party) = self.party(party_no)? else {
            return Ok(RegisterCounts::default());
        };
        let asset_row = |put: &OwnAssetPut<'_>| AssetRow {
            organisation: party.reference.clone(),
            value: put.row.value.clone(),
            given: put.row.given.clone(),
            valid_from: put.row.valid_from,
            valid_until: put.row.valid_until,
        };
        let rows: Vec<AssetRow> = puts.iter().map(asset_row).collect();
        let mut import = self.import(now);
        let changes = import.assets(&rows.iter().collect::<Vec<_>>())?;
        let counts = import.counts();
        for (put, change) in puts.iter().zip(changes) {
            let Some(asset_no) = change.number() else {
                continue;
            };
            self.put_asset_detail(party_no, asset_no, put.row)?;
            if put.is_claim {
                self.claim_asset(party_no, asset_no, &put.row.value, now)?;
            }
        }
        Ok(counts)
    }

    /// Makes a claim of an asset, and of all that it proved; opens a dispute where another organisation holds the same.
    fn claim_asset(
        &mut self,
        party_no: i64,
        asset_no: i64,
        value: &AssetValue,
        now: Timestamp,
    ) -> Result<()> {
        self.put_asset_claim(party_no, asset_no, now)?;
        self.end_inherited(party_no, &[asset_no])?;
        self.open_disputes(party_no, asset_no, value, now)
    }

    fn put_asset_detail(&mut self, party_no: i64, asset_no: i64, row: &OwnAssetRow) -> Result<()> {
        let group_no = match &row.group[..] {
            "" => None,
            name => Some(self.ensure_asset_group(party_no, name)?),
        };
        self.execute(
            "INSERT INTO asset_detail (asset_no, party_no, label, group_no, criticality, supplier)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (asset_no) DO UPDATE SET label = excluded.label, group_no = excluded.group_no,
                criticality = excluded.criticality, supplier = excluded.supplier",
            values![
                asset_no,
                party_no,
                &row.label,
                group_no,
                row.criticality.map(Criticality::code),
                &row.supplier
            ],
        )?;
        Ok(())
    }

    fn put_asset_claim(&mut self, party_no: i64, asset_no: i64, now: Timestamp) -> Result<()> {
        self.execute(
            "INSERT INTO asset_claim (asset_no, party_no, state, evidence, claimed_at) VALUES ($1, $2, 0, '', $3)
             ON CONFLICT (asset_no) DO UPDATE SET state = 0, method = NULL, parent_no = NULL, evidence = '',
                claimed_at = excluded.claimed_at, proved_at = NULL, valid_until = NULL",
            values![asset_no, party_no, now.micros()],
        )?;
        Ok(())
    }

    /// Changes open assets of an organisation; says how many there were.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn change_own_assets(
        &mut self,
        party_no: i64,
        asset_nos: &[i64],
        change: AssetChange<'_>,
        now: Timestamp,
    ) -> Result<u64> {
        let set = self.in_set("$2");
        let (column, value) = match change {
            AssetChange::Label(label) => ("label", Value::from(label)),
            AssetChange::Supplier(name) => ("supplier", Value::from(name)),
            AssetChange::Group(group_no) => ("group_no", Value::from(group_no)),
            AssetChange::Criticality(how) => {
                ("criticality", Value::from(how.map(Criticality::code)))
            }
            AssetChange::Close => {
                self.end_inherited(party_no, asset_nos)?;
                let sql = format!(
                    "UPDATE asset SET closed_at = $3
                     WHERE party_no = $1 AND closed_at IS NULL AND asset_no {set}"
                );
                return self.execute(&sql, values![party_no, asset_nos, now.micros()]);
            }
        };
        self.execute(
            &format!(
                "INSERT INTO asset_detail (asset_no, party_no, label)
                 SELECT asset_no, party_no, '' FROM asset WHERE party_no = $1 AND closed_at IS NULL AND asset_no {set}
                 ON CONFLICT (asset_no) DO NOTHING"
            ),
            values![party_no, asset_nos],
        )?;
        let sql =
            format!("UPDATE asset_detail SET {column} = $3 WHERE party_no = $1 AND asset_no {set}");
        self.execute(&sql, &[values![party_no, asset_nos], &[value]].concat())
    }

    /// The groups of assets of an organisation, by name.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn asset_groups(&mut self, party_no: i64) -> Result<Vec<AssetGroup>> {
        self.query(
            "SELECT group_no, name FROM asset_group WHERE party_no = $1 ORDER BY name",
            values![party_no],
            |row| {
                Ok(AssetGroup {
                    group_no: row.int(0)?,
                    name: row.text(1)?,
                })
            },
        )
    }

    /// The group of that name; made if there is none.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn ensure_asset_group(&mut self, party_no: i64, name: &str) -> Result<i64> {
        self.query_int(
            "INSERT INTO asset_group (party_no, name) VALUES ($1, $2)
             ON CONFLICT (party_no, name) DO UPDATE SET name = excluded.name RETURNING group_no",
            values![party_no, name],
        )
    }
}

const OWN_ASSET: &str = "SELECT a.asset_no, a.kind, a.value, a.given, a.valid_from, a.valid_until, d.label, d.group_no,
        g.name, d.criticality, c.asset_no, c.method, c.parent_no, c.evidence, c.proved_at, c.valid_until, d.supplier
    FROM asset a LEFT JOIN asset_detail d ON d.asset_no = a.asset_no
    LEFT JOIN asset_group g ON g.group_no = d.group_no LEFT JOIN asset_claim c ON c.asset_no = a.asset_no";

fn own_asset_from(row: &Row<'_>) -> Result<OwnAsset> {
    let claim = match row.opt_int(10)? {
        None => None,
        Some(_) => Some(Claim {
            method: opt_code(row, 11, "method of proof", ProofMethod::from_code)?,
            parent_no: row.opt_int(12)?,
            evidence: row.text(13)?,
            proved_at: row.opt_int(14)?.map(Timestamp::from_micros),
            valid_until: day_from(row.opt_int(15)?),
        }),
    };
    Ok(OwnAsset {
        asset_no: row.int(0)?,
        row: OwnAssetRow {
            value: asset_value(row, 1, 2)?,
            given: row.text(3)?,
            label: row.opt_text(6)?.unwrap_or_default(),
            group: row.opt_text(8)?.unwrap_or_default(),
            criticality: opt_code(row, 9, "criticality", Criticality::from_code)?,
            supplier: row.opt_text(16)?.unwrap_or_default(),
            valid_from: day_from(Some(row.int(4)?).filter(|day| *day != ALWAYS)),
            valid_until: day_from(row.opt_int(5)?),
        },
        group_no: row.opt_int(7)?,
        claim,
    })
}
