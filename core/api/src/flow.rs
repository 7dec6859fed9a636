//! The engine's own part of a flow, as plugins see it.

use crate::Checkpoint;
use crate::packet::{NANOS, Timestamp};
use crate::status::FlowStat;

/// Number of a biflow, column `flowInd`: 1, 2, 3 ... in the order in which flows begin, never reused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Checkpoint)]
pub struct FlowId(pub u64);

/// The two halves of a biflow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub enum Direction {
    /// Towards the server (request).
    A,
    /// Towards the client (reply).
    B,
}

/// One direction of a conversation.
#[derive(Clone, Copy, Debug, Checkpoint)]
pub struct Flow {
    /// Number of the biflow.
    pub id: FlowId,
    /// Time of the first packet.
    pub first: Timestamp,
    /// Time of the latest packet (during a packet's hooks: of this packet).
    pub last: Timestamp,
    /// All status bits so far, without the marks of plugins; [`FlowStat::INVERTED`] is the direction.
    pub status: FlowStat,
}

impl Flow {
    /// No flow: what stands where there is none.
    pub const NONE: Self =
        Self { id: FlowId(0), first: Timestamp(0), last: Timestamp(0), status: FlowStat::empty() };

    /// The direction by the rules of creation, possibly turned by a plugin. A flow without a peer is
    /// nevertheless shown as `A`.
    #[inline]
    pub fn direction(&self) -> Direction {
        if self.status.contains(FlowStat::INVERTED) { Direction::B } else { Direction::A }
    }

    /// Gives the flow a direction.
    pub fn set_direction(&mut self, direction: Direction) {
        self.status.set(FlowStat::INVERTED, direction == Direction::B);
    }

    /// Time from the first to the latest packet in nanoseconds.
    #[inline]
    pub fn duration(&self) -> i64 {
        self.last - self.first
    }

    /// The same with seconds of 32 bits without a sign, as the reference counts it: 136 years where time went back.
    pub fn unsigned_duration(&self) -> i64 {
        self.duration().rem_euclid(NANOS << 32)
    }
}
