//! Ports and the protocols they belong to.

use std::fmt;
use std::str::FromStr;

use crate::shown;

/// A port number. Zero is accepted: feeds write it where a protocol has no ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port(u16);

/// A text that is not a port number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a port is a number from 0 to 65535, not `{}`", shown(text))]
pub struct PortError {
    text: String,
}

impl Port {
    /// The port with this number.
    #[must_use]
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The bare number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl From<u16> for Port {
    fn from(number: u16) -> Self {
        Self(number)
    }
}

impl FromStr for Port {
    type Err = PortError;

    /// Accepts digits, with spaces around them.
    fn from_str(text: &str) -> Result<Self, PortError> {
        let digits = text.trim();
        // `u16::from_str` alone would also take a leading `+`.
        let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        match digits.parse() {
            Ok(number) if all_digits => Ok(Self(number)),
            _ => Err(PortError {
                text: text.to_owned(),
            }),
        }
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

crate::vocabulary! {
    /// The protocol on top of IP. Codes are the protocol numbers of IANA.
    pub enum Transport: "transport" {
        /// Internet control messages, for both versions of IP. It has no ports.
        Icmp = 1 => "icmp" | "icmpv6" | "icmp6" | "ipv6-icmp" | "1",
        /// Transmission control protocol.
        Tcp = 6 => "tcp" | "tcp4" | "tcp6" | "6",
        /// User datagram protocol.
        Udp = 17 => "udp" | "udp4" | "udp6" | "17",
        /// Stream control transmission protocol.
        Sctp = 132 => "sctp" | "132",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_accepts_sixteen_bits_in_digits_and_nothing_else() {
        for (text, want) in [("0", 0), ("443", 443), (" 65535 ", 65535), ("0080", 80)] {
            assert_eq!(text.parse::<Port>().unwrap(), Port(want), "{text}");
        }
        for text in ["", "65536", "-1", "+1", "80/tcp", "http", "8\u{661}", "1e3"] {
            assert!(text.parse::<Port>().is_err(), "{text}");
        }
    }

    #[test]
    fn transport_is_read_from_name_and_protocol_number() {
        for (text, want) in [
            ("TCP", Transport::Tcp),
            ("17", Transport::Udp),
            ("icmp6", Transport::Icmp),
        ] {
            assert_eq!(text.parse::<Transport>().unwrap(), want, "{text}");
        }
        assert!("tls".parse::<Transport>().is_err());
        assert!(Transport::Tcp < Transport::Udp && Transport::Icmp < Transport::Tcp);
    }
}
