//! Provider backbone bridging (IEEE 802.1ah).

use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// A service tag of four bytes, then the customer's frame.
    pub(super) fn pbb(&mut self, at: usize) -> Outcome {
        const SERVICE_TAG: usize = 4;
        self.inner_ethernet(at + SERVICE_TAG)
    }
}
