//! Which plugins and settings a run has.

use std::path::Path;

use anyhow::{Context, Result};
use flowz_api::registry::PluginEntry;
use flowz_config::{Environment, Request};
use flowz_host::loader;
use flowz_registry::catalog::Catalog;
use flowz_registry::plugin_list;
use flowz_registry::selection::Selection;
use flowz_registry::settings::Settings;

use super::presets::Presets;
use crate::args::AnalyzeArgs;
use crate::log;
use crate::small_file;
use crate::usage::wrong;

/// All plugins that there are: the program's own and those of the plugin folder.
pub(crate) fn catalog(args: &AnalyzeArgs) -> Result<Catalog> {
    catalog_with(args, Vec::new())
}

/// The same, and plugins that a command brings with it.
fn catalog_with(args: &AnalyzeArgs, own: Vec<PluginEntry>) -> Result<Catalog> {
    let folder = args.select.plugin_folder.as_deref();
    let loaded = folder.map(loader::load_dir).transpose()?;
    if let (Some(folder), Some([])) = (folder, loaded.as_deref())
        && !args.output.quiet
    {
        log::warning(&format!("there are no plugins (*.so) in '{}'", folder.display()));
    }
    Ok(Catalog::new(loaded.unwrap_or_default().into_iter().chain(own).collect()))
}

/// Remarks on settings that mean nothing in this run.
pub(in crate::commands) fn remark_on_settings(args: &AnalyzeArgs, selection: &Selection) {
    let idle = selection.idle();
    if !idle.is_empty() {
        let names = idle.join(", ");
        log::warning(&format!(
            "settings of {names} have no effect: nothing of that name takes part"
        ));
    }
    let environment = Environment::of_process();
    let unknown: Vec<_> = environment.unknown().collect();
    if !unknown.is_empty() && !args.select.no_config && !environment.no_config() {
        let names = unknown.join(", ");
        log::warning(&format!(
            "flowz knows no variable {names}; flowz --help tells which it knows"
        ));
    }
}

/// The plugins and settings that the command line asks for.
pub(crate) fn selection(args: &AnalyzeArgs) -> Result<Selection> {
    selection_with(args, Vec::new())
}

/// The same, where a command brings plugins with it.
pub(in crate::commands) fn selection_with(
    args: &AnalyzeArgs,
    own: Vec<PluginEntry>,
) -> Result<Selection> {
    of_catalog(args, &catalog_with(args, own)?)
}

/// The same of the plugins and sinks that there are.
pub(super) fn of_catalog(args: &AnalyzeArgs, catalog: &Catalog) -> Result<Selection> {
    let names = match &args.select.plugin_list {
        Some(file) => Some(plugin_list(file)?),
        None => args.select.plugins.clone(),
    };
    // `--plugins ''` is a list without names.
    let names = names.map(|names| names.into_iter().filter(|n| !n.is_empty()).collect::<Vec<_>>());
    let presets = Presets::new(args, catalog)?;
    let names = presets.plugins(names);
    let names = args.labels.plugins(names);
    let mut settings = Settings::new(catalog);
    let mut options = args.select.options.clone();
    if args.output.csv_safe {
        options.insert(0, "csvSink.CSV_SAFE=1".to_owned());
    }
    if let Some(list) = &args.output.ssrc {
        options.insert(0, format!("rtpDecode.RTP_SSRC={list}"));
    }
    let options_of_groups = [
        args.streams.options(),
        args.flows.options(),
        args.places.options(),
        args.labels.options(),
        args.monitor.options(),
    ];
    options.splice(0..0, options_of_groups.concat());
    options.splice(0..0, presets.options.iter().cloned());
    let request = Request {
        files: &args.select.config,
        no_config: args.select.no_config,
        options: &options,
        plugins: names.as_deref(),
    };
    flowz_config::apply(&mut settings, &request, &Environment::of_process())?;
    Ok(Selection::from_settings(catalog, settings)?
        .with_sinks(catalog, presets.sinks(args.output.sinks.as_deref()).as_deref())?)
}

/// The names of a plugin list.
fn plugin_list(file: &Path) -> Result<Vec<String>> {
    let text = small_file::read(file)
        .with_context(|| format!("cannot read the plugin list '{}'", file.display()))?;
    let text = String::from_utf8(text).map_err(|_| {
        wrong(format!("the plugin list '{}' holds bytes that are no text", file.display()))
    })?;
    Ok(plugin_list::of_lines(&text))
}
