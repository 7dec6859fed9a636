//! Runs that go on where others have ended: a capture cut at any packet gives the rows of the whole, and so do parts of its packets.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use flowz_api::checkpoint::Reader;
use flowz_api::packet::Packet;
use flowz_api::record::Record;
use flowz_api::registry;
use flowz_api::report::Report;
use flowz_api::settings::Run;
use flowz_api::sink::{Destination, Sink, SinkError, SinkSetup};
use flowz_api::table::{self, TableId};
use flowz_capture::{Input, Options, Source};
use flowz_engine::limits::Limits;
use flowz_engine::{Engine, EngineSetup, StateFile, report};
use flowz_registry::catalog::Catalog;
use flowz_registry::selection::Selection;
use proptest::prelude::*;

use crate::kit::{Done, Scratch, Table, captures, data, flowz, runner, workspace};

/// Records by table, as bytes.
type Rows = BTreeMap<&'static str, Vec<Vec<u8>>>;

/// Keeps all records.
struct Keep(Arc<Mutex<Rows>>);

impl Sink for Keep {
    fn start(&mut self, _: &SinkSetup<'_>) -> Result<(), SinkError> {
        Ok(())
    }

    fn record(
        &mut self,
        _: TableId,
        table: &table::Table,
        record: &Record,
    ) -> Result<(), SinkError> {
        self.0.lock().unwrap().entry(table.name).or_default().push(record.bytes().to_vec());
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}

/// The state of a run, in memory.
struct State(Arc<Mutex<Vec<u8>>>);

impl Write for State {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl StateFile for State {
    fn path(&self) -> &Path {
        Path::new("state")
    }

    fn complete(self: Box<Self>) -> Result<(), SinkError> {
        Ok(())
    }
}

/// All plugins of the project, with these settings.
fn selection(settings: &[&str]) -> Selection {
    flowz_plugins::link();
    let names: Vec<_> =
        registry::plugins().iter().map(|entry| entry.info.name.to_owned()).collect();
    let mut selection = Selection::plugins(&Catalog::default(), Some(&names)).unwrap();
    for setting in settings {
        selection.settings.set(setting, flowz_registry::settings::Origin::CommandLine).unwrap();
    }
    selection
}

/// A capture's packets.
fn packets(path: &str) -> Vec<(Packet<'static>, Vec<u8>)> {
    let mut input = Input::open(&Source::File(path.into()), &Options::default()).unwrap();
    let mut all = Vec::new();
    while let Some(packet) = input.next_packet() {
        let bytes = packet.data.to_vec();
        all.push((Packet { data: &[], ..packet }, bytes));
    }
    all
}

/// How a capture is worked on.
struct Job<'a> {
    selection: &'a Selection,
    packet_mode: bool,
    dir: Scratch,
}

impl Job<'_> {
    fn engine(&self, rows: &Arc<Mutex<Rows>>) -> Engine {
        let run = Run { packet_mode: self.packet_mode, ..Run::default() };
        let run = Run { core: self.selection.settings.core.clone(), ..run };
        Engine::start(EngineSetup {
            selection: self.selection,
            run,
            sinks: vec![Box::new(Keep(Arc::clone(rows)))],
            destination: &Destination { prefix: self.dir.path("x"), ..Destination::default() },
            preamble: &[],
            limits: Limits::default(),
            lanes: 1,
        })
        .unwrap()
    }

    /// Rows, and what is said at the end, of a capture cut in front of these packets.
    fn run(&self, packets: &[(Packet<'static>, Vec<u8>)], cuts: &[usize]) -> (Rows, Vec<String>) {
        let rows = Arc::new(Mutex::new(Rows::new()));
        let (mut state, mut said, mut start) = (Vec::new(), Vec::new(), 0);
        for part in 0..=cuts.len() {
            let mut engine = self.engine(&rows);
            if part > 0 {
                engine.resume(&mut Reader::new(&state)).unwrap();
            }
            let next = Arc::new(Mutex::new(Vec::new()));
            let end = cuts.get(part).copied();
            if end.is_some() {
                engine.continue_in(Box::new(State(Arc::clone(&next))));
            }
            let end = end.unwrap_or(packets.len());
            for (packet, bytes) in &packets[start..end] {
                engine.packet(&Packet { data: bytes, ..*packet }).unwrap();
            }
            engine.finish().unwrap();
            said = last_words(&engine);
            state = std::mem::take(&mut *next.lock().unwrap());
            start = end;
        }
        let rows = std::mem::take(&mut *rows.lock().unwrap());
        (rows, said)
    }
}

/// The report, as far as it does not tell of files, which each part has of its own.
fn last_words(engine: &Engine) -> Vec<String> {
    let mut lines = Report::default();
    engine.report(&mut lines);
    report::protocols(engine.counters(), false, &mut lines);
    report::flows(engine.counters(), &mut lines);
    assert!(report::packet_balance(engine.counters(), &mut lines));
    let lines = lines.lines.iter().map(|line| format!("{line:?}"));
    lines.filter(|line| !line.contains("file")).collect()
}

#[track_caller]
fn same(whole: &(Rows, Vec<String>), parts: &(Rows, Vec<String>), what: &str) {
    for (table, rows) in &whole.0 {
        let cut = parts.0.get(table).map_or(&[][..], Vec::as_slice);
        assert_eq!(cut.len(), rows.len(), "{what}: rows of {table}");
        for (number, (one, other)) in rows.iter().zip(cut).enumerate() {
            assert!(one == other, "{what}: row {number} of {table} is another");
        }
    }
    assert_eq!(parts.0.len(), whole.0.len(), "{what}: tables");
    assert_eq!(parts.1, whole.1, "{what}");
}

/// Where the shared captures are, small ones of them too.
fn some_captures() -> Vec<String> {
    let mut all = captures();
    for folder in ["../shared/captures", "../shared/more/captures", "../shared/made/captures"] {
        let Ok(entries) = fs::read_dir(workspace().join(folder)) else {
            println!("skipped: no {folder} here");
            continue;
        };
        let paths = entries.map(|entry| entry.unwrap().path());
        let is_small = |path: &std::path::PathBuf| {
            let length = fs::metadata(path).map_or(0, |found| found.len());
            length < 60_000 && path.to_str().is_some_and(|name| name.contains(".pcap"))
        };
        let mut paths: Vec<_> =
            paths.filter(is_small).map(|path| path.to_str().unwrap().to_owned()).collect();
        paths.sort();
        all.extend(paths);
    }
    all.retain(|path| Input::open(&Source::File(path.into()), &Options::default()).is_ok());
    all
}

/// The settings that keep most between packets.
const SETTINGS: [&str; 4] = [
    "core.REASSEMBLE=1",
    "core.ACTIVE_TIMEOUT=1",
    "core.ACTIVE_CUMULATIVE=1",
    "httpSniffer.HTTP_HASH=1",
];

/// Captures of the project at each of their first packets, and at some behind.
#[test]
fn cut_at_any_packet() {
    let selection = selection(&[]);
    for path in captures() {
        let packets = packets(&path);
        let job = Job { selection: &selection, packet_mode: true, dir: Scratch::new() };
        let whole = job.run(&packets, &[]);
        let step = (packets.len() / 4).max(1);
        for cut in (0..packets.len().min(6)).chain((0..packets.len()).step_by(step)) {
            same(&whole, &job.run(&packets, &[cut]), &format!("{path} cut at {cut}"));
        }
    }
}

/// Any capture, cut anywhere, into several parts, with other settings.
#[test]
fn cut_into_any_parts() {
    let (plain, special) = (selection(&[]), selection(&SETTINGS));
    let captures = some_captures();
    let cut =
        (0..captures.len(), prop::collection::vec(0.0..1.0, 1..5), any::<bool>(), any::<bool>());
    let runs = u32::try_from(captures.len()).unwrap().min(120);
    runner(runs)
        .run(&cut, |(number, places, is_special, packet_mode)| {
            let path = &captures[number];
            let packets = packets(path);
            let mut cuts: Vec<_> =
                places.iter().map(|at| (at * packets.len() as f64) as usize).collect();
            cuts.sort_unstable();
            let selection = if is_special { &special } else { &plain };
            let job = Job { selection, packet_mode, dir: Scratch::new() };
            let whole = job.run(&packets, &[]);
            same(&whole, &job.run(&packets, &cuts), &format!("{path} cut at {cuts:?}"));
            Ok(())
        })
        .unwrap();
}

/// A run of the program, which must succeed.
#[track_caller]
fn done(dir: &Scratch, words: &[&str]) -> Done {
    let done = flowz(dir, words);
    assert_eq!(done.code, 0, "{words:?}: {}", done.stderr);
    done
}

/// Rows of flow tables without their numbers, sorted.
fn rows(files: &[String]) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for file in files {
        let table = Table::parse(&fs::read_to_string(file).unwrap());
        let number = table.columns.iter().position(|name| name == "flowInd").unwrap();
        all.extend(table.rows.into_iter().map(|mut row| {
            row.remove(number);
            row
        }));
    }
    all.sort();
    all
}

/// Parts of the packets have the flows of the whole, each in one.
#[test]
fn shards_have_all_flows() {
    let dir = Scratch::new();
    // Names of contents of others have the flow's number in them.
    let plugins = "basicFlow,basicStats,tcpFlags,tcpStates,icmpDecode,dnsDecode,ftpDecode";
    for capture in ["web.pcap", "rare.pcap", "frag.pcap", "many.pcap", "call.pcap"] {
        let run = |name: &str, shard: &[&str]| {
            let prefix = dir.path(name).to_str().unwrap().to_owned();
            let words = ["-r", &data(capture), "-w", &prefix, "-q", "--plugins", plugins];
            done(&dir, &[&words[..], shard].concat());
            format!("{prefix}_flows.txt")
        };
        let whole = rows(&[run("whole", &[])]);
        for of in [1, 2, 5] {
            let parts: Vec<_> = (1..=of)
                .map(|part| run(&format!("part{part}"), &["--shard", &format!("{part}/{of}")]))
                .collect();
            assert!(rows(&parts) == whole, "{capture} in {of}");
        }
    }
}

/// The summary of `flowz extract`: the last line on standard error.
#[track_caller]
fn summary(done: &Done) -> serde_json::Value {
    let last = done.stderr.lines().last().unwrap();
    let summary: serde_json::Value = serde_json::from_str(last).unwrap();
    if let Some(packets) = summary.get("packets").and_then(serde_json::Value::as_u64) {
        let buckets = &summary["buckets"];
        let sum = |value: &serde_json::Value| value.as_u64().unwrap();
        let without: u64 = buckets["no_flow"].as_object().unwrap().values().map(sum).sum();
        let parts = ["in_flows", "duplicates", "other_shards"].map(|name| sum(&buckets[name]));
        assert_eq!(packets, without + parts.iter().sum::<u64>());
    }
    summary
}

#[test]
fn a_task_that_is_tried_again_writes_the_same_file() {
    let dir = Scratch::new();
    let out = dir.path("lake").to_str().unwrap().to_owned();
    let capture = data("web.pcap");
    let words = [
        "extract",
        &capture,
        "--out",
        &out,
        "--format",
        "csv",
        "--sensor",
        "s1",
        "--slice",
        "2024-05-01T10:00",
    ];
    let first = summary(&done(&dir, &words));
    let file = first["files"][0].as_str().unwrap().to_owned();
    assert!(file.starts_with(&format!("{out}/part-s1-2024-05-01T10:00-")), "{file}");
    let bytes = fs::read(&file).unwrap();
    assert_eq!((&first["status"], &first["exit"]), (&"done".into(), &0.into()));
    assert_eq!(
        first["rows"].as_u64().unwrap() + 1,
        bytes.split(|b| *b == b'\n').count() as u64 - 1
    );
    fs::write(&file, "of a try that was cut").unwrap();
    let again = summary(&done(&dir, &words));
    assert_eq!(again["files"], first["files"]);
    assert_eq!(fs::read(&file).unwrap(), bytes);
    assert_eq!(fs::read_dir(&out).unwrap().count(), 1, "nothing else stays");
    // Another setting is another file.
    let other = [&words[..], &["-o", "core.FLOW_TIMEOUT=1"]].concat();
    assert_ne!(summary(&done(&dir, &other))["files"], first["files"]);
    let shards: Vec<_> = ["1/2", "2/2"]
        .map(|shard| summary(&done(&dir, &[&words[..], &["--shard", shard]].concat())))
        .into();
    let sum = |name: &str| shards.iter().map(|one| one[name].as_u64().unwrap()).sum::<u64>();
    assert_eq!(sum("rows"), first["rows"].as_u64().unwrap());
    assert_eq!(shards[0]["buckets"]["other_shards"], shards[1]["buckets"]["in_flows"]);
}

#[test]
fn a_task_that_fails_says_so_to_programs() {
    let dir = Scratch::new();
    let out = dir.path("lake").to_str().unwrap().to_owned();
    for (words, code) in [
        (vec!["no-such.pcap", "--format", "csv"], 1),
        (vec![&data("web.pcap"), "--format", "csv", "-o", "core.NO=1"], 2),
        (vec![&data("web.pcap"), "--format", "parquet", "--out", "-"], 2),
    ] {
        let out = if words.contains(&"-") { vec![] } else { vec!["--out", &out] };
        let done = flowz(&dir, &[&["extract"][..], &words, &out].concat());
        assert_eq!(done.code, code, "{words:?}: {}", done.stderr);
        let summary = summary(&done);
        assert_eq!(
            (&summary["status"], summary["exit"].as_i64()),
            (&"failed".into(), Some(code.into()))
        );
        assert!(
            done.stderr.contains(&*summary["error"].as_str().unwrap().replace(" (os error 2)", ""))
        );
    }
}

/// The state goes from process to process; what does not fit is refused with a sentence.
#[test]
fn the_program_goes_on() {
    let dir = Scratch::new();
    let path = |name: &str| dir.path(name).to_str().unwrap().to_owned();
    let (state, web, call) = (path("state"), data("web.pcap"), data("call.pcap"));
    let base = |name: &str| vec!["-q".to_owned(), "-w".to_owned(), path(name)];
    let run = |name: &str, words: &[&str]| {
        let base = base(name);
        let words: Vec<_> = words.iter().copied().chain(base.iter().map(String::as_str)).collect();
        flowz(&dir, &words)
    };
    let rows = |name: &str| fs::read_to_string(path(&format!("{name}_flows.txt"))).unwrap();
    assert_eq!(run("both", &["-r", &web, "-r", &call]).code, 0);
    assert_eq!(run("first", &["-r", &web, "--checkpoint", &state]).code, 0);
    assert_eq!(run("second", &["-r", &call, "--resume", &state]).code, 0);
    let (first, second) = (rows("first"), rows("second"));
    assert_eq!(first + second.split_once('\n').unwrap().1, rows("both"));
    let refused = |words: &[&str], says: &str| {
        let done = run("refused", words);
        assert!(matches!(done.code, 1 | 2), "{words:?}");
        assert!(done.stderr.contains(says), "{words:?}: {}", done.stderr);
    };
    refused(&["-r", &call, "--resume", &web], "is no checkpoint");
    refused(&["-r", &call, "--resume", &path("none")], "cannot read the checkpoint");
    refused(&["-r", &call, "--resume", &state, "-s"], "this one has a packet table (-s)");
    refused(
        &["-r", &call, "--resume", &state, "-o", "core.FDURLIMIT=9"],
        "it had core.FDURLIMIT=0, this one has core.FDURLIMIT=9",
    );
    refused(
        &["-r", &call, "--resume", &state, "--plugins=-basicStats"],
        "it had the plugin basicStats",
    );
    refused(&["-r", &call, "--resume", &state, "--rotate", "5min"], "--rotate");
    refused(&["-r", &call, "--checkpoint", &state, "--preset", "tcptrace"], "choose another sink");
    refused(&["-r", &call, "--shard", "3/2"], "1/8 to 8/8");
    let bytes = fs::read(&state).unwrap();
    for (name, bytes) in
        [("cut", &bytes[..bytes.len() / 2]), ("short", &bytes[..5]), ("empty", &[])]
    {
        fs::write(path(name), bytes).unwrap();
        refused(&["-r", &call, "--resume", &path(name)], "checkpoint");
    }
    let mut changed = bytes.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    fs::write(path("changed"), changed).unwrap();
    refused(&["-r", &call, "--resume", &path("changed")], "is damaged");
    let version = [&bytes[..8], &[9, 0, 0, 0], &bytes[12..]].concat();
    fs::write(path("version"), version).unwrap();
    refused(&["-r", &call, "--resume", &path("version")], "version 9 of the format");
}
