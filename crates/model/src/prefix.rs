//! Address prefixes in CIDR notation.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::{AddressError, parse_address, shown};

/// A block of addresses that share their first bits, such as `192.0.2.0/24`. It has no host bits.
///
/// Source: RFC 4632 (IPv4), RFC 4291 section 2.3 (IPv6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix {
    first: IpAddr,
    length: u8,
}

/// Why a text or pair is not a prefix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrefixError {
    /// There is no `/length`, or it is not a number.
    #[error(
        "a prefix such as 192.0.2.0/24 or 2001:db8::/32 is expected, not `{}`",
        shown(text)
    )]
    Unreadable {
        /// The text that stood there.
        text: String,
    },
    /// The part before the slash is not an address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The length is more than the address has bits.
    #[error("a prefix of {address} has a length of 0 to {length_max}, not {length}")]
    TooLong {
        /// The address before the slash.
        address: IpAddr,
        /// The length that stood there.
        length: u8,
        /// The number of bits of the address.
        length_max: u8,
    },
    /// The address has bits behind the prefix length.
    #[error("`{address}/{length}` has bits behind its length; probably {meant} was meant")]
    HostBits {
        /// The address before the slash.
        address: IpAddr,
        /// The length after the slash.
        length: u8,
        /// The prefix with those bits cleared.
        meant: Prefix,
    },
}

impl Prefix {
    /// The prefix that begins at `first`. An IPv4-mapped IPv6 prefix becomes the IPv4 prefix.
    ///
    /// # Errors
    /// If the length is more than the address has bits, or if `first` has bits behind the length.
    pub fn new(first: IpAddr, length: u8) -> Result<Self, PrefixError> {
        let length_max = if first.is_ipv4() { 32 } else { 128 };
        if length > length_max {
            return Err(PrefixError::TooLong {
                address: first,
                length,
                length_max,
            });
        }
        let (first, length) = match first.to_canonical() {
            IpAddr::V4(mapped) if first.is_ipv6() && length >= 96 => {
                (IpAddr::V4(mapped), length - 96)
            }
            _ => (first, length),
        };
        let meant = Self {
            first: masked(first, length),
            length,
        };
        if meant.first == first {
            Ok(meant)
        } else {
            Err(PrefixError::HostBits {
                address: first,
                length,
                meant,
            })
        }
    }

    /// The smallest prefix: one address.
    #[must_use]
    pub fn of_address(address: IpAddr) -> Self {
        let first = address.to_canonical();
        let length = if first.is_ipv4() { 32 } else { 128 };
        Self { first, length }
    }

    /// The first address.
    #[must_use]
    pub const fn first(&self) -> IpAddr {
        self.first
    }

    /// The last address.
    #[must_use]
    pub fn last(&self) -> IpAddr {
        match self.first {
            IpAddr::V4(first) => {
                Ipv4Addr::from_bits(first.to_bits() | !mask_v4(self.length)).into()
            }
            IpAddr::V6(first) => {
                Ipv6Addr::from_bits(first.to_bits() | !mask_v6(self.length)).into()
            }
        }
    }

    /// The number of bits that all addresses of the prefix share.
    #[must_use]
    pub const fn length(&self) -> u8 {
        self.length
    }

    /// The prefix of twice the size around this one; none around all addresses.
    #[must_use]
    pub fn wider(&self) -> Option<Self> {
        let length = self.length.checked_sub(1)?;
        let first = masked(self.first, length);
        Some(Self { first, length })
    }

    /// Whether the address lies in the prefix. An address of the other family never does.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.first.is_ipv4() && masked(address, self.length) == self.first
    }
}

fn mask_v4(length: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0)
}

fn mask_v6(length: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0)
}

fn masked(address: IpAddr, length: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => Ipv4Addr::from_bits(address.to_bits() & mask_v4(length)).into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & mask_v6(length)).into(),
    }
}

impl FromStr for Prefix {
    type Err = PrefixError;

    /// Accepts `192.0.2.0/24` and `2001:db8::/32`, with spaces around it.
    fn from_str(text: &str) -> Result<Self, PrefixError> {
        let unreadable = || PrefixError::Unreadable {
            text: text.to_owned(),
        };
        let (address, length) = text.trim().split_once('/').ok_or_else(unreadable)?;
        let is_number =
            (1..=3).contains(&length.len()) && length.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number {
            return Err(unreadable());
        }
        let length: u8 = length.parse().map_err(|_| unreadable())?;
        let given = parse_address(address)?;
        // `parse_address` turned a mapped address into IPv4; its length still counts from the IPv6 form.
        if given.is_ipv4() && address.contains(':') {
            return match length.checked_sub(96) {
                Some(length) => Self::new(given, length),
                None => Err(unreadable()),
            };
        }
        Self::new(given, length)
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.length)
    }
}

crate::serde_as_text!(Prefix, "prefix");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prefix_has_one_form_and_bad_ones_say_why() {
        for (text, want) in [
            ("192.0.2.0/24", "192.0.2.0/24"),
            (" 192.0.2.1/32 ", "192.0.2.1/32"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("2001:DB8::/32", "2001:db8::/32"),
            ("::/0", "::/0"),
            ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        ] {
            assert_eq!(text.parse::<Prefix>().unwrap().to_string(), want, "{text}");
        }
        for (text, why) in [
            ("192.0.2.9/24", "probably 192.0.2.0/24 was meant"),
            ("2001:db8::1/64", "probably 2001:db8::/64 was meant"),
            ("128.0.0.0/0", "probably 0.0.0.0/0 was meant"),
            ("192.0.2.0", "a prefix such as"),
            ("192.0.2.0/", "a prefix such as"),
            ("192.0.2.0/+24", "a prefix such as"),
            ("192.0.2.0/24/24", "a prefix such as"),
            ("192.0.2.0/255.255.255.0", "a prefix such as"),
            ("192.0.2.0/\u{662}", "a prefix such as"),
            ("192.0.2.0/33", "0 to 32, not 33"),
            ("2001:db8::/129", "0 to 128, not 129"),
            ("192.0.2.0/999", "a prefix such as"),
            ("::ffff:192.0.2.0/24", "a prefix such as"),
            ("x/24", "an IP address such as"),
            ("/24", "nothing stood there"),
        ] {
            let error = text.parse::<Prefix>().unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn mapped_prefix_is_the_same_by_either_way_in() {
        let mapped = Prefix::new("::ffff:192.0.2.0".parse().unwrap(), 120).unwrap();
        assert_eq!(mapped, "192.0.2.0/24".parse().unwrap());
        let above = Prefix::new("::".parse().unwrap(), 80).unwrap();
        assert_eq!(above.to_string(), "::/80");
        assert!(!above.contains("192.0.2.1".parse().unwrap()));
    }

    #[test]
    fn prefix_contains_its_ends_and_not_their_neighbours() {
        let prefix: Prefix = "192.0.2.8/29".parse().unwrap();
        for (text, want) in [
            ("192.0.2.7", false),
            ("192.0.2.8", true),
            ("192.0.2.15", true),
            ("::ffff:192.0.2.15", true),
            ("192.0.2.16", false),
            ("2001:db8::8", false),
        ] {
            assert_eq!(prefix.contains(text.parse().unwrap()), want, "{text}");
        }
        assert_eq!(prefix.last().to_string(), "192.0.2.15");
    }

    proptest! {
        #[test]
        fn any_address_lies_in_the_prefix_that_was_meant(bits: u128, v4: bool, length in 0_u8..=128) {
            let address: IpAddr = if v4 {
                Ipv4Addr::from_bits(bits as u32).into()
            } else {
                Ipv6Addr::from_bits(bits).into()
            };
            let length = if v4 { length % 33 } else { length };
            let prefix = match Prefix::new(address, length) {
                Ok(prefix) => prefix,
                Err(PrefixError::HostBits { meant, .. }) => meant,
                Err(error) => return Err(TestCaseError::fail(error.to_string())),
            };
            prop_assert!(prefix.contains(address));
            prop_assert!(prefix.contains(prefix.first()) && prefix.contains(prefix.last()));
            prop_assert_eq!(prefix.to_string().parse::<Prefix>().unwrap(), prefix);
        }
    }
}
