//! Switches of entropy.

use flowz_api::Toggles;

/// Which bytes count, and how the entropy is shown.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// The entropy is 1 at most; 0: it is in bits per symbol.
    #[toggle(name = "ENT_NORM", default = true)]
    pub(crate) normalise: bool,
    /// Bits of a symbol. Symbols are taken from the highest bits on; bits that are left at the end of a packet
    /// do not count.
    #[toggle(name = "ENT_NBITS", default = 8, min = 1, max = 8)]
    pub(crate) bits: u8,
    /// So many packets at the beginning of a flow do not count.
    #[toggle(name = "ENT_HPKTIG", default = 0)]
    pub(crate) skip: u32,
    /// Place of the first payload byte of a packet that counts.
    #[toggle(name = "ENT_HEAD", default = 0)]
    pub(crate) head: u16,
    /// Place of the first payload byte of a packet that does not count any more.
    #[toggle(name = "ENT_TAIL", default = 1500)]
    pub(crate) tail: u16,
    /// Flows with so many bytes or less have no entropy.
    #[toggle(name = "ENT_THRESL", default = 8)]
    pub(crate) least: u32,
    /// When so many bytes of a flow are counted, no more packets are.
    #[toggle(name = "ENT_THRESH", default = 8192)]
    pub(crate) limit: u32,
    /// Shows how often each symbol came.
    #[toggle(name = "ENT_ALPHAD", default = false)]
    pub(crate) alphabet: bool,
}
