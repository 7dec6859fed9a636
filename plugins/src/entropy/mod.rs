//! How random a flow's payload looks: Shannon's entropy of its bytes, and how much of it is text.
//!
//! The captured payload bytes from `ENT_HEAD` to `ENT_TAIL` of each packet count, until there are `ENT_THRESH`; bytes that were not captured say nothing.
//! The first `ENT_HPKTIG` packets of a flow are passed over. Flows of `ENT_THRESL` bytes or less show -1 in all columns.
//!
//! The **entropy** is −Σ p·log₂ p over the shares p of all symbols, divided by the bits of a symbol, so that it is between 0 (one symbol only)
//! and 1 (all symbols alike often: encrypted or compressed). Symbols have `ENT_NBITS` bits. With `ENT_NORM=0` it is in bits per symbol.
//!
//! **Text** are line feed, carriage return and the bytes from 32 to 127, **binary** are bytes below 10. Most binary protocols have many of
//! the latter, encrypted ones about 4 %.
//!
//! With `ENT_ALPHAD` the column `PyldAlphabet` has each symbol that came, in hexadecimal, with how often it did.
//!
//! **Report**: number of flows without an entropy, and smallest, mean and largest entropy of the others. With `--compat` the mean is a
//! moving one in which each flow counts three tenths and all before it seven, an entropy of 0 is none, and sums are rounded to single precision, as in the
//! reference.

mod alphabet;
mod row;
mod state;
mod summary;
#[cfg(test)]
mod tests;
mod toggles;

use flowz_api::cell::Hex8;
use flowz_api::inventory;
use flowz_api::memory;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::row::NoRow;

use row::FlowRow;
use state::State;
use summary::Summary;
use toggles::Toggles;

inventory::submit! { PluginEntry::new::<Entropy>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct Entropy {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(nested)]
    summary: Summary,
    /// Symbols of the flow that ends, if they are shown.
    #[merge(keep)]
    symbols: Vec<(Hex8, u32)>,
}

impl Plugin for Entropy {
    const INFO: Info = Info::new("entropy", 710, "Entropy of the payload, share of text");
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = NoRow<Toggles>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let summary = Summary::new(setup.run.compat);
        Ok(Self { toggles: setup.toggles.clone(), summary, symbols: Vec::new() })
    }

    fn bytes_elsewhere(&self) -> usize {
        memory::boxed::<alphabet::Alphabet>()
    }

    fn on_layer2(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        flow.add(cx.layers.payload(cx.packet.data), &self.toggles, cx.run.compat);
    }

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        flow.add(cx.layers.payload(cx.packet.data), &self.toggles, cx.run.compat);
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
        let values = flow.values(&self.toggles, cx.run.compat);
        self.summary.add(values.entropy, cx.order);
        self.symbols.clear();
        if self.toggles.alphabet {
            self.symbols.extend(flow.symbols().map(|(symbol, count)| (Hex8(symbol), count)));
        }
        // The reference writes the entropy of a single symbol as -0.
        let entropy = if values.entropy == 0.0 && cx.run.compat { -0.0 } else { values.entropy };
        FlowRow {
            entropy,
            text: values.text,
            control: values.control,
            alphabet: List(&self.symbols),
        }
    }

    fn report(&self, _: &Totals, out: &mut Report) {
        self.summary.report(out);
    }
}
