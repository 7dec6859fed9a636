//! The stream of packets over all files of a source: opens one file after the other, applies the
//! filter, and keeps account of bytes and damage.

mod files;
#[cfg(test)]
mod tests;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flowz_api::packet::{LinkType, Packet};

use crate::error::CaptureError;
use crate::file;
use crate::file::damage::{Damage, DamageKind};
use crate::file::format::Format;
use crate::file::queue::{FileQueue, STDIN};
use crate::file::record::{Record, Stop};
use crate::file::stream::Stream;
use crate::filter::Filter;
use crate::link_type::link_name;
use crate::source::{Options, Source};
use crate::write::Interface;

/// How far reading has come.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Progress {
    /// Bytes taken from the files, compressed where they are compressed.
    pub bytes: u64,
    /// Sum of the sizes of all files in bytes; `None` for standard input, for pipes, and where
    /// files are followed.
    pub total: Option<u64>,
    /// Which file is being read, from 1.
    pub file: usize,
    /// How many files there are.
    pub files: usize,
}

/// Whether a plain file is a capture, compressed or not, judged by its beginning.
pub fn is_capture(path: &Path) -> bool {
    let is_plain = std::fs::metadata(path).is_ok_and(|data| data.is_file());
    is_plain && Input::open(&Source::File(path.to_owned()), &Options::default()).is_ok()
}

/// An open source of packets.
pub struct Input {
    pub(crate) stream: Stream,
    format: Format,
    filter: Option<Filter>,
    /// The current packet.
    pub(crate) record: Record,
    /// A packet that was read already and belongs to the next batch.
    pub(crate) pending: Option<Record>,
    /// Packets of the current file read so far, those that the filter drops included.
    packets: u64,
    filtered_out: u64,
    queue: FileQueue,
    link: LinkType,
    snap_len: u32,
    damages: Vec<Damage>,
    remarks: Vec<Damage>,
    /// Bytes taken from the current file.
    taken: Arc<AtomicU64>,
    /// Bytes of the files before it.
    taken_before: u64,
    total: Option<u64>,
    /// Size of the current file, if it is a plain one.
    size: Option<u64>,
    /// Uncompressed bytes of the files before it.
    bytes_before: u64,
    /// Behind the last file.
    ended: bool,
    /// See [`Options::compat`].
    compat: bool,
    /// The order to stop.
    stop: Option<file::Stop>,
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("queue", &self.queue).finish_non_exhaustive()
    }
}

impl Input {
    /// Opens a source up to its first packet. Files of a list or a numbered row that cannot be
    /// opened are left out and recorded as [`Damage`].
    ///
    /// # Errors
    ///
    /// [`CaptureError`] if there is no file that can be read, or if the filter expression is wrong
    /// for the link type of the first one.
    pub fn open(source: &Source, options: &Options) -> Result<Self, CaptureError> {
        let (queue, missing) = FileQueue::from_source(source, options)?;
        let total = queue.total();
        let mut input = Self {
            damages: missing.into_iter().collect(),
            total,
            ..Self::from_queue(queue, options)
        };
        input.open_first()?;
        input.compile(options)?;
        Ok(input)
    }

    /// Reads a capture from any source of bytes; `name` stands for it in messages.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub fn from_reader(
        reader: impl Read + Send + 'static,
        name: &Path,
        options: &Options,
    ) -> Result<Self, CaptureError> {
        let mut input = Self::from_queue(FileQueue::fixed(vec![name.to_owned()], name), options);
        input.queue.advance();
        input.begin_reader(Box::new(reader), name)?;
        input.compile(options)?;
        Ok(input)
    }

    /// Nothing opened yet.
    pub(crate) fn from_queue(queue: FileQueue, options: &Options) -> Self {
        Self {
            stream: Stream::new(),
            format: Format::None,
            filter: None,
            record: Record::default(),
            pending: None,
            packets: 0,
            filtered_out: 0,
            queue,
            link: LinkType::NULL,
            snap_len: 0,
            damages: Vec::new(),
            remarks: Vec::new(),
            taken: Arc::default(),
            taken_before: 0,
            total: None,
            size: None,
            bytes_before: 0,
            ended: false,
            compat: options.compat,
            stop: options.stop.clone(),
        }
    }

    /// The next packet of the whole stream of files, `None` at its end. Damage is passed over, or
    /// ends a file, but not the stream: see [`Self::damages`].
    #[inline]
    pub fn next_packet(&mut self) -> Option<Packet<'_>> {
        self.read_record().then(|| self.record.packet(&self.stream))
    }

    /// Reads the next packet; false at the end of the whole stream. [`Self::packet`] shows it.
    #[inline]
    pub fn read(&mut self) -> bool {
        self.read_record()
    }

    /// The packet that [`Self::read`] has read, until the next call that reads.
    #[inline]
    pub fn packet(&self) -> Packet<'_> {
        self.record.packet(&self.stream)
    }

    /// What the current file says of an interface, by now.
    pub fn interface(&self, number: u32) -> Interface {
        match self.format {
            // At the end, where nothing is known of the last file but this.
            Format::None => {
                let (link, snap_len) = (self.link, self.snap_len);
                Interface { link, snap_len, ..Interface::default() }
            }
            _ => self.format.interface(number),
        }
    }

    /// Reads the next record that passes the filter.
    pub(crate) fn read_record(&mut self) -> bool {
        loop {
            match self.format.next(&mut self.stream, &mut self.record) {
                Ok(()) => {
                    self.packets += 1;
                    if self.filter.is_none() || self.passes() {
                        return true;
                    }
                }
                Err(stop) => {
                    if !self.resume(stop) {
                        return false;
                    }
                }
            }
        }
    }

    /// Link type of the current file (of its first interface), of the last one at the end.
    pub fn link_type(&self) -> LinkType {
        self.link
    }

    /// Snap length of the current file (of its first interface) in bytes, of the last one at the
    /// end. As with libpcap, "no limit" is 262,144.
    pub fn snap_len(&self) -> u32 {
        self.snap_len
    }

    /// All files of the source that are known so far; standard input is `-`.
    pub fn files(&self) -> &[PathBuf] {
        self.queue.files()
    }

    /// Place of the current file in [`Self::files`], from 0.
    pub fn file_index(&self) -> usize {
        self.queue.index()
    }

    /// The current file, the last one at the end.
    pub fn current_file(&self) -> &Path {
        self.files().get(self.file_index()).map_or(Path::new(STDIN), PathBuf::as_path)
    }

    /// How far reading has come.
    pub fn progress(&self) -> Progress {
        Progress {
            bytes: self.taken_before + self.taken.load(Ordering::Relaxed),
            total: self.total,
            file: self.file_index() + 1,
            files: self.files().len(),
        }
    }

    /// What was wrong with the files so far, in their order.
    pub fn damages(&self) -> &[Damage] {
        &self.damages
    }

    /// What is to be said of the files though all of them is read, in their order.
    pub fn remarks(&self) -> &[Damage] {
        &self.remarks
    }

    /// Bytes of all files begun so far: their sizes, or for compressed ones and for standard
    /// input the uncompressed bytes read.
    pub fn file_bytes(&self) -> u64 {
        self.bytes_before + self.size.unwrap_or(self.stream.bytes_read())
    }

    /// Whether the end came by order, and not because there is nothing left.
    pub fn is_stopped(&self) -> bool {
        file::is_set(self.stop.as_ref())
    }

    /// Bytes of all files up to the current packet, uncompressed where they are compressed.
    pub fn bytes_used(&self) -> u64 {
        self.bytes_before + self.stream.offset()
    }

    /// Packets that the filter dropped.
    pub fn filtered_out(&self) -> u64 {
        self.filtered_out
    }

    /// Whether the filter lets the current packet pass.
    fn passes(&mut self) -> bool {
        let record = self.record;
        let Some(filter) = &mut self.filter else { return true };
        if !filter.is_for(record.link)
            && let Err(reason) = filter.select(record.link)
        {
            let link = link_name(record.link).name;
            let offset = self.stream.offset_of(record.at);
            self.note(offset, self.packets, DamageKind::Filter { link, reason });
        }
        let data = self.stream.slice(record.at, record.len);
        let passes = self.filter.as_ref().is_some_and(|f| f.accepts(record.wire_len, data));
        self.filtered_out += u64::from(!passes);
        passes
    }

    fn compile(&mut self, options: &Options) -> Result<(), CaptureError> {
        let filter = options.filter.as_deref().map(|text| Filter::new(text, self.link));
        self.filter = filter.transpose()?;
        Ok(())
    }

    /// Records damage of the current file.
    fn note(&mut self, offset: u64, packet: u64, kind: DamageKind) {
        let file = self.current_file().to_owned();
        self.damages.push(Damage { file, offset, packet, kind, skipped: None });
    }

    /// Goes on where the reader of the current file moved to behind damage, or leaves the file for
    /// the next one that can be opened; false if there is none.
    #[cold]
    #[inline(never)]
    fn resume(&mut self, stop: Stop) -> bool {
        // What the order cut off is no damage.
        if self.is_stopped() {
            return false;
        }
        let (file, packet) = (self.current_file(), self.packets + 1);
        if let Some(damage) = stop.into_damage(&self.stream, file, packet) {
            let goes_on = damage.skipped.is_some();
            if damage.is_remark() {
                self.remarks.push(damage);
                return true;
            }
            Damage::add(&mut self.damages, damage);
            if goes_on {
                return true;
            }
        }
        while let Some(file) = self.advance() {
            match self.begin(&file) {
                Ok(()) => return true,
                Err(_) if self.is_stopped() => return false,
                Err(error) => self.skipped(&error),
            }
        }
        false
    }
}
