//! The index beside captures: what it must be about, and packets by their places.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use flowz_api::packet::Packet;
use flowz_api::record::Record;
use flowz_api::table::Table;
use flowz_slice::index::{Entry, Index, IndexError, IndexWriter, Known, Way};
use flowz_slice::{FlowSet, Source};

use super::super::args::BESIDE;
use super::super::file::SliceFile;
use super::flows::Condition;
use crate::log;
use crate::usage::wrong;

/// Packets that are so near are read over.
const NEAR: u64 = 128 << 10;

/// The name of an index, if none was given.
pub(super) fn name(given: &Path, sources: &[Source]) -> PathBuf {
    if given != Path::new(BESIDE) {
        return given.to_owned();
    }
    let mut name = sources.first().map_or(Path::new(""), Source::path).as_os_str().to_owned();
    name.push(".flowz-index");
    PathBuf::from(name)
}

/// What an index must say of itself to be about these captures, settings and columns.
pub(super) fn header(sources: &[Source], settings: &str, table: &Table) -> Result<Vec<u8>> {
    let mut lines = format!("flowz {}\n", env!("CARGO_PKG_VERSION"));
    for source in sources {
        let path = source.path();
        let found = fs::metadata(path).ok().filter(fs::Metadata::is_file);
        let Some(found) = found else {
            return Err(wrong(format!("'{}' is no file: it can have no index", path.display())));
        };
        let (len, seconds, nanos) = (found.len(), found.mtime(), found.mtime_nsec());
        let _ = writeln!(lines, "capture {len} {seconds}.{nanos:09}");
    }
    lines += settings;
    for column in &table.schema.columns {
        let _ = writeln!(lines, "column {} {:?}", column.name, column.ty);
    }
    Ok(lines.into_bytes())
}

/// Opens an index; none if there is none about these captures and settings.
pub(super) fn open(path: &Path, header: &[u8]) -> Result<Option<Index<File>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(error)
                .with_context(|| format!("cannot read the index '{}'", path.display()));
        }
    };
    match Index::open(file, header) {
        Ok(Known::Same(index)) => Ok(Some(index)),
        Ok(Known::Different) => Ok(None),
        Err(IndexError::Damaged(reason)) => {
            log::warning(&format!(
                "the index '{}' is not whole ({reason}): it is made anew",
                path.display()
            ));
            Ok(None)
        }
        Err(error @ IndexError::Other) => Err(anyhow!(
            "cannot use '{}' as index: {error}; name another file, or remove it",
            path.display()
        )),
    }
}

/// Begins an index.
pub(super) fn create(path: &Path, header: &[u8]) -> Result<IndexWriter<SliceFile>> {
    let file = SliceFile::create(path)?;
    IndexWriter::new(file, header).with_context(|| format!("cannot write '{}'", path.display()))
}

/// The flows for which a condition holds, from the records of an index.
pub(super) fn flows(
    index: &mut Index<File>,
    mut condition: Condition,
    table: &Table,
) -> Result<FlowSet> {
    let mut copy = Record::new();
    let asked = index.records(|record| {
        copy.clear();
        copy.raw(record);
        condition.ask(table, &copy);
    });
    asked.context("cannot read the index")?;
    Ok(condition.flows)
}

/// Reads packets of a capture by their entries, in their order.
pub(super) struct Picker<'a> {
    source: &'a mut Source,
    way: &'a Way,
    /// Number of the packet that is read next, where reading never jumps.
    next: u64,
    /// Position of the packet that is read next.
    position: u64,
    /// Interfaces that are known by now.
    described: usize,
}

impl<'a> Picker<'a> {
    /// For a capture that was opened anew.
    pub(super) fn new(source: &'a mut Source, way: &'a Way) -> Self {
        Self { source, way, next: 0, position: 0, described: 0 }
    }

    /// The packet of an entry, and its source.
    pub(super) fn packet(&mut self, entry: Entry<'_>) -> Result<(Packet<'_>, &Source)> {
        if self.way.may_jump {
            self.go_to(entry.start)?;
            self.read()?;
        } else {
            while self.next <= entry.number {
                self.read()?;
            }
        }
        if self.position != entry.end {
            return Err(self.misfit());
        }
        Ok((self.source.current(), self.source))
    }

    /// Goes to a position, when all is known that is described in front of it.
    fn go_to(&mut self, position: u64) -> Result<()> {
        while let Some(&at) = self.way.described_at.get(self.described) {
            if at > position {
                break;
            }
            self.described += 1;
            if at > self.position {
                self.jump(at)?;
                self.read()?;
            }
        }
        let is_near = self.position < position && position - self.position <= NEAR;
        while is_near && self.position < position {
            self.read()?;
        }
        if self.position == position { Ok(()) } else { self.jump(position) }
    }

    fn jump(&mut self, position: u64) -> Result<()> {
        self.position = position;
        let path = self.source.path().to_owned();
        self.source.jump(position).with_context(|| format!("cannot read '{}'", path.display()))
    }

    fn read(&mut self) -> Result<()> {
        if self.source.next_packet().is_none() {
            return Err(self.misfit());
        }
        self.position = self.source.position();
        self.next += 1;
        Ok(())
    }

    fn misfit(&self) -> anyhow::Error {
        let path = self.source.path().display();
        anyhow!(
            "the index does not fit to '{path}', which has changed: remove the index, and it is made anew"
        )
    }
}
