//! Texts from the wire as UTF-8.

use std::borrow::Cow;
use std::fmt::Write;

/// The text; for each byte that is not UTF-8 `\xNN`, so that nothing is lost. All else stays as it is, also NUL and backslashes.
pub(crate) fn utf8(text: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = str::from_utf8(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for chunk in text.utf8_chunks() {
        out.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    Cow::Owned(out)
}

/// The same for formats that have no NUL in texts: `\x00`.
pub(crate) fn utf8_without_nul(text: &[u8]) -> Cow<'_, str> {
    let text = utf8(text);
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\\x00")) } else { text }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{utf8, utf8_without_nul};

    #[test]
    fn what_is_no_utf8_is_escaped() {
        assert!(matches!(utf8("Zürich\0\\".as_bytes()), Cow::Borrowed("Zürich\0\\")));
        assert_eq!(utf8(b"\xe2\x82x\xff"), r"\xe2\x82x\xff");
        assert_eq!(utf8_without_nul(b"a\0\xff"), r"a\x00\xff");
        assert!(matches!(utf8_without_nul(b"ab"), Cow::Borrowed("ab")));
    }
}
