//! A plugin that gives up or panics, wherever it runs: the files hold what was made before, the same bytes with any
//! number of threads, and the same plugin is named.

use flowz_api::plugin::{FindDirection, FinishContext, NewFlow, Steer, SteerContext};
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::settings::Run;
use flowz_api::sink::Destination;
use flowz_api::table::TableList;
use flowz_capture::Source;
use flowz_engine::limits::Limits;
use flowz_engine::{Engine, EngineSetup};
use flowz_registry::catalog::Catalog;
use flowz_registry::selection::Selection;
use flowz_registry::settings::Origin;
use flowz_runtime::{InputOptions, PacketSource, RunOptions};

use crate::kit::{Scratch, data};

/// When and how to fail.
#[derive(Toggles, Clone, Debug)]
struct Switches {
    /// The hook.
    #[toggle(name = "HOOK", default = "")]
    hook: String,
    /// From this packet or end on.
    #[toggle(name = "FROM", default = 0)]
    from: u64,
    /// Whether it panics.
    #[toggle(name = "PANIC", default = false)]
    panics: bool,
}

/// Runs in a lane (0), sees all flows (1), steers (2).
struct Quits<const N: usize> {
    switches: Switches,
}

#[derive(Row, Debug)]
#[row(toggles = Switches)]
struct Count<const N: usize> {
    /// Packets.
    #[col(name = format!("count{N}"))]
    packets: u64,
}

/// What was seen.
#[derive(Row, Debug)]
#[row(toggles = Switches, table = ["in_lane", "in_whole", "in_front"][N])]
struct Seen<const N: usize> {
    /// Number.
    number: u64,
}

/// Other rows of the same table.
#[derive(Row, Debug)]
#[row(toggles = Switches, table = ["in_lane", "in_whole", "in_front"][N])]
struct Other<'a, const N: usize> {
    /// A text.
    text: Text<'a>,
}

impl<const N: usize> flowz_api::merge::Merge for Quits<N> {
    fn merge(&mut self, _: Self) {
        assert!(self.switches.hook != "merge", "merge 0");
    }
}

impl<const N: usize> Quits<N> {
    fn failure(&self, hook: &str, number: u64) -> Option<PluginError> {
        let Switches { hook: wanted, from, panics } = &self.switches;
        let fails = wanted == hook && number >= *from;
        assert!(!(fails && *panics), "{hook} {number}");
        fails.then(|| PluginError::Other(format!("{hook} {number}")))
    }

    fn packet(&self, cx: &mut PacketContext<'_>, packets: &mut u64) {
        *packets += 1;
        cx.emit(&Seen::<N> { number: cx.number });
        if self.switches.hook == "rows" && cx.number == 700 {
            cx.emit(&Other::<'_, N> { text: Text(b"other") });
        }
        cx.append_to_file("packets", &cx.number.to_be_bytes());
        if let Some(failure) = self.failure("packet", cx.number) {
            cx.fail(failure);
        }
    }
}

fn steer<const N: usize>(
    plugin: &mut Quits<N>,
    cx: &mut SteerContext<'_>,
    packets: &mut u64,
    _: Option<&mut u64>,
) {
    plugin.packet(cx.packet_context(), packets);
}

fn find(switches: &Switches, new: &NewFlow<'_>) -> Option<Direction> {
    let flow = new.flow.id.0;
    assert!(switches.hook != "direction" || flow < 50, "direction {flow}");
    None
}

impl<const N: usize> Plugin for Quits<N> {
    const INFO: Info = {
        let info = Info::new(["laneQuits", "wholeQuits", "frontQuits"][N], 710 + N as u16, "Quits");
        if N == 1 { info.sees_all_flows() } else { info }
    };
    const STEER: Option<Steer<Self>> = if N == 2 { Some(steer) } else { None };
    const FIND_DIRECTION: Option<FindDirection<Self>> = if N == 0 { Some(find) } else { None };
    type Toggles = Switches;
    type Flow = u64;
    type Row<'a> = Count<N>;
    type PacketRow<'a> = Count<N>;

    fn new(setup: &mut PluginSetup<'_, Switches>) -> Result<Self, PluginError> {
        Ok(Self { switches: setup.toggles.clone() })
    }

    fn tables(list: &mut TableList<'_, Switches>) {
        list.add::<Seen<N>>();
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, _: &mut u64) -> Interest {
        if let Some(failure) = self.failure("new flow", cx.number) {
            cx.fail(failure);
        }
        Interest::Packets
    }

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, flow: &mut u64, _: Option<&mut u64>) {
        self.packet(cx, flow);
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, flow: &'a u64) -> Count<N> {
        Count { packets: *flow }
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut u64,
        _: Option<&'a mut u64>,
    ) -> Count<N> {
        cx.emit(&Seen::<N> { number: cx.order });
        if let Some(failure) = self.failure("end", cx.order) {
            cx.fail(failure);
        }
        Count { packets: *flow }
    }

    fn finish(&mut self, cx: &mut FinishContext<'_>) -> Result<(), PluginError> {
        cx.file(format!("_{N}.txt"), "complete\n");
        self.failure("finish", 0).map_or(Ok(()), Err)
    }
}

const NAMES: [&str; 5] = ["basicFlow", "laneQuits", "wholeQuits", "frontQuits", "tcpStates"];

/// What a run says and leaves behind.
fn run(settings: &[String], packet_mode: bool, threads: usize) -> (String, Vec<(String, Vec<u8>)>) {
    flowz_plugins::link();
    flowz_sinks::link();
    let dir = Scratch::new();
    let catalog = Catalog::new(vec![
        PluginEntry::new::<Quits<0>>(),
        PluginEntry::new::<Quits<1>>(),
        PluginEntry::new::<Quits<2>>(),
    ]);
    let selection = Selection::plugins(&catalog, Some(&NAMES.map(str::to_owned))).unwrap();
    let mut selection = selection.with_sinks(&catalog, None).unwrap();
    for setting in settings {
        selection.settings.set(setting, Origin::CommandLine).unwrap();
    }
    let mut engine = Engine::start(EngineSetup {
        selection: &selection,
        run: Run { packet_mode, ..Run::default() },
        sinks: selection.sinks(),
        destination: &Destination { prefix: dir.path("x"), ..Destination::default() },
        preamble: &[],
        limits: Limits { max_flows: None, max_mem: None },
        lanes: threads,
    })
    .unwrap();
    let source = Source::File(data("many.pcap").into());
    let source = PacketSource::open(&source, &InputOptions::default()).unwrap();
    let options = RunOptions { threads, ..RunOptions::default() };
    let outcome = flowz_runtime::run(source, &mut engine, options, || ());
    drop(engine);
    let said = outcome.err().map(|error| {
        let because = std::error::Error::source(&error).map(ToString::to_string);
        format!("{error}: {}", because.unwrap_or_default())
    });
    (said.unwrap_or_default(), dir.files())
}

#[track_caller]
fn the_same(plugin: &str, hook: &str, panics: bool, packet_mode: bool) {
    let from = if hook == "finish" { 0 } else { 700 };
    let settings = [
        format!("{plugin}.HOOK={hook}"),
        format!("{plugin}.FROM={from}"),
        format!("{plugin}.PANIC={panics}"),
    ];
    let (said, files) = run(&settings, packet_mode, 1);
    assert!(said.contains(plugin) && said.contains(&format!("{hook} {from}")), "{said}");
    assert!(!files.iter().any(|(name, _)| name == "x_2.txt" && hook != "finish"), "{files:?}");
    for threads in [2, 8] {
        let what = format!("{plugin}, {hook}, {panics}, {packet_mode}, {threads} threads");
        let (told, others) = run(&settings, packet_mode, threads);
        assert_eq!(told, said, "{what}");
        assert_eq!(others.len(), files.len(), "{what}");
        for (one, other) in others.iter().zip(&files) {
            assert!(one == other, "{what}: {}", one.0);
        }
    }
}

#[test]
fn the_same_with_any_number_of_threads() {
    for plugin in &NAMES[1..4] {
        for hook in ["packet", "new flow", "end", "finish"] {
            for panics in [false, true] {
                the_same(plugin, hook, panics, false);
                the_same(plugin, hook, panics, true);
            }
        }
    }
}

/// Instances become one where there are several threads only.
#[test]
fn a_plugin_that_cannot_be_merged() {
    let settings = ["laneQuits.HOOK=merge".to_owned()];
    assert_eq!(run(&settings, false, 1).0, "");
    let (said, files) = run(&settings, false, 2);
    assert!(said.starts_with("plugin laneQuits panicked in merge: merge 0"), "{said}");
    assert!(files.iter().any(|(name, _)| name == "x_flows.txt"), "whole files");
}

#[test]
fn rows_that_are_not_those_of_the_table() {
    let settings = ["laneQuits.HOOK=rows".to_owned()];
    let (said, files) = run(&settings, false, 1);
    assert!(said.contains("the rows of its table 'in_lane' are not those of "), "{said}");
    assert_eq!(run(&settings, false, 2), (said, files));
}

#[test]
fn a_direction_that_panics() {
    let settings = ["laneQuits.HOOK=direction".to_owned()];
    let (said, files) = run(&settings, false, 1);
    assert!(
        said.starts_with("plugin laneQuits panicked in FIND_DIRECTION: direction 50"),
        "{said}"
    );
    assert_eq!(run(&settings, false, 2), (said, files));
}
