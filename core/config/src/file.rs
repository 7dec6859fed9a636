//! Configuration files of both forms: TOML with a table per plugin, and `NAME = value` lines as in the
//! reference.

use std::fs;
use std::path::{Path, PathBuf};

use flowz_registry::names::Unknown;
use flowz_registry::plugin_list::bare;
use flowz_registry::settings::{Origin, Place, SettingError, Settings};

use crate::error::{ConfigError, Problem};
use crate::{pairs, toml};

/// Name of the file that is looked for.
pub const NAME: &str = "flowz.toml";

/// One setting of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    /// The plugin, if the file names it.
    pub owner: Option<String>,
    /// The plugin whose part of the file it may be.
    pub section: Option<String>,
    /// The toggle.
    pub name: String,
    /// The value as text.
    pub value: String,
    /// Line in the file, from 1.
    pub line: usize,
}

/// The plugins that a file names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Their names, each with its line.
    pub names: Vec<(String, usize)>,
    /// Where the list begins, from 1.
    pub line: usize,
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct File {
    path: PathBuf,
    /// Its settings in order.
    pub settings: Vec<Setting>,
    /// The plugins that take part, if it names them. Only TOML can.
    pub plugins: Option<Listed>,
}

/// Something wrong in a line.
pub(crate) type Wrong = (usize, String);

/// Whether a file has the form of TOML, judged by its name.
pub fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml"))
}

/// The text of a file. Pipes and devices are refused: they may have no end, or nothing to say.
pub fn text(path: &Path) -> Result<String, ConfigError> {
    let unread = |source| ConfigError::Read { file: path.to_owned(), source };
    let kind = fs::metadata(path).map_err(unread)?;
    if !kind.is_file() && !kind.is_dir() {
        return Err(ConfigError::Kind { file: path.to_owned() });
    }
    fs::read_to_string(path).map_err(unread)
}

impl File {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        Self::from_text(path, &text(path)?)
    }

    /// Reads the text of a file.
    pub fn from_text(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let read = if is_toml(path) {
            toml::read(text)
        } else {
            pairs::read(text).map(|settings| (settings, None))
        };
        let path = path.to_owned();
        match read {
            Ok((settings, plugins)) => Ok(Self { path, settings, plugins }),
            Err((line, form)) => {
                Err(ConfigError::Line { file: path, line, source: Problem::Form(form) })
            }
        }
    }

    /// The same, with this plugin where the file names none.
    #[must_use]
    pub fn for_owner(mut self, owner: &str) -> Self {
        for setting in self.settings.iter_mut().filter(|s| s.owner.is_none()) {
            setting.owner = Some(owner.to_owned());
        }
        self
    }

    /// Sets what the file says.
    pub fn apply(&self, settings: &mut Settings) -> Result<(), ConfigError> {
        self.plugins.iter().try_for_each(|list| self.choose(list, settings))?;
        self.settings.iter().try_for_each(|setting| self.apply_one(setting, settings))
    }

    /// Sets what the file says, and goes on behind what is wrong.
    pub fn check(&self, settings: &mut Settings) -> Vec<ConfigError> {
        let wrong = self.plugins.iter().filter_map(|list| self.choose(list, settings).err());
        let mut all: Vec<_> = wrong.collect();
        let wrong = |setting| self.apply_one(setting, settings).err();
        all.extend(self.settings.iter().filter_map(wrong));
        all
    }

    /// Names the plugins that take part.
    fn choose(&self, list: &Listed, settings: &mut Settings) -> Result<(), ConfigError> {
        let file = &self.path;
        let origin = Origin::File { file: file.clone(), line: list.line };
        let names: Vec<_> = list.names.iter().map(|(name, _)| name.clone()).collect();
        settings.choose(&names, origin).map_err(|unknown| {
            let line = list.names.iter().find(|(name, _)| bare(name) == unknown.name);
            let line = line.map_or(list.line, |(_, line)| *line);
            let source = Problem::Setting(unknown.into());
            ConfigError::Line { file: file.clone(), line, source }
        })
    }

    fn apply_one(&self, setting: &Setting, settings: &mut Settings) -> Result<(), ConfigError> {
        let places = places(setting, settings).map_err(|e| self.wrong(setting, e.into()))?;
        for place in places {
            let origin = Origin::File { file: self.path.clone(), line: setting.line };
            settings
                .set_at(place, &setting.value, origin)
                .map_err(|source| self.wrong(setting, source))?;
        }
        Ok(())
    }

    fn wrong(&self, setting: &Setting, source: SettingError) -> ConfigError {
        let (file, line) = (self.path.clone(), setting.line);
        ConfigError::Line { file, line, source: Problem::Setting(source) }
    }
}

/// The toggles that a setting means: one if it or its section names the plugin, else all of that name.
pub fn places(setting: &Setting, settings: &Settings) -> Result<Vec<Place>, Unknown> {
    if let Some(owner) = &setting.owner {
        return settings.find(owner, &setting.name).map(|place| vec![place]);
    }
    let section = setting.section.as_deref().unwrap_or_default();
    if let Ok(place) = settings.find(section, &setting.name) {
        return Ok(vec![place]);
    }
    let places = settings.named(&setting.name);
    if places.is_empty() {
        let known = settings.toggles().map(|t| t.info.name);
        return Err(Unknown::new("toggle", &setting.name, known));
    }
    Ok(places)
}

#[cfg(test)]
mod tests {
    use super::File;
    use flowz_registry::catalog::Catalog;
    use flowz_registry::settings::{Settings, Toggle};
    use std::error::Error;
    use std::path::Path;

    /// What changes, or what is wrong.
    fn apply(name: &str, text: &str) -> Result<Vec<String>, String> {
        let mut settings = Settings::new(&Catalog::default());
        let read = File::from_text(Path::new(name), text).and_then(|f| f.apply(&mut settings));
        read.map_err(|e| format!("{e}: {}", e.source().unwrap()))?;
        let changed = settings.toggles().filter(Toggle::is_changed);
        Ok(changed.map(|t| format!("{t} ({})", t.origin)).collect())
    }

    #[test]
    fn both_forms() {
        let expected = ["core.FDURLIMIT=7 (f.toml, line 3)", "core.GRE=0 (f.toml, line 4)"];
        let text = "# mine\n[core]\nFDURLIMIT = 7 # seconds\nGRE = false\n";
        assert_eq!(apply("f.toml", text).unwrap(), expected);
        let text = "# :main.h:\n\nFDURLIMIT = 7\nGRE=no\n";
        let expected = expected.map(|e| e.replace("f.toml", "f.config"));
        assert_eq!(apply("f.config", text).unwrap(), expected);
    }

    #[test]
    fn file_and_line_of_what_is_wrong() {
        let error = apply("f.toml", "[core]\nFDURLIMITS = 7\n").unwrap_err();
        let expected =
            "in f.toml, line 2: there is no toggle 'FDURLIMITS'; did you mean 'FDURLIMIT'?";
        assert_eq!(error, expected);
        let error = apply("f.config", "GRE = 1\n\nNOBODYS_NAME = 7\n").unwrap_err();
        assert_eq!(error, "in f.config, line 3: there is no toggle 'NOBODYS_NAME'");
        let error = apply("f.toml", "[core]\n\nFLOW_TIMEOUT = -1.5\n").unwrap_err();
        assert_eq!(error, "in f.toml, line 3: wrong setting of core");
        let error = apply("f.toml", "[core]\nGRE = \n").unwrap_err();
        assert!(error.starts_with("in f.toml, line 2: "), "{error}");
    }

    #[test]
    fn a_wrong_name_in_the_list_of_plugins_has_its_line() {
        let error = apply("f.toml", "plugins = [\n'xyzzyplugh']\n").unwrap_err();
        assert!(error.starts_with("in f.toml, line 2: there is no plugin 'xyzzyplugh'"), "{error}");
    }

    #[test]
    fn all_that_is_wrong() {
        let file = File::from_text(Path::new("f.toml"), "[core]\nA = 1\nGRE = 0\n[cor]\nB = 1\n");
        let mut settings = Settings::new(&Catalog::default());
        let errors = file.unwrap().check(&mut settings);
        let texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["in f.toml, line 2", "in f.toml, line 5"]);
        assert_eq!(settings.toggles().filter(Toggle::is_changed).count(), 1);
    }
}
