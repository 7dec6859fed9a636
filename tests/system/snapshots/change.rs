//! What a toggle changes: columns that come and go, and cells that differ.

use std::fmt::Write;

use crate::kit::{Outcome, Table};

use super::layout::{report, short};

/// Cells shown of each column that differs.
const SHOWN: usize = 3;

/// The differences of a case, without those that are the same in every case.
pub(super) fn between(case: &str, plugin: &str, default: &Outcome, flipped: &Outcome) -> String {
    let mut text = tables("flows", &default.flow_table(), &flipped.flow_table());
    text += &tables("packets", &default.packet_table(), &flipped.packet_table());
    let [before, after] = [default, flipped].map(|seen| report(plugin, &seen.done.stdout));
    for line in before.lines().filter(|line| !after.lines().any(|other| other == *line)) {
        writeln!(text, "    report - {line}").unwrap();
    }
    for line in after.lines().filter(|line| !before.lines().any(|other| other == *line)) {
        writeln!(text, "    report + {line}").unwrap();
    }
    for (name, bytes) in &flipped.others {
        match default.others.iter().find(|(other, _)| other == name) {
            None => writeln!(text, "    file + {name}").unwrap(),
            Some((_, before)) if before != bytes && !name.ends_with("_headers.txt") => {
                writeln!(text, "    file {name}: other contents").unwrap();
            }
            Some(_) => {}
        }
    }
    for (name, _) in &default.others {
        if !flipped.others.iter().any(|(other, _)| other == name) {
            writeln!(text, "    file - {name}").unwrap();
        }
    }
    if text.is_empty() { format!("  {case}: no change\n") } else { format!("  {case}\n{text}") }
}

fn tables(title: &str, default: &Table, flipped: &Table) -> String {
    let mut text = String::new();
    let gone = default.columns.iter().filter(|name| !flipped.columns.contains(name));
    gone.for_each(|name| writeln!(text, "    {title} - {name}").unwrap());
    for name in flipped.columns.iter().filter(|name| !default.columns.contains(name)) {
        let cells: Vec<_> = flipped.column(name).into_iter().take(SHOWN).map(short).collect();
        writeln!(text, "    {title} + {name}: {} ...", cells.join(" | ")).unwrap();
    }
    if default.rows.len() != flipped.rows.len() {
        let (before, after) = (default.rows.len(), flipped.rows.len());
        writeln!(text, "    {title}: {before} rows -> {after} rows").unwrap();
        return text;
    }
    for name in default.columns.iter().filter(|name| flipped.columns.contains(name)) {
        text += &cells(title, name, &default.column(name), &flipped.column(name));
    }
    text
}

/// The first cells of a column that differ, and how many there are.
fn cells(title: &str, name: &str, before: &[&str], after: &[&str]) -> String {
    let pairs = before.iter().zip(after).enumerate();
    let different: Vec<_> = pairs.filter(|(_, (before, after))| before != after).collect();
    if different.is_empty() {
        return String::new();
    }
    let shown = different.iter().take(SHOWN);
    let shown: Vec<_> = shown
        .map(|(row, (before, after))| format!("row {row} {} -> {}", short(before), short(after)))
        .collect();
    format!("    {title} {name}: {} cells: {}\n", different.len(), shown.join("; "))
}
