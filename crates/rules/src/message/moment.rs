//! Times as people read them: local and in UTC.

use model::{Day, Language, Timestamp, Zone};

use super::words::Words;

/// A day in words: `18 november 2026`.
#[must_use]
pub fn day_in_words(day: Day, language: Language) -> String {
    Parts::of(&Zone::UTC.to_local_text(day.start()))
        .map_or_else(|| day.to_string(), |parts| parts.date(Words::of(language)))
}

/// A time in words to the minute, local and in UTC: `18 november 2026 om 03:14 (02:14 UTC)`.
#[must_use]
pub fn time_in_words(time: Timestamp, zone: &Zone, language: Language) -> String {
    in_words(time, zone, Words::of(language), Precision::Minute)
}

/// One time, taken apart in one zone.
struct Parts {
    year: String,
    month: usize,
    day: u8,
    time: String,
}

impl Parts {
    /// Reads `2026-11-18 03:14:33 +01:00`, the form that [`Zone::to_local_text`] writes.
    fn of(text: &str) -> Option<Self> {
        let (date, rest) = text.split_once(' ')?;
        let (year_month, day) = date.rsplit_once('-')?;
        let (year, month) = year_month.rsplit_once('-')?;
        Some(Self {
            year: year.to_owned(),
            month: month.parse().ok()?,
            day: day.parse().ok()?,
            time: rest.get(..8)?.to_owned(),
        })
    }

    fn date(&self, words: &Words) -> String {
        let month = words
            .months
            .get(self.month.wrapping_sub(1))
            .map_or("?", String::as_str);
        format!("{} {month} {}", self.day, self.year)
    }
}

/// How exactly a time is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Precision {
    Minute,
    Second,
}

/// A time in words, local and in UTC: `18 november 2026 om 03:14 (02:14 UTC)`.
pub(super) fn in_words(
    time: Timestamp,
    zone: &Zone,
    words: &Words,
    precision: Precision,
) -> String {
    let local_text = zone.to_local_text(time);
    let utc_text = Zone::UTC.to_local_text(time);
    let (Some(local), Some(utc)) = (Parts::of(&local_text), Parts::of(&utc_text)) else {
        return utc_text;
    };
    let shown = |parts: &Parts| match precision {
        Precision::Minute => parts.time[..5].to_owned(),
        Precision::Second => parts.time.clone(),
    };
    let at = &words.at;
    let (local_date, utc_date) = (local.date(words), utc.date(words));
    if local_text == utc_text {
        format!("{local_date} {at} {} UTC", shown(&local))
    } else if local_date == utc_date {
        format!("{local_date} {at} {} ({} UTC)", shown(&local), shown(&utc))
    } else {
        format!(
            "{local_date} {at} {} ({utc_date} {at} {} UTC)",
            shown(&local),
            shown(&utc)
        )
    }
}

/// A time for a column: `2026-11-18 03:14:33`, in the zone given.
pub(super) fn in_column(time: Timestamp, zone: &Zone) -> String {
    let mut text = zone.to_local_text(time);
    if let Some(end) = text.rfind(' ') {
        text.truncate(end);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_the_month_as_a_word_in_the_language_of_its_reader() {
        let day: Day = "2026-03-01".parse().unwrap();
        assert_eq!(day_in_words(day, Language::Nl), "1 maart 2026");
        assert_eq!(day_in_words(day, Language::En), "1 March 2026");
    }

    #[test]
    fn a_time_names_the_other_day_where_utc_is_still_on_it() {
        let time = Timestamp::parse("2026-11-18T23:30:00Z", &Zone::UTC).unwrap();
        let zone: Zone = "Europe/Amsterdam".parse().unwrap();
        assert_eq!(
            time_in_words(time, &zone, Language::En),
            "19 November 2026 at 00:30 (18 November 2026 at 23:30 UTC)"
        );
    }
}
