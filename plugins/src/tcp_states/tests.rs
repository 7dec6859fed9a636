//! Connections by the book and off it.

use super::machine::{Segment, State, Timeout, anomaly};

/// A conversation: direction, flags, sequence and acknowledgement number.
fn talk(segments: &[(char, u8, u32, u32)]) -> (State, State) {
    let (mut a, mut b) = (State::default(), State::default());
    let mut b_exists = false;
    for &(who, flags, seq, ack) in segments {
        let segment = Segment { flags, seq, ack, payload: 0 };
        if who == 'A' {
            a.segment(b_exists.then_some(&mut b), segment);
        } else {
            b_exists = true;
            b.segment(Some(&mut a), segment);
        }
    }
    (a, b)
}

const HANDSHAKE: [(char, u8, u32, u32); 3] =
    [('A', 0x02, 100, 0), ('B', 0x12, 500, 101), ('A', 0x10, 101, 501)];

#[test]
fn orderly_connection() {
    let mut all = HANDSHAKE.to_vec();
    all.extend([('A', 0x11, 101, 501), ('B', 0x11, 501, 102), ('A', 0x10, 102, 502)]);
    let (a, b) = talk(&all);
    assert_eq!((a.verdict(Some(&b)), b.verdict(Some(&a))), (0, 0));
    assert_eq!((a.timeout, b.timeout), (Some(Timeout::Closed), Some(Timeout::Closed)));
}

#[test]
fn a_fin_behind_payload() {
    let (mut a, mut b) = talk(&HANDSHAKE);
    let fin = |flags, seq, ack, payload| Segment { flags, seq, ack, payload };
    a.segment(Some(&mut b), fin(0x19, 101, 501, 40));
    b.segment(Some(&mut a), fin(0x11, 501, 142, 0));
    a.segment(Some(&mut b), fin(0x10, 142, 502, 0));
    assert_eq!((a.verdict(Some(&b)), b.verdict(Some(&a))), (0, 0));
}

#[test]
fn packets_after_the_end() {
    let mut all = HANDSHAKE.to_vec();
    all.extend([('A', 0x11, 101, 501), ('B', 0x11, 501, 102), ('A', 0x10, 102, 502)]);
    all.push(('B', 0x18, 502, 102));
    let (a, b) = talk(&all);
    assert_eq!((a.anomalies, b.anomalies), (0, anomaly::AFTER_CLOSE));
}

#[test]
fn reset_of_an_open_connection() {
    let mut all = HANDSHAKE.to_vec();
    all.extend([('B', 0x14, 501, 101), ('A', 0x10, 101, 501)]);
    let (a, b) = talk(&all);
    assert_eq!(b.anomalies, anomaly::RESET | anomaly::TEARDOWN);
    assert_eq!(a.anomalies, anomaly::TEARDOWN | anomaly::AFTER_RESET);
    assert_eq!(b.timeout, Some(Timeout::Reset));
}

#[test]
fn half_open_and_refused() {
    let (a, _) = talk(&[('A', 0x02, 100, 0)]);
    assert_eq!((a.timeout, a.verdict(None)), (Some(Timeout::New), 0x03));
    let (a, b) = talk(&[('A', 0x02, 100, 0), ('B', 0x14, 0, 101)]);
    assert_eq!((a.verdict(Some(&b)), b.verdict(Some(&a))), (0x03, 0x43));
}

#[test]
fn scans() {
    let null = talk(&[('A', 0x00, 1, 0)]).0;
    assert_eq!(null.anomalies & anomaly::EVIL, anomaly::EVIL);
    let xmas = talk(&[('A', 0x29, 1, 0)]).0;
    assert_eq!(xmas.anomalies & anomaly::EVIL, anomaly::EVIL);
    let fin = talk(&[('A', 0x11, 1, 0)]).0;
    assert_eq!(fin.verdict(None), 0x83);
    let reset = talk(&[('A', 0x04, 1, 0)]).0;
    assert_eq!(reset.verdict(None), 0xc3);
}

#[test]
fn what_passes_changes_nothing() {
    let talks =
        [talk(&HANDSHAKE), talk(&[HANDSHAKE.as_slice(), &[('B', 0x11, 501, 101)]].concat())];
    let mut passed = 0;
    for flags in 0..=u8::MAX {
        for (mut a, mut b) in talks {
            (a.timeout, b.timeout) = (None, None);
            let before = format!("{a:?} {b:?}");
            let segment = Segment { flags, seq: 101, ack: 501, payload: 9 };
            let passes = a.passes(segment);
            a.segment(Some(&mut b), segment);
            assert!(!passes || format!("{a:?} {b:?}") == before, "{flags:02x}");
            passed += u32::from(passes);
        }
    }
    assert_eq!(passed, 32);
}
