//! What all modules need: the program, directories that disappear, captures, tables and reports.

mod capture;
mod conversation;
pub(crate) mod engines;
mod fixture;
mod golden;
pub(crate) mod lanes;
mod ledger;
pub(crate) mod network;
mod program;
mod run;
mod scratch;
mod table;

use std::fs;
use std::path::{Path, PathBuf};

use proptest::test_runner::{Config, RngSeed, TestRunner};

pub(crate) use capture::{Pcap, raw_ip_capture};
pub(crate) use conversation::Conversation;
pub(crate) use fixture::{Project, compiler_says, counter, faulty, first_plugin, stranger};
pub(crate) use golden::{golden, golden_in, golden_names};
pub(crate) use ledger::Ledger;
pub(crate) use program::{profile_folder, program, t2conf, tawk, tcol};
pub(crate) use run::{Done, Outcome, analyse, command, flowz, flowz_fed, start};
pub(crate) use scratch::Scratch;
pub(crate) use table::Table;

/// The folder of the workspace.
pub(crate) fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The path of a capture in `data/`, as an argument.
pub(crate) fn data(name: &str) -> String {
    workspace().join("data").join(name).to_str().unwrap().to_owned()
}

/// A file of the shared folder beside the project; says so where there is none.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let path = workspace().join("../shared").join(name);
    let there = path.is_file();
    if !there {
        println!("skipped: no ../shared/{name} here");
    }
    there.then_some(path)
}

/// The captures in a folder of the workspace, sorted.
fn captures_in(folder: &str) -> Vec<String> {
    let wanted = |path: &PathBuf| path.to_str().unwrap().contains(".pcap");
    let entries = fs::read_dir(workspace().join(folder)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path()).filter(wanted);
    let mut paths: Vec<_> = paths.map(|path| path.to_str().unwrap().to_owned()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no captures in {folder}");
    paths
}

/// All captures without defects.
pub(crate) fn captures() -> Vec<String> {
    captures_in("data")
}

/// All captures of `data/broken/`.
pub(crate) fn broken() -> Vec<String> {
    captures_in("data/broken")
}

/// Runs a property test whose cases are the same every time.
pub(crate) fn runner(cases: u32) -> TestRunner {
    let rng_seed = RngSeed::Fixed(20_000_229);
    let config = Config { cases, rng_seed, failure_persistence: None, ..Config::default() };
    TestRunner::new(Config { max_shrink_iters: 32, ..config })
}
