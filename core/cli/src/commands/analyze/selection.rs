//! What a run reads, and which plugins and settings it has.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use flowz_capture::{Numbered, Source};
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

/// The captures that the command line names.
pub(super) fn source(args: &AnalyzeArgs) -> Result<Source> {
    if let Some(file) = &args.input.pcap {
        let stdin = file == Path::new("-");
        return Ok(if stdin { Source::Stdin } else { Source::File(file.clone()) });
    }
    if let Some(list) = &args.input.pcap_list {
        return Ok(Source::List(list.clone()));
    }
    match &args.input.input_regex {
        Some(text) => Ok(Source::Numbered(Numbered::parse(text)?)),
        None => bail!("no input: name a capture with -r FILE, -R LIST or -D EXPR"),
    }
}

/// The filter of the command line or of a file.
pub(super) fn filter(args: &AnalyzeArgs) -> Result<Option<String>> {
    let Some(file) = &args.input.bpf_file else {
        return Ok((!args.input.filter.is_empty()).then(|| args.input.filter.join(" ")));
    };
    let text = fs::read_to_string(file)
        .with_context(|| format!("cannot read the filter file '{}'", file.display()))?;
    let lines: Vec<_> = text.lines().map(|l| l.split('#').next().unwrap_or("").trim()).collect();
    let text = lines.join(" ").trim().to_owned();
    Ok((!text.is_empty()).then_some(text))
}
