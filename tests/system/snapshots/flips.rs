//! Settings that differ from the defaults: one toggle at a time, to each value that shows something else;
//! then toggles that only work together, and those of the engine that change a plugin's columns.

use flowz_api::registry::PluginEntry;
use flowz_api::toggles::ToggleInfo;

/// Plugins and what else they are run with.
const TOGETHER: [(&str, &str); 26] = [
    ("basicFlow", "core.RELTIME=1"),
    ("basicFlow", "core.TSTAMP_PREC=0"),
    ("basicFlow", "core.RELTIME=1 core.TSTAMP_PREC=0"),
    ("basicFlow", "core.TSTAMP_PREC=0 txtSink.B2T_TIMESTR=1"),
    ("tcpFlags", "core.TSTAMP_PREC=0"),
    ("basicFlow", "core.AGGREGATIONFLAG=1"),
    ("basicFlow", "core.AGGREGATIONFLAG=2 core.DSTPORTLW=50 core.DSTPORTHW=60"),
    ("basicFlow", "core.AGGREGATIONFLAG=4 core.SRCPORTLW=5000 core.SRCPORTHW=60000"),
    ("basicFlow", "core.AGGREGATIONFLAG=8 core.DSTIP4CMSK=16 core.DSTIP6CMSK=64"),
    ("basicFlow", "core.AGGREGATIONFLAG=16 core.SRCIP4CMSK=8 core.SRCIP6CMSK=32"),
    ("basicFlow", "core.AGGREGATIONFLAG=32"),
    ("basicFlow", "core.AGGREGATIONFLAG=63"),
    ("basicFlow", "core.SCTP_ACTIVATE=3"),
    ("basicFlow", "core.ANONYM_IP=1"),
    (
        "basicFlow",
        "core.ANONYM_IP=1 basicFlow.BFO_GRE=1 basicFlow.BFO_L2TP=1 basicFlow.BFO_TEREDO=1",
    ),
    ("basicStats", "core.ANONYM_IP=1"),
    ("basicStats", "basicStats.BS_VAR=1 basicStats.BS_SK=0"),
    ("basicStats", "basicStats.BS_STDDEV=0 basicStats.BS_VAR=1"),
    ("basicStats", "basicStats.BS_XCLD=1 basicStats.BS_XMIN=40"),
    ("basicStats", "basicStats.BS_XCLD=2 basicStats.BS_XMAX=100"),
    ("basicStats", "basicStats.BS_XCLD=3 basicStats.BS_XMIN=40 basicStats.BS_XMAX=100"),
    ("basicStats", "basicStats.BS_XCLD=4 basicStats.BS_XMIN=40 basicStats.BS_XMAX=100"),
    ("basicStats", "core.PACKETLENGTH=0"),
    ("basicStats", "core.PACKETLENGTH=0 core.FRGIPPKTLENVIEW=0"),
    ("basicStats", "core.PACKETLENGTH=1 core.FRGIPPKTLENVIEW=0"),
    ("basicStats", "core.PACKETLENGTH=2 basicStats.BS_AGGR_CNT=1"),
];

/// All settings `PLUGIN.TOGGLE=VALUE` for a plugin, in groups that are set at once.
pub(super) fn settings(entry: &PluginEntry) -> Vec<Vec<String>> {
    let plugin = entry.info.name;
    let toggles = (entry.settings)().table();
    let setting = |t: &ToggleInfo| {
        let name = t.name;
        values(t).into_iter().map(move |value| format!("{plugin}.{name}={value}"))
    };
    let single = toggles.iter().flat_map(setting).map(|one| vec![one]);
    let together = TOGETHER.iter().filter(|(of, _)| *of == plugin);
    single.chain(together.map(|(_, group)| group.split(' ').map(str::to_owned).collect())).collect()
}

/// The other value of a switch, all other values of a small range, else a larger one and a smaller
/// one.
pub(crate) fn values(toggle: &ToggleInfo) -> Vec<String> {
    const SMALL: f64 = 4.0;
    if toggle.kind.starts_with("bool") {
        return vec![if toggle.default == "1" { "0" } else { "1" }.to_owned()];
    }
    let Ok(default) = toggle.default.parse::<f64>() else { return Vec::new() };
    let is_whole = toggle.kind.starts_with("whole");
    let allowed = |value: &f64| {
        let largest = match toggle.kind {
            kind if kind.contains("16 bits") => 65_535.0,
            kind if kind.contains("8 bits") => 255.0,
            _ => f64::MAX,
        };
        let (min, max) = toggle.range.unwrap_or((f64::MIN, largest));
        (min..=max).contains(value) && *value != default
    };
    let candidates = match toggle.range {
        Some((min, max)) if is_whole && max - min <= SMALL => {
            (0..=(max - min) as u32).map(|step| min + f64::from(step)).collect()
        }
        _ if is_whole => vec![(default / 2.0).floor(), default * 2.0, 1000.0],
        _ => vec![default / 2.0, default * 2.0],
    };
    let mut values: Vec<_> = candidates.into_iter().filter(allowed).collect();
    values.dedup();
    values.iter().map(f64::to_string).collect()
}
