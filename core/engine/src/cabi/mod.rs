//! Plugins in C (`core/api/include/flowz.h`): what such a plugin says of itself, checked, and a
//! [`HostedPlugin`] that calls it.

#[allow(unsafe_code, reason = "calls functions of C")]
pub(crate) mod raw;

use flowz_api::cell::{Cell, Hex8, Hex16, Hex32, Hex64};
use flowz_api::column::{Column, Type};
use flowz_api::flow::Direction;
use flowz_api::host::{HostedPlugin, PluginSettings};
use flowz_api::layers::Net;
use flowz_api::plugin::{EndContext, Info, Interest, PacketContext, SetupError, Timeouts};
use flowz_api::record::Record;
use flowz_api::registry::PluginEntry;
use flowz_api::report::{Report, Totals};
use flowz_api::settings::Run;
use flowz_api::slab::FlowIndex;
use flowz_api::toggles::{AnyToggles, ToggleError, ToggleInfo};

use raw::{Packet, Raw, RawColumn, VERSION};

/// Most bytes of a flow's state.
const MOST_BYTES: u32 = 1 << 16;
/// Numbers from here on are for sinks.
const FIRST_SINK: u32 = 900;

/// A plugin that was looked at closely.
#[derive(Debug)]
struct Checked {
    info: Info,
    raw: Raw,
    kinds: Vec<Kind>,
}

/// How a value is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    U8,
    U16,
    U32,
    U64,
    I64,
    H8,
    H16,
    H32,
    H64,
    F64,
}

impl Kind {
    /// By the number in the header.
    const ALL: [(Self, Type); 10] = [
        (Self::U8, Type::U8),
        (Self::U16, Type::U16),
        (Self::U32, Type::U32),
        (Self::U64, Type::U64),
        (Self::I64, Type::I64),
        (Self::H8, Type::H8),
        (Self::H16, Type::H16),
        (Self::H32, Type::H32),
        (Self::H64, Type::H64),
        (Self::F64, Type::F64),
    ];

    /// Numbers begin with 1.
    fn of(number: u32) -> Option<Self> {
        Some(Self::ALL.get(number.checked_sub(1)? as usize)?.0)
    }

    fn ty(self) -> Type {
        Self::ALL[self as usize].1
    }

    fn put(self, value: u64, out: &mut Record) {
        match self {
            Self::U8 => (value as u8).put(out),
            Self::U16 => (value as u16).put(out),
            Self::U32 => (value as u32).put(out),
            Self::U64 => value.put(out),
            Self::I64 => (value as i64).put(out),
            Self::H8 => Hex8(value as u8).put(out),
            Self::H16 => Hex16(value as u16).put(out),
            Self::H32 => Hex32(value as u32).put(out),
            Self::H64 => Hex64(value).put(out),
            Self::F64 => f64::from_bits(value).put(out),
        }
    }
}

/// The entry of a plugin in C, or why it is refused.
pub(crate) fn entry(raw: Raw) -> Result<PluginEntry, String> {
    let plugin: &'static Checked = Box::leak(Box::new(check(raw)?));
    let settings =
        Box::leak(Box::new(move || -> Box<dyn PluginSettings> { Box::new(Settings(plugin)) }));
    Ok(PluginEntry { info: &plugin.info, settings })
}

fn check(raw: Raw) -> Result<Checked, String> {
    if raw.version > VERSION {
        let theirs = raw.version;
        return Err(format!(
            "it needs version {theirs} of the C interface, this flowz has {VERSION}"
        ));
    }
    let letters = |name: &str, also: &str| {
        let good = |c: char| c.is_ascii_alphanumeric() || also.contains(c);
        name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(good)
    };
    if !letters(raw.name, "") {
        return Err(format!("'{}' is no name for a plugin", raw.name));
    }
    let number = u16::try_from(raw.number).ok().filter(|n| u32::from(*n) < FIRST_SINK);
    let number = number.ok_or(format!("its number {} is not below {FIRST_SINK}", raw.number))?;
    if raw.flow_bytes > MOST_BYTES {
        return Err(format!("{} bytes per flow: {MOST_BYTES} are the most", raw.flow_bytes));
    }
    let mut kinds = Vec::new();
    for RawColumn { name, ty, .. } in &raw.columns {
        if !letters(name, "_") {
            return Err(format!("'{name}' is no name for a column"));
        }
        let kind = Kind::of(*ty);
        kinds.push(kind.ok_or(format!("column {name} has type {ty}, which is none"))?);
    }
    let info = Info {
        name: raw.name,
        number,
        summary: raw.summary,
        requires: &[],
        default: raw.on_by_default,
        steers: false,
    };
    Ok(Checked { info, raw, kinds })
}

struct Settings(&'static Checked);

/// Plugins in C have no toggles.
impl AnyToggles for Settings {
    fn table(&self) -> &'static [ToggleInfo] {
        &[]
    }

    fn set(&mut self, _: usize, _: &str) -> Result<(), ToggleError> {
        Ok(())
    }

    fn get(&self, _: usize) -> String {
        String::new()
    }
}

impl PluginSettings for Settings {
    fn info(&self) -> &'static Info {
        &self.0.info
    }

    fn start(&self, _: &Run, _: &mut Timeouts) -> Result<Box<dyn HostedPlugin>, SetupError> {
        let Checked { info, raw, kinds } = self.0;
        let column = |(c, kind): (&RawColumn, &Kind)| Column {
            name: c.name.to_owned(),
            ty: kind.ty(),
            doc: c.doc,
            unit: c.unit,
            plugin: info.name,
        };
        Ok(Box::new(Hosted {
            plugin: self.0,
            columns: raw.columns.iter().zip(kinds).map(column).collect(),
            // At least one word: a flow without state has one nobody looks at.
            words: (raw.flow_bytes as usize).div_ceil(8).max(1),
            states: Vec::new(),
            values: vec![0; raw.columns.len()],
        }))
    }
}

/// A plugin in C with the states of all its flows.
struct Hosted {
    plugin: &'static Checked,
    columns: Vec<Column>,
    /// Size of a state in words of 8 bytes.
    words: usize,
    /// The states one behind the other, by slot.
    states: Vec<u64>,
    values: Vec<u64>,
}

impl Hosted {
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

impl HostedPlugin for Hosted {
    fn info(&self) -> &'static Info {
        &self.plugin.info
    }

    fn flow_size(&self) -> usize {
        8 * self.words
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn packet_columns(&self) -> &[Column] {
        &[]
    }

    fn new_flow(&mut self, _: &PacketContext<'_>, own: FlowIndex) -> Interest {
        let range = self.range(own);
        if self.states.len() < range.end {
            self.states.resize(range.end, 0);
        }
        self.states[range].fill(0);
        Interest::Packets
    }

    fn packet(&mut self, cx: &mut PacketContext<'_>, own: FlowIndex, peer: Option<FlowIndex>) {
        let packet = packet(cx);
        let raw = &self.plugin.raw;
        let (own, peer) = self.pair(own, peer);
        raw.packet(&packet, own, peer);
    }

    fn layer2(&mut self, cx: &mut PacketContext<'_>, own: FlowIndex, peer: Option<FlowIndex>) {
        self.packet(cx, own, peer);
    }

    fn packet_row(&self, _: &PacketContext<'_>, _: FlowIndex, _: &mut Record) {}

    fn terminate(
        &mut self,
        _: &EndContext<'_>,
        own: FlowIndex,
        peer: Option<FlowIndex>,
        out: &mut Record,
    ) {
        let plugin = self.plugin;
        let mut values = std::mem::take(&mut self.values);
        let (own, peer) = self.pair(own, peer);
        plugin.raw.end(own, peer, &mut values);
        for (kind, value) in plugin.kinds.iter().zip(&values) {
            kind.put(*value, out);
        }
        self.values = values;
    }

    fn report(&self, _: &Totals, _: &mut Report) {}
}

/// A packet as C sees it.
fn packet(cx: &PacketContext<'_>) -> Packet {
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
    }
}
