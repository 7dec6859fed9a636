//! TCP connections as tcptrace describes them: counts, bytes that came again, windows, round trips.
//!
//! **Table** `tcptrace`: a row for each connection, when it ends: with its flow, and when a SYN with another sequence number follows a FIN or RST. `a` is who sent the first packet that was captured,
//! `a2b` what it sent. Columns are called as in tcptrace's table, without characters other than letters, digits and `_`. Times are whole microseconds; what is unknown is empty.
//!
//! **Round trips** are measured where the packets were captured, from a segment to the acknowledgement that ends exactly behind its last byte; SYN and FIN are segments too. Segments that were
//! sent more than once have none (Karn's algorithm), nor have those that waited for a lower one. Of each direction the 1024 highest segments are remembered; of what is below only that it was sent, so if it is
//! sent again it counts as repeated, but not to times and numbers of repetitions.
//!
//! `flowz --preset tcptrace` writes the rows as `tcptrace -n -l -r --csv` does, with flows that end with the capture, and with that tool's faults (`TCPTRACE_ORIGINAL`).

mod connection;
mod derived;
mod row;
mod segment;
#[cfg(test)]
mod tests;
mod times;
mod toggles;
mod way;

use flowz_api::inventory;
use flowz_api::key::TCP;
use flowz_api::memory::Growth;
use flowz_api::packet::Timestamp;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::row::NoRow;
use flowz_api::table::TableList;

use crate::biflow::{Biflow, Side};
use crate::segments::{self, MOST};
use connection::Connection;
use derived::How;
use row::ConnectionRow;
use segment::Segment;
use toggles::Toggles;

inventory::submit! { PluginEntry::new::<TcpTrace>() }

/// The plugin.
#[derive(Merge, Debug)]
pub(crate) struct TcpTrace {
    #[merge(keep)]
    how: How,
    /// Connections so far.
    #[merge(sum)]
    connections: u64,
}

/// State of a flow.
type State = Biflow<Connection>;

impl Plugin for TcpTrace {
    const INFO: Info = Info::new("tcpTrace", 822, "TCP connections as tcptrace describes them")
        .tables(&["tcptrace"])
        .sees_all_flows();
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = NoRow<Toggles>;
    type PacketRow<'a> = NoRow<Toggles>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let toggles = setup.toggles.clone();
        let how = How { original: toggles.original, now: Timestamp::default() };
        Ok(Self { how, connections: 0 })
    }

    fn bytes_elsewhere(&self) -> usize {
        State::BYTES
    }

    fn growth(&self) -> Growth {
        // A list doubles its room when it is full.
        let bytes = 2 * size_of::<segments::Segment>();
        Growth { bytes: bytes as u32, packets: MOST as u32 }
    }

    fn tables(list: &mut TableList<'_, Toggles>) {
        list.add::<ConnectionRow<'_>>();
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, _: &mut State) -> Interest {
        // Of others only the time counts, and for tcptrace's gaps alone.
        Interest::when(cx.key.proto == TCP && !cx.layers.is_layer2() || self.how.original)
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
        if cx.key.proto != TCP {
            return;
        }
        let Some(segment) = Segment::of(cx) else { return };
        let next = self.connections + 1;
        let begin = || Connection::new(next, Side::Forward, segment.time);
        let (connection, side) = Biflow::of_packet(flow, peer, begin);
        if connection.is_over_with(&segment, side) {
            let new = Connection::new(next, side, segment.time);
            let ended = std::mem::replace(connection, new);
            let key = *cx.key;
            ConnectionRow::with(&key, side, &ended, self.how, |row| cx.emit(row));
        }
        self.connections = self.connections.max(connection.number);
        connection.add(&segment, side, self.how.original);
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
        if let Some((connection, side)) = Biflow::at_end(flow, peer) {
            let key = *cx.key;
            ConnectionRow::with(&key, side, &connection, self.how, |row| cx.emit(row));
        }
        NoRow::default()
    }
}
