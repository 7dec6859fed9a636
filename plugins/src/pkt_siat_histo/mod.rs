//! A histogram of packet sizes and inter-arrival times of each flow.
//!
//! Each packet counts in the pair of its size and the bin of the time since the flow's packet before; the first one has a time of 0.
//! Sizes are those of the payload on the wire, or from the layer on that `core.PACKETLENGTH` names, modulo `PSI_MOD` where that is not 0.
//! The list has all pairs that came, in the order of sizes, then of times, and beside the count of the pair the packets of
//! that size and the packets in that bin. A flow has at most 65,536 pairs; packets with more than those do not count.
//!
//! **Bins** in milliseconds, in as many sections as `IATSECMAX` says:
//!
//! | section | from | below | width |
//! |---|---|---|---|
//! | 1 | 0 | 200 | 1 |
//! | 2 | 200 | 400 | 5 |
//! | 3 | 400 | 1000 | 10 |
//! | 4 | 1000 | 10000 | 20 |
//! | 5 | 10000 | 100000 | 50 |
//! | 6 | 100000 | 1000000 | 100 |
//!
//! The last bin holds all that is longer than the last section. A bin is shown by its lower edge or, with `HISTO_PRINT_BIN`, by its number.
//!
//! **Exclusion**: with `PSI_XCLD` packets of `PSI_XMIN` bytes and less do not count; times are then those between packets that do.
//!
//! **Memory**: with `--max-mem` each packet of a flow counts as a pair, so flows of many packets leave early where memory is short.
//!
//! Other plugins get the histogram when the flow ends.
//!
//! **Not offered**: `PSIAT_NDPLF` and `HISTO_EARLY_CLEANUP` are about memory, which is taken as it is needed here and given back
//! when the flow ends; `HISTO_DEBUG` prints what a developer wants to see.

pub(crate) mod bins;
pub(crate) mod fact;
mod histogram;
mod row;
mod state;
mod table;
#[cfg(test)]
mod tests;
mod toggles;

use flowz_api::fact::FactId;
use flowz_api::inventory;
use flowz_api::memory::Growth;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::row::NoRow;

use bins::Bins;
use fact::HistogramFact;
use histogram::{MOST_PAIRS, PAIR};
use row::FlowRow;
use state::State;
use table::Table;
use toggles::Toggles;

inventory::submit! { PluginEntry::new::<PktSiatHisto>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct PktSiatHisto {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(keep)]
    bins: Bins,
    #[merge(keep)]
    table: Table,
}

impl Plugin for PktSiatHisto {
    const INFO: Info =
        Info::new("pktSIATHisto", 701, "Histogram of packet sizes and inter-arrival times")
            .publishes(&[FactId::of::<HistogramFact>()]);
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = NoRow<Toggles>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let toggles = setup.toggles.clone();
        Ok(Self { bins: Bins::new(toggles.sections), toggles, table: Table::default() })
    }

    fn growth(&self) -> Growth {
        Growth { bytes: PAIR as u32, packets: MOST_PAIRS as u32 }
    }

    fn on_layer2(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        self.add(cx, flow);
    }

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        self.add(cx, flow);
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a State) -> NoRow<Toggles> {
        NoRow::default()
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        let fact = HistogramFact::from_histogram(&flow.histogram, self.toggles.sections);
        cx.publish::<Self, HistogramFact>(&fact);
        FlowRow::from_entries(self.table.entries_of(
            &flow.histogram,
            self.bins,
            self.toggles.numbers,
        ))
    }
}

impl PktSiatHisto {
    #[inline]
    fn add(&self, cx: &PacketContext<'_>, flow: &mut State) {
        let t = &self.toggles;
        let size = cx.size();
        let size = size.checked_rem(t.modulus.into()).unwrap_or(size);
        if !t.exclude || size > t.limit {
            flow.add(size, cx.flow.last, self.bins, cx.run.compat);
        }
    }
}
