//! Connection ids.

use crate::tls::fingerprint::hex;
use flowz_api::Checkpoint;

/// Longest id (RFC 9000, section 17.2), in bytes.
pub(crate) const LONGEST: usize = 20;

/// A connection id of at most 20 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Default, Checkpoint)]
pub(crate) struct Id {
    bytes: [u8; LONGEST],
    len: u8,
}

impl Id {
    /// The first 20 bytes, or fewer.
    pub(crate) fn new(id: &[u8]) -> Self {
        let len = id.len().min(LONGEST);
        let mut bytes = [0; LONGEST];
        bytes[..len].copy_from_slice(&id[..len]);
        Self { bytes, len: len as u8 }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(crate) fn len(&self) -> usize {
        self.len.into()
    }

    pub(crate) fn hex(&self) -> String {
        hex(self.bytes())
    }
}

impl std::fmt::Debug for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.hex())
    }
}
