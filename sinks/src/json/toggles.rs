//! Toggles of this sink.

use flowz_api::Toggles;
use flowz_api::toggles::FileSuffix;

use crate::common::json::{Payloads, Style, Times};

/// Files, then how values are written.
#[derive(Toggles, Clone, PartialEq, Debug)]
pub(super) struct JsonToggles {
    /// Let `-W` split the flow file; 0 keeps it in one piece.
    #[toggle(name = "JSON_SPLIT", default = true)]
    pub(super) split: bool,
    /// Compress the flow file with gzip; its name ends in `.gz`. Standard output is compressed too.
    #[toggle(name = "JSON_GZ_COMPRESS", default = false)]
    pub(super) gzip: bool,
    /// End of the flow file's name.
    #[toggle(name = "JSON_SUFFIX", default = "_flows.json")]
    pub(super) flows_suffix: FileSuffix,
    /// Make each file one JSON text, an object with an array of rows that is called as the table, rather than lines that are JSON texts.
    #[toggle(name = "JSON_ROOT_NODE", default = false)]
    pub(super) root: bool,
    /// Leave a column out of its row if it is a list without items; 0 writes `[]`, so that all rows have the same keys.
    #[toggle(name = "JSON_SUPPRESS_EMPTY_ARRAY", default = false)]
    pub(super) leaves_out_empty: bool,
    /// No blanks between values.
    #[toggle(name = "JSON_NO_SPACES", default = true)]
    pub(super) no_spaces: bool,
    /// Write compounds as objects, whose keys are the words of the column's name; 0 writes arrays.
    #[toggle(name = "JSON_PART_NAMES", default = true)]
    pub(super) part_names: bool,
    /// Moments and lengths of time: 0 moments as texts with seconds since 1970 and lengths as numbers of seconds, 1 both as texts with
    /// seconds, 2 moments as date and time (RFC 3339) and lengths as numbers, 3 both as numbers.
    #[toggle(name = "JSON_TIMES", default = 0, min = 0, max = 3)]
    pub(super) times: u8,
    /// Payload: 0 in base64, 1 in hexadecimal, 2 as the printable text of txt, in which other bytes are dots.
    #[toggle(name = "JSON_PAYLOAD", default = 0, min = 0, max = 2)]
    pub(super) payload: u8,
}

impl JsonToggles {
    /// How values are written.
    pub(super) fn style(&self) -> Style {
        Style {
            has_spaces: !self.no_spaces,
            leaves_out_empty: self.leaves_out_empty,
            has_part_names: self.part_names,
            times: match self.times {
                0 => Times::Seconds,
                1 => Times::Quoted,
                2 => Times::Dates,
                _ => Times::Numbers,
            },
            payloads: match self.payload {
                0 => Payloads::Base64,
                1 => Payloads::Hex,
                _ => Payloads::Text,
            },
        }
    }
}
