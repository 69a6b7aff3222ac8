//! Where a finding was seen, and why that concerns the owner of an asset.

use std::net::IpAddr;

use model::{AssetValue, DomainName, Endpoint, Language};
use rules::reason::{MatchBasis, reason};
use store::FindingRow;

/// Why a finding concerns the owner of an asset, in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reasons {
    /// In Dutch.
    pub nl: String,
    /// In English.
    pub en: String,
}

/// The reasons of a match. `endpoint` is the key of the finding's endpoint.
pub fn match_reasons(asset: &AssetValue, endpoint: &[u8], finding: &FindingRow) -> Reasons {
    let basis = Endpoint::from_key(endpoint).and_then(|endpoint| {
        let place = Place::of(
            &endpoint,
            finding.address.as_deref(),
            finding.host.as_deref(),
        );
        match_basis(asset, &endpoint, &place)
    });
    match basis {
        Some(basis) => Reasons {
            nl: reason(asset, &basis, Language::Nl),
            en: reason(asset, &basis, Language::En),
        },
        None => Reasons::default(),
    }
}

/// Where a finding was seen: by its endpoint, or else by its evidence.
pub(crate) struct Place {
    pub(crate) address: Option<IpAddr>,
    pub(crate) host: Option<DomainName>,
}

impl Place {
    /// `address` and `host` are those of the finding.
    pub(crate) fn of(endpoint: &Endpoint, address: Option<&[u8]>, host: Option<&str>) -> Self {
        Self {
            address: endpoint.address().or_else(|| address_from(address?)),
            host: endpoint.name().cloned().or_else(|| host?.parse().ok()),
        }
    }
}

/// What of a finding met an asset of this kind.
pub(crate) fn match_basis(
    asset: &AssetValue,
    endpoint: &Endpoint,
    place: &Place,
) -> Option<MatchBasis> {
    match asset {
        AssetValue::Address(_) | AssetValue::Prefix(_) | AssetValue::Range(_) => {
            place.address.map(MatchBasis::Address)
        }
        AssetValue::Asn(asn) => place
            .address
            .map(|address| MatchBasis::AsnOfAddress { asn: *asn, address }),
        AssetValue::Url(_) => place.host.clone().map(MatchBasis::Site),
        AssetValue::Domain(_) | AssetValue::Host(_) | AssetValue::EmailDomain(_) => {
            match endpoint {
                Endpoint::EmailDomain(domain) => Some(MatchBasis::EmailDomain(domain.clone())),
                _ => place.host.clone().map(MatchBasis::Name),
            }
        }
    }
}

/// The address of four or sixteen bytes.
pub fn address_from(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(octets) = <[u8; 4]>::try_from(bytes) {
        return Some(IpAddr::from(octets));
    }
    <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from)
}
