//! The OpenPGP certificates of contacts: one for each address of an organisation, whatever the address does there.
//!
//! They are kept as `message` read them, and read again before each use. Every method is given a party: two organisations that
//! write to one address each have their own key of it.

use model::{EmailAddress, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// A certificate as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactKey {
    /// Whose contact.
    pub party_no: i64,
    /// Mails to this address are encrypted with it.
    pub email: EmailAddress,
    /// Binary.
    pub certificate: Vec<u8>,
    /// 40 hexadecimal digits, in capitals.
    pub fingerprint: String,
    /// What encrypts, for people.
    pub algorithm: String,
    /// When nothing may be encrypted with it any more.
    pub ends_at: Option<Timestamp>,
    /// Since when it holds.
    pub given_at: Timestamp,
    /// Since when mails wait because it cannot be used.
    pub waits_since: Option<Timestamp>,
    /// Why they wait: the word of a problem, or empty.
    pub problem: String,
}

/// A certificate that is to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewContactKey<'k> {
    /// Whose contact.
    pub party_no: i64,
    /// Its address.
    pub email: &'k EmailAddress,
    /// Binary.
    pub certificate: &'k [u8],
    /// See [`ContactKey::fingerprint`].
    pub fingerprint: &'k str,
    /// See [`ContactKey::algorithm`].
    pub algorithm: &'k str,
    /// See [`ContactKey::ends_at`].
    pub ends_at: Option<Timestamp>,
    /// When people hear of its end the first time.
    pub remind_at: Option<Timestamp>,
}

impl Tx<'_> {
    /// Keeps the certificate of an address, in place of the one before; says whether it is another one. What waited for it
    /// waits no more.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_contact_key(&mut self, new: &NewContactKey<'_>, now: Timestamp) -> Result<bool> {
        let held = self.contact_key(new.party_no, new.email)?;
        if held.is_some_and(|held| held.certificate == new.certificate) {
            return Ok(false);
        }
        // The same mailbox in another spelling has one key.
        self.execute(
            "DELETE FROM contact_key WHERE party_no = $1 AND lower(email) = $2 AND email <> $3",
            values![new.party_no, &new.email.compared(), new.email.as_str()],
        )?;
        self.execute(
            "INSERT INTO contact_key (party_no, email, certificate, fingerprint, algorithm, ends_at, given_at, remind_at,
                                      waits_since, problem)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, '')
             ON CONFLICT (party_no, email) DO UPDATE SET certificate = excluded.certificate,
                fingerprint = excluded.fingerprint, algorithm = excluded.algorithm, ends_at = excluded.ends_at,
                given_at = excluded.given_at, remind_at = excluded.remind_at, waits_since = NULL, problem = ''",
            values![
                new.party_no,
                new.email.as_str(),
                new.certificate,
                new.fingerprint,
                new.algorithm,
                new.ends_at.map(Timestamp::micros),
                now.micros(),
                new.remind_at.map(Timestamp::micros),
            ],
        )?;
        Ok(true)
    }

    /// Removes the certificate of an address: mails there go in clear from now on. Says whether there was one.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn remove_contact_key(&mut self, party_no: i64, email: &EmailAddress) -> Result<bool> {
        let removed = self.execute(
            "DELETE FROM contact_key WHERE party_no = $1 AND lower(email) = $2",
            values![party_no, &email.compared()],
        )?;
        Ok(removed == 1)
    }

    /// The certificate of an address.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn contact_key(
        &mut self,
        party_no: i64,
        email: &EmailAddress,
    ) -> Result<Option<ContactKey>> {
        let sql = format!("{KEY} WHERE party_no = $1 AND lower(email) = $2");
        self.query_opt(&sql, values![party_no, &email.compared()], key_from)
    }

    /// The certificates of these parties, by party and address.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn contact_keys_of(&mut self, party_nos: &[i64]) -> Result<Vec<ContactKey>> {
        let sql = format!(
            "{KEY} WHERE party_no {} ORDER BY party_no, email",
            self.in_set("$1")
        );
        self.query(&sql, values![party_nos], key_from)
    }

    /// Notes that a mail waits because a key cannot be used; says whether none waited before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_waiting_for_key(
        &mut self,
        party_no: i64,
        email: &EmailAddress,
        problem: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let noted = self.execute(
            "UPDATE contact_key SET waits_since = $4, problem = $3
             WHERE party_no = $1 AND lower(email) = $2 AND waits_since IS NULL",
            values![party_no, &email.compared(), problem, now.micros()],
        )?;
        Ok(noted == 1)
    }

    /// Certificates for which mails wait, the longest waiting first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn keys_that_hold_up(&mut self, keys_max: i64) -> Result<Vec<ContactKey>> {
        let sql = format!(
            "{KEY} WHERE waits_since IS NOT NULL ORDER BY waits_since, party_no, email LIMIT $1"
        );
        self.query(&sql, values![keys_max], key_from)
    }

    /// How many certificates there are for which mails wait, counted up to `count_max`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn count_keys_that_hold_up(&mut self, count_max: i64) -> Result<i64> {
        self.query_int(
            "SELECT COUNT(*) FROM (SELECT 1 AS one FROM contact_key WHERE waits_since IS NOT NULL LIMIT $1) counted",
            values![count_max],
        )
    }

    /// Certificates of open contacts of whose end it is time to tell. Those of closed contacts are not told of any more.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn keys_to_remind(&mut self, now: Timestamp, keys_max: i64) -> Result<Vec<ContactKey>> {
        self.execute(
            "UPDATE contact_key SET remind_at = NULL WHERE remind_at <= $1 AND NOT EXISTS (
                SELECT 1 FROM contact c WHERE c.party_no = contact_key.party_no AND lower(c.email) = lower(contact_key.email)
                    AND c.closed_at IS NULL)",
            values![now.micros()],
        )?;
        let sql =
            format!("{KEY} WHERE remind_at <= $1 ORDER BY remind_at, party_no, email LIMIT $2");
        self.query(&sql, values![now.micros(), keys_max], key_from)
    }

    /// Says when to tell of the end of a key the next time.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn remind_of_key_at(
        &mut self,
        party_no: i64,
        email: &EmailAddress,
        at: Option<Timestamp>,
    ) -> Result<()> {
        self.execute(
            "UPDATE contact_key SET remind_at = $3 WHERE party_no = $1 AND lower(email) = $2",
            values![party_no, &email.compared(), at.map(Timestamp::micros)],
        )?;
        Ok(())
    }

    /// Gives the keys of contacts that are open, each with the reference of its organisation.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn each_contact_key(&mut self, mut take: impl FnMut(String, ContactKey)) -> Result<()> {
        let sql = "SELECT k.party_no, k.email, k.certificate, k.fingerprint, k.algorithm, k.ends_at, k.given_at,
                       k.waits_since, k.problem, p.reference
                   FROM contact_key k JOIN party p ON p.party_no = k.party_no
                   WHERE p.closed_at IS NULL AND EXISTS (SELECT 1 FROM contact c
                       WHERE c.party_no = k.party_no AND lower(c.email) = lower(k.email) AND c.closed_at IS NULL)
                   ORDER BY k.party_no, k.email";
        self.for_each(sql, &[], |row| {
            take(row.text(9)?, key_from(row)?);
            Ok(())
        })
    }

    /// Gives a party the keys of another one, for contacts that it has from there.
    ///
    /// # Errors
    /// When the engine fails.
    pub(crate) fn copy_contact_keys(&mut self, to_no: i64, from_no: i64) -> Result<()> {
        self.execute(
            "INSERT INTO contact_key (party_no, email, certificate, fingerprint, algorithm, ends_at, given_at, remind_at,
                                      waits_since, problem)
             SELECT $1, email, certificate, fingerprint, algorithm, ends_at, given_at, remind_at, NULL, ''
             FROM contact_key WHERE party_no = $2",
            values![to_no, from_no],
        )?;
        Ok(())
    }
}

const KEY: &str = "SELECT party_no, email, certificate, fingerprint, algorithm, ends_at, given_at, waits_since, problem
    FROM contact_key";

fn key_from(row: &Row<'_>) -> Result<ContactKey> {
    Ok(ContactKey {
        party_no: row.int(0)?,
        email: row.parsed(1, "e-mail address")?,
        certificate: row.bytes(2)?,
        fingerprint: row.text(3)?,
        algorithm: row.text(4)?,
        ends_at: row.opt_int(5)?.map(Timestamp::from_micros),
        given_at: Timestamp::from_micros(row.int(6)?),
        waits_since: row.opt_int(7)?.map(Timestamp::from_micros),
        problem: row.text(8)?,
    })
}
