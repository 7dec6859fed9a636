//! The cases of a plugin: captures that are small enough to be looked at, in the folder `cases` beside its sources.
//!
//! A file there is one case. Its first lines, `# ...`, say what it shows. Then follow packets of Ethernet, one a line:
//! seconds and nanoseconds, a blank, and the frame in hexadecimal; or the name of a capture in `data/` and a filter:
//!
//! ```text
//! capture: web.pcap
//! filter: tcp port 80
//! ```
//!
//! `tables: flows` leaves the packet table out, `payload: shown` shows the payload, too, and `plugins: a,b` names plugins
//! that run with this one. The file `settings` has groups of toggles that are set together, one group a line.

use std::fs;
use std::path::PathBuf;

use flowz_api::plugin::Info;

use flowz_scaffold::snake_case;

use crate::kit::{Outcome, Scratch, analyse, data, workspace};

/// A case.
pub(super) struct Case {
    /// The file's name without its ending.
    pub(super) name: String,
    input: Input,
    filter: String,
    plugins: Vec<String>,
    /// Whether the packet table is looked at too.
    pub(super) packets: bool,
    /// Whether payload is shown.
    pub(super) payload: bool,
}

enum Input {
    /// A capture in `data/`.
    Data(String),
    /// The bytes of a capture.
    Packets(Vec<u8>),
}

/// The folder of a plugin.
pub(super) fn folder(plugin: &str) -> PathBuf {
    workspace().join("plugins/src").join(snake_case(plugin))
}

/// The cases of a plugin by name, and the groups of settings that it wants to be tried.
pub(super) fn of_plugin(info: &Info) -> (Vec<Case>, Vec<String>) {
    let folder = folder(info.name).join("cases");
    let entries = fs::read_dir(&folder).unwrap_or_else(|_| panic!("{} has no cases", info.name));
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let cases = paths.iter().filter(|path| path.extension().is_some_and(|end| end == "txt"));
    let cases = cases.map(|path| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        Case::parse(name, &fs::read_to_string(path).unwrap(), info)
    });
    let settings = fs::read_to_string(folder.join("settings")).unwrap_or_default();
    let settings = settings.lines().filter(|line| !line.starts_with('#')).map(str::to_owned);
    (cases.collect(), settings.collect())
}

impl Case {
    fn parse(name: &str, text: &str, info: &Info) -> Self {
        assert!(text.starts_with("# "), "{name}: what does it show?");
        let plugins = info.requires.iter().chain([&info.name]).map(|&name| name.to_owned());
        let mut case = Self {
            name: name.to_owned(),
            input: Input::Packets(file_header()),
            filter: String::new(),
            plugins: plugins.collect(),
            packets: true,
            payload: false,
        };
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match line.split_once(": ") {
                Some(("capture", capture)) => case.input = Input::Data(capture.to_owned()),
                Some(("filter", filter)) => filter.clone_into(&mut case.filter),
                Some(("tables", "flows")) => case.packets = false,
                Some(("payload", "shown")) => case.payload = true,
                Some(("plugins", more)) => {
                    case.plugins.splice(..0, more.split(',').map(str::to_owned));
                }
                Some(_) => panic!("{name}: {line}"),
                None => match &mut case.input {
                    Input::Packets(bytes) => packet(line, bytes),
                    Input::Data(_) => panic!("{name}: {line}"),
                },
            }
        }
        case
    }

    /// What the plugin makes of it.
    pub(super) fn run(&self, settings: &[String]) -> Outcome {
        let dir = Scratch::new();
        let path = match &self.input {
            Input::Data(name) => data(name),
            Input::Packets(bytes) => {
                dir.write("case.pcap", bytes);
                dir.path("case.pcap").to_str().unwrap().to_owned()
            }
        };
        let plugins = self.plugins.join(",");
        let mut args = vec!["-r", &path, "--plugins", &plugins];
        for setting in settings {
            args.extend(["-o", setting]);
        }
        if !self.filter.is_empty() {
            args.push(&self.filter);
        }
        let seen = analyse(&args);
        assert_eq!(seen.done.code, 0, "{}: {}", self.name, seen.done.stderr);
        seen
    }
}

/// The header of a classic capture with nanoseconds and Ethernet.
fn file_header() -> Vec<u8> {
    let mut bytes = 0xa1b2_3c4d_u32.to_le_bytes().to_vec();
    bytes.extend([2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend(65_535_u32.to_le_bytes());
    bytes.extend(1_u32.to_le_bytes());
    bytes
}

/// Appends the record of a packet.
fn packet(line: &str, out: &mut Vec<u8>) {
    let (time, frame) = line.split_once(' ').unwrap_or_else(|| panic!("{line}"));
    let (seconds, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let digits: String = frame.chars().filter(|c| !c.is_whitespace()).collect();
    let pairs = (0..digits.len()).step_by(2).map(|at| &digits[at..at + 2]);
    let frame: Vec<_> = pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
    out.extend(seconds.parse::<u32>().unwrap().to_le_bytes());
    out.extend(format!("{fraction:0<9}").parse::<u32>().unwrap().to_le_bytes());
    let length = (frame.len() as u32).to_le_bytes();
    out.extend([length, length].concat());
    out.extend(frame);
}
