//! Chunks: compressed pieces behind a letter and their lengths.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use super::MOST;

/// Letter and lengths of a chunk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Head {
    pub(super) letter: u8,
    /// Octets that are stored, and that they were.
    pub(super) stored: usize,
    pub(super) len: usize,
}

/// Octets of a head.
pub(super) const HEAD: usize = 9;

/// Writes a chunk; yields how many octets that were.
pub(super) fn write(out: &mut impl Write, letter: u8, chunk: &[u8]) -> io::Result<u64> {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(chunk.len() / 2), Compression::fast());
    encoder.write_all(chunk)?;
    let stored = encoder.finish()?;
    let len = |octets: &[u8]| {
        u32::try_from(octets.len()).map_err(|_| io::Error::other("a record has more than 4 GiB"))
    };
    let mut head = vec![letter];
    head.extend(len(&stored)?.to_le_bytes());
    head.extend(len(chunk)?.to_le_bytes());
    out.write_all(&head)?;
    out.write_all(&stored)?;
    Ok((HEAD + stored.len()) as u64)
}

/// Reads the head of a chunk.
pub(super) fn head(from: &mut impl Read) -> io::Result<Head> {
    let mut head = [0; HEAD];
    from.read_exact(&mut head)?;
    let [letter, a, b, c, d, e, f, g, h] = head;
    let (stored, len) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
    let head = Head { letter, stored: stored as usize, len: len as usize };
    if head.stored > MOST || head.len > MOST {
        return Err(io::Error::other("a chunk is too long"));
    }
    Ok(head)
}

/// Reads the chunk behind a head.
pub(super) fn read(from: &mut impl Read, head: Head, chunk: &mut Vec<u8>) -> io::Result<()> {
    chunk.clear();
    let stored = from.take(head.stored as u64);
    let mut decoder = DeflateDecoder::new(stored).take(head.len as u64 + 1);
    decoder.read_to_end(chunk)?;
    if chunk.len() != head.len {
        return Err(io::Error::other("a chunk has another length than it says"));
    }
    // What the decoder has left of it.
    let mut rest = decoder.into_inner().into_inner();
    io::copy(&mut rest, &mut io::sink())?;
    Ok(())
}
