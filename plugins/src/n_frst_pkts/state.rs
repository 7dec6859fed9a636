//! The packets that are kept, and how they are joined to pulses.

use flowz_api::Checkpoint;
use flowz_api::packet::Timestamp;

/// What is kept of a packet or pulse.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) struct First {
    /// When it came or began.
    pub(crate) time: Timestamp,
    /// Its length; of a pulse the sum.
    pub(crate) bytes: u32,
    /// Bytes of the headers of layer 3 and 4; of a pulse those of its first packet.
    pub(crate) headers: [u16; 2],
}

/// What is kept of a pulse besides.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) struct Pulse {
    /// Time of its last packet.
    pub(crate) end: Timestamp,
    /// Its packets.
    pub(crate) packets: u32,
}

/// State of a flow. Without pulses the second list stays empty.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    pub(crate) firsts: Vec<First>,
    pub(crate) pulses: Vec<Pulse>,
}

impl State {
    /// Keeps a packet, if there is still room.
    #[inline]
    pub(crate) fn keep(&mut self, packet: First, limit: usize) {
        if self.firsts.len() < limit {
            self.firsts.push(packet);
        }
    }

    /// Keeps a packet as part of the latest pulse, or of a new one if the pause was long enough. Packets of
    /// a pulse for which there is no room are as far from the latest one as its first packet was.
    pub(crate) fn join(&mut self, packet: First, pause: i64, limit: usize) {
        if let (Some(pulse), Some(first)) = (self.pulses.last_mut(), self.firsts.last_mut())
            && packet.time - pulse.end < pause
        {
            pulse.end = pulse.end.max(packet.time);
            pulse.packets = pulse.packets.saturating_add(1);
            first.bytes = first.bytes.saturating_add(packet.bytes);
        } else if self.firsts.len() < limit {
            self.firsts.push(packet);
            self.pulses.push(Pulse { end: packet.time, packets: 1 });
        }
    }
}
