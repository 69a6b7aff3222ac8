//! What applicants and participants said of themselves is forgotten; that they were there, and their place, stays.

use model::{ApplicationState, Timestamp};

use crate::connection::{Tx, values};
use crate::error::Result;

/// What stands of an application outside its own row, but for its place.
const BESIDE: [&str; 7] = [
    "DELETE FROM trade_answer",
    "DELETE FROM application_verdict",
    "DELETE FROM count_correction",
    "DELETE FROM mailbox_watch",
    "UPDATE participant SET form = '{}', mailbox = NULL, mailbox_asked = NULL, mailbox_sent_at = NULL,
        mailbox_proved_at = NULL",
    "UPDATE participant_change SET form = '{}'",
    // What the desk wrote about a place stays, and that the organisation declined it.
    "UPDATE place SET decline_words = ''",
];

impl Tx<'_> {
    /// Forgets what was filled in, reported and judged of applications, with their addresses. `which` is a query of their
    /// numbers with the parameter $1. Says how many were not forgotten before.
    ///
    /// # Errors
    /// When the engine fails.
    pub(crate) fn forget_applicants(&mut self, which: &str, parameter: i64) -> Result<u64> {
        for change in BESIDE {
            let sql = format!("{change} WHERE application_no IN ({which})");
            self.execute(&sql, values![parameter])?;
        }
        let sql = format!(
            "UPDATE application SET state = $2, form = '{{}}', email = NULL
             WHERE state <> $2 AND application_no IN ({which})"
        );
        self.execute(&sql, values![parameter, ApplicationState::Withdrawn.code()])
    }

    /// Ends what an organisation that leaves the service takes part in: its places are given up, and what it and its people
    /// said is forgotten. What it chose in surveys goes on counting.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub(crate) fn leave_programmes(&mut self, party_no: i64, now: Timestamp) -> Result<()> {
        for one in self.participations_of(party_no)? {
            self.give_up_place(one.application_no, now)?;
        }
        let own = "SELECT application_no FROM participant WHERE party_no = $1";
        self.forget_applicants(own, party_no)?;
        for words in [
            "UPDATE survey_answer SET text = '' WHERE party_no = $1",
            "UPDATE meeting_guest SET name = '', email = NULL WHERE party_no = $1",
        ] {
            self.execute(words, values![party_no])?;
        }
        Ok(())
    }
}
