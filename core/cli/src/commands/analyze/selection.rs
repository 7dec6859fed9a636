//! Which plugins and settings a run has.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use flowz_config::{Environment, Request};
use flowz_host::loader;
use flowz_registry::catalog::Catalog;
use flowz_registry::plugin_list;
use flowz_registry::selection::Selection;
use flowz_registry::settings::Settings;

use crate::args::AnalyzeArgs;

/// All plugins that there are: the program's own and those of the plugin folder.
pub(crate) fn catalog(args: &AnalyzeArgs) -> Result<Catalog> {
    let folder = args.select.plugin_folder.as_deref();
    let loaded = folder.map(loader::load_dir).transpose()?;
    Ok(Catalog::new(loaded.unwrap_or_default()))
}

/// The plugins and settings that the command line asks for.
pub(crate) fn selection(args: &AnalyzeArgs) -> Result<Selection> {
    let names = match &args.select.plugin_list {
        Some(file) => Some(plugin_list(file)?),
        None => args.select.plugins.clone(),
    };
    // `--plugins ''` is a list without names.
    let names = names.map(|names| names.into_iter().filter(|n| !n.is_empty()).collect::<Vec<_>>());
    let catalog = catalog(args)?;
    let mut settings = Settings::new(&catalog);
    let request = Request {
        files: &args.select.config,
        no_config: args.select.no_config,
        options: &args.select.options,
        plugins: names.as_deref(),
    };
    flowz_config::apply(&mut settings, &request, &Environment::of_process())?;
    Ok(Selection::from_settings(&catalog, settings)?.with_sinks(&catalog, &args.output.sinks)?)
}

/// The names of a plugin list.
fn plugin_list(file: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(file)
        .with_context(|| format!("cannot read the plugin list '{}'", file.display()))?;
    Ok(plugin_list::of_lines(&text))
}
