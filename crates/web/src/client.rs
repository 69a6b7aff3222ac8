//! From where somebody asks: the network that limits count for.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use model::Prefix;

use crate::site::Site;

/// The network of whoever asks: one address of IPv4, a customer's part of IPv6. It is held in memory only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Client(pub(crate) IpAddr);

impl Client {
    /// What one provider gives to one line at most: it may hold many networks of IPv6 (RFC 6177).
    pub(crate) fn line(self) -> IpAddr {
        first_bits(self.0, 48)
    }
}

impl FromRequestParts<Site> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        // A server that does not say counts all clients as one.
        let peer = peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.0.ip());
        let address = client_address(peer, &parts.headers, site.trusted_proxies());
        Ok(Self(network_of(address)))
    }
}

/// The address that is not ours: the peer, or where the peer is a proxy of ours the last address in `X-Forwarded-For` that
/// is none. Whoever asks can write anything before that.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[Prefix]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|prefix| prefix.contains(address));
    let mut address = plain(peer);
    let lists = headers.get_all("x-forwarded-for").into_iter();
    let lists: Vec<&str> = lists.filter_map(|list| list.to_str().ok()).collect();
    for hop in lists.iter().rev().flat_map(|list| list.rsplit(',')) {
        if !is_trusted(address) {
            break;
        }
        let Ok(before) = hop.trim().parse() else {
            break;
        };
        address = plain(before);
    }
    address
}

/// An address of IPv4 that is written as one of IPv6 is the same address.
fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// A line to a house has 64 bits of addresses at least (RFC 6177); whoever has one has all of them.
fn network_of(address: IpAddr) -> IpAddr {
    first_bits(address, 64)
}

/// The network of so many bits around an address of IPv6; one of IPv4 is itself.
fn first_bits(address: IpAddr, bits: u32) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(long) => IpAddr::V6((long.to_bits() & (u128::MAX << (128 - bits))).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for list in forwarded {
            headers.append("x-forwarded-for", list.parse().unwrap());
        }
        let trusted = [
            "192.0.2.0/28".parse().unwrap(),
            "2001:db8::/64".parse().unwrap(),
        ];
        client_address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_a_proxy_of_ours_is_believed() {
        for (peer, forwarded, want) in [
            ("198.51.100.7", &["203.0.113.9"][..], "198.51.100.7"),
            ("192.0.2.1", &[], "192.0.2.1"),
            ("192.0.2.1", &["203.0.113.9"], "203.0.113.9"),
            ("192.0.2.1", &["10.0.0.1, 203.0.113.9"], "203.0.113.9"),
            (
                "192.0.2.1",
                &["10.0.0.1", "203.0.113.9, 192.0.2.2"],
                "203.0.113.9",
            ),
            ("192.0.2.1", &["203.0.113.9, nonsense"], "192.0.2.1"),
            ("::ffff:192.0.2.1", &["203.0.113.9"], "203.0.113.9"),
            ("2001:db8::1", &["2001:db8:1::7"], "2001:db8:1::7"),
        ] {
            assert_eq!(asked(peer, forwarded), want, "{peer} {forwarded:?}");
        }
    }

    #[test]
    fn a_line_to_a_house_is_one_network() {
        let network = |text: &str| network_of(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:3::4"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        let line = |text: &str| Client(network(text)).line();
        assert_eq!(line("2001:db8:1:2::1"), line("2001:db8:1:ffff::1"));
        assert_ne!(line("2001:db8:1:2::1"), line("2001:db8:2:2::1"));
        assert_ne!(line("192.0.2.1"), line("192.0.2.2"));
    }
}
