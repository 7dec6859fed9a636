//! Digests as registries tell them: Subresource Integrity, `sha512-` and base64.

use anyhow::{Result, bail};
use sha2::{Digest, Sha512};

/// Checks bytes against digests with blanks between them, of which one must be a SHA-512.
pub(super) fn check(bytes: &[u8], integrity: &str) -> Result<()> {
    let mut strong =
        integrity.split_ascii_whitespace().filter_map(|one| one.strip_prefix("sha512-")).peekable();
    if strong.peek().is_none() {
        bail!(
            "the registry's digest '{integrity}' is no SHA-512: get the package yourself and name it with --from"
        );
    }
    let found = base64(&Sha512::digest(bytes));
    if strong.any(|one| one == found) {
        return Ok(());
    }
    bail!(
        "what came has the digest sha512-{found}, and the registry says {integrity}: nothing is installed, try again later"
    )
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - group.len()));
        for n in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * n) & 63) as usize];
            text.push(if n <= group.len() { letter.into() } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{base64, check};

    /// The test vectors of RFC 4648, section 10.
    #[test]
    fn letters() {
        let all = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (bytes, text) in all {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn digests() {
        // Of the empty text, FIPS 180-4.
        let empty = "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==";
        check(b"", empty).unwrap();
        check(b"", &format!("sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk= {empty}")).unwrap();
        assert!(check(b"x", empty).unwrap_err().to_string().contains("nothing is installed"));
        assert!(
            check(b"", "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=")
                .unwrap_err()
                .to_string()
                .contains("no SHA-512")
        );
    }
}
