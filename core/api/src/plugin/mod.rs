//! What a plugin is: typed state per flow, hooks that the engine calls, a row at the end.

mod context;
mod info;
mod interest;
mod services;
mod setup;
mod timeout;
mod view;

use std::fmt;

use crate::checkpoint::PluginCheckpoint;
use crate::expect::Announcement;
use crate::flow::Direction;
use crate::memory::Growth;
use crate::merge::Merge;
use crate::report::{Report, Totals};
use crate::row::Row;
use crate::settings::Run;
use crate::stream::{Found, Next, StreamEvent};
use crate::table::TableList;
use crate::toggles::Toggles;

pub use context::{Context, EndContext, PacketContext, SteerContext, StreamContext};
pub use info::{Info, Scope};
pub use interest::Interest;
pub use services::{Emission, EmissionKind, Emissions, InterestRequest, Requests, Services};
pub use setup::{FinishContext, PluginError, PluginSetup};
pub use timeout::{TimeoutId, Timeouts, TooManyTimeouts};
pub use view::{Datagram, EndView, FlowView, LiveView, NewFlow, PacketView};

/// A function that a plugin which steers has in the place of its packet hooks.
pub type Steer<P> = fn(
    plugin: &mut P,
    cx: &mut SteerContext<'_>,
    flow: &mut <P as Plugin>::Flow,
    peer: Option<&mut <P as Plugin>::Flow>,
);

/// A function that knows the direction of a flow from its first packet, or does not.
pub type FindDirection<P> =
    fn(toggles: &<P as Plugin>::Toggles, new: &NewFlow<'_>) -> Option<Direction>;

/// A plugin. `Flow` is its state per flow.
///
/// A plugin **records**, unless it has [`Plugin::STEER`]: it looks at flows and cannot change them. With several
/// threads there are several values of it, each with a share of the flows; a flow and its peer are always in
/// one share. What they counted for the report is merged when all flows have ended.
pub trait Plugin: Sized + Send + Merge + 'static {
    /// Name, number, needs.
    const INFO: Info;
    /// Called for each packet of IP and layer-2 flows in the place of [`on_packet`](Self::on_packet) and
    /// [`on_layer2`](Self::on_layer2): it may change when flows end. Such a plugin sees every packet in order,
    /// before the flow table goes on.
    const STEER: Option<Steer<Self>> = None;
    /// Called for the first packet of each flow, before all hooks: it may correct the flow's direction.
    const FIND_DIRECTION: Option<FindDirection<Self>> = None;
    /// How the next run goes on with it, [`PluginCheckpoint::DERIVED`] for most; without, no run that has it can be continued.
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = None;
    /// Its settings.
    type Toggles: Toggles;
    /// State of one flow. Keep the hot part within 64 bytes, rare things in an `Option<Box<_>>`.
    type Flow: Default + Send + fmt::Debug + 'static;
    /// Its columns of the flow table.
    type Row<'a>: Row<Toggles = Self::Toggles>;
    /// Its columns of the packet table.
    type PacketRow<'a>: Row<Toggles = Self::Toggles>;

    /// Which flows one instance has to see in such a run.
    fn scope(run: &Run) -> Scope {
        let _ = run;
        Self::INFO.scope
    }

    /// Makes the plugin; the place to register timeouts.
    fn new(setup: &mut PluginSetup<'_, Self::Toggles>) -> Result<Self, PluginError>;

    /// Most bytes that the state of one flow holds elsewhere: boxes, and lists with the most entries that settings
    /// allow ([`memory`](crate::memory)). `--max-mem` counts them for each flow, whether they are there or not, so the number
    /// of flows depends neither on what is in them nor on threads.
    fn bytes_elsewhere(&self) -> usize {
        0
    }

    /// What the state of one flow grows by with each packet, besides [`bytes_elsewhere`](Self::bytes_elsewhere). With
    /// `--max-mem` all packets of all flows count.
    fn growth(&self) -> Growth {
        Growth::default()
    }

    /// Most bytes that the plugin keeps for the whole run and not for a flow, no more than [`Run::share`] where they
    /// grow with the input. `--max-mem` leaves room for them.
    fn bytes_of_run(&self) -> usize {
        0
    }

    /// Declares tables of its own, as far as the settings ask for them.
    fn tables(list: &mut TableList<'_, Self::Toggles>) {
        let _ = list;
    }

    /// Suffixes of the files about the run that [`finish`](Self::finish) writes, so that one that would replace what the run
    /// reads, or another output, is refused before the run begins and not at its end.
    fn files(&self) -> Vec<String> {
        Vec::new()
    }

    /// A flow begins with this packet. The packet hook follows.
    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut Self::Flow) -> Interest {
        let _ = (cx, flow);
        Interest::Packets
    }

    /// The flow that begins with this packet was announced by the plugin; `parent` is the state of the flow in
    /// which it was, if that is alive. Called behind [`on_new_flow`](Self::on_new_flow), whose answer this one replaces.
    fn on_expected(
        &mut self,
        cx: &mut PacketContext<'_>,
        announcement: Announcement,
        flow: &mut Self::Flow,
        parent: Option<&mut Self::Flow>,
    ) -> Interest {
        let _ = (cx, announcement, flow, parent);
        Interest::Packets
    }

    /// A packet of a layer-2 flow.
    fn on_layer2(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut Self::Flow,
        peer: Option<&mut Self::Flow>,
    ) {
        let _ = (cx, flow, peer);
    }

    /// A packet of an IP flow.
    fn on_packet(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut Self::Flow,
        peer: Option<&mut Self::Flow>,
    ) {
        let _ = (cx, flow, peer);
    }

    /// What comes next in the direction of `flow` of a TCP connection; `peer` is the state of the other direction. Called in
    /// front of the packet hooks, and when the flow ends in front of [`on_flow_end`](Self::on_flow_end).
    ///
    /// Of bytes it takes as many as it can do something with: `Next::Take(0)` waits for more. Its answer to a gap tells
    /// whether it knows what comes behind (`Take`: a body of known length goes on) or not (`Search`).
    fn on_stream(
        &mut self,
        cx: &mut StreamContext<'_>,
        event: StreamEvent<'_>,
        flow: &mut Self::Flow,
        peer: Option<&mut Self::Flow>,
    ) -> Next {
        let _ = (cx, event, flow, peer);
        Next::Stop
    }

    /// Whether a message begins at the first of these bytes: asked, byte by byte, behind a gap and where the capture begins in
    /// the middle of a connection. So many of them were `seen` in a call before, which wanted more. A call should take
    /// no longer than what is new and what it passes over are long.
    fn find_message(&self, flow: &Self::Flow, bytes: &[u8], seen: usize) -> Found {
        let _ = (flow, bytes, seen);
        Found::Anything
    }

    /// The plugin's columns for the packet whose hook has just run. Only called in packet mode; what
    /// the row needs of the packet is kept in the plugin or read again here.
    fn packet_row<'a>(
        &'a self,
        cx: &'a PacketContext<'_>,
        flow: &'a Self::Flow,
    ) -> Self::PacketRow<'a>;

    /// A flow ends. A is called before B; both states live until both are done.
    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut Self::Flow,
        peer: Option<&'a mut Self::Flow>,
    ) -> Self::Row<'a>;

    /// Whether the row of a flow that ends is that of all flows with nothing for this plugin. Such a row is made once, by the
    /// first of them, and copied for the others without a call of [`on_flow_end`](Self::on_flow_end): that is a tenth of the time,
    /// and most flows have nothing of most protocols. Only true where the row depends on nothing but settings, and where
    /// `on_flow_end` would have nothing else to do.
    fn has_empty_row(&self, flow: &Self::Flow, peer: Option<&Self::Flow>) -> bool {
        let _ = (flow, peer);
        false
    }

    /// Adds lines to the end report. All instances are merged by then.
    fn report(&self, totals: &Totals, out: &mut Report) {
        let _ = (totals, out);
    }

    /// All flows have ended, and all instances are merged: the place to write files about the run. Comes before the
    /// report.
    fn finish(&mut self, cx: &mut FinishContext<'_>) -> Result<(), PluginError> {
        let _ = cx;
        Ok(())
    }
}
