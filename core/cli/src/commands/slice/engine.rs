//! An engine that tells which flows packets are in, and writes no tables.

use std::ffi::OsString;

use anyhow::Result;
use clap::Parser;
use flowz_api::settings::{CoreToggles, Run};
use flowz_api::sink::{Destination, Sink};
use flowz_engine::{Engine, EngineSetup};
use flowz_registry::selection::Selection;

use super::super::analyze;
use crate::args::{AnalyzeArgs, Cli, SelectArgs};

/// Plugins and settings of an engine.
pub(super) struct Settings {
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

    /// All that flow numbers and the flow table depend on, a line each.
    pub(super) fn lines(&self) -> String {
        let compat = if self.main_job.select.compat { "compat\n" } else { "" };
        let plugins = self.selection.infos().map(|info| format!("plugin {}\n", info.name));
        let toggles = self.selection.in_force().map(|toggle| format!("{toggle:}\n"));
        plugins.chain(toggles).chain([compat.to_owned()]).collect()
    }

    /// An engine whose records go to a sink.
    pub(super) fn start(&self, sink: Box<dyn Sink>) -> Result<Engine> {
        // Plugins write no files either, and all flows are asked for.
        let core =
            CoreToggles { files_max: 0, alarm_mode: false, ..self.selection.settings.core.clone() };
        let destination = Destination { only_requested: true, ..Destination::default() };
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
            limits: self.main_job.limits.for_engine(0),
            lanes: 1,
        };
        Ok(Engine::start(setup)?)
    }
}
