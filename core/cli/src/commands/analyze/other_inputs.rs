//! What a run reads besides captures: lists, filters, settings, and the files that settings name.

use std::path::PathBuf;

use flowz_api::toggles::ToggleValue;
use flowz_config::{Environment, Request};
use flowz_registry::selection::Selection;

use crate::args::AnalyzeArgs;

/// All names under which there may be such a file; those under which there is none do no harm.
pub(super) fn other_inputs(args: &AnalyzeArgs, selection: &Selection) -> Vec<PathBuf> {
    let AnalyzeArgs { input, select, .. } = args;
    let single = [&input.pcap_list, &input.bpf_file, &select.plugin_list];
    let named = single.into_iter().flatten().cloned();
    let request =
        Request { files: &select.config, no_config: select.no_config, ..Request::default() };
    let settings = flowz_config::files(&request, &Environment::of_process());
    let databases =
        if selection.settings.core.subnet_on { flowz_places::installed() } else { vec![] };
    named.chain(settings).chain(databases).chain(of_toggles(selection)).collect()
}

/// What texts in settings may name: a file, or several between commas.
fn of_toggles(selection: &Selection) -> Vec<PathBuf> {
    let texts = selection.in_force().filter(|toggle| toggle.info.kind == String::KIND);
    let texts = texts.map(|toggle| toggle.value).filter(|text| !text.is_empty());
    let names = |text: String| {
        let each: Vec<_> = text.split(',').map(|item| PathBuf::from(item.trim())).collect();
        each.into_iter().chain([PathBuf::from(text)])
    };
    texts.flat_map(names).collect()
}
