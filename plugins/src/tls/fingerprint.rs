//! Fingerprints of hellos: JA3 and JA3S (MD5 of numbers, by their authors' publication of 2017), JA4 of clients (the published
//! definition, which is free for TLS clients; the rest of its family is not, and not here).

use flowz_api::Checkpoint;
use md5::Md5;
use sha2::{Digest as _, Sha256};

use super::extensions::number;
use super::hello::{ClientHello, ServerHello};
use super::is_grease;

/// A text that was hashed, and the hash.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Ja3 {
    pub(crate) text: String,
    pub(crate) hash: String,
}

impl Ja3 {
    /// Version, ciphers, extensions, groups, point formats.
    pub(crate) fn of_client(hello: &ClientHello) -> Self {
        let e = &hello.extensions;
        let formats: Vec<u16> = e.formats.iter().map(|format| u16::from(*format)).collect();
        let mut text = String::new();
        push_decimal(&mut text, hello.version);
        for list in [&hello.ciphers, &e.numbers, &e.groups, &formats] {
            text.push(',');
            text += &joined(list);
        }
        Self::of_text(text)
    }

    /// Version, cipher, extensions.
    pub(crate) fn of_server(hello: &ServerHello) -> Self {
        let ServerHello { version, cipher, .. } = hello;
        Self::of_text(format!("{version},{cipher},{}", joined(&hello.extensions.numbers)))
    }

    fn of_text(text: String) -> Self {
        let hash = hex(&Md5::digest(text.as_bytes()));
        Self { text, hash }
    }
}

/// JA4 and the text it was made of.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Ja4 {
    pub(crate) text: String,
    pub(crate) hash: String,
}

impl Ja4 {
    /// Of a hello over such a transport: `t` for TCP, `q` for QUIC, `d` for DTLS.
    pub(crate) fn of_client(hello: &ClientHello, transport: char) -> Self {
        let e = &hello.extensions;
        let mut ciphers = real(&hello.ciphers);
        let mut extensions = real(&e.numbers);
        let name = if e.has(number::SERVER_NAME) { 'd' } else { 'i' };
        let version = version(hello.highest_version());
        let counts = [ciphers.len(), extensions.len()].map(|count| count.min(99));
        let [first, last] = ends(e.alpn.first().map_or(&[], |name| &name[..]));
        let front =
            format!("{transport}{version}{name}{:02}{:02}{first}{last}", counts[0], counts[1]);
        ciphers.sort_unstable();
        extensions.retain(|n| ![number::SERVER_NAME, number::ALPN].contains(n));
        extensions.sort_unstable();
        let ciphers = in_hex(&ciphers);
        let mut extensions = in_hex(&extensions);
        let signatures = real(&e.signatures);
        if !signatures.is_empty() {
            extensions.push('_');
            extensions += &in_hex(&signatures);
        }
        Self {
            hash: format!("{front}_{}_{}", short_hash(&ciphers), short_hash(&extensions)),
            text: format!("{front}_{ciphers}_{extensions}"),
        }
    }
}

/// Without the values that mean nothing.
fn real(list: &[u16]) -> Vec<u16> {
    list.iter().copied().filter(|value| !is_grease(*value)).collect()
}

fn joined(list: &[u16]) -> String {
    let mut text = String::with_capacity(list.len() * 6);
    for value in list.iter().filter(|value| !is_grease(**value)) {
        if !text.is_empty() {
            text.push('-');
        }
        push_decimal(&mut text, *value);
    }
    text
}

/// A number. Hellos have some hundred of them, and the standard library's way takes ten times as long.
fn push_decimal(text: &mut String, value: u16) {
    let mut power = 10_000;
    while power > 1 && value < power {
        power /= 10;
    }
    while power > 0 {
        text.push(char::from(b'0' + (value / power % 10) as u8));
        power /= 10;
    }
}

fn in_hex(list: &[u16]) -> String {
    let mut text = String::with_capacity(list.len() * 5);
    for value in list {
        if !text.is_empty() {
            text.push(',');
        }
        value.to_be_bytes().into_iter().for_each(|byte| push_hex(&mut text, byte));
    }
    text
}

fn push_hex(text: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    text.push(char::from(DIGITS[usize::from(byte >> 4)]));
    text.push(char::from(DIGITS[usize::from(byte & 15)]));
}

fn version(version: u16) -> &'static str {
    match version {
        0x0304 => "13",
        0x0303 => "12",
        0x0302 => "11",
        0x0301 => "10",
        0x0300 => "s3",
        0x0002 => "s2",
        0xfeff => "d1",
        0xfefd => "d2",
        0xfefc => "d3",
        _ => "00",
    }
}

/// First and last character of a protocol's name; where one is neither letter nor digit, those of its hexadecimal digits.
fn ends(name: &[u8]) -> [char; 2] {
    let (Some(&first), Some(&last)) = (name.first(), name.last()) else { return ['0', '0'] };
    if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() {
        return [first, last].map(char::from);
    }
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0');
    [digit(first >> 4), digit(last & 15)]
}

fn short_hash(text: &str) -> String {
    const BYTES: usize = 6;
    if text.is_empty() {
        return "0".repeat(2 * BYTES);
    }
    hex(&Sha256::digest(text.as_bytes())[..BYTES])
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        push_hex(&mut text, *byte);
    }
    text
}
