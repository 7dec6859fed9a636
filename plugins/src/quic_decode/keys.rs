//! Keys of Initial packets, which follow from a connection id, and how such packets are opened (RFC 9001, section 5).

use aes_gcm::aes::Aes128;
use aes_gcm::aes::cipher::BlockCipherEncrypt as _;
use aes_gcm::{AeadInOut as _, Aes128Gcm, KeyInit as _};
use flowz_api::Checkpoint;
use hkdf::Hkdf;
use sha2::Sha256;

use super::id::Id;
use super::version::{Protection, protection};

/// Bytes of the tag behind what is protected.
const TAG: usize = 16;
/// Bytes that the mask of the header is made of; they begin four bytes behind the packet number's first one.
const SAMPLE: usize = 16;

/// Keys of both sides.
#[derive(Clone, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) struct Keys {
    /// What they follow from.
    pub(crate) version: u32,
    pub(crate) id: Id,
    pub(crate) client: Side,
    pub(crate) server: Side,
}

/// Keys of a side.
#[derive(Clone, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) struct Side {
    pub(crate) key: [u8; 16],
    pub(crate) iv: [u8; 12],
    pub(crate) header: [u8; 16],
}

impl Keys {
    /// Keys by the destination id of the client's first Initial packet; nothing of versions that are not known.
    pub(crate) fn derive(version: u32, id: Id) -> Option<Self> {
        let protection = protection(version)?;
        let initial = Hkdf::<Sha256>::new(Some(&protection.salt), id.bytes());
        let client = Side::derive(&initial, "client in", &protection)?;
        let server = Side::derive(&initial, "server in", &protection)?;
        Some(Self { version, id, client, server })
    }
}

impl Side {
    fn derive(initial: &Hkdf<Sha256>, label: &str, protection: &Protection) -> Option<Self> {
        let secret: [u8; 32] = expand(initial, label)?;
        let own = Hkdf::<Sha256>::from_prk(&secret).ok()?;
        let [key, iv, header] = protection.labels;
        Some(Self { key: expand(&own, key)?, iv: expand(&own, iv)?, header: expand(&own, header)? })
    }

    /// Opens a packet in place: takes the protection from its header, and decrypts what is behind it. `at` is where the packet
    /// number begins, `largest` the largest one so far. Yields the packet number and where the payload is; nothing
    /// if the tag is not right, and then the bytes mean nothing any more.
    pub(crate) fn open(
        &self,
        packet: &mut [u8],
        at: usize,
        largest: Option<u64>,
    ) -> Option<(u64, std::ops::Range<usize>)> {
        let sample = packet.get(at + 4..at + 4 + SAMPLE)?;
        let mut mask: [u8; SAMPLE] = sample.try_into().ok()?;
        Aes128::new(&self.header.into()).encrypt_block((&mut mask).into());
        let first = packet.first_mut()?;
        *first ^= mask[0] & 0x0f;
        let number_len = usize::from(*first & 3) + 1;
        let number_bytes = packet.get_mut(at..at + number_len)?;
        let mut truncated = 0;
        for (byte, mask) in number_bytes.iter_mut().zip(&mask[1..]) {
            *byte ^= mask;
            truncated = truncated << 8 | u64::from(*byte);
        }
        let number = packet_number(truncated, number_len, largest);
        let mut nonce = self.iv;
        for (byte, own) in nonce[4..].iter_mut().zip(number.to_be_bytes()) {
            *byte ^= own;
        }
        let (header, rest) = packet.split_at_mut_checked(at + number_len)?;
        let (body, tag) = rest.split_at_mut_checked(rest.len().checked_sub(TAG)?)?;
        let tag: [u8; TAG] = (&*tag).try_into().ok()?;
        let (from, len) = (header.len(), body.len());
        let cipher = Aes128Gcm::new(&self.key.into());
        cipher.decrypt_inout_detached(&nonce.into(), header, body.into(), &tag.into()).ok()?;
        Some((number, from..from + len))
    }
}

/// `HKDF-Expand-Label` with an empty context (RFC 8446, section 7.1).
fn expand<const N: usize>(secret: &Hkdf<Sha256>, label: &str) -> Option<[u8; N]> {
    let mut output = [0; N];
    let full = [b"tls13 ", label.as_bytes()].concat();
    let (len, label_len) = ((N as u16).to_be_bytes(), [full.len() as u8]);
    secret.expand_multi_info(&[&len, &label_len, &full, &[0]], &mut output).ok()?;
    Some(output)
}

/// The whole packet number (RFC 9000, appendix A.3).
fn packet_number(truncated: u64, bytes: usize, largest: Option<u64>) -> u64 {
    const LAST: u64 = (1 << 62) - 1;
    let expected = largest.map_or(0, |largest| largest + 1);
    let window = 1_u64 << (8 * bytes);
    let candidate = expected & !(window - 1) | truncated;
    if candidate + window / 2 <= expected && candidate <= LAST - window {
        candidate + window
    } else if candidate > expected + window / 2 && candidate >= window {
        candidate - window
    } else {
        candidate
    }
}

#[cfg(test)]
mod tests {
    use super::packet_number;

    #[test]
    fn whole_packet_numbers() {
        assert_eq!(packet_number(0x9b32, 2, Some(0xa82f_30ea)), 0xa82f_9b32, "RFC 9000, A.3");
        assert_eq!(packet_number(2, 1, None), 2);
        assert_eq!(packet_number(1, 1, Some(255)), 257);
        assert_eq!(packet_number(0xff, 1, Some(256)), 255);
        assert_eq!(packet_number(0xff, 1, Some((1 << 62) - 1)), (1 << 62) - 1);
    }
}
