//! lz4 frames, any number in a row. The decoder takes the end of the source for the end of a
//! frame wherever a block could begin; so this module watches whether the frame had its end mark. A damaged
//! block is lost as a whole; blocks are up to 4 MiB.

use std::io::{self, BufRead, ErrorKind, Read};

use lz4_flex::frame::FrameDecoder;

/// A reader of what lz4 frames hold.
pub(super) struct Decoder<R: Read> {
    frame: FrameDecoder<Watched<R>>,
}

impl<R: BufRead> Decoder<R> {
    pub(super) fn new(source: R) -> Self {
        Self { frame: FrameDecoder::new(Watched { inner: source, ended: false }) }
    }
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.frame.read(into)?;
            if count > 0 || into.is_empty() {
                return Ok(count);
            }
            // Zero means an end mark, or that the decoder met the end while it looked for one.
            if self.frame.get_ref().ended {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            if self.frame.get_mut().inner.fill_buf()?.is_empty() {
                return Ok(0);
            }
        }
    }
}

/// A source that remembers whether its end was met by the decoder.
struct Watched<R> {
    inner: R,
    ended: bool,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        self.ended |= count == 0 && !into.is_empty();
        Ok(count)
    }
}
