//! Values that standards name, by default also where the reference has others: small captures, the columns that tell, and
//! the section that says so.

use crate::kit::{Scratch, Table, flowz};

/// Packets in a classic capture file, a second apart.
fn capture(packets: &[Vec<u8>]) -> Vec<u8> {
    let mut file = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0];
    file.extend(1_u32.to_le_bytes());
    for (second, packet) in (1_700_000_000_u32..).zip(packets) {
        let length = packet.len() as u32;
        for number in [second, 0, length, length] {
            file.extend(number.to_le_bytes());
        }
        file.extend(packet);
    }
    file
}

/// An Ethernet frame of 60 bytes or more with an IPv4 datagram: protocol, flags and offset of fragments, what follows
/// the header. `length` is what the header says of its own length and that of what follows.
fn ipv4(proto: u8, fragment: u16, length: u16, content: &[u8]) -> Vec<u8> {
    let mut header = vec![0x45, 0];
    header.extend(length.to_be_bytes());
    header.extend([0, 1]);
    header.extend(fragment.to_be_bytes());
    header.extend([64, proto, 0, 0, 192, 0, 2, 1, 198, 51, 100, 1]);
    let sum = header.chunks(2).map(|two| u32::from(two[0]) << 8 | u32::from(two[1])).sum::<u32>();
    let sum = !((sum & 0xffff) + (sum >> 16)) as u16;
    header[10..12].copy_from_slice(&sum.to_be_bytes());
    let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0];
    frame.extend(header);
    frame.extend(content);
    frame.resize(frame.len().max(60), 0);
    frame
}

/// A TCP header: port 40001 to 80, numbers 1000 and 2000, window 4096.
fn tcp(offset: u8, flags: u8, rest: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x9c, 0x41, 0, 80, 0, 0, 3, 0xe8, 0, 0, 7, 0xd0, offset << 4, flags];
    bytes.extend([0x10, 0, 0x12, 0x34, 0, 0]);
    bytes.extend(rest);
    bytes
}

/// The flows of a capture.
fn flows(packets: &[Vec<u8>]) -> Table {
    let dir = Scratch::new();
    dir.write("in.pcap", capture(packets));
    flowz(&dir, &["-r", "in.pcap", "-w", "x", "-q", "--threads", "1"]).well();
    Table::parse(&dir.read("x_flows.txt"))
}

/// What is behind the length of the datagram is padding and no TCP (RFC 791, section 3.1): flags are known here, the
/// window and the checksum are not.
#[test]
fn a_tcp_header_that_the_datagram_cuts() {
    let flows = flows(&[ipv4(6, 0, 35, &tcp(5, 0x18, &[]))]);
    let columns = ["l7BytesSnt", "ipFlags", "tcpFStat", "tcpFlags", "tcpAnomaly", "tcpInitWinSz"];
    let expected = ["0", "0x0000", "0x0009", "0x0018", "0x0000", "0"];
    assert_eq!(flows.select(columns), [expected]);
    assert_eq!(flows.select(["srcPort", "dstPort", "tcpWinSzThRt"]), [["40001", "80", "0"]]);
}

/// The smallest first fragment has eight bytes of TCP (RFC 791, section 3.2): ports, and no flags that could be those
/// of a scan.
#[test]
fn a_first_fragment_of_eight_bytes() {
    let flows = flows(&[ipv4(6, 0x2000, 28, &tcp(5, 0x18, &[]))]);
    let columns = ["srcPort", "dstPort", "l7BytesSnt", "tcpFlags", "tcpAnomaly"];
    assert_eq!(flows.select(columns), [["40001", "80", "0", "0x0000", "0x0000"]]);
}

/// An SCTP packet may be its common header only (RFC 9260, section 3.1).
#[test]
fn sctp_without_chunks() {
    let flows = flows(&[ipv4(132, 0, 32, &[0x9c, 0x42, 0x0f, 0x1c, 0, 0, 0, 1, 0, 0, 0, 0])]);
    assert_eq!(flows.select(["srcPort", "dstPort", "l7BytesSnt"]), [["40002", "3868", "0"]]);
}

/// Lengths of headers that exceed the datagram leave no payload.
#[test]
fn headers_beyond_the_datagram() {
    for (proto, length, content) in [(132, 24, vec![0; 12]), (6, 40, tcp(10, 0x18, &[]))] {
        let flows = flows(&[ipv4(proto, 0, length, &content)]);
        assert_eq!(flows.select(["l7BytesSnt", "maxL7PktSz"]), [["0", "0"]], "protocol {proto}");
    }
}
