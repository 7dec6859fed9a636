//! `--columns`: which columns there would be, those of some plugins, or what one of them means.

use std::collections::BTreeSet;
use std::io::Write;

use anyhow::Result;
use flowz_api::column::{Column, Schema};
use flowz_api::table::Table;
use flowz_engine::output::{Choice, ChoiceError, FieldError};
use flowz_registry::settings::Settings;
use serde_json::{Value, json};

use crate::args::{AnalyzeArgs, Form};
use crate::commands::analyze;
use crate::commands::list::all_tables;
use crate::usage::wrong;

/// The engine's own columns go by this name.
const CORE: &str = "core";

/// Writes the columns of a run, or of the plugins and of the names that stand behind the options.
pub(super) fn print(args: &AnalyzeArgs, form: Form, out: &mut Vec<u8>) -> Result<()> {
    let words: Vec<_> = args.input.words.iter().map(|w| w.to_string_lossy().into_owned()).collect();
    let catalog = analyze::catalog(args)?;
    let is_plugin = |word: &String| {
        word == CORE || catalog.plugins().iter().any(|e| e.info.name == word.as_str())
    };
    let (plugins, names): (BTreeSet<_>, Vec<_>) = (
        words.iter().filter(|w| is_plugin(w)).map(String::as_str).collect(),
        words.iter().filter(|w| !is_plugin(w)).collect(),
    );
    let definitions = names.into_iter().map(|name| Ok((name.clone(), define(args, name)?)));
    let definitions = definitions.collect::<Result<Vec<_>>>()?;
    let mut tables = Vec::new();
    if words.is_empty() || !plugins.is_empty() {
        tables = all_tables(&with_plugins(args, &plugins))?;
        choose(&analyze::choice(args)?, &mut tables)?;
    }
    if !plugins.is_empty() {
        for table in &mut tables {
            table.schema.columns.retain(|column| plugins.contains(column.plugin));
        }
        tables.retain(|table| !table.schema.columns.is_empty());
    }
    match form {
        Form::Text => {
            tables.iter().try_for_each(|table| as_text(table.name, &table.schema, out))?;
            definitions.iter().flat_map(|(_, all)| all).try_for_each(|one| one.write(out))
        }
        Form::Json => {
            let tables = tables.iter().map(|t| (t.name.to_owned(), as_json(&t.schema)));
            let definitions = definitions.iter().map(|(name, all)| {
                (name.clone(), all.iter().map(Definition::as_json).collect::<Value>())
            });
            let object: serde_json::Map<_, _> = tables.chain(definitions).collect();
            writeln!(out, "{}", serde_json::to_string_pretty(&object)?)?;
            Ok(())
        }
    }
}

/// The same run with these plugins too.
fn with_plugins(args: &AnalyzeArgs, plugins: &BTreeSet<&str>) -> AnalyzeArgs {
    let mut args = args.clone();
    let added = plugins.iter().filter(|name| **name != CORE).map(|name| format!("+{name}"));
    let added: Vec<_> = added.collect();
    if !added.is_empty() {
        args.select.plugins.get_or_insert_default().extend(added);
    }
    args
}

/// What a column means, and how it comes to be shown.
#[derive(Debug)]
struct Definition {
    table: &'static str,
    column: Column,
    /// What a run needs to show it; empty if it does anyway.
    needs: Vec<String>,
}

/// All columns of a name: several plugins, and the tables of flows and packets, may have one.
fn define(args: &AnalyzeArgs, name: &str) -> Result<Vec<Definition>> {
    let found = named(args, name, &[])?;
    if !found.is_empty() {
        return Ok(found);
    }
    let mut all = args.clone();
    (all.select.plugins, all.select.plugin_list) = (Some(vec!["all".to_owned()]), None);
    let found = named(&all, name, &[])?;
    if !found.is_empty() {
        return Ok(found.into_iter().map(Definition::with_its_plugin).collect());
    }
    if let Some(found) = hidden(&all, name)? {
        return Ok(found.into_iter().map(Definition::with_its_plugin).collect());
    }
    if let Some(told) = of_preset(args, name)? {
        return Err(wrong(told));
    }
    Err(wrong(format!(
        "there is no column and no plugin '{name}'; flowz --columns --plugins all lists the columns, flowz --list-plugins the plugins"
    )))
}

/// What is said of the name of a preset: which plugins make its tables.
fn of_preset(args: &AnalyzeArgs, name: &str) -> Result<Option<String>> {
    let catalog = analyze::catalog(args)?;
    let mut sinks = catalog.sinks().iter().map(|entry| entry.info);
    let Some(preset) = sinks.find(|info| info.preset.is_some() && info.name == name) else {
        return Ok(None);
    };
    let makes = |info: &flowz_api::plugin::Info| {
        let mut tables = info.tables.iter().chain(info.on_request);
        tables.any(|table| preset.requests.contains(table))
    };
    let plugins = catalog.plugins().iter().map(|entry| entry.info).filter(|info| makes(info));
    let plugins: Vec<_> = plugins.map(|info| info.name).collect();
    Ok(Some(format!(
        "'{name}' is a preset: --preset {name} writes tables of {}, whose columns flowz --columns {} lists; docs/presets.md has those of the preset",
        plugins.join(" and "),
        plugins.join(" ")
    )))
}

/// Settings that other toggles need to show something.
const GROUND: [&[&str]; 2] = [&[], &["core.SUBNET_ON=1"]];

/// The columns of a name that toggles hide, with the first toggle that shows them. `all` is a run with all plugins.
fn hidden(all: &AnalyzeArgs, name: &str) -> Result<Option<Vec<Definition>>> {
    let catalog = analyze::catalog(all)?;
    let settings = Settings::new(&catalog);
    for (ground, toggle) in GROUND.iter().flat_map(|g| settings.toggles().map(move |t| (*g, t))) {
        let (owner, info) = (toggle.owner, toggle.info);
        let is_plugin = catalog.plugins().iter().any(|e| e.info.name == owner);
        if owner != CORE && !is_plugin {
            continue;
        }
        let mut one = all.clone();
        if is_plugin {
            one.select.plugins = Some(vec![owner.to_owned()]);
        }
        for value in other_values(info.default, info.kind) {
            let setting = format!("{owner}.{}={value}", info.name);
            let settings = ground.iter().map(|s| (*s).to_owned()).chain([setting]);
            let settings: Vec<_> = settings.collect();
            one.select.options = [&all.select.options[..], &settings].concat();
            let needs: Vec<_> = settings.iter().map(|s| format!("-o {s}")).collect();
            // Plugins may refuse to begin with some settings, or without others: those show nothing.
            let found = named(&one, name, &needs).unwrap_or_default();
            if !found.is_empty() {
                return Ok(Some(found));
            }
        }
    }
    Ok(None)
}

/// Values that a switch or a choice may have besides its default.
fn other_values(default: &str, kind: &str) -> Vec<String> {
    const CHOICES: u8 = 4;
    if kind.starts_with("bool") {
        return vec![if default == "1" { "0" } else { "1" }.to_owned()];
    }
    let is_small = default.parse::<u8>().is_ok_and(|n| n <= CHOICES);
    let values = (0..=CHOICES).map(|n| n.to_string()).filter(|n| is_small && n != default);
    values.collect()
}

/// The columns of this name in such a run.
fn named(args: &AnalyzeArgs, name: &str, needs: &[String]) -> Result<Vec<Definition>> {
    let mut found = Vec::new();
    for table in all_tables(args)? {
        let of_table = table.schema.columns.into_iter().filter(|column| column.name == name);
        found.extend(of_table.map(|column| Definition {
            table: table.name,
            column,
            needs: needs.to_vec(),
        }));
    }
    Ok(found)
}

impl Definition {
    /// The plugin must be asked for.
    fn with_its_plugin(mut self) -> Self {
        let is_default = |e: &flowz_api::registry::PluginEntry| {
            e.info.name == self.column.plugin && e.info.default
        };
        let known = flowz_api::registry::plugins();
        if self.column.plugin != CORE && !known.iter().any(is_default) {
            self.needs.insert(0, format!("--plugins +{}", self.column.plugin));
        }
        self
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<()> {
        let c = &self.column;
        writeln!(out, "{}", c.name)?;
        let (ty, version) = (c.ty.to_string(), version());
        let needs = self.needs.join(" ");
        let lines = [
            ("table", self.table),
            ("plugin", c.plugin),
            ("type", &ty),
            ("unit", c.unit),
            ("meaning", c.doc),
            ("version", &version),
            ("needs", &needs),
        ];
        for (word, value) in lines.into_iter().filter(|(_, value)| !value.is_empty()) {
            writeln!(out, "  {word:<8} {value}")?;
        }
        Ok(())
    }

    fn as_json(&self) -> Value {
        let c = &self.column;
        json!({
            "table": self.table,
            "plugin": c.plugin,
            "type": c.ty.to_string(),
            "unit": c.unit,
            "description": c.doc,
            "counter": c.counter,
            "version": version(),
            "needs": self.needs,
        })
    }
}

/// Definitions are those of the program's version.
fn version() -> String {
    concat!("flowz ", env!("CARGO_PKG_VERSION")).to_owned()
}

/// Leaves the columns that are chosen; a table with none of them is not written.
fn choose(choice: &Choice, tables: &mut Vec<Table>) -> Result<(), ChoiceError> {
    let all = tables.clone();
    while let Err(error) = choice.apply(&all, tables) {
        let ChoiceError::Fields(FieldError::Nothing(name)) = error else { return Err(error) };
        tables.retain(|table| table.name != name);
    }
    Ok(())
}

/// Room for all of these words.
fn widest<'a>(words: impl Iterator<Item = &'a str>) -> usize {
    words.map(str::len).max().unwrap_or(0)
}

fn as_text(name: &str, schema: &Schema, out: &mut Vec<u8>) -> Result<()> {
    writeln!(out, "# {name}")?;
    let columns = &schema.columns;
    let types: Vec<_> = columns.iter().map(|c| c.ty.to_string()).collect();
    let named = widest(columns.iter().map(|c| c.name.as_str()));
    let typed = widest(types.iter().map(String::as_str));
    let owned = widest(columns.iter().map(|c| c.plugin));
    for (n, (c, ty)) in columns.iter().zip(&types).enumerate() {
        let unit = if c.unit.is_empty() { String::new() } else { format!(" [{}]", c.unit) };
        let doc = c.doc.trim_end_matches('.');
        writeln!(
            out,
            "{:>3} {:<named$} {ty:<typed$} {:<owned$} {doc}{unit}",
            n + 1,
            c.name,
            c.plugin
        )?;
    }
    Ok(())
}

fn as_json(schema: &Schema) -> Value {
    let column = |(n, c): (usize, &Column)| {
        json!({
            "number": n + 1,
            "name": c.name,
            "type": c.ty.to_string(),
            "plugin": c.plugin,
            "unit": c.unit,
            "description": c.doc,
            "counter": c.counter,
        })
    };
    schema.columns.iter().enumerate().map(column).collect()
}
