//! Settings at random.

use std::fmt;

use flowz_api::registry::{plugins, sinks};
use flowz_api::settings::CoreToggles;
use flowz_api::toggles::{AnyToggles, ToggleInfo};

use super::random::Random;

/// Options with the values from which one is drawn; each is given once in a few trials.
const OPTIONS: [(&str, &[&str]); 7] = [
    ("--max-flows", &["2", "3", "100"]),
    ("--max-mem", &["1", "50K", "1M"]),
    ("--dedup", &["1p", "100p", "10ms", "1000000p"]),
    ("--reorder", &["10ms", "5us", "1000"]),
    ("--sinks", &["csv", "txt,csv", "all"]),
    ("-W", &["o/t:5K", "o/t:3f,7", "o/t:1M,0"]),
    ("-x", &["0", "4294967295"]),
];
/// Toggles whose value says how much memory or output a run may take are left alone.
const LEFT_ALONE: [&str; 2] = ["REASSEMBLE_MEM", "SPKTMD_PCNTH_PREF"];

/// All settings that there are.
pub(super) struct Choices {
    /// `OWNER.TOGGLE=VALUE`, by toggle.
    toggles: Vec<Vec<String>>,
    plugins: Vec<&'static str>,
}

impl Choices {
    /// From the registry.
    pub(super) fn gather() -> Self {
        let linked = flowz_plugins::link() + flowz_sinks::link();
        let core: Box<dyn AnyToggles> = Box::<CoreToggles>::default();
        let mut owners = vec![("core", core)];
        owners.extend(plugins().iter().map(|e| {
            let toggles: Box<dyn AnyToggles> = (e.settings)();
            (e.info.name, toggles)
        }));
        owners.extend(sinks().iter().map(|e| {
            let toggles: Box<dyn AnyToggles> = (e.settings)();
            (e.info.toggles, toggles)
        }));
        let toggles = owners.iter().flat_map(|(owner, toggles)| {
            let known = toggles.table().iter().filter(|t| !LEFT_ALONE.contains(&t.name));
            known.map(move |toggle| {
                let setting = |value| format!("{owner}.{}={value}", toggle.name);
                values(toggle).into_iter().map(setting).collect::<Vec<_>>()
            })
        });
        let toggles = toggles.filter(|values| !values.is_empty()).collect();
        let plugins: Vec<_> = plugins().iter().map(|entry| entry.info.name).collect();
        debug_assert!(linked >= plugins.len());
        Self { toggles, plugins }
    }

    /// The words of one run.
    pub(super) fn draw(&self, random: &mut Random) -> Vec<String> {
        let mut words = Vec::new();
        for flag in ["-s", "--compat", "-l"] {
            if random.one_in(3) {
                words.push(flag.to_owned());
            }
        }
        for (option, values) in OPTIONS {
            if random.one_in(8)
                && let Some(value) = random.pick(values)
            {
                words.extend([option.to_owned(), (*value).to_owned()]);
            }
        }
        match random.below(4) {
            0 => words.extend(["--plugins".to_owned(), "all".to_owned()]),
            1 => {
                let some = self.plugins.iter().filter(|_| random.one_in(3)).copied();
                let some: Vec<_> = some.collect();
                words.extend([
                    "--plugins".to_owned(),
                    [&["basicFlow"], &some[..]].concat().join(","),
                ]);
            }
            _ => {}
        }
        for _ in 0..random.below(8) {
            let toggle = random.pick(&self.toggles).and_then(|values| random.pick(values));
            words.extend(toggle.into_iter().flat_map(|value| ["-o".to_owned(), value.clone()]));
        }
        words
    }
}

impl fmt::Display for Choices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} toggles", self.toggles.len())
    }
}

/// The other value of a switch; the ends of a range and some numbers in it.
fn values(toggle: &ToggleInfo) -> Vec<String> {
    const STEPS: [f64; 5] = [0.0, 1.0, 2.0, 10.0, 1000.0];
    if toggle.kind.starts_with("bool") {
        return vec!["0".to_owned(), "1".to_owned()];
    }
    if toggle.default.parse::<f64>().is_err() {
        return Vec::new();
    }
    let (min, max) = toggle.range.unwrap_or((0.0, 100.0));
    let mut values: Vec<_> = STEPS.iter().map(|step| (min + step).min(max)).collect();
    values.push(max);
    values.dedup();
    values.iter().map(f64::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::Choices;
    use crate::torture::random::Random;

    #[test]
    fn settings_are_drawn_from_all_owners() {
        let choices = Choices::gather();
        let words: Vec<_> = (0..3000).flat_map(|n| choices.draw(&mut Random::new(1, n))).collect();
        for word in ["core.SCTP_ACTIVATE=3", "basicFlow.", "txtSink.", "--dedup", "all", "-s"] {
            assert!(words.iter().any(|drawn| drawn.starts_with(word)), "{word}");
        }
    }
}
