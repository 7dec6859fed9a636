//! The values of one flow or one packet on their way from plugins to sinks.
//!
//! A record is one reused byte buffer: fixed-size values in little-endian order, texts and lists with
//! a 32-bit length in front. Rows append to it, sinks read it along the [`Schema`]; nobody parses a
//! formatted string back. Being plain bytes it can be handed to another thread as it is.
//!
//! [`Schema`]: crate::column::Schema

/// Values in column order.
#[derive(Clone, Debug, Default)]
pub struct Record {
    bytes: Vec<u8>,
}

impl Record {
    /// An empty record.
    pub const fn new() -> Self {
        Self { bytes: Vec::new() }
    }

    /// Forgets all values and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Appends bytes of a value.
    #[inline]
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Appends the length of a text or list.
    #[inline]
    pub fn length(&mut self, n: usize) {
        self.raw(&u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes());
    }

    /// All values, as they were appended.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// A reader at the first value.
    pub fn cells(&self) -> Cells<'_> {
        Cells { rest: &self.bytes }
    }
}

/// Reads the values of a record one after the other. Reading past the end yields zeros and empty
/// texts: a record that does not fit its schema is a fault of the engine, never a reason to die.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'a> {
    rest: &'a [u8],
}

impl<'a> Cells<'a> {
    /// The next `N` bytes.
    #[inline]
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        match self.rest.split_first_chunk::<N>() {
            Some((head, rest)) => {
                self.rest = rest;
                *head
            }
            None => {
                debug_assert!(false, "record shorter than its schema");
                [0; N]
            }
        }
    }

    /// The next length.
    #[inline]
    pub fn length(&mut self) -> usize {
        self.u32() as usize
    }

    /// The next `n` bytes.
    #[inline]
    pub fn take(&mut self, n: usize) -> &'a [u8] {
        let (head, rest) = self.rest.split_at_checked(n).unwrap_or((&[], &[]));
        self.rest = rest;
        head
    }

    /// The next text.
    #[inline]
    pub fn text(&mut self) -> &'a [u8] {
        let n = self.length();
        self.take(n)
    }

    /// All that was not read yet, as it was appended. Values are self-delimiting: bytes that begin with the
    /// encoding of some values hold these values.
    #[inline]
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Whether all values were read.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

/// One reading method per number type.
macro_rules! read {
    ($($(#[$doc:meta])* $name:ident -> $num:ty;)*) => {
        impl Cells<'_> {$(
            $(#[$doc])*
            #[inline]
            pub fn $name(&mut self) -> $num {
                <$num>::from_le_bytes(self.array())
            }
        )*}
    };
}

read! {
    /// The next eight-bit number.
    u8 -> u8;
    /// The next 16-bit number.
    u16 -> u16;
    /// The next 32-bit number.
    u32 -> u32;
    /// The next 64-bit number.
    u64 -> u64;
    /// The next signed eight-bit number.
    i8 -> i8;
    /// The next signed 16-bit number.
    i16 -> i16;
    /// The next signed 32-bit number.
    i32 -> i32;
    /// The next signed 64-bit number.
    i64 -> i64;
    /// The next single-precision number.
    f32 -> f32;
    /// The next double-precision number.
    f64 -> f64;
}
