//! What tawk tells about itself: functions, ready programs, columns of a file, completions, the manual page.

use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Arg, CommandFactory};

use crate::Failure;
use crate::args::{Args, Kind, Shell};
use crate::columns::{Columns, Format, read_header};
use crate::inputs::Inputs;
use crate::library::{self, Entry, lines};
use crate::manual;

/// Names of groups.
#[rustfmt::skip]
const GROUPS: [(&str, &str); 10] = [
    ("columns", "Columns and output"),
    ("selection", "Flows and packets"),
    ("hosts", "Hosts and ports"),
    ("protocols", "Protocols"),
    ("bits", "Bits"),
    ("lists", "Lists and compounds"),
    ("strings", "Texts"),
    ("types", "Kinds of values"),
    ("conversion", "Addresses, times, encodings"),
    ("numbers", "Numbers, groups, order"),
];

/// The text that is asked for, if it is one of these.
pub(crate) fn text(args: &Args, format: &Format) -> Result<Option<String>, Failure> {
    Ok(Some(match args {
        Args { man: true, .. } => manual::page().map_err(anyhow::Error::from)?,
        Args { completions: Some(shell), .. } => completions(*shell),
        Args { complete: Some(kind), .. } => completed(*kind, args, format),
        Args { describe: Some(name), .. } => described(name.trim().trim_end_matches("()"))?,
        Args { names: true, .. } => summaries(),
        Args { list: true, .. } if args.words.is_empty() && args.input.is_empty() => functions(),
        Args { list: true, .. } => columns(args, format)?,
        _ => return Ok(None),
    }))
}

/// The scripts are ours, because they ask for the columns of the file on the line; options are those of the command line.
fn completions(shell: Shell) -> String {
    let command = Args::command();
    let options: Vec<_> =
        command.get_arguments().filter(|a| !a.is_hide_set() && !a.is_positional()).collect();
    let words = || {
        let names = options.iter().flat_map(|a| {
            let short = a.get_short().map(|c| format!("-{c}"));
            short.into_iter().chain(a.get_long().map(|l| format!("--{l}")))
        });
        names
            .chain(["-h", "--help", "-V", "--version"].map(str::to_owned))
            .collect::<Vec<_>>()
            .join(" ")
    };
    match shell {
        Shell::Bash => include_str!("../completions/tawk.bash").replace("@OPTIONS@", &words()),
        Shell::Zsh => include_str!("../completions/tawk.zsh").replace("@OPTIONS@", &words()),
        Shell::Fish => {
            let known = ["describe", "example", "completions"];
            let others =
                options.iter().filter(|a| a.get_long().is_some_and(|l| !known.contains(&l)));
            let all = lines(others.map(|a| fish_option(a)));
            include_str!("../completions/tawk.fish").replace("@OPTIONS@\n", &all)
        }
    }
}

fn fish_option(option: &Arg) -> String {
    let short = option.get_short().map(|c| format!(" -s {c}")).unwrap_or_default();
    let long = option.get_long().map(|l| format!(" -l {l}")).unwrap_or_default();
    let value = if option.get_action().takes_values() { " -r" } else { "" };
    let help = option.get_help().map(ToString::to_string).unwrap_or_default().replace('\'', "\\'");
    format!("complete -c tawk{short}{long}{value} -d '{help}'")
}

/// Words that can stand there, one a line. What cannot be read has no columns.
fn completed(kind: Kind, args: &Args, format: &Format) -> String {
    match kind {
        Kind::Functions => lines(library::functions().map(|e| e.name)),
        Kind::Programs => lines(library::examples().map(|e| e.name)),
        Kind::Columns => {
            let inputs = args.input.iter().map(PathBuf::as_path);
            let files = args.words.iter().map(Path::new).chain(inputs);
            let names = files.into_iter().find_map(|file| names_of(file, format));
            lines(names.unwrap_or_default().iter().map(|name| format!("${name}")))
        }
    }
}

/// The columns of a file, if it is one with a header line.
fn names_of(path: &Path, format: &Format) -> Option<Vec<String>> {
    // A pipe would have to be read.
    if !path.is_file() {
        return None;
    }
    let header =
        read_header(std::io::BufReader::new(File::open(path).ok()?), format, "").ok()??;
    Some(Columns::new(&header.line, format, "", true).names)
}

/// Columns with their numbers.
fn columns(args: &Args, format: &Format) -> Result<String> {
    let mut operands = args.words.clone();
    operands.extend(args.input.iter().map(|path| path.clone().into_os_string()));
    let inputs = Inputs::new(&operands, format, args.rename)?;
    let names = inputs.columns.map(|c| c.names).unwrap_or_default();
    let width = names.len().to_string().len();
    Ok(lines(names.iter().enumerate().map(|(n, name)| format!("{:width$} {name}", n + 1))))
}

/// Functions by groups, then ready programs.
fn by_group(entry: impl Fn(&Entry) -> String) -> String {
    let mut text = String::new();
    for (group, title) in GROUPS {
        let all: String =
            library::functions().filter(|f| f.group == group).map(|f| entry(&f)).collect();
        // Writing to a string cannot fail.
        let _ = write!(text, "{title}\n\n{all}\n");
    }
    let all: String = library::examples().map(|e| entry(&e)).collect();
    text + "Ready programs: tawk -e NAME FILE\n\n" + &all
}

fn summaries() -> String {
    by_group(|entry| format!("  {}\n", entry.summary()))
}

fn functions() -> String {
    by_group(|entry| {
        let help = entry.help();
        let indent = |n| if n == 0 { "  " } else { "      " };
        lines(help.lines().enumerate().map(|(n, line)| format!("{}{line}", indent(n))))
    })
}

fn described(name: &str) -> Result<String, Failure> {
    let found = library::functions().chain(library::examples()).find(|e| e.name == name);
    match found {
        Some(entry) => Ok(entry.help()),
        None => Err(unknown(name, library::functions().chain(library::examples())).into()),
    }
}

/// What is wrong with a name that nothing has.
pub(crate) fn unknown(name: &str, known: impl Iterator<Item = Entry>) -> String {
    let score =
        |entry: &Entry| strsim::jaro_winkler(&name.to_lowercase(), &entry.name.to_lowercase());
    let best = known.max_by(|a, b| score(a).total_cmp(&score(b))).map_or("", |e| e.name);
    format!("there is no '{name}'; did you mean '{best}'? tawk -g lists all")
}
