//! An organisation leaves: it is asked for, waited for, and then forgotten but for what must be kept.

use model::{IdKind, Timestamp};

use crate::connection::{Tx, values};
use crate::error::Result;

/// An organisation that is about to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// Which one.
    pub party_no: i64,
    /// Who asked.
    pub person_no: i64,
    /// When.
    pub asked_at: Timestamp,
    /// When it happens by itself.
    pub due_at: Timestamp,
}

impl Tx<'_> {
    /// Notes that an organisation is about to leave, unless it is already.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn ask_to_leave(&mut self, leaving: &Leaving) -> Result<()> {
        self.execute(
            "INSERT INTO leaving (party_no, person_no, asked_at, due_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (party_no) DO NOTHING",
            values![
                leaving.party_no,
                leaving.person_no,
                leaving.asked_at.micros(),
                leaving.due_at.micros()
            ],
        )?;
        Ok(())
    }

    /// Whether an organisation is about to leave.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn leaving(&mut self, party_no: i64) -> Result<Option<Leaving>> {
        self.query_opt(
            "SELECT person_no, asked_at, due_at FROM leaving WHERE party_no = $1",
            values![party_no],
            |row| {
                Ok(Leaving {
                    party_no,
                    person_no: row.int(0)?,
                    asked_at: Timestamp::from_micros(row.int(1)?),
                    due_at: Timestamp::from_micros(row.int(2)?),
                })
            },
        )
    }

    /// Notes that an organisation is not about to leave any more, as it stays or leaves now; says whether it was. Of two that
    /// ask at once one hears yes.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_wish_to_leave(&mut self, party_no: i64) -> Result<bool> {
        let removed = "DELETE FROM leaving WHERE party_no = $1";
        Ok(self.execute(removed, values![party_no])? == 1)
    }

    /// Organisations whose time of waiting is over.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn parties_to_leave(&mut self, now: Timestamp) -> Result<Vec<i64>> {
        self.query(
            "SELECT party_no FROM leaving WHERE due_at <= $1 ORDER BY party_no",
            values![now.micros()],
            |row| row.int(0),
        )
    }

    /// Closes an organisation with its parts, each of which the audit log names, and forgets what nothing asks to keep.
    /// Memberships, mandates and keys of the API end; places in programmes are given up, and what it filled in, reported and
    /// wrote there goes; contacts with their keys, claims with their proofs and documents, labels, lists, codes, notices, notes,
    /// what their security.txt said, attempts to call it, the profile, what its legal class is known by and the registration by
    /// which it came in are removed, as is that it agreed that others get copies; what waits of its replies to messages, and of
    /// other mails from its addresses, is emptied, as are the addresses to
    /// which it forwarded; whoever belonged nowhere else is closed, and their name and address go.
    ///
    /// What stays: the organisation itself, its systems (closed), what was sent, answers, what it did for customers, disputes,
    /// places in programmes, signatures under agreements, and the audit log.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn leave(&mut self, party_no: i64, by: &str, now: Timestamp) -> Result<()> {
        // Whoever makes a part of it, or moves systems to one, goes first or finds it closed.
        let held = format!(
            "SELECT party_no FROM party WHERE party_no = $1{}",
            self.for_update()
        );
        self.query_opt(&held, values![party_no], |row| row.int(0))?;
        // Before the whole: whoever belongs to both is forgotten with that. A part has no parts.
        for (part_no, _) in self.sub_organisations(party_no)? {
            self.leave_alone(part_no, by, now)?;
            let part = self.subject_of(IdKind::Party, part_no)?;
            self.record(now, by, "leave", &part, "with its organisation")?;
        }
        self.leave_alone(party_no, by, now)
    }

    /// One of them leaves.
    fn leave_alone(&mut self, party_no: i64, by: &str, now: Timestamp) -> Result<()> {
        let people: Vec<i64> = self
            .members_of(party_no)?
            .into_iter()
            .map(|member| member.person_no)
            .collect();
        // While it is known who its people are.
        self.empty_replies_of(party_no, now)?;
        self.close_party(party_no, by, now)?;
        self.execute(
            "UPDATE asset SET closed_at = $2 WHERE party_no = $1 AND closed_at IS NULL",
            values![party_no, now.micros()],
        )?;
        self.leave_programmes(party_no, now)?;
        self.end_relays_of(party_no, now)?;
        // The class and its day stay: they say on what basis messages were sent.
        self.execute(
            "UPDATE party_legal_class SET evidence = '', entered_by = '', is_ahead = 0 WHERE party_no = $1",
            values![party_no],
        )?;
        // They name the review alone, which goes next.
        self.execute(
            "DELETE FROM proof_document WHERE review_no IN (SELECT review_no FROM proof_review WHERE party_no = $1)",
            values![party_no],
        )?;
        self.execute(
            "UPDATE answer_link SET address = '' WHERE address <> ''
                AND notification_no IN (SELECT notification_no FROM notification WHERE recipient_no = $1)",
            values![party_no],
        )?;
        for table in FORGOTTEN {
            let removed = format!("DELETE FROM {table} WHERE party_no = $1");
            self.execute(&removed, values![party_no])?;
        }
        for person_no in people {
            self.forget_person(person_no, now)?;
        }
        Ok(())
    }

    /// Closes somebody who belongs nowhere any more, and forgets who that was.
    fn forget_person(&mut self, person_no: i64, now: Timestamp) -> Result<()> {
        let belongs = !self.memberships_of(person_no)?.is_empty();
        if belongs || !self.staff_roles(person_no)?.is_empty() {
            return Ok(());
        }
        self.close_person(person_no, now)?;
        for table in ["passkey", "password", "totp", "recovery_code"] {
            let removed = format!("DELETE FROM {table} WHERE person_no = $1");
            self.execute(&removed, values![person_no])?;
        }
        // Rows that say what was done keep leading to somebody, who has no name any more. The name of the domain leads
        // nowhere (RFC 2606).
        let address = format!("person-{person_no}@removed.invalid");
        self.execute(
            "UPDATE person SET name = '', email = $2, language = NULL WHERE person_no = $1",
            values![person_no, &address],
        )?;
        Ok(())
    }
}

/// Tables whose rows go with their organisation.
const FORGOTTEN: [&str; 27] = [
    "contact_key",
    "contact_detail",
    "contact",
    "asset_detail",
    "asset_claim",
    "asset_import",
    "existence_notice",
    "mailed_code",
    "proof_review",
    "proof_look",
    "proof_check",
    "invitation",
    "party_upkeep",
    "care",
    "supplier",
    "product",
    "threshold",
    "leaving",
    "all_clear_wait",
    "phone_call",
    "phone_attempt",
    "relay_consent",
    "security_txt",
    "registration",
    // Before what its deliveries write: one of them that runs at this moment is waited for, and another finds nothing.
    "webhook",
    "webhook_delivery",
    "webhook_set_aside",
];
