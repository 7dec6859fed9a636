//! All features of random packets against a slow reference that follows the definitions word by word.

use flowz_api::key::FlowKey;
use proptest::prelude::*;

use super::flow::{Flow, Mode, Rules, Seen};
use super::row::FeatureRow;
use crate::biflow::Side;
use crate::slow::{Slow, both_near, near};

const SECOND: u64 = 1_000_000;

/// Gaps that are short, near one of the limits of 1 and 5 seconds, or long.
fn gap() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => 1_i64..400_000,
        2 => 999_998_i64..1_000_003,
        1 => 4_999_998_i64..5_000_003,
        1 => 5_000_000_i64..9_000_000,
    ]
}

/// Segments: gap, way, payload, flags, header, window.
fn packets() -> impl Strategy<Value = Vec<Seen>> {
    let payload = prop_oneof![1 => Just(0_u32), 3 => 0_u32..2000];
    let one = (gap(), prop::bool::weighted(0.3), payload, any::<u8>(), 5_u32..16, any::<u16>());
    prop::collection::vec(one, 1..50).prop_map(|all| {
        let mut micros = 1_700_000_000_000_000;
        let mut seen = |(gap, back, payload, flags, words, window)| {
            micros += gap;
            let side = if back { Side::Backward } else { Side::Forward };
            Seen {
                micros,
                side,
                payload,
                header: words * 4,
                tcp: Some((flags, window)),
                answers: false,
            }
        };
        all.into_iter().map(&mut seen).collect()
    })
}

fn moments(list: &[Seen]) -> Vec<i64> {
    list.iter().map(|p| p.micros).collect()
}

fn payloads(list: &[Seen]) -> Slow {
    Slow(list.iter().map(|p| p.payload.into()).collect())
}

fn with_flag(list: &[Seen], flag: u8) -> u64 {
    list.iter().filter(|p| p.has(flag)).count() as u64
}

/// Runs of at least four packets with payload of one side: cut all packets with payload where the side changes or more than a second passes.
fn bulks(all: &[Seen], side: Side, sides_differ: bool) -> Vec<Vec<Seen>> {
    let mut runs: Vec<Vec<Seen>> = Vec::new();
    for packet in all.iter().filter(|p| p.payload > 0) {
        let goes_on = runs.last().and_then(|run| run.last()).is_some_and(|last| {
            (last.side == packet.side || !sides_differ) && packet.micros - last.micros <= 1_000_000
        });
        if !goes_on {
            runs.push(Vec::new());
        }
        runs.last_mut().unwrap().push(*packet);
    }
    runs.retain(|run| run.len() >= 4 && (run[0].side == side || !sides_differ));
    runs
}

/// Bytes by bulk, packets by bulk, bytes by second.
fn bulk_values(runs: &[Vec<Seen>]) -> [Option<f64>; 3] {
    let count = runs.len() as f64;
    let packets: usize = runs.iter().map(Vec::len).sum();
    let bytes: u64 = runs.iter().map(|run| payloads(run).sum()).sum();
    let micros: u64 = runs.iter().map(|run| Slow::gaps(&moments(run)).sum()).sum();
    let any = |value| (!runs.is_empty()).then_some(value);
    [
        any(bytes as f64 / count),
        any(packets as f64 / count),
        any(bytes as f64 / micros as f64 * 1e6),
    ]
}

/// Active and idle times: cut where more than five seconds pass.
fn active_and_idle(all: &[Seen]) -> [Slow; 2] {
    let (mut active, mut idle) = (Slow::default(), Slow::default());
    let mut since = all[0].micros;
    for two in all.windows(2) {
        let gap = (two[1].micros - two[0].micros).unsigned_abs();
        if gap > 5 * SECOND {
            active.0.extend(Some((two[0].micros - since).unsigned_abs()).filter(|time| *time > 0));
            idle.0.push(gap);
            since = two[1].micros;
        }
    }
    [active, idle]
}

/// Whether a row has these: mean, deviation, largest, smallest.
fn agrees(row: (Option<f64>, f64, Option<u64>, Option<u64>), slow: &Slow) -> bool {
    both_near(row.0, slow.mean())
        && near(row.1, slow.deviation())
        && (row.2, row.3) == (slow.max(), slow.min())
}

fn cut(value: Option<f64>) -> Option<f64> {
    value.map(f64::trunc)
}

proptest! {
    #[test]
    fn features_of_random_packets(all in packets(), is_original in any::<bool>()) {
        let mode = if is_original { Mode::Original } else { Mode::Corrected };
        let rules = Rules { mode, timeout: u64::MAX, idle: 5 * SECOND, last_active: false };
        let mut flow = Flow::new(all[0].side, all[0].micros, all[0].micros);
        for packet in &all {
            flow.add(packet, false, &rules);
        }
        let key = FlowKey::default();
        let row = FeatureRow::new(&key, b"", &flow, &rules);
        let maybe_cut = |value: Option<f64>| if is_original { cut(value) } else { value };

        let (first, n) = (all[0].side, all.len() as f64);
        let [ahead, back]: [Vec<Seen>; 2] =
            [true, false].map(|wanted| all.iter().copied().filter(|p| (p.side == first) == wanted).collect());
        let (fwd, bwd) = (payloads(&ahead), payloads(&back));
        prop_assert_eq!((row.forward_packets, row.backward_packets), (ahead.len() as u64, back.len() as u64));
        prop_assert_eq!((row.forward_bytes, row.backward_bytes), (fwd.sum(), bwd.sum()));
        prop_assert!(agrees((row.forward_length_mean, row.forward_length_std, row.forward_length_max, row.forward_length_min), &fwd));
        prop_assert!(agrees((row.backward_length_mean, row.backward_length_std, row.backward_length_max, row.backward_length_min), &bwd));

        let gaps = Slow::gaps(&moments(&all));
        let duration = (all[all.len() - 1].micros - all[0].micros).unsigned_abs();
        prop_assert_eq!(row.duration, duration);
        let rate = |count: f64| (duration > 0).then(|| count / (duration as f64 / 1e6));
        prop_assert!(both_near(row.bytes_per_second, rate((fwd.sum() + bwd.sum()) as f64)));
        prop_assert!(both_near(row.packets_per_second, rate(n)));
        prop_assert!(both_near(row.forward_packets_per_second, rate(ahead.len() as f64)));
        prop_assert!(both_near(row.backward_packets_per_second, rate(back.len() as f64)));
        prop_assert!(agrees((row.gap_mean, row.gap_std, row.gap_max, row.gap_min), &gaps));
        let (fgaps, bgaps) = (Slow::gaps(&moments(&ahead)), Slow::gaps(&moments(&back)));
        prop_assert_eq!((row.forward_gap_total, row.backward_gap_total), (fgaps.sum(), bgaps.sum()));
        prop_assert!(agrees((row.forward_gap_mean, row.forward_gap_std, row.forward_gap_max, row.forward_gap_min), &fgaps));
        prop_assert!(agrees((row.backward_gap_mean, row.backward_gap_std, row.backward_gap_max, row.backward_gap_min), &bgaps));

        let mut lengths = payloads(&all);
        let size = (lengths.sum() + if is_original { u64::from(all[0].payload) } else { 0 }) as f64 / n;
        if is_original {
            lengths.0.push(all[0].payload.into());
        }
        prop_assert!(agrees((row.length_mean, row.length_std, row.length_max, row.length_min), &lengths));
        prop_assert!(near(row.length_variance, lengths.variance()));
        prop_assert!(both_near(row.average_size, Some(size)));
        prop_assert!(both_near(row.forward_segment_mean, fwd.mean()) && both_near(row.backward_segment_mean, bwd.mean()));

        let counts = [row.fins, row.syns, row.rsts, row.pshs, row.acks, row.urgs, row.eces, row.cwrs];
        for (bit, count) in counts.into_iter().enumerate() {
            prop_assert_eq!(count, with_flag(&all, 1 << bit));
        }
        let (ahead_seen, back_seen) = if is_original { (&ahead[..1], &back[..0]) } else { (&ahead[..], &back[..]) };
        prop_assert_eq!([row.forward_pushes, row.backward_pushes], [ahead_seen, back_seen].map(|list| with_flag(list, 8)));
        prop_assert_eq!([row.forward_urgents, row.backward_urgents], [ahead_seen, back_seen].map(|list| with_flag(list, 32)));

        let headers = |list: &[Seen]| Slow(list.iter().map(|p| p.header.into()).collect());
        prop_assert_eq!([row.forward_header_bytes, row.backward_header_bytes], [headers(&ahead).sum(), headers(&back).sum()]);
        prop_assert_eq!(row.forward_header_min.map(u64::from), headers(&ahead).min());
        prop_assert_eq!(row.backward_header_min.map(u64::from), headers(&back).min());
        let data = |list: &[Seen]| list.iter().filter(|p| p.payload > 0).count() as u64;
        prop_assert_eq!(row.forward_with_payload, data(&ahead[usize::from(is_original)..]));
        prop_assert_eq!(row.backward_with_payload, data(&back));
        let window = |p: Option<&Seen>| p.and_then(|p| p.tcp).map(|(_, window)| window);
        prop_assert_eq!(row.forward_window, window(ahead.first()));
        prop_assert_eq!(row.backward_window, window(if is_original { back.last() } else { back.first() }));

        prop_assert!(both_near(row.down_up, maybe_cut(Some(back.len() as f64 / ahead.len() as f64))));
        let pauses = gaps.0.iter().filter(|gap| **gap > SECOND).count();
        let subflows = if is_original { pauses } else { pauses + 1 } as f64;
        let by = |value: f64| maybe_cut((subflows > 0.0).then_some(value / subflows));
        prop_assert!(both_near(row.forward_subflow_packets, by(ahead.len() as f64)));
        prop_assert!(both_near(row.backward_subflow_packets, by(back.len() as f64)));
        prop_assert!(both_near(row.forward_subflow_bytes, by(fwd.sum() as f64)));
        prop_assert!(both_near(row.backward_subflow_bytes, by(bwd.sum() as f64)));

        let other = if first == Side::Forward { Side::Backward } else { Side::Forward };
        let of_forward = if is_original { Vec::new() } else { bulks(&all, first, true) };
        let of_backward = bulks(&all, other, !is_original);
        let forward = [row.forward_bulk_bytes, row.forward_bulk_packets, row.forward_bulk_rate];
        let backward = [row.backward_bulk_bytes, row.backward_bulk_packets, row.backward_bulk_rate];
        for (values, runs) in [(forward, of_forward), (backward, of_backward)] {
            for (value, slow) in values.into_iter().zip(bulk_values(&runs)) {
                // What is cut may fall on either side of a whole number.
                let same = both_near(value, maybe_cut(slow)) || (is_original && both_near(value, maybe_cut(slow.map(|v| v + 1e-6))));
                prop_assert!(same, "{value:?} {slow:?}");
            }
        }

        let [active, idle] = active_and_idle(&all);
        prop_assert!(agrees((row.active_mean, row.active_std, row.active_max, row.active_min), &active));
        prop_assert!(agrees((row.idle_mean, row.idle_std, row.idle_max, row.idle_min), &idle));
    }
}
