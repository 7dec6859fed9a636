//! Special ranges: addresses that are nobody's in particular, or that no database can place.
//!
//! From IANA's registries of special-purpose addresses (RFC 6890, updated by RFC 8190) of IPv4 and IPv6, and those of
//! multicast addresses (RFC 5771; RFC 4291, section 2.7, with the scopes of RFC 7346). A range within another one counts in its place.
//!
//! Each range has a class of two digits, which stands where others have their country. The reference has such digits too; the
//! numbers are ours:
//!
//! | class | |
//! |---|---|
//! | 01 | this network, unspecified |
//! | 02 | loopback |
//! | 03 | link-local |
//! | 04 | private (IPv6: unique-local, and site-local, which is deprecated) |
//! | 05 | shared by carriers (CGN) |
//! | 06 | multicast |
//! | 07 | private (IPv4) |
//! | 08 | documentation |
//! | 09 | benchmarks |
//! | 10 | reserved, discarded, dummies |
//! | 11 | broadcast |
//! | 12 | assignments of the IETF |
//! | 13 | translation and tunnels: IPv4 in IPv6, NAT64, 6to4, Teredo |
//! | 14 | services at many places (anycast) |
//! | 15 | identifiers that look like addresses |

use crate::place::{Origin, Place};
use crate::{Prefix, PrefixTable};

/// A special range.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Range {
    /// Its prefix.
    pub prefix: &'static str,
    /// Its class, two digits.
    pub class: &'static str,
    /// Its name in the registry.
    pub name: &'static str,
    /// The RFC that defines it.
    pub source: &'static str,
}

const fn range(
    prefix: &'static str,
    class: &'static str,
    name: &'static str,
    source: &'static str,
) -> Range {
    Range { prefix, class, name, source }
}

/// All special ranges of IPv4, then those of IPv6.
pub const RANGES: [Range; 67] = [
    range("0.0.0.0/8", "01", "This network", "RFC 791, 3.2"),
    range("0.0.0.0/32", "01", "This host on this network", "RFC 1122, 3.2.1.3"),
    range("10.0.0.0/8", "07", "Private-Use", "RFC 1918"),
    range("100.64.0.0/10", "05", "Shared Address Space", "RFC 6598"),
    range("127.0.0.0/8", "02", "Loopback", "RFC 1122, 3.2.1.3"),
    range("169.254.0.0/16", "03", "Link Local", "RFC 3927"),
    range("172.16.0.0/12", "07", "Private-Use", "RFC 1918"),
    range("192.0.0.0/24", "12", "IETF Protocol Assignments", "RFC 6890, 2.1"),
    range("192.0.0.0/29", "13", "IPv4 Service Continuity Prefix", "RFC 7335"),
    range("192.0.0.8/32", "10", "IPv4 dummy address", "RFC 7600"),
    range("192.0.0.9/32", "14", "Port Control Protocol Anycast", "RFC 7723"),
    range("192.0.0.10/32", "14", "Traversal Using Relays around NAT Anycast", "RFC 8155"),
    range("192.0.0.170/32", "13", "NAT64/DNS64 Discovery", "RFC 8880; RFC 7050, 2.2"),
    range("192.0.0.171/32", "13", "NAT64/DNS64 Discovery", "RFC 8880; RFC 7050, 2.2"),
    range("192.0.2.0/24", "08", "Documentation (TEST-NET-1)", "RFC 5737"),
    range("192.31.196.0/24", "14", "AS112-v4", "RFC 7535"),
    range("192.52.193.0/24", "14", "AMT", "RFC 7450"),
    range("192.88.99.0/24", "14", "Deprecated (6to4 Relay Anycast)", "RFC 7526"),
    range("192.88.99.2/32", "14", "6a44-relay anycast address", "RFC 6751"),
    range("192.168.0.0/16", "07", "Private-Use", "RFC 1918"),
    range("192.175.48.0/24", "14", "Direct Delegation AS112 Service", "RFC 7534"),
    range("198.18.0.0/15", "09", "Benchmarking", "RFC 2544"),
    range("198.51.100.0/24", "08", "Documentation (TEST-NET-2)", "RFC 5737"),
    range("203.0.113.0/24", "08", "Documentation (TEST-NET-3)", "RFC 5737"),
    range("224.0.0.0/4", "06", "Multicast", "RFC 5771"),
    range("224.0.0.0/24", "06", "Multicast (Local Network Control)", "RFC 5771, 4"),
    range("224.0.1.0/24", "06", "Multicast (Internetwork Control)", "RFC 5771, 5"),
    range("232.0.0.0/8", "06", "Multicast (Source-Specific)", "RFC 4607"),
    range("233.0.0.0/8", "06", "Multicast (GLOP)", "RFC 3180"),
    range("239.0.0.0/8", "06", "Multicast (Administratively Scoped)", "RFC 2365"),
    range("240.0.0.0/4", "10", "Reserved", "RFC 1112, 4"),
    range("255.255.255.255/32", "11", "Limited Broadcast", "RFC 919, 7"),
    range("::/128", "01", "Unspecified Address", "RFC 4291, 2.5.2"),
    range("::1/128", "02", "Loopback Address", "RFC 4291, 2.5.3"),
    range("::ffff:0:0/96", "13", "IPv4-mapped Address", "RFC 4291, 2.5.5.2"),
    range("64:ff9b::/96", "13", "IPv4-IPv6 Translation", "RFC 6052"),
    range("64:ff9b:1::/48", "13", "IPv4-IPv6 Translation", "RFC 8215"),
    range("100::/64", "10", "Discard-Only Address Block", "RFC 6666"),
    range("100:0:0:1::/64", "10", "Dummy IPv6 Prefix", "RFC 9780"),
    range("2001::/23", "12", "IETF Protocol Assignments", "RFC 2928"),
    range("2001::/32", "13", "TEREDO", "RFC 4380"),
    range("2001:1::1/128", "14", "Port Control Protocol Anycast", "RFC 7723"),
    range("2001:1::2/128", "14", "Traversal Using Relays around NAT Anycast", "RFC 8155"),
    range("2001:1::3/128", "14", "DNS-SD Service Registration Protocol Anycast", "RFC 9665"),
    range("2001:2::/48", "09", "Benchmarking", "RFC 5180"),
    range("2001:3::/32", "14", "AMT", "RFC 7450"),
    range("2001:4:112::/48", "14", "AS112-v6", "RFC 7535"),
    range("2001:10::/28", "15", "Deprecated (previously ORCHID)", "RFC 4843"),
    range("2001:20::/28", "15", "ORCHIDv2", "RFC 7343"),
    range("2001:30::/28", "15", "Drone Remote ID Protocol Entity Tags", "RFC 9374"),
    range("2001:db8::/32", "08", "Documentation", "RFC 3849"),
    range("2002::/16", "13", "6to4", "RFC 3056"),
    range("2620:4f:8000::/48", "14", "Direct Delegation AS112 Service", "RFC 7534"),
    range("3fff::/20", "08", "Documentation", "RFC 9637"),
    range("5f00::/16", "15", "Segment Routing (SRv6) SIDs", "RFC 9602"),
    range("fc00::/7", "04", "Unique-Local", "RFC 4193"),
    range("fe80::/10", "03", "Link-Local Unicast", "RFC 4291, 2.5.6"),
    range("fec0::/10", "04", "Site-Local (deprecated)", "RFC 3879"),
    range("ff00::/8", "06", "Multicast", "RFC 4291, 2.7"),
    range("ff01::/16", "06", "Multicast (Interface-Local)", "RFC 7346"),
    range("ff02::/16", "06", "Multicast (Link-Local)", "RFC 7346"),
    range("ff03::/16", "06", "Multicast (Realm-Local)", "RFC 7346"),
    range("ff04::/16", "06", "Multicast (Admin-Local)", "RFC 7346"),
    range("ff05::/16", "06", "Multicast (Site-Local)", "RFC 7346"),
    range("ff08::/16", "06", "Multicast (Organization-Local)", "RFC 7346"),
    range("ff0e::/16", "06", "Multicast (Global)", "RFC 7346"),
    range("ff30::/12", "06", "Multicast (Source-Specific)", "RFC 4607"),
];

/// The special ranges with their places.
pub(crate) fn table() -> PrefixTable<Place> {
    let mut table = PrefixTable::default();
    for range in &RANGES {
        // All of them are read in a test.
        let Ok(prefix) = range.prefix.parse::<Prefix>() else { continue };
        table.entry(prefix, || Place {
            country: range.class.to_owned(),
            organisation: range.name.to_owned(),
            origin: Origin::Special,
            ..Place::default()
        });
    }
    table
}

#[cfg(test)]
mod tests {
    use super::{RANGES, table};

    #[test]
    fn all_are_prefixes_and_each_is_there_once() {
        for range in RANGES {
            assert!(range.prefix.parse::<crate::Prefix>().is_ok(), "{}", range.prefix);
            let class: u8 = range.class.parse().unwrap();
            assert!((1..=15).contains(&class) && range.class.len() == 2);
            assert!(range.source.starts_with("RFC ") && !range.name.is_empty());
        }
        assert_eq!(table().len(), RANGES.len());
    }

    #[test]
    fn borders_of_ranges() {
        let table = table();
        let class =
            |text: &str| table.longest(text.parse().unwrap()).map_or("", |p| p.country.as_str());
        let all = [
            ("9.255.255.255", ""),
            ("10.0.0.0", "07"),
            ("10.255.255.255", "07"),
            ("11.0.0.0", ""),
            ("100.63.255.255", ""),
            ("100.64.0.0", "05"),
            ("100.128.0.0", ""),
            ("172.15.255.255", ""),
            ("172.31.255.255", "07"),
            ("172.32.0.0", ""),
            ("192.0.0.170", "13"),
            ("192.0.0.172", "12"),
            ("223.255.255.255", ""),
            ("224.0.0.251", "06"),
            ("239.255.255.250", "06"),
            ("255.255.255.254", "10"),
            ("255.255.255.255", "11"),
            ("::", "01"),
            ("::1", "02"),
            ("::2", ""),
            ("::ffff:8.8.8.8", "13"),
            ("2001::1", "13"),
            ("2001:1::4", "12"),
            ("2001:200::", ""),
            ("2001:db8::", "08"),
            ("fbff::", ""),
            ("fdff::", "04"),
            ("fe00::", ""),
            ("fe80::1", "03"),
            ("ff02::fb", "06"),
        ];
        for (address, expected) in all {
            assert_eq!(class(address), expected, "{address}");
        }
    }
}
