//! A cursor that writes the cells of one row, with a tabulator behind each, into room that was made beforehand:
//! nothing grows and nobody else writes meanwhile, so that where the next cell begins stays in a register.
//! Digits come from tables, and where a number ends does not wait for them.

use crate::address::OCTETS;
use crate::buffer::Buffer;
use crate::float::{self, Fixed};
use crate::integer::{HEX_PREFIX, SMALL, eight_digits, four, hex_pair, large, small};

/// What is behind each cell.
const TAB: u8 = b'\t';

/// How far a cursor goes: a power of two, so that the place of a cell is valid without a comparison.
const REACH: usize = 1 << 16;

/// Most bytes that are written in one go.
const CHUNK: usize = 16;

/// What a cursor writes into.
pub type Room = [u8; REACH + CHUNK];

/// Most bytes of a cell.
pub const CELL: usize = 5 * MOST_ITEMS;

/// Most cells that may be written by one cursor.
pub const CELLS: usize = REACH / CELL;

/// Most items that [`RowCursor::hex_list`] writes.
const MOST_ITEMS: usize = 64;

/// Three digits of each small number, with leading zeros, and a tabulator.
const TRIPLES: [u32; SMALL] = {
    let mut table = [0; SMALL];
    let mut v = 0;
    while v < SMALL {
        let [a, b, c] = [v / 100, v / 10 % 10, v % 10];
        table[v] = u32::from_le_bytes([b'0' + a as u8, b'0' + b as u8, b'0' + c as u8, TAB]);
        v += 1;
    }
    table
};

/// A number that is not small and a tabulator, written at `end`; yields where they end. A function of its own
/// that takes and yields numbers, so that they stay in registers.
#[inline(never)]
fn longer(room: &mut Room, end: usize, v: u64) -> usize {
    let mut cursor = RowCursor { room, end };
    if let Some((chars, used)) = small(v / 1_000, TAB) {
        cursor.put(chars, used - 1);
        cursor.put(TRIPLES[(v % 1_000) as usize].to_le_bytes(), 4);
    } else if v < 100_000_000 {
        // How many there are does not wait for the digits.
        let used = 7 + usize::from(v >= 10_000_000);
        cursor.put((eight_digits(v as u32) >> (64 - 8 * used)).to_le_bytes(), used);
        cursor.tab();
    } else if let Some((chars, used)) = small(v / 100_000_000, TAB) {
        cursor.put(chars, used - 1);
        cursor.eight(v % 100_000_000);
    } else {
        cursor.most_digits(v);
    }
    cursor.end
}

/// Room for cells and where the next one begins. Who makes a cursor sees to it that what is written fits in.
#[derive(Debug)]
pub struct RowCursor<'a> {
    room: &'a mut Room,
    end: usize,
}

impl<'a> RowCursor<'a> {
    /// Begins to write.
    #[inline]
    pub fn new(room: &'a mut Room) -> Self {
        Self { room, end: 0 }
    }

    /// How many bytes were written.
    #[inline]
    pub fn end(&self) -> usize {
        self.end
    }

    /// Appends the first `used` of `N` bytes, of which there are at most 16.
    #[inline]
    pub fn put<const N: usize>(&mut self, chars: [u8; N], used: usize) {
        debug_assert!(self.end < REACH && used <= N, "a cursor without room");
        let start = self.end % REACH;
        self.room[start..start + N].copy_from_slice(&chars);
        self.end += used;
    }

    /// Ends a cell; an empty one if nothing was written.
    #[inline]
    pub fn tab(&mut self) {
        self.put([TAB], 1);
    }

    /// The digits of a number.
    #[inline]
    fn digits(&mut self, v: u64) {
        self.unsigned(v);
        self.end -= 1;
    }

    /// A number without a sign.
    #[inline]
    pub fn unsigned(&mut self, v: u64) {
        if let Some((chars, used)) = small(v, TAB) {
            self.put(chars, used);
        } else {
            self.end = longer(self.room, self.end, v);
        }
    }

    /// A number of sixteen bits, without a call.
    #[inline]
    pub fn unsigned16(&mut self, v: u16) {
        if v < 1_000 {
            self.unsigned(v.into());
        } else if let Some((chars, used)) = small((v / 1_000).into(), TAB) {
            self.put(chars, used - 1);
            self.put(TRIPLES[usize::from(v % 1_000)].to_le_bytes(), 4);
        }
    }

    /// The last eight digits of a number.
    #[inline]
    fn eight(&mut self, v: u64) {
        self.put(eight_digits(v as u32).to_le_bytes(), 8);
        self.tab();
    }

    #[cold]
    #[inline(never)]
    fn most_digits(&mut self, v: u64) {
        let mut digits = Buffer::with_capacity(32);
        large(&mut digits, v);
        digits.as_slice().iter().for_each(|digit| self.put([*digit], 1));
        self.tab();
    }

    /// A number with a sign.
    #[inline]
    pub fn signed(&mut self, v: i64) {
        self.put([b'-'], usize::from(v < 0));
        self.unsigned(v.unsigned_abs());
    }

    /// `0x` and two digits.
    #[inline]
    pub fn hex8(&mut self, v: u8) {
        self.put(hex_item(v, TAB).to_le_bytes(), 5);
    }

    /// `0x` and four digits.
    #[inline]
    pub fn hex16(&mut self, v: u16) {
        self.put((HEX_PREFIX | four(v) << 16 | u64::from(TAB) << 48).to_le_bytes(), 7);
    }

    /// `0x` and eight digits.
    #[inline]
    pub fn hex32(&mut self, v: u32) {
        self.put((HEX_PREFIX | four((v >> 16) as u16) << 16).to_le_bytes(), 6);
        self.put((four(v as u16) | u64::from(TAB) << 32).to_le_bytes(), 5);
    }

    /// `0x` and sixteen digits.
    #[inline]
    pub fn hex64(&mut self, v: u64) {
        self.hex32((v >> 32) as u32);
        self.end -= 1;
        self.put(four((v >> 16) as u16).to_le_bytes(), 4);
        self.put((four(v as u16) | u64::from(TAB) << 32).to_le_bytes(), 5);
    }

    /// Bytes in hexadecimal with `;` between them. Whether they were few enough; if not, nothing is written.
    #[inline]
    pub fn hex_list(&mut self, bytes: &[u8]) -> bool {
        if bytes.len() > MOST_ITEMS {
            return false;
        }
        if bytes.is_empty() {
            self.tab();
        } else {
            self.end = hex_items(self.room, self.end, bytes);
        }
        true
    }

    /// Seconds and nanoseconds, of which a second must have fewer than 10^9; those before 1970 seem to
    /// have more.
    #[inline]
    pub fn time(&mut self, seconds: u64, nanos: u32) -> bool {
        if nanos >= 1_000_000_000 {
            return false;
        }
        self.digits(seconds);
        self.nine(nanos);
        true
    }

    /// A point and nine digits.
    #[inline]
    fn nine(&mut self, v: u32) {
        let first = u64::from(v / 100_000_000);
        self.put([b'.', b'0' + first as u8], 2);
        self.eight(u64::from(v % 100_000_000));
    }

    /// A number with nine digits behind the point. Whether that was easy; if not, nothing is written.
    #[inline]
    pub fn nine_decimals(&mut self, v: f64) -> bool {
        let end = nine_decimals(self.room, self.end, v);
        self.end = end.unwrap_or(self.end);
        end.is_some()
    }

    /// A hardware address.
    #[inline]
    pub fn mac(&mut self, address: [u8; 6]) {
        for byte in address {
            let [p, q] = hex_pair(byte);
            self.put([p, q, b':', 0], 3);
        }
        self.end -= 1;
        self.tab();
    }

    /// An IPv4 address.
    #[inline]
    pub fn ipv4(&mut self, address: [u8; 4]) {
        for byte in address {
            let [p, q, r, s, used] = OCTETS[usize::from(byte)];
            self.put([p, q, r, s], usize::from(used) + 1);
        }
        self.end -= 1;
        self.tab();
    }
}

/// A number with nine digits behind the point and a tabulator, written at `end`; yields where they end, or
/// nothing if that is not easy. A function of its own: its constants would occupy registers.
#[inline(never)]
fn nine_decimals(room: &mut Room, end: usize, v: f64) -> Option<usize> {
    let Fixed { negative, whole, decimals } = float::nine(v)?;
    let mut cursor = RowCursor { room, end };
    cursor.put([b'-'], negative.into());
    cursor.digits(whole);
    cursor.nine(decimals);
    Some(cursor.end)
}

/// Bytes in hexadecimal with `;` between them and a tabulator, written at `end`; yields where they end. A
/// function of its own, so that nothing else needs registers in its loop.
#[inline(never)]
fn hex_items(room: &mut Room, end: usize, bytes: &[u8]) -> usize {
    let mut cursor = RowCursor { room, end };
    for byte in bytes {
        cursor.put(ITEMS[usize::from(*byte)].to_le_bytes(), 5);
    }
    cursor.end -= 1;
    cursor.tab();
    cursor.end
}

/// `0x`, two digits and a `;` of each byte.
static ITEMS: [u64; 256] = {
    let digits = b"0123456789abcdef";
    let mut table = [0; 256];
    let mut v = 0;
    while v < 256 {
        table[v] = u64::from_le_bytes([b'0', b'x', digits[v >> 4], digits[v & 15], b';', 0, 0, 0]);
        v += 1;
    }
    table
};

/// `0x`, two digits and a separator.
#[inline]
fn hex_item(byte: u8, separator: u8) -> u64 {
    let digits = u64::from(u16::from_le_bytes(hex_pair(byte)));
    HEX_PREFIX | digits << 16 | u64::from(separator) << 32
}
