//! Where somebody who looks for an address or a name must look: keys of endpoints, and values of assets around it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use model::{DomainName, Endpoint, Port, Prefix, Transport, WebPlace};

/// Keys of endpoints from the first on and before the second.
pub type KeyRange = (Vec<u8>, Vec<u8>);

/// Endpoints at an address: the address itself, and every service on it.
#[must_use]
pub fn ranges_of_address(address: IpAddr) -> Vec<KeyRange> {
    ranges_of_addresses(address, address)
}

/// Endpoints at the addresses from the first to the last, which are of one version.
#[must_use]
pub fn ranges_of_addresses(first: IpAddr, last: IpAddr) -> Vec<KeyRange> {
    let bare = |address| Endpoint::Address(address).to_key();
    let service = |address| {
        let mut key = Endpoint::AddressPort {
            address,
            transport: Transport::Tcp,
            port: Port::new(0),
        }
        .to_key();
        // Transport and port are the last three bytes.
        key.truncate(key.len() - 3);
        key
    };
    vec![
        (bare(first), beginning(bare(last)).1),
        (service(first), beginning(service(last)).1),
    ]
}

/// Endpoints under a name: the host, its services, its pages, and its mail domain. Not those below it.
#[must_use]
pub fn ranges_of_name(name: &DomainName) -> Vec<KeyRange> {
    let mut service = Endpoint::HostPort {
        host: name.clone(),
        transport: Transport::Tcp,
        port: Port::new(0),
    }
    .to_key();
    service.truncate(service.len() - 3);
    let mut ranges = vec![
        exactly(Endpoint::Host(name.clone())),
        beginning(service),
        exactly(Endpoint::EmailDomain(name.clone())),
    ];
    for end in ["/", ":"] {
        ranges.extend(pages(name, &format!("{name}{end}")));
    }
    ranges
}

/// Pages at a site and below it, where they are written as the site is.
#[must_use]
pub fn ranges_of_site(site: &WebPlace) -> Vec<KeyRange> {
    let mut ranges = pages(site.host(), &format!("{}/", site.key()));
    if !site.path().is_empty() {
        ranges.extend(pages(site.host(), &format!("{}?", site.key())));
        for scheme in SCHEMES {
            let page = format!("{scheme}://{}", site.key()).parse();
            ranges.extend(page.map(Endpoint::Url).map(exactly));
        }
    }
    ranges
}

/// Of the addresses of pages.
const SCHEMES: [&str; 2] = ["http", "https"];

/// Pages of a host whose addresses begin with this behind their scheme.
fn pages(host: &DomainName, begin: &str) -> Vec<KeyRange> {
    // The shortest page gives the tag of pages; the text of the address follows it.
    let shortest = format!("http://{host}/").parse().map(Endpoint::Url);
    let Ok(shortest) = shortest else {
        return Vec::new();
    };
    let range = |scheme| {
        let mut key = shortest.to_key();
        key.truncate(1);
        key.extend_from_slice(format!("{scheme}://{begin}").as_bytes());
        beginning(key)
    };
    SCHEMES.into_iter().map(range).collect()
}

/// Values of the assets that can contain an address: itself, and each block around it. Ranges that are no blocks are not
/// among them.
#[must_use]
pub fn values_around(address: IpAddr) -> Vec<String> {
    let width: u8 = if address.is_ipv4() { 32 } else { 128 };
    let blocks = (0..=width).filter_map(|length| {
        let first = first_of(address, length);
        Prefix::new(first, length)
            .ok()
            .map(|block| block.to_string())
    });
    std::iter::once(address.to_string()).chain(blocks).collect()
}

/// The first address of the block of that length around an address.
fn first_of(address: IpAddr, length: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
            Ipv4Addr::from(u32::from(address) & mask).into()
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
            Ipv6Addr::from(u128::from(address) & mask).into()
        }
    }
}

fn exactly(endpoint: Endpoint) -> KeyRange {
    let key = endpoint.to_key();
    let mut end = key.clone();
    end.push(0);
    (key, end)
}

/// Everything that begins with these bytes, of which the first is a tag below 255.
fn beginning(begin: Vec<u8>) -> KeyRange {
    let mut end = begin.clone();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            break;
        }
    }
    (begin, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(ranges: &[KeyRange], endpoint: &Endpoint) -> bool {
        let key = endpoint.to_key();
        let mut ranges = ranges.iter();
        ranges.any(|(begin, end)| *begin <= key && key < *end)
    }

    fn host(name: &str) -> Endpoint {
        Endpoint::Host(name.parse().unwrap())
    }

    fn service(address: &str, port: u16) -> Endpoint {
        Endpoint::AddressPort {
            address: address.parse().unwrap(),
            transport: Transport::Udp,
            port: Port::new(port),
        }
    }

    #[test]
    fn a_site_is_found_with_all_below_it_and_a_network_with_all_its_addresses() {
        let site = ranges_of_site(&"https://x.example/ann".parse().unwrap());
        for (page, want) in [
            ("http://x.example/ann", true),
            ("https://x.example/ann?id=1", true),
            ("https://x.example/ann/shop", true),
            ("https://x.example/anna", false),
            ("https://x.example/", false),
            ("https://x.example:8443/ann", false),
        ] {
            let page = Endpoint::Url(page.parse().unwrap());
            assert_eq!(contains(&site, &page), want, "{page}");
        }
        let root = ranges_of_site(&"https://x.example:81/".parse().unwrap());
        let page = Endpoint::Url("http://x.example:81/a".parse().unwrap());
        assert!(contains(&root, &page));
        let bounds = ["192.0.2.16", "192.0.2.31"].map(|text| text.parse().unwrap());
        let network = ranges_of_addresses(bounds[0], bounds[1]);
        for (address, want) in [
            ("192.0.2.15", false),
            ("192.0.2.16", true),
            ("192.0.2.31", true),
            ("192.0.2.32", false),
        ] {
            let bare = Endpoint::Address(address.parse().unwrap());
            assert_eq!(contains(&network, &bare), want, "{address}");
            assert_eq!(
                contains(&network, &service(address, 443)),
                want,
                "{address}"
            );
        }
    }

    #[test]
    fn an_address_is_found_with_its_services_and_without_its_neighbours() {
        for (looked_for, address, want) in [
            ("192.0.2.255", "192.0.2.255", true),
            ("192.0.2.255", "192.0.3.0", false),
            ("255.255.255.255", "255.255.255.255", true),
            ("2001:db8::1", "2001:db8::1", true),
            ("2001:db8::1", "2001:db8::2", false),
        ] {
            let ranges = ranges_of_address(looked_for.parse().unwrap());
            let bare = Endpoint::Address(address.parse().unwrap());
            assert_eq!(contains(&ranges, &bare), want, "{address}");
            for port in [0, 53, 65_535] {
                let found = contains(&ranges, &service(address, port));
                assert_eq!(found, want, "{address} {port}");
            }
        }
    }

    #[test]
    fn a_name_is_found_with_its_pages_and_without_longer_names() {
        let ranges = ranges_of_name(&"bakery.example".parse().unwrap());
        let page = |text: &str| Endpoint::Url(text.parse().unwrap());
        for (endpoint, want) in [
            (host("bakery.example"), true),
            (host("bakery.example.org"), false),
            (host("www.bakery.example"), false),
            (page("https://bakery.example/shop"), true),
            (page("http://bakery.example:8080/"), true),
            (page("https://bakery.example.org/"), false),
            (
                Endpoint::EmailDomain("bakery.example".parse().unwrap()),
                true,
            ),
        ] {
            assert_eq!(contains(&ranges, &endpoint), want, "{endpoint}");
        }
    }

    #[test]
    fn every_block_around_an_address_is_looked_at() {
        let around = values_around("192.0.2.9".parse().unwrap());
        assert_eq!(around.len(), 34);
        for block in ["192.0.2.9", "192.0.2.8/29", "192.0.2.0/24", "0.0.0.0/0"] {
            assert!(around.iter().any(|value| value == block), "{block}");
        }
        assert_eq!(values_around("2001:db8::1".parse().unwrap()).len(), 130);
    }
}
