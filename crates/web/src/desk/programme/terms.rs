//! What the coordinator fills in about a programme, for making one and for changing it.

use model::{Day, Sector, Timestamp, Zone};
use serde::{Deserialize, Serialize};
use store::ProgrammeTerms;

use crate::feedback::written;
use crate::form::Errors;

/// Places that a programme may have; beyond that it is no programme but the service.
const PLACES_MAX: u32 = 10_000;

/// Characters of a name, and of the other texts.
const NAME_CHARS_MAX: usize = 100;
const TEXT_CHARS_MAX: usize = 2_000;

/// Bound and error of what a programme says in both languages or in none.
pub(super) const BOTH: (usize, &str) = (TEXT_CHARS_MAX, "desk-programme-error-both");

/// As it is sent; days as browsers write them.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct ProgrammeForm {
    slug: String,
    name_nl: String,
    name_en: String,
    text_nl: String,
    text_en: String,
    evidence_nl: String,
    evidence_en: String,
    pub(super) contact_nl: String,
    pub(super) contact_en: String,
    sector: Vec<String>,
    places: String,
    per_sector: String,
    opens_on: String,
    closes_on: String,
    begins_on: String,
    ends_on: String,
    /// Mark of what the page showed; no part of what is marked.
    #[serde(skip_serializing)]
    pub(super) seen: String,
}

impl ProgrammeForm {
    /// What a new programme begins with.
    pub(super) fn usual() -> Self {
        Self {
            sector: Sector::ALL.iter().map(ToString::to_string).collect(),
            places: "40".to_owned(),
            per_sector: "4".to_owned(),
            ..Self::default()
        }
    }

    /// The form as a programme has it.
    pub(super) fn of(terms: &ProgrammeTerms, zone: &Zone) -> Self {
        let pair = |[dutch, english]: &[String; 2]| (dutch.clone(), english.clone());
        let (name_nl, name_en) = pair(&terms.name);
        let (text_nl, text_en) = pair(&terms.text);
        let (evidence_nl, evidence_en) = pair(&terms.evidence);
        let (contact_nl, contact_en) = pair(&terms.contact);
        Self {
            slug: terms.slug.clone(),
            name_nl,
            name_en,
            text_nl,
            text_en,
            evidence_nl,
            evidence_en,
            contact_nl,
            contact_en,
            sector: terms.sectors.iter().map(ToString::to_string).collect(),
            places: terms.places.to_string(),
            per_sector: terms.per_sector.to_string(),
            opens_on: zone.local(terms.opens_at).0.to_string(),
            closes_on: zone.local(terms.closes_at).0.to_string(),
            begins_on: terms.begins_on.to_string(),
            ends_on: terms.ends_on.to_string(),
            seen: String::new(),
        }
    }

    /// Reads the form, or notes what is wrong with it.
    pub(super) fn read(&self, zone: &Zone, errors: &mut Errors) -> Option<ProgrammeTerms> {
        let slug = self.slug.trim();
        let is_slug = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if slug.is_empty() || slug.len() > 40 || !slug.bytes().all(is_slug) {
            errors.add("slug", "desk-programme-error-slug");
        }
        let mut text = |field, text: &str, chars| {
            written(errors, field, text, chars, "desk-programme-error-text")
        };
        let name = [
            text("name_nl", &self.name_nl, (1, NAME_CHARS_MAX)),
            text("name_en", &self.name_en, (1, NAME_CHARS_MAX)),
        ];
        let texts = [
            text("text_nl", &self.text_nl, (1, TEXT_CHARS_MAX)),
            text("text_en", &self.text_en, (1, TEXT_CHARS_MAX)),
        ];
        let evidence = both(
            errors,
            ("evidence_nl", &self.evidence_nl),
            ("evidence_en", &self.evidence_en),
            BOTH,
        );
        let contact = both(
            errors,
            ("contact_nl", &self.contact_nl),
            ("contact_en", &self.contact_en),
            BOTH,
        );
        let sectors: Result<Vec<Sector>, _> = self.sector.iter().map(|word| word.parse()).collect();
        let sectors = sectors.unwrap_or_default();
        if sectors.is_empty() {
            errors.add("sector", "desk-programme-error-sector");
        }
        let number = |text: &str| {
            let number = text.trim().parse::<u32>().ok();
            number
                .filter(|number| (1..=PLACES_MAX).contains(number))
                .ok_or(())
        };
        let places = errors.take(
            "places",
            number(&self.places),
            "desk-programme-error-number",
        );
        let per_sector = number(&self.per_sector);
        let per_sector = errors.take("per_sector", per_sector, "desk-programme-error-number");
        let mut day = |field, text: &str, after: Option<Day>| {
            let day = text.parse::<Day>().ok();
            let day = day.filter(|day| after.is_none_or(|after| after < *day));
            errors.take(field, day.ok_or(()), "desk-programme-error-day")
        };
        let opens_on = day("opens_on", &self.opens_on, None);
        let closes_on = day("closes_on", &self.closes_on, opens_on);
        let begins_on = day("begins_on", &self.begins_on, closes_on);
        let ends_on = day("ends_on", &self.ends_on, begins_on);
        if !errors.is_empty() {
            return None;
        }
        Some(ProgrammeTerms {
            slug: slug.to_owned(),
            name,
            text: texts,
            evidence,
            contact,
            sectors,
            places: places?,
            per_sector: per_sector?,
            opens_at: midnight(opens_on?, zone)?,
            closes_at: midnight(closes_on?, zone)?,
            begins_on: begins_on?,
            ends_on: ends_on?,
        })
    }
}

/// A text in both languages, or in none; of so many characters at most, and what is said where it is not.
pub(super) fn both(
    errors: &mut Errors,
    (field_nl, dutch): (&'static str, &str),
    (field_en, english): (&'static str, &str),
    (chars_max, wrong): (usize, &'static str),
) -> [String; 2] {
    let is_there = |text: &str| !text.trim().is_empty();
    let chars_min = usize::from(is_there(dutch) || is_there(english));
    let mut text = |field, text: &str| written(errors, field, text, (chars_min, chars_max), wrong);
    [text(field_nl, dutch), text(field_en, english)]
}

/// Applications are taken from the first minute of the first day to the last one before the closing day.
pub(super) fn midnight(day: Day, zone: &Zone) -> Option<Timestamp> {
    Timestamp::parse(&format!("{day} 00:00:00"), zone).ok()
}
