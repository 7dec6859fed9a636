//! An engine that tells which flows packets are in, and writes no tables.

use std::ffi::OsString;

use anyhow::Result;
use clap::Parser;
use flowz_api::settings::Run;
use flowz_api::sink::{Destination, Sink};
use flowz_engine::output::Choice;
use flowz_engine::{Engine, EngineSetup};

use super::super::analyze;
use crate::args::Cli;

/// An engine with plugins and settings as words of the main job.
pub(super) fn start(words: &[OsString], sink: Box<dyn Sink>, choice: &Choice) -> Result<Engine> {
    let program = ["flowz", "-q", "-r", "-", "-w", "-"].map(OsString::from);
    let main_job = Cli::try_parse_from(program.iter().chain(words))?.analyze;
    let selection = analyze::selection(&main_job)?;
    let setup = EngineSetup {
        selection: &selection,
        run: Run {
            core: selection.settings.core.clone(),
            compat: main_job.select.compat,
            sensor: main_job.select.sensor_id,
            ..Run::default()
        },
        sinks: vec![sink],
        destination: &Destination::default(),
        preamble: &[],
        limits: main_job.limits.for_engine(0),
        lanes: 1,
    };
    Ok(Engine::start_choosing(setup, choice)?)
}
