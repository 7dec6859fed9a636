//! Tables for people: columns as wide as their longest cell, the last one as it comes.

use std::fmt::Write;

use crate::catalog::{Catalog, Plugin, Toggle};

/// All plugins, one a line.
pub(crate) fn overview(catalog: &Catalog) -> String {
    let rows = catalog
        .plugins
        .iter()
        .map(|p| [p.name.to_owned(), p.toggles.len().to_string(), p.summary.to_owned()]);
    aligned(["plugin", "toggles", "summary"], rows.collect())
}

/// The toggles of a plugin, one a line.
pub(crate) fn plugin(plugin: &Plugin) -> String {
    if plugin.toggles.is_empty() {
        return format!("{} has no toggles\n", plugin.name);
    }
    let rows = plugin.toggles.iter().map(row).collect();
    aligned(["name", "type", "default", "range", "description"], rows)
}

fn row(toggle: &Toggle) -> [String; 5] {
    let Toggle { info, default } = toggle;
    let range = info.range.map_or_else(|| "-".to_owned(), |(min, max)| format!("{min} .. {max}"));
    [info.name.to_owned(), info.kind.to_owned(), default.clone(), range, sentence(info.doc)]
}

/// A doc comment as one line.
pub(crate) fn sentence(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn aligned<const N: usize>(head: [&str; N], rows: Vec<[String; N]>) -> String {
    let mut all = vec![head.map(str::to_owned)];
    all.extend(rows);
    let width = |n: usize| all.iter().map(|r| r[n].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let mut out = String::new();
    for row in &all {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            // Writing to a string cannot fail.
            let _ = write!(line, "{cell:width$}  ");
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
