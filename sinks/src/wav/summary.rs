//! The list of sources: what was written of each, and what is odd.

use std::fmt::Write;
use std::net::IpAddr;
use std::path::Path;

use flowz_api::sink::{Destination, SinkError};

use super::calls::CallFile;
use super::stereo::Refusal;
use super::stream::Written;
use crate::common::file::OutputFile;

/// Column names.
const HEADER: &str = "%flowInd\tdir\tsrcIP\tsrcPort\tdstIP\tdstPort\tssrc\tfiles\trate\tseconds\tpkts\tdups\tlate\tmissing\tgaps\tsilence\tjumps\tencrypted\tnotAuthentic\tleftOut\tstatus\n";

/// The list; none if nobody asked for files beside the sound.
#[derive(Debug)]
pub(super) struct Summary {
    file: Option<OutputFile>,
    line: String,
}

impl Summary {
    pub(super) fn new(to: &Destination) -> Result<Self, SinkError> {
        let mut file = None;
        if !to.only_requested {
            let path = to.file("_wav.txt");
            to.claim(&path)?;
            let mut open = OutputFile::create(path)?;
            open.write(HEADER.as_bytes())?;
            file = Some(open);
        }
        Ok(Self { file, line: String::new() })
    }

    /// A source has ended.
    pub(super) fn source(&mut self, written: &Written) -> Result<(), SinkError> {
        let Written { about, counts: c, parts, others, .. } = written;
        let ip = |ip: Option<IpAddr>| ip.map_or_else(String::new, |ip| ip.to_string());
        let paths = parts.iter().map(|part| part.path.as_path());
        let files: Vec<_> =
            paths.chain(others.iter().map(std::path::PathBuf::as_path)).map(name).collect();
        let rates: Vec<_> = parts.iter().map(|part| part.format.rate.to_string()).collect();
        let seconds = |part: &super::track::Part| part.frames as f64 / f64::from(part.format.rate);
        let seconds: f64 = parts.iter().map(seconds).sum();
        let silence = c.silence;
        self.line.clear();
        // Writing to a text does not fail.
        let _ = writeln!(
            self.line,
            "{}\t{}\t{}\t{}\t{}\t{}\t0x{:08x}\t{}\t{}\t{seconds:.6}\t{}\t{}\t{}\t{}\t{}\t{silence}\t{}\t{}\t{}\t{}\t{}",
            about.flow,
            char::from(about.direction),
            ip(about.from),
            about.from_port,
            ip(about.to),
            about.to_port,
            about.ssrc,
            files.join(";"),
            rates.join(";"),
            c.packets,
            c.again,
            c.late,
            c.missing,
            c.gaps,
            c.jumps,
            c.encrypted,
            c.not_authentic,
            c.refused,
            written.status(),
        );
        self.write()
    }

    /// A call has ended.
    pub(super) fn call(&mut self, call: &CallFile) -> Result<(), SinkError> {
        let (file, status) = match &call.outcome {
            Ok(path) => (name(path), "stereo"),
            Err(Refusal::Empty) => (String::new(), "no sound"),
            Err(Refusal::Rates) => (String::new(), "rates that do not fit"),
            Err(Refusal::TooLong) => (String::new(), "too long"),
        };
        self.line.clear();
        let _ = writeln!(
            self.line,
            "\t\t\t\t\t\t\t{file}{}call {}: {status}",
            "\t".repeat(13),
            call.number
        );
        self.write()
    }

    fn write(&mut self) -> Result<(), SinkError> {
        self.file.as_mut().map_or(Ok(()), |file| file.write(self.line.as_bytes()))
    }

    /// Waits until all is written.
    pub(super) fn complete(&mut self) -> Result<(), SinkError> {
        self.file.as_mut().map_or(Ok(()), OutputFile::complete)
    }

    /// The list gets its name.
    pub(super) fn finish(&mut self) -> Result<(), SinkError> {
        self.file.take().map_or(Ok(()), OutputFile::finish)
    }
}

impl Written {
    /// What was written, in words.
    fn status(&self) -> &'static str {
        let c = &self.counts;
        match self.parts.is_empty() {
            false => "sound",
            true if c.encrypted > 0 => "encrypted, no key",
            true if c.not_authentic > 0 => "encrypted, no key fits",
            true if c.refused > 0 => "too many files",
            true if self.others.is_empty() => "no sound",
            true => "not decoded",
        }
    }
}

/// The name of a file without its folder. It has no signs that would break the list.
fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
