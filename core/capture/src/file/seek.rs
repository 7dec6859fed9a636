//! A pcap file in which reading can begin anywhere: for those who look for a time and do not want to read what is in
//! front of it.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flowz_api::packet::Timestamp;

use crate::error::CaptureError;
use crate::file::pcap::Pcap;
use crate::file::queue::FileQueue;
use crate::file::stream::{Bytes, Stream};
use crate::input::Input;
use crate::source::Options;

/// Bytes of a read while a place is looked for.
const PIECE: usize = 16 << 10;

/// A record of a file: where it begins, and its time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// Bytes from the beginning of the file.
    pub offset: u64,
    /// When the packet was captured.
    pub ts: Timestamp,
}

/// A plain pcap file that is not compressed.
pub struct Seekable {
    file: Arc<File>,
    path: PathBuf,
    pcap: Pcap,
    stream: Stream,
    len: u64,
    first: Place,
}

impl std::fmt::Debug for Seekable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seekable").field("path", &self.path).finish_non_exhaustive()
    }
}

/// The bytes of a file from a place on, without moving others who read it.
pub(crate) struct From {
    pub(crate) file: Arc<File>,
    pub(crate) at: u64,
    /// Bytes of a read.
    pub(crate) most: usize,
}

impl Read for From {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = into.len().min(self.most);
        let count = self.file.read_at(&mut into[..most], self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seekable {
    /// Opens a file. `None` if it is something else, cannot be opened or holds no whole packet: reading it as any
    /// input says what it is.
    pub fn open(path: &Path) -> Option<Self> {
        let file = File::open(path).ok()?;
        let data = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let file = Arc::new(file);
        let mut stream = Stream::new();
        stream.restart(Box::new(From { file: Arc::clone(&file), at: 0, most: PIECE }));
        let magic = u32::from_le_bytes(*stream.head::<4>()?);
        if !Pcap::knows(magic) {
            return None;
        }
        let mut pcap = Pcap::open(&mut stream, path, false).ok()?;
        let offset = stream.offset();
        let ts = pcap.next(&mut stream).ok()?.ts;
        let first = Place { offset, ts };
        Some(Self { file, path: path.to_owned(), pcap, stream, len: data.len(), first })
    }

    /// Bytes of the file.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is nothing in it, which cannot be.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The first record.
    pub fn first(&self) -> Place {
        self.first
    }

    /// Bytes of the longest record that the file may have.
    pub fn longest_record(&self) -> u64 {
        self.pcap.longest() as u64
    }

    /// The last whole record; `None` if there is damage or something else that only reading all of the file tells of.
    pub fn last(&mut self) -> Option<Place> {
        // So long that the part cannot be all in one packet.
        let from = self.len.saturating_sub(2 * self.longest_record()).max(self.first.offset);
        self.go_to(from);
        let found = self.pcap.last(&mut self.stream)?;
        Some(Self::place(from, found))
    }

    /// The first record at or behind a place whose header chains with those behind it. It may be part of a capture
    /// that a packet carries.
    pub fn find(&mut self, from: u64) -> Option<Place> {
        self.go_to(from);
        let found = self.pcap.find(&mut self.stream)?;
        Some(Self::place(from, found))
    }

    /// A record of this file that is up to a few of the longest records behind a place, with nothing but sound records
    /// in front of it.
    pub fn find_surely(&mut self, from: u64) -> Option<Place> {
        self.go_to(from);
        let found = self.pcap.find_surely(&mut self.stream)?;
        Some(Self::place(from, found))
    }

    /// The packets from a record on.
    ///
    /// # Errors
    ///
    /// As [`Input::from_reader`].
    pub fn input(&self, at: u64, options: &Options) -> Result<Input, CaptureError> {
        let mut input =
            Input::from_queue(FileQueue::fixed(vec![self.path.clone()], &self.path), options);
        input.begin_in_the_middle(
            &self.path,
            self.bytes(0, PIECE),
            self.bytes(at, usize::MAX),
            at,
        )?;
        Ok(input)
    }

    /// The bytes from a place on, so many with each read.
    fn bytes(&self, at: u64, most: usize) -> Bytes {
        Box::new(From { file: Arc::clone(&self.file), at, most })
    }

    fn go_to(&mut self, at: u64) {
        let bytes = self.bytes(at, PIECE);
        self.stream.restart_at(bytes, at);
    }

    fn place(from: u64, (distance, ts): (usize, Timestamp)) -> Place {
        Place { offset: from + distance as u64, ts }
    }
}

#[cfg(test)]
mod tests;
