//! User stories: what is to change in the service, how far that is, and what everybody may read of it.

use model::{Day, StoryStatus, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;
use crate::party::day_from;

/// What the desk writes about a story. Texts are in Dutch and in English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoryText {
    /// What it is called.
    pub title: [String; 2],
    /// Who wants what, and why.
    pub text: [String; 2],
    /// How far it is.
    pub status: StoryStatus,
    /// What changed, or why it is declined; empty before.
    pub outcome: [String; 2],
    /// When it was done or declined.
    pub ended_on: Option<Day>,
}

/// A story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Internal number.
    pub story_no: i64,
    /// What the desk wrote.
    pub text: StoryText,
    /// Since when everybody may read it.
    pub published_at: Option<Timestamp>,
    /// Suggestions that became it or joined it.
    pub suggestions: i64,
}

const STORY: &str =
    "SELECT story_no, title_nl, title_en, text_nl, text_en, status, outcome_nl, outcome_en, ended_on, published_at,
        (SELECT COUNT(*) FROM suggestion g WHERE g.story_no = s.story_no)
    FROM story s";

impl Tx<'_> {
    /// Adds a story; gives its number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_story(&mut self, story: &StoryText, now: Timestamp) -> Result<i64> {
        self.query_int(
            "INSERT INTO story (title_nl, title_en, text_nl, text_en, status, outcome_nl, outcome_en, ended_on, written_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING story_no",
            values![
                &story.title[0],
                &story.title[1],
                &story.text[0],
                &story.text[1],
                story.status.code(),
                &story.outcome[0],
                &story.outcome[1],
                story.ended_on.map(Day::days),
                now.micros()
            ],
        )
    }

    /// Writes a story anew; says whether it is there.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn change_story(&mut self, story_no: i64, story: &StoryText) -> Result<bool> {
        let changed = self.execute(
            "UPDATE story SET title_nl = $2, title_en = $3, text_nl = $4, text_en = $5, status = $6, outcome_nl = $7,
                outcome_en = $8, ended_on = $9
             WHERE story_no = $1",
            values![
                story_no,
                &story.title[0],
                &story.title[1],
                &story.text[0],
                &story.text[1],
                story.status.code(),
                &story.outcome[0],
                &story.outcome[1],
                story.ended_on.map(Day::days)
            ],
        )?;
        Ok(changed == 1)
    }

    /// One story.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn story(&mut self, story_no: i64) -> Result<Option<Story>> {
        let sql = format!("{STORY} WHERE s.story_no = $1");
        self.query_opt(&sql, values![story_no], story_from)
    }

    /// The newest stories before a number.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn stories(&mut self, before_no: i64, rows_max: i64) -> Result<Vec<Story>> {
        let sql = format!("{STORY} WHERE s.story_no < $1 ORDER BY s.story_no DESC LIMIT $2");
        self.query(&sql, values![before_no, rows_max], story_from)
    }

    /// What everybody may read, the last published first, before a place in this order: time and number.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn published_stories(
        &mut self,
        before: (Timestamp, i64),
        rows_max: i64,
    ) -> Result<Vec<Story>> {
        let sql = format!(
            "{STORY} WHERE s.published_at IS NOT NULL AND (s.published_at, s.story_no) < ($1, $2)
             ORDER BY s.published_at DESC, s.story_no DESC LIMIT $3"
        );
        self.query(
            &sql,
            values![before.0.micros(), before.1, rows_max],
            story_from,
        )
    }

    /// Lets everybody read a story; says whether nobody could before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn publish_story(&mut self, story_no: i64, now: Timestamp) -> Result<bool> {
        let published = self.execute(
            "UPDATE story SET published_at = $2 WHERE story_no = $1 AND published_at IS NULL",
            values![story_no, now.micros()],
        )?;
        Ok(published == 1)
    }
}

fn story_from(row: &Row<'_>) -> Result<Story> {
    Ok(Story {
        story_no: row.int(0)?,
        text: StoryText {
            title: [row.text(1)?, row.text(2)?],
            text: [row.text(3)?, row.text(4)?],
            status: row.code(5, "status of a user story", StoryStatus::from_code)?,
            outcome: [row.text(6)?, row.text(7)?],
            ended_on: day_from(row.opt_int(8)?),
        },
        published_at: row.opt_int(9)?.map(Timestamp::from_micros),
        suggestions: row.int(10)?,
    })
}
