//! Suggestions for the service, the stories that they become, and who wants to be told.

use model::{EmailAddress, Language, SuggestionOrigin, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// Seconds for which the address of somebody who wants to be told is kept where nothing came of a suggestion.
pub const ASKER_KEPT_SECS: i64 = 2 * 365 * 86_400;

/// A suggestion as it comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSuggestion<'a> {
    /// Where it comes from.
    pub origin: SuggestionOrigin,
    /// Number of the complaint, or whatever else it comes from.
    pub origin_no: Option<i64>,
    /// What could be better.
    pub text: &'a str,
    /// Of who wants to be told what comes of it.
    pub email: Option<&'a EmailAddress>,
    /// In which language.
    pub language: Language,
}

/// A suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Internal number.
    pub suggestion_no: i64,
    /// Where it comes from.
    pub origin: SuggestionOrigin,
    /// When it came in.
    pub received_at: Timestamp,
    /// What could be better.
    pub text: String,
    /// The story that it became or joined.
    pub story_no: Option<i64>,
    /// When the desk decided that there is no story in it.
    pub set_aside_at: Option<Timestamp>,
    /// Of who wants to be told and was not yet.
    pub email: Option<EmailAddress>,
    /// In which language.
    pub language: Language,
}

const SUGGESTION: &str = "SELECT suggestion_no, origin, received_at, text, story_no, set_aside_at, email, language FROM suggestion";

impl Tx<'_> {
    /// Takes a suggestion in; gives its number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_suggestion(&mut self, new: &NewSuggestion<'_>, now: Timestamp) -> Result<i64> {
        let email = new.email.map(ToString::to_string);
        self.query_int(
            "INSERT INTO suggestion (origin, origin_no, received_at, text, email, language)
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING suggestion_no",
            values![
                new.origin.code(),
                new.origin_no,
                now.micros(),
                new.text,
                email.as_deref(),
                new.language.code()
            ],
        )
    }

    /// One suggestion.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn suggestion(&mut self, suggestion_no: i64) -> Result<Option<Suggestion>> {
        let sql = format!("{SUGGESTION} WHERE suggestion_no = $1");
        self.query_opt(&sql, values![suggestion_no], suggestion_from)
    }

    /// Those about which nobody has decided, the oldest first, after a number.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn open_suggestions(&mut self, after_no: i64, rows_max: i64) -> Result<Vec<Suggestion>> {
        let sql = format!(
            "{SUGGESTION} WHERE story_no IS NULL AND set_aside_at IS NULL AND suggestion_no > $1
             ORDER BY suggestion_no LIMIT $2"
        );
        self.query(&sql, values![after_no, rows_max], suggestion_from)
    }

    /// About how many nobody has decided, counted up to a bound.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn count_open_suggestions(&mut self, count_max: i64) -> Result<i64> {
        self.query_int(
            "SELECT COUNT(*) FROM
                (SELECT 1 FROM suggestion WHERE story_no IS NULL AND set_aside_at IS NULL LIMIT $1) c",
            values![count_max],
        )
    }

    /// Those of a story, the oldest first.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn suggestions_of(&mut self, story_no: i64, rows_max: i64) -> Result<Vec<Suggestion>> {
        let sql = format!("{SUGGESTION} WHERE story_no = $1 ORDER BY suggestion_no LIMIT $2");
        self.query(&sql, values![story_no, rows_max], suggestion_from)
    }

    /// Those that come from one complaint, evaluation or meeting, the oldest first.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn suggestions_from(
        &mut self,
        origin: SuggestionOrigin,
        origin_no: i64,
    ) -> Result<Vec<Suggestion>> {
        let sql =
            format!("{SUGGESTION} WHERE origin = $1 AND origin_no = $2 ORDER BY suggestion_no");
        self.query(&sql, values![origin.code(), origin_no], suggestion_from)
    }

    /// Adds a suggestion to a story; says whether nobody had decided about it before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn join_story(&mut self, suggestion_no: i64, story_no: i64) -> Result<bool> {
        let joined = self.execute(
            "UPDATE suggestion SET story_no = $2
             WHERE suggestion_no = $1 AND story_no IS NULL AND set_aside_at IS NULL",
            values![suggestion_no, story_no],
        )?;
        Ok(joined == 1)
    }

    /// Notes that there is no story in a suggestion, and forgets who wanted to be told; says whether nobody had decided about
    /// it before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn set_suggestion_aside(&mut self, suggestion_no: i64, now: Timestamp) -> Result<bool> {
        let set_aside = self.execute(
            "UPDATE suggestion SET set_aside_at = $2, email = NULL
             WHERE suggestion_no = $1 AND story_no IS NULL AND set_aside_at IS NULL",
            values![suggestion_no, now.micros()],
        )?;
        Ok(set_aside == 1)
    }

    /// Forgets who wanted to be told of a suggestion.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn forget_asker(&mut self, suggestion_no: i64) -> Result<()> {
        let sql = "UPDATE suggestion SET email = NULL WHERE suggestion_no = $1";
        self.execute(sql, values![suggestion_no])?;
        Ok(())
    }

    /// Forgets who wanted to be told of suggestions that came in before a moment; says how many.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn forget_askers(&mut self, before: Timestamp) -> Result<u64> {
        let sql = "UPDATE suggestion SET email = NULL WHERE email IS NOT NULL AND received_at < $1";
        self.execute(sql, values![before.micros()])
    }
}

fn suggestion_from(row: &Row<'_>) -> Result<Suggestion> {
    Ok(Suggestion {
        suggestion_no: row.int(0)?,
        origin: row.code(1, "origin of a suggestion", SuggestionOrigin::from_code)?,
        received_at: Timestamp::from_micros(row.int(2)?),
        text: row.text(3)?,
        story_no: row.opt_int(4)?,
        set_aside_at: row.opt_int(5)?.map(Timestamp::from_micros),
        email: row.opt_parsed(6, "e-mail address")?,
        language: row.code(7, "language", Language::from_code)?,
    })
}
