//! Columns of entropy.

use flowz_api::Row;
use flowz_api::cell::{Hex8, List};

use super::toggles::Toggles;

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// Entropy of the payload; -1 of too few bytes.
    #[col(name = "PyldEntropy")]
    pub(crate) entropy: f32,
    /// Share of line feeds, carriage returns and bytes from 32 to 127; -1 of too few bytes.
    #[col(name = "PyldChRatio")]
    pub(crate) text: f32,
    /// Share of bytes below 10; -1 of too few bytes.
    #[col(name = "PyldBinRatio")]
    pub(crate) control: f32,
    /// Symbols that came, each with how often it did.
    #[col(name = "PyldAlphabet", show = t.alphabet)]
    pub(crate) alphabet: List<'a, (Hex8, u32)>,
}
