//! What a run over a capture costs, stage by stage.
//!
//! A stage is what a run takes less without it, or what is counted while the program is inside functions that are
//! called through a trait object: these exist whatever the compiler inlines. The program's own code is told apart
//! from that of the C library and of the loader, which differ from machine to machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::captures::Capture;
use super::profile::Profile;
use crate::bench::measure::Scratch;

/// From the start to the end of a run without packets.
pub(super) const START: &str = "start";
/// All of a run over a capture, without the start.
const ALL: &str = "all";
/// Reading, with a filter that drops every packet.
const FILTER: &str = "filter";
/// Reading, decoder, table, sweep: all but plugins and text.
const ENGINE: &str = "engine";
/// The hooks of the plugins.
const PLUGINS: &str = "plugins";
/// Flow rows to text and to the file.
const TEXT: &str = "text";
/// All of a run that also writes the packet table.
const PACKETS: &str = "packets";

/// The stages in the order in which a packet meets them.
pub(super) const ORDER: [&str; 7] = [START, FILTER, ENGINE, PLUGINS, TEXT, ALL, PACKETS];

/// Drops every packet.
const NOTHING: &str = "less 1";
/// Functions that are called through trait objects, as callgrind's patterns.
const HOOKS: &[&str] = &[
    "* as flowz_api::host::PluginInstance>::new_flow",
    "* as flowz_api::host::PluginInstance>::packet",
    "* as flowz_api::host::PluginInstance>::flow_end",
    "* as flowz_api::host::PluginInstance>::event",
];
const WRITES: &[&str] = &["* as flowz_api::sink::Sink>::record"];

/// Instructions of the program's own code, and with those of the libraries that it calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Count {
    pub(super) own: u64,
    pub(super) total: u64,
}

/// The program, ready to be counted.
pub(super) struct Counter<'a> {
    /// Its path as callgrind names it.
    program: PathBuf,
    plugins: &'a str,
    scratch: &'a Scratch,
}

impl<'a> Counter<'a> {
    pub(super) fn new(flowz: &Path, plugins: &'a str, scratch: &'a Scratch) -> Result<Self> {
        let program = fs::canonicalize(flowz).context("cannot find the program")?;
        Ok(Self { program, plugins, scratch })
    }

    /// Instructions for a capture's file; if functions are named, only those within them.
    pub(super) fn count(&self, file: &str, options: &[&str], within: &[&str]) -> Result<Count> {
        let profile = self.profile(file, options, within)?;
        let own = profile.instructions_of(&self.program.display().to_string());
        if own == 0 {
            bail!(
                "nothing was counted in '{}': are there still such functions?",
                within.join("', '")
            );
        }
        Ok(Count { own, total: profile.total() })
    }

    /// One run. Neither the environment nor the path of a file is other from run to run: both are on the stack.
    fn profile(&self, file: &str, options: &[&str], within: &[&str]) -> Result<Profile> {
        let (out, profile) = (self.scratch.path().join("out"), self.scratch.path().join("profile"));
        fs::create_dir_all(&out).context("cannot make the folder of the tables")?;
        let mut valgrind = Command::new("valgrind");
        valgrind.current_dir(self.scratch.path()).env_clear().env("TZ", "UTC");
        valgrind.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        valgrind.args(["--tool=callgrind", "--dump-line=no", "--callgrind-out-file=profile"]);
        valgrind.args(within.iter().map(|function| format!("--toggle-collect={function}")));
        valgrind.arg(&self.program).args(["-r", file, "-w", "out/t", "--no-config", "-q"]);
        valgrind.args(["--threads", "1", "--sinks", "txt", "--plugins", self.plugins]);
        let output = valgrind.args(options).output().context("cannot start valgrind")?;
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            bail!("a run under valgrind failed ({}): {}", output.status, errors.trim());
        }
        let text = fs::read_to_string(&profile).context("valgrind left no profile")?;
        fs::remove_dir_all(&out).context("cannot remove the tables")?;
        Profile::parse(&text)
    }
}

/// The stages of a capture.
pub(super) fn of_capture(
    counter: &Counter<'_>,
    start: Count,
    capture: &Capture,
) -> Result<Vec<Stage>> {
    let file = capture.file.as_str();
    let runs = Runs {
        start,
        whole: counter.count(file, &[], &[])?,
        dropped: counter.count(file, &[NOTHING], &[])?,
        plugins: counter.count(file, &[], HOOKS)?,
        text: counter.count(file, &[], WRITES)?,
        packets: counter.count(file, &["-s"], &[])?,
    };
    runs.stages().with_context(|| format!("the stages of {} do not add up", capture.name))
}

/// Name and instructions.
type Stage = (&'static str, Count);

/// Instructions of whole runs, and of parts of them.
struct Runs {
    start: Count,
    whole: Count,
    dropped: Count,
    plugins: Count,
    text: Count,
    packets: Count,
}

impl Count {
    /// None if the other is more.
    fn less(self, other: Self) -> Option<Self> {
        let own = self.own.checked_sub(other.own)?;
        Some(Self { own, total: self.total.checked_sub(other.total)? })
    }
}

impl Runs {
    /// None if a part is more than the whole.
    fn stages(&self) -> Option<Vec<Stage>> {
        let all = self.whole.less(self.start)?;
        let engine = all.less(self.plugins)?.less(self.text)?;
        Some(vec![
            (FILTER, self.dropped.less(self.start)?),
            (ENGINE, engine),
            (PLUGINS, self.plugins),
            (TEXT, self.text),
            (ALL, all),
            (PACKETS, self.packets.less(self.start)?),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::{Count, ORDER, Runs, START};

    #[test]
    fn stages_add_up() {
        let count = |own| Count { own, total: own + own / 10 };
        let mut runs = Runs {
            start: count(10),
            whole: count(110),
            dropped: count(20),
            plugins: count(40),
            text: count(30),
            packets: count(200),
        };
        let expected = [
            ("filter", 10),
            ("engine", 30),
            ("plugins", 40),
            ("text", 30),
            ("all", 100),
            ("packets", 190),
        ];
        let stages = runs.stages().unwrap();
        assert_eq!(stages, expected.map(|(name, own)| (name, count(own))));
        assert_eq!(ORDER[0], START);
        assert!(stages.iter().map(|(name, _)| name).eq(&ORDER[1..]));
        runs.text = count(70);
        assert_eq!(runs.stages(), None, "parts of more than the whole");
        runs.text = count(60);
        assert!(runs.stages().is_some());
    }
}
