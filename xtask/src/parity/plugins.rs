//! Columns of single plugins against the reference's runs of all its plugins: rows are matched by key and
//! times, as flow numbers depend on the selection.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

/// A plugin per line, and in how many captures it may differ.
const LIST: &str = "tests/parity/plugins.txt";

/// Where the script is below the shared folder.
const SCRIPT: &str = "tools/parity_full.py";

/// Begins the script's last line.
const SUM: &str = "full: ";

/// How often a plugin may differ, or in how many captures it is the same, and of how many.
type Counts = Vec<(String, usize, usize)>;

/// Compares all plugins of the list; yields how many differ in more captures than they may.
pub(super) fn compare(workspace: &Workspace, shared: &Path, flowz: &Path) -> Result<usize> {
    if !shared.join(SCRIPT).is_file() {
        return Ok(0);
    }
    let path = workspace.path(LIST);
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let allowed = allowed(&text).with_context(|| format!("in {LIST}"))?;
    let names: Vec<_> = allowed.iter().map(|(name, _)| name.as_str()).collect();
    let mut python = Command::new("python3");
    python.arg("-B").arg(shared.join(SCRIPT)).arg(flowz).arg(names.join(","));
    let output = python.output().context("cannot start python3, which the comparison needs")?;
    let said = String::from_utf8_lossy(&output.stdout);
    let Some(sum) = said.lines().rev().find_map(|line| line.strip_prefix(SUM)) else {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!("{SCRIPT} stopped: {}", errors.lines().next_back().unwrap_or("it said nothing"));
    };
    println!("{SUM}{sum}");
    let worse = worse(&allowed, &counts(sum));
    for line in &worse {
        println!("DIFF  {line}");
    }
    Ok(worse.len())
}

/// Names, and the captures that may differ.
fn allowed(text: &str) -> Result<Vec<(String, usize)>> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or("").trim());
    let entry = |line: &str| -> Result<_> {
        let number = |(name, n): (&str, &str)| Some((name.to_owned(), n.parse().ok()?));
        line.split_once(' ').and_then(number).with_context(|| {
            format!("'{line}' is not the name of a plugin and a number of captures")
        })
    };
    lines.filter(|line| !line.is_empty()).map(entry).collect()
}

/// `NAME SAME/ALL NAME SAME/ALL`, taken apart.
fn counts(sum: &str) -> Counts {
    let words: Vec<_> = sum.split_whitespace().collect();
    let pair = |pair: &[&str]| {
        let (same, all) = pair.get(1)?.split_once('/')?;
        Some((pair[0].to_owned(), same.parse().ok()?, all.parse().ok()?))
    };
    words.chunks(2).filter_map(pair).collect()
}

/// A sentence for each plugin that was not compared or differs too often.
fn worse(allowed: &[(String, usize)], counts: &Counts) -> Vec<String> {
    let sentence = |(name, limit): &(String, usize)| {
        let Some((_, same, all)) = counts.iter().find(|(known, ..)| known == name) else {
            return Some(format!("{name}: not compared"));
        };
        let differ = all - same;
        (differ > *limit).then(|| format!("{name}: {differ} captures differ, {limit} may"))
    };
    allowed.iter().filter_map(sentence).collect()
}

#[cfg(test)]
mod tests {
    use super::{allowed, counts, worse};

    #[test]
    fn plugins_that_differ_too_often() {
        let allowed = allowed("# why\nentropy 1\nconnStat 2\narpDecode 0\n").unwrap();
        let found = worse(&allowed, &counts("entropy 8/9 connStat 6/9"));
        assert_eq!(found, ["connStat: 3 captures differ, 2 may", "arpDecode: not compared"]);
        assert!(super::allowed("entropy").is_err());
        assert!(super::allowed("entropy many").is_err());
    }
}
