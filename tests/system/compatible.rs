//! Values by default and as the reference has them (`--compat`): small captures, and the columns that tell.

use crate::kit::{Scratch, Table, flowz};
use crate::standards::{ipv4, segment, tcp, timed_capture};

/// A packet and when it came, in seconds and nanoseconds.
pub(crate) type Timed = ((u32, u32), Vec<u8>);

/// Flows, packets and report of a capture.
pub(crate) struct Run {
    pub(crate) flows: Table,
    pub(crate) packets: Table,
    pub(crate) report: String,
}

/// The capture by default and with `--compat`.
pub(crate) fn both(packets: &[Timed], more: &[&str]) -> [Run; 2] {
    [&[][..], &["--compat"]].map(|mode| {
        let dir = Scratch::new();
        dir.write("in.pcap", timed_capture(packets));
        let args = ["-r", "in.pcap", "-w", "x", "-s", "--threads", "1"];
        let done = flowz(&dir, &[&args, mode, more].concat()).well();
        let table = |name| Table::parse(&dir.read(name));
        let report = done.stdout.clone();
        Run { flows: table("x_flows.txt"), packets: table("x_packets.txt"), report }
    })
}

/// Packets a second apart.
pub(crate) fn in_order(packets: &[Vec<u8>]) -> Vec<Timed> {
    (1_700_000_000..).map(|second| (second, 0)).zip(packets.iter().cloned()).collect()
}

/// A UDP datagram of two bytes.
fn udp() -> Vec<u8> {
    ipv4(17, 0, 30, &[0x9c, 0x41, 0, 80, 0, 10, 0x76, 0x10, 1, 2])
}

/// An IPv6 frame: next header and what follows the header.
fn ipv6(next: u8, content: &[u8]) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x86, 0xdd, 0x60, 0, 0, 0];
    frame.extend((content.len() as u16).to_be_bytes());
    frame.extend([next, 64]);
    for host in [1, 2] {
        frame.extend([0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, host]);
    }
    frame.extend(content);
    frame
}

/// A fragment of an IPv6 datagram of UDP: offset in bytes, whether more follow, and so many bytes.
fn fragment6(offset: u16, more: bool, length: usize) -> Vec<u8> {
    let mut content = vec![17, 0];
    content.extend((offset | u16::from(more)).to_be_bytes());
    content.extend([0, 0, 0, 7]);
    content.extend(vec![0; length]);
    ipv6(44, &content)
}

/// A flow has no duration of 136 years because a packet came before the one in front of it.
#[test]
fn times_that_go_back() {
    let back = |from, to| both(&[(from, udp()), (to, udp())], &[]);
    let flow = ["duration", "pktps", "ipFlags", "flowStat"];
    let packet = ["pktIAT", "flowDuration"];
    let [usual, compat] = back((1_700_000_000, 711_975_000), (1_700_000_000, 695_990_000));
    assert_eq!(usual.flows.select(flow), [["0.000000000", "0", "0x8000", "0x0408100000004000"]]);
    assert_eq!(usual.packets.select(packet)[1], ["-0.015985000", "0.000000000"]);
    let expected = ["4294967295.984015000", "4.656613e-10", "0x8000", "0x0408000000004000"];
    assert_eq!(compat.flows.select(flow), [expected]);
    assert_eq!(compat.packets.select(packet)[1], ["-0.015985000", "-0.015985000"]);
    let [usual, compat] = back((1_700_000_010, 0), (1_700_000_000, 500_000_000));
    assert_eq!(usual.flows.select(flow), [["0.000000000", "0", "0x8000", "0x0408100000004000"]]);
    assert_eq!(usual.packets.select(packet)[1], ["-9.500000000", "0.000000000"]);
    let expected = ["4294967286.500000000", "4.656613e-10", "0x0000", "0x0400000000004000"];
    assert_eq!(compat.flows.select(flow), [expected]);
    assert_eq!(compat.packets.select(packet)[1], ["4294967286.500000000"; 2]);
}

/// Two packets that are 38 ns apart do not have the same time, which single precision would make of it.
#[test]
fn a_distance_of_38_nanoseconds() {
    let first = (1_700_000_000, 930_772_857);
    for run in both(&[(first, udp()), ((first.0, first.1 + 38), udp())], &[]) {
        assert_eq!(run.flows.select(["ipFlags", "maxIAT"]), [["0x0000", "3.8e-08"]]);
    }
}

/// Fragments of IPv6 that come in order are not out of place (RFC 8200, section 4.5), and their offset is no flag.
#[test]
fn ipv6_fragments_in_order() {
    let fragments = [(0, 408), (408, 1416), (1824, 1416), (3240, 1416), (4656, 1416)];
    let packets = fragments.map(|(at, length)| fragment6(at, true, length));
    let [usual, compat] = both(&in_order(&packets), &[]);
    let flags = |run: &Run| {
        let flags = run.packets.column("ipFlags").into_iter();
        flags.map(|f| u16::from_str_radix(&f[2..], 16).unwrap() & 0x01e0).collect::<Vec<_>>()
    };
    assert_eq!(flags(&usual), [0; 5]);
    assert_eq!(flags(&compat), [0, 0x0100, 0, 0x0100, 0x0020]);
}

/// A whole packet between fragments ends no datagram (RFC 8200, section 4.5).
#[test]
fn a_whole_packet_between_ipv6_fragments() {
    let whole = ipv6(17, &[0, 0, 0, 0, 0, 10, 0, 0, 1, 2]);
    let [usual, compat] = both(&in_order(&[fragment6(0, true, 400), whole]), &[]);
    assert_eq!(usual.flows.column("flowStat"), ["0x080000b000008000"]);
    assert_eq!(compat.flows.column("flowStat"), ["0x0800001000008000"]);
}

/// Pad1 is an option of one byte (RFC 8200, section 4.2): the options behind it count.
#[test]
fn padding_of_one_byte_among_options() {
    let options = [58, 1, 0x1f, 2, 0, 0, 0, 0, 0, 0, 0x1e, 2, 0, 0, 1, 0];
    let packet = ipv6(60, &[&options[..], &[128, 0, 0, 0, 0, 0, 0, 0]].concat());
    let [usual, compat] = both(&in_order(&[packet]), &[]);
    let columns = ["ip6OptCntHH_D", "ip6OptHH_D"];
    assert_eq!(usual.flows.select(columns), [["0_7", "0x00000000_0xc0000003"]]);
    assert_eq!(compat.flows.select(columns), [["0_1", "0x00000000_0x80000000"]]);
}

/// The checksum of ICMP covers no pseudo header, also over fragments (RFC 792); the first fragment has its sum for the whole.
#[test]
fn icmp_in_fragments() {
    let first = ipv4(
        1,
        0x2000,
        44,
        &[8, 0, 0xf7, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    );
    let last = ipv4(1, 3, 28, &[0; 8]);
    let [usual, compat] = both(&in_order(&[first, last]), &[]);
    let columns = ["l4HdrChkSum", "l4CalChkSum", "ipFlags"];
    assert_eq!(usual.packets.select(columns)[1], ["0xf7ff", "0xf7ff", "0x0000"]);
    assert_eq!(compat.packets.select(columns)[1], ["0xf7ff", "0x0ba8", "0x0800"]);
}

/// What is behind the length of the datagram is no checksum of TCP (RFC 791, section 3.1).
#[test]
fn a_checksum_behind_the_datagram() {
    let [usual, compat] = both(&in_order(&[ipv4(6, 0, 35, &tcp(5, 0x18, &[]))]), &[]);
    let columns = ["l7Len", "l4HdrChkSum", "l4CalChkSum", "tcpMLen"];
    assert_eq!(usual.packets.select(columns), [["0", "0x0000", "0x0000", "0"]]);
    assert_eq!(compat.packets.select(columns), [["65531", "0x1234", "0x1d86", "65531"]]);
}

/// A header of VRRP has eight bytes over IPv6 as over IPv4 (RFC 9568, section 5.1).
#[test]
fn payload_of_vrrp_over_ipv6() {
    let [usual, compat] =
        both(&in_order(&[ipv6(112, &[0x31, 1, 100, 1, 0, 100, 0, 0, 1, 2, 3, 4])]), &[]);
    assert_eq!(
        (usual.flows.column("l7BytesSnt"), compat.flows.column("l7BytesSnt")),
        (vec!["4"], vec!["12"])
    );
}

/// One packet with two multipath options (RFC 8684, section 3): each packet shows its own, and is one packet.
#[test]
fn multipath_options_of_packets() {
    let two = [1, 1, 30, 8, 0x30, 9, 192, 0, 2, 1, 30, 4, 0x20, 3, 0, 0];
    let none = [1, 1, 1, 1];
    let packets = [ipv4(6, 0, 56, &tcp(9, 0x10, &two)), ipv4(6, 0, 44, &tcp(6, 0x10, &none))];
    let [usual, compat] = both(&in_order(&packets), &[]);
    let columns = ["tcpMPTyp", "tcpMPF", "tcpMPAID", "tcpMPDSSF"];
    let expected = [["2", "0x00", "9", "0x03"], ["0", "0x00", "0", "0x00"]];
    assert_eq!(usual.packets.select(columns), expected);
    assert_eq!(compat.packets.select(columns), expected);
    assert!(usual.report.contains("Number of MPTCP packets: 1 [50.00%]"), "{}", usual.report);
    assert!(compat.report.contains("Number of MPTCP packets: 2 [100.00%]"), "{}", compat.report);
}

/// A packet with three records of DTLS is one packet.
#[test]
fn packets_with_several_dtls_records() {
    let record = [0x16, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 9];
    let payload = [0x9c, 0x41, 0x11, 0x51, 0, 50, 0, 0].into_iter().chain(record.repeat(3));
    let packet = ipv4(17, 0, 70, &payload.collect::<Vec<_>>());
    let [usual, compat] = both(&in_order(&[packet]), &[]);
    assert!(usual.report.contains("Number of DTLS packets: 1 [100.00%]"), "{}", usual.report);
    assert!(compat.report.contains("Number of DTLS packets: 3 [300.00%]"), "{}", compat.report);
}

/// What a switch does not let unpack is payload; the reference names it, and takes eight bytes of it for a header.
#[test]
fn tunnels_that_are_switched_off() {
    let inner = ipv4(6, 0, 40, &tcp(5, 0x02, &[]))[14..54].to_vec();
    let packet = ipv4(4, 0, 60, &inner);
    let [usual, compat] = both(&in_order(&[packet]), &["-o", "core.IPIP=0"]);
    let columns = ["hdrDesc", "flowStat", "l7BytesSnt"];
    assert_eq!(usual.flows.select(columns), [["eth:ipv4:ipip", "0x0400000000004000", "40"]]);
    assert_eq!(compat.flows.select(columns), [["eth:ipv4:ipv4:tcp", "0x0400000000024000", "32"]]);
    let packet = ipv4(17, 0, 36, &[0x06, 0xa5, 0x06, 0xa5, 0, 16, 0, 0, 0, 2, 0, 1, 0, 6, 0, 0]);
    let [usual, compat] = both(&in_order(&[packet]), &["-o", "core.L2TP=0"]);
    assert_eq!(usual.flows.select(columns), [["eth:ipv4:udp", "0x0400000000004000", "8"]]);
    assert_eq!(compat.flows.select(columns), [["eth:ipv4:udp:l2tp", "0x0400000000004800", "8"]]);
}

/// Identifiers of L2TP come behind the length, if there is one (RFC 2661, section 3.1); over IP the session comes first
/// (RFC 3931, section 4.1.1).
#[test]
fn identifiers_of_l2tp() {
    let with_length = ipv4(
        17,
        0,
        40,
        &[0x06, 0xa5, 0x06, 0xa5, 0, 20, 0, 0, 0xc8, 2, 0, 12, 0, 1, 0, 0, 0, 0, 0, 0],
    );
    let over_ip = ipv4(115, 0, 28, &[0, 0x50, 0x0a, 0x30, 1, 2, 3, 4]);
    let columns = ["l2tpTID", "l2tpSID", "l2tpCCSID", "l2tpSrcIP"];
    let [usual, compat] = both(&in_order(&[with_length, over_ip]), &["-o", "basicFlow.BFO_L2TP=1"]);
    let known = [["1", "0", "0", "192.0.2.1"], ["0", "0", "5245488", "192.0.2.1"]];
    assert_eq!(usual.flows.select(columns), known);
    let compatible = [["12", "1", "65548", "192.0.2.1"], ["0", "0", "0", "0.0.0.0"]];
    assert_eq!(compat.flows.select(columns), compatible);
}

/// PPP in PPPoE has a protocol number and no framing (RFC 2516, section 4).
#[test]
fn headers_of_ppp_in_pppoe() {
    let mut frame = ipv4(17, 0, 30, &[0x9c, 0x41, 0, 80, 0, 10, 0, 0, 1, 2])[..44].to_vec();
    frame[12..14].copy_from_slice(&[0x88, 0x64]);
    frame.splice(14..14, [0x11, 0, 0, 1, 0, 32, 0, 0x21]);
    let [usual, compat] = both(&in_order(&[frame]), &["-o", "basicFlow.BFO_PPP=1"]);
    assert_eq!(usual.flows.column("pppHdr"), ["0x00214500"]);
    assert_eq!(compat.flows.column("pppHdr"), ["0x00000000"]);
}

/// A shift moves the last bits of a fifth byte out; the reference leaves payloads of five bytes alone.
#[test]
fn bits_of_five_bytes() {
    let packet = ipv4(17, 0, 33, &[0x9c, 0x41, 0, 80, 0, 13, 0, 0, b'f', b'o', b'u', b'r', b'\n']);
    let options = ["-o", "core.SPKTMD_PCNTH=1", "-o", "core.SPKTMD_BOPS=0x10"];
    let [usual, compat] = both(&in_order(&[packet]), &options);
    assert_eq!(usual.packets.column("l7HexContent"), ["0x66 0x6f 0x75 0x72 0x08"]);
    assert_eq!(compat.packets.column("l7HexContent"), ["0x66 0x6f 0x75 0x72 0x0a"]);
}

/// Protocols that are not in keys, and packets that form no flows, are counted in the report all the same.
#[test]
fn protocols_in_the_report() {
    let six = ipv6(17, &[0, 0, 0, 0, 0, 10, 0, 0, 1, 2]);
    let count = |run: &Run| {
        let mut lines = run.report.lines();
        lines.find_map(|line| line.strip_prefix("Number of UDP packets: ")).map(str::to_owned)
    };
    for (option, all, some) in [
        ("core.AGGREGATIONFLAG=0x01", "2 [100.00%]", None),
        ("core.IPV6_ACTIVATE=0", "2 [100.00%]", Some("1 [50.00%]")),
    ] {
        let [usual, compat] = both(&in_order(&[udp(), six.clone()]), &["-o", option]);
        assert_eq!(count(&usual).as_deref(), Some(all), "{option}");
        assert_eq!(count(&compat).as_deref(), some, "{option}");
    }
}

/// With `WINDOWSIZE=0` no answer is left out of the acknowledgements that are counted.
#[test]
fn acknowledgements_without_statistics_of_windows() {
    let byte = |seq| segment(false, (seq, 500), 0x18, 8192, &[1]);
    let answer = |ack| segment(true, (500, ack), 0x10, 8192, &[]);
    let packets = [byte(1000), answer(1001), byte(1001), answer(1002)];
    for run in both(&in_order(&packets), &["-o", "tcpFlags.WINDOWSIZE=0"]) {
        assert_eq!(run.flows.column("tcpPAckCnt")[1], "2");
    }
}
