//! Organisations that register themselves (PO-02), from the first page of the form on.
//!
//! Whoever types a number of the trade register has not shown that it is theirs. So an organisation that came in by itself
//! is not vouched for until a person of the desk looked at it: until then its name and number prove nothing
//! ([`Tx::is_vouched_for`]).

use model::{
    EmailAddress, KvkNumber, Language, LinkKind, PartyRole, RegistrationState, Timestamp,
    TradeEntry, TradeState,
};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// Registrations that may be begun and not finished at a time, in the whole installation. Anybody can begin one without
/// showing anything, so this is more than one network can begin before its first ones are removed.
pub const REGISTRATIONS_BEGUN_MAX: i64 = 10_000;

/// Registrations that may wait for the desk at a time. They are counted apart: whoever made one reads a mailbox.
pub const REGISTRATIONS_WAITING_MAX: i64 = 1_000;

/// Seconds for which a registration is kept that was begun and for which no code was mailed: nobody can come back to it but
/// in the browser in which it was begun.
pub const REGISTRATION_UNSENT_KEPT_SECS: i64 = 86_400;

/// Seconds for which a registration is kept that was begun and not finished.
pub const REGISTRATION_BEGUN_KEPT_SECS: i64 = 14 * 86_400;

/// Seconds for which a registration is kept that was refused, or whose organisation was there already.
pub const REGISTRATION_ENDED_KEPT_SECS: i64 = 90 * 86_400;

/// How many registrations are open, each counted up to its bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenRegistrations {
    /// Begun and not finished.
    pub begun: i64,
    /// Waiting for the desk.
    pub waiting: i64,
}

impl OpenRegistrations {
    /// The bound that is reached, if one is: then nobody can begin another.
    #[must_use]
    pub fn full_at(&self) -> Option<i64> {
        let bounds = [
            (self.waiting, REGISTRATIONS_WAITING_MAX),
            (self.begun, REGISTRATIONS_BEGUN_MAX),
        ];
        let reached = bounds.into_iter().find(|(open, bound)| open >= bound);
        reached.map(|(_, bound)| bound)
    }
}

/// Somebody begins to register an organisation.
#[derive(Clone, Copy, Debug)]
pub struct NewRegistration<'a> {
    /// Number in the trade register, as it was typed.
    pub kvk: KvkNumber,
    /// Address of the person.
    pub email: &'a EmailAddress,
    /// In which language the person reads.
    pub language: Language,
    /// What the trade register says of the number, if it answered: its entry, or that there is none.
    pub trade: Option<&'a Option<TradeEntry>>,
}

/// What is filled in on the second page.
#[derive(Clone, Copy, Debug)]
pub struct RegistrationDetails<'a> {
    /// Name of the organisation.
    pub name: &'a str,
    /// Its domain; empty: none.
    pub domain: &'a str,
    /// Its networks and addresses, as they were typed.
    pub addresses: &'a str,
    /// In which language it wants to be told.
    pub language: Language,
}

/// A registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Internal number.
    pub registration_no: i64,
    /// How far it is.
    pub state: RegistrationState,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// In which language it wants to be told.
    pub language: Language,
    /// Address of the person, while it is needed.
    pub email: Option<EmailAddress>,
    /// Number in the trade register, while it is needed.
    pub kvk: Option<KvkNumber>,
    /// Name of the organisation; empty: not filled in yet.
    pub name: String,
    /// Its domain; empty: none.
    pub domain: String,
    /// Its networks and addresses, as they were typed.
    pub addresses: String,
    /// What the trade register said of the number.
    pub trade_state: TradeState,
    /// Its name there; empty: not known.
    pub trade_name: String,
    /// Whether it does no business any more, as the trade register says.
    pub is_ended: bool,
    /// Where the last code went.
    pub mailbox: Option<EmailAddress>,
    /// When that was.
    pub sent_at: Option<Timestamp>,
    /// Codes that were mailed.
    pub mails: i64,
    /// Codes that were tried since the last mail and were wrong.
    pub wrong: i64,
    /// When a code was right.
    pub answered_at: Option<Timestamp>,
    /// Person of the desk who looks at it.
    pub owner_no: Option<i64>,
    /// What it became.
    pub party_no: Option<i64>,
    /// When a person of the desk said that it is who it says.
    pub vouched_at: Option<Timestamp>,
}

impl Registration {
    /// Whether the trade register speaks against it: the number is nobody's, or does no business any more.
    #[must_use]
    pub fn is_doubted(&self) -> bool {
        self.is_ended || self.trade_state == TradeState::Unknown
    }

    /// Whether a person of the desk still has to look: it waits, or came in by itself.
    #[must_use]
    pub fn is_to_be_looked_at(&self) -> bool {
        match self.state {
            RegistrationState::Waiting => true,
            RegistrationState::Admitted => self.vouched_at.is_none(),
            RegistrationState::Begun | RegistrationState::Known | RegistrationState::Refused => {
                false
            }
        }
    }
}

impl Tx<'_> {
    /// Begins a registration; returns its number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_registration(&mut self, new: &NewRegistration<'_>, now: Timestamp) -> Result<i64> {
        let entry = new.trade.and_then(Option::as_ref);
        let trade_state = match (new.trade, entry) {
            (None, _) => TradeState::Waiting,
            (Some(_), None) => TradeState::Unknown,
            (Some(_), Some(_)) => TradeState::Known,
        };
        let name = entry.map(|entry| &entry.name[..]).unwrap_or_default();
        self.query_int(
            "INSERT INTO registration (state, begun_at, language, email, kvk, name, domain, addresses, trade_state,
                trade_name, is_ended, mails, wrong)
             VALUES ($1, $2, $3, $4, $5, $6, '', '', $7, $6, $8, 0, 0) RETURNING registration_no",
            values![
                RegistrationState::Begun.code(),
                now.micros(),
                new.language.code(),
                new.email.as_str(),
                new.kvk.as_str(),
                name,
                trade_state.code(),
                entry.is_some_and(|entry| entry.ended_on.is_some())
            ],
        )
    }

    /// One registration.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn registration(&mut self, registration_no: i64) -> Result<Option<Registration>> {
        let sql = format!("{REGISTRATION} WHERE registration_no = $1");
        self.query_opt(&sql, values![registration_no], registration_from)
    }

    /// Keeps others from letting organisations into the register until the transaction ends. Whoever looks whether a number of
    /// the trade register is somebody's, and then gives it to a newcomer, holds this first: of two with one number the second
    /// finds what became of the first. Whoever holds a programme too holds this before it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn hold_newcomers(&mut self) -> Result<()> {
        // Any row that is there would do; that of the first desk is held by nothing else for long.
        let sql = format!(
            "SELECT desk_no FROM desk ORDER BY desk_no LIMIT 1{}",
            self.for_update()
        );
        self.query_opt(&sql, &[], |row| row.int(0))?;
        Ok(())
    }

    /// One registration that nobody else changes until the transaction ends. Those who hold one wait for each other, whichever
    /// it is ([`Tx::hold_newcomers`]).
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn hold_registration(&mut self, registration_no: i64) -> Result<Option<Registration>> {
        self.hold_newcomers()?;
        self.registration(registration_no)
    }

    /// Keeps what was filled in on the second page.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn keep_registration(
        &mut self,
        registration_no: i64,
        details: &RegistrationDetails<'_>,
    ) -> Result<()> {
        self.execute(
            "UPDATE registration SET name = $2, domain = $3, addresses = $4, language = $5
             WHERE registration_no = $1 AND state = $6",
            values![
                registration_no,
                details.name,
                details.domain,
                details.addresses,
                details.language.code(),
                RegistrationState::Begun.code()
            ],
        )?;
        Ok(())
    }

    /// Notes that a code goes to a mailbox; earlier ones are worth nothing any more.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn test_registration(
        &mut self,
        registration_no: i64,
        mailbox: &EmailAddress,
        now: Timestamp,
    ) -> Result<()> {
        self.execute(
            "UPDATE registration SET mailbox = $2, sent_at = $3, mails = mails + 1, wrong = 0
             WHERE registration_no = $1",
            values![registration_no, mailbox.as_str(), now.micros()],
        )?;
        Ok(())
    }

    /// Notes that a code was wrong.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_wrong_registration_code(&mut self, registration_no: i64) -> Result<()> {
        let sql = "UPDATE registration SET wrong = wrong + 1 WHERE registration_no = $1";
        self.execute(sql, values![registration_no])?;
        Ok(())
    }

    /// Notes that the code was right, and that a person of the desk decides.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_registration_off(&mut self, registration_no: i64, now: Timestamp) -> Result<()> {
        let sql = "UPDATE registration SET state = $2, answered_at = $3 WHERE registration_no = $1";
        let state = RegistrationState::Waiting.code();
        self.execute(sql, values![registration_no, state, now.micros()])?;
        Ok(())
    }

    /// Notes what a registration became, and forgets its addresses and its mailbox: the organisation has them. The rest but the
    /// name goes once a person vouched for it; `vouched_at` is when one did.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn admit_registration(
        &mut self,
        (registration_no, party_no): (i64, i64),
        vouched_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<()> {
        self.execute(
            "UPDATE registration SET state = $2, party_no = $3, decided_at = $4, answered_at = COALESCE(answered_at, $4),
                vouched_at = $5, addresses = '', mailbox = NULL
             WHERE registration_no = $1",
            values![
                registration_no,
                RegistrationState::Admitted.code(),
                party_no,
                now.micros(),
                vouched_at.map(Timestamp::micros)
            ],
        )?;
        // It stays with the organisation, whatever becomes of the registration.
        self.execute(
            "UPDATE party SET is_vouched = $2 WHERE party_no = $1",
            values![party_no, vouched_at.is_some()],
        )?;
        self.forget_registrant(registration_no, vouched_at.is_some())
    }

    /// Notes that a person of the desk vouches for an organisation that came in by itself; says whether nobody had before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn vouch(&mut self, registration_no: i64, now: Timestamp) -> Result<bool> {
        let vouched = self.execute(
            "UPDATE registration SET vouched_at = $2
             WHERE registration_no = $1 AND state = $3 AND vouched_at IS NULL",
            values![
                registration_no,
                now.micros(),
                RegistrationState::Admitted.code()
            ],
        )?;
        if vouched == 1 {
            self.execute(
                "UPDATE party SET is_vouched = 1
                 WHERE party_no = (SELECT r.party_no FROM registration r WHERE r.registration_no = $1)",
                values![registration_no],
            )?;
        }
        self.forget_registrant(registration_no, vouched == 1)?;
        Ok(vouched == 1)
    }

    /// Forgets who registered an organisation and what nobody compares any more, once a person has looked: a refusal is not to
    /// be mailed.
    fn forget_registrant(&mut self, registration_no: i64, is_looked_at: bool) -> Result<()> {
        if is_looked_at {
            self.execute(
                "UPDATE registration SET email = NULL, kvk = NULL, domain = '', trade_name = ''
                 WHERE registration_no = $1",
                values![registration_no],
            )?;
        }
        Ok(())
    }

    /// Ends a registration as known or refused.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_registration(
        &mut self,
        registration_no: i64,
        state: RegistrationState,
        now: Timestamp,
    ) -> Result<()> {
        self.execute(
            "UPDATE registration SET state = $2, decided_at = $3, party_no = NULL WHERE registration_no = $1",
            values![registration_no, state.code(), now.micros()],
        )?;
        Ok(())
    }

    /// Notes that the administrators of who has the number of a registration were told of it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_told_of_registration(
        &mut self,
        registration_no: i64,
        now: Timestamp,
    ) -> Result<()> {
        let sql = "UPDATE registration SET told_at = $2 WHERE registration_no = $1";
        self.execute(sql, values![registration_no, now.micros()])?;
        Ok(())
    }

    /// How often administrators were told since a moment that somebody registers under this number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn times_told_of_number(&mut self, kvk: &KvkNumber, since: Timestamp) -> Result<i64> {
        self.query_int(
            "SELECT COUNT(*) FROM registration WHERE state = 3 AND kvk = $1 AND told_at >= $2",
            values![kvk.as_str(), since.micros()],
        )
    }

    /// Registrations that have waited for the desk since before a moment and that nobody there took, the oldest first.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn registrations_waiting_since(
        &mut self,
        before: Timestamp,
        rows_max: i64,
    ) -> Result<Vec<Registration>> {
        let sql = format!(
            "{REGISTRATION} WHERE state = 1 AND answered_at < $1 AND owner_no IS NULL
             ORDER BY registration_no LIMIT $2"
        );
        self.query(&sql, values![before.micros(), rows_max], registration_from)
    }

    /// Notes who of the desk looks at a registration.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn take_registration(&mut self, registration_no: i64, person_no: i64) -> Result<()> {
        let sql = "UPDATE registration SET owner_no = $2 WHERE registration_no = $1";
        self.execute(sql, values![registration_no, person_no])?;
        Ok(())
    }

    /// Registrations at which a person of the desk still has to look, the oldest first, after a number.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn registrations_to_look_at(
        &mut self,
        after_no: i64,
        rows_max: i64,
    ) -> Result<Vec<Registration>> {
        let sql = format!(
            "{REGISTRATION} WHERE registration_no > $1 AND {TO_LOOK_AT} ORDER BY registration_no LIMIT $2"
        );
        self.query(&sql, values![after_no, rows_max], registration_from)
    }

    /// How many there are, counted up to a bound.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn count_registrations_to_look_at(&mut self, count_max: i64) -> Result<i64> {
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM registration WHERE {TO_LOOK_AT} LIMIT $1) c"
        );
        self.query_int(&sql, values![count_max])
    }

    /// How many registrations are open. Counts to [`REGISTRATIONS_BEGUN_MAX`] and [`REGISTRATIONS_WAITING_MAX`], and no further.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn count_open_registrations(&mut self) -> Result<OpenRegistrations> {
        let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM registration WHERE state = $1 LIMIT $2) c";
        let mut count = |state: RegistrationState, count_max: i64| {
            self.query_int(sql, values![state.code(), count_max])
        };
        Ok(OpenRegistrations {
            begun: count(RegistrationState::Begun, REGISTRATIONS_BEGUN_MAX)?,
            waiting: count(RegistrationState::Waiting, REGISTRATIONS_WAITING_MAX)?,
        })
    }

    /// Whether the desk vouches for who an organisation is. It does for all that are served but those that registered
    /// themselves and at which nobody has looked yet: their name proves no network, and their number leads nobody to them. A
    /// part is who its whole is.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn is_vouched_for(&mut self, party_no: i64) -> Result<bool> {
        let found = self.query_opt(
            "SELECT 1 FROM party p
             LEFT JOIN party_link l ON l.from_party_no = p.party_no AND l.kind = $2 AND l.valid_until IS NULL
             JOIN party w ON w.party_no = COALESCE(l.to_party_no, p.party_no)
             WHERE p.party_no = $1 AND p.closed_at IS NULL AND p.is_vouched = 1
                AND w.closed_at IS NULL AND w.is_vouched = 1
             LIMIT 1",
            values![party_no, LinkKind::PartOf.code()],
            |row| row.int(0),
        )?;
        Ok(found.is_some())
    }

    /// The registration by which an organisation came in, if it did by itself.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn registration_of_party(&mut self, party_no: i64) -> Result<Option<Registration>> {
        let sql = format!("{REGISTRATION} WHERE party_no = $1 LIMIT 1");
        self.query_opt(&sql, values![party_no], registration_from)
    }

    /// The open organisations with this number in the trade register, the oldest first; [`SAME_NUMBER_MAX`] at most.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn organisations_with_kvk(&mut self, kvk: &KvkNumber) -> Result<Vec<i64>> {
        self.query(
            "SELECT p.party_no FROM party p JOIN party_role r ON r.party_no = p.party_no AND r.role = $2
                AND r.valid_until IS NULL
             WHERE p.closed_at IS NULL AND p.kvk = $1 ORDER BY p.party_no LIMIT $3",
            values![kvk.as_str(), PartyRole::Recipient.code(), SAME_NUMBER_MAX],
            |row| row.int(0),
        )
    }

    /// Removes registrations that were begun and not finished, and those that ended without an organisation, when their time is
    /// over ([`REGISTRATION_UNSENT_KEPT_SECS`], [`REGISTRATION_BEGUN_KEPT_SECS`], [`REGISTRATION_ENDED_KEPT_SECS`]); says how
    /// many.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn remove_registrations(&mut self, now: Timestamp) -> Result<u64> {
        let before = |secs: i64| now.plus_seconds(-secs).micros();
        self.execute(
            "DELETE FROM registration WHERE (state = 0 AND mails = 0 AND begun_at < $1) OR (state = 0 AND begun_at < $2)
                OR (state IN (3, 4) AND decided_at < $3)",
            values![
                before(REGISTRATION_UNSENT_KEPT_SECS),
                before(REGISTRATION_BEGUN_KEPT_SECS),
                before(REGISTRATION_ENDED_KEPT_SECS)
            ],
        )
    }
}

/// Organisations of one number that are told of a newcomer. Each has one; only lists of the desk make more.
const SAME_NUMBER_MAX: i64 = 10;

const REGISTRATION: &str = "SELECT registration_no, state, begun_at, language, email, kvk, name, domain, addresses, trade_state,
    trade_name, is_ended, mailbox, sent_at, mails, wrong, answered_at, owner_no, party_no, vouched_at FROM registration";

/// It waits, or came into the register by itself and nobody vouched for it.
const TO_LOOK_AT: &str = "(state = 1 OR (state = 2 AND vouched_at IS NULL))";

fn registration_from(row: &Row<'_>) -> Result<Registration> {
    let moment = |column| -> Result<Option<Timestamp>> {
        Ok(row.opt_int(column)?.map(Timestamp::from_micros))
    };
    Ok(Registration {
        registration_no: row.int(0)?,
        state: row.code(1, "state of a registration", RegistrationState::from_code)?,
        begun_at: Timestamp::from_micros(row.int(2)?),
        language: row.code(3, "language", Language::from_code)?,
        email: row.opt_parsed(4, "e-mail address")?,
        kvk: row.opt_parsed(5, "KvK number")?,
        name: row.text(6)?,
        domain: row.text(7)?,
        addresses: row.text(8)?,
        trade_state: row.code(
            9,
            "state of a question to the trade register",
            TradeState::from_code,
        )?,
        trade_name: row.text(10)?,
        is_ended: row.int(11)? == 1,
        mailbox: row.opt_parsed(12, "e-mail address")?,
        sent_at: moment(13)?,
        mails: row.int(14)?,
        wrong: row.int(15)?,
        answered_at: moment(16)?,
        owner_no: row.opt_int(17)?,
        party_no: row.opt_int(18)?,
        vouched_at: moment(19)?,
    })
}
