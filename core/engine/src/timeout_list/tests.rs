//! The list against a model that follows the reference's rules word by word, without any short cut.

use flowz_api::flow::{Flow, FlowId};
use flowz_api::packet::Timestamp;
use flowz_api::plugin::{TimeoutId, Timeouts};
use flowz_api::status::FlowStat;

use super::{TimeoutList, age};
use crate::table::{NIL, Slot};

const VALUES: [f32; 5] = [182.0, 120.0, 610.0, 10.0, 0.1];

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Item {
    Flow(u32),
    Sentinel(usize),
}

/// The list as a vector, the head first.
struct Model {
    items: Vec<Item>,
    values: Vec<f32>,
}

impl Model {
    fn new() -> Self {
        let mut values = VALUES.to_vec();
        values.sort_by(|a, b| b.total_cmp(a));
        Self { items: (0..values.len()).map(Item::Sentinel).collect(), values }
    }

    fn remove(&mut self, flow: u32) {
        self.items.retain(|i| *i != Item::Flow(flow));
    }

    fn move_to_head(&mut self, flow: u32) {
        self.remove(flow);
        self.items.insert(0, Item::Flow(flow));
    }

    fn sweep(&mut self, slots: &[Slot], timeouts: &Timeouts, now: Timestamp) -> Vec<u32> {
        let mut out = Vec::new();
        let due = |at: u32| {
            let flow = &slots[at as usize].flow;
            age(now, flow.last) >= timeouts.seconds(slots[at as usize].timeout)
        };
        for n in 0..self.values.len() {
            let me = self.items.iter().position(|i| *i == Item::Sentinel(n)).unwrap();
            let in_front: Vec<_> = self.items[..me].iter().rev().copied().collect();
            let mut stop = None;
            for item in in_front {
                let Item::Flow(at) = item else { continue };
                if !self.items.contains(&item) {
                    continue;
                }
                if age(now, slots[at as usize].flow.last) < self.values[n] {
                    stop = Some(item);
                    break;
                }
                let peer = slots[at as usize].peer;
                if due(at) && (peer == NIL || due(peer)) {
                    self.remove(at);
                    self.remove(peer);
                    out.push(at);
                }
            }
            self.items.retain(|i| *i != Item::Sentinel(n));
            let place = stop.map_or(0, |s| self.items.iter().position(|i| *i == s).unwrap() + 1);
            self.items.insert(place, Item::Sentinel(n));
        }
        out
    }
}

fn slot(now: Timestamp, timeout: u8, peer: u32) -> Slot {
    let status = FlowStat::empty();
    let flow = Flow { id: FlowId(1), first: now, last: now, status };
    let mut slot = Slot::new(flow, peer);
    slot.timeout = TimeoutId(timeout);
    slot
}

/// Steps of time in nanoseconds; every now and then one goes back.
fn step(dice: &mut Dice) -> i64 {
    let width = [1_000, 50_000_000, 2_000_000_000, 40_000_000_000][dice.roll(4) as usize];
    let forward = dice.roll(width) as i64;
    if dice.roll(25) == 0 { -forward } else { forward }
}

fn run(seed: u64) {
    let mut dice = Dice(seed);
    let mut timeouts = Timeouts::default();
    for value in VALUES {
        timeouts.register(value).unwrap();
    }
    let (mut list, mut model) = (TimeoutList::new(&timeouts), Model::new());
    let mut slots: Vec<Slot> = Vec::new();
    let mut alive: Vec<u32> = Vec::new();
    let mut now = Timestamp::new(1_000_000, 0);
    for _ in 0..600 {
        now.0 += step(&mut dice);
        let mut out = Vec::new();
        let expected = model.sweep(&slots, &timeouts, now);
        list.sweep(&mut slots, &timeouts, now, &mut out);
        assert_eq!(out, expected, "seed {seed} at {now}");
        alive.retain(|at| model.items.contains(&Item::Flow(*at)));
        let timeout = dice.roll(5) as u8;
        if alive.is_empty() || dice.roll(3) == 0 {
            let at = slots.len() as u32;
            let lone = |at: &&u32| slots[**at as usize].peer == NIL;
            let peer = alive.iter().find(lone).copied().filter(|_| dice.roll(2) == 0);
            slots.push(slot(now, timeout, peer.unwrap_or(NIL)));
            if let Some(peer) = peer {
                slots[peer as usize].peer = at;
            }
            list.push(&mut slots, at);
            model.move_to_head(at);
            alive.push(at);
        } else {
            let at = alive[dice.roll(alive.len() as u64) as usize];
            if dice.roll(8) == 0 {
                list.seen(&slots, at);
            } else {
                list.touch(&mut slots, at);
                model.move_to_head(at);
            }
            slots[at as usize].flow.last = now;
            slots[at as usize].timeout = TimeoutId(timeout);
        }
    }
}

#[test]
fn same_as_the_model() {
    (0..200).for_each(run);
}

#[test]
fn the_flow_that_leaves_next_is_told_once() {
    let mut timeouts = Timeouts::default();
    for seconds in [182.0, 10.0] {
        timeouts.register(seconds).unwrap();
    }
    let mut list = TimeoutList::new(&timeouts);
    let at = |millis: i64| Timestamp(millis * 1_000_000);
    // One that stays longer, and two that leave after ten seconds.
    let mut slots = vec![slot(at(0), 0, NIL), slot(at(1_000), 1, NIL), slot(at(1_200), 1, NIL)];
    (0..3).for_each(|flow| list.push(&mut slots, flow));
    let mut sweep = |millis| {
        let mut out = Vec::new();
        list.sweep(&mut slots, &timeouts, at(millis), &mut out);
        (out, list.take_next())
    };
    assert_eq!(sweep(9_000), (vec![], None), "too early");
    assert_eq!(sweep(10_900), (vec![], Some(1)));
    assert_eq!(sweep(10_950), (vec![], None));
    assert_eq!(sweep(11_000), (vec![1], Some(2)));
    assert_eq!(sweep(11_200), (vec![2], None));
    assert_eq!(sweep(183_000), (vec![0], None));
}

#[test]
fn the_oldest_is_at_the_tail() {
    let mut timeouts = Timeouts::default();
    timeouts.register(182.0).unwrap();
    let mut list = TimeoutList::new(&timeouts);
    let mut slots = vec![slot(Timestamp(0), 0, NIL), slot(Timestamp(1), 0, NIL)];
    assert_eq!(list.oldest(&slots), None);
    list.push(&mut slots, 0);
    list.push(&mut slots, 1);
    assert_eq!(list.oldest(&slots), Some(0));
    list.touch(&mut slots, 0);
    assert_eq!(list.oldest(&slots), Some(1));
}
