//! Names of types and codes (IANA: ICMP Parameters, ICMPv6 Parameters).

use super::message::Version;

/// The name of a type.
pub(crate) fn kind(version: Version, kind: u8) -> Option<&'static str> {
    match version {
        Version::V4 => kind4(kind),
        Version::V6 => kind6(kind),
    }
}

fn kind4(kind: u8) -> Option<&'static str> {
    Some(match kind {
        0 => "Echo Reply",
        3 => "Destination Unreachable",
        4 => "Source Quench",
        5 => "Redirect",
        8 => "Echo Request",
        9 => "Router Advertisement",
        10 => "Router Solicitation",
        11 => "Time Exceeded",
        12 => "Parameter Problem",
        13 => "Timestamp",
        14 => "Timestamp Reply",
        15 => "Information Request",
        16 => "Information Reply",
        17 => "Address Mask Request",
        18 => "Address Mask Reply",
        30 => "Traceroute",
        40 => "Photuris",
        42 => "Extended Echo Request",
        43 => "Extended Echo Reply",
        _ => return None,
    })
}

fn kind6(kind: u8) -> Option<&'static str> {
    Some(match kind {
        1 => "Destination Unreachable",
        2 => "Packet Too Big",
        3 => "Time Exceeded",
        4 => "Parameter Problem",
        128 => "Echo Request",
        129 => "Echo Reply",
        130 => "Multicast Listener Query",
        131 => "Multicast Listener Report",
        132 => "Multicast Listener Done",
        133 => "Router Solicitation",
        134 => "Router Advertisement",
        135 => "Neighbor Solicitation",
        136 => "Neighbor Advertisement",
        137 => "Redirect",
        138 => "Router Renumbering",
        139 => "Node Information Query",
        140 => "Node Information Response",
        141 => "Inverse Neighbor Discovery Solicitation",
        142 => "Inverse Neighbor Discovery Advertisement",
        143 => "Multicast Listener Report, version 2",
        144 => "Home Agent Address Discovery Request",
        145 => "Home Agent Address Discovery Reply",
        146 => "Mobile Prefix Solicitation",
        147 => "Mobile Prefix Advertisement",
        148 => "Certification Path Solicitation",
        149 => "Certification Path Advertisement",
        151 => "Multicast Router Advertisement",
        152 => "Multicast Router Solicitation",
        153 => "Multicast Router Termination",
        155 => "RPL Control",
        160 => "Extended Echo Request",
        161 => "Extended Echo Reply",
        _ => return None,
    })
}

/// The name of a code of a type.
pub(crate) fn code(version: Version, kind: u8, code: u8) -> Option<&'static str> {
    let names: &[&str] = match (version, kind) {
        (Version::V4, 3) => &UNREACHABLE4,
        (Version::V4, 5) => &["Network", "Host", "Network and Service", "Host and Service"],
        (Version::V4, 11) => &["Time to Live in Transit", "Fragment Reassembly"],
        (Version::V6, 3) => &["Hop Limit in Transit", "Fragment Reassembly"],
        (Version::V4, 12) => &["Pointer", "Missing Option", "Bad Length"],
        (Version::V6, 1) => &UNREACHABLE6,
        (Version::V6, 4) => &["Header Field", "Next Header", "Option", "First Fragment"],
        _ => &[],
    };
    names.get(usize::from(code)).copied()
}

/// RFC 792, 1122, 1812.
const UNREACHABLE4: [&str; 16] = [
    "Network Unreachable",
    "Host Unreachable",
    "Protocol Unreachable",
    "Port Unreachable",
    "Fragmentation Needed",
    "Source Route Failed",
    "Network Unknown",
    "Host Unknown",
    "Source Host Isolated",
    "Network Prohibited",
    "Host Prohibited",
    "Network Unreachable for Service",
    "Host Unreachable for Service",
    "Communication Prohibited",
    "Host Precedence Violation",
    "Precedence Cutoff",
];

/// RFC 4443, section 3.1; RFC 6550, 8883.
const UNREACHABLE6: [&str; 8] = [
    "No Route",
    "Prohibited",
    "Beyond Scope",
    "Address Unreachable",
    "Port Unreachable",
    "Policy Failed",
    "Reject Route",
    "Error in Source Routing Header",
];

#[cfg(test)]
mod tests {
    use super::{Version, code, kind};

    #[test]
    fn names() {
        assert_eq!(kind(Version::V4, 8), Some("Echo Request"));
        assert_eq!(kind(Version::V6, 8), None);
        assert_eq!(kind(Version::V6, 135), Some("Neighbor Solicitation"));
        assert_eq!(code(Version::V4, 3, 3), Some("Port Unreachable"));
        assert_eq!(code(Version::V4, 3, 16), None);
        assert_eq!(code(Version::V4, 11, 0), Some("Time to Live in Transit"));
        assert_eq!(code(Version::V6, 3, 0), Some("Hop Limit in Transit"));
        assert_eq!(code(Version::V6, 1, 0), Some("No Route"));
        assert_eq!(code(Version::V4, 8, 0), None);
    }
}
