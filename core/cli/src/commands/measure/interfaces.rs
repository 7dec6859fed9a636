//! `flowz if`: counters of interfaces, once or every few seconds with rates.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use flowz_live::LiveError;
use flowz_measure::interfaces::{COUNTERS, Interface, columns, of_proc, row, row_with_rates};
use flowz_measure::table::Cell;

use super::FormArgs;
use super::form::Printed;
use super::stat::seconds;
use crate::clock::{Watch, now};
use crate::commands::analyze::Outcome;
use crate::log;
use crate::signals::Signals;

/// Interfaces with their counters.
const PROC: &str = "/proc/net/dev";
/// The same in more detail, a folder each.
const SYS: &str = "/sys/class/net";
/// A signal is heard within this time.
const PATIENCE: Duration = Duration::from_millis(50);

/// Arguments of `flowz if`.
#[derive(clap::Args, Debug)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Args {
    /// Interfaces; without any all of them
    #[arg(value_name = "INTERFACE")]
    names: Vec<String>,

    /// Print the counters every so many seconds (1, 0.5) with rates, the first time after as many
    #[arg(short = 'i', long, value_name = "SECONDS", value_parser = seconds)]
    interval: Option<i64>,

    /// End after so many times
    #[arg(short = 'n', long, value_name = "N", requires = "interval", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,

    #[command(flatten)]
    form: FormArgs,
}

/// Interfaces at a moment, by their names.
type Interfaces = BTreeMap<String, Interface>;

/// Prints counters, and rates if they are wanted.
pub(in crate::commands) fn run(args: &Args) -> Result<Outcome> {
    let first = wanted(read()?, &args.names)?;
    let Some(nanos) = args.interval else {
        let mut table = Printed::new(args.form.form(), &columns(false), true);
        first.values().try_for_each(|interface| table.row(&row(interface)))?;
        return table.end().map(|()| Outcome::Done);
    };
    watch(args, first, Duration::from_nanos(nanos.unsigned_abs()))
}

/// Prints counters with rates until there are enough of them.
fn watch(args: &Args, mut before: Interfaces, interval: Duration) -> Result<Outcome> {
    let signals = Signals::default();
    signals.mind().context("cannot mind signals")?;
    let mut table = Printed::new(args.form.form(), &columns(true), false);
    let clock = Watch::start();
    let (mut at, mut next) = (Duration::ZERO, interval);
    let mut left = args.count.unwrap_or(u64::MAX);
    while left > 0 && wait(&clock, next, &signals) {
        let mut all = read()?;
        let (since, time) = (clock.elapsed().saturating_sub(at), Cell::Time(now()));
        at += since;
        if !args.names.is_empty() {
            all.retain(|name, _| args.names.contains(name));
        }
        for gone in before.keys().filter(|name| !all.contains_key(*name)) {
            log::warning(&format!("the interface `{gone}` is gone"));
        }
        for (name, interface) in &all {
            let before = before.get(name);
            table.row(&row_with_rates(time.clone(), interface, before, since.as_secs_f64()))?;
        }
        table.show()?;
        (before, left) = (all, left - 1);
        // Where the program was held up, moments that have passed are left out.
        while next <= at {
            next += interval;
        }
    }
    table.end()?;
    Ok(signals.received().map_or(Outcome::Done, |(_, status)| Outcome::Stopped(status)))
}

/// Waits for a moment; false if a signal came first.
#[allow(clippy::disallowed_methods, reason = "waits for a clock")]
fn wait(clock: &Watch, until: Duration, signals: &Signals) -> bool {
    loop {
        if signals.stop.load(Ordering::Relaxed) {
            return false;
        }
        let left = until.saturating_sub(clock.elapsed());
        if left.is_zero() {
            return true;
        }
        thread::sleep(left.min(PATIENCE));
    }
}

/// Those that are named, or all.
fn wanted(all: Interfaces, names: &[String]) -> Result<Interfaces> {
    if let Some(name) = names.iter().find(|name| !all.contains_key(*name)) {
        let known = all.into_keys().collect();
        return Err(LiveError::Unknown { name: name.clone(), known }.into());
    }
    let is_wanted = |name: &String| names.is_empty() || names.contains(name);
    Ok(all.into_iter().filter(|(name, _)| is_wanted(name)).collect())
}

/// All interfaces: as /proc/net/dev has them, and with what /sys knows beyond that.
fn read() -> Result<Interfaces> {
    let text = fs::read(PROC).with_context(|| format!("cannot read '{PROC}'"))?;
    let listed = of_proc(&String::from_utf8_lossy(&text));
    let mut all: Interfaces = listed.into_iter().map(|i| (i.name.clone(), i)).collect();
    let named = fs::read_dir(SYS).into_iter().flatten().flatten();
    // Links; whatever else is there is none.
    let named = named.filter(|entry| entry.path().join("statistics").is_dir());
    let known: Vec<_> = named.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    // Where /sys is that of another network, or not there at all, it is left alone.
    if known.len() != all.len() || known.iter().any(|name| !all.contains_key(name)) {
        return Ok(all);
    }
    for (name, interface) in &mut all {
        in_detail(&Path::new(SYS).join(name), interface);
    }
    Ok(all)
}

/// Reads the counters of an interface's folder; one that went away meanwhile is as it was listed.
fn in_detail(folder: &Path, interface: &mut Interface) {
    let word = |file: &str| Some(fs::read_to_string(folder.join(file)).ok()?.trim().to_owned());
    let counters = COUNTERS.map(|(_, file)| word(&format!("statistics/{file}"))?.parse().ok());
    if counters.iter().all(Option::is_some) {
        interface.counters = counters;
    }
    interface.state = word("operstate").filter(|word| !word.is_empty());
}

#[cfg(test)]
mod tests {
    use super::{Interface, Interfaces, wanted};

    #[test]
    fn names() {
        let interface =
            |name: &str| Interface { name: name.to_owned(), state: None, counters: [None; 12] };
        let all: Interfaces = ["lo", "eth0"].map(|name| (name.to_owned(), interface(name))).into();
        assert_eq!(wanted(all.clone(), &[]).unwrap().len(), 2);
        let one = wanted(all.clone(), &["lo".to_owned()]).unwrap();
        assert_eq!(one.into_keys().collect::<Vec<_>>(), ["lo"]);
        let error = wanted(all, &["lo".to_owned(), "x".to_owned()]).unwrap_err();
        assert_eq!(error.to_string(), "there is no interface `x`; there are eth0 and lo");
        assert!(crate::usage::is_wrong(&error));
    }
}
