//! Which hardware address belongs to which address, as ARP (RFC 826) and RARP (RFC 903) say, and who
//! contradicts.
//!
//! `arpStat` says what was seen in a flow:
//!
//! | bit | meaning |
//! |---|---|
//! | 01 | the flow is ARP or RARP |
//! | 02 | gratuitous: a host says what its own address is |
//! | 04 | probe: a host asks whether an address is in use (RFC 5227) |
//! | 08 | announcement: a host says that it uses an address from now on (RFC 5227) |
//! | 20 | there were more pairs than `ARP_MAX_IP` |
//! | 80 | an address has another hardware address than messages of any flow said before: moved, or forged |
//!
//! Requests bind the sender's two addresses, replies those of sender and target. Where a binding contradicts
//! an earlier one, the earlier hardware address is listed too, with 0 messages.
//!
//! The earlier bindings are those of all flows: 262,144 addresses are remembered.

mod message;
mod row;
mod state;
mod toggles;

use std::net::Ipv4Addr;

use flowz_api::inventory;
use flowz_api::memory;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;

use message::{ARP, Message, RARP};
use row::{FlowRow, PacketRow};
use state::{Known, State};
use toggles::Toggles;

inventory::submit! { PluginEntry::new::<ArpDecode>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct ArpDecode {
    #[merge(keep)]
    limit: u8,
    #[merge(keep)]
    compat: bool,
    #[merge(state)]
    known: Known,
    /// Status bits of all flows.
    #[merge(or)]
    stat: u8,
}

impl Plugin for ArpDecode {
    const INFO: Info = Info::new(
        "arpDecode",
        179,
        "Bindings of addresses that ARP and RARP tell, and contradictions",
    )
    .sees_all_flows();
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketRow;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let (limit, compat) = (setup.toggles.max_ip, setup.run.compat);
        Ok(Self { limit, compat, known: Known::default(), stat: 0 })
    }

    fn bytes_elsewhere(&self) -> usize {
        memory::list::<(Mac, Ipv4Addr, u16)>(self.limit.into())
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, _: &mut State) -> Interest {
        Interest::when(is_arp(cx.layers))
    }

    fn on_layer2(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        if let Some(m) = message(cx.layers, cx.packet) {
            flow.add(&m, &mut self.known, self.limit, self.compat);
            self.stat |= flow.stat;
        }
    }

    fn packet_row<'a>(&'a self, cx: &'a PacketContext<'_>, flow: &'a State) -> PacketRow {
        let stat = Hex8(flow.stat);
        let Some(m) = message(cx.layers, cx.packet) else {
            return PacketRow { stat, ..PacketRow::default() };
        };
        PacketRow {
            stat,
            hardware: Some(m.hardware),
            protocol: Some(Hex16(m.protocol)),
            hardware_size: Some(m.hardware_size),
            protocol_size: Some(m.protocol_size),
            operation: Some(m.operation),
            sender_mac: m.sender.map(|s| s.mac),
            sender_ip: m.sender.map(|s| s.ip),
            target_mac: m.target.map(|t| t.mac),
            target_ip: m.target.map(|t| t.ip),
        }
    }

    fn on_flow_end<'a>(
        &'a mut self,
        _: &'a mut EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        FlowRow {
            stat: Hex8(flow.stat),
            hardware: flow.hardware,
            operations: Hex16(flow.operations),
            count: flow.pairs.len() as u16,
            pairs: List(&flow.pairs),
        }
    }

    fn report(&self, _: &Totals, out: &mut Report) {
        out.aggregated("arpStat", self.stat.into(), 2);
    }
}

fn is_arp(layers: &Layers) -> bool {
    layers.is_layer2() && matches!(layers.ethertype, ARP | RARP)
}

/// The message of a packet.
fn message(layers: &Layers, packet: &Packet<'_>) -> Option<Message> {
    if is_arp(layers) { Message::parse(layers.layer3(packet.data)) } else { None }
}
