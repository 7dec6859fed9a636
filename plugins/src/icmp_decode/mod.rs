//! Types, codes and echo success of ICMP (RFC 792) and ICMPv6 (RFC 4443), and traces of misuse.
//!
//! `icmpStat` says what was seen in a flow:
//!
//! | bit | meaning |
//! |---|---|
//! | 01 | the flow is ICMP or ICMPv6 |
//! | 10 | echo data with which Windows measures bandwidth: a picture |
//! | 20 | the sequence number of an echo message does not follow that of the one before with the same identifier |
//! | 40 | echo message with sequence number f001, which the Loki back door uses |
//! | 80 | the greeting of an SSH program in echo data: a tunnel |
//!
//! **Direction**: a flow that begins without a peer goes from the client if its first message asks
//! for something (echo request, router solicitation and the like), else from the server. The reference knows
//! echo requests only.
//!
//! **Flow of an error**: errors quote the packet that they are about. With `core.ICMP_RELATED=1`
//! `icmpPFindex` names its flow. The reference looks up the error's own addresses, and so finds the flow
//! of the error itself.
//!
//! **Gateway or time**: `icmpTmGtw` is the gateway of a redirect, or the originate timestamp of a
//! timestamp message.
//!
//! **File**: `PREFIX_icmpStats.txt` counts the messages of the run by type and code, with their names and shares.
//!
//! **Not offered**: of `ICMP_TC_MD` the statistics of types and codes per flow, which are in the list.

mod file;
mod message;
mod names;
mod row;
mod state;
mod toggles;
mod totals;

use flowz_api::inventory;
use flowz_api::memory;
use flowz_api::plugin::{FindDirection, FinishContext, NewFlow};
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;

use message::{Kind, Message, Version};
use row::{FlowRow, PacketRow};
use state::{State, success};
use toggles::Toggles;

inventory::submit! { PluginEntry::new::<IcmpDecode>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct IcmpDecode {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(keep)]
    compat: bool,
    #[merge(nested)]
    totals: totals::Totals,
}

/// State of a flow: flows of other protocols have none.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Flow(Option<Box<State>>);

impl Plugin for IcmpDecode {
    const INFO: Info =
        Info::new("icmpDecode", 140, "Types, codes and echo success of ICMP and ICMPv6")
            .on_by_default();
    const FIND_DIRECTION: Option<FindDirection<Self>> = Some(find_direction);
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = Flow;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketRow;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let (toggles, compat) = (setup.toggles.clone(), setup.run.compat);
        Ok(Self { toggles, compat, totals: totals::Totals::default() })
    }

    fn bytes_elsewhere(&self) -> usize {
        let list =
            memory::boxed::<state::List>() + memory::list::<(u8, u8)>(self.toggles.num.into());
        memory::boxed::<State>() + list
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut Flow) -> Interest {
        if Version::from_protocol(cx.layers.l4_proto).is_some() && !cx.layers.is_layer2() {
            flow.0 = Some(Box::default());
        }
        Interest::when(flow.0.is_some())
    }

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, flow: &mut Flow, _: Option<&mut Flow>) {
        let (Some(m), Some(flow)) = (message(cx.layers, cx.packet), &mut flow.0) else { return };
        self.totals.add(&m);
        flow.add(&m, self.compat);
        if self.toggles.tc_md == 1 {
            flow.list(&m, self.toggles.num.into());
        }
        if let Some(parent) = parent(&m, cx, self.compat) {
            flow.parent = parent;
        }
        self.totals.stat |= flow.stat;
    }

    fn packet_row<'a>(&'a self, cx: &'a PacketContext<'_>, flow: &'a Flow) -> PacketRow {
        let stat = Hex8(flow.0.as_ref().map_or(0, |flow| flow.stat));
        let Some(m) = message(cx.layers, cx.packet) else {
            return PacketRow { stat, ..PacketRow::default() };
        };
        // The reference shows these bytes of all messages.
        let session = m.session().filter(|_| m.has_session() || self.compat);
        PacketRow {
            stat,
            kind: Some(m.kind),
            code: Some(m.code),
            id: session.map(|(id, _)| Hex16(id)),
            sequence: session.map(|(_, sequence)| Hex16(sequence)),
            parent: parent(&m, cx, self.compat),
        }
    }

    fn on_flow_end<'a>(
        &'a mut self,
        _: &'a mut EndContext<'_>,
        flow: &'a mut Flow,
        peer: Option<&'a mut Flow>,
    ) -> FlowRow<'a> {
        let Some(flow) = flow.0.as_deref() else { return FlowRow::default() };
        // The reference keeps the lower 8 bits.
        let count = if self.compat { flow.count as u8 } else { flow.count.min(255) as u8 };
        FlowRow {
            stat: Hex8(flow.stat),
            count,
            bits: (Hex32(flow.types_high), Hex32(flow.types_low), Hex16(flow.codes)),
            success: success(flow, peer.and_then(|peer| peer.0.as_deref())),
            gateway_or_time: Hex32(flow.gateway_or_time),
            parent: flow.parent,
            list: List(flow.pairs()),
        }
    }

    fn report(&self, _: &Totals, out: &mut Report) {
        self.totals.report(out);
    }

    fn files(&self) -> Vec<String> {
        let suffix = self.toggles.statfile.then(|| self.toggles.suffix.to_string());
        suffix.into_iter().collect()
    }

    fn finish(&mut self, cx: &mut FinishContext<'_>) -> Result<(), PluginError> {
        let toggles = &self.toggles;
        if toggles.statfile {
            cx.file(&*toggles.suffix, file::text(&self.totals, &toggles.nocode));
        }
        Ok(())
    }
}

/// The direction of a flow that begins without a peer.
fn find_direction(toggles: &Toggles, new: &NewFlow<'_>) -> Option<Direction> {
    if !toggles.fdcorr || new.peer.is_some() {
        return None;
    }
    message(new.layers, new.packet).map(|m| m.direction(new.run.compat))
}

/// The ICMP message of a packet; none in later fragments.
fn message<'a>(layers: &Layers, packet: &Packet<'a>) -> Option<Message<'a>> {
    let version = Version::from_protocol(layers.l4_proto).filter(|_| !layers.is_layer2())?;
    if !layers.is_first_fragment() {
        return None;
    }
    Message::parse(version, layers.layer4(packet.data))
}

/// The flow that an error is about.
fn parent(m: &Message<'_>, cx: &PacketContext<'_>, compat: bool) -> Option<u64> {
    match m.purpose() {
        // The reference finds the flow of the error itself.
        Kind::Error | Kind::Redirect if compat => Some(cx.flow.id.0),
        Kind::Error | Kind::Redirect => cx.related.map(|flow| flow.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Direction, FlowKey, Layers, NewFlow, Packet, Timestamp, Toggles, find_direction};
    use flowz_api::flow::Flow;
    use flowz_api::layers::Net;
    use flowz_api::packet::LinkType;
    use flowz_api::settings::Run;

    /// The direction of a flow that begins with this message.
    fn direction(data: &[u8], fdcorr: bool, has_peer: bool) -> Option<Direction> {
        let length = data.len() as u16;
        let ts = Timestamp(0);
        let packet = Packet { ts, wire_len: 60, link: LinkType::ETHERNET, interface: 0, data };
        let layers =
            Layers { net: Net::V4, l4_proto: 1, snap_l4_len: length.into(), ..Layers::NOTHING };
        let new = NewFlow {
            packet: &packet,
            layers: &layers,
            key: &FlowKey::default(),
            flow: &Flow::NONE,
            peer: has_peer.then_some(&Flow::NONE),
            run: &Run::default(),
        };
        find_direction(&Toggles { fdcorr, ..Toggles::default() }, &new)
    }

    #[test]
    fn flows_without_a_peer_have_the_direction_of_their_message() {
        let (request, reply) = ([8, 0, 0, 0, 0, 1, 0, 1], [0; 8]);
        assert_eq!(direction(&request, true, false), Some(Direction::A));
        assert_eq!(direction(&reply, true, false), Some(Direction::B));
        assert_eq!(direction(&reply, true, true), None);
        assert_eq!(direction(&reply, false, false), None);
        assert_eq!(direction(&reply[..3], true, false), None);
    }
}
