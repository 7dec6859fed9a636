//! Any order and any split gives the datagram back; memory stays below its limit, whatever comes.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

use flowz_api::layers::Layers;
use flowz_api::packet::{LinkType, Packet, Timestamp};

use super::tests::{counts, reassembly, v4};
use super::{Policy, Reassembly};

fn config(cases: u32) -> Config {
    let rng_seed = RngSeed::Fixed(815);
    Config { cases, rng_seed, failure_persistence: None, ..Config::default() }
}

fn policy() -> impl Strategy<Value = Policy> {
    prop_oneof![Just(Policy::First), Just(Policy::Last), Just(Policy::Bsd)]
}

fn feed(r: &mut Reassembly, at: i64, data: &[u8]) -> Option<Vec<u8>> {
    let (ts, wire_len) = (Timestamp(at), data.len() as u32);
    let packet = Packet { ts, wire_len, link: LinkType::RAW, interface: 0, data };
    let mut layers = Layers::default();
    flowz_decode::decode(&packet, flowz_decode::Settings::default(), &mut layers).ok()?;
    r.packet(&packet, &mut layers).map(|whole| whole.bytes.to_vec())
}

/// A datagram and ranges of it (in units of eight bytes) that together cover it, in any order.
fn split() -> impl Strategy<Value = (Vec<u8>, Vec<(usize, usize)>)> {
    let bytes = prop::collection::vec(any::<u8>(), 9..600);
    bytes.prop_flat_map(|bytes| {
        let units = bytes.len().div_ceil(8);
        let cuts = prop::collection::btree_set(1..units, 1..units.min(12));
        let more = prop::collection::vec((0..units, 1..=units), 0..6);
        (Just(bytes), cuts, more).prop_flat_map(move |(bytes, cuts, more)| {
            let starts = std::iter::once(0).chain(cuts.iter().copied());
            let ends = cuts.iter().copied().chain([units]);
            let mut parts: Vec<_> = starts.zip(ends).collect();
            parts.extend(more.into_iter().map(|(start, len)| (start, (start + len).min(units))));
            (Just(bytes), Just(parts).prop_shuffle())
        })
    })
}

/// Bytes, and fragments that share ranges but not bytes: where each begins and what fills it.
fn clashes() -> impl Strategy<Value = Vec<(usize, usize, u8)>> {
    prop::collection::vec((0usize..12, 1usize..6, any::<u8>()), 1..12)
}

/// What the policies mean, byte by byte.
fn model(parts: &[(usize, usize, u8)], keep_first: bool) -> [Option<u8>; 160] {
    let mut all = [None; 160];
    for &(start, len, value) in parts {
        for byte in &mut all[start * 8..(start + len) * 8] {
            *byte = byte.filter(|_| keep_first).or(Some(value));
        }
    }
    all
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn any_split_in_any_order_gives_the_datagram((bytes, parts) in split(), policy in policy()) {
        let mut r = reassembly(policy);
        let whole = parts.iter().find_map(|&(from, to)| {
            let (from, to) = (from * 8, (to * 8).min(bytes.len()));
            feed(&mut r, 0, &v4(1, from, to < bytes.len(), &bytes[from..to]))
        });
        prop_assert_eq!(whole, Some(bytes));
        counts(&mut r);
    }

    #[test]
    fn the_policy_decides_about_each_byte(parts in clashes(), keep_first in any::<bool>()) {
        let mut r = reassembly(if keep_first { Policy::First } else { Policy::Last });
        for &(start, len, value) in &parts {
            prop_assert_eq!(feed(&mut r, 0, &v4(1, start * 8, true, &vec![value; len * 8])), None);
        }
        // Gaps are filled at the end, and then the last fragment comes.
        let mut expected = model(&parts, keep_first);
        for unit in 0..20 {
            if expected[unit * 8].is_none() {
                feed(&mut r, 0, &v4(1, unit * 8, true, &[7; 8]));
                expected[unit * 8..unit * 8 + 8].fill(Some(7));
            }
        }
        let whole = feed(&mut r, 0, &v4(1, 160, false, &[9]));
        let expected: Vec<_> = expected.into_iter().flatten().chain([9]).collect();
        prop_assert_eq!(whole, Some(expected));
    }
}

proptest! {
    #![proptest_config(config(40))]

    #[test]
    fn memory_stays_below_the_limit(
        parts in prop::collection::vec((0u16..400, 0usize..8190, any::<bool>(), 0usize..200), 1..2000),
        policy in policy(),
    ) {
        let mut r = reassembly(policy);
        for (n, (id, unit, more, len)) in parts.iter().enumerate() {
            feed(&mut r, n as i64 * 50_000_000, &v4(*id, unit * 8, *more, &vec![*id as u8; *len]));
            prop_assert!(r.memory() <= r.limits.memory);
        }
        let counts = counts(&mut r);
        prop_assert_eq!(counts.fates.iter().sum::<u64>(), parts.iter().filter(|p| p.1 > 0 || p.2).count() as u64);
    }
}
