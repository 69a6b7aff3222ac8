//! Ranges of addresses that need not be one prefix.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::{AddressError, Prefix, parse_address, shown};

/// All addresses from a first to a last one, both included, such as `192.0.2.8-192.0.2.19`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressRange {
    first: IpAddr,
    last: IpAddr,
}

/// Why a text or pair is not a range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// There is no `-` between two addresses.
    #[error(
        "a range such as 192.0.2.8-192.0.2.19 is expected, not `{}`",
        shown(text)
    )]
    Unreadable {
        /// The text that stood there.
        text: String,
    },
    /// One of the ends is not an address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// One end is IPv4 and the other IPv6.
    #[error("a range has both ends in one family, not {first} and {last}")]
    TwoFamilies {
        /// The first address.
        first: IpAddr,
        /// The last address.
        last: IpAddr,
    },
    /// The ends are the wrong way round.
    #[error("a range runs upwards, and {first} is above {last}")]
    Backwards {
        /// The first address.
        first: IpAddr,
        /// The last address.
        last: IpAddr,
    },
}

impl AddressRange {
    /// The addresses from `first` to `last`, both included.
    ///
    /// # Errors
    /// If the two are of different families, or if `first` is above `last`.
    pub fn new(first: IpAddr, last: IpAddr) -> Result<Self, RangeError> {
        let (first, last) = (first.to_canonical(), last.to_canonical());
        if first.is_ipv4() != last.is_ipv4() {
            return Err(RangeError::TwoFamilies { first, last });
        }
        if first > last {
            return Err(RangeError::Backwards { first, last });
        }
        Ok(Self { first, last })
    }

    /// The first address.
    #[must_use]
    pub const fn first(&self) -> IpAddr {
        self.first
    }

    /// The last address.
    #[must_use]
    pub const fn last(&self) -> IpAddr {
        self.last
    }

    /// Whether the address lies in the range.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        // Families sort apart, so an address of the other family is never between the ends.
        (self.first..=self.last).contains(&address.to_canonical())
    }

    /// The fewest prefixes that cover exactly these addresses, in ascending order.
    ///
    /// At most 62 for IPv4 and 254 for IPv6.
    #[must_use]
    pub fn to_prefixes(&self) -> Vec<Prefix> {
        match (self.first, self.last) {
            (IpAddr::V4(first), IpAddr::V4(last)) => {
                cover(first.to_bits().into(), last.to_bits().into(), 32, |bits| {
                    Ipv4Addr::from_bits(u32::try_from(bits).expect("between two IPv4 addresses"))
                        .into()
                })
            }
            (first, last) => cover(bits_v6(first), bits_v6(last), 128, |bits| {
                Ipv6Addr::from_bits(bits).into()
            }),
        }
    }
}

fn bits_v6(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// Takes the largest aligned block that fits at the low end, until the high end is reached.
fn cover(first: u128, last: u128, width: u32, address: impl Fn(u128) -> IpAddr) -> Vec<Prefix> {
    let mut prefixes = Vec::new();
    let mut next = first;
    loop {
        let aligned_bits = next.trailing_zeros().min(width);
        // One less than the number of addresses left: the number of all IPv6 addresses has 129 bits.
        let left = last - next;
        let fitting_bits = match left.checked_add(1) {
            Some(count) => count.ilog2(),
            None => 128,
        };
        let bits = aligned_bits.min(fitting_bits);
        let length = u8::try_from(width - bits).expect("at most 128");
        prefixes.push(Prefix::new(address(next), length).expect("aligned to its length"));
        let block_last = next | u128::MAX.checked_shr(128 - bits).unwrap_or(0);
        if block_last >= last {
            return prefixes;
        }
        next = block_last + 1;
    }
}

impl FromStr for AddressRange {
    type Err = RangeError;

    /// Accepts `192.0.2.8-192.0.2.19`, with spaces around the ends.
    fn from_str(text: &str) -> Result<Self, RangeError> {
        let unreadable = || RangeError::Unreadable {
            text: text.to_owned(),
        };
        // Word processors turn the hyphen into a dash.
        let (first, last) = text.split_once(['-', '\u{2013}']).ok_or_else(unreadable)?;
        Self::new(parse_address(first)?, parse_address(last)?)
    }
}

impl From<Prefix> for AddressRange {
    fn from(prefix: Prefix) -> Self {
        Self {
            first: prefix.first(),
            last: prefix.last(),
        }
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

crate::serde_as_text!(AddressRange, "address range");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check_cover(range: &str, want: &str) {
        let range: AddressRange = range.parse().unwrap();
        let prefixes: Vec<_> = range.to_prefixes().iter().map(Prefix::to_string).collect();
        assert_eq!(prefixes.join(" "), want, "{range}");
    }

    #[test]
    fn range_is_covered_by_the_fewest_prefixes() {
        check_cover("192.0.2.8-192.0.2.19", "192.0.2.8/29 192.0.2.16/30");
        check_cover("192.0.2.1 - 192.0.2.1", "192.0.2.1/32");
        check_cover(
            "192.0.2.1-192.0.2.6",
            "192.0.2.1/32 192.0.2.2/31 192.0.2.4/31 192.0.2.6/32",
        );
        check_cover("0.0.0.0-255.255.255.255", "0.0.0.0/0");
        check_cover("255.255.255.254-255.255.255.255", "255.255.255.254/31");
        check_cover("2001:db8::-2001:db8::2", "2001:db8::/127 2001:db8::2/128");
        check_cover("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0");
        check_cover("8000::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "8000::/1");
    }

    #[test]
    fn worst_ranges_need_no_more_prefixes_than_promised() {
        let v4: AddressRange = "0.0.0.1-255.255.255.254".parse().unwrap();
        assert_eq!(v4.to_prefixes().len(), 62);
        let v6: AddressRange = "::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"
            .parse()
            .unwrap();
        assert_eq!(v6.to_prefixes().len(), 254);
    }

    #[test]
    fn bad_ranges_say_why() {
        for (text, why) in [
            ("", "a range such as"),
            ("192.0.2.1", "a range such as"),
            ("192.0.2.1-", "nothing stood there"),
            ("192.0.2.9-192.0.2.1", "192.0.2.9 is above 192.0.2.1"),
            ("192.0.2.1-2001:db8::1", "one family"),
            ("192.0.2.1-9", "an IP address such as"),
            ("192.0.2.1-192.0.2.2-192.0.2.3", "an IP address such as"),
            ("192.0.2.0/24-192.0.3.0/24", "not the prefix"),
        ] {
            let error = text.parse::<AddressRange>().unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
        assert!(
            "192.0.2.1 \u{2013} 192.0.2.9"
                .parse::<AddressRange>()
                .is_ok()
        );
    }

    /// Checks that prefixes follow each other without gap or overlap, from the first to the last address.
    fn check_exact(first: IpAddr, last: IpAddr) {
        let range = AddressRange::new(first, last).unwrap();
        let prefixes = range.to_prefixes();
        assert_eq!(prefixes[0].first(), first);
        assert_eq!(prefixes[prefixes.len() - 1].last(), last);
        for pair in prefixes.windows(2) {
            assert_eq!(
                bits_v6(pair[0].last()) + 1,
                bits_v6(pair[1].first()),
                "{range}"
            );
            // Two halves of one prefix would not be the fewest.
            let joined = Prefix::new(pair[0].first(), pair[0].length() - 1);
            assert!(
                joined.is_err() || pair[0].length() != pair[1].length(),
                "{range}"
            );
        }
        assert_eq!(range.to_string().parse(), Ok(range));
    }

    proptest! {
        #[test]
        fn cover_has_exactly_the_addresses_of_the_range(one: u128, other: u128, near in 0_u128..5000) {
            let v6 = |bits| IpAddr::V6(Ipv6Addr::from_bits(bits | 1 << 127));
            let v4 = |bits| IpAddr::V4(Ipv4Addr::from_bits(bits));
            let (low, high) = (one.min(other) >> 1, one.max(other) >> 1);
            check_exact(v6(low), v6(high));
            check_exact(v6(low), v6(low + near));
            let (low, high) = ((one as u32).min(other as u32), (one as u32).max(other as u32));
            check_exact(v4(low), v4(high));
            check_exact(v4(low), v4(low.saturating_add(near as u32)));
        }
    }
}
