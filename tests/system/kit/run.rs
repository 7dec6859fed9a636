//! Starts the program and collects what it says and writes.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::{Ledger, Scratch, Table, program};

/// What a finished program leaves.
#[derive(Debug)]
pub(crate) struct Done {
    /// Exit status.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl Done {
    /// Whatever happens, the program must not panic or die of a signal.
    pub(crate) fn from_output(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        assert!(!stderr.contains("panicked") && !stdout.contains("panicked"), "{stderr}");
        let code = output.status.code();
        let code = code.unwrap_or_else(|| panic!("ended by {}: {stderr}", output.status));
        Self { code, stdout, stderr }
    }

    /// The run must have gone well, without a word on standard error.
    #[track_caller]
    pub(crate) fn well(self) -> Self {
        assert_eq!((self.code, self.stderr.as_str()), (0, ""), "{}", self.stdout);
        self
    }

    /// The run must have failed with status 1 and one sentence that contains all these words.
    #[track_caller]
    pub(crate) fn fails_with(&self, words: &[&str]) {
        assert_eq!(self.code, 1, "{self:?}");
        self.says("flowz: error: ", words);
    }

    /// The run must have been refused with status 2, that of wrong usage, and one sentence that contains all
    /// these words.
    #[track_caller]
    pub(crate) fn is_refused(&self, words: &[&str]) {
        assert_eq!(self.code, 2, "{self:?}");
        self.says("flowz: error: ", words);
    }

    /// Standard error must be one line that begins with `kind` and contains these words.
    #[track_caller]
    pub(crate) fn says(&self, kind: &str, words: &[&str]) {
        let said = self.stderr.trim_end_matches('\n');
        assert!(said.starts_with(kind) && !said.contains('\n'), "{said}");
        for word in words {
            assert!(said.contains(word), "'{word}' is not in: {said}");
        }
    }
}

/// The program, to be started in a directory. Its output is collected. Settings of whoever runs the tests
/// do not count.
pub(crate) fn command(dir: &Scratch, args: &[&str]) -> Command {
    let mut command = start(program(), dir, args);
    command.env("FLOWZ_NO_CONFIG", "1");
    command
}

/// A program, to be started in a directory with the settings that are there: the user's own file is looked
/// for in the directory's folder `user`.
pub(crate) fn start(program: &Path, dir: &Scratch, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(dir.dir()).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in ["FLOWZ_NO_CONFIG", "FLOWZ_CONFIG", "FLOWZ_PLUGINS", "FLOWZ_BIN"] {
        command.env_remove(name);
    }
    command.env("XDG_CONFIG_HOME", dir.path("user")).env("XDG_DATA_HOME", dir.path("user-data"));
    command
}

/// Runs the program in a directory.
#[track_caller]
pub(crate) fn flowz(dir: &Scratch, args: &[&str]) -> Done {
    Done::from_output(&command(dir, args).output().unwrap())
}

/// Runs the program in a directory with bytes for its standard input.
#[track_caller]
pub(crate) fn flowz_fed(dir: &Scratch, args: &[&str], input: Vec<u8>) -> Done {
    let mut child = command(dir, args).stdin(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let feeder = std::thread::spawn(move || {
        // A program that does not read to the end is allowed to.
        let _ = pipe.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    Done::from_output(&output)
}

/// What a run of the main job leaves.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Exit status, report, messages.
    pub(crate) done: Done,
    /// `_flows.txt`.
    pub(crate) flows: String,
    /// `_packets.txt`.
    pub(crate) packets: String,
    /// `_headers.txt`.
    pub(crate) headers: String,
    /// All other files, by name: tables of plugins, files about the run, contents.
    pub(crate) others: Vec<(String, Vec<u8>)>,
}

/// The main job with the packet table: `args` must name the input.
#[track_caller]
pub(crate) fn analyse(args: &[&str]) -> Outcome {
    let dir = Scratch::new();
    let done = flowz(&dir, &[&["-w", "t", "-s"], args].concat());
    assert!(matches!(done.code, 0 | 3), "{args:?}: {}", done.stderr);
    let [flows, packets, headers] =
        ["t_flows.txt", "t_packets.txt", "t_headers.txt"].map(|name| dir.read(name));
    let known = ["t_flows.txt", "t_packets.txt", "t_headers.txt"];
    let others = dir.files().into_iter().filter(|(name, _)| !known.contains(&name.as_str()));
    Outcome { done, flows, packets, headers, others: others.collect() }
}

impl Outcome {
    /// The flow table, read.
    pub(crate) fn flow_table(&self) -> Table {
        Table::parse(&self.flows)
    }

    /// The packet table, read.
    pub(crate) fn packet_table(&self) -> Table {
        Table::parse(&self.packets)
    }

    /// The value of a line `key: value` or `key=value` of the report.
    pub(crate) fn report(&self, key: &str) -> Option<&str> {
        let value = |line| Some(str::strip_prefix(line, key)?.trim_start_matches([':', '=', ' ']));
        self.done.stdout.lines().find_map(value)
    }

    /// The last line of the report, read.
    pub(crate) fn ledger(&self) -> Ledger {
        Ledger::parse(self.done.stdout.lines().last().unwrap())
    }

    /// Lines of `_headers.txt` that are not about this run alone.
    pub(crate) fn lasting_headers(&self) -> Vec<&str> {
        const OF_THIS_RUN: [&str; 3] = ["# Date: ", "# PID: ", "# Command line: "];
        let lasting = |line: &&str| !OF_THIS_RUN.iter().any(|start| line.starts_with(start));
        self.headers.lines().filter(lasting).collect()
    }
}
