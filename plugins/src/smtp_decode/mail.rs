//! Who sends a mail to whom.

use flowz_api::Checkpoint;
use flowz_api::memory;

/// More names of a list are counted and not kept.
pub(crate) const MOST_NAMES: usize = 100;
/// More bytes of them are not kept.
const MOST_BYTES: usize = 8 << 10;
/// Longest address (RFC 5321, section 4.5.3.1.3) with some room for wrong ones.
const LONGEST_ADDRESS: usize = 512;

/// Names of a list.
#[derive(Debug, Default, Checkpoint)]
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
#[derive(Debug, Default, Checkpoint)]
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
