//! TRILL (RFC 6325).

use crate::NoFlow;
use crate::bytes::u16_at;
use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// Six bytes, options in words of four bytes, then the frame.
    pub(super) fn trill(&mut self, at: usize) -> Outcome {
        const HEADER: usize = 6;
        let first = u16_at(self.data, at).ok_or(NoFlow::LinkHeaderCut)?;
        let options = usize::from(first >> 6 & 0x1f) * 4;
        self.inner_ethernet(at + HEADER + options)
    }
}
