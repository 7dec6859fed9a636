//! One run of a program, measured from outside.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, bail};

use crate::process;

/// What a run cost.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Sample {
    /// User and system time.
    pub(super) cpu_seconds: f64,
    /// Time that passed.
    pub(super) wall_seconds: f64,
    /// Largest resident set; none without GNU time.
    pub(super) peak_kib: Option<u64>,
}

/// Median and spread of several values.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Series {
    pub(super) median: f64,
    pub(super) min: f64,
    pub(super) max: f64,
}

impl Series {
    /// Of at least one value.
    pub(super) fn from_values(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |n: usize| values.get(n).copied().unwrap_or(f64::NAN);
        let (count, last) = (values.len(), values.len().saturating_sub(1));
        let median = f64::midpoint(at(last / 2), at(count / 2));
        Self { median, min: at(0), max: at(last) }
    }
}

/// GNU time, for the memory; bash's own has more digits, but knows no memory.
const GNU_TIME: &str = "/usr/bin/time";
/// Milliseconds of user, system and passed time in the last line of standard error.
const TIMED: &str = "TIMEFORMAT='%3U %3S %3R'; time \"$@\"";

/// A folder for the files of a run; gone with the value.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn new() -> Result<Self> {
        // Several may be in use in one process.
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let (process, number) = (std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(format!("flowz-bench-{process}-{number}"));
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self(folder))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("cannot remove {}: {error}", self.0.display());
        }
    }
}

/// Runs a program once; also yields its standard output.
pub(super) fn timed(scratch: &Scratch, words: &[String]) -> Result<(Sample, String)> {
    let memory = scratch.path().join("peak");
    let mut bash = Command::new("bash");
    bash.args(["-c", TIMED, "bash"]);
    if process::succeeds(Command::new(GNU_TIME).arg("true")) {
        bash.args([GNU_TIME, "-f", "%M", "-o"]).arg(&memory);
    }
    let output = bash.args(words).output().context("cannot start bash, which measures the time")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("'{}' failed: {}", words.join(" "), errors.trim());
    }
    let [user, system, wall_seconds] = times(&errors).context("bash told no time")?;
    let peak_kib = fs::read_to_string(&memory).ok().and_then(|t| t.trim().parse().ok());
    let sample = Sample { cpu_seconds: user + system, wall_seconds, peak_kib };
    Ok((sample, String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// The numbers of the last line.
fn times(text: &str) -> Option<[f64; 3]> {
    let parts = text.lines().next_back()?.split(' ').map(str::parse::<f64>);
    parts.collect::<Result<Vec<_>, _>>().ok()?.try_into().ok()
}

/// Runs flowz once over a capture; also yields the number of packets. The tables are removed.
pub(super) fn flowz(
    flowz: &Path,
    capture: &Path,
    plugins: &str,
    options: &[&str],
) -> Result<(Sample, u64)> {
    let scratch = Scratch::new()?;
    let prefix = scratch.path().join("out");
    let place = |path: &Path| path.display().to_string();
    let mut words = vec![place(flowz), "-r".to_owned(), place(capture), "-w".to_owned()];
    words.push(place(&prefix));
    words.extend(["--no-config", "--plugins", plugins, "--sinks", "txt"].map(str::to_owned));
    words.extend(options.iter().map(|&option| option.to_owned()));
    let (sample, report) = timed(&scratch, &words)?;
    Ok((sample, packets(&report).context("the report counts no packets")?))
}

fn packets(report: &str) -> Option<u64> {
    let line = report.lines().find_map(|l| l.strip_prefix("Number of processed packets: "))?;
    line.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Series, packets, times};

    #[test]
    fn outputs_are_understood() {
        let [user, system, wall] = times("flowz: warning: odd\n1.250 0.500 9.000\n").unwrap();
        assert!((user + system - 1.75).abs() < 1e-9 && (wall - 9.0).abs() < 1e-9);
        assert_eq!(times("no time\n"), None);
        assert_eq!(packets("x\nNumber of processed packets: 4631 (4.63 K)\n"), Some(4631));
    }

    #[test]
    fn medians() {
        assert_eq!(
            Series::from_values(vec![3.0, 1.0, 2.0]),
            Series { median: 2.0, min: 1.0, max: 3.0 }
        );
        assert_eq!(Series::from_values(vec![4.0, 1.0]), Series { median: 2.5, min: 1.0, max: 4.0 });
    }
}
