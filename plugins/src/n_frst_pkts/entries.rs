//! What is shown of the packets and pulses of a flow that has ended.

use flowz_api::cell::Duration;
use flowz_api::packet::Timestamp;
use flowz_api::settings::Run;

use super::state::State;
use super::toggles::Toggles;

/// The packets or pulses of a flow, with what is needed to show them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entries<'a> {
    pub(crate) state: &'a State,
    pub(crate) toggles: &'a Toggles,
    pub(crate) run: &'a Run,
    /// From when times since the beginning count.
    pub(crate) origin: Timestamp,
}

/// A packet or pulse.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    /// Bytes of the headers of layer 3 and 4.
    pub(crate) headers: [u16; 2],
    /// Length of the packet; of a pulse mean or sum.
    pub(crate) bytes: u32,
    /// When it came.
    pub(crate) time: Timestamp,
    /// Time since the flow began or the entry before came.
    pub(crate) since: Duration,
    /// How long the pulse lasts, in nanoseconds.
    pub(crate) lasts: i64,
}

impl<'a> Entries<'a> {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.state.firsts.len()
    }

    /// All of them, in order.
    pub(crate) fn iter(self) -> impl Iterator<Item = Entry> + 'a {
        (0..self.len()).filter_map(move |n| self.get(n))
    }

    fn get(&self, n: usize) -> Option<Entry> {
        let (first, pulse) = (self.state.firsts.get(n)?, self.state.pulses.get(n));
        let relative = self.toggles.times == 0;
        let before = if relative { self.origin } else { self.before(n) };
        let shortest = self.toggles.pause() / i64::from(self.toggles.fraction.max(1));
        let packets = pulse.map_or(1, |p| p.packets.max(1));
        Some(Entry {
            headers: first.headers,
            bytes: if self.toggles.mean { first.bytes / packets } else { first.bytes },
            time: first.time,
            since: self.difference(first.time, before),
            lasts: pulse.map_or(0, |p| (p.end - first.time).max(shortest)),
        })
    }

    /// Time of the entry before, of the first one its own.
    fn before(&self, n: usize) -> Timestamp {
        let own = self.state.firsts.get(n).map_or(self.origin, |f| f.time);
        n.checked_sub(1).and_then(|n| self.state.firsts.get(n)).map_or(own, |f| f.time)
    }

    /// The time between two moments; a step back is no time. The reference shows its seconds as unsigned.
    fn difference(&self, now: Timestamp, before: Timestamp) -> Duration {
        let nanos = now - before;
        if !self.run.compat {
            return Duration::of_nanos(nanos.max(0));
        }
        let unsigned = Duration::of_nanos(nanos);
        Duration { seconds: (unsigned.seconds as u32).into(), ..unsigned }
    }
}
