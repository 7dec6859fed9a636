//! What a flow keeps of its packets.

use super::message::{Clock, Message};
use flowz_api::Checkpoint;

/// State of a flow.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct State {
    /// Stat bits.
    pub(crate) stat: u8,
    /// Leap indicator, version and mode.
    pub(crate) first: u8,
    pub(crate) clock: Clock,
    /// Which of header, clock, reference and ranges have a value.
    seen: u8,
    pub(crate) reference: [u8; 4],
    pub(crate) packets: u32,
    pub(crate) delay: Range,
    pub(crate) dispersion: Range,
    /// Reference, origin, receive and transmit timestamp.
    pub(crate) times: [u64; 4],
}

/// Smallest and largest value.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Range {
    pub(crate) min: u32,
    pub(crate) max: u32,
}

const FIRST: u8 = 1;
pub(crate) const CLOCK: u8 = 2;
const REFERENCE: u8 = 4;
const DELAY: u8 = 8;
const DISPERSION: u8 = 16;

impl State {
    /// Whether a packet with the clock's fields was seen.
    pub(crate) fn has_clock(&self) -> bool {
        self.seen & CLOCK != 0
    }

    /// Takes a packet in: the latest counts. The reference keeps the first one's fields in front of the delays, and its
    /// reference.
    pub(crate) fn add(&mut self, message: &Message, compat: bool) {
        let seen = self.seen;
        let wanted = |bit: u8| !compat || seen & bit == 0;
        let first = message.first.filter(|_| wanted(FIRST));
        self.seen |= set(&mut self.first, first, FIRST);
        let clock = message.clock.filter(|_| wanted(CLOCK));
        self.seen |= set(&mut self.clock, clock, CLOCK);
        let reference = message.reference.filter(|_| wanted(REFERENCE));
        self.seen |= set(&mut self.reference, reference, REFERENCE);
        self.delay.add(message.delay, seen & DELAY == 0);
        self.dispersion.add(message.dispersion, seen & DISPERSION == 0);
        self.seen |= message.delay.map_or(0, |_| DELAY);
        self.seen |= message.dispersion.map_or(0, |_| DISPERSION);
        for (place, time) in self.times.iter_mut().zip(message.times) {
            *place = time.unwrap_or(*place);
        }
    }
}

impl Range {
    fn add(&mut self, value: Option<u32>, is_first: bool) {
        let Some(value) = value else { return };
        if is_first {
            *self = Self { min: value, max: value };
        }
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }
}

/// Stores a value if there is one, and yields its bit then.
fn set<T>(place: &mut T, value: Option<T>, bit: u8) -> u8 {
    match value {
        Some(value) => {
            *place = value;
            bit
        }
        None => 0,
    }
}
