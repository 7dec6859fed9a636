//! Values as bytes of a record (RFC 7011, section 6).

use flowz_api::cell::Time;

use super::element::Form;
use super::row::{Held, Row};
use super::template::{Field, Source, Template};
use crate::common::format::address;
use crate::common::format::buffer::Buffer;

/// Seconds from 1900 to 1970 (RFC 7011, section 6.1.9).
const TO_1970: i64 = 2_208_988_800;

/// The clock of the exporter of NetFlow 9 at the time of export, in milliseconds: moments up to 24 days before and behind it have a place.
pub(super) const UPTIME: u32 = 1 << 31;

/// What records depend on beside their rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    /// Seconds since 1970 that the message's header has.
    pub(super) export: u32,
    /// Most bytes of a text; what is longer is cut.
    pub(super) most_text: usize,
}

/// Appends a record. `reverse` is the row of the other direction.
pub(super) fn record(
    out: &mut Vec<u8>,
    template: &Template,
    (row, reverse): (&Row, &Row),
    setting: Setting,
) {
    let mut nothing = vec![0; template.fields.len().div_ceil(8)];
    for (n, field) in template.fields.iter().enumerate() {
        let (from, column) = match field.source {
            Source::Column(column) => (row, column),
            Source::Reverse(column) => (reverse, column),
            Source::Fixed(value) => {
                out.push(value);
                continue;
            }
            Source::Nothing => {
                variable(out, &nothing);
                continue;
            }
        };
        if from.held(column) == Held::Nothing {
            nothing[n / 8] |= 0x80 >> (n % 8);
        }
        value(out, field, (from, column), setting);
    }
}

fn value(out: &mut Vec<u8>, field: &Field, (row, column): (&Row, usize), setting: Setting) {
    let held = if matches!(field.form, Form::Text | Form::Bytes) {
        row.held(column)
    } else {
        row.first(column)
    };
    match field.form {
        Form::Unsigned(bytes) | Form::Signed(bytes) => {
            let number = if let Held::Number(number) = held { number & field.mask } else { 0 };
            out.extend(&number.to_be_bytes()[8 - usize::from(bytes)..]);
        }
        Form::Single => {
            let number = if let Held::Single(number) = held { number } else { 0.0 };
            out.extend(number.to_be_bytes());
        }
        Form::Double => {
            let number = if let Held::Double(number) = held { number } else { 0.0 };
            out.extend(number.to_be_bytes());
        }
        Form::Millis | Form::Nanos | Form::Length | Form::Uptime => {
            out.extend(time(field.form, nanos(held), setting.export));
        }
        Form::Mac => out.extend(if let Held::Mac(mac) = held { mac } else { [0; 6] }),
        Form::Ip4 => out.extend(if let Held::Ip4(address) = held { address } else { [0; 4] }),
        Form::Ip6 => out.extend(if let Held::Ip6(address) = held { address } else { [0; 16] }),
        Form::Text | Form::Bytes => text(out, row, held, setting.most_text),
    }
}

/// Nanoseconds since 1970, or of a length of time.
fn nanos(held: Held) -> i128 {
    let Held::Time(seconds, nanos) = held else { return 0 };
    let (sign, seconds, nanos) = match Time::back_from_1970(seconds, nanos) {
        Some((seconds, nanos)) => (-1, seconds, nanos),
        None => (1, seconds, nanos),
    };
    sign * (i128::from(seconds) * 1_000_000_000 + i128::from(nanos))
}

/// A moment or a length of time.
fn time(form: Form, nanos: i128, export: u32) -> Vec<u8> {
    let (seconds, rest) = (nanos.div_euclid(1_000_000_000), nanos.rem_euclid(1_000_000_000));
    match form {
        Form::Nanos => {
            // Beyond 32 bits of seconds another era begins (in 2036).
            let era_seconds = (seconds as i64).wrapping_add(TO_1970) as u32;
            // Rounded up, so that readers who cut off get the same nanoseconds.
            let fraction = ((rest << 32) + 999_999_999) / 1_000_000_000;
            [era_seconds.to_be_bytes(), (fraction as u32).to_be_bytes()].concat()
        }
        Form::Millis => {
            let millis = u64::try_from(nanos.div_euclid(1_000_000)).unwrap_or(0);
            millis.to_be_bytes().to_vec()
        }
        Form::Uptime => {
            let since = nanos.div_euclid(1_000_000) - i128::from(export) * 1000;
            let uptime = (i128::from(UPTIME) + since).clamp(0, u32::MAX.into());
            (uptime as u32).to_be_bytes().to_vec()
        }
        _ => (nanos.clamp(i64::MIN.into(), i64::MAX.into()) as i64).to_be_bytes().to_vec(),
    }
}

/// A text or bytes, cut if they are too long.
fn text(out: &mut Vec<u8>, row: &Row, held: Held, most: usize) {
    let mut shown = Buffer::with_capacity(0);
    let text = match held {
        Held::Text(begin, end) => row.text(begin, end),
        Held::Ip4(ip) => {
            address::ipv4(&mut shown, ip);
            shown.as_slice()
        }
        Held::Ip6(ip) => {
            address::ipv6(&mut shown, ip);
            shown.as_slice()
        }
        _ => &[],
    };
    let mut end = text.len().min(most);
    // Not in the middle of a character.
    while end < text.len() && end > 0 && text[end] & 0xc0 == 0x80 {
        end -= 1;
    }
    variable(out, &text[..end]);
}

/// A value with its length in front: one byte, or three from 255 on (RFC 7011, section 7).
pub(super) fn variable(out: &mut Vec<u8>, value: &[u8]) {
    let value = &value[..value.len().min(usize::from(u16::MAX))];
    if let length @ 0..255 = value.len() {
        out.push(length as u8);
    } else {
        out.push(255);
        out.extend((value.len() as u16).to_be_bytes());
    }
    out.extend(value);
}

#[cfg(test)]
mod tests {
    use super::super::element::Form;
    use super::{UPTIME, time, variable};

    #[test]
    fn moments() {
        let nanos = 1_335_958_313_152_630_001;
        assert_eq!(time(Form::Millis, nanos, 0), 1_335_958_313_152_u64.to_be_bytes());
        let ntp = time(Form::Nanos, nanos, 0);
        assert_eq!(ntp[..4], (1_335_958_313_u32 + 2_208_988_800).to_be_bytes());
        let fraction = u64::from(u32::from_be_bytes([ntp[4], ntp[5], ntp[6], ntp[7]]));
        assert_eq!((fraction * 1_000_000_000) >> 32, 152_630_001);
        assert_eq!(time(Form::Nanos, -1, 0)[..4], 2_208_988_799_u32.to_be_bytes());
        assert_eq!(time(Form::Millis, -1, 0), [0; 8]);
        assert_eq!(time(Form::Length, -1, 0), [0xff; 8]);
    }

    #[test]
    fn every_nanosecond_comes_back() {
        for nanos in (0..1_000_000_000).step_by(997).chain([999_999_999]) {
            let ntp = time(Form::Nanos, nanos, 0);
            let fraction = u64::from(u32::from_be_bytes([ntp[4], ntp[5], ntp[6], ntp[7]]));
            assert_eq!(i128::from((fraction * 1_000_000_000) >> 32), nanos);
        }
    }

    #[test]
    fn clock_of_the_exporter() {
        let at = |nanos| time(Form::Uptime, nanos, 1000);
        assert_eq!(at(1_000_000_000_000), UPTIME.to_be_bytes());
        assert_eq!(at(999_999_000_000), (UPTIME - 1).to_be_bytes());
        assert_eq!(
            [at(0), at(i128::MAX >> 1)],
            [(UPTIME - 1_000_000).to_be_bytes().to_vec(), vec![0xff; 4]]
        );
    }

    #[test]
    fn lengths() {
        for (length, front) in [
            (0, vec![0]),
            (254, vec![254]),
            (255, vec![255, 0, 255]),
            (70_000, vec![255, 255, 255]),
        ] {
            let mut out = Vec::new();
            variable(&mut out, &vec![7; length]);
            assert_eq!(out[..front.len()], front);
            assert_eq!(out.len(), front.len() + length.min(65_535));
        }
    }
}
