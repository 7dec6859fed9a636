//! Mails: who sends them to whom, and what is in them.

use flowz_api::memory;
use flowz_api::packet::Timestamp;
use sha2::{Digest, Sha256};

use crate::lines::headers::{self, Headers};
use crate::lines::text::DotText;

/// More names of a list are counted and not kept.
pub(crate) const MOST_NAMES: usize = 100;
/// More bytes of them are not kept.
const MOST_BYTES: usize = 8 << 10;
/// Longest address (RFC 5321, section 4.5.3.1.3) with some room for wrong ones.
const LONGEST_ADDRESS: usize = 512;

/// Names of a list.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) list: Vec<Vec<u8>>,
    bytes: usize,
    /// All of them.
    pub(crate) count: u32,
}

impl Names {
    fn push(&mut self, name: &[u8]) {
        self.count = self.count.saturating_add(1);
        let name = &name[..name.len().min(LONGEST_ADDRESS)];
        if self.list.len() < MOST_NAMES && self.bytes + name.len() <= MOST_BYTES {
            self.bytes += name.len();
            self.list.push(name.to_vec());
        }
    }
}

/// Sender and recipients of the mail at hand.
#[derive(Debug, Default)]
pub(crate) struct Envelope {
    pub(crate) sender: Option<Vec<u8>>,
    /// Recipients that were not refused.
    pub(crate) recipients: Names,
    pub(crate) refused: Names,
}

impl Envelope {
    /// Of a mail from somebody.
    pub(crate) fn from_sender(address: &[u8]) -> Self {
        let sender = Some(address[..address.len().min(LONGEST_ADDRESS)].to_vec());
        Self { sender, ..Self::default() }
    }

    /// A recipient.
    pub(crate) fn recipient(&mut self, address: &[u8], is_refused: bool) {
        if is_refused { &mut self.refused } else { &mut self.recipients }.push(address);
    }

    /// Most bytes that it holds elsewhere.
    pub(crate) fn bytes() -> usize {
        let list = memory::list::<Vec<u8>>(MOST_NAMES) + MOST_BYTES + MOST_NAMES * 16;
        memory::list::<u8>(LONGEST_ADDRESS) + 2 * list
    }
}

/// What is in a mail.
#[derive(Debug)]
pub(crate) struct Body {
    /// Its number in the direction, from 1.
    pub(crate) number: u32,
    /// When its first byte came, or the go-ahead.
    pub(crate) begin: Timestamp,
    /// Bytes, without the dots in front of lines that begin with one.
    pub(crate) size: u64,
    /// Bytes that are missing.
    pub(crate) missing: u64,
    /// Its end was seen.
    pub(crate) is_over: bool,
    /// Perhaps its beginning is missing.
    pub(crate) is_behind_gap: bool,
    hash: Sha256,
    pub(crate) headers: Headers<1>,
    pub(crate) text: DotText,
    /// Bytes in its file.
    pub(crate) written: u64,
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
            hash: Sha256::new(),
            headers: Headers::new(["subject"]),
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
        let [subject] = &self.headers.values;
        subject.as_deref().unwrap_or(&[])
    }

    /// Most bytes of one, elsewhere.
    pub(crate) fn bytes() -> usize {
        memory::boxed::<Self>() + 2 * memory::list::<u8>(headers::LONGEST)
    }
}
