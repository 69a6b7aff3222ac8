//! The addresses of one organisation, as it looks after them itself. Every method asks within the organisation; the
//! caller raises the register's version.

use model::register::ContactRow;
use model::{
    ContactPhone, EmailAddress, Language, Reader, ReadingHours, SeveritySet, Timestamp, Timing,
};

use crate::connection::{Row, Tx, values};
use crate::error::Result;
use crate::party::{opt_code, severities_from};

/// An address of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnContact {
    /// Internal number.
    pub contact_no: i64,
    /// What it does, in the words of the organisation.
    pub role: String,
    /// Where messages go.
    pub email: EmailAddress,
    /// Which severities it takes.
    pub severities: SeveritySet,
    /// Its language, where it differs from the organisation's.
    pub language: Option<Language>,
    /// What it can read.
    pub reader: Option<Reader>,
    /// When mails go out to it.
    pub timing: Timing,
    /// Where it can be called.
    pub phone: Option<ContactPhone>,
    /// Last time that somebody said that it still holds; never for one that the desk entered.
    pub confirmed_at: Option<Timestamp>,
    /// Whether messages may go there: the desk entered it, or somebody there answered with the code that was mailed.
    pub is_answered: bool,
}

/// An address that was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PutContact {
    /// Its number; none where the organisation is not there.
    pub contact_no: Option<i64>,
    /// Messages go there once somebody there answers a code.
    pub must_answer: bool,
}

impl PutContact {
    /// Its number, where somebody there must answer a code first.
    #[must_use]
    pub fn waiting(self) -> Option<i64> {
        self.contact_no.filter(|_| self.must_answer)
    }
}

impl Tx<'_> {
    /// The open addresses of an organisation, in the order in which they came.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn own_contacts(&mut self, party_no: i64) -> Result<Vec<OwnContact>> {
        let sql = format!("{OWN_CONTACT} ORDER BY c.contact_no");
        self.query(&sql, values![party_no], own_contact_from)
    }

    /// Adds an address, or changes the one with the same role and e-mail address. It is confirmed by that, if messages may
    /// go to that address already; where it can be called stays as it is.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_own_contact(
        &mut self,
        party_no: i64,
        contact: &ContactRow,
        timing: &Timing,
        now: Timestamp,
    ) -> Result<PutContact> {
        let counting = self.contacts(party_no)?;
        let is_known = counting.iter().any(|known| known.email == contact.email);
        let change = self.put_contact(party_no, contact)?;
        if let Some(contact_no) = change.number() {
            let confirmed_at = if is_known { now.micros() } else { 0 };
            self.execute(
                "INSERT INTO contact_detail (contact_no, party_no, is_always_on, keeps_hours, confirmed_at, rhythm)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (contact_no) DO UPDATE SET is_always_on = excluded.is_always_on,
                    keeps_hours = excluded.keeps_hours, confirmed_at = excluded.confirmed_at,
                    rhythm = excluded.rhythm",
                values![
                    contact_no,
                    party_no,
                    timing.hours == ReadingHours::Always,
                    timing.hours == ReadingHours::Office,
                    confirmed_at,
                    &timing.rhythm.to_string()
                ],
            )?;
        }
        Ok(PutContact {
            contact_no: change.number(),
            must_answer: !is_known,
        })
    }

    /// Says where an open address of an organisation can be called; nothing: nowhere.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_contact_phone(
        &mut self,
        (party_no, contact_no): (i64, i64),
        phone: Option<&ContactPhone>,
    ) -> Result<()> {
        self.execute(
            "UPDATE contact_detail SET phone = $3, is_phone_always = $4 WHERE contact_no = $2 AND party_no = $1",
            values![
                party_no,
                contact_no,
                phone.map(|phone| phone.number.as_str()),
                phone.is_some_and(|phone| phone.is_always)
            ],
        )?;
        Ok(())
    }

    /// When mails go out to the open addresses of these parties, by party. An address with several tasks is there several times.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn timings_of(&mut self, party_nos: &[i64]) -> Result<Vec<(i64, EmailAddress, Timing)>> {
        let sql = format!(
            "SELECT c.party_no, c.email, d.is_always_on, d.keeps_hours, d.rhythm
             FROM contact c LEFT JOIN contact_detail d ON d.contact_no = c.contact_no
             WHERE c.closed_at IS NULL AND c.party_no {} ORDER BY c.party_no, c.contact_no",
            self.in_set("$1")
        );
        self.query(&sql, values![party_nos], |row| {
            let address = row.parsed(1, "e-mail address")?;
            Ok((row.int(0)?, address, timing_from(row, 2)?))
        })
    }

    /// Notes that somebody reads at an open address of an organisation: messages may go there from now on.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn answer_own_contact(
        &mut self,
        party_no: i64,
        contact_no: i64,
        now: Timestamp,
    ) -> Result<()> {
        self.execute(
            "UPDATE contact_detail SET confirmed_at = $3 WHERE contact_no = $2 AND party_no = $1",
            values![party_no, contact_no, now.micros()],
        )?;
        Ok(())
    }

    /// Closes an address of an organisation; says whether it was open. Where it was the mailbox for warnings, that must be proved
    /// anew.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn close_own_contact(
        &mut self,
        party_no: i64,
        contact_no: i64,
        now: Timestamp,
    ) -> Result<bool> {
        let closed = self.execute(
            "UPDATE contact SET closed_at = $3 WHERE contact_no = $2 AND party_no = $1 AND closed_at IS NULL",
            values![party_no, contact_no, now.micros()],
        )?;
        if closed == 1 {
            self.unprove_mailbox(party_no, contact_no)?;
        }
        Ok(closed == 1)
    }

    /// Notes that all open addresses of an organisation to which messages may go still hold.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn confirm_own_contacts(&mut self, party_no: i64, now: Timestamp) -> Result<()> {
        self.execute(
            "INSERT INTO contact_detail (contact_no, party_no, is_always_on, confirmed_at)
             SELECT contact_no, party_no, 0, $2 FROM contact WHERE party_no = $1 AND closed_at IS NULL
             ON CONFLICT (contact_no) DO UPDATE SET confirmed_at = excluded.confirmed_at
                WHERE contact_detail.confirmed_at <> 0",
            values![party_no, now.micros()],
        )?;
        Ok(())
    }
}

const OWN_CONTACT: &str =
    "SELECT c.contact_no, c.role, c.email, c.severities, c.language, c.reader, d.confirmed_at, d.is_always_on, d.keeps_hours,
        d.rhythm, d.phone, d.is_phone_always
    FROM contact c LEFT JOIN contact_detail d ON d.contact_no = c.contact_no
    WHERE c.party_no = $1 AND c.closed_at IS NULL";

fn own_contact_from(row: &Row<'_>) -> Result<OwnContact> {
    let confirmed_at = row.opt_int(6)?;
    Ok(OwnContact {
        contact_no: row.int(0)?,
        role: row.text(1)?,
        email: row.parsed(2, "e-mail address")?,
        severities: severities_from(row, 3)?,
        language: opt_code(row, 4, "language", Language::from_code)?,
        reader: opt_code(row, 5, "reader", Reader::from_code)?,
        timing: timing_from(row, 7)?,
        phone: phone_from(row, 10)?,
        confirmed_at: confirmed_at
            .filter(|at| *at != 0)
            .map(Timestamp::from_micros),
        is_answered: confirmed_at != Some(0),
    })
}

/// What the columns `phone` and `is_phone_always` say.
pub(crate) fn phone_from(row: &Row<'_>, first: usize) -> Result<Option<ContactPhone>> {
    let number = row.opt_parsed(first, "telephone number")?;
    let is_always = row.opt_int(first + 1)? == Some(1);
    Ok(number.map(|number| ContactPhone { number, is_always }))
}

/// What the columns `is_always_on`, `keeps_hours` and `rhythm` say.
pub(crate) fn timing_from(row: &Row<'_>, first: usize) -> Result<Timing> {
    let is = |value: Option<i64>| value == Some(1);
    Ok(Timing {
        hours: match (is(row.opt_int(first)?), is(row.opt_int(first + 1)?)) {
            (true, _) => ReadingHours::Always,
            (false, true) => ReadingHours::Office,
            (false, false) => ReadingHours::Unsaid,
        },
        rhythm: row.opt_parsed(first + 2, "rhythm")?.unwrap_or_default(),
    })
}
