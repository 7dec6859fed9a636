//! The same lists for programs.

use flowz_engine::settings::{Owner, Settings, Toggle};
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

/// A plugin with its toggles.
pub(crate) fn one(owner: &Owner, settings: &Settings) -> String {
    text(&plugin(owner, settings))
}

/// All plugins with their toggles.
pub(crate) fn all(owners: &[Owner], settings: &Settings) -> String {
    text(&owners.iter().map(|owner| plugin(owner, settings)).collect())
}

/// Toggles of several plugins.
pub(crate) fn toggles(found: &[Toggle<'_>]) -> String {
    text(&found.iter().map(toggle).collect())
}

fn plugin(owner: &Owner, settings: &Settings) -> Value {
    let toggles: Value = settings.of(owner.name).map(|t| toggle(&t)).collect();
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
        "plugin": toggle.owner,
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
