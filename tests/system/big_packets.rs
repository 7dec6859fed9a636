//! Packets above 65,535 bytes count whole, whatever 16 bits can say; the reference counts modulo 65,536.
//!
//! With BIG TCP, Linux hands packets of up to half a megabyte to the network card, which cuts them later. Captured before
//! that, they have a total length of 0 in IPv4, where 16 bits say it (RFC 791, section 3.1), and in IPv6 a payload length of 0
//! with a jumbo payload option (RFC 2675, section 2), or without one.

use crate::compatible::{Run, both, in_order};
use crate::standards::{ipv4, tcp};

/// Payload of each of two segments.
const PAYLOAD: usize = 80_000;
/// What 16 bits leave of it.
const REST: usize = PAYLOAD - 65_536;

/// A TCP header with ACK and PSH, then payload that begins with this number.
fn big_segment(seq: u32) -> Vec<u8> {
    let mut bytes = tcp(5, 0x18, &vec![0; PAYLOAD]);
    bytes[4..8].copy_from_slice(&seq.to_be_bytes());
    bytes
}

/// Two segments over IPv4, which says 0 for their length.
fn over_ipv4() -> [Vec<u8>; 2] {
    [1000, 81_000].map(|seq| ipv4(6, 0, 0, &big_segment(seq)))
}

/// The same over IPv6, with a jumbo payload option or nothing that tells the length.
fn over_ipv6(has_option: bool) -> [Vec<u8>; 2] {
    [1000, 81_000].map(|seq| {
        let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x86, 0xdd, 0x60, 0, 0, 0, 0, 0];
        frame.extend([if has_option { 0 } else { 6 }, 64]);
        frame.extend([0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        frame.extend([0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
        if has_option {
            frame.extend([6, 0, 0xc2, 4]);
            frame.extend((8 + 20 + PAYLOAD as u32).to_be_bytes());
        }
        frame.extend(big_segment(seq));
        frame
    })
}

/// What is made of lengths: of the flow, and of each packet.
fn lengths(run: &Run) -> (Vec<String>, Vec<Vec<String>>) {
    let flow = ["pktsSnt", "l7BytesSnt", "minL7PktSz", "maxL7PktSz", "avgL7PktSz", "tcpAnomaly"];
    let packet = ["l3Len", "l7Len", "seqLen", "tcpMLen"];
    let texts = |row: &[&str]| row.iter().map(|cell| (*cell).to_owned()).collect();
    let rows = run.packets.select(packet);
    (texts(&run.flows.select(flow)[0]), rows.iter().map(|row| texts(row)).collect())
}

#[test]
fn segments_count_whole() {
    let captures = [(20, over_ipv4()), (48, over_ipv6(true)), (40, over_ipv6(false))];
    for (headers, packets) in captures {
        let [usual, _] = both(&in_order(&packets), &[]);
        let (flow, rows) = lengths(&usual);
        assert_eq!(flow, ["2", "160000", "80000", "80000", "80000", "0x0000"], "{headers}");
        let l3 = (headers + 20 + PAYLOAD).to_string();
        assert_eq!(rows[0], [&l3, "80000", "0", "80000"], "{headers}");
        assert_eq!(rows[1], [&l3, "80000", "80000", "160000"], "{headers}");
    }
}

/// The second segment seems to leave a gap of 65,536 bytes where 16 bits are left of the first one's length.
#[test]
fn the_reference_counts_in_16_bits() {
    let [_, compat] = both(&in_order(&over_ipv4()), &[]);
    let (flow, rows) = lengths(&compat);
    let rest = REST.to_string();
    assert_eq!(flow, ["2", &(2 * REST).to_string(), &rest, &rest, &rest, "0x0200"]);
    let l3 = (REST + 40).to_string();
    assert_eq!(rows[0], [l3.as_str(), &rest, "0", &rest]);
    assert_eq!(rows[1], [l3.as_str(), &rest, "80000", &(2 * REST).to_string()]);
}

/// Every plugin that shows lengths of packets, from other layers on, too.
#[test]
fn lists_and_histograms_of_lengths() {
    let plugins = ["--plugins", "basicFlow,basicStats,connStat,nFrstPkts,pktSIATHisto"];
    for (layer, length) in [("3", 80_000), ("2", 80_020), ("1", 80_040), ("0", 80_054)] {
        let option = format!("core.PACKETLENGTH={layer}");
        let more = [&plugins[..], &["-o", &option]].concat();
        let [usual, compat] = both(&in_order(&over_ipv4()), &more);
        for (run, length) in [(usual, length), (compat, length - 65_536)] {
            let seen = run.flows.select(["L2L3L4Pl_Iat", "Ps_Iat_Cnt_PsCnt_IatCnt", "connNumBCnt"]);
            let first = format!("{length}_0.000000000;{length}_1.000000000");
            let pairs = format!("{length}_0_1_2_1;{length}_1000_1_2_1");
            assert_eq!(seen, [[&first, &pairs, &(2 * length).to_string()]], "{layer}");
        }
    }
}

/// The largest limit of 16 bits is none, and others may be above it.
#[test]
fn limits_of_lengths() {
    let counted = |settings: &[&str]| {
        let options: Vec<_> = settings.iter().flat_map(|setting| ["-o", *setting]).collect();
        let more = [&["--plugins", "basicStats,nFrstPkts"][..], &options].concat();
        let [usual, _] = both(&in_order(&over_ipv4()), &more);
        usual.flows.select(["nFpCnt", "minL7PktSz"])[0].map(str::to_owned)
    };
    assert_eq!(counted(&["basicStats.BS_XCLD=2"]), ["2", "80000"]);
    let limits = |limit| {
        let [first, stats] = ["nFrstPkts.NFRST_XMAX", "basicStats.BS_XMAX"];
        let settings = [format!("{first}={limit}"), format!("{stats}={limit}")];
        counted(&["basicStats.BS_XCLD=2", &settings[0], &settings[1]])
    };
    assert_eq!(limits(70_000), ["0", "65535"]);
    assert_eq!(limits(90_000), ["2", "80000"]);
}
