//! What the bits of `sipFlags` and `sipMethods` stand for.

pub(crate) mod flag {
    /// A message was seen, or the flow has a port of SIP.
    pub(crate) const SIP: u16 = 0x0004;
    /// Blank lines and the like between messages keep the connection alive.
    pub(crate) const KEEP_ALIVE: u16 = 0x0010;
    /// A message has a line that is no field, or no Call-ID.
    pub(crate) const MALFORMED: u16 = 0x0020;
    /// A message describes a session.
    pub(crate) const SDP: u16 = 0x0040;
    /// A message came again.
    pub(crate) const AGAIN: u16 = 0x0080;
    /// Not all of a message was captured.
    pub(crate) const CUT: u16 = 0x0100;
    pub(crate) const AUDIO: u16 = 0x0200;
    pub(crate) const VIDEO: u16 = 0x0400;
    /// A list is full, or a text was cut.
    pub(crate) const FULL: u16 = 0x0800;
    /// Something that is not SIP is in the flow too.
    pub(crate) const OTHER: u16 = 0x1000;
    /// Bytes of the connection are missing.
    pub(crate) const LOSS: u16 = 0x2000;
    /// Media are encrypted.
    pub(crate) const ENCRYPTED: u16 = 0x4000;
}

/// Methods and their bits: RFC 3261, and in the order of the RFCs those that came later.
pub(crate) const METHODS: [(&str, u16); 14] = [
    ("INVITE", 0x0002),
    ("ACK", 0x0004),
    ("BYE", 0x0008),
    ("CANCEL", 0x0010),
    ("REGISTER", 0x0020),
    ("OPTIONS", 0x0040),
    ("INFO", 0x0080),
    ("PRACK", 0x0100),
    ("SUBSCRIBE", 0x0200),
    ("NOTIFY", 0x0400),
    ("UPDATE", 0x0800),
    ("MESSAGE", 0x1000),
    ("REFER", 0x2000),
    ("PUBLISH", 0x4000),
];

/// Any other method.
pub(crate) const OTHER_METHOD: u16 = 0x0001;

/// The bit of a method.
pub(crate) fn method(name: &[u8]) -> u16 {
    let known = METHODS.iter().find(|(known, _)| known.as_bytes() == name);
    known.map_or(OTHER_METHOD, |(_, bit)| *bit)
}
