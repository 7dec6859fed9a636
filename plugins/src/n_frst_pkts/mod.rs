//! The first packets of a flow, one by one: how long each was and when it came.
//!
//! The list has `NFRST_PKTCNT` packets at most, in the order in which they came. Lengths are those of the payload on the wire,
//! or from the layer on that `core.PACKETLENGTH` names. Times are those since the packet before (`NFRST_IAT=1`; the first
//! one has 0), since the flow began (0) or moments (2). Times that went back are shown as 0. Packets shorter than `NFRST_XMIN` or
//! longer than `NFRST_XMAX` do not count: times are then those between packets that do.
//!
//! **Conversations**: with `NFRST_IAT=0` and `NFRST_BCORR=1` both directions count from the first packet of either, so that
//! their lists can be laid over each other.
//!
//! **Pulses**: packets that follow each other in less than `NFRST_MINIATS` seconds and `NFRST_MINIATU` microseconds form a pulse,
//! and the list holds pulses: mean length of the packets (or their sum, `NFRST_PLAVE=0`), time of the first packet, and how long the
//! pulse lasts up to its last packet. A pulse of one packet would last no time at all; so it lasts at least the shortest pause divided by
//! `NFRST_MINPLENFRC`.

mod entries;
mod row;
mod state;
#[cfg(test)]
mod tests;
mod toggles;

use flowz_api::inventory;
use flowz_api::memory;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::row::NoRow;

use entries::Entries;
use row::FlowRow;
use state::{First, State};
use toggles::Toggles;

inventory::submit! { PluginEntry::new::<NFrstPkts>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct NFrstPkts {
    #[merge(keep)]
    toggles: Toggles,
}

impl Plugin for NFrstPkts {
    const INFO: Info =
        Info::new("nFrstPkts", 700, "Lengths and times of the first packets of each flow");
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = NoRow<Toggles>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        Ok(Self { toggles: setup.toggles.clone() })
    }

    fn bytes_elsewhere(&self) -> usize {
        let most = self.toggles.limit as usize;
        memory::list::<First>(most) + memory::list::<state::Pulse>(most)
    }

    fn on_layer2(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        self.add(cx, flow);
    }

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        self.add(cx, flow);
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a State) -> NoRow<Toggles> {
        NoRow::default()
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        let begin = cx.flow.first;
        let peer = cx.peer.filter(|_| self.toggles.common_origin);
        let origin = peer.map_or(begin, |peer| begin.min(peer.first));
        FlowRow::from_entries(Entries { state: flow, toggles: &self.toggles, run: cx.run, origin })
    }
}

impl NFrstPkts {
    #[inline]
    fn add(&self, cx: &PacketContext<'_>, flow: &mut State) {
        let (t, limit) = (&self.toggles, self.toggles.limit as usize);
        let pulses = t.pulses();
        let size = cx.size();
        if (!pulses && flow.firsts.len() >= limit) || !t.counts(size) {
            return;
        }
        let headers = [cx.layers.l3_header_len, cx.layers.l4_header_len];
        let packet = First { time: cx.flow.last, bytes: size, headers };
        if pulses {
            flow.join(packet, t.pause(), limit);
        } else {
            flow.keep(packet, limit);
        }
    }
}
