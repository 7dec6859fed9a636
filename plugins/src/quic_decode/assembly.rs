//! Handshake messages from CRYPTO frames, which come in any order and overlap (RFC 9000, section 7.5).

use flowz_api::Checkpoint;
use flowz_api::memory;

/// Most parts with gaps between them.
const MOST_PARTS: usize = 64;

/// Bytes of a side's handshake as far as they are not read.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Assembly {
    /// Offset of the first byte.
    base: u64,
    bytes: Vec<u8>,
    /// What is there: from, to; in order, with gaps between. Relative to `base`.
    parts: Vec<(u32, u32)>,
}

impl Assembly {
    /// Adds bytes, of which those count that came first; nothing beyond `most` bytes. Yields whether all were taken.
    pub(crate) fn add(&mut self, offset: u64, bytes: &[u8], most: usize) -> bool {
        let known = usize::try_from(self.base.saturating_sub(offset)).unwrap_or(usize::MAX);
        let Some(bytes) = bytes.get(known..).filter(|bytes| !bytes.is_empty()) else {
            return true;
        };
        let start = usize::try_from(offset.saturating_sub(self.base)).unwrap_or(usize::MAX);
        if start >= most {
            return false;
        }
        let end = most.min(start.saturating_add(bytes.len()));
        let span = (start as u32, end as u32);
        let touches = |part: &(u32, u32)| part.0 <= span.1 && part.1 >= span.0;
        if self.parts.len() >= MOST_PARTS && !self.parts.iter().any(touches) {
            return false;
        }
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        self.fill(span, bytes);
        self.note(span);
        end - start == bytes.len()
    }

    /// Copies bytes to where none are.
    fn fill(&mut self, (start, end): (u32, u32), bytes: &[u8]) {
        let mut at = start;
        let behind = [(end, end)];
        for (from, to) in self.parts.iter().chain(&behind) {
            if *to < at {
                continue;
            }
            let until = (*from).min(end);
            if until > at {
                let (to, from) = (at as usize..until as usize, (at - start) as usize);
                let len = to.len();
                self.bytes[to].copy_from_slice(&bytes[from..from + len]);
            }
            at = at.max(*to);
            if at >= end {
                break;
            }
        }
    }

    /// Notes that these bytes are there.
    fn note(&mut self, (mut from, mut to): (u32, u32)) {
        self.parts.retain(|part| {
            let apart = part.0 > to || part.1 < from;
            if !apart {
                from = from.min(part.0);
                to = to.max(part.1);
            }
            apart
        });
        let place = self.parts.partition_point(|part| part.0 < from);
        self.parts.insert(place, (from, to));
    }

    /// Bytes up to the first gap.
    pub(crate) fn front(&self) -> &[u8] {
        match self.parts.first() {
            Some((0, to)) => &self.bytes[..*to as usize],
            _ => &[],
        }
    }

    /// Whether there are any bytes.
    pub(crate) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether parts are in order, with gaps between, and all within the bytes that there is room for.
    pub(crate) fn is_sound(&self, most: usize) -> bool {
        let apart = |pair: &[(u32, u32)]| pair[0].1 < pair[1].0 && pair[1].0 < pair[1].1;
        let last = self.parts.last().map_or(0, |part| part.1 as usize);
        self.parts.windows(2).all(apart)
            && self.parts.len() <= MOST_PARTS + 1
            && self.parts.first().is_none_or(|part| part.0 < part.1)
            && last <= self.bytes.len()
            && self.bytes.len() <= most
    }

    /// Passes over the first bytes, which are read.
    pub(crate) fn pass(&mut self, len: usize) {
        let len = len.min(self.front().len());
        self.base += len as u64;
        self.bytes.drain(..len);
        let less = len as u32;
        self.parts.retain_mut(|part| {
            *part = (part.0.saturating_sub(less), part.1.saturating_sub(less));
            part.1 > 0
        });
        if self.parts.is_empty() {
            self.bytes = Vec::new();
        }
    }
}

/// Most bytes that it holds elsewhere.
pub(crate) fn bytes(most: usize) -> usize {
    memory::list::<u8>(most) + memory::list::<(u32, u32)>(MOST_PARTS + 1)
}
