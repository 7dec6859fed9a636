//! Finds the rows that may match a conversation without looking at all of them.
//!
//! A row is kept under the side that says more: under each of its prefixes and, if they are few, each of its ports. Rows under
//! the same prefix and port form a tree by time. A search asks for each length of prefix that there is, with and without the
//! port, at both ends of the conversation: some hundred look-ups at most, and then in the logarithm of the number of rows.

use std::cmp::Reverse;
use std::collections::HashMap;

use flowz_places::{Prefix, PrefixTable};

use super::rule::{Conversation, Rule, Side, Window};

/// Most single ports under which a row is kept; with more, or with ranges, it is kept once for all ports.
const FEW_PORTS: usize = 16;

/// The rows by prefix and port.
#[derive(Debug, Default)]
pub(crate) struct Index {
    near: PrefixTable<ByPort>,
    anywhere: ByPort,
}

/// Rows by port; without one they are for all ports.
type ByPort = HashMap<Option<u16>, ByTime>;

/// Rows by time.
#[derive(Debug, Default)]
struct ByTime {
    /// By the beginning of their windows.
    rows: Vec<(Window, u32)>,
    /// For the middle of each part of `rows` that is halved: the latest end in the part.
    latest: Vec<i64>,
}

impl Index {
    /// Of these rows.
    pub(crate) fn new(rules: &[Rule]) -> Self {
        let mut index = Self::default();
        let mut places = Vec::new();
        for (number, rule) in (0..).zip(rules) {
            let side = if says(&rule.src) > says(&rule.dst) { &rule.src } else { &rule.dst };
            let ports: Vec<_> = if few_ports(side) {
                side.ports.iter().map(|(port, _)| Some(*port)).collect()
            } else {
                vec![None]
            };
            for prefix in &side.prefixes {
                let by_port = index.near.entry(*prefix, || {
                    places.push(*prefix);
                    ByPort::new()
                });
                add(by_port, &ports, rule.window, number);
            }
            if side.prefixes.is_empty() {
                add(&mut index.anywhere, &ports, rule.window, number);
            }
        }
        sort(&mut index.anywhere);
        for prefix in places {
            sort(index.near.entry(prefix, ByPort::new));
        }
        index
    }

    /// Replaces `found` by the numbers of all rows that may match, in the order of the file.
    pub(crate) fn candidates(&self, c: &Conversation, found: &mut Vec<u32>) {
        found.clear();
        for (address, port) in [c.src, c.dst] {
            let near = address.into_iter().flat_map(|address| self.near.all(address));
            for by_port in near.chain([&self.anywhere]) {
                for key in [None, Some(port)] {
                    if let Some(rows) = by_port.get(&key) {
                        rows.collect((c.first, c.last), found);
                    }
                }
            }
        }
        found.sort_unstable();
        found.dedup();
    }
}

/// How much a side says: how few addresses its largest prefix has, then whether its ports are few.
fn says(side: &Side) -> (Reverse<u8>, bool) {
    let free = side.prefixes.iter().map(Prefix::free_bits).max();
    (Reverse(free.unwrap_or(u8::MAX)), few_ports(side))
}

/// Whether a side has ports, few, and no ranges.
fn few_ports(side: &Side) -> bool {
    let count = side.ports.len();
    (1..=FEW_PORTS).contains(&count) && side.ports.iter().all(|(first, last)| first == last)
}

fn add(by_port: &mut ByPort, ports: &[Option<u16>], window: Window, number: u32) {
    for port in ports {
        by_port.entry(*port).or_default().rows.push((window, number));
    }
}

#[expect(clippy::iter_over_hash_type, reason = "each is sorted by itself")]
fn sort(by_port: &mut ByPort) {
    for rows in by_port.values_mut() {
        rows.rows.sort_unstable_by_key(|(window, number)| (window.start, *number));
        rows.latest = vec![i64::MIN; rows.rows.len()];
        latest(&rows.rows, &mut rows.latest);
    }
}

/// Notes the latest end of each part at its middle; yields that of the whole.
fn latest(rows: &[(Window, u32)], out: &mut [i64]) -> i64 {
    let middle = rows.len() / 2;
    let Some((window, _)) = rows.get(middle) else { return i64::MIN };
    let before = latest(&rows[..middle], &mut out[..middle]);
    let behind = latest(&rows[middle + 1..], &mut out[middle + 1..]);
    out[middle] = window.end.max(before).max(behind);
    out[middle]
}

impl ByTime {
    /// Adds the rows whose windows have part of the time from the first to the last moment.
    fn collect(&self, time: (i64, i64), found: &mut Vec<u32>) {
        within(&self.rows, &self.latest, time, found);
    }
}

fn within(rows: &[(Window, u32)], latest: &[i64], (first, last): (i64, i64), found: &mut Vec<u32>) {
    let middle = rows.len() / 2;
    let Some((window, number)) = rows.get(middle) else { return };
    if latest[middle] <= first {
        return;
    }
    within(&rows[..middle], &latest[..middle], (first, last), found);
    if window.start > last {
        return;
    }
    if first < window.end {
        found.push(*number);
    }
    within(&rows[middle + 1..], &latest[middle + 1..], (first, last), found);
}

#[cfg(test)]
mod tests {
    use super::{Conversation, Index, Rule, Side, Window};
    use crate::flow_label::rule::When;
    use std::net::{IpAddr, Ipv4Addr};

    /// Numbers that look like chance.
    struct Chance(u64);

    impl Chance {
        fn below(&mut self, most: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % most
        }
    }

    fn address(chance: &mut Chance) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 | chance.below(64) as u32))
    }

    fn side(chance: &mut Chance) -> Side {
        let prefixes = (0..chance.below(3))
            .map(|_| flowz_places::Prefix::of(address(chance), 24 + chance.below(9) as u8));
        let prefixes = prefixes.collect();
        let ports = match chance.below(4) {
            0 => vec![],
            1 => vec![(2, 5)],
            n => (0..n).map(|_| chance.below(8) as u16).map(|p| (p, p)).collect(),
        };
        Side { prefixes, ports }
    }

    fn rule(chance: &mut Chance, line: u32) -> Rule {
        let start = chance.below(1000) as i64;
        let window = match chance.below(5) {
            0 => Window::ALWAYS,
            _ => Window { start, end: start + 1 + chance.below(200) as i64 },
        };
        let proto = [None, Some(6), Some(17)][chance.below(3) as usize];
        let (src, dst) = (side(chance), side(chance));
        Rule { line, window, src, dst, proto, forward: chance.below(2) == 0, label: 0 }
    }

    /// Those that match, found by the index, are those that match of all.
    #[test]
    fn as_by_looking_at_all() {
        let mut chance = Chance(4);
        let mut matched = 0;
        for round in 0..20 {
            let rules: Vec<_> = (0..10 * round).map(|n| rule(&mut chance, n)).collect();
            let index = Index::new(&rules);
            let mut found = vec![9];
            for _ in 0..200 {
                let first = chance.below(1300) as i64 - 50;
                let ends = [0, 1].map(|_| {
                    let address = (chance.below(9) > 0).then(|| address(&mut chance));
                    (address, chance.below(8) as u16)
                });
                let last = first + chance.below(300) as i64;
                let c = Conversation { first, last, src: ends[0], dst: ends[1], proto: 6 };
                index.candidates(&c, &mut found);
                for when in [When::Begins, When::Overlaps, When::Whole] {
                    let all = |n: &u32| rules[*n as usize].matches(&c, when);
                    let by_index: Vec<_> = found.iter().copied().filter(all).collect();
                    let by_all: Vec<_> = (0..rules.len() as u32).filter(all).collect();
                    matched += by_all.len();
                    assert_eq!(by_index, by_all, "{c:?} {when:?}");
                }
            }
        }
        assert!(matched > 1000, "{matched}");
    }

    /// A hundred thousand rows about one host, each with a window of its own: few are looked at.
    #[test]
    fn many_rows_about_one_host() {
        let host: IpAddr = "192.0.2.1".parse().unwrap();
        let one = |n: u32| Rule {
            line: n,
            window: Window { start: i64::from(n) * 10, end: i64::from(n) * 10 + 15 },
            src: Side { prefixes: vec![flowz_places::Prefix::of(host, 32)], ports: vec![] },
            dst: Side::default(),
            proto: None,
            forward: false,
            label: n % 2,
        };
        let rules: Vec<_> = (0..100_000).map(one).collect();
        let index = Index::new(&rules);
        let mut found = Vec::new();
        let (src, dst) = ((Some(host), 1), ("198.51.100.1".parse().ok(), 2));
        let c = Conversation { first: 500_002, last: 500_003, src, dst, proto: 6 };
        index.candidates(&c, &mut found);
        assert_eq!(found, [49_999, 50_000]);
    }
}
