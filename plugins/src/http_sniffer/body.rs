//! A body while it is read.

use flowz_api::Checkpoint;
use sha2::Sha256;

use crate::running_hash::RunningHash;

use super::exchange::{Message, Moment};
use super::parts::{self, Part, Parts};
use crate::http::chunks::{Chunks, Status};
use crate::http::coding::{Coding, Decoded, Decoder};
use crate::http::framing::Framing;

/// So many first bytes tell programs.
pub(crate) const MAGIC: usize = 4;
/// Most zero bytes that stand for missing ones in a hash.
pub(crate) const MOST_ZEROS: u64 = 1 << 20;

/// What a content begins with.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Beginning {
    pub(crate) bytes: Vec<u8>,
    /// So many of them are wanted.
    most: usize,
}

/// Where the end is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
enum Rest {
    /// Behind so many bytes.
    Length(u64),
    Chunked(Chunks),
    UntilClose,
}

/// How a body goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Progress {
    /// All bytes are its own.
    More,
    /// It ends behind so many bytes.
    Done(usize),
    /// Its framing is wrong behind so many bytes.
    Bad(usize),
}

/// A body while it is read.
#[derive(Debug, Checkpoint)]
pub(crate) struct Body {
    rest: Rest,
    hash: Option<RunningHash<Sha256>>,
    decoder: Option<Decoder>,
    /// Codings that may be undone, for the first byte.
    codings: Vec<Coding>,
    beginning: Beginning,
    /// Its parts, if it has some.
    parts: Option<Box<Parts>>,
    /// Where it is written, and how many bytes may still be.
    file: Option<(String, u64)>,
    /// The packet of the last byte so far.
    latest: Option<Moment>,
    pub(crate) message: Message,
}

/// What is wanted of a body.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Wanted {
    /// Codings, in the order in which they were applied.
    pub(crate) codings: Vec<Coding>,
    /// Another run may go on with it.
    pub(crate) continues: bool,
    /// Its hashes.
    pub(crate) hashes: bool,
    /// So many first bytes of the content.
    pub(crate) beginning: usize,
    /// The name of a file, and how many bytes may be written.
    pub(crate) file: Option<(String, u64)>,
    /// The type of a content that may have parts, and what is wanted of them.
    pub(crate) parts: Option<(Vec<u8>, parts::Wanted)>,
}

impl Body {
    /// The body behind the head of a message; none if it has none.
    pub(crate) fn new(framing: Framing, message: &Message, wanted: Wanted) -> Option<Self> {
        let rest = match framing {
            Framing::None => return None,
            Framing::Length(len) => Rest::Length(len),
            Framing::Chunked => Rest::Chunked(Chunks::default()),
            Framing::UntilClose => Rest::UntilClose,
        };
        let is_wanted = wanted.hashes
            || wanted.file.is_some()
            || wanted.beginning > MAGIC
            || wanted.parts.as_ref().is_some_and(|(_, parts)| parts.is_asked_for());
        let decodes = !wanted.codings.is_empty() && is_wanted;
        // Codings are not undone for the number of parts alone.
        let parts = wanted.parts.filter(|_| decodes || wanted.codings.is_empty());
        let parts = parts.and_then(|(kind, wanted)| Parts::new(&kind, wanted));
        Some(Self {
            rest,
            hash: wanted.hashes.then(RunningHash::new),
            decoder: decodes.then(|| Decoder::new(&wanted.codings, wanted.continues)).flatten(),
            codings: wanted.codings,
            beginning: Beginning { bytes: Vec::new(), most: wanted.beginning },
            parts: parts.map(Box::new),
            file: wanted.file,
            latest: None,
            message: Message { last: None, ..message.clone() },
        })
    }

    /// Takes bytes of a packet; `write` gets those that belong into a file.
    pub(crate) fn feed(
        &mut self,
        bytes: &[u8],
        now: Moment,
        write: &mut dyn FnMut(&str, &[u8]),
    ) -> Progress {
        self.latest = Some(now);
        let progress = match self.rest {
            Rest::UntilClose => {
                self.content(bytes, write);
                Progress::More
            }
            Rest::Length(left) => {
                let len = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
                self.content(&bytes[..len], write);
                self.rest = Rest::Length(left - len as u64);
                if left == len as u64 { Progress::Done(len) } else { Progress::More }
            }
            Rest::Chunked(mut chunks) => {
                let status = chunks.feed(bytes, |data| self.content(data, write));
                self.rest = Rest::Chunked(chunks);
                match status {
                    Status::More => Progress::More,
                    Status::Done(len) => Progress::Done(len),
                    Status::Bad(len) => Progress::Bad(len),
                }
            }
        };
        self.message.wire_len += match progress {
            Progress::More => bytes.len() as u64,
            Progress::Done(len) | Progress::Bad(len) => len as u64,
        };
        progress
    }

    fn content(&mut self, data: &[u8], write: &mut dyn FnMut(&str, &[u8])) {
        self.message.len += data.len() as u64;
        if let Some(hash) = &mut self.hash {
            hash.update(data);
        }
        if self.codings.is_empty() {
            self.decoded(data, write);
        } else if let Some(decoder) = &mut self.decoder {
            let out = decoder.feed(data);
            self.decoded(&out, write);
        }
    }

    /// Bytes with their codings undone.
    fn decoded(&mut self, data: &[u8], write: &mut dyn FnMut(&str, &[u8])) {
        self.begin(data);
        self.write(data, write);
        if let Some(parts) = &mut self.parts {
            parts.feed(data, write);
        }
    }

    /// Parts that are over since this was asked for the last time.
    pub(crate) fn take_parts(&mut self) -> Vec<Part> {
        self.parts.as_mut().map(|parts| parts.take_done()).unwrap_or_default()
    }

    fn begin(&mut self, data: &[u8]) {
        let room = self.beginning.most.saturating_sub(self.beginning.bytes.len());
        if room > 0 && self.message.missing == 0 {
            self.beginning.bytes.extend(data.iter().take(room));
        }
    }

    fn write(&mut self, data: &[u8], write: &mut dyn FnMut(&str, &[u8])) {
        if let Some((name, left)) = &mut self.file {
            let len = usize::try_from(*left).unwrap_or(usize::MAX).min(data.len());
            *left -= len as u64;
            if len > 0 {
                write(name, &data[..len]);
            }
        }
    }

    /// So many bytes are missing. Yields how many of them are not of the body: none if that is not known.
    pub(crate) fn gap(&mut self, len: u64, write: &mut dyn FnMut(&str, &[u8])) -> Option<u64> {
        let own = match &mut self.rest {
            Rest::UntilClose => len,
            Rest::Length(left) => {
                let own = len.min(*left);
                *left -= own;
                own
            }
            Rest::Chunked(chunks) => {
                if !chunks.pass_over(len) {
                    self.message.missing += len;
                    self.message.is_broken = true;
                    return None;
                }
                len
            }
        };
        self.zeros(own, write);
        self.message.missing += own;
        self.message.wire_len += own;
        self.message.len += own;
        Some(len - own)
    }

    /// Zeros stand for bytes that are missing, in hashes and files; what is coded cannot be decoded behind them.
    fn zeros(&mut self, len: u64, write: &mut dyn FnMut(&str, &[u8])) {
        if !self.codings.is_empty() && len > 0 {
            self.decoder = None;
        }
        if let Some(parts) = self.parts.as_mut().filter(|_| len > 0) {
            parts.gap(len, write);
        }
        if len > MOST_ZEROS {
            self.hash = None;
        }
        let zeros = [0; 4096];
        let mut left = len.min(MOST_ZEROS);
        while left > 0 && (self.hash.is_some() || self.file.is_some()) {
            let now = &zeros[..left.min(4096) as usize];
            if let Some(hash) = &mut self.hash {
                hash.update(now);
            }
            if self.codings.is_empty() {
                self.write(now, write);
            }
            left -= now.len() as u64;
        }
    }

    /// Whether no byte is left: a body whose last ones are missing is over all the same.
    pub(crate) fn is_over(&self) -> bool {
        self.rest == Rest::Length(0)
    }

    /// Whether it ends with the connection.
    pub(crate) fn is_until_close(&self) -> bool {
        self.rest == Rest::UntilClose
    }

    /// A body without a byte, which is over with its head.
    pub(crate) fn ended(mut self, now: Moment) -> Self {
        self.message.last = Some(now);
        self
    }

    /// The body ends behind the last byte that came.
    pub(crate) fn end(&mut self) {
        self.message.last = self.latest.or(Some(self.message.first));
    }

    /// The body ends with this packet, perhaps without a byte of it.
    pub(crate) fn end_at(&mut self, last: Option<Moment>) {
        self.message.last = last;
    }

    /// Nothing more comes though it should: what is known to be left is missing.
    pub(crate) fn cut(&mut self) {
        match self.rest {
            Rest::Length(left) => self.message.missing += left,
            Rest::Chunked(_) => self.message.is_broken = true,
            Rest::UntilClose => {}
        }
        self.hash = None;
    }

    /// The message, what its content begins with, and its last parts.
    pub(crate) fn finish(
        mut self,
        write: &mut dyn FnMut(&str, &[u8]),
    ) -> (Message, Beginning, Vec<Part>) {
        if let Some(decoder) = self.decoder.take() {
            let (out, whole) = decoder.finish();
            self.decoded(&out, write);
            self.message.decoded = whole.filter(|_| self.message.missing == 0);
        }
        if let Some(parts) = &mut self.parts {
            let message = &mut self.message;
            (message.parts, message.files, message.saved) = parts.finish(write);
        }
        let is_whole = !self.message.is_broken;
        self.message.sha256 =
            self.hash.take().filter(|_| is_whole).and_then(|hash| hash.finalize().try_into().ok());
        if self.codings.is_empty() && self.message.missing == 0 {
            let len = self.message.len;
            self.message.decoded = self.message.sha256.map(|sha256| Decoded { len, sha256 });
        }
        let parts = self.take_parts();
        (self.message, self.beginning, parts)
    }
}
