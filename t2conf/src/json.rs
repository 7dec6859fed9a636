//! The same lists for programs.

use serde_json::{Value, json};

use crate::catalog::{Catalog, Plugin, Toggle};
use crate::table::sentence;

/// All plugins with the number of their toggles.
pub(crate) fn overview(catalog: &Catalog) -> String {
    let plugin = |p: &Plugin| {
        json!({
            "plugin": p.name,
            "number": p.number,
            "summary": p.summary,
            "toggles": p.toggles.len(),
        })
    };
    text(&catalog.plugins.iter().map(plugin).collect())
}

/// A plugin with its toggles.
pub(crate) fn plugin(plugin: &Plugin) -> String {
    let toggles: Value = plugin.toggles.iter().map(toggle).collect();
    text(&json!({
        "plugin": plugin.name,
        "number": plugin.number,
        "summary": plugin.summary,
        "toggles": toggles,
    }))
}

fn toggle(toggle: &Toggle) -> Value {
    let Toggle { info, default } = toggle;
    json!({
        "name": info.name,
        "type": info.kind,
        "default": default,
        "range": info.range.map(|(min, max)| json!({ "min": min, "max": max })),
        "description": sentence(info.doc),
    })
}

fn text(value: &Value) -> String {
    format!("{value:#}\n")
}
