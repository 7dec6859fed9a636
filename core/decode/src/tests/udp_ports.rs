//! Tunnels told by their destination port.

use flowz_api::status::FlowStat as S;

use super::cases::{Case, FLOW4, IP4, decoded, in_udp, inner_frame};
use super::description;
use crate::Settings;

const VXLAN: &str = "eth:ipv4:udp:vxlan:eth:ipv4:udp";
const GENEVE: &str = "eth:ipv4:udp:geneve:eth:ipv4:udp";
const GTP: &str = "eth:ipv4:udp:gtp:ipv4:udp";

/// Flags of VXLAN that say that there is an identifier, and nothing else.
const PLAIN: [u8; 8] = [8, 0, 0, 0, 0, 0, 11, 0];
const BRIDGED: [u8; 8] = [0, 0, 0x65, 0x58, 0, 0, 5, 0];
const USER_DATA: [u8; 8] = [0x30, 255, 0, 32, 0, 0, 0, 1];

/// A packet inside of UDP, with any source port (RFC 7348, section 5; RFC 8926, section 3.3; 3GPP TS
/// 29.281, section 4.4.2).
pub(super) fn cases() -> Vec<Case> {
    let frame = inner_frame();
    let vxlan = |name, src, head: [u8; 8]| {
        in_udp(name, (src, 4789), &[&head, &frame], VXLAN, FLOW4, S::VXLAN)
    };
    let geneve =
        |name, src| in_udp(name, (src, 6081), &[&BRIDGED, &frame], GENEVE, FLOW4, S::GENEVE);
    let gtp = |name, src| in_udp(name, (src, 2152), &[&USER_DATA, &IP4], GTP, FLOW4, S::GTP);
    vec![
        vxlan("VXLAN from port 0", 0, PLAIN),
        vxlan("VXLAN from another tunnel's port", 2152, PLAIN),
        geneve("GENEVE from port 0", 0),
        geneve("GENEVE from port 1024", 1024),
        gtp("GTP from port 999", 999),
        gtp("GTP from another tunnel's port", 1701),
        // Reserved bits are ignored on receipt (RFC 7348, section 5).
        vxlan("VXLAN, reserved flag", 50000, [0x0c, 0, 0, 0, 0, 0, 11, 0]),
        vxlan("VXLAN, next protocol of no meaning", 50000, [0x0c, 0, 0, 1, 0, 0, 11, 0]),
        vxlan("VXLAN, all reserved bits", 50000, [0xff, 7, 0xd1, 0xf2, 0, 0, 11, 0x55]),
        in_udp("VXLAN, answer", (4789, 50000), &[&PLAIN, &frame], VXLAN, FLOW4, S::VXLAN),
    ]
}

#[test]
fn the_reference_wants_a_clients_port_and_reserved_bits_of_0() {
    let compat = Settings { compat: true, ..Settings::default() };
    let known = ["GTP from another tunnel's port", "VXLAN, reserved flag", "VXLAN, answer"];
    for case in cases() {
        let (l, _) = decoded(&case, case.data.len(), compat);
        assert_eq!(description(&l) == case.chain, known.contains(&case.name), "{}", case.name);
    }
}

/// A source port tells of a tunnel only where the packet looks like one in every bit.
#[test]
fn source_ports_tell_less() {
    let frame = inner_frame();
    let found = |ports, head: [u8; 8]| {
        let case = in_udp("", ports, &[&head, &frame], "", FLOW4, S::empty());
        description(&decoded(&case, case.data.len(), Settings::default()).0)
    };
    assert_eq!(found((4789, 53), PLAIN), "eth:ipv4:udp", "an answer to a server");
    assert_eq!(found((4789, 50000), [8, 1, 0, 0, 0, 0, 0, 0]), "eth:ipv4:udp");
    assert_eq!(found((4789, 4789), [8, 1, 0, 0, 0, 0, 0, 0]), VXLAN);
    assert_eq!(found((4789, 4789), [4, 0, 0, 0, 0, 0, 0, 0]), "eth:ipv4:udp", "no identifier");
}
