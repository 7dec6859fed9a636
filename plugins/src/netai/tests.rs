use flowz_api::packet::Timestamp;

use super::state::{ACK, Conversation, FIN, RST, SYN, Seen};
use crate::biflow::Side;

/// Microseconds that are no idle time.
const IDLE: u64 = 1_000_000;

/// A packet so many microseconds behind the first one.
fn packet(micros: i64, side: Side, length: u32) -> Seen {
    let time = Timestamp(micros * 1000);
    Seen { time, side, length, headers: [20, 8], payload: length.saturating_sub(28), flags: None }
}

/// A segment.
fn segment(micros: i64, side: Side, flags: u8, payload: u32) -> Seen {
    let flags = Some(flags);
    Seen { payload, flags, headers: [20, 20], ..packet(micros, side, 40 + payload) }
}

use Side::{Backward, Forward};

#[test]
fn active_and_idle_times() {
    let mut c = Conversation::new(Timestamp(0));
    for (micros, side) in
        [(0, Forward), (10, Backward), (400, Forward), (2_000_400, Forward), (2_000_900, Backward)]
    {
        assert!(!c.add(&packet(micros, side, 100), IDLE, false));
    }
    assert_eq!(c.duration(), 2_000_900);
    assert_eq!((c.idle.samples.count(), c.idle.samples.sum()), (1, 2_000_000));
    let active = c.all_active().samples;
    assert_eq!((active.min(), active.max(), active.count()), (Some(400), Some(500), 2));
    // No gap across the idle time: 0 to 400 only.
    assert_eq!((c.ways[0].gaps.samples.count(), c.ways[0].gaps.samples.sum()), (1, 400));
    assert_eq!(c.ways[1].gaps.samples.count(), 0);
}

#[test]
fn exactly_as_long_is_no_idle_time() {
    let mut c = Conversation::new(Timestamp(0));
    c.add(&packet(0, Forward, 100), IDLE, false);
    c.add(&packet(1_000_000, Forward, 100), IDLE, false);
    assert_eq!(c.idle.samples.count(), 0);
    c.add(&packet(2_000_001, Forward, 100), IDLE, false);
    assert_eq!(c.idle.samples.count(), 1);
}

#[test]
fn what_is_older_than_the_packet_before_does_not_count() {
    let mut c = Conversation::new(Timestamp(0));
    c.add(&packet(5, Forward, 100), IDLE, false);
    c.add(&packet(4, Backward, 100), IDLE, false);
    assert_eq!(c.ways[1].lengths.count(), 0);
}

#[test]
fn handshake_data_and_both_ends() {
    let mut c = Conversation::new(Timestamp(0));
    let steps = [
        (Forward, SYN, 0),
        (Backward, SYN | ACK, 0),
        (Forward, ACK, 0),
        (Forward, ACK, 10),
        (Forward, FIN | ACK, 0),
        (Backward, ACK, 0),
        (Backward, FIN | ACK, 0),
    ];
    for (n, (side, flags, payload)) in steps.into_iter().enumerate() {
        assert_eq!(c.is_valid, n > 3, "before packet {n}");
        assert!(!c.add(&segment(n as i64, side, flags, payload), IDLE, false), "packet {n}");
    }
    assert!(c.add(&segment(9, Forward, ACK, 0), IDLE, false), "the last acknowledgement");
}

#[test]
fn a_reset_ends_it() {
    let mut c = Conversation::new(Timestamp(0));
    assert!(!c.add(&segment(0, Forward, SYN, 0), IDLE, false));
    assert!(c.add(&segment(1, Backward, RST | ACK, 0), IDLE, false));
    assert!(!c.is_valid);
}

#[test]
fn headers_of_udp() {
    let header_bytes = |original| {
        let mut c = Conversation::new(Timestamp(0));
        for n in 0..3 {
            c.add(&packet(n, Forward, 100), IDLE, original);
        }
        c.ways[0].header_bytes
    };
    assert_eq!((header_bytes(false), header_bytes(true)), (84, 68));
}

#[test]
fn a_smallest_time_of_0() {
    let mut c = Conversation::new(Timestamp(0));
    for micros in [0, 0, 30, 50] {
        c.add(&packet(micros, Forward, 100), IDLE, false);
    }
    assert_eq!([false, true].map(|original| c.ways[0].gaps.min(original)), [0, 20]);
}
