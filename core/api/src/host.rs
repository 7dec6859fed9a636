//! Plugins without their types: what the engine holds.
//!
//! The engine keeps one or several [`PluginInstance`]s per selected plugin and calls each once per packet; inside,
//! everything is generic over the plugin's types. The state of the flows lives here, in a [`Slab`].
//!
//! Beginnings, packets and ends of flows have methods of their own; all else is an [`Event`], so that whoever stands
//! between engine and plugin (the guard of shared objects, the border to C) passes on four methods, however many hooks
//! there are.

use std::any::Any;

use crate::checkpoint::{Checkpoint, LoadError, Reader, Writer};
use crate::column::Column;
use crate::expect::Announcement;
use crate::flow::{Direction, FlowId};
use crate::memory::Growth;
use crate::plugin::{
    EndContext, FinishContext, Info, Interest, NewFlow, PacketContext, Plugin, PluginError,
    PluginSetup, Scope, SteerContext, StreamContext, Timeouts,
};
use crate::record::Record;
use crate::report::{Report, Totals};
use crate::row::{Row, Shown};
use crate::settings::Run;
use crate::slab::{FlowIndex, Slab};
use crate::stream::{Found, Next, StreamEvent};
use crate::table::{OwnTable, TableList};
use crate::toggles::{AnyToggles, ToggleError, ToggleInfo, Toggles};

/// A plugin that can be set up: its settings by name. Made by the registry.
pub trait PluginSettings: AnyToggles {
    /// Name, number, needs.
    fn info(&self) -> &'static Info;
    /// Whether the plugin steers.
    fn steers(&self) -> bool;
    /// Which flows one instance has to see in such a run.
    fn scope(&self, run: &Run) -> Scope;
    /// Makes an instance of the plugin.
    fn start(
        &self,
        run: &Run,
        timeouts: &mut Timeouts,
    ) -> Result<Box<dyn PluginInstance>, PluginError>;
    /// What corrects the direction of new flows, if the plugin does that.
    fn direction_finder(&self) -> Option<Box<dyn DirectionFinder>>;
}

/// Knows the direction of new flows from their first packets.
pub trait DirectionFinder: Send {
    /// The direction, if it is known.
    fn find(&self, new: &NewFlow<'_>) -> Option<Direction>;
    /// As with [`PluginInstance::raise_panics_with`].
    fn raise_panics_with(&mut self, raise: Raise) {
        let _ = raise;
    }
}

/// A function of the program that goes on with a panic of a plugin, by its words.
pub type Raise = fn(message: &str) -> !;

/// What an instance is, as the settings make it.
#[derive(Debug)]
pub struct Description {
    /// Name, number, needs.
    pub info: &'static Info,
    /// It changes timeouts.
    pub steers: bool,
    /// Most bytes of its state per flow, with what it holds elsewhere.
    pub flow_size: usize,
    /// What that grows by with each packet.
    pub growth: Growth,
    /// Most bytes of what it keeps for the whole run.
    pub run_size: usize,
    /// Its columns of the flow table.
    pub columns: Vec<Column>,
    /// Its columns of the packet table.
    pub packet_columns: Vec<Column>,
    /// Its own tables.
    pub tables: Vec<OwnTable>,
    /// Suffixes of the files about the run that it writes at the end, as far as it tells.
    pub files: Vec<String>,
    /// Another run can go on with it ([`Event::Save`], [`Event::Resume`]).
    pub continues: bool,
    /// Its rows may be text from the beginning ([`Record::set_style`]).
    pub writes_text: bool,
}

/// A slot with a flow in it, and the flow's protocol.
pub type Occupied = (FlowIndex, u8);

/// What happens beside the beginnings, packets and ends of flows.
#[derive(Debug)]
pub enum Event<'e, 'a> {
    /// The flow that begins is one that the plugin has announced.
    Expected(&'e mut PacketContext<'a>, FlowIndex, Announcement, &'e mut Interest),
    /// Appends the row of the packet that was shown last.
    PacketRow(&'e PacketContext<'a>, FlowIndex, &'e mut Record),
    /// Something comes next in one direction of a connection: slots of the direction and of its peer.
    Stream(
        &'e mut StreamContext<'a>,
        (FlowIndex, Option<FlowIndex>),
        StreamEvent<'e>,
        &'e mut Next,
    ),
    /// Does a message begin here? `seen` bytes were shown before.
    FindMessage {
        /// Slot of the direction.
        own: FlowIndex,
        /// The bytes.
        bytes: &'e [u8],
        /// So many of them were shown before.
        seen: usize,
        /// The answer.
        found: &'e mut Found,
    },
    /// All flows have ended; the plugin may fail.
    Finish(&'e mut FinishContext<'a>, &'e mut Result<(), PluginError>),
    /// Writes the plugin and the states of the flows in these slots for the next run.
    Save(&'e mut Writer<'a>, &'e [Occupied]),
    /// Takes over from an earlier run what it has written, with the flows in these slots.
    Resume(&'e mut Reader<'a>, &'e [Occupied], &'e mut Result<(), LoadError>),
}

impl Event<'_, '_> {
    /// The hook, as authors of plugins know it.
    pub fn hook(&self) -> &'static str {
        match self {
            Self::Expected(..) => "on_expected",
            Self::PacketRow(..) => "packet_row",
            Self::Stream(..) => "on_stream",
            Self::FindMessage { .. } => "find_message",
            Self::Finish(..) => "finish",
            Self::Save(..) => "the checkpoint's save",
            Self::Resume(..) => "the checkpoint's resume",
        }
    }
}

/// A running plugin, or the share of it that sees some of the flows.
pub trait PluginInstance: Send {
    /// What it is.
    fn description(&self) -> &Description;
    /// A flow begins in a slot: are its packets wanted?
    fn new_flow(&mut self, cx: &mut PacketContext<'_>, own: FlowIndex) -> Interest;
    /// A packet of a flow in slot `own`.
    fn packet(&mut self, cx: &mut SteerContext<'_>, own: FlowIndex, peer: Option<FlowIndex>);
    /// A flow ends: appends its row.
    fn flow_end(
        &mut self,
        cx: &mut EndContext<'_>,
        own: FlowIndex,
        peer: Option<FlowIndex>,
        out: &mut Record,
    );
    /// The flow in slot `own` and its peer will end soon: asks for their states.
    fn prefetch(&self, own: FlowIndex, peer: Option<FlowIndex>) {
        let _ = (own, peer);
    }
    /// Something else.
    fn event(&mut self, event: Event<'_, '_>);
    /// Adds the lines of the end report.
    fn report(&self, totals: &Totals, out: &mut Report);
    /// Takes in what another instance of the same plugin has counted.
    fn merge(&mut self, other: Box<dyn PluginInstance>);
    /// Itself, for [`merge`](Self::merge).
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
    /// Tells the plugin what to do with a panic that must not leave it. One that is linked into the program
    /// need not know.
    fn raise_panics_with(&mut self, raise: Raise) {
        let _ = raise;
    }
}

/// The settings of plugin `P` before the run.
#[derive(Debug)]
pub struct Settings<P: Plugin> {
    toggles: P::Toggles,
}

impl<P: Plugin> Settings<P> {
    /// The defaults, as a registry entry needs them.
    pub fn boxed() -> Box<dyn PluginSettings> {
        Box::new(Self::default())
    }

    /// The values of its toggles.
    pub(crate) fn toggles(&self) -> P::Toggles {
        self.toggles.clone()
    }

    /// Makes the plugin.
    pub(crate) fn instance(
        &self,
        run: &Run,
        timeouts: &mut Timeouts,
    ) -> Result<Instance<P>, PluginError> {
        let plugin = P::new(&mut PluginSetup { toggles: &self.toggles, run, timeouts })?;
        let (columns, shown) = P::Row::columns(&self.toggles, run, P::INFO.name);
        let (packet_columns, packet_shown) =
            P::PacketRow::columns(&self.toggles, run, P::INFO.name);
        let mut tables = TableList::new(&self.toggles, run, P::INFO.name);
        P::tables(&mut tables);
        let description = Description {
            info: &P::INFO,
            steers: P::STEER.is_some(),
            flow_size: size_of::<P::Flow>() + plugin.bytes_elsewhere(),
            growth: plugin.growth(),
            run_size: plugin.bytes_of_run(),
            columns,
            packet_columns,
            tables: tables.into_tables(),
            files: plugin.files(),
            continues: P::CHECKPOINT.is_some(),
            writes_text: true,
        };
        let (flows, ids) = (Slab::default(), Slab::default());
        // In packet mode all packets have rows.
        let only = P::INFO.only.filter(|_| !run.packet_mode);
        let empty_row = None;
        Ok(Instance { plugin, flows, ids, description, shown, packet_shown, only, empty_row })
    }
}

impl<P: Plugin> Default for Settings<P> {
    fn default() -> Self {
        Self { toggles: P::Toggles::default() }
    }
}

impl<P: Plugin> AnyToggles for Settings<P> {
    fn table(&self) -> &'static [ToggleInfo] {
        P::Toggles::TABLE
    }

    fn set(&mut self, index: usize, value: &str) -> Result<(), ToggleError> {
        Toggles::set(&mut self.toggles, index, value)
    }

    fn get(&self, index: usize) -> String {
        Toggles::get(&self.toggles, index)
    }
}

impl<P: Plugin> PluginSettings for Settings<P> {
    fn info(&self) -> &'static Info {
        &P::INFO
    }

    fn steers(&self) -> bool {
        P::STEER.is_some()
    }

    fn scope(&self, run: &Run) -> Scope {
        // Which of several instances expects a flow would depend on their number.
        if P::INFO.expects { Scope::Run } else { P::scope(run) }
    }

    fn start(
        &self,
        run: &Run,
        timeouts: &mut Timeouts,
    ) -> Result<Box<dyn PluginInstance>, PluginError> {
        Ok(Box::new(self.instance(run, timeouts)?))
    }

    fn direction_finder(&self) -> Option<Box<dyn DirectionFinder>> {
        P::FIND_DIRECTION?;
        Some(Box::new(Finder::<P> { toggles: self.toggles() }))
    }
}

/// The function of plugin `P` for directions, with its settings.
pub(crate) struct Finder<P: Plugin> {
    pub(crate) toggles: P::Toggles,
}

impl<P: Plugin> DirectionFinder for Finder<P> {
    fn find(&self, new: &NewFlow<'_>) -> Option<Direction> {
        P::FIND_DIRECTION.and_then(|find| find(&self.toggles, new))
    }
}

/// Plugin `P` with the state of its flows.
pub(crate) struct Instance<P: Plugin> {
    plugin: P,
    flows: Slab<P::Flow>,
    /// Which flows are in the slots, where somebody asks for that.
    ids: Slab<FlowId>,
    description: Description,
    shown: Shown,
    packet_shown: Shown,
    /// The only protocol whose flows concern it.
    only: Option<u8>,
    /// The row of a flow with nothing for the plugin, once there was one.
    empty_row: Option<Box<[u8]>>,
}

impl<P: Plugin> Instance<P> {
    /// Whether flows of a protocol do not concern the plugin.
    fn is_foreign(&self, protocol: u8) -> bool {
        self.only.is_some_and(|only| only != protocol)
    }

    fn expected(
        &mut self,
        cx: &mut PacketContext<'_>,
        own: FlowIndex,
        announcement: Announcement,
    ) -> Interest {
        if self.is_foreign(cx.key.proto) {
            return Interest::None;
        }
        let parent = Some(announcement.slot).filter(|slot| *slot != own);
        let is_there = |slot: &FlowIndex| self.ids.try_get(*slot) == Some(&announcement.by);
        let (flow, parent) = self.flows.pair(own, parent.filter(is_there));
        self.plugin.on_expected(cx, announcement, flow, parent)
    }
}

impl<P: Plugin> Instance<P> {
    /// Writes the plugin and the states of its flows.
    fn save(&self, out: &mut Writer<'_>, slots: &[Occupied]) {
        let Some(checkpoint) = P::CHECKPOINT else { return };
        P::INFO.name.save(out);
        (checkpoint.save)(&self.plugin, out);
        for (at, protocol) in slots {
            if self.is_foreign(*protocol) {
                continue;
            }
            if P::INFO.expects {
                self.ids.get(*at).save(out);
            }
            (checkpoint.save_flow)(self.flows.get(*at), out);
        }
    }

    /// Takes them over.
    fn resume(&mut self, from: &mut Reader<'_>, slots: &[Occupied]) -> Result<(), LoadError> {
        let other = LoadError::Other(P::INFO.name);
        let checkpoint = P::CHECKPOINT.ok_or(other)?;
        if String::load(from)? != P::INFO.name {
            return Err(other);
        }
        (checkpoint.resume)(&mut self.plugin, from)?;
        for (at, protocol) in slots {
            if self.is_foreign(*protocol) {
                continue;
            }
            if P::INFO.expects {
                *self.ids.reset(*at) = FlowId::load(from)?;
            }
            *self.flows.reset(*at) = (checkpoint.load_flow)(from)?;
        }
        Ok(())
    }
}

impl<P: Plugin> PluginInstance for Instance<P> {
    fn description(&self) -> &Description {
        &self.description
    }

    fn new_flow(&mut self, cx: &mut PacketContext<'_>, own: FlowIndex) -> Interest {
        if self.is_foreign(cx.key.proto) {
            return Interest::None;
        }
        if P::INFO.expects {
            *self.ids.reset(own) = cx.flow.id;
        }
        let flow = self.flows.reset(own);
        self.plugin.on_new_flow(cx, flow)
    }

    fn packet(&mut self, cx: &mut SteerContext<'_>, own: FlowIndex, peer: Option<FlowIndex>) {
        let (flow, peer) = self.flows.pair(own, peer);
        if let Some(steer) = P::STEER {
            steer(&mut self.plugin, cx, flow, peer);
        } else if cx.layers.is_layer2() {
            self.plugin.on_layer2(cx.packet_context(), flow, peer);
        } else {
            self.plugin.on_packet(cx.packet_context(), flow, peer);
        }
    }

    fn flow_end(
        &mut self,
        cx: &mut EndContext<'_>,
        own: FlowIndex,
        peer: Option<FlowIndex>,
        out: &mut Record,
    ) {
        let mut foreign = None;
        let (flow, peer) = if self.is_foreign(cx.key.proto) {
            (foreign.insert(P::Flow::default()), None)
        } else {
            if P::INFO.expects {
                *self.ids.reset(own) = FlowId(0);
            }
            self.flows.pair(own, peer)
        };
        if !self.plugin.has_empty_row(flow, peer.as_deref()) {
            return self.plugin.on_flow_end(cx, flow, peer).put(self.shown, out);
        }
        let start = out.bytes().len();
        if cfg!(debug_assertions) || self.empty_row.is_none() {
            let emitted = cx.services().emissions().list.len();
            self.plugin.on_flow_end(cx, flow, peer).put(self.shown, out);
            let row = out.bytes().get(start..).unwrap_or_default();
            let empty = self.empty_row.get_or_insert_with(|| row.into());
            let name = P::INFO.name;
            debug_assert_eq!(&**empty, row, "{name}: a row that is not empty");
            // In other builds this would be lost.
            let now = cx.services().emissions().list.len();
            debug_assert_eq!(now, emitted, "{name}: a flow with an empty row emits something");
        } else if let Some(row) = &self.empty_row {
            out.raw(row);
        }
    }

    fn prefetch(&self, own: FlowIndex, peer: Option<FlowIndex>) {
        self.flows.prefetch(own);
        if let Some(peer) = peer {
            self.flows.prefetch(peer);
        }
    }

    fn event(&mut self, event: Event<'_, '_>) {
        match event {
            Event::Expected(cx, own, announcement, interest) => {
                *interest = self.expected(cx, own, announcement);
            }
            Event::PacketRow(cx, own, out) => {
                self.plugin.packet_row(cx, self.flows.get(own)).put(self.packet_shown, out);
            }
            Event::Stream(cx, (own, peer), event, next) => {
                let (flow, peer) = self.flows.pair(own, peer);
                *next = self.plugin.on_stream(cx, event, flow, peer);
            }
            Event::FindMessage { own, bytes, seen, found } => {
                *found = self.plugin.find_message(self.flows.get(own), bytes, seen);
            }
            Event::Finish(cx, outcome) => *outcome = self.plugin.finish(cx),
            Event::Save(out, slots) => self.save(out, slots),
            Event::Resume(from, slots, outcome) => *outcome = self.resume(from, slots),
        }
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        self.plugin.report(totals, out);
    }

    fn merge(&mut self, other: Box<dyn PluginInstance>) {
        match other.into_any().downcast::<Self>() {
            Ok(other) => self.plugin.merge(other.plugin),
            Err(_) => unreachable!("instances of one plugin have one type"),
        }
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
