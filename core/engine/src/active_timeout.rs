//! Interim records of flows that live long (`core.ACTIVE_TIMEOUT`).
//!
//! A biflow that has lived for so long leaves the table like any other; who it was stays known until it would have timed
//! out. If a packet comes before that, the flow goes on: with its number, its directions, and counters that begin anew.

use std::collections::{BTreeSet, VecDeque};

use flowz_api::checkpoint::{Checkpoint, LoadError, Reader, Writer};
use flowz_api::flow::FlowId;
use flowz_api::key::FlowKey;
use flowz_api::packet::{NANOS, Timestamp};
use flowz_api::status::FlowStat;
use foldhash::fast::RandomState;
use hashbrown::HashMap;

use crate::table::canonical;

/// Most bytes for a flow, while it lives and behind an interim record.
pub(crate) const BYTES_PER_FLOW: usize = 192;

/// Entries that are not worth looking through.
const FEW: usize = 1024;

/// Biflows in the order in which their time is over, and those that may go on.
#[derive(Debug)]
pub(crate) struct ActiveTimeout {
    nanos: i64,
    waiting: VecDeque<Waiting>,
    paused: HashMap<FlowKey, Paused, RandomState>,
    /// When each of them is given up; also of those that went on.
    given_up: VecDeque<(Timestamp, FlowKey)>,
    /// Most of them.
    most: usize,
    /// The flow that goes on with the packet at hand.
    pub(crate) going_on: Option<GoingOn>,
}

/// A biflow that lives, or lived when it was noted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, flowz_api::Checkpoint)]
pub(crate) struct Waiting {
    /// When it has lived for long enough.
    pub(crate) due: Timestamp,
    /// When its first half began.
    pub(crate) first: Timestamp,
    /// Slot of that half.
    pub(crate) at: u32,
    pub(crate) id: FlowId,
}

/// A direction of a biflow that may go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, flowz_api::Checkpoint)]
pub(crate) struct Half {
    /// It looked like a reply.
    pub(crate) inverted: bool,
    /// Its records were those of direction B.
    pub(crate) is_b: bool,
    /// Sequence number of its latest SYN, where `core.TCP_REUSE` asks for it.
    pub(crate) opened: Option<u32>,
}

/// What is known of a biflow of which an interim record was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, flowz_api::Checkpoint)]
pub(crate) struct Paused {
    pub(crate) id: FlowId,
    /// When it times out.
    pub(crate) until: Timestamp,
    /// Its halves, of which there is one at least: the one with the canonical key, and the one with the opposite of that.
    pub(crate) halves: [Option<Half>; 2],
}

/// How a flow goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, flowz_api::Checkpoint)]
pub(crate) struct GoingOn {
    pub(crate) id: FlowId,
    pub(crate) half: Half,
}

impl GoingOn {
    /// The first status bits of the direction.
    pub(crate) fn status(self) -> FlowStat {
        let inverted = if self.half.inverted { FlowStat::INVERTED } else { FlowStat::empty() };
        inverted | FlowStat::CONTINUED
    }
}

impl ActiveTimeout {
    /// For biflows that live for so many seconds, of which no more than so many are kept; nothing if there is no limit.
    pub(crate) fn new(seconds: f64, most: usize) -> Option<Self> {
        let nanos = (seconds * NANOS as f64) as i64;
        (nanos > 0).then(|| Self {
            nanos,
            waiting: VecDeque::new(),
            paused: HashMap::default(),
            given_up: VecDeque::new(),
            most,
            going_on: None,
        })
    }

    /// Writes the flows that live or may go on for the next run.
    pub(crate) fn save(&self, out: &mut Writer<'_>) {
        self.waiting.save(out);
        self.given_up.save(out);
        // Each of them is in that list.
        let mut written = BTreeSet::new();
        for (_, key) in &self.given_up {
            let paused = self.paused.get(key).filter(|paused| written.insert(paused.id));
            paused.copied().save(out);
        }
    }

    /// Takes them over.
    pub(crate) fn resume(&mut self, from: &mut Reader<'_>) -> Result<(), LoadError> {
        self.waiting = VecDeque::load(from)?;
        self.given_up = VecDeque::load(from)?;
        for (_, key) in &self.given_up {
            if let Some(paused) = Option::<Paused>::load(from)? {
                self.paused.insert(*key, paused);
            }
        }
        Ok(())
    }

    /// When a flow that began at a time has lived for long enough.
    pub(crate) fn due(&self, first: Timestamp) -> Timestamp {
        Timestamp(first.0.saturating_add(self.nanos))
    }

    /// A biflow begins. `is_alive` tells which ones still live if so many do.
    pub(crate) fn begin(
        &mut self,
        flow: (FlowId, u32),
        first: Timestamp,
        live: usize,
        is_alive: impl Fn(&Waiting) -> bool,
    ) {
        if self.waiting.len() > 2 * live + FEW {
            self.waiting.retain(is_alive);
        }
        self.wait(flow, first, self.due(first));
    }

    /// Times that go backwards do not put biflows in front of others.
    fn wait(&mut self, (id, at): (FlowId, u32), first: Timestamp, due: Timestamp) {
        let due = self.waiting.back().map_or(due, |last| due.max(last.due));
        self.waiting.push_back(Waiting { due, first, at, id });
    }

    /// A biflow that has timed out, and is there all the same: it is looked at again as if it began now.
    pub(crate) fn wait_again(&mut self, waiting: Waiting, now: Timestamp) {
        self.wait((waiting.id, waiting.at), waiting.first, self.due(now));
    }

    /// The next biflow whose time is over.
    #[inline]
    pub(crate) fn next(&mut self, now: Timestamp) -> Option<Waiting> {
        self.waiting.pop_front_if(|first| first.due <= now)
    }

    /// An interim record of a biflow is written, one of whose halves has this key.
    pub(crate) fn pause(&mut self, key: &FlowKey, paused: Paused) {
        let (key, _) = canonical(key);
        if self.given_up.len() >= self.most {
            self.give_up_first();
        }
        self.given_up.push_back((paused.until, key));
        self.paused.insert(key, paused);
    }

    /// Forgets biflows that have timed out.
    pub(crate) fn give_up(&mut self, now: Timestamp) {
        while self.given_up.front().is_some_and(|(until, _)| *until <= now) {
            self.give_up_first();
        }
    }

    fn give_up_first(&mut self) {
        let Some((until, key)) = self.given_up.pop_front() else { return };
        // It may have gone on, and have paused again.
        if self.paused.get(&key).is_some_and(|paused| paused.until == until) {
            self.paused.remove(&key);
        }
    }

    /// Whether a flow goes on with a packet of this key, which opens a TCP connection with this number.
    pub(crate) fn go_on(&mut self, key: &FlowKey, now: Timestamp, opens: Option<u32>) -> bool {
        self.going_on = self.paused(key, now, opens);
        self.going_on.is_some()
    }

    fn paused(&mut self, key: &FlowKey, now: Timestamp, opens: Option<u32>) -> Option<GoingOn> {
        let (key, swapped) = canonical(key);
        let Paused { id, until, halves } = self.paused.remove(&key)?;
        if until <= now {
            return None;
        }
        let [own, other] = if swapped { [halves[1], halves[0]] } else { halves };
        let half = own.or_else(|| {
            // The opposite of the one that was there.
            let inverted = !other?.inverted;
            Some(Half { inverted, is_b: inverted, opened: None })
        })?;
        if opens.is_some() && opens != half.opened {
            return None;
        }
        Some(GoingOn { id, half })
    }
}

#[cfg(test)]
mod tests {
    use super::{ActiveTimeout, FEW, GoingOn, Half, Paused, Waiting};
    use flowz_api::flow::FlowId;
    use flowz_api::key::FlowKey;
    use flowz_api::packet::Timestamp;

    fn at(seconds: i64) -> Timestamp {
        Timestamp(seconds * 1_000_000_000)
    }

    fn key(port: u16) -> FlowKey {
        FlowKey { src: [9; 16], dst: [2; 16], src_port: port, dst_port: 80, ..FlowKey::default() }
    }

    const REQUEST: Half = Half { inverted: false, is_b: false, opened: Some(7) };
    const REPLY: Half = Half { inverted: true, is_b: true, opened: None };

    #[test]
    fn due_in_the_order_of_their_beginnings() {
        assert!(ActiveTimeout::new(0.0, 9).is_none());
        let mut all = ActiveTimeout::new(60.0, 9).unwrap();
        for (n, first) in [(1, 100), (2, 90), (3, 101)] {
            all.begin((FlowId(n), n as u32), at(first), 3, |_| true);
        }
        assert_eq!(all.next(at(159)), None);
        let mut due =
            |now| std::iter::from_fn(|| all.next(at(now))).map(|w| w.id.0).collect::<Vec<_>>();
        assert_eq!(due(160), [1, 2]);
        assert_eq!(due(161), [3]);
        let late = Waiting { due: at(160), first: at(90), at: 2, id: FlowId(2) };
        all.wait_again(late, at(170));
        assert_eq!(
            (all.next(at(229)), all.next(at(230))),
            (None, Some(Waiting { due: at(230), ..late }))
        );
    }

    /// Flows that have gone are not kept until their time would have been over.
    #[test]
    fn bounded() {
        let mut all = ActiveTimeout::new(1e6, 2).unwrap();
        for n in 0..10 * FEW as u64 {
            all.begin((FlowId(n), 0), at(0), 3, |waiting| waiting.id.0 + 3 > n);
        }
        assert!(all.waiting.len() <= FEW + 7, "{}", all.waiting.len());
        for port in 1..=3 {
            let halves = [Some(REQUEST), None];
            all.pause(&key(port), Paused { id: FlowId(port.into()), until: at(50), halves });
        }
        assert_eq!((all.paused.len(), all.given_up.len()), (2, 2));
        assert_eq!(all.paused(&key(1), at(1), None), None, "the one that paused first is given up");
        all.give_up(at(49));
        assert_eq!(all.paused.len(), 2);
        all.give_up(at(50));
        assert_eq!((all.paused.len(), all.given_up.len()), (0, 0));
    }

    #[test]
    fn both_directions_go_on() {
        let mut all = ActiveTimeout::new(60.0, 9).unwrap();
        let go_on = |all: &mut ActiveTimeout, key: &FlowKey, halves, opens| {
            let paused = Paused { id: FlowId(5), until: at(50), halves };
            // The canonical key begins with the smaller address: it is that of replies.
            all.pause(key, paused);
            all.paused(key, at(49), opens)
        };
        let (up, down) = (key(1), key(1).reversed());
        let both = [Some(REPLY), Some(REQUEST)];
        let goes_on = |half| Some(GoingOn { id: FlowId(5), half });
        assert_eq!(go_on(&mut all, &up, both, None), goes_on(REQUEST));
        assert_eq!(go_on(&mut all, &down, both, None), goes_on(REPLY));
        assert_eq!(go_on(&mut all, &up, both, Some(7)), goes_on(REQUEST), "its SYN again");
        assert_eq!(go_on(&mut all, &up, both, Some(8)), None, "another connection");
        let opposite = Half { inverted: true, is_b: true, opened: None };
        assert_eq!(go_on(&mut all, &down, [None, Some(REQUEST)], None), goes_on(opposite));
        assert_eq!(all.paused(&up, at(49), None), None, "it has gone on");
        all.pause(&up, Paused { id: FlowId(5), until: at(50), halves: both });
        assert_eq!(all.paused(&up, at(50), None), None, "too late");
    }

    /// What was noted of a pause before does not end a later one.
    #[test]
    fn pauses_again() {
        let mut all = ActiveTimeout::new(60.0, 9).unwrap();
        let halves = [None, Some(REQUEST)];
        all.pause(&key(1), Paused { id: FlowId(5), until: at(50), halves });
        assert!(all.paused(&key(1), at(10), None).is_some());
        all.pause(&key(1), Paused { id: FlowId(5), until: at(90), halves });
        all.give_up(at(60));
        assert!(all.paused(&key(1), at(60), None).is_some());
    }
}
