//! Parts of a body while it is read, and their table.

use flowz_api::Checkpoint;
use flowz_api::Row;
use flowz_api::cell::{Dir, Label, Text, Time};
use flowz_api::packet::Timestamp;
use sha2::Sha256;

use crate::running_hash::RunningHash;

use super::body::MOST_ZEROS;
use super::exchange::kept;
use super::facts::CLASSES;
use super::reader::Reader;
use super::toggles::Toggles;
use crate::http::multipart::{PartHead, Piece, Splitter};
use crate::tls::fingerprint::hex;

/// Most names of files that are kept of a body.
const MOST_NAMES: usize = 16;
/// Most parts of a body that are written to files.
const MOST_FILES: u32 = 256;

/// What is wanted of parts.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Wanted {
    /// Their files are called so, with a number behind it.
    pub(crate) name: String,
    /// Which classes of contents are written, and how many bytes of each part.
    pub(crate) saves: [bool; CLASSES],
    pub(crate) most: u64,
    /// They have rows.
    pub(crate) table: bool,
}

impl Wanted {
    /// Rows or files were asked for.
    pub(crate) fn is_asked_for(&self) -> bool {
        self.table || self.saves.contains(&true)
    }
}

/// Where the bytes of files go.
pub(crate) type Write<'a> = &'a mut dyn FnMut(&str, &[u8]);

/// Parts of a body while it is read.
#[derive(Debug, Checkpoint)]
pub(crate) struct Parts {
    splitter: Splitter,
    inner: Inner,
}

#[derive(Debug, Default, Checkpoint)]
struct Inner {
    wanted: Wanted,
    open: Option<Part>,
    count: u32,
    /// Names of files, the first ones.
    names: Vec<Vec<u8>>,
    /// Bits of `httpStat`: classes of contents that were written.
    saved: u16,
    /// Parts that are over and have no row yet.
    done: Vec<Part>,
}

/// A part.
#[derive(Debug, Checkpoint)]
pub(crate) struct Part {
    number: u32,
    head: PartHead,
    len: u64,
    missing: u64,
    /// Its end came.
    is_whole: bool,
    hash: Option<RunningHash<Sha256>>,
    /// Where it is written, and how many bytes may still be.
    file: Option<(String, u64)>,
}

impl Parts {
    /// For a body of this type; none if it has no parts.
    pub(crate) fn new(content_type: &[u8], wanted: Wanted) -> Option<Self> {
        let splitter = Splitter::new(content_type)?;
        Some(Self { splitter, inner: Inner { wanted, ..Inner::default() } })
    }

    /// The next bytes.
    pub(crate) fn feed(&mut self, bytes: &[u8], write: Write<'_>) {
        let Self { splitter, inner } = self;
        splitter.feed(bytes, &mut |piece| inner.piece(piece, write));
    }

    /// So many bytes are missing.
    pub(crate) fn gap(&mut self, len: u64, write: Write<'_>) {
        let Self { splitter, inner } = self;
        splitter.gap(&mut |piece| inner.piece(piece, write));
        if let Some(part) = &mut inner.open {
            part.gap(len, write);
        }
    }

    /// Nothing more comes: how many there were, names of files, bits of what was written.
    pub(crate) fn finish(&mut self, write: Write<'_>) -> (u32, Vec<Vec<u8>>, u16) {
        let Self { splitter, inner } = self;
        // Without the last delimiter the end of a part is not known.
        if let Some(part) = &mut inner.open {
            part.is_whole = false;
        }
        splitter.finish(&mut |piece| inner.piece(piece, write));
        (inner.count, std::mem::take(&mut inner.names), inner.saved)
    }

    /// Those that are over since this was asked for the last time.
    pub(crate) fn take_done(&mut self) -> Vec<Part> {
        std::mem::take(&mut self.inner.done)
    }
}

impl Inner {
    fn piece(&mut self, piece: Piece<'_>, write: Write<'_>) {
        match piece {
            Piece::Begin(head) => self.begin(&head),
            Piece::Data(bytes) => {
                if let Some(part) = &mut self.open {
                    part.data(bytes, write);
                }
            }
            Piece::End => {
                let part = self.open.take().filter(|_| self.wanted.table);
                self.done.extend(part);
            }
        }
    }

    fn begin(&mut self, head: &PartHead) {
        self.count = self.count.saturating_add(1);
        let head = PartHead {
            name: kept(Some(&head.name)),
            file_name: kept(Some(&head.file_name)),
            content_type: kept(Some(&head.content_type)),
        };
        if !head.file_name.is_empty() && self.names.len() < MOST_NAMES {
            self.names.push(head.file_name.clone());
        }
        let Wanted { name, saves, most, table } = &self.wanted;
        let (class, _) = super::bits::class(&head.content_type);
        let saves = saves[class] && self.count <= MOST_FILES;
        self.saved |= if saves { super::bits::stat::SAVES << class } else { 0 };
        self.open = Some(Part {
            number: self.count,
            head,
            len: 0,
            missing: 0,
            is_whole: true,
            hash: table.then(RunningHash::new),
            file: saves.then(|| (format!("{name}_{}", self.count), *most)),
        });
    }
}

impl Part {
    fn data(&mut self, bytes: &[u8], write: Write<'_>) {
        self.len += bytes.len() as u64;
        if let Some(hash) = &mut self.hash {
            hash.update(bytes);
        }
        if let Some((name, left)) = &mut self.file {
            let len = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
            *left -= len as u64;
            if len > 0 {
                write(name, &bytes[..len]);
            }
        }
    }

    /// Zeros stand for bytes that are missing.
    fn gap(&mut self, len: u64, write: Write<'_>) {
        self.missing += len;
        let zeros = [0; 4096];
        let mut left = len.min(MOST_ZEROS);
        while left > 0 && (self.hash.is_some() || self.file.is_some()) {
            let now = &zeros[..left.min(4096) as usize];
            self.data(now, write);
            self.len -= now.len() as u64;
            left -= now.len() as u64;
        }
        self.len += len;
        if len > MOST_ZEROS {
            self.hash = None;
        }
    }
}

/// A part of a body.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "httppart")]
pub(crate) struct PartRow<'a> {
    /// When its last byte came.
    #[col(name = "time")]
    pub(crate) time: Time,
    /// Direction.
    #[col(name = "dir")]
    pub(crate) direction: Dir,
    /// Number of the connection in the flow, from 1.
    #[col(name = "conn")]
    pub(crate) connection: u32,
    /// Number of the request in the connection, as in the table of requests.
    #[col(name = "nr")]
    pub(crate) number: u32,
    /// Number of the part in its body, from 1.
    #[col(name = "part")]
    pub(crate) part: u32,
    /// Name of the field in a form (this and the following texts: at most 256 bytes).
    #[col(name = "name")]
    pub(crate) name: Text<'a>,
    /// Name of the file, as the sender says.
    #[col(name = "fileName")]
    pub(crate) file_name: Text<'a>,
    /// Type of the content.
    #[col(name = "type")]
    pub(crate) content_type: Text<'a>,
    /// Bytes, missing ones too as far as they are known.
    #[col(name = "length", unit = "bytes")]
    pub(crate) len: u64,
    /// Bytes that are missing.
    #[col(name = "missing", unit = "bytes")]
    pub(crate) missing: u64,
    /// Its end came.
    #[col(name = "whole")]
    pub(crate) is_whole: u8,
    /// SHA-256. Zeros stand for bytes that are missing.
    #[col(name = "SHA256")]
    pub(crate) sha256: Label<'a>,
    /// The file in which it is.
    #[col(name = "file")]
    pub(crate) file: Text<'a>,
}

impl Reader<'_, '_> {
    /// Adds rows of parts of a body of this request, or of its response.
    pub(crate) fn show_parts(&mut self, number: u32, parts: Vec<Part>, time: Timestamp) {
        for part in parts {
            let hash = part.hash.map(|hash| hex(&hash.finalize())).unwrap_or_default();
            let row = PartRow {
                time: time.into(),
                direction: Dir(self.letter() as u8),
                connection: self.cx.connection + 1,
                number,
                part: part.number,
                name: Text(&part.head.name),
                file_name: Text(&part.head.file_name),
                content_type: Text(&part.head.content_type),
                len: part.len,
                missing: part.missing,
                is_whole: part.is_whole.into(),
                sha256: Label(hash.as_bytes()),
                file: Text(part.file.as_ref().map_or(&[], |(name, _)| name.as_bytes())),
            };
            self.cx.emit(&row);
        }
    }
}
