//! All numbers of random packets against a slow reference.

use flowz_api::packet::Timestamp;
use proptest::prelude::*;

use super::state::{Conversation, Seen, Times};
use crate::biflow::Side;
use crate::slow::{Slow, near};

const IDLE: u64 = 1_000_000;

/// Datagrams: gap, way, length.
fn packets() -> impl Strategy<Value = Vec<Seen>> {
    let gap = prop_oneof![3 => 0_i64..900_000, 1 => 999_999_i64..1_000_003, 1 => 1_000_000_i64..9_000_000];
    prop::collection::vec((gap, any::<bool>(), 28_u32..1500), 1..60).prop_map(|all| {
        let mut micros = 1_000_000_000;
        let mut seen = |(gap, back, length)| {
            micros += gap;
            let (time, side) =
                (Timestamp(micros * 1000), if back { Side::Backward } else { Side::Forward });
            Seen { time, side, length, headers: [20, 8], payload: length - 28, flags: None }
        };
        all.into_iter().map(&mut seen).collect()
    })
}

fn agrees(times: &Times, slow: &Slow) -> bool {
    let samples = &times.samples;
    (samples.count(), samples.sum()) == (slow.0.len() as u64, slow.sum().into())
        && (samples.min(), samples.max()) == (slow.min(), slow.max())
        && samples.whole_mean() == slow.mean().map(|mean| mean as u64)
        && near(samples.deviation(), slow.deviation())
}

proptest! {
    #[test]
    fn numbers_of_random_datagrams(all in packets()) {
        let mut conversation = Conversation::new(all[0].time);
        for packet in &all {
            prop_assert!(!conversation.add(packet, IDLE, false));
        }
        // Cut where it is idle.
        let mut parts: Vec<Vec<Seen>> = vec![Vec::new()];
        let mut idle = Slow::default();
        for (n, packet) in all.iter().enumerate() {
            let gap = n.checked_sub(1).map_or(0, |before| (packet.time - all[before].time).unsigned_abs() / 1000);
            if gap > IDLE {
                idle.0.push(gap);
                parts.push(Vec::new());
            }
            parts.last_mut().unwrap().push(*packet);
        }
        let moments = |list: &[Seen]| list.iter().map(|p| p.time.0 / 1000).collect::<Vec<i64>>();
        let active = Slow(parts.iter().map(|part| Slow::gaps(&moments(part)).sum()).collect());
        prop_assert!(agrees(&conversation.idle, &idle));
        prop_assert!(agrees(&conversation.all_active(), &active));
        prop_assert_eq!(conversation.duration(), Slow::gaps(&moments(&all)).sum());
        for (n, side) in [Side::Forward, Side::Backward].into_iter().enumerate() {
            let of = |list: &[Seen]| list.iter().copied().filter(|p| p.side == side).collect::<Vec<_>>();
            let gaps = Slow(parts.iter().flat_map(|part| Slow::gaps(&moments(&of(part))).0).collect());
            prop_assert!(agrees(&conversation.ways[n].gaps, &gaps));
            let lengths = Slow(of(&all).iter().map(|p| p.length.into()).collect());
            let fast = &conversation.ways[n].lengths;
            prop_assert_eq!((fast.sum(), fast.min(), fast.max()), (lengths.sum().into(), lengths.min(), lengths.max()));
            prop_assert!(near(fast.deviation(), lengths.deviation()));
            prop_assert_eq!(conversation.ways[n].header_bytes, 28 * lengths.0.len() as u64);
        }
    }
}
