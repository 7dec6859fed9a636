//! From a selection to a running engine: timeouts, plugins, columns, sinks.

use flowz_api::plugin::{Info, Timeouts, TooManyTimeouts};
use flowz_api::settings::Run;
use flowz_api::sink::{Destination, Sink, SinkError};
use flowz_api::table::Table;
use flowz_host::plugin_set::PluginSet;
use flowz_host::start::{self, Plugins};
use flowz_host::streams::{BYTES_PER_FLOW, StreamSettings};
use flowz_registry::selection::Selection;

use super::Engine;
use crate::active_timeout::{self, ActiveTimeout};
use crate::fragments::Fragments;
use crate::growth::GrowthCount;
use crate::limits::Limits;
use crate::output::{
    AlarmSettings, Choice, ChoiceError, ClashingNames, Cumulative, Output, View, tables,
};
use crate::packet_bytes::PacketBytes;
use crate::reassembly::Reassembly;
use crate::records::Records;

/// All that a run is made of.
pub struct EngineSetup<'a> {
    /// Plugins and their settings.
    pub selection: &'a Selection,
    /// The engine's settings and modes.
    pub run: Run,
    /// Where records go.
    pub sinks: Vec<Box<dyn Sink>>,
    /// Where the sinks write.
    pub destination: &'a Destination,
    /// Lines about the run for headers.
    pub preamble: &'a [String],
    /// How many flows may live at once.
    pub limits: Limits,
    /// Lanes that [`Engine::split`] will make; 1 if all is done on one thread.
    pub lanes: usize,
}

/// Why a run cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A plugin cannot start.
    #[error(transparent)]
    Plugin(#[from] start::StartError),
    /// A sink cannot start.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// More timeouts than flows can refer to.
    #[error(transparent)]
    Timeouts(#[from] TooManyTimeouts),
    /// Plugins with names of one another.
    #[error(transparent)]
    Names(#[from] ClashingNames),
    /// Columns or rows that the tables do not have.
    #[error(transparent)]
    Choice(#[from] ChoiceError),
    /// Settings of the engine ask for something that does not exist.
    #[error("{0}")]
    Settings(String),
}

/// Bytes of flows that end within one batch of events: as many as usual flows of a whole batch have.
const ENDS: usize = 2 << 20;

/// Most lanes: the lane of an event is a byte.
const MOST_LANES: usize = 64;

impl Engine {
    /// Starts plugins and sinks; all tables are written as they are.
    pub fn start(setup: EngineSetup<'_>) -> Result<Self, StartError> {
        Self::start_choosing(setup, &Choice::default())
    }

    /// Starts plugins and sinks; only what is chosen is written.
    pub fn start_choosing(setup: EngineSetup<'_>, choice: &Choice) -> Result<Self, StartError> {
        let EngineSetup { selection, mut run, sinks, destination, preamble, limits, lanes } = setup;
        run.max_mem = limits.max_mem;
        run.plugins = selection.infos().map(|info| info.name).collect();
        run.requested = selection.requested().collect();
        let packet_bytes = PacketBytes::new(&run).map_err(StartError::Settings)?;
        let mut timeouts = Timeouts::default();
        // The first value registered is the one of new flows.
        timeouts.register(run.core.flow_timeout)?;
        // A packet's record is put together from many small parts: more lanes cost more than they are worth.
        let lanes =
            if run.packet_mode { 1 } else { lanes.clamp(1, MOST_LANES).next_power_of_two() };
        let plugins = start::start(selection, &run, &mut timeouts, lanes)?;
        let Plugins { instances, places, lanes, direction_finders } = plugins;
        let mut written = tables(&run.core, &instances, run.packet_mode)?;
        let settings = alarm_settings(&run, selection.infos());
        let flows = written.tables.first().cloned();
        let view = if choice.is_all() {
            View::default()
        } else {
            let all = tables(&run.core, &instances, true)?.tables;
            choice.apply(&all, &mut written.tables)?
        };
        let view = view.with_alarms(settings, flows.as_ref());
        let descriptions = || instances.iter().map(|plugin| plugin.description());
        let plugin_bytes: usize = descriptions().map(|plugin| plugin.flow_size).sum();
        let run_bytes: usize = descriptions().map(|plugin| plugin.run_size).sum();
        let growth: Vec<_> = descriptions().map(|plugin| plugin.growth).collect();
        let reassembly = Reassembly::from_toggles(&run.core, limits.reassembly()).map(Box::new);
        let mut output = Output::start(sinks, (written, view), &run.core, destination, preamble)?;
        let tally = output.alarm_tally();
        let readers = instances.iter().zip(&places);
        let mut reading: Vec<_> = readers
            .filter(|(plugin, _)| plugin.description().info.streams)
            .map(|(_, place)| *place)
            .collect();
        reading.sort_unstable();
        reading.dedup();
        let stream_bytes =
            if reading.is_empty() { 0 } else { limits.streams(StreamSettings::total(&run)) };
        let streams = StreamSettings::new(&run, stream_bytes, reading.len());
        let active_timeout = run.core.active_timeout;
        let cumulative = flows.filter(|_| run.core.active_cumulative && active_timeout > 0.0);
        let of_interim = of_interim(active_timeout, cumulative.as_ref());
        let plugin_bytes = plugin_bytes + reading.len() * BYTES_PER_FLOW + of_interim;
        let plugins = PluginSet::new((0..).zip(instances).collect());
        let plugins = plugins.with_streams(streams, &places);
        let others = run_bytes
            .saturating_add(reassembly.as_ref().map_or(0, |r| r.most()))
            .saturating_add(usize::try_from(stream_bytes).unwrap_or(usize::MAX));
        let budget = limits.budget(plugin_bytes, others);
        let most_flows = limits.flows(budget);
        if let Some(flows) = &cumulative {
            let longest = timeouts.values().iter().copied().fold(0.0, f32::max);
            output.accumulate(flows, longest, most_flows);
        }
        let records = Records::new(packet_bytes, output);
        let mut engine = Self::new(run, timeouts, plugins, direction_finders, records, most_flows);
        engine.alarm_tally = tally;
        engine.fragments = Fragments::new(limits.fragments());
        engine.reassembly = reassembly;
        engine.growth =
            budget.and_then(|budget| GrowthCount::new(growth.into_iter(), budget)).map(Box::new);
        engine.ends_at_once = ENDS / plugin_bytes.max(1);
        engine.active = ActiveTimeout::new(active_timeout, most_flows).map(Box::new);
        engine.is_watched = engine.active.is_some() || engine.growth.is_some();
        (engine.places, engine.lanes, engine.streams) = (places, lanes, streams);
        Ok(engine)
    }
}

/// Bytes for a flow of which there are interim records, whose counters may go on in these columns.
fn of_interim(active_timeout: f64, cumulative: Option<&Table>) -> usize {
    let columns = cumulative.map_or(&[][..], |flows| &flows.schema.columns);
    let counters = columns.iter().filter(|column| column.counter).count();
    let sums = cumulative.map_or(0, |_| Cumulative::BYTES_PER_FLOW + counters * 16);
    if active_timeout > 0.0 { active_timeout::BYTES_PER_FLOW + sums } else { 0 }
}

/// Who raises alarms, and what for.
fn alarm_settings<'a>(run: &Run, infos: impl Iterator<Item = &'a Info>) -> AlarmSettings {
    let plugins = infos.filter(|info| info.alarms).count() as u32;
    AlarmSettings { plugins, only: run.core.alarm_mode, all: run.core.alarm_and }
}
