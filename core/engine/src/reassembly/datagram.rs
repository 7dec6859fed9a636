//! The bytes of one datagram as far as they have come.

use flowz_api::checkpoint::{Checkpoint, LoadError, Reader, Writer};

/// Which bytes count where fragments of IPv4 overlap.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Policy {
    /// Those that came first.
    #[default]
    First,
    /// Those that came last.
    Last,
    /// As in BSD: those of the fragment that begins earlier, of the older one where both begin at the
    /// same place.
    Bsd,
}

impl Policy {
    /// The policy with this number in `core.REASSEMBLE_POLICY`.
    pub fn numbered(number: u32) -> Self {
        match number {
            1 => Self::Last,
            2 => Self::Bsd,
            _ => Self::First,
        }
    }
}

/// How a fragment relates to the bytes that are there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Overlap {
    /// All its bytes are new.
    None,
    /// The same fragment was there before.
    Duplicate,
    /// Some of its bytes are there, and they are the same.
    Same,
    /// Some of its bytes are there, and they are others.
    Different,
}

/// Some bytes that are there: from `start` up to `end`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, flowz_api::Checkpoint)]
struct Piece {
    start: usize,
    end: usize,
}

/// Smallest sizes of the two buffers.
const FEW_BYTES: usize = 2048;
const FEW_PIECES: usize = 4;

/// What was received of a datagram.
#[derive(Clone, Debug, Default)]
pub(super) struct Datagram {
    bytes: Vec<u8>,
    /// In order, without overlap; those that only touch stay apart.
    pieces: Vec<Piece>,
    received: usize,
    total: Option<usize>,
}

/// With the sizes of the buffers: they count as memory.
impl Checkpoint for Datagram {
    fn save(&self, out: &mut Writer<'_>) {
        (self.bytes.capacity(), self.pieces.capacity()).save(out);
        self.bytes.save(out);
        self.pieces.save(out);
        (self.received, self.total).save(out);
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        let (bytes_room, pieces_room) = <(usize, usize)>::load(from)?;
        let (mut bytes, mut pieces) = <(Vec<u8>, Vec<Piece>)>::load(from)?;
        if bytes_room > 1 << 20 || pieces_room > 1 << 16 {
            return Err(LoadError::Value("datagram"));
        }
        bytes.reserve_exact(bytes_room.saturating_sub(bytes.len()));
        pieces.reserve_exact(pieces_room.saturating_sub(pieces.len()));
        let (received, total) = Checkpoint::load(from)?;
        Ok(Self { bytes, pieces, received, total })
    }
}

impl Datagram {
    /// Memory of the buffers.
    pub(super) fn memory(&self) -> usize {
        self.bytes.capacity() + self.pieces.capacity() * size_of::<Piece>()
    }

    /// Memory that it takes beyond [`memory`](Self::memory) to add a fragment that ends at `end`.
    pub(super) fn growth(&self, end: usize) -> usize {
        let (bytes, pieces) = self.capacities(end);
        bytes + pieces * size_of::<Piece>() - self.memory()
    }

    /// Capacities of the buffers once a fragment that ends at `end` is in.
    fn capacities(&self, end: usize) -> (usize, usize) {
        let bytes = self.bytes.capacity();
        let pieces = self.pieces.capacity();
        let bytes = if end <= bytes { bytes } else { end.next_power_of_two().max(FEW_BYTES) };
        let full = self.pieces.len() == pieces;
        (bytes, if full { (pieces * 2).max(FEW_PIECES) } else { pieces })
    }

    /// Makes room for a fragment that ends at `end`.
    pub(super) fn reserve(&mut self, end: usize) {
        let (bytes, pieces) = self.capacities(end);
        self.bytes.reserve_exact(bytes - self.bytes.len());
        self.pieces.reserve_exact(pieces - self.pieces.len());
    }

    /// Forgets the bytes and keeps the buffers.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.pieces.clear();
        self.received = 0;
        self.total = None;
    }

    /// Notes where a fragment ends, and whether it is the last one. False if that cannot be: another
    /// last fragment ended elsewhere, or there are bytes behind the end.
    pub(super) fn ends(&mut self, end: usize, last: bool) -> bool {
        if !last {
            return self.total.is_none_or(|total| end <= total);
        }
        let beyond = self.pieces.last().is_some_and(|piece| piece.end > end);
        if beyond || self.total.is_some_and(|total| total != end) {
            return false;
        }
        self.total = Some(end);
        true
    }

    /// How a fragment relates to what is there.
    pub(super) fn overlap(&self, start: usize, bytes: &[u8]) -> Overlap {
        let end = start + bytes.len();
        let (from, to) = self.touched(start, end);
        let pieces = &self.pieces[from..to];
        let same = |piece: &Piece| {
            let (a, b) = (piece.start.max(start), piece.end.min(end));
            self.bytes[a..b] == bytes[a - start..b - start]
        };
        match pieces {
            [] => Overlap::None,
            _ if !pieces.iter().all(same) => Overlap::Different,
            [piece] if *piece == Piece { start, end } => Overlap::Duplicate,
            _ => Overlap::Same,
        }
    }

    /// The pieces that share bytes with a range.
    fn touched(&self, start: usize, end: usize) -> (usize, usize) {
        let from = self.pieces.partition_point(|piece| piece.end <= start);
        let to = self.pieces.partition_point(|piece| piece.start < end);
        (from, to.max(from))
    }

    /// Adds the bytes of a fragment; there must be room.
    pub(super) fn put(&mut self, start: usize, bytes: &[u8], policy: Policy) {
        let end = start + bytes.len();
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        let (from, to) = self.touched(start, end);
        match policy {
            _ if from == to => self.fill(start, end, start, bytes),
            Policy::First => self.fill_gaps((from, to), start, bytes),
            Policy::Last => self.fill(start, end, start, bytes),
            Policy::Bsd => return self.put_bsd((from, to), start, bytes),
        }
        let joined = self.pieces[from..to].iter().fold(Piece { start, end }, |all, piece| Piece {
            start: all.start.min(piece.start),
            end: all.end.max(piece.end),
        });
        self.replace((from, to), joined);
    }

    /// Puts one piece in the place of others.
    fn replace(&mut self, (from, to): (usize, usize), piece: Piece) {
        let before: usize = self.pieces[from..to].iter().map(|p| p.end - p.start).sum();
        self.received = self.received - before + (piece.end - piece.start);
        if from == to {
            self.pieces.insert(from, piece);
        } else {
            self.pieces[from] = piece;
            self.pieces.drain(from + 1..to);
        }
    }

    /// Copies a part of a fragment that begins at `start`.
    fn fill(&mut self, from: usize, to: usize, start: usize, bytes: &[u8]) {
        if from < to {
            self.bytes[from..to].copy_from_slice(&bytes[from - start..to - start]);
        }
    }

    fn fill_gaps(&mut self, (from, to): (usize, usize), start: usize, bytes: &[u8]) {
        let mut at = start;
        for n in from..to {
            let piece = self.pieces[n];
            self.fill(at, piece.start.max(at), start, bytes);
            at = piece.end;
        }
        self.fill(at, start + bytes.len(), start, bytes);
    }

    /// A piece that begins no later keeps its bytes, those that begin later lose theirs.
    fn put_bsd(&mut self, (mut from, mut to): (usize, usize), start: usize, bytes: &[u8]) {
        let (mut begin, end) = (start, start + bytes.len());
        let earlier = self.pieces[from];
        if earlier.start <= start {
            begin = earlier.end;
            from += 1;
        }
        if begin >= end {
            return;
        }
        self.fill(begin, end, start, bytes);
        // What reaches beyond the new fragment keeps its tail.
        let later = self.pieces[from..to].last().copied().filter(|piece| piece.end > end);
        if let Some(later) = later {
            to -= 1;
            self.received -= end - later.start;
            self.pieces[to].start = end;
        }
        self.replace((from, to), Piece { start: begin, end });
    }

    /// Whether all bytes are there.
    pub(super) fn is_complete(&self) -> bool {
        self.total == Some(self.received)
    }

    /// Exchanges the bytes for an empty buffer.
    pub(super) fn take(&mut self, buffer: &mut Vec<u8>) {
        buffer.clear();
        std::mem::swap(&mut self.bytes, buffer);
    }
}
