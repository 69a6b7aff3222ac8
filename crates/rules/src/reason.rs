//! The "why you" sentence: why a finding concerns the organisation that is told.
//!
//! One wording serves the message and the export: it names the asset and not the reader. Whose asset it is, the
//! message says above the sentence and the export beside it.

use std::net::IpAddr;

use model::{Asn, AssetValue, DomainName, Language, Prefix};

/// What of a finding met an asset.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MatchBasis {
    /// Its address.
    Address(IpAddr),
    /// Its host name, or the host of its URL.
    Name(DomainName),
    /// The domain of its e-mail addresses.
    EmailDomain(DomainName),
    /// Its URL, on the server of this name. The sentence does not repeat the URL: it may be harmful, and long.
    Site(DomainName),
    /// Its address, through the table of which network announces which addresses.
    AsnOfAddress {
        /// The network that announces the address.
        asn: Asn,
        /// The address.
        address: IpAddr,
    },
}

/// Says why a finding concerns the owner of an asset, in one sentence.
///
/// `holder_reason` says the same of an owner who registered nothing and was found in the network register.
pub fn reason(asset: &AssetValue, basis: &MatchBasis, language: Language) -> String {
    let subject = subject(basis, language);
    let rest = match language {
        Language::Nl => met_nl(asset, basis),
        Language::En => met_en(asset, basis),
    };
    format!("{subject} {rest}.")
}

/// Says why a finding concerns the holder of a network that was found in the network register.
pub fn holder_reason(prefix: &Prefix, holder: &str, address: IpAddr, language: Language) -> String {
    match language {
        Language::Nl => format!(
            "Het adres {address} valt in de reeks {prefix}, die volgens het netwerkregister van {holder} is."
        ),
        Language::En => format!(
            "Address {address} is in range {prefix}, which the network register lists for {holder}."
        ),
    }
}

/// Says why an organisation gets a copy: of the organisation whose system it is nothing but its name.
pub fn copy_reason(owner: &str, language: Language) -> String {
    match language {
        Language::Nl => {
            format!("Het hoort bij {owner}. Van berichten aan die organisatie krijgt u een kopie.")
        }
        Language::En => {
            format!("It belongs to {owner}. You get a copy of messages to that organisation.")
        }
    }
}

/// Says why a finding concerns an organisation that a person of the desk chose, because no rule found anybody.
pub fn desk_reason(language: Language) -> String {
    match language {
        Language::Nl => "Wij hebben uitgezocht van wie dit is, en kwamen bij u uit. Het staat nog niet bij wat u bij \
            ons hebt geregistreerd.",
        Language::En => "We looked into whose this is, and came to you. It is not yet among what you registered with us.",
    }
    .to_owned()
}

fn subject(basis: &MatchBasis, language: Language) -> String {
    match (basis, language) {
        (MatchBasis::Address(address) | MatchBasis::AsnOfAddress { address, .. }, Language::Nl) => {
            format!("Het adres {address}")
        }
        (MatchBasis::Address(address) | MatchBasis::AsnOfAddress { address, .. }, Language::En) => {
            format!("Address {address}")
        }
        (MatchBasis::Name(name), Language::Nl) => format!("De naam {name}"),
        (MatchBasis::Name(name), Language::En) => format!("Name {name}"),
        (MatchBasis::EmailDomain(domain), Language::Nl) => format!("Het e-maildomein {domain}"),
        (MatchBasis::EmailDomain(domain), Language::En) => format!("E-mail domain {domain}"),
        (MatchBasis::Site(host), Language::Nl) => format!("Het webadres op {host}"),
        (MatchBasis::Site(host), Language::En) => format!("The web address on {host}"),
    }
}

fn met_nl(asset: &AssetValue, basis: &MatchBasis) -> String {
    match asset {
        AssetValue::Address(_) => "is een geregistreerd adres".to_owned(),
        AssetValue::Prefix(prefix) => format!("valt in de geregistreerde reeks {prefix}"),
        AssetValue::Range(range) => format!("valt in de geregistreerde reeks {range}"),
        AssetValue::Asn(asn) => format!("hoort bij het geregistreerde netwerk {asn}"),
        AssetValue::Domain(domain) if is_itself(domain, basis) => {
            "is een geregistreerd domein".to_owned()
        }
        AssetValue::Domain(domain) => format!("valt onder het geregistreerde domein {domain}"),
        AssetValue::Host(host) if is_itself(host, basis) => "is een geregistreerde naam".to_owned(),
        AssetValue::Host(host) => format!("hoort bij de geregistreerde naam {host}"),
        AssetValue::Url(place) => format!("valt onder het geregistreerde webadres {place}"),
        AssetValue::EmailDomain(domain) if is_itself(domain, basis) => {
            "is een geregistreerd e-maildomein".to_owned()
        }
        AssetValue::EmailDomain(domain) => {
            format!("valt onder het geregistreerde e-maildomein {domain}")
        }
    }
}

fn met_en(asset: &AssetValue, basis: &MatchBasis) -> String {
    match asset {
        AssetValue::Address(_) => "is a registered address".to_owned(),
        AssetValue::Prefix(prefix) => format!("is in the registered range {prefix}"),
        AssetValue::Range(range) => format!("is in the registered range {range}"),
        AssetValue::Asn(asn) => format!("belongs to the registered network {asn}"),
        AssetValue::Domain(domain) if is_itself(domain, basis) => {
            "is a registered domain".to_owned()
        }
        AssetValue::Domain(domain) => format!("is within the registered domain {domain}"),
        AssetValue::Host(host) if is_itself(host, basis) => "is a registered name".to_owned(),
        AssetValue::Host(host) => format!("belongs to the registered name {host}"),
        AssetValue::Url(place) => format!("is within the registered web address {place}"),
        AssetValue::EmailDomain(domain) if is_itself(domain, basis) => {
            "is a registered e-mail domain".to_owned()
        }
        AssetValue::EmailDomain(domain) => {
            format!("is within the registered e-mail domain {domain}")
        }
    }
}

fn is_itself(asset: &DomainName, basis: &MatchBasis) -> bool {
    match basis {
        MatchBasis::Name(name) | MatchBasis::EmailDomain(name) => name == asset,
        MatchBasis::Address(_) | MatchBasis::AsnOfAddress { .. } | MatchBasis::Site(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use model::AssetKind;

    use super::*;

    fn address(text: &str) -> MatchBasis {
        MatchBasis::Address(text.parse().unwrap())
    }

    fn name(text: &str) -> MatchBasis {
        MatchBasis::Name(text.parse().unwrap())
    }

    fn check_reason(kind: AssetKind, value: &str, basis: &MatchBasis, nl: &str, en: &str) {
        let asset = AssetValue::parse(kind, value).unwrap();
        assert_eq!(reason(&asset, basis, Language::Nl), nl);
        assert_eq!(reason(&asset, basis, Language::En), en);
    }

    #[test]
    fn every_kind_of_asset_has_its_sentence_in_both_languages() {
        check_reason(
            AssetKind::Address,
            "203.0.113.24",
            &address("203.0.113.24"),
            "Het adres 203.0.113.24 is een geregistreerd adres.",
            "Address 203.0.113.24 is a registered address.",
        );
        check_reason(
            AssetKind::Prefix,
            "2001:db8:1::/48",
            &address("2001:db8:1::9"),
            "Het adres 2001:db8:1::9 valt in de geregistreerde reeks 2001:db8:1::/48.",
            "Address 2001:db8:1::9 is in the registered range 2001:db8:1::/48.",
        );
        check_reason(
            AssetKind::Range,
            "192.0.2.8-192.0.2.19",
            &address("192.0.2.9"),
            "Het adres 192.0.2.9 valt in de geregistreerde reeks 192.0.2.8-192.0.2.19.",
            "Address 192.0.2.9 is in the registered range 192.0.2.8-192.0.2.19.",
        );
        check_reason(
            AssetKind::Asn,
            "AS64501",
            &MatchBasis::AsnOfAddress {
                asn: Asn::new(64501),
                address: "192.0.2.9".parse().unwrap(),
            },
            "Het adres 192.0.2.9 hoort bij het geregistreerde netwerk AS64501.",
            "Address 192.0.2.9 belongs to the registered network AS64501.",
        );
        check_reason(
            AssetKind::Domain,
            "bakkerij-voorbeeld.example",
            &name("www.bakkerij-voorbeeld.example"),
            "De naam www.bakkerij-voorbeeld.example valt onder het geregistreerde domein bakkerij-voorbeeld.example.",
            "Name www.bakkerij-voorbeeld.example is within the registered domain bakkerij-voorbeeld.example.",
        );
        check_reason(
            AssetKind::Domain,
            "bakkerij-voorbeeld.example",
            &MatchBasis::EmailDomain("bakkerij-voorbeeld.example".parse().unwrap()),
            "Het e-maildomein bakkerij-voorbeeld.example is een geregistreerd domein.",
            "E-mail domain bakkerij-voorbeeld.example is a registered domain.",
        );
        check_reason(
            AssetKind::Host,
            "vpn.ziekenhuis.example",
            &name("vpn.ziekenhuis.example"),
            "De naam vpn.ziekenhuis.example is een geregistreerde naam.",
            "Name vpn.ziekenhuis.example is a registered name.",
        );
        check_reason(
            AssetKind::Url,
            "https://websites.example/bakkerij",
            &MatchBasis::Site("websites.example".parse().unwrap()),
            "Het webadres op websites.example valt onder het geregistreerde webadres https://websites.example/bakkerij.",
            "The web address on websites.example is within the registered web address https://websites.example/bakkerij.",
        );
        check_reason(
            AssetKind::EmailDomain,
            "bakkerij.example",
            &MatchBasis::EmailDomain("bakkerij.example".parse().unwrap()),
            "Het e-maildomein bakkerij.example is een geregistreerd e-maildomein.",
            "E-mail domain bakkerij.example is a registered e-mail domain.",
        );
        check_reason(
            AssetKind::EmailDomain,
            "bakkerij.example",
            &MatchBasis::EmailDomain("mail.bakkerij.example".parse().unwrap()),
            "Het e-maildomein mail.bakkerij.example valt onder het geregistreerde e-maildomein bakkerij.example.",
            "E-mail domain mail.bakkerij.example is within the registered e-mail domain bakkerij.example.",
        );
    }

    #[test]
    fn a_holder_found_in_the_network_register_reads_where_it_was_found() {
        let prefix = "203.0.113.0/24".parse().unwrap();
        let address = "203.0.113.24".parse().unwrap();
        assert_eq!(
            holder_reason(&prefix, "Noordlijn", address, Language::Nl),
            "Het adres 203.0.113.24 valt in de reeks 203.0.113.0/24, die volgens het netwerkregister van Noordlijn is."
        );
        assert_eq!(
            holder_reason(&prefix, "Noordlijn", address, Language::En),
            "Address 203.0.113.24 is in range 203.0.113.0/24, which the network register lists for Noordlijn."
        );
    }
}
