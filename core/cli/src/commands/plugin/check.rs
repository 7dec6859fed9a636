//! `flowz plugin check FILE.so`.

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use flowz_api::column::Column;
use flowz_api::plugin::{Scope, Timeouts};
use flowz_api::registry::PluginEntry;
use flowz_api::settings::Run;
use flowz_api::toggles::ToggleInfo;
use flowz_host::loader;

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// The shared object. It is loaded: look only at what you trust
    file: PathBuf,
}

/// What is in the object, as text.
pub(super) fn run(args: &Args) -> Result<String> {
    let object = loader::load_file(&args.file)?;
    let mut out = format!("{} fits this flowz\n", args.file.display());
    for part in &object.built_with {
        writeln!(out, "  built with {part}")?;
    }
    object.plugins.iter().try_for_each(|entry| plugin(entry, &mut out))?;
    Ok(out)
}

fn plugin(entry: &PluginEntry, out: &mut String) -> Result<()> {
    let info = entry.info;
    writeln!(out, "\nplugin {}, number {}: {}", info.name, info.number, info.summary)?;
    let yes = |on: bool| if on { "yes" } else { "no" };
    let needs = if info.requires.is_empty() { "none".to_owned() } else { info.requires.join(", ") };
    let settings = (entry.settings)();
    writeln!(out, "  on by default: {}", yes(info.default))?;
    writeln!(out, "  plugins it needs: {needs}")?;
    writeln!(out, "  changes timeouts: {}", yes(settings.steers()))?;
    writeln!(out, "  sees all flows: {}", yes(info.scope == Scope::Run))?;
    for fact in info.publishes {
        writeln!(out, "  publishes the fact {}, version {}", fact.name, fact.version)?;
    }
    for fact in info.reads {
        writeln!(out, "  reads the fact {}.{}, version {}", fact.plugin, fact.name, fact.version)?;
    }
    let mut timeouts = Timeouts::default();
    let instance = settings
        .start(&Run::default(), &mut timeouts)
        .with_context(|| format!("plugin {} cannot start", info.name))?;
    let description = instance.description();
    columns("flow table", &description.columns, out)?;
    columns("packet table", &description.packet_columns, out)?;
    for table in &description.tables {
        columns(&format!("table {}", table.name), &table.columns, out)?;
    }
    toggles(settings.table(), |n| settings.get(n), out)?;
    if !timeouts.values().is_empty() {
        let values: Vec<_> = timeouts.values().iter().map(|v| format!("{v} s")).collect();
        writeln!(out, "  timeouts: {}", values.join(", "))?;
    }
    Ok(())
}

fn columns(title: &str, columns: &[Column], out: &mut String) -> Result<()> {
    if !columns.is_empty() {
        writeln!(out, "  {title}:")?;
    }
    for c in columns {
        let unit = if c.unit.is_empty() { String::new() } else { format!(" [{}]", c.unit) };
        writeln!(out, "    {:<20} {:<8} {}{unit}", c.name, c.ty.to_string(), c.doc)?;
    }
    Ok(())
}

fn toggles(
    table: &[ToggleInfo],
    default: impl Fn(usize) -> String,
    out: &mut String,
) -> Result<()> {
    if !table.is_empty() {
        writeln!(out, "  toggles:")?;
    }
    for (n, t) in table.iter().enumerate() {
        let range = t.range.map(|(min, max)| format!(", {min} .. {max}")).unwrap_or_default();
        let value = format!("{}={}", t.name, default(n));
        writeln!(out, "    {value:<20} {} ({}{range})", t.doc, t.kind)?;
    }
    Ok(())
}
