//! Reviewed tables of every plugin: what it writes for its cases, and what each of its toggles changes.
//!
//! Plugins and toggles come from the registry, cases from the plugin's folder ([`cases`]). What it writes stands beside
//! them, in `golden/`: a file for each case, and `toggles`. A new plugin has its files as soon as it has cases (run with
//! `INSTA_UPDATE=always` and read them); one that belongs to nothing is an error.

mod cases;
mod change;
mod flips;
mod layout;

use flowz_api::registry::{PluginEntry, plugins};

use crate::kit::{golden_in, golden_names};

pub(crate) use flips::values;

fn registered() -> Vec<PluginEntry> {
    assert!(flowz_plugins::link() > 0);
    plugins()
}

#[test]
fn default_tables() {
    for entry in registered() {
        let plugin = entry.info.name;
        let folder = cases::folder(plugin).join("golden");
        for case in cases::of_plugin(entry.info).0 {
            let seen = case.run(&[]);
            let mut text = layout::table("flows", &seen.flow_table(), false);
            if case.packets {
                text += &layout::table("packets", &seen.packet_table(), case.payload);
            }
            text += &layout::report(plugin, &seen.done.stdout);
            text += &layout::files(&seen.others);
            golden_in(&folder, &case.name, &text);
        }
    }
}

#[test]
fn flipped_toggles() {
    for entry in registered() {
        let plugin = entry.info.name;
        let (cases, together) = cases::of_plugin(entry.info);
        let settings = flips::settings(&entry, &together);
        if settings.is_empty() {
            continue;
        }
        let defaults: Vec<_> = cases.iter().map(|case| case.run(&[])).collect();
        let mut text = String::new();
        for group in settings {
            text += &(group.join(" ") + "\n");
            for (case, default) in cases.iter().zip(&defaults) {
                let flipped = case.run(&group);
                text += &change::between(&case.name, plugin, default, &flipped);
            }
        }
        golden_in(&cases::folder(plugin).join("golden"), "toggles", &text);
    }
}

#[test]
fn every_reviewed_text_belongs_to_a_case() {
    for entry in registered() {
        let plugin = entry.info.name;
        let (cases, together) = cases::of_plugin(entry.info);
        assert!(!cases.is_empty(), "{plugin} has no cases");
        let mut expected: Vec<_> = cases.iter().map(|case| case.name.clone()).collect();
        if !flips::settings(&entry, &together).is_empty() {
            expected.push("toggles".to_owned());
        }
        expected.sort();
        assert_eq!(golden_names(&cases::folder(plugin).join("golden")), expected, "{plugin}");
    }
}
