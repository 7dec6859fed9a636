//! Packets with literal bytes, whole and cut.

use flowz_api::cell::{Label, Time};
use flowz_api::merge::Merge as _;

use super::Counts;
use super::message::{Clock, Message, is_ntp, parts};
use super::row::{FlowRow, interval, precision, seconds, stamp};
use super::state::State;

/// A server's answer: version 4, stratum 2, poll 2^6, precision 2^-24.
const ANSWER: [u8; 48] = [
    0x24, 2, 6, 0xe8, 0, 0, 0x40, 0, 0, 1, 0x80, 0, 192, 0, 2, 7, 0xe0, 0, 0, 0, 0x80, 0, 0, 0,
    0xe0, 0, 0, 1, 0, 0, 0, 0, 0xe0, 0, 0, 2, 0, 0, 0, 0, 0xe0, 0, 0, 3, 0, 0, 0, 0,
];

fn state(packets: &[&[u8]], compat: bool) -> State {
    let mut state = State::default();
    for packet in packets {
        state.add(&Message::from_payload(packet, compat), compat);
    }
    state
}

#[test]
fn an_answer() {
    let state = state(&[&ANSWER], false);
    let row = FlowRow::from_state(&state, false);
    assert_eq!((row.li_v_m, row.first.0, row.stratum.0), ((0, 4, 4), 0x24, 2));
    assert_eq!((row.ref_address.octets(), row.ref_word), ([192, 0, 2, 7], Label(b"")));
    assert_eq!((row.poll, row.precision), (64, 0.5_f32.powi(24)));
    assert_eq!((row.delay_min, row.delay_max, row.dispersion_max), (0.25, 0.25, 1.5));
    assert_eq!(row.reference, Time { seconds: 1_549_107_584, nanos: 500_000_000 });
    assert_eq!(row.transmit, Time { seconds: 1_549_107_587, nanos: 0 });
}

#[test]
fn cut_at_every_byte() {
    for length in 0..ANSWER.len() {
        let message = Message::from_payload(&ANSWER[..length], false);
        assert_eq!(message.first.is_some(), length >= 1);
        assert_eq!(message.clock.is_some(), length >= 4);
        assert_eq!(message.delay.is_some(), length >= 8);
        assert_eq!(message.dispersion.is_some(), length >= 12);
        assert_eq!(message.reference.is_some(), length >= 16);
        let times = message.times.iter().flatten().count();
        assert_eq!(times, length.saturating_sub(16) / 8);
        assert_eq!(
            Message::from_payload(&ANSWER[..length], true).times.iter().flatten().count(),
            4
        );
    }
}

#[test]
fn what_is_not_ntp() {
    assert!(is_ntp(&ANSWER, 48) && is_ntp(&ANSWER[..1], 48) && is_ntp(&[], 48));
    assert!(is_ntp(&[0x16, 2, 0, 1, 0, 0, 0, 0], 8));
    assert!(!is_ntp(&ANSWER[..47], 47));
    assert!(!is_ntp(&[0x16, 2, 0, 1, 0, 0, 0], 7));
    assert!(!is_ntp(&[4; 48], 48), "version 0");
    assert!(!is_ntp(&[], 0));
}

#[test]
fn a_clock_of_its_own_is_a_word() {
    let mut packet = ANSWER;
    packet[1] = 1;
    packet[12..16].copy_from_slice(b"GPS\0");
    let state = state(&[&packet], false);
    let row = FlowRow::from_state(&state, false);
    assert_eq!((row.ref_address.octets(), row.ref_word), ([0; 4], Label(b"GPS")));
}

#[test]
fn latest_or_first_packet() {
    let mut second = ANSWER;
    (second[0], second[1], second[6]) = (0xe3, 16, 0x80);
    let latest = state(&[&ANSWER, &second], false);
    assert_eq!((latest.first, latest.clock.stratum), (0xe3, 16));
    assert_eq!((latest.delay.min, latest.delay.max), (0x4000, 0x8000));
    let first = state(&[&ANSWER, &second], true);
    assert_eq!((first.first, first.clock.stratum), (0x24, 2));
    assert_eq!((first.delay.min, first.delay.max), (0x4000, 0x8000));
}

#[test]
fn control_messages_have_another_layout() {
    let mut packet = ANSWER;
    packet[0] = 0x16;
    let message = Message::from_payload(&packet, false);
    assert_eq!(message, Message { first: Some(0x16), ..Message::default() });
    assert_eq!(parts(0x16), (0, 2, 6));
    let clock = Clock { stratum: 2, poll: 6, precision: -24 };
    assert_eq!(Message::from_payload(&packet, true).clock, Some(clock));
    let row_of = state(&[&packet], false);
    let row = FlowRow::from_state(&row_of, false);
    assert_eq!((row.poll, row.precision), (0, 0.0));
}

#[test]
fn powers_of_two() {
    assert_eq!([-1, 0, 31, 32].map(|n| interval(n, false)), [0, 1, 1 << 31, u32::MAX]);
    assert_eq!([0, 31, 32, -1].map(|n| interval(n, true)), [1, 1 << 31, 1, 1 << 31]);
    assert_eq!((precision(-1, false), precision(-1, true)), (0.5, 1.0));
}

#[test]
fn fixed_point() {
    assert_eq!((seconds(0x0001_8000, false), seconds(0x0001_ffff, true)), (1.5, 2.0));
}

#[test]
fn eras() {
    assert_eq!(stamp(0, false), Time::default());
    assert_eq!(stamp(1 << 32, false), Time { seconds: (1 << 32) + 1 - 2_208_988_800, nanos: 0 });
    assert_eq!(stamp(0x83aa_7e80 << 32, false), Time { seconds: 0, nanos: 0 });
    assert_eq!(stamp(0x83aa_7e81 << 32, true), Time { seconds: 1, nanos: 500 });
    assert_eq!(stamp(0x83aa_7e80_ffff_ffff, false).nanos, 999_999_999);
    assert_eq!(stamp(0x83aa_7e80_0000_0003, false).nanos, 1, "the nearest");
    assert_eq!(stamp(1, true).seconds, 0_u64.wrapping_sub(2_208_988_800));
    assert_eq!(stamp(0x8000_0000 << 32, false), Time::default(), "before 1970");
}

#[test]
fn counts_add_up() {
    let mut counts = Counts { stat: 0, packets: 2 };
    counts.merge(Counts { stat: 1, packets: 3 });
    assert_eq!(counts, Counts { stat: 1, packets: 5 });
}

#[test]
fn state_stays_small() {
    assert!(size_of::<State>() <= 64, "{}", size_of::<State>());
}
