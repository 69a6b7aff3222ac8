//! Who hears that something was seen at what it only claims: that, the class of problem, and nothing else (requirement
//! PO-04).
//!
//! A claim is a word. So a claimant is told nothing that belongs to somebody who proved at least as much, and no detail
//! that the claim itself does not hold. The notice takes nobody's place: who is told of the finding is decided without it.

use model::{AssetValue, LegalClass, Relation, RsitClass, Severity, Timestamp, Tlp};

use crate::audience::may_mail;
use crate::suppression::tell_again_at;

/// Days after which a sighting says nothing of today any more.
const SIGHTING_DAYS: i64 = 30;

/// Something that was seen.
#[derive(Clone, Copy, Debug)]
pub struct Sighting {
    /// What kind of problem.
    pub class: RsitClass,
    /// Who may know.
    pub tlp: Tlp,
    /// When it was seen last.
    pub seen_at: Timestamp,
}

/// What a party says is its own, or has proved.
#[derive(Clone, Copy, Debug)]
pub struct Holding<'v> {
    /// The party.
    pub party_no: i64,
    /// Addresses, a name or a network.
    pub value: &'v AssetValue,
}

/// Whether a claimant may hear that something was seen.
///
/// `owners` are those who proved what is around the place, most specific first of each dimension. Nobody hears of what
/// another one proved as exactly as it was claimed, nor of what it is told anyway. Natural persons are told nothing, and
/// tests are no problem of anybody.
#[must_use]
pub fn may_hear(
    sighting: Sighting,
    claim: Holding<'_>,
    class: LegalClass,
    owners: &[Holding<'_>],
    now: Timestamp,
) -> bool {
    let is_recent = now.seconds_since(sighting.seen_at) <= SIGHTING_DAYS * 86_400;
    let is_whole_told = |owner: &Holding<'_>| {
        owner.party_no == claim.party_no || is_as_exact(owner.value, claim.value)
    };
    is_recent
        && sighting.class != RsitClass::Test
        && class != LegalClass::NaturalPerson
        && may_mail(sighting.tlp, Relation::Owner).is_ok()
        && !owners.iter().any(is_whole_told)
}

/// Whether a claimant that heard of this class at this asset before hears of it again: a new problem, after the silence of
/// the last notice.
#[must_use]
pub fn hears_again(
    told_at: Option<Timestamp>,
    severity: Severity,
    is_new: bool,
    now: Timestamp,
) -> bool {
    told_at.is_none_or(|told_at| is_new && now >= tell_again_at(told_at, severity))
}

/// Whether what is proved lies wholly in what is claimed: it says at least as exactly whose a place in both is.
fn is_as_exact(proved: &AssetValue, claim: &AssetValue) -> bool {
    if let (Some((first, last)), Some((begin, end))) = (proved.bounds(), claim.bounds()) {
        return first.is_ipv4() == begin.is_ipv4() && begin <= first && last <= end;
    }
    match (proved, claim) {
        (
            AssetValue::Domain(name) | AssetValue::Host(name),
            AssetValue::Host(claimed) | AssetValue::EmailDomain(claimed),
        ) => name == claimed,
        // An AS number is the least exact word about an address.
        (proved, AssetValue::Asn(_)) => proved.bounds().is_some() || proved == claim,
        _ => claim.contains(proved),
    }
}

#[cfg(test)]
mod tests {
    use model::Day;

    use super::*;

    fn at(day: &str) -> Timestamp {
        let day: Day = day.parse().unwrap();
        Timestamp::from_micros(i64::from(day.days()) * 86_400_000_000)
    }

    fn sighting() -> Sighting {
        Sighting {
            class: RsitClass::Vulnerable,
            tlp: Tlp::Amber,
            seen_at: at("2026-11-20"),
        }
    }

    fn check(sighting: Sighting, class: LegalClass, claim: &str, owners: &[(i64, &str)]) -> bool {
        let value = |text: &str| AssetValue::guess(text).unwrap();
        let owners: Vec<_> = owners
            .iter()
            .map(|(party_no, text)| (*party_no, value(text)))
            .collect();
        let owners: Vec<_> = owners
            .iter()
            .map(|(party_no, value)| Holding {
                party_no: *party_no,
                value,
            })
            .collect();
        let claim = value(claim);
        let claim = Holding {
            party_no: 1,
            value: &claim,
        };
        may_hear(sighting, claim, class, &owners, at("2026-11-22"))
    }

    #[test]
    fn a_claimant_hears_nothing_of_what_another_one_proved_as_exactly() {
        let class = LegalClass::Unknown;
        for (claim, owner, want) in [
            ("192.0.2.7", "192.0.2.0/24", true),
            ("192.0.2.0/24", "192.0.2.0/24", false),
            ("192.0.2.0-192.0.2.255", "192.0.2.0/24", false),
            ("192.0.2.0/24", "192.0.2.7", false),
            ("192.0.2.0/24", "x.example", true),
            ("www.x.example", "x.example", true),
            ("x.example", "www.x.example", false),
            ("x.example", "ax.example", true),
            ("AS64496", "192.0.2.0/24", false),
            ("192.0.2.0/24", "AS64496", true),
            ("AS64496", "AS64496", false),
            ("2001:db8::/32", "192.0.2.0/24", true),
            ("https://x.example/ann", "x.example", true),
            ("https://x.example/ann", "https://x.example/ann/shop", false),
            ("x.example", "https://x.example/ann", false),
            ("@x.example", "x.example", false),
            ("@mail.x.example", "x.example", true),
            ("@x.example", "@mail.x.example", false),
            ("@mail.x.example", "@x.example", true),
        ] {
            let hears = check(sighting(), class, claim, &[(2, owner)]);
            assert_eq!(hears, want, "{claim} claimed, {owner} proved");
        }
    }

    #[test]
    fn a_claimant_that_is_told_anyway_hears_no_notice() {
        let class = LegalClass::Unknown;
        assert!(check(sighting(), class, "192.0.2.7", &[]));
        assert!(!check(sighting(), class, "192.0.2.7", &[(1, "x.example")]));
    }

    #[test]
    fn what_may_not_be_mailed_is_a_test_or_is_old_brings_no_notice() {
        let usual = sighting();
        for (what, sighting) in [
            (
                "red",
                Sighting {
                    tlp: Tlp::Red,
                    ..usual
                },
            ),
            (
                "test",
                Sighting {
                    class: RsitClass::Test,
                    ..usual
                },
            ),
            (
                "old",
                Sighting {
                    seen_at: at("2026-10-01"),
                    ..usual
                },
            ),
        ] {
            assert!(
                !check(sighting, LegalClass::Unknown, "192.0.2.7", &[]),
                "{what}"
            );
        }
        assert!(!check(usual, LegalClass::NaturalPerson, "192.0.2.7", &[]));
    }

    #[test]
    fn it_hears_again_of_a_new_problem_after_the_silence() {
        let now = at("2026-11-22");
        for (told, is_new, want) in [
            (None, false, true),
            (Some("2026-11-20"), true, false),
            (Some("2026-11-01"), false, false),
            (Some("2026-11-01"), true, true),
        ] {
            let hears = hears_again(told.map(at), Severity::Medium, is_new, now);
            assert_eq!(hears, want, "{told:?} {is_new}");
        }
    }
}
