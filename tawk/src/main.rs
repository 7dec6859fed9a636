//! tawk: awk over flow and packet files. `$name` in the program becomes the number of the column, functions that it calls are
//! added, and then awk runs in the place of this program.
#![forbid(unsafe_code)]

mod args;
mod check;
mod columns;
mod inputs;
mod lexer;
mod library;
mod lists;
mod manual;
mod names;
mod program;
mod rewrite;
mod rules;
mod run;
mod shark;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use clap::Parser;
use flowz_config::message;
use flowz_config::usage::sentence;

use args::Args;
use columns::{Format, Separator};
use inputs::{Inputs, assigned, is_name};
use program::{Program, Wishes, finish};

/// Something is wrong that the user wrote.
const USAGE: u8 = 2;
/// Bytes of a file with a program, at most: a single argument of a command has no more on Linux.
const LONGEST_PROGRAM: u64 = 128 << 10;

/// Why there is nothing to do any more.
enum Failure {
    /// The words or the program are wrong.
    Usage(String),
    /// Anything else.
    Other(anyhow::Error),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Other(error)
    }
}

impl From<String> for Failure {
    fn from(error: String) -> Self {
        Self::Usage(error)
    }
}

fn main() -> ExitCode {
    let args = Args::try_parse().map_err(|error| match sentence(error) {
        Ok(sentence) => Failure::Usage(sentence),
        Err(help) => help.exit(),
    });
    let (text, status) = match args.and_then(|args| run(&args)) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Usage(text)) => (text, ExitCode::from(USAGE)),
        Err(Failure::Other(error)) => (format!("{error:#}"), ExitCode::FAILURE),
    };
    // What awk says has several lines.
    let lines: Vec<_> = text.split('\n').map(message).collect();
    // Nobody is left to tell if standard error is closed.
    let _ = writeln!(io::stderr(), "tawk: error: {}", lines.join("\n"));
    status
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

fn run(args: &Args) -> Result<(), Failure> {
    if let Some(text) = lists::text(args, &format(args)?)? {
        return Ok(print(&text)?);
    }
    let mut operands = args.words.clone();
    let source = source(args, &mut operands)?;
    operands.extend(args.input.iter().map(|path| path.clone().into_os_string()));
    let format = format(args)?;
    let reads = program::reads(&source)?;
    let inputs = if reads {
        Inputs::new(&operands, &format, args.rename)?
    } else {
        Inputs::unread(operands)
    };
    let program = finished(args, &source, &format, &inputs)?;
    if args.print_program {
        return Ok(print(&program.text)?);
    }
    let path = std::env::var_os("PATH");
    let asked = args.awk.clone().or_else(|| std::env::var_os("TAWK_AWK").map(PathBuf::from));
    let awk = run::choose(asked.as_deref(), &program, path.as_deref())?;
    if let Some(wrong) = awk.check(&program.text, &source)? {
        return Err(wrong.into());
    }
    if args.check {
        return Ok(());
    }
    Err(awk.replace(&program.text, &args.assign, &inputs.operands).into())
}

fn finished(
    args: &Args,
    source: &str,
    format: &Format,
    inputs: &Inputs,
) -> Result<Program, Failure> {
    let mut variables = Vec::new();
    for pair in &args.assign {
        let (name, _) = pair
            .split_once('=')
            .filter(|(name, _)| is_name(name))
            .ok_or_else(|| format!("'{pair}' sets no variable: -v NAME=VALUE"))?;
        variables.push(name.to_owned());
    }
    variables.extend(inputs.operands.iter().filter_map(|o| assigned(o)).map(str::to_owned));
    let output = unescaped(&args.output_separator);
    let comment = args.comment.then(command_line);
    let wishes = Wishes {
        format,
        output: &output,
        no_header: args.no_header,
        comment: comment.as_deref(),
        colour: io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        header_apart: inputs.header_apart,
        marked: inputs.marked,
        returns: inputs.returns,
        variables: &variables,
    };
    Ok(finish(source, inputs.columns.as_ref(), &wishes)?)
}

/// The program's text; takes it away from the operands if it is there.
fn source(args: &Args, operands: &mut Vec<OsString>) -> Result<String, Failure> {
    if let Some(name) = &args.example {
        // `-e 'ssh()'` too.
        let name = name.trim().trim_end_matches("()");
        let found =
            library::example(name).ok_or_else(|| lists::unknown(name, library::examples()))?;
        return Ok(found.code());
    }
    if args.program_file.is_empty() {
        if operands.is_empty() {
            return Err("there is no program: tawk 'port(80)' x_flows.txt; tawk --help says more"
                .to_owned()
                .into());
        }
        let text = operands.remove(0);
        let fine = text.into_string();
        return fine.map_err(|_| "the program is not written in UTF-8".to_owned().into());
    }
    let mut text = String::new();
    for path in &args.program_file {
        text += &program_file(path)?;
        text.push('\n');
    }
    Ok(text)
}

/// The text of a file with a program. Some files never end.
fn program_file(path: &Path) -> Result<String, Failure> {
    let name = format!("'{}'", path.display());
    let mut text = Vec::new();
    let file = File::open(path).with_context(|| format!("cannot read {name}"))?;
    file.take(LONGEST_PROGRAM + 1)
        .read_to_end(&mut text)
        .with_context(|| format!("cannot read {name}"))?;
    if text.len() as u64 > LONGEST_PROGRAM {
        return Err(
            format!("{name} is no program: it has more than {LONGEST_PROGRAM} bytes").into()
        );
    }
    String::from_utf8(text).map_err(|_| format!("{name} is no program: it is not UTF-8").into())
}

fn format(args: &Args) -> Result<Format, String> {
    let text = |sign: &str, line| Format {
        sign: sign.to_owned(),
        line,
        separator: Separator::Text(unescaped(&args.field_separator)),
    };
    Ok(match args {
        Args { csv: true, .. } => {
            Format { sign: String::new(), line: Some(1), separator: Separator::Csv }
        }
        Args { zeek: true, .. } => {
            Format { separator: Separator::Text("\t".to_owned()), ..text("#fields\t", None) }
        }
        _ if args.field_separator.is_empty() => {
            return Err("-F needs at least one letter".to_owned());
        }
        _ if args.sign.is_empty() && args.line.is_none() => {
            return Err(
                "without a sign the line of the header must be known: -s '' -N 1".to_owned()
            );
        }
        _ => text(&args.sign, args.line),
    })
}

/// `\t`, `\n` and `\\` as they are written in shells.
fn unescaped(text: &str) -> String {
    text.replace("\\\\", "\u{0}").replace("\\t", "\t").replace("\\n", "\n").replace('\u{0}', "\\")
}

/// The command line as a comment.
fn command_line() -> String {
    let words = std::env::args().skip(1).map(|word| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:".contains(c);
        if !word.is_empty() && word.chars().all(plain) {
            word
        } else {
            format!("'{}'", word.replace('\'', "'\\''"))
        }
    });
    let words: Vec<_> = words.collect();
    format!("# tawk {}", words.join(" ").replace('\n', " "))
}

#[cfg(test)]
#[allow(clippy::print_stdout, reason = "a test that skips something says so")]
mod tests;
