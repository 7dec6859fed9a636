//! Packets put together.

use aes_gcm::aes::Aes128;
use aes_gcm::aes::cipher::BlockCipherEncrypt as _;
use aes_gcm::{AeadInOut as _, Aes128Gcm, KeyInit as _};

use super::super::id::Id;
use super::super::keys::{Keys, Side};
use super::super::version::{Kind, V1, V2};
use super::CLIENT_ID;

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .as_chunks::<2>()
        .0
        .iter()
        .map(|pair| pair.iter().copied().fold(0, digit))
        .collect()
}

fn digit(byte: u8, digit: u8) -> u8 {
    byte << 4 | char::from(digit).to_digit(16).expect("it is a digit") as u8
}

/// An Initial packet that is to be sealed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Initial<'a> {
    pub(crate) version: u32,
    /// What keys follow from, and the destination of clients.
    pub(crate) id: &'a [u8],
    /// Another destination.
    pub(crate) to: &'a [u8],
    pub(crate) from: &'a [u8],
    pub(crate) token: &'a [u8],
    pub(crate) server: bool,
    pub(crate) number: u64,
    pub(crate) payload: &'a [u8],
}

impl<'a> Initial<'a> {
    pub(crate) fn new(payload: &'a [u8]) -> Self {
        let (version, id, to, token) = (V1, &CLIENT_ID[..], &[][..], &[][..]);
        Self { version, id, to, from: b"me", token, server: false, number: 0, payload }
    }

    pub(crate) fn sealed(self) -> Vec<u8> {
        let keys = Keys::derive(self.version, Id::new(self.id)).expect("the version is known");
        let (own, to, from) = match (self.server, self.to) {
            (true, _) => {
                (&keys.server, &b"me"[..], if self.from == b"me" { b"you" } else { self.from })
            }
            (false, []) => (&keys.client, self.id, self.from),
            (false, to) => (&keys.client, to, self.from),
        };
        let mut header = head(Kind::Initial, self.version, to, from);
        header.push(self.token.len() as u8);
        header.extend_from_slice(self.token);
        let len = self.payload.len() as u16 + 4 + 16;
        header.extend_from_slice(&(len | 0x4000).to_be_bytes());
        header.extend_from_slice(&(self.number as u32).to_be_bytes());
        seal(own, &header, self.payload, self.number, 4)
    }
}

/// First byte, version, ids; packet numbers have four bytes.
fn head(kind: Kind, version: u32, to: &[u8], from: &[u8]) -> Vec<u8> {
    let bits = (kind as u8 + u8::from(version == V2)) & 3;
    let first = [0xc3 | bits << 4];
    let (to_len, from_len) = ([to.len() as u8], [from.len() as u8]);
    [&first[..], &version.to_be_bytes(), &to_len, to, &from_len, from].concat()
}

/// A packet with a long header and so many bytes behind it; Retry packets are without theirs.
pub(crate) fn long(kind: Kind, version: u32, to: &[u8], from: &[u8], len: u8) -> Vec<u8> {
    let mut packet = head(kind, version, to, from);
    if kind != Kind::Retry {
        packet.push(len);
        packet.extend(vec![0xee; len.into()]);
    }
    packet
}

/// Protects a packet whose header ends with a packet number of so many bytes.
pub(crate) fn seal(keys: &Side, header: &[u8], payload: &[u8], number: u64, len: usize) -> Vec<u8> {
    let mut nonce = keys.iv;
    nonce[4..].iter_mut().zip(number.to_be_bytes()).for_each(|(byte, own)| *byte ^= own);
    let mut body = payload.to_vec();
    let tag = Aes128Gcm::new(&keys.key.into())
        .encrypt_inout_detached(&nonce.into(), header, (&mut body[..]).into())
        .expect("it is short");
    let mut packet = [header, &body, &tag].concat();
    let at = header.len() - len;
    let mut mask: [u8; 16] = packet[at + 4..at + 20].try_into().expect("there are 16 bytes");
    Aes128::new(&keys.header.into()).encrypt_block((&mut mask).into());
    packet[0] ^= mask[0] & 0x0f;
    packet[at..header.len()].iter_mut().zip(&mask[1..]).for_each(|(byte, mask)| *byte ^= mask);
    packet
}

/// A CRYPTO frame, with a PING in front and padding behind.
pub(crate) fn crypto(offset: u64, bytes: &[u8]) -> Vec<u8> {
    let offset = (offset | 3 << 62).to_be_bytes();
    let len = (bytes.len() as u32 | 2 << 30).to_be_bytes();
    [&[1, 6][..], &offset, &len, bytes, &[0; 7]].concat()
}

/// A ClientHello with its head, with padding up to this length.
pub(crate) fn client_hello(name: &str, len: usize) -> Vec<u8> {
    let word = |n: usize| (n as u16).to_be_bytes();
    let front = [&[3, 3][..], &[7; 32], &[0, 0, 2, 0x13, 1, 1, 0]].concat();
    let name = [
        &[0, 0][..],
        &word(name.len() + 5),
        &word(name.len() + 3),
        &[0],
        &word(name.len()),
        name.as_bytes(),
    ];
    let others: [&[u8]; 3] = [
        &[0, 16, 0, 5, 0, 3, 2, b'h', b'3'],
        &[0, 43, 0, 3, 2, 3, 4],
        &[0, 51, 0, 9, 0, 7, 0, 0x1d, 0, 3, 1, 2, 3],
    ];
    let mut extensions = [name.concat(), others.concat()].concat();
    let rest = len - 4 - front.len() - 2 - extensions.len() - 4;
    extensions.extend_from_slice(&[0, 21]);
    extensions.extend_from_slice(&word(rest));
    extensions.extend(vec![0; rest]);
    let body = [&front[..], &word(extensions.len()), &extensions].concat();
    [&[1, 0][..], &word(body.len()), &body].concat()
}

/// A ServerHello with its head.
pub(crate) fn server_hello() -> Vec<u8> {
    let extensions = [0, 12, 0, 43, 0, 2, 3, 4, 0, 51, 0, 2, 0, 0x1d];
    let body = [&[3, 3][..], &[8; 32], &[0, 0x13, 1, 0], &extensions].concat();
    [&[2, 0, 0, body.len() as u8][..], &body].concat()
}
