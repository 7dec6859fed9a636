//! All toggles by name: those of the engine and of every plugin and sink, each with its value and the place where
//! that was set.
//!
//! Whoever sets values does so from the weakest source to the strongest; the last one counts.

use std::fmt;
use std::path::PathBuf;

use flowz_api::host::PluginSettings;
use flowz_api::settings::CoreToggles;
use flowz_api::sink::{SinkInfo, SinkSettings};
use flowz_api::toggles::{AnyToggles, ToggleError, ToggleInfo};

use crate::catalog::Catalog;
use crate::names::{self, Unknown};
use crate::plugin_list::{self, Choice, PluginList};

/// Name under which the engine's own toggles are found.
pub const CORE: &str = "core";
/// What the engine is called in lists of the reference.
const CORE_ALIAS: &str = "tranalyzer2";

/// Where a value comes from, the weakest first.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Origin {
    /// Nobody has set it.
    #[default]
    Default,
    /// A configuration file.
    File {
        /// Which one.
        file: PathBuf,
        /// Line in it, from 1.
        line: usize,
    },
    /// A variable of the environment.
    Environment(String),
    /// `-o`.
    CommandLine,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { file, line } => write!(f, "{}, line {line}", file.display()),
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::CommandLine => f.write_str("command line"),
        }
    }
}

/// Why a setting is wrong.
#[derive(Debug, thiserror::Error)]
pub enum SettingError {
    /// No such plugin or toggle.
    #[error(transparent)]
    Unknown(#[from] Unknown),
    /// Not `PLUGIN.TOGGLE=VALUE`.
    #[error("'{0}' is not a setting: PLUGIN.TOGGLE=VALUE is needed, as in core.FLOW_TIMEOUT=60")]
    Form(String),
    /// The value does not fit.
    #[error("wrong setting of {owner}")]
    Value {
        /// The plugin, the sink, or `core`.
        owner: &'static str,
        /// Why.
        source: ToggleError,
    },
}

/// One toggle: of which owner, and its index in the owner's table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    owner: usize,
    index: usize,
}

/// What is known of a toggle.
#[derive(Clone, Debug)]
pub struct Toggle<'a> {
    /// The plugin, the sink, or `core`; empty for what is set beside them.
    pub owner: &'static str,
    /// Name, type, range, meaning.
    pub info: &'static ToggleInfo,
    /// The value in force.
    pub value: String,
    /// The value if nobody sets another.
    pub default: &'a str,
    /// Where the value comes from.
    pub origin: &'a Origin,
}

impl Toggle<'_> {
    /// `PLUGIN.TOGGLE`; the name alone if it is nobody's.
    pub fn full_name(&self) -> String {
        let dot = if self.owner.is_empty() { "" } else { "." };
        format!("{}{dot}{}", self.owner, self.info.name)
    }

    /// Whether the value is not the default.
    pub fn is_changed(&self) -> bool {
        self.value != self.default
    }
}

/// `PLUGIN.TOGGLE=VALUE`
impl fmt::Display for Toggle<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.full_name(), self.value)
    }
}

/// The engine, a plugin or a sink, without its values.
#[derive(Clone, Copy, Debug)]
pub struct Owner {
    /// Its name.
    pub name: &'static str,
    /// Its place in the order; the engine has none.
    pub number: Option<u16>,
    /// One line for lists.
    pub summary: &'static str,
    /// Its toggles.
    pub table: &'static [ToggleInfo],
}

/// Whose values they are.
enum Values {
    Core,
    Plugin(Box<dyn PluginSettings>),
    Sink(Box<dyn SinkSettings>),
}

struct Entry {
    owner: Owner,
    /// Another name that means the same.
    alias: Option<&'static str>,
    /// On if nobody names plugins.
    on: bool,
    values: Values,
    defaults: Vec<String>,
    origins: Vec<Origin>,
}

/// All toggles and their values.
pub struct Settings {
    /// The engine's own.
    pub core: CoreToggles,
    entries: Vec<Entry>,
    plugins: Option<PluginList>,
}

impl Settings {
    /// The defaults of the engine, of all plugins and of all sinks.
    pub fn new(catalog: &Catalog) -> Self {
        let core = Owner {
            name: CORE,
            number: None,
            summary: "The engine: timeouts, limits, tunnels",
            table: CoreToggles::default().table(),
        };
        let mut all = Self { core: CoreToggles::default(), entries: Vec::new(), plugins: None };
        all.add(core, Some(CORE_ALIAS), true, Values::Core);
        for entry in catalog.plugins() {
            let settings = (entry.settings)();
            let (info, table) = (entry.info, settings.table());
            let (name, number, summary) = (info.name, Some(info.number), info.summary);
            let owner = Owner { name, number, summary, table };
            all.add(owner, None, info.default, Values::Plugin(settings));
        }
        for (n, entry) in catalog.sinks().iter().enumerate() {
            let settings = (entry.settings)();
            let (info, table) = (entry.info, settings.table());
            let (name, number, summary) = (info.toggles, Some(info.number), info.summary);
            let owner = Owner { name, number, summary, table };
            // The first one is used if nobody names sinks.
            all.add(owner, Some(info.name), n == 0, Values::Sink(settings));
        }
        all
    }

    fn add(&mut self, owner: Owner, alias: Option<&'static str>, on: bool, values: Values) {
        let origins = vec![Origin::Default; owner.table.len()];
        self.entries.push(Entry { owner, alias, on, values, defaults: Vec::new(), origins });
        let owner = self.entries.len() - 1;
        let indices = 0..self.entries[owner].owner.table.len();
        let defaults = indices.map(|index| self.value(Place { owner, index })).collect();
        self.entries[owner].defaults = defaults;
    }

    /// The engine, then the plugins in their order, then the sinks.
    pub fn owners(&self) -> impl Iterator<Item = &Owner> + Clone {
        self.entries.iter().map(|e| &e.owner)
    }

    /// The owner with this name.
    pub fn owner(&self, name: &str) -> Result<&Owner, Unknown> {
        self.owner_at(name).map(|at| &self.entries[at].owner)
    }

    /// A name of its own is stronger than one that means the same: plugin and preset of a tool may share it.
    fn owner_at(&self, name: &str) -> Result<usize, Unknown> {
        let own = self.entries.iter().position(|entry| entry.owner.name == name);
        let alias = || self.entries.iter().position(|entry| entry.alias == Some(name));
        let unknown = || names::find(names::PLUGIN, name, self.owners().map(|o| o.name));
        own.or_else(alias).map_or_else(unknown, Ok)
    }

    /// The names of all owners, those that mean the same too, each with the owner's own name.
    pub fn all_names(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let aliases = |entry: &Entry| {
            let own = entry.owner.name;
            [Some(own), entry.alias].into_iter().flatten().map(move |name| (name, own))
        };
        self.entries.iter().flat_map(aliases)
    }

    /// The toggles of one owner; none of an unknown one.
    pub fn toggles_of<'a>(&'a self, owner: &str) -> impl Iterator<Item = Toggle<'a>> {
        let at = self.owners().position(|o| o.name == owner);
        at.into_iter().flat_map(|at| self.of_entry(at))
    }

    /// All toggles.
    pub fn toggles(&self) -> impl Iterator<Item = Toggle<'_>> {
        (0..self.entries.len()).flat_map(|at| self.of_entry(at))
    }

    fn of_entry(&self, owner: usize) -> impl Iterator<Item = Toggle<'_>> {
        let indices = 0..self.entries[owner].owner.table.len();
        indices.map(move |index| self.toggle(Place { owner, index }))
    }

    /// What is known of one toggle.
    pub fn toggle(&self, place: Place) -> Toggle<'_> {
        let Entry { owner, defaults, origins, .. } = &self.entries[place.owner];
        Toggle {
            owner: owner.name,
            info: &owner.table[place.index],
            value: self.value(place),
            default: &defaults[place.index],
            origin: &origins[place.index],
        }
    }

    fn value(&self, place: Place) -> String {
        match &self.entries[place.owner].values {
            Values::Core => AnyToggles::get(&self.core, place.index),
            Values::Plugin(settings) => settings.get(place.index),
            Values::Sink(settings) => settings.get(place.index),
        }
    }

    /// The place of a toggle.
    pub fn find(&self, owner: &str, toggle: &str) -> Result<Place, Unknown> {
        let owner = self.owner_at(owner)?;
        let table = self.entries[owner].owner.table.iter().map(|t| t.name);
        let index = names::find("toggle", toggle, table)?;
        Ok(Place { owner, index })
    }

    /// All toggles of a name, whoever's they are.
    pub fn named(&self, toggle: &str) -> Vec<Place> {
        let of = |(owner, entry): (usize, &Entry)| {
            let index = entry.owner.table.iter().position(|t| t.name == toggle)?;
            Some(Place { owner, index })
        };
        self.entries.iter().enumerate().filter_map(of).collect()
    }

    /// Sets a toggle.
    pub fn set_at(
        &mut self,
        place: Place,
        value: &str,
        origin: Origin,
    ) -> Result<(), SettingError> {
        let entry = &mut self.entries[place.owner];
        let outcome = match &mut entry.values {
            Values::Core => AnyToggles::set(&mut self.core, place.index, value),
            Values::Plugin(settings) => settings.set(place.index, value),
            Values::Sink(settings) => settings.set(place.index, value),
        };
        let owner = entry.owner.name;
        outcome.map_err(|source| SettingError::Value { owner, source })?;
        entry.origins[place.index] = origin;
        Ok(())
    }

    /// Sets one toggle: `PLUGIN.TOGGLE=VALUE`.
    pub fn set(&mut self, setting: &str, origin: Origin) -> Result<(), SettingError> {
        let form = || SettingError::Form(setting.to_owned());
        let (path, value) = setting.split_once('=').ok_or_else(form)?;
        let (owner, toggle) = path.trim().split_once('.').ok_or_else(form)?;
        self.set_at(self.find(owner, toggle)?, value, origin)
    }

    /// Names the plugins that take part: `NAME`, `all`, `default`; what begins with `+` or `-` is more or less than
    /// now. Sinks may be among them, and the engine, which always takes part.
    pub fn choose(&mut self, words: &[String], origin: Origin) -> Result<(), Unknown> {
        let plugins = self.names_of(|entry| {
            matches!(entry.values, Values::Plugin(_)).then_some(entry.owner.name)
        });
        let (known, all, default) = self.sink_names();
        let sinks = Choice { known: &known, all: &all, default: &default };
        let (all, default) = &plugins;
        let plugins = Choice { known: all, all, default };
        let is_change = plugin_list::is_change(words);
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let now = self.plugins.as_ref().filter(|_| is_change);
        let mut names: Vec<String> = match now {
            Some(list) => list.names.clone(),
            None if is_change => owned(plugins.default),
            None => Vec::new(),
        };
        let mut chosen = now.and_then(|list| list.sinks.clone());
        for word in words {
            let bare = plugin_list::bare(word);
            if plugins.apply(word, &mut names) || [CORE, CORE_ALIAS].contains(&bare) {
                continue;
            }
            let before = if is_change { owned(sinks.default) } else { Vec::new() };
            let mut more = chosen.clone().unwrap_or(before);
            if !sinks.apply(&self.sink_word(word), &mut more) {
                let known = self.all_names().map(|(name, _)| name);
                return Err(Unknown::new(names::PLUGIN, bare, known));
            }
            chosen = Some(more);
        }
        self.plugins = Some(PluginList { names, sinks: chosen, origin });
        Ok(())
    }

    /// The sinks that words name, as with [`choose`](Self::choose); without words those of the list of plugins,
    /// else the default.
    pub(crate) fn sinks_of(&self, words: Option<&[String]>) -> Result<Vec<String>, Unknown> {
        let (known, all, default) = self.sink_names();
        let choice = Choice { known: &known, all: &all, default: &default };
        let listed = self.plugins.as_ref().and_then(|list| list.sinks.clone());
        let before = || default.iter().map(|name| (*name).to_owned()).collect();
        let now: Vec<String> = listed.unwrap_or_else(before);
        let Some(words) = words else { return Ok(now) };
        let mut names = if plugin_list::is_change(words) { now } else { Vec::new() };
        for word in words {
            if !choice.apply(&self.sink_word(word), &mut names) {
                return Err(Unknown::new("sink", plugin_list::bare(word), known.iter().copied()));
            }
        }
        Ok(names)
    }

    /// A word of a list with the name of the sink that it means: `txt` for `txtSink`.
    fn sink_word(&self, word: &str) -> String {
        let bare = plugin_list::bare(word);
        let is_meant = |e: &&Entry| matches!(e.values, Values::Sink(_)) && e.owner.name == bare;
        let name = self.entries.iter().find(is_meant).and_then(|entry| entry.alias);
        name.map_or_else(|| word.to_owned(), |name| word.replacen(bare, name, 1))
    }

    /// The names of all sinks, of those that `all` stands for, and of those that are on by default. Tables of other tools and what goes to a
    /// server are only written for who names them.
    fn sink_names(&self) -> (Vec<&'static str>, Vec<&'static str>, Vec<&'static str>) {
        let name = |entry: &Entry| entry.alias.filter(|_| matches!(entry.values, Values::Sink(_)));
        let (known, default) = self.names_of(name);
        let is_special = |info: &SinkInfo| info.preset.is_some() || info.is_remote;
        let is_special =
            |entry: &Entry| matches!(&entry.values, Values::Sink(sink) if is_special(sink.info()));
        let (all, _) = self.names_of(|entry| name(entry).filter(|_| !is_special(entry)));
        (known, all, default)
    }

    /// All names of a kind, and those that are on by default.
    fn names_of(
        &self,
        name: impl Fn(&Entry) -> Option<&'static str>,
    ) -> (Vec<&'static str>, Vec<&'static str>) {
        let on = self.entries.iter().filter(|entry| entry.on).filter_map(&name).collect();
        (self.entries.iter().filter_map(&name).collect(), on)
    }

    /// The list of plugins, if somebody has named them.
    pub fn plugins(&self) -> Option<&PluginList> {
        self.plugins.as_ref()
    }

    /// The settings of a plugin, to start it with.
    pub(crate) fn plugin(&self, name: &str) -> Option<&dyn PluginSettings> {
        match self.values(name)? {
            Values::Plugin(settings) => Some(&**settings),
            _ => None,
        }
    }

    /// The settings of a sink, to make it with.
    pub(crate) fn sink(&self, name: &str) -> Option<&dyn SinkSettings> {
        match self.values(name)? {
            Values::Sink(settings) => Some(&**settings),
            _ => None,
        }
    }

    fn values(&self, name: &str) -> Option<&Values> {
        self.entries.iter().find(|entry| entry.owner.name == name).map(|entry| &entry.values)
    }
}

/// One number for what else has an effect on a run, the plugins that take part and a list of settings (FNV-1a): the
/// same have the same.
pub fn fingerprint<'a>(
    run: &[String],
    plugins: impl Iterator<Item = &'a str>,
    toggles: impl Iterator<Item = Toggle<'a>>,
) -> u64 {
    let plugins = plugins.map(str::to_owned);
    let lines = run.iter().cloned().chain(plugins).chain(toggles.map(|toggle| toggle.to_string()));
    let text = lines.fold(String::new(), |text, line| text + &line + "\n");
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::{Origin, Owner, Settings, Values, fingerprint};
    use crate::catalog::Catalog;

    #[test]
    fn values_and_origins() {
        let mut all = Settings::new(&Catalog::default());
        let sum = |all: &Settings| fingerprint(&[], ["a"].into_iter(), all.toggles());
        let before = sum(&all);
        assert!(all.toggles().all(|t| !t.is_changed() && *t.origin == Origin::Default));
        all.set("core.FDURLIMIT=3", Origin::CommandLine).unwrap();
        let changed: Vec<_> = all.toggles().filter(super::Toggle::is_changed).collect();
        let [toggle] = &changed[..] else { panic!("{changed:?}") };
        assert_eq!(toggle.to_string(), "core.FDURLIMIT=3");
        assert_eq!((toggle.default, toggle.origin), ("0", &Origin::CommandLine));
        assert_ne!(sum(&all), before);
        all.set("core.FDURLIMIT=0", Origin::Environment("FDURLIMIT".to_owned())).unwrap();
        assert_eq!(sum(&all), before, "the value counts, not who set it");
        assert_ne!(fingerprint(&[], ["a", "b"].into_iter(), all.toggles()), before);
        let run = ["flowz 1".to_owned()];
        assert_ne!(fingerprint(&run, ["a"].into_iter(), all.toggles()), before);
    }

    #[test]
    fn names() {
        let all = Settings::new(&Catalog::default());
        assert_eq!(all.named("FDURLIMIT"), [all.find("core", "FDURLIMIT").unwrap()]);
        assert!(all.named("NOBODYS").is_empty());
        let error = all.find("cor", "FDURLIMIT").unwrap_err();
        assert_eq!(error.to_string(), "there is no plugin 'cor'; did you mean 'core'?");
    }

    #[test]
    fn an_own_name_is_stronger_than_one_that_means_the_same() {
        let mut all = Settings::new(&Catalog::default());
        let before = all.find("core", "FDURLIMIT").unwrap();
        let sink = Owner { name: "coreSink", number: None, summary: "", table: &[] };
        all.add(sink, Some("core"), false, Values::Core);
        assert_eq!(all.find("core", "FDURLIMIT"), Ok(before));
        assert!(all.find("coreSink", "FDURLIMIT").is_err());
    }

    #[test]
    fn a_list_of_plugins_names_plugins() {
        let mut all = Settings::new(&Catalog::default());
        let error = all.choose(&["+cor".to_owned()], Origin::CommandLine).unwrap_err();
        assert_eq!(error.to_string(), "there is no plugin 'cor'; did you mean 'core'?");
        assert_eq!(all.plugins(), None);
        all.choose(&["core", "tranalyzer2"].map(str::to_owned), Origin::CommandLine).unwrap();
        assert!(all.plugins().is_some_and(|list| list.names.is_empty()), "it is no plugin");
        assert_eq!(all.find("tranalyzer2", "GRE"), all.find("core", "GRE"));
        all.choose(&[], Origin::CommandLine).unwrap();
        assert!(all.plugins().is_some_and(|list| list.names.is_empty()), "none are a list too");
    }

    #[test]
    fn a_wrong_value_changes_nothing() {
        let mut all = Settings::new(&Catalog::default());
        assert!(all.set("core.FLOW_TIMEOUT=-1", Origin::CommandLine).is_err());
        assert!(all.set("core.FLOW_TIMEOUT", Origin::CommandLine).is_err());
        assert!(all.toggles().all(|t| *t.origin == Origin::Default));
    }
}
