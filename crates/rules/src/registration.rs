//! An organisation registers itself (PO-02): what may be filled in, how often a code may be tried, and what follows once
//! somebody showed that the mailbox is read.

use model::{AssetKind, AssetValue, CountingRule, DomainName, RegistrationRule};

use crate::enrol::counting::count;
use crate::enrol::form::{BadAsset, read_assets};
use crate::proof::domain_of;

/// Addresses that an organisation names when it registers itself, counted as in programmes: a network of 256 counts 256.
/// Whoever has more adds them later, where lists are read.
pub const ADDRESSES_MAX: u64 = 256;

/// Characters that the list of addresses may have: each of 256 in the longest way of writing it, and some.
pub const ADDRESSES_CHARS_MAX: usize = 16_384;

/// Days for which a code can be answered (PI-09).
pub const CODE_DAYS: i64 = 7;

/// Wrong codes after each mail; then another mail is needed.
pub const WRONG_MAX: i64 = 3;

/// Mails with a code for one registration. Nine guesses in all at one of a million codes.
pub const MAILS_MAX: i64 = 3;

/// Days for which a registration waits for the desk. Then it ends, and whoever made it is told.
pub const WAITING_DAYS: i64 = 60;

/// How often the administrators of an organisation are told in [`TOLD_DAYS`] that somebody registers under its number. Anybody
/// can do that, as often as the limits let through; and among those who do may be somebody who works there.
pub const TOLD_MAX: i64 = 3;

/// See [`TOLD_MAX`].
pub const TOLD_DAYS: i64 = 7;

/// The domain that somebody means: also where the address of the website was copied. `Ok(None)` where nothing was filled in.
///
/// # Errors
/// When it is no domain that an organisation can have, such as `nl`.
pub fn read_domain(text: &str) -> Result<Option<DomainName>, model::AssetError> {
    let text = text.trim().to_ascii_lowercase();
    let bare = text.split_once("://").map_or(&text[..], |(_, rest)| rest);
    let bare = bare.split('/').next().unwrap_or_default();
    if text.is_empty() {
        return Ok(None);
    }
    // The website is what people know of their domain.
    let whole = bare.strip_prefix("www.").filter(|rest| rest.contains('.'));
    let value = AssetValue::parse(AssetKind::Domain, whole.unwrap_or(bare))?;
    Ok(domain_of(&value).cloned())
}

/// What is wrong with a list of addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddressesError {
    /// These lines are none: private, reserved, a name, or nothing at all.
    Bad(Vec<BadAsset>),
    /// There are more than [`ADDRESSES_MAX`].
    TooMany,
}

/// The addresses and networks of a list.
///
/// # Errors
/// When a line is neither, or there are too many.
pub fn read_addresses(text: &str) -> Result<Vec<AssetValue>, AddressesError> {
    if text.chars().count() > ADDRESSES_CHARS_MAX {
        return Err(AddressesError::TooMany);
    }
    let (assets, mut bad) = read_assets(text);
    for other in assets.iter().filter(|asset| !is_address(asset)) {
        bad.push(BadAsset {
            line: line_of(text, other),
            why: format!("`{other}` is no address and no network"),
        });
    }
    if !bad.is_empty() {
        bad.sort_by_key(|bad| bad.line);
        return Err(AddressesError::Bad(bad));
    }
    match count(&assets, CountingRule::NEWEST).total() <= ADDRESSES_MAX {
        true => Ok(assets),
        false => Err(AddressesError::TooMany),
    }
}

fn is_address(asset: &AssetValue) -> bool {
    matches!(asset, AssetValue::Address(_) | AssetValue::Prefix(_))
}

/// The first line on which an asset stands, from 1.
fn line_of(text: &str, asset: &AssetValue) -> usize {
    let is_there = |line: &str| {
        let mut parts = line.split([',', ';']);
        parts.any(|part| AssetValue::guess(part).is_ok_and(|read| read == *asset))
    };
    1 + text.lines().position(is_there).unwrap_or_default()
}

/// Who has the number of the trade register already under which somebody registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberHolder {
    /// Nobody.
    Nobody,
    /// An organisation that the desk vouches for and that has administrators: it is for them to let somebody in.
    Administrators,
    /// Something else: nobody works for it, or it registered itself and nobody has looked yet.
    Other,
}

/// What becomes of a registration whose code was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It comes into the register.
    Admit,
    /// A person of the desk looks first.
    Wait,
    /// The administrators of the organisation are told, and decide.
    Tell,
}

/// Decides that. `is_doubted`: the trade register speaks against it. Nobody is let into an organisation that is there already,
/// and no number is given to two. A door that was closed meanwhile turns nobody away who stood in it: the desk looks.
#[must_use]
pub fn outcome(rule: RegistrationRule, holder: NumberHolder, is_doubted: bool) -> Outcome {
    match (holder, rule) {
        (NumberHolder::Administrators, _) => Outcome::Tell,
        (NumberHolder::Other, _) => Outcome::Wait,
        (NumberHolder::Nobody, RegistrationRule::Open) if !is_doubted => Outcome::Admit,
        (
            NumberHolder::Nobody,
            RegistrationRule::Open | RegistrationRule::Hold | RegistrationRule::Closed,
        ) => Outcome::Wait,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_read_as_people_write_it_and_nothing_else() {
        for (text, want) in [
            ("", None),
            (" bakery.example ", Some("bakery.example")),
            (
                "https://www.bakery.example/bread?x=1",
                Some("bakery.example"),
            ),
            ("WWW.Bakery.example", Some("bakery.example")),
            ("www.example", Some("www.example")),
            ("b\u{e4}ckerei.example", Some("xn--bckerei-5wa.example")),
        ] {
            let read = read_domain(text).unwrap();
            assert_eq!(read.map(|name| name.to_string()).as_deref(), want, "{text}");
        }
        for text in [
            "nl",
            "co.uk",
            "http://",
            "https:///x",
            "abuse@bakery.example",
            "192.0.2.1",
            "bakery example",
            "\u{0}",
            "a..b",
        ] {
            assert!(read_domain(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_list_holds_addresses_and_small_networks_of_the_internet() {
        for (text, want) in [
            ("", 0),
            ("203.0.113.24", 1),
            ("203.0.113.24\r\n198.51.100.0/30, 2001:db8::/48", 3),
            ("192.0.2.0/24", 1),
        ] {
            assert_eq!(read_addresses(text).unwrap().len(), want, "{text}");
        }
        for (text, line) in [
            ("10.0.0.1", 1),
            ("203.0.113.24\n192.168.1.1", 2),
            ("203.0.113.24\nbakery.example", 2),
            ("AS64496", 1),
            ("192.0.2.1-192.0.2.9", 1),
            ("0.0.0.0/0", 1),
            ("<script>", 1),
        ] {
            match read_addresses(text) {
                Err(AddressesError::Bad(bad)) => assert_eq!(bad[0].line, line, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
        let long = "203.0.113.24\n".repeat(ADDRESSES_CHARS_MAX);
        for text in ["192.0.2.0/24\n203.0.113.24", "198.51.100.0/23", &long] {
            assert_eq!(read_addresses(text), Err(AddressesError::TooMany));
        }
    }

    #[test]
    fn nobody_comes_in_by_a_number_that_is_somebodys_and_none_unseen_but_by_an_open_door() {
        use NumberHolder::{Administrators, Nobody, Other};
        use RegistrationRule::{Closed, Hold, Open};
        for (rule, holder, is_doubted, want) in [
            (Open, Nobody, false, Outcome::Admit),
            (Open, Nobody, true, Outcome::Wait),
            (Hold, Nobody, false, Outcome::Wait),
            (Closed, Nobody, false, Outcome::Wait),
            (Open, Other, false, Outcome::Wait),
            (Open, Administrators, false, Outcome::Tell),
            (Hold, Administrators, true, Outcome::Tell),
        ] {
            assert_eq!(outcome(rule, holder, is_doubted), want, "{rule} {holder:?}");
        }
    }
}
