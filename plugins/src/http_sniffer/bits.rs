//! Bits of the columns.

use super::facts::CLASSES;

/// Bits of `httpStat`.
pub(crate) mod stat {
    pub(crate) const LIST_FULL: u16 = 0x0001;
    pub(crate) const NAME_CUT: u16 = 0x0002;
    pub(crate) const URL: u16 = 0x0004;
    pub(crate) const HTTP: u16 = 0x0008;
    pub(crate) const CHUNKED: u16 = 0x0010;
    pub(crate) const FOUND: u16 = 0x0020;
    pub(crate) const HEAD: u16 = 0x0040;
    /// Contents of this class are written to files: the first class's bit, the others are above.
    pub(crate) const SAVES: u16 = 0x0200;
}

/// Bits of `httpAFlags`.
pub(crate) mod odd {
    pub(crate) const POST_QUERY: u16 = 0x0001;
    pub(crate) const HOST_IPV4: u16 = 0x0002;
    pub(crate) const LOSS: u16 = 0x0010;
    pub(crate) const MALFORMED: u16 = 0x0020;
    pub(crate) const EMPTY_FIELD: u16 = 0x0040;
    pub(crate) const XSS: u16 = 0x0100;
    pub(crate) const CSP: u16 = 0x0200;
    pub(crate) const DNT: u16 = 0x0400;
    pub(crate) const EXE: u16 = 0x1000;
    pub(crate) const ELF: u16 = 0x2000;
    pub(crate) const HTTP_1_0: u16 = 0x4000;
    /// What the reference does not mark, or where others lie with it.
    pub(crate) const OWN: u16 = LOSS | MALFORMED | EMPTY_FIELD;
}

/// Bits of `httpCFlags`.
pub(crate) mod content {
    pub(crate) const SET_COOKIE: u16 = 0x0001;
    pub(crate) const REFRESH: u16 = 0x0002;
    pub(crate) const HOST: u16 = 0x0004;
    pub(crate) const BOUNDARY: u16 = 0x0008;
    pub(crate) const POSSIBLE: u16 = 0x0010;
}

/// The bit of a method in `httpMethods`.
pub(crate) fn method(name: &[u8]) -> u8 {
    const METHODS: [&[u8]; 8] =
        [b"OPTIONS", b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"TRACE", b"CONNECT"];
    METHODS.iter().position(|own| *own == name).map_or(0, |at| 1 << at)
}

/// The class of a type, and its bit in `httpHeadMimes`.
pub(crate) fn class(types: &[u8]) -> (usize, u16) {
    // Type, bit, class: image 0, video 1, audio 2, message 3, text 4, application 5, other 6.
    const TYPES: [(&[u8], u16, usize); 11] = [
        (b"application/", 0x0001, 5),
        (b"audio/", 0x0002, 2),
        (b"image/", 0x0004, 0),
        (b"message/", 0x0008, 3),
        (b"model/", 0x0010, 6),
        (b"multipart/", 0x0020, 6),
        (b"text/", 0x0040, 4),
        (b"video/", 0x0080, 1),
        (b"vnd/", 0x0100, 6),
        (b"x/", 0x0200, 6),
        (b"x-pkcs/", 0x0400, 6),
    ];
    let begins =
        |name: &[u8]| types.get(..name.len()).is_some_and(|own| own.eq_ignore_ascii_case(name));
    let known = TYPES.iter().find(|(name, ..)| begins(name));
    known.map_or((CLASSES - 1, 0x8000), |(_, bit, class)| (*class, *bit))
}
