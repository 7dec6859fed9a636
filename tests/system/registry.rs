//! Rules that every plugin, column, toggle and sink keeps, checked over the registry.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use flowz_api::column::Column;
use flowz_api::host::PluginSettings;
use flowz_api::plugin::Timeouts;
use flowz_api::registry::{PluginEntry, absent_sinks, plugins, sinks};
use flowz_api::settings::{CoreToggles, Run};
use flowz_api::toggles::{AnyToggles, ToggleInfo};
use flowz_engine::output::tables;
use flowz_host::start;
use flowz_registry::catalog::Catalog;
use flowz_registry::selection::Selection;
use proptest::prelude::any;
use proptest::sample::Index;

use crate::kit::{analyse, data, runner, workspace};
use crate::snapshots::values;

/// Units of columns. `ticks` are those of a clock whose rate only the sender knows.
const UNITS: [&str; 14] = [
    "",
    "s",
    "ms",
    "us",
    "bits",
    "bit/s",
    "bytes",
    "bytes^2",
    "packets",
    "packets/s",
    "bytes/s",
    "hops",
    "ticks",
    "degrees",
];

fn all() -> Vec<PluginEntry> {
    assert_eq!(flowz_plugins::link(), plugins().len());
    plugins()
}

/// Everything that has toggles, by the name under which they are set, with fresh settings.
fn owners() -> Vec<(&'static str, Box<dyn AnyToggles>)> {
    let mut owners: Vec<(_, Box<dyn AnyToggles>)> = vec![("core", Box::<CoreToggles>::default())];
    for entry in all() {
        owners.push((entry.info.name, (entry.settings)()));
    }
    assert_eq!(flowz_sinks::link(), sinks().len());
    for entry in sinks() {
        owners.push((entry.info.toggles, (entry.settings)()));
    }
    owners
}

/// All toggles, with the name of what they belong to.
fn toggles() -> impl Iterator<Item = (&'static str, &'static ToggleInfo)> {
    owners()
        .into_iter()
        .flat_map(|(name, settings)| settings.table().iter().map(move |toggle| (name, toggle)))
}

/// All columns with default settings, by plugin.
fn columns(settings: &dyn PluginSettings) -> [Vec<Column>; 2] {
    let plugin = settings.start(&Run::default(), &mut Timeouts::default()).unwrap();
    let description = plugin.description();
    let tables = description.tables.iter().flat_map(|table| table.columns.iter().skip(1));
    let others = description.packet_columns.iter().chain(tables);
    [description.columns.clone(), others.cloned().collect()]
}

#[track_caller]
fn unique<'a>(names: impl IntoIterator<Item = &'a str>) {
    let mut seen = BTreeSet::new();
    for name in names {
        assert!(seen.insert(name.to_lowercase()), "{name} is there twice");
    }
}

/// Begins with a capital, ends with a full stop.
fn is_sentence(text: &str) -> bool {
    let begins = text.chars().next().is_some_and(|c| !c.is_lowercase());
    begins && text.ends_with('.') && text.trim() == text && !text.contains('\n')
}

#[test]
fn plugins_are_told_apart() {
    let all = all();
    assert!(all.is_sorted_by(|a, b| a.info.number < b.info.number), "numbers are unique");
    for info in all.iter().map(|entry| entry.info) {
        assert!(info.name.is_ascii() && !info.name.contains([' ', '.', ',', '=']), "{}", info.name);
        assert!(info.number < 900, "{}: 900 and above are sinks", info.name);
        let summary = info.summary;
        assert!(summary.starts_with(char::is_uppercase) && !summary.ends_with('.'), "{summary}");
        for needed in info.requires {
            let earlier = all.iter().find(|entry| entry.info.name == *needed).unwrap();
            assert!(earlier.info.number < info.number, "{} needs {needed}", info.name);
        }
    }
}

#[test]
fn sinks_are_told_apart() {
    assert_eq!(flowz_sinks::link(), sinks().len());
    let all = sinks();
    unique(all.iter().map(|entry| entry.info.name));
    assert!(all.is_sorted_by(|a, b| a.info.number < b.info.number), "numbers are unique");
    assert!(all.iter().all(|entry| (900..1000).contains(&entry.info.number)));
    assert!(all.iter().all(|entry| entry.info.summary.starts_with(char::is_uppercase)));
}

/// Folders below a crate whose `mod.rs` registers something.
fn folders(crate_folder: &str) -> usize {
    let entries = fs::read_dir(workspace().join(crate_folder).join("src")).unwrap();
    let registers = |path: &PathBuf| {
        fs::read_to_string(path).is_ok_and(|text| text.contains("inventory::submit!"))
    };
    entries.map(|entry| entry.unwrap().path().join("mod.rs")).filter(registers).count()
}

#[test]
fn every_folder_is_registered() {
    assert_eq!(folders("plugins"), all().len());
    // Presets are files of one folder. Those that were left out have one too.
    let own = sinks().iter().filter(|entry| entry.info.preset.is_none()).count();
    assert_eq!(folders("sinks"), own + absent_sinks().len());
}

#[test]
fn columns_are_described() {
    for entry in all() {
        let [flows, packets] = columns(&*(entry.settings)());
        // What protoStats counts is of no single flow, xplot writes files; others have tables of their own.
        let has_none = matches!(entry.info.name, "protoStats" | "xplot");
        let has_columns = !has_none && entry.info.tables.is_empty();
        assert_eq!(!flows.is_empty(), has_columns, "columns of {}", entry.info.name);
        for column in flows.iter().chain(&packets) {
            let name = format!("{}: {}", entry.info.name, column.name);
            assert_eq!(column.plugin, entry.info.name, "{name}");
            assert!(column.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'), "{name}");
            assert!(is_sentence(column.doc), "{name}: {}", column.doc);
            assert!(UNITS.contains(&column.unit), "{name}: unit {}", column.unit);
        }
    }
}

#[test]
fn column_names_are_unique() {
    let names: Vec<_> = all().iter().map(|entry| entry.info.name.to_owned()).collect();
    for names in [None, Some(&names[..])] {
        let selection = Selection::plugins(&Catalog::default(), names).unwrap();
        let run = Run::default();
        let plugins = start::start(&selection, &run, &mut Timeouts::default(), 1).unwrap();
        // Names that clash are refused; those that differ in capitals only are as bad.
        for table in tables(&run.core, &plugins.instances, true).unwrap().tables {
            unique(table.schema.columns.iter().map(|column| column.name.as_str()));
        }
    }
}

#[test]
fn toggles_are_described() {
    for (plugin, toggle) in toggles() {
        let name = format!("{plugin}.{}", toggle.name);
        let allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        assert!(toggle.name.chars().all(allowed), "{name}");
        assert!(is_sentence(toggle.doc), "{name}: {}", toggle.doc);
    }
    unique(owners().iter().map(|(name, _)| *name));
    for (_, settings) in owners() {
        unique(settings.table().iter().map(|toggle| toggle.name));
    }
}

/// The same text, or the same number.
#[track_caller]
fn same_value(one: &str, other: &str, name: &str) {
    let number = |text: &str| text.parse::<f64>().ok();
    let same = one == other || (number(one).is_some() && number(one) == number(other));
    assert!(same, "{name}: '{one}' is not '{other}'");
}

#[test]
fn defaults_are_in_range_and_shown_as_typed() {
    for (owner, mut settings) in owners() {
        for (index, toggle) in settings.table().iter().enumerate() {
            let name = format!("{owner}.{}", toggle.name);
            same_value(&settings.get(index), toggle.default, &name);
            settings.set(index, toggle.default).unwrap();
            same_value(&settings.get(index), toggle.default, &name);
        }
    }
}

#[test]
fn ends_of_ranges_are_allowed_and_no_more() {
    for (owner, mut settings) in owners() {
        for (index, toggle) in settings.table().iter().enumerate() {
            let Some((min, max)) = toggle.range else { continue };
            let mut set = |value: f64| settings.set(index, &value.to_string());
            let name = format!("{owner}.{}", toggle.name);
            assert!(set(min).is_ok() && set(max).is_ok(), "{name}: {min} to {max}");
            assert!(set(min - 1.0).is_err() && set(max * 2.0 + 1.0).is_err(), "{name}");
        }
    }
}

/// Whatever is set: as many cells as columns in every row, and the list of columns agrees.
#[test]
fn random_settings_keep_rows_and_columns_together() {
    // Those of sinks change what a table looks like.
    let of_sinks: Vec<_> = sinks().iter().map(|entry| entry.info.toggles).collect();
    let changes: Vec<_> = toggles()
        .filter(|(owner, _)| !of_sinks.contains(owner))
        .flat_map(|(plugin, toggle)| {
            let setting = move |value| format!("{plugin}.{}={value}", toggle.name);
            values(toggle).into_iter().map(setting)
        })
        .collect();
    let path = data("frag.pcap");
    let names: Vec<_> = all().iter().map(|entry| entry.info.name).collect();
    let names = names.join(",");
    let strategy = proptest::collection::vec(any::<Index>(), 1..12);
    let outcome = runner(50).run(&strategy, |chosen| {
        let mut args = vec!["-r", &path, "--plugins", &names];
        for index in &chosen {
            args.extend(["-o", &changes[index.index(changes.len())]]);
        }
        let seen = analyse(&args);
        // Reading a table checks its rows.
        let (flows, packets) = (seen.flow_table(), seen.packet_table());
        // Nothing raises an alarm, so no row is written for one.
        let has_rows = !args.contains(&"core.ALARM_MODE=1");
        assert!(flows.rows.is_empty() != has_rows && !packets.rows.is_empty());
        let described = seen.headers.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(described.count(), flows.columns.len());
        Ok(())
    });
    outcome.unwrap();
}
