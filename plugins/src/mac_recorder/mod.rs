//! The pairs of hardware addresses that the packets of a flow were sent between, and who made the devices.
//!
//! Pairs are listed in order of appearance with their packets, `MR_MAX_MAC` of a flow at most (`macStat` 01: there
//! were more). Several pairs in one flow mean several ways through the network, routers that stand in for each
//! other, or forged frames. Frames inside of tunnels count with their own addresses.
//!
//! Labels are made of IEEE's list of vendors: the longest block that matches, name and country. A short label has
//! no blanks; words in capitals are written in small letters, but for the first one (`CiscoSyst,US`). Addresses of
//! groups are named as standards do (`Broadcast`, `IPv6Multi`); `-` stands for all others, among them the addresses
//! that systems choose themselves.
//!
//! **Not offered**: `MACLBLFILE`, because the list is part of the program.

mod earlier;
mod known;
mod label;
mod pairs;
mod row;
mod toggles;
mod totals;

use flowz_api::inventory;
use flowz_api::plugin::Scope;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::settings::Run;

use known::{KnownLabels, LabelId};
use label::Labels;
use pairs::{Addresses, Pairs, source_and_destination};
use row::{FlowRow, HexPairList, LabelList, NumberPairList, OneLabel, PacketRow, PairList};
use toggles::Toggles;

inventory::submit! { PluginEntry::new::<MacRecorder>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct MacRecorder {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(keep)]
    labels: KnownLabels,
    #[merge(keep)]
    compat: bool,
    #[merge(nested)]
    totals: totals::Totals,
    /// Labels of the row.
    #[merge(keep)]
    row: Vec<(LabelId, LabelId)>,
}

impl Plugin for MacRecorder {
    const INFO: Info = Info::new(
        "macRecorder",
        110,
        "Pairs of hardware addresses of a flow, and who made the devices",
    )
    .on_by_default();
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = Pairs;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketRow<'a>;

    fn scope(run: &Run) -> Scope {
        // The reference's average follows the flows of the run in their order.
        if run.compat { Scope::Run } else { Scope::Flow }
    }

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let (toggles, compat) = (setup.toggles.clone(), setup.run.compat);
        let labels = KnownLabels::new(Labels::new(&toggles, compat));
        let (totals, row) = (totals::Totals::default(), Vec::new());
        Ok(Self { toggles, labels, compat, totals, row })
    }

    fn bytes_elsewhere(&self) -> usize {
        pairs::bytes(self.toggles.max_mac)
    }

    fn on_layer2(&mut self, cx: &mut PacketContext<'_>, flow: &mut Pairs, _: Option<&mut Pairs>) {
        self.add(cx, flow);
    }

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, flow: &mut Pairs, _: Option<&mut Pairs>) {
        self.add(cx, flow);
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a Pairs) -> PacketRow<'a> {
        let label = |id: Option<LabelId>| OneLabel(id.map(|id| self.labels.text(id)));
        let (source, destination) = self.row.first().copied().unzip();
        PacketRow { source: label(source), destination: label(destination) }
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut Pairs,
        _: Option<&'a mut Pairs>,
    ) -> FlowRow<'a> {
        self.row.clear();
        if self.toggles.maclbl > 0 {
            self.labels.begin_row();
            flow.for_each(|(source, destination, _)| {
                self.label(source, destination, cx.key.ethertype);
            });
        }
        let (count, full) = (flow.kept() as u32, flow.is_full());
        self.totals.add(count, full);
        FlowRow {
            stat: Hex8(full.into()),
            count,
            pairs: PairList(flow),
            hex_pairs: HexPairList(flow),
            number_pairs: NumberPairList(flow),
            labels: LabelList(&self.labels, &self.row),
        }
    }

    fn report(&self, _: &Totals, out: &mut Report) {
        self.totals.report(self.compat, out);
    }
}

impl MacRecorder {
    #[inline]
    fn add(&mut self, cx: &PacketContext<'_>, flow: &mut Pairs) {
        let addresses = addresses(cx.layers, cx.packet);
        if let Some(addresses) = addresses {
            flow.add(addresses, self.toggles.max_mac, self.compat);
        }
        if cx.run.packet_mode && self.toggles.maclbl > 0 {
            self.row.clear();
            self.labels.begin_row();
            if let Some((source, destination)) = addresses.map(source_and_destination) {
                self.label(source, destination, cx.key.ethertype);
            }
        }
    }

    /// Adds the labels of two addresses to the row.
    fn label(&mut self, source: Mac, destination: Mac, ethertype: u16) {
        let ids =
            (self.labels.label_of(source, ethertype), self.labels.label_of(destination, ethertype));
        self.row.push(ids);
    }
}

/// Addresses of the frame; none without an Ethernet header.
#[inline]
fn addresses<'a>(layers: &Layers, packet: &Packet<'a>) -> Option<&'a Addresses> {
    if layers.status.contains(FlowStat::NO_ETHERNET) {
        return None;
    }
    packet.data.get(layers.l2 as usize..)?.first_chunk()
}

#[cfg(test)]
mod tests {
    use super::{FlowStat, Layers, Mac, addresses, source_and_destination};
    use flowz_api::packet::{LinkType, Packet, Timestamp};

    fn packet(data: &[u8]) -> Packet<'_> {
        let (ts, link) = (Timestamp(0), LinkType::ETHERNET);
        Packet { ts, wire_len: 60, link, interface: 0, data }
    }

    #[test]
    fn addresses_that_were_captured() {
        let frame: Vec<u8> = (0..16).collect();
        let layers = Layers { l2: 2, ..Layers::NOTHING };
        for length in 0..=frame.len() {
            let packet = packet(&frame[..length]);
            let expected = (Mac([8, 9, 10, 11, 12, 13]), Mac([2, 3, 4, 5, 6, 7]));
            let found = addresses(&layers, &packet).map(source_and_destination);
            assert_eq!(found, (length >= 14).then_some(expected));
        }
        let without = Layers { status: FlowStat::NO_ETHERNET, ..layers };
        assert_eq!(addresses(&without, &packet(&frame)), None);
    }
}
