//! The features of NFStream: statistics of packet sizes and times of both directions and of each, with the first packets one by one.
//!
//! **Table** `nfstream`: a row for each record of a conversation over IP. A record ends when `NFSTREAM_IDLE` seconds pass without a packet, when it has lasted
//! `NFSTREAM_ACTIVE` seconds, at the end of the capture, and with the flow; FIN and RST do not end it. The first packet of the next record says anew which way is
//! `src2dst`.
//!
//! Moments are whole milliseconds, and time does not go back: a packet that is older than another one before it, of whatever conversation, counts as if it came
//! with that. For that one instance of the plugin sees all flows.
//!
//! `flowz --preset nfstream` writes the rows as `pandas` and the tool do. Not there are its columns of applications (`n_dissections`), of system visibility and of
//! plugins.
//!
//! Source: documentation of NFStream 6.6.0 and comparison with its output.

mod row;
mod state;
#[cfg(test)]
mod tests;
mod toggles;
mod values;

use flowz_api::inventory;
use flowz_api::key::{FlowKey, TCP, UDP};
use flowz_api::layers::{Layers, Net};
use flowz_api::packet::Packet;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::row::NoRow;
use flowz_api::table::TableList;
use flowz_api::token::Token;

use crate::biflow::{Biflow, Side};
use crate::ip_length;
use row::RecordRow;
use state::{End, Link, Record, Seen};
use toggles::Toggles;

inventory::submit! { PluginEntry::new::<NfStream>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct NfStream {
    #[merge(keep)]
    toggles: Toggles,
    /// Milliseconds of the newest packet so far.
    #[merge(state)]
    now: i64,
}

/// State of a flow.
type State = Biflow<Record>;

const MILLIS: u64 = 1000;
const ICMP: u8 = 1;
const ICMPV6: u8 = 58;

impl Plugin for NfStream {
    const INFO: Info = Info::new("nfstream", 824, "The statistical features of NFStream")
        .tables(&["nfstream"])
        .sees_all_flows();
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = NoRow<Toggles>;
    type PacketRow<'a> = NoRow<Toggles>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        Ok(Self { toggles: setup.toggles.clone(), now: i64::MIN })
    }

    fn bytes_elsewhere(&self) -> usize {
        State::BYTES + usize::from(self.toggles.splt) * Record::BYTES_EACH
    }

    fn tables(list: &mut TableList<'_, Toggles>) {
        list.add::<RecordRow<'_>>();
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, _: &mut State) -> Interest {
        Interest::when(cx.layers.net != Net::Layer2)
    }

    fn on_packet(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) {
        self.now = self.now.max(cx.packet.ts.0.div_euclid(1_000_000));
        if !cx.layers.is_first_fragment() {
            return;
        }
        let (ms, listed) = (self.now, self.toggles.splt);
        let new = |side| Record::new(side, link(cx.layers, cx.packet), listed);
        let (record, side) = Biflow::of_packet(flow, peer, || new(Side::Forward));
        let [idle, active] =
            [self.toggles.idle, self.toggles.active].map(|limit| u64::from(limit) * MILLIS);
        if let Some(end) = record.has_ended(ms, idle, active) {
            let ended = std::mem::replace(record, new(side));
            cx.emit(&RecordRow::new(&key_of(cx.key, side, &ended), &ended, end));
        }
        let flags = flags(cx.key, cx.layers, cx.packet);
        record.add(&Seen { ms, side, size: self.size(cx.layers, cx.packet), flags });
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
        if let Some((record, side)) = Biflow::at_end(flow, peer) {
            cx.emit(&RecordRow::new(&key_of(cx.key, side, &record), &record, End::Idle));
        }
        NoRow::default()
    }
}

impl NfStream {
    /// Size of a packet as it was asked for.
    fn size(&self, layers: &Layers, packet: &Packet<'_>) -> u32 {
        const ECHO_HEADER: u32 = 8;
        let header = match layers.l4_proto {
            TCP | UDP => layers.l4_header_len.into(),
            ICMP | ICMPV6 => ECHO_HEADER,
            _ => u32::MAX,
        };
        let transport = ip_length::declared_transport(layers, packet);
        let transport = if header == u32::MAX { 0 } else { transport };
        match self.toggles.accounting {
            0 => packet.wire_len,
            1 => ip_length::declared(layers, packet),
            2 => transport,
            _ => transport.saturating_sub(header),
        }
    }
}

/// The key of packets that go the way of a record's first one; the key in hand is that of packets that go the way `side`.
fn key_of(key: &FlowKey, side: Side, record: &Record) -> FlowKey {
    if side == record.begun_by { *key } else { key.reversed() }
}

/// Flags of TCP, 0 where there are none.
fn flags(key: &FlowKey, layers: &Layers, packet: &Packet<'_>) -> u8 {
    const FLAGS: usize = 13;
    let is_there = key.proto == TCP && layers.is_first_fragment();
    let header = layers.layer4(packet.data);
    header.get(FLAGS).copied().filter(|_| is_there).unwrap_or(0)
}

/// The number of the innermost tunnel that the tool names, with an IP header behind it.
fn tunnel(headers: &[Token]) -> u8 {
    let is_ip = |token: &Token| matches!(token, Token::Ipv4 | Token::Ipv6);
    let around = headers.iter().rposition(is_ip).map_or(&[][..], |ip| &headers[..ip]);
    let number = |token: &Token| match token {
        Token::Gtp => Some(1),
        Token::CapwapData => Some(2),
        _ => None,
    };
    around.iter().rev().find_map(number).unwrap_or(0)
}

/// What is in front of the IP header.
fn link(layers: &Layers, packet: &Packet<'_>) -> Link {
    const ADDRESSES: usize = 12;
    let frame = packet.data.get(layers.l2 as usize..).unwrap_or(&[]);
    let is_cooked = matches!(layers.chain.tokens().first(), Some(Token::Sll | Token::Sll2));
    let has_macs = !is_cooked && !layers.status.contains(FlowStat::NO_ETHERNET);
    let macs = frame.first_chunk::<ADDRESSES>().filter(|_| has_macs);
    let macs = macs.map(|&[a, b, c, d, e, f, rest @ ..]| (Mac(rest), Mac([a, b, c, d, e, f])));
    let tunnel = tunnel(layers.chain.tokens());
    Link { macs, vlan: layers.vlan_id, tunnel }
}
