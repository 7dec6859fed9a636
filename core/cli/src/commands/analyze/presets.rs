//! `--preset`: the tables of other tools, with the settings that make flows theirs.

use std::collections::BTreeMap;

use anyhow::Result;
use flowz_api::sink::SinkInfo;
use flowz_registry::catalog::Catalog;
use flowz_registry::names::Unknown;

use crate::args::AnalyzeArgs;
use crate::usage::wrong;

/// What presets stand for on a command line.
#[derive(Debug, Default)]
pub(super) struct Presets {
    /// Names of their sinks.
    sinks: Vec<String>,
    /// Settings, weaker than those of the command line.
    pub(super) options: Vec<String>,
}

impl Presets {
    /// The presets that a command line names. Those that want different values of a toggle are refused, unless the user sets it.
    pub(super) fn new(args: &AnalyzeArgs, catalog: &Catalog) -> Result<Self> {
        let all = || catalog.sinks().iter().map(|entry| entry.info);
        mind_options(args)?;
        let mut presets = Self::default();
        let mut wanted: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
        for name in &args.output.preset {
            let is_it = |info: &&SinkInfo| info.preset.is_some() && info.name == name;
            let Some(info) = all().find(is_it) else {
                let known = all().filter(|info| info.preset.is_some()).map(|info| info.name);
                let known: Vec<_> = known.collect();
                let list = known.join(", ");
                let unknown = Unknown::new("preset", name, known);
                return Err(wrong(format!("{unknown}; there are {list}")));
            };
            presets.sinks.push(info.name.to_owned());
            for setting in info.preset.unwrap_or_default() {
                let (toggle, value) = setting.split_once('=').unwrap_or((setting, ""));
                let is_set = args.select.options.iter().any(|option| is_setting_of(option, toggle));
                match wanted.insert(toggle, (info.name, value)) {
                    Some((other, before)) if before != value && !is_set => {
                        return Err(wrong(format!(
                            "presets {other} and {} want different values of {toggle}: {before} and {value}. Name them in runs of their own, or set one with -o {toggle}=VALUE",
                            info.name
                        )));
                    }
                    Some(_) => {}
                    None => presets.options.push((*setting).to_owned()),
                }
            }
        }
        Ok(presets)
    }

    /// The plugins that the user has named; with presets no others take part.
    pub(super) fn plugins(&self, named: Option<Vec<String>>) -> Option<Vec<String>> {
        if self.sinks.is_empty() { named } else { Some(named.unwrap_or_default()) }
    }

    /// The sinks that the user has named, and those of presets.
    pub(super) fn sinks(&self, named: Option<&[String]>) -> Option<Vec<String>> {
        if self.sinks.is_empty() {
            return named.map(<[String]>::to_vec);
        }
        Some(named.unwrap_or_default().iter().chain(&self.sinks).cloned().collect())
    }
}

/// Refuses what means nothing for the tables of other tools, unless there are other tables.
fn mind_options(args: &AnalyzeArgs) -> Result<()> {
    let Some(preset) = args.output.preset.first().filter(|_| args.output.sinks.is_none()) else {
        return Ok(());
    };
    let idle = [
        ("--where", args.output.condition.is_some()),
        ("--alarm", !args.output.alarms.is_empty()),
        ("--fields", !args.output.fields.is_empty()),
        ("-s", args.output.packets),
        ("--labels", args.labels.labels.is_some()),
    ];
    match idle.into_iter().find(|(_, is_given)| *is_given) {
        None => Ok(()),
        Some((option, _)) => Err(wrong(format!(
            "{option} is about flows and packets, and --preset {preset} writes neither: with --sinks txt they are written, too"
        ))),
    }
}

/// Whether an option, `PLUGIN.TOGGLE=VALUE`, sets this toggle.
fn is_setting_of(option: &str, toggle: &str) -> bool {
    option.split_once('=').is_some_and(|(name, _)| name.trim() == toggle)
}
