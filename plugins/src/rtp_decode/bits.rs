//! Bits of `rtpStat`; those that mean the same have the numbers of the reference's `voipStat`.

pub(crate) const RTP: u16 = 0x0001;
pub(crate) const RTCP: u16 = 0x0002;
pub(crate) const DTLS: u16 = 0x0004;
pub(crate) const STUN: u16 = 0x0008;
pub(crate) const EXTENSION: u16 = 0x0010;
pub(crate) const PADDING: u16 = 0x0020;
pub(crate) const ANNOUNCED: u16 = 0x0040;
pub(crate) const MARKER: u16 = 0x0080;
pub(crate) const ENCRYPTED: u16 = 0x0100;
pub(crate) const AUDIO: u16 = 0x0200;
pub(crate) const VIDEO: u16 = 0x0400;
pub(crate) const FULL: u16 = 0x0800;
pub(crate) const LOSS: u16 = 0x1000;
pub(crate) const BACK: u16 = 0x2000;
pub(crate) const RESTART: u16 = 0x4000;
pub(crate) const MALFORMED: u16 = 0x8000;
