//! Where something was seen, and the bytes by which the store finds it again.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::{DomainName, Port, Transport, UrlHost, WebUrl};

crate::vocabulary! {
    /// What makes two sightings of a threat the same finding.
    pub enum KeyedBy: "endpoint" {
        /// The address.
        Address = 0 => "ip" | "address",
        /// The address, the transport and the port.
        AddressPort = 1 => "ip+port" | "address+port",
        /// The host name, the transport and the port.
        HostPort = 2 => "host+port",
        /// The URL.
        Url = 3 => "url",
        /// The domain of an e-mail address.
        EmailDomain = 4 => "e-mail-domain" | "email-domain",
        /// The host name.
        Host = 5 => "host",
    }
}

/// Where something was seen. Ordered like its key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Endpoint {
    /// An address.
    Address(IpAddr),
    /// A service at an address.
    AddressPort {
        /// The address.
        address: IpAddr,
        /// The protocol.
        transport: Transport,
        /// The port.
        port: Port,
    },
    /// A host by name.
    Host(DomainName),
    /// A service at a host.
    HostPort {
        /// The name of the host.
        host: DomainName,
        /// The protocol.
        transport: Transport,
        /// The port.
        port: Port,
    },
    /// A page or file.
    Url(WebUrl),
    /// The domain behind the `@` of e-mail addresses.
    EmailDomain(DomainName),
}

// The first byte of a key: the kind in the high half, the IP version in the low half. Never reused.
const TAG_ADDRESS_V4: u8 = 0x14;
const TAG_ADDRESS_V6: u8 = 0x16;
const TAG_ADDRESS_PORT_V4: u8 = 0x24;
const TAG_ADDRESS_PORT_V6: u8 = 0x26;
const TAG_HOST: u8 = 0x30;
const TAG_HOST_PORT: u8 = 0x40;
const TAG_URL: u8 = 0x50;
const TAG_EMAIL_DOMAIN: u8 = 0x60;

/// Ends a name that other fields follow. It sorts below every byte of a name.
const NAME_END: u8 = 0;

impl Endpoint {
    /// What the endpoint is keyed by.
    #[must_use]
    pub const fn keyed_by(&self) -> KeyedBy {
        match self {
            Self::Address(_) => KeyedBy::Address,
            Self::AddressPort { .. } => KeyedBy::AddressPort,
            Self::Host(_) => KeyedBy::Host,
            Self::HostPort { .. } => KeyedBy::HostPort,
            Self::Url(_) => KeyedBy::Url,
            Self::EmailDomain(_) => KeyedBy::EmailDomain,
        }
    }

    /// The address, if it is known from the endpoint alone.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Address(address) | Self::AddressPort { address, .. } => Some(*address),
            Self::Url(url) => match url.host() {
                UrlHost::Address(address) => Some(*address),
                UrlHost::Name(_) => None,
            },
            Self::Host(_) | Self::HostPort { .. } | Self::EmailDomain(_) => None,
        }
    }

    /// The name: of the host, of the host of the URL, or the e-mail domain.
    #[must_use]
    pub fn name(&self) -> Option<&DomainName> {
        match self {
            Self::Host(name) | Self::HostPort { host: name, .. } | Self::EmailDomain(name) => {
                Some(name)
            }
            Self::Url(url) => match url.host() {
                UrlHost::Name(name) => Some(name),
                UrlHost::Address(_) => None,
            },
            Self::Address(_) | Self::AddressPort { .. } => None,
        }
    }

    /// The port, if the endpoint has one. That of a URL is known from its scheme, if need be.
    #[must_use]
    pub fn port(&self) -> Option<Port> {
        match self {
            Self::AddressPort { port, .. } | Self::HostPort { port, .. } => Some(*port),
            Self::Url(url) => url.port().map(Port::new),
            Self::Address(_) | Self::Host(_) | Self::EmailDomain(_) => None,
        }
    }

    /// The protocol, if the endpoint has one.
    #[must_use]
    pub const fn transport(&self) -> Option<Transport> {
        match self {
            Self::AddressPort { transport, .. } | Self::HostPort { transport, .. } => {
                Some(*transport)
            }
            Self::Address(_) | Self::Host(_) | Self::Url(_) | Self::EmailDomain(_) => None,
        }
    }

    /// Appends the key: bytes that are equal for equal endpoints and sort like them.
    ///
    /// Within a kind: by address (IPv4 first) or name, then transport, then port. So all services of a prefix stand
    /// together. Cost: no allocation beyond the buffer's own.
    pub fn write_key(&self, key: &mut Vec<u8>) {
        match self {
            Self::Address(address) => write_address(key, *address, TAG_ADDRESS_V4, TAG_ADDRESS_V6),
            Self::AddressPort {
                address,
                transport,
                port,
            } => {
                write_address(key, *address, TAG_ADDRESS_PORT_V4, TAG_ADDRESS_PORT_V6);
                write_service(key, *transport, *port);
            }
            Self::Host(name) => write_text(key, TAG_HOST, name.as_str()),
            Self::HostPort {
                host,
                transport,
                port,
            } => {
                write_text(key, TAG_HOST_PORT, host.as_str());
                key.push(NAME_END);
                write_service(key, *transport, *port);
            }
            Self::Url(url) => write_text(key, TAG_URL, url.as_str()),
            Self::EmailDomain(name) => write_text(key, TAG_EMAIL_DOMAIN, name.as_str()),
        }
    }

    /// The key in a buffer of its own.
    #[must_use]
    pub fn to_key(&self) -> Vec<u8> {
        let mut key = Vec::with_capacity(32);
        self.write_key(&mut key);
        key
    }

    /// Reads a key back. Nothing comes of bytes that [`Endpoint::write_key`] does not write.
    #[must_use]
    pub fn from_key(key: &[u8]) -> Option<Self> {
        let (tag, rest) = key.split_first()?;
        match *tag {
            TAG_ADDRESS_V4 | TAG_ADDRESS_V6 => {
                let (address, rest) = read_address(*tag, rest)?;
                rest.is_empty().then_some(Self::Address(address))
            }
            TAG_ADDRESS_PORT_V4 | TAG_ADDRESS_PORT_V6 => {
                let (address, rest) = read_address(*tag, rest)?;
                let (transport, port) = read_service(rest)?;
                Some(Self::AddressPort {
                    address,
                    transport,
                    port,
                })
            }
            TAG_HOST => read_name(rest).map(Self::Host),
            TAG_HOST_PORT => {
                let end = rest.iter().position(|byte| *byte == NAME_END)?;
                let host = read_name(&rest[..end])?;
                let (transport, port) = read_service(&rest[end + 1..])?;
                Some(Self::HostPort {
                    host,
                    transport,
                    port,
                })
            }
            TAG_URL => read_url(rest).map(Self::Url),
            TAG_EMAIL_DOMAIN => read_name(rest).map(Self::EmailDomain),
            _ => None,
        }
    }
}

fn write_address(key: &mut Vec<u8>, address: IpAddr, tag_v4: u8, tag_v6: u8) {
    match address {
        IpAddr::V4(address) => {
            key.push(tag_v4);
            key.extend_from_slice(&address.octets());
        }
        IpAddr::V6(address) => {
            key.push(tag_v6);
            key.extend_from_slice(&address.octets());
        }
    }
}

fn write_service(key: &mut Vec<u8>, transport: Transport, port: Port) {
    let transport = u8::try_from(transport.code()).expect("protocol numbers have one byte");
    let [high, low] = port.get().to_be_bytes();
    key.extend_from_slice(&[transport, high, low]);
}

fn write_text(key: &mut Vec<u8>, tag: u8, text: &str) {
    key.push(tag);
    key.extend_from_slice(text.as_bytes());
}

fn read_address(tag: u8, bytes: &[u8]) -> Option<(IpAddr, &[u8])> {
    if tag & 0x0f == 4 {
        let (octets, rest) = bytes.split_first_chunk::<4>()?;
        Some((Ipv4Addr::from(*octets).into(), rest))
    } else {
        let (octets, rest) = bytes.split_first_chunk::<16>()?;
        Some((Ipv6Addr::from(*octets).into(), rest))
    }
}

fn read_service(bytes: &[u8]) -> Option<(Transport, Port)> {
    let [transport, high, low] = *<&[u8; 3]>::try_from(bytes).ok()?;
    let transport = Transport::from_code(transport.into())?;
    Some((transport, Port::new(u16::from_be_bytes([high, low]))))
}

fn read_name(bytes: &[u8]) -> Option<DomainName> {
    let text = str::from_utf8(bytes).ok()?;
    let name: DomainName = text.parse().ok()?;
    (name.as_str() == text).then_some(name)
}

fn read_url(bytes: &[u8]) -> Option<WebUrl> {
    let text = str::from_utf8(bytes).ok()?;
    let url: WebUrl = text.parse().ok()?;
    (url.as_str() == text).then_some(url)
}

impl fmt::Display for Endpoint {
    /// Writes `192.0.2.9:3389/tcp`, `[2001:db8::1]:443/tcp`, `www.x.example:443/tcp`, or the plain value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "{address}"),
            Self::AddressPort {
                address,
                transport,
                port,
            } => {
                write!(f, "{}/{transport}", SocketAddr::new(*address, port.get()))
            }
            Self::Host(name) | Self::EmailDomain(name) => write!(f, "{name}"),
            Self::HostPort {
                host,
                transport,
                port,
            } => write!(f, "{host}:{port}/{transport}"),
            Self::Url(url) => write!(f, "{url}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(text: &str) -> DomainName {
        text.parse().unwrap()
    }

    fn service(address: &str, port: u16) -> Endpoint {
        let address = address.parse().unwrap();
        Endpoint::AddressPort {
            address,
            transport: Transport::Tcp,
            port: Port::new(port),
        }
    }

    #[test]
    fn endpoints_are_written_as_people_know_them() {
        let host = Endpoint::HostPort {
            host: name("www.x.example"),
            transport: Transport::Tcp,
            port: Port::new(443),
        };
        for (endpoint, want) in [
            (Endpoint::Address("192.0.2.9".parse().unwrap()), "192.0.2.9"),
            (service("192.0.2.9", 3389), "192.0.2.9:3389/tcp"),
            (service("2001:db8::1", 443), "[2001:db8::1]:443/tcp"),
            (host, "www.x.example:443/tcp"),
            (Endpoint::Host(name("www.x.example")), "www.x.example"),
            (Endpoint::EmailDomain(name("x.example")), "x.example"),
            (
                Endpoint::Url("http://x.example/a".parse().unwrap()),
                "http://x.example/a",
            ),
        ] {
            assert_eq!(endpoint.to_string(), want);
        }
    }

    #[test]
    fn parts_of_a_url_are_parts_of_the_endpoint() {
        let by_name = Endpoint::Url("https://x.example/a".parse().unwrap());
        assert_eq!(by_name.name(), Some(&name("x.example")));
        assert_eq!(
            (by_name.address(), by_name.port()),
            (None, Some(Port::new(443)))
        );
        let by_address = Endpoint::Url("http://192.0.2.1:8080/".parse().unwrap());
        assert_eq!(by_address.address(), Some("192.0.2.1".parse().unwrap()));
        assert_eq!(
            (by_address.name(), by_address.port()),
            (None, Some(Port::new(8080)))
        );
    }

    #[test]
    fn keys_never_change() {
        // The store has these bytes: a change here needs a migration.
        assert_eq!(
            service("192.0.2.9", 3389).to_key(),
            [0x24, 192, 0, 2, 9, 6, 0x0d, 0x3d]
        );
        assert_eq!(
            Endpoint::Address("192.0.2.9".parse().unwrap()).to_key(),
            [0x14, 192, 0, 2, 9]
        );
        let host = Endpoint::HostPort {
            host: name("x.nl"),
            transport: Transport::Udp,
            port: Port::new(53),
        };
        assert_eq!(host.to_key(), b"\x40x.nl\x00\x11\x00\x35");
        assert_eq!(Endpoint::Host(name("x.nl")).to_key(), b"\x30x.nl");
        assert_eq!(Endpoint::EmailDomain(name("x.nl")).to_key(), b"\x60x.nl");
        assert_eq!(
            Endpoint::Url("http://x.nl/".parse().unwrap()).to_key(),
            b"\x50http://x.nl/"
        );
    }

    #[test]
    fn foreign_bytes_are_no_key() {
        for bytes in [
            &b""[..],
            b"\x00",
            b"\x14\xc0\x00\x02",
            b"\x14\xc0\x00\x02\x09\x00",
            b"\x24\xc0\x00\x02\x09\x06\x0d",
            b"\x24\xc0\x00\x02\x09\x07\x0d\x3d",
            b"\x26\xc0\x00\x02\x09\x06\x0d\x3d",
            b"\x30",
            b"\x30X.nl",
            b"\x30x.nl.",
            b"\x30 x.nl",
            b"\x30\xff\xfe",
            b"\x40x.nl",
            b"\x40x.nl\x00\x06\x00",
            b"\x50http://x.nl",
            b"\x50x",
            b"\x70x.nl",
        ] {
            assert_eq!(Endpoint::from_key(bytes), None, "{bytes:?}");
        }
    }

    fn any_endpoint() -> impl Strategy<Value = Endpoint> {
        let address = prop_oneof![
            any::<u32>().prop_map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))),
            any::<u128>().prop_map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits))),
        ];
        let host = "[a-c]{1,2}(-[a-c])?\\.([ab]\\.)?[xy]".prop_map(|text| name(&text));
        let transport = prop::sample::select(Transport::ALL);
        let port = any::<u16>().prop_map(Port::new);
        let url = "https?://[ab]\\.x/[a-c/]{0,3}".prop_map(|text| text.parse::<WebUrl>().unwrap());
        prop_oneof![
            address.clone().prop_map(Endpoint::Address),
            (address, transport.clone(), port.clone()).prop_map(|(address, transport, port)| {
                Endpoint::AddressPort {
                    address,
                    transport,
                    port,
                }
            }),
            host.clone().prop_map(Endpoint::Host),
            (host.clone(), transport, port).prop_map(|(host, transport, port)| {
                Endpoint::HostPort {
                    host,
                    transport,
                    port,
                }
            }),
            url.prop_map(Endpoint::Url),
            host.prop_map(Endpoint::EmailDomain),
        ]
    }

    proptest! {
        #[test]
        fn a_key_gives_its_endpoint_back(endpoint in any_endpoint()) {
            let key = endpoint.to_key();
            prop_assert_eq!(Endpoint::from_key(&key), Some(endpoint.clone()));
            prop_assert_eq!(KeyedBy::ALL.contains(&endpoint.keyed_by()), true);
            for shorter in 0..key.len() {
                prop_assert_ne!(Endpoint::from_key(&key[..shorter]), Some(endpoint.clone()));
            }
        }

        #[test]
        fn keys_sort_like_endpoints(one in any_endpoint(), other in any_endpoint()) {
            prop_assert_eq!(one.to_key().cmp(&other.to_key()), one.cmp(&other));
        }

        #[test]
        fn any_bytes_are_a_key_only_if_they_are_written_so(bytes: Vec<u8>, tag in 0_u8..8) {
            let mut key = vec![tag << 4 | 4];
            key.extend(bytes);
            if let Some(endpoint) = Endpoint::from_key(&key) {
                prop_assert_eq!(endpoint.to_key(), key);
            }
        }
    }
}
