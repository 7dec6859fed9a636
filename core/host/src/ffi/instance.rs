//! A plugin in C that runs: the states of its flows, and calls of its hooks.

use std::any::Any;
use std::ffi::CString;
use std::ptr;

use flowz_api::column::Column;
use flowz_api::flow::Direction;
use flowz_api::host::{Description, Event, PluginInstance};
use flowz_api::layers::Net;
use flowz_api::memory::Growth;
use flowz_api::plugin::{
    EndContext, Interest, PacketContext, PacketView, PluginError, SteerContext, TimeoutId, Timeouts,
};
use flowz_api::record::Record;
use flowz_api::report::{Report, Totals};
use flowz_api::slab::FlowIndex;

use super::Checked;
use super::kind::{Kind, WrongVersion};
use super::layout::{Packet, Slot};
use super::raw::{Hooks, RawColumn, Value as RawValue};
use super::states::States;
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
    hooks: Hooks,
    states: States,
}

impl Instance {
    /// Starts it with these values of its toggles.
    pub(super) fn start(
        plugin: &'static Checked,
        values: &[Value],
        timeouts: &mut Timeouts,
    ) -> Result<Self, PluginError> {
        let Checked { info, raw, kinds, packet_kinds, .. } = plugin;
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
        let states = States::with_size(raw.flow_bytes);
        let description = Description {
            info,
            steers: raw.steers,
            flow_size: states.size(),
            growth: Growth::default(),
            run_size: 0,
            columns: columns(&raw.columns, kinds, info.name),
            packet_columns: columns(&raw.packet_columns, packet_kinds, info.name),
            tables: Vec::new(),
            files: Vec::new(),
            continues: false,
            writes_text: false,
        };
        Ok(Self {
            plugin,
            description,
            timeouts: registered,
            _texts: texts,
            hooks: Hooks::new(plugin),
            states,
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

    /// Appends the values of a row.
    fn put<'a>(
        row: impl Iterator<Item = (Kind, RawValue<'a>)>,
        columns: &[RawColumn],
        out: &mut Record,
    ) {
        for ((kind, value), column) in row.zip(columns) {
            if let Err(WrongVersion(version)) = kind.put(value, out) {
                let name = column.name;
                panics::raise(&format!("it gives column {name} an address of version {version}"))
            }
        }
    }
}

impl PluginInstance for Instance {
    fn description(&self) -> &Description {
        &self.description
    }

    fn new_flow(&mut self, _: &mut PacketContext<'_>, own: FlowIndex) -> Interest {
        self.states.begin(own);
        Interest::Packets
    }

    fn packet(&mut self, cx: &mut SteerContext<'_>, own: FlowIndex, peer: Option<FlowIndex>) {
        let mut packet = packet(cx);
        if !self.plugin.raw.steers {
            let (own, peer) = self.states.pair(own, peer);
            self.hooks.packet(&packet, own, peer);
            return;
        }
        let before = cx.timeouts_now();
        let [mut chosen, mut of_peer] = before.map(|id| i32::from(id.0));
        packet.timeout = &raw mut chosen;
        packet.peer_timeout = if peer.is_some() { &raw mut of_peer } else { ptr::null_mut() };
        let mut ends = 0;
        packet.end_flow = &raw mut ends;
        let (own, peer) = self.states.pair(own, peer);
        self.hooks.packet(&packet, own, peer);
        if ends != 0 {
            cx.end_flow();
        }
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
        let (own, peer) = self.states.pair(own, peer);
        Self::put(self.hooks.end(own, peer), &self.plugin.raw.columns, out);
    }

    /// Of what happens else, the interface has rows of packets.
    fn event(&mut self, event: Event<'_, '_>) {
        if let Event::PacketRow(cx, own, out) = event {
            let packet = packet(cx);
            let row = self.hooks.packet_row(&packet, self.states.get(own));
            Self::put(row, &self.plugin.raw.packet_columns, out);
        }
    }

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

/// Columns of a table.
fn columns(raw: &[RawColumn], kinds: &[Kind], plugin: &'static str) -> Vec<Column> {
    let column = |(c, kind): (&RawColumn, &Kind)| Column {
        name: c.name.to_owned(),
        ty: kind.ty(),
        doc: c.doc,
        unit: c.unit,
        plugin,
        counter: false,
    };
    raw.iter().zip(kinds).map(column).collect()
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
        payload: u16::try_from(layers.l7_len).unwrap_or(u16::MAX),
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
        end_flow: ptr::null_mut(),
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
