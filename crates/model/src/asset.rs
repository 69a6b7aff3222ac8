//! What an organisation says is its own.

use std::fmt;
use std::net::IpAddr;

use crate::{
    AddressClass, AddressError, AddressRange, Asn, AsnError, DomainError, DomainName, Prefix,
    PrefixError, RangeError, WebPlace, WebPlaceError, classify, free_mail, parse_address,
    reserved_within,
};

crate::vocabulary! {
    /// In which terms an asset is given.
    pub enum AssetKind: "kind of asset" {
        /// One IP address.
        Address = 0 => "address" | "ip" | "ip-address" | "adres",
        /// A prefix.
        Prefix = 1 => "prefix" | "cidr" | "network",
        /// A range of addresses.
        Range = 2 => "range" | "address-range" | "ip-range" | "bereik",
        /// An AS number.
        Asn = 3 => "asn" | "as" | "as-number",
        /// A domain and everything below it.
        Domain = 4 => "domain" | "domein",
        /// Exactly this name.
        Host = 5 => "host" | "hostname" | "fqdn",
        /// A site on a web server that others have sites on as well: a path, and everything below it.
        Url = 6 => "url" | "web-address" | "webadres",
        /// The e-mail addresses at a domain and at everything below it, and none of its servers.
        EmailDomain = 7 => "e-mail-domain" | "email-domain" | "e-maildomein" | "emaildomein",
    }
}

crate::vocabulary! {
    /// How much an organisation depends on an asset, in its own judgement.
    pub enum Criticality: "criticality" {
        /// It can be missed for weeks.
        Low = 0 => "low" | "laag",
        /// It is missed within days.
        Normal = 1 => "normal" | "normaal",
        /// Work stops without it.
        High = 2 => "high" | "hoog",
    }
}

crate::vocabulary! {
    /// How far the word of an organisation about an asset is proved.
    pub enum AssetState: "state of an asset" {
        /// It says so. Nothing is matched against the asset.
        Claimed = 0 => "claimed",
        /// It is proved, or comes from the desk.
        Verified = 1 => "verified",
        /// It is proved, and must be proved again soon.
        Expiring = 2 => "expiring",
    }
}

crate::vocabulary! {
    /// How an organisation proves that an asset is its own.
    pub enum ProofMethod: "method of proof" {
        /// A TXT record below the domain.
        Dns = 0 => "dns",
        /// A file on the web server of the domain.
        WellKnown = 1 => "well-known",
        /// A code that was mailed to a role address.
        Mail = 2 => "mail",
        /// The register of networks names the organisation as the holder.
        Registry = 3 => "registry",
        /// It is wholly inside another asset of the organisation that is verified.
        Inherited = 4 => "inherited",
        /// Somebody of the desk looked at a document.
        Document = 5 => "document",
    }
}

impl ProofMethod {
    /// Whether it follows from what is known already: such a proof is renewed without anybody's hand and without a look outside.
    #[must_use]
    pub const fn is_derived(self) -> bool {
        match self {
            Self::Registry | Self::Inherited => true,
            Self::Dns | Self::WellKnown | Self::Mail | Self::Document => false,
        }
    }
}

crate::vocabulary! {
    /// Where what proves a name is put by its holder, for everybody to see. Each has the code of its [`ProofMethod`].
    pub enum ProofPlace: "place of a proof" {
        /// A TXT record below the name.
        Dns = 0 => "dns",
        /// A file on its web server.
        WellKnown = 1 => "well-known",
    }
}

impl ProofPlace {
    /// What is proved by it.
    #[must_use]
    pub const fn method(self) -> ProofMethod {
        match self {
            Self::Dns => ProofMethod::Dns,
            Self::WellKnown => ProofMethod::WellKnown,
        }
    }
}

crate::vocabulary! {
    /// What a look for a proof came to.
    pub enum ProofOutcome: "outcome of a look" {
        /// It is there.
        Proved = 0 => "proved",
        /// There is no such record, or no such file.
        Missing = 1 => "missing",
        /// There is one, and it does not have the text.
        Different = 2 => "different",
        /// The DNS or the web server did not answer in time, or not by the rules.
        Silent = 3 => "silent",
        /// The DNS gives no address of the website.
        NoAddress = 4 => "no-address",
        /// The website has an address that is not one of the Internet.
        NotPublic = 5 => "not-public",
        /// The website leads to where a proof does not count.
        Elsewhere = 6 => "elsewhere",
        /// Another organisation claims the same, and a file does not decide that.
        Disputed = 7 => "disputed",
        /// The asset was removed meanwhile.
        Gone = 8 => "gone",
    }
}

/// What an organisation says is its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AssetValue {
    /// One IP address.
    Address(IpAddr),
    /// A prefix.
    Prefix(Prefix),
    /// A range of addresses.
    Range(AddressRange),
    /// All addresses that this system announces.
    Asn(Asn),
    /// This name and everything below it.
    Domain(DomainName),
    /// Exactly this name.
    Host(DomainName),
    /// This path on this web server and everything below it.
    Url(WebPlace),
    /// The e-mail addresses at this name and everything below it.
    EmailDomain(DomainName),
}

/// Why a text is not something that one organisation can own.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssetError {
    /// Not an address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// Not a prefix.
    #[error(transparent)]
    Prefix(#[from] PrefixError),
    /// Not a range.
    #[error(transparent)]
    Range(#[from] RangeError),
    /// Not an AS number.
    #[error(transparent)]
    Asn(#[from] AsnError),
    /// Not a name.
    #[error(transparent)]
    Domain(#[from] DomainError),
    /// Addresses that nobody owns.
    #[error("`{given}` cannot be owned by one organisation: it is or contains space for {why}")]
    Reserved {
        /// What was given.
        given: String,
        /// What the space is for.
        why: &'static str,
    },
    /// An AS number that nobody owns.
    #[error("{asn} cannot be owned by one organisation: {why}")]
    UnownedAsn {
        /// What was given.
        asn: Asn,
        /// What the number is for.
        why: &'static str,
    },
    /// Not the address of a site.
    #[error(transparent)]
    Url(#[from] WebPlaceError),
    /// A mail provider: strangers have mailboxes there.
    #[error("strangers have mailboxes at `{name}`, so its e-mail addresses are of nobody alone")]
    FreeMail {
        /// What was given.
        name: DomainName,
    },
    /// A name below which strangers register.
    #[error(
        "`{name}` is a public suffix: strangers register names below it, so it is nobody's own"
    )]
    PublicSuffix {
        /// What was given.
        name: DomainName,
    },
}

impl AssetValue {
    /// Reads an asset of a known kind. Documentation addresses are fine.
    ///
    /// # Errors
    /// If the text is not of that kind, or is something that no single organisation can own: reserved or private
    /// addresses, a public suffix, the domain of a mail provider.
    pub fn parse(kind: AssetKind, text: &str) -> Result<Self, AssetError> {
        match kind {
            AssetKind::Address => owned_address(text).map(Self::Address),
            AssetKind::Prefix => {
                let prefix: Prefix = text.parse()?;
                check_owned(&prefix, prefix.first(), prefix.last()).map(|()| Self::Prefix(prefix))
            }
            AssetKind::Range => {
                let range: AddressRange = text.parse()?;
                check_owned(&range, range.first(), range.last()).map(|()| Self::Range(range))
            }
            AssetKind::Asn => owned_asn(text).map(Self::Asn),
            AssetKind::Domain => owned_name(text).map(Self::Domain),
            AssetKind::Host => owned_name(text).map(Self::Host),
            AssetKind::Url => {
                let place: WebPlace = text.parse()?;
                check_name(place.host()).map(|()| Self::Url(place))
            }
            AssetKind::EmailDomain => {
                let text = text.trim();
                let name = owned_name(text.strip_prefix('@').unwrap_or(text))?;
                match free_mail::is_free_mail(&name) {
                    true => Err(AssetError::FreeMail { name }),
                    false => Ok(Self::EmailDomain(name)),
                }
            }
        }
    }

    /// Reads an asset that was accepted before, in the text that it was written as. Nobody is asked again whether one organisation
    /// can own its name: lists of suffixes and of mail providers grow, and what stands in a register stays readable.
    ///
    /// # Errors
    /// If the text is not of that kind.
    pub fn parse_held(kind: AssetKind, text: &str) -> Result<Self, AssetError> {
        match kind {
            AssetKind::Domain => Ok(Self::Domain(text.parse()?)),
            AssetKind::Host => Ok(Self::Host(text.parse()?)),
            AssetKind::EmailDomain => Ok(Self::EmailDomain(text.parse()?)),
            AssetKind::Url => Ok(Self::Url(text.parse()?)),
            AssetKind::Address | AssetKind::Prefix | AssetKind::Range | AssetKind::Asn => {
                Self::parse(kind, text)
            }
        }
    }

    /// Reads an asset whose kind nobody wrote down. A name means the domain with everything below it; `*.` before it
    /// says the same. With `https://` or `http://` it is the address of a site, and behind an `@` the domain of e-mail addresses.
    ///
    /// # Errors
    /// As [`AssetValue::parse`], for the kind that the text looks like.
    pub fn guess(text: &str) -> Result<Self, AssetError> {
        let text = text.trim();
        let is_address = |text: &str| parse_address(text).is_ok();
        let as_digits = text
            .split_at_checked(2)
            .filter(|(head, _)| head.eq_ignore_ascii_case("as"))
            .map(|(_, digits)| digits);
        let has_protocol = ["https://", "http://"].iter().any(|protocol| {
            let head = text.get(..protocol.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(protocol))
        });
        let kind = if has_protocol {
            AssetKind::Url
        } else if text.starts_with('@') {
            AssetKind::EmailDomain
        } else if text.contains('/') {
            AssetKind::Prefix
        } else if is_address(text) {
            AssetKind::Address
        } else if text
            .split('-')
            .next()
            .is_some_and(|first| is_address(first.trim()))
        {
            AssetKind::Range
        } else if as_digits.is_some_and(|digits| {
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        }) {
            AssetKind::Asn
        } else {
            AssetKind::Domain
        };
        Self::parse(kind, text.strip_prefix("*.").unwrap_or(text))
    }

    /// Whether everything in `inner` is in this as well.
    #[must_use]
    pub fn contains(&self, inner: &Self) -> bool {
        if let (Some((first, last)), Some((inner_first, inner_last))) =
            (self.bounds(), inner.bounds())
        {
            return first.is_ipv4() == inner_first.is_ipv4()
                && first <= inner_first
                && inner_last <= last;
        }
        match (self, inner) {
            (
                Self::Domain(outer),
                Self::Domain(name) | Self::Host(name) | Self::EmailDomain(name),
            )
            | (Self::EmailDomain(outer), Self::EmailDomain(name)) => name.is_within(outer),
            (Self::Domain(outer), Self::Url(place)) => place.host().is_within(outer),
            (Self::Host(host), Self::Url(place)) => place.host() == host,
            (Self::Host(host), Self::EmailDomain(name)) => name == host,
            (Self::Url(outer), Self::Url(place)) => place.is_within(outer),
            _ => self == inner,
        }
    }

    /// Every way in which a register may hold exactly the same claim: kind and canonical text.
    #[must_use]
    pub fn same_claims(&self) -> Vec<(AssetKind, String)> {
        let own = (self.kind(), self.to_string());
        let Some((first, last)) = self.bounds() else {
            return vec![own];
        };
        let mut forms = vec![own, (AssetKind::Range, format!("{first}-{last}"))];
        if first == last {
            forms.push((AssetKind::Address, first.to_string()));
        }
        let prefixes = AddressRange::new(first, last).map(|range| range.to_prefixes());
        if let Ok([prefix]) = prefixes.as_deref() {
            forms.push((AssetKind::Prefix, prefix.to_string()));
        }
        forms.sort();
        forms.dedup();
        forms
    }

    /// The prefixes that contain an asset of addresses as a whole, longest first; none for others. At most 129.
    #[must_use]
    pub fn prefixes_around(&self) -> Vec<Prefix> {
        let Some((first, last)) = self.bounds() else {
            return Vec::new();
        };
        let widening = std::iter::successors(Some(Prefix::of_address(first)), Prefix::wider);
        widening.filter(|prefix| prefix.contains(last)).collect()
    }

    /// The assets, one for each, that a register may hold and that contain this one and more. Most specific first, at most 260.
    #[must_use]
    pub fn wider(&self) -> Vec<Self> {
        let domains = |name: &DomainName, passed: usize| -> Vec<Self> {
            let parents = name.parents().skip(passed);
            let parsed = parents.filter_map(|parent| parent.parse().ok());
            parsed.map(Self::Domain).collect()
        };
        match self {
            Self::Url(place) => {
                let mut wider: Vec<Self> = place.wider().into_iter().map(Self::Url).collect();
                wider.push(Self::Host(place.host().clone()));
                wider.extend(domains(place.host(), 0));
                wider
            }
            // In the order in which they are matched: the longer name first, and of one name what says less.
            Self::EmailDomain(name) => {
                let mut wider = vec![Self::Host(name.clone()), Self::Domain(name.clone())];
                let above = name.parents().skip(1);
                for name in above.filter_map(|name| name.parse::<DomainName>().ok()) {
                    wider.push(Self::EmailDomain(name.clone()));
                    wider.push(Self::Domain(name));
                }
                wider
            }
            Self::Domain(name) => domains(name, 1),
            // A domain is its own name too, and all below it.
            Self::Host(name) => domains(name, 0),
            Self::Address(_) | Self::Prefix(_) | Self::Range(_) => {
                let prefixes = self.prefixes_around().into_iter().map(Self::Prefix);
                let own = self.bounds();
                prefixes.filter(|it| it.bounds() != own).collect()
            }
            Self::Asn(_) => Vec::new(),
        }
    }

    /// In which terms the asset is given.
    #[must_use]
    pub const fn kind(&self) -> AssetKind {
        match self {
            Self::Address(_) => AssetKind::Address,
            Self::Prefix(_) => AssetKind::Prefix,
            Self::Range(_) => AssetKind::Range,
            Self::Asn(_) => AssetKind::Asn,
            Self::Domain(_) => AssetKind::Domain,
            Self::Host(_) => AssetKind::Host,
            Self::Url(_) => AssetKind::Url,
            Self::EmailDomain(_) => AssetKind::EmailDomain,
        }
    }

    /// The name that it is given by; of a site that of its server.
    #[must_use]
    pub const fn name(&self) -> Option<&DomainName> {
        match self {
            Self::Domain(name) | Self::Host(name) | Self::EmailDomain(name) => Some(name),
            Self::Url(place) => Some(place.host()),
            Self::Address(_) | Self::Prefix(_) | Self::Range(_) | Self::Asn(_) => None,
        }
    }

    /// The first and last address, if the asset is given in addresses.
    #[must_use]
    pub fn bounds(&self) -> Option<(IpAddr, IpAddr)> {
        match self {
            Self::Address(address) => Some((address.to_canonical(), address.to_canonical())),
            Self::Prefix(prefix) => Some((prefix.first(), prefix.last())),
            Self::Range(range) => Some((range.first(), range.last())),
            Self::Asn(_)
            | Self::Domain(_)
            | Self::Host(_)
            | Self::Url(_)
            | Self::EmailDomain(_) => None,
        }
    }

    /// A text that is equal for equal claims, however they are given.
    ///
    /// `192.0.2.1`, `192.0.2.1/32` and `192.0.2.1-192.0.2.1` all give `ip:192.0.2.1-192.0.2.1`. A domain and a host
    /// of the same name are two claims.
    #[must_use]
    pub fn canonical_claim(&self) -> String {
        match (self, self.bounds()) {
            (_, Some((first, last))) => format!("ip:{first}-{last}"),
            (Self::Asn(asn), _) => format!("asn:{}", asn.get()),
            (Self::Host(name), _) => format!("host:{name}"),
            (Self::Url(place), _) => format!("url:{}", place.key()),
            (Self::EmailDomain(name), _) => format!("e-mail:{name}"),
            (other, None) => format!("domain:{other}"),
        }
    }
}

fn owned_address(text: &str) -> Result<IpAddr, AssetError> {
    let address = parse_address(text)?;
    match classify(address) {
        AddressClass::Global | AddressClass::Documentation => Ok(address),
        AddressClass::Reserved(why) => Err(AssetError::Reserved {
            given: address.to_string(),
            why,
        }),
    }
}

fn check_owned(given: &impl fmt::Display, first: IpAddr, last: IpAddr) -> Result<(), AssetError> {
    match reserved_within(first, last) {
        None => Ok(()),
        Some(why) => Err(AssetError::Reserved {
            given: given.to_string(),
            why,
        }),
    }
}

fn owned_asn(text: &str) -> Result<Asn, AssetError> {
    let asn: Asn = text.parse()?;
    match asn.why_unowned() {
        None => Ok(asn),
        Some(why) => Err(AssetError::UnownedAsn { asn, why }),
    }
}

fn owned_name(text: &str) -> Result<DomainName, AssetError> {
    let name: DomainName = text.parse()?;
    check_name(&name).map(|()| name)
}

fn check_name(name: &DomainName) -> Result<(), AssetError> {
    match name.is_public_suffix() {
        true => Err(AssetError::PublicSuffix { name: name.clone() }),
        false => Ok(()),
    }
}

impl fmt::Display for AssetValue {
    /// Writes the value without its kind.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Prefix(prefix) => prefix.fmt(f),
            Self::Range(range) => range.fmt(f),
            Self::Asn(asn) => asn.fmt(f),
            Self::Domain(name) | Self::Host(name) | Self::EmailDomain(name) => name.fmt(f),
            Self::Url(place) => place.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_of_a_proof_has_the_code_of_its_method() {
        for place in ProofPlace::ALL {
            assert_eq!(place.code(), place.method().code());
            assert_eq!(place.as_str(), place.method().as_str());
        }
    }

    #[test]
    fn assets_are_read_and_written_in_one_form() {
        for (kind, text, want, claim) in [
            (
                AssetKind::Address,
                " 192.0.2.1 ",
                "192.0.2.1",
                "ip:192.0.2.1-192.0.2.1",
            ),
            (
                AssetKind::Prefix,
                "192.0.2.1/32",
                "192.0.2.1/32",
                "ip:192.0.2.1-192.0.2.1",
            ),
            (
                AssetKind::Range,
                "192.0.2.1 - 192.0.2.1",
                "192.0.2.1-192.0.2.1",
                "ip:192.0.2.1-192.0.2.1",
            ),
            (
                AssetKind::Prefix,
                "192.0.2.0/24",
                "192.0.2.0/24",
                "ip:192.0.2.0-192.0.2.255",
            ),
            (
                AssetKind::Address,
                "::ffff:192.0.2.1",
                "192.0.2.1",
                "ip:192.0.2.1-192.0.2.1",
            ),
            (
                AssetKind::Prefix,
                "2001:DB8::/127",
                "2001:db8::/127",
                "ip:2001:db8::-2001:db8::1",
            ),
            (AssetKind::Asn, "as64496", "AS64496", "asn:64496"),
            (
                AssetKind::Domain,
                "X.Example.",
                "x.example",
                "domain:x.example",
            ),
            (
                AssetKind::Host,
                "www.X.example",
                "www.x.example",
                "host:www.x.example",
            ),
            (
                AssetKind::Url,
                "http://Shared.example:80/Ann/",
                "https://shared.example/Ann",
                "url:shared.example/Ann",
            ),
            (
                AssetKind::EmailDomain,
                " @B\u{dc}CHER.example ",
                "xn--bcher-kva.example",
                "e-mail:xn--bcher-kva.example",
            ),
        ] {
            let asset = AssetValue::parse(kind, text).unwrap();
            assert_eq!(
                (asset.to_string().as_str(), asset.kind()),
                (want, kind),
                "{text}"
            );
            assert_eq!(asset.canonical_claim(), claim, "{text}");
            assert_eq!(AssetValue::parse(kind, want).unwrap(), asset, "{text}");
        }
    }

    #[test]
    fn an_asset_without_a_kind_is_read_as_what_it_looks_like() {
        for (text, kind, want) in [
            ("192.0.2.0/24", AssetKind::Prefix, "192.0.2.0/24"),
            ("192.0.2.1", AssetKind::Address, "192.0.2.1"),
            ("2001:db8::1", AssetKind::Address, "2001:db8::1"),
            (
                "192.0.2.1 - 192.0.2.9",
                AssetKind::Range,
                "192.0.2.1-192.0.2.9",
            ),
            ("as64496", AssetKind::Asn, "AS64496"),
            ("as-x.example", AssetKind::Domain, "as-x.example"),
            ("*.x.example", AssetKind::Domain, "x.example"),
            ("HTTPS://x.example/a", AssetKind::Url, "https://x.example/a"),
            ("http://x.example", AssetKind::Url, "https://x.example/"),
            ("@x.example", AssetKind::EmailDomain, "x.example"),
        ] {
            let asset = AssetValue::guess(text).unwrap();
            assert_eq!(
                (asset.kind(), &asset.to_string()[..]),
                (kind, want),
                "{text}"
            );
        }
        for text in ["", "192.0.2.0/33", "AS", "10.0.0.0/8", "*.nl"] {
            assert!(AssetValue::guess(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_asset_contains_what_is_wholly_in_it() {
        let asset = |text| AssetValue::guess(text).unwrap();
        let host = AssetValue::parse(AssetKind::Host, "www.x.example").unwrap();
        assert!(asset("x.example").contains(&host));
        assert!(!host.contains(&asset("www.x.example")));
        assert!(host.contains(&asset("https://www.x.example:81/a")));
        assert!(!host.contains(&asset("https://x.example/a")));
        assert!(host.contains(&asset("@www.x.example")));
        assert!(!host.contains(&asset("@mail.www.x.example")));
        for (outer, inner, want) in [
            ("192.0.2.0/24", "192.0.2.9", true),
            ("192.0.2.0/24", "192.0.2.250-192.0.3.1", false),
            ("192.0.2.9", "192.0.2.9/32", true),
            ("2001:db8::/32", "192.0.2.9", false),
            ("x.example", "ax.example", false),
            ("AS64496", "AS64496", true),
            ("AS64496", "192.0.2.9", false),
            ("x.example", "https://www.x.example/a", true),
            ("x.example", "@mail.x.example", true),
            ("@x.example", "@mail.x.example", true),
            ("@x.example", "x.example", false),
            ("@mail.x.example", "@x.example", false),
            ("https://x.example/a", "https://x.example/a/b", true),
            ("https://x.example/a", "https://x.example/ab", false),
            ("https://x.example/", "x.example", false),
        ] {
            assert_eq!(
                asset(outer).contains(&asset(inner)),
                want,
                "{outer} {inner}"
            );
        }
    }

    #[test]
    fn equal_claims_are_found_in_each_of_their_forms() {
        let forms = |text| AssetValue::guess(text).unwrap().same_claims();
        assert_eq!(forms("192.0.2.1"), forms("192.0.2.1/32"));
        assert_eq!(forms("192.0.2.1"), forms("192.0.2.1-192.0.2.1"));
        assert_eq!(forms("192.0.2.0/24").len(), 2);
        assert_eq!(forms("192.0.2.0/24"), forms("192.0.2.0-192.0.2.255"));
        assert_eq!(forms("x.example").len(), 1);
    }

    #[test]
    fn what_is_around_an_asset_comes_from_the_most_specific_on() {
        let around = |text| -> Vec<String> {
            let wider = AssetValue::guess(text).unwrap().wider();
            wider
                .iter()
                .map(|it| format!("{} {it}", it.kind()))
                .collect()
        };
        assert_eq!(
            around("https://www.x.example/a/b"),
            [
                "url https://www.x.example/a",
                "url https://www.x.example/",
                "host www.x.example",
                "domain www.x.example",
                "domain x.example"
            ]
        );
        assert_eq!(
            around("@mail.x.example"),
            [
                "host mail.x.example",
                "domain mail.x.example",
                "e-mail-domain x.example",
                "domain x.example"
            ]
        );
        for text in ["https://www.x.example/a/b", "@mail.x.example"] {
            let inner = AssetValue::guess(text).unwrap();
            let outer = inner.wider();
            assert!(outer.iter().all(|outer| outer.contains(&inner)), "{text}");
            assert!(!outer.contains(&inner), "{text}");
        }
    }

    #[test]
    fn what_was_accepted_before_a_list_grew_is_read_still() {
        for (kind, text) in [
            (AssetKind::Domain, "github.io"),
            (AssetKind::Host, "github.io"),
            (AssetKind::Url, "https://github.io/x"),
            (AssetKind::EmailDomain, "gmail.com"),
            (AssetKind::Prefix, "192.0.2.0/24"),
        ] {
            let held = AssetValue::parse_held(kind, text).unwrap();
            assert_eq!((held.kind(), &held.to_string()[..]), (kind, text));
        }
        assert!(AssetValue::parse_held(AssetKind::Domain, "x y").is_err());
    }

    #[test]
    fn what_no_single_organisation_can_own_is_refused() {
        for (kind, text, why) in [
            (AssetKind::Address, "10.0.0.1", "private use"),
            (AssetKind::Address, "::1", "loopback"),
            (AssetKind::Address, "192.0.2.0/24", "not the prefix"),
            (AssetKind::Prefix, "192.168.0.0/24", "private use"),
            (AssetKind::Prefix, "0.0.0.0/0", "this network"),
            (AssetKind::Prefix, "::/0", "unspecified"),
            (AssetKind::Prefix, "192.0.2.1/24", "probably 192.0.2.0/24"),
            (AssetKind::Range, "9.255.255.0-10.0.0.1", "private use"),
            (AssetKind::Range, "192.0.2.2-192.0.2.1", "above"),
            (AssetKind::Asn, "AS0", "reserved"),
            (AssetKind::Asn, "23456", "AS_TRANS"),
            (AssetKind::Asn, "x", "AS number"),
            (AssetKind::Domain, "co.uk", "public suffix"),
            (AssetKind::Domain, "GitHub.io", "public suffix"),
            (AssetKind::Host, "github.io", "public suffix"),
            (AssetKind::Domain, "nl", "a single label"),
            (AssetKind::Domain, "192.0.2.1", "IP address"),
            (AssetKind::Domain, "*.x.example", "wildcard"),
            (AssetKind::Url, "https://github.io/x", "public suffix"),
            (
                AssetKind::Url,
                "https://192.0.2.1/x",
                "give the address itself",
            ),
            (AssetKind::Url, "x.example/a", "does not begin with"),
            (AssetKind::EmailDomain, "@co.uk", "public suffix"),
            (
                AssetKind::EmailDomain,
                "GMAIL.com",
                "strangers have mailboxes",
            ),
            (
                AssetKind::EmailDomain,
                "mx.gmail.com",
                "strangers have mailboxes",
            ),
            (AssetKind::EmailDomain, "info@x.example", "e-mail address"),
            (AssetKind::EmailDomain, "@@x.example", "e-mail address"),
        ] {
            let error = AssetValue::parse(kind, text).unwrap_err().to_string();
            assert!(error.contains(why), "{kind} {text}: {error}");
        }
    }
}
