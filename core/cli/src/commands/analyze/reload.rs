//! Settings that are read again while a run goes on (SIGHUP): those that change no table take effect, the others are told.

use std::collections::BTreeMap;

use flowz_monitor::Settings;
use flowz_registry::catalog::Catalog;
use flowz_registry::selection::Selection;
use flowz_registry::settings::CORE;

use super::report::program;
use super::selection;
use crate::args::AnalyzeArgs;
use crate::log;

/// Settings of the core that may change at any time.
const AT_ANY_TIME: [&str; 4] = ["MONINTV", "MONINTTMPCP", "DIFF_REPORT", "MACHINE_REPORT"];

/// The settings of a run as they were read last.
pub(super) struct Reload<'a> {
    args: &'a AnalyzeArgs,
    catalog: Catalog,
    /// Those with which the run has begun, and their values once they were read again.
    first: &'a Selection,
    known: Option<BTreeMap<String, String>>,
}

impl<'a> Reload<'a> {
    /// Those with which a run has begun.
    pub(super) fn new(args: &'a AnalyzeArgs, catalog: Catalog, first: &'a Selection) -> Self {
        Self { args, catalog, first, known: None }
    }

    /// Whether remarks are not wanted.
    pub(super) fn is_quiet(&self) -> bool {
        self.args.output.quiet
    }

    /// Whether programs want to know how far the run is.
    pub(super) fn tells_progress(&self) -> bool {
        self.args.output.json_progress
    }

    /// Reads them again; yields how reports are made from now on. If they are wrong all stays as it is.
    pub(super) fn again(&mut self) -> Option<Settings> {
        let new = match selection::of_catalog(self.args, &self.catalog) {
            Ok(new) => new,
            Err(error) => {
                log::warning(&format!("the settings stay as they were: {error:#}"));
                return None;
            }
        };
        let now = values(&new);
        let known = self.known.take().unwrap_or_else(|| values(self.first));
        let later: Vec<_> =
            changed(&known, &now).filter(|name| !is_at_any_time(name)).map(str::to_owned).collect();
        if !later.is_empty() && !self.args.output.quiet {
            let names = later.join(", ");
            log::warning(&format!("changed settings that take effect at the next start: {names}"));
        }
        self.known = Some(now);
        Some(Settings::new(&new.settings.core, program()))
    }
}

/// All settings in force, and the plugins and sinks.
fn values(selection: &Selection) -> BTreeMap<String, String> {
    let toggles = selection.in_force();
    let toggles =
        toggles.map(|toggle| (format!("{}.{}", toggle.owner, toggle.info.name), toggle.value));
    let plugins = selection.infos().map(|info| (format!("plugin {}", info.name), String::new()));
    let sinks = selection.sink_infos().map(|info| (format!("sink {}", info.name), String::new()));
    toggles.chain(plugins).chain(sinks).collect()
}

/// What has another value, is new or is gone, in order.
fn changed<'a>(
    before: &'a BTreeMap<String, String>,
    now: &'a BTreeMap<String, String>,
) -> impl Iterator<Item = &'a str> {
    let gone = before.keys().filter(|name| !now.contains_key(*name));
    let other = now.iter().filter(|(name, value)| before.get(*name) != Some(value));
    gone.chain(other.map(|(name, _)| name)).map(String::as_str)
}

fn is_at_any_time(name: &str) -> bool {
    let name = name.strip_prefix(CORE).and_then(|name| name.strip_prefix('.'));
    name.is_some_and(|name| AT_ANY_TIME.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::{changed, is_at_any_time};

    #[test]
    fn what_has_changed() {
        let map = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let before = map(&[("a", "1"), ("b", "2"), ("c", "3")]);
        let now = map(&[("a", "1"), ("b", "5"), ("d", "")]);
        assert_eq!(changed(&before, &now).collect::<Vec<_>>(), ["c", "b", "d"]);
        assert_eq!(changed(&now, &now).count(), 0);
    }

    #[test]
    fn settings_of_reports_may_change() {
        assert!(is_at_any_time("core.MONINTV") && !is_at_any_time("core.FLOW_TIMEOUT"));
        assert!(!is_at_any_time("plugin.MONINTV"));
    }
}
