//! Frames of HTTP/2 (RFC 9113, sections 3.4, 4 and 6).

/// What a client begins with.
pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Bytes of a frame's head.
pub(crate) const HEAD: usize = 9;

/// Types of frames.
pub(crate) mod kind {
    pub(crate) const DATA: u8 = 0;
    pub(crate) const HEADERS: u8 = 1;
    pub(crate) const RST_STREAM: u8 = 3;
    pub(crate) const SETTINGS: u8 = 4;
    pub(crate) const PUSH_PROMISE: u8 = 5;
    pub(crate) const CONTINUATION: u8 = 9;
}

const END_STREAM: u8 = 0x01;
const END_HEADERS: u8 = 0x04;
const PADDED: u8 = 0x08;
const PRIORITY: u8 = 0x20;

/// The head of a frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Frame {
    /// Bytes behind the head.
    pub(crate) len: u32,
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    pub(crate) stream: u32,
}

impl Frame {
    /// Reads a head.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let [a, b, c, kind, flags, s @ ..] = bytes.first_chunk::<HEAD>()?;
        Some(Self {
            len: u32::from_be_bytes([0, *a, *b, *c]),
            kind: *kind,
            flags: *flags,
            stream: u32::from_be_bytes(*s) & 0x7fff_ffff,
        })
    }

    /// Nothing more comes in its stream.
    pub(crate) fn ends_stream(&self) -> bool {
        self.flags & END_STREAM != 0 && matches!(self.kind, kind::DATA | kind::HEADERS)
    }

    /// The fields are whole behind it.
    pub(crate) fn ends_fields(&self) -> bool {
        self.flags & END_HEADERS != 0
    }

    /// There is padding, its length in front of all.
    pub(crate) fn is_padded(&self) -> bool {
        self.flags & PADDED != 0
    }

    /// The part of the fields in a frame's payload, without padding and what stands in front; for a promise with the stream
    /// that is promised.
    pub(crate) fn fields<'a>(&self, payload: &'a [u8]) -> Option<(&'a [u8], u32)> {
        let mut rest = payload;
        if self.is_padded() && self.kind != kind::CONTINUATION {
            let (pad, behind) = rest.split_first()?;
            rest = behind.get(..behind.len().checked_sub(usize::from(*pad))?)?;
        }
        if self.kind == kind::HEADERS && self.flags & PRIORITY != 0 {
            rest = rest.get(5..)?;
        }
        if self.kind == kind::PUSH_PROMISE {
            let (stream, behind) = rest.split_first_chunk::<4>()?;
            return Some((behind, u32::from_be_bytes(*stream) & 0x7fff_ffff));
        }
        Some((rest, self.stream))
    }
}

/// Whether a server begins so: with settings.
pub(crate) fn begins_server(bytes: &[u8]) -> Option<bool> {
    const SETTINGS: [u8; 6] = [kind::SETTINGS, 0, 0, 0, 0, 0];
    if bytes.first().is_some_and(|b| *b != 0) {
        return Some(false);
    }
    let Some(frame) = Frame::parse(bytes) else {
        let behind = bytes.iter().skip(3);
        return if behind.zip(&SETTINGS).all(|(a, b)| a == b) { None } else { Some(false) };
    };
    let is_first = frame.kind == kind::SETTINGS && frame.flags == 0 && frame.stream == 0;
    Some(is_first && frame.len % 6 == 0 && frame.len <= 600)
}
