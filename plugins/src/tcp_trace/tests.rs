use flowz_api::packet::{NANOS, Timestamp};

use super::derived::{Derived, How};
use crate::biflow::Side;
use crate::connections::connection::Connection;
use crate::connections::segment::{ACK, FIN, Options, PSH, RST, SYN, Segment, URG};

use Side::{Backward, Forward};

/// So many milliseconds in nanoseconds.
fn ms(millis: i64) -> i64 {
    millis * (NANOS / 1000)
}

/// Side, milliseconds, flags, number, acknowledgement, bytes of data.
type Step = (Side, i64, u8, u32, u32, u32);

fn segment(&(_, millis, flags, number, ack, data): &Step) -> Segment {
    let time = Timestamp(ms(millis));
    Segment { time, flags, number, ack, data, captured: data, window: 8192, ..Segment::default() }
}

fn connection(steps: &[Step], original: bool) -> Connection {
    let mut c = Connection::new(1, steps[0].0, Timestamp(ms(steps[0].1)));
    for step in steps {
        assert!(!c.is_over_with(&segment(step), step.0, original));
        c.add(&segment(step), step.0, original);
    }
    c
}

fn derived(of: &Connection, n: usize, original: bool) -> Derived<'_> {
    Derived::new(of, n, b"", How { original, now: of.last })
}

/// Handshake: 30 ms to b and back, 1 ms to a and back.
const HANDSHAKE: [Step; 3] = [
    (Forward, 0, SYN, 100, 0, 0),
    (Backward, 30, SYN | ACK, 500, 101, 0),
    (Forward, 31, ACK, 101, 501, 0),
];

fn after_handshake(steps: &[Step]) -> Vec<Step> {
    HANDSHAKE.iter().chain(steps).copied().collect()
}

#[test]
fn round_trips_of_the_handshake_and_of_data() {
    let steps = after_handshake(&[
        (Forward, 40, ACK | PSH, 101, 501, 10),
        (Backward, 60, ACK, 501, 111, 0),
        (Forward, 70, ACK | PSH, 111, 501, 20),
        (Backward, 80, ACK, 501, 131, 0),
    ]);
    let c = connection(&steps, false);
    let a = derived(&c, 0, false);
    assert_eq!((a.round_trips.all.count(), a.handshake()), (3, Some(30.0)));
    assert_eq!(a.round_trips.all.min(false), Some(10.0));
    assert_eq!(a.round_trips.all.max(false), Some(30.0));
    assert_eq!(a.round_trips.all.mean(false), Some(20.0));
    assert_eq!(a.round_trips.all.deviation(false), Some(10.0));
    // Of the largest segment, 20 bytes.
    assert_eq!((a.round_trips.full.count(), a.round_trips.full.max(false)), (1, Some(10.0)));
    assert_eq!(derived(&c, 1, false).handshake(), Some(1.0));
    // For tcptrace SYN is the largest one, and means are by n + 0.0001.
    let c = connection(&steps, true);
    let a = derived(&c, 0, true);
    assert_eq!((a.round_trips.full.count(), a.round_trips.full.max(true)), (1, Some(30.0)));
    assert_eq!(a.round_trips.all.mean(true), Some(60.0 / 3.0001));
}

#[test]
fn what_is_sent_again() {
    let steps = after_handshake(&[
        (Forward, 40, ACK, 101, 501, 10),
        (Forward, 41, ACK, 111, 501, 10),
        (Forward, 240, ACK, 101, 501, 10),
        (Backward, 260, ACK, 501, 111, 0),
        (Backward, 270, ACK, 501, 121, 0),
    ]);
    let c = connection(&steps, false);
    let a = derived(&c, 0, false);
    assert_eq!((a.repeated_packets, a.repeated_bytes, a.unique_bytes()), (1, 10, 20));
    assert_eq!((a.round_trips.most_again, a.round_trips.again.max(false)), (1, Some(200.0)));
    // The first segment was sent twice; the second one waited for it.
    assert_eq!((a.round_trips.ambiguous, a.round_trips.last.min(false)), (1, Some(20.0)));
    assert_eq!((a.round_trips.post_loss, a.round_trips.all.count()), (1, 1));
}

#[test]
fn order_and_cumulative_acknowledgements() {
    let steps = after_handshake(&[
        (Forward, 40, ACK, 101, 501, 10),
        (Forward, 41, ACK, 121, 501, 10),
        (Forward, 42, ACK, 111, 501, 10),
        (Backward, 60, ACK, 501, 131, 0),
    ]);
    let c = connection(&steps, false);
    let a = derived(&c, 0, false);
    assert_eq!((a.late_packets, a.repeated_packets), (1, 0));
    assert_eq!((a.round_trips.beyond, a.round_trips.post_loss), (2, 1));
    assert_eq!((a.initial_packets, a.initial_bytes), (3, 30));
}

#[test]
fn duplicate_acknowledgements() {
    let data = [(Forward, 40, ACK, 101, 501, 10), (Forward, 41, ACK, 111, 501, 10)];
    let acks = [(Backward, 60, ACK, 501, 111, 0); 5];
    let steps = after_handshake(&[&data[..], &acks[..]].concat());
    let c = connection(&steps, false);
    assert_eq!((c.ways[0].round_trips.duplicates, c.ways[0].round_trips.triples), (4, 1));
    // Nothing is outstanding: tcptrace counts all the same.
    let steps = after_handshake(&[&data[..1], &acks[..3]].concat());
    let duplicates = |original| connection(&steps, original).ways[0].round_trips.duplicates;
    assert_eq!([false, true].map(duplicates), [0, 2]);
}

#[test]
fn windows() {
    let scaled = |step: &Step, window, shift| {
        let scale = (step.2 & SYN != 0).then_some(shift);
        Segment { window, options: Options { scale, ..Options::default() }, ..segment(step) }
    };
    let mut c = Connection::new(1, Forward, Timestamp(0));
    for (step, window) in HANDSHAKE.iter().zip([1000, 2000, 300]) {
        c.add(&scaled(step, window, 4), step.0, true);
    }
    let a = derived(&c, 0, false);
    assert_eq!((a.window_max, a.window_min(), a.window_mean()), (4800, 4800, 4800.0));
    assert_eq!((a.scale(), a.rfc1323()), (4, &b"Y/N"[..]));
    // tcptrace divides by the SYN segment too, until both sides have sent a scaled window.
    assert_eq!(derived(&c, 0, true).window_mean(), 2400.0);
    assert_eq!(derived(&c, 1, true).window_mean(), 2000.0);
}

/// The shift that each side is shown with, right and as tcptrace, of segments with the shifts that their SYN segments announce.
fn shifts(steps: &[(Step, Option<u8>)]) -> [[u64; 2]; 2] {
    [false, true].map(|original| {
        let mut c = Connection::new(1, steps[0].0.0, Timestamp(0));
        for (step, scale) in steps {
            let options = Options { scale: *scale, ..Options::default() };
            c.add(&Segment { options, ..segment(step) }, step.0, original);
        }
        [0, 1].map(|n| derived(&c, n, original).scale())
    })
}

#[test]
fn shifts_without_an_answer() {
    let [syn, answer, ack] = HANDSHAKE;
    let from_peer = (Backward, 40, ACK, 501, 101, 0);
    let reset = (Backward, 30, RST | ACK, 0, 101, 0);
    // Nobody answers, or only the answer was captured: nobody knows that windows are not scaled.
    assert_eq!(shifts(&[(syn, Some(4))]), [[4, 0]; 2]);
    assert_eq!(shifts(&[(answer, Some(5))]), [[5, 0]; 2]);
    // tcptrace forgets shifts with the first segment that is no SYN.
    assert_eq!(shifts(&[(syn, Some(4)), (reset, None)]), [[4, 0], [0, 0]]);
    assert_eq!(shifts(&[(syn, Some(4)), (from_peer, None)]), [[4, 0], [0, 0]]);
    assert_eq!(shifts(&[(syn, Some(4)), (ack, None), (syn, Some(4))]), [[4, 0]; 2]);
    // The answer has no shift: for tcptrace there is one until then.
    assert_eq!(shifts(&[(syn, Some(4)), (answer, None)]), [[0, 0], [4, 0]]);
    assert_eq!(shifts(&[(syn, Some(4)), (answer, None), (ack, None)]), [[0, 0]; 2]);
    assert_eq!(shifts(&[(syn, None), (answer, Some(5))]), [[0, 0], [0, 5]]);
    assert_eq!(shifts(&[(syn, None), (answer, Some(5)), (ack, None)]), [[0, 0]; 2]);
    // Both have one; what was forgotten before stays so in tcptrace.
    assert_eq!(shifts(&[(syn, Some(4)), (answer, Some(2)), (ack, None)]), [[4, 2]; 2]);
    let late = [(syn, Some(4)), (ack, None), (answer, Some(2)), (ack, None)];
    assert_eq!(shifts(&late), [[4, 2], [0, 2]]);
}

#[test]
fn two_fins_of_one_side_are_no_end() {
    let fins = [(Forward, 40, ACK | FIN, 101, 501, 0), (Forward, 50, ACK | FIN, 101, 501, 0)];
    let later = How { original: true, now: Timestamp(ms(2050)) };
    let idle = |steps: &[Step]| {
        let c = connection(&after_handshake(steps), true);
        Derived::new(&c, 0, b"", later).idle()
    };
    assert_eq!(idle(&fins), Some(2000.0));
    assert_eq!(idle(&[fins[0], (Backward, 50, ACK | FIN, 501, 102, 0)]), Some(31.0));
}

#[test]
fn a_closed_window() {
    let mut c = connection(&HANDSHAKE, false);
    let closed = Segment { window: 0, ..segment(&(Backward, 50, ACK, 501, 101, 0)) };
    c.add(&closed, Backward, false);
    c.add(&segment(&(Forward, 60, ACK, 101, 501, 1)), Forward, false);
    let a = derived(&c, 0, false);
    assert_eq!((a.probe_packets, a.probe_bytes, a.unique_bytes()), (1, 1, 0));
    assert_eq!((c.ways[1].windows_zero, derived(&c, 1, false).window_min()), (1, 8192));
}

#[test]
fn length_of_the_stream() {
    let end = [(Forward, 40, ACK, 101, 501, 10), (Forward, 41, ACK | FIN, 116, 501, 0)];
    let reset = [(Forward, 42, RST, 117, 0, 0)];
    let steps = after_handshake(&[&end[..], &reset[..]].concat());
    let c = connection(&steps, false);
    let a = derived(&c, 0, false);
    assert_eq!((a.stream_length(), a.missed()), (Some(15), Some(5)));
    assert_eq!(derived(&c, 0, true).stream_length(), Some(16));
    assert_eq!(derived(&c, 1, false).stream_length(), None);
}

#[test]
fn means_and_speed() {
    let steps = [(Forward, 0, ACK, 101, 501, 1205), (Forward, 500, ACK, 1306, 501, 0)];
    let c = connection(&steps, false);
    let a = derived(&c, 0, false);
    assert_eq!((a.mean_size(), a.throughput(), a.idle()), (1205.0, Some(2410.0), Some(500.0)));
    assert_eq!(derived(&c, 0, true).mean_size(), 1203.0);
    assert_eq!(derived(&c, 1, true).idle(), None);
    // The last packet of a capture whose clock goes back may be older.
    let earlier = How { original: true, now: Timestamp(ms(100)) };
    let one = connection(&steps[1..], true);
    assert_eq!(Derived::new(&one, 0, b"", earlier).idle(), Some(0.0));
    // A connection without an end is idle until the end of the capture, for tcptrace.
    let later = How { original: true, now: Timestamp(ms(2500)) };
    assert_eq!(Derived::new(&c, 0, b"", later).idle(), Some(2000.0));
}

#[test]
fn urgent_bytes_and_segment_sizes() {
    let mut c = Connection::new(1, Forward, Timestamp(0));
    let options = Options { mss: Some(65_495), ..Options::default() };
    c.add(&Segment { options, ..segment(&HANDSHAKE[0]) }, Forward, true);
    let urgent = Segment { urgent: 100, ..segment(&(Forward, 1, ACK | URG, 101, 1, 8)) };
    c.add(&urgent, Forward, true);
    let values = |original| {
        let a = derived(&c, 0, original);
        (a.urgent_bytes(), a.mss())
    };
    assert_eq!([false, true].map(values), [(8, 65_495), (100, 4_294_967_255)]);
}

#[test]
fn captured_twice() {
    let mut c = Connection::new(1, Forward, Timestamp(0));
    for id in [7, 7, 0, 0, 8] {
        let packet = Segment { id, ..segment(&(Forward, 0, ACK, 101, 501, 0)) };
        c.add(&packet, Forward, false);
    }
    assert_eq!(c.ways[0].hardware_duplicates, 1);
}

#[test]
fn where_another_connection_begins() {
    let open = connection(&HANDSHAKE, false);
    let syn = (Forward, 1000, SYN, 9000, 0, 0);
    assert!(!open.is_over_with(&segment(&syn), Forward, false), "nothing has ended");
    let late = (Forward, 31 + 240_000, ACK, 101, 501, 0);
    assert!(!open.is_over_with(&segment(&late), Forward, false));
    let too_late = (Forward, 31 + 240_001, ACK, 101, 501, 0);
    assert!(open.is_over_with(&segment(&too_late), Forward, false));
    let reset = connection(&after_handshake(&[(Backward, 50, RST, 501, 0, 0)]), false);
    assert!(reset.is_over_with(&segment(&syn), Forward, false));
    let again = (Forward, 1000, SYN, 100, 0, 0);
    assert!(!reset.is_over_with(&segment(&again), Forward, false), "the same number");
    let data = (Forward, 1000, ACK, 101, 501, 5);
    assert!(!reset.is_over_with(&segment(&data), Forward, false));
}

#[test]
fn where_another_connection_begins_for_tcptrace() {
    let begins = |steps: &[Step], number| {
        let syn = segment(&(Forward, 1000, SYN, number, 0, 0));
        [false, true].map(|original| {
            connection(&after_handshake(steps), original).is_over_with(&syn, Forward, original)
        })
    };
    // The other side waits for numbers below 101 + 8192.
    let fin = [(Backward, 40, ACK | FIN, 501, 101, 0)];
    let with_fin = [99, 101, 101 + 8192, 102 + 8192].map(|number| begins(&fin, number));
    assert_eq!(with_fin, [[true; 2], [true, false], [true, false], [true; 2]]);
    // A second SYN is an end, whatever its number.
    let again = [(Forward, 40, SYN, 105, 0, 0)];
    assert_eq!(begins(&again, 105), [false; 2]);
    assert_eq!(begins(&again, 106), [false, true]);
    assert_eq!(begins(&again, 100), [false, true]);
    // Where a SYN is unknown its number is 0.
    let c = connection(&[(Forward, 0, ACK, 101, 501, 0), fin[0]], true);
    let waited_for = segment(&(Forward, 1000, SYN, 5, 0, 0));
    assert!(!c.is_over_with(&waited_for, Forward, true));
}

#[test]
fn a_closed_window_for_tcptrace() {
    let values = |original| {
        let mut c = connection(&HANDSHAKE, original);
        let closed = Segment { window: 0, ..segment(&(Backward, 50, ACK, 501, 101, 0)) };
        c.add(&closed, Backward, original);
        c.add(&segment(&(Forward, 60, ACK, 101, 501, 1)), Forward, original);
        c.add(&segment(&(Forward, 70, ACK | FIN, 102, 501, 0)), Forward, original);
        c.add(&segment(&(Backward, 80, ACK, 501, 103, 0)), Backward, original);
        let a = &c.ways[0];
        let trips = a.round_trips.all.count();
        ([a.probe_packets, a.probe_bytes], [a.initial_packets, a.initial_bytes], trips)
    };
    // The data is initial, the FIN is a probe and has no round trip.
    assert_eq!(values(false), ([1, 1], [0, 0], 2));
    assert_eq!(values(true), ([2, 1], [1, 1], 1));
}

#[test]
fn shifts_that_are_too_large() {
    let [syn, answer, ack] = HANDSHAKE;
    let values = |shift, original| {
        let mut c = Connection::new(1, Forward, Timestamp(0));
        for (step, scale) in [(syn, Some(shift)), (answer, Some(0)), (ack, None)] {
            let options = Options { scale, ..Options::default() };
            c.add(&Segment { options, ..segment(&step) }, step.0, original);
        }
        let a = derived(&c, 0, original);
        (a.scale(), a.window_max)
    };
    assert_eq!([15, 66, 255].map(|shift| values(shift, false)), [(14, 8192 << 14); 3]);
    let tool = [(15, 8192 << 15), (66, 8192 << 2), (0, 8192)];
    assert_eq!([15, 66, 255].map(|shift| values(shift, true)), tool);
}

#[test]
fn ends_out_of_order() {
    let steps =
        after_handshake(&[(Forward, 40, ACK, 201, 501, 10), (Forward, 41, ACK | FIN, 151, 501, 0)]);
    let late = |original| connection(&steps, original).ways[0].late_packets;
    assert_eq!([false, true].map(late), [0, 1]);
}

#[test]
fn captured_twice_with_others_between() {
    let duplicates = |others, original| {
        let mut c = Connection::new(1, Forward, Timestamp(0));
        let packet = segment(&(Forward, 0, ACK, 101, 501, 0));
        c.add(&Segment { id: 7, ..packet }, Forward, original);
        for _ in 0..others {
            c.add(&packet, Forward, original);
        }
        c.add(&Segment { id: 7, ..packet }, Forward, original);
        c.ways[0].hardware_duplicates
    };
    assert_eq!([false, true].map(|original| duplicates(7, original)), [1, 1]);
    assert_eq!([false, true].map(|original| duplicates(8, original)), [1, 0]);
}

#[test]
fn a_syn_that_closes_the_window() {
    let closed = |original| {
        let mut c = Connection::new(1, Forward, Timestamp(0));
        for step in HANDSHAKE {
            c.add(&Segment { window: 0, ..segment(&step) }, step.0, original);
        }
        [c.ways[0].windows_zero, c.ways[1].windows_zero]
    };
    assert_eq!([false, true].map(closed), [[2, 1], [1, 1]]);
}

#[test]
fn another_syn_or_fin_is_a_byte_for_tcptrace() {
    let bytes = |steps: &[Step]| {
        [false, true].map(|original| {
            let c = connection(&after_handshake(steps), original);
            derived(&c, 0, original).unique_bytes()
        })
    };
    let fin = |number| (Forward, 40, ACK | FIN, number, 501, 0);
    assert_eq!(bytes(&[fin(101), fin(101)]), [0, 0]);
    assert_eq!(bytes(&[fin(101), fin(102), fin(101)]), [0, 1]);
    assert_eq!(bytes(&[(Forward, 40, SYN, 300, 0, 0)]), [0, 1]);
}

#[test]
fn numbers_across_a_quarter() {
    let quarter = 1_u32 << 30;
    let steps = [(Forward, 0, ACK, quarter - 8, 501, 16), (Backward, 10, ACK, 501, quarter + 8, 0)];
    let beyond = |original| connection(&steps, original).ways[0].round_trips.beyond;
    assert_eq!([false, true].map(beyond), [0, 1]);
}
