//! Fingerprints of hellos: JA3 and JA3S (MD5 of numbers, by their authors' publication of 2017), JA4 of clients (the published
//! definition, which is free for TLS clients; the rest of its family is not, and not here).

use std::fmt::Write as _;

use md5::Md5;
use sha2::{Digest as _, Sha256};

use super::extensions::number;
use super::hello::{ClientHello, ServerHello};
use super::is_grease;

/// A text that was hashed, and the hash.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Ja3 {
    pub(crate) text: String,
    pub(crate) hash: String,
}

impl Ja3 {
    /// Version, ciphers, extensions, groups, point formats.
    pub(crate) fn of_client(hello: &ClientHello) -> Self {
        let e = &hello.extensions;
        let formats: Vec<u16> = e.formats.iter().map(|format| u16::from(*format)).collect();
        let mut text = hello.version.to_string();
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
#[derive(Clone, PartialEq, Eq, Debug, Default)]
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
    let mut text = String::new();
    for (n, value) in real(list).into_iter().enumerate() {
        let dash = if n > 0 { "-" } else { "" };
        let _ = write!(text, "{dash}{value}");
    }
    text
}

fn in_hex(list: &[u16]) -> String {
    let mut text = String::new();
    for (n, value) in list.iter().enumerate() {
        let comma = if n > 0 { "," } else { "" };
        let _ = write!(text, "{comma}{value:04x}");
    }
    text
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
    const DIGITS: usize = 12;
    if text.is_empty() {
        return "0".repeat(DIGITS);
    }
    let mut hash = hex(&Sha256::digest(text.as_bytes()));
    hash.truncate(DIGITS);
    hash
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
