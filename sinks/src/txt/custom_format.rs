//! The custom format that toggles ask for. Which function writes a kind of value is decided once, not for each
//! cell; who sets none of these toggles gets [`StandardFormat`](super::cell_format::StandardFormat).

use super::cell_format::{RowFormat, quoted};
use super::toggles::TxtToggles;
use crate::common::format::buffer::Buffer;
use crate::common::format::cell_format::CellFormat;
use crate::common::format::{address, datetime, float, integer, string};

/// Writes an address of `N` bytes.
type Address<const N: usize> = fn(&CustomFormat, &mut Buffer, [u8; N]);

/// Functions for the kinds of values.
#[derive(Clone, Debug)]
pub(super) struct CustomFormat {
    quotes: bool,
    toggles: TxtToggles,
    /// Changes hexadecimal digits that were just written.
    digits: fn(&mut [u8]),
    time: fn(&mut Buffer, u64, u32),
    micro_time: fn(&mut Buffer, u64, u32),
    mac: Address<6>,
    ip4: Address<4>,
    ip6: Address<16>,
    word: fn(&mut Buffer, &[u8]),
}

impl CustomFormat {
    /// The format of a table; in the flow table texts from the wire are quoted; `raw` ones keep what steers a terminal and is not ASCII.
    pub(super) fn new(toggles: &TxtToggles, quotes: bool, raw: bool) -> Self {
        Self {
            quotes,
            digits: if toggles.capitals { capitals } else { |_| () },
            time: if toggles.dates { datetime::utc } else { integer::stamp },
            micro_time: if toggles.dates { datetime::utc_micros } else { integer::micro_stamp },
            mac: match toggles.mac {
                0 => Self::mac_by_bytes,
                1 => |to, out, [a, b, c, d, e, f]| to.number(out, &[0, 0, a, b, c, d, e, f]),
                _ => |_, out, [a, b, c, d, e, f]| {
                    integer::unsigned(out, u64::from_be_bytes([0, 0, a, b, c, d, e, f]));
                },
            },
            ip4: match toggles.ip4 {
                0 => |_, out, ip| address::ipv4(out, ip),
                1 => |_, out, ip| address::ipv4_full(out, ip),
                2 => |to, out, ip| to.number(out, &ip),
                _ => |_, out, ip| integer::unsigned(out, u32::from_be_bytes(ip).into()),
            },
            ip6: match toggles.ip6 {
                // Small letters, always (RFC 5952, section 4.3).
                0 => |_, out, ip| address::ipv6(out, ip),
                1 => |to, out, ip| to.hex(out, |out| address::ipv6_full(out, ip)),
                2 => |to, out, ip| to.number(out, &ip),
                _ => |to, out, ip| {
                    to.number(out, &ip[..8]);
                    out.push(b'_');
                    to.number(out, &ip[8..]);
                },
            },
            word: match (toggles.only_utf8, raw) {
                (true, true) => string::sanitised_slow,
                (true, false) => string::harmless_slow,
                (false, true) => string::escaped,
                (false, false) => string::harmless_bytes,
            },
            toggles: toggles.clone(),
        }
    }

    /// Writes something with hexadecimal digits.
    #[inline]
    fn hex(&self, out: &mut Buffer, write: impl FnOnce(&mut Buffer)) {
        let before = out.len();
        write(out);
        (self.digits)(out.last_mut(out.len() - before));
    }

    /// The same with a separator behind it.
    #[inline]
    fn hex_then(&self, out: &mut Buffer, end: u8, write: impl FnOnce(&mut Buffer)) {
        self.hex(out, write);
        out.replace_last(end);
    }

    /// One hexadecimal number.
    fn number(&self, out: &mut Buffer, bytes: &[u8]) {
        out.put(*b"0x", 2);
        self.hex(out, |out| bytes.iter().for_each(|b| out.put(integer::hex_pair(*b), 2)));
    }

    fn mac_by_bytes(&self, out: &mut Buffer, address: [u8; 6]) {
        for (n, byte) in address.into_iter().enumerate() {
            if n > 0 {
                out.extend(self.toggles.mac_separator.as_bytes());
            }
            self.hex(out, |out| out.put(integer::hex_pair(byte), 2));
        }
    }
}

/// `abcdef` as capitals; the `x` of `0x` stays.
fn capitals(digits: &mut [u8]) {
    for digit in digits.iter_mut().filter(|c| (b'a'..=b'f').contains(*c)) {
        digit.make_ascii_uppercase();
    }
}

impl RowFormat for CustomFormat {
    fn separator(&self) -> (u8, &[u8]) {
        self.toggles.separator.as_bytes().split_first().map_or((b'\t', &[]), |(a, b)| (*a, b))
    }
}

impl CellFormat for CustomFormat {
    fn hex8(&self, out: &mut Buffer, v: u8, end: u8) {
        self.hex_then(out, end, |out| integer::hex8(out, v, 0));
    }

    fn hex16(&self, out: &mut Buffer, v: u16, end: u8) {
        self.hex_then(out, end, |out| integer::hex16(out, v, 0));
    }

    fn hex32(&self, out: &mut Buffer, v: u32, end: u8) {
        self.hex_then(out, end, |out| integer::hex32(out, v, 0));
    }

    fn hex64(&self, out: &mut Buffer, v: u64, end: u8) {
        self.hex_then(out, end, |out| integer::hex64(out, v, 0));
    }

    fn time(&self, out: &mut Buffer, seconds: u64, nanos: u32) {
        (self.time)(out, seconds, nanos);
    }

    fn micro_time(&self, out: &mut Buffer, seconds: u64, nanos: u32) {
        (self.micro_time)(out, seconds, nanos);
    }

    fn mac(&self, out: &mut Buffer, address: [u8; 6]) {
        (self.mac)(self, out, address);
    }

    fn ip4(&self, out: &mut Buffer, address: [u8; 4]) {
        (self.ip4)(self, out, address);
    }

    fn ip6(&self, out: &mut Buffer, address: [u8; 16]) {
        (self.ip6)(self, out, address);
    }

    fn single(&self, out: &mut Buffer, v: f32) {
        float::seven_significant(out, v);
    }

    fn double(&self, out: &mut Buffer, v: f64) {
        float::six_decimals(out, v);
    }

    fn nine(&self, out: &mut Buffer, v: f64) {
        float::nine_decimals(out, v);
    }

    fn no_address(&self, out: &mut Buffer) {
        out.extend(self.toggles.no_address.as_bytes());
    }

    fn text(&self, out: &mut Buffer, text: &[u8]) {
        quoted(self.quotes, out, |out| (self.word)(out, text));
    }

    fn word(&self, out: &mut Buffer, word: &[u8]) {
        (self.word)(out, word);
    }

    fn payload(&self, out: &mut Buffer, bytes: &[u8]) {
        string::payload(out, bytes);
    }
}
