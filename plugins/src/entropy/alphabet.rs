//! How often each symbol came, and what follows from that.

use std::f64::consts::LN_2;

use flowz_api::Checkpoint;

/// Symbols of a flow's payload.
#[derive(Clone, Debug, Checkpoint)]
pub(crate) struct Alphabet {
    symbols: [u32; 256],
    /// Bytes of text and control bytes, where symbols are no bytes.
    kinds: [u32; 2],
    bytes: u32,
}

/// How the entropy is reckoned and shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// Bits of a symbol.
    pub(crate) bits: u8,
    /// It is 1 at most.
    pub(crate) normalise: bool,
    /// In single precision.
    pub(crate) single: bool,
}

/// What the payload of a flow looks like.
#[derive(Clone, Copy, PartialEq, Debug, Checkpoint)]
pub(crate) struct Values {
    pub(crate) entropy: f32,
    /// Share of the bytes of text.
    pub(crate) text: f32,
    /// Share of low control bytes.
    pub(crate) control: f32,
}

impl Values {
    /// Too few bytes to say anything.
    pub(crate) const NONE: Self = Self { entropy: -1.0, text: -1.0, control: -1.0 };
}

impl Default for Alphabet {
    fn default() -> Self {
        Self { symbols: [0; 256], kinds: [0; 2], bytes: 0 }
    }
}

/// Line feed, carriage return, and what is printable in ASCII, with delete.
fn is_text(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r' | 0x20..=0x7f)
}

/// Below the line feed.
fn is_control(byte: u8) -> bool {
    byte < b'\n'
}

impl Alphabet {
    /// Bytes so far.
    pub(crate) fn len(&self) -> u32 {
        self.bytes
    }

    /// Counts the symbols of some bytes.
    #[inline]
    pub(crate) fn add(&mut self, bytes: &[u8], bits: u8) {
        self.bytes = self.bytes.saturating_add(bytes.len() as u32);
        if bits != 8 {
            return self.add_bits(bytes, bits);
        }
        for byte in bytes {
            let count = &mut self.symbols[usize::from(*byte)];
            *count = count.wrapping_add(1);
        }
    }

    #[cold]
    fn add_bits(&mut self, bytes: &[u8], bits: u8) {
        let mask = (1_u16 << bits) - 1;
        let (mut rest, mut held) = (0_u16, 0);
        for byte in bytes {
            self.kinds[0] += u32::from(is_text(*byte));
            self.kinds[1] += u32::from(is_control(*byte));
            rest = rest << 8 | u16::from(*byte);
            held += 8;
            while held >= bits {
                held -= bits;
                self.symbols[usize::from(rest >> held & mask)] += 1;
            }
            rest &= (1 << held) - 1;
        }
    }

    /// Symbols that came, each with how often it did.
    pub(crate) fn seen(&self) -> impl Iterator<Item = (u8, u32)> {
        (0..=255).zip(self.symbols).filter(|s| s.1 > 0)
    }

    /// What is shown of a payload.
    pub(crate) fn values(&self, scale: Scale) -> Values {
        let [text, control] = if scale.bits == 8 { self.kinds_of_bytes() } else { self.kinds };
        let share = |n: u32| n as f32 / self.bytes.max(1) as f32;
        let nats = if scale.single { self.nats_in_single() } else { self.nats() };
        let unit = if scale.normalise { LN_2 * f64::from(scale.bits) } else { LN_2 };
        Values { entropy: (nats / unit) as f32, text: share(text), control: share(control) }
    }

    /// The same as [`is_text`] and [`is_control`] of each byte.
    fn kinds_of_bytes(&self) -> [u32; 2] {
        let s = &self.symbols;
        let printable: u32 = s[0x20..=0x7f].iter().sum();
        let text = printable + s[usize::from(b'\n')] + s[usize::from(b'\r')];
        [text, s[..usize::from(b'\n')].iter().sum()]
    }

    /// Shannon's entropy with natural logarithms: −Σ p·ln p.
    fn nats(&self) -> f64 {
        let total = f64::from(self.symbols.iter().sum::<u32>());
        let shares = self.seen().map(|(_, count)| f64::from(count) / total);
        shares.fold(0.0, |sum, p| sum - p * p.ln())
    }

    /// The same with shares and sums in single precision, as in the reference.
    fn nats_in_single(&self) -> f64 {
        let total = f64::from(self.symbols.iter().sum::<u32>());
        let shares = self.seen().map(|(_, count)| f64::from((f64::from(count) / total) as f32));
        shares.fold(0.0, |sum, p| f64::from((sum - p * p.ln()) as f32))
    }
}
