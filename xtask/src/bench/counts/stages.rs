//! What a run over a capture costs, stage by stage.
//!
//! A stage is what a run takes less without it, or what is counted while the program is inside functions that are
//! called through a trait object: these exist whatever the compiler inlines. Only the program's own code
//! counts, not that of the C library and of the loader, which differ from machine to machine.

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
    "* as flowz_api::host::HostedPlugin>::new_flow",
    "* as flowz_api::host::HostedPlugin>::packet",
    "* as flowz_api::host::HostedPlugin>::layer2",
    "* as flowz_api::host::HostedPlugin>::terminate",
];
const WRITES: &[&str] = &["* as flowz_api::sink::Sink>::flow"];

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

    /// The program's instructions for a capture's file; if functions are named, only those within them.
    pub(super) fn count(&self, file: &str, options: &[&str], within: &[&str]) -> Result<u64> {
        let own = self.profile(file, options, within)?.of(&self.program.display().to_string());
        if own == 0 {
            bail!(
                "nothing was counted in '{}': are there still such functions?",
                within.join("', '")
            );
        }
        Ok(own)
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
pub(super) fn of(counter: &Counter<'_>, start: u64, capture: &Capture) -> Result<Vec<Stage>> {
    let file = capture.file.as_str();
    let counts = Counts {
        start,
        whole: counter.count(file, &[], &[])?,
        dropped: counter.count(file, &[NOTHING], &[])?,
        plugins: counter.count(file, &[], HOOKS)?,
        text: counter.count(file, &[], WRITES)?,
        packets: counter.count(file, &["-s"], &[])?,
    };
    counts.stages().with_context(|| format!("the stages of {} do not add up", capture.name))
}

/// Name and instructions.
type Stage = (&'static str, u64);

/// Instructions of whole runs, and of parts of them.
struct Counts {
    start: u64,
    whole: u64,
    dropped: u64,
    plugins: u64,
    text: u64,
    packets: u64,
}

impl Counts {
    /// None if a part is more than the whole.
    fn stages(&self) -> Option<Vec<Stage>> {
        let all = self.whole.checked_sub(self.start)?;
        let engine = all.checked_sub(self.plugins)?.checked_sub(self.text)?;
        Some(vec![
            (FILTER, self.dropped.checked_sub(self.start)?),
            (ENGINE, engine),
            (PLUGINS, self.plugins),
            (TEXT, self.text),
            (ALL, all),
            (PACKETS, self.packets.checked_sub(self.start)?),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, ORDER, START};

    #[test]
    fn stages_add_up() {
        let mut counts =
            Counts { start: 10, whole: 110, dropped: 15, plugins: 40, text: 30, packets: 200 };
        let expected = [
            ("filter", 5),
            ("engine", 30),
            ("plugins", 40),
            ("text", 30),
            ("all", 100),
            ("packets", 190),
        ];
        let stages = counts.stages().unwrap();
        assert_eq!(stages, expected);
        assert_eq!(ORDER[0], START);
        assert!(stages.iter().map(|(name, _)| name).eq(&ORDER[1..]));
        counts.text = 61;
        assert_eq!(counts.stages(), None, "parts of more than the whole");
        counts.text = 60;
        assert!(counts.stages().is_some());
    }
}
