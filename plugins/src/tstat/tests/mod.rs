//! Connections, conversations, networks and streams with literal values.

mod said;

use flowz_api::cell::IpText;
use flowz_api::packet::{NANOS, Timestamp};

use super::nets::Nets;
use super::segment::{ACK, FIN, Options, PSH, RST, SYN, Segment};
use super::space::Space;
use super::tcp::Connection;
use super::tcp_row::TcpRow;
use super::udp::{Datagram, Talk};
use super::udp_kind::Kinds;
use crate::biflow::Side;
use crate::biflow::Side::{Backward, Forward};

const MILLI: i64 = 1_000_000;

fn at(millis: i64) -> Timestamp {
    Timestamp(millis * MILLI)
}

/// A segment at a millisecond, with numbers relative to 1000 and 9000.
fn segment(
    millis: i64,
    side: Side,
    flags: u8,
    (seq, ack): (u32, u32),
    len: u32,
) -> Segment<'static> {
    let (own, other) = if side == Forward { (1000, 9000) } else { (9000, 1000) };
    Segment {
        time: at(millis),
        seq: own + seq,
        ack: other + ack,
        flags,
        window: 100,
        len,
        ttl: 64,
        ..Segment::default()
    }
}

/// Milliseconds, side, flags, sequence number and acknowledgement, bytes of payload.
type Step = (i64, Side, u8, (u32, u32), u32);

/// A connection of these segments; the first one has to begin it.
fn connection(steps: &[Step]) -> Connection {
    let mut all = steps.iter().map(|(millis, side, flags, numbers, len)| {
        (*side, segment(*millis, *side, *flags, *numbers, *len))
    });
    let (side, syn) = all.next().unwrap();
    let mut connection = Connection::begin(side, &syn, false).unwrap();
    connection.add(side, &syn);
    for (side, segment) in all {
        assert!(!connection.is_over);
        connection.add(side, &segment);
    }
    connection
}

const HANDSHAKE: [Step; 3] = [
    (0, Forward, SYN, (0, 0), 0),
    (10, Backward, SYN | ACK, (0, 1), 0),
    (11, Forward, ACK, (1, 1), 0),
];

fn behind_handshake(steps: &[Step]) -> Connection {
    connection(&[&HANDSHAKE, steps].concat())
}

#[test]
fn both_ends_close() {
    let c = behind_handshake(&[
        (20, Forward, ACK | PSH, (1, 1), 100),
        (30, Backward, ACK, (1, 101), 0),
        (40, Backward, ACK | PSH, (1, 101), 50),
        (41, Forward, ACK, (101, 51), 0),
        (50, Forward, ACK | FIN, (101, 51), 0),
        (60, Backward, ACK | FIN, (51, 102), 0),
        (61, Forward, ACK, (102, 52), 0),
    ]);
    assert!(c.is_over && c.is_complete());
    let [client, server] = &c.ways;
    assert_eq!(
        (client.packets, client.acks, client.pure_acks, client.data_packets, client.bytes),
        (6, 5, 3, 1, 100)
    );
    assert_eq!(
        (server.packets, server.acks, server.pure_acks, server.data_packets, server.bytes),
        (4, 4, 1, 1, 50)
    );
    assert_eq!((client.messages, server.messages), (1, 1));
    // SYN, 100 bytes, FIN: 10 ms each. SYN, 50 bytes, FIN: 1 ms each.
    let nanos =
        |c: &Connection, n: usize| (c.ways[n].round_trips.count(), c.ways[n].round_trips.sum());
    assert_eq!((nanos(&c, 0), nanos(&c, 1)), ((3, 30_000_000), (3, 3_000_000)));
    assert_eq!(
        (client.in_flight.min(), client.in_flight.max(), client.first_flight),
        (100, 100, 100)
    );
}

#[test]
fn a_reset_ends_it_and_needs_the_handshake_to_complete_it() {
    let refused = connection(&[(0, Forward, SYN, (0, 0), 0), (5, Backward, RST | ACK, (0, 1), 0)]);
    assert!(refused.is_over && !refused.is_complete());
    let reset = behind_handshake(&[(20, Backward, RST, (1, 0), 0)]);
    assert!(reset.is_over && reset.is_complete());
}

#[test]
fn what_begins_without_a_syn_is_none() {
    for flags in [ACK, SYN | ACK, SYN | RST, FIN] {
        assert!(
            Connection::begin(Forward, &segment(0, Forward, flags, (0, 0), 0), false).is_none(),
            "{flags:02x}"
        );
    }
}

#[test]
fn data_without_an_answer_end_it() {
    let c = connection(&[
        (0, Forward, SYN, (0, 0), 0),
        (1, Forward, ACK, (1, 1), 0),
        (2, Forward, ACK, (1, 1), 10),
    ]);
    assert!(c.is_over && !c.is_complete());
    assert_eq!((c.ways[0].packets, c.ways[0].bytes, c.last), (2, 0, at(2)));
}

#[test]
fn silence_ends_it() {
    let lone = connection(&HANDSHAKE[..1]);
    assert!(!lone.is_idle(at(10_000)) && lone.is_idle(at(10_001)));
    let open = connection(&HANDSHAKE);
    assert!(!open.is_idle(at(300_011)) && open.is_idle(at(300_012)));
}

#[test]
fn bytes_again_and_late() {
    let c = behind_handshake(&[
        (20, Forward, ACK, (1, 1), 10),
        // The half of it again, and ten new ones.
        (21, Forward, ACK, (6, 1), 15),
        // A hole of ten, and what fills it.
        (22, Forward, ACK, (31, 1), 10),
        (23, Forward, ACK, (21, 1), 10),
    ]);
    let client = &c.ways[0];
    assert_eq!(
        (client.again_packets, client.again_bytes, client.late_packets, client.bytes),
        (1, 5, 1, 45)
    );
    assert_eq!((client.in_flight.max(), client.first_flight), (40, 30));
}

#[test]
fn no_round_trip_of_what_was_sent_twice() {
    let c = behind_handshake(&[
        (20, Forward, ACK, (1, 1), 10),
        (25, Forward, ACK, (1, 1), 10),
        (30, Backward, ACK, (1, 11), 0),
    ]);
    assert_eq!(c.ways[0].round_trips.count(), 1, "of the SYN only");
}

/// Sends ten bytes, which come again under these conditions; the classes.
fn again(steps: &[Step]) -> super::anomaly::Anomalies {
    behind_handshake(steps).ways[0].anomalies
}

#[test]
fn why_segments_come_again() {
    let first = (20, Forward, ACK, (1, 1), 10);
    // The round trip of the SYN was 10 ms: a sender waits for 10 + 4 * 5 ms.
    let late = again(&[first, (50, Forward, ACK, (1, 1), 10)]);
    assert_eq!((late.timeout, late.unknown), (1, 0));
    let soon = again(&[first, (49, Forward, ACK, (1, 1), 10)]);
    assert_eq!((soon.timeout, soon.unknown), (0, 1));
    let duplicate = (30, Backward, ACK, (1, 1), 0);
    let fast = again(&[first, duplicate, duplicate, duplicate, (49, Forward, ACK, (1, 1), 10)]);
    assert_eq!((fast.fast, fast.unknown), (1, 0));
    let two = again(&[first, duplicate, duplicate, (49, Forward, ACK, (1, 1), 10)]);
    assert_eq!((two.fast, two.unknown), (0, 1));
    let needless =
        again(&[first, (30, Backward, ACK, (1, 11), 0), (2000, Forward, ACK, (1, 1), 10)]);
    assert_eq!((needless.needless_timeout, needless.timeout), (1, 0));
}

#[test]
fn numbers_wrap_and_old_pieces_are_let_go() {
    let mut space = Space::default();
    let start = u32::MAX - 5;
    let none = |_: Option<&super::space::Piece>, _| panic!("nothing is old");
    space.send((start, 10), (at(0), None), none);
    assert_eq!(space.highest(), 4);
    assert_eq!(space.acknowledge(4, at(7)), Some(7 * MILLI));
    assert_eq!(space.acknowledge(4, at(8)), None, "once");
    // A thousand pieces with holes: of the first ones it is only known that they are in front.
    for n in 1..1000 {
        space.send((4 + n * 20, 10), (at(9), None), none);
    }
    let mut known = Vec::new();
    let sent = space.send((14, 40), (at(10), Some(1)), |piece, _| {
        known.push(piece.and_then(|piece| piece.ip_id));
    });
    assert_eq!((sent.again, sent.filled, known), (40, 0, vec![None]));
}

#[test]
fn faults_of_the_tool() {
    let c = behind_handshake(&[(20, Forward, ACK, (1, 1), 100), (32, Backward, ACK, (1, 101), 0)]);
    let ends = super::ends::Ends { ips: [IpText::None; 2], ports: [1, 2], inside: [true; 2] };
    let of = |original| {
        let row = TcpRow::new(&ends, &c, original);
        (row.c_rtt_avg, row.c_rtt_std.map(|millis| (millis * 1e6).round()), row.c_rtt_cnt)
    };
    assert_eq!(of(false), (Some(11.0), Some(1_414_214.0), 2));
    assert_eq!(of(true), (Some(22.0 / 2.0001), None, 2));
}

#[test]
fn options_and_what_is_damaged() {
    let bytes = [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7];
    let all = Options {
        mss: Some(1460),
        scale: Some(7),
        may_sack: true,
        has_sack: false,
        has_timestamp: true,
    };
    assert_eq!(Options::new(&bytes), all);
    for cut in 0..bytes.len() {
        let options = Options::new(&bytes[..cut]);
        assert!(options.scale.is_none() && (cut < 4) == options.mss.is_none(), "{cut}");
    }
    assert_eq!(Options::new(&[2, 0, 5, 0xb4]), Options::default());
}

#[test]
fn inside_and_outside() {
    let nets = Nets::parse("# ours\n10.0.0.0/8\n192.168.4.0/255.255.252.0\n\n172.16.0.0 # and\n255.240.0.0\n2001:db8::/33\n", false).unwrap();
    for (ip, is_in) in [
        ([10, 9, 8, 7], true),
        ([11, 0, 0, 1], false),
        ([192, 168, 7, 255], true),
        ([192, 168, 8, 0], false),
        ([172, 31, 0, 1], true),
    ] {
        assert_eq!(nets.contains(IpText::V4(ip)), is_in, "{ip:?}");
    }
    let v6 = |last: [u8; 2]| {
        let mut ip = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
        ip[4..6].copy_from_slice(&last);
        nets.contains(IpText::V6(ip))
    };
    assert_eq!([v6([0x7f, 0xff]), v6([0x80, 0])], [true, false]);
    assert!(Nets::default().contains(IpText::V4([1, 2, 3, 4])), "without a list all is inside");
    assert!(!Nets::parse("# nothing", false).unwrap().contains(IpText::V4([1, 2, 3, 4])));
    let zero =
        |original| Nets::parse("0.0.0.0/32", original).unwrap().contains(IpText::V4([1, 2, 3, 4]));
    assert_eq!([zero(false), zero(true)], [false, true]);
    assert!(Nets::parse("0.0.0.0/0", false).unwrap().contains(IpText::V4([1, 2, 3, 4])));
}

#[test]
fn lines_that_are_no_network() {
    for (text, told) in [
        (
            "10.0.0.0/8\n10.0.0/8",
            "line 2: '10.0.0' is no address; write a network as 10.0.0.0/8 or 2001:db8::/32",
        ),
        (
            "10.0.0.0/33",
            "line 1: '33' is neither a length of 0 to 32 nor a mask of an IPv4 network",
        ),
        (
            "10.0.0.0/255.0.255.0",
            "line 1: '255.0.255.0' is neither a length of 0 to 32 nor a mask of an IPv4 network",
        ),
        ("::/129", "line 1: '129' is neither a length of 0 to 128 nor a mask of an IPv4 network"),
        (
            "\n10.0.0.0 # alone",
            "line 2: 10.0.0.0 has no mask; write 10.0.0.0/LENGTH, or the mask in the next line",
        ),
    ] {
        assert_eq!(Nets::parse(text, false).unwrap_err(), told);
    }
}

fn datagram(millis: i64, len: u32, ports: [u16; 2], payload: &[u8]) -> Datagram<'_> {
    Datagram { time: at(millis), len, ports, payload, ttl: 64, original: false }
}

#[test]
fn udp_counts_and_silence() {
    let mut talk = Talk::begin(Backward, at(0), None);
    talk.add(Backward, &datagram(0, 100, [9, 53], &[]));
    assert!(!talk.is_idle(at(10_000)) && talk.is_idle(at(10_001)));
    talk.add(Forward, &datagram(5, 200, [53, 9], &[]));
    talk.add(Backward, &datagram(7, 1, [9, 53], &[]));
    assert!(!talk.is_idle(at(200_007)) && talk.is_idle(Timestamp(at(200_007).0 + NANOS)));
    let [client, server] = &talk.ways;
    assert_eq!((client.packets, client.bytes, client.times), (2, 101, Some((at(0), at(7)))));
    assert_eq!((server.packets, server.bytes, server.times), (1, 200, Some((at(5), at(5)))));
}

/// A packet of RTP with 160 bytes of PCMU, its number and timestamp by which 20 ms it is.
fn sound(number: u16) -> Vec<u8> {
    let mut payload = vec![0x80, 0];
    payload.extend(number.to_be_bytes());
    payload.extend((u32::from(number) * 160).to_be_bytes());
    payload.extend([1, 2, 3, 4]);
    payload
}

#[test]
fn a_stream_of_sound() {
    let mut talk = Talk::begin(Forward, at(0), None);
    // 4 comes twice, 6 late; 5000 begins another sequence.
    for (millis, number) in [(0, 3), (20, 4), (21, 4), (60, 7), (61, 6), (84, 8), (104, 5000)] {
        talk.add(Forward, &datagram(millis, 172, [8000, 9001], &sound(number)));
    }
    let streams: Vec<_> = talk.streams().collect();
    let [(0, stream)] = streams[..] else { panic!("{streams:?}") };
    assert_eq!((stream.source, stream.packets, &stream.types[..]), (0x0102_0304, 7, &[(0, 7)][..]));
    let counts = [stream.lost, stream.disordered, stream.duplicates, stream.late, stream.jumps];
    assert_eq!(counts, [1, 3, 1, 1, 1], "5 is lost");
    // From 3 to 4 in 20 ms, from 7 to 8 in 24.
    assert_eq!((stream.gaps.count(), stream.gaps.sum()), (2, 44_000_000));
    let [last, most, least] = stream.jitter[0].values().map(Option::unwrap);
    // 0; 20 ms less than they should be from 4 to 7; 4 more.
    assert_eq!((least, most), (0.0, 20.0 / 16.0 + (4.0 - 20.0 / 16.0) / 16.0));
    assert_eq!(last, most);
}

/// A direction of sound whose packets come at these microseconds, with these numbers, as Tstat counts it or right.
fn heard(packets: &[(i64, u16)], original: bool) -> Talk {
    let mut talk = Talk::begin(Forward, at(0), None);
    for (micros, number) in packets {
        let payload = sound(*number);
        let time = Timestamp(micros * 1000);
        let datagram = datagram(0, 172, [8000, 9001], &payload);
        talk.add(Forward, &Datagram { time, original, ..datagram });
    }
    talk
}

/// Last, most and least jitter by the clock of the payload type, in tenths of nanoseconds.
fn jitter(talk: &Talk) -> [i64; 3] {
    let (_, stream) = talk.streams().next().expect("two packets follow each other");
    stream.jitter[0].values().map(|millis| (millis.unwrap() * 1e7).round() as i64)
}

#[test]
fn jitter_of_tstat_is_measured_from_the_first_packet_and_whole_milliseconds() {
    let packets = [(0, 3), (20_016, 4), (40_032, 5), (61_600, 6), (81_600, 7)];
    // 16, 32, 1600 and 600 us.
    assert_eq!(jitter(&heard(&packets[..3], true)), [29_375, 29_375, 10_000]);
    assert_eq!(jitter(&heard(&packets, true)), [1_338_318, 1_338_318, 10_000]);
    // 16, 16, 1568 and 0 us.
    assert_eq!(jitter(&heard(&packets[..3], false)), [19_375, 19_375, 10_000]);
    assert_eq!(jitter(&heard(&packets, false)), [935_779, 998_164, 10_000]);
}

#[test]
fn copies_gaps_and_other_sequences_of_tstat() {
    let times = |talk: &Talk| {
        let (_, stream) = talk.streams().next().expect("two packets follow each other");
        let counts = [stream.packets, stream.lost, stream.disordered, stream.duplicates];
        (counts, stream.gaps.count(), stream.gaps.sum(), jitter(talk)[0])
    };
    // 26 us and 0. The first packet and the second one come twice: times are measured from the first copy of the one and the second copy of the other.
    let copies = [(0, 3), (25, 3), (19_974, 4), (19_984, 4), (40_000, 5)];
    assert_eq!(times(&heard(&copies, true)), ([4, 0, 1, 1], 2, 39_990_000, 15_234));
    assert_eq!(times(&heard(&copies, false)).2, 39_975_000);
    // A packet behind a gap shows no jitter; what follows it does.
    let gap = [(0, 3), (20_016, 4), (69_000, 6), (80_032, 7)];
    assert_eq!(times(&heard(&gap, true)), ([4, 1, 1, 0], 2, 31_048_000, 29_375));
    // The timestamps of another sequence go on where the old ones were.
    let other = [(0, 3), (20_016, 4), (40_000, 5000), (40_032, 5001)];
    assert_eq!(times(&heard(&other, true)), ([4, 0, 1, 0], 2, 20_048_000, 29_375));
}

#[test]
fn what_udp_carries() {
    let kind = |ports, payloads: &[&[u8]]| {
        let mut kinds = Kinds::default();
        for payload in payloads {
            kinds.add(&datagram(0, payload.len() as u32, ports, payload));
        }
        kinds.number()
    };
    let query = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    assert_eq!([kind([4000, 53], &[&query]), kind([4000, 54], &[&query])], [19, 0]);
    assert_eq!(kind([5060, 5060], &[b"INVITE sip:a@b SIP/2.0\r\n"]), 25);
    assert_eq!(kind([4000, 3544], &[&[0, 1, 0, 0, 0]]), 24);
    assert_eq!(
        [kind([8000, 9001], &[&sound(3)]), kind([8000, 9001], &[&sound(3), &sound(4)])],
        [28, 29]
    );
    assert_eq!(kind([8001, 9001], &[&sound(3)]), 0, "from an odd port");
    assert_eq!(
        kind([8000, 9001], &[&[1; 20], &sound(3), &sound(4)]),
        0,
        "not with the first packet"
    );
}
