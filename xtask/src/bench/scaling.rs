//! `cargo xtask bench scaling`: time per packet of longer captures and of larger tables, as a table and as
//! benches/scaling.svg.
//!
//! Longer: the same load for a quarter, once and four times the time; what a packet costs should not depend on it.
//! Larger: flows of one packet that are all alive at once; where they are few, the capture is repeated an hour
//! later, when all of them have left, so that a run is long enough to be measured.

mod chart;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::measure::{self, Sample, Series};
use super::workload::{self, Generator, mix};
use crate::workspace::Workspace;
use chart::{Panel, Point, Scale};

const CHART: &str = "benches/scaling.svg";
/// Times the packets of W1.
const LENGTHS: [f64; 3] = [0.25, 1.0, 4.0];
/// Flows at once.
const TABLES: [u64; 5] = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];
/// Flows of the generator's `synflood` without options.
const SYNFLOOD: f64 = 3_000_000.0;
/// Packets of a run over a small table, at least.
const AT_LEAST: u64 = 300_000;
/// Between two repetitions, in seconds: more than any timeout.
const PAUSE: u64 = 3_600;

/// What is measured, and how often.
pub(super) struct Plan<'a> {
    pub(super) flowz: &'a Path,
    pub(super) folder: &'a Path,
    pub(super) plugins: &'a str,
    pub(super) runs: u32,
    /// Times the packets and flows.
    pub(super) size: f64,
}

/// Measures, prints the table, writes the chart.
pub(super) fn run(workspace: &Workspace, plan: &Plan<'_>) -> Result<()> {
    let Some(generator) = Generator::build(workspace, plan.folder)? else {
        bail!("the generator is needed, which is in ../shared");
    };
    let mut lengths = Vec::new();
    for times in LENGTHS {
        let capture = longer(plan, &generator, times * plan.size)?;
        lengths.push(Row::measure(plan, &capture, None)?);
    }
    let mut tables = Vec::new();
    for flows in TABLES {
        let flows = ((flows as f64 * plan.size) as u64).max(1);
        let capture = larger(plan, &generator, flows)?;
        tables.push(Row::measure(plan, &capture, Some(flows))?);
    }
    println!("plugins: {}; sink: txt; no packet file; {} runs\n", plan.plugins, plan.runs);
    print!("{}", table(&lengths, &tables));
    let path = workspace.path(CHART);
    fs::write(&path, chart::svg(&panels(&lengths, &tables)))
        .with_context(|| format!("cannot write {CHART}"))?;
    println!("\n{CHART} is written");
    Ok(())
}

/// A capture of W1's load.
fn longer(plan: &Plan<'_>, generator: &Generator, times: f64) -> Result<PathBuf> {
    let times = times.to_string();
    let file = plan.folder.join(format!("mix-x{times}.pcap"));
    if !file.is_file() {
        generator.make(&["mix", "-x", &times], &file)?;
    }
    Ok(file)
}

/// A capture with so many flows alive at once.
fn larger(plan: &Plan<'_>, generator: &Generator, flows: u64) -> Result<PathBuf> {
    let file = plan.folder.join(format!("flows-{flows}.pcap"));
    if file.is_file() {
        return Ok(file);
    }
    // Half a flow more, against rounding down.
    let share = ((flows as f64 + 0.5) / SYNFLOOD).to_string();
    let words = ["synflood", "-f", &share];
    if flows >= AT_LEAST {
        generator.make(&words, &file)?;
        return Ok(file);
    }
    let (once, unfinished) = (file.with_extension("once"), file.with_extension("part"));
    generator.make(&words, &once)?;
    mix::repeat(std::slice::from_ref(&once), (AT_LEAST, PAUSE), &unfinished)?;
    fs::remove_file(&once).with_context(|| format!("cannot remove {}", once.display()))?;
    fs::rename(&unfinished, &file).with_context(|| format!("cannot make {}", file.display()))?;
    Ok(file)
}

/// The runs over one capture.
struct Row {
    packets: u64,
    /// Flows at once, where that is what is varied.
    flows: Option<u64>,
    /// Nanoseconds a packet.
    time: Series,
    peak_kib: Option<u64>,
}

impl Row {
    fn measure(plan: &Plan<'_>, capture: &Path, flows: Option<u64>) -> Result<Self> {
        workload::warm(capture).with_context(|| format!("cannot read {}", capture.display()))?;
        let mut runs = Vec::new();
        for n in 1..=plan.runs {
            let run = measure::flowz(plan.flowz, capture, plan.plugins, &["--threads", "1"])?;
            eprintln!("{} {n}/{}: {:.3} s", capture.display(), plan.runs, run.0.cpu_seconds);
            runs.push(run);
        }
        Self::from_runs(&runs, flows)
            .with_context(|| format!("{} holds no packets", capture.display()))
    }

    fn from_runs(runs: &[(Sample, u64)], flows: Option<u64>) -> Option<Self> {
        let packets = runs.first().map(|run| run.1).filter(|packets| *packets > 0)?;
        let time = runs.iter().map(|run| run.0.cpu_seconds * 1e9 / packets as f64).collect();
        let peak_kib = runs.iter().filter_map(|run| run.0.peak_kib).max();
        Some(Self { packets, flows, time: Series::from_values(time), peak_kib })
    }

    fn peak_mib(&self) -> Option<f64> {
        self.peak_kib.map(|kib| kib as f64 / 1024.0)
    }
}

fn table(lengths: &[Row], tables: &[Row]) -> String {
    let mut text = "\
| workload | packets | flows at once | CPU ns per packet, median (smallest - largest) | peak memory, MiB |
|---|---:|---:|---:|---:|
"
    .to_owned();
    let named =
        lengths.iter().map(|r| ("W1", r)).chain(tables.iter().map(|r| ("one SYN a flow", r)));
    for (name, row) in named {
        let Series { median, min, max } = row.time;
        let flows = row.flows.map_or_else(|| "-".to_owned(), |flows| flows.to_string());
        let peak = row.peak_mib().map_or_else(|| "-".to_owned(), |mib| format!("{mib:.0}"));
        let _ = writeln!(
            text,
            "| {name} | {} | {flows} | {median:.0} ({min:.0} - {max:.0}) | {peak} |",
            row.packets
        );
    }
    text
}

fn panels(lengths: &[Row], tables: &[Row]) -> [Panel; 3] {
    let time = |x: u64, row: &Row| Point {
        x: x as f64,
        y: row.time.median,
        low: row.time.min,
        high: row.time.max,
    };
    let flows = |row: &Row| row.flows.unwrap_or(0);
    let memory = tables.iter().filter_map(|row| Some((flows(row), row.peak_mib()?)));
    [
        Panel {
            title: "W1 for a quarter, once, four times the time",
            x: "packets",
            y: "CPU time, ns per packet",
            scale: Scale::FromZero,
            points: lengths.iter().map(|row| time(row.packets, row)).collect(),
        },
        Panel {
            title: "Flows of one SYN, all alive at once",
            x: "flows in the table",
            y: "CPU time, ns per packet and flow",
            scale: Scale::FromZero,
            points: tables.iter().map(|row| time(flows(row), row)).collect(),
        },
        Panel {
            title: "Memory of these flows",
            x: "flows in the table",
            y: "peak memory, MiB",
            scale: Scale::Decades,
            points: memory.map(|(x, y)| Point { x: x as f64, y, low: y, high: y }).collect(),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::{Row, Sample, panels, table};

    fn row(cpu: [f64; 3], flows: Option<u64>) -> Row {
        let sample = |cpu_seconds| Sample { cpu_seconds, wall_seconds: 1.0, peak_kib: Some(3072) };
        Row::from_runs(&cpu.map(|cpu| (sample(cpu), 1_000_000)), flows).unwrap()
    }

    #[test]
    fn rows_of_the_table() {
        let text = table(&[row([0.5, 0.4, 0.9], None)], &[row([1.0, 1.1, 1.2], Some(1000))]);
        assert!(text.contains("\n| W1 | 1000000 | - | 500 (400 - 900) | 3 |\n"), "{text}");
        let second = "\n| one SYN a flow | 1000000 | 1000 | 1100 (1000 - 1200) | 3 |\n";
        assert!(text.ends_with(second), "{text}");
        assert!(Row::from_runs(&[], None).is_none());
    }

    #[test]
    fn what_the_panels_show() {
        let mut without_memory = row([1.0, 1.0, 1.0], Some(10));
        without_memory.peak_kib = None;
        let tables = [row([1.0, 1.1, 1.2], Some(1000)), without_memory];
        let [time, growth, memory] = panels(&[row([0.5, 0.4, 0.9], None)], &tables);
        let [point] = &time.points[..] else { panic!("one point") };
        let rounded = [point.x, point.y, point.low, point.high].map(f64::round);
        assert_eq!(rounded, [1e6, 500.0, 400.0, 900.0]);
        assert_eq!(growth.points.iter().map(|p| p.x).collect::<Vec<_>>(), [1000.0, 10.0]);
        assert_eq!(memory.points.iter().map(|p| p.y).collect::<Vec<_>>(), [3.0]);
    }
}
