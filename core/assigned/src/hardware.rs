//! Who makes the device with a hardware address, by its first 24, 28 or 36 bits.

use crate::table::find;

/// An organization that IEEE has assigned hardware addresses to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Vendor {
    /// Its name in full; `Private` if it does not want to be named.
    pub name: &'static str,
    /// Code of its country (ISO 3166-1), empty where that is not known.
    pub country: &'static str,
    /// The first 24 bits are not those of the organization alone.
    pub is_shared: bool,
}

/// Who has a block of 24 bits that is divided into smaller ones.
const REGISTRY: &str = "IEEE Registration Authority";

/// The organization that the address is assigned to, by the longest block that matches; none for
/// addresses of groups. Addresses that were assigned locally have none either, except for the few
/// blocks of the first years that have the local bit set.
pub fn vendor(address: [u8; 6]) -> Option<Vendor> {
    const GROUP: u8 = 0x01;
    const LOCAL: u8 = 0x02;
    if address[0] & GROUP != 0 {
        return None;
    }
    let [a, b, c, d, e, f] = address;
    let number = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
    let block = |bits: u32, is_shared, table| {
        let entry = find(table, 16, number >> (48 - bits))?;
        let (name, country) = entry.split_once('\t').unwrap_or((entry, ""));
        Some(Vendor { name, country, is_shared: is_shared || name == REGISTRY })
    };
    let whole = block(24, false, include_str!("../data/ma-l.txt"));
    if address[0] & LOCAL != 0 || whole.is_some_and(|vendor| !vendor.is_shared) {
        return whole;
    }
    block(36, true, include_str!("../data/ma-s.txt"))
        .or_else(|| block(28, true, include_str!("../data/ma-m.txt")))
        .or(whole)
}

#[cfg(test)]
mod tests {
    use super::{REGISTRY, Vendor, vendor};

    #[test]
    fn only_blocks_of_the_registry_are_divided() {
        let large = include_str!("../data/ma-l.txt");
        for small in [include_str!("../data/ma-m.txt"), include_str!("../data/ma-s.txt")] {
            for line in small.lines().filter(|line| !line.starts_with('#')) {
                let first = u8::from_str_radix(&line[..2], 16).expect(line);
                assert_eq!(first & 3, 0, "{line}");
                let number = u64::from_str_radix(&line[..6], 16).expect(line);
                let whole = super::find(large, 16, number);
                assert!(whole.is_none_or(|entry| entry.starts_with(REGISTRY)), "{line}");
            }
        }
    }

    #[test]
    fn blocks_of_all_sizes() {
        let cisco = Vendor { name: "Cisco Systems, Inc", country: "US", is_shared: false };
        assert_eq!(vendor([0, 0, 0x0c, 1, 2, 3]), Some(cisco));
        let openrb = Vendor { name: "OpenRB.com, Direct SIA", country: "LV", is_shared: true };
        assert_eq!(vendor([0x00, 0x1b, 0xc5, 0x00, 0x1f, 0xff]), Some(openrb));
        let names = |address| vendor(address).map(|v| v.name);
        assert_eq!(
            names([0xc8, 0x5c, 0xe2, 0x7a, 0xbc, 0xde]),
            Some("SYNERGY SYSTEMS AND SOLUTIONS")
        );
        let undivided = [0xc8, 0x5c, 0xe2, 0xff, 0xbc, 0xde];
        assert_eq!(names(undivided), Some("IEEE Registration Authority"));
    }

    #[test]
    fn addresses_of_nobody() {
        assert_eq!(vendor([0x33, 0x33, 0, 0, 0, 1]), None);
        assert_eq!(vendor([0xff; 6]), None);
        assert_eq!(vendor([0x02, 0xaa, 0, 0, 0, 1]), None);
    }

    #[test]
    fn old_blocks_with_the_local_bit() {
        let dec = vendor([0xaa, 0, 4, 0, 1, 4]).expect("DECnet");
        assert!(dec.name.contains("DIGITAL"), "{}", dec.name);
    }
}
