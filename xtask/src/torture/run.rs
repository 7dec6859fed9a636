//! One run of the program, with all that can be seen of it from outside.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;

/// A run that takes so many seconds hangs.
const HANGS: &str = "120";
const LOG: &str = "_log.txt";
const GNU_TIME: &str = "/usr/bin/time";

/// The program and a folder for its files; that is gone with the value.
pub(super) struct Bench {
    program: PathBuf,
    folder: PathBuf,
    /// Whether time and memory can be told.
    is_timed: bool,
}

/// What a run left.
#[derive(Default, Debug)]
pub(super) struct Outcome {
    /// Exit status; 128 and above for a signal, 124 or 137 if it had to be ended.
    pub(super) code: i32,
    pub(super) stderr: String,
    /// The last line of the report, if it can be read.
    pub(super) ledger: Option<Ledger>,
    /// The files, without what differs from run to run.
    pub(super) files: BTreeMap<String, Vec<u8>>,
    /// Seconds of the processor.
    pub(super) seconds: f64,
    /// Largest memory in KiB.
    pub(super) peak: f64,
}

/// Packets, and how many of them are accounted for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Ledger {
    pub(super) read: u64,
    pub(super) counted: u64,
}

impl Ledger {
    /// Reads `Packets read: N = A in flows + B without`.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let (read, terms) = line.strip_prefix("Packets read: ")?.split_once(" = ")?;
        let terms = terms.split(" + ").map(|term| term.split(' ').next()?.parse::<u64>().ok());
        Some(Self { read: read.parse().ok()?, counted: terms.sum::<Option<_>>()? })
    }
}

impl Bench {
    pub(super) fn new(program: PathBuf) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("flowz-torture-{}", std::process::id()));
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let is_timed = process::succeeds(Command::new(GNU_TIME).arg("true"));
        if !is_timed {
            println!("torture: time and memory are not looked at: there is no {GNU_TIME}");
        }
        Ok(Self { program, folder, is_timed })
    }

    /// The command line without threads.
    pub(super) fn words(&self, input: &Path, prefix: &Path, options: &[String]) -> Vec<String> {
        let mut words = vec![self.program.display().to_string(), "--no-config".to_owned()];
        words.extend(["-r".to_owned(), input.display().to_string()]);
        if !options.iter().any(|word| word == "-W") {
            words.extend(["-w".to_owned(), prefix.display().to_string()]);
        }
        words.extend_from_slice(options);
        words
    }

    /// Runs it over a capture.
    pub(super) fn run(&self, input: &[u8], options: &[String], threads: u64) -> Result<Outcome> {
        let failed = || format!("cannot write into {}", self.folder.display());
        let output = self.folder.join("o");
        if output.exists() {
            fs::remove_dir_all(&output).with_context(failed)?;
        }
        fs::create_dir_all(&output).with_context(failed)?;
        fs::write(self.folder.join("in.pcap"), input).with_context(failed)?;
        let mut command = Command::new("timeout");
        command.current_dir(&self.folder).args(["-s", "KILL", HANGS]);
        if self.is_timed {
            command.args([GNU_TIME, "-q", "-o", "cost", "-f", "%U %S %M"]);
        }
        let words = self.words(Path::new("in.pcap"), Path::new("o/t"), options);
        command.args(words).args(["--threads", &threads.to_string()]);
        let done = command.output().context("cannot start the program")?;
        let files = files(&output)?;
        // With `-l` the report is in the log.
        let log = files.iter().find(|(name, _)| name.ends_with(LOG)).map(|(_, log)| &log[..]);
        let report = String::from_utf8_lossy(log.unwrap_or(&done.stdout));
        let [seconds, peak] = self.cost();
        Ok(Outcome {
            code: done.status.code().unwrap_or(137),
            stderr: String::from_utf8_lossy(&done.stderr).into_owned(),
            ledger: report.lines().last().and_then(Ledger::parse),
            files,
            seconds,
            peak,
        })
    }

    /// Seconds and KiB of the last run; 0 if nobody measured.
    fn cost(&self) -> [f64; 2] {
        let text = fs::read_to_string(self.folder.join("cost")).unwrap_or_default();
        let numbers: Vec<f64> = text.split_whitespace().filter_map(|n| n.parse().ok()).collect();
        match numbers[..] {
            [user, system, peak] => [user + system, peak],
            _ => [0.0; 2],
        }
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// All files of a folder and of those in it, by path.
fn files(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let failed = || format!("cannot read {}", folder.display());
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).with_context(failed)? {
        let path = entry.with_context(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            let inner = files(&path)?;
            all.extend(inner.into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            let bytes = fs::read(&path).with_context(failed)?;
            let bytes = lasting(&name, bytes);
            all.insert(name, bytes);
        }
    }
    Ok(all)
}

/// Without the lines that tell of one run: date, process and command line; a log tells of times and threads, so only its
/// last line counts.
fn lasting(name: &str, bytes: Vec<u8>) -> Vec<u8> {
    const OF_THIS_RUN: [&[u8]; 3] = [b"# Date: ", b"# PID: ", b"# Command line: "];
    if name.ends_with(LOG) {
        let end = bytes.trim_ascii_end();
        let from = end.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        return end[from..].to_vec();
    }
    if !name.ends_with("_headers.txt") {
        return bytes;
    }
    let lines = bytes.split(|b| *b == b'\n');
    let kept = lines.filter(|line| !OF_THIS_RUN.iter().any(|start| line.starts_with(start)));
    kept.collect::<Vec<_>>().join(&b'\n')
}

#[cfg(test)]
mod tests {
    use super::{Ledger, lasting};

    #[test]
    fn last_lines() {
        let line = "Packets read: 7 = 4 in flows + 2 IP header cut + 1 duplicates";
        assert_eq!(Ledger::parse(line), Some(Ledger { read: 7, counted: 7 }));
        assert_eq!(Ledger::parse("Packets read: 7 = x in flows"), None);
        assert_eq!(Ledger::parse("7"), None);
    }

    #[test]
    fn what_differs_from_run_to_run() {
        let text = b"# Date: today\n# PID: 1\n1\tA\n".to_vec();
        assert_eq!(lasting("t_headers.txt", text.clone()), b"1\tA\n");
        assert_eq!(lasting("t_flows.txt", text.clone()), text);
        assert_eq!(lasting("t_log.txt", text), b"1\tA");
    }
}
