//! Which plugins and sinks take part, and their settings: everything by name, with the nearest name
//! where one is wrong.

use flowz_api::host::PluginSettings;
use flowz_api::plugin::Info;
use flowz_api::sink::{Sink, SinkInfo, SinkSettings};

use crate::catalog::Catalog;
use crate::names::Unknown;
use crate::order::{self, Cycle, FactMismatch};
use crate::settings::{CORE, Origin, Settings, Toggle};

/// Why a selection is wrong.
#[derive(Debug, thiserror::Error)]
pub enum SelectionError {
    /// No such name.
    #[error(transparent)]
    Unknown(#[from] Unknown),
    /// A plugin needs another one.
    #[error("plugin {plugin} needs {needs}: add it to the list of plugins{place}")]
    Missing {
        /// The plugin.
        plugin: &'static str,
        /// What it needs.
        needs: &'static str,
        /// Where the list is, as ` (flowz.toml, line 1)`; empty for the command line.
        place: String,
    },
    /// A sink asks for a table that no plugin makes.
    #[error("sink {sink} needs the table '{table}', and there is no plugin that makes it")]
    NoTable {
        /// The sink.
        sink: &'static str,
        /// The table.
        table: &'static str,
    },
    /// Plugins wait for each other.
    #[error(transparent)]
    Cycle(#[from] Cycle),
    /// Plugins do not understand each other.
    #[error(transparent)]
    Fact(#[from] FactMismatch),
}

/// The plugins and sinks of a run, in their order, and all settings.
pub struct Selection {
    chosen: Vec<&'static Info>,
    sinks: Vec<&'static SinkInfo>,
    /// The toggles of the engine, all plugins and all sinks, selected or not: one of a plugin that is
    /// not selected is checked and has no effect.
    pub settings: Settings,
}

impl Selection {
    /// The plugins with these names; without names, those that are on by default.
    pub fn plugins(catalog: &Catalog, names: Option<&[String]>) -> Result<Self, SelectionError> {
        let mut settings = Settings::new(catalog);
        if let Some(names) = names {
            settings.choose(names, Origin::CommandLine)?;
        }
        Self::from_settings(catalog, settings)
    }

    /// The plugins that the settings name; if they name none, those that are on by default.
    pub fn from_settings(catalog: &Catalog, settings: Settings) -> Result<Self, SelectionError> {
        let wanted = |info: &Info| match settings.plugins() {
            Some(list) => list.names.iter().any(|n| n == info.name),
            None => info.default,
        };
        let all = catalog.plugins().iter().map(|e| e.info);
        let chosen = all.filter(|info| wanted(info)).collect();
        let mut selection = Self { chosen, sinks: Vec::new(), settings };
        selection.put_in_order()?;
        Ok(selection)
    }

    /// Adds the sinks that words name, or those of the list of plugins, or the default; and the plugins that make the tables
    /// for which these ask.
    pub fn with_sinks(
        mut self,
        catalog: &Catalog,
        words: Option<&[String]>,
    ) -> Result<Self, SelectionError> {
        let all = catalog.sinks().iter().map(|e| e.info);
        let names = self.settings.sinks_of(words)?;
        self.sinks = all.filter(|info| names.iter().any(|n| n == info.name)).collect();
        self.add_requested(catalog)?;
        Ok(self)
    }

    /// Tables that the sinks ask for.
    pub fn requested(&self) -> impl Iterator<Item = &'static str> {
        self.sinks.iter().flat_map(|info| info.requests.iter().copied())
    }

    /// Adds the plugins that make the tables that sinks ask for, with those that they require and whose facts they read.
    fn add_requested(&mut self, catalog: &Catalog) -> Result<(), SelectionError> {
        let all = || catalog.plugins().iter().map(|e| e.info);
        let mut wanted = Vec::new();
        for sink in &self.sinks {
            for table in sink.requests {
                let makes = |info: &&'static Info| info.makes(table);
                let missing = SelectionError::NoTable { sink: sink.name, table };
                wanted.push(all().find(makes).ok_or(missing)?.name);
            }
        }
        let mut at = 0;
        while let Some(name) = wanted.get(at).copied() {
            let info = all().find(|info| info.name == name);
            let with = info.into_iter().flat_map(Info::brings);
            let new: Vec<_> = with.filter(|name| !wanted.contains(name)).collect();
            wanted.extend(new);
            at += 1;
        }
        let is_here = |name: &str| self.chosen.iter().any(|info| info.name == name);
        if wanted.iter().all(|name| is_here(name)) {
            return Ok(());
        }
        self.chosen =
            all().filter(|info| is_here(info.name) || wanted.contains(&info.name)).collect();
        self.put_in_order()
    }

    /// Checks the plugins, and puts them in the order of their calls.
    fn put_in_order(&mut self) -> Result<(), SelectionError> {
        self.check_needs()?;
        order::check_facts(&self.chosen)?;
        self.chosen = order::sort(std::mem::take(&mut self.chosen))?;
        Ok(())
    }

    fn check_needs(&self) -> Result<(), SelectionError> {
        for info in &self.chosen {
            let here = |name: &str| self.chosen.iter().any(|i| i.name == name);
            if let Some(needs) = info.requires.iter().find(|n| !here(n)) {
                let place = self.place_of_list();
                return Err(SelectionError::Missing { plugin: info.name, needs, place });
            }
        }
        Ok(())
    }

    /// ` (flowz.toml, line 1)`, if not the command line names the plugins.
    fn place_of_list(&self) -> String {
        match self.settings.plugins().map(|list| &list.origin) {
            None | Some(Origin::CommandLine) => String::new(),
            Some(origin) => format!(" ({origin})"),
        }
    }

    /// The selected plugins, in the order of their calls.
    pub fn infos(&self) -> impl Iterator<Item = &'static Info> {
        self.chosen.iter().copied()
    }

    /// The selected sinks, in their order.
    pub fn sink_infos(&self) -> impl Iterator<Item = &'static SinkInfo> {
        self.sinks.iter().copied()
    }

    /// Who is not selected and has settings that somebody has changed: they have no effect.
    pub fn idle(&self) -> Vec<&'static str> {
        let in_force: Vec<_> = self.in_force().map(|toggle| toggle.owner).collect();
        let changed = self.settings.toggles().filter(Toggle::is_changed).map(|t| t.owner);
        let mut idle: Vec<_> = changed.filter(|owner| !in_force.contains(owner)).collect();
        idle.dedup();
        idle
    }

    /// The toggles that have an effect: those of the engine and of the selected plugins and sinks.
    pub fn in_force(&self) -> impl Iterator<Item = Toggle<'_>> {
        let sinks = self.sinks.iter().map(|info| info.toggles);
        let names = [CORE].into_iter().chain(self.infos().map(|i| i.name)).chain(sinks);
        names.flat_map(|name| self.settings.toggles_of(name))
    }

    /// The settings of the selected plugins, to start them with, in the order of their calls.
    pub fn plugin_settings(&self) -> impl Iterator<Item = &dyn PluginSettings> {
        self.chosen.iter().filter_map(|info| self.settings.plugin(info.name))
    }

    /// Makes sinks that begin anew with each period.
    pub fn renewed_sinks(&self) -> Vec<Box<dyn Sink>> {
        let settings = self.sinks.iter().filter_map(|info| self.settings.sink(info.toggles));
        settings.map(|settings| Box::new(settings.make_renewed()) as Box<dyn Sink>).collect()
    }

    /// Makes the sinks.
    pub fn sinks(&self) -> Vec<Box<dyn Sink>> {
        let settings = self.sinks.iter().filter_map(|info| self.settings.sink(info.toggles));
        settings.map(SinkSettings::make).collect()
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::inventory;
    use flowz_api::record::Record;
    use flowz_api::registry::SinkEntry;
    use flowz_api::sink::{NamedSink, Sink, SinkError, SinkInfo, SinkSetup};
    use flowz_api::table::{Table, TableId};
    use flowz_api::toggles::NoToggles;

    use super::Selection;
    use crate::catalog::Catalog;

    /// A sink that asks for what nobody has.
    struct Asking;

    impl Sink for Asking {
        fn start(&mut self, _: &SinkSetup<'_>) -> Result<(), SinkError> {
            Ok(())
        }
        fn record(&mut self, _: TableId, _: &Table, _: &Record) -> Result<(), SinkError> {
            Ok(())
        }
        fn finish(&mut self) -> Result<(), SinkError> {
            Ok(())
        }
    }

    impl NamedSink for Asking {
        const INFO: SinkInfo = SinkInfo {
            name: "asking",
            toggles: "askingSink",
            number: 999,
            summary: "",
            requests: &["unicorns"],
            preset: None,
            is_remote: false,
        };
        type Toggles = NoToggles;

        fn new(_: &NoToggles) -> Self {
            Self
        }
    }

    inventory::submit! { SinkEntry::new::<Asking>() }

    #[test]
    fn a_table_that_no_plugin_makes() {
        let catalog = Catalog::default();
        let selection = Selection::plugins(&catalog, Some(&[])).unwrap();
        let told = selection.with_sinks(&catalog, Some(&["asking".to_owned()]));
        let Err(told) = told else { panic!("nobody makes it") };
        let sentence =
            "sink asking needs the table 'unicorns', and there is no plugin that makes it";
        assert_eq!(told.to_string(), sentence);
    }
}
