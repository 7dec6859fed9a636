//! The features of CICFlowMeter: 83 numbers of a conversation by which much of the literature on intrusion detection tells attacks (CICIDS2017, CSE-CIC-IDS2018).
//!
//! **Table** `cic`: a row for each part of a conversation, by default as the corrected fork of CICFlowMeter forms them: over TCP, UDP, ICMP and SCTP, parts of at
//! most `CIC_TIMEOUT` seconds from their first packet on; a TCP connection is over with RST, and with an ACK behind the FINs of both sides, and what comes then still
//! belongs to it, until a SYN begins another one. Forward is the way of the first packet, or the other one if that is SYN+ACK; behind the timeout it stays what it was.
//!
//! `CIC_MODE` 1 has the rules and faults of CICFlowMeter 4 itself, for models that were made with its tables:
//!
//! - The first packet is counted twice in the lengths of all packets: mean, deviation, variance, average size.
//! - A FIN backward ends a row at once, one forward never does, a second FIN of a side is passed over; what comes behind the end is another row.
//! - PSH and URG by direction count in the first packet only; packets forward with payload are counted behind it.
//! - Bulks are looked for without regard of the direction and counted backward.
//! - Down/up ratio, values of bulks and subflows have no fraction; subflows are as many as pauses, so without one there is none.
//! - The initial window backward is that of the last packet.
//! - Rows of one packet are dropped; protocols other than TCP and UDP are 0.
//!
//! Not there are faults of versions before: subflows that were packets, padding that was payload (2017), absolute times in the active and idle columns, counts of the
//! first packet alone. Neither are rows of several protocols in one, as packets that are neither TCP nor UDP have them there.
//!
//! `CIC_MODE` 2 has the rules of LycoSTand: a FIN or RST of either side ends the row, and what comes behind it until a SYN does not count; IPv4 right behind Ethernet
//! only; TCP rows of one packet, and rows whose time is not over when the capture ends, are not written. For that one instance of the plugin sees all flows.
//!
//! Later fragments do not count: they have no header of layer 4. The final active period of a row counts with `CIC_LAST_ACTIVE`.
//!
//! Source: tables of CICFlowMeter 4 and of its corrected fork, and what has been published on their faults; the output of LycoSTand.

mod bulk;
mod conversation;
mod flow;
#[cfg(test)]
mod properties;
mod row;
#[cfg(test)]
mod tests;
mod toggles;
mod values;

use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

use flowz_api::inventory;
use flowz_api::key::{FlowKey, TCP, UDP};
use flowz_api::layers::{Layers, Net};
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::row::NoRow;
use flowz_api::table::TableList;
use flowz_api::token::Token;

use crate::biflow::{Biflow, Side};
use crate::ip_length;
use conversation::Conversation;
use flow::{Flow, Mode, Rules, Seen};
use row::FeatureRow;
use toggles::Toggles;

inventory::submit! { PluginEntry::new::<Cic>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct Cic {
    #[merge(keep)]
    rules: Rules,
    /// Microseconds of the newest packet so far.
    #[merge(state)]
    now: i64,
    /// Room for the identifier of a row.
    #[merge(keep)]
    id: String,
}

/// State of a flow.
type State = Biflow<Conversation>;

const MICROS: u64 = 1_000_000;
const ICMP: u8 = 1;
const ICMPV6: u8 = 58;
const SCTP: u8 = 132;

impl Plugin for Cic {
    const INFO: Info =
        Info::new("cic", 823, "The features of CICFlowMeter").tables(&["cic"]).sees_all_flows();
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = NoRow<Toggles>;
    type PacketRow<'a> = NoRow<Toggles>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let toggles = setup.toggles;
        let [timeout, idle] =
            [toggles.timeout, toggles.idle].map(|limit| u64::from(limit) * MICROS);
        let (mode, last_active) = (Mode::new(toggles.mode), toggles.last_active);
        let rules = Rules { mode, timeout, idle, last_active };
        Ok(Self { rules, now: i64::MIN, id: String::new() })
    }

    fn bytes_elsewhere(&self) -> usize {
        State::BYTES
    }

    fn tables(list: &mut TableList<'_, Toggles>) {
        list.add::<FeatureRow<'_>>();
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, _: &mut State) -> Interest {
        let (layers, proto) = (cx.layers, cx.key.proto);
        Interest::when(match self.rules.mode {
            _ if layers.net == Net::Layer2 => false,
            Mode::Corrected => matches!(proto, TCP | UDP | ICMP | ICMPV6 | SCTP),
            Mode::Original => true,
            Mode::Lycos => {
                let is_plain = layers.chain.tokens().starts_with(&[Token::Eth, Token::Ipv4]);
                is_plain && matches!(proto, TCP | UDP | ICMP)
            }
        })
    }

    fn on_packet(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) {
        let micros = flow::micros(cx.packet.ts);
        self.now = self.now.max(micros);
        if !cx.layers.is_first_fragment() {
            return;
        }
        let (conversation, side) = Biflow::of_packet(flow, peer, Conversation::default);
        let seen = seen(cx.key.proto, cx.layers, cx.packet, side, self.rules.mode);
        conversation.add(&seen, &self.rules, |ended| {
            let ends = ends(cx.key, side, ended);
            cx.emit(&row(&mut self.id, &ends, ended, &self.rules));
        });
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
            && let Some(ended) = conversation.end(self.now, &self.rules)
        {
            let ends = ends(cx.key, side, &ended);
            cx.emit(&row(&mut self.id, &ends, &ended, &self.rules));
        }
        NoRow::default()
    }
}

/// The key of forward packets; that in hand is of packets that go the way `side`.
fn ends(key: &FlowKey, side: Side, flow: &Flow) -> FlowKey {
    if side == flow.forward { *key } else { key.reversed() }
}

/// A row with its identifier.
fn row<'a>(id: &'a mut String, ends: &FlowKey, flow: &Flow, rules: &Rules) -> FeatureRow<'a> {
    id.clear();
    let ports = [ends.src_port, ends.dst_port].map(|port| values::port(ends.proto, port));
    let proto = values::protocol(ends.proto, rules.mode);
    // Writing to a string does not fail.
    let _ = match ends.net {
        Net::V6 => write!(id, "{}-{}", Ipv6Addr::from(ends.src), Ipv6Addr::from(ends.dst)),
        _ => write!(id, "{}-{}", v4(&ends.src), v4(&ends.dst)),
    };
    let _ = write!(id, "-{}-{}-{proto}", ports[0], ports[1]);
    FeatureRow::new(ends, id.as_bytes(), flow, rules)
}

fn v4(&[a, b, c, d, ..]: &[u8; 16]) -> Ipv4Addr {
    Ipv4Addr::new(a, b, c, d)
}

/// What counts of a packet.
fn seen(proto: u8, layers: &Layers, packet: &Packet<'_>, side: Side, mode: Mode) -> Seen {
    const FLAGS: usize = 13;
    const ICMP_HEADER: u32 = 8;
    let bytes = layers.layer4(packet.data);
    let flags = bytes.get(FLAGS).copied().unwrap_or(0);
    let window = bytes.get(FLAGS + 1..FLAGS + 3).map_or(0, |w| u16::from_be_bytes([w[0], w[1]]));
    let header = match proto {
        TCP | UDP => layers.l4_header_len.into(),
        _ if mode == Mode::Original => 0,
        SCTP => layers.l4_header_len.into(),
        _ => ICMP_HEADER,
    };
    let has_payload = matches!(proto, TCP | UDP) || mode != Mode::Original;
    let payload = if has_payload {
        ip_length::declared_transport(layers, packet).saturating_sub(header)
    } else {
        0
    };
    Seen {
        micros: flow::micros(packet.ts),
        side,
        payload,
        header,
        tcp: (proto == TCP).then_some((flags, window)),
        // Whatever the protocol is.
        answers: flags & (flow::SYN | flow::ACK) == flow::SYN | flow::ACK,
    }
}
