//! zstd (RFC 8878): any number of frames in a row, skippable ones included, checksums compared.

use std::io::{self, BufRead, ErrorKind, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// Decompresses one block's worth of bytes at least, before it hands bytes out.
const BATCH: usize = 128 << 10;

/// An empty last block and a checksum. Fed to a decoder whose source is damaged, it makes the
/// decoder hand out the bytes that it holds back for its window.
const LAST_BLOCK: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

/// A reader of what zstd frames hold.
pub(super) struct Decoder<R> {
    source: R,
    frame: FrameDecoder,
    /// Between the start of a frame and its end.
    inside: bool,
    /// The error to give when the bytes in front of it are handed out.
    failure: Option<io::Error>,
}

impl<R: BufRead> Decoder<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, frame: FrameDecoder::new(), inside: false, failure: None }
    }

    /// Begins the next frame; false at the end of the source.
    fn next_frame(&mut self) -> io::Result<bool> {
        loop {
            if self.source.fill_buf()?.is_empty() {
                return Ok(false);
            }
            let mut source = Watched::new(&mut self.source);
            match self.frame.reset(&mut source) {
                Ok(()) => {
                    self.inside = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let length = u64::from(length);
                    let skipped = io::copy(&mut source.take(length), &mut io::sink())?;
                    if skipped < length {
                        return Err(ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(error) => return Err(source.explain(error)),
            }
        }
    }

    /// Checks a frame that is read to its end.
    fn end_frame(&mut self) -> io::Result<()> {
        self.inside = false;
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let stored = self.frame.get_checksum_from_data();
        if stored.is_some() && stored != self.frame.get_calculated_checksum() {
            return Err(io::Error::new(ErrorKind::InvalidData, "wrong checksum"));
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.inside && !self.next_frame()? {
                return Ok(0);
            }
            let count = self.frame.read(into)?;
            if count > 0 || into.is_empty() {
                return Ok(count);
            }
            if self.frame.is_finished() {
                self.end_frame()?;
                continue;
            }
            let mut source = Watched::new(&mut self.source);
            let batch = BlockDecodingStrategy::UptoBytes(BATCH);
            if let Err(error) = self.frame.decode_blocks(&mut source, batch) {
                self.failure = Some(source.explain(error));
                let rest = self.frame.decode_blocks(&LAST_BLOCK[..], BlockDecodingStrategy::All);
                if rest.is_err() {
                    self.end_frame()?;
                }
            }
        }
    }
}

/// A source that remembers how it failed, since the decoder's errors hide it.
struct Watched<'a, R> {
    inner: &'a mut R,
    failure: Option<io::Error>,
}

impl<'a, R> Watched<'a, R> {
    fn new(inner: &'a mut R) -> Self {
        Self { inner, failure: None }
    }

    /// The source's own error if it had one, else the decoder's.
    fn explain(self, error: FrameDecoderError) -> io::Error {
        self.failure.unwrap_or_else(|| io::Error::new(ErrorKind::InvalidData, error))
    }
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.inner.read(into) {
            Ok(0) if !into.is_empty() => {
                self.failure = Some(ErrorKind::UnexpectedEof.into());
                Ok(0)
            }
            Err(error) if error.kind() != ErrorKind::Interrupted => {
                let kind = error.kind();
                self.failure = Some(error);
                Err(kind.into())
            }
            result => result,
        }
    }
}
