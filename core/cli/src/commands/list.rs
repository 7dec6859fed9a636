//! Lists for people and programs: plugins, columns, completions, manual page.

use std::io::Write;

use anyhow::Result;
use clap::builder::PossibleValuesParser;
use clap::{Command, CommandFactory};
use flowz_api::plugin::Timeouts;
use flowz_api::settings::Run;
use flowz_api::table::{Table, TableKind};
use flowz_engine::output::tables;
use flowz_host::start;
use flowz_registry::catalog::Catalog;
use flowz_registry::settings::Settings;

use crate::args::{AnalyzeArgs, Cli};
use crate::commands::{analyze, columns, interfaces, manual};
use crate::output;

/// Whether the command line asks for a list instead of a run.
pub(crate) fn is_wanted(args: &AnalyzeArgs) -> bool {
    args.info.list_plugins
        || args.info.list_interfaces
        || args.info.columns.is_some()
        || args.info.completions.is_some()
        || args.info.man
}

/// Writes what is asked for to standard output.
pub(crate) fn print(args: &AnalyzeArgs) -> Result<()> {
    if args.info.list_interfaces {
        return interfaces::list();
    }
    let mut out = Vec::new();
    if args.info.list_plugins {
        plugins(&analyze::catalog(args)?, &mut out)?;
    }
    if let Some(form) = args.info.columns {
        columns::print(args, form, &mut out)?;
    }
    if let Some(shell) = args.info.completions {
        let mut command = with_names(Cli::command(), &analyze::catalog(args)?, &all_tables(args)?);
        clap_complete::generate(shell, &mut command, "flowz", &mut out);
    }
    if args.info.man {
        out.extend(manual::page()?.into_bytes());
    }
    output::print(&out)
}

/// The command line, with the names that completions offer.
fn with_names(command: Command, catalog: &Catalog, tables: &[Table]) -> Command {
    let is_open = |table: &&Table| matches!(table.kind, TableKind::Flows | TableKind::Packets);
    let open = tables.iter().filter(is_open);
    let mut columns: Vec<_> =
        open.flat_map(|table| table.schema.columns.iter().map(|c| c.name.clone())).collect();
    columns.sort();
    columns.dedup();
    let plugins = catalog.plugins().iter().map(|e| e.info.name);
    let sinks = catalog.sinks().iter().map(|e| e.info.name);
    let settings = Settings::new(catalog);
    let toggles = settings.toggles().map(|t| format!("{}.{}=", t.owner, t.info.name));
    command
        .mut_arg("plugins", |arg| arg.value_parser(PossibleValuesParser::new(plugins)))
        .mut_arg("fields", |arg| arg.value_parser(PossibleValuesParser::new(columns)))
        .mut_arg("sinks", |arg| arg.value_parser(PossibleValuesParser::new(sinks)))
        .mut_arg("options", |arg| arg.value_parser(PossibleValuesParser::new(toggles)))
}

/// Room for all of these words, and for so many characters.
fn widest<'a>(least: usize, words: impl Iterator<Item = &'a str>) -> usize {
    words.map(str::len).fold(least, usize::max)
}

fn plugins(catalog: &Catalog, out: &mut Vec<u8>) -> Result<()> {
    let names = catalog.plugins().iter().map(|entry| entry.info.name);
    let width = widest(0, names.chain(catalog.sinks().iter().map(|entry| entry.info.name)));
    for entry in catalog.plugins() {
        let info = entry.info;
        let mark = if info.default { '*' } else { ' ' };
        writeln!(out, "{:03} {mark} {:<width$} {}", info.number, info.name, info.summary)?;
    }
    for entry in catalog.sinks() {
        let info = entry.info;
        writeln!(out, "{:03}   {:<width$} sink: {}", info.number, info.name, info.summary)?;
    }
    writeln!(
        out,
        "* on unless a list names others: --plugins, -b, FLOWZ_PLUGINS, or plugins in flowz.toml"
    )?;
    Ok(())
}

/// The tables of a run with the plugins and settings of the command line that writes every table.
pub(super) fn all_tables(args: &AnalyzeArgs) -> Result<Vec<Table>> {
    let selection = analyze::selection(args)?;
    let (core, requested) = (selection.settings.core.clone(), selection.requested().collect());
    let settings = Run { core, requested, ..Run::default() };
    let plugins = start::start(&selection, &settings, &mut Timeouts::default(), 1)?;
    Ok(tables(&settings.core, &plugins.instances, true)?.tables)
}
