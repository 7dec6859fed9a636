//! Cisco's FabricPath.

use crate::dissector::{Dissector, Outcome};

impl Dissector<'_> {
    /// Tree and time to live, then the frame: the addresses in front are those of the switches.
    pub(super) fn fabric_path(&mut self, at: usize) -> Outcome {
        const TREE: usize = 2;
        self.inner_ethernet(at + TREE)
    }
}
