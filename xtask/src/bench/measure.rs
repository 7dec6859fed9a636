//! One run of flowz, measured from outside.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// What a run cost.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Sample {
    /// User and system time.
    pub(super) cpu_seconds: f64,
    /// Largest resident set; none without GNU time.
    pub(super) peak_kib: Option<u64>,
    /// Packets that the report counts.
    pub(super) packets: u64,
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
    pub(super) fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |n: usize| values.get(n).copied().unwrap_or(f64::NAN);
        let (count, last) = (values.len(), values.len().saturating_sub(1));
        let median = f64::midpoint(at(last / 2), at(count / 2));
        Self { median, min: at(0), max: at(last) }
    }
}

/// GNU time, for the memory; bash's own has more digits, but knows no memory.
const GNU_TIME: &str = "/usr/bin/time";
/// Milliseconds of user and system time in the last line of standard error.
const TIMED: &str = "TIMEFORMAT='%3U %3S'; time \"$@\"";

/// Runs flowz once over a capture.
pub(super) fn once(flowz: &Path, capture: &Path, plugins: &str) -> Result<Sample> {
    let folder = scratch();
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let sample = in_folder(&folder, flowz, capture, plugins);
    let removed = fs::remove_dir_all(&folder);
    let sample = sample?;
    removed.with_context(|| format!("cannot remove {}", folder.display()))?;
    Ok(sample)
}

fn scratch() -> PathBuf {
    std::env::temp_dir().join(format!("flowz-bench-{}", std::process::id()))
}

fn in_folder(folder: &Path, flowz: &Path, capture: &Path, plugins: &str) -> Result<Sample> {
    let memory = folder.join("peak");
    let mut bash = Command::new("bash");
    bash.env("FLOWZ_NO_CONFIG", "1");
    bash.args(["-c", TIMED, "bash"]);
    if process::succeeds(Command::new(GNU_TIME).arg("true")) {
        bash.args([GNU_TIME, "-f", "%M", "-o"]).arg(&memory);
    }
    bash.arg(flowz).arg("-r").arg(capture).arg("-w").arg(folder.join("out"));
    bash.args(["--plugins", plugins, "--sinks", "txt"]);
    let output = bash.output().context("cannot start bash, which measures the time")?;
    let (report, errors) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        bail!("flowz failed on {}: {}", capture.display(), errors.trim());
    }
    Ok(Sample {
        cpu_seconds: cpu_seconds(&errors).context("bash told no time")?,
        peak_kib: fs::read_to_string(&memory).ok().and_then(|t| t.trim().parse().ok()),
        packets: packets(&report).context("the report counts no packets")?,
    })
}

/// The sum of the last line.
fn cpu_seconds(text: &str) -> Option<f64> {
    let parts = text.lines().next_back()?.split(' ').map(str::parse::<f64>);
    parts.sum::<Result<_, _>>().ok()
}

fn packets(report: &str) -> Option<u64> {
    let line = report.lines().find_map(|l| l.strip_prefix("Number of processed packets: "))?;
    line.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Series, cpu_seconds, packets};

    #[test]
    fn outputs_are_understood() {
        let sum = cpu_seconds("flowz: warning: odd\n1.250 0.500\n").unwrap();
        assert!((sum - 1.75).abs() < 1e-9);
        assert_eq!(cpu_seconds("no time\n"), None);
        assert_eq!(packets("x\nNumber of processed packets: 4631 (4.63 K)\n"), Some(4631));
    }

    #[test]
    fn medians() {
        assert_eq!(Series::of(vec![3.0, 1.0, 2.0]), Series { median: 2.0, min: 1.0, max: 3.0 });
        assert_eq!(Series::of(vec![4.0, 1.0]), Series { median: 2.5, min: 1.0, max: 4.0 });
    }
}
