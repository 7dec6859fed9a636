//! All plugins that a run can choose from: those that are linked in and those of shared objects.

use flowz_api::registry::{self, PluginEntry};

/// The plugins in their order.
#[derive(Clone, Debug)]
pub struct Catalog {
    plugins: Vec<PluginEntry>,
}

impl Catalog {
    /// The registered plugins and these.
    pub fn new(loaded: Vec<PluginEntry>) -> Self {
        let mut plugins = registry::plugins();
        plugins.extend(loaded);
        plugins.sort_by_key(|e| (e.info.number, e.info.name));
        Self { plugins }
    }

    /// All plugins, by number and name.
    pub fn plugins(&self) -> &[PluginEntry] {
        &self.plugins
    }
}

/// The registered plugins.
impl Default for Catalog {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}
