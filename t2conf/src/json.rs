//! The same lists for programs.

use flowz_api::plugin::Info;
use flowz_registry::settings::{Origin, Owner, Toggle};
use serde_json::{Value, json};

use crate::table::sentence;

/// All plugins with the number of their toggles.
pub(crate) fn overview(owners: &[Owner]) -> String {
    let plugin = |o: &Owner| {
        json!({
            "plugin": o.name,
            "number": o.number,
            "summary": o.summary,
            "toggles": o.table.len(),
        })
    };
    text(&owners.iter().map(plugin).collect())
}

/// Plugins with their toggles; only the object if the one plugin was named.
pub(crate) fn plugin_toggles(parts: &[(Owner, Vec<Toggle<'_>>)], several: bool) -> String {
    match parts {
        [only] if !several => text(&plugin(only)),
        _ => text(&parts.iter().map(plugin).collect()),
    }
}

/// The plugins that take part, and who names them.
pub(crate) fn plugins(infos: &[&Info], origin: &Origin) -> String {
    let plugin = |i: &&Info| json!({ "plugin": i.name, "number": i.number, "summary": i.summary });
    let plugins: Value = infos.iter().map(plugin).collect();
    text(&json!({ "origin": origin.to_string(), "plugins": plugins }))
}

/// Toggles of several plugins.
pub(crate) fn toggles(found: &[Toggle<'_>]) -> String {
    text(&found.iter().map(toggle).collect())
}

fn plugin((owner, toggles): &(Owner, Vec<Toggle<'_>>)) -> Value {
    let toggles: Value = toggles.iter().map(toggle).collect();
    json!({
        "plugin": owner.name,
        "number": owner.number,
        "summary": owner.summary,
        "toggles": toggles,
    })
}

fn toggle(toggle: &Toggle<'_>) -> Value {
    let info = toggle.info;
    json!({
        // Nobody's is the list of plugins.
        "plugin": Some(toggle.owner).filter(|owner| !owner.is_empty()),
        "name": info.name,
        "type": info.kind,
        "value": toggle.value,
        "default": toggle.default,
        "origin": toggle.origin.to_string(),
        "range": info.range.map(|(min, max)| json!({ "min": min, "max": max })),
        "description": sentence(info.doc),
    })
}

fn text(value: &Value) -> String {
    format!("{value:#}\n")
}
