//! People who sign in, and what they do at the desk.

use model::{EmailAddress, Language, OrganisationRole, StaffRole, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// Anyone who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Internal number.
    pub person_no: i64,
    /// Where mails about the account go, and the name to sign in with.
    pub email: EmailAddress,
    /// For people.
    pub name: String,
    /// Language of pages and mails; `None`: what the browser asks for.
    pub language: Option<Language>,
    /// Last time that the person signed in.
    pub seen_at: Option<Timestamp>,
    /// No longer allowed to sign in since.
    pub closed_at: Option<Timestamp>,
}

impl Tx<'_> {
    /// Adds a person; returns its number. The address must not be in use.
    ///
    /// # Errors
    /// When the address is in use, or the engine fails.
    pub fn add_person(
        &mut self,
        email: &EmailAddress,
        name: &str,
        language: Option<Language>,
        now: Timestamp,
    ) -> Result<i64> {
        self.query_int(
            "INSERT INTO person (email, name, language, created_at) VALUES ($1, $2, $3, $4) RETURNING person_no",
            values![&email.compared(), name, language.map(Language::code), now.micros()],
        )
    }

    /// One person.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn person(&mut self, person_no: i64) -> Result<Option<Person>> {
        let sql = format!("{PERSON} WHERE person_no = $1");
        self.query_opt(&sql, values![person_no], person_from)
    }

    /// The person with this address, in any case.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn person_with_email(&mut self, email: &EmailAddress) -> Result<Option<Person>> {
        let sql = format!("{PERSON} WHERE email = $1");
        self.query_opt(&sql, values![&email.compared()], person_from)
    }

    /// People in the order of their numbers, closed ones too: those after a number, so many at most.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn people_after(&mut self, person_no: i64, people_max: i64) -> Result<Vec<Person>> {
        let sql = format!("{PERSON} WHERE person_no > $1 ORDER BY person_no LIMIT $2");
        self.query(&sql, values![person_no, people_max], person_from)
    }

    /// The people of an organisation and what they are in it, longest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn people_of(&mut self, party_no: i64) -> Result<Vec<(Person, OrganisationRole)>> {
        self.query(
            "SELECT p.person_no, p.email, p.name, p.language, p.seen_at, p.closed_at, m.role
             FROM membership m JOIN person p ON p.person_no = m.person_no
             WHERE m.party_no = $1 AND m.ended_at IS NULL ORDER BY m.membership_no",
            values![party_no],
            |row| {
                let role = row.code(6, "role in an organisation", OrganisationRole::from_code)?;
                Ok((person_from(row)?, role))
            },
        )
    }

    /// People of the desk, closed ones too, in the order of their numbers: those after a number, so many at most.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn staff_after(&mut self, person_no: i64, people_max: i64) -> Result<Vec<Person>> {
        let sql = format!(
            "{PERSON} WHERE person_no > $1 AND person_no IN (SELECT person_no FROM staff_role)
             ORDER BY person_no LIMIT $2"
        );
        self.query(&sql, values![person_no, people_max], person_from)
    }

    /// Who has a role at the desk and may sign in. Nobody else gives or takes that role until the transaction ends.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn hold_staff_with(&mut self, role: StaffRole) -> Result<Vec<i64>> {
        let sql = format!(
            "SELECT person_no FROM staff_role WHERE role = $1 ORDER BY person_no{}",
            self.for_update()
        );
        let holders = self.query(&sql, values![role.code()], |row| row.int(0))?;
        let mut open = Vec::new();
        for person_no in holders {
            let person = self.person(person_no)?;
            open.extend(
                person
                    .filter(|it| it.closed_at.is_none())
                    .map(|_| person_no),
            );
        }
        Ok(open)
    }

    /// Sets the name and language of a person.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn change_person(
        &mut self,
        person_no: i64,
        name: &str,
        language: Option<Language>,
    ) -> Result<()> {
        self.execute(
            "UPDATE person SET name = $2, language = $3 WHERE person_no = $1",
            values![person_no, name, language.map(Language::code)],
        )?;
        Ok(())
    }

    /// Closes the account of a person, who can sign in no more; says whether it was open. Sessions end with it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn close_person(&mut self, person_no: i64, now: Timestamp) -> Result<bool> {
        self.end_other_sessions(person_no, None, now)?;
        let closed = self.execute(
            "UPDATE person SET closed_at = $2 WHERE person_no = $1 AND closed_at IS NULL",
            values![person_no, now.micros()],
        )?;
        Ok(closed == 1)
    }

    /// What a person does at the desk; nothing for people outside it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn staff_roles(&mut self, person_no: i64) -> Result<Vec<StaffRole>> {
        self.query(
            "SELECT role FROM staff_role WHERE person_no = $1 ORDER BY role",
            values![person_no],
            |row| row.code(0, "role at the desk", StaffRole::from_code),
        )
    }

    /// Gives a person a role at the desk; says whether it is new. Who works at no desk yet works at the one made at installation
    /// from now on; where else is for [`Tx::set_desks_of_person`].
    ///
    /// # Errors
    /// When the engine fails.
    pub fn give_staff_role(
        &mut self,
        person_no: i64,
        role: StaffRole,
        by: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let given = self.execute(
            "INSERT INTO staff_role (person_no, role, given_at, given_by) VALUES ($1, $2, $3, $4)
             ON CONFLICT (person_no, role) DO NOTHING",
            values![person_no, role.code(), now.micros(), by],
        )?;
        self.begin_at_a_desk(person_no)?;
        Ok(given == 1)
    }

    /// Takes a role at the desk away; says whether the person had it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn take_staff_role(&mut self, person_no: i64, role: StaffRole) -> Result<bool> {
        let taken = self.execute(
            "DELETE FROM staff_role WHERE person_no = $1 AND role = $2",
            values![person_no, role.code()],
        )?;
        Ok(taken == 1)
    }
}

const PERSON: &str = "SELECT person_no, email, name, language, seen_at, closed_at FROM person";

fn person_from(row: &Row<'_>) -> Result<Person> {
    let language = match row.opt_int(3)? {
        Some(_) => Some(row.code(3, "language", Language::from_code)?),
        None => None,
    };
    Ok(Person {
        person_no: row.int(0)?,
        email: row.parsed(1, "e-mail address")?,
        name: row.text(2)?,
        language,
        seen_at: row.opt_int(4)?.map(Timestamp::from_micros),
        closed_at: row.opt_int(5)?.map(Timestamp::from_micros),
    })
}
