//! Some of the engine's work given away, to be done by other threads.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use flowz_host::panics::PluginPanic;
use flowz_host::placement::Place;
use flowz_host::plugin_set::PluginSet;

use super::{Engine, WayOut};
use crate::output::RowStyles;
use crate::recording::{Assembler, EventWriter, Lane, Segments, SendBatch};
use crate::records::Records;

/// What [`Engine::split`] gives away.
pub struct Split {
    /// Plugins that record, each lane with some of the flows. There are some, if only to know which flows are whose.
    pub lanes: Vec<Lane>,
    /// Plugins that record and need all flows, if there are any.
    pub whole: Option<Lane>,
    /// The way to the sinks.
    pub assembler: Assembler,
}

impl Engine {
    /// Gives away, before the first packet, the plugins that only record, and the sinks. From now on the engine
    /// works on packets of batches ([`Self::decoded`]) and passes events to `send`, for the lanes.
    ///
    /// Nothing comes back if that was done before.
    pub fn split(&mut self, send: SendBatch) -> Option<Split> {
        let way_out = std::mem::replace(&mut self.way_out, WayOut::Closed);
        let WayOut::Records(records) = way_out else { return None };
        let (packet_bytes, output) = records.into_parts();
        let styles = output.styles();
        let mut more = std::mem::take(&mut self.lanes);
        let lanes = (more.len() + 1).next_power_of_two();
        self.table.divide(lanes);
        let places = self.places.clone();
        let (mut front, mut whole, mut lane) = (Vec::new(), Vec::new(), Vec::new());
        for (plugin, place) in self.take_plugins().into_plugins().into_iter().zip(&places) {
            match place {
                Place::Front => front.push(plugin),
                Place::Whole => whole.push(plugin),
                Place::Lane => lane.push(plugin),
            }
        }
        let positions: Vec<_> = lane.iter().map(|(position, _)| *position).collect();
        let streams = self.streams;
        let new_set = |plugins| PluginSet::new(plugins).with_streams(streams, &places);
        let mut sets = vec![new_set(lane)];
        sets.extend(
            more.drain(..).map(|plugins| new_set(positions.iter().copied().zip(plugins).collect())),
        );
        self.plugins = new_set(front);
        self.services = self.plugins.services();
        self.services.facts.keep_log();
        self.is_plain = false;
        let changes_layers =
            self.aggregation.is_some() || self.reassembly.is_some() || self.splits_chunks();
        let writer = EventWriter::new(
            &self.run,
            &places,
            (lanes, self.ends_at_once),
            changes_layers,
            (send, styles),
        );
        self.way_out = WayOut::Events(Box::new(writer));
        let shift = lanes.trailing_zeros();
        let ranges = Segments::ranges(&places, Place::Lane);
        let lanes = sets.into_iter().enumerate();
        let lanes = lanes
            .map(|(n, set)| self.lane((set, ranges.clone()), Some((n, shift)), styles))
            .collect();
        let ranges = Segments::ranges(&places, Place::Whole);
        let whole = (!whole.is_empty()).then(|| self.lane((new_set(whole), ranges), None, styles));
        let segments = Segments::new(&places);
        let assembler = Assembler::new(&self.run, segments, packet_bytes, output);
        Some(Split { lanes, whole, assembler })
    }

    fn lane(
        &self,
        plugins: (PluginSet, Vec<std::ops::Range<usize>>),
        number: Option<(usize, u32)>,
        styles: RowStyles,
    ) -> Lane {
        Lane::new(self.run.clone(), self.timeouts.clone(), self.decoder, plugins, number, styles)
    }

    /// The packets of a batch are done with: passes on what was written of them.
    pub fn pass_on(&mut self) {
        if let WayOut::Events(writer) = &mut self.way_out {
            writer.hand_over(&self.run);
        }
        self.note_alarms();
    }

    /// Takes back what [`Self::split`] gave away, for [`Self::complete`] and the report. A plugin that panics when its
    /// instances are to become one is named.
    pub fn rejoin(&mut self, split: Split) -> Result<(), PluginPanic> {
        let Split { lanes, whole, assembler } = split;
        let mut plugins = self.take_plugins().into_parts();
        let mut merged: Option<PluginSet> = None;
        let mut outcome = Ok(());
        for lane in lanes {
            let (set, services) = lane.into_parts();
            self.services.add_marks(&services);
            match &mut merged {
                None => merged = Some(set),
                Some(merged) => outcome = outcome.and_then(|()| merge(merged, set)),
            }
        }
        plugins.extend(merged.into_iter().flat_map(PluginSet::into_parts));
        if let Some((set, services)) = whole.map(Lane::into_parts) {
            self.services.add_marks(&services);
            plugins.extend(set.into_parts());
        }
        plugins.sort_by_key(|(position, ..)| *position);
        self.plugins = PluginSet::from_parts(plugins);
        let (packet_bytes, output) = assembler.into_parts();
        self.way_out = WayOut::Records(Box::new(Records::new(packet_bytes, output)));
        outcome
    }

    pub(super) fn take_plugins(&mut self) -> PluginSet {
        std::mem::replace(&mut self.plugins, PluginSet::new(Vec::new()))
    }
}

fn merge(set: &mut PluginSet, other: PluginSet) -> Result<(), PluginPanic> {
    let merged = catch_unwind(AssertUnwindSafe(|| set.merge(other)));
    merged.map_err(|payload| set.panicking(&*payload).unwrap_or_else(|| resume_unwind(payload)))
}
