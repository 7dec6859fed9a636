//! A plugin in C that runs: the states of its flows, and calls of its hooks.

use std::any::Any;
use std::ffi::CString;
use std::ptr;

use flowz_api::column::Column;
use flowz_api::flow::Direction;
use flowz_api::host::{Description, Event, PluginInstance};
use flowz_api::layers::Net;
use flowz_api::plugin::{
    EndContext, Interest, PacketContext, PacketView, PluginError, SteerContext, TimeoutId, Timeouts,
};
use flowz_api::record::Record;
use flowz_api::report::{Report, Totals};
use flowz_api::slab::FlowIndex;

use super::Checked;
use super::kind::Kind;
use super::layout::{Packet, Slot};
use super::raw::RawColumn;
use super::toggles::Value;
use crate::panics;

/// A plugin in C with the states of all its flows.
pub(super) struct Instance {
    plugin: &'static Checked,
    description: Description,
    /// Timeouts that it has registered.
    timeouts: Vec<TimeoutId>,
    /// Texts of toggles: the plugin may look at them until the run ends.
    _texts: Vec<CString>,
    /// Size of a state in words of 8 bytes.
    words: usize,
    /// The states one behind the other, by slot.
    states: Vec<u64>,
    values: Vec<u64>,
}

impl Instance {
    /// Starts it with these values of its toggles.
    pub(super) fn start(
        plugin: &'static Checked,
        values: &[Value],
        timeouts: &mut Timeouts,
    ) -> Result<Self, PluginError> {
        let Checked { info, raw, kinds, .. } = plugin;
        let column = |(c, kind): (&RawColumn, &Kind)| Column {
            name: c.name.to_owned(),
            ty: kind.ty(),
            doc: c.doc,
            unit: c.unit,
            plugin: info.name,
        };
        let (slots, texts) = slots(values).map_err(PluginError::Other)?;
        let mut registered = Vec::new();
        let mut register = |seconds: f64| {
            let is_time = raw.steers && seconds.is_finite() && seconds >= 0.0;
            let id = is_time.then(|| timeouts.register(seconds as f32).ok()).flatten();
            registered.extend(id);
            id.map_or(-1, |id| i32::from(id.0))
        };
        if let Some(why) = raw.start(&slots, &mut register) {
            return Err(PluginError::Other(why));
        }
        // At least one word: a flow without state has one nobody looks at.
        let words = (raw.flow_bytes as usize).div_ceil(8).max(1);
        let description = Description {
            info,
            steers: raw.steers,
            flow_size: 8 * words,
            columns: raw.columns.iter().zip(kinds).map(column).collect(),
            packet_columns: Vec::new(),
            tables: Vec::new(),
        };
        Ok(Self {
            plugin,
            description,
            timeouts: registered,
            _texts: texts,
            words,
            states: Vec::new(),
            values: vec![0; raw.columns.len()],
        })
    }

    /// A timeout that a hook has chosen in the place of another one.
    fn chosen(&self, number: i32, before: TimeoutId) -> TimeoutId {
        let known = self.timeouts.iter().find(|id| i32::from(id.0) == number);
        match known {
            _ if number == i32::from(before.0) => before,
            Some(id) => *id,
            None => {
                panics::raise(&format!("it sets the timeout {number}, which it has not registered"))
            }
        }
    }

    fn range(&self, at: FlowIndex) -> std::ops::Range<usize> {
        let start = at.0 as usize * self.words;
        start..start + self.words
    }

    /// The states of a flow and of its opposite.
    fn pair(
        &mut self,
        own: FlowIndex,
        peer: Option<FlowIndex>,
    ) -> (&mut [u64], Option<&mut [u64]>) {
        let own = self.range(own);
        let Some(peer) = peer.map(|peer| self.range(peer)) else {
            return (&mut self.states[own], None);
        };
        match self.states.get_disjoint_mut([own, peer]) {
            Ok([own, peer]) => (own, Some(peer)),
            Err(_) => unreachable!("a flow and its opposite have two slots in use"),
        }
    }
}

impl Instance {
    fn begin(&mut self, own: FlowIndex) {
        let range = self.range(own);
        if self.states.len() < range.end {
            self.states.resize(range.end, 0);
        }
        self.states[range].fill(0);
    }

    fn row(&mut self, own: FlowIndex, peer: Option<FlowIndex>, out: &mut Record) {
        let plugin = self.plugin;
        let mut values = std::mem::take(&mut self.values);
        let (own, peer) = self.pair(own, peer);
        plugin.raw.end(own, peer, &mut values);
        for (kind, value) in plugin.kinds.iter().zip(&values) {
            kind.put(*value, out);
        }
        self.values = values;
    }
}

impl PluginInstance for Instance {
    fn description(&self) -> &Description {
        &self.description
    }

    fn new_flow(&mut self, _: &mut PacketContext<'_>, own: FlowIndex) -> Interest {
        self.begin(own);
        Interest::Packets
    }

    fn packet(&mut self, cx: &mut SteerContext<'_>, own: FlowIndex, peer: Option<FlowIndex>) {
        let mut packet = packet(cx);
        let raw = &self.plugin.raw;
        if !raw.steers {
            let (own, peer) = self.pair(own, peer);
            raw.packet(&packet, own, peer);
            return;
        }
        let before = cx.timeouts_now();
        let [mut chosen, mut of_peer] = before.map(|id| i32::from(id.0));
        packet.timeout = &raw mut chosen;
        packet.peer_timeout = if peer.is_some() { &raw mut of_peer } else { ptr::null_mut() };
        let (own, peer) = self.pair(own, peer);
        raw.packet(&packet, own, peer);
        cx.set_timeout(self.chosen(chosen, before[0]));
        cx.set_peer_timeout(self.chosen(of_peer, before[1]));
    }

    fn flow_end(
        &mut self,
        _: &mut EndContext<'_>,
        own: FlowIndex,
        peer: Option<FlowIndex>,
        out: &mut Record,
    ) {
        self.row(own, peer, out);
    }

    fn event(&mut self, _: Event<'_, '_>) {}

    fn report(&self, totals: &Totals, out: &mut Report) {
        self.plugin.raw.report(totals, out);
    }

    fn merge(&mut self, _: Box<dyn PluginInstance>) {
        unreachable!("a plugin in C sees all flows, so there is one instance");
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// A packet as C sees it.
fn packet(cx: &PacketView<'_>) -> Packet {
    let (packet, layers) = (cx.packet, cx.layers);
    Packet {
        size: size_of::<Packet>() as u32,
        captured: packet.data.len() as u32,
        data: packet.data.as_ptr(),
        time: packet.ts.0,
        number: cx.number,
        flow: cx.flow.id.0,
        wire: packet.wire_len,
        offsets: [layers.l2, layers.l3, layers.l4, layers.l7],
        payload: layers.l7_len,
        ethertype: layers.ethertype,
        vlan: layers.vlan_id,
        ports: [layers.src_port, layers.dst_port],
        protocol: layers.l4_proto,
        ip_version: match layers.net {
            Net::V4 => 4,
            Net::V6 => 6,
            Net::Layer2 => 0,
        },
        direction: match cx.flow.direction() {
            Direction::A => b'A',
            Direction::B => b'B',
        },
        reserved: [0; 7],
        timeout: ptr::null_mut(),
        peer_timeout: ptr::null_mut(),
    }
}

/// The values of toggles as C sees them, and the texts that they point to.
fn slots(values: &[Value]) -> Result<(Vec<Slot>, Vec<CString>), String> {
    let mut texts = Vec::new();
    let mut slots = Vec::new();
    for value in values {
        slots.push(match value {
            Value::Bool(on) => Slot { whole: u64::from(*on) },
            Value::Whole(number) => Slot { whole: *number },
            Value::Number(number) => Slot { number: *number },
            Value::Text(text) => {
                let text = CString::new(text.as_str())
                    .map_err(|_| format!("'{}' has a zero in it", text.escape_debug()))?;
                // The bytes stay where they are when the owner moves.
                let start = text.as_ptr();
                texts.push(text);
                Slot { text: start }
            }
        });
    }
    Ok((slots, texts))
}
