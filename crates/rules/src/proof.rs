//! Whether an asset is what an organisation says: what proves it, what follows from another proof, and for how long.

use std::collections::HashMap;
use std::net::IpAddr;

use model::{AssetValue, Day, DomainName, EmailAddress, Prefix, ProofMethod, ProofPlace};

/// Days for which a proof counts: a year, since names and networks change hands.
pub const PROOF_DAYS: i32 = 365;

/// Name below which the TXT record is looked for.
const CHALLENGE_LABEL: &str = "_seinpost-challenge";

/// Who answers for a domain.
const ROLES: [&str; 3] = ["abuse", "hostmaster", "security"];

/// Legal forms that registers write behind a name, or leave out.
const LEGAL_FORMS: [&str; 8] = [
    "b.v.",
    "bv",
    "n.v.",
    "nv",
    "v.o.f.",
    "vof",
    "stichting",
    "vereniging",
];

/// The last day of a proof that was seen on `today`, and not beyond that of the asset that it follows from.
#[must_use]
pub fn proof_end(today: Day, parent: Option<Day>) -> Day {
    let own = today.plus_days(PROOF_DAYS);
    parent.map_or(own, |parent| parent.min(own))
}

/// The name whose TXT record proves a domain or host.
#[must_use]
pub fn challenge_name(domain: &DomainName) -> String {
    format!("{CHALLENGE_LABEL}.{domain}")
}

/// The name that an asset is, whole: a domain, a host, or the domain of e-mail addresses. A site on a server is none.
#[must_use]
pub fn domain_of(value: &AssetValue) -> Option<&DomainName> {
    value
        .name()
        .filter(|_| !matches!(value, AssetValue::Url(_)))
}

/// Whether what is put at this place proves such an asset. Who can write below a path of a server has not its DNS, and who has
/// its website has not the mailboxes of its name. A file is read on the usual port.
#[must_use]
pub fn proves(place: ProofPlace, value: &AssetValue) -> bool {
    match (value, place) {
        (AssetValue::Domain(_) | AssetValue::Host(_), ProofPlace::Dns | ProofPlace::WellKnown)
        | (AssetValue::EmailDomain(_), ProofPlace::Dns) => true,
        (AssetValue::Url(site), ProofPlace::WellKnown) => !site.has_own_port(),
        _ => false,
    }
}

/// Where somebody reads mail for a domain, by the name of a role (RFC 2142), in the order in which they are offered: at the
/// name itself, and at the name that was registered. None for what is no name.
#[must_use]
pub fn role_addresses(value: &AssetValue) -> Vec<EmailAddress> {
    let Some(name) = domain_of(value) else {
        return Vec::new();
    };
    let mut names = vec![name.clone()];
    names.extend(name.registrable().filter(|registered| registered != name));
    let addresses = names.iter().flat_map(|name| {
        let roles = ROLES.iter();
        roles.filter_map(move |role| format!("{role}@{name}").parse().ok())
    });
    addresses.collect()
}

/// The prefixes that contain an asset of addresses as a whole, longest first. None for others.
#[must_use]
pub fn networks_around(value: &AssetValue) -> Vec<Prefix> {
    value.prefixes_around()
}

/// What is proved, and how: what lies in it may follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
    /// Its number.
    pub number: i64,
    /// What it is.
    pub value: AssetValue,
    /// By what; nothing: the desk entered it.
    pub method: Option<ProofMethod>,
}

impl Proved {
    /// Whether e-mail domains in it are proved by it. Who has a website or a host of a name has not its mailboxes, and what follows
    /// from something else says nothing that this does not say itself.
    fn proves_mail(&self) -> bool {
        let is_name = matches!(
            self.value,
            AssetValue::Domain(_) | AssetValue::EmailDomain(_)
        );
        is_name
            && match self.method {
                Some(ProofMethod::WellKnown | ProofMethod::Inherited) => false,
                Some(
                    ProofMethod::Dns
                    | ProofMethod::Mail
                    | ProofMethod::Registry
                    | ProofMethod::Document,
                )
                | None => true,
            }
    }
}

/// Which claims lie wholly in something that is proved and proves them: pairs of claim and what proves it, in the order of the
/// claims. The two have numbers of their own.
///
/// Cost: O((claims + proved) log proved).
#[must_use]
pub fn covered(claims: &[(i64, AssetValue)], proved: &[Proved]) -> Vec<(i64, i64)> {
    let cover = Cover::new(proved);
    let found = claims
        .iter()
        .filter_map(|(claim, value)| Some((*claim, cover.of(value)?)));
    found.collect()
}

/// What is proved, ready to be asked.
struct Cover<'v> {
    /// First address, and among all that begin there or before the farthest last address with its number.
    ranges: Vec<(IpAddr, IpAddr, i64)>,
    /// What is given by a name.
    named: HashMap<&'v AssetValue, i64>,
    /// What of it proves e-mail domains.
    mail: HashMap<&'v AssetValue, i64>,
}

impl<'v> Cover<'v> {
    fn new(proved: &'v [Proved]) -> Self {
        let bounded = |it: &Proved| {
            let bounds = it.value.bounds();
            bounds.map(|(first, last)| (first, last, it.number))
        };
        let mut ranges: Vec<_> = proved.iter().filter_map(bounded).collect();
        ranges.sort();
        for place in 1..ranges.len() {
            let (_, last, number) = ranges[place - 1];
            // IPv4 sorts before IPv6, so the farthest of the one never hides the other.
            if last > ranges[place].1 {
                (ranges[place].1, ranges[place].2) = (last, number);
            }
        }
        let named = proved.iter().filter(|it| it.value.name().is_some());
        let mail = proved.iter().filter(|it| it.proves_mail());
        Self {
            ranges,
            named: named.map(|it| (&it.value, it.number)).collect(),
            mail: mail.map(|it| (&it.value, it.number)).collect(),
        }
    }

    fn of(&self, value: &AssetValue) -> Option<i64> {
        if let Some((first, last)) = value.bounds() {
            let behind = self.ranges.partition_point(|(begin, ..)| *begin <= first);
            let (begin, end, number) = self.ranges.get(behind.checked_sub(1)?)?;
            return (begin.is_ipv4() == first.is_ipv4() && last <= *end).then_some(*number);
        }
        let named = match value {
            AssetValue::EmailDomain(_) => &self.mail,
            _ => &self.named,
        };
        let itself = named.get(value).copied();
        itself.or_else(|| {
            let wider = value.wider();
            wider.iter().find_map(|it| named.get(it).copied())
        })
    }
}

/// How the register of networks may write the name of an organisation, in lower case.
#[must_use]
pub fn holder_spellings(name: &str) -> Vec<String> {
    let words: Vec<String> = name
        .to_lowercase()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let is_form = |word: &String| LEGAL_FORMS.contains(&word.trim_end_matches(','));
    let bare: Vec<String> = words
        .iter()
        .filter(|word| !is_form(word))
        .cloned()
        .collect();
    let bare = bare.join(" ").trim_end_matches(',').to_owned();
    if bare.is_empty() {
        return Vec::new();
    }
    let mut spellings = vec![words.join(" "), bare.clone()];
    for form in LEGAL_FORMS {
        spellings.push(format!("{bare} {form}"));
        spellings.push(format!("{form} {bare}"));
    }
    spellings.sort();
    spellings.dedup();
    spellings
}

/// Endings of files that are taken as documents: what shows a contract, and nothing that a browser or a system runs.
const DOCUMENT_ENDINGS: [&str; 7] = ["pdf", "png", "jpg", "jpeg", "odt", "docx", "txt"];

/// The ending of the name of a document, in lower case; nothing for a kind of file that is not taken.
#[must_use]
pub fn document_ending(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    let mut endings = DOCUMENT_ENDINGS.into_iter();
    endings.find(|known| ending.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use model::AssetKind;

    use super::*;

    fn asset(text: &str) -> AssetValue {
        AssetValue::guess(text).unwrap()
    }

    #[test]
    fn a_document_is_nothing_that_runs() {
        for (name, want) in [
            ("lease.pdf", Some("pdf")),
            ("Scan.JPEG", Some("jpeg")),
            ("page.html", None),
            ("picture.svg", None),
            ("lease.pdf.exe", None),
            ("pdf", None),
            ("", None),
        ] {
            assert_eq!(document_ending(name), want, "{name}");
        }
    }

    #[test]
    fn what_lies_wholly_in_a_proved_asset_is_proved_by_it() {
        let proved = [
            (1, asset("192.0.2.0/24")),
            (2, asset("192.0.2.16/28")),
            (3, asset("x.example")),
            (4, asset("2001:db8::/32")),
            (
                5,
                AssetValue::parse(AssetKind::Host, "www.y.example").unwrap(),
            ),
            (6, asset("https://shared.example/ann")),
            (7, asset("@z.example")),
        ];
        let proved = proved.map(|(number, value)| Proved {
            number,
            value,
            method: Some(ProofMethod::Dns),
        });
        for (text, want) in [
            ("192.0.2.20", Some(1)),
            ("192.0.2.200-192.0.2.255", Some(1)),
            ("192.0.2.200-192.0.3.0", None),
            ("198.51.100.1", None),
            ("2001:db8:1::/48", Some(4)),
            ("::/1", None),
            ("a.b.x.example", Some(3)),
            ("ax.example", None),
            ("a.www.y.example", None),
            ("https://x.example/ann", Some(3)),
            ("@mail.x.example", Some(3)),
            ("https://www.y.example:8443/ann", Some(5)),
            ("https://y.example/ann", None),
            ("@www.y.example", None),
            ("https://shared.example/ann/shop", Some(6)),
            ("https://shared.example/anna", None),
            ("shared.example", None),
            ("@mail.z.example", Some(7)),
            ("z.example", None),
            ("AS64496", None),
        ] {
            let Ok(value) = AssetValue::guess(text) else {
                continue;
            };
            let found = covered(&[(9, value)], &proved);
            assert_eq!(found.first().map(|(_, proof)| *proof), want, "{text}");
        }
    }

    #[test]
    fn mailboxes_follow_from_a_name_and_not_from_its_website() {
        let claims = [
            (1, asset("@mail.ward.x.example")),
            (2, asset("www.ward.x.example")),
            (3, asset("https://ward.x.example/ann")),
        ];
        let proved = |number, text: &str, method| Proved {
            number,
            value: asset(text),
            method,
        };
        use ProofMethod::{Dns, Document, Inherited, Mail, WellKnown};
        for (inner, outer, want) in [
            (Some(WellKnown), None, Some(8)),
            (Some(WellKnown), Some(WellKnown), None),
            // It may follow from a website itself.
            (Some(Inherited), Some(WellKnown), None),
            (Some(Inherited), Some(Dns), Some(8)),
            (Some(Dns), Some(WellKnown), Some(9)),
            (Some(Mail), Some(Dns), Some(9)),
            (Some(Document), Some(Dns), Some(9)),
            (None, Some(Dns), Some(9)),
        ] {
            let around = [
                proved(8, "x.example", outer),
                proved(9, "ward.x.example", inner),
            ];
            let found = covered(&claims, &around);
            let mail = found.iter().find(|(claim, _)| *claim == 1);
            assert_eq!(mail.map(|(_, proof)| *proof), want, "{inner:?} {outer:?}");
            assert!(found.contains(&(2, 9)) && found.contains(&(3, 9)));
        }
    }

    #[test]
    fn a_name_is_found_with_and_without_its_legal_form() {
        let spellings = holder_spellings("Ziekenhuis Rijnveld");
        for spelling in [
            "ziekenhuis rijnveld",
            "stichting ziekenhuis rijnveld",
            "ziekenhuis rijnveld b.v.",
        ] {
            assert!(spellings.contains(&spelling.to_owned()), "{spelling}");
        }
        assert!(
            holder_spellings("Bakkerij Voorbeeld VOF").contains(&"bakkerij voorbeeld".to_owned())
        );
        assert!(holder_spellings("B.V.").is_empty());
    }

    #[test]
    fn a_code_goes_to_a_role_of_the_name_or_of_what_was_registered() {
        let texts = |text: &str| {
            let addresses = role_addresses(&asset(text));
            let texts: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            texts.join(" ")
        };
        assert_eq!(
            texts("x.example"),
            "abuse@x.example hostmaster@x.example security@x.example"
        );
        assert!(texts("www.x.example").ends_with("security@x.example"));
        assert_eq!(texts("@x.example"), texts("x.example"));
        assert_eq!(texts("192.0.2.7"), "");
        // Who reads mail for the server is not who has a path of it.
        assert_eq!(texts("https://x.example/ann"), "");
    }

    #[test]
    fn a_path_is_proved_by_a_file_and_mailboxes_by_a_record() {
        for (text, want) in [
            ("x.example", [true, true]),
            ("@x.example", [true, false]),
            ("https://x.example/ann", [false, true]),
            ("https://x.example:8443/ann", [false, false]),
            ("192.0.2.7", [false, false]),
            ("AS64496", [false, false]),
        ] {
            let places = [ProofPlace::Dns, ProofPlace::WellKnown];
            assert_eq!(
                places.map(|place| proves(place, &asset(text))),
                want,
                "{text}"
            );
        }
    }

    #[test]
    fn the_networks_around_an_asset_hold_all_of_it() {
        let around = networks_around(&asset("192.0.2.6-192.0.2.9"));
        assert_eq!(around[0].to_string(), "192.0.2.0/28");
        assert_eq!(
            (around.len(), around[28].to_string()),
            (29, "0.0.0.0/0".into())
        );
        assert_eq!(networks_around(&asset("2001:db8::1")).len(), 129);
        assert!(networks_around(&asset("AS64496")).is_empty());
    }

    #[test]
    fn a_proof_never_outlives_the_one_that_it_follows_from() {
        let today: Day = "2026-11-22".parse().unwrap();
        assert_eq!(proof_end(today, None).to_string(), "2027-11-22");
        let parent = "2027-01-01".parse().unwrap();
        assert_eq!(proof_end(today, Some(parent)), parent);
    }
}
