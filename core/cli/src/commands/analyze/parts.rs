//! Runs that are parts of a larger one: what goes with that, and what the state of a run says of it.

use anyhow::Result;
use flowz_engine::Engine;
use flowz_registry::selection::Selection;
use flowz_registry::settings::{CORE, Toggle};

use crate::args::AnalyzeArgs;
use crate::state_file::{self, NewState};
use crate::usage::wrong;

/// Refuses what cannot go on from run to run.
pub(super) fn mind(args: &AnalyzeArgs, selection: &Selection) -> Result<()> {
    let parts = &args.parts;
    if parts.shard.is_some() && !args.live.interface.is_empty() {
        return Err(wrong("--shard is for captures; interfaces are shared by --fanout"));
    }
    if !parts.is_continued() {
        return Ok(());
    }
    let option = if parts.checkpoint.is_some() { "--checkpoint" } else { "--resume" };
    let against = [
        (!args.live.interface.is_empty(), "-i"),
        (args.periods.rotate.is_some(), "--rotate"),
        (args.input.reorder.is_some(), "--reorder"),
        (args.input.dedup.is_some(), "--dedup"),
    ];
    if let Some((_, other)) = against.iter().find(|(is_asked, _)| *is_asked) {
        return Err(wrong(format!(
            "{option} does not go together with {other}: leave one of them out"
        )));
    }
    let keeps =
        |info: &&flowz_api::sink::SinkInfo| info.preset.is_some() || !info.requests.is_empty();
    if let Some(sink) = selection.sink_infos().find(keeps) {
        return Err(wrong(format!(
            "{option}: the sink {} puts rows of the whole run together, and cannot go on with another one: choose another sink",
            sink.name
        )));
    }
    Ok(())
}

/// Takes the part of the packets, the state of the run before, and the file for the run behind.
pub(super) fn take_up(
    args: &AnalyzeArgs,
    selection: &Selection,
    filter: Option<&str>,
    engine: &mut Engine,
) -> Result<()> {
    let parts = &args.parts;
    if let Some(shard) = parts.shard {
        engine.take_shard(shard);
    }
    if !parts.is_continued() {
        return Ok(());
    }
    engine.can_be_continued()?;
    let lines = lines(args, selection, filter);
    if let Some(path) = &parts.resume {
        state_file::resume(path, &lines, engine)?;
    }
    if let Some(path) = &parts.checkpoint {
        engine.continue_in(Box::new(NewState::create(path, &lines)?));
    }
    Ok(())
}

/// All that the state of a run depends on: plugins, settings, modes.
pub(super) fn lines(
    args: &AnalyzeArgs,
    selection: &Selection,
    filter: Option<&str>,
) -> Vec<String> {
    let plugins: Vec<_> = selection.infos().map(|info| info.name).collect();
    let is_meant = |toggle: &Toggle<'_>| toggle.owner == CORE || plugins.contains(&toggle.owner);
    let toggles = selection.in_force().filter(is_meant).map(|toggle| toggle.to_string());
    let modes = [
        args.output.packets.then(|| "a packet table (-s)".to_owned()),
        args.select.compat.then(|| "--compat".to_owned()),
        filter.map(|filter| format!("the filter '{filter}'")),
        args.parts.shard.map(|shard| format!("--shard {shard}")),
        args.limits.max_flows.map(|most| format!("--max-flows {most}")),
        args.limits.max_mem.map(|most| format!("--max-mem {most}")),
    ];
    let plugins = plugins.iter().map(|name| format!("the plugin {name}"));
    plugins.chain(modes.into_iter().flatten()).chain(toggles).collect()
}
