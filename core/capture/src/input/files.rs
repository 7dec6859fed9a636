//! From one file of the source to the next.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::Input;
use crate::error::CaptureError;
use crate::file::damage::DamageKind;
use crate::file::format::Format;
use crate::file::queue::STDIN;
use crate::file::stream::Bytes;
use crate::file::{self, Opened, seek};

/// Bytes of a read behind a jump.
const JUMP: usize = 32 << 10;

impl Input {
    /// Opens the first file that can be opened.
    pub(super) fn open_first(&mut self) -> Result<(), CaptureError> {
        let mut first = None;
        while let Some(file) = self.advance() {
            match self.begin(&file) {
                Ok(()) => return Ok(()),
                Err(error) => {
                    self.skipped(&error);
                    first.get_or_insert(error);
                }
            }
        }
        let (list, count) = (self.queue.name.clone(), self.files().len());
        Err(match first {
            Some(error) if count == 1 => error,
            Some(error) => CaptureError::NothingReadable { list, count, first: Box::new(error) },
            None => CaptureError::EmptyList(list),
        })
    }

    pub(super) fn skipped(&mut self, error: &CaptureError) {
        self.stream.restart(Box::new(io::empty()));
        self.note(0, 1, DamageKind::Skipped { reason: error.to_string() });
    }

    /// Closes the account of the current file and goes on to the next name.
    pub(super) fn advance(&mut self) -> Option<PathBuf> {
        if self.ended {
            return None;
        }
        let taken = self.taken.swap(0, Ordering::Relaxed);
        let on_disk = match self.total {
            // So that the sum at the end is the total, whatever was left out.
            Some(_) if self.queue.begun() > 0 => file::size(self.current_file()).unwrap_or(taken),
            _ => taken,
        };
        self.taken_before += on_disk;
        self.bytes_before = self.file_bytes();
        self.size = None;
        self.format = Format::None;
        self.stream.restart(Box::new(io::empty()));
        let next = self.queue.advance();
        self.ended = next.is_none();
        next
    }

    /// Opens a file of the queue and reads its header.
    pub(super) fn begin(&mut self, file: &Path) -> Result<(), CaptureError> {
        if file == Path::new(STDIN) {
            let opened = file::stdin(&self.taken, self.stop.as_ref())?;
            return self.begin_opened(opened, file);
        }
        let next = self.queue.successor();
        let opened = file::open(file, next, &self.taken, self.stop.as_ref())?;
        self.begin_opened(opened, file)
    }

    pub(super) fn begin_reader(&mut self, reader: Bytes, file: &Path) -> Result<(), CaptureError> {
        let opened = file::from_bytes(reader, None, &self.taken, self.stop.as_ref())
            .map_err(|reason| CaptureError::open(file, reason))?;
        self.begin_opened(opened, file)
    }

    /// Opens a pcap file by its beginning and goes on reading at one of its records, whose bytes come from elsewhere.
    pub(crate) fn begin_in_the_middle(
        &mut self,
        file: &Path,
        beginning: Bytes,
        rest: Bytes,
        at: u64,
    ) -> Result<(), CaptureError> {
        self.queue.advance();
        self.begin_opened(Opened { source: beginning, size: None }, file)?;
        let rest = file::counted(rest, &self.taken, self.stop.as_ref());
        self.stream.restart_at(rest, at);
        self.format.go_on(&mut self.stream);
        Ok(())
    }

    /// Whether reading can go on anywhere in the current file: it is plain and sound up to its end, and what was read of it does not depend on
    /// what is in front of it, but for what is [described](Self::descriptions).
    pub fn may_jump(&self) -> bool {
        let is_sound = self.damages.iter().all(|damage| damage.skipped.is_none());
        self.size.is_some() && self.format.is_free_of_order() && is_sound
    }

    /// How many sections and interfaces the current file has described so far.
    pub fn descriptions(&self) -> u64 {
        self.format.descriptions()
    }

    /// Goes on reading at the end of a packet of the current file, where [`Self::bytes_used`] was once. What the file has described up to there must
    /// have been read.
    ///
    /// # Errors
    ///
    /// If the file cannot be opened again.
    pub fn jump(&mut self, offset: u64) -> io::Result<()> {
        let file = Arc::new(File::open(self.current_file())?);
        let rest = Box::new(seek::From { file, at: offset, most: JUMP });
        let rest = file::counted(rest, &self.taken, self.stop.as_ref());
        self.stream.restart_at(rest, offset);
        self.format.go_on(&mut self.stream);
        Ok(())
    }

    pub(super) fn begin_opened(&mut self, opened: Opened, file: &Path) -> Result<(), CaptureError> {
        self.stream.restart(opened.source);
        self.packets = 0;
        self.format = Format::open(&mut self.stream, file, self.compat)?;
        self.size = opened.size;
        self.link = self.format.link_type();
        self.snap_len = self.format.snap_len();
        Ok(())
    }
}
