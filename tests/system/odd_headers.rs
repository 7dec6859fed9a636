//! Frames whose headers the report and the reference tell in two ways; by default both are right.

use crate::kit::{Scratch, Table, flowz};
use crate::standards::{capture, ipv4};

/// A UDP datagram of two bytes.
fn udp() -> Vec<u8> {
    ipv4(17, 0, 30, &[0x9c, 0x41, 0, 80, 0, 10, 0, 0, 1, 2])
}

/// The frame with these bytes behind its addresses, and without the ethertype if they have their own.
fn with(in_front: &[u8], ethertype: bool, frame: &[u8]) -> Vec<u8> {
    let rest = if ethertype { 12 } else { 14 };
    [&frame[..12], in_front, &frame[rest..]].concat()
}

/// Flows and the value of a line of the report.
fn run(packets: &[Vec<u8>], setting: &str, key: &str) -> (Table, String) {
    let dir = Scratch::new();
    dir.write("in.pcap", capture(packets));
    let done = flowz(&dir, &["-r", "in.pcap", "-w", "x", "-o", setting]).well();
    let value = done.stdout.lines().find_map(|line| line.strip_prefix(key));
    let value = value.unwrap_or_else(|| panic!("no {key} in {}", done.stdout));
    (Table::parse(&dir.read("x_flows.txt")), value.trim_start_matches([':', '=', ' ']).to_owned())
}

/// A tag has three bits of priority, one that says whether the frame may be dropped, and twelve of an identifier (IEEE
/// 802.1Q, section 9.6); its type stands in front of them.
#[test]
fn parts_of_a_vlan_tag() {
    let frame = with(&[0x81, 0, 0xe0, 0x6f], true, &udp());
    let (flows, vlans) = run(&[frame], "basicFlow.BFO_VLAN=3", "Max VLAN header count");
    assert_eq!(flows.column("vlanTPID_PCP_DEI_VID"), ["0x8100_7_0_111"]);
    assert_eq!(vlans, "1");
}

/// A frame whose ethertype and IP version differ is one packet of the report.
#[test]
fn a_bogus_version_is_one_packet() {
    let mut frame = udp();
    frame[14] = 0x15;
    let (_, packets) = run(&[frame], "basicFlow.BFO_VLAN=1", "Number of IPvX packets");
    assert_eq!(packets, "1 [100.00%]");
}

/// More chains of headers than a flow keeps (`BFO_MAX_HDRDESC`): the report's status has the bit of the flow's.
#[test]
fn chains_that_a_flow_has_no_room_for() {
    let labels = |n: usize| {
        let mut stack = [0x88, 0x47].to_vec();
        (1..=n).for_each(|label| stack.extend([0, 1, u8::from(label == n), 64]));
        with(&stack, false, &udp())
    };
    let packets: Vec<_> = (1..=6).map(labels).collect();
    let (flows, all) = run(&packets, "basicFlow.BFO_MAX_HDRDESC=4", "Aggregated flowStat");
    let bit = |hex: &str| u64::from_str_radix(&hex[2..], 16).unwrap() & 1 << 48;
    assert_eq!((bit(flows.column("flowStat")[0]), bit(&all)), (1 << 48, 1 << 48));
}

/// IPv4 in IPv4 in IPv4 (RFC 2003): what was on the wire counts once.
#[test]
fn nested_headers_take_no_more_than_the_wire() {
    let inner = udp()[14..44].to_vec();
    let middle = ipv4(4, 0, 50, &inner)[14..64].to_vec();
    let frame = ipv4(4, 0, 70, &middle);
    assert_eq!(frame.len(), 84);
    for key in ["<Bandwidth>", "<Raw bandwidth>"] {
        let (flows, bits) = run(&[frame.clone(), frame.clone()], "basicFlow.BFO_VLAN=1", key);
        assert_eq!(
            (flows.column("hdrDesc")[0], bits.as_str()),
            ("eth:ipv4:ipv4:ipv4:udp", "1344 b/s (1.34 Kb/s)")
        );
    }
}
