//! t2conf: what can be set in flowz and what is set, from the same tables that the program uses; changes
//! configuration files.
//!
//! Everything about files, environment and their order is in `flowz_config`; this is its front end.
#![forbid(unsafe_code)]

mod args;
mod change;
mod completions;
mod generate;
mod json;
mod manual;
mod plugins;
mod table;
mod usage;

use std::fmt::Write as _;
use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Result, anyhow};
use clap::Parser;
use flowz_api::text::harmless;
use flowz_config::file::File;
use flowz_config::usage::sentence;
use flowz_config::{ConfigError, Environment, Request, message};
use flowz_host::loader;
use flowz_registry::catalog::Catalog;
use flowz_registry::selection::Selection;
use flowz_registry::settings::{Origin, Owner, Place, Settings, Toggle};

use args::Args;
use usage::{WRONG_USAGE, is_wrong, of_words, wrong};

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return refuse_words(error),
    };
    let output = Context::new(args, Environment::of_process()).and_then(|cx| cx.output());
    let written = output.and_then(|text| print(&text));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say("error", &format!("{error:#}"));
            if is_wrong(&error) { ExitCode::from(WRONG_USAGE) } else { ExitCode::FAILURE }
        }
    }
}

/// Tells what is wrong with the words, or shows the help that they ask for.
fn refuse_words(error: clap::Error) -> ExitCode {
    match sentence(error) {
        Ok(sentence) => say("error", &sentence),
        Err(help) => help.exit(),
    }
    ExitCode::from(WRONG_USAGE)
}

fn say(kind: &str, text: &str) {
    // Nobody is left to tell if standard error is closed.
    let _ = writeln!(io::stderr(), "t2conf: {kind}: {}", message(text));
}

/// Writes to standard output. That its reader has seen enough is no failure.
fn print(text: &str) -> Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(anyhow!("cannot write to standard output: {error}"))
        }
        _ => Ok(()),
    }
}

/// What the command line asks for, and all toggles with their defaults.
struct Context {
    args: Args,
    environment: Environment,
    defaults: Settings,
    catalog: Catalog,
}

impl Context {
    fn new(mut args: Args, environment: Environment) -> Result<Self> {
        flowz_plugins::link();
        flowz_sinks::link();
        let folder = args.plugin_folder.as_deref();
        let loaded = folder.map(loader::load_dir).transpose()?;
        if let (Some(folder), Some([])) = (folder, loaded.as_deref()) {
            say("warning", &format!("there are no plugins (*.so) in '{}'", folder.display()));
        }
        let catalog = Catalog::new(loaded.unwrap_or_default());
        let defaults = Settings::new(&catalog);
        if let Some(name) = &mut args.plugin {
            of_words(defaults.owner(name))?.name.clone_into(name);
        }
        Ok(Self { args, environment, defaults, catalog })
    }

    /// The text for standard output; changes what is to be changed.
    fn output(&self) -> Result<String> {
        let args = &self.args;
        if let Some(shell) = args.completions {
            return Ok(completions::script(shell, &self.catalog, &self.defaults));
        }
        if args.man {
            return Ok(manual::page()?);
        }
        if let Some(path) = &args.validate {
            return self.validate(&File::read(path)?, &path.display().to_string());
        }
        if args.names {
            return Ok(self.names());
        }
        if let Some(text) = plugins::run(self)? {
            return Ok(text);
        }
        if let Some(text) = change::run(self)? {
            return Ok(text);
        }
        let settings = self.settings()?;
        if let Some(name) = &args.get {
            return Ok(format!(
                "{}\n",
                harmless(&settings.toggle(of_words(self.place(name))?).value)
            ));
        }
        if let Some(path) = &args.generate {
            let list = args.plugin.is_none().then(|| plugins::entry(self, &settings));
            let list = list.unwrap_or_default();
            return generate::run(path, &list, &settings, |name| self.is_selected(name));
        }
        if self.is_filtered() {
            return Ok(self.filtered(&settings));
        }
        Ok(self.list(&settings))
    }

    /// The list of plugins and the toggles that a search or a comparison finds.
    fn filtered(&self, settings: &Settings) -> String {
        let default = plugins::by_default(self).join(",");
        let list = settings.plugins();
        let (value, origin) = match list {
            Some(list) => (list.to_string(), list.origin.clone()),
            None => (default.clone(), Origin::Default),
        };
        let list = plugins::as_toggle(value, &default, &origin);
        let selected = |t: &Toggle<'_>| self.is_selected(t.owner) && self.matches_filter(t);
        let found = [list].into_iter().chain(settings.toggles()).filter(selected).collect();
        let found = self.sorted(found, Toggle::full_name);
        if self.args.json { json::toggles(&found) } else { table::toggles(&found) }
    }

    /// The same, by name if the command line asks for that; capitals are like small letters.
    fn sorted<T, N: AsRef<str>>(&self, mut items: Vec<T>, name: impl Fn(&T) -> N) -> Vec<T> {
        if self.args.sort {
            items.sort_by_cached_key(|item| name(item).as_ref().to_lowercase());
        }
        items
    }

    /// Plugins, or the toggles of one, or all toggles.
    fn list(&self, settings: &Settings) -> String {
        let owners = settings.owners().filter(|o| self.is_selected(o.name)).copied().collect();
        let owners: Vec<_> = self.sorted(owners, |o: &Owner| o.name);
        let with_toggles = |owner: &Owner| {
            (*owner, self.sorted(settings.toggles_of(owner.name).collect(), |t| t.info.name))
        };
        let all = self.args.all || self.args.plugin.is_some();
        match (all, self.args.json) {
            (true, is_json) => {
                let parts: Vec<_> = owners.iter().map(with_toggles).collect();
                if is_json {
                    json::plugin_toggles(&parts, self.args.all)
                } else {
                    table::plugin_toggles(&parts, self.args.all)
                }
            }
            (false, true) => json::overview(&owners),
            (false, false) => table::overview(&owners),
        }
    }

    /// Whether only some toggles are to be shown.
    fn is_filtered(&self) -> bool {
        self.args.search.is_some() || self.args.environment || self.args.diff
    }

    /// Whether a search or a comparison finds this toggle.
    fn matches_filter(&self, toggle: &Toggle<'_>) -> bool {
        let (args, info) = (&self.args, toggle.info);
        let text = || format!("{} {}", toggle.full_name(), info.doc).to_lowercase();
        let has = |words: &String| {
            let text = text();
            words.to_lowercase().split_whitespace().all(|word| text.contains(word))
        };
        args.search.as_ref().is_none_or(has)
            && (!args.environment || self.environment.sets(toggle))
            && (!args.diff || toggle.is_changed())
    }

    /// Names of plugins, or of toggles where a plugin is named; of all toggles with -a.
    fn names(&self) -> String {
        if self.args.plugin.is_none() && !self.args.all {
            let owners = self.defaults.owners().map(|o| o.name.to_owned()).collect();
            return lines(self.sorted(owners, String::clone).into_iter());
        }
        let selected = self.defaults.toggles().filter(|t| self.is_selected(t.owner)).collect();
        let selected = self.sorted(selected, Toggle::full_name);
        let owner = |t: &Toggle<'_>| match self.args.plugin {
            Some(_) => String::new(),
            None => format!("{}.", t.owner),
        };
        let name = |t: Toggle<'_>| owner(&t) + t.info.name;
        lines(selected.into_iter().map(name))
    }

    /// Whether the command line selects this plugin.
    fn is_selected(&self, owner: &str) -> bool {
        self.args.plugin.as_ref().is_none_or(|name| name == owner)
    }

    /// The values that flowz would use.
    fn settings(&self) -> Result<Settings> {
        let mut settings = Settings::new(&self.catalog);
        flowz_config::apply(&mut settings, &self.request(), &self.environment)?;
        Ok(settings)
    }

    fn request(&self) -> Request<'_> {
        let Args { config, no_config, .. } = &self.args;
        Request { files: config, no_config: *no_config, ..Request::default() }
    }

    /// `NAME` of the plugin that is named, or `PLUGIN.NAME`.
    fn place(&self, name: &str) -> Result<Place> {
        let (owner, toggle) = match (name.split_once('.'), &self.args.plugin) {
            (Some((owner, toggle)), _) => (owner, toggle),
            (None, Some(owner)) => (owner.as_str(), name),
            (None, None) => {
                return Err(wrong(format!(
                    "of which plugin is {name}? Write PLUGIN.{name}, or name the plugin"
                )));
            }
        };
        Ok(self.defaults.find(owner, toggle)?)
    }

    /// All that is wrong in a file, or that nothing is.
    fn validate(&self, file: &File, name: &str) -> Result<String> {
        let mut settings = Settings::new(&self.catalog);
        let wrong = file.check(&mut settings);
        refuse(wrong)?;
        // The list of plugins is a setting too, and all that its plugins need must be in it.
        Selection::from_settings(&self.catalog, settings)?;
        let settings = file.settings.len() + usize::from(file.plugins.is_some());
        Ok(format!("{}: {}, nothing wrong\n", harmless(name), count(settings)))
    }
}

/// Fails if there are errors: tells all but the last one, which is the failure.
fn refuse(mut errors: Vec<ConfigError>) -> Result<()> {
    let Some(last) = errors.pop() else { return Ok(()) };
    for error in errors {
        say("error", &format!("{:#}", anyhow!(error)));
    }
    Err(last.into())
}

/// `1 setting`, `2 settings`.
fn count(n: usize) -> String {
    if n == 1 { "1 setting".to_owned() } else { format!("{n} settings") }
}

/// Each on a line of its own, whatever is in it.
fn lines(items: impl Iterator<Item = String>) -> String {
    items.fold(String::new(), |mut out, item| {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}", harmless(&item));
        out
    })
}

#[cfg(test)]
mod tests;
