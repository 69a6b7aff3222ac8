//! Reading the party register: for the index that matches, for exports, and for the address of a message.

use std::collections::HashSet;

use model::register::{
    AsnRow, AssetRow, ContactRow as ContactFileRow, NetworkRow, OrganisationRow,
};
use model::{
    AssetKind, AssetValue, Day, EmailAddress, Language, LegalClass, PartyRole, Reader, SeveritySet,
};

use crate::connection::{Row, Tx, values};
use crate::error::{Result, StoreError};
use crate::legal_class::class_on;
use crate::register::ALWAYS;

/// A party as routing needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyRow {
    /// Internal number.
    pub party_no: i64,
    /// The key by which files name it.
    pub reference: String,
    /// For people.
    pub name: String,
    /// Language of the organisation, where it told us.
    pub language: Option<Language>,
    /// What its contacts can read that did not say.
    pub reader: Option<Reader>,
}

/// A contact that receives messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactRow {
    /// Whose contact.
    pub party_no: i64,
    /// The address.
    pub email: EmailAddress,
    /// Which severities it takes.
    pub severities: SeveritySet,
    /// Its own language, where it differs from the party's.
    pub language: Option<Language>,
    /// What it can read.
    pub reader: Option<Reader>,
}

/// An address block and the party that runs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkHolder {
    /// Internal number.
    pub network_no: i64,
    /// The block and its holder.
    pub row: NetworkRow,
    /// The holder as a recipient.
    pub party_no: i64,
}

/// An open asset as it is stored, as the index needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredAsset<'r> {
    /// Internal number.
    pub asset_no: i64,
    /// Whose it is.
    pub party_no: i64,
    /// In which terms it is given.
    pub kind: AssetKind,
    /// The text that its [`AssetValue`] wrote.
    pub value: &'r str,
    /// First day held.
    pub valid_from: Option<Day>,
    /// First day no longer held.
    pub valid_until: Option<Day>,
}

/// An asset that has not been replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldAsset {
    /// Internal number.
    pub asset_no: i64,
    /// Whose it is.
    pub party_no: i64,
    /// What it is.
    pub value: AssetValue,
    /// First day held.
    pub valid_from: Option<Day>,
    /// First day no longer held.
    pub valid_until: Option<Day>,
}

impl Tx<'_> {
    /// Gives every open party that may be told, in ascending number.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn each_recipient(&mut self, mut take: impl FnMut(PartyRow)) -> Result<()> {
        self.for_each(
            &format!("{PARTY} WHERE p.closed_at IS NULL ORDER BY p.party_no"),
            &[],
            |row| {
                take(party_from(row)?);
                Ok(())
            },
        )
    }

    /// One party.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn party(&mut self, party_no: i64) -> Result<Option<PartyRow>> {
        self.query_opt(
            &format!("{PARTY} WHERE p.party_no = $1"),
            values![party_no],
            party_from,
        )
    }

    /// These parties.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn parties(&mut self, party_nos: &[i64]) -> Result<Vec<PartyRow>> {
        let sql = format!("{PARTY} WHERE p.party_no {}", self.in_set("$1"));
        self.query(&sql, values![party_nos], party_from)
    }

    /// Those of these parties that are closed.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn closed_among(&mut self, party_nos: &[i64]) -> Result<HashSet<i64>> {
        let sql = format!(
            "SELECT party_no FROM party WHERE closed_at IS NOT NULL AND party_no {}",
            self.in_set("$1")
        );
        let closed = self.query(&sql, values![party_nos], |row| row.int(0))?;
        Ok(closed.into_iter().collect())
    }

    /// Gives every contact that messages may go to, by party.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn each_contact(&mut self, mut take: impl FnMut(ContactRow)) -> Result<()> {
        self.for_each(
            &format!("{CONTACT} WHERE {COUNTS} ORDER BY party_no, contact_no"),
            &[],
            |row| {
                take(contact_from(row)?);
                Ok(())
            },
        )
    }

    /// The contacts of one party that messages may go to.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn contacts(&mut self, party_no: i64) -> Result<Vec<ContactRow>> {
        self.contacts_of(&[party_no])
    }

    /// The contacts of these parties that messages may go to, by party.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn contacts_of(&mut self, party_nos: &[i64]) -> Result<Vec<ContactRow>> {
        let sql = format!(
            "{CONTACT} WHERE {COUNTS} AND party_no {} ORDER BY party_no, contact_no",
            self.in_set("$1")
        );
        self.query(&sql, values![party_nos], contact_from)
    }

    /// Gives every open asset of every open party, in ascending number. One that was closed because a file replaced the
    /// register is not among them: the register as it is now decides, also for what was seen before. Nor is one that an
    /// organisation only claims: a claim must neither bring it evidence nor put the true owner in dispute.
    ///
    /// There may be millions: rows are not held, values not parsed, and parties not looked up row by row.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn each_asset(&mut self, take: impl FnMut(StoredAsset<'_>)) -> Result<()> {
        let open = "SELECT asset_no, party_no, kind, value, valid_from, valid_until FROM asset a
                    WHERE closed_at IS NULL AND NOT EXISTS
                        (SELECT 1 FROM asset_claim c WHERE c.asset_no = a.asset_no AND c.state = 0)
                    ORDER BY asset_no";
        self.each_stored(open, take)
    }

    /// Gives every open asset that its organisation only claims.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn each_claimed(&mut self, take: impl FnMut(StoredAsset<'_>)) -> Result<()> {
        let claimed = "SELECT a.asset_no, a.party_no, a.kind, a.value, a.valid_from, a.valid_until
                       FROM asset_claim c JOIN asset a ON a.asset_no = c.asset_no
                       WHERE c.state = 0 AND a.closed_at IS NULL ORDER BY a.asset_no";
        self.each_stored(claimed, take)
    }

    fn each_stored(&mut self, sql: &str, mut take: impl FnMut(StoredAsset<'_>)) -> Result<()> {
        // What lies inside something of another organisation takes nothing before the desk decided whose it is.
        let inside =
            "SELECT asset_no FROM asset_dispute WHERE is_inside = 1 AND decided_at IS NULL";
        let inside: HashSet<i64> = self
            .query(inside, &[], |row| row.int(0))?
            .into_iter()
            .collect();
        let closed = "SELECT party_no FROM party WHERE closed_at IS NOT NULL";
        let closed: HashSet<i64> = self
            .query(closed, &[], |row| row.int(0))?
            .into_iter()
            .collect();
        self.for_each(sql, &[], |row| {
            let party_no = row.int(1)?;
            let asset_no = row.int(0)?;
            if closed.contains(&party_no) || inside.contains(&asset_no) {
                return Ok(());
            }
            take(StoredAsset {
                asset_no,
                party_no,
                kind: row.code(2, "asset kind", AssetKind::from_code)?,
                value: row.str(3)?,
                valid_from: day_from(Some(row.int(4)?).filter(|day| *day != ALWAYS)),
                valid_until: day_from(row.opt_int(5)?),
            });
            Ok(())
        })
    }

    /// One asset.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn asset(&mut self, asset_no: i64) -> Result<Option<HeldAsset>> {
        self.query_opt(
            &format!("{ASSET} WHERE a.asset_no = $1"),
            values![asset_no],
            asset_from,
        )
    }

    /// These assets, also closed ones.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn assets(&mut self, asset_nos: &[i64]) -> Result<Vec<HeldAsset>> {
        let sql = format!("{ASSET} WHERE a.asset_no {}", self.in_set("$1"));
        self.query(&sql, values![asset_nos], asset_from)
    }

    /// Gives every open network.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn each_network(&mut self, mut take: impl FnMut(NetworkHolder)) -> Result<()> {
        self.for_each(
            &format!("{NETWORK} WHERE closed_at IS NULL ORDER BY network_no"),
            &[],
            |row| {
                take(network_from(row)?);
                Ok(())
            },
        )
    }

    /// These networks, also closed ones.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn networks(&mut self, network_nos: &[i64]) -> Result<Vec<NetworkHolder>> {
        let sql = format!("{NETWORK} WHERE network_no {}", self.in_set("$1"));
        self.query(&sql, values![network_nos], network_from)
    }

    /// Gives the AS table.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn each_as_prefix(&mut self, mut take: impl FnMut(AsnRow)) -> Result<()> {
        self.for_each(
            "SELECT prefix, asn, country FROM as_prefix ORDER BY prefix",
            &[],
            |row| {
                let asn = u32::try_from(row.int(1)?).unwrap_or_default();
                take(AsnRow {
                    prefix: row.parsed(0, "prefix")?,
                    asn: model::Asn::new(asn),
                    country: row.opt_text(2)?,
                });
                Ok(())
            },
        )
    }

    /// Gives the organisations as the file that would make them, in the order in which they came, each with its legal class
    /// of `day`.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn each_organisation_row(
        &mut self,
        day: Day,
        mut take: impl FnMut(OrganisationRow),
    ) -> Result<()> {
        let sql = format!(
            "SELECT p.reference, p.name, p.kvk, p.sector, c.legal_class, p.language, c.valid_from
             FROM party p JOIN party_role r ON r.party_no = p.party_no AND r.role = $1 AND r.valid_until IS NULL
             {} WHERE p.closed_at IS NULL ORDER BY p.party_no",
            class_on("$2")
        );
        let wanted = values![PartyRole::Recipient.code(), day.days()];
        self.for_each(&sql, wanted, |row| {
            take(OrganisationRow {
                organisation: row.text(0)?,
                name: row.text(1)?,
                kvk: row.opt_parsed(2, "KvK number")?,
                sector: row.opt_text(3)?,
                legal_class: class_from(row, 4)?,
                legal_class_from: day_from(row.opt_int(6)?),
                language: opt_code(row, 5, "language", Language::from_code)?,
            });
            Ok(())
        })
    }

    /// Gives the contacts of organisations as the file that would make them.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn each_contact_row(&mut self, mut take: impl FnMut(ContactFileRow)) -> Result<()> {
        let sql = "SELECT p.reference, c.role, c.email, c.severities, c.language, c.reader
                   FROM contact c JOIN party p ON p.party_no = c.party_no
                   JOIN party_role r ON r.party_no = p.party_no AND r.role = $1 AND r.valid_until IS NULL
                   WHERE c.closed_at IS NULL AND p.closed_at IS NULL ORDER BY c.contact_no";
        self.for_each(sql, values![PartyRole::Recipient.code()], |row| {
            take(ContactFileRow {
                organisation: row.text(0)?,
                role: row.text(1)?,
                email: row.parsed(2, "e-mail address")?,
                severities: severities_from(row, 3)?,
                language: opt_code(row, 4, "language", Language::from_code)?,
                reader: opt_code(row, 5, "reader", Reader::from_code)?,
            });
            Ok(())
        })
    }

    /// Gives the assets as the file that would make them. What is only claimed is left out: in a file it would be a fact.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn each_asset_row(&mut self, mut take: impl FnMut(AssetRow)) -> Result<()> {
        let sql = "SELECT p.reference, a.kind, a.value, a.given, a.valid_from, a.valid_until
                   FROM asset a JOIN party p ON p.party_no = a.party_no
                   WHERE a.closed_at IS NULL AND p.closed_at IS NULL
                     AND NOT EXISTS (SELECT 1 FROM asset_claim c WHERE c.asset_no = a.asset_no AND c.state = 0)
                   ORDER BY a.asset_no";
        self.for_each(sql, &[], |row| {
            take(AssetRow {
                organisation: row.text(0)?,
                value: asset_value(row, 1, 2)?,
                given: row.text(3)?,
                valid_from: day_from(Some(row.int(4)?).filter(|day| *day != ALWAYS)),
                valid_until: day_from(row.opt_int(5)?),
            });
            Ok(())
        })
    }
}

const PARTY: &str = "SELECT p.party_no, p.reference, p.name, p.language, p.reader FROM party p";
const CONTACT: &str = "SELECT party_no, email, severities, language, reader FROM contact";

/// It is open, and does not wait for the answer to a code.
pub(crate) const COUNTS: &str = "closed_at IS NULL
    AND contact_no NOT IN (SELECT d.contact_no FROM contact_detail d WHERE d.confirmed_at = 0)";
const ASSET: &str = "SELECT a.asset_no, a.party_no, a.kind, a.value, a.valid_from, a.valid_until
    FROM asset a JOIN party p ON p.party_no = a.party_no";
const NETWORK: &str = "SELECT network_no, prefix, holder, abuse_email, party_no FROM network";

/// The condition that `r` is an entry for role `$1`. Few parties have another role than to be told: these have an index,
/// which is used where its own condition is repeated.
pub(crate) fn of_role(role: PartyRole) -> &'static str {
    match role {
        PartyRole::Recipient => "r.role = $1",
        PartyRole::Hub | PartyRole::Source | PartyRole::Relay | PartyRole::NetworkHolder => {
            "r.role = $1 AND r.role <> 3"
        }
    }
}

fn party_from(row: &Row<'_>) -> Result<PartyRow> {
    Ok(PartyRow {
        party_no: row.int(0)?,
        reference: row.text(1)?,
        name: row.text(2)?,
        language: opt_code(row, 3, "language", Language::from_code)?,
        reader: opt_code(row, 4, "reader", Reader::from_code)?,
    })
}

pub(crate) fn class_from(row: &Row<'_>, column: usize) -> Result<LegalClass> {
    Ok(opt_code(row, column, "legal class", LegalClass::from_code)?.unwrap_or(LegalClass::Unknown))
}

pub(crate) fn contact_from(row: &Row<'_>) -> Result<ContactRow> {
    Ok(ContactRow {
        party_no: row.int(0)?,
        email: row.parsed(1, "e-mail address")?,
        severities: severities_from(row, 2)?,
        language: opt_code(row, 3, "language", Language::from_code)?,
        reader: opt_code(row, 4, "reader", Reader::from_code)?,
    })
}

pub(crate) fn severities_from(row: &Row<'_>, column: usize) -> Result<SeveritySet> {
    let bits = row.int(column)?;
    let set = u8::try_from(bits).ok().and_then(SeveritySet::from_bits);
    set.ok_or_else(|| StoreError::Unknown {
        what: "severities",
        value: bits.to_string(),
    })
}

fn network_from(row: &Row<'_>) -> Result<NetworkHolder> {
    let network = NetworkRow {
        prefix: row.parsed(1, "prefix")?,
        holder: row.text(2)?,
        abuse_email: row.parsed(3, "e-mail address")?,
    };
    Ok(NetworkHolder {
        network_no: row.int(0)?,
        row: network,
        party_no: row.int(4)?,
    })
}

fn asset_from(row: &Row<'_>) -> Result<HeldAsset> {
    Ok(HeldAsset {
        asset_no: row.int(0)?,
        party_no: row.int(1)?,
        value: asset_value(row, 2, 3)?,
        valid_from: day_from(Some(row.int(4)?).filter(|day| *day != ALWAYS)),
        valid_until: day_from(row.opt_int(5)?),
    })
}

pub(crate) fn asset_value(row: &Row<'_>, kind: usize, value: usize) -> Result<AssetValue> {
    let kind = row.code(kind, "asset kind", AssetKind::from_code)?;
    let text = row.text(value)?;
    AssetValue::parse_held(kind, &text).map_err(|_| StoreError::Unknown {
        what: "asset",
        value: text,
    })
}

pub(crate) fn day_from(days: Option<i64>) -> Option<Day> {
    days.and_then(|days| i32::try_from(days).ok())
        .map(Day::from_days)
}

pub(crate) fn opt_code<T>(
    row: &Row<'_>,
    column: usize,
    what: &'static str,
    from: fn(i16) -> Option<T>,
) -> Result<Option<T>> {
    match row.opt_int(column)? {
        None => Ok(None),
        Some(_) => row.code(column, what, from).map(Some),
    }
}
