//! `cargo xtask bench`: time and memory on the generated workloads, as a table for benches/README.md.
//!
//! Time is CPU time (user and system) by bash's `time`, memory the largest resident set by GNU time.
//! The captures are in `$FLOWZ_BENCH_DIR`, or are made in the folder for temporary files and stay there.

mod counts;
mod measure;
mod peers;
mod scaling;
mod workload;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::system;
use crate::tuned;
use crate::workspace::Workspace;
use measure::{Sample, Series};

/// The plugins of all figures that name no others.
const STANDARD: &str = "basicFlow,basicStats,tcpFlags,tcpStates";

/// Options of `bench`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// What to measure besides the time of the workloads
    what: Option<What>,

    /// With `counts`: write the figures to benches/counts.tsv
    #[arg(long)]
    update: bool,

    /// With `scaling`: times the packets and flows
    #[arg(long, value_name = "TIMES", default_value_t = 1.0, value_parser = size)]
    size: f64,

    /// Workloads of the shared generator
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_values = ["w1", "w2"])]
    workloads: Vec<String>,

    /// Plugins to run
    #[arg(long, value_name = "LIST", default_value = STANDARD)]
    plugins: String,

    /// Measure the program of 'cargo xtask tuned'
    #[arg(long)]
    tuned: bool,

    /// Times that each workload is run
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
}

/// What is measured besides flowz.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    /// Other flow tools on the same captures, as far as they are installed
    Peers,
    /// Instructions of each stage, compared with benches/counts.tsv
    Counts,
    /// Longer captures and larger tables, as a table and as benches/scaling.svg
    Scaling,
}

/// Measures and prints.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    if args.update && args.what != Some(What::Counts) {
        bail!("--update is for 'cargo xtask bench counts'");
    }
    if args.tuned && args.what == Some(What::Counts) {
        bail!("the instruction counts are those of the plain build: leave --tuned out");
    }
    system::need_libpcap()?;
    let flowz = if args.tuned { tuned::build(workspace)? } else { workspace.build_flowz()? };
    let folder = folder();
    match args.what {
        None => times(workspace, args, &flowz, &folder),
        Some(What::Peers) => peers(workspace, args, &flowz, &folder),
        Some(What::Counts) => counts::run(workspace, &flowz, args.update),
        Some(What::Scaling) => {
            let (plugins, runs, size) = (args.plugins.as_str(), args.runs, args.size);
            let plan = scaling::Plan { flowz: &flowz, folder: &folder, plugins, runs, size };
            scaling::run(workspace, &plan)
        }
    }
}

fn times(workspace: &Workspace, args: &Args, flowz: &Path, folder: &Path) -> Result<()> {
    let mut table = format!("plugins: {}; sink: txt; no packet file\n\n{HEAD}", args.plugins);
    for name in &args.workloads {
        let capture = workload::capture(workspace, folder, name)?;
        let mut samples = Vec::new();
        for n in 1..=args.runs {
            let (sample, packets) =
                measure::flowz(flowz, &capture, &args.plugins, &["--threads", "1"])?;
            eprintln!("{name} {n}/{}: {:.3} s", args.runs, sample.cpu_seconds);
            samples.push((sample, packets));
        }
        table.push_str(&row(name, &samples)?);
    }
    println!("{table}");
    Ok(())
}

fn peers(workspace: &Workspace, args: &Args, flowz: &Path, folder: &Path) -> Result<()> {
    for name in &args.workloads {
        let capture = workload::capture(workspace, folder, name)?;
        let all = peers::compare(flowz, (name, &capture), &args.plugins, args.runs)?;
        println!("{}", all.table());
    }
    Ok(())
}

const HEAD: &str = "\
| workload | packets | CPU ns per packet, median (smallest - largest) | peak memory, MiB |
|---|---:|---:|---:|
";

/// Where the captures are or go.
fn folder() -> PathBuf {
    let wanted = std::env::var_os("FLOWZ_BENCH_DIR").map(PathBuf::from);
    wanted.unwrap_or_else(|| std::env::temp_dir().join("flowz-bench"))
}

/// A share of the full size, or a multiple of it.
fn size(text: &str) -> Result<f64, String> {
    let fits = |size: &f64| (0.001..=10.0).contains(size);
    text.parse().ok().filter(fits).ok_or_else(|| "give a number from 0.001 to 10".to_owned())
}

fn row(name: &str, samples: &[(Sample, u64)]) -> Result<String> {
    let Some(packets) = samples.first().map(|s| s.1).filter(|p| *p > 0) else {
        bail!("{name} holds no packets");
    };
    if samples.iter().any(|s| s.1 != packets) {
        bail!("{name} gave another number of packets from run to run");
    }
    let per_packet = |s: &(Sample, u64)| s.0.cpu_seconds * 1e9 / packets as f64;
    let Series { median, min, max } = Series::from_values(samples.iter().map(per_packet).collect());
    let peak = samples.iter().filter_map(|s| s.0.peak_kib).max();
    let peak = peak.map_or_else(|| "-".to_owned(), |k| format!("{:.0}", k as f64 / 1024.0));
    let name = name.to_uppercase();
    Ok(format!("| {name} | {packets} | {median:.0} ({min:.0} - {max:.0}) | {peak} |\n"))
}

#[cfg(test)]
mod tests {
    use super::{Sample, row, size};

    #[test]
    fn sizes() {
        assert_eq!(size("0.05"), Ok(0.05));
        assert!(size("0").is_err() && size("NaN").is_err() && size("x").is_err());
    }

    #[test]
    fn a_row() {
        let sample = |cpu_seconds, kib| {
            (Sample { cpu_seconds, wall_seconds: 1.0, peak_kib: Some(kib) }, 1000)
        };
        let samples = [sample(3e-4, 2048), sample(1e-4, 4096), sample(2e-4, 1024)];
        assert_eq!(row("w1", &samples).unwrap(), "| W1 | 1000 | 200 (100 - 300) | 4 |\n");
        assert!(row("w1", &[]).is_err());
    }
}
