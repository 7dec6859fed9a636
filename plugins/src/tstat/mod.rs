//! Connections over TCP and conversations over UDP with the columns of Tstat's logs.
//!
//! **Table** `tstat_tcp`: a row for each connection that begins with a SYN, when it is over: both ends have closed it and that was acknowledged, one has reset it, there was nothing for 300 seconds, or
//! nothing for 10 seconds behind a SYN alone. Connections whose beginning was not captured have none.
//!
//! **Table** `tstat_udp`: a row for each conversation over UDP, when there was nothing for 200 seconds, or for 10 seconds behind one packet.
//!
//! **Table** `tstat_mm`: a row for each direction of such a conversation that carries RTP, which two packets show whose numbers follow each other.
//!
//! **Table** `tstat_hist`, with `TSTAT_HISTOGRAMS`: histograms of intervals of that many seconds, a row for each bin that is not empty. Packets count when they come, connections, conversations and streams when they are
//! over. Intervals are counted from the first packet on; a packet whose time is in front of the interval at hand counts in that one, so that one interval is kept and rows are written while a run goes on. Rows belong to
//! no flow: `flowInd` is 0. `tcp_mss_a` has the bins of Tstat; the others are called as its families, and their bins are ours. With `--fanout` each engine has rows of its own, whose counts add up.
//!
//! **What is said**: HTTP and words of other protocols by the first bytes of segments; TLS where a connection begins with it, by its records in the order of the stream, hellos and certificates of up to 16 KiB; QUIC by long headers and
//! the client's hello of up to 8 KiB. Names (`fqdn`) are those for which a server of DNS on port 53 gave the client the server's address before, whenever that was; `TSTAT_NAMES` says how many addresses are remembered. For
//! that, and for histograms, one instance sees all flows.
//!
//! Columns are called as in the logs; `c_` is the client, who sent the SYN or the first datagram, and `s_` the server. What is unknown is empty. Which segments came again, and which round-trip times there are, follows
//! the rules of tcptrace; why they came again those of Mellia and others (2008). The most recent 512 pieces of a direction's sequence numbers are known one by one, what is in front of them counts as sent.
//!
//! `flowz --preset tstat` writes the rows as that tool does. Otherwise the flows are those of the run: one that lives for less than 300 seconds of silence (`core.FLOW_TIMEOUT`) ends the connection in it.

mod anomaly;
mod ends;
mod histograms;
mod layer7;
mod media_row;
mod names;
mod nets;
mod packets;
mod quic;
mod segment;
mod show;
mod space;
mod stream;
mod tcp;
mod tcp_row;
mod tcp_values;
#[cfg(test)]
mod tests;
mod tls;
mod toggles;
mod udp;
mod udp_kind;
mod udp_row;
mod way;

use flowz_api::flow::FlowId;
use flowz_api::inventory;
use flowz_api::key::{TCP, UDP};
use flowz_api::memory::Growth;
use flowz_api::plugin::FinishContext;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::row::NoRow;
use flowz_api::stream::{Next, StreamEvent};
use flowz_api::table::TableList;

use crate::biflow::Biflow;
use ends::Ends;
use histograms::{Class, HistogramRow, Histograms};
use media_row::MediaRow;
use names::Names;
use nets::Nets;
use tcp::Connection;
use tcp_row::TcpRow;
use tls::Tls;
use toggles::Toggles;
use udp::Talk;
use udp_row::UdpRow;

inventory::submit! { PluginEntry::new::<Tstat>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct Tstat {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(keep)]
    nets: Nets,
    #[merge(nested)]
    histograms: Histograms,
    #[merge(state)]
    names: Names,
}

/// What both directions of a flow are just now.
#[derive(Debug, Checkpoint)]
pub(crate) enum Conversation {
    /// Nothing, or what does not count.
    None,
    /// A connection.
    Tcp(Box<Connection>),
    /// A conversation over UDP.
    Udp(Box<Talk>),
}

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    of: Biflow<Conversation>,
    /// Where its packets go, for histograms; nothing if both ends are outside.
    class: Option<Class>,
}

impl Plugin for Tstat {
    const INFO: Info = Info::new("tstat", 825, "Connections with the columns of Tstat")
        .tables(&["tstat_tcp", "tstat_udp", "tstat_mm", "tstat_hist"])
        .sees_all_flows()
        .streams();
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = NoRow<Toggles>;
    type PacketRow<'a> = NoRow<Toggles>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let toggles = setup.toggles.clone();
        let nets = Nets::read(&toggles.nets, toggles.original).map_err(PluginError::Other)?;
        let histograms = Histograms::new(toggles.histograms);
        let names = Names::new(toggles.names, setup.run.share());
        Ok(Self { toggles, nets, histograms, names })
    }

    fn bytes_elsewhere(&self) -> usize {
        let tls = if self.toggles.layer7 { tls::bytes() } else { 0 };
        Biflow::<Conversation>::BYTES + size_of::<Connection>() + tls.max(quic::bytes())
    }

    fn growth(&self) -> Growth {
        space::GROWTH
    }

    fn bytes_of_run(&self) -> usize {
        self.histograms.bytes() + self.names.bytes()
    }

    fn tables(list: &mut TableList<'_, Toggles>) {
        list.add::<TcpRow<'_>>();
        list.add::<UdpRow<'_>>();
        list.add::<MediaRow<'_>>();
        if list.toggles().histograms > 0 {
            list.add::<HistogramRow<'_>>();
        }
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) -> Interest {
        if cx.layers.is_layer2() {
            return Interest::None;
        }
        let has_histograms = self.histograms.is_on();
        if has_histograms {
            flow.class = Class::new(cx.key, &self.nets);
        }
        match cx.key.proto {
            TCP if self.toggles.layer7 => Interest::StreamAndPackets,
            protocol => Interest::when(has_histograms || matches!(protocol, TCP | UDP)),
        }
    }

    fn on_stream(
        &mut self,
        _: &mut StreamContext<'_>,
        event: StreamEvent<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) -> Next {
        let peer = peer.map(|peer| &mut peer.of);
        match Biflow::existing(&mut flow.of, peer) {
            Some((Conversation::Tcp(connection), side)) => {
                let from = usize::from(side != connection.client);
                Tls::event(&mut connection.tls, from, event, self.toggles.original)
            }
            // It begins with a SYN, behind which its bytes are asked for.
            _ => Next::Stop,
        }
    }

    fn on_packet(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) {
        let time = self.time(cx.packet.ts);
        if self.histograms.is_on() {
            self.histograms.advance(time, &mut |row| cx.emit_for(FlowId(0), row));
            if let Some(class) = flow.class {
                self.histograms.packet(class, cx.layers, cx.packet.data);
            }
        }
        if !cx.layers.is_first_fragment() || !matches!(cx.key.proto, TCP | UDP) {
            return;
        }
        let peer = peer.map(|peer| &mut peer.of);
        let (conversation, side) = Biflow::of_packet(&mut flow.of, peer, || Conversation::None);
        if conversation.is_idle(time) {
            let key = *cx.key;
            self.show(cx, &key, side, conversation);
            *conversation = Conversation::None;
        }
        if cx.key.proto == UDP {
            self.datagram(cx, time, side, conversation);
        } else {
            self.segment(cx, time, side, conversation);
            if matches!(conversation, Conversation::Tcp(connection) if connection.is_over) {
                let key = *cx.key;
                self.show(cx, &key, side, conversation);
                *conversation = Conversation::None;
            }
        }
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a State) -> NoRow<Toggles> {
        NoRow::default()
    }

    fn has_empty_row(&self, flow: &State, peer: Option<&State>) -> bool {
        flow.of.is_empty() && peer.is_none_or(|peer| peer.of.is_empty())
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut State,
        peer: Option<&'a mut State>,
    ) -> NoRow<Toggles> {
        let peer = peer.map(|peer| &mut peer.of);
        if let Some((conversation, side)) = Biflow::at_end(&mut flow.of, peer) {
            let key = *cx.key;
            self.show(cx, &key, side, &conversation);
        }
        NoRow::default()
    }

    fn finish(&mut self, cx: &mut FinishContext<'_>) -> Result<(), PluginError> {
        self.histograms.finish(&mut |row| cx.emit_for(FlowId(0), row));
        Ok(())
    }
}

impl Conversation {
    fn is_idle(&self, now: Timestamp) -> bool {
        match self {
            Self::None => false,
            Self::Tcp(connection) => connection.is_idle(now),
            Self::Udp(talk) => talk.is_idle(now),
        }
    }
}

impl Tstat {
    /// A packet's time, as Tstat knows it if that is wanted.
    fn time(&self, time: Timestamp) -> Timestamp {
        if self.toggles.original { Timestamp(time.0 - time.0.rem_euclid(1000)) } else { time }
    }
}
