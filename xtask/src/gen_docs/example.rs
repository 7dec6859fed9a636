//! What a plugin writes for a connection of a capture: the program is run, so that the manual shows what
//! happens, and `cargo xtask gen --check` tests it.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use flowz_api::plugin::Info;

use crate::process::text_of;
use crate::workspace::Workspace;

/// A connection over IPv4 whose receiver stops reading for a while.
const CAPTURE: &str = "data/zerowin.pcap";
const FILTER: &str = "port 40001";
/// Most characters of a cell that are shown.
const LONGEST: usize = 60;

/// The example of a plugin: report lines, and the first two flows.
pub(super) fn for_plugin(workspace: &Workspace, flowz: &Path, info: &Info) -> Result<String> {
    let folder = std::env::temp_dir().join(format!("flowz-gen-{}", std::process::id()));
    fs::create_dir_all(&folder).context("cannot make a folder for examples")?;
    let text = run(workspace, flowz, info, &folder.join("x"));
    fs::remove_dir_all(&folder).context("cannot remove the folder of examples")?;
    text
}

fn run(workspace: &Workspace, flowz: &Path, info: &Info, prefix: &Path) -> Result<String> {
    let plugins = [info.requires, &[info.name]].concat().join(",");
    let mut command = Command::new(flowz);
    command.args(["--no-config", "-r"]).arg(workspace.path(CAPTURE));
    command.arg("-w").arg(prefix).args(["--plugins", &plugins, FILTER]);
    let report = text_of(&mut command)?;
    let flows = prefix.with_file_name("x_flows.txt");
    let table = fs::read_to_string(&flows)
        .with_context(|| format!("cannot read the example '{}'", flows.display()))?;
    let mut out = String::from("\n### Example\n\n");
    writeln!(out, "```\nflowz -r {CAPTURE} -w x --plugins {plugins} '{FILTER}'\n```\n")?;
    let start = format!("{}: ", info.name);
    let lines: Vec<_> = report.lines().filter(|line| line.starts_with(&start)).collect();
    if !lines.is_empty() {
        writeln!(out, "Lines of the report:\n\n```\n{}\n```\n", lines.join("\n"))?;
    }
    writeln!(out, "The first flow, both directions:\n\n| column | A | B |\n|---|---|---|")?;
    out += &rows(&table);
    Ok(out)
}

/// The first two rows of a table, a line per column.
fn rows(table: &str) -> String {
    let mut lines = table.lines().map(|line| line.trim_start_matches('%').split('\t'));
    let mut next = || lines.next().map(Iterator::collect::<Vec<_>>).unwrap_or_default();
    let (names, first, second) = (next(), next(), next());
    let cell = |row: &[&str], n: usize| shown(row.get(n).copied().unwrap_or_default());
    let line = |(n, name): (usize, &&str)| {
        format!("| `{name}` | {} | {} |\n", cell(&first, n), cell(&second, n))
    };
    names.iter().enumerate().map(line).collect()
}

/// A cell, not too long and without what a table takes for its own.
fn shown(cell: &str) -> String {
    let cut: String = cell.chars().take(LONGEST).collect();
    let more = if cut.len() < cell.len() { " ..." } else { "" };
    format!("{}{more}", cut.replace('|', "\\|").replace('_', "\\_").replace('<', "\\<"))
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn two_rows_side_by_side() {
        let table = "%dir\tb_c\nA\tx|y\nB\t\nA\tz\n";
        assert_eq!(rows(table), "| `dir` | A | B |\n| `b_c` | x\\|y |  |\n");
        assert_eq!(rows("%a\n1\n"), "| `a` | 1 |  |\n");
    }
}
