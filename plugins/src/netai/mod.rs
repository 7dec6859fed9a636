//! The 44 features of NetMate with the module netai_flowstats ("flowcalc"), by which much of the literature classifies traffic.
//!
//! **Table** `netai`: a row for each conversation over TCP or UDP, when it ends: with the end of the flow, and of TCP when both sides have closed the connection or one has reset
//! it; packets that come behind that begin another conversation. Lengths are those of IP packets as their headers say, so they do not depend on how much was captured. A packet
//! that is older than the one before it is not counted.
//!
//! `flowz --preset netmate` writes the rows as that tool does: 44 numbers between commas, IPv4 only, without conversations that it takes for incomplete, with its faults
//! (`NETAI_STRICT`, `NETAI_ORIGINAL`), and with flows that end after 600 seconds. Otherwise all conversations have rows, and the flows are those of the run (`core.FLOW_TIMEOUT`).
//!
//! Source: module netai_flowstats of NetMate 0.9.5 as `netmate-flowcalc` distributes it, and the thesis it was written for.

#[cfg(test)]
mod properties;
mod row;
mod state;
#[cfg(test)]
mod tests;
mod toggles;

use flowz_api::inventory;
use flowz_api::key::{FlowKey, TCP, UDP};
use flowz_api::layers::Net;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::row::NoRow;
use flowz_api::table::TableList;

use crate::biflow::{Biflow, Side};
use row::{ConversationRow, Ends};
use state::{Conversation, Seen};
use toggles::Toggles;

inventory::submit! { PluginEntry::new::<NetAi>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct NetAi {
    #[merge(keep)]
    toggles: Toggles,
}

/// State of a flow.
type State = Biflow<Conversation>;

impl Plugin for NetAi {
    const INFO: Info =
        Info::new("netai", 821, "The 44 features of NetMate flowcalc").tables(&["netai"]);
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = NoRow<Toggles>;
    type PacketRow<'a> = NoRow<Toggles>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        Ok(Self { toggles: setup.toggles.clone() })
    }

    fn bytes_elsewhere(&self) -> usize {
        State::BYTES
    }

    fn tables(list: &mut TableList<'_, Toggles>) {
        list.add::<ConversationRow>();
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, _: &mut State) -> Interest {
        let has_version = match cx.layers.net {
            Net::Layer2 => false,
            Net::V4 => true,
            Net::V6 => !self.toggles.strict,
        };
        Interest::when(has_version && matches!(cx.key.proto, TCP | UDP))
    }

    fn on_packet(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) {
        let time = cx.packet.ts;
        let (conversation, side) = Biflow::of_packet(flow, peer, || Conversation::new(time));
        let over =
            conversation.add(&seen(cx, side), self.toggles.idle.into(), self.toggles.original);
        if over {
            let ended = std::mem::replace(conversation, Conversation::new(time));
            if let Some(row) = self.row(cx.key, side, &ended) {
                cx.emit(&row);
            }
        }
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a State) -> NoRow<Toggles> {
        NoRow::default()
    }

    fn has_empty_row(&self, flow: &State, peer: Option<&State>) -> bool {
        flow.is_empty() && peer.is_none_or(Biflow::is_empty)
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut State,
        peer: Option<&'a mut State>,
    ) -> NoRow<Toggles> {
        if let Some((conversation, side)) = Biflow::at_end(flow, peer)
            && let Some(row) = self.row(cx.key, side, &conversation)
        {
            cx.emit(&row);
        }
        NoRow::default()
    }
}

impl NetAi {
    /// The row of a conversation, if it has one; the key is that of packets that go that way.
    fn row(&self, key: &FlowKey, side: Side, of: &Conversation) -> Option<ConversationRow> {
        let has_packets = of.ways.iter().any(|way| way.lengths.count() > 0);
        if !has_packets || (self.toggles.strict && !of.is_valid) {
            return None;
        }
        let key = if side == Side::Forward { *key } else { key.reversed() };
        let (src, dst) = (key.src_ip(), key.dst_ip());
        let ends = Ends { src, dst, ports: [key.src_port, key.dst_port], proto: key.proto };
        Some(ConversationRow::new(ends, of, self.toggles.original))
    }
}

/// What counts of a packet.
fn seen(cx: &PacketContext<'_>, side: Side) -> Seen {
    let layers = cx.layers;
    let transport = u32::from(layers.l4_header_len);
    let header = layers.layer4(cx.packet.data);
    let flags = (cx.key.proto == TCP && layers.is_first_fragment())
        .then(|| header.get(13).copied().unwrap_or(0));
    Seen {
        time: cx.packet.ts,
        side,
        length: layers.l3_len,
        headers: [u32::from(layers.l3_header_len), transport],
        payload: layers.l7_len,
        flags,
    }
}
