//! `cargo xtask bench counts`: instructions of each stage, compared with those in the repository.
//!
//! callgrind counts what the release program executes on small captures. The same program gives the same
//! number to 0.01 %, so a change of a few percent is one of the code, and CI refuses it unless the figure
//! in benches/counts.tsv is changed with it.

mod captures;
mod figures;
mod profile;
mod stages;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::STANDARD;
use super::measure::Scratch;
use crate::process;
use crate::workspace::Workspace;
use captures::Capture;
use figures::{Change, Figures, LIMIT};
use stages::{Count, Counter};

const FILE: &str = "benches/counts.tsv";
/// The processor that the figures are for.
const ARCH: &str = "x86_64";
/// Stands for the capture where there is none.
const NO_CAPTURE: &str = "-";

/// Counts and compares, or writes the new figures.
pub(super) fn run(workspace: &Workspace, flowz: &Path, update: bool) -> Result<()> {
    if std::env::consts::ARCH != ARCH {
        bail!("the figures are for {ARCH}, other processors take other instructions");
    }
    if !process::succeeds(Command::new("valgrind").arg("--version")) {
        bail!("valgrind is needed: apt-get install valgrind");
    }
    let path = workspace.path(FILE);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {FILE}"))?;
    let mut known = Figures::parse(&text).with_context(|| FILE.to_owned())?;
    let scratch = Scratch::new()?;
    let captures = captures::make(workspace, &scratch)?;
    let new = count(flowz, &scratch, &captures, (!update).then_some(&known))?;
    let comparison = Comparison::from_counts(&known, &new, &captures);
    print!("{}", comparison.table());
    if update {
        known.update(&new.own);
        fs::write(&path, known.text()).with_context(|| format!("cannot write {FILE}"))?;
        println!("\n{FILE} is written");
        return Ok(());
    }
    comparison.verdict()
}

/// What was counted.
#[derive(Default)]
struct Counted {
    /// The program's own code: what is compared.
    own: Figures,
    /// With the libraries: for people.
    total: Figures,
}

impl Counted {
    fn set(&mut self, capture: &str, stage: &str, count: Count) {
        self.own.set(capture, stage, count.own);
        self.total.set(capture, stage, count.total);
    }
}

/// Counts all captures that can be compared with known figures, or all.
fn count(
    flowz: &Path,
    scratch: &Scratch,
    captures: &[Capture],
    known: Option<&Figures>,
) -> Result<Counted> {
    let counter = Counter::new(flowz, STANDARD, scratch)?;
    let start = counter.count(captures::make_empty(scratch)?, &[], &[])?;
    let mut new = Counted::default();
    new.set(NO_CAPTURE, stages::START, start);
    for capture in captures {
        if !is_comparable(known, capture)? {
            println!(
                "capture '{}' is not the one of {FILE} (another generator or mathematical library): not compared",
                capture.name
            );
            continue;
        }
        eprintln!("counting {}, {} packets", capture.name, capture.packets);
        for (stage, count) in stages::of_capture(&counter, start, capture)? {
            new.set(capture.name, stage, count);
        }
        new.own.set_checksum(capture.name, capture.checksum);
    }
    Ok(new)
}

/// Whether a capture is the one that the figures are of, if there are any; one that is the same everywhere must be.
fn is_comparable(known: Option<&Figures>, capture: &Capture) -> Result<bool> {
    let is_same = known.is_none_or(|k| k.checksum(capture.name) == Some(capture.checksum));
    if !is_same && capture.everywhere {
        bail!(
            "capture '{}' is not the one of {FILE}: cargo xtask bench counts --update",
            capture.name
        );
    }
    Ok(is_same)
}

/// One line of the table.
struct Line {
    capture: &'static str,
    stage: &'static str,
    packets: Option<u64>,
    old: Option<u64>,
    new: u64,
    /// With the libraries.
    total: u64,
    change: Change,
}

impl Line {
    fn name(&self) -> String {
        format!("{} {}", self.capture, self.stage)
    }
}

/// New figures beside those in the repository.
struct Comparison(Vec<Line>);

impl Comparison {
    fn from_counts(known: &Figures, counted: &Counted, captures: &[Capture]) -> Self {
        let named = captures.iter().map(|c| (c.name, Some(c.packets)));
        let names = std::iter::once((NO_CAPTURE, None)).chain(named);
        let all = names.flat_map(|name| stages::ORDER.map(|stage| (name, stage)));
        let lines = all.filter_map(|((capture, packets), stage)| {
            let (old, new) = (known.get(capture, stage), counted.own.get(capture, stage)?);
            let (total, change) = (counted.total.get(capture, stage)?, Change::between(old, new));
            Some(Line { capture, stage, packets, old, new, total, change })
        });
        Self(lines.collect())
    }

    /// For people.
    fn table(&self) -> String {
        let row = |cells: [&str; 7]| {
            let [capture, stage, total, new, each, old, change] = cells;
            let line =
                format!("{capture:8}{stage:9}{total:>15}{new:>13}{each:>12}{old:>13}{change:>10}");
            format!("{}\n", line.trim_end())
        };
        let head = row([
            "capture",
            "stage",
            "with libraries",
            "own code",
            "per packet",
            "in the file",
            "change",
        ]);
        let rows = self.0.iter().map(|line| {
            let each = line.packets.filter(|p| *p > 0);
            let each = each.map(|p| format!("{:.1}", line.new as f64 / p as f64));
            let old = line.old.map(|old| old.to_string());
            row([
                line.capture,
                line.stage,
                &line.total.to_string(),
                &line.new.to_string(),
                each.as_deref().unwrap_or(""),
                old.as_deref().unwrap_or(""),
                &line.change.text(),
            ])
        });
        std::iter::once(head).chain(rows).collect()
    }

    /// Fails if a figure has grown, and says which ones could be lowered.
    fn verdict(&self) -> Result<()> {
        let names = |fits: fn(Change) -> bool| {
            let lines = self.0.iter().filter(|line| fits(line.change));
            lines.map(Line::name).collect::<Vec<_>>().join(", ")
        };
        let (bad, better) = (names(Change::is_bad), names(Change::is_better));
        if !better.is_empty() {
            println!(
                "\nMore than {LIMIT} % below {FILE}: {better}. Keep it so: cargo xtask bench counts --update"
            );
        }
        if !bad.is_empty() {
            bail!(
                "more than {LIMIT} % above {FILE}, or not in it: {bad}. Make it cheaper; if it is worth its cost, run \
                 'cargo xtask bench counts --update' and commit {FILE} with the change, which says why"
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Capture, Comparison, Count, Counted, Figures, NO_CAPTURE, is_comparable};

    fn capture(name: &'static str, packets: u64) -> Capture {
        Capture { name, file: format!("{name}.pcap"), packets, checksum: 1, everywhere: true }
    }

    fn comparison(text_of_w1: u64) -> Comparison {
        let mut known = Figures::parse("-\tstart\t500\nw1\ttext\t1000\nw2\ttext\t9").unwrap();
        known.set_checksum("w1", 1);
        let mut new = Counted::default();
        new.set(NO_CAPTURE, "start", Count { own: 400, total: 450 });
        new.set("w1", "text", Count { own: text_of_w1, total: 1200 });
        new.own.set_checksum("w1", 1);
        Comparison::from_counts(&known, &new, &[capture("w1", 16), capture("w2", 3)])
    }

    #[test]
    fn a_table() {
        let expected = "\
capture stage     with libraries     own code  per packet  in the file    change
-       start                450          400                      500  -20.00 %
w1      text                1200         1030        64.4         1000   +3.00 %
";
        assert_eq!(comparison(1030).table(), expected);
    }

    #[test]
    fn other_captures() {
        let mut known = Figures::default();
        let mut w1 = capture("w1", 16);
        assert!(is_comparable(Some(&known), &w1).is_err(), "no figures");
        known.set_checksum("w1", 1);
        assert!(is_comparable(Some(&known), &w1).unwrap());
        w1.checksum = 2;
        assert!(is_comparable(Some(&known), &w1).is_err(), "other bytes");
        w1.everywhere = false;
        assert!(!is_comparable(Some(&known), &w1).unwrap());
        assert!(is_comparable(None, &w1).unwrap(), "nothing to compare with");
    }

    #[test]
    fn growth_fails() {
        assert!(comparison(1030).verdict().is_ok());
        let error = comparison(1031).verdict().unwrap_err().to_string();
        assert!(error.contains("or not in it: w1 text. Make it cheaper"), "{error}");
    }
}
