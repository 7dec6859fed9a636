//! Bits of `quicStat` and `quicHello`.

pub(crate) mod stat {
    pub(crate) const QUIC: u8 = 0x01;
    pub(crate) const HANDSHAKE: u8 = 0x02;
    pub(crate) const NEGOTIATION: u8 = 0x04;
    pub(crate) const VERSION: u8 = 0x08;
    pub(crate) const DESTINATION: u8 = 0x10;
    pub(crate) const SOURCE: u8 = 0x20;
    pub(crate) const ORIGINAL: u8 = 0x40;
    pub(crate) const SNAPPED: u8 = 0x80;
}

pub(crate) mod hello {
    pub(crate) const WHOLE: u8 = 0x01;
    pub(crate) const MISSING: u8 = 0x02;
    pub(crate) const MALFORMED: u8 = 0x04;
    pub(crate) const SEALED: u8 = 0x08;
    pub(crate) const RETRY: u8 = 0x10;
    pub(crate) const ENCRYPTED: u8 = 0x20;
    pub(crate) const PRE_SHARED: u8 = 0x40;
    pub(crate) const CLOSE: u8 = 0x80;
}
