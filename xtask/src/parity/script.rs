//! The script that compares, run over all captures at once or, where it stops on the way, over one at
//! a time.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// Where it is below the shared folder.
pub(super) const PATH: &str = "tools/parity.py";

/// What a run of the script needs to know.
pub(super) struct Script<'a> {
    pub(super) shared: &'a Path,
    /// Where captures and references are, perhaps `shared` itself.
    pub(super) folder: &'a Path,
    pub(super) project: &'a Path,
    pub(super) flowz: &'a Path,
    pub(super) set: &'a str,
    pub(super) kind: &'a str,
}

impl Script<'_> {
    /// The captures that differ, one a line that begins with DIFF, and the sum.
    pub(super) fn compare(&self) -> Result<Vec<String>> {
        // Many sets hold flows only.
        if self.set_exists() && captures(self.folder, self.set, self.kind)?.is_empty() {
            return Ok(vec![format!("{}/{}: no references", self.set, self.kind)]);
        }
        match self.run("*")? {
            Ok(lines) => Ok(lines),
            Err(reason) => self.one_by_one(&reason),
        }
    }

    fn one_by_one(&self, reason: &str) -> Result<Vec<String>> {
        let captures = captures(self.folder, self.set, self.kind)?;
        if captures.is_empty() {
            bail!("{reason}");
        }
        let mut found = Vec::new();
        for capture in &captures {
            match self.run(capture)? {
                Ok(lines) => found.extend(lines.into_iter().filter(|l| l.starts_with("DIFF"))),
                Err(reason) => found.push(format!("DIFF  {capture}: the script stopped: {reason}")),
            }
        }
        let same = captures.len() - found.len();
        found.push(format!(
            "{}/{}: {same}/{} captures the same",
            self.set,
            self.kind,
            captures.len()
        ));
        Ok(found)
    }

    /// One run: the lines that matter, or the last line of why it stopped.
    fn run(&self, captures: &str) -> Result<Result<Vec<String>, String>> {
        let mut python = Command::new("python3");
        python.arg("-B").arg(self.shared.join(PATH)).args(["--set", self.set, "--kind", self.kind]);
        python.args(["--captures", captures]).arg("--flowz").arg(self.flowz);
        if self.kind == "log" {
            python.arg("--strict");
        }
        if self.folder != self.shared {
            python.arg("--dir").arg(self.folder);
        }
        // Only what the script passes counts.
        python.env("FLOWZ_NO_CONFIG", "1");
        let output = python
            .arg("--project")
            .arg(self.project)
            .output()
            .context("cannot start python3, which the comparison needs")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let lines = summary(&text);
        if lines.last().is_some_and(|l| l.contains(" captures the same")) {
            return Ok(Ok(lines));
        }
        let errors = String::from_utf8_lossy(&output.stderr);
        let reason = errors.lines().next_back().or(text.lines().next_back());
        Ok(Err(reason.unwrap_or("it said nothing").to_owned()))
    }

    fn set_exists(&self) -> bool {
        self.folder.join("golden").join(self.set).is_dir()
    }
}

/// Names of the captures of a set with a reference of a kind.
pub(super) fn captures(folder: &Path, set: &str, kind: &str) -> Result<Vec<String>> {
    let folder = folder.join("golden").join(set);
    let end = format!("_{kind}.txt.gz");
    let Ok(entries) = fs::read_dir(&folder) else { return Ok(Vec::new()) };
    let names = entries.map(|e| e.map(|e| e.file_name().to_string_lossy().into_owned()));
    let names = names.collect::<std::io::Result<Vec<_>>>()?;
    let mut all: Vec<_> =
        names.iter().filter_map(|n| n.strip_suffix(&end)).map(str::to_owned).collect();
    all.sort();
    Ok(all)
}

/// The captures that differ, and the sum at the end.
fn summary(text: &str) -> Vec<String> {
    let wanted = |l: &&str| l.starts_with("DIFF") || l.contains(" captures the same;");
    text.lines().filter(wanted).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_differences_and_sums() {
        let text = "same  a: ok\nDIFF  b: 2 cells differ\n\ndiffering columns (count)\n  x: 2\n\
                    std/flows: 1/2 captures the same; cells 9\n";
        let expected = ["DIFF  b: 2 cells differ", "std/flows: 1/2 captures the same; cells 9"];
        assert_eq!(super::summary(text), expected);
    }
}
