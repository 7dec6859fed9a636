//! Certificates (RFC 5280, section 4.1): the fields that columns show, by a bounded walk.

use flowz_api::Checkpoint;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::der::{Der, dotted, seconds, tag};
use super::fingerprint::hex;
use super::names::Name;
use super::reader::Reader;

/// What columns show of a certificate.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Certificate {
    /// From 1.
    pub(crate) version: u8,
    /// Its bytes in capital hexadecimal digits, without those in front that are zero.
    pub(crate) serial: String,
    pub(crate) signature: Algorithm,
    pub(crate) issuer: Name,
    pub(crate) subject: Name,
    /// Both names as text (RFC 4514).
    pub(crate) issuer_text: String,
    pub(crate) subject_text: String,
    /// Seconds since 1970.
    pub(crate) not_before: i64,
    pub(crate) not_after: i64,
    pub(crate) key: Algorithm,
    /// `RSA`, `ECDSA`, `DSA` and others.
    pub(crate) key_kind: &'static str,
    pub(crate) key_bits: u16,
    pub(crate) len: u32,
    /// Hashes of the whole certificate, in hexadecimal.
    pub(crate) md5: String,
    pub(crate) sha1: String,
    pub(crate) sha256: String,
}

/// An algorithm's object identifier in dots, and its short and long name.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Algorithm {
    dotted: String,
    names: Option<(&'static str, &'static str)>,
}

impl Algorithm {
    fn from_oid(oid: &[u8]) -> Self {
        let names = ALGORITHMS.iter().find(|(known, ..)| *known == oid);
        Self { dotted: dotted(oid), names: names.map(|(_, short, long)| (*short, *long)) }
    }

    pub(crate) fn short(&self) -> &str {
        self.names.map_or(&self.dotted, |names| names.0)
    }

    pub(crate) fn long(&self) -> &str {
        self.names.map_or(&self.dotted, |names| names.1)
    }
}

/// Certificates of a message of TLS 1.2 and earlier without its head (RFC 5246, section 7.4.2), as far as they are there in
/// whole, at most so many.
pub(crate) fn list(body: &[u8], most: usize) -> Vec<Certificate> {
    let Some(bytes) = Reader(body).vector(3) else { return Vec::new() };
    let mut rest = Reader(bytes);
    let mut all = Vec::new();
    while all.len() < most {
        let Some(bytes) = rest.vector(3) else { break };
        all.extend(Certificate::read(bytes));
    }
    all
}

impl Certificate {
    /// Reads a certificate; nothing if it ends too early or is none.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut outer = Der(Der(bytes).expect(tag::SEQUENCE)?);
        let mut body = Der(outer.expect(tag::SEQUENCE)?);
        let version = body.expect(tag::VERSION).and_then(|bytes| {
            let number = Der(bytes).expect(tag::INTEGER)?;
            number.last().copied()
        });
        let serial = body.expect(tag::INTEGER)?;
        let signature = Der(body.expect(tag::SEQUENCE)?).expect(tag::OID)?;
        let issuer = Name::read(body.expect(tag::SEQUENCE)?)?;
        let mut validity = Der(body.expect(tag::SEQUENCE)?);
        let mut moment = || validity.next().and_then(|(tag, text)| seconds(tag, text));
        let (not_before, not_after) = (moment()?, moment()?);
        let subject = Name::read(body.expect(tag::SEQUENCE)?)?;
        let key = Der(body.expect(tag::SEQUENCE)?);
        let (key, key_kind, key_bits) = public_key(key)?;
        Some(Self {
            version: version.map_or(1, |version| version.saturating_add(1)),
            serial: serial_digits(&serial[..serial.len().min(32)]),
            signature: Algorithm::from_oid(signature),
            issuer_text: issuer.as_text(),
            subject_text: subject.as_text(),
            issuer,
            subject,
            not_before,
            not_after,
            key,
            key_kind,
            key_bits,
            len: bytes.len() as u32,
            md5: hex(&md5::Md5::digest(bytes)),
            sha1: hex(&Sha1::digest(bytes)),
            sha256: hex(&Sha256::digest(bytes)),
        })
    }

    /// Whether the key is shorter than is held to be safe (NIST SP 800-57 part 1, table 2: 112 bits of strength).
    pub(crate) fn has_weak_key(&self, compat: bool) -> bool {
        // The reference takes all numbers of bits alike.
        const FEW: u16 = 1024;
        if compat {
            return self.key_bits < FEW;
        }
        match self.key_kind {
            "RSA" | "DSA" => self.key_bits < 2048,
            "ECDSA" => self.key_bits < 224,
            _ => false,
        }
    }
}

fn serial_digits(number: &[u8]) -> String {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    hex(&number[zeros.min(number.len().saturating_sub(1))..]).to_uppercase()
}

/// Algorithm, kind and bits of a key (RFC 3279, section 2.3; RFC 5480; RFC 8410).
fn public_key(mut key: Der<'_>) -> Option<(Algorithm, &'static str, u16)> {
    let mut algorithm = Der(key.expect(tag::SEQUENCE)?);
    let oid = algorithm.expect(tag::OID)?;
    let bits = key.expect(tag::BIT_STRING)?.get(1..)?;
    let found = Algorithm::from_oid(oid);
    let (kind, size) = match found.short() {
        "rsaEncryption" | "RSASSA-PSS" => {
            let modulus = Der(bits).expect(tag::SEQUENCE).and_then(|b| Der(b).expect(tag::INTEGER));
            ("RSA", length(modulus?))
        }
        "id-ecPublicKey" => {
            let curve = algorithm.expect(tag::OID).unwrap_or(&[]);
            let known = CURVES.iter().find(|(oid, _)| *oid == curve);
            // A point has a byte in front, and two coordinates behind it.
            ("ECDSA", known.map_or((bits.len() / 2 * 8) as u16, |(_, size)| *size))
        }
        "dsaEncryption" => {
            let prime = algorithm.expect(tag::SEQUENCE).and_then(|b| Der(b).expect(tag::INTEGER));
            ("DSA", prime.map_or(0, length))
        }
        "ED25519" => ("ED25519", 256),
        "ED448" => ("ED448", 456),
        _ => ("UNKNOWN", u16::try_from(bits.len() * 8).unwrap_or(u16::MAX)),
    };
    Some((found, kind, size))
}

/// Bits of a positive number.
fn length(number: &[u8]) -> u16 {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let Some(first) = number.get(zeros) else { return 0 };
    let bits = (number.len() - zeros) * 8 - first.leading_zeros() as usize;
    u16::try_from(bits).unwrap_or(u16::MAX)
}

/// Curves and their bits.
const CURVES: [(&[u8], u16); 5] = [
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7], 256),
    (&[0x2b, 0x81, 4, 0, 0x22], 384),
    (&[0x2b, 0x81, 4, 0, 0x23], 521),
    (&[0x2b, 0x81, 4, 0, 0x21], 224),
    (&[0x2b, 0x81, 4, 0, 0x0a], 256),
];

/// Algorithms: identifier, short name, long name.
const ALGORITHMS: [(&[u8], &str, &str); 24] = [
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1], "rsaEncryption", "rsaEncryption"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 2], "RSA-MD2", "md2WithRSAEncryption"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4], "RSA-MD5", "md5WithRSAEncryption"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5], "RSA-SHA1", "sha1WithRSAEncryption"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10], "RSASSA-PSS", "rsassaPss"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11], "RSA-SHA256", "sha256WithRSAEncryption"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12], "RSA-SHA384", "sha384WithRSAEncryption"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13], "RSA-SHA512", "sha512WithRSAEncryption"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 14], "RSA-SHA224", "sha224WithRSAEncryption"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1], "id-ecPublicKey", "id-ecPublicKey"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1], "ecdsa-with-SHA1", "ecdsa-with-SHA1"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 1], "ecdsa-with-SHA224", "ecdsa-with-SHA224"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2], "ecdsa-with-SHA256", "ecdsa-with-SHA256"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3], "ecdsa-with-SHA384", "ecdsa-with-SHA384"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4], "ecdsa-with-SHA512", "ecdsa-with-SHA512"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1], "dsaEncryption", "dsaEncryption"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x38, 4, 3], "DSA-SHA1", "dsaWithSHA1"),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 2], "dsa_with_SHA256", "dsa_with_SHA256"),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 17], "id-ml-dsa-44", "ML-DSA-44"),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 18], "id-ml-dsa-65", "ML-DSA-65"),
    (&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 19], "id-ml-dsa-87", "ML-DSA-87"),
    (&[0x2b, 0x65, 0x70], "ED25519", "ED25519"),
    (&[0x2b, 0x65, 0x71], "ED448", "ED448"),
    (&[0x2b, 14, 3, 2, 29], "RSA-SHA1-2", "sha1WithRSA"),
];
