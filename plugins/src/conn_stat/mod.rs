//! Who is connected to whom: connections that are alive when a flow ends, by address, by pair of addresses, and by port.
//!
//! The **client** of a flow is its source or, in replies (direction B in `flowStat`), its destination; the other end is the **server**. Both directions
//! of a conversation count as flows. When a flow ends, its row shows, itself included:
//!
//! | column | what is alive |
//! |---|---|
//! | `connSip` | servers of the source, if it is the client; clients of the source, if it is the server |
//! | `connDip` | the same of the destination |
//! | `connSipDip` | flows between client and server |
//! | `connSipDprt` | flows of the client with any server on the same port |
//! | `connF`, `connG` | the latter by `connSip` and by `connSipDip` |
//! | `connNumPCnt`, `connNumBCnt` | packets and bytes that the source has sent in all flows since it last was without any |
//!
//! A client with many servers and a port that goes with all of them scans; a server with many clients is popular, or attacked. At the end of the input all
//! flows end one after the other, so that numbers go down from row to row. Bytes are those of the payload, or from the layer on that
//! `core.PACKETLENGTH` names. Layer-2 flows show 0.
//!
//! With `CS_HSDRM=0` flows and peers count also after their end. There are at most 4,194,304 addresses, pairs and ports each, with `--max-mem` as
//! many as fit into a sixteenth of the memory; flows that find no room show 0.
//!
//! **Report**: how often an address came as client or as server, while it had no peers in that role; most flows of a pair, and of a client with one port,
//! and the latter by the number of clients and by the former; with `CS_SDIPMAX` client and server with the most peers, with `CS_PBNMAX` who sent most
//! (none of them with `core.ANONYM_IP`).
//!
//! **Other flows** decide what a row shows, so one instance of the plugin has to see all of them, in order.
//!
//! With `--compat` packets, bytes and clients are those of the reference, which forgets an address that is no client any more, whatever else it has, and
//! lets the next new client go on from its numbers; flows of an address that is forgotten show 0 packets and 4198402 bytes.
//!
//! **Not offered**: `CS_MR_SPOOF` watches hardware addresses for macRecorder, which sees them anyway.

mod connections;
mod endpoints;
mod index;
mod maxima;
mod places;
mod reference;
mod row;
#[cfg(test)]
mod tests;
mod toggles;

use flowz_api::inventory;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::row::NoRow;

use connections::Connections;
use endpoints::Endpoints;
use places::{Places, State};
use row::FlowRow;
use toggles::Toggles;

inventory::submit! { PluginEntry::new::<ConnStat>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct ConnStat {
    /// There is one instance only.
    #[merge(state)]
    connections: Connections,
    /// The report names addresses with most peers.
    #[merge(keep)]
    names_peers: bool,
    /// The report names who sent most.
    #[merge(keep)]
    names_senders: bool,
}

impl Plugin for ConnStat {
    const INFO: Info =
        Info::new("connStat", 500, "Connections by address, pair and port that are alive")
            .sees_all_flows()
            .on_by_default();
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow;
    type PacketRow<'a> = NoRow<Toggles>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let (t, names) = (setup.toggles, !setup.run.core.anonym_ip);
        Ok(Self {
            connections: Connections::new(t.live, setup.run.compat, setup.run.share()),
            names_peers: names && t.name_most != 0,
            names_senders: names && t.traffic,
        })
    }

    fn bytes_elsewhere(&self) -> usize {
        Places::BYTES
    }

    fn bytes_of_run(&self) -> usize {
        self.connections.kept()
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, _: &mut State) -> Interest {
        Interest::when(!cx.layers.is_layer2())
    }

    fn on_packet(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) {
        if !flow.is_counted() {
            *flow = self.begin(cx, peer.as_deref());
        }
        if flow.is_counted() {
            self.connections.sent(flow, cx.key, cx.size());
        }
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a State) -> NoRow<Toggles> {
        NoRow::default()
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow {
        FlowRow::from_counts(self.connections.end(flow, cx.key))
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        self.connections.maxima.report(totals, self.names_peers, self.names_senders, out);
    }
}

impl ConnStat {
    /// A flow begins: with the places of its peer, if that has some.
    fn begin(&mut self, cx: &PacketContext<'_>, peer: Option<&State>) -> State {
        let known = peer.filter(|p| p.is_counted()).map(|p| p.reversed());
        let reply = known.map_or(cx.flow.direction() == Direction::B, |state| state.reply);
        let Some(endpoints) = Endpoints::from_key(cx.key, reply) else { return State::default() };
        match known {
            Some(state) => {
                self.connections.add(&endpoints, state);
                state
            }
            None => self.connections.begin(&endpoints, reply),
        }
    }
}
