//! What the register says of one organisation, page by page, as programs ask for it.

use model::{AssetValue, Day, KvkNumber, Language, LegalClass, PartyRole, Reader};

use crate::connection::{Row, Tx, values};
use crate::error::Result;
use crate::legal_class::class_on;
use crate::party::{class_from, of_role, opt_code};
use crate::register::ALWAYS;

/// An organisation or source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyNote {
    /// Internal number.
    pub party_no: i64,
    /// Key by which files name it.
    pub reference: String,
    /// For people.
    pub name: String,
    /// Number in the Dutch trade register.
    pub kvk: Option<KvkNumber>,
    /// In the words of the desk.
    pub sector: Option<String>,
    /// What the law makes of it on the day for which it was asked.
    pub legal_class: LegalClass,
    /// Language in which it is told.
    pub language: Option<Language>,
    /// What its contacts can read that did not say.
    pub reader: Option<Reader>,
}

/// An open contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactNote {
    /// Internal number.
    pub contact_no: i64,
    /// What the contact does.
    pub role: String,
    /// The rest.
    pub row: crate::ContactRow,
}

impl Tx<'_> {
    /// An open party that has this role.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn party_note(
        &mut self,
        party_no: i64,
        role: PartyRole,
        day: Day,
    ) -> Result<Option<PartyNote>> {
        let sql = format!("{} AND r.party_no = $3", party_sql(role));
        let wanted = values![role.code(), day.days(), party_no];
        self.query_opt(&sql, wanted, party_from)
    }

    /// The open parties that have this role, after a number, in the order in which they came.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn party_notes(
        &mut self,
        role: PartyRole,
        day: Day,
        (after_no, rows_max): (i64, i64),
    ) -> Result<Vec<PartyNote>> {
        // Both sides: PostgreSQL merges them, and would read all parties before these.
        let sql = format!(
            "{} AND r.party_no > $3 AND p.party_no > $3 ORDER BY r.party_no LIMIT $4",
            party_sql(role)
        );
        let wanted = values![role.code(), day.days(), after_no, rows_max];
        self.query(&sql, wanted, party_from)
    }

    /// The open contacts of an organisation, after a number, in the order in which they came.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn contact_notes(
        &mut self,
        party_no: i64,
        after_no: i64,
        rows_max: i64,
    ) -> Result<Vec<ContactNote>> {
        let sql = "SELECT party_no, email, severities, language, reader, contact_no, role FROM contact
                   WHERE party_no = $1 AND closed_at IS NULL AND contact_no > $2 ORDER BY contact_no LIMIT $3";
        self.query(sql, values![party_no, after_no, rows_max], |row| {
            Ok(ContactNote {
                contact_no: row.int(5)?,
                role: row.text(6)?,
                row: crate::party::contact_from(row)?,
            })
        })
    }

    /// The open asset of an organisation that is this and begins on this day.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn open_asset_no(
        &mut self,
        party_no: i64,
        value: &AssetValue,
        valid_from: Option<Day>,
    ) -> Result<Option<i64>> {
        self.query_opt(
            "SELECT asset_no FROM asset
             WHERE party_no = $1 AND kind = $2 AND value = $3 AND valid_from = $4 AND closed_at IS NULL",
            values![
                party_no,
                value.kind().code(),
                &value.to_string(),
                valid_from.map_or(ALWAYS, |day| day.days().into())
            ],
            |row| row.int(0),
        )
    }
}

/// Open parties with role `$1`, with their class on day `$2`.
fn party_sql(role: PartyRole) -> String {
    format!(
        "SELECT p.party_no, p.reference, p.name, p.kvk, p.sector, c.legal_class, p.language, p.reader
         FROM party_role r JOIN party p ON p.party_no = r.party_no {}
         WHERE p.closed_at IS NULL AND r.valid_until IS NULL AND {}",
        class_on("$2"),
        of_role(role)
    )
}

fn party_from(row: &Row<'_>) -> Result<PartyNote> {
    Ok(PartyNote {
        party_no: row.int(0)?,
        reference: row.text(1)?,
        name: row.text(2)?,
        kvk: row.opt_parsed(3, "KvK number")?,
        sector: row.opt_text(4)?,
        legal_class: class_from(row, 5)?,
        language: opt_code(row, 6, "language", Language::from_code)?,
        reader: opt_code(row, 7, "reader", Reader::from_code)?,
    })
}
