//! Tests of the analysis of a packet.

use super::super::options::SynKinds;
use super::{Analysis, Counters, FlowState, TcpCells, TcpFlagsToggles, TcpPacket, anomaly, stat};
use flowz_api::packet::Timestamp;

/// Gives a packet of these flags, window and options to the analysis.
fn packet(
    parts: (u8, u16, &[u8]),
    iat: f32,
    own: &mut FlowState,
    peer: Option<&mut FlowState>,
    counters: &mut Counters,
) -> TcpCells {
    with_settings((&TcpFlagsToggles::default(), false), parts, iat, own, peer, counters)
}

fn with_settings(
    (toggles, compat): (&TcpFlagsToggles, bool),
    (flags, window, options): (u8, u16, &[u8]),
    iat: f32,
    own: &mut FlowState,
    peer: Option<&mut FlowState>,
    counters: &mut Counters,
) -> TcpCells {
    let mut bytes = vec![0; 20];
    bytes[12] = ((20 + options.len()) as u8 / 4) << 4;
    bytes[13] = flags;
    bytes[14..16].copy_from_slice(&window.to_be_bytes());
    bytes.extend(options);
    let now = Timestamp::new(1, 0);
    let packet = TcpPacket::new(&bytes, 0, (now, iat), compat);
    Analysis::new(packet, toggles, own, peer, counters).run(true).unwrap()
}

const SCALE: [u8; 4] = [1, 3, 3, 7];

#[test]
fn scaling_needs_both_sides() {
    for (option, scaled) in [(&SCALE[..], true), (&[], false)] {
        let mut counters = Counters::default();
        let (mut a, mut b) = (FlowState::default(), FlowState::default());
        packet((0x02, 64, option), 0.0, &mut a, None, &mut counters);
        let answer = packet((0x12, 64, &SCALE), 0.0, &mut b, Some(&mut a), &mut counters);
        let third = packet((0x10, 64, &[]), 0.1, &mut a, Some(&mut b), &mut counters);
        assert_eq!((answer.window, answer.scale), (64, 0));
        assert_eq!(third.window, if scaled { 64 << 7 } else { 64 });
        assert_eq!(third.stat & stat::SCALED != 0, scaled);
    }
}

#[test]
fn repeated_syn() {
    let mut counters = Counters::default();
    let mut a = FlowState::default();
    packet((0x02, 64, &[]), 0.0, &mut a, None, &mut counters);
    let retry = packet((0x02, 64, &[]), 1.0, &mut a, None, &mut counters);
    let scan = packet((0x02, 64, &[]), 0.1, &mut a, None, &mut counters);
    assert_eq!((retry.anomaly, scan.anomaly), (anomaly::SYN_RETRY, anomaly::SCAN));
    assert_eq!((counters.syn_retries, counters.scans), (1, 1));
}

#[test]
fn a_repeated_syn_of_what_looks_like_a_scan() {
    const SYN: (u8, u16, &[u8]) = (0x02, 64, &[]);
    for (compat, third) in [(false, anomaly::SYN_RETRY), (true, 0)] {
        let settings = (&TcpFlagsToggles::default(), compat);
        let (mut a, mut counters) = <(FlowState, Counters)>::default();
        let mut again = |iat| with_settings(settings, SYN, iat, &mut a, None, &mut counters);
        let found = [0.0, 0.1, 1.0].map(|iat| again(iat).anomaly);
        assert_eq!((found, counters.syn_retries), ([0, anomaly::SCAN, third], 1));
    }
}

#[test]
fn timeouts_without_round_trip_times() {
    const FIN_ACK: (u8, u16, &[u8]) = (0x11, 64, &[]);
    let toggles = TcpFlagsToggles { rtt: false, ..TcpFlagsToggles::default() };
    let (mut a, mut b, mut counters) = Default::default();
    let mut again = |iat| {
        with_settings((&toggles, false), FIN_ACK, iat, &mut a, Some(&mut b), &mut counters).anomaly
    };
    let found = [again(0.0), again(0.8), again(1.0)];
    assert_eq!(found, [0, 0, anomaly::RETRY_TIMEOUT]);
}

#[test]
fn damaged_options() {
    let (mut a, mut counters) = (FlowState::default(), Counters::default());
    let cells = packet((0x10, 64, &[2, 9, 0, 0]), 0.0, &mut a, None, &mut counters);
    assert_eq!(cells.stat & stat::OPTIONS_CORRUPT, stat::OPTIONS_CORRUPT);
    assert_eq!(a.tcp.options.packets, 1);
}

#[test]
fn the_usual_options_in_any_order() {
    let (mut states, mut counters) = (Vec::new(), Counters::default());
    for options in [[1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, 7], [8, 10, 0, 0, 0, 9, 0, 0, 0, 7, 1, 1]] {
        let older = [[1, 1, 8, 10], [0, 0, 0, 8], [0, 0, 0, 5]].concat();
        let mut a = FlowState::default();
        packet((0x02, 64, &options), 0.0, &mut a, None, &mut counters);
        let again = packet((0x10, 64, &options), 0.0, &mut a, None, &mut counters);
        let back = packet((0x10, 64, &older), 0.0, &mut a, None, &mut counters);
        a.tcp.options.syn = SynKinds::default();
        assert_eq!([again, back].map(|cells| cells.stat & 0x0f), [2, 6]);
        assert_eq!((a.tcp.options.packets, a.tcp.options.count), (3, 9));
        assert_eq!((a.tcp.clock.first_value, a.tcp.clock.largest, a.tcp.clock.value), (9, 9, 8));
        states.push(format!("{a:?}"));
    }
    assert_eq!(states[0], states[1]);
}
