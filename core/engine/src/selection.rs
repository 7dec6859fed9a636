//! Which plugins and sinks take part, and their settings: everything by name, with the nearest name
//! where one is wrong.

use flowz_api::host::{HostedPlugin, PluginSettings};
use flowz_api::plugin::{SetupError, Timeouts};
use flowz_api::registry::{self, SinkEntry};
use flowz_api::settings::{CoreToggles, Run};
use flowz_api::toggles::{ToggleError, ToggleInfo, Toggles};

use crate::catalog::Catalog;

/// Names under which the engine's own toggles are found.
pub const CORE: &str = "core";

/// Why a selection or a setting is wrong.
#[derive(Debug, thiserror::Error)]
pub enum SelectionError {
    /// No such name.
    #[error("there is no {what} '{name}'{hint}")]
    Unknown {
        /// `plugin`, `sink` or `toggle`.
        what: &'static str,
        /// What was given.
        name: String,
        /// `; did you mean ...?`, or empty.
        hint: String,
    },
    /// A plugin needs another one.
    #[error("plugin {plugin} needs {needs}: add it to the list of plugins")]
    Missing {
        /// The plugin.
        plugin: &'static str,
        /// What it needs.
        needs: &'static str,
    },
    /// Not `PLUGIN.TOGGLE=VALUE`.
    #[error("'{0}' is not a setting: PLUGIN.TOGGLE=VALUE is needed, as in core.FLOW_TIMEOUT=60")]
    Form(String),
    /// The value does not fit.
    #[error("wrong setting of {plugin}")]
    Value {
        /// The plugin, or `core`.
        plugin: String,
        /// Why.
        source: ToggleError,
    },
    /// A plugin cannot start.
    #[error("plugin {plugin} cannot start")]
    Setup {
        /// The plugin.
        plugin: &'static str,
        /// Why.
        source: SetupError,
    },
}

/// The plugins of a run, in their order, and all settings.
pub struct Selection {
    catalog: Catalog,
    plugins: Vec<Box<dyn PluginSettings>>,
    /// The engine's toggles.
    pub core: CoreToggles,
}

impl Selection {
    /// The plugins with these names; without names, those that are on by default.
    pub fn plugins(catalog: Catalog, names: Option<&[String]>) -> Result<Self, SelectionError> {
        let all = catalog.plugins();
        if let Some(names) = names {
            for name in names {
                let known = all.iter().map(|e| e.info.name);
                find(known, name).map_err(|hint| unknown("plugin", name, hint))?;
            }
        }
        let wanted = |name: &str, default: bool| match names {
            Some(names) => names.iter().any(|n| n == name),
            None => default,
        };
        let chosen = all.iter().filter(|e| wanted(e.info.name, e.info.default));
        let plugins: Vec<_> = chosen.map(|e| (e.settings)()).collect();
        let selection = Self { catalog, plugins, core: CoreToggles::default() };
        selection.check_needs()?;
        Ok(selection)
    }

    fn check_needs(&self) -> Result<(), SelectionError> {
        for plugin in &self.plugins {
            let info = plugin.info();
            let here = |name: &str| self.plugins.iter().any(|p| p.info().name == name);
            if let Some(needs) = info.requires.iter().find(|n| !here(n)) {
                return Err(SelectionError::Missing { plugin: info.name, needs });
            }
        }
        Ok(())
    }

    /// Sets one toggle: `PLUGIN.TOGGLE=VALUE`. A toggle of a plugin that is known but not selected is
    /// checked and has no effect.
    pub fn set(&mut self, setting: &str) -> Result<(), SelectionError> {
        let form = || SelectionError::Form(setting.to_owned());
        let (path, value) = setting.split_once('=').ok_or_else(form)?;
        let (plugin, toggle) = path.trim().split_once('.').ok_or_else(form)?;
        let fail = |source| SelectionError::Value { plugin: plugin.to_owned(), source };
        if plugin == CORE {
            let at = index(CoreToggles::TABLE, toggle)?;
            return self.core.set(at, value).map_err(fail);
        }
        if let Some(p) = self.plugins.iter_mut().find(|p| p.info().name == plugin) {
            let at = index(p.table(), toggle)?;
            return p.set(at, value).map_err(fail);
        }
        let all = self.catalog.plugins();
        let known = all.iter().map(|e| e.info.name).chain([CORE]);
        find(known, plugin).map_err(|hint| unknown("plugin", plugin, hint))?;
        let mut idle = all.iter().filter(|e| e.info.name == plugin).map(|e| (e.settings)());
        idle.try_for_each(|mut p| p.set(index(p.table(), toggle)?, value).map_err(fail))
    }

    /// Names and numbers of the selected plugins, in their order.
    pub fn infos(&self) -> impl Iterator<Item = &'static flowz_api::plugin::Info> {
        self.plugins.iter().map(|p| p.info())
    }

    /// Makes the plugins; their timeouts join `timeouts`.
    pub fn start(
        &self,
        run: &Run,
        timeouts: &mut Timeouts,
    ) -> Result<Vec<Box<dyn HostedPlugin>>, SelectionError> {
        let mut started = Vec::with_capacity(self.plugins.len());
        for settings in &self.plugins {
            let plugin = settings.info().name;
            let hosted = settings.start(run, timeouts);
            started.push(hosted.map_err(|source| SelectionError::Setup { plugin, source })?);
        }
        Ok(started)
    }
}

/// The sinks with these names, in their order.
pub fn sinks(names: &[String]) -> Result<Vec<SinkEntry>, SelectionError> {
    let all = registry::sinks();
    for name in names {
        let known = all.iter().map(|e| e.info.name);
        find(known, name).map_err(|hint| unknown("sink", name, hint))?;
    }
    Ok(all.into_iter().filter(|e| names.iter().any(|n| n == e.info.name)).collect())
}

fn index(table: &[ToggleInfo], name: &str) -> Result<usize, SelectionError> {
    find(table.iter().map(|t| t.name), name).map_err(|hint| unknown("toggle", name, hint))
}

/// The place of a name, or the nearest other one.
fn find<'a>(known: impl Iterator<Item = &'a str>, name: &str) -> Result<usize, Option<&'a str>> {
    let known: Vec<_> = known.collect();
    if let Some(at) = known.iter().position(|k| *k == name) {
        return Ok(at);
    }
    let distance = |k: &str| strsim::osa_distance(&k.to_lowercase(), &name.to_lowercase());
    let nearest = known.into_iter().min_by_key(|k| distance(k));
    Err(nearest.filter(|k| distance(k) <= k.len() / 2))
}

fn unknown(what: &'static str, name: &str, nearest: Option<&str>) -> SelectionError {
    let hint = nearest.map(|n| format!("; did you mean '{n}'?")).unwrap_or_default();
    SelectionError::Unknown { what, name: name.to_owned(), hint }
}
