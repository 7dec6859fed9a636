//! Tables for people: columns as wide as their longest cell, the last one as it comes.

use std::fmt::Write;

use flowz_api::plugin::Info;
use flowz_api::text::harmless;
use flowz_api::toggles::ToggleInfo;
use flowz_registry::settings::{Owner, Toggle};

/// All plugins, one a line.
pub(crate) fn overview(owners: &[Owner]) -> String {
    let row = |o: &Owner| [o.name.to_owned(), o.table.len().to_string(), o.summary.to_owned()];
    aligned(["plugin", "toggles", "summary"], owners.iter().map(row).collect())
}

/// Plugins with their toggles, one a line; with the plugin's name if there may be several tables.
pub(crate) fn plugin_toggles(parts: &[(Owner, Vec<Toggle<'_>>)], several: bool) -> String {
    let parts = parts.iter().map(|(owner, toggles)| plugin(owner, toggles, several));
    parts.collect::<Vec<_>>().join("\n")
}

fn plugin(owner: &Owner, toggles: &[Toggle<'_>], several: bool) -> String {
    let title = if several { format!("# {}\n", owner.name) } else { String::new() };
    if toggles.is_empty() {
        return format!("{title}{} has no toggles\n", owner.name);
    }
    let rows = toggles.iter().map(|t| row(t, t.info.name.to_owned())).collect();
    title + &aligned(["name", "type", "value", "default", "range", "from", "description"], rows)
}

/// The plugins that take part.
pub(crate) fn plugins(infos: &[&Info]) -> String {
    let row = |i: &&Info| [format!("{:03}", i.number), i.name.to_owned(), i.summary.to_owned()];
    aligned(["number", "plugin", "summary"], infos.iter().map(row).collect())
}

/// Toggles of several plugins.
pub(crate) fn toggles(toggles: &[Toggle<'_>]) -> String {
    if toggles.is_empty() {
        return "none\n".to_owned();
    }
    let rows = toggles.iter().map(|t| row(t, t.full_name())).collect();
    aligned(["name", "type", "value", "default", "range", "from", "description"], rows)
}

fn row(toggle: &Toggle<'_>, name: String) -> [String; 7] {
    let Toggle { info, value, default, origin, .. } = toggle;
    let range = info.range.map_or_else(|| "-".to_owned(), |_| range(info));
    let (value, origin) = (harmless(value).into_owned(), origin.to_string());
    let (default, origin) = ((*default).to_owned(), harmless(&origin).into_owned());
    [name, info.kind.to_owned(), value, default, range, origin, sentence(info.doc)]
}

/// `1 .. 5`, or nothing.
pub(crate) fn range(info: &ToggleInfo) -> String {
    info.range.map(|(min, max)| format!("{min} .. {max}")).unwrap_or_default()
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
