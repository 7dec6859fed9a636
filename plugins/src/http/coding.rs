//! Codings of bodies (RFC 9110, section 8.4; RFC 1950 to 1952, 7932, 8878), undone as the bytes come, with bounds on what becomes of them.

use std::io::{self, Write};

use brotli_decompressor::DecompressorWriter;
use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use flowz_api::checkpoint::{Checkpoint, LoadError, Reader, Writer};
use flowz_api::memory;
use ruzstd::decoding::FrameDecoder;
use sha2::Sha256;

use crate::running_hash::RunningHash;

/// Most codings that are undone of a body.
const MOST: usize = 4;
/// So many bytes may become of any body.
const FREE: u64 = 1 << 20;
/// Beyond that so many bytes of each one: deflate reaches 1032 (RFC 1951 with the longest match in the shortest code).
const RATIO: u64 = 1100;
/// Room for what a decoder hands on at once.
const PIECE: usize = 1 << 14;
/// Largest window of zstd (RFC 9659).
const ZSTD_WINDOW: u64 = 1 << 23;
/// Largest head of a frame of zstd (RFC 8878, section 3.1.1.1).
const ZSTD_HEAD: usize = 18;
/// Largest window of brotli (RFC 7932, section 9.1).
const BROTLI_WINDOW: usize = 1 << 24;

/// A coding of a body.
#[derive(Clone, Copy, PartialEq, Eq, Debug, flowz_api::Checkpoint)]
pub(crate) enum Coding {
    Gzip,
    /// With or without the head of zlib: both are met.
    Deflate,
    Brotli,
    Zstd,
    /// In chunks: of transfers only.
    Chunked,
    /// None that we undo.
    Unknown,
}

impl Coding {
    /// The codings that a field names; `identity` is none.
    pub(crate) fn list(value: &[u8]) -> Vec<Self> {
        let names = value.split(|b| *b == b',').map(<[u8]>::trim_ascii);
        let names =
            names.filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case(b"identity"));
        names.map(Self::named).collect()
    }

    fn named(name: &[u8]) -> Self {
        // Parameters may stand behind the name (RFC 9112, section 7).
        let name = name.split(|b| *b == b';').next().unwrap_or(name).trim_ascii();
        match name.to_ascii_lowercase().as_slice() {
            b"gzip" | b"x-gzip" => Self::Gzip,
            b"deflate" => Self::Deflate,
            b"br" => Self::Brotli,
            b"zstd" => Self::Zstd,
            b"chunked" => Self::Chunked,
            _ => Self::Unknown,
        }
    }
}

/// Most bytes that decoders of a body take; more if another run may go on with them.
pub(crate) fn memory(continues: bool) -> usize {
    let decoders = MOST * (BROTLI_WINDOW + memory::boxed::<Stage>()) + memory::list::<u8>(PIECE);
    decoders + if continues { memory::list::<u8>(LONGEST_REPLAY) } else { 0 }
}

/// What becomes of a body.
pub(crate) struct Decoder {
    stage: Stage,
    /// Bytes that came.
    fed: u64,
    has_failed: bool,
    /// What another run needs to go on with it.
    replay: Option<Replay>,
}

/// The libraries' decoders cannot be written, but made again from the bytes that they were fed with.
#[derive(Default, flowz_api::Checkpoint)]
struct Replay {
    codings: Vec<Coding>,
    /// All bytes so far, up to [`LONGEST_REPLAY`].
    bytes: Vec<u8>,
}

/// Most bytes of a body that are kept for another run. One of which more have come when the run ends is not decoded further.
const LONGEST_REPLAY: usize = 16 << 20;

impl Checkpoint for Decoder {
    fn save(&self, out: &mut Writer<'_>) {
        (self.fed, self.has_failed).save(out);
        self.replay.save(out);
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        let (fed, has_failed) = <(u64, bool)>::load(from)?;
        let replay = Option::<Replay>::load(from)?.unwrap_or_default();
        let decoder = Self::new(&replay.codings, true);
        let mut decoder = decoder.ok_or(LoadError::Value("coding"))?;
        drop(decoder.feed(&replay.bytes));
        decoder.has_failed |= has_failed || decoder.fed != fed;
        decoder.fed = fed;
        Ok(decoder)
    }
}

/// What a whole body became.
#[derive(Clone, Copy, PartialEq, Eq, Debug, flowz_api::Checkpoint)]
pub(crate) struct Decoded {
    pub(crate) len: u64,
    pub(crate) sha256: [u8; 32],
}

impl Decoder {
    /// Undoes these codings, named in the order in which they were applied. None if one of them is unknown. `continues` if another run
    /// may go on with it.
    pub(crate) fn new(codings: &[Coding], continues: bool) -> Option<Self> {
        if codings.len() > MOST {
            return None;
        }
        let stage = codings.iter().try_fold(Stage::Sink(Sink::default()), |stage, coding| {
            Some(match coding {
                Coding::Gzip => Stage::Gzip(Box::new(MultiGzDecoder::new(stage))),
                Coding::Deflate => {
                    Stage::Deflate(Box::new(Deflate { kind: None, inner: Some(stage) }))
                }
                Coding::Brotli => Stage::Brotli(Box::new(DecompressorWriter::new(stage, PIECE))),
                Coding::Zstd => Stage::Zstd(Box::new(Zstd::new(stage))),
                Coding::Chunked | Coding::Unknown => return None,
            })
        })?;
        let replay = || Replay { codings: codings.to_vec(), bytes: Vec::new() };
        Some(Self { stage, fed: 0, has_failed: false, replay: continues.then(replay) })
    }

    /// Takes bytes; yields what became of them.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Vec<u8> {
        if self.has_failed {
            return Vec::new();
        }
        self.fed += bytes.len() as u64;
        if let Some(replay) = &mut self.replay {
            if self.fed <= LONGEST_REPLAY as u64 {
                replay.bytes.extend_from_slice(bytes);
            } else {
                replay.bytes = Vec::new();
            }
        }
        if let Some(sink) = self.stage.sink() {
            sink.most = FREE + self.fed * RATIO;
        }
        self.has_failed = self.stage.write_all(bytes).is_err();
        self.stage.sink().map(|sink| std::mem::take(&mut sink.out)).unwrap_or_default()
    }

    /// The body is over: yields what became of its last bytes, and of all if that is whole.
    pub(crate) fn finish(mut self) -> (Vec<u8>, Option<Decoded>) {
        let is_whole = !self.has_failed && self.stage.end().is_ok();
        let Some(sink) = self.stage.sink() else { return (Vec::new(), None) };
        let out = std::mem::take(&mut sink.out);
        let sha256 = sink.hash.clone().finalize().try_into().ok();
        let decoded = sha256.map(|sha256| Decoded { len: sink.len, sha256 });
        (out, decoded.filter(|_| is_whole))
    }
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder").field("fed", &self.fed).finish_non_exhaustive()
    }
}

/// The decoder of a coding, in front of the next one.
enum Stage {
    Sink(Sink),
    Gzip(Box<MultiGzDecoder<Stage>>),
    Deflate(Box<Deflate>),
    Brotli(Box<DecompressorWriter<Stage>>),
    Zstd(Box<Zstd>),
}

/// Where the bytes go in the end.
#[derive(Default)]
struct Sink {
    out: Vec<u8>,
    hash: RunningHash<Sha256>,
    len: u64,
    most: u64,
}

impl Stage {
    fn sink(&mut self) -> Option<&mut Sink> {
        match self {
            Self::Sink(sink) => Some(sink),
            Self::Gzip(decoder) => decoder.get_mut().sink(),
            Self::Deflate(decoder) => decoder.next()?.sink(),
            Self::Brotli(decoder) => decoder.get_mut().sink(),
            Self::Zstd(decoder) => decoder.inner.sink(),
        }
    }

    /// Nothing more comes: an error if there should be more.
    fn end(&mut self) -> io::Result<()> {
        match self {
            Self::Sink(_) => Ok(()),
            Self::Gzip(decoder) => decoder.try_finish().and_then(|()| decoder.get_mut().end()),
            Self::Deflate(decoder) => decoder.end(),
            Self::Brotli(decoder) => decoder.close().and_then(|()| decoder.get_mut().end()),
            Self::Zstd(decoder) => decoder.end().and_then(|()| decoder.inner.end()),
        }
    }
}

impl Write for Stage {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Sink(sink) => sink.write(bytes),
            Self::Gzip(decoder) => decoder.write(bytes),
            Self::Deflate(decoder) => decoder.write(bytes),
            Self::Brotli(decoder) => decoder.write(bytes),
            Self::Zstd(decoder) => decoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.len + bytes.len() as u64 > self.most {
            return Err(io::Error::other("too much becomes of the body"));
        }
        self.len += bytes.len() as u64;
        self.hash.update(bytes);
        self.out.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// `deflate`, whose first byte tells whether zlib's head is there.
struct Deflate {
    kind: Option<DeflateKind>,
    /// What is behind, until the first byte comes.
    inner: Option<Stage>,
}

enum DeflateKind {
    Zlib(ZlibDecoder<Stage>),
    Raw(DeflateDecoder<Stage>),
}

impl Deflate {
    fn next(&mut self) -> Option<&mut Stage> {
        match &mut self.kind {
            Some(DeflateKind::Zlib(decoder)) => Some(decoder.get_mut()),
            Some(DeflateKind::Raw(decoder)) => Some(decoder.get_mut()),
            None => self.inner.as_mut(),
        }
    }

    fn end(&mut self) -> io::Result<()> {
        // Only behind the end is another byte not taken: the library takes it for whole wherever it stops.
        let taken = match &mut self.kind {
            Some(DeflateKind::Zlib(decoder)) => {
                let taken = decoder.write(&[0])?;
                decoder.try_finish()?;
                taken
            }
            Some(DeflateKind::Raw(decoder)) => {
                let taken = decoder.write(&[0])?;
                decoder.try_finish()?;
                taken
            }
            None => 0,
        };
        match taken {
            0 => self.next().map_or(Ok(()), Stage::end),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let (Some(first), None) = (bytes.first(), &self.kind)
            && let Some(inner) = self.inner.take()
        {
            // Method 8 and a window of 32 KiB at most (RFC 1950, section 2.2); raw data begin so only with stored blocks whose unused
            // bits are not zero.
            let is_zlib = first & 0x0f == 8 && first >> 4 <= 7;
            self.kind = Some(if is_zlib {
                DeflateKind::Zlib(ZlibDecoder::new(inner))
            } else {
                DeflateKind::Raw(DeflateDecoder::new(inner))
            });
        }
        let taken = match &mut self.kind {
            Some(DeflateKind::Zlib(decoder)) => decoder.write(bytes)?,
            Some(DeflateKind::Raw(decoder)) => decoder.write(bytes)?,
            None => bytes.len(),
        };
        // What stands behind the end is passed over.
        Ok(if taken == 0 { bytes.len() } else { taken })
    }
}

/// `zstd`, whose blocks are decoded when they are whole.
struct Zstd {
    decoder: FrameDecoder,
    /// What was not decoded yet: less than a block of 128 KiB and the heads in front.
    pending: Vec<u8>,
    has_begun: bool,
    inner: Stage,
}

impl Zstd {
    fn new(inner: Stage) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(ZSTD_WINDOW);
        Self { decoder, pending: Vec::new(), has_begun: false, inner }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        if self.has_begun || self.pending.len() >= ZSTD_HEAD {
            self.decode()?;
        }
        Ok(bytes.len())
    }

    /// Decodes what is there.
    fn decode(&mut self) -> io::Result<()> {
        let mut room = vec![0; PIECE];
        let mut at = 0;
        loop {
            let (read, written) = self
                .decoder
                .decode_from_to(&self.pending[at..], &mut room)
                .map_err(io::Error::other)?;
            self.has_begun = true;
            at += read;
            self.inner.write_all(&room[..written])?;
            if read == 0 && written == 0 {
                break;
            }
        }
        self.pending.drain(..at);
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        if !self.has_begun && !self.pending.is_empty() {
            self.decode()?;
        }
        if self.decoder.is_finished() || !self.has_begun {
            Ok(())
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
}
