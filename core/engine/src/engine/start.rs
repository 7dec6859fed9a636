//! From a selection to a running engine: timeouts, plugins, columns, sinks.

use flowz_api::plugin::{Timeouts, TooManyTimeouts};
use flowz_api::settings::Run;
use flowz_api::sink::{Destination, Sink, SinkError};

use super::Engine;
use crate::content::Contents;
use crate::limits::Limits;
use crate::output::{Output, flow_schema, packet_schema};
use crate::selection::{Selection, SelectionError};

/// All that a run is made of.
pub struct Setup<'a> {
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
}

/// Why a run cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A plugin cannot start.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// A sink cannot start.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// More timeouts than flows can refer to.
    #[error(transparent)]
    Timeouts(#[from] TooManyTimeouts),
    /// Settings of the engine ask for something that does not exist.
    #[error("{0}")]
    Settings(String),
}

impl Engine {
    /// Starts plugins and sinks.
    pub fn start(setup: Setup<'_>) -> Result<Self, StartError> {
        let Setup { selection, run, sinks, destination, preamble, limits } = setup;
        let contents = Contents::new(&run).map_err(StartError::Settings)?;
        let mut timeouts = Timeouts::default();
        // The first value registered is the one of new flows.
        timeouts.register(run.core.flow_timeout)?;
        let plugins = selection.start(&run, &mut timeouts)?;
        let flows = flow_schema(&plugins);
        let packets = run.packet_mode.then(|| packet_schema(&run.core, &plugins));
        let plugin_bytes = plugins.iter().map(|p| p.flow_size()).sum();
        let output = Output::start(sinks, flows, packets, destination, preamble)?;
        Ok(Self::new(run, timeouts, plugins, output, contents, limits.flows(plugin_bytes)))
    }
}
