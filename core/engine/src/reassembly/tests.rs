use flowz_api::layers::Layers;
use flowz_api::packet::{LinkType, NANOS, Packet, Timestamp};
use flowz_api::settings::CoreToggles;
use flowz_api::status::FlowStat;

use super::{Counts, Fate, Limits, Outcome, Policy, Reassembly};

/// Memory of the tests: the least that is allowed.
const MEMORY: usize = 1 << 20;

pub(super) fn reassembly(policy: Policy) -> Reassembly {
    Reassembly::new(Limits { memory: MEMORY, timeout: 60 * NANOS, policy })
}

/// An IPv4 packet with a part of a datagram.
pub(super) fn v4(id: u16, start: usize, more: bool, payload: &[u8]) -> Vec<u8> {
    let total = (20 + payload.len()) as u16;
    let field = (start / 8) as u16 | u16::from(more) << 13;
    let mut packet = vec![0x45, 0];
    packet.extend(total.to_be_bytes());
    packet.extend(id.to_be_bytes());
    packet.extend(field.to_be_bytes());
    packet.extend([64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
    packet.extend(payload);
    packet
}

/// An IPv6 packet with a part of a datagram behind a fragment header; `next` is what that announces.
fn v6(id: u32, start: usize, more: bool, next: u8, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x60, 0, 0, 0];
    packet.extend(((8 + payload.len()) as u16).to_be_bytes());
    packet.extend([44, 64]);
    packet.extend([0x20; 16]);
    packet.extend([0x21; 16]);
    packet.extend([next, 0]);
    packet.extend((start as u16 | u16::from(more)).to_be_bytes());
    packet.extend(id.to_be_bytes());
    packet.extend(payload);
    packet
}

/// What a packet completes (protocol and bytes), and whether it was marked.
fn feed(r: &mut Reassembly, seconds: i64, packet: &[u8]) -> (Option<(u8, Vec<u8>)>, bool) {
    feed_cut(r, seconds, packet, packet.len())
}

fn feed_cut(
    r: &mut Reassembly,
    seconds: i64,
    packet: &[u8],
    captured: usize,
) -> (Option<(u8, Vec<u8>)>, bool) {
    let wire_len = packet.len() as u32;
    let (ts, data) = (Timestamp::new(seconds, 0), &packet[..captured]);
    let packet = Packet { ts, wire_len, link: LinkType::RAW, interface: 0, data };
    let mut layers = Layers::default();
    flowz_decode::decode(&packet, flowz_decode::Settings::default(), &mut layers).unwrap();
    let whole = r.packet(&packet, &mut layers).map(|d| (d.proto, d.bytes.to_vec()));
    assert!(r.memory() <= r.limits.memory);
    (whole, layers.status.contains(FlowStat::FRAGMENT_ERROR))
}

/// The counters at the end, which add up.
pub(super) fn counts(r: &mut Reassembly) -> Counts {
    let counts = r.finish(Timestamp::new(0, 0));
    assert_eq!(counts.outcomes.iter().sum::<u64>(), counts.begun, "{counts:?}");
    counts
}

const BYTES: [u8; 20] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20];

#[test]
fn parts_in_any_order() {
    let parts = [
        v4(7, 0, true, &BYTES[..8]),
        v4(7, 8, true, &BYTES[8..16]),
        v4(7, 16, false, &BYTES[16..]),
    ];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut r = reassembly(Policy::First);
        assert_eq!(feed(&mut r, 0, &parts[order[0]]), (None, false));
        assert_eq!(feed(&mut r, 0, &parts[order[1]]), (None, false));
        assert_eq!(feed(&mut r, 0, &parts[order[2]]), (Some((17, BYTES.to_vec())), false));
        let counts = counts(&mut r);
        assert_eq!((counts.begun, counts.outcome(Outcome::Completed)), (1, 1));
        assert_eq!(counts.fate(Fate::Used), 3);
    }
}

#[test]
fn whole_packets_are_none_of_its_business() {
    let mut r = reassembly(Policy::First);
    assert_eq!(feed(&mut r, 0, &v4(7, 0, false, &BYTES)), (None, false));
    assert_eq!(feed(&mut r, 0, &v6(7, 0, false, 17, &BYTES)), (None, false));
    assert_eq!((counts(&mut r), r.memory()), (Counts::default(), 0));
}

#[test]
fn identifications_tell_datagrams_apart() {
    let mut r = reassembly(Policy::First);
    assert_eq!(feed(&mut r, 0, &v4(7, 0, true, &BYTES[..8])), (None, false));
    assert_eq!(feed(&mut r, 0, &v4(8, 8, false, &BYTES[8..])), (None, false));
    assert_eq!(counts(&mut r).outcome(Outcome::Unfinished), 2);
}

#[test]
fn a_part_that_comes_twice_changes_nothing() {
    let mut r = reassembly(Policy::Last);
    assert_eq!(feed(&mut r, 0, &v4(7, 0, true, &BYTES[..8])), (None, false));
    assert_eq!(feed(&mut r, 0, &v4(7, 0, true, &BYTES[..8])), (None, false));
    let last = feed(&mut r, 0, &v4(7, 8, false, &BYTES[8..]));
    assert_eq!(last, (Some((17, BYTES.to_vec())), false));
    assert_eq!(counts(&mut r).fate(Fate::Duplicate), 1);
}

/// Three old pieces and one that reaches from the middle of the first to the middle of the third, with
/// a gap between the first and the second.
#[test]
fn policies_differ_where_bytes_do() {
    let (old, new) = ([1; 8], [2; 8]);
    for (policy, expected) in [
        (Policy::First, [1, 1, 2, 1, 1]),
        (Policy::Last, [1, 2, 2, 2, 1]),
        (Policy::Bsd, [1, 1, 2, 2, 1]),
    ] {
        let mut r = reassembly(policy);
        assert_eq!(feed(&mut r, 0, &v4(7, 0, true, &[old, old].concat())), (None, false));
        assert_eq!(feed(&mut r, 0, &v4(7, 24, false, &[old, old].concat())), (None, false));
        let (whole, odd) = feed(&mut r, 0, &v4(7, 8, true, &[new, new, new].concat()));
        let expected: Vec<u8> = expected.iter().flat_map(|&b| [b; 8]).collect();
        assert_eq!((whole, odd), (Some((17, expected)), true), "{policy:?}");
        assert_eq!(counts(&mut r).conflicting, 1);
    }
}

#[test]
fn a_part_inside_others_adds_nothing() {
    for policy in [Policy::First, Policy::Bsd] {
        let mut r = reassembly(policy);
        feed(&mut r, 0, &v4(7, 0, true, &[1; 24]));
        assert_eq!(feed(&mut r, 0, &v4(7, 8, true, &[2; 8])), (None, true));
        let (whole, _) = feed(&mut r, 0, &v4(7, 24, false, &[1]));
        assert_eq!(whole, Some((17, vec![1; 25])), "{policy:?}");
    }
}

#[test]
fn overlaps_of_ipv6_end_the_datagram() {
    let mut r = reassembly(Policy::First);
    assert_eq!(feed(&mut r, 0, &v6(7, 0, true, 17, &BYTES[..16])), (None, false));
    assert_eq!(feed(&mut r, 0, &v6(7, 0, true, 17, &BYTES[..16])), (None, false));
    assert_eq!(feed(&mut r, 0, &v6(7, 8, false, 17, &BYTES[8..])), (None, true));
    assert_eq!(feed(&mut r, 1, &v6(7, 16, false, 17, &BYTES[16..])), (None, false));
    let counts = counts(&mut r);
    assert_eq!((counts.begun, counts.outcome(Outcome::Overlap)), (1, 1));
    let fates = [Fate::Used, Fate::Duplicate, Fate::Refused, Fate::Late].map(|f| counts.fate(f));
    assert_eq!(fates, [1, 1, 1, 1]);
}

/// Destination options of eight bytes in front of UDP, both behind the fragment header.
#[test]
fn headers_of_ipv6_are_not_part_of_layer_4() {
    let mut r = reassembly(Policy::First);
    let options = [17, 0, 1, 4, 0, 0, 0, 0];
    assert_eq!(feed(&mut r, 0, &v6(7, 8, false, 60, &BYTES)), (None, false));
    let (whole, _) = feed(&mut r, 0, &v6(7, 0, true, 60, &options));
    assert_eq!(whole, Some((17, BYTES.to_vec())));
}

#[test]
fn teardrop_and_two_ends() {
    let mut r = reassembly(Policy::First);
    feed(&mut r, 0, &v4(7, 0, true, &[0; 160]));
    assert_eq!(feed(&mut r, 0, &v4(7, 24, false, &[0; 4])), (None, true));
    feed(&mut r, 0, &v4(8, 8, false, &[0; 8]));
    assert_eq!(feed(&mut r, 0, &v4(8, 16, false, &[0; 8])), (None, true));
    feed(&mut r, 0, &v4(9, 8, false, &[0; 8]));
    assert_eq!(feed(&mut r, 0, &v4(9, 16, true, &[0; 8])), (None, true));
    assert_eq!(counts(&mut r).outcome(Outcome::Contradiction), 3);
}

#[test]
fn impossible_lengths() {
    let mut r = reassembly(Policy::First);
    assert_eq!(feed(&mut r, 0, &v4(7, 0, true, &[0; 12])), (None, true));
    assert_eq!(feed(&mut r, 0, &v4(7, 8, false, &[])), (None, true));
    // "Ping of death": 65,528 and 8 bytes, with the header one too many.
    assert_eq!(feed(&mut r, 0, &v4(7, 65_528, false, &[0; 8])), (None, true));
    assert_eq!(feed(&mut r, 0, &v6(7, 65_528, false, 17, &[0; 8])), (None, true));
    assert_eq!(feed(&mut r, 0, &v6(7, 65_528, false, 17, &[0; 7])), (None, false));
    let counts = counts(&mut r);
    let fates = [Fate::BadLength, Fate::TooLong, Fate::Used].map(|f| counts.fate(f));
    assert_eq!((fates, counts.begun), ([2, 2, 1], 1));
}

#[test]
fn cut_parts_are_not_used() {
    let mut r = reassembly(Policy::First);
    for captured in 20..28 {
        let cut = feed_cut(&mut r, 0, &v4(7, 0, true, &BYTES[..8]), captured);
        assert_eq!(cut, (None, false));
    }
    assert_eq!((counts(&mut r).fate(Fate::Cut), r.memory()), (8, 0));
}

#[test]
fn time_runs_out() {
    let mut r = reassembly(Policy::First);
    feed(&mut r, 0, &v4(7, 0, true, &BYTES[..8]));
    feed(&mut r, 59, &v4(8, 0, true, &BYTES[..8]));
    assert_eq!(feed(&mut r, 60, &v4(7, 8, false, &BYTES[8..])), (None, false));
    let (whole, _) = feed(&mut r, 118, &v4(8, 8, false, &BYTES[8..]));
    assert_eq!(whole, Some((17, BYTES.to_vec())));
    let counts = counts(&mut r);
    let outcomes = [Outcome::TimedOut, Outcome::Completed, Outcome::Unfinished];
    assert_eq!(outcomes.map(|o| counts.outcome(o)), [1, 1, 1]);
}

/// Each fragment claims a buffer of 64 KiB: the oldest datagrams leave.
#[test]
fn memory_runs_out() {
    let mut r = reassembly(Policy::First);
    for id in 0..100 {
        feed(&mut r, 0, &v4(id, 60_000, false, &[0; 8]));
    }
    let counts = counts(&mut r);
    assert!(counts.outcome(Outcome::NoMemory) > 80, "{counts:?}");
    assert_eq!(counts.outcome(Outcome::NoMemory) + counts.outcome(Outcome::Unfinished), 100);
}

/// Many datagrams of one small fragment each: slots are bounded too.
#[test]
fn slots_run_out() {
    let mut r = reassembly(Policy::First);
    for id in 0..20_000 {
        feed(&mut r, 0, &v4(id, 0, true, &[0; 8]));
    }
    // A long one still finds room.
    for start in (0..64_000).step_by(8) {
        feed(&mut r, 0, &v4(20_000, start, true, &[3; 8]));
    }
    let (whole, _) = feed(&mut r, 0, &v4(20_000, 64_000, false, &[3; 8]));
    assert_eq!(whole, Some((17, vec![3; 64_008])));
}

#[test]
fn buffers_are_used_again() {
    let mut r = reassembly(Policy::First);
    let mut used = Vec::new();
    for id in 0..100 {
        feed(&mut r, 0, &v4(id, 0, true, &BYTES[..8]));
        feed(&mut r, 0, &v4(id, 8, false, &BYTES[8..]));
        used.push(r.memory());
    }
    assert!(used[2..].iter().all(|&bytes| bytes == used[2]), "{used:?}");
}

/// `--max-mem 1` leaves nothing: there is room all the same for a datagram of any length.
#[test]
fn hardly_any_memory_is_enough_for_one() {
    let core = CoreToggles { reassemble: true, ..CoreToggles::default() };
    let mut r = Reassembly::from_toggles(&core, Some(0)).unwrap();
    for id in 0..500 {
        assert_eq!(feed(&mut r, 0, &v4(id, 0, true, &[7; 1480])).0, None);
    }
    let whole = [vec![1; 60_000], vec![2; 5_000]];
    assert_eq!(feed(&mut r, 1, &v4(999, 0, true, &whole[0])).0, None);
    let (done, _) = feed(&mut r, 1, &v4(999, 60_000, false, &whole[1]));
    assert_eq!(done.map(|(_, bytes)| bytes.len()), Some(65_000));
}
