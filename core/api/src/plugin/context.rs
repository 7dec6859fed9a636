//! What hooks see, and what they may ask for.

use std::ops::Deref;

use super::{EndView, FlowView, Interest, LiveView, PacketView, PluginError, Services, TimeoutId};
use crate::expect::Expectation;
use crate::fact::Fact;
use crate::flow::FlowId;
use crate::plugin::Plugin;
use crate::row::Row;
use crate::status::{FlowStat, Mark};
use crate::stream::StreamView;
use crate::table::TableRow;

/// What a hook sees, and where it asks for what it cannot do itself.
#[derive(Debug)]
pub struct Context<'a, V> {
    view: V,
    services: &'a mut Services,
}

/// What the hooks of a packet see, and where they ask for what they cannot do themselves.
///
/// The flow is for looking: a plugin that records cannot change it, whatever thread it is called on.
///
/// ```compile_fail
/// use flowz_api::prelude::*;
///
/// fn on_packet(cx: &mut PacketContext<'_>) {
///     cx.flow.status |= FlowStat::VLAN; // the flow is behind a shared reference
/// }
/// ```
pub type PacketContext<'a> = Context<'a, PacketView<'a>>;

/// What the hook at the end of a flow sees, and where it asks for what it cannot do itself.
pub type EndContext<'a> = Context<'a, EndView<'a>>;

/// What [`Plugin::on_stream`] sees, and where it asks for what it cannot do itself.
pub type StreamContext<'a> = Context<'a, StreamView<'a>>;

impl<V> Deref for Context<'_, V> {
    type Target = V;

    #[inline]
    fn deref(&self) -> &V {
        &self.view
    }
}

/// Calls that plugins make name the plugin: what its description does not announce does not compile.
impl<'a, V: FlowView> Context<'a, V> {
    /// A context.
    #[inline]
    pub fn new(view: V, services: &'a mut Services) -> Self {
        Self { view, services }
    }

    /// For engines.
    #[inline]
    pub fn services(&mut self) -> &mut Services {
        self.services
    }

    /// The flow's status bits with the marks that plugins have set so far.
    #[inline]
    pub fn marked_status<P: Plugin>(&self) -> FlowStat {
        const { assert!(P::INFO.marks, "Info::marks() is missing in the plugin's description") }
        self.services.marked(self.view.flow().status)
    }

    /// Raises an alarm on the flow, in a hook of a packet, of a stream, or of the flow's end: with `core.ALARM_MODE` its row
    /// is written. A plugin counts once for each direction. The description must say [`Info::alarms`](super::Info::alarms).
    pub fn raise_alarm<P: Plugin>(&mut self) {
        const { assert!(P::INFO.alarms, "Info::alarms() is missing in the plugin's description") }
        self.services.mark(false, Mark::ALARM);
    }

    /// Publishes a fact about this packet, or about the end of this direction.
    pub fn publish<P: Plugin, F: Fact>(&mut self, fact: &F) {
        const { assert!(F::ID.is_in(P::INFO.publishes), "Info::publishes() does not name the fact") }
        self.services.publish(F::ID, |out| fact.put(out), false);
    }

    /// A fact that the plugin itself has published about this packet or end, to publish it again with more: bytes that waited may
    /// complete several messages, of both directions, in the hooks of one packet.
    pub fn published<P: Plugin, F: Fact>(&self) -> Option<F> {
        const { assert!(F::ID.is_in(P::INFO.publishes), "Info::publishes() does not name the fact") }
        self.services.facts.get(self.services.own_slot())
    }

    /// A fact that another plugin has published about this packet or end, or about the flow.
    pub fn fact<P: Plugin, F: Fact>(&self) -> Option<F> {
        const { assert!(F::ID.is_in(P::INFO.reads), "Info::reads() does not name the fact") }
        self.services.facts.get(self.services.own_slot())
    }

    /// Adds a row to a table of the plugin's own ([`Plugin::tables`]).
    pub fn emit<R: Row + TableRow>(&mut self, row: &R) {
        self.services.emit(row, self.view.flow().id);
    }

    /// Adds such a row about another flow, which may have ended.
    pub fn emit_for<R: Row + TableRow>(&mut self, flow: FlowId, row: &R) {
        self.services.emit(row, flow);
    }

    /// Appends bytes to a file. Files of a plugin lie in a folder of its own beside the tables; names are made
    /// safe, sizes are limited, and what cannot be written is counted.
    pub fn append_to_file(&mut self, name: &str, bytes: &[u8]) {
        self.services.append(name, bytes);
    }

    /// Ends the run with a sentence: the plugin cannot go on.
    pub fn fail(&mut self, error: PluginError) {
        self.services.fail(error);
    }
}

/// What only hooks of flows that go on may ask for: those of packets and of streams. In those of a stream the flow is that of
/// the bytes. At the end of a flow, when its last bytes are shown, there is no next packet and nothing to think again.
impl<V: LiveView> Context<'_, V> {
    /// Thinks again about the flow's packets, from the next one on.
    pub fn set_interest(&mut self, interest: Interest) {
        let flow = self.view.flow().id;
        self.services.set_interest(false, flow, interest);
    }

    /// Thinks again about the packets of the peer, if there is one.
    pub fn set_peer_interest(&mut self, interest: Interest) {
        let flow = self.view.flow().id;
        self.services.set_interest(true, flow, interest);
    }

    /// Marks the flow. The description must say [`Info::marks`](super::Info::marks).
    ///
    /// # Panics
    ///
    /// [`Mark::ALARM`] is for plugins whose description says [`Info::alarms`](super::Info::alarms).
    pub fn mark<P: Plugin>(&mut self, mark: Mark) {
        const { assert!(P::INFO.marks, "Info::marks() is missing in the plugin's description") }
        check_alarm::<P>(mark);
        self.services.mark(false, mark);
    }

    /// Marks the peer, if there is one.
    ///
    /// # Panics
    ///
    /// As [`mark`](Self::mark).
    pub fn mark_peer<P: Plugin>(&mut self, mark: Mark) {
        const { assert!(P::INFO.marks, "Info::marks() is missing in the plugin's description") }
        check_alarm::<P>(mark);
        self.services.mark(true, mark);
    }

    /// Publishes a fact about the flow, which stays until the flow ends or another one takes its place.
    pub fn publish_for_flow<P: Plugin, F: Fact>(&mut self, fact: &F) {
        const { assert!(F::ID.is_in(P::INFO.publishes), "Info::publishes() does not name the fact") }
        self.services.publish(F::ID, |out| fact.put(out), true);
    }

    /// Announces a flow that will come: [`Plugin::on_expected`] is called when it does.
    pub fn expect<P: Plugin>(&mut self, flow: Expectation) {
        const { assert!(P::INFO.expects, "Info::expects() is missing in the plugin's description") }
        self.services.expect(flow, self.view.flow().id);
    }
}

/// Which plugins can raise alarms must be known before any of them does.
fn check_alarm<P: Plugin>(mark: Mark) {
    assert!(
        P::INFO.alarms || !mark.contains(Mark::ALARM),
        "Info::alarms() is missing in the plugin's description"
    );
}

/// A packet of a flow that a plugin steers: besides looking and asking it may change timeouts and end the
/// flow.
#[derive(Debug)]
pub struct SteerContext<'a> {
    packet: PacketContext<'a>,
    timeouts: [TimeoutId; 2],
}

impl<'a> SteerContext<'a> {
    /// A context; `timeouts` are those of the flow and of its peer.
    #[inline]
    pub fn new(packet: PacketContext<'a>, timeouts: [TimeoutId; 2]) -> Self {
        Self { packet, timeouts }
    }

    /// The packet's context, for all else that a plugin may ask for.
    #[inline]
    pub fn packet_context(&mut self) -> &mut PacketContext<'a> {
        &mut self.packet
    }

    /// The timeouts of the flow and of its peer, as they are now.
    #[inline]
    pub fn timeouts_now(&self) -> [TimeoutId; 2] {
        self.timeouts
    }

    /// After how long a silence the flow ends.
    #[inline]
    pub fn timeout(&self) -> TimeoutId {
        self.timeouts[0]
    }

    /// Sets after how long a silence the flow ends: to a value that was registered at start.
    #[inline]
    pub fn set_timeout(&mut self, timeout: TimeoutId) {
        self.timeouts[0] = timeout;
    }

    /// The same for the peer; without a peer nothing happens.
    #[inline]
    pub fn set_peer_timeout(&mut self, timeout: TimeoutId) {
        self.timeouts[1] = timeout;
    }

    /// Asks for the end of the flow and of its peer behind the hooks of this packet: both have their rows, and the next
    /// packet of either begins another flow. Without `core.FORCE_MODE` nothing happens. Plugins that record cannot ask for
    /// that: with several threads they see a packet when the flow table is further on.
    pub fn end_flow(&mut self) {
        if self.packet.view.run.core.force_mode {
            self.packet.services.end_flow();
        }
    }
}

impl<'a> Deref for SteerContext<'a> {
    type Target = PacketContext<'a>;

    #[inline]
    fn deref(&self) -> &Self::Target {
        &self.packet
    }
}
