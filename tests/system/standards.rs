//! Values that standards name, by default also where the reference has others: small captures, the columns that tell, and
//! the section that says so.

use crate::kit::{Scratch, Table, flowz};

/// Packets in a classic capture file, a second apart.
pub(crate) fn capture(packets: &[Vec<u8>]) -> Vec<u8> {
    let times = (1_700_000_000..).map(|second| (second, 0));
    let packets: Vec<_> = times.zip(packets.iter().cloned()).collect();
    timed_capture(&packets)
}

/// Packets in a classic capture file, with the seconds and nanoseconds when they came.
pub(crate) fn timed_capture(packets: &[((u32, u32), Vec<u8>)]) -> Vec<u8> {
    let mut file = vec![0x4d, 0x3c, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0];
    file.extend(1_u32.to_le_bytes());
    for ((seconds, nanos), packet) in packets {
        let length = packet.len() as u32;
        for number in [*seconds, *nanos, length, length] {
            file.extend(number.to_le_bytes());
        }
        file.extend(packet);
    }
    file
}

/// An Ethernet frame of 60 bytes or more with an IPv4 datagram: protocol, flags and offset of fragments, what follows
/// the header. `length` is what the header says of its own length and that of what follows.
pub(crate) fn ipv4(proto: u8, fragment: u16, length: u16, content: &[u8]) -> Vec<u8> {
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
pub(crate) fn tcp(offset: u8, flags: u8, rest: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x9c, 0x41, 0, 80, 0, 0, 3, 0xe8, 0, 0, 7, 0xd0, offset << 4, flags];
    bytes.extend([0x10, 0, 0x12, 0x34, 0, 0]);
    bytes.extend(rest);
    bytes
}

/// A TCP segment of a connection; `back` is from the server.
pub(crate) fn segment(
    back: bool,
    numbers: (u32, u32),
    flags: u8,
    window: u16,
    payload: &[u8],
) -> Vec<u8> {
    let (client, server) = ([0x9c, 0x41], [0, 80]);
    let mut bytes = if back { [server, client] } else { [client, server] }.concat();
    bytes.extend(numbers.0.to_be_bytes());
    bytes.extend(numbers.1.to_be_bytes());
    bytes.extend([0x50, flags]);
    bytes.extend(window.to_be_bytes());
    bytes.extend([0; 4]);
    bytes.extend(payload);
    let mut frame = ipv4(6, 0, 20 + bytes.len() as u16, &bytes);
    if back {
        let (source, destination) = (frame[26..30].to_vec(), frame[30..34].to_vec());
        frame[26..30].copy_from_slice(&destination);
        frame[30..34].copy_from_slice(&source);
    }
    frame
}

const SYN: u8 = 0x02;
const ACK: u8 = 0x10;
const PSH: u8 = 0x18;
const FIN: u8 = 0x11;
const OPEN: u16 = 8192;

/// A handshake: the client is at `client` + 1 then, the server at `server` + 1.
fn handshake(client: u32, server: u32) -> Vec<Vec<u8>> {
    vec![
        segment(false, (client, 0), SYN, OPEN, &[]),
        segment(true, (server, client + 1), SYN | ACK, OPEN, &[]),
        segment(false, (client + 1, server + 1), ACK, OPEN, &[]),
    ]
}

/// The flows of a capture.
fn flows(packets: &[Vec<u8>]) -> Table {
    tables(packets).0
}

/// The flows and the packets of a capture.
fn tables(packets: &[Vec<u8>]) -> (Table, Table) {
    let dir = Scratch::new();
    dir.write("in.pcap", capture(packets));
    flowz(&dir, &["-r", "in.pcap", "-w", "x", "-q", "-s", "--threads", "1"]).well();
    let table = |name| Table::parse(&dir.read(name));
    (table("x_flows.txt"), table("x_packets.txt"))
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

/// A keep-alive may carry an octet (RFC 9293, section 3.8.4): what acknowledges it is its answer, no duplicate.
#[test]
fn keep_alive_with_an_octet() {
    let mut all = handshake(99, 499);
    all.extend([
        segment(false, (100, 500), PSH, OPEN, &[1; 10]),
        segment(true, (500, 110), ACK, OPEN, &[]),
        segment(false, (109, 500), ACK, OPEN, &[0]),
        segment(true, (500, 110), ACK, OPEN, &[]),
    ]);
    let (flows, packets) = tables(&all);
    assert_eq!(packets.column("tcpAnomaly")[5..], ["0x0010", "0x0020"]);
    assert_eq!(flows.column("tcpAckFaultCnt"), ["0", "0"]);
}

/// A closed window may be probed with an empty segment below the next number (RFC 9293, section 3.8.6.1 leaves the form of
/// a probe to the sender): no keep-alive. What answers is told apart from the update that opens the window.
#[test]
fn probe_of_a_closed_window_without_data() {
    let mut all = handshake(99, 499);
    all.extend([
        segment(false, (100, 500), PSH, OPEN, &[1; 10]),
        segment(true, (500, 110), ACK, 0, &[]),
        segment(false, (109, 500), ACK, OPEN, &[]),
        segment(true, (500, 110), ACK, 0, &[]),
        segment(true, (500, 110), ACK, OPEN, &[]),
        segment(false, (110, 500), PSH, OPEN, &[1; 5]),
        segment(false, (115, 500), PSH, OPEN, &[1; 3]),
    ]);
    let (flows, packets) = tables(&all);
    let stat = packets.column("tcpFStat");
    let bits = stat.iter().map(|s| u16::from_str_radix(&s[2..], 16).unwrap() & 0x00e0);
    assert_eq!(bits.skip(5).take(3).collect::<Vec<_>>(), [0x40, 0x80, 0x20]);
    assert_eq!(packets.column("tcpAnomaly"), ["0x0000"; 10]);
    assert_eq!(flows.column("tcpSeqSntBytes"), ["15", "0"]);
}

/// A SYN and a FIN take one number also with data (RFC 9293, section 3.4; RFC 7413): five bytes each way, and no more.
#[test]
fn data_in_syn_and_fin() {
    let all = [
        segment(false, (99, 0), SYN, OPEN, &[1; 5]),
        segment(true, (499, 105), SYN | ACK, OPEN, &[]),
        segment(false, (105, 500), ACK, OPEN, &[]),
        segment(true, (500, 105), FIN, OPEN, &[1; 5]),
        segment(false, (105, 506), FIN, OPEN, &[]),
        segment(true, (506, 106), ACK, OPEN, &[]),
    ];
    let flows = flows(&all);
    let columns = ["tcpSeqSntBytes", "tcpFlwLssAckRcvdBytes"];
    assert_eq!(flows.select(columns), [["5", "5"], ["5", "0"]]);
}

/// A SYN begins a new sequence space (RFC 9293, section 3.4.1), here between the same ports: the step from one
/// to the other is no data.
#[test]
fn ports_that_are_used_again() {
    let connection = |client: u32, server: u32| {
        let mut all = handshake(client, server);
        all.extend([
            segment(false, (client + 1, server + 1), PSH, OPEN, &[1; 5]),
            segment(true, (server + 1, client + 6), PSH, OPEN, &[1; 6]),
            segment(false, (client + 6, server + 7), FIN, OPEN, &[]),
            segment(true, (server + 7, client + 7), FIN, OPEN, &[]),
            segment(false, (client + 7, server + 8), ACK, OPEN, &[]),
        ]);
        all
    };
    let flows = flows(&[connection(99, 499), connection(900_099, 800_499)].concat());
    let columns = ["tcpSeqSntBytes", "tcpFlwLssAckRcvdBytes", "tcpAnomaly"];
    assert_eq!(flows.select(columns), [["10", "12", "0x0000"], ["12", "10", "0x0000"]]);
}
