//! Runs of the engine itself, with plugins that a test brings along.

use flowz_api::registry::PluginEntry;
use flowz_api::report::Report;
use flowz_api::settings::Run;
use flowz_api::sink::Destination;
use flowz_capture::{Input, Options, Source};
use flowz_engine::counters::Counters;
use flowz_engine::limits::Limits;
use flowz_engine::output::Choice;
use flowz_engine::{Engine, EngineSetup, report};
use flowz_registry::catalog::Catalog;
use flowz_registry::selection::Selection;

use super::{Scratch, Table, lanes};

/// What to run.
pub(crate) struct Job<'a> {
    /// Plugins beside those of the program.
    pub(crate) plugins: Vec<PluginEntry>,
    /// Those that take part.
    pub(crate) names: &'a [&'a str],
    pub(crate) run: Run,
    pub(crate) choice: Choice,
    /// The capture.
    pub(crate) path: &'a str,
}

/// What a run leaves.
#[derive(Debug)]
pub(crate) struct Left {
    pub(crate) counters: Counters,
    /// Lines of the report that are about flows, and about plugins.
    pub(crate) report: Vec<String>,
    /// All files.
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

impl Left {
    /// The flow table.
    pub(crate) fn flow_table(&self) -> Table {
        let file = self.files.iter().find(|(name, _)| name == "x_flows.txt");
        Table::parse(&String::from_utf8_lossy(&file.unwrap().1))
    }

    /// Whether the report has such a line.
    pub(crate) fn says(&self, words: &str) -> bool {
        self.report.iter().any(|line| line.contains(words))
    }
}

impl Job<'_> {
    fn engine(&self, dir: &Scratch, lanes: usize) -> Engine {
        flowz_plugins::link();
        flowz_sinks::link();
        let catalog = Catalog::new(self.plugins.clone());
        let names: Vec<_> = self.names.iter().map(|name| (*name).to_owned()).collect();
        let selection = Selection::plugins(&catalog, Some(&names)).unwrap();
        let selection = selection.with_sinks(&catalog, None).unwrap();
        let setup = EngineSetup {
            selection: &selection,
            run: self.run.clone(),
            sinks: selection.sinks(),
            destination: &Destination { prefix: dir.path("x"), ..Destination::default() },
            preamble: &[],
            limits: Limits { max_flows: None, max_mem: None },
            lanes,
        };
        Engine::start_choosing(setup, &self.choice).unwrap()
    }

    fn input(&self) -> Input {
        Input::open(&Source::File(self.path.into()), &Options::default()).unwrap()
    }

    /// Packet by packet; `between` is called in front of each and at the end.
    pub(crate) fn watched(&self, mut between: impl FnMut(&mut Engine)) -> Left {
        let dir = Scratch::new();
        let mut engine = self.engine(&dir, 1);
        let mut input = self.input();
        while let Some(packet) = input.next_packet() {
            between(&mut engine);
            engine.packet(&packet).unwrap();
        }
        between(&mut engine);
        engine.finish().unwrap();
        left(&engine, &dir)
    }

    /// On one thread.
    pub(crate) fn alone(&self) -> Left {
        self.watched(|_| {})
    }

    /// In batches of so many packets and so many lanes.
    pub(crate) fn in_lanes(&self, size: usize, lanes: usize) -> Left {
        let dir = Scratch::new();
        let mut engine = self.engine(&dir, lanes);
        lanes::run(&mut engine, &mut self.input(), size).unwrap();
        left(&engine, &dir)
    }

    /// On one thread and in lanes: must be the same.
    #[track_caller]
    pub(crate) fn everywhere(&self) -> Left {
        let alone = self.alone();
        for (size, lanes) in [(1, 1), (7, 2), (100_000, 3), (50, 8)] {
            let apart = self.in_lanes(size, lanes);
            assert_eq!(apart.report, alone.report, "batches of {size}, {lanes} lanes");
            for (one, other) in apart.files.iter().zip(&alone.files) {
                assert!(one == other, "{}, batches of {size}, {lanes} lanes", one.0);
            }
            assert_eq!(apart.files.len(), alone.files.len());
        }
        alone
    }
}

fn left(engine: &Engine, dir: &Scratch) -> Left {
    let mut lines = Report::default();
    engine.report(&mut lines);
    let counters = engine.counters().clone();
    report::flows(&counters, &mut lines);
    report::resources(&counters, |link| format!("{link:?}"), &mut lines);
    let report = lines.lines.iter().map(ToString::to_string).collect();
    Left { counters, report, files: dir.files() }
}
