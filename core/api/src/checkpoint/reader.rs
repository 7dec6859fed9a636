//! Where the bytes come from.

/// Why no value can be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LoadError {
    /// The bytes end in the middle of a value.
    #[error("it ends too early")]
    Short,
    /// The bytes are no value of the type.
    #[error("it holds what is no {0}")]
    Value(&'static str),
    /// The values are not those that the run asks for.
    #[error("it has the state of something else than {0}")]
    Other(&'static str),
}

/// Yields values in the order in which they were written.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads from these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next bytes, so many.
    #[inline]
    pub fn bytes(&mut self, count: usize) -> Result<&'a [u8], LoadError> {
        let (bytes, rest) = self.rest.split_at_checked(count).ok_or(LoadError::Short)?;
        self.rest = rest;
        Ok(bytes)
    }

    /// The next `N` bytes.
    #[inline]
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], LoadError> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(LoadError::Short)?;
        self.rest = rest;
        Ok(*bytes)
    }

    /// How many values follow: each has a byte at least.
    #[inline]
    pub fn count(&mut self) -> Result<usize, LoadError> {
        let count = u64::from_le_bytes(self.array()?);
        let count = usize::try_from(count).ok().filter(|count| *count <= self.rest.len());
        count.ok_or(LoadError::Short)
    }

    /// How many values of such a size the bytes that are left can hold, if each takes as many here.
    pub fn most(&self, size: usize) -> usize {
        self.rest.len() / size.max(1)
    }

    /// Whether all was read.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}
