//! Flows that will come: a plugin reads in one flow that another is about to begin (the data connection of FTP, the
//! media of a call), announces it, and is told when it does.

use std::collections::VecDeque;

use crate::flow::FlowId;
use crate::key::FlowKey;
use crate::packet::Timestamp;
use crate::slab::FlowIndex;

/// What is known of a flow that will come: of its first packet, in the direction of that packet. It is met once.
///
/// What is not known is left open: at least one address must be known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
    /// When it is given up.
    pub until: Timestamp,
    /// Something that the plugin wants to be reminded of.
    pub tag: u64,
}

/// A flow that was expected has begun.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Announcement {
    /// Number of the flow in which it was announced.
    pub by: FlowId,
    /// What the plugin wanted to be reminded of.
    pub tag: u64,
    /// Slot of the announcing direction.
    pub slot: FlowIndex,
}

/// How many flows were announced, and what became of that.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
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
#[derive(Clone, Copy, Debug)]
struct Entry {
    wanted: Expectation,
    announcement: Announcement,
}

/// The flows that one plugin expects, oldest announcement first.
#[derive(Debug, Default)]
pub struct Expectations {
    entries: VecDeque<Entry>,
    counts: ExpectationCounts,
}

/// Most flows that a plugin expects at once; the oldest announcement is dropped for a new one.
const MOST: usize = 4096;

impl Expectation {
    /// Whether a flow is the one.
    fn is(&self, key: &FlowKey) -> bool {
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
            self.entries.pop_front();
            self.counts.dropped += 1;
        }
        self.entries.push_back(Entry { wanted, announcement });
    }

    /// Whether no flow is expected.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// A flow begins: was it expected?
    pub fn begins(&mut self, key: &FlowKey, now: Timestamp) -> Option<Announcement> {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.wanted.until >= now);
        self.counts.expired += (before - self.entries.len()) as u64;
        let at = self.entries.iter().position(|entry| entry.wanted.is(key))?;
        self.counts.met += 1;
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
        Expectation { proto: 17, src, src_port: None, dst, dst_port, until, tag: 0 }
    }

    fn by(flow: u64) -> Announcement {
        Announcement { by: FlowId(flow), tag: 0, slot: FlowIndex(0) }
    }

    #[test]
    fn met_once_and_in_time() {
        let mut all = Expectations::default();
        all.announce(wanted(Some(5000), 100), by(1));
        all.announce(wanted(None, 50), by(2));
        assert_eq!(all.begins(&key(5001), Timestamp(60)), None, "too late for the second one");
        let other = FlowKey { proto: 6, ..key(5000) };
        assert_eq!(all.begins(&other, Timestamp(60)), None);
        assert_eq!(all.begins(&key(5000), Timestamp(100)), Some(by(1)));
        assert_eq!(all.begins(&key(5000), Timestamp(100)), None);
        let counts = ExpectationCounts { announced: 2, met: 1, expired: 1, dropped: 0 };
        assert_eq!((all.counts(), all.is_empty()), (counts, true));
    }

    #[test]
    fn bounded() {
        let mut all = Expectations::default();
        for flow in 0..MOST as u64 + 3 {
            all.announce(wanted(Some(1), 100), by(flow));
        }
        assert_eq!(all.counts().dropped, 3);
        assert_eq!(all.begins(&key(1), Timestamp(0)), Some(by(3)), "the oldest that is left");
    }
}
