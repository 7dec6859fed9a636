//! What a packet adds to its flow's lists.

use flowz_api::cell::Mac;
use flowz_api::plugin::PacketContext;
use flowz_api::status::Mark;

use super::frame::{hardware, macs, vlans};
use super::state::{MAX_MACS, State};
use super::{BasicFlow, lapd};

impl BasicFlow {
    /// Adds what is new in a packet to the flow's lists.
    #[inline]
    pub(crate) fn note(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) {
        if !self.plain {
            return self.note_rare(cx, flow);
        }
        if self.describes && !self.is_first_chain(cx, flow) {
            self.note_chain(cx, flow);
        }
        if let Some((src, dst)) = hardware(cx)
            && !(flow.src_count > 0 && *src == flow.src_macs[0].0 && *dst == flow.dst_macs[0].0)
        {
            add(&mut flow.src_macs, &mut flow.src_count, Mac(*src));
            add(&mut flow.dst_macs, &mut flow.dst_count, Mac(*dst));
        }
        if cx.run.packet_mode {
            vlans(cx, &mut self.vlans);
        }
    }

    /// Whether the packet has the chain of the flow's first one: then there is nothing to note, as long
    /// as the list has room (the reference complains about known chains too when it has not).
    #[inline]
    fn is_first_chain(&self, cx: &PacketContext<'_>, flow: &State) -> bool {
        matches!(flow.chain_count, 1..4) && self.headers.is(flow.chains[0], &cx.layers.chain)
    }

    /// Keeps the packet's chain.
    #[inline(never)]
    fn note_chain(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) {
        let number = self.headers.number(&cx.layers.chain);
        if flow.add_chain(number, &cx.layers.chain, cx.run.compat) {
            cx.mark::<Self>(Mark::DESCRIPTIONS_FULL);
        }
        if self.headers.is_cut(number, &cx.layers.chain) {
            cx.mark::<Self>(Mark::DESCRIPTION_OVERRUN);
        }
    }

    /// The same for flows that keep other lists.
    #[cold]
    fn note_rare(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) {
        if cx.run.packet_mode {
            self.stacks.read(cx, &self.toggles);
            self.lapd = lapd::read(cx);
        }
        let Some(rare) = flow.rare_mut() else { return };
        if self.describes {
            let number = self.headers.number(&cx.layers.chain);
            let limit = self.toggles.bfo_max_hdrdesc;
            let chain = &cx.layers.chain;
            if limit > 0 && rare.add_chain(number, chain, (limit, cx.run.compat)) {
                cx.mark::<Self>(Mark::DESCRIPTIONS_FULL);
            }
            if limit > 0 && self.headers.is_cut(number, &cx.layers.chain) {
                cx.mark::<Self>(Mark::DESCRIPTION_OVERRUN);
            }
        }
        if let Some((src, dst)) = macs(cx) {
            rare.add_macs(src, dst, self.toggles.bfo_max_mac);
        }
    }
}

/// Keeps an address if it is new and there is room.
#[inline]
fn add(list: &mut [Mac; MAX_MACS], count: &mut u8, mac: Mac) {
    let known = usize::from(*count);
    if known < MAX_MACS && !list[..known].contains(&mac) {
        list[known] = mac;
        *count += 1;
    }
}
