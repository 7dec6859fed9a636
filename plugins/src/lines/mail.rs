//! What is in a mail.

use flowz_api::Checkpoint;
use flowz_api::memory;
use flowz_api::packet::Timestamp;
use sha2::Sha256;

use crate::running_hash::RunningHash;

use super::headers::{self, Headers};
use super::text::DotText;

/// A mail, as far as it has come.
#[derive(Debug, Checkpoint)]
pub(crate) struct Body {
    /// Its number in the direction, from 1.
    pub(crate) number: u32,
    /// When the go-ahead came, or its first byte without one.
    pub(crate) begin: Timestamp,
    /// Bytes, without the dots in front of lines that begin with one.
    pub(crate) size: u64,
    /// Bytes that are missing.
    pub(crate) missing: u64,
    /// Its end was seen.
    pub(crate) is_over: bool,
    /// Perhaps its beginning is missing.
    pub(crate) is_behind_gap: bool,
    hash: RunningHash<Sha256>,
    headers: Headers<2>,
    pub(crate) text: DotText,
    /// Bytes in its file.
    written: u64,
}

impl Body {
    /// A mail that begins now.
    pub(crate) fn new(number: u32, begin: Timestamp) -> Self {
        Self {
            number,
            begin,
            size: 0,
            missing: 0,
            is_over: false,
            is_behind_gap: false,
            hash: RunningHash::new(),
            headers: Headers::new(["subject", "return-path"]),
            text: DotText::default(),
            written: 0,
        }
    }

    /// The next bytes, as they are in the mail.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        self.hash.update(bytes);
        self.headers.feed(bytes);
    }

    /// Bytes are missing.
    pub(crate) fn gap(&mut self, len: u64) {
        self.missing = self.missing.saturating_add(len);
        self.headers.gap();
        self.text.gap();
    }

    /// Nothing is missing. What begins with a field of a header begins there.
    pub(crate) fn is_whole(&self) -> bool {
        let has_begin = !self.is_behind_gap || self.headers.begins_with_field == Some(true);
        self.is_over && self.missing == 0 && has_begin
    }

    /// SHA-256 of a whole mail in hexadecimal; else nothing.
    pub(crate) fn digest(&self) -> String {
        if !self.is_whole() {
            return String::new();
        }
        crate::tls::fingerprint::hex(&self.hash.clone().finalize())
    }

    /// The subject as it is in the mail.
    pub(crate) fn subject(&self) -> &[u8] {
        let [subject, _] = &self.headers.values;
        subject.as_deref().unwrap_or(&[])
    }

    /// Address of the field Return-Path (RFC 5321, section 4.4).
    pub(crate) fn return_path(&self) -> &[u8] {
        let [_, path] = &self.headers.values;
        let path = path.as_deref().unwrap_or(&[]).trim_ascii();
        path.strip_prefix(b"<").and_then(|path| path.strip_suffix(b">")).unwrap_or(path)
    }

    /// So many bytes, of some, go into its file, if that may have so many KiB.
    pub(crate) fn room_in_file(&mut self, len: usize, most_kib: u32) -> usize {
        let left = (u64::from(most_kib) * 1024).saturating_sub(self.written);
        let room = usize::try_from(left).unwrap_or(usize::MAX).min(len);
        self.written += room as u64;
        room
    }

    /// Most bytes of one, elsewhere.
    pub(crate) fn bytes() -> usize {
        memory::boxed::<Self>() + 3 * memory::list::<u8>(headers::LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::{Body, Timestamp};

    #[test]
    fn whole_and_not() {
        let mut body = Body::new(1, Timestamp(0));
        body.take(b"Return-Path: <a@b>\r\nSubject: x\r\n\r\n");
        assert_eq!(
            (body.subject(), body.return_path(), body.is_whole()),
            (&b"x"[..], &b"a@b"[..], false)
        );
        body.is_over = true;
        assert!(body.is_whole() && body.digest().len() == 64);
        body.is_behind_gap = true;
        assert!(body.is_whole(), "it begins with a field");
        body.gap(1);
        assert!(!body.is_whole() && body.digest().is_empty());
        assert_eq!((body.room_in_file(1000, 1), body.room_in_file(1000, 1)), (1000, 24));
    }
}
