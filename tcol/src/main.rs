//! tcol: tables with tabulators between cells, such as flow and packet files, in aligned columns.
#![forbid(unsafe_code)]

mod args;
mod pager;
mod table;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Error, Result, bail};
use clap::{CommandFactory, Parser};
use clap_mangen::Man;
use flowz_config::manual::{Section, complete};
use flowz_config::message;
use flowz_config::usage::sentence;

use args::Args;
use pager::{Output, terminal};
use table::{Look, Widths};

/// The words of the command line are wrong.
const WRONG_USAGE: u8 = 2;

const VARIABLES: Section = Section {
    title: "ENVIRONMENT",
    items: &[("NO_COLOR", "If it is set, nothing is written in colour.")],
};

const FILES: Section = Section {
    title: "FILES",
    items: &[
        ("PREFIX_flows.txt, PREFIX_packets.txt", "Tables of flowz, with tabulators between cells."),
        ("", "Any other text is a table too; -s says what stands between its cells."),
    ],
};

const STATUS: Section = Section {
    title: "EXIT STATUS",
    items: &[
        ("0", "All is shown, or whoever read it has seen enough."),
        ("1", "A file cannot be read; what was read before is shown."),
        ("2", "The words of the command line are wrong."),
    ],
};

const MORE: Section =
    Section { title: "SEE ALSO", items: &[("", "tawk(1), flowz(1), column(1), less(1)")] };

/// Bytes of a line, at most: some files never end.
const LONGEST: u64 = 16 << 20;
/// Bytes of rows that are held until the widths are known, at most.
const MOST_HELD: usize = 256 << 20;
/// What a row takes besides its text.
const COST: usize = 64;
/// The byte order mark with which some programs begin a text.
const MARK: char = '\u{feff}';

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return refuse(error),
    };
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        // That the reader has seen enough is no failure.
        Err(error) if is_closed(&error) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Tells what is wrong with the words, or shows the help that they ask for.
fn refuse(error: clap::Error) -> ExitCode {
    match sentence(error) {
        Ok(sentence) => say(&sentence),
        Err(help) => help.exit(),
    }
    ExitCode::from(WRONG_USAGE)
}

fn say(text: &str) {
    // Nobody is left to tell if standard error is closed.
    let _ = writeln!(io::stderr(), "tcol: error: {}", message(text));
}

fn is_closed(error: &Error) -> bool {
    let cause = error.downcast_ref::<io::Error>();
    cause.is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
}

fn run(args: &Args) -> Result<()> {
    if let Some(shell) = args.completions {
        clap_complete::generate(shell, &mut Args::command(), "tcol", &mut io::stdout());
        return Ok(());
    }
    if args.man {
        let mut page = Vec::new();
        Man::new(Args::command()).render(&mut page)?;
        let page = String::from_utf8_lossy(&page);
        let page = complete(&page, args::EXAMPLES, &[FILES, VARIABLES, STATUS, MORE]);
        return Ok(io::stdout().write_all(page.as_bytes())?);
    }
    let terminal = terminal();
    let look = look(args, terminal)?;
    let mut lines = Lines::open(&args.files)?;
    let (mut first, mut held) = (Vec::new(), 0);
    let mut widths = Widths::default();
    let most = args.look_ahead.unwrap_or(u64::MAX);
    while (first.len() as u64) < most && held < MOST_HELD {
        let Some(line) = lines.next()? else { break };
        widths.add(&line, &look);
        held += line.len() + COST;
        first.push(line);
    }
    let streams = first.len() as u64 == most || held >= MOST_HELD;
    let fits = |(letters, rows): (usize, usize)| {
        let width = look.width.unwrap_or(usize::MAX).min(widths.total(&look));
        !streams && first.len() < rows && width <= letters
    };
    let paged = terminal.is_some_and(|size| !args.no_pager && !fits(size));
    let mut out = if paged { Output::less() } else { Output::plain() };
    let shown = show(&first, &mut lines, &widths, &look, streams, &mut out);
    // less is waited for also if it was left early.
    let finished = out.finish();
    shown?;
    Ok(finished?)
}

fn show(
    first: &[String],
    lines: &mut Lines,
    widths: &Widths,
    look: &Look,
    streams: bool,
    out: &mut Output,
) -> Result<()> {
    for line in first {
        widths.write(line, look, out)?;
    }
    if streams {
        out.flush()?;
        while let Some(line) = lines.next()? {
            widths.write(&line, look, out)?;
            // Who reads a stream wants to see each row when it comes.
            out.flush()?;
        }
    }
    Ok(())
}

fn look(args: &Args, terminal: Option<(usize, usize)>) -> Result<Look> {
    let unescaped = |text: &str| text.replace("\\t", "\t");
    let separator = unescaped(&args.separator);
    if separator.is_empty() {
        bail!("-s needs at least one letter");
    }
    let width = match args.width {
        None => None,
        Some(letters) if letters > 0 => Some(letters),
        Some(_) => match terminal {
            Some((letters, _)) => Some(letters),
            None => bail!("standard output is no terminal whose width were known: -w=LETTERS"),
        },
    };
    Ok(Look {
        separator,
        between: unescaped(&args.output_separator),
        most: if args.most == 0 { usize::MAX } else { args.most },
        right: args.right,
        width,
        colour: terminal.is_some() && std::env::var_os("NO_COLOR").is_none(),
    })
}

/// A file that is read.
struct Reader {
    name: String,
    lines: Box<dyn BufRead>,
    is_begun: bool,
}

/// Lines of all files, one behind the other; of the header lines that are the same only the first.
struct Lines {
    readers: Vec<Reader>,
    header: Option<String>,
}

impl Lines {
    fn open(files: &[std::path::PathBuf]) -> Result<Self> {
        let standard = [Path::new("-").to_owned()];
        let files = if files.is_empty() { &standard } else { files };
        let mut readers = Vec::new();
        for file in files.iter().rev() {
            let is_standard = file.as_os_str() == "-";
            let name = if is_standard {
                "standard input".to_owned()
            } else {
                format!("'{}'", file.display())
            };
            let reader: Box<dyn Read> = if is_standard {
                Box::new(io::stdin())
            } else {
                Box::new(File::open(file).with_context(|| format!("cannot read {name}"))?)
            };
            readers.push(Reader { name, lines: Box::new(BufReader::new(reader)), is_begun: false });
        }
        Ok(Self { readers, header: None })
    }

    /// The next line without its end.
    fn next(&mut self) -> Result<Option<String>> {
        while let Some(Reader { name, lines, is_begun }) = self.readers.last_mut() {
            let mut line = Vec::new();
            let read = lines
                .take(LONGEST)
                .read_until(b'\n', &mut line)
                .with_context(|| format!("cannot read {name}"))?;
            if read as u64 == LONGEST {
                bail!("{name} has a line of {LONGEST} bytes or more: it is no table");
            }
            if read == 0 {
                self.readers.pop();
                continue;
            }
            let text = String::from_utf8_lossy(&line);
            let mut text = text.trim_end_matches(['\n', '\r']).to_owned();
            if !std::mem::replace(is_begun, true) && text.starts_with(MARK) {
                text.remove(0);
            }
            if text.starts_with('%') {
                if self.header.as_deref() == Some(&text) {
                    continue;
                }
                self.header = Some(text.clone());
            }
            return Ok(Some(text));
        }
        Ok(None)
    }
}
