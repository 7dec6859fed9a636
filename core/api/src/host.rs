//! Plugins without their types: what the engine holds.
//!
//! The engine keeps one [`HostedPlugin`] per selected plugin and calls it once per packet; inside,
//! everything is generic over the plugin's types. The state of the flows lives here, in a [`Slab`].

use crate::column::Column;
use crate::plugin::{
    EndContext, Info, Interest, PacketContext, Plugin, Setup, SetupError, Timeouts,
};
use crate::record::Record;
use crate::report::{Report, Totals};
use crate::row::{Row, Shown};
use crate::settings::Run;
use crate::slab::{FlowIndex, Slab};
use crate::toggles::{AnyToggles, ToggleError, ToggleInfo, Toggles};

/// A plugin that can be set up: its settings by name. Made by the registry.
pub trait PluginSettings: AnyToggles {
    /// Name, number, needs.
    fn info(&self) -> &'static Info;
    /// Makes the plugin.
    fn start(
        &self,
        run: &Run,
        timeouts: &mut Timeouts,
    ) -> Result<Box<dyn HostedPlugin>, SetupError>;
}

/// A function of the program that goes on with a panic of a plugin, by its words.
pub type Raise = fn(message: &str) -> !;

/// A running plugin.
pub trait HostedPlugin: Send {
    /// Tells the plugin what to do with a panic that must not leave it. One that is linked into the program
    /// need not know.
    fn arm(&mut self, raise: Raise) {
        let _ = raise;
    }
    /// Name, number, needs.
    fn info(&self) -> &'static Info;
    /// Bytes of its state per flow, without what it holds elsewhere.
    fn flow_size(&self) -> usize;
    /// Its columns of the flow table.
    fn columns(&self) -> &[Column];
    /// Its columns of the packet table.
    fn packet_columns(&self) -> &[Column];
    /// A flow begins in this slot.
    fn new_flow(&mut self, cx: &PacketContext<'_>, own: FlowIndex) -> Interest;
    /// A packet of an IP flow.
    fn packet(&mut self, cx: &mut PacketContext<'_>, own: FlowIndex, peer: Option<FlowIndex>);
    /// A packet of a layer-2 flow.
    fn layer2(&mut self, cx: &mut PacketContext<'_>, own: FlowIndex, peer: Option<FlowIndex>);
    /// Appends the packet's row.
    fn packet_row(&self, cx: &PacketContext<'_>, own: FlowIndex, out: &mut Record);
    /// A flow ends: appends its row.
    fn terminate(
        &mut self,
        cx: &EndContext<'_>,
        own: FlowIndex,
        peer: Option<FlowIndex>,
        out: &mut Record,
    );
    /// Adds the lines of the end report.
    fn report(&self, totals: &Totals, out: &mut Report);
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

    /// Makes the plugin.
    pub(crate) fn hosted(
        &self,
        run: &Run,
        timeouts: &mut Timeouts,
    ) -> Result<Hosted<P>, SetupError> {
        let plugin = P::new(&mut Setup { toggles: &self.toggles, run, timeouts })?;
        let (columns, shown) = P::Row::columns(&self.toggles, run, P::INFO.name);
        let (packet_columns, packet_shown) =
            P::PacketRow::columns(&self.toggles, run, P::INFO.name);
        let flows = Slab::default();
        Ok(Hosted { plugin, flows, columns, shown, packet_columns, packet_shown })
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

    fn start(
        &self,
        run: &Run,
        timeouts: &mut Timeouts,
    ) -> Result<Box<dyn HostedPlugin>, SetupError> {
        Ok(Box::new(self.hosted(run, timeouts)?))
    }
}

/// Plugin `P` with the state of all its flows.
pub(crate) struct Hosted<P: Plugin> {
    plugin: P,
    flows: Slab<P::Flow>,
    columns: Vec<Column>,
    shown: Shown,
    packet_columns: Vec<Column>,
    packet_shown: Shown,
}

impl<P: Plugin> HostedPlugin for Hosted<P> {
    fn info(&self) -> &'static Info {
        &P::INFO
    }

    fn flow_size(&self) -> usize {
        size_of::<P::Flow>()
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn packet_columns(&self) -> &[Column] {
        &self.packet_columns
    }

    fn new_flow(&mut self, cx: &PacketContext<'_>, own: FlowIndex) -> Interest {
        let flow = self.flows.reset(own);
        self.plugin.on_new_flow(cx, flow)
    }

    fn packet(&mut self, cx: &mut PacketContext<'_>, own: FlowIndex, peer: Option<FlowIndex>) {
        let (flow, peer) = self.flows.pair(own, peer);
        self.plugin.on_packet(cx, flow, peer);
    }

    fn layer2(&mut self, cx: &mut PacketContext<'_>, own: FlowIndex, peer: Option<FlowIndex>) {
        let (flow, peer) = self.flows.pair(own, peer);
        self.plugin.on_layer2(cx, flow, peer);
    }

    fn packet_row(&self, cx: &PacketContext<'_>, own: FlowIndex, out: &mut Record) {
        self.plugin.packet_row(cx, self.flows.get(own)).put(self.packet_shown, out);
    }

    fn terminate(
        &mut self,
        cx: &EndContext<'_>,
        own: FlowIndex,
        peer: Option<FlowIndex>,
        out: &mut Record,
    ) {
        let (flow, peer) = self.flows.pair(own, peer);
        self.plugin.on_terminate(cx, flow, peer).put(self.shown, out);
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        self.plugin.report(totals, out);
    }
}
