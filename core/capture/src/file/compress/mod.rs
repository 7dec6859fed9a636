//! Compressed captures: recognised by their first bytes and decompressed while being read. A
//! stream that ends early or is corrupt gives all bytes in front of the damage, then an error
//! whose text says which of the two it was.

mod lz4;
#[cfg(test)]
mod tests;
mod zstd;

use std::fmt;
use std::io::{self, BufReader, ErrorKind, Read};

use flate2::bufread::MultiGzDecoder;

use crate::file::stream::Bytes;

/// Size of the buffer of compressed bytes.
const BUFFER: usize = 64 << 10;

/// Bytes decompressed per call of the gzip decoder: it drops those in front of a corrupt place.
const GZIP_STEP: usize = 4 << 10;

/// How many layers of compression are taken off.
const LAYERS: usize = 3;

/// A compression format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Compression {
    Gzip,
    Zstd,
    Lz4,
}

impl Compression {
    /// From the first bytes of a file. A skippable frame is taken to be the start of a zstd file.
    fn from_magic(start: &[u8]) -> Option<Self> {
        match *start {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Some(Self::Zstd),
            [0x04, 0x22, 0x4d, 0x18] => Some(Self::Lz4),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Lz4 => "lz4",
        }
    }

    fn decoder(self, source: Bytes) -> Bytes {
        let source = BufReader::with_capacity(BUFFER, source);
        let inner: Bytes = match self {
            Self::Gzip => Box::new(MultiGzDecoder::new(source)),
            Self::Zstd => Box::new(zstd::Decoder::new(source)),
            Self::Lz4 => Box::new(lz4::Decoder::new(source)),
        };
        Box::new(DescribedErrors { inner, compression: self })
    }

    /// A decoder's error as a sentence. Errors of the system, and of a layer below, stay.
    fn explain(self, error: io::Error) -> io::Error {
        let kind = error.kind();
        let system = kind == ErrorKind::Interrupted || error.raw_os_error().is_some();
        if system || matches!(error.get_ref(), Some(inner) if inner.is::<CompressionError>()) {
            return error;
        }
        let early = kind == ErrorKind::UnexpectedEof;
        io::Error::new(
            kind,
            CompressionError { name: self.name(), early, detail: error.to_string() },
        )
    }
}

/// A decoder whose errors are sentences.
struct DescribedErrors {
    inner: Bytes,
    compression: Compression,
}

impl Read for DescribedErrors {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let limit = if self.compression == Compression::Gzip { GZIP_STEP } else { usize::MAX };
        let into = match into.len() {
            all if all > limit => &mut into[..limit],
            _ => into,
        };
        self.inner.read(into).map_err(|error| self.compression.explain(error))
    }
}

/// What is wrong with a compressed stream.
#[derive(Debug)]
pub(crate) struct CompressionError {
    name: &'static str,
    early: bool,
    detail: String,
}

impl fmt::Display for CompressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.early {
            write!(f, "the {} stream is cut", self.name)
        } else {
            write!(f, "the {} stream is corrupt ({})", self.name, self.detail)
        }
    }
}

impl std::error::Error for CompressionError {}

/// The bytes inside all layers of compression, and whether there was one.
pub(crate) fn uncompressed(mut source: Bytes) -> io::Result<(Bytes, bool)> {
    for layer in 0..LAYERS {
        let start = peek(&mut source)?;
        let compression = Compression::from_magic(&start);
        source = Box::new(io::Cursor::new(start).chain(source));
        match compression {
            Some(compression) => source = compression.decoder(source),
            None => return Ok((source, layer > 0)),
        }
    }
    Ok((source, true))
}

/// The first four bytes, fewer if there are not so many. An error is left for the reader to meet
/// again, unless there is nothing in front of it.
fn peek(source: &mut Bytes) -> io::Result<Vec<u8>> {
    let mut start = Vec::with_capacity(4);
    source.by_ref().take(4).read_to_end(&mut start)?;
    Ok(start)
}
