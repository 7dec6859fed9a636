//! Tables as text for reviewers: first the columns that have the same value in all rows, then the others
//! row by row.

use std::fmt::Write;

use crate::kit::Table;

/// A table. Payload does not depend on the plugin: one plugin shows it.
pub(super) fn table(title: &str, table: &Table, with_payload: bool) -> String {
    let mut text = format!("## {title}: {} rows\n", table.rows.len());
    let mut varying = Vec::new();
    for (place, name) in table.columns.iter().enumerate() {
        let cells = table.column(name);
        if name == "l7Content" && !with_payload {
            continue;
        }
        match cells.split_first() {
            Some((first, rest)) if rest.iter().all(|cell| cell == first) => {
                writeln!(text, "{name} = {}", short(first)).unwrap();
            }
            _ => varying.push(place),
        }
    }
    let names: Vec<_> = varying.iter().map(|&place| table.columns[place].as_str()).collect();
    writeln!(text, "\n{}", names.join(" | ")).unwrap();
    for row in &table.rows {
        let cells: Vec<_> = varying.iter().map(|&place| short(&row[place])).collect();
        writeln!(text, "{}", cells.join(" | ")).unwrap();
    }
    text + "\n"
}

/// The start of a long cell: payload, mostly.
pub(super) fn short(cell: &str) -> String {
    const MOST: usize = 40;
    match cell.char_indices().nth(MOST) {
        Some((end, _)) => format!("{} ... ({} bytes)", &cell[..end], cell.len()),
        None => cell.to_owned(),
    }
}

/// Other files: tables of plugins and what they write; their header files without the lines about this run.
pub(super) fn files(files: &[(String, Vec<u8>)]) -> String {
    let mut text = String::new();
    for (name, bytes) in files {
        let name = name.strip_prefix("t_").unwrap_or(name);
        writeln!(text, "\n## file {name}").unwrap();
        match std::str::from_utf8(bytes) {
            Ok(words) => {
                let is_header = name.ends_with("_headers.txt");
                let lines = words.lines().filter(|line| !is_header || !line.starts_with('#'));
                lines.for_each(|line| writeln!(text, "{line}").unwrap());
            }
            Err(_) => {
                let shown = short(&bytes.escape_ascii().to_string());
                writeln!(text, "{} bytes: {shown}", bytes.len()).unwrap();
            }
        }
    }
    text
}

/// The plugin's lines of the report.
pub(super) fn report(plugin: &str, report: &str) -> String {
    let start = format!("{plugin}: ");
    let lines: Vec<_> = report.lines().filter(|line| line.starts_with(&start)).collect();
    if lines.is_empty() { String::new() } else { format!("## report\n{}\n", lines.join("\n")) }
}
