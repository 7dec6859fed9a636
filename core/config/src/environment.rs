//! Settings from the environment.
//!
//! A variable with the name of a toggle sets it, as in the reference; where plugins share a name, in all of
//! them. `FLOWZ_PLUGIN_TOGGLE` means one only, and is stronger. A variable that begins so and
//! names no toggle is an error, because somebody meant something with it. `FLOWZ_PLUGINS` names the
//! plugins that take part.

use std::collections::BTreeMap;
use std::path::PathBuf;

use flowz_registry::names::{PLUGIN, Unknown};
use flowz_registry::plugin_list;
use flowz_registry::settings::{Origin, Place, SettingError, Settings, Toggle};

use crate::error::ConfigError;
use crate::file::NAME;

/// Beginning of variables that are ours.
const OURS: &str = "FLOWZ_";
/// Names the plugins, separated by commas.
const PLUGINS: &str = "FLOWZ_PLUGINS";
/// Names a file.
const CONFIG: &str = "FLOWZ_CONFIG";
/// Forbids to look for settings.
const NO_CONFIG: &str = "FLOWZ_NO_CONFIG";
/// All that are no toggles.
const VARIABLES: [&str; 3] = [PLUGINS, CONFIG, NO_CONFIG];

/// The variables of the environment.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Those of this process.
    pub fn of_process() -> Self {
        let text = |part: std::ffi::OsString| part.to_string_lossy().into_owned();
        Self(std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect())
    }

    /// One with these variables.
    pub fn from_variables<const N: usize>(variables: [(&str, &str); N]) -> Self {
        Self(variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }

    /// A variable that is set to something.
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether `FLOWZ_NO_CONFIG` forbids to look for settings.
    pub fn no_config(&self) -> bool {
        self.get(NO_CONFIG).is_some_and(|value| value != "0")
    }

    /// The file that `FLOWZ_CONFIG` names.
    pub fn config_file(&self) -> Option<PathBuf> {
        self.get(CONFIG).map(PathBuf::from)
    }

    /// Where the user's own file is, if it is there.
    pub fn user_file(&self) -> Option<PathBuf> {
        // The base directory specification: relative paths are to be ignored.
        let absolute = |path: &PathBuf| path.is_absolute();
        let named = self.get("XDG_CONFIG_HOME").map(PathBuf::from).filter(absolute);
        let home = || Some(PathBuf::from(self.get("HOME")?).join(".config"));
        Some(named.or_else(home)?.join("flowz").join(NAME))
    }

    /// Sets all that variables name.
    pub fn apply(&self, settings: &mut Settings) -> Result<(), ConfigError> {
        if let Some(list) = self.get(PLUGINS) {
            let origin = Origin::Environment(PLUGINS.to_owned());
            let chosen = settings.choose(&plugin_list::of_words(list), origin);
            chosen.map_err(|e| failed(PLUGINS, e.into()))?;
        }
        for (name, value) in &self.0 {
            for place in settings.named(name) {
                set(settings, place, name, value)?;
            }
        }
        for (name, value) in &self.0 {
            let place = own(settings, name).map_err(|e| failed(name, e.into()))?;
            place.map_or(Ok(()), |place| set(settings, place, name, value))?;
        }
        Ok(())
    }

    /// Variables that look like ours and mean nothing.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        let rest = |name: &str| name.strip_prefix(OURS).map(str::to_owned);
        let is_unknown = move |name: &&str| {
            // What begins with a small letter is a plugin's.
            let rest =
                rest(name).filter(|rest| !rest.starts_with(|c: char| c.is_ascii_lowercase()));
            rest.is_some() && !VARIABLES.contains(name)
        };
        self.0.keys().map(String::as_str).filter(is_unknown)
    }

    /// Whether a variable sets this toggle, or the list of plugins if it is nobody's.
    pub fn sets(&self, toggle: &Toggle<'_>) -> bool {
        let (owner, name) = (toggle.owner, toggle.info.name);
        if owner.is_empty() {
            return self.get(PLUGINS).is_some();
        }
        [&format!("{OURS}{owner}_{name}"), name].iter().any(|name| self.0.contains_key(*name))
    }
}

fn set(settings: &mut Settings, place: Place, name: &str, value: &str) -> Result<(), ConfigError> {
    let origin = Origin::Environment(name.to_owned());
    settings.set_at(place, value, origin).map_err(|e| failed(name, e))
}

fn failed(name: &str, source: SettingError) -> ConfigError {
    ConfigError::Environment { name: name.to_owned(), source: Box::new(source) }
}

/// What `FLOWZ_PLUGIN_TOGGLE` means. Plugins begin with a small letter, variables such as `FLOWZ_CONFIG`
/// do not.
fn own(settings: &Settings, name: &str) -> Result<Option<Place>, Unknown> {
    let rest = name.strip_prefix(OURS).filter(|r| r.starts_with(|c: char| c.is_ascii_lowercase()));
    let Some(rest) = rest else { return Ok(None) };
    let toggle_of = |owner: &str| rest.strip_prefix(owner)?.strip_prefix('_');
    // Of `txt` and `txtSink` the one that is followed by a toggle's name.
    let named = settings.all_names().filter_map(|(name, own)| Some((own, toggle_of(name)?)));
    match named.max_by_key(|(_, toggle)| std::cmp::Reverse(toggle.len())) {
        Some((owner, toggle)) => settings.find(owner, toggle).map(Some),
        None => {
            let owner = rest.split('_').next().unwrap_or(rest);
            Err(Unknown::new(PLUGIN, owner, settings.all_names().map(|(name, _)| name)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Environment;
    use flowz_registry::catalog::Catalog;
    use flowz_registry::settings::Settings;
    use std::error::Error;
    use std::path::Path;

    /// An error with its causes.
    fn why(error: &dyn Error) -> String {
        match error.source() {
            Some(cause) => format!("{error}: {}", why(cause)),
            None => error.to_string(),
        }
    }

    /// FDURLIMIT of the engine after these variables.
    fn limit<const N: usize>(variables: [(&str, &str); N]) -> Result<String, String> {
        let mut settings = Settings::new(&Catalog::default());
        let applied = Environment::from_variables(variables).apply(&mut settings);
        applied.map_err(|e| why(&e))?;
        let place = settings.find("core", "FDURLIMIT").unwrap();
        Ok(settings.toggle(place).value)
    }

    #[test]
    fn the_longer_name_is_stronger() {
        assert_eq!(limit([("FDURLIMIT", "3")]).unwrap(), "3");
        assert_eq!(limit([("FDURLIMIT", "3"), ("FLOWZ_core_FDURLIMIT", "4")]).unwrap(), "4");
        assert_eq!(limit([("PATH", "x"), ("FLOWZ_BIN", "x")]).unwrap(), "0");
    }

    #[test]
    fn what_is_wrong() {
        let error = limit([("FDURLIMIT", "x")]).unwrap_err();
        let start = "in the environment variable FDURLIMIT: wrong setting of core: 'x' is not";
        assert!(error.starts_with(start), "{error}");
        let error = limit([("FLOWZ_core_FDURLIMITS", "1")]).unwrap_err();
        assert!(error.contains("no toggle 'FDURLIMITS'; did you mean 'FDURLIMIT'?"), "{error}");
        let error = limit([("FLOWZ_PLUGINS", "xyzzyplugh")]).unwrap_err();
        assert!(error.starts_with("in the environment variable FLOWZ_PLUGINS: there is no plugin"));
        let error = limit([("FLOWZ_cor_FDURLIMIT", "1")]).unwrap_err();
        assert!(error.contains("no plugin 'cor'; did you mean 'core'?"), "{error}");
    }

    #[test]
    fn the_users_file() {
        let of = |home| {
            Environment::from_variables([("HOME", "/h"), ("XDG_CONFIG_HOME", home)]).user_file()
        };
        assert_eq!(of("/x").as_deref(), Some(Path::new("/x/flowz/flowz.toml")));
        assert_eq!(of("x").as_deref(), Some(Path::new("/h/.config/flowz/flowz.toml")));
        assert_eq!(of("").as_deref(), Some(Path::new("/h/.config/flowz/flowz.toml")));
        assert_eq!(Environment::default().user_file(), None);
    }
}
