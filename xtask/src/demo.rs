//! `cargo xtask demo`: the main job on a capture of the project, from a clean checkout.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, anyhow};

use crate::process;
use crate::system;
use crate::workspace::Workspace;

const CAPTURE: &str = "data/web.pcap";
const FOLDER: &str = "results/";
const FLOWS: &str = "results/web_flows.txt";

/// What is built: the packages of all programs.
const PROGRAMS: [&str; 4] = ["flowz", "t2conf", "tawk", "tcol"];

/// Columns to show: the whole table is too wide for a terminal.
const COLUMNS: [&str; 9] =
    ["dir", "flowInd", "duration", "srcIP", "srcPort", "dstIP", "dstPort", "pktsSnt", "l7BytesSnt"];
/// The rows to show: of the protocol of which they tell most.
const OF: (&str, &str) = ("l4Proto", "6");
const ROWS: usize = 8;

/// Builds the program, runs it and shows the beginning of the flow table.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    system::need_libpcap()?;
    println!("building the release programs: some minutes the first time\n");
    // Cargo shows on the terminal how far it is.
    let all = PROGRAMS.iter().flat_map(|name| ["--package", name]);
    process::run(workspace.cargo().args(["build", "--release"]).args(all))?;
    let flowz = workspace.build_flowz()?;
    println!("\nflowz -r {CAPTURE} -w {FOLDER} -s\n");
    let mut job = Command::new(&flowz);
    job.arg("--no-config");
    process::run(job.current_dir(&workspace.root).args(["-r", CAPTURE, "-w", FOLDER, "-s"]))?;
    let path = workspace.path(FLOWS);
    let table =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    println!("\nThe first flows of TCP, some of the columns of {FLOWS}:\n");
    print!("{}", excerpt(&table, &COLUMNS)?);
    println!("\nAll files are in {FOLDER}: flows, packets, and the meaning of each column.");
    let folder = flowz.parent().unwrap_or(&workspace.root).display();
    println!("The programs: {} in {folder}.", PROGRAMS.join(", "));
    println!(
        "To have them on the PATH: for p in core/cli t2conf tawk tcol; do cargo install --locked --path $p; done"
    );
    Ok(())
}

/// Columns of the first rows with a value in one column, aligned.
fn excerpt(table: &str, columns: &[&str]) -> Result<String> {
    let mut lines = table.lines();
    let head: Vec<_> = lines.next().unwrap_or("").trim_start_matches('%').split('\t').collect();
    let place = |name: &&str| {
        head.iter().position(|h| h == name).ok_or_else(|| anyhow!("there is no column {name}"))
    };
    let places = columns.iter().map(place).collect::<Result<Vec<_>>>()?;
    let (of, value) = (place(&OF.0)?, OF.1);
    let rows = lines.map(|l| l.split('\t').collect());
    let rows = rows.filter(|row: &Vec<&str>| row.get(of) == Some(&value)).take(ROWS);
    let rows = std::iter::once(head.clone()).chain(rows);
    let rows: Vec<Vec<&str>> =
        rows.map(|r| places.iter().map(|p| r.get(*p).copied().unwrap_or("")).collect()).collect();
    let width = |n: usize| rows.iter().filter_map(|r| r.get(n)).map(|c| c.len()).max().unwrap_or(0);
    let widths: Vec<_> = (0..places.len()).map(width).collect();
    let aligned = rows.iter().map(|row| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        format!("{}\n", line.trim_end())
    });
    Ok(aligned.collect())
}

#[cfg(test)]
mod tests {
    #[test]
    fn some_columns_of_the_first_rows() {
        let table =
            "%dir\tflowInd\tl4Proto\tsrcIP\nA\t7\t17\t::1\nA\t1\t6\t10.0.0.1\nB\t1\t6\t10.0.0.22\n";
        let text = super::excerpt(table, &["dir", "flowInd", "srcIP"]).unwrap();
        assert_eq!(text, "dir  flowInd  srcIP\nA    1        10.0.0.1\nB    1        10.0.0.22\n");
        let error = super::excerpt(table, &["dir", "numPktsSnt"]).unwrap_err();
        assert_eq!(error.to_string(), "there is no column numPktsSnt");
    }
}
