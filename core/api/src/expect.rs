//! Flows that will come: a plugin reads in one flow that another is about to begin (the data connection of FTP, the
//! media of a call), announces it, and is told when it does.

use std::collections::VecDeque;

use crate::Checkpoint;
use crate::flow::FlowId;
use crate::key::FlowKey;
use crate::packet::Timestamp;
use crate::slab::FlowIndex;

/// What is known of a flow that will come: of its first packet, in the direction of that packet. It is met once,
/// with `both_ways` by one flow number.
///
/// What is not known is left open: at least one address must be known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub struct Expectation {
    /// Protocol number of layer 4.
    pub proto: u8,
    /// Source address, as in [`FlowKey`].
    pub src: Option<[u8; 16]>,
    /// Source port.
    pub src_port: Option<u16>,
    /// Destination address.
    pub dst: Option<[u8; 16]>,
    /// Destination port.
    pub dst_port: Option<u16>,
    /// Its first packet may go the other way too: either the flow begins with the answer, or its first packets are
    /// missing. The plugin is told of each direction that begins; the two count as one.
    pub both_ways: bool,
    /// When it is given up.
    pub until: Timestamp,
    /// Something that the plugin wants to be reminded of.
    pub tag: u64,
}

/// A flow that was expected has begun.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub struct Announcement {
    /// Number of the flow in which it was announced.
    pub by: FlowId,
    /// What the plugin wanted to be reminded of.
    pub tag: u64,
    /// Slot of the announcing direction.
    pub slot: FlowIndex,
}

/// How many flows were announced, and what became of that.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub struct ExpectationCounts {
    /// Announced.
    pub announced: u64,
    /// Begun in time.
    pub met: u64,
    /// Given up because their time was over.
    pub expired: u64,
    /// Given up for want of room.
    pub dropped: u64,
}

/// An expectation and who has it.
#[derive(Clone, Copy, Debug, Checkpoint)]
struct Entry {
    wanted: Expectation,
    announcement: Announcement,
    /// The flow that it was, while its opposite direction may still come.
    met: Option<FlowId>,
}

/// The flows that one plugin expects, oldest announcement first.
#[derive(Debug, Default, Checkpoint)]
pub struct Expectations {
    entries: VecDeque<Entry>,
    counts: ExpectationCounts,
}

/// Most flows that a plugin expects at once; the oldest announcement is dropped for a new one.
const MOST: usize = 4096;

impl Expectation {
    /// Whether a flow is the one.
    fn is(&self, key: &FlowKey) -> bool {
        self.is_this_way(key) || self.both_ways && self.is_this_way(&key.reversed())
    }

    fn is_this_way(&self, key: &FlowKey) -> bool {
        let port = |wanted: Option<u16>, port| wanted.is_none_or(|wanted| wanted == port);
        let address = |wanted: Option<[u8; 16]>, address| wanted.is_none_or(|w| w == address);
        self.proto == key.proto
            && port(self.dst_port, key.dst_port)
            && port(self.src_port, key.src_port)
            && address(self.dst, key.dst)
            && address(self.src, key.src)
    }
}

impl Expectations {
    /// Announces a flow.
    pub fn announce(&mut self, wanted: Expectation, announcement: Announcement) {
        self.counts.announced += 1;
        if self.entries.len() >= MOST {
            let oldest = self.entries.pop_front();
            self.counts.dropped += u64::from(oldest.is_some_and(|entry| entry.met.is_none()));
        }
        self.entries.push_back(Entry { wanted, announcement, met: None });
    }

    /// Whether no flow is expected.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// A flow with this number begins, or its opposite direction: was it expected?
    pub fn begins(&mut self, key: &FlowKey, id: FlowId, now: Timestamp) -> Option<Announcement> {
        let expired = &mut self.counts.expired;
        self.entries.retain(|entry| {
            let stays = entry.wanted.until >= now;
            *expired += u64::from(!stays && entry.met.is_none());
            stays
        });
        if let Some(at) = self.entries.iter().position(|entry| entry.met == Some(id)) {
            return self.entries.remove(at).map(|entry| entry.announcement);
        }
        let is_it = |entry: &Entry| entry.met.is_none() && entry.wanted.is(key);
        let at = self.entries.iter().position(is_it)?;
        self.counts.met += 1;
        let entry = self.entries.get_mut(at)?;
        if entry.wanted.both_ways {
            entry.met = Some(id);
            return Some(entry.announcement);
        }
        self.entries.remove(at).map(|entry| entry.announcement)
    }

    /// Adds what another instance has counted.
    pub fn add_counts(&mut self, other: ExpectationCounts) {
        self.counts.announced += other.announced;
        self.counts.met += other.met;
        self.counts.expired += other.expired;
        self.counts.dropped += other.dropped;
    }

    /// What became of all announcements; those that are open are counted as announced only.
    pub fn counts(&self) -> ExpectationCounts {
        self.counts
    }
}

#[cfg(test)]
mod tests {
    use super::{Announcement, Expectation, ExpectationCounts, Expectations, MOST};
    use crate::flow::FlowId;
    use crate::key::FlowKey;
    use crate::packet::Timestamp;
    use crate::slab::FlowIndex;

    fn key(dst_port: u16) -> FlowKey {
        FlowKey { src: [1; 16], dst: [2; 16], dst_port, proto: 17, ..FlowKey::default() }
    }

    fn wanted(dst_port: Option<u16>, until: i64) -> Expectation {
        let (src, dst) = (None, Some([2; 16]));
        let until = Timestamp(until);
        let both_ways = false;
        Expectation { proto: 17, src, src_port: None, dst, dst_port, both_ways, until, tag: 0 }
    }

    fn by(flow: u64) -> Announcement {
        Announcement { by: FlowId(flow), tag: 0, slot: FlowIndex(0) }
    }

    #[test]
    fn met_once_and_in_time() {
        let mut all = Expectations::default();
        all.announce(wanted(Some(5000), 100), by(1));
        all.announce(wanted(None, 50), by(2));
        assert_eq!(
            all.begins(&key(5001), FlowId(9), Timestamp(60)),
            None,
            "too late for the second one"
        );
        let other = FlowKey { proto: 6, ..key(5000) };
        assert_eq!(all.begins(&other, FlowId(9), Timestamp(60)), None);
        assert_eq!(all.begins(&key(5000), FlowId(9), Timestamp(100)), Some(by(1)));
        assert_eq!(all.begins(&key(5000), FlowId(9), Timestamp(100)), None);
        let counts = ExpectationCounts { announced: 2, met: 1, expired: 1, dropped: 0 };
        assert_eq!((all.counts(), all.is_empty()), (counts, true));
    }

    #[test]
    fn both_directions_are_one_flow() {
        let other_way = |n: u16| FlowKey { src_port: 69, ..key(n) }.reversed();
        for (first, second) in [(key(5000), other_way(5000)), (other_way(5000), key(5000))] {
            let mut all = Expectations::default();
            for flow in [1, 2] {
                let wanted = Expectation { both_ways: true, ..wanted(Some(5000), 100) };
                all.announce(wanted, by(flow));
            }
            assert_eq!(all.begins(&key(5001), FlowId(7), Timestamp(1)), None);
            assert_eq!(all.begins(&first, FlowId(8), Timestamp(1)), Some(by(1)));
            assert_eq!(all.begins(&second, FlowId(8), Timestamp(2)), Some(by(1)));
            assert_eq!(all.begins(&second, FlowId(9), Timestamp(3)), Some(by(2)));
            assert_eq!(all.begins(&first, FlowId(9), Timestamp(101)), None, "too late");
            let counts = ExpectationCounts { announced: 2, met: 2, expired: 0, dropped: 0 };
            assert_eq!((all.counts(), all.is_empty()), (counts, true));
        }
    }

    #[test]
    fn bounded() {
        let mut all = Expectations::default();
        for flow in 0..MOST as u64 + 3 {
            all.announce(wanted(Some(1), 100), by(flow));
        }
        assert_eq!(all.counts().dropped, 3);
        assert_eq!(
            all.begins(&key(1), FlowId(9), Timestamp(0)),
            Some(by(3)),
            "the oldest that is left"
        );
    }
}
