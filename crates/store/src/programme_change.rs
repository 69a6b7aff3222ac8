//! Programmes that change: everything until they are published, and after that what no applicant relied on.

use model::{Day, ProgrammeDay, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;
use crate::programme::{ProgrammeTerms, day_of};

/// A day that was moved after everybody could see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgrammeMove {
    /// Which day.
    pub what: ProgrammeDay,
    /// Which day it was.
    pub before: Day,
    /// Which day it is.
    pub after: Day,
    /// Why, in Dutch and in English; everybody reads it.
    pub reason: [String; 2],
    /// When it was moved.
    pub moved_at: Timestamp,
}

/// What there is for whoever has no place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlternativeText {
    /// What it is, in Dutch and in English.
    pub title: [String; 2],
    /// A few words about it; may be empty.
    pub text: [String; 2],
    /// Where it is.
    pub url: String,
}

/// The same with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// Internal number.
    pub alternative_no: i64,
    /// What the desk wrote.
    pub text: AlternativeText,
}

impl Tx<'_> {
    /// Writes a programme anew that nobody else sees yet; says whether that was so, and no other has its name in addresses.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn change_programme(&mut self, programme_no: i64, terms: &ProgrammeTerms) -> Result<bool> {
        let sectors: Vec<&str> = terms.sectors.iter().map(|sector| sector.as_str()).collect();
        let changed = self.execute(
            "UPDATE programme SET slug = $2, name_nl = $3, name_en = $4, text_nl = $5, text_en = $6, sectors = $7,
                places = $8, per_sector = $9, opens_at = $10, closes_at = $11, begins_on = $12, ends_on = $13,
                evidence_nl = $14, evidence_en = $15, contact_nl = $16, contact_en = $17
             WHERE programme_no = $1 AND published_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM programme o WHERE o.slug = $2 AND o.programme_no <> $1)",
            values![
                programme_no,
                &terms.slug,
                &terms.name[0],
                &terms.name[1],
                &terms.text[0],
                &terms.text[1],
                &sectors.join(" "),
                i64::from(terms.places),
                i64::from(terms.per_sector),
                terms.opens_at.micros(),
                terms.closes_at.micros(),
                terms.begins_on.days(),
                terms.ends_on.days(),
                &terms.evidence[0],
                &terms.evidence[1],
                &terms.contact[0],
                &terms.contact[1]
            ],
        )?;
        Ok(changed == 1)
    }

    /// Says anew whom to ask about a programme.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn correct_programme_contact(
        &mut self,
        programme_no: i64,
        [dutch, english]: [&str; 2],
    ) -> Result<()> {
        self.execute(
            "UPDATE programme SET contact_nl = $2, contact_en = $3 WHERE programme_no = $1",
            values![programme_no, dutch, english],
        )?;
        Ok(())
    }

    /// Moves the moment at which applications close, of a programme that everybody sees: to a later one, and only before it
    /// has passed. Says whether that was so.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn move_closing(
        &mut self,
        programme_no: i64,
        closes_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool> {
        let moved = self.execute(
            "UPDATE programme SET closes_at = $2 WHERE programme_no = $1 AND published_at IS NOT NULL
                AND drawn_at IS NULL AND closes_at > $3 AND closes_at < $2",
            values![programme_no, closes_at.micros(), now.micros()],
        )?;
        Ok(moved == 1)
    }

    /// Moves the last day of a programme that everybody sees and that was not ended to a later one; says whether that was so.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn extend_programme(&mut self, programme_no: i64, ends_on: Day) -> Result<bool> {
        let moved = self.execute(
            "UPDATE programme SET ends_on = $2 WHERE programme_no = $1 AND published_at IS NOT NULL AND ends_on < $2
                AND NOT EXISTS (SELECT 1 FROM programme_end e WHERE e.programme_no = $1)",
            values![programme_no, ends_on.days()],
        )?;
        Ok(moved == 1)
    }

    /// Notes that a day was moved, and why.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_programme_move(&mut self, programme_no: i64, moved: &ProgrammeMove) -> Result<()> {
        self.execute(
            "INSERT INTO programme_move (programme_no, what, day_before, day_after, reason_nl, reason_en, moved_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![
                programme_no,
                moved.what.code(),
                moved.before.days(),
                moved.after.days(),
                &moved.reason[0],
                &moved.reason[1],
                moved.moved_at.micros()
            ],
        )?;
        Ok(())
    }

    /// The days of a programme that were moved, in that order.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn programme_moves(&mut self, programme_no: i64) -> Result<Vec<ProgrammeMove>> {
        self.query(
            "SELECT what, day_before, day_after, reason_nl, reason_en, moved_at FROM programme_move
             WHERE programme_no = $1 ORDER BY move_no",
            values![programme_no],
            |row| {
                Ok(ProgrammeMove {
                    what: row.code(0, "day of a programme", ProgrammeDay::from_code)?,
                    before: day_of(row, 1)?,
                    after: day_of(row, 2)?,
                    reason: [row.text(3)?, row.text(4)?],
                    moved_at: Timestamp::from_micros(row.int(5)?),
                })
            },
        )
    }

    /// What there is instead of a programme, in the order in which it was added.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn alternatives_of(&mut self, programme_no: i64) -> Result<Vec<Alternative>> {
        let sql = format!("{ALTERNATIVE} WHERE programme_no = $1 ORDER BY alternative_no");
        self.query(&sql, values![programme_no], alternative_from)
    }

    /// Adds one.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_alternative(&mut self, programme_no: i64, text: &AlternativeText) -> Result<()> {
        self.execute(
            "INSERT INTO programme_alternative (programme_no, title_nl, title_en, text_nl, text_en, url)
             VALUES ($1, $2, $3, $4, $5, $6)",
            values![
                programme_no,
                &text.title[0],
                &text.title[1],
                &text.text[0],
                &text.text[1],
                &text.url
            ],
        )?;
        Ok(())
    }

    /// Writes one of a programme anew; says whether it was there.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn change_alternative(
        &mut self,
        (programme_no, alternative_no): (i64, i64),
        text: &AlternativeText,
    ) -> Result<bool> {
        let changed = self.execute(
            "UPDATE programme_alternative SET title_nl = $3, title_en = $4, text_nl = $5, text_en = $6, url = $7
             WHERE programme_no = $1 AND alternative_no = $2",
            values![
                programme_no,
                alternative_no,
                &text.title[0],
                &text.title[1],
                &text.text[0],
                &text.text[1],
                &text.url
            ],
        )?;
        Ok(changed == 1)
    }

    /// Removes one of a programme; says whether it was there.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn remove_alternative(
        &mut self,
        (programme_no, alternative_no): (i64, i64),
    ) -> Result<bool> {
        let removed = self.execute(
            "DELETE FROM programme_alternative WHERE programme_no = $1 AND alternative_no = $2",
            values![programme_no, alternative_no],
        )?;
        Ok(removed == 1)
    }
}

const ALTERNATIVE: &str =
    "SELECT alternative_no, title_nl, title_en, text_nl, text_en, url FROM programme_alternative";

fn alternative_from(row: &Row<'_>) -> Result<Alternative> {
    Ok(Alternative {
        alternative_no: row.int(0)?,
        text: AlternativeText {
            title: [row.text(1)?, row.text(2)?],
            text: [row.text(3)?, row.text(4)?],
            url: row.text(5)?,
        },
    })
}
