//! Options that do not go together.

use std::path::Path;

use anyhow::Result;
use flowz_api::plugin::Scope;
use flowz_registry::selection::Selection;

use crate::args::{AnalyzeArgs, Every};
use crate::log;
use crate::usage::wrong;

/// Refuses options of interfaces where captures are read.
pub(super) fn mind_captures(args: &AnalyzeArgs) -> Result<()> {
    let (live, periods) = (&args.live, &args.periods);
    let of_interfaces = [
        (live.buffer.is_some(), "--buffer"),
        (live.immediate, "--immediate"),
        (live.snaplen.is_some(), "--snaplen"),
        (live.no_promisc, "--no-promisc"),
        (live.timeout.is_some(), "--timeout"),
        (live.tstamp_type.is_some(), "--tstamp-type"),
        (live.nano, "--nano"),
        (live.direction.is_some(), "--direction"),
        (live.fanout.is_some(), "--fanout"),
        (live.drop_user.is_some(), "--drop-user"),
        (periods.queue.is_some(), "--queue"),
        (periods.when_full.is_some(), "--when-full"),
        (periods.record.is_some(), "--record"),
    ];
    let asked: Vec<_> = of_interfaces.iter().filter(|(is_asked, _)| *is_asked).collect();
    let Some((_, option)) = asked.first() else { return Ok(()) };
    let leave = if asked.len() == 1 { "leave it out" } else { "leave such options out" };
    Err(wrong(format!("{option} is for interfaces, and -i names none: add -i, or {leave}")))
}

/// Refuses an interface beside `any`: its packets would count twice.
pub(super) fn mind_names(interfaces: &[String]) -> Result<()> {
    let other = interfaces.iter().find(|name| *name != "any");
    if let (true, Some(name)) = (interfaces.iter().any(|name| name == "any"), other) {
        return Err(wrong(format!(
            "-i any has the packets of '{name}' too, which would count twice: name any alone, or each interface"
        )));
    }
    Ok(())
}

/// Whether packets are recorded to standard output.
pub(super) fn records_to_stdout(args: &AnalyzeArgs) -> bool {
    args.periods.record.as_deref() == Some(Path::new("-"))
}

/// Refuses two streams on standard output.
pub(super) fn mind_record(args: &AnalyzeArgs) -> Result<()> {
    let has_rows = args.output.output_prefix.as_deref() == Some(Path::new("-"));
    if has_rows && records_to_stdout(args) {
        return Err(wrong(
            "--record - and -w - would both write to standard output: name a file for one of them",
        ));
    }
    Ok(())
}

/// Refuses what engines that share interfaces cannot do, and tells what each of them does on its own.
pub(super) fn mind_fanout(args: &AnalyzeArgs, selection: &Selection) -> Result<()> {
    if args.live.fanout.is_none() {
        return Ok(());
    }
    let periods = &args.periods;
    let refused = [
        (periods.packet_count.is_some(), "--packet-count"),
        (periods.flow_count.is_some(), "--flow-count"),
        (matches!(periods.rotate, Some(Every::Rows(_))), "--rotate by rows"),
        (args.output.packets, "-s"),
    ];
    if let Some((_, option)) = refused.iter().find(|(is_asked, _)| *is_asked) {
        return Err(wrong(format!(
            "{option} needs packets in one order, and with --fanout each core has its own; leave one of them out"
        )));
    }
    let names: Vec<_> =
        selection.infos().filter(|info| info.scope == Scope::Run).map(|info| info.name).collect();
    if !names.is_empty() && !args.output.quiet {
        log::warning(&format!(
            "with --fanout each core looks at its own flows: what {} says of several flows together holds for those of one core",
            names.join(", ")
        ));
    }
    Ok(())
}
