//! Programmes: what the desk offers, when, to how many, and the draw by which places were given.

use model::{CountingRule, Day, Sector, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::{Result, StoreError};

/// What the desk decides about a programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgrammeTerms {
    /// Its name in addresses and in the published proof.
    pub slug: String,
    /// For people, in Dutch and in English.
    pub name: [String; 2],
    /// What it is about, in Dutch and in English.
    pub text: [String; 2],
    /// What counts as evidence here, beside what always does (requirement PI-02); may be empty.
    pub evidence: [String; 2],
    /// Whom to ask about it; may be empty.
    pub contact: [String; 2],
    /// From which sectors applicants come.
    pub sectors: Vec<Sector>,
    /// How many may take part.
    pub places: u32,
    /// How many of one sector.
    pub per_sector: u32,
    /// Applications are taken from then on.
    pub opens_at: Timestamp,
    /// Applications are taken before then.
    pub closes_at: Timestamp,
    /// First day of the programme itself.
    pub begins_on: Day,
    /// Last day of it.
    pub ends_on: Day,
}

/// A programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programme {
    /// Internal number.
    pub programme_no: i64,
    /// What the desk decided.
    pub terms: ProgrammeTerms,
    /// Since when everybody sees it.
    pub published_at: Option<Timestamp>,
    /// Digest of the seed, once that is fixed.
    pub commitment: Option<String>,
    /// When places were given.
    pub drawn_at: Option<Timestamp>,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
    /// By which rule applications are counted: the one with which it was published, or would be.
    pub counting: CountingRule,
}

impl Programme {
    /// Whether applications are taken at this moment.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.published_at.is_some()
            && self.drawn_at.is_none()
            && self.terms.opens_at <= now
            && now < self.terms.closes_at
    }
}

impl Tx<'_> {
    /// Adds a programme that nobody else sees yet; `None` where its name is in use.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_programme(&mut self, terms: &ProgrammeTerms, now: Timestamp) -> Result<Option<i64>> {
        let sectors: Vec<&str> = terms.sectors.iter().map(|sector| sector.as_str()).collect();
        self.query_opt(
            "INSERT INTO programme (slug, name_nl, name_en, text_nl, text_en, sectors, places, per_sector, opens_at,
                closes_at, begins_on, ends_on, created_at, evidence_nl, evidence_en, contact_nl, contact_en)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
             ON CONFLICT (slug) DO NOTHING RETURNING programme_no",
            values![
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
                now.micros(),
                &terms.evidence[0],
                &terms.evidence[1],
                &terms.contact[0],
                &terms.contact[1]
            ],
            |row| row.int(0),
        )
    }

    /// Every programme, the newest first.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn programmes(&mut self) -> Result<Vec<Programme>> {
        let sql = format!("{PROGRAMME} ORDER BY p.programme_no DESC");
        self.query(&sql, &[], programme_from)
    }

    /// One programme.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn programme(&mut self, programme_no: i64) -> Result<Option<Programme>> {
        let sql = format!("{PROGRAMME} WHERE p.programme_no = $1");
        self.query_opt(&sql, values![programme_no], programme_from)
    }

    /// The programme with this name in addresses.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn programme_named(&mut self, slug: &str) -> Result<Option<Programme>> {
        let sql = format!("{PROGRAMME} WHERE p.slug = $1");
        self.query_opt(&sql, values![slug], programme_from)
    }

    /// Keeps others from changing a programme, and numbers within it, until the transaction ends.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn hold_programme(&mut self, programme_no: i64) -> Result<()> {
        let sql = format!(
            "SELECT programme_no FROM programme WHERE programme_no = $1{}",
            self.for_update()
        );
        self.query_opt(&sql, values![programme_no], |row| row.int(0))?;
        Ok(())
    }

    /// Lets everybody see a programme, which counts by the newest rule from then on; says whether nobody did before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn publish_programme(&mut self, programme_no: i64, now: Timestamp) -> Result<bool> {
        let published = self.execute(
            "UPDATE programme SET published_at = $2, counting_rule = $3
             WHERE programme_no = $1 AND published_at IS NULL",
            values![programme_no, now.micros(), CountingRule::NEWEST.code()],
        )?;
        Ok(published == 1)
    }

    /// Fixes the seed of the lots, once and before applications close; says whether that was done.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn commit_seed(
        &mut self,
        programme_no: i64,
        seed: &str,
        commitment: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let committed = self.execute(
            "UPDATE programme SET seed = $2, commitment = $3
             WHERE programme_no = $1 AND seed IS NULL AND closes_at > $4",
            values![programme_no, seed, commitment, now.micros()],
        )?;
        Ok(committed == 1)
    }

    /// The seed of the lots: for the draw alone until that has been done.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn programme_seed(&mut self, programme_no: i64) -> Result<Option<String>> {
        let sql = "SELECT seed FROM programme WHERE programme_no = $1";
        let seed = self.query_opt(sql, values![programme_no], |row| row.opt_text(0))?;
        Ok(seed.flatten())
    }

    /// The published proof of the draw.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn programme_proof(&mut self, programme_no: i64) -> Result<Option<String>> {
        let sql = "SELECT proof FROM programme WHERE programme_no = $1";
        let proof = self.query_opt(sql, values![programme_no], |row| row.opt_text(0))?;
        Ok(proof.flatten())
    }

    /// Notes that places were given, with the proof; says whether that was not done before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn record_draw(&mut self, programme_no: i64, proof: &str, now: Timestamp) -> Result<bool> {
        let drawn = self.execute(
            "UPDATE programme SET proof = $2, drawn_at = $3 WHERE programme_no = $1 AND drawn_at IS NULL",
            values![programme_no, proof, now.micros()],
        )?;
        Ok(drawn == 1)
    }
}

const PROGRAMME: &str =
    "SELECT p.programme_no, p.slug, p.name_nl, p.name_en, p.text_nl, p.text_en, p.sectors, p.places, p.per_sector,
        p.opens_at, p.closes_at, p.begins_on, p.ends_on, p.published_at, p.commitment, p.drawn_at, e.ended_at,
        p.evidence_nl, p.evidence_en, p.contact_nl, p.contact_en, p.counting_rule
    FROM programme p LEFT JOIN programme_end e ON e.programme_no = p.programme_no";

fn programme_from(row: &Row<'_>) -> Result<Programme> {
    let number = |column| -> Result<u32> {
        let number = row.int(column)?;
        u32::try_from(number).map_err(|_| StoreError::Unknown {
            what: "number of places",
            value: number.to_string(),
        })
    };
    let moment = |column| Ok::<_, StoreError>(row.opt_int(column)?.map(Timestamp::from_micros));
    Ok(Programme {
        programme_no: row.int(0)?,
        terms: ProgrammeTerms {
            slug: row.text(1)?,
            name: [row.text(2)?, row.text(3)?],
            text: [row.text(4)?, row.text(5)?],
            evidence: [row.text(17)?, row.text(18)?],
            contact: [row.text(19)?, row.text(20)?],
            sectors: sectors_from(&row.text(6)?)?,
            places: number(7)?,
            per_sector: number(8)?,
            opens_at: Timestamp::from_micros(row.int(9)?),
            closes_at: Timestamp::from_micros(row.int(10)?),
            begins_on: day_of(row, 11)?,
            ends_on: day_of(row, 12)?,
        },
        published_at: moment(13)?,
        commitment: row.opt_text(14)?,
        drawn_at: moment(15)?,
        ended_at: moment(16)?,
        counting: match row.opt_int(21)? {
            Some(_) => row.code(21, "counting rule", CountingRule::from_code)?,
            None => CountingRule::NEWEST,
        },
    })
}

fn sectors_from(text: &str) -> Result<Vec<Sector>> {
    let sector = |word: &str| {
        word.parse().map_err(|_| StoreError::Unknown {
            what: "sector",
            value: word.to_owned(),
        })
    };
    text.split_whitespace().map(sector).collect()
}

pub(crate) fn day_of(row: &Row<'_>, column: usize) -> Result<Day> {
    let days = row.int(column)?;
    crate::party::day_from(Some(days)).ok_or_else(|| StoreError::Unknown {
        what: "day",
        value: days.to_string(),
    })
}
