//! Rules of records one by one, and all numbers against a slow reference.

use proptest::prelude::*;

use super::state::{End, Link, Record, Seen};
use super::tunnel;
use crate::biflow::Side;
use crate::slow::{Slow, both_near, near};
use Side::{Backward, Forward};
use flowz_api::token::Token;

fn packet(ms: i64, side: Side, size: u32) -> Seen {
    Seen { ms, side, size, flags: 0 }
}

fn record(packets: &[Seen]) -> Record {
    let mut record = Record::new(packets[0].side, Link::default(), 4);
    for packet in packets {
        record.add(packet);
    }
    record
}

#[test]
fn when_a_record_ends() {
    let r = record(&[packet(1000, Forward, 1), packet(2000, Backward, 1)]);
    let end = |ms| r.has_ended(ms, 120_000, 1_800_000);
    assert_eq!((end(121_999), end(122_000)), (None, Some(End::Idle)));
    let end = |ms| r.has_ended(ms, 10_000_000, 1_800_000);
    assert_eq!((end(1_800_999), end(1_801_000)), (None, Some(End::Active)));
    assert_eq!(r.has_ended(5_000_000, 120_000, 1_800_000), Some(End::Idle), "idle first");
    assert_eq!(Record::new(Forward, Link::default(), 1).has_ended(9, 1, 1), None);
}

#[test]
fn the_first_packets() {
    let r = record(&[
        packet(10, Backward, 5),
        packet(10, Forward, 6),
        packet(17, Backward, 7),
        packet(20, Backward, 8),
        packet(90, Forward, 9),
    ]);
    assert_eq!(r.packets.directions, [Some(0), Some(1), Some(0), Some(0)]);
    assert_eq!(r.packets.sizes, [Some(5), Some(6), Some(7), Some(8)]);
    assert_eq!(r.packets.gaps, [Some(0), Some(0), Some(7), Some(3)]);
    assert_eq!(record(&[packet(0, Forward, 1)]).packets.sizes, [Some(1), None, None, None]);
}

#[test]
fn tunnels_with_ip_in_them() {
    use Token::{CapwapData, Eth, Gtp, Ipv4, Ipv6, Udp};
    assert_eq!(tunnel(&[Eth, Ipv4, Udp, Gtp, Ipv6, Udp]), 1);
    assert_eq!(tunnel(&[Eth, Ipv4, Udp, Gtp]), 0, "a control message");
    assert_eq!(tunnel(&[Eth, Ipv4, Udp, CapwapData, Ipv4]), 2);
    assert_eq!(tunnel(&[Eth, Ipv4, Ipv6, Udp]), 0);
    assert_eq!(tunnel(&[]), 0);
}

/// Times since the packet before, ways, sizes, flags.
fn packets() -> impl Strategy<Value = Vec<Seen>> {
    let one = (0_i64..5000, any::<bool>(), 0_u32..70_000, any::<u8>());
    prop::collection::vec(one, 1..60).prop_map(|all| {
        let mut ms = 1_700_000_000_000;
        let mut seen = |(gap, back, size, flags)| {
            ms += gap;
            Seen { ms, side: if back { Backward } else { Forward }, size, flags }
        };
        all.into_iter().map(&mut seen).collect()
    })
}

proptest! {
    #[test]
    fn numbers_of_random_packets(all in packets()) {
        let r = record(&all);
        let of = |keep: &dyn Fn(&Seen) -> bool| all.iter().copied().filter(|p| keep(p)).collect();
        let forward = |p: &Seen| p.side == all[0].side;
        let lists: [Vec<Seen>; 3] = [of(&|_| true), of(&forward), of(&|p| !forward(p))];
        for (list, part) in lists.iter().zip([&r.all, &r.ways[0], &r.ways[1]]) {
            let moments: Vec<i64> = list.iter().map(|p| p.ms).collect();
            let sizes = Slow(list.iter().map(|p| p.size.into()).collect());
            let gaps = Slow::gaps(&moments);
            prop_assert_eq!((part.first, part.last), (moments.first().copied(), moments.last().copied()));
            prop_assert_eq!(part.duration(), gaps.sum());
            prop_assert_eq!(part.sizes.count(), list.len() as u64);
            for (slow, fast) in [(&sizes, part.sizes), (&gaps, part.gaps)] {
                prop_assert_eq!((fast.sum(), fast.min(), fast.max()), (slow.sum().into(), slow.min(), slow.max()));
                prop_assert!(both_near(fast.mean(), slow.mean()) && near(fast.deviation(), slow.deviation()));
            }
            for bit in 0..8 {
                let with = list.iter().filter(|p| p.flags & 1 << bit != 0).count();
                prop_assert_eq!(part.flags[bit], with as u64);
            }
        }
        let firsts: Vec<_> = all.iter().take(4).map(|p| Some(p.size)).collect();
        prop_assert_eq!(&r.packets.sizes[..firsts.len()], &firsts[..]);
    }
}
