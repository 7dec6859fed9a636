//! Messages on standard error, and the lines of the report.

use std::io::{self, IsTerminal, Write};

use flowz_api::report::{Line, Report, Severity};
use flowz_api::text::harmless;
use flowz_config::message;

use crate::usage;

/// `flowz: sentence`, with all causes. What is wrong in a condition is shown in lines of its own.
pub(crate) fn error(error: &anyhow::Error) {
    let text = format!("{error:#}");
    let (sentence, place) = match text.split_once('\n') {
        Some((sentence, place)) if usage::shows_place(error) => (sentence, place),
        _ => (&text[..], ""),
    };
    say("error", sentence);
    for line in place.lines() {
        // Nobody is left to tell if standard error is closed.
        let _ = writeln!(io::stderr(), "{}", message(line));
    }
}

/// How the program is called, in short.
pub(crate) fn usage(usage: &str) {
    let examples = "\
flowz -r trace.pcap -w results/   flows of a capture, with a report
  flowz trace.pcap -w - | less      flow table to standard output";
    let _ = writeln!(io::stderr(), "{usage}\n\n  {examples}\n\nMore: flowz --help");
}

/// A sentence about the input.
pub(crate) fn warning(text: &str) {
    say("warning", text);
}

/// A sentence to whoever wants to know, on standard error.
pub(crate) fn remark(text: &str) {
    say("note", text);
}

/// A line for programs, on standard error.
pub(crate) fn line(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

fn say(kind: &str, text: &str) {
    // Nobody is left to tell if standard error is closed.
    let _ = writeln!(io::stderr(), "flowz: {kind}: {}", message(text));
}

/// Writes lines of the report, in colour on a terminal.
pub(crate) struct Log<W> {
    out: W,
    colour: bool,
    is_file: bool,
}

impl<W: Write> Log<W> {
    pub(crate) fn new(out: W, colour: bool) -> Self {
        Self { out, colour, is_file: false }
    }

    /// Lines of a file, which appears when all is said.
    pub(crate) fn to_file(out: W) -> Self {
        Self { out, colour: false, is_file: true }
    }

    /// A line without colours.
    pub(crate) fn plain(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}", harmless(text))
    }

    /// A line of this character.
    pub(crate) fn rule(&mut self, sign: char) -> io::Result<()> {
        self.plain(&sign.to_string().repeat(80))
    }

    /// All lines of a report.
    pub(crate) fn report(&mut self, report: &Report) -> io::Result<()> {
        report.lines.iter().try_for_each(|line| self.line(line))
    }

    /// A remark outside a report.
    pub(crate) fn remark(&mut self, severity: Severity, text: &str) -> io::Result<()> {
        let key = text.to_owned();
        self.line(&Line { plugin: "", key, parts: Vec::new(), severity })
    }

    fn line(&mut self, line: &Line) -> io::Result<()> {
        let (words, plugin) = (line.to_string(), harmless(line.plugin));
        let words = harmless(&words);
        let tag = match line.severity {
            Severity::Plain if plugin.is_empty() => return writeln!(self.out, "{words}"),
            Severity::Plain => {
                let (bold, end) = self.style("1");
                return writeln!(self.out, "{bold}{plugin}:{end} {words}");
            }
            Severity::Info => ("[INF]", "34"),
            Severity::Warning => ("[WRN]", "33"),
        };
        let (tag, colour) = tag;
        let (strong, end) = self.style(&format!("1;{colour}"));
        let (weak, _) = self.style(&format!("0;{colour}"));
        writeln!(self.out, "{strong}{tag}{end} {weak}{words}{end}")
    }

    fn style(&self, code: &str) -> (String, &'static str) {
        if self.colour { (format!("\x1b[{code}m"), "\x1b[0m") } else { (String::new(), "") }
    }

    /// Whoever reads along gets what was said so far; a file has no name before all is said.
    pub(crate) fn say_now(&mut self) -> io::Result<()> {
        if self.is_file { Ok(()) } else { self.out.flush() }
    }

    /// Writes what is still held back.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Holds everything back until it is flushed, for a reader who may leave: what nobody reads any more is no failure.
pub(crate) struct Held<W> {
    out: W,
    text: Vec<u8>,
}

impl<W: Write> Held<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, text: Vec::new() }
    }
}

impl<W: Write> Write for Held<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        let text = std::mem::take(&mut self.text);
        match self.out.write_all(&text).and_then(|()| self.out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            done => done,
        }
    }
}

/// Whether standard output shows colours.
pub(crate) fn stdout_has_colours() -> bool {
    has_colours(&io::stdout())
}

/// Whether standard error shows colours.
pub(crate) fn stderr_has_colours() -> bool {
    has_colours(&io::stderr())
}

fn has_colours(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none()
}
