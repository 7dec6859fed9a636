//! Completions for shells, with the names of all plugins and toggles.

use clap::builder::PossibleValuesParser;
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use flowz_registry::catalog::Catalog;
use flowz_registry::settings::Settings;

use crate::args::Args;

/// The script for a shell.
pub(crate) fn script(shell: Shell, catalog: &Catalog, settings: &Settings) -> String {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut command(catalog, settings), "t2conf", &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn command(catalog: &Catalog, settings: &Settings) -> Command {
    let plugins: Vec<_> = catalog.plugins().iter().map(|e| e.info.name).collect();
    let owners: Vec<_> = settings.owners().map(|o| o.name.to_owned()).collect();
    let mut names: Vec<_> = settings.toggles().map(|t| t.info.name.to_owned()).collect();
    names.sort();
    names.dedup();
    let begun = names.iter().map(|name| format!("{name}=")).collect::<Vec<_>>();
    Args::command()
        .mut_arg("plugin", |arg| arg.value_parser(PossibleValuesParser::new(owners)))
        .mut_arg("get", |arg| arg.value_parser(PossibleValuesParser::new(names)))
        .mut_arg("set", |arg| arg.value_parser(PossibleValuesParser::new(begun)))
        .mut_arg("list", |arg| arg.value_parser(PossibleValuesParser::new(plugins)))
}
