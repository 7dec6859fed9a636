//! Where settings come from. The weakest first:
//!
//! 1. the defaults,
//! 2. the user's file, `$XDG_CONFIG_HOME/flowz/flowz.toml` (or `~/.config/flowz/flowz.toml`),
//! 3. the files that were named, or the one that `FLOWZ_CONFIG` names, or `flowz.toml` in the working
//!    directory,
//! 4. the environment: `BS_STATS=0`, and stronger `FLOWZ_basicStats_BS_STATS=0`,
//! 5. the command line.
//!
//! The list of plugins comes the same way: `plugins = ["..."]` in a file, `FLOWZ_PLUGINS`, `--plugins`.
//!
//! Each source is applied as a whole to [`Settings`], which remembers where a value is from. What is
//! wrong is told with its file and line.
#![forbid(unsafe_code)]

pub mod edit;
pub mod environment;
mod error;
pub mod file;
pub mod manual;
mod pairs;
mod toml;
pub mod usage;
mod words;

use std::path::{Path, PathBuf};

use flowz_registry::settings::{Origin, Settings};

pub use environment::Environment;
pub use error::{ConfigError, Problem};
pub use words::message;

/// What a command line says about settings.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// Files that are named (`--config`), the weakest first.
    pub files: &'a [PathBuf],
    /// Nothing is to be looked for: neither files nor the environment (`--no-config`).
    pub no_config: bool,
    /// Settings `PLUGIN.TOGGLE=VALUE` (`-o`).
    pub options: &'a [String],
    /// The plugins that it names (`--plugins`).
    pub plugins: Option<&'a [String]>,
}

/// Applies all sources to settings that are the defaults.
pub fn apply(
    settings: &mut Settings,
    request: &Request<'_>,
    environment: &Environment,
) -> Result<(), ConfigError> {
    for path in files(request, environment) {
        file::File::read(&path)?.apply(settings)?;
    }
    if !ignores(request, environment) {
        environment.apply(settings)?;
    }
    for option in request.options {
        settings.set(option, Origin::CommandLine).map_err(|source| ConfigError::Option {
            option: option.clone(),
            source: Box::new(source),
        })?;
    }
    if let Some(names) = request.plugins {
        settings.choose(names, Origin::CommandLine)?;
    }
    Ok(())
}

/// The files that count, the weakest first.
pub fn files(request: &Request<'_>, environment: &Environment) -> Vec<PathBuf> {
    if ignores(request, environment) {
        return request.files.to_vec();
    }
    let user = environment.user_file().filter(|file| is_there(file));
    let own = if request.files.is_empty() {
        let named = environment.config_file();
        let found = || Some(PathBuf::from(file::NAME)).filter(|file| is_there(file));
        named.or_else(found).into_iter().collect()
    } else {
        request.files.to_vec()
    };
    user.into_iter().chain(own).collect()
}

/// The file that is to be changed: the last one named, else the one that would be looked for.
pub fn target(request: &Request<'_>, environment: &Environment) -> PathBuf {
    let named = request.files.last().cloned().or_else(|| environment.config_file());
    named.unwrap_or_else(|| PathBuf::from(file::NAME))
}

fn ignores(request: &Request<'_>, environment: &Environment) -> bool {
    request.no_config || environment.no_config()
}

/// Whether something has this name, be it readable or not.
fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

#[cfg(test)]
mod tests {
    use super::{Environment, Request, apply, files};
    use flowz_registry::catalog::Catalog;
    use flowz_registry::settings::{Settings, Toggle};
    use std::path::PathBuf;

    #[test]
    fn the_named_file_takes_the_place_of_the_one_of_the_environment() {
        let environment = Environment::from_variables([("FLOWZ_CONFIG", "a.toml")]);
        let named = [PathBuf::from("b.toml")];
        let of = |request: &Request<'_>| files(request, &environment);
        assert_eq!(of(&Request::default()), [PathBuf::from("a.toml")]);
        let request = Request { files: &named, ..Request::default() };
        assert_eq!(of(&request), named);
        let request = Request { no_config: true, ..Request::default() };
        assert!(of(&request).is_empty());
        let environment =
            Environment::from_variables([("FLOWZ_CONFIG", "a"), ("FLOWZ_NO_CONFIG", "1")]);
        assert!(files(&Request::default(), &environment).is_empty());
    }

    #[test]
    fn the_command_line_is_the_strongest() {
        let environment = Environment::from_variables([("FDURLIMIT", "3"), ("FLOW_TIMEOUT", "4")]);
        let mut settings = Settings::new(&Catalog::default());
        let options = ["core.FDURLIMIT=5".to_owned()];
        let request = Request { options: &options, ..Request::default() };
        apply(&mut settings, &request, &environment).unwrap();
        let changed: Vec<_> = settings.toggles().filter(Toggle::is_changed).collect();
        let texts = changed.iter().map(|t| format!("{t} ({})", t.origin));
        let expected = [
            "core.FLOW_TIMEOUT=4.0 (environment variable FLOW_TIMEOUT)",
            "core.FDURLIMIT=5 (command line)",
        ];
        assert_eq!(texts.collect::<Vec<_>>(), expected);
    }
}
