//! Toggles of this sink.

use flowz_api::Toggles;

/// How texts are written.
#[derive(Toggles, Clone, PartialEq, Debug)]
pub(super) struct CsvToggles {
    /// Put an apostrophe in front of texts that a spreadsheet would take for a formula; `--csv-safe` sets it.
    #[toggle(name = "CSV_SAFE", default = false)]
    pub(super) safe: bool,
}
