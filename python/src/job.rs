//! What a caller asks for.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use flowz_api::settings::Run;
use flowz_capture::{Input, Options, Source};
use flowz_config::{Environment, Request};
use flowz_engine::limits::Limits;
use flowz_registry::catalog::Catalog;
use flowz_registry::selection::Selection;
use flowz_registry::settings::{Settings, Toggle, fingerprint};
use flowz_runtime::{InputOptions, PacketSource};
use pyo3::prelude::*;

use crate::error::Failure;

/// Name of the flow table.
pub(crate) const FLOWS: &str = "flows";
/// Name of the packet table.
pub(crate) const PACKETS: &str = "packets";

/// Plugins and their settings.
#[derive(FromPyObject, Clone, Debug)]
#[pyo3(from_item_all)]
pub(crate) struct Setup {
    /// Names, as behind `--plugins`; those that are on by default if there are none.
    pub(crate) plugins: Option<Vec<String>>,
    /// Settings `PLUGIN.TOGGLE=VALUE`.
    pub(crate) options: Vec<String>,
    /// Files of settings, the weakest first.
    pub(crate) config: Vec<PathBuf>,
}

impl Setup {
    /// The plugins and settings. Nothing is looked for in the working directory and the environment: the same call gives the same table
    /// wherever it is made.
    pub(crate) fn selection(&self) -> Result<Selection, Failure> {
        let catalog = Catalog::default();
        let mut settings = Settings::new(&catalog);
        let request = Request {
            files: &self.config,
            no_config: true,
            options: &self.options,
            plugins: self.plugins.as_deref(),
        };
        flowz_config::apply(&mut settings, &request, &Environment::from_variables([]))?;
        Ok(Selection::from_settings(&catalog, settings)?)
    }
}

/// Where packets come from.
#[derive(FromPyObject, Clone, Debug)]
pub(crate) enum From {
    /// A capture in memory.
    Bytes(#[pyo3(from_py_with = bytes)] Vec<u8>),
    /// Captures, read as one.
    Files(Vec<PathBuf>),
}

/// A `bytes` object, and no list of numbers.
fn bytes(value: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    Ok(value.cast::<pyo3::types::PyBytes>()?.as_bytes().to_vec())
}

/// A table of a run.
#[derive(FromPyObject, Clone, Debug)]
#[pyo3(from_item_all)]
pub(crate) struct Job {
    /// The captures.
    pub(crate) source: From,
    /// Plugins and settings.
    pub(crate) setup: Setup,
    /// Name of the table.
    pub(crate) table: String,
    /// An expression of libpcap.
    pub(crate) filter: Option<String>,
    /// A condition on rows (docs/expressions.md).
    pub(crate) condition: Option<String>,
    /// Columns; all if there are none.
    pub(crate) fields: Vec<String>,
    /// Threads; as many as there are processors if nothing is said.
    pub(crate) threads: Option<usize>,
    /// Most rows of a batch, from 1.
    pub(crate) batch_rows: usize,
    /// Values as the reference gives them.
    pub(crate) compat: bool,
    /// Most flows that live at once.
    pub(crate) max_flows: Option<u64>,
    /// Most bytes of memory for what grows with the input.
    pub(crate) max_mem: Option<u64>,
    /// Number of the sensor.
    pub(crate) sensor: u32,
    /// Files of plugins are called so, with ends of their own.
    pub(crate) prefix: Option<PathBuf>,
}

impl Job {
    /// Opens the captures; reading ends when `stop` becomes true.
    pub(crate) fn open(&mut self, stop: &Arc<AtomicBool>) -> Result<PacketSource, Failure> {
        let stop = Some(Arc::clone(stop));
        let (filter, compat) = (self.filter.clone(), self.compat);
        let options = InputOptions { filter, compat, stop, ..InputOptions::default() };
        let source = match &mut self.source {
            From::Files(paths) => match &paths[..] {
                [only] => Source::File(only.clone()),
                _ => Source::Files(paths.clone()),
            },
            From::Bytes(bytes) => {
                let InputOptions { filter, compat, stop, .. } = options.clone();
                let reading = Options { filter, compat, stop, ..Options::default() };
                let reader = Cursor::new(std::mem::take(bytes));
                let input = Input::from_reader(reader, Path::new("bytes"), &reading)?;
                return Ok(PacketSource::new(input, &options));
            }
        };
        Ok(PacketSource::open(&source, &options)?)
    }

    /// Settings of the engine and modes of the run.
    pub(crate) fn run(&self, selection: &Selection) -> Run {
        let (packet_mode, compat) = (self.table == PACKETS, self.compat);
        let (core, sensor) = (selection.settings.core.clone(), self.sensor);
        Run { core, packet_mode, compat, sensor, ..Run::default() }
    }

    /// Lines about the run, for the metadata of its tables: the sensor, and a sum over all that decides what is in them.
    pub(crate) fn preamble(&self, selection: &Selection) -> Vec<String> {
        let program = format!("flowz {}", env!("CARGO_PKG_VERSION"));
        let choice = [("filter", &self.filter), ("where", &self.condition)];
        let choice = choice
            .into_iter()
            .filter_map(|(word, text)| Some(format!("{word} {}", text.as_ref()?)));
        let fields = self.fields.iter().map(|field| format!("field {field}"));
        let compat = self.compat.then(|| "--compat".to_owned());
        let run: Vec<_> = [program].into_iter().chain(compat).chain(choice).chain(fields).collect();
        let names = selection.infos().map(|info| info.name);
        let sum = fingerprint(&run, names, selection.in_force());
        let changed = selection.in_force().filter(Toggle::is_changed).count();
        vec![
            format!("SensorID: {}", self.sensor),
            format!("Settings: {changed} not the defaults, fingerprint 0x{sum:016x}"),
        ]
    }

    /// How many flows may live at once.
    pub(crate) fn limits(&self) -> Limits {
        Limits { max_flows: self.max_flows, max_mem: self.max_mem }
    }

    /// What files of plugins are called, without their ends: as the first capture, if nobody says otherwise.
    pub(crate) fn file_prefix(&self) -> PathBuf {
        let of_capture = || match &self.source {
            From::Files(paths) => paths.first().map(|path| path.with_extension("")),
            From::Bytes(_) => None,
        };
        self.prefix.clone().or_else(of_capture).unwrap_or_else(|| PathBuf::from("flowz"))
    }
}
