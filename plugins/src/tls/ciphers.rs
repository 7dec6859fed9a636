//! How good cipher suites are: by key exchange, cipher and authentication of their names (IANA, "TLS Cipher Suites").

use super::is_grease;

/// How good a suite is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Strength {
    /// No encryption, no authentication, a key of 56 bits or less, RC4, or MD5.
    Insecure,
    /// A block cipher in CBC, or no forward secrecy.
    Weak,
    /// Forward secrecy and authenticated encryption, with a certificate of RSA.
    Secure,
    /// The same, the certificate not of RSA or not part of the suite: also all of TLS 1.3.
    Recommended,
}

/// How good a suite is; nothing of a value that is none.
pub(crate) fn strength(cipher: u16) -> Option<Strength> {
    let signals = [0x00ff, 0x5600];
    if is_grease(cipher) || signals.contains(&cipher) {
        return None;
    }
    Some(if is_insecure(cipher) {
        Strength::Insecure
    } else if is_recommended(cipher) {
        Strength::Recommended
    } else if is_secure(cipher) {
        Strength::Secure
    } else {
        Strength::Weak
    })
}

fn is_insecure(cipher: u16) -> bool {
    matches!(cipher,
        0x0000..=0x0006 | 0x0008 | 0x0009 | 0x000b | 0x000c | 0x000e | 0x000f | 0x0011 | 0x0012
        | 0x0014 | 0x0015 | 0x0017..=0x001b | 0x001e | 0x0020 | 0x0022..=0x002e | 0x0034 | 0x003a | 0x003b
        | 0x0046 | 0x0060..=0x0066 | 0x006c | 0x006d | 0x0089 | 0x008a | 0x008e | 0x0092 | 0x009b | 0x00a6
        | 0x00a7 | 0x00b0 | 0x00b1 | 0x00b4 | 0x00b5 | 0x00b8 | 0x00b9 | 0x00bf | 0x00c5 | 0xc001
        | 0xc002 | 0xc006 | 0xc007 | 0xc00b | 0xc00c | 0xc010 | 0xc011 | 0xc015..=0xc019 | 0xc033
        | 0xc039..=0xc03b | 0xc046 | 0xc047 | 0xc05a | 0xc05b | 0xc084 | 0xc085)
}

fn is_secure(cipher: u16) -> bool {
    matches!(
        cipher,
        0x009e
            | 0x009f
            | 0x00aa
            | 0x00ab
            | 0xc02f
            | 0xc030
            | 0xc052
            | 0xc053
            | 0xc060
            | 0xc061
            | 0xc06c
            | 0xc06d
            | 0xc07c
            | 0xc07d
            | 0xc08a
            | 0xc08b
            | 0xc090
            | 0xc091
            | 0xc09e
            | 0xc09f
            | 0xc0a2
            | 0xc0a3
            | 0xc0a6
            | 0xc0a7
            | 0xc0aa
            | 0xc0ab
            | 0xcc13..=0xcc15 | 0xcca8 | 0xccaa | 0xccad
    )
}

fn is_recommended(cipher: u16) -> bool {
    matches!(cipher,
        0x1301..=0x1305 | 0xc02b | 0xc02c | 0xc05c | 0xc05d | 0xc086 | 0xc087 | 0xc0ac..=0xc0af
        | 0xcca9 | 0xccac | 0xd001..=0xd005)
}
