//! Hardware addresses of groups that standards name.

/// What the group with an address is, none for addresses of one device and for unknown groups.
pub fn group(address: [u8; 6]) -> Option<&'static str> {
    match address {
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff] => Some("Broadcast"),
        // RFC 1112, section 6.4, and RFC 5332, section 8.
        [0x01, 0x00, 0x5e, 0x00..=0x7f, ..] => Some("IPv4 Multicast"),
        [0x01, 0x00, 0x5e, 0x80..=0x8f, ..] => Some("MPLS Multicast"),
        // RFC 2464, section 7.
        [0x33, 0x33, ..] => Some("IPv6 Multicast"),
        // ISO 9542 and ISO 10589.
        [0x09, 0x00, 0x2b, 0x00, 0x00, 0x04] => Some("End Systems"),
        [0x09, 0x00, 0x2b, 0x00, 0x00, 0x05] => Some("Intermediate Systems"),
        // CDP, VTP, DTP, PAgP, UDLD; spanning trees of each VLAN.
        [0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcc] => Some("Cisco Multicast"),
        [0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcd] => Some("PVST+"),
        [0x01, 0x80, 0xc2, 0x00, 0x00, last] => reserved(last),
        _ => None,
    }
}

/// Groups that IEEE 802.1Q and 802.3 reserve, and those of ISO 10589.
fn reserved(last: u8) -> Option<&'static str> {
    Some(match last {
        0x00 => "Nearest Customer Bridge",
        0x01 => "MAC Control",
        0x02 => "Slow Protocols",
        0x03 => "Nearest non-TPMR Bridge",
        0x08 => "Provider Bridge",
        0x0d => "Provider Bridge MVRP",
        0x0e => "Nearest Bridge",
        0x14 => "Level 1 Intermediate Systems",
        0x15 => "Level 2 Intermediate Systems",
        0x20 => "MMRP",
        0x21 => "MVRP",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::group;

    #[test]
    fn groups() {
        assert_eq!(group([0xff; 6]), Some("Broadcast"));
        assert_eq!(group([0x01, 0x00, 0x5e, 0, 0, 1]), Some("IPv4 Multicast"));
        assert_eq!(group([0x01, 0x00, 0x5e, 0x90, 0, 1]), None);
        assert_eq!(group([0x33, 0x33, 0, 0, 0, 1]), Some("IPv6 Multicast"));
        assert_eq!(group([0x01, 0x80, 0xc2, 0, 0, 0x0e]), Some("Nearest Bridge"));
        assert_eq!(group([0x01, 0x80, 0xc2, 0, 0, 0x7f]), None);
        assert_eq!(group([0x00, 0x00, 0x0c, 0, 0, 1]), None);
    }
}
