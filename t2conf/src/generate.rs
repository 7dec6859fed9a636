//! A file with all toggles, each explained. Those with their default are comments, so that a later
//! default is not held fast.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use flowz_config::edit::to_toml;
use flowz_registry::settings::{Settings, Toggle};

use crate::table::{range, sentence};

const HEAD: &str = "\
# Settings of flowz. A line that begins with # has no effect: take the sign away to set the value.
# Where settings come from and which win: docs/settings.md.
";

/// Writes the settings of the selected plugins, to a new file or as text; `list` is the part about the
/// list of plugins.
pub(crate) fn run(
    path: &Path,
    list: &str,
    settings: &Settings,
    is_selected: impl Fn(&str) -> bool,
) -> Result<String> {
    let text = HEAD.to_owned() + list + &text(settings, is_selected);
    if path == Path::new("-") {
        return Ok(text);
    }
    let failed = || format!("cannot write '{}'", path.display());
    // Not over a file that is there: somebody's comments may be in it.
    let mut file = File::create_new(path).with_context(failed)?;
    file.write_all(text.as_bytes()).with_context(failed)?;
    Ok(format!("{} written\n", path.display()))
}

fn text(settings: &Settings, is_selected: impl Fn(&str) -> bool) -> String {
    let mut out = String::new();
    for owner in settings.owners().filter(|o| is_selected(o.name) && !o.table.is_empty()) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "\n# {}\n[{}]", sentence(owner.summary), owner.name);
        for toggle in settings.toggles_of(owner.name) {
            let _ = write!(out, "{}", entry(&toggle));
        }
    }
    out
}

fn entry(toggle: &Toggle<'_>) -> String {
    let info = toggle.info;
    let limits = info.range.map(|_| format!(", {}", range(info))).unwrap_or_default();
    let sign = if toggle.is_changed() { "" } else { "# " };
    let value = to_toml(toggle, &toggle.value);
    let doc = sentence(info.doc);
    let kind = info.kind;
    format!("\n# {doc} ({kind}{limits})\n{sign}{} = {}\n", info.name, value.to_string().trim())
}
