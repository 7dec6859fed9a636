//! Switches of nFrstPkts.

use flowz_api::Toggles;
use flowz_api::packet::NANOS;

/// How many packets are kept, and what is shown of them.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Times of packets: 0 since the flow began, 1 since the packet before, 2 as they are.
    #[toggle(name = "NFRST_IAT", default = 1, min = 0, max = 2)]
    pub(crate) times: u8,
    /// Times since the flow began are those since the conversation began: the direction that comes
    /// second does not begin with 0.
    #[toggle(name = "NFRST_BCORR", default = false)]
    pub(crate) common_origin: bool,
    /// Whole seconds of the shortest pause between pulses; with `NFRST_MINIATU` 0, each packet is shown.
    #[toggle(name = "NFRST_MINIATS", default = 0)]
    pub(crate) pause_seconds: u32,
    /// Microseconds that are added to `NFRST_MINIATS`.
    #[toggle(name = "NFRST_MINIATU", default = 0, min = 0, max = 999_999)]
    pub(crate) pause_micros: u32,
    /// A pulse lasts at least the shortest pause divided by this number.
    #[toggle(name = "NFRST_MINPLENFRC", default = 2, min = 1, max = 1_000_000)]
    pub(crate) fraction: u32,
    /// The length of a pulse is the mean of its packets; 0: their sum.
    #[toggle(name = "NFRST_PLAVE", default = true)]
    pub(crate) mean: bool,
    /// Most packets or pulses of a flow that are kept.
    #[toggle(name = "NFRST_PKTCNT", default = 20, min = 1, max = 65_535)]
    pub(crate) limit: u32,
    /// Shows how long the headers of layer 3 and 4 are.
    #[toggle(name = "NFRST_HDRINFO", default = false)]
    pub(crate) headers: bool,
    /// Shortest packet that counts.
    #[toggle(name = "NFRST_XMIN", default = 0)]
    pub(crate) shortest: u32,
    /// Longest packet that counts; with 65535 there is no such limit.
    #[toggle(name = "NFRST_XMAX", default = 65535)]
    pub(crate) longest: u32,
}

impl Toggles {
    /// The shortest pause between pulses in nanoseconds; 0 if there are no pulses.
    pub(crate) fn pause(&self) -> i64 {
        i64::from(self.pause_seconds) * NANOS + i64::from(self.pause_micros) * 1000
    }

    /// Whether a packet of this length counts.
    pub(crate) fn counts(&self, size: u32) -> bool {
        size >= self.shortest && (size <= self.longest || self.longest == u16::MAX.into())
    }

    /// Whether packets are joined to pulses.
    pub(crate) fn pulses(&self) -> bool {
        self.pause() > 0
    }

    /// Whether times are moments.
    pub(crate) fn moments(&self) -> bool {
        self.times > 1
    }

    /// Whether the list has headers, pulses and moments, as asked.
    pub(crate) fn shows(&self, headers: bool, pulses: bool, moments: bool) -> bool {
        (self.headers, self.pulses(), self.moments()) == (headers, pulses, moments)
    }
}
