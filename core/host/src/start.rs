//! Makes the plugins of a run.

use flowz_api::host::{DirectionFinder, PluginInstance, PluginSettings};
use flowz_api::plugin::{PluginError, Timeouts};
use flowz_api::settings::Run;
use flowz_registry::selection::Selection;

use crate::panics::{self, WatchedFinder};
use crate::placement::{Place, place};

/// A plugin cannot start.
#[derive(Debug, thiserror::Error)]
#[error("plugin {plugin} cannot start")]
pub struct StartError {
    /// The plugin.
    pub plugin: &'static str,
    /// Why.
    pub source: PluginError,
}

/// The plugins of a run, in the order of their calls.
pub struct Plugins {
    /// One instance of each.
    pub instances: Vec<Box<dyn PluginInstance>>,
    /// Where they run when there are several threads.
    pub places: Vec<Place>,
    /// Further instances of those that run in lanes: those of a lane in the order of their calls.
    pub lanes: Vec<Vec<Box<dyn PluginInstance>>>,
    /// Those that know the direction of new flows.
    pub direction_finders: Vec<Box<dyn DirectionFinder>>,
}

/// Makes the plugins for so many lanes; their timeouts join `timeouts`.
pub fn start(
    selection: &Selection,
    run: &Run,
    timeouts: &mut Timeouts,
    lanes: usize,
) -> Result<Plugins, StartError> {
    let all: Vec<_> = selection.plugin_settings().collect();
    let own = |plugin: &&dyn PluginSettings| Place::new(plugin.steers(), plugin.scope(run));
    let own: Vec<_> = all.iter().map(|plugin| (plugin.info(), own(plugin))).collect();
    let places = place(&own);
    let mut make = |plugin: &&dyn PluginSettings| one(*plugin, run, timeouts);
    let instances = all.iter().map(&mut make).collect::<Result<Vec<_>, _>>()?;
    let in_lanes = || all.iter().zip(&places).filter(|(_, place)| **place == Place::Lane);
    let lanes = (1..lanes).map(|_| in_lanes().map(|(plugin, _)| make(plugin)).collect());
    let lanes = lanes.collect::<Result<Vec<_>, _>>()?;
    let direction_finders = all.iter().filter_map(|plugin| finder(*plugin)).collect();
    Ok(Plugins { instances, places, lanes, direction_finders })
}

fn one(
    settings: &dyn PluginSettings,
    run: &Run,
    timeouts: &mut Timeouts,
) -> Result<Box<dyn PluginInstance>, StartError> {
    let plugin = settings.info().name;
    let failed = |source| StartError { plugin, source };
    let mut instance = settings.start(run, timeouts).map_err(failed)?;
    instance.raise_panics_with(panics::raise);
    Ok(instance)
}

/// What corrects the direction of new flows, if the plugin does that.
fn finder(settings: &dyn PluginSettings) -> Option<Box<dyn DirectionFinder>> {
    let mut finder = settings.direction_finder()?;
    finder.raise_panics_with(panics::raise);
    Some(Box::new(WatchedFinder { plugin: settings.info().name, finder }))
}
