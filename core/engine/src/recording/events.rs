//! What the engine writes down for those who record.

use flowz_api::fact::Published;
use flowz_api::flow::{Flow, FlowId};
use flowz_api::key::FlowKey;
use flowz_api::layers::Layers;
use flowz_api::packet::Timestamp;

use super::Fragments;

/// What happened, in order. Each event is in the list of its flow's lane.
#[derive(Debug, Default)]
pub struct EventBatch {
    /// The lane of each event.
    pub(super) order: Vec<u8>,
    /// The events of each lane.
    pub(super) lanes: Vec<LaneEvents>,
    /// Steps so far: a packet is one, the end of each direction is one.
    pub(super) steps: u32,
    /// What plugins in front have made of them.
    pub(super) front: Fragments,
    /// Time of the capture's first packet.
    pub(super) start: Timestamp,
    /// A period has ended in front of them, at this time.
    pub(super) period_ended: Option<Timestamp>,
}

/// The events of one lane.
#[derive(Debug, Default)]
pub(super) struct LaneEvents {
    pub(super) list: Vec<Event>,
    /// What few events have, in order.
    pub(super) rare: Vec<Rare>,
}

/// One thing that happened.
#[derive(Debug)]
pub(super) enum Event {
    /// A packet came.
    Packet(PacketEvent),
    /// A flow and its peer ended.
    End(EndEvent),
}

/// A packet and its flow.
#[derive(Debug)]
pub(super) struct PacketEvent {
    /// Number of the step.
    pub(super) step: u32,
    /// Which packet of the batch it is.
    pub(super) index: u32,
    /// Slot of its flow.
    pub(super) own: u32,
    /// Slot of the peer, or none.
    pub(super) peer: u32,
    /// The flow begins with this packet.
    pub(super) is_new: bool,
    /// There is a [`Rare`] about it.
    pub(super) is_rare: bool,
    /// Number of the packet in the capture.
    pub(super) number: u64,
    /// Time of the flow's previous packet.
    pub(super) previous: Timestamp,
    /// The flow and its peer; where there is none, the flow again.
    pub(super) flows: [Flow; 2],
}

/// What few events have.
#[derive(Debug)]
pub(super) enum Rare {
    /// About a packet.
    Packet(Box<RarePacket>),
    /// Facts that plugins in front have published about the ends of a flow and of its peer.
    End([Box<[Published]>; 2]),
}

/// What few packets have.
#[derive(Debug)]
pub(super) struct RarePacket {
    /// The layers as the engine has changed them.
    pub(super) layers: Layers,
    pub(super) key: FlowKey,
    pub(super) related: Option<FlowId>,
    /// A datagram's protocol and bytes.
    pub(super) datagram: Option<(u8, Box<[u8]>)>,
    /// Facts that plugins in front have published.
    pub(super) facts: Vec<Published>,
    /// So many of them when the flow began: the others are about the packet, which comes behind.
    pub(super) beginning: usize,
}

/// The end of a flow and of its peer.
#[derive(Debug)]
pub(super) struct EndEvent {
    /// Number of the first step.
    pub(super) step: u32,
    /// Slot of the flow that is written first.
    pub(super) own: u32,
    /// Slot of its peer, or none.
    pub(super) peer: u32,
    /// There is a [`Rare`] about it.
    pub(super) is_rare: bool,
    /// Number of the first end among those of all flows.
    pub(super) order: u64,
    /// Key of the flow that is written first.
    pub(super) key: FlowKey,
    pub(super) flow: Flow,
    /// Its peer, if there is one.
    pub(super) other: Flow,
}

impl EventBatch {
    /// Events at which a batch is handed over: enough to make the change of hands cheap, and so few that they are
    /// still in a cache when the other threads read them.
    pub(super) const FULL: usize = 1024;

    /// Whether nothing happened.
    pub(super) fn is_empty(&self) -> bool {
        self.order.is_empty() && self.period_ended.is_none()
    }

    pub(super) fn clear(&mut self) {
        self.order.clear();
        self.steps = 0;
        self.period_ended = None;
        self.front.clear();
        for lane in &mut self.lanes {
            lane.list.clear();
            lane.rare.clear();
        }
    }

    /// Makes lists for so many lanes.
    pub(super) fn divide(&mut self, lanes: usize) {
        self.lanes.resize_with(lanes, LaneEvents::default);
    }
}

impl LaneEvents {
    /// Events one by one, each with what only few have.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Event, Option<&Rare>)> {
        let mut rare = self.rare.iter();
        self.list.iter().map(move |event| {
            let is_rare = match event {
                Event::Packet(event) => event.is_rare,
                Event::End(event) => event.is_rare,
            };
            (event, if is_rare { rare.next() } else { None })
        })
    }
}
