//! Reading addresses, and telling those that can be somebody's from those that cannot.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use self::AddressClass::{Documentation, Reserved};
use crate::shown;

/// Why a text is not an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing stood there.
    #[error("an IP address is expected, and nothing stood there")]
    Empty,
    /// The address names an interface of one machine.
    #[error(
        "`{}` has a zone id after `%`, which means something on one machine only",
        shown(text)
    )]
    ZoneId {
        /// The text that stood there.
        text: String,
    },
    /// It is a prefix.
    #[error("one IP address is expected, not the prefix `{}`", shown(text))]
    IsPrefix {
        /// The text that stood there.
        text: String,
    },
    /// Something else.
    #[error(
        "an IP address such as 192.0.2.1 or 2001:db8::1 is expected, not `{}`",
        shown(text)
    )]
    Unreadable {
        /// The text that stood there.
        text: String,
    },
}

/// Reads an IPv4 or IPv6 address, with spaces around it.
///
/// An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) becomes the IPv4 address, so that one host has one form.
/// Leading zeros (`192.0.02.1`) are refused: some systems read them as octal.
///
/// # Errors
/// If the text is anything else than one address without a zone id.
pub fn parse_address(text: &str) -> Result<IpAddr, AddressError> {
    let trimmed = text.trim();
    if let Ok(address) = trimmed.parse::<Ipv4Addr>() {
        return Ok(IpAddr::V4(address));
    }
    match trimmed.parse::<Ipv6Addr>() {
        Ok(address) => Ok(IpAddr::V6(address).to_canonical()),
        Err(_) => Err(why_not_an_address(text, trimmed)),
    }
}

/// Finds the words for a text that did not parse.
fn why_not_an_address(text: &str, trimmed: &str) -> AddressError {
    let parses = |part: &str| part.parse::<IpAddr>().is_ok();
    let text = text.to_owned();
    if trimmed.is_empty() {
        return AddressError::Empty;
    }
    if trimmed
        .split_once('%')
        .is_some_and(|(head, _)| parses(head))
    {
        return AddressError::ZoneId { text };
    }
    if trimmed
        .split_once('/')
        .is_some_and(|(head, _)| parses(head))
    {
        return AddressError::IsPrefix { text };
    }
    AddressError::Unreadable { text }
}

/// What kind of space an address lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressClass {
    /// It can belong to somebody on the Internet.
    Global,
    /// Set aside for examples and tests: such addresses stand in the test profile and in documentation only.
    Documentation,
    /// It cannot belong to one holder on the Internet; the text says why.
    Reserved(&'static str),
}

/// One block of special addresses: its first, its last and what it is.
struct Block<N> {
    first: N,
    last: N,
    class: AddressClass,
}

const fn v4(a: u8, b: u8, c: u8, length: u32, class: AddressClass) -> Block<u32> {
    let first = u32::from_be_bytes([a, b, c, 0]);
    let last = first | (u32::MAX >> length);
    Block { first, last, class }
}

/// From the address that begins with the four groups `first` to the last one that begins with `last`.
const fn v6(first: [u16; 4], last: [u16; 4], class: AddressClass) -> Block<u128> {
    let [a, b, c, d] = first;
    let first = Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_bits();
    let [a, b, c, d] = last;
    let last = Ipv6Addr::new(a, b, c, d, END, END, END, END).to_bits();
    Block { first, last, class }
}

/// The last group of a block.
const END: u16 = 0xffff;

/// Sorted and without overlap. Source: IANA IPv4 special-purpose address registry.
///
/// 198.18.0.0/15 (benchmarks, RFC 2544) counts as documentation: tests at scale need more than 768 addresses.
static SPECIAL_V4: [Block<u32>; 15] = [
    v4(0, 0, 0, 8, Reserved("\"this network\" (RFC 791)")),
    v4(10, 0, 0, 8, Reserved("private use (RFC 1918)")),
    v4(
        100,
        64,
        0,
        10,
        Reserved("shared by a provider's customers (RFC 6598)"),
    ),
    v4(127, 0, 0, 8, Reserved("loopback (RFC 1122)")),
    v4(169, 254, 0, 16, Reserved("link-local (RFC 3927)")),
    v4(172, 16, 0, 12, Reserved("private use (RFC 1918)")),
    v4(192, 0, 0, 24, Reserved("protocol assignments (RFC 6890)")),
    v4(192, 0, 2, 24, Documentation),
    v4(
        192,
        88,
        99,
        24,
        Reserved("6to4 relay anycast, withdrawn (RFC 7526)"),
    ),
    v4(192, 168, 0, 16, Reserved("private use (RFC 1918)")),
    v4(198, 18, 0, 15, Documentation),
    v4(198, 51, 100, 24, Documentation),
    v4(203, 0, 113, 24, Documentation),
    v4(224, 0, 0, 4, Reserved("multicast (RFC 5771)")),
    v4(
        240,
        0,
        0,
        4,
        Reserved("reserved for the future, or broadcast (RFC 1112, RFC 919)"),
    ),
];

const UNALLOCATED: AddressClass = Reserved("not allocated for use (RFC 4291)");

/// Sorted and without overlap. Source: IANA IPv6 special-purpose address registry and address space registry.
///
/// Only 2000::/3 is handed out, so everything outside it is in here.
static SPECIAL_V6: [Block<u128>; 10] = [
    // In it: ::, ::1, IPv4-compatible addresses, translation (64:ff9b::/96), discard-only (100::/64).
    v6(
        [0, 0, 0, 0],
        [0x1fff, END, END, END],
        Reserved("unspecified, loopback, translation or not allocated (RFC 4291, RFC 6052)"),
    ),
    v6(
        [0x2001, 0, 0, 0],
        [0x2001, 0, END, END],
        Reserved("Teredo tunnels (RFC 4380)"),
    ),
    // In it: benchmarks (2001:2::/48), ORCHIDv2 (2001:20::/28) and anycast services that have no one holder.
    v6(
        [0x2001, 1, 0, 0],
        [0x2001, 0x1ff, END, END],
        Reserved("protocol assignments (RFC 2928)"),
    ),
    v6(
        [0x2001, 0xdb8, 0, 0],
        [0x2001, 0xdb8, END, END],
        Documentation,
    ),
    v6([0x3fff, 0, 0, 0], [0x3fff, 0xfff, END, END], Documentation),
    v6([0x4000, 0, 0, 0], [0xfbff, END, END, END], UNALLOCATED),
    v6(
        [0xfc00, 0, 0, 0],
        [0xfdff, END, END, END],
        Reserved("unique local use (RFC 4193)"),
    ),
    v6([0xfe00, 0, 0, 0], [0xfe7f, END, END, END], UNALLOCATED),
    v6(
        [0xfe80, 0, 0, 0],
        [0xfeff, END, END, END],
        Reserved("link-local and site-local use (RFC 4291)"),
    ),
    v6(
        [0xff00, 0, 0, 0],
        [0xffff, END, END, END],
        Reserved("multicast (RFC 4291)"),
    ),
];

/// Says what kind of space an address lies in. Cost: one binary search in a short table.
///
/// A 6to4 address (2002::/16) is what the IPv4 address inside it is, and so is an IPv4-mapped one.
#[must_use]
pub fn classify(address: IpAddr) -> AddressClass {
    match address.to_canonical() {
        IpAddr::V4(address) => class_in(&SPECIAL_V4, address.to_bits()),
        IpAddr::V6(address) => match address.segments() {
            [0x2002, high, low, ..] => {
                class_in(&SPECIAL_V4, u32::from(high) << 16 | u32::from(low))
            }
            _ => class_in(&SPECIAL_V6, address.to_bits()),
        },
    }
}

/// Why some address between `first` and `last` cannot belong to one holder, or nothing if all can.
///
/// Both ends are included and are of one family. Documentation addresses are fine here.
#[must_use]
pub fn reserved_within(first: IpAddr, last: IpAddr) -> Option<&'static str> {
    match (first, last) {
        (IpAddr::V4(first), IpAddr::V4(last)) => {
            reserved_in(&SPECIAL_V4, first.to_bits(), last.to_bits())
        }
        (IpAddr::V6(first), IpAddr::V6(last)) => {
            reserved_in(&SPECIAL_V6, first.to_bits(), last.to_bits())
        }
        _ => None,
    }
}

fn class_in<N: Copy + Ord>(blocks: &[Block<N>], number: N) -> AddressClass {
    let next = blocks.partition_point(|block| block.last < number);
    match blocks.get(next) {
        Some(block) if block.first <= number => block.class,
        _ => AddressClass::Global,
    }
}

fn reserved_in<N: Copy + Ord>(blocks: &[Block<N>], first: N, last: N) -> Option<&'static str> {
    let overlapping = blocks
        .iter()
        .skip_while(|block| block.last < first)
        .take_while(|block| block.first <= last);
    overlapping
        .filter_map(|block| match block.class {
            AddressClass::Reserved(why) => Some(why),
            AddressClass::Documentation | AddressClass::Global => None,
        })
        .next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn address_has_one_form_and_bad_ones_say_why() {
        for (text, want) in [
            ("192.0.2.1", "192.0.2.1"),
            ("\t192.0.2.1 ", "192.0.2.1"),
            ("2001:DB8:0:0::1", "2001:db8::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("::FFFF:c000:0201", "192.0.2.1"),
        ] {
            assert_eq!(parse_address(text).unwrap().to_string(), want, "{text}");
        }
        for (text, why) in [
            ("", "nothing stood there"),
            ("fe80::1%eth0", "zone id"),
            ("192.0.2.0/24", "not the prefix"),
            ("192.0.02.1", "is expected"),
            ("192.0.2", "is expected"),
            ("192.0.2.256", "is expected"),
            ("3221225985", "is expected"),
            ("0xc0.0.2.1", "is expected"),
            ("192.0.2.1:80", "is expected"),
            ("[2001:db8::1]", "is expected"),
            ("2001:db8:::1", "is expected"),
            ("\u{ff11}92.0.2.1", "is expected"),
            ("192.0.2.1\u{0}", "is expected"),
            ("www.x.example", "is expected"),
        ] {
            let error = parse_address(text).unwrap_err().to_string();
            assert!(error.contains(why), "{text:?}: {error}");
        }
    }

    #[test]
    fn special_addresses_are_told_from_those_of_somebody() {
        for (text, want) in [
            ("9.255.255.255", ""),
            ("10.0.0.0", "private use (RFC 1918)"),
            ("10.255.255.255", "private use (RFC 1918)"),
            ("11.0.0.0", ""),
            ("0.0.0.0", "this network"),
            ("100.63.255.255", ""),
            ("100.64.0.1", "shared by a provider's customers"),
            ("100.128.0.0", ""),
            ("127.0.0.1", "loopback"),
            ("169.254.1.1", "link-local"),
            ("172.15.255.255", ""),
            ("172.16.0.1", "private use"),
            ("172.32.0.0", ""),
            ("192.0.0.8", "protocol assignments"),
            ("192.0.2.255", "documentation"),
            ("192.0.3.0", ""),
            ("192.88.99.1", "6to4 relay"),
            ("192.168.1.1", "private use"),
            ("198.17.255.255", ""),
            ("198.19.255.255", "documentation"),
            ("198.51.100.7", "documentation"),
            ("203.0.113.7", "documentation"),
            ("223.255.255.255", ""),
            ("224.0.0.1", "multicast"),
            ("240.0.0.1", "reserved for the future"),
            ("255.255.255.255", "broadcast"),
            ("::", "unspecified"),
            ("::1", "loopback"),
            ("::ffff:10.0.0.1", "private use"),
            ("64:ff9b::c000:201", "translation"),
            ("1fff::1", "not allocated"),
            ("2000::1", ""),
            ("2001::1", "Teredo"),
            ("2001:1::1", "protocol assignments"),
            ("2001:2::1", "protocol assignments"),
            ("2001:1ff:ffff::1", "protocol assignments"),
            ("2001:200::1", ""),
            ("2001:610::1", ""),
            ("2001:db8:ffff::1", "documentation"),
            ("2001:db9::", ""),
            ("2002:a00:1::1", "private use"),
            ("2002:c000:201::1", "documentation"),
            ("2002:900:1::1", ""),
            ("3fff:fff::1", "documentation"),
            ("3fff:1000::1", ""),
            ("4000::", "not allocated"),
            ("5f00::1", "not allocated"),
            ("fc00::1", "unique local"),
            ("fdff::1", "unique local"),
            ("fe00::1", "not allocated"),
            ("fe80::1", "link-local"),
            ("fec0::1", "site-local"),
            ("ff02::1", "multicast"),
        ] {
            let class = match classify(text.parse().unwrap()) {
                AddressClass::Global => "",
                AddressClass::Documentation => "documentation",
                AddressClass::Reserved(why) => why,
            };
            assert!(
                class.contains(want) && class.is_empty() == want.is_empty(),
                "{text}: {class}"
            );
        }
    }

    #[test]
    fn special_blocks_are_sorted_and_apart() {
        assert!(
            SPECIAL_V4
                .windows(2)
                .all(|pair| pair[0].last < pair[1].first)
        );
        assert!(
            SPECIAL_V6
                .windows(2)
                .all(|pair| pair[0].last < pair[1].first)
        );
        assert!(SPECIAL_V4.iter().all(|block| block.first < block.last));
        assert!(SPECIAL_V6.iter().all(|block| block.first < block.last));
    }

    #[test]
    fn reserved_space_is_found_inside_a_larger_block() {
        for (first, last, want) in [
            ("192.0.2.0", "192.0.2.255", false),
            ("192.0.2.0", "198.51.100.255", true),
            ("9.0.0.0", "11.0.0.0", true),
            ("10.1.0.0", "10.1.0.0", true),
            ("11.0.0.0", "11.255.255.255", false),
            ("0.0.0.0", "255.255.255.255", true),
            ("2001:db8::", "2001:db8:ffff::", false),
            ("2001:db8::", "4000::", true),
            ("::", "ffff::", true),
        ] {
            let found = reserved_within(first.parse().unwrap(), last.parse().unwrap());
            assert_eq!(found.is_some(), want, "{first} {last}: {found:?}");
        }
    }

    proptest! {
        #[test]
        fn outside_2000_3_nothing_belongs_to_anybody(bits: u128) {
            let address = Ipv6Addr::from_bits(bits);
            if bits >> 125 != 1 && address.to_ipv4_mapped().is_none() {
                prop_assert!(matches!(classify(address.into()), AddressClass::Reserved(_)), "{}", address);
            }
        }

        #[test]
        fn a_reserved_address_is_reserved_alone_and_in_a_range(bits: u32, more in 0_u32..100_000) {
            let first = Ipv4Addr::from_bits(bits);
            let last = Ipv4Addr::from_bits(bits.saturating_add(more));
            let is_reserved = |address: Ipv4Addr| matches!(classify(address.into()), AddressClass::Reserved(_));
            prop_assert_eq!(is_reserved(first), reserved_within(first.into(), first.into()).is_some());
            if is_reserved(first) || is_reserved(last) {
                prop_assert!(reserved_within(first.into(), last.into()).is_some());
            }
        }
    }
}
