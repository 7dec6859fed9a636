//! Settings that differ from the defaults: one toggle at a time, to each value that shows something else;
//! then toggles that only work together, and those of the engine that change a plugin's columns.

use flowz_api::registry::PluginEntry;
use flowz_api::toggles::ToggleInfo;

/// All settings `PLUGIN.TOGGLE=VALUE` for a plugin, in groups that are set at once. `together` are the groups that
/// its folder asks for.
pub(super) fn settings(entry: &PluginEntry, together: &[String]) -> Vec<Vec<String>> {
    let plugin = entry.info.name;
    let toggles = (entry.settings)().table();
    let setting = |t: &ToggleInfo| {
        let name = t.name;
        values(t).into_iter().map(move |value| format!("{plugin}.{name}={value}"))
    };
    let single = toggles.iter().flat_map(setting).map(|one| vec![one]);
    single
        .chain(together.iter().map(|group| group.split(' ').map(str::to_owned).collect()))
        .collect()
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
