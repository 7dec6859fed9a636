//! A file for each session.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use flowz_api::packet::Packet;
use flowz_api::sink::{NameGuard, SinkError};
use flowz_capture::WriteError;
use flowz_slice::{Header, Output, Source};

use super::super::file::temporary_name;
use crate::outputs::OutputNames;
use crate::usage::wrong;

/// Bytes of a session's packets that are held back.
const BLOCK: usize = 256 << 10;
/// Bytes that all sessions hold back.
const MOST_HELD: usize = 64 << 20;

/// How files are called: `%s` is the type, `%u` the number of the session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Pattern(Vec<Piece>);

#[derive(Clone, PartialEq, Eq, Debug)]
enum Piece {
    Text(String),
    Kind,
    /// At least so many digits, and characters.
    Number {
        digits: usize,
        width: usize,
    },
}

impl Pattern {
    /// The pattern of a text, in the language of `printf`.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('%') {
            pieces.push(Piece::Text(before.to_owned()));
            let end = behind.find(|c: char| !c.is_ascii_digit() && c != '.');
            let (number, letter) = behind.split_at(end.unwrap_or(behind.len()));
            let mut letters = letter.chars();
            pieces.push(match (letters.next(), number) {
                (Some('%'), "") => Piece::Text("%".to_owned()),
                (Some('s'), "") => Piece::Kind,
                (Some('u'), number) => Self::number(number, text)?,
                _ => return Err(fault(text, "knows %s, %u and %% only")),
            });
            rest = letters.as_str();
        }
        pieces.push(Piece::Text(rest.to_owned()));
        if !pieces.iter().any(|piece| matches!(piece, Piece::Number { .. })) {
            return Err(fault(text, "needs %u: all sessions of a type would have one file"));
        }
        Ok(Self(pieces))
    }

    /// `06`, `6`, `.6`, `8.6`.
    fn number(text: &str, all: &str) -> Result<Piece> {
        const MOST: usize = 64;
        let (width, digits) = text.split_once('.').unwrap_or((text, ""));
        let value = |text: &str| if text.is_empty() { Ok(0) } else { text.parse::<usize>() };
        let (Ok(wide), Ok(least)) = (value(width), value(digits)) else {
            return Err(fault(all, "has a number that is none"));
        };
        if wide.max(least) > MOST {
            return Err(fault(all, "has more than 64 digits"));
        }
        let is_filled = width.starts_with('0') && digits.is_empty();
        Ok(Piece::Number { digits: if is_filled { wide } else { least }, width: wide })
    }

    fn name(&self, kind: &str, number: u64) -> PathBuf {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Kind => kind.to_owned(),
            Piece::Number { digits, width } => {
                format!("{:>width$}", format!("{number:0digits$}"))
            }
        };
        self.0.iter().map(piece).collect::<String>().into()
    }
}

fn fault(text: &str, what: &str) -> anyhow::Error {
    wrong(format!("--split '{text}' {what}"))
}

/// Bytes of a file that are not written yet. The file is open only while they are.
#[derive(Debug)]
struct Held {
    bytes: Vec<u8>,
    temporary: PathBuf,
    name: PathBuf,
    /// There is a file with the temporary name.
    is_begun: bool,
}

impl Write for Held {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes a file for each session.
#[derive(Debug)]
pub(super) struct Split {
    pattern: Pattern,
    header: Header,
    names: OutputNames,
    files: BTreeMap<u64, Output<Held>>,
    held: usize,
}

impl Split {
    /// Beside a slice, if there is one, whose name no session gets.
    pub(super) fn new(
        pattern: Pattern,
        header: Header,
        sources: &[Source],
        slice: Option<&Path>,
    ) -> Result<Self> {
        let names = OutputNames::new(sources.iter().map(Source::path));
        slice.map_or(Ok(()), |slice| names.claim(slice))?;
        Ok(Self { pattern, header, names, files: BTreeMap::new(), held: 0 })
    }

    /// A session begins.
    pub(super) fn open(&mut self, number: u64, kind: &str) -> Result<()> {
        let name = self.pattern.name(kind, number);
        self.names.claim(&name)?;
        let temporary = temporary_name(&name);
        let held = Held { bytes: Vec::new(), temporary, name, is_begun: false };
        let output = self.header.begin(held);
        let output = output.map_err(|error| failed(&self.pattern.name(kind, number), error))?;
        self.held += output.get_ref().bytes.len();
        self.files.insert(number, output);
        Ok(())
    }

    /// A packet of a session.
    pub(super) fn packet(
        &mut self,
        number: u64,
        packet: &Packet<'_>,
        source: &Source,
    ) -> Result<()> {
        let Some(output) = self.files.get_mut(&number) else { return Ok(()) };
        let before = output.get_ref().bytes.len();
        output.packet(packet, source).map_err(|error| failed(&output.get_ref().name, error))?;
        let held = output.get_mut();
        self.held += held.bytes.len() - before;
        if held.bytes.len() >= BLOCK {
            self.held -= held.write_out()?.min(self.held);
        }
        if self.held >= MOST_HELD { self.write_all_out() } else { Ok(()) }
    }

    /// A session is over: its file is complete.
    pub(super) fn close(&mut self, number: u64) -> Result<()> {
        let Some(output) = self.files.remove(&number) else { return Ok(()) };
        let mut held = output.into_inner();
        self.held -= held.write_out()?.min(self.held);
        held.finish()
    }

    /// All sessions are over.
    pub(super) fn finish(&mut self) -> Result<()> {
        while let Some((&number, _)) = self.files.first_key_value() {
            self.close(number)?;
        }
        Ok(())
    }

    fn write_all_out(&mut self) -> Result<()> {
        let files = self.files.values_mut();
        for output in files.filter(|output| !output.get_ref().bytes.is_empty()) {
            self.held -= output.get_mut().write_out()?.min(self.held);
        }
        Ok(())
    }
}

impl Held {
    /// Appends what is held back to the file; yields how many bytes that were.
    fn write_out(&mut self) -> Result<usize> {
        let count = self.bytes.len();
        let written = if self.is_begun {
            OpenOptions::new().append(true).open(&self.temporary)
        } else {
            // Left behind by a process that died and had our number.
            let _ = fs::remove_file(&self.temporary);
            OpenOptions::new().write(true).create_new(true).open(&self.temporary)
        }
        .and_then(|mut file| {
            self.is_begun = true;
            file.write_all(&self.bytes)
        });
        self.bytes = Vec::new();
        written.map_err(|error| SinkError::io("write", &self.name, error))?;
        Ok(count)
    }

    /// All is written: the file gets its name.
    fn finish(mut self) -> Result<()> {
        fs::rename(&self.temporary, &self.name)
            .map_err(|error| SinkError::io("write", &self.name, error))?;
        self.is_begun = false;
        Ok(())
    }
}

impl Drop for Held {
    /// Not finished: what is not complete does not stay behind.
    fn drop(&mut self) {
        if self.is_begun {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

fn failed(name: &Path, error: WriteError) -> anyhow::Error {
    match error {
        WriteError::Io(error) => SinkError::io("write", name, error).into(),
        error => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn names() {
        let name = |text: &str| Pattern::parse(text).unwrap().name("tcp", 42).display().to_string();
        assert_eq!(name("sess-%s-%.6u.pcap"), "sess-tcp-000042.pcap");
        assert_eq!(name("%04u%%%u"), "0042%42");
        assert_eq!(name("d/%4u"), "d/  42");
        assert_eq!(name("%6.3u"), "   042");
        for text in ["x", "%s", "%d%u", "%u%", "%99u", "%1.2.3u"] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }
}
