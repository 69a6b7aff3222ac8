//! Places in a programme: what the draw gave, what became of it, and places that two people gave outside the draw.

use model::{PlaceState, Sector, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// The place of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The application.
    pub application_no: i64,
    /// Its sector.
    pub sector: Sector,
    /// Where it stands in its sector, from 1.
    pub rank: i64,
    /// What it brings.
    pub count: i64,
    /// What became of it.
    pub state: PlaceState,
    /// Why it was last changed: one of [`PLACE_REASONS`], or what a person of the desk wrote; empty: as drawn.
    pub reason: String,
    /// Why its organisation declined it, in its own words; empty: it did not, gave no reason, or was forgotten.
    pub decline_words: String,
}

/// Why a place changed, where it was nobody of the desk who wrote why: its organisation declined it before it signed, left the
/// programme, or left the service; or it came to the next of its sector. Pages have a text for each.
pub const PLACE_REASONS: [&str; 4] = [DECLINED, LEFT, LEFT_SERVICE, NEXT];

const DECLINED: &str = "declined";
const LEFT: &str = "left";
const LEFT_SERVICE: &str = "left the service";
const NEXT: &str = "next of its sector";

/// A place outside the draw that waits for a second person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceOverride {
    /// Internal number.
    pub override_no: i64,
    /// For which application.
    pub application_no: i64,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Who asked: a person.
    pub asked_by: i64,
    /// Why.
    pub reason: String,
}

impl Tx<'_> {
    /// Writes what a draw gave.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_places(
        &mut self,
        programme_no: i64,
        places: &[Place],
        now: Timestamp,
    ) -> Result<()> {
        let columns = [
            "application_no",
            "programme_no",
            "sector",
            "rank",
            "count",
            "state",
            "changed_at",
            "reason",
        ];
        self.insert_all("place", &columns, places, |place, row| {
            row.extend_from_slice(values![
                place.application_no,
                programme_no,
                place.sector.code(),
                place.rank,
                place.count,
                place.state.code(),
                now.micros(),
                ""
            ]);
        })?;
        Ok(())
    }

    /// The places of a programme, by sector and rank.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn places_of(&mut self, programme_no: i64) -> Result<Vec<Place>> {
        let sql = format!("{PLACE} WHERE programme_no = $1 ORDER BY sector, rank");
        self.query(&sql, values![programme_no], place_from)
    }

    /// The place of an application.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn place(&mut self, application_no: i64) -> Result<Option<Place>> {
        let sql = format!("{PLACE} WHERE application_no = $1");
        self.query_opt(&sql, values![application_no], place_from)
    }

    /// Changes what became of a place; says whether it was as the caller thought. Nobody looks at the mailbox of one that
    /// does not take part any more.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn change_place(
        &mut self,
        application_no: i64,
        (before, after): (PlaceState, PlaceState),
        reason: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let changed = self.execute(
            "UPDATE place SET state = $3, reason = $4, changed_at = $5 WHERE application_no = $1 AND state = $2",
            values![application_no, before.code(), after.code(), reason, now.micros()],
        )?;
        if changed == 1 && !matches!(after, PlaceState::Selected | PlaceState::Taken) {
            self.unwatch_mailbox(application_no)?;
        }
        Ok(changed == 1)
    }

    /// Gives up the place of an organisation that has not signed and does not want it, with why in its own words (empty: it
    /// said nothing); says whether it had such a place.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn decline_place(
        &mut self,
        application_no: i64,
        words: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let declined = (PlaceState::Selected, PlaceState::Released);
        let is_declined = self.change_place(application_no, declined, DECLINED, now)?;
        if is_declined && !words.is_empty() {
            self.execute(
                "UPDATE place SET decline_words = $2 WHERE application_no = $1",
                values![application_no, words],
            )?;
        }
        Ok(is_declined)
    }

    /// Gives up the place of an organisation that takes part and leaves the programme; says whether it took part.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn leave_place(&mut self, application_no: i64, now: Timestamp) -> Result<bool> {
        let left = (PlaceState::Taken, PlaceState::Left);
        self.change_place(application_no, left, LEFT, now)
    }

    /// Gives up the place of an organisation that leaves the service, as far as it has one to give up.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub(crate) fn give_up_place(&mut self, application_no: i64, now: Timestamp) -> Result<()> {
        let state = self.place(application_no)?.map(|place| place.state);
        if let Some((state, given_up)) = state.and_then(|state| Some((state, state.given_up()?))) {
            self.change_place(application_no, (state, given_up), LEFT_SERVICE, now)?;
        }
        Ok(())
    }

    /// Gives a place that came free to one that waits; says whether it waited.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn pass_place_on(&mut self, application_no: i64, now: Timestamp) -> Result<bool> {
        let moved_up = (PlaceState::Waiting, PlaceState::Selected);
        self.change_place(application_no, moved_up, NEXT, now)
    }

    /// Asks a second person to give a place outside the draw. Says whether nobody asked for it already.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn ask_place_override(
        &mut self,
        application_no: i64,
        asked_by: i64,
        reason: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let asked = self.execute(
            "INSERT INTO place_override (application_no, asked_at, asked_by, reason) VALUES ($1, $2, $3, $4)
             ON CONFLICT (application_no) WHERE ended_at IS NULL DO NOTHING",
            values![application_no, now.micros(), asked_by, reason],
        )?;
        Ok(asked == 1)
    }

    /// Those of a programme that wait, oldest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn open_place_overrides(&mut self, programme_no: i64) -> Result<Vec<PlaceOverride>> {
        let sql = "SELECT o.override_no, o.application_no, o.asked_at, o.asked_by, o.reason
             FROM place_override o JOIN place p ON p.application_no = o.application_no
             WHERE p.programme_no = $1 AND o.ended_at IS NULL ORDER BY o.override_no";
        self.query(sql, values![programme_no], |row| {
            Ok(PlaceOverride {
                override_no: row.int(0)?,
                application_no: row.int(1)?,
                asked_at: Timestamp::from_micros(row.int(2)?),
                asked_by: row.int(3)?,
                reason: row.text(4)?,
            })
        })
    }

    /// Applications of a programme that got a place outside the draw, also those that gave it up since.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn places_by_name(&mut self, programme_no: i64) -> Result<Vec<i64>> {
        let sql = "SELECT o.application_no FROM place_override o JOIN place p ON p.application_no = o.application_no
             WHERE p.programme_no = $1 AND o.confirmed = 1";
        self.query(sql, values![programme_no], |row| row.int(0))
    }

    /// Ends one that waits, confirmed or dropped; says whether it waited. Whoever asked may drop and not confirm it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_place_override(
        &mut self,
        override_no: i64,
        person_no: i64,
        confirmed: bool,
        now: Timestamp,
    ) -> Result<bool> {
        let ended = self.execute(
            "UPDATE place_override SET ended_at = $3, ended_by = $2, confirmed = $4
             WHERE override_no = $1 AND ended_at IS NULL AND (asked_by <> $2 OR $4 = 0)",
            values![override_no, person_no, now.micros(), confirmed],
        )?;
        Ok(ended == 1)
    }
}

const PLACE: &str =
    "SELECT application_no, sector, rank, count, state, reason, decline_words FROM place";

fn place_from(row: &Row<'_>) -> Result<Place> {
    Ok(Place {
        application_no: row.int(0)?,
        sector: row.code(1, "sector", Sector::from_code)?,
        rank: row.int(2)?,
        count: row.int(3)?,
        state: row.code(4, "state of a place", PlaceState::from_code)?,
        reason: row.text(5)?,
        decline_words: row.text(6)?,
    })
}
