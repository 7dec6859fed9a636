//! Plugins that work on the same packets, one after the other.

use std::any::Any;
use std::ops::Range;

use flowz_api::checkpoint::{Checkpoint as _, LoadError, Reader, Writer};
use flowz_api::expect::{ExpectationCounts, Expectations};
use flowz_api::host::{Event, Occupied, PluginInstance};
use flowz_api::plugin::{
    EndContext, FinishContext, Info, Interest, InterestRequest, PacketContext, PluginError,
    Requests, Services, SteerContext,
};
use flowz_api::record::Record;
use flowz_api::report::{Report, Totals};
use flowz_api::slab::FlowIndex;

use crate::interests::{Interests, Members, STREAMS, bit};
use crate::panics::{self, Hook, PanicTracker, PluginPanic};
use crate::placement::Place;
use crate::streams::{Hooks, StreamSettings, Streams};

/// Plugins in the order of their calls.
pub struct PluginSet {
    plugins: Vec<Box<dyn PluginInstance>>,
    /// Their places in the order of all plugins of the run.
    positions: Vec<u16>,
    interests: Interests,
    /// Flows that they have announced, by plugin.
    expectations: Vec<Expectations>,
    /// Some of them announce flows.
    expects: bool,
    /// Services that put streams in order: one for the plugins of each place, so that what one of them gets does not
    /// depend on whether another one is beside it.
    streams: Vec<(Place, Streams)>,
    /// Which of them a plugin reads, by plugin.
    stream_of: Vec<Option<usize>>,
    panics: PanicTracker,
}

/// A plugin with its place in the order of all and the flows that it expects.
pub type Part = (u16, Box<dyn PluginInstance>, Expectations);

/// A plugin cannot go on.
#[derive(Debug, thiserror::Error)]
#[error("plugin {plugin} cannot go on")]
pub struct PluginFailure {
    /// The plugin.
    pub plugin: &'static str,
    /// Why.
    pub source: PluginError,
}

impl PluginSet {
    /// These plugins, with their places in the order of all plugins of the run.
    pub fn new(plugins: Vec<(u16, Box<dyn PluginInstance>)>) -> Self {
        let (positions, plugins): (Vec<_>, Vec<_>) = plugins.into_iter().unzip();
        Self {
            interests: Interests::new(plugins.len()),
            expectations: plugins.iter().map(|_| Expectations::default()).collect(),
            expects: plugins.iter().any(|plugin| plugin.description().info.expects),
            plugins,
            positions,
            streams: Vec::new(),
            stream_of: Vec::new(),
            panics: PanicTracker::default(),
        }
    }

    /// Gives plugins that read streams what they need; `places` are those of all plugins of the run.
    #[must_use]
    pub fn with_streams(mut self, settings: StreamSettings, places: &[Place]) -> Self {
        let mut streams: Vec<(Place, Streams)> = Vec::new();
        let numbers = self.positions.iter().zip(&self.plugins).map(|(position, plugin)| {
            let place = places.get(usize::from(*position)).copied();
            let place = place.filter(|_| plugin.description().info.streams)?;
            let known = streams.iter().position(|(other, _)| *other == place);
            Some(known.unwrap_or_else(|| {
                streams.push((place, Streams::new(settings)));
                streams.len() - 1
            }))
        });
        self.stream_of = numbers.collect();
        self.streams = streams;
        self
    }

    /// A set of parts that other sets were taken apart into.
    pub fn from_parts(parts: Vec<Part>) -> Self {
        let mut expectations = Vec::new();
        let plugins = parts.into_iter().map(|(position, plugin, expected)| {
            expectations.push(expected);
            (position, plugin)
        });
        let set = Self::new(plugins.collect());
        Self { expectations, ..set }
    }

    /// Takes the set apart.
    pub fn into_parts(self) -> Vec<Part> {
        let parts = self.positions.into_iter().zip(self.plugins).zip(self.expectations);
        parts.map(|((position, plugin), expected)| (position, plugin, expected)).collect()
    }

    /// The plugins, with their places in the order of all.
    pub fn into_plugins(self) -> Vec<(u16, Box<dyn PluginInstance>)> {
        self.positions.into_iter().zip(self.plugins).collect()
    }

    /// What their hooks ask for.
    pub fn services(&self) -> Services {
        let tables = self.plugins.iter().map(|plugin| plugin.description().tables.clone());
        Services::new(tables.collect())
    }

    /// The places of all.
    #[inline]
    pub fn all(&self) -> Range<usize> {
        0..self.plugins.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.plugins.is_empty()
    }

    /// The place of plugin number `n` in the order of all plugins of the run.
    pub fn position(&self, n: u16) -> u16 {
        self.positions.get(usize::from(n)).copied().unwrap_or(n)
    }

    /// What is known of the plugins.
    pub fn infos(&self) -> impl Iterator<Item = &'static Info> {
        self.plugins.iter().map(|plugin| plugin.description().info)
    }

    /// A flow begins: asks all whether they want its packets. Yields the number of the list of those that do.
    pub fn begin_flow(&mut self, cx: &mut PacketContext<'_>, own: FlowIndex) -> u16 {
        let mut members = 0;
        let mut readers = 0;
        for (n, plugin) in self.plugins.iter_mut().enumerate() {
            cx.services().begin_plugin(n as u16);
            let step = || plugin.new_flow(cx, own);
            let interest = self.panics.on(n, Hook::Other("on_new_flow"), step);
            if interest.in_packets() {
                members |= bit(n);
            }
            if interest.in_stream() {
                readers |= bit(n);
            }
        }
        if self.expects {
            (members, readers) = self.expected(cx, own, (members, readers));
        }
        if !self.streams.is_empty() && cx.layers.is_tcp() && self.begin_stream(cx, own, readers) {
            members |= STREAMS;
        }
        self.interests.intern(members)
    }

    /// A TCP flow begins whose bytes some plugins want. Whether its packets have to be looked at for that, or for what is
    /// wanted of its peer.
    #[cold]
    fn begin_stream(
        &mut self,
        cx: &mut PacketContext<'_>,
        own: FlowIndex,
        readers: Members,
    ) -> bool {
        let (peer, flow) = (cx.services().peer_slot(), cx.flow.id);
        let mut wanted = false;
        for (_, streams) in &mut self.streams {
            wanted |= streams.begin(own, peer);
        }
        let had_one = wanted;
        for n in (0..self.plugins.len()).filter(|n| readers & bit(*n) != 0) {
            let plugin = n as u16;
            let request =
                InterestRequest { plugin, at: own, peer, flow, interest: Interest::Stream };
            wanted |= self.change_stream(request);
        }
        if let (Some(at), false, true) = (peer, had_one, wanted) {
            let plugin = InterestRequest::STREAMS;
            let interest = Interest::Stream;
            cx.services().request(InterestRequest { plugin, at, peer: Some(own), flow, interest });
        }
        wanted
    }

    /// A plugin wants the bytes of a flow, or no more. Whether somebody wants those of the flow or of its peer.
    fn change_stream(&mut self, request: InterestRequest) -> bool {
        let number = self.stream_of.get(usize::from(request.plugin)).copied().flatten();
        if let Some((_, streams)) = number.and_then(|number| self.streams.get_mut(number)) {
            streams.interest(request);
        }
        self.streams.iter().any(|(_, streams)| streams.has(request.at))
    }

    /// Shows the bytes that a packet brings, and what it tells of those that are missing.
    #[cold]
    fn stream(&mut self, cx: &mut PacketContext<'_>, own: FlowIndex, peer: Option<FlowIndex>) {
        let view = **cx;
        for (_, streams) in &mut self.streams {
            let (plugins, panics) = (&mut self.plugins[..], &self.panics);
            let hooks = Hooks { plugins, panics, services: cx.services() };
            streams.packet(hooks, &view, (own, peer));
        }
        if !self.streams.iter().any(|(_, streams)| streams.has(own)) {
            let (plugin, interest) = (InterestRequest::STREAMS, Interest::None);
            let flow = view.flow.id;
            cx.services().request(InterestRequest { plugin, at: own, peer, flow, interest });
        }
    }

    /// Memory of the streams at hand.
    #[cfg(test)]
    pub(crate) fn stream_memory(&self) -> usize {
        self.streams.iter().map(|(_, streams)| streams.memory()).sum()
    }

    /// A flow ends, and its peer with it: shows what waits of both, in front of the rows of the first one.
    #[inline]
    pub fn end_streams(
        &mut self,
        cx: &mut EndContext<'_>,
        own: FlowIndex,
        peer: Option<FlowIndex>,
    ) {
        for (_, streams) in &mut self.streams {
            let view = **cx;
            let (plugins, panics) = (&mut self.plugins[..], &self.panics);
            let hooks = Hooks { plugins, panics, services: cx.services() };
            streams.end(hooks, &view, (own, peer));
        }
    }

    /// Tells plugins that a flow has come which they have announced.
    #[cold]
    fn expected(
        &mut self,
        cx: &mut PacketContext<'_>,
        own: FlowIndex,
        (mut members, mut readers): (Members, Members),
    ) -> (Members, Members) {
        for (n, (plugin, waiting)) in
            self.plugins.iter_mut().zip(&mut self.expectations).enumerate()
        {
            if waiting.is_empty() {
                continue;
            }
            let Some(announcement) = waiting.begins(cx.key, cx.flow.id, cx.packet.ts) else {
                continue;
            };
            cx.services().begin_plugin(n as u16);
            let mut interest = Interest::Packets;
            let step = || plugin.event(Event::Expected(cx, own, announcement, &mut interest));
            self.panics.on(n, Hook::Other("on_expected"), step);
            members &= !bit(n);
            readers &= !bit(n);
            if interest.in_packets() {
                members |= bit(n);
            }
            if interest.in_stream() {
                readers |= bit(n);
            }
        }
        (members, readers)
    }

    /// Shows a packet to the plugins of a list.
    #[inline]
    pub fn packet(
        &mut self,
        list: u16,
        cx: &mut SteerContext<'_>,
        own: FlowIndex,
        peer: Option<FlowIndex>,
    ) {
        if self.interests.has_streams(list) {
            self.stream(cx.packet_context(), own, peer);
        }
        for &n in self.interests.list(list) {
            if let Some(plugin) = self.plugins.get_mut(usize::from(n)) {
                show(&self.panics, (n.into(), plugin), cx, own, peer);
            }
        }
    }

    /// In front of [`packet_rows`](Self::packet_rows): shows the bytes that a packet brings.
    pub fn packet_streams(
        &mut self,
        list: u16,
        cx: &mut SteerContext<'_>,
        own: FlowIndex,
        peer: Option<FlowIndex>,
    ) {
        if self.interests.has_streams(list) {
            self.stream(cx.packet_context(), own, peer);
        }
    }

    /// Shows a packet to some plugins and appends their rows of the packet table. Those with columns there see all
    /// packets, the others those of their interest.
    pub fn packet_rows(
        &mut self,
        (list, range): (u16, Range<usize>),
        cx: &mut SteerContext<'_>,
        own: FlowIndex,
        peer: Option<FlowIndex>,
        record: &mut Record,
    ) {
        let wanted = self.interests.list(list);
        for (n, plugin) in self.plugins.iter_mut().enumerate().take(range.end).skip(range.start) {
            let has_row = !plugin.description().packet_columns.is_empty();
            if !has_row && !wanted.iter().any(|member| usize::from(*member) == n) {
                continue;
            }
            show(&self.panics, (n, plugin), cx, own, peer);
            let step = || plugin.event(Event::PacketRow(cx, own, record));
            self.panics.on(n, Hook::Other("packet_row"), step);
        }
    }

    /// A flow ends: appends the rows of some plugins.
    #[inline]
    pub fn flow_end(
        &mut self,
        range: Range<usize>,
        cx: &mut EndContext<'_>,
        own: FlowIndex,
        peer: Option<FlowIndex>,
        record: &mut Record,
    ) {
        for (n, plugin) in self.plugins.iter_mut().enumerate().take(range.end).skip(range.start) {
            cx.services().begin_plugin(n as u16);
            let step = || plugin.flow_end(cx, own, peer, record);
            self.panics.on(n, Hook::Other("on_flow_end"), step);
        }
    }

    /// A flow and its peer will end soon: asks for what plugins know of them.
    #[inline]
    pub fn prefetch(&self, own: FlowIndex, peer: Option<FlowIndex>) {
        for plugin in &self.plugins {
            plugin.prefetch(own, peer);
        }
    }

    /// Does what hooks have asked for, but for what they emit. `list` yields the list of interest of a slot.
    pub fn serve(
        &mut self,
        requests: &mut Requests,
        mut list: impl FnMut(FlowIndex, &mut dyn FnMut(u16) -> u16),
    ) -> Result<(), PluginFailure> {
        for request in requests.interests.drain(..) {
            let InterestRequest { plugin, at, peer, interest, .. } = request;
            if plugin != InterestRequest::STREAMS {
                list(at, &mut |old| self.interests.changed(old, plugin, interest));
            }
            if self.streams.is_empty() {
                continue;
            }
            let wanted = if plugin == InterestRequest::STREAMS {
                interest.in_stream()
            } else {
                self.change_stream(request)
            };
            for at in [Some(at), peer].into_iter().flatten() {
                list(at, &mut |old| self.interests.with_streams(old, wanted));
            }
        }
        for (plugin, wanted, announcement) in requests.expectations.drain(..) {
            if let Some(waiting) = self.expectations.get_mut(usize::from(plugin)) {
                waiting.announce(wanted, announcement);
            }
        }
        match requests.failure.take() {
            None => Ok(()),
            Some((plugin, source)) => {
                let plugin = self.infos().nth(plugin.into()).map_or("", |info| info.name);
                Err(PluginFailure { plugin, source })
            }
        }
    }

    /// Takes in the counts of other instances of the same plugins.
    pub fn merge(&mut self, others: Self) {
        let pairs = self.plugins.iter_mut().zip(others.plugins).enumerate();
        for (n, (plugin, other)) in pairs {
            self.panics.on(n, Hook::Other("merge"), || plugin.merge(other));
        }
        for (own, other) in self.expectations.iter_mut().zip(others.expectations) {
            own.add_counts(other.counts());
        }
    }

    /// All flows have ended.
    pub fn finish(&mut self, cx: &mut FinishContext<'_>) -> Result<(), PluginFailure> {
        for (n, plugin) in self.plugins.iter_mut().enumerate() {
            let mut outcome = Ok(());
            cx.begin_plugin(n as u16);
            let step = || plugin.event(Event::Finish(cx, &mut outcome));
            self.panics.on(n, Hook::Other("finish"), step);
            let outcome = outcome.and_then(|()| cx.take_refusal().map_or(Ok(()), Err));
            let plugin = plugin.description().info.name;
            outcome.map_err(|source| PluginFailure { plugin, source })?;
        }
        Ok(())
    }

    /// Plugins that no other run can go on with.
    pub fn without_checkpoint(&self) -> impl Iterator<Item = &'static str> {
        let all = self.plugins.iter().map(|plugin| plugin.description());
        all.filter(|plugin| !plugin.continues).map(|plugin| plugin.info.name)
    }

    /// Writes all that they know, with the flows in these slots, for the next run.
    pub fn save(&mut self, out: &mut Writer<'_>, slots: &[Occupied]) {
        self.interests.save(out);
        self.expectations.save(out);
        for (_, streams) in &self.streams {
            streams.save(out);
        }
        for (n, plugin) in self.plugins.iter_mut().enumerate() {
            let event = Event::Save(out, slots);
            let hook = Hook::Other(event.hook());
            self.panics.on(n, hook, || plugin.event(event));
        }
    }

    /// Takes over what an earlier run with the same plugins has written.
    pub fn resume(&mut self, from: &mut Reader<'_>, slots: &[Occupied]) -> Result<(), LoadError> {
        self.interests.resume(from)?;
        let expectations = Vec::<Expectations>::load(from)?;
        if expectations.len() != self.plugins.len() {
            return Err(LoadError::Other("these plugins"));
        }
        self.expectations = expectations;
        for (_, streams) in &mut self.streams {
            streams.resume(from)?;
        }
        for (n, plugin) in self.plugins.iter_mut().enumerate() {
            let mut outcome = Ok(());
            let event = Event::Resume(from, slots, &mut outcome);
            let hook = Hook::Other(event.hook());
            self.panics.on(n, hook, || plugin.event(event));
            outcome?;
        }
        Ok(())
    }

    /// Adds the lines of the end report.
    pub fn report(&self, totals: &Totals, out: &mut Report) {
        for (n, plugin) in self.plugins.iter().enumerate() {
            out.section(plugin.description().info.name);
            self.panics.on(n, Hook::Other("report"), || plugin.report(totals, out));
        }
    }

    /// What became of flows that plugins have announced, by plugin.
    pub fn expectation_counts(&self) -> impl Iterator<Item = (&'static str, ExpectationCounts)> {
        self.infos().zip(&self.expectations).map(|(info, all)| (info.name, all.counts()))
    }

    /// Who it was that panicked, if it was one of them.
    pub fn panicking(&self, payload: &(dyn Any + Send)) -> Option<PluginPanic> {
        if let Some(panic) = payload.downcast_ref::<PluginPanic>() {
            return Some(panic.clone());
        }
        let (plugin, hook) = self.panics.take()?;
        let plugin = self.plugins.get(plugin)?.description().info.name;
        Some(PluginPanic { plugin, hook, message: panics::message(payload) })
    }
}

/// Calls the hook of plugin number `n` for a packet.
#[inline]
fn show(
    panics: &PanicTracker,
    (n, plugin): (usize, &mut Box<dyn PluginInstance>),
    cx: &mut SteerContext<'_>,
    own: FlowIndex,
    peer: Option<FlowIndex>,
) {
    let layers = cx.layers;
    cx.packet_context().services().begin_plugin(n as u16);
    panics.on(n, Hook::Packet(layers), || plugin.packet(cx, own, peer));
}
