//! Toggles of this sink.

use flowz_api::Toggles;

/// Batches.
#[derive(Toggles, Clone, PartialEq, Debug)]
pub(super) struct ArrowToggles {
    /// Memory of the values of a record batch, in MiB.
    #[toggle(name = "ARROW_BATCH", default = 8, min = 1, max = 1024)]
    pub(super) batch: u16,
}
