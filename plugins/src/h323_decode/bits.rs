//! What the bits of `h323Stat` stand for.

/// Messages of registration, admission and status.
pub(crate) const RAS: u16 = 0x0001;
/// Call signalling.
pub(crate) const SIGNALLING: u16 = 0x0002;
/// H.245 on a connection of its own.
pub(crate) const CONTROL: u16 = 0x0004;
/// H.245 in call signalling.
pub(crate) const TUNNELLED: u16 = 0x0008;
/// Channels that are offered or accepted in call signalling.
pub(crate) const FAST_START: u16 = 0x0010;
/// A message is not as it should be.
pub(crate) const MALFORMED: u16 = 0x0020;
/// Not all of a message was captured.
pub(crate) const CUT: u16 = 0x0100;
pub(crate) const AUDIO: u16 = 0x0200;
pub(crate) const VIDEO: u16 = 0x0400;
/// A list is full, or a text was cut.
pub(crate) const FULL: u16 = 0x0800;
/// Something that is none of these is in the flow too.
pub(crate) const OTHER: u16 = 0x1000;
/// Bytes of the connection are missing.
pub(crate) const LOSS: u16 = 0x2000;
/// Media are encrypted.
pub(crate) const ENCRYPTED: u16 = 0x4000;
/// A message belongs to a call, and it is not known to which.
pub(crate) const NO_CALL: u16 = 0x8000;
