//! Segments that were captured twice on their way, at places that put different VLAN tags on them.

use flowz_api::Checkpoint;

/// Segments that are remembered: copies come within microseconds.
const MOST: usize = 8;

/// The latest segments with data: sequence number, length, VLAN identifier of the outermost tag.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Taps {
    latest: [(u32, u32, u16); MOST],
    at: usize,
}

impl Taps {
    /// Whether the same segment was seen under another tag; remembers it.
    pub(crate) fn is_copy(&mut self, seq: u32, len: u32, tap: u16) -> bool {
        let is_copy = self.latest.iter().any(|&(s, l, t)| (s, l) == (seq, len) && t != tap);
        self.latest[self.at % MOST] = (seq, len, tap);
        self.at += 1;
        is_copy
    }
}

#[cfg(test)]
mod tests {
    use super::Taps;

    #[test]
    fn another_tag_tells_a_copy_from_a_retransmission() {
        let mut taps = Taps::default();
        assert!(!taps.is_copy(1, 100, 10));
        assert!(!taps.is_copy(1, 100, 10), "the sender has sent it again");
        assert!(taps.is_copy(1, 100, 20));
        assert!(!taps.is_copy(1, 99, 20));
        for n in 0..8 {
            taps.is_copy(1000 + n, 5, 10);
        }
        assert!(!taps.is_copy(1, 100, 20), "too long ago");
    }
}
