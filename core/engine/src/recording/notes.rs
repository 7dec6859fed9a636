//! What the engine writes down for the recorder.

use flowz_api::flow::{Flow, FlowId};
use flowz_api::key::FlowKey;
use flowz_api::layers::Layers;
use flowz_api::packet::Timestamp;
use flowz_api::plugin::TimeoutId;
use flowz_api::record::Record;
use flowz_api::status::FlowStat;

/// What happened, in order.
#[derive(Debug, Default)]
pub struct Notes {
    pub(super) list: Vec<Note>,
    /// What few packets have, in order.
    pub(super) rare: Vec<Rare>,
    /// What plugins that steer did to flows, as far as others see it, in order.
    pub(super) steps: Vec<Step>,
    /// Rows of groups of plugins that steer, in order, and their lengths.
    pub(super) rows: Vec<u8>,
    pub(super) lengths: Vec<u32>,
    /// Time of the capture's first packet.
    pub(super) start: Timestamp,
}

/// One thing that happened.
#[derive(Debug)]
pub(super) enum Note {
    /// A packet came.
    Packet(PacketNote),
    /// A flow and its opposite ended.
    End(EndNote),
}

/// A packet and its flow.
#[derive(Debug)]
pub(super) struct PacketNote {
    /// Which packet of the batch it is.
    pub(super) index: u32,
    /// Slot of its flow.
    pub(super) own: u32,
    /// Slot of the opposite, or none.
    pub(super) peer: u32,
    /// The flow begins with this packet.
    pub(super) is_new: bool,
    /// There is a [`Rare`] about it.
    pub(super) is_rare: bool,
    /// Number of the packet in the capture.
    pub(super) number: u64,
    /// Time of the flow's previous packet.
    pub(super) previous: Timestamp,
    /// The flow, before plugins that steer have seen the packet, and its opposite, if there is one.
    pub(super) flows: [Noted; 2],
    /// Their timeouts.
    pub(super) timeouts: [TimeoutId; 2],
}

/// A flow without its timeout: nothing but values of eight bytes, so that nothing between them is copied.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noted {
    pub(super) id: FlowId,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    pub(super) status: FlowStat,
}

/// What few packets have.
#[derive(Debug)]
pub(super) struct Rare {
    /// The layers as the engine has changed them.
    pub(super) layers: Layers,
    pub(super) key: FlowKey,
    pub(super) related: Option<FlowId>,
    /// A datagram's protocol and bytes.
    pub(super) datagram: Option<(u8, Box<[u8]>)>,
}

/// A flow and its opposite as a group of plugins that steer has left them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) timeouts: [TimeoutId; 2],
    pub(super) status: [FlowStat; 2],
}

/// The end of a flow and of its opposite.
#[derive(Debug)]
pub(super) struct EndNote {
    /// Slot of the flow that is written first.
    pub(super) own: u32,
    /// Slot of its opposite, or none.
    pub(super) peer: u32,
    /// Key of the flow that is written first.
    pub(super) key: FlowKey,
    pub(super) flow: Flow,
    /// Its opposite, if there is one.
    pub(super) other: Flow,
}

impl PacketNote {
    /// The flow and its opposite.
    #[inline]
    pub(super) fn flows(&self) -> [Flow; 2] {
        let flow =
            |Noted { id, first, last, status }, timeout| Flow { id, first, last, status, timeout };
        let ([own, other], [own_timeout, other_timeout]) = (self.flows, self.timeouts);
        [flow(own, own_timeout), flow(other, other_timeout)]
    }
}

impl Notes {
    /// Notes at which they are handed over: enough to make the change of hands cheap, and so few that they are
    /// still in a cache when the other thread reads them.
    pub(super) const FULL: usize = 1024;

    /// Whether nothing happened.
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.list.clear();
        self.rare.clear();
        self.steps.clear();
        self.rows.clear();
        self.lengths.clear();
    }

    pub(super) fn row(&mut self, row: &Record) {
        self.rows.extend_from_slice(row.bytes());
        self.lengths.push(row.bytes().len() as u32);
    }
}
