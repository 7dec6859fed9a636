//! A small file beside captures that knows the flows of their packets, so that packets of some flows can be read without reading all.
//!
//! It begins with a line that says what it is, and goes on with chunks: a letter, the lengths of the chunk as it is stored and as it was (32 bits each, least
//! significant octet first), and the chunk, compressed (RFC 1951). Numbers in chunks have seven bits in an octet, the lowest first; the highest bit says that more follow.
//!
//! | letter | contents |
//! |---|---|
//! | `H` | the header: whatever the one who writes it wants to compare |
//! | `P` | packets of a capture in order: number of the capture, of the first packet, position where it begins; then for each its length in the file and its flows |
//! | `R` | records of the flow table, each behind its length |
//! | `E` | the end: for each capture whether its packets can be reached by position, and in front of which positions it describes interfaces |
//!
//! The last eight octets are the position of `E`. A file without it is not whole.

mod chunk;
mod number;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::{Index, IndexError, Known};
pub use write::IndexWriter;

/// The first line.
const MAGIC: &[u8] = b"flowz index 1\n";

/// Octets of a chunk before it is compressed, but for a last record.
const CHUNK: usize = 1 << 20;

/// Most octets that a chunk may have: what says more is no index.
const MOST: usize = 64 << 20;

/// A packet of a capture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry<'a> {
    /// Number of its capture, from 0.
    pub capture: usize,
    /// Its number there, from 0.
    pub number: u64,
    /// Where it begins, or what is in front of it.
    pub start: u64,
    /// The position behind it.
    pub end: u64,
    /// Numbers of its flows.
    pub flows: &'a [u64],
}

/// How packets of a capture are reached.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Way {
    /// Reading may begin at any packet; else only at the first one.
    pub may_jump: bool,
    /// Packets in front of which interfaces are described; what they mean must be known for those behind.
    pub described_at: Vec<u64>,
}
