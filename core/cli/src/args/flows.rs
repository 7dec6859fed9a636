//! When flows end, and when they are written.

use super::OUT_OF_RANGE;

/// When flows are written.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Flows")]
pub(crate) struct FlowArgs {
    /// Write interim records of flows that live longer: seconds, or with ms, s, min, h, d, as in 5min. They go on with their
    /// numbers, and counters begin anew (docs/timeouts.md); the same as -o core.ACTIVE_TIMEOUT, in seconds
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    pub(crate) active_timeout: Option<f64>,

    /// What the counters of interim records are about: each record by itself, or all since the flow began; the same as -o
    /// core.ACTIVE_CUMULATIVE=0 or 1 [default: per-record]
    #[arg(long, value_name = "WHICH", requires = "active_timeout")]
    pub(crate) active_counters: Option<ActiveCounters>,
}

/// What the counters of interim records are about.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ActiveCounters {
    /// The time since the record before.
    PerRecord,
    /// The time since the flow began.
    Cumulative,
}

impl FlowArgs {
    /// The settings that they stand for.
    pub(crate) fn options(&self) -> Vec<String> {
        let active = self.active_timeout.map(|n| format!("core.ACTIVE_TIMEOUT={n}"));
        let counters = self.active_counters.map(|counters| {
            format!("core.ACTIVE_CUMULATIVE={}", u8::from(counters == ActiveCounters::Cumulative))
        });
        active.into_iter().chain(counters).collect()
    }
}

/// A length of time in seconds.
fn seconds(text: &str) -> Result<f64, String> {
    const UNITS: [(&str, f64); 5] =
        [("ms", 1e-3), ("s", 1.0), ("min", 60.0), ("h", 3600.0), ("d", 86400.0)];
    let end = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let factor = match UNITS.iter().find(|(name, _)| *name == unit) {
        Some((_, factor)) => *factor,
        None if unit.is_empty() => 1.0,
        None => return Err(format!("'{unit}' is no unit: there are ms, s, min, h, d")),
    };
    let number: f64 = number.parse().map_err(|_| "a number is needed, as in 60s".to_owned())?;
    let seconds = number * factor;
    let most = 1e9;
    if (1e-3..=most).contains(&seconds) {
        Ok(seconds)
    } else {
        Err(format!("{OUT_OF_RANGE}: from 1ms to 1e9s"))
    }
}

#[cfg(test)]
mod tests {
    use super::{ActiveCounters, FlowArgs, seconds};

    #[test]
    fn lengths_of_time() {
        let all = [
            ("60", 60.0),
            ("60s", 60.0),
            ("5min", 300.0),
            ("1.5h", 5400.0),
            ("250ms", 0.25),
            ("1d", 86400.0),
        ];
        for (text, expected) in all {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for text in ["", "0", "-5", "min", "5m", "5 min", "1e", "nan", "inf", "1000000d"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_setting() {
        let (active_timeout, active_counters) = (Some(0.25), Some(ActiveCounters::Cumulative));
        assert_eq!(
            FlowArgs { active_timeout, active_counters }.options(),
            ["core.ACTIVE_TIMEOUT=0.25", "core.ACTIVE_CUMULATIVE=1"]
        );
        let none = FlowArgs { active_timeout: None, active_counters: None };
        assert!(none.options().is_empty());
    }
}
