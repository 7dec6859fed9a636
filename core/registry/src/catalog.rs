//! All plugins and sinks that a run can choose from: those that are linked in and plugins of shared
//! objects.

use flowz_api::registry::{self, PluginEntry, SinkEntry};

/// Plugins and sinks in their order.
#[derive(Clone, Debug)]
pub struct Catalog {
    plugins: Vec<PluginEntry>,
    sinks: Vec<SinkEntry>,
}

impl Catalog {
    /// All that is registered, and these plugins.
    pub fn new(loaded: Vec<PluginEntry>) -> Self {
        let mut plugins = registry::plugins();
        plugins.extend(loaded);
        plugins.sort_by_key(|e| (e.info.number, e.info.name));
        Self { plugins, sinks: registry::sinks() }
    }

    /// All plugins, by number and name.
    pub fn plugins(&self) -> &[PluginEntry] {
        &self.plugins
    }

    /// All sinks, by number and name.
    pub fn sinks(&self) -> &[SinkEntry] {
        &self.sinks
    }
}

/// All that is registered.
impl Default for Catalog {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}
