//! Any number of threads writes the same bytes.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::determinism::lasting_report;
use crate::kit::{Outcome, Scratch, analyse, captures, data, flowz, flowz_fed, shared};

const THREADS: [&str; 3] = ["2", "3", "8"];

/// Runs with one thread and with several, and compares all that is left behind.
#[track_caller]
fn all_the_same(args: &[&str]) {
    let with = |threads: &str| analyse(&[args, &["--threads", threads]].concat());
    let alone = with("1");
    for threads in THREADS {
        same(&alone, &with(threads), &format!("{args:?}, {threads} threads"));
    }
}

#[track_caller]
fn same(one: &Outcome, other: &Outcome, what: &str) {
    assert!(one.flows == other.flows, "{what}: other flows");
    assert!(one.packets == other.packets, "{what}: other packets");
    assert_eq!(one.lasting_headers(), other.lasting_headers(), "{what}");
    assert_eq!(lasting_report(one), lasting_report(other), "{what}");
    assert_eq!((one.done.code, &one.done.stderr), (other.done.code, &other.done.stderr), "{what}");
}

#[test]
fn captures_of_all_kinds() {
    for path in captures() {
        all_the_same(&["-r", &path]);
    }
}

#[test]
fn damaged_captures() {
    for path in crate::kit::broken() {
        let dir = Scratch::new();
        let run = |threads| flowz(&dir, &["-r", &path, "-w", "x", "-q", "--threads", threads]);
        let alone = run("1");
        let flows = || std::fs::read(dir.path("x_flows.txt")).ok();
        let expected = flows();
        for threads in THREADS {
            let done = run(threads);
            assert_eq!((done.code, done.stderr), (alone.code, alone.stderr.clone()), "{path}");
            assert!(flows() == expected, "{path}, {threads} threads");
        }
    }
}

#[test]
fn limits_and_windows() {
    let (many, backwards) = (data("many.pcap"), data("backwards.pcap"));
    all_the_same(&["-r", &many, "--max-flows", "10"]);
    all_the_same(&["-r", &many, "--max-mem", "50K", "--compat"]);
    all_the_same(&["-r", &backwards, "--reorder", "10s", "--dedup", "2p"]);
    all_the_same(&["-r", &many, "-o", "core.FDURLIMIT=1"]);
}

#[test]
fn several_files_as_one_stream() {
    let dir = Scratch::new();
    dir.write("list", captures().join("\n"));
    all_the_same(&["-R", dir.path("list").to_str().unwrap()]);
}

#[test]
fn standard_input_and_pieces() {
    let bytes = std::fs::read(data("many.pcap")).unwrap();
    let run = |threads: &str| {
        let dir = Scratch::new();
        let args = ["-r", "-", "-W", "x:20K", "-q", "--threads", threads];
        flowz_fed(&dir, &args, bytes.clone()).well();
        dir.names()
            .into_iter()
            .map(|name| (name.clone(), dir.read(name.to_str().unwrap())))
            .filter(|(name, _)| name != "x_headers.txt")
            .collect::<Vec<_>>()
    };
    let alone = run("1");
    assert!(alone.len() > 5);
    assert!(THREADS.iter().all(|threads| run(threads) == alone));
}

/// All four kinds of the shared generator, small; skipped where it is not there.
#[test]
fn generated_workloads() {
    let Some(source) = shared("tools/workload/gen.c") else { return };
    let dir = Scratch::new();
    let generator = dir.path("gen");
    if !compiled(&source, &generator) {
        println!("skipped: no C compiler here");
        return;
    }
    let kinds = [("mix", "0.002"), ("many", "0.002"), ("elephant", "0.01"), ("synflood", "0.002")];
    for (kind, size) in kinds {
        let file = dir.path(kind);
        let made = Command::new(&generator).arg(kind).arg(&file).args(["-x", size]).output();
        assert!(made.unwrap().status.success());
        all_the_same(&["-r", file.to_str().unwrap()]);
        std::fs::remove_file(file).unwrap();
    }
}

fn compiled(source: &Path, program: &PathBuf) -> bool {
    let mut cc = Command::new("cc");
    cc.arg("-O2").arg("-o").arg(program).arg(source).arg("-lm");
    cc.output().is_ok_and(|output| output.status.success())
}

#[test]
fn numbers_that_make_no_sense() {
    let dir = Scratch::new();
    for threads in ["0", "1025", "many"] {
        let done = flowz(&dir, &["-r", &data("web.pcap"), "--threads", threads]);
        assert_eq!(done.code, 2, "{threads}");
        assert!(done.stderr.contains("whole number from 1 to 1024"), "{}", done.stderr);
    }
}
