//! Lists of packets and of pulses.

use flowz_api::cell::{Cell, Duration};
use flowz_api::packet::Timestamp;
use flowz_api::record::Record;
use flowz_api::settings::Run;

use super::entries::{Entries, Entry};
use super::row::Shown;
use super::state::{First, State};
use super::toggles::Toggles;

const MS: i64 = 1_000_000;

/// A packet with this time in milliseconds.
fn packet(ms: i64, bytes: u32) -> First {
    First { time: Timestamp(ms * MS), bytes, headers: [20, 8] }
}

fn kept(packets: &[(i64, u32)], limit: usize) -> State {
    let mut state = State::default();
    for &(ms, bytes) in packets {
        state.keep(packet(ms, bytes), limit);
    }
    state
}

fn entries(state: &State, toggles: &Toggles, compat: bool) -> Vec<Entry> {
    let run = Run { compat, ..Run::default() };
    Entries { state, toggles, run: &run, origin: Timestamp(100 * MS) }.iter().collect()
}

/// Length and time since something in milliseconds.
fn times(state: &State, toggles: &Toggles, compat: bool) -> Vec<(u32, u64)> {
    let all = entries(state, toggles, compat);
    all.iter()
        .map(|e| (e.bytes, e.since.seconds * 1000 + u64::from(e.since.nanos) / 1_000_000))
        .collect()
}

#[test]
fn state_stays_small() {
    assert!(size_of::<State>() <= 64, "{}", size_of::<State>());
    assert!(size_of::<First>() <= 16, "{}", size_of::<First>());
}

#[test]
fn no_more_than_asked_for() {
    let state = kept(&[(100, 1), (101, 2), (103, 3)], 2);
    assert_eq!(times(&state, &Toggles::default(), false), [(1, 0), (2, 1)]);
}

#[test]
fn times_since_the_beginning() {
    let state = kept(&[(100, 1), (101, 2), (103, 3)], 9);
    let toggles = Toggles { times: 0, ..Toggles::default() };
    assert_eq!(times(&state, &toggles, false), [(1, 0), (2, 1), (3, 3)]);
}

#[test]
fn time_that_goes_back() {
    let state = kept(&[(2000, 1), (1000, 2)], 9);
    assert_eq!(times(&state, &Toggles::default(), false), [(1, 0), (2, 0)]);
    let unsigned = entries(&state, &Toggles::default(), true)[1].since;
    assert_eq!(unsigned, Duration { seconds: u32::MAX.into(), nanos: 0 });
}

/// Three packets close together, a pause, one packet.
fn pulses(limit: usize) -> State {
    let mut state = State::default();
    for (ms, bytes) in [(100, 10), (109, 20), (118, 40), (128, 7), (131, 5), (900, 1)] {
        state.join(packet(ms, bytes), 10 * MS, limit);
    }
    state
}

#[test]
fn pulses_end_with_a_pause() {
    let state = pulses(9);
    let toggles = Toggles { pause_micros: 10_000, fraction: 4, ..Toggles::default() };
    let shown: Vec<_> = entries(&state, &toggles, false)
        .iter()
        .map(|e| (e.bytes, e.since.nanos, e.lasts))
        .collect();
    assert_eq!(shown, [(23, 0, 18 * MS), (6, 28_000_000, 3 * MS), (1, 772_000_000, 5 * MS / 2)]);
    let sums = entries(&state, &Toggles { mean: false, ..toggles }, false);
    assert_eq!(sums.iter().map(|e| e.bytes).collect::<Vec<_>>(), [70, 12, 1]);
}

#[test]
fn packets_of_a_pulse_without_room_join_none() {
    let state = pulses(1);
    assert_eq!((state.firsts.len(), state.firsts[0].bytes, state.pulses[0].packets), (1, 70, 3));
}

/// Bytes of a list of one entry.
fn bytes<const H: bool, const P: bool, const M: bool>() -> usize {
    let state = pulses(1);
    let (toggles, run) = (Toggles::default(), Run::default());
    let mut record = Record::new();
    let origin = Timestamp(0);
    Shown::<H, P, M>(Entries { state: &state, toggles: &toggles, run: &run, origin })
        .put(&mut record);
    record.bytes().len()
}

#[test]
fn values_are_those_of_the_type() {
    let sizes = [
        bytes::<false, false, false>(),
        bytes::<false, false, true>(),
        bytes::<false, true, false>(),
        bytes::<true, false, true>(),
        bytes::<true, true, true>(),
    ];
    assert_eq!(sizes, [20, 20, 32, 24, 36]);
    assert_eq!(Shown::<false, false, false>::TYPE.to_string(), "U32_U64.U32:R");
    assert_eq!(Shown::<true, true, true>::TYPE.to_string(), "U16_U16_U32_U64.U32_U64.U32:R");
}
