//! Handshakes of TLS, for the plugins that read them: hellos (RFC 8446, sections 4.1 and 4.2), certificates (RFC 5280) and
//! fingerprints. Bytes in, values out; nothing here knows of records, streams or packets.

pub(crate) mod certificate;
pub(crate) mod ciphers;
pub(crate) mod der;
pub(crate) mod extensions;
pub(crate) mod fingerprint;
pub(crate) mod hello;
pub(crate) mod kept;
pub(crate) mod names;
pub(crate) mod reader;
#[cfg(test)]
pub(crate) mod tests;

/// Kinds of handshake messages.
pub(crate) mod kind {
    pub(crate) const CLIENT_HELLO: u8 = 1;
    pub(crate) const SERVER_HELLO: u8 = 2;
    pub(crate) const CERTIFICATE: u8 = 11;
    pub(crate) const CERTIFICATE_REQUEST: u8 = 13;
}

/// TLS 1.3.
pub(crate) const TLS_13: u16 = 0x0304;

/// Values that clients throw in so that servers learn to pass over what they do not know (RFC 8701).
pub(crate) fn is_grease(value: u16) -> bool {
    value & 0x0f0f == 0x0a0a && value >> 8 == value & 0xff
}
