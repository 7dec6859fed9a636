//! An engine that tells which flows packets are in, and writes no tables.

use std::ffi::OsString;

use anyhow::Result;
use clap::Parser;
#[cfg(feature = "top")]
use flowz_api::registry::PluginEntry;
use flowz_api::settings::{CoreToggles, Run};
use flowz_api::sink::{Destination, Sink};
use flowz_engine::{Engine, EngineSetup};
use flowz_registry::selection::Selection;

use super::super::analyze;
use crate::args::{AnalyzeArgs, Cli, InputArgs, SelectArgs};

/// Plugins and settings of an engine.
pub(in crate::commands) struct Settings {
    main_job: AnalyzeArgs,
    selection: Selection,
}

impl Settings {
    /// Those of the main job with these words.
    pub(super) fn of_words(words: &[OsString]) -> Result<Self> {
        let program = ["flowz", "-q", "-r", "-", "-w", "-"].map(OsString::from);
        let main_job = Cli::try_parse_from(program.iter().chain(words))?.analyze;
        let selection = analyze::selection(&main_job)?;
        Ok(Self { main_job, selection })
    }

    /// Those of the main job with these arguments.
    pub(super) fn new(select: &SelectArgs) -> Result<Self> {
        let Self { mut main_job, .. } = Self::of_words(&["--no-config".into()])?;
        main_job.select = select.clone();
        let selection = analyze::selection(&main_job)?;
        Ok(Self { main_job, selection })
    }

    /// Those of a main job, with plugins that a command brings with it.
    #[cfg(feature = "top")]
    pub(in crate::commands) fn with_plugins(
        main_job: AnalyzeArgs,
        own: Vec<PluginEntry>,
    ) -> Result<Self> {
        let selection = analyze::selection_with(&main_job, own)?;
        Ok(Self { main_job, selection })
    }

    /// Says which settings have no effect.
    #[cfg(feature = "top")]
    pub(in crate::commands) fn remark(&self) {
        analyze::remark_on_settings(&self.main_job, &self.selection);
    }

    /// All that flow numbers and the flow table depend on, a line each.
    pub(super) fn lines(&self) -> String {
        let compat = if self.main_job.select.compat { "compat\n" } else { "" };
        let plugins = self.selection.infos().map(|info| format!("plugin {}\n", info.name));
        let toggles = self.selection.in_force().map(|toggle| format!("{toggle:}\n"));
        plugins.chain(toggles).chain([compat.to_owned()]).collect()
    }

    /// An engine whose records go to a sink.
    pub(in crate::commands) fn start(&self, sink: Box<dyn Sink>) -> Result<Engine> {
        // Plugins write no files either, and all flows are asked for.
        let core =
            CoreToggles { files_max: 0, alarm_mode: false, ..self.selection.settings.core.clone() };
        let destination = Destination { only_requested: true, ..Destination::default() };
        let InputArgs { reorder, dedup, .. } = self.main_job.input;
        let windows = u64::from(reorder.is_some()) + u64::from(dedup.is_some());
        let setup = EngineSetup {
            selection: &self.selection,
            run: Run {
                core,
                compat: self.main_job.select.compat,
                sensor: self.main_job.select.sensor_id,
                ..Run::default()
            },
            sinks: vec![sink],
            destination: &destination,
            preamble: &[],
            limits: self.main_job.limits.for_engine(windows),
            lanes: 1,
        };
        Ok(Engine::start(setup)?)
    }
}
