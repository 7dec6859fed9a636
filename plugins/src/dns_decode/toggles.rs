//! Switches of dnsDecode.

use flowz_api::Toggles;

/// What dnsDecode keeps and shows.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Records that are shown: 0 none, 1 questions, 2 also answers, 3 also authority records, 4 also additional ones.
    #[toggle(name = "DNS_MODE", default = 4, min = 0, max = 4)]
    pub(crate) mode: u8,
    /// Opcode and response code as: 0 bit fields of all messages, 1 numbers and 2 words of the latest message.
    #[toggle(name = "DNS_HDRMD", default = 0, min = 0, max = 2)]
    pub(crate) header_mode: u8,
    /// Shows types and classes in hexadecimal.
    #[toggle(name = "DNS_HEXON", default = false)]
    pub(crate) hex: bool,
    /// Shows types of questions and records as words.
    #[toggle(name = "DNS_TYPE", default = 0, min = 0, max = 1)]
    pub(crate) words: u8,
    /// Keeps questions and records that are the same only once.
    #[toggle(name = "DNS_AGGR", default = false)]
    pub(crate) distinct: bool,
    /// Makes a table of its own with a row for each query and its response. The reference has none.
    #[toggle(name = "DNS_TABLE", default = true)]
    pub(crate) table: bool,
    /// Most questions that a flow keeps.
    #[toggle(name = "DNS_QRECMAX", default = 15, min = 1, max = 1000)]
    pub(crate) max_questions: u16,
    /// Most records that a flow keeps.
    #[toggle(name = "DNS_ARECMAX", default = 20, min = 1, max = 1000)]
    pub(crate) max_records: u16,
}

impl Toggles {
    /// Whether columns of questions are shown.
    pub(crate) fn questions(&self) -> bool {
        self.mode >= 1
    }

    /// Whether columns of records are shown.
    pub(crate) fn records(&self) -> bool {
        self.mode >= 2
    }

    /// Whether records of this section are kept.
    pub(crate) fn keeps(&self, section: usize) -> bool {
        section < usize::from(self.mode)
    }

    /// Types are words.
    pub(crate) fn as_words(&self) -> bool {
        self.words == 1
    }

    /// Types are in hexadecimal.
    pub(crate) fn as_hex(&self) -> bool {
        self.hex && self.words == 0
    }
}
