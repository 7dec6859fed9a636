//! Follows TCP connections and ends their flows when the connection does.
//!
//! The plugin registers five timeouts and gives each flow the one of its state, so loading it changes
//! which flows split: a reset connection ends after 0.1 s of silence, an orderly closed one after 10 s,
//! a half-open or closing one after 120 s, an established one lives through 610 s.
//!
//! It has no toggles, as in the reference.
//!
//! | bit | `tcpStatesAFlags` |
//! |---|---|
//! | 01 | malformed connection set-up |
//! | 02 | malformed tear-down |
//! | 04 | malformed flags while established |
//! | 08 | packets after the tear-down |
//! | 10 | packets after a reset |
//! | 40 | this direction sent a reset |
//! | 80 | null or Xmas packet, FIN scan, lone reset |
//!
//! A connection of one direction only always shows 01 and 02.

mod machine;
mod row;

use flowz_api::cell::Hex8;
use flowz_api::inventory;
use flowz_api::plugin::{PacketView, Steer, SteerContext};
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::toggles::NoToggles;

use machine::{Segment, State, TimeoutIds};
use row::StatesRow;

const TCP: u8 = 6;

/// Seconds of each timeout, in the order of `machine::Timeout`.
const SECONDS: [f32; 5] = [120.0, 610.0, 120.0, 10.0, 0.1];

inventory::submit! { PluginEntry::new::<TcpStates>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct TcpStates {
    #[merge(keep)]
    timeouts: TimeoutIds,
    /// All anomaly bits of all flows.
    #[merge(or)]
    aggregated: u8,
}

impl Plugin for TcpStates {
    const INFO: Info =
        Info::new("tcpStates", 132, "Follows TCP connections; timeouts by state, anomalies")
            .on_by_default();
    const STEER: Option<Steer<Self>> = Some(steer);
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = NoToggles;
    type Flow = State;
    type Row<'a> = StatesRow;
    type PacketRow<'a> = StatesRow;

    fn new(setup: &mut PluginSetup<'_, NoToggles>) -> Result<Self, PluginError> {
        let mut ids = [TimeoutId::default(); 5];
        for (id, seconds) in ids.iter_mut().zip(SECONDS) {
            *id = setup.timeouts.register(seconds)?;
        }
        Ok(Self { timeouts: TimeoutIds { ids }, aggregated: 0 })
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, _: &mut State) -> Interest {
        Interest::when(cx.layers.is_tcp())
    }

    fn packet_row<'a>(&'a self, cx: &'a PacketContext<'_>, flow: &'a State) -> StatesRow {
        let l = cx.layers;
        let tcp = l.is_tcp() && l.is_first_fragment();
        StatesRow { anomalies: Hex8(if tcp { flow.anomalies } else { 0 }) }
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut State,
        peer: Option<&'a mut State>,
    ) -> StatesRow {
        if cx.key.proto == TCP {
            flow.anomalies = flow.verdict(peer.as_deref());
            self.aggregated |= flow.anomalies;
        }
        StatesRow { anomalies: Hex8(flow.anomalies) }
    }

    fn report(&self, _: &Totals, out: &mut Report) {
        out.aggregated("tcpStatesAFlags", u64::from(self.aggregated), 2);
    }
}

/// Follows the connection by one packet, and sets the timeouts of its state.
fn steer(
    plugin: &mut TcpStates,
    cx: &mut SteerContext<'_>,
    flow: &mut State,
    mut peer: Option<&mut State>,
) {
    let Some(segment) = segment(cx) else { return };
    if flow.passes(segment) {
        return;
    }
    flow.segment(peer.as_deref_mut(), segment);
    if let Some(timeout) = flow.timeout.take() {
        cx.set_timeout(plugin.timeouts.id_of(timeout));
    }
    if let Some(timeout) = peer.and_then(|peer| peer.timeout.take()) {
        cx.set_peer_timeout(plugin.timeouts.id_of(timeout));
    }
}

/// The TCP header's fields; none in later fragments and where they were not captured.
#[inline]
fn segment(cx: &PacketView<'_>) -> Option<Segment> {
    const UP_TO_FLAGS: usize = 14;
    if !cx.layers.is_tcp() || !cx.layers.is_first_fragment() {
        return None;
    }
    let header = cx.layers.layer4(cx.packet.data).first_chunk::<UP_TO_FLAGS>()?;
    let number = |at: usize| {
        u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
    };
    let payload = if cx.run.compat { 0 } else { cx.layers.l7_len };
    Some(Segment { flags: header[13], seq: number(4), ack: number(8), payload })
}

#[cfg(test)]
mod tests;
