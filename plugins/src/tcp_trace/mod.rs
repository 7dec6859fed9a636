//! TCP connections as tcptrace describes them: counts, bytes that came again, windows, round trips.
//!
//! **Table** `tcptrace`: a row for each connection, when it ends: with its flow, and when a SYN with another sequence number follows a FIN or RST. `a` is who sent the first packet that was captured,
//! `a2b` what it sent. Columns are called as in tcptrace's table, without characters other than letters, digits and `_`. Times are whole microseconds; what is unknown is empty.
//!
//! **Round trips** are measured where the packets were captured, from a segment to the acknowledgement that ends exactly behind its last byte; SYN and FIN are segments too. Segments that were
//! sent more than once have none (Karn's algorithm), nor have those that waited for a lower one. Of each direction the 1024 highest segments are remembered; of what is below only that it was sent, so if it is
//! sent again it counts as repeated, but not to times and numbers of repetitions.
//!
//! **Table** `tcptraceudp` (`TCPTRACE_UDP`): a row for each UDP conversation, when its flow ends.
//!
//! `flowz --preset tcptrace` writes the rows as `tcptrace -n -l -r --csv` does, with flows that end with the capture, and with that tool's faults (`TCPTRACE_ORIGINAL`). `flowz tcptrace` prints
//! the listings of that tool.

mod derived;
mod row;
mod seen;
#[cfg(test)]
mod tests;
mod toggles;
mod udp;

use flowz_api::flow::FlowId;
use flowz_api::inventory;
use flowz_api::key::{TCP, UDP};
use flowz_api::memory::Growth;
use flowz_api::plugin::FinishContext;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::row::NoRow;
use flowz_api::table::{TableList, TableRow};

use crate::biflow::{Biflow, Side};
use crate::connections::connection::Connection;
use crate::connections::segment::{self, Segment};
use crate::segments::{self, MOST};
use derived::How;
use row::ConnectionRow;
use seen::{Seen, SeenRow};
use toggles::Toggles;
use udp::{Conversation, ConversationRow, Datagram};

inventory::submit! { PluginEntry::new::<TcpTrace>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct TcpTrace {
    #[merge(keep)]
    how: How,
    /// Connections so far.
    #[merge(sum)]
    connections: u64,
    /// UDP conversations so far.
    #[merge(sum)]
    conversations: u64,
    /// They are wanted.
    #[merge(keep)]
    has_udp: bool,
    /// Counts of the run are wanted.
    #[merge(keep)]
    has_counts: bool,
    #[merge(nested)]
    seen: Seen,
}

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    tcp: Biflow<Connection>,
    udp: Biflow<Conversation>,
}

impl TcpTrace {
    fn segment(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, peer: Option<&mut State>) {
        let Some(segment) = Segment::of(cx) else { return };
        self.seen.segment(&segment);
        let next = self.connections + 1;
        let begin = || Connection::new(next, Side::Forward, segment.time);
        let peer = peer.map(|peer| &mut peer.tcp);
        let (connection, side) = Biflow::of_packet(&mut flow.tcp, peer, begin);
        if connection.is_over_with(&segment, side, self.how.original) {
            let new = Connection::new(next, side, segment.time);
            let ended = std::mem::replace(connection, new);
            let key = *cx.key;
            ConnectionRow::with(&key, side, &ended, self.how, |row| cx.emit(row));
        }
        self.connections = self.connections.max(connection.number);
        connection.add(&segment, side, self.how.original);
    }

    fn datagram(&mut self, cx: &PacketContext<'_>, flow: &mut State, peer: Option<&mut State>) {
        let Some(datagram) = Datagram::of(cx) else { return };
        self.seen.datagram();
        let (next, before) = (self.conversations + 1, self.connections);
        let begin = || Conversation::new(next, before, datagram);
        let peer = peer.map(|peer| &mut peer.udp);
        let (conversation, side) = Biflow::of_packet(&mut flow.udp, peer, begin);
        self.conversations = self.conversations.max(conversation.number());
        conversation.add(datagram, side);
    }
}

impl Plugin for TcpTrace {
    const INFO: Info = Info::new("tcpTrace", 822, "TCP connections as tcptrace describes them")
        .tables(&["tcptrace"])
        .on_request(&[SeenRow::TABLE])
        .sees_all_flows();
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = NoRow<Toggles>;
    type PacketRow<'a> = NoRow<Toggles>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let toggles = setup.toggles.clone();
        Ok(Self {
            how: How { original: toggles.original, now: Timestamp::default() },
            connections: 0,
            conversations: 0,
            has_udp: toggles.udp,
            has_counts: setup.run.requests(SeenRow::TABLE),
            seen: Seen::default(),
        })
    }

    fn bytes_elsewhere(&self) -> usize {
        // A flow has one or the other.
        Biflow::<Connection>::BYTES.max(Biflow::<Conversation>::BYTES)
    }

    fn growth(&self) -> Growth {
        // A list doubles its room when it is full.
        let bytes = 2 * size_of::<segments::Segment>();
        Growth { bytes: bytes as u32, packets: MOST as u32 }
    }

    fn tables(list: &mut TableList<'_, Toggles>) {
        list.add::<ConnectionRow<'_>>();
        if list.toggles().udp {
            list.add::<ConversationRow>();
        }
        list.add_on_request::<SeenRow>();
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, _: &mut State) -> Interest {
        let is_counted = match cx.key.proto {
            _ if cx.layers.is_layer2() => false,
            TCP => true,
            UDP => self.has_udp,
            _ => false,
        };
        // Of others only the time counts, for tcptrace's gaps and for the run as a whole.
        Interest::when(is_counted || self.how.original || self.has_counts)
    }

    fn on_layer2(&mut self, cx: &mut PacketContext<'_>, _: &mut State, _: Option<&mut State>) {
        self.how.now = segment::whole_micros(cx.packet.ts);
    }

    fn on_packet(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) {
        self.how.now = segment::whole_micros(cx.packet.ts);
        self.seen.packet(self.how.now);
        match cx.key.proto {
            TCP => self.segment(cx, flow, peer),
            UDP if self.has_udp => self.datagram(cx, flow, peer),
            _ => {}
        }
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a State) -> NoRow<Toggles> {
        NoRow::default()
    }

    fn has_empty_row(&self, flow: &State, peer: Option<&State>) -> bool {
        let is_empty = |state: &State| state.tcp.is_empty() && state.udp.is_empty();
        is_empty(flow) && peer.is_none_or(is_empty)
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut State,
        peer: Option<&'a mut State>,
    ) -> NoRow<Toggles> {
        let (mut tcp_of_peer, mut udp_of_peer) = (None, None);
        if let Some(peer) = peer {
            (tcp_of_peer, udp_of_peer) = (Some(&mut peer.tcp), Some(&mut peer.udp));
        }
        let key = *cx.key;
        if let Some((connection, side)) = Biflow::at_end(&mut flow.tcp, tcp_of_peer) {
            ConnectionRow::with(&key, side, &connection, self.how, |row| cx.emit(row));
        }
        if let Some((conversation, side)) = Biflow::at_end(&mut flow.udp, udp_of_peer) {
            cx.emit(&ConversationRow::new(&key, side, &conversation));
        }
        NoRow::default()
    }

    fn finish(&mut self, cx: &mut FinishContext<'_>) -> Result<(), PluginError> {
        if self.has_counts {
            cx.emit_for(FlowId(0), &SeenRow::new(&self.seen, self.connections));
        }
        Ok(())
    }
}
