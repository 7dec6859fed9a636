//! All toggles of the program: the engine's first, then those of each registered plugin and sink.

use flowz_api::registry;
use flowz_api::settings::CoreToggles;
use flowz_api::toggles::{AnyToggles, ToggleInfo};

/// Name under which the engine's own toggles are found.
const CORE: &str = "core";

/// No such name.
#[derive(PartialEq, Eq, Debug, thiserror::Error)]
#[error("there is no {what} '{name}'{}", hint(.nearest.as_deref(), .list))]
pub(crate) struct NotFound {
    what: &'static str,
    name: String,
    nearest: Option<String>,
    /// The command that lists all names.
    list: String,
}

fn hint(nearest: Option<&str>, list: &str) -> String {
    match nearest {
        Some(name) => format!("; did you mean '{name}'?"),
        None => format!("; '{list}' lists them"),
    }
}

/// A toggle and its default as the program prints values.
#[derive(Debug)]
pub(crate) struct Toggle {
    pub(crate) info: &'static ToggleInfo,
    pub(crate) default: String,
}

/// A plugin, a sink or the engine, with its toggles.
#[derive(Debug)]
pub(crate) struct Plugin {
    pub(crate) name: &'static str,
    /// Its place in the order; the engine has none.
    pub(crate) number: Option<u16>,
    pub(crate) summary: &'static str,
    pub(crate) toggles: Vec<Toggle>,
}

/// Everything that has toggles.
#[derive(Debug)]
pub(crate) struct Catalog {
    pub(crate) plugins: Vec<Plugin>,
}

impl Catalog {
    /// Reads the tables of the engine and of all plugins and sinks that are linked in.
    pub(crate) fn new() -> Self {
        flowz_plugins::link();
        flowz_sinks::link();
        let mut plugins = vec![core()];
        plugins.extend(registry::plugins().iter().map(|entry| {
            let settings = (entry.settings)();
            Plugin {
                name: entry.info.name,
                number: Some(entry.info.number),
                summary: entry.info.summary,
                toggles: toggles(&*settings),
            }
        }));
        plugins.extend(registry::sinks().iter().map(|entry| Plugin {
            name: entry.info.toggles,
            number: Some(entry.info.number),
            summary: entry.info.summary,
            toggles: toggles(&*(entry.settings)()),
        }));
        Self { plugins }
    }

    /// The names of all plugins.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.plugins.iter().map(|p| p.name)
    }

    /// The plugin with this name.
    pub(crate) fn plugin(&self, name: &str) -> Result<&Plugin, NotFound> {
        let found = self.plugins.iter().find(|p| p.name == name);
        found.ok_or_else(|| NotFound {
            what: "plugin",
            name: name.to_owned(),
            nearest: nearest(self.names(), name),
            list: "t2conf".to_owned(),
        })
    }
}

impl Plugin {
    /// The toggle with this name.
    pub(crate) fn toggle(&self, name: &str) -> Result<&Toggle, NotFound> {
        let found = self.toggles.iter().find(|t| t.info.name == name);
        found.ok_or_else(|| NotFound {
            what: "toggle",
            name: format!("{}.{name}", self.name),
            nearest: nearest(self.toggles.iter().map(|t| t.info.name), name),
            list: format!("t2conf {}", self.name),
        })
    }
}

fn core() -> Plugin {
    Plugin {
        name: CORE,
        number: None,
        summary: "The engine: timeouts and limits of all flows",
        toggles: toggles(&CoreToggles::default()),
    }
}

fn toggles(defaults: &(impl AnyToggles + ?Sized)) -> Vec<Toggle> {
    let table = defaults.table().iter().enumerate();
    table.map(|(n, info)| Toggle { info, default: defaults.get(n) }).collect()
}

/// The known name that looks most like a wrong one, if any looks like it.
fn nearest<'a>(known: impl Iterator<Item = &'a str>, name: &str) -> Option<String> {
    let distance = |k: &str| strsim::osa_distance(&k.to_lowercase(), &name.to_lowercase());
    let best = known.min_by_key(|k| distance(k))?;
    (distance(best) <= best.len() / 2).then(|| best.to_owned())
}
