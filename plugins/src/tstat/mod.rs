//! Connections over TCP and conversations over UDP with the columns of Tstat's logs.
//!
//! **Table** `tstat_tcp`: a row for each connection that begins with a SYN, when it is over: both ends have closed it and that was acknowledged, one has reset it, there was nothing for 300 seconds, or
//! nothing for 10 seconds behind a SYN alone. Connections whose beginning was not captured have none.
//!
//! **Table** `tstat_udp`: a row for each conversation over UDP, when there was nothing for 200 seconds, or for 10 seconds behind one packet.
//!
//! **Table** `tstat_mm`: a row for each direction of such a conversation that carries RTP, which two packets show whose numbers follow each other.
//!
//! Columns are called as in the logs; `c_` is the client, who sent the SYN or the first datagram, and `s_` the server. What is unknown is empty. Which segments came again, and which round-trip times there are, follows
//! the rules of tcptrace; why they came again those of Mellia and others (2008). The most recent 512 pieces of a direction's sequence numbers are known one by one, what is in front of them counts as sent.
//!
//! `flowz --preset tstat` writes the rows as that tool does. Otherwise the flows are those of the run: one that lives for less than 300 seconds of silence (`core.FLOW_TIMEOUT`) ends the connection in it.

mod anomaly;
mod ends;
mod layer7;
mod media_row;
mod nets;
mod segment;
mod space;
mod stream;
mod tcp;
mod tcp_row;
#[cfg(test)]
mod tests;
mod toggles;
mod udp;
mod udp_kind;
mod udp_row;
mod way;

use flowz_api::inventory;
use flowz_api::key::{FlowKey, TCP, UDP};
use flowz_api::packet::Timestamp;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::row::NoRow;
use flowz_api::table::TableList;

use crate::biflow::{Biflow, Side};
use ends::Ends;
use media_row::MediaRow;
use nets::Nets;
use segment::Segment;
use tcp::Connection;
use tcp_row::TcpRow;
use toggles::Toggles;
use udp::{Datagram, Talk};
use udp_row::UdpRow;

inventory::submit! { PluginEntry::new::<Tstat>() }

/// The plugin.
#[derive(Merge, Debug)]
pub(crate) struct Tstat {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(keep)]
    nets: Nets,
}

/// What both directions of a flow are just now.
#[derive(Clone, Debug)]
pub(crate) enum Conversation {
    /// Nothing, or what does not count.
    None,
    /// A connection.
    Tcp(Box<Connection>),
    /// A conversation over UDP.
    Udp(Box<Talk>),
}

/// State of a flow.
type State = Biflow<Conversation>;

impl Plugin for Tstat {
    const INFO: Info = Info::new("tstat", 825, "Connections with the columns of Tstat").tables(&[
        "tstat_tcp",
        "tstat_udp",
        "tstat_mm",
    ]);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = NoRow<Toggles>;
    type PacketRow<'a> = NoRow<Toggles>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let toggles = setup.toggles.clone();
        let nets = Nets::read(&toggles.nets, toggles.original).map_err(PluginError::Other)?;
        Ok(Self { toggles, nets })
    }

    fn bytes_elsewhere(&self) -> usize {
        State::BYTES + size_of::<Connection>()
    }

    fn tables(list: &mut TableList<'_, Toggles>) {
        list.add::<TcpRow<'_>>();
        list.add::<UdpRow>();
        list.add::<MediaRow<'_>>();
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, _: &mut State) -> Interest {
        Interest::when(!cx.layers.is_layer2() && matches!(cx.key.proto, TCP | UDP))
    }

    fn on_packet(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) {
        if !cx.layers.is_first_fragment() {
            return;
        }
        let (conversation, side) = Biflow::of_packet(flow, peer, || Conversation::None);
        let time = self.time(cx.packet.ts);
        if conversation.is_idle(time) {
            self.show(cx, side, conversation);
            *conversation = Conversation::None;
        }
        if cx.key.proto == UDP {
            datagram(cx, time, side, conversation);
        } else {
            segment(cx, time, side, conversation, self.toggles.original);
            if matches!(conversation, Conversation::Tcp(connection) if connection.is_over) {
                self.show(cx, side, conversation);
                *conversation = Conversation::None;
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
        if let Some((conversation, side)) = Biflow::at_end(flow, peer) {
            match (&*conversation, self.ends(cx.key, side, &conversation)) {
                (Conversation::Tcp(of), Some(ends)) => {
                    cx.emit(&TcpRow::new(&ends, of, self.toggles.original));
                }
                (Conversation::Udp(of), Some(ends)) => {
                    cx.emit(&UdpRow::new(&ends, of));

                    for (from, stream) in of.streams() {
                        let types = media_row::types(stream);

                        cx.emit(&MediaRow::new(
                            &ends,
                            of,
                            (from, stream),
                            &types,
                            self.toggles.original,
                        ));
                    }
                }
                _ => {}
            }
        }
        NoRow::default()
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

    /// Who talks, if the conversation has a row; the key is that of packets of `side`.
    fn ends(&self, key: &FlowKey, side: Side, of: &Conversation) -> Option<Ends> {
        let client = match of {
            Conversation::None => return None,
            Conversation::Tcp(connection) => connection.client,
            Conversation::Udp(talk) => talk.client,
        };
        Ends::new(key, side, client, &self.nets)
    }

    /// Writes the row of a conversation that is over with a packet.
    fn show(&self, cx: &mut PacketContext<'_>, side: Side, of: &Conversation) {
        match (of, self.ends(cx.key, side, of)) {
            (Conversation::Tcp(of), Some(ends)) => {
                cx.emit(&TcpRow::new(&ends, of, self.toggles.original));
            }
            (Conversation::Udp(of), Some(ends)) => {
                cx.emit(&UdpRow::new(&ends, of));

                for (from, stream) in of.streams() {
                    let types = media_row::types(stream);

                    cx.emit(&MediaRow::new(
                        &ends,
                        of,
                        (from, stream),
                        &types,
                        self.toggles.original,
                    ));
                }
            }
            _ => {}
        }
    }
}

/// Takes a datagram in.
fn datagram(cx: &PacketContext<'_>, time: Timestamp, side: Side, of: &mut Conversation) {
    if matches!(of, Conversation::None) {
        *of = Conversation::Udp(Box::new(Talk::begin(side, time)));
    }
    if let Conversation::Udp(talk) = of {
        // As the header of UDP says: of a datagram in fragments all of it is in the first one.
        let header = cx.layers.layer4(cx.packet.data);
        let len = match *header {
            [_, _, _, _, high, low, ..] => {
                u32::from(u16::from_be_bytes([high, low])).saturating_sub(8)
            }
            _ => cx.layers.l7_len,
        };
        let datagram = Datagram {
            time,
            len,
            ports: [cx.key.src_port, cx.key.dst_port],
            payload: cx.layers.payload(cx.packet.data),
            ttl: segment::ttl(cx.layers, cx.packet.data),
        };
        talk.add(side, &datagram);
    }
}

/// Takes a segment in; only a SYN begins a connection.
fn segment(
    cx: &PacketContext<'_>,
    time: Timestamp,
    side: Side,
    of: &mut Conversation,
    original: bool,
) {
    let Some(segment) = Segment::new(cx.layers, cx.packet.data, time) else { return };
    if matches!(of, Conversation::None) {
        let begun = Connection::begin(side, &segment, original);
        *of =
            begun.map_or(Conversation::None, |connection| Conversation::Tcp(Box::new(connection)));
    }
    if let Conversation::Tcp(connection) = of {
        connection.add(side, &segment);
    }
}
