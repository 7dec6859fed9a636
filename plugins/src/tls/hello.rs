//! ClientHello and ServerHello (RFC 8446, sections 4.1.2 and 4.1.3; RFC 5246, section 7.4.1).

use super::TLS_13;
use super::extensions::{Extensions, number};
use super::is_grease;
use super::reader::{Reader, words};
use flowz_api::Checkpoint;

/// The random value of a ServerHello that asks for another key share (RFC 8446, section 4.1.3).
const RETRY: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// What a client says first.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct ClientHello {
    /// Length with the four bytes of the message's head.
    pub(crate) len: u32,
    /// TLS 1.2 where a later version is offered in an extension.
    pub(crate) version: u16,
    pub(crate) random: [u8; 32],
    pub(crate) session: Vec<u8>,
    pub(crate) ciphers: Vec<u16>,
    pub(crate) compressions: Vec<u8>,
    pub(crate) extensions: Extensions,
}

/// What a server answers.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct ServerHello {
    /// TLS 1.2 where a later version is chosen in an extension.
    pub(crate) version: u16,
    pub(crate) random: [u8; 32],
    pub(crate) session: Vec<u8>,
    pub(crate) cipher: u16,
    pub(crate) compression: u8,
    pub(crate) extensions: Extensions,
}

impl ClientHello {
    /// Reads a message without its head of four bytes; nothing if it ends in front of its extensions.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let mut rest = Reader(body);
        let version = rest.u16()?;
        let random = *rest.take(32)?.first_chunk()?;
        let session = rest.vector(1)?.to_vec();
        let ciphers = words(rest.vector(2)?);
        let compressions = rest.vector(1)?.to_vec();
        let extensions = read_extensions(rest, true);
        let len = body.len() as u32 + 4;
        Some(Self { len, version, random, session, ciphers, compressions, extensions })
    }

    /// The highest version that is offered.
    pub(crate) fn highest_version(&self) -> u16 {
        let versions = self.extensions.versions.iter().copied();
        versions.filter(|version| !is_grease(*version)).max().unwrap_or(self.version)
    }

    /// Whether the name of the server is encrypted, or looks as if it were.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.extensions.has(number::ENCRYPTED_HELLO)
    }
}

impl ServerHello {
    /// Reads a message without its head of four bytes; nothing if it ends in front of its extensions.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        const FIRST_WITHOUT_SESSION: u16 = 0x7f00;
        let mut rest = Reader(body);
        let version = rest.u16()?;
        let random = *rest.take(32)?.first_chunk()?;
        // Drafts of TLS 1.3 up to the 21st.
        let is_draft = version >> 8 == FIRST_WITHOUT_SESSION >> 8;
        let session = if is_draft { Vec::new() } else { rest.vector(1)?.to_vec() };
        let cipher = rest.u16()?;
        let compression = if is_draft { 0 } else { rest.u8()? };
        let extensions = read_extensions(rest, false);
        Some(Self { version, random, session, cipher, compression, extensions })
    }

    /// The version that is chosen.
    pub(crate) fn chosen_version(&self) -> u16 {
        self.extensions.versions.first().copied().unwrap_or(self.version)
    }

    /// Whether it asks for another ClientHello.
    pub(crate) fn is_retry(&self) -> bool {
        self.random == RETRY
    }

    /// Whether a session is resumed, as far as the hellos tell: a key that both share (TLS 1.3), or the client's number of
    /// the session. (A ticket of TLS 1.2 shows only in what follows.)
    pub(crate) fn resumes(&self, client: &ClientHello) -> bool {
        if self.chosen_version() >= TLS_13 {
            return self.extensions.has(number::PRE_SHARED_KEY);
        }
        !client.session.is_empty() && client.session == self.session
    }
}

/// Extensions are behind a length, or not there at all.
fn read_extensions(mut rest: Reader<'_>, client: bool) -> Extensions {
    if rest.0.is_empty() {
        return Extensions::default();
    }
    match rest.vector(2) {
        Some(bytes) => Extensions::read(bytes, client),
        None => Extensions { malformed: true, ..Extensions::default() },
    }
}
