//! An engine with all plugins, or some, in the modes that a byte tells.

use std::env;
use std::path::PathBuf;
use std::process;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use flowz_api::registry;
use flowz_api::settings::Run;
use flowz_api::sink::Destination;
use flowz_engine::limits::Limits;
use flowz_engine::{Engine, EngineSetup};
use flowz_registry::catalog::Catalog;
use flowz_registry::selection::Selection;
use flowz_registry::settings::{Origin, Settings};

use crate::null::Null;

const COMPAT: u8 = 1;
const PACKETS: u8 = 2;
const FEW_FLOWS: u8 = 4;
const SHORT_LIVES: u8 = 8;
const REASSEMBLE: u8 = 16;
const LAST_BYTES: u8 = 32;
const EARLIER_PARTS: u8 = 64;
const SCTP_PARTS: u8 = 128;

/// Whether the engine of these modes gives the reference's values.
pub fn is_compat(modes: u8) -> bool {
    modes & COMPAT != 0
}

/// The engine, to be split into so many lanes; `sum` becomes that of all records.
pub fn engine(modes: u8, sum: &Arc<AtomicU64>, lanes: usize) -> Engine {
    flowz_plugins::link();
    let names: Vec<_> = registry::plugins().iter().map(|p| p.info.name.to_owned()).collect();
    engine_of(&names, modes, sum, lanes)
}

/// The engine with these plugins.
pub fn engine_of(names: &[String], modes: u8, sum: &Arc<AtomicU64>, lanes: usize) -> Engine {
    engine_with(names, &[], modes, sum, lanes)
}

/// The same with settings, as `-o` takes them.
pub fn engine_with(
    names: &[String],
    set: &[&str],
    modes: u8,
    sum: &Arc<AtomicU64>,
    lanes: usize,
) -> Engine {
    engine_for(&[], names, set, modes, (sum, lanes))
}

/// The same with the tables for which these sinks ask; all go to the one that reads them.
pub fn engine_for(
    sinks: &[&str],
    names: &[String],
    set: &[&str],
    modes: u8,
    (sum, lanes): (&Arc<AtomicU64>, usize),
) -> Engine {
    flowz_plugins::link();
    flowz_sinks::link();
    let catalog = Catalog::default();
    let mut settings = Settings::new(&catalog);
    settings.choose(names, Origin::CommandLine).expect("there are such plugins");
    for setting in set {
        settings.set(setting, Origin::CommandLine).expect("there is such a toggle");
    }
    let selection = Selection::from_settings(&catalog, settings).expect("all plugins go together");
    let sinks: Vec<_> = sinks.iter().map(|name| (*name).to_owned()).collect();
    let selection = selection.with_sinks(&catalog, Some(&sinks)).expect("there are such sinks");
    let mut core = selection.settings.core.clone();
    core.fdurlimit = u32::from(modes & SHORT_LIVES != 0);
    core.sctp_activate = if modes & SCTP_PARTS != 0 { 3 } else { 0 };
    core.reassemble = modes & REASSEMBLE != 0;
    core.reassemble_mem = 1;
    core.reassemble_policy = match modes {
        _ if modes & LAST_BYTES != 0 => 1,
        _ if modes & EARLIER_PARTS != 0 => 2,
        _ => 0,
    };
    let (packet_mode, compat) = (modes & PACKETS != 0, is_compat(modes));
    let run = Run { core, packet_mode, compat, sensor: 666, ..Run::default() };
    let setup = EngineSetup {
        selection: &selection,
        run,
        sinks: vec![Box::new(Null { sum: Arc::clone(sum) })],
        destination: &Destination { prefix: prefix(), ..Destination::default() },
        preamble: &[],
        lanes,
        limits: Limits { max_flows: (modes & FEW_FLOWS != 0).then_some(4), max_mem: None },
    };
    Engine::start(setup).expect("defaults are sound")
}

/// Where files of plugins go: those of a run take the place of those of the run before.
fn prefix() -> PathBuf {
    env::temp_dir().join(format!("flowz-fuzz-{}", process::id()))
}
