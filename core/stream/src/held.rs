//! Bytes that came too early and wait for others.

use std::collections::BTreeMap;

use flowz_api::Checkpoint;

use crate::history::differing;
use crate::limits::Policy;
use crate::segment::Moment;

/// What keeping a piece costs beside its bytes.
const PIECE: usize = 160;

/// Pieces that do not overlap, by the offset of their first bytes.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Held {
    pieces: BTreeMap<u64, Piece>,
    /// Memory that they take.
    memory: usize,
    /// Bytes in them.
    bytes: u64,
}

/// Bytes that wait.
#[derive(Clone, Debug, Checkpoint)]
pub(crate) struct Piece {
    /// Bytes on the wire.
    pub(crate) len: u64,
    /// The bytes, or none where they were not captured.
    pub(crate) bytes: Box<[u8]>,
    /// When they came.
    pub(crate) at: Moment,
    /// So much of the other direction their sender had got.
    pub(crate) behind: u64,
    /// The segment that brought them: first byte and byte behind.
    segment: (u64, u64),
}

/// What became of a segment that is to wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Kept {
    /// Bytes that were not there.
    pub(crate) new: u64,
    /// Bytes that were there with the same value.
    pub(crate) same: u64,
    /// Bytes that were there with another value.
    pub(crate) conflicting: u64,
}

/// A segment that is to wait: what of it was captured, and where it lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Early<'a> {
    /// Offset of its first byte.
    pub(crate) start: u64,
    /// Offset of the byte behind it on the wire.
    pub(crate) end: u64,
    /// Its captured bytes.
    pub(crate) bytes: &'a [u8],
    /// When it came.
    pub(crate) at: Moment,
    /// So much of the other direction its sender had got.
    pub(crate) behind: u64,
}

impl Held {
    /// Whether nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Memory that the pieces take.
    pub(crate) fn memory(&self) -> usize {
        self.memory
    }

    /// Bytes in the pieces.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Offset of the first byte that waits.
    pub(crate) fn first(&self) -> Option<u64> {
        self.pieces.first_key_value().map(|(start, _)| *start)
    }

    /// The piece that waits in front of all, with its offset.
    pub(crate) fn front(&self) -> Option<(u64, &Piece)> {
        self.pieces.first_key_value().map(|(start, piece)| (*start, piece))
    }

    /// Takes it out.
    pub(crate) fn pop(&mut self) -> Option<(u64, Piece)> {
        let (start, piece) = self.pieces.pop_first()?;
        self.memory -= PIECE + piece.bytes.len();
        self.bytes -= piece.bytes.len() as u64;
        Some((start, piece))
    }

    /// Keeps what of a segment is not there yet. Where it overlaps with what is, the policy tells whose bytes count. Bytes that
    /// were not captured are as good as others: nobody waits for them.
    pub(crate) fn insert(&mut self, early: Early<'_>, policy: Policy) -> Kept {
        let mut kept = Kept::default();
        let mut at = early.start;
        // The piece that begins before the segment may reach into it.
        let before = self.pieces.range(..=at).next_back().map(|(start, _)| *start);
        let mut next = before.or_else(|| self.first_from(at));
        while let Some(start) = next.filter(|start| *start < early.end) {
            self.fill(early, at..start.max(at), &mut kept);
            let end = self.meet(early, start, policy, &mut kept);
            at = at.max(end.min(early.end));
            next = self.first_from(start + 1);
        }
        self.fill(early, at..early.end, &mut kept);
        kept
    }

    fn first_from(&self, at: u64) -> Option<u64> {
        self.pieces.range(at..).next().map(|(start, _)| *start)
    }

    /// Compares a segment with the piece that begins at `start`, and overwrites it if its own bytes count. Yields where the
    /// piece ends.
    fn meet(&mut self, early: Early<'_>, start: u64, policy: Policy, kept: &mut Kept) -> u64 {
        let Some(piece) = self.pieces.get_mut(&start) else { return start };
        let end = start + piece.len;
        let (from, to) = (start.max(early.start), end.min(early.end));
        if from >= to {
            return end;
        }
        let own = early.part(from, to);
        let captured = piece.bytes.len();
        let there = &mut piece.bytes[captured.min((from - start) as usize)..];
        let there_len = there.len().min(own.len());
        let there = &mut there[..there_len];
        let conflicts = differing(there, own);
        kept.conflicting += conflicts;
        kept.same += own.len() as u64 - conflicts;
        if conflicts > 0 && policy.takes_later(piece.segment, (early.start, early.end)) {
            there.copy_from_slice(&own[..there.len()]);
        }
        end
    }

    /// Keeps the bytes of a segment between two offsets.
    fn fill(&mut self, early: Early<'_>, range: std::ops::Range<u64>, kept: &mut Kept) {
        if range.is_empty() {
            return;
        }
        let bytes = early.part(range.start, range.end);
        let captured = range.start + bytes.len() as u64;
        if !bytes.is_empty() {
            self.add(early, range.start, bytes.len() as u64, bytes.into());
            kept.new += bytes.len() as u64;
        }
        if captured < range.end {
            self.add(early, captured, range.end - captured, Box::default());
        }
    }

    fn add(&mut self, early: Early<'_>, start: u64, len: u64, bytes: Box<[u8]>) {
        self.memory += PIECE + bytes.len();
        self.bytes += bytes.len() as u64;
        let segment = (early.start, early.end);
        let piece = Piece { len, bytes, at: early.at, behind: early.behind, segment };
        self.pieces.insert(start, piece);
    }
}

impl<'a> Early<'a> {
    /// The captured bytes between two offsets within the segment.
    fn part(&self, from: u64, to: u64) -> &'a [u8] {
        let captured = self.bytes.len() as u64;
        let at = |offset: u64| (offset - self.start).min(captured) as usize;
        &self.bytes[at(from)..at(to)]
    }
}

#[cfg(test)]
mod tests {
    use super::{Early, Held, Kept};
    use crate::limits::Policy;
    use crate::segment::Moment;

    fn early(start: u64, bytes: &[u8]) -> Early<'_> {
        let end = start + bytes.len() as u64;
        Early { start, end, bytes, at: Moment::default(), behind: 0 }
    }

    /// All that waits, as offsets and texts.
    fn all(held: &mut Held) -> Vec<(u64, String)> {
        let pieces = std::iter::from_fn(|| held.pop());
        pieces.map(|(at, p)| (at, String::from_utf8_lossy(&p.bytes).into_owned())).collect()
    }

    #[test]
    fn holes_between_pieces_are_filled() {
        let mut held = Held::default();
        held.insert(early(10, b"kl"), Policy::First);
        held.insert(early(14, b"op"), Policy::First);
        let kept = held.insert(early(8, b"IJKLmnOPqr"), Policy::First);
        assert_eq!(kept, Kept { new: 6, same: 0, conflicting: 4 });
        assert_eq!((held.first(), held.bytes()), (Some(8), 10));
        let joined: String = all(&mut held).into_iter().map(|(_, text)| text).collect();
        assert_eq!((joined.as_str(), held.memory(), held.bytes()), ("IJklmnopqr", 0, 0));
    }

    /// Two segments that wait, the second over the first: what each policy takes.
    #[test]
    fn policies() {
        use Policy::{Bsd, First, Last, Linux, Solaris, Windows};
        let cases = [
            // The later one begins earlier, ends earlier.
            (
                1,
                "bcd",
                [
                    (First, false),
                    (Last, true),
                    (Bsd, true),
                    (Linux, true),
                    (Windows, false),
                    (Solaris, true),
                ],
            ),
            // The same bytes.
            (
                2,
                "bcd",
                [
                    (First, false),
                    (Last, true),
                    (Bsd, false),
                    (Linux, false),
                    (Windows, false),
                    (Solaris, true),
                ],
            ),
            // The same begin, ends later.
            (
                2,
                "bcde",
                [
                    (First, false),
                    (Last, true),
                    (Bsd, false),
                    (Linux, true),
                    (Windows, false),
                    (Solaris, true),
                ],
            ),
            // Around it.
            (
                1,
                "abcde",
                [
                    (First, false),
                    (Last, true),
                    (Bsd, true),
                    (Linux, true),
                    (Windows, true),
                    (Solaris, true),
                ],
            ),
        ];
        for (start, text, takes) in cases {
            for (policy, later) in takes {
                let mut held = Held::default();
                held.insert(early(2, b"XYZ"), policy);
                held.insert(early(start, text.as_bytes()), policy);
                let joined: String = all(&mut held).into_iter().map(|(_, text)| text).collect();
                assert_eq!(!joined.contains('Y'), later, "{policy:?} {start} {text} {joined}");
            }
        }
        let mut held = Held::default();
        held.insert(early(0, b"WXYZ"), Solaris);
        held.insert(early(1, b"bc"), Solaris);
        assert_eq!(all(&mut held), [(0, "WXYZ".to_owned())], "inside of the first one");
    }

    #[test]
    fn what_was_not_captured_has_a_place() {
        let mut held = Held::default();
        let cut = Early { end: 20, ..early(10, b"klm") };
        assert_eq!(held.insert(cut, Policy::First), Kept { new: 3, ..Kept::default() });
        assert_eq!(held.insert(early(12, b"mnop"), Policy::First).new, 0);
        let lens: Vec<_> =
            std::iter::from_fn(|| held.pop()).map(|(at, p)| (at, p.len, p.bytes.len())).collect();
        assert_eq!(lens, [(10, 3, 3), (13, 7, 0)]);
    }
}
