//! The reference's stored output, cell by cell, where it is at hand: `shared/tools/parity.py` beside the
//! workspace. Without it the tests here pass and say that they were skipped.
//!
//! Captures of `parity/out_of_scope.txt` may differ; justified deviations are in
//! `parity/deviations.tsv`, which the script reads. `FLOWZ_PARITY_BIN` names the program, else it is
//! the release build if that is the newest one.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kit::{profile_folder, program, workspace};

/// The script, if it is there.
fn script() -> Option<PathBuf> {
    let path = workspace().parent()?.join("shared/tools/parity.py");
    path.is_file().then_some(path)
}

fn subject() -> PathBuf {
    if let Some(named) = env::var_os("FLOWZ_PARITY_BIN") {
        return workspace().join(named);
    }
    let built = program();
    let release = profile_folder().with_file_name("release").join("flowz");
    let age = |path: &Path| fs::metadata(path).and_then(|found| found.modified()).ok();
    // An older one is perhaps not of these sources.
    if age(&release) > age(built) { release } else { built.to_owned() }
}

/// A capture that may differ, in one kind of table or in all.
struct Exception {
    glob: String,
    kind: Option<String>,
}

fn exceptions() -> Vec<Exception> {
    let text = fs::read_to_string(workspace().join("tests/parity/out_of_scope.txt")).unwrap();
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let exception = |line: &str| {
        let mut words = line.split_whitespace().map(str::to_owned);
        Exception { glob: words.next().unwrap(), kind: words.next() }
    };
    lines.map(exception).collect()
}

/// Whether a name fits a glob with `*` for any characters.
fn fits(glob: &str, name: &str) -> bool {
    match glob.split_once('*') {
        None => glob == name,
        Some((start, rest)) => name.strip_prefix(start).is_some_and(|name| {
            name.char_indices()
                .map(|(at, _)| at)
                .chain([name.len()])
                .any(|at| fits(rest, &name[at..]))
        }),
    }
}

/// One run of the script over the captures that fit a glob: its lines about captures that differ, or
/// everything it said if it failed itself (it ends with a line that sums up, else).
fn run(script: &Path, set: &str, kind: &str, captures: &str) -> Result<Vec<String>, String> {
    let output = Command::new("python3")
        .arg(script)
        .arg("--project")
        .arg(workspace())
        .args(["--set", set, "--kind", kind, "--captures", captures, "--flowz"])
        .arg(subject())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    let summary = said.lines().last().unwrap_or_default();
    if !summary.starts_with(&format!("{set}/{kind}: ")) || !complaint.is_empty() {
        return Err(format!("{said}\n{complaint}"));
    }
    println!("{said}");
    let differing = said.lines().filter_map(|line| line.strip_prefix("DIFF  "));
    Ok(differing.map(str::to_owned).collect())
}

/// The captures that have a reference.
fn references(script: &Path, set: &str, kind: &str) -> Vec<String> {
    let folder = script.ancestors().nth(2).unwrap().join("golden").join(set);
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let suffix = format!("_{kind}.txt.gz");
    let stem = |name: OsString| Some(name.to_str()?.strip_suffix(&suffix)?.to_owned());
    let mut stems: Vec<_> = names.filter_map(stem).collect();
    stems.sort();
    stems
}

/// No capture in scope may differ.
fn check(set: &str, kind: &str) {
    let Some(script) = script() else {
        println!("skipped: there is no shared/tools/parity.py beside the workspace");
        return;
    };
    let exceptions = exceptions();
    let in_scope = |capture: &str| {
        let here = |e: &&Exception| e.kind.as_deref().is_none_or(|wanted| wanted == kind);
        !exceptions.iter().filter(here).any(|e| fits(&e.glob, capture))
    };
    let wrong = match run(&script, set, kind, "*") {
        Ok(lines) => {
            let name = |line: &String| line.split(": ").next().unwrap().to_owned();
            lines.into_iter().filter(|line| in_scope(&name(line))).collect()
        }
        // It stumbles over some differences, also those out of scope: then one by one.
        Err(_) => {
            let captures = references(&script, set, kind).into_iter().filter(|c| in_scope(c));
            let one =
                |capture: String| run(&script, set, kind, &capture).unwrap_or_else(|e| vec![e]);
            captures.flat_map(one).collect::<Vec<_>>()
        }
    };
    assert!(wrong.is_empty(), "captures in scope differ:\n{}", wrong.join("\n"));
}

#[test]
fn globs() {
    assert!(fits("*gtp*", "x-gtp-1") && fits("*gtp*", "gtp") && fits("a*b*c", "abbc"));
    assert!(!fits("*gtp*", "g-t-p") && !fits("gre", "gre-1") && fits("*", ""));
}

#[test]
fn min_flows() {
    check("min", "flows");
}

#[test]
fn min_packets() {
    check("min", "packets");
}

#[test]
fn min_log() {
    check("min", "log");
}

#[test]
fn std_flows() {
    check("std", "flows");
}

#[test]
fn std_packets() {
    check("std", "packets");
}

#[test]
fn std_log() {
    check("std", "log");
}
