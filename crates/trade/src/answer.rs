//! Answers of the register, read from JSON.

use model::{Day, KvkNumber, TradeEntry};
use serde::Deserialize;

/// Longest name that is taken over, in characters; forms take no longer one.
const NAME_CHARS_MAX: usize = 100;

/// What is read of a profile. What is missing or null is not said.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Profile {
    kvk_nummer: String,
    naam: Option<String>,
    statutaire_naam: Option<String>,
    ind_non_mailing: Option<String>,
    materiele_registratie: Option<Registration>,
    #[serde(rename = "_embedded")]
    embedded: Option<Embedded>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registration {
    /// `YYYYMMDD`.
    datum_einde: Option<String>,
}

#[derive(Deserialize)]
struct Embedded {
    eigenaar: Option<Owner>,
}

#[derive(Deserialize)]
struct Owner {
    rechtsvorm: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    fout: Vec<serde_json::Value>,
}

/// What a profile of this number says, if it is one.
pub(crate) fn read_profile(json: &[u8], number: KvkNumber) -> Option<TradeEntry> {
    let profile: Profile = serde_json::from_slice(json).ok()?;
    let names = [profile.naam, profile.statutaire_naam];
    let mut names = names.into_iter().flatten().map(|name| in_one_line(&name));
    let name = names.find(|name| !name.is_empty())?;
    let owner = profile.embedded.and_then(|embedded| embedded.eigenaar);
    let legal_form = owner.and_then(|owner| owner.rechtsvorm).unwrap_or_default();
    let registration = profile.materiele_registratie;
    (profile.kvk_nummer == number.as_str()).then(|| TradeEntry {
        name,
        legal_form: in_one_line(&legal_form),
        ended_on: registration.and_then(|it| it.datum_einde).and_then(day),
        is_non_mailing: profile.ind_non_mailing.as_deref() == Some("Ja"),
    })
}

/// Whether these are the words in which the register says no.
pub(crate) fn is_refusal(json: &[u8]) -> bool {
    let refusal: Result<Refusal, _> = serde_json::from_slice(json);
    refusal.is_ok_and(|refusal| !refusal.fout.is_empty())
}

fn in_one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(NAME_CHARS_MAX).collect()
}

fn day(text: String) -> Option<Day> {
    let (year, rest) = text.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    format!("{year}-{month}-{day}").parse().ok()
}
