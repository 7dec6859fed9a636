//! Plugins that work on the same packets, one after the other.

use std::any::Any;
use std::mem::take;
use std::ops::Range;

use flowz_api::flow::Flow;
use flowz_api::host::HostedPlugin;
use flowz_api::plugin::{EndContext, PacketContext, TimeoutId};
use flowz_api::record::Record;
use flowz_api::report::{Report, Totals};
use flowz_api::slab::FlowIndex;
use flowz_api::status::FlowStat;

use crate::blame::{self, Blame, Hook, PluginPanic};
use crate::interests::Interests;

/// Plugins in the order of their numbers.
///
/// Where the plugins only record, one that changes more of a flow than its status bits panics: the engine would
/// not hear of it.
pub(crate) struct Crew<const RECORDS: bool = false> {
    plugins: Vec<Box<dyn HostedPlugin>>,
    interests: Interests,
    blame: Blame,
}

/// A crew that was split: those that steer, and those that only record.
pub(crate) struct Parts {
    pub(crate) steering: Crew,
    /// In front of each group of those that steer, and behind the last one.
    pub(crate) recording: Vec<Crew<true>>,
    pub(crate) groups: Vec<Group>,
}

/// Neighbours among the plugins that steer.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// Their places in the crew.
    pub(crate) range: Range<usize>,
    /// There are plugins behind, who see what these do to a flow.
    pub(crate) is_watched: bool,
}

impl<const RECORDS: bool> Crew<RECORDS> {
    /// These plugins.
    pub(crate) fn new(plugins: Vec<Box<dyn HostedPlugin>>) -> Self {
        Self { interests: Interests::new(plugins.len()), plugins, blame: Blame::default() }
    }

    /// The places of all.
    #[inline]
    pub(crate) fn all(&self) -> Range<usize> {
        0..self.plugins.len()
    }

    /// A flow begins: asks all whether they want its packets. Yields the number of the list of those that do.
    pub(crate) fn ask(&mut self, cx: &PacketContext<'_>, own: FlowIndex) -> u16 {
        self.interests.ask(&mut self.plugins, cx, own, &self.blame)
    }

    /// Shows a packet to the plugins of a list.
    #[inline]
    pub(crate) fn packet(
        &mut self,
        list: u16,
        cx: &mut PacketContext<'_>,
        own: FlowIndex,
        other: Option<FlowIndex>,
    ) {
        for &n in self.interests.of(list) {
            if let Some(plugin) = self.plugins.get_mut(usize::from(n)) {
                call::<RECORDS>(&self.blame, (n.into(), plugin), cx, own, other);
            }
        }
    }

    /// Shows a packet to some of the plugins of a list.
    #[inline]
    pub(crate) fn packet_for(
        &mut self,
        range: &Range<usize>,
        list: u16,
        cx: &mut PacketContext<'_>,
        own: FlowIndex,
        other: Option<FlowIndex>,
    ) {
        for &n in self.interests.of(list) {
            let n = usize::from(n);
            if let Some(plugin) = self.plugins.get_mut(n).filter(|_| range.contains(&n)) {
                call::<RECORDS>(&self.blame, (n, plugin), cx, own, other);
            }
        }
    }

    /// Shows a packet to some plugins and appends their rows of the packet table: all have columns there.
    pub(crate) fn packet_rows(
        &mut self,
        range: Range<usize>,
        cx: &mut PacketContext<'_>,
        own: FlowIndex,
        other: Option<FlowIndex>,
        record: &mut Record,
    ) {
        for (n, plugin) in self.plugins.iter_mut().enumerate().take(range.end).skip(range.start) {
            call::<RECORDS>(&self.blame, (n, plugin), cx, own, other);
            self.blame.on(n, Hook::PacketRow, || plugin.packet_row(cx, own, record));
        }
    }

    /// A flow ends: appends the rows of some plugins.
    #[inline]
    pub(crate) fn terminate(
        &mut self,
        range: Range<usize>,
        cx: &EndContext<'_>,
        own: FlowIndex,
        peer: Option<FlowIndex>,
        record: &mut Record,
    ) {
        for (n, plugin) in self.plugins.iter_mut().enumerate().take(range.end).skip(range.start) {
            let step = || plugin.terminate(cx, own, peer, record);
            self.blame.on(n, Hook::Terminate, step);
        }
    }

    /// Adds the lines of the end report.
    pub(crate) fn report(&self, totals: &Totals, out: &mut Report) {
        for (n, plugin) in self.plugins.iter().enumerate() {
            out.section(plugin.info().name);
            self.blame.on(n, Hook::Report, || plugin.report(totals, out));
        }
    }

    /// Who it was that panicked, if it was one of them.
    pub(crate) fn culprit(&self, payload: &(dyn Any + Send)) -> Option<PluginPanic> {
        let (plugin, hook) = self.blame.take()?;
        let plugin = self.plugins.get(plugin)?.info().name;
        Some(PluginPanic { plugin, hook, message: blame::message(payload) })
    }
}

impl Crew {
    /// Takes those that only record away. Before the first flow only.
    pub(crate) fn split(self) -> Parts {
        let (mut steering, mut recording) = (Vec::new(), Vec::new());
        let mut groups = Vec::<Group>::new();
        let mut crew = Vec::new();
        for plugin in self.plugins {
            if !plugin.info().steers {
                for group in &mut groups {
                    group.is_watched = true;
                }
                crew.push(plugin);
                continue;
            }
            let place = steering.len();
            match groups.last_mut().filter(|_| crew.is_empty()) {
                Some(group) => group.range.end += 1,
                None => {
                    groups.push(Group { range: place..place + 1, is_watched: false });
                    recording.push(Crew::new(take(&mut crew)));
                }
            }
            steering.push(plugin);
        }
        recording.push(Crew::new(crew));
        Parts { steering: Self::new(steering), recording, groups }
    }
}

impl Parts {
    /// All of them again, in the order of their numbers, for the report.
    pub(crate) fn reunite(self) -> Crew {
        let mut steering = self.steering.plugins.into_iter();
        let mut groups = self.groups.into_iter();
        let mut plugins = Vec::new();
        for crew in self.recording {
            plugins.extend(crew.plugins);
            let count = groups.next().map_or(0, |group| group.range.len());
            plugins.extend(steering.by_ref().take(count));
        }
        Crew::new(plugins)
    }
}

/// Calls the hook of plugin number `n` for a packet.
#[inline]
fn call<const RECORDS: bool>(
    blame: &Blame,
    (n, plugin): (usize, &mut Box<dyn HostedPlugin>),
    cx: &mut PacketContext<'_>,
    own: FlowIndex,
    other: Option<FlowIndex>,
) {
    let before = course(cx);
    if cx.layers.is_layer2() {
        blame.on(n, Hook::Layer2, || plugin.layer2(cx, own, other));
    } else {
        blame.on(n, Hook::Packet, || plugin.packet(cx, own, other));
    }
    if RECORDS && course(cx) != before {
        blame.on(n, Hook::Packet, || panic!("{STEERS}"));
    }
}

/// What a plugin is told that changes what it must not.
const STEERS: &str = "it changes the timeout or the direction of a flow, but its description does not say that it steers";

/// What only plugins that steer may change.
type Course = ((TimeoutId, bool), Option<(TimeoutId, bool)>);

#[inline]
fn course(cx: &PacketContext<'_>) -> Course {
    let of = |flow: &Flow| (flow.timeout, flow.status.contains(FlowStat::INVERTED));
    (of(cx.flow), cx.peer.as_deref().map(of))
}
