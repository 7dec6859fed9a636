//! Hashes of what comes in parts, which can be written and read back in the middle.

use flowz_api::checkpoint::{Checkpoint, LoadError, Reader, Writer};
use sha2::digest::Digest;
use sha2::digest::common::hazmat::{SerializableState, SerializedState};

/// A hash of all bytes so far.
#[derive(Clone, Default)]
pub(crate) struct RunningHash<D>(D);

impl<D: Digest> RunningHash<D> {
    /// Of no bytes.
    pub(crate) fn new() -> Self {
        Self(D::new())
    }

    /// More bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all.
    pub(crate) fn finalize(self) -> Vec<u8> {
        self.0.finalize().to_vec()
    }
}

impl<D> std::fmt::Debug for RunningHash<D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RunningHash")
    }
}

impl<D: SerializableState> Checkpoint for RunningHash<D> {
    fn save(&self, out: &mut Writer<'_>) {
        out.bytes(&self.0.serialize());
    }

    fn load(from: &mut Reader<'_>) -> Result<Self, LoadError> {
        let mut state = SerializedState::<D>::default();
        let bytes = from.bytes(state.len())?;
        state.copy_from_slice(bytes);
        D::deserialize(&state).map(Self).map_err(|_| LoadError::Value("hash"))
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::checkpoint::{Checkpoint, Reader, Writer};
    use sha2::{Digest, Sha256};

    use super::RunningHash;

    #[test]
    fn goes_on_where_it_was_written() {
        let text = [b'x'; 300];
        for cut in [0, 1, 63, 64, 65, 128, 200, 300] {
            let mut hash = RunningHash::<Sha256>::new();
            hash.update(&text[..cut]);
            let mut bytes = Vec::new();
            let mut out = Writer::new(&mut bytes);
            hash.save(&mut out);
            out.finish().unwrap();
            let mut hash = RunningHash::<Sha256>::load(&mut Reader::new(&bytes)).unwrap();
            hash.update(&text[cut..]);
            assert_eq!(hash.finalize(), Sha256::digest(text).to_vec(), "{cut}");
        }
    }
}
