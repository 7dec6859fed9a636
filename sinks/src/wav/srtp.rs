//! SRTP with keys from signalling: AES in counter mode and HMAC-SHA1 (RFC 3711, RFC 4568, RFC 6188).

use aes::{Aes128, Aes192, Aes256};
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit, StreamCipher};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Octets of a master salt and of a session salt.
const SALT: usize = 14;
/// Octets of a session key for authentication.
const AUTHENTICATION_KEY: usize = 20;
/// Rollover counters that are tried for a first packet: a capture may begin in the middle of a call.
const MOST_ROLLOVERS: u32 = 16;
/// Packets without a fitting key behind which only the first counter is tried.
const PATIENCE: u32 = 32;

/// A key as it was announced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Announced<'a> {
    /// Name of the suite.
    pub(crate) suite: &'a [u8],
    /// Master key and salt.
    pub(crate) key: &'a [u8],
    /// Its identifier as packets have it, perhaps empty.
    pub(crate) mki: &'a [u8],
}

/// Keys of a session (RFC 3711, section 4.3).
#[derive(Clone, PartialEq, Eq)]
struct Session {
    cipher: Vec<u8>,
    salt: [u8; SALT],
    authentication: [u8; AUTHENTICATION_KEY],
    /// Octets of the tag.
    tag: usize,
    mki: Vec<u8>,
}

/// Decrypts what one source sends.
#[derive(Default)]
pub(crate) struct Decryptor {
    session: Option<Session>,
    /// The highest sequence number so far and its rollover counter (section 3.3.1).
    highest: Option<(u32, u16)>,
    /// Packets for which no key fitted.
    pub(crate) failures: u64,
}

impl Decryptor {
    /// The payload of a packet, which begins at this place of it; none if no key fits.
    pub(crate) fn open<'k>(
        &mut self,
        packet: &[u8],
        payload_at: usize,
        keys: impl Iterator<Item = Announced<'k>>,
    ) -> Option<Vec<u8>> {
        let &[_, _, s1, s0, _, _, _, _, c3, c2, c1, c0] = packet.first_chunk::<12>()?;
        let sequence = u16::from_be_bytes([s1, s0]);
        let source = u32::from_be_bytes([c3, c2, c1, c0]);
        let known = self.session.as_ref().and_then(|session| {
            let rollover = self.rollover(sequence);
            let payload = session.open(packet, payload_at, source, (rollover, sequence))?;
            Some((rollover, payload))
        });
        if let Some((rollover, payload)) = known {
            self.advance(rollover, sequence);
            return Some(payload);
        }
        let found = self.search(packet, payload_at, (source, sequence), keys);
        if found.is_none() {
            self.failures += 1;
        }
        found
    }

    /// Tries all keys; the one that fits is the session's from now on.
    fn search<'k>(
        &mut self,
        packet: &[u8],
        payload_at: usize,
        (source, sequence): (u32, u16),
        keys: impl Iterator<Item = Announced<'k>>,
    ) -> Option<Vec<u8>> {
        let is_patient = self.failures < u64::from(PATIENCE);
        let most = if self.highest.is_none() && is_patient { MOST_ROLLOVERS } else { 1 };
        for session in keys.filter_map(|key| Session::new(&key)) {
            // With other keys counting begins anew, or goes on.
            let now = self.rollover(sequence);
            for rollover in (0..most).chain([now]) {
                let index = (rollover, sequence);
                if let Some(payload) = session.open(packet, payload_at, source, index) {
                    self.session = Some(session);
                    self.highest = Some((rollover, sequence));
                    return Some(payload);
                }
            }
        }
        None
    }

    /// The rollover counter that a packet of this number must have.
    fn rollover(&self, sequence: u16) -> u32 {
        let Some((rollover, highest)) = self.highest else { return 0 };
        let ahead = sequence.wrapping_sub(highest) as i16;
        match (ahead >= 0, sequence < highest) {
            (true, true) => rollover.wrapping_add(1),
            (false, false) if sequence > highest => rollover.wrapping_sub(1),
            _ => rollover,
        }
    }

    fn advance(&mut self, rollover: u32, sequence: u16) {
        let now = u64::from(rollover) << 16 | u64::from(sequence);
        let before = self.highest.map(|(r, s)| u64::from(r) << 16 | u64::from(s));
        if before.is_none_or(|before| now > before) {
            self.highest = Some((rollover, sequence));
        }
    }
}

impl Session {
    /// None for suites that are not known, or keys that do not fit.
    fn new(announced: &Announced<'_>) -> Option<Self> {
        let (cipher, tag) = match announced.suite {
            b"AES_CM_128_HMAC_SHA1_80" => (16, 10),
            b"AES_CM_128_HMAC_SHA1_32" => (16, 4),
            b"AES_192_CM_HMAC_SHA1_80" => (24, 10),
            b"AES_192_CM_HMAC_SHA1_32" => (24, 4),
            b"AES_256_CM_HMAC_SHA1_80" => (32, 10),
            b"AES_256_CM_HMAC_SHA1_32" => (32, 4),
            _ => return None,
        };
        let (master, salt) = announced.key.split_at_checked(cipher)?;
        let salt: [u8; SALT] = salt.try_into().ok()?;
        let mut session = Self {
            cipher: vec![0; cipher],
            salt: [0; SALT],
            authentication: [0; AUTHENTICATION_KEY],
            tag,
            mki: announced.mki.to_vec(),
        };
        derive(master, salt, 0, &mut session.cipher)?;
        derive(master, salt, 1, &mut session.authentication)?;
        derive(master, salt, 2, &mut session.salt)?;
        Some(session)
    }

    /// The payload of a packet with this index, if it is authentic.
    fn open(
        &self,
        packet: &[u8],
        payload_at: usize,
        source: u32,
        (rollover, sequence): (u32, u16),
    ) -> Option<Vec<u8>> {
        let (rest, tag) = packet.split_at_checked(packet.len().checked_sub(self.tag)?)?;
        let authenticated = rest.strip_suffix(&self.mki[..])?;
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.authentication).ok()?;
        mac.update(authenticated);
        mac.update(&rollover.to_be_bytes());
        mac.verify_truncated_left(tag).ok()?;
        let mut payload = authenticated.get(payload_at..)?.to_vec();
        let mut block = [0; 16];
        block[..SALT].copy_from_slice(&self.salt);
        // Section 4.1.1: salt, source and index at their places.
        let parts = [source.to_be_bytes(), rollover.to_be_bytes()].concat();
        let parts = parts.iter().copied().chain(sequence.to_be_bytes());
        block[4..SALT].iter_mut().zip(parts).for_each(|(to, part)| *to ^= part);
        encrypt(&self.cipher, block, &mut payload)?;
        Some(payload)
    }
}

/// A key of a session: what the master key makes of its salt and this label (section 4.3.1).
fn derive(master: &[u8], salt: [u8; SALT], label: u8, out: &mut [u8]) -> Option<()> {
    let mut block = [0; 16];
    block[..SALT].copy_from_slice(&salt);
    block[7] ^= label;
    out.fill(0);
    encrypt(master, block, out)
}

/// AES in counter mode, from this block on.
fn encrypt(key: &[u8], block: [u8; 16], bytes: &mut [u8]) -> Option<()> {
    match key.len() {
        16 => Ctr128BE::<Aes128>::new_from_slices(key, &block).ok()?.apply_keystream(bytes),
        24 => Ctr128BE::<Aes192>::new_from_slices(key, &block).ok()?.apply_keystream(bytes),
        _ => Ctr128BE::<Aes256>::new_from_slices(key, &block).ok()?.apply_keystream(bytes),
    }
    Some(())
}

#[cfg(test)]
pub(super) mod tests {
    use hmac::{Hmac, KeyInit, Mac};
    use sha1::Sha1;

    use super::{Announced, Decryptor, Session, derive, encrypt};

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<_> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
        let pair =
            |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        digits.chunks(2).map(pair).collect()
    }

    /// RFC 3711, appendix B.2.
    #[test]
    fn counter_mode_of_the_rfc() {
        let key = hex("2B7E151628AED2A6ABF7158809CF4F3C");
        let block = hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000").try_into().unwrap();
        let mut stream = [0; 48];
        encrypt(&key, block, &mut stream).unwrap();
        let expected = hex(
            "E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0",
        );
        assert_eq!(stream[..], expected);
        let block = hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF").try_into().unwrap();
        let mut stream = [0; 32];
        encrypt(&key, block, &mut stream).unwrap();
        assert_eq!(stream[..16], hex("EC8CDF7398607CB0F2D21675EA9EA1E4"));
        assert_eq!(stream[16..], hex("362B7C3C6773516318A077D7FC5073AE"));
    }

    /// RFC 3711, appendix B.3.
    #[test]
    fn keys_of_the_rfc() {
        let master = hex("E1F97A0D3E018BE0D64FA32C06DE4139");
        let salt = hex("0EC675AD498AFEEBB6960B3AABE6").try_into().unwrap();
        let (mut cipher, mut session_salt, mut authentication) = ([0; 16], [0; 14], [0; 94]);
        derive(&master, salt, 0, &mut cipher).unwrap();
        derive(&master, salt, 2, &mut session_salt).unwrap();
        derive(&master, salt, 1, &mut authentication).unwrap();
        assert_eq!(cipher[..], hex("C61E7A93744F39EE10734AFE3FF7A087"));
        assert_eq!(session_salt[..], hex("30CBBC08863D8C85D49DB34A9AE1"));
        let expected = hex(
            "CEBE321F6FF7716B6FD4AB49AF256A15 6D38BAA48F0A0ACF3C34E2359E6CDBCE E049646C43D9327AD175578EF7227098 6371C10C9A369AC2F94A8C5FBCDDDC25 6D6E919A48B610EF17C2041E47403576 6B68642C59BBFC2F34DB60DBDFB2",
        );
        assert_eq!(authentication[..], expected);
    }

    /// RFC 6188, section 7.2: the 256-bit keys.
    #[test]
    fn longer_keys_of_the_rfc() {
        let master = hex("f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6");
        let salt = hex("3b04803de51ee7c96423ab5b78d2").try_into().unwrap();
        let (mut cipher, mut session_salt) = ([0; 32], [0; 14]);
        derive(&master, salt, 0, &mut cipher).unwrap();
        derive(&master, salt, 2, &mut session_salt).unwrap();
        let expected = hex("5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4");
        assert_eq!(cipher[..], expected);
        assert_eq!(session_salt[..], hex("fa31791685ca444a9e07c6c64e93"));
    }

    pub(crate) const KEY: [u8; 30] = [7; 30];

    fn announced(mki: &[u8]) -> Announced<'_> {
        Announced { suite: b"AES_CM_128_HMAC_SHA1_80", key: &KEY, mki }
    }

    /// An encrypted packet.
    pub(crate) fn seal(index: u64, mki: &[u8], payload: &[u8]) -> Vec<u8> {
        let session = Session::new(&announced(mki)).unwrap();
        let sequence = (index as u16).to_be_bytes();
        let rollover = (index >> 16) as u32;
        let mut packet = [&[0x80, 0][..], &sequence, &[0, 0, 0, 1, 9, 9, 9, 9]].concat();
        let mut block = [0; 16];
        block[..14].copy_from_slice(&session.salt);
        let parts = [&[9; 4][..], &index.to_be_bytes()[2..]].concat();
        block[4..14].iter_mut().zip(parts).for_each(|(to, part)| *to ^= part);
        let mut payload = payload.to_vec();
        encrypt(&session.cipher, block, &mut payload).unwrap();
        packet.extend(payload);
        let mut mac = Hmac::<Sha1>::new_from_slice(&session.authentication).unwrap();
        mac.update(&packet);
        mac.update(&rollover.to_be_bytes());
        packet.extend(mki);
        packet.extend(&mac.finalize().into_bytes()[..10]);
        packet
    }

    fn open(decryptor: &mut Decryptor, packet: &[u8]) -> Option<Vec<u8>> {
        decryptor.open(packet, 12, [announced(&[]), announced(&[5, 6])].into_iter())
    }

    #[test]
    fn what_is_authentic_is_decrypted() {
        let mut decryptor = Decryptor::default();
        assert_eq!(open(&mut decryptor, &seal(1, &[], b"sound")).unwrap(), b"sound");
        let mut forged = seal(2, &[], b"sound");
        forged[14] ^= 1;
        assert_eq!((open(&mut decryptor, &forged), decryptor.failures), (None, 1));
        assert_eq!(open(&mut Decryptor::default(), &seal(1, &[5, 6], b"x")).unwrap(), b"x");
        assert_eq!(open(&mut Decryptor::default(), &seal(1, &[5, 7], b"x")), None);
        for len in 0..forged.len() {
            assert_eq!(open(&mut Decryptor::default(), &forged[..len]), None);
        }
    }

    #[test]
    fn numbers_wrap_and_captures_begin_late() {
        let mut decryptor = Decryptor::default();
        let first = (5 << 16) + 65_533;
        for index in [0, 1, 4, 2, 3, 5, 4] {
            let packet = seal(first + index, &[], b"s");
            assert_eq!(open(&mut decryptor, &packet).unwrap(), b"s", "{index}");
        }
        assert_eq!(decryptor.highest, Some((6, 2)));
    }

    #[test]
    fn unknown_suites_and_short_keys() {
        for (suite, key) in
            [(&b"F8_128_HMAC_SHA1_80"[..], &KEY[..]), (b"AES_CM_128_HMAC_SHA1_80", &KEY[1..])]
        {
            assert!(Session::new(&Announced { suite, key, mki: &[] }).is_none());
        }
    }
}
